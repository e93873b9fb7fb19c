"""Connections: asked for, accepted, declined, withdrawn, removed."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.follows import add_follow
from accounts.actions.pairs import lock_for_contact, lock_pair
from accounts.actions.versions import CheckVersion, any_version
from accounts.events import (
    ConnectionAccepted,
    ConnectionDeclined,
    ConnectionRemoved,
    ConnectionRequested,
    ConnectionWithdrawn,
    Followed,
)
from accounts.models import Connection, FollowRequest, User
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden, NotFound


@transaction.atomic
def request_connection(*, actor: User, target: User, message: str = "") -> Connection:
    """Ask a person for a connection; when they asked already, accept theirs.

    Raises Invalid (self_target), Forbidden (blocked), Conflict (already_connected, already_pending, cooldown), NotFound.
    """
    actor, target = lock_for_contact(actor, target)
    live = Connection.objects.between(actor.pk, target.pk).live().first()
    if live is not None:
        return _meet(live, actor, target)
    _refuse_during_cooldown(actor, target)
    low, high = sorted((actor, target), key=lambda person: person.pk)
    made = Connection.objects.create(low=low, high=high, requester=actor, message=message)
    emit(ConnectionRequested(actor_id=actor.pk, target_id=target.pk, connection_id=made.pk))
    return made


@transaction.atomic
def accept_connection(
    *, actor: User, connection: Connection, check: CheckVersion = any_version
) -> Connection:
    """Say yes to a request. Raises Forbidden when it is one's own, Conflict (invalid_state), PreconditionFailed, NotFound."""
    connection, actor, requester = _lock(actor, connection)
    _refuse_unless_recipient(actor, connection)
    check(connection.version)
    _refuse_unless_can_become(connection, Connection.Status.ACCEPTED)
    _accept(connection, actor, requester)
    return connection


@transaction.atomic
def decline_connection(
    *, actor: User, connection: Connection, check: CheckVersion = any_version
) -> Connection:
    """Say no to a request; the requester is not told.

    Raises Forbidden when it is one's own, Conflict (invalid_state), PreconditionFailed, NotFound.
    """
    connection, actor, requester = _lock(actor, connection)
    _refuse_unless_recipient(actor, connection)
    check(connection.version)
    _refuse_unless_can_become(connection, Connection.Status.DECLINED)
    _answer(connection, Connection.Status.DECLINED)
    emit(ConnectionDeclined(actor_id=actor.pk, target_id=requester.pk, connection_id=connection.pk))
    return connection


@transaction.atomic
def remove_connection(
    *, actor: User, connection: Connection, check: CheckVersion = any_version
) -> None:
    """End a connection, either side; a pending request is withdrawn by its requester only. Follows stay.

    Raises Forbidden, PreconditionFailed, NotFound.
    """
    connection, actor, other = _lock(actor, connection)
    effect: type[ConnectionRemoved | ConnectionWithdrawn] = ConnectionRemoved
    if connection.status == Connection.Status.PENDING:
        effect = ConnectionWithdrawn
        if connection.requester_id != actor.pk:
            raise Forbidden(
                "permission_denied", "Only who asked can withdraw the request. Decline it."
            )
    check(connection.version)
    erase_connection(connection)
    emit(effect(actor_id=actor.pk, target_id=other.pk, connection_id=connection.pk))


def erase_connection(connection: Connection) -> None:
    """Delete a live connection and lower the counters if it was accepted. Needs the caller's lock on the pair."""
    if connection.status == Connection.Status.ACCEPTED:
        _count(connection, by=-1)
    Connection.objects.filter(pk=connection.pk).delete()


def _lock(actor: User, connection: Connection) -> tuple[Connection, User, User]:
    """Lock the pair and return the live row as it is now with its two people, the actor first."""
    actor, other = lock_pair(actor, connection.other(actor.pk))
    row = Connection.objects.live().select_related("low", "high").filter(pk=connection.pk).first()
    if row is None:
        raise NotFound
    return row, actor, other


def _meet(live: Connection, actor: User, target: User) -> Connection:
    if live.status == Connection.Status.ACCEPTED:
        raise Conflict("already_connected", "You are connected.")
    if live.requester_id == actor.pk:
        raise Conflict("already_pending", "Your request is waiting for an answer.")
    _accept(live, actor, target)
    return live


def _refuse_during_cooldown(actor: User, target: User) -> None:
    lately = timezone.now() - Connection.COOLDOWN
    declined = Connection.objects.between(actor.pk, target.pk).filter(
        requester=actor, status=Connection.Status.DECLINED, answered_at__gt=lately
    )
    if declined.exists():
        raise Conflict("cooldown", "This person cannot be asked again yet.")


def _refuse_unless_recipient(actor: User, connection: Connection) -> None:
    if connection.recipient_id != actor.pk:
        raise Forbidden("permission_denied", "Only the person who was asked can answer.")


def _refuse_unless_can_become(connection: Connection, status: Connection.Status) -> None:
    if not connection.can_become(status):
        raise Conflict("invalid_state", f"The connection is {connection.status}.")


def _accept(connection: Connection, actor: User, requester: User) -> None:
    _answer(connection, Connection.Status.ACCEPTED)
    _count(connection, by=1)
    for follower, followed in ((actor, requester), (requester, actor)):
        if follower.follow_on_connect and add_follow(follower, followed):
            FollowRequest.objects.filter(requester=follower, target=followed).delete()
            emit(Followed(actor_id=follower.pk, target_id=followed.pk))
    emit(ConnectionAccepted(actor_id=actor.pk, target_id=requester.pk, connection_id=connection.pk))


def _answer(connection: Connection, status: Connection.Status) -> None:
    connection.status, connection.answered_at = status, timezone.now()
    connection.version += 1
    connection.save(update_fields=["status", "answered_at", "version"])


def _count(connection: Connection, *, by: int) -> None:
    pair = User.objects.filter(pk__in=[connection.low_id, connection.high_id])
    pair.update(connection_count=F("connection_count") + by)
