"""Editing what a person shows and how they want things."""

from typing import Any

from django.db import transaction

from accounts.actions.versions import CheckVersion
from accounts.events import AccountPrivacyChanged, ProfileEdited, SettingsChanged
from accounts.models import User
from accounts.models.users import Settings
from socialsite.lib.effects import Effect, emit
from socialsite.lib.errors import Forbidden
from socialsite.lib.realtime import streams

SETTINGS = {field.name for field in Settings._meta.get_fields()}


def edit_profile(*, actor: User, user: User, changes: dict[str, Any], check: CheckVersion) -> User:
    """Change the fields that were sent, and no other. Raises Forbidden when the profile is another's, PreconditionFailed."""
    if actor.pk != user.pk:
        raise Forbidden("permission_denied", "You can edit your own profile only.")
    return _change(actor, changes, check, ProfileEdited)


def change_settings(*, actor: User, changes: dict[str, Any], check: CheckVersion) -> User:
    """Change the settings that were sent, and no other. Raises PreconditionFailed."""
    return _change(actor, changes, check, SettingsChanged)


@transaction.atomic
def _change(
    actor: User, changes: dict[str, Any], check: CheckVersion, effect: type[Effect]
) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    check(user.version)
    if changes:
        was_private = user.private_account
        for name, value in changes.items():
            setattr(user, name, value)
        user.version += 1
        user.save(update_fields=[*changes, "version", "updated_at"])
        emit(effect(actor_id=user.pk))
        if user.private_account != was_private:
            emit(AccountPrivacyChanged(actor_id=user.pk, is_private=user.private_account))
        if SETTINGS & changes.keys():
            # Their other devices hear of it.
            streams.append_last(user.pk, "settings")
    return user
