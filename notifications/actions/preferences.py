"""How a person wants to be told: channels, quiet hours, the policy about senders, and the end of mails by one click."""

from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.actions.versions import CheckVersion
from accounts.models import User
from notifications.events import PreferencesChanged, Unsubscribed
from notifications.models import Preferences
from notifications.types import settable_types
from socialsite.lib.effects import emit
from socialsite.lib.rows import insert_once

DIGEST = "digest"
"""What the link at the end of a digest switches off; any other is the name of a type"""


@transaction.atomic
def change_preferences(*, actor: User, changes: dict[str, Any], check: CheckVersion) -> Preferences:
    """Change the channels in `types` that are sent, the classes in `policy`, and the `quiet_hours`; None ends them.

    Raises PreconditionFailed.
    """
    preferences = _locked(actor)
    check(preferences.version)
    if not changes:
        return preferences
    for name, channels in changes.get("types", {}).items():
        preferences.channels[name] = preferences.channels.get(name, {}) | channels
    preferences.policy |= changes.get("policy", {})
    if "quiet_hours" in changes:
        hours = changes["quiet_hours"] or {"start": None, "end": None}
        preferences.quiet_start, preferences.quiet_end = hours["start"], hours["end"]
    _save(preferences, "channels", "policy", "quiet_start", "quiet_end")
    return preferences


@transaction.atomic
def unsubscribe(*, actor: User, what: str) -> None:
    """End the digest, or the mails of one type; twice changes nothing, and so does a type that is no more."""
    if what == DIGEST:
        ended = User.objects.filter(pk=actor.pk).exclude(digest=User.Digest.OFF)
        if ended.update(digest=User.Digest.OFF, version=F("version") + 1):
            emit(Unsubscribed(actor_id=actor.pk, what=what))
        return
    known = settable_types().get(what)
    if known is None:
        return
    preferences = _locked(actor)
    if preferences.allows(known, "email"):
        preferences.channels[what] = preferences.channels.get(what, {}) | {"email": False}
        _save(preferences, "channels")
        emit(Unsubscribed(actor_id=actor.pk, what=what))


def _locked(user: User) -> Preferences:
    insert_once(Preferences, user=user)
    return Preferences.objects.select_for_update().get(user=user)


def _save(preferences: Preferences, *columns: str) -> None:
    preferences.version += 1
    preferences.save(update_fields=[*columns, "version"])
    emit(PreferencesChanged(actor_id=preferences.user_id))
