"""What stands beside a text on its page: its versions, its reports, what the screening said, what moderators did, what others say."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from accounts.models import User
from engagement.actions.texts import Version
from engagement.admin.content import WRAPPED, excerpt_of
from engagement.admin.states import OF_COMMENTS, state_now, state_of
from engagement.history import Change, PastVersion, versions_of
from engagement.models import Comment, Reaction
from moderation.models import Action, Report, Screening
from socialsite.lib.admin import Panel, Table, add_panel, ago, link, link_to_id
from socialsite.lib.admin.cells import NOTHING

ANY_MODERATOR = User(pk=0, role=User.Role.MODERATOR)
"""Reads what every moderator may read, and has no edges that would show more"""
ROWS_SHOWN = 10
SAME_SHOWN = 60
"""How many characters of a part that did not change stand on either side of a change"""
MARKS = {
    "equal": "{}",
    "insert": '<ins class="bg-green-100 text-green-700 dark:bg-green-500/20 dark:text-green-400">{}</ins>',
    "delete": '<del class="bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400">{}</del>',
}


def add_content_panels(model: type[Model], version_of: Callable[[Any], Version]) -> None:
    """Put beside the texts of a model all that moderators judge them by; `version_of` returns a text as it stands."""

    def versions(thing: Any) -> Table:
        return history_of(version_of(thing))

    add_panel(model, Panel(title="Versions", table=versions))
    add_panel(model, Panel(title="Reports", table=reports_of))
    add_panel(model, Panel(title="Moderators' actions", table=actions_of))
    add_panel(model, Panel(title="Screenings", table=screenings_of))


def history_of(current: Version) -> Table:
    found = versions_of(current.target_id, current, reads_all=True)[:ROWS_SHOWN]
    rows = [[row.number, _change(row), _by(row.editor, row.created_at)] for row in found]
    return Table(["Version", "What changed", "Written"], rows)


def reports_of(thing: Any) -> Table:
    rows = Report.objects.filter(target_id=thing.pk).select_related("reporter")
    return Table(
        ["Reason", "Reported", "Case"],
        [
            [
                excerpt_of(": ".join(filter(None, (row.get_reason_display(), row.comment))), 1000),
                _by(row.reporter, row.created_at),
                _case(row),
            ]
            for row in rows.order_by("-pk")[:ROWS_SHOWN]
        ],
    )


def actions_of(thing: Any) -> Table:
    rows = Action.objects.filter(target_id=thing.pk).select_related("moderator", "undone_by")
    return Table(
        ["Action", "Reason", "Taken", "Undone"],
        [
            [
                link_to_id(row.pk, row.get_kind_display()),
                excerpt_of(f"{row.get_reason_display()}: {row.note}", 2000),
                _by(row.moderator, row.created_at),
                _by(row.undone_by, row.undone_at) if row.undone_at else NOTHING,
            ]
            for row in rows.order_by("-pk")[:ROWS_SHOWN]
        ],
    )


def reactions_to(thing: Any) -> Table:
    """Return the newest emoji on a thing, and who put them there; nothing is read where the thing says that it has none."""
    found: Any = Reaction.objects.emoji().on(thing.pk) if thing.reaction_counts else ()
    newest = found and found.select_related("user").order_by("-pk")[:ROWS_SHOWN]
    rows = [[row.name, _by(row.user, row.created_at)] for row in newest]
    return Table(["Emoji", "Put there"], rows)


def screenings_of(thing: Any) -> Table:
    rows = Screening.objects.filter(target_id=thing.pk).order_by("-pk")[:ROWS_SHOWN]
    return Table(
        ["Score", "Rules", "Time"],
        [[f"{row.score:.2f}", _rules(row), ago(row.created_at)] for row in rows],
    )


def comments_of(rows: QuerySet[Comment], **all_of: int) -> Table:
    """Return the newest of some comments that moderators may read, whatever state they are in; `all_of` narrows the list to them."""
    seen = rows.readable_by(ANY_MODERATOR)  # type: ignore[attr-defined]
    shown = seen.select_related("author").annotate(state_now=state_now(*OF_COMMENTS))
    cells = [
        [link_to_text(row.pk, row.content), state_of(row), _by(row.author, row.created_at)]
        for row in shown.order_by("-pk")[:ROWS_SHOWN]
    ]
    return Table(["Comment", "State", "Written"], with_the_rest(cells, Comment, **all_of))


def with_the_rest(rows: list[list[Any]], model: type[Model], **all_of: int) -> list[list[Any]]:
    """Return rows, and when there may be more, one that leads to the list of all of them."""
    if len(rows) < ROWS_SHOWN or not all_of:
        return rows
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    shape = '<a class="text-link hover:underline" href="{}?{}">All of them</a>'
    return [*rows, [format_html(shape, page, urlencode(all_of)), *[""] * (len(rows[0]) - 1)]]


def link_to_text(pk: int, text: str) -> str:
    """Return the beginning of a text that leads to its page."""
    return link_to_id(pk, excerpt_of(text))


def _by(person: User | None, moment: Any) -> str:
    return format_html("{}<br>{}", link(person) if person else "the site", ago(moment))


def _case(report: Report) -> str:
    page = reverse("admin:moderation_case_change", args=[report.case_id])
    outcome = report.outcome or "waits"
    return format_html('<a class="text-link hover:underline" href="{}">{}</a>', page, outcome)


def _rules(screening: Screening) -> str:
    rules = ((rule["rule"], f"{rule['score']:.2f}") for rule in screening.rules)
    return format_html_join(", ", "{} {}", rules) or "nothing matched"


def _change(version: PastVersion) -> str:
    if version.is_removed:
        return "The text of this version was removed."
    warned = f"[{version.content_warning}] " if version.content_warning else ""
    style = f"{WRAPPED} max-height: 16rem; min-width: 14rem; overflow-y: auto;"
    parts = format_html_join("", "{}", ((_part(part),) for part in version.diff))
    text = version.content if version.number == 1 else parts
    return format_html('<div style="{}">{}{}</div>', style, warned, text or NOTHING)


def _part(part: Change) -> str:
    text = part["text"]
    if part["op"] == "equal" and len(text) > 3 * SAME_SHOWN:
        text = f"{text[:SAME_SHOWN]} … {text[-SAME_SHOWN:]}"
    return format_html(MARKS[part["op"]], text)
