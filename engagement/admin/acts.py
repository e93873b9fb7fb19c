"""What a moderator can do to what people write."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from accounts.models import User
from engagement.models import Revision
from moderation import actions
from moderation.admin.forms import GroundsForm, UndoForm, WarnForm
from moderation.models import Action, Reason
from socialsite.lib import targets
from socialsite.lib.admin import Act, ActForm, add_act
from socialsite.lib.errors import Conflict

Kind = Action.Kind
RemoveVersion = Callable[[User, Any, int], None]
"""(actor, thing, number): the action that takes an earlier version out of a history"""


class VersionForm(ActForm):
    number = forms.IntegerField(
        label="Version", min_value=1, max_value=2**31 - 1, widget=UnfoldAdminIntegerFieldWidget()
    )


def hide(*, actor: User, thing: Any, **said: Any) -> str:
    actions.hide_thing(actor=actor, thing=thing, **said)
    return f"The {targets.noun_of(thing.pk)} is hidden."


def remove(*, actor: User, thing: Any, **said: Any) -> str:
    actions.remove_thing(actor=actor, thing=thing, **said)
    return f"The {targets.noun_of(thing.pk)} is removed."


def warn(*, actor: User, thing: Any, **said: Any) -> str:
    actions.warn_owner(actor=actor, thing=thing, **said)
    return f"{thing.author} is warned."


def causes_of(thing: Any) -> dict[str, Action]:
    """Return the live actions that keep a thing away, by their kind; asked once for each thing."""
    if thing.hidden_by is None and thing.removed_by is None:
        return {}
    if "causes" not in vars(thing):
        found = Action.objects.live().filter(target_id=thing.pk, kind__in=_TAKEN_BACK)
        thing.causes = {action.kind: action for action in found}
    causes: dict[str, Action] = thing.causes
    return causes


_TAKEN_BACK = {
    Kind.HOLD: ("let-through", "Let through", "The screening held it: now everybody sees it who may."),
    Kind.HIDE: ("undo-hide", "Undo hiding", "Everything is as it was before, counters too."),
    Kind.DELETE: ("undo-delete", "Undo removal", "Everything is as it was before, counters too."),
}  # fmt: skip
"""What can be taken back from a thing's own page: name, title and note of the act"""


def _undo(kind: Action.Kind) -> Callable[..., str]:
    def undo(*, actor: User, thing: Any, note: str = "") -> str:
        cause = causes_of(thing).get(kind)
        if cause is None:
            raise Conflict("already_undone", "Another moderator took it back just now.")
        if kind == Kind.HOLD:
            actions.release_hold(actor=actor, hold=cause)
        else:
            actions.undo_action(actor=actor, action=cause, note=note)
        return "The action is undone."

    return undo


def _undo_act(kind: Action.Kind) -> Act:
    name, title, note = _TAKEN_BACK[kind]
    return Act(
        name=name,
        title=title,
        note=note,
        run=_undo(kind),
        form=ActForm if kind == Kind.HOLD else UndoForm,
        fits=lambda thing: kind in causes_of(thing),
        icon="undo",
        variant=ActionVariant.SUCCESS,
    )


def _newest_earlier(thing: Any) -> dict[str, Any]:
    kept = Revision.objects.of(thing.pk).filter(removed_at__isnull=True).order_by("-number")
    return {"number": kept.values_list("number", flat=True).first()}


def _remove_version_act(remove_version: RemoveVersion) -> Act:
    def run(*, actor: User, thing: Any, number: int) -> str:
        remove_version(actor, thing, number)
        return f"The text of version {number} is gone for good."

    return Act(
        name="remove-version",
        title="Remove a version",
        note="The text of an earlier version leaves the history for good: this is not undone. The present text stays.",
        run=run,
        form=VersionForm,
        fits=lambda thing: thing.edited_at is not None,
        initial=_newest_earlier,
        icon="history_toggle_off",
    )


HIDE = Act(
    name="hide",
    title="Hide",
    note="Only its author and moderators still see it. It leaves lists, searches and counters, and can be brought back exactly.",
    run=hide,
    form=GroundsForm,
    initial=lambda _thing: {"reason": Reason.OTHER},
    fits=lambda thing: Kind.HIDE not in causes_of(thing),
    icon="visibility_off",
    variant=ActionVariant.WARNING,
)
REMOVE = Act(
    name="delete",
    title="Remove",
    note="Only moderators still see it, and they can bring it back exactly.",
    run=remove,
    form=GroundsForm,
    initial=lambda _thing: {"reason": Reason.OTHER},
    fits=lambda thing: Kind.DELETE not in causes_of(thing),
    icon="delete",
    variant=ActionVariant.DANGER,
)
WARN = Act(
    name="warn",
    title="Warn",
    note="The author is told that this broke a rule; nothing else changes.",
    run=warn,
    form=WarnForm,
    initial=lambda _thing: {"reason": Reason.OTHER},
    icon="warning",
)


def add_content_acts(model: type[Model], remove_version: RemoveVersion) -> None:
    """Put on the pages of a model all that moderators can do to what people write."""
    add_standing_acts(model)
    add_act(model, WARN)
    add_act(model, _remove_version_act(remove_version))


def add_standing_acts(model: type[Model]) -> None:
    """Put on the pages of a model what takes a thing away from others, and what takes that back."""
    for act in (HIDE, REMOVE, *map(_undo_act, _TAKEN_BACK)):
        add_act(model, act)
