"""Reports, the queue of cases, and their decision."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from moderation.actions import Grounds, decide_case, default_note, report_thing
from moderation.limits import REPORTS
from moderation.models import Case, Report
from moderation.serializers.cases import (
    CaseAnswer,
    CaseCard,
    QueueQuery,
    ReportAnswer,
    ReportBody,
    ReviewBody,
)
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet


class ReportViewSet(ApiViewSet):
    @writes(ReportAnswer, body=ReportBody, status=201, limit=REPORTS)
    def report(self, request: Call, data: dict[str, Any]) -> int:
        """Say that a post, a comment or a person breaks the rules."""
        return report_thing(actor=request.user, **data).pk

    @lists(ReportAnswer)
    def own(self, request: Call, query: dict[str, Any]) -> QuerySet[Report]:
        """What the caller reported, with what came of it, newest first."""
        return Report.objects.visible_to(request.user).filter(reporter=request.user)

    @writes(CaseAnswer, body=ReviewBody, access=Access.MODERATOR, scope="moderate")
    def review(self, request: Call, data: dict[str, Any], report: int) -> int:
        """Decide the case that a report belongs to, with all its reports, by one or several actions or by `dismiss`."""
        case = CaseAnswer.find_of_report(request.user, report)
        actions, note = data.pop("actions"), data.pop("note", "")
        reason = data.pop("reason", case.reason)
        grounds = Grounds(note=note or default_note(reason), reason=reason, case=case, **data)
        check = partial(check_if_match, request)
        return decide_case(
            actor=request.user, case=case, actions=actions, grounds=grounds, check=check
        ).pk


class CaseViewSet(ApiViewSet):
    @lists(
        CaseCard,
        key=("rank", "id"),
        newest_first=False,
        query=QueueQuery,
        access=Access.MODERATOR,
        scope="moderate",
    )
    def queue(self, request: Call, query: dict[str, Any]) -> QuerySet[Case]:
        """What was reported, one case for each thing: the most urgent first, then the oldest."""
        return Case.objects.visible_to(request.user).matching(**query)

    @reads(CaseAnswer, access=Access.MODERATOR, scope="moderate")
    def read(self, request: Call, query: dict[str, Any], case: int) -> Case:
        """A case with all its reports, and all actions and screenings of the thing."""
        found: Case = CaseAnswer.find(request.user, case)
        return found
