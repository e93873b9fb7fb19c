"""The queue of what was reported, and the decision of a case."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display
from unfold.enums import ActionVariant

from accounts.actions.versions import any_version
from accounts.models import User
from moderation.actions import Grounds, decide_case
from moderation.actions.reviews import DISMISS
from moderation.admin.evidence import CopyPages, media_list, media_strip
from moderation.admin.forms import GroundsForm, WarnForm
from moderation.kinds import known
from moderation.models import Action, Case, Screening
from moderation.reads import Judged, add_copies, add_evidence
from socialsite.lib.admin import (
    MODERATORS,
    Act,
    ActForm,
    EvidenceAdmin,
    Figure,
    Panel,
    Table,
    add_act,
    add_figure,
    add_panel,
    ago,
    at,
    link,
    link_to_id,
)

EXCERPT, ROWS_SHOWN = 120, 100
OPEN, CLOSED, ALL = "open", "closed", "all"


def decide(action: str, done: str) -> Callable[..., str]:
    """Return what decides a case with one action and tells so."""

    def run(*, actor: User, thing: Case, **said: Any) -> str:
        grounds = Grounds(case=thing, **said) if said else Grounds(note=DISMISS, case=thing)
        decide_case(actor=actor, case=thing, actions=[action], grounds=grounds, check=any_version)
        return f"{done} The case is closed."

    return run


def is_open(case: Case) -> bool:
    return case.is_open


def is_movable(case: Case) -> bool:
    """Whether what an open case is about can be hidden and removed."""
    return case.is_open and known(case.target_id).set_cause is not None


_add = partial(Act, initial=lambda case: {"reason": case.reason}, variant=ActionVariant.DANGER)

DECISIONS = (
    _add(
        name="hide",
        title="Hide",
        note="Only its author and moderators still see it. All reports of it are closed.",
        run=decide(Action.Kind.HIDE, "It is hidden."),
        form=GroundsForm,
        fits=is_movable,
        icon="visibility_off",
    ),
    _add(
        name="delete",
        title="Remove",
        note="Only moderators still see it. All reports of it are closed.",
        run=decide(Action.Kind.DELETE, "It is removed."),
        form=GroundsForm,
        fits=is_movable,
        icon="delete",
    ),
    _add(
        name="warn",
        title="Warn",
        note="The owner is told; nothing is changed. All reports of it are closed.",
        run=decide(Action.Kind.WARN, "The owner is warned."),
        form=WarnForm,
        fits=is_open,
        icon="warning",
    ),
    _add(
        name="suspend",
        title="Suspend owner",
        note="The owner is signed out everywhere and vanishes with all they made. All reports of it are closed.",
        run=decide(Action.Kind.SUSPEND, "The owner is suspended."),
        form=GroundsForm,
        fits=is_open,
    ),
    Act(
        name="dismiss",
        title="Dismiss",
        note="No rule is broken. What the screening holds shows again, and all reports are closed.",
        run=decide(DISMISS, "No action was taken."),
        form=ActForm,
        fits=is_open,
        icon="check",
        variant=ActionVariant.SUCCESS,
    ),
)

for _decision in DECISIONS:
    add_act(Case, _decision)


class StateFilter(DropdownFilter):
    """Open cases, unless others are asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.capitalize()) for name in (OPEN, CLOSED, ALL)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() == ALL:
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != CLOSED)


@admin.register(Case)
class CaseAdmin(CopyPages, EvidenceAdmin):
    icon = "inbox"
    place = 0
    list_display = ["priority", "reason", "target", "excerpt", "pictures", "author", "reports", at("created_at")]  # fmt: skip
    list_filter = [
        StateFilter,
        ("reason", ChoicesDropdownFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    search_fields = ["target_id__exact", "id__exact"]
    search_help_text = "A whole id, of a case or of what was reported"
    ordering = ["rank", "pk"]
    fields = [
        "id", "target", "author", "text", "content_warning", "pictures_in_full", "state", "reason", "priority", "report_count",
        "screened", "created_at", "closed_at", "closed_by",
    ]  # fmt: skip
    export_fields = (
        "id", "target_id", "reason", "priority", "report_count", "created_at", "closed_at", "closed_by__username",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        reader: Any = request.user
        return Case.objects.visible_to(reader).select_related("closed_by")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Read the evidence of a whole page at once."""
        shown = super().get_changelist_instance(request)
        shown.result_list = list(shown.result_list)
        reader: Any = request.user
        add_evidence(shown.result_list, reader)
        add_copies(shown.result_list, reader)
        return shown

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        case: Case | None = kwargs.get("obj")
        reader: Any = request.user
        if case is not None:
            add_evidence([case], reader, opened=True)
            add_copies([case], reader)
        return super().render_change_form(request, context, *args, **kwargs)

    @display(ordering="target_id")
    def target(self, case: Case) -> str:
        return link_to_id(case.target_id)

    @display(description="evidence")
    def excerpt(self, case: Case) -> str:
        text = self.text(case)
        short = text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
        shape = '<div style="min-width:200px;overflow-wrap:anywhere">{}</div>'
        return format_html(shape, short)

    @display(description="author")
    def author(self, case: Case) -> str:
        judged = judged_of(case)
        return link(judged.author if judged else None)

    @display(ordering="report_count")
    def reports(self, case: Case) -> int:
        return case.report_count

    @display(description="text")
    def text(self, case: Case) -> str:
        judged = judged_of(case)
        return judged.evidence.text if judged else "It is gone."

    @display(description="content warning")
    def content_warning(self, case: Case) -> str:
        judged = judged_of(case)
        return judged.evidence.content_warning if judged else ""

    @display(description="media")
    def pictures(self, case: Case) -> str:
        return media_strip(case, judged_of(case))

    @display(description="media")
    def pictures_in_full(self, case: Case) -> str:
        return media_list(case, judged_of(case))

    @display(description="state")
    def state(self, case: Case) -> str:
        judged = judged_of(case)
        if judged is None:
            return "gone"
        taken = [name for name, is_so in judged.state.items() if is_so]
        return ", ".join(taken) or ("shown" if judged.is_live else "hidden with its author")

    @display(description="screening")
    def screened(self, case: Case) -> str:
        said: Screening | None = vars(case).get("screening")
        return said_by(said) if said else "–"


def judged_of(case: Case) -> Judged | None:
    """Return what `add_evidence` put on a case."""
    found: Judged | None = vars(case).get("judged")
    return found


def said_by(screening: Screening) -> str:
    """Return a score with the rules that matched, in one line."""
    rules = ", ".join(f"{found['rule']} {found['score']}" for found in screening.rules)
    return f"{screening.score:.2f}" + (f" ({rules})" if rules else "")


def reports_of(case: Case) -> Table:
    rows = case.reports.select_related("reporter").order_by("-pk")[:ROWS_SHOWN]
    return Table(
        ["Reporter", "Reason", "Comment", "Time", "Outcome"],
        [
            [
                link(row.reporter) if row.reporter else "the screening",
                row.get_reason_display(),
                row.comment,
                ago(row.created_at),
                row.outcome or OPEN,
            ]
            for row in rows
        ],
    )


def actions_of(case: Case) -> Table:
    rows = Action.objects.filter(target_id=case.target_id).select_related("moderator")
    return Table(
        ["Action", "Rule", "Reason", "Moderator", "Time", "Until", "Undone"],
        [
            [
                link(row),
                row.get_reason_display(),
                row.note,
                link(row.moderator) if row.moderator else "the site",
                ago(row.created_at),
                ago(row.until),
                ago(row.undone_at),
            ]
            for row in rows.order_by("-pk")[:ROWS_SHOWN]
        ],
    )


def count_open() -> int:
    return Case.objects.open().count()


add_panel(Case, Panel(title="Reports", table=reports_of))
add_panel(Case, Panel(title="What was done to it", table=actions_of))
add_figure(
    Figure(
        title="Open cases",
        note="wait for a decision",
        icon="inbox",
        count=count_open,
        page="admin:moderation_case_changelist",
        warns=True,
        roles=MODERATORS,
    )
)
