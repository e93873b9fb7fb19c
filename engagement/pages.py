"""The hot reads of comments, compiled once for each kind of reader: one comment, and the pages of those on a thing."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from accounts.models import User, Viewer
from accounts.reads import CARD_COLUMNS, Reader, reader_of, stand_in
from engagement.models import LIKE, Comment, Reaction
from engagement.reads import comments_on, hides_some, mark_filtered
from socialsite.lib.prepared import PreparedRead, Row, instance

COMMENT_COLUMNS = [field.attname for field in Comment._meta.concrete_fields]
FLAGS = ("is_readable", "liked")
COLUMNS = (*COMMENT_COLUMNS, *(f"author__{name}" for name in CARD_COLUMNS), *FLAGS)

_comment: Callable[[str], Any] = Comment._meta.get_field
_user: Callable[[str], Any] = User._meta.get_field


def first_comments(target_id: int, viewer: Viewer, number: int) -> list[Comment]:
    """Return the newest comments on a thing, as `comments_on` and `mark_liked` do; one statement."""
    return page_of_comments(target_id, viewer)(None, True, number)


def page_of_comments(target_id: int, viewer: Viewer) -> Callable[[Any, bool, int], list[Comment]]:
    """Return what reads a page of the comments on a thing by their ids; one statement for each page."""
    if hides_some(viewer):
        return partial(_unprepared, target_id, viewer)
    reader = reader_of(viewer)
    values = {"target": target_id} | ({} if reader == "anyone" else {"viewer": viewer.pk})

    def fetch(position: Any, descending: bool, number: int) -> list[Comment]:
        read = _page(reader, descending, position is not None, number)
        beyond = {} if position is None else {"position": position}
        found = [_made(row) for row in read.rows(**values, **beyond)]
        mark_filtered(found, viewer)
        return found

    return fetch


def _unprepared(
    target_id: int, viewer: Viewer, position: Any, descending: bool, number: int
) -> list[Comment]:
    """Read a page for somebody whose filters hide some of it: the words of a filter are theirs alone."""
    rows = comments_on(target_id, viewer).annotate(liked=_liked(viewer.pk))
    if position is not None:
        rows = rows.filter(**{"pk__lt" if descending else "pk__gt": position})
    found = list(rows.order_by("-id" if descending else "id")[:number])
    mark_filtered(found, viewer)
    return found


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
def _page(reader: Reader, descending: bool, positioned: bool, number: int) -> PreparedRead:
    def build(target: Any, viewer: Any = None, position: Any = None) -> QuerySet[Any]:
        rows = comments_on(target, stand_in(reader, viewer)).annotate(liked=_liked(viewer))
        if positioned:
            rows = rows.filter(**{"pk__lt" if descending else "pk__gt": position})
        return rows.order_by("-id" if descending else "id").values_list(*COLUMNS)[:number]

    names = {"target": _comment("target_id")}
    names |= {} if reader == "anyone" else {"viewer": _user("id")}
    names |= {"position": _comment("id")} if positioned else {}
    return PreparedRead(build, **names)


def _liked(viewer: Any) -> Exists | Value:
    if viewer is None:
        return Value(value=False, output_field=BooleanField())
    return Exists(Reaction.objects.filter(name=LIKE, user=viewer, target_id=OuterRef("pk")))


def _made(row: Row) -> Comment:
    """Return the comment of a row of COLUMNS, with as much of its author as a card shows."""
    size, cards = len(COMMENT_COLUMNS), len(CARD_COLUMNS)
    comment = instance(Comment, COMMENT_COLUMNS, row[:size])
    comment.author = instance(User, CARD_COLUMNS, row[size : size + cards])
    comment.__dict__.update(zip(FLAGS, row[size + cards :], strict=False))
    return comment
