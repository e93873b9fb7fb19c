"""Personal tokens for programs."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.events import ApiTokenCreated, ApiTokenRevoked
from accounts.models import ApiToken, User
from accounts.secrets import hash_secret, make_secret
from socialsite.lib.effects import emit


@transaction.atomic
def create_api_token(
    *, actor: User, name: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token; returns it with its secret, which is shown once."""
    secret = make_secret(ApiToken.PREFIX)
    token = ApiToken.objects.create(
        user=actor,
        name=name,
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        token_hash=hash_secret(secret),
    )
    emit(ApiTokenCreated(actor_id=actor.pk, token_id=token.pk))
    return token, secret


@transaction.atomic
def revoke_api_tokens(*, actor: User) -> None:
    """Refuse all tokens of a person from now on."""
    for token in ApiToken.objects.live().filter(user=actor):
        revoke_api_token(actor=actor, token=token)


@transaction.atomic
def revoke_api_token(*, actor: User, token: ApiToken) -> None:
    """Refuse a token from now on; twice changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, user=actor, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    ):
        emit(ApiTokenRevoked(actor_id=actor.pk, token_id=token.pk))
