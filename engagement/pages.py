"""The hot reads of comments, compiled once for each kind of reader: one comment, and the first page of those on a thing."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from accounts.models import Anonymous, User, Viewer
from accounts.reads import CARD_COLUMNS, Reader, reader_of, stand_in
from engagement.models import LIKE, Comment, Reaction
from engagement.reads import comments_on
from socialsite.lib.prepared import PreparedRead, Row, instance

COMMENT_COLUMNS = [field.attname for field in Comment._meta.concrete_fields]
FLAGS = ("is_readable", "liked")
COLUMNS = (*COMMENT_COLUMNS, *(f"author__{name}" for name in CARD_COLUMNS), *FLAGS)

_comment: Callable[[str], Any] = Comment._meta.get_field
_user: Callable[[str], Any] = User._meta.get_field


def first_comments(target_id: int, viewer: Viewer, number: int) -> list[Comment]:
    """Return the newest comments on a thing, as `comments_on` and `mark_liked` do; one statement."""
    if isinstance(viewer, Anonymous):
        rows = _by_anyone(number).rows(target=target_id)
    else:
        read = _by_member(number, is_moderator=viewer.is_moderator)
        rows = read.rows(target=target_id, viewer=viewer.pk)
    return [_made(row) for row in rows]


def find_comment(pk: int, viewer: Viewer) -> Comment | None:
    """Return a comment if the viewer may see it, as `Comment.objects.visible_to(viewer)` by id."""
    reader = reader_of(viewer)
    row = _by_id(reader).one(pk=pk, **({} if reader == "anyone" else {"viewer": viewer.pk}))
    return _made(row) if row else None


@cache
def _by_id(reader: Reader) -> PreparedRead:
    def build(pk: Any, viewer: Any = None) -> QuerySet[Any]:
        rows = Comment.objects.visible_to(stand_in(reader, viewer)).filter(pk=pk).order_by()
        return rows.values_list(*COLUMNS[: -len(FLAGS)])

    names = {} if reader == "anyone" else {"viewer": _user("id")}
    return PreparedRead(build, pk=_comment("id"), **names)


@cache
def _by_anyone(number: int) -> PreparedRead:
    nothing = Value(value=False, output_field=BooleanField())
    return PreparedRead(
        lambda target: _page(target, Anonymous(), nothing, number), target=_comment("target_id")
    )


@cache
def _by_member(number: int, *, is_moderator: bool) -> PreparedRead:
    role = User.Role.MODERATOR if is_moderator else User.Role.MEMBER

    def build(target: Any, viewer: Any) -> QuerySet[Any]:
        likes = Reaction.objects.filter(name=LIKE, user=viewer, target_id=OuterRef("pk"))
        return _page(target, User(pk=viewer, role=role), Exists(likes), number)

    return PreparedRead(build, target=_comment("target_id"), viewer=_user("id"))


def _page(target: Any, viewer: Viewer, liked: Any, number: int) -> QuerySet[Any]:
    rows = comments_on(target, viewer).annotate(liked=liked).order_by("-id")
    return rows.values_list(*COLUMNS)[:number]


def _made(row: Row) -> Comment:
    """Return the comment of a row of COLUMNS, with as much of its author as a card shows."""
    size, cards = len(COMMENT_COLUMNS), len(CARD_COLUMNS)
    comment = instance(Comment, COMMENT_COLUMNS, row[:size])
    comment.author = instance(User, CARD_COLUMNS, row[size : size + cards])
    comment.__dict__.update(zip(FLAGS, row[size + cards :], strict=False))
    return comment
