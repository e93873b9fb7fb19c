"""What the answers about cases show beside their rows: a few statements for a whole page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max

from accounts.models import User, Viewer
from moderation.kinds import KINDS, Evidence
from moderation.models import Case, EvidenceCopy, Report, Screening
from socialsite.lib import targets
from socialsite.lib.ids import Kind, kind_of


@dataclass(frozen=True)
class Judged:
    """A thing as moderators judge it, with who made it and the state it is in."""

    thing: Any
    evidence: Evidence
    author: User | None

    @property
    def state(self) -> dict[str, bool]:
        """Who took it away: nobody when all three are false."""
        names = {
            "deleted": "deleted_at",
            "hidden": "hidden_by",
            "removed": "removed_by",
        }
        return {
            said: getattr(self.thing, column, None) is not None for said, column in names.items()
        }

    @property
    def is_live(self) -> bool:
        is_there = self.author is not None and self.author.is_active
        return is_there and not any(self.state.values())


def judge(ids: Iterable[int], viewer: Viewer, *, opened: bool = False) -> dict[int, Judged]:
    """Return those of the things that a moderator may see, each with its evidence: a statement for each kind and one for the people.

    `opened` says that they read it now: kinds that keep a trail of that note it, and show nothing otherwise.
    """
    things = [
        thing for kind, group in _by_kind(ids).items() for thing in _seen(kind, group, viewer)
    ]
    found = {thing.pk: _evidence(thing, viewer, opened=opened) for thing in things}
    authors = User.objects.visible_to(viewer).in_bulk({e.author_id for e in found.values()})
    return {
        thing.pk: Judged(thing, found[thing.pk], authors.get(found[thing.pk].author_id))
        for thing in things
    }


def add_evidence(cases: Sequence[Case], viewer: Viewer, *, opened: bool = False) -> None:
    """Put on cases what their answers show: `judged`, `reasons`, `report_id` and `screening`; `opened` as for `judge`."""
    judged = judge((case.target_id for case in cases), viewer, opened=opened)
    reasons, latest = _reports_of(cases)
    screenings = _latest_screenings([case.target_id for case in cases])
    for case in cases:
        found: Any = case
        found.judged = judged.get(case.target_id)
        found.reasons = reasons[case.pk]
        found.report_id = latest.get(case.pk)
        found.screening = screenings.get(case.target_id)


def add_copies(cases: Sequence[Case], viewer: Viewer) -> None:
    """Put on cases the copies of their media, without the pictures themselves: `evidence_copies`, the oldest first."""
    rows = EvidenceCopy.objects.visible_to(viewer).filter(case__in=[case.pk for case in cases])
    copies: dict[int, list[EvidenceCopy]] = defaultdict(list)
    for copy in rows.defer("thumbnail").order_by("pk"):
        copies[copy.case_id].append(copy)
    for case in cases:
        found: Any = case
        found.evidence_copies = copies[case.pk]


def _evidence(thing: Any, viewer: Viewer, *, opened: bool) -> Evidence:
    moderated = KINDS[_kind(thing.pk)]
    found = moderated.evidence(thing)
    if moderated.note_opening is None:
        return found
    if not opened:
        return replace(found, text="", content_warning="", media=())
    moderated.note_opening(viewer, thing)
    return found


def _by_kind(ids: Iterable[int]) -> dict[Kind, list[int]]:
    groups: dict[Kind, list[int]] = defaultdict(list)
    for target_id in set(ids):
        groups[_kind(target_id)].append(target_id)
    return {kind: group for kind, group in groups.items() if kind in KINDS}


def _kind(target_id: int) -> Kind:
    return kind_of(target_id) or Kind.USER


def _seen(kind: Kind, ids: list[int], viewer: Viewer) -> list[Any]:
    return list(targets.REGISTRY[kind].visible_to(viewer).filter(pk__in=ids))


def _reports_of(cases: Sequence[Case]) -> tuple[dict[int, dict[str, int]], dict[int, int]]:
    """Return how many reports of each case give which reason, and the newest report of each."""
    rows = Report.objects.filter(case__in=[case.pk for case in cases]).order_by()
    counted = rows.values_list("case_id", "reason").annotate(number=Count("pk"), newest=Max("pk"))
    reasons: dict[int, dict[str, int]] = defaultdict(dict)
    latest: dict[int, int] = defaultdict(int)
    for case_id, reason, number, newest in counted:
        reasons[case_id][reason] = number
        latest[case_id] = max(latest[case_id], newest)
    return reasons, latest


def _latest_screenings(ids: list[int]) -> dict[int, Screening]:
    rows = Screening.objects.filter(target_id__in=ids).order_by()
    newest = rows.values("target_id").annotate(newest=Max("pk")).values("newest")
    return {row.target_id: row for row in Screening.objects.filter(pk__in=newest)}
