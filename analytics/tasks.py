"""The leaderboard, counted anew by a job."""

from analytics.leaderboard import rank_people
from socialsite.lib.tasks import periodic


@periodic("analytics.rank_people", every=30 * 60)
def rank_everybody() -> None:
    rank_people()
