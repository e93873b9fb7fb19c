"""Reports, and the cases that moderators decide."""

from typing import Any

from django.db.models import Q
from rest_framework import serializers

from accounts.serializers.fields import TextField
from accounts.serializers.people import PersonCard
from moderation.actions.reviews import DISMISS
from moderation.models import LENGTHS, Action, Case, Reason, Report, Screening
from moderation.reads import Judged, add_evidence
from moderation.serializers.actions import DEEDS, ActionAnswer, GroundsBody, TypedTarget
from socialsite.lib import targets
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField
from socialsite.lib.errors import NotFound
from socialsite.lib.ids import Kind


class ReportBody(Body):
    """What breaks which rule; `target_type` must agree with the id."""

    target_id = IdField()
    target_type = serializers.CharField(max_length=30, required=False)
    reason = serializers.ChoiceField(choices=Reason.choices)
    comment = TextField(max_length=LENGTHS["comment"], required=False, allow_blank=True)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        named, noun = data.pop("target_type", None), targets.noun_of(data["target_id"])
        if named is not None and named != noun:
            message = {
                "target_type": [serializers.ErrorDetail("Not the type of this id.", "invalid")]
            }
            raise serializers.ValidationError(message)
        return data


class ReportAnswer(TypedTarget):
    """A report as its reporter reads it."""

    model = Report

    id = IdField(read_only=True)
    reason = serializers.CharField(read_only=True)
    comment = serializers.CharField(read_only=True)
    outcome = serializers.SerializerMethodField()
    created_at = TimeField(read_only=True)
    closed_at = TimeField(read_only=True, allow_null=True)

    def get_outcome(self, report: Report) -> str:
        return report.outcome or "open"


class CaseReportAnswer(ReportAnswer):
    """A report as moderators read it; `reporter` is null for the screening's own, and for people who are gone."""

    reporter = PersonCard(read_only=True, allow_null=True)


class QueueQuery(Body):
    kind = serializers.CharField(max_length=30, required=False)
    reason = serializers.ChoiceField(choices=Reason.choices, required=False)
    state = serializers.ChoiceField(choices=("open", "closed"), required=False)

    def validate_kind(self, value: str) -> Kind:
        for kind, target in targets.REGISTRY.items():
            if target.noun == value:
                return kind
        raise serializers.ValidationError("No such kind of thing.", "invalid_choice")


class EvidenceAnswer(Answer):
    """The thing that a case is about, as it is now."""

    id = IdField(source="thing.pk", read_only=True)
    type = serializers.SerializerMethodField()
    author = PersonCard(read_only=True, allow_null=True)
    text = serializers.CharField(source="evidence.text", read_only=True)
    content_warning = serializers.CharField(source="evidence.content_warning", read_only=True)
    media = serializers.ListField(
        child=serializers.CharField(), source="evidence.media", read_only=True
    )
    created_at = TimeField(source="evidence.created_at", read_only=True)
    is_live = serializers.BooleanField(read_only=True)
    state = serializers.DictField(child=serializers.BooleanField(), read_only=True)

    def get_type(self, judged: Judged) -> str:
        return targets.noun_of(judged.thing.pk)


class ScreeningAnswer(Answer):
    """What the screening for spam said of a text: the score from 0 to 1 and the rules that matched."""

    model = Screening

    id = IdField(read_only=True)
    score = serializers.FloatField(read_only=True)
    rules = serializers.ListField(child=serializers.DictField(), read_only=True)
    created_at = TimeField(read_only=True)


class CaseCard(TypedTarget):
    """A case in the queue; `target` is null when the thing is gone, `report_id` is what a review names.

    What a message says is read on the page of its case alone, and that it was read stands in the trail.
    """

    model = Case
    opens = False
    """Whether what the case is about is read by it"""

    id = IdField(read_only=True)
    report_id = IdField(read_only=True, allow_null=True)
    reason = serializers.CharField(read_only=True)
    priority = serializers.IntegerField(read_only=True)
    report_count = serializers.IntegerField(read_only=True)
    reasons = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    target = EvidenceAnswer(source="judged", read_only=True, allow_null=True)
    screening = ScreeningAnswer(read_only=True, allow_null=True)
    version = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True)
    closed_at = TimeField(read_only=True, allow_null=True)
    closed_by_id = IdField(read_only=True, allow_null=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        add_evidence(things, viewer, opened=cls.opens)


class CaseAnswer(CaseCard):
    """A case with everything that moderators know of it."""

    opens = True

    reports = CaseReportAnswer(many=True, source="all_reports", read_only=True)
    actions = ActionAnswer(many=True, source="all_actions", read_only=True)
    screenings = ScreeningAnswer(many=True, source="all_screenings", read_only=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        """Add the reports of the case, its actions and all others on the thing, and the screenings, the newest first."""
        super().complete(things, viewer)
        for case in things:
            about = {"target_id": case.target_id}
            case.all_reports = list(case.reports.select_related("reporter").order_by("-pk"))
            actions = Action.objects.filter(Q(case=case.pk) | Q(**about))
            case.all_actions = list(actions.order_by("-pk"))
            case.all_screenings = list(Screening.objects.filter(**about).order_by("-pk"))

    @classmethod
    def find_of_report(cls, viewer: Any, report_id: int) -> Case:
        """Return the case that a report belongs to; raises NotFound."""
        rows = Case.objects.visible_to(viewer).filter(reports=report_id)
        found = rows.first()
        if found is None:
            raise NotFound
        return found


class ReviewBody(GroundsBody):
    """The decision: one or several actions, or `dismiss` alone."""

    actions = serializers.ListField(
        child=serializers.ChoiceField(choices=(DISMISS, *DEEDS)), min_length=1, max_length=5
    )
    note = TextField(max_length=LENGTHS["note"], required=False, allow_blank=True)
