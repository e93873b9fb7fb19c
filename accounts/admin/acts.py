"""What staff can do to a person from the console; suspending is moderation's."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.actions import staff
from accounts.models import User
from socialsite.lib.admin import ADMINS, Act, ActForm, add_act


class RoleForm(ActForm):
    role = forms.ChoiceField(choices=User.Role.choices, widget=UnfoldAdminSelectWidget())


def give_badge(*, actor: User, thing: User) -> str:
    staff.set_badge(actor=actor, user=thing, is_verified=True)
    return f"{thing} wears the verified badge."


def take_badge(*, actor: User, thing: User) -> str:
    staff.set_badge(actor=actor, user=thing, is_verified=False)
    return f"{thing} wears the badge no longer."


def set_role(*, actor: User, thing: User, role: str) -> str:
    staff.set_role(actor=actor, user=thing, role=User.Role(role))
    return f"{thing} is {User.Role(role).label.lower()} now and has to sign in again."


def end_sessions(*, actor: User, thing: User) -> str:
    ended = staff.end_sessions_of(actor=actor, user=thing)
    return f"{ended} sign-ins of {thing} ended."


def _add(name: str, title: str, note: str, run: Any, **options: Any) -> None:
    add_act(User, Act(name=name, title=title, note=note, run=run, **options))


_add(
    "end-sessions",
    "End sign-ins",
    "Every sign-in ends: browsers and programs have to give the password again. Personal tokens stay.",
    end_sessions,
    icon="logout",
)
_add(
    "give-badge",
    "Give badge",
    "The badge tells everyone that the person is who they say.",
    give_badge,
    roles=ADMINS,
    fits=lambda user: not user.is_verified,
    icon="verified",
)
_add(
    "take-badge",
    "Take badge",
    "The badge vanishes from the profile at once.",
    take_badge,
    roles=ADMINS,
    fits=lambda user: user.is_verified,
    icon="remove_moderator",
)
_add(
    "role",
    "Set role",
    "Analysts read figures, moderators act on people and content, administrators give roles and badges. "
    "Every sign-in of the person ends.",
    set_role,
    form=RoleForm,
    roles=ADMINS,
    initial=lambda user: {"role": user.role},
    icon="badge",
)
