"""How people are seen: who has a socket where, and how they chose to be seen. Rows of `Presence` are locked in the order of people."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import Presence, SocketHost, SocketUser, User
from accounts.presence import announce, show_to_own_devices, with_sockets
from accounts.relationships import parts
from socialsite.lib.tasks import enqueue_at

LEASE = timedelta(seconds=60)
"""How long a process counts as there after it was last heard of"""


@transaction.atomic
def set_presence(
    *,
    actor: User,
    status: Presence.Status | str,
    text: str = "",
    expires_at: datetime | None = None,
) -> Presence:
    """Choose how to be seen from now on, or until a time; all the actor's devices hear of it, others what they may."""
    row = _locked([actor.pk], make=True)[0]
    before = _seen(row, has_socket=True)
    if status == Presence.Status.INVISIBLE and not row.is_hidden:
        row.last_seen_at = timezone.now()
    row.chosen, row.text, row.expires_at = str(status), text, expires_at
    row.save()
    if expires_at:
        enqueue_at(expires_at, "accounts.expire_presence", user_id=actor.pk)
    _tell(row, before)
    return row


@transaction.atomic
def expire_presence(*, user_id: int) -> None:
    """Take back what a person chose until a time that is over; a later choice stays."""
    rows = _locked([user_id])
    if not rows or rows[0].in_force:
        return
    [row] = rows
    before = _seen(Presence(chosen=row.chosen, text=row.text), has_socket=True)
    row.chosen, row.text, row.expires_at = Presence.Status.ONLINE, "", None
    row.save()
    _tell(row, before)


def arrive(*, host: str, user_ids: Collection[int]) -> set[int]:
    """Note that people have a socket in a process; returns those who are seen as they were not before: who had none anywhere.

    Stored 500 at a time, so that no other writer waits for long. Raises IntegrityError when the lease of the process is over.
    """
    return set[int]().union(*(_arrive(host, ids) for ids in parts(user_ids)))


@transaction.atomic
def _arrive(host: str, ids: list[int]) -> set[int]:
    if not prolong(host=host):
        SocketHost.objects.create(name=host, leased_until=timezone.now() + LEASE)
    rows = _locked(ids, make=True)
    had = with_sockets(ids)
    here = [SocketUser(host_id=host, user_id=row.user_id) for row in rows]
    SocketUser.objects.bulk_create(here, ignore_conflicts=True)
    return {row.user_id for row in rows if not row.is_hidden} - had


def leave(*, host: str, closed: Mapping[int, datetime]) -> set[int]:
    """Note that people have no socket in a process any more, since when; returns those who are seen no more: who have none anywhere."""
    return set[int]().union(*(_leave(host, ids, closed) for ids in parts(closed)))


@transaction.atomic
def _leave(host: str, ids: list[int], closed: Mapping[int, datetime]) -> set[int]:
    rows = _locked(ids)
    here = SocketUser.objects.filter(host=host, user__in=ids)
    left = set(here.values_list("user_id", flat=True))
    here.delete()
    left -= with_sockets(left)
    gone = [row for row in rows if row.user_id in left and not row.is_hidden]
    for row in gone:
        row.last_seen_at = closed[row.user_id]
    # The rows are there: this is one UPDATE with a value for each.
    Presence.objects.bulk_create(
        gone, update_conflicts=True, unique_fields=["user"], update_fields=["last_seen_at"]
    )
    return {row.user_id for row in gone}


def prolong(*, host: str, until: datetime | None = None) -> bool:
    """Let a process count for another lease; tells whether it still did: one whose lease is over must take another name."""
    now = timezone.now()
    held = SocketHost.objects.filter(name=host, leased_until__gt=now)
    return bool(held.update(leased_until=until or now + LEASE))


def retire(*, host: str) -> None:
    """Forget a process without people."""
    SocketHost.objects.filter(name=host).delete()


def sweep() -> int:
    """Let those go whose process is gone without a word, and tell whoever may know; returns how many processes were."""
    lapsed = list(SocketHost.objects.filter(leased_until__lt=timezone.now()))
    for host in lapsed:
        people = SocketUser.objects.filter(host=host).values_list("user_id", flat=True)
        last_heard = host.leased_until - LEASE
        announce(leave(host=host.name, closed=dict.fromkeys(people, last_heard)))
        host.delete()
    return len(lapsed)


def _locked(user_ids: Collection[int], *, make: bool = False) -> list[Presence]:
    """Lock the rows of people in their order and return them; `make` those that are missing."""
    if make:
        there = User.objects.filter(pk__in=user_ids).order_by("pk").values_list("pk", flat=True)
        rows = [Presence(user_id=pk) for pk in there]
        Presence.objects.bulk_create(rows, ignore_conflicts=True)
    locked = Presence.objects.select_for_update().filter(pk__in=user_ids)
    return list(locked.order_by("pk"))


def _seen(row: Presence, *, has_socket: bool) -> tuple[str, str]:
    """Return what others see of a person."""
    if not has_socket or row.is_hidden:
        return Presence.OFFLINE, ""
    return row.wanted, row.text if row.in_force else ""


def _tell(row: Presence, before: tuple[str, str]) -> None:
    transaction.on_commit(partial(show_to_own_devices, row), robust=True)
    if _seen(row, has_socket=True) != before and with_sockets([row.user_id]):
        transaction.on_commit(partial(announce, [row.user_id]), robust=True)
