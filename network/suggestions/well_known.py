"""The most followed people, for those of whom nothing is known yet: kept in a table, because no index orders people by followers."""

from collections.abc import Iterable

from django.db import transaction

from accounts.industries import INDUSTRIES
from accounts.models import Anonymous, User
from network.models import WellKnown

OF_ALL, OF_INDUSTRY, NEWEST = 150, 50, 100


def rank_people() -> None:
    """Make the table anew: the most followed of all and of each industry, as far as anybody may find them."""
    found = User.objects.visible_to(Anonymous()).filter(search_opt_out=False)
    found = found.order_by("-follower_count", "-pk")
    rows = _ranked("", found[:OF_ALL].values_list("pk", flat=True))
    # What a private account says of its industry is for its followers.
    shown = found.filter(private_account=False)
    for industry in INDUSTRIES:
        of_it = shown.filter(industry=industry)[:OF_INDUSTRY]
        rows += _ranked(industry, of_it.values_list("pk", flat=True))
    with transaction.atomic():
        WellKnown.objects.all().delete()
        WellKnown.objects.bulk_create(rows)


def _ranked(industry: str, ids: Iterable[int]) -> list[WellKnown]:
    return [WellKnown(industry=industry, rank=rank, user_id=pk) for rank, pk in enumerate(ids, 1)]


def well_known_to(industry: str) -> dict[int, int]:
    """Return the ranks of the well known, those of an industry first where one is named."""
    rows = WellKnown.objects.filter(industry__in={"", industry}).order_by("-industry", "rank")
    found: dict[int, int] = {}
    for pk in rows.values_list("user", flat=True):
        found.setdefault(pk, len(found) + 1)
    return found


def newest_people() -> list[int]:
    """Return who came last: on a young site nobody is well known."""
    return list(User.objects.order_by("-pk").values_list("pk", flat=True)[:NEWEST])
