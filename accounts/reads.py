"""The hot reads of people, compiled once: who calls, and a person's page. A test holds each against the ORM's own answer."""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Anonymous, ApiToken, Connection, Follow, Session, User, Viewer
from socialsite.lib.prepared import PreparedRead, instance

C = TypeVar("C", Session, ApiToken)

USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]
SESSION_COLUMNS = [field.attname for field in Session._meta.concrete_fields]
CARD_COLUMNS = (
    "id", "username", "display_name", "avatar_url", "headline", "is_verified", "private_account",
)  # fmt: skip
"""What a person's card shows"""
TOKEN_COLUMNS = [field.attname for field in ApiToken._meta.concrete_fields]
OF_USER = [f"user__{name}" for name in USER_COLUMNS]

_session: Callable[[str], Any] = Session._meta.get_field
_token: Callable[[str], Any] = ApiToken._meta.get_field
_user: Callable[[str], Any] = User._meta.get_field


def _live(used_after: Any, made_after: Any, where: Q) -> QuerySet[Any]:
    return (
        Session.objects.live(used_after, made_after)
        .filter(where)
        .order_by()
        .values_list(*SESSION_COLUMNS, *OF_USER)
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
    return _with_user(Session, SESSION_COLUMNS, _BY_ID.one(pk=pk, **_since()))


def find_session_by_cookie(key_hash: str) -> Session | None:
    """Return the live sign-in whose cookie has this hash, with its person."""
    row = _BY_COOKIE.one(key_hash=key_hash, **_since())
    return _with_user(Session, SESSION_COLUMNS, row)


def _since() -> dict[str, Any]:
    now = timezone.now()
    return {"used_after": now - Session.IDLE, "made_after": now - Session.GREATEST_AGE}


def _with_user(model: type[C], columns: list[str], row: tuple[Any, ...] | None) -> C | None:
    if row is None:
        return None
    size = len(columns)
    credential = instance(model, columns, row[:size])
    credential.user = instance(User, USER_COLUMNS, row[size:])
    return credential


def _live_tokens(now: Any, where: Q) -> QuerySet[Any]:
    rows = ApiToken.objects.live(now).filter(where).order_by()
    return rows.values_list(*TOKEN_COLUMNS, *OF_USER)


_TOKEN_BY_ID = PreparedRead(
    lambda now, pk: _live_tokens(now, Q(pk=pk)), now=_token("expires_at"), pk=_token("id")
)
_TOKEN_BY_HASH = PreparedRead(
    lambda now, token_hash: _live_tokens(now, Q(token_hash=token_hash)),
    now=_token("expires_at"),
    token_hash=_token("token_hash"),
)


def find_token(pk: int) -> ApiToken | None:
    """Return the live personal token of this id with its person."""
    return _with_user(ApiToken, TOKEN_COLUMNS, _TOKEN_BY_ID.one(pk=pk, now=timezone.now()))


def find_token_by_hash(token_hash: str) -> ApiToken | None:
    """Return the live personal token whose secret has this hash, with its person."""
    row = _TOKEN_BY_HASH.one(token_hash=token_hash, now=timezone.now())
    return _with_user(ApiToken, TOKEN_COLUMNS, row)


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


Reader = Literal["anyone", "member", "moderator"]
"""Who reads, as far as the rules of `visible_to` tell readers apart"""
EdgeList = Literal["followers_of", "followed_by"]


def reader_of(viewer: Viewer) -> Reader:
    """Return which of the rules of `visible_to` holds for a viewer."""
    if isinstance(viewer, Anonymous):
        return "anyone"
    return "moderator" if viewer.is_moderator else "member"


def stand_in(reader: Reader, pk: Any) -> Viewer:
    """Return a viewer of a kind, for whom a query is compiled; `pk` is the marker of the viewer's id."""
    if reader == "anyone":
        return Anonymous()
    return User(pk=pk, role=User.Role.MODERATOR if reader == "moderator" else User.Role.MEMBER)


def values_of(viewer: Viewer) -> dict[str, Any]:
    """Return the value that a read compiled for a kind of reader takes of the viewer."""
    return {"viewer": viewer.pk} if reader_of(viewer) == "member" else {}


def page_of_edges(
    which: EdgeList, person: User, viewer: Viewer
) -> Callable[[Any, bool, int], list[User]]:
    """Return what reads a page of a person's followers, or of whom they follow, by the ids of the edges."""

    def fetch(position: Any, descending: bool, number: int) -> list[User]:
        read = _edges(which, reader_of(viewer), descending, position is not None, number)
        beyond = {} if position is None else {"position": position}
        rows = read.rows(person=person.pk, **values_of(viewer), **beyond)
        return [instance(User, (*CARD_COLUMNS, "edge"), row) for row in rows]

    return fetch


@cache
def _edges(
    which: EdgeList, reader: Reader, descending: bool, positioned: bool, number: int
) -> PreparedRead:
    def build(person: Any, viewer: Any = None, position: Any = None) -> QuerySet[Any]:
        seen = User.objects.visible_to(stand_in(reader, viewer))
        rows: QuerySet[Any] = getattr(seen, which)(User(pk=person))
        if positioned:
            rows = rows.filter(**{"edge__lt" if descending else "edge__gt": position})
        rows = rows.order_by("-edge" if descending else "edge")
        return rows.values_list(*CARD_COLUMNS, "edge")[:number]

    names = {"person": _user("id")} | ({"viewer": _user("id")} if reader == "member" else {})
    return PreparedRead(build, **names, **({"position": _user("id")} if positioned else {}))


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
