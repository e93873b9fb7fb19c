"""Who is well known, made anew by a job."""

from network.suggestions.well_known import rank_people
from socialsite.lib.tasks import periodic


@periodic("network.rank_people", every=15 * 60)
def rank_well_known() -> None:
    rank_people()
