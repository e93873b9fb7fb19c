"""The hot reads of people, compiled once: who calls, and a person's page. A test holds each against the ORM's own answer."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Anonymous, Connection, Follow, Session, User, Viewer
from socialsite.lib.prepared import PreparedRead, instance

USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]
SESSION_COLUMNS = [field.attname for field in Session._meta.concrete_fields]
WITH_USER = [*SESSION_COLUMNS, *(f"user__{name}" for name in USER_COLUMNS)]

_session: Callable[[str], Any] = Session._meta.get_field
_user: Callable[[str], Any] = User._meta.get_field


def _live(used_after: Any, made_after: Any, where: Q) -> QuerySet[Any]:
    return (
        Session.objects.live(used_after, made_after)
        .filter(where)
        .order_by()
        .values_list(*WITH_USER)
    )


_BY_ID = PreparedRead(
    lambda used_after, made_after, pk: _live(used_after, made_after, Q(pk=pk)),
    used_after=_session("last_used_at"),
    made_after=_session("created_at"),
    pk=_session("id"),
)
_BY_COOKIE = PreparedRead(
    lambda used_after, made_after, key_hash: _live(used_after, made_after, Q(key_hash=key_hash)),
    used_after=_session("last_used_at"),
    made_after=_session("created_at"),
    key_hash=_session("key_hash"),
)


def find_session(pk: int) -> Session | None:
    """Return the live sign-in of this id with its person."""
    return _with_user(_BY_ID.one(pk=pk, **_since()))


def find_session_by_cookie(key_hash: str) -> Session | None:
    """Return the live sign-in whose cookie has this hash, with its person."""
    return _with_user(_BY_COOKIE.one(key_hash=key_hash, **_since()))


def _since() -> dict[str, Any]:
    now = timezone.now()
    return {"used_after": now - Session.IDLE, "made_after": now - Session.GREATEST_AGE}


def _with_user(row: tuple[Any, ...] | None) -> Session | None:
    if row is None:
        return None
    size = len(SESSION_COLUMNS)
    session = instance(Session, SESSION_COLUMNS, row[:size])
    session.user = instance(User, USER_COLUMNS, row[size:])
    return session


_SEEN_BY_ANYONE = PreparedRead(
    lambda pk: (
        User.objects.visible_to(Anonymous()).filter(pk=pk).order_by().values_list(*USER_COLUMNS)
    ),
    pk=_user("id"),
)
_SEEN_BY_MODERATOR = PreparedRead(
    lambda pk: (
        User.objects.visible_to(_as_moderator()).filter(pk=pk).order_by().values_list(*USER_COLUMNS)
    ),
    pk=_user("id"),
)
_SEEN_BY_MEMBER = PreparedRead(
    lambda pk, viewer: (
        User.objects.visible_to(User(pk=viewer)).filter(pk=pk).order_by().values_list(*USER_COLUMNS)
    ),
    pk=_user("id"),
    viewer=_user("id"),
)


def find_visible_user(pk: int, viewer: Viewer) -> User | None:
    """Return a person if the viewer may see them: `User.objects.visible_to(viewer)` by id, compiled."""
    if isinstance(viewer, Anonymous):
        row = _SEEN_BY_ANYONE.one(pk=pk)
    elif viewer.is_moderator:
        row = _SEEN_BY_MODERATOR.one(pk=pk)
    else:
        row = _SEEN_BY_MEMBER.one(pk=pk, viewer=viewer.pk)
    return instance(User, USER_COLUMNS, row) if row else None


def _as_moderator() -> User:
    return User(role=User.Role.MODERATOR)


_FOLLOWS = PreparedRead(
    lambda follower, followed: (
        Follow.objects.filter(follower=follower, followed=followed).order_by().values_list("pk")
    ),
    follower=_user("id"),
    followed=_user("id"),
)
_CONNECTED = PreparedRead(
    lambda low, high: Connection.objects.between(low, high).accepted().order_by().values_list("pk"),
    low=_user("id"),
    high=_user("id"),
)


def follows(follower_id: int, followed_id: int) -> bool:
    """Tell whether one person follows another."""
    return _FOLLOWS.one(follower=follower_id, followed=followed_id) is not None


def are_connected(one_id: int, other_id: int) -> bool:
    """Tell whether two people are connected."""
    low, high = sorted((one_id, other_id))
    return _CONNECTED.one(low=low, high=high) is not None
