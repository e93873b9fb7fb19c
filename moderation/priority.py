"""How soon a case should be looked at: 0 to 100, the sum of three parts.

- Severity, 5 to 50: of the gravest reason that a report gives.
- Reporters, 0 to 30: 30 w / (w + 3), where w is the sum of their credibilities. So one credible person weighs 7, three weigh 15, and
  however many more come the part stays below 30: a crowd moves a case up in the queue and can do nothing else.
  The credibility of a person is (a + 1) / (c + 2) of their c closed reports, a of which were acted on: 0.5 for a beginner,
  near 0 for one whose reports never hold. The screening's own is 1.
- Reach, 0 to 20: 20 log10(1 + n) / 6, where n is how often the thing was viewed or how many follow its owner, whichever is more;
  a million and above weigh 20.
"""

from math import log10
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from moderation.models import Case, Reason, Report

SEVERITY: dict[str, int] = {
    Reason.SELF_HARM: 50,
    Reason.VIOLENCE: 50,
    Reason.ILLEGAL: 50,
    Reason.HATE: 40,
    Reason.HARASSMENT: 40,
    Reason.NUDITY: 30,
    Reason.IMPERSONATION: 30,
    Reason.COPYRIGHT: 20,
    Reason.MISINFORMATION: 20,
    Reason.SPAM: 15,
    Reason.OTHER: 5,
}
MOST_REPORTERS = 100
"""Of so many the credibility is asked: with more the part would hardly change"""


def priority_of(case: Case, *, views: int, followers: int) -> int:
    """Return the priority of a case as its reports are now."""
    return weigh(case.reason, credibilities(case.reports.all()), max(views, followers))


def weigh(reason: str, weights: list[float], audience: int) -> int:
    """Return the sum of the three parts, from the gravest reason, the reporters' credibilities and the reach."""
    weight = sum(weights)
    reporters = 30 * weight / (weight + 3)
    reach = 20 * min(1.0, log10(1 + audience) / 6)
    return min(100, round(SEVERITY[reason] + reporters + reach))


def gravest(*reasons: str) -> str:
    return max(reasons, key=lambda reason: SEVERITY[reason])


def credibilities(reports: QuerySet[Report]) -> list[float]:
    """Return how much the word of each reporter weighs, of the latest MOST_REPORTERS."""
    rows = reports.order_by("-pk").annotate(closed=_of_reporter(~Q(outcome="")))
    rows = rows.annotate(acted=_of_reporter(Q(outcome=Report.Outcome.ACTED)))
    figures = rows.values_list("reporter_id", "acted", "closed")[:MOST_REPORTERS]
    return [1.0 if who is None else (acted + 1) / (closed + 2) for who, acted, closed in figures]


def views_of(thing: Any) -> int:
    return getattr(thing, "view_count", 0)


def followers_of(owner_id: int) -> int:
    return User.objects.filter(pk=owner_id).values_list("follower_count", flat=True).first() or 0


def _of_reporter(condition: Q) -> Coalesce:
    theirs = Report.objects.filter(condition, reporter=OuterRef("reporter")).order_by()
    counted = theirs.values("reporter").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
