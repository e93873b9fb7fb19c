"""What moderators have before them: a case that is open, and one that was dismissed."""

from accounts.actions.versions import any_version
from moderation.actions import Grounds, decide_case
from moderation.models import Report
from socialsite.lib import targets
from tests.world.base import World
from tests.world.posts import STAFF, moderators_only, report


def make_cases(world: World) -> None:
    friend, admin = world.callers["friend"], world.callers["admin"]
    dismissed = targets.find(world.places["comment:shown"]["comment"], friend)
    closed = report(world, friend, dismissed)
    grounds = Grounds(note=moderators_only(world))
    decide_case(
        actor=admin, case=closed.case, actions=["dismiss"], grounds=grounds, check=any_version
    )
    opened = Report.objects.get(target_id=world.places["post:reported"]["post"])
    for state, row in (("open", opened), ("closed", closed)):
        world.put(f"report:{state}", report=row.pk, case=row.case_id)
        world.canaries.guard(row.case_id, f"a case that is {state}", STAFF)
    world.put("report:person", target=world.subjects["public"].pk)
