"""Who stands behind a socket: the same credentials as over HTTP, and tickets."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.http import parse_cookie

from accounts import authentication
from accounts.actions.tickets import PREFIX, use_ticket
from accounts.authentication import Credential
from accounts.models import ApiToken, Presence, Session, SocketUser
from accounts.relationships import blocks_of, parts
from accounts.serializers.people import PersonCard
from accounts.serializers.presence import OwnPresence
from socialsite.lib.errors import Forbidden
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.realtime import hub
from socialsite.lib.realtime.people import Known


class SitePeople:
    """The people of the site (`lib.realtime.people.People`)."""

    def by_headers(self, headers: Mapping[bytes, bytes], *, browser: bool) -> Known | None:
        session = authentication.of_cookie(_cookie(headers)) if browser else None
        if session:
            return _let_in(session)
        header = headers.get(b"authorization")
        return (
            None if header is None else _let_in(authentication.of_header(header.decode("latin-1")))
        )

    def by_token(self, token: str) -> Known:
        if token.startswith(PREFIX):
            return _let_in(authentication.of_id(use_ticket(secret=token)))
        return _let_in(authentication.of_token(token))

    def renew(self, auth: Any) -> Known:
        credential = authentication.of_id(auth.pk)
        authentication.check_active(credential)
        authentication.note_use(credential)
        return credential.user, credential

    def ended(self, auths: Collection[Any]) -> set[int]:
        asked = {auth.pk for auth in auths}
        return asked - _live(Session, asked) - _live(ApiToken, asked)

    def unseen_by(self, viewer_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
        return blocks_of(viewer_ids)

    def card(self, user: Any) -> Mapping[str, Any]:
        presence = Presence.objects.filter(user=user).first() or Presence(user=user)
        about = {"is_guest": user.is_guest, "presence": OwnPresence(presence).data}
        return {**PersonCard(user).data, **about}


def _let_in(credential: Credential) -> Known:
    """Return who a credential stands for, if it may open sockets. Raises NotSignedIn, Forbidden (insufficient_scope)."""
    authentication.check_active(credential)
    if credential.scopes is not None and ApiToken.Scope.CHAT not in credential.scopes:
        raise Forbidden("insufficient_scope", "The token lacks the scope chat.")
    authentication.note_use(credential)
    return credential.user, credential


def _cookie(headers: Mapping[bytes, bytes]) -> str | None:
    sent = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    return sent.get(settings.API_SESSION_COOKIE)


def _live(model: type[Session] | type[ApiToken], asked: set[int]) -> set[int]:
    """Return which of these credentials of a kind count, and whose person may be here."""
    kind = Kind.SESSION if model is Session else Kind.API_TOKEN
    found: set[int] = set()
    for ids in parts({pk for pk in asked if kind_of(pk) is kind}):
        rows = model.objects.live().filter(
            pk__in=ids, user__suspended_by__isnull=True, user__deleted_at__isnull=True
        )
        found.update(rows.values_list("pk", flat=True))
    return found


NO_HUB: dict[str, Any] = {
    "sockets": 0,
    "people": 0,
    "topics": 0,
    "streams": 0,
    "deliveries": 0,
    "wake_ups": 0,
    "slow_closes": 0,
    "linked": False,
}


def figures() -> dict[str, Any]:
    """Return what staff read of the sockets of this process, and how many people are online anywhere."""
    found = hub.find()
    online = SocketUser.objects.live().values("user").distinct().count()
    return {**(found.stats() if found else NO_HUB), "people_online": online}
