"""The hot reads of posts, compiled once: a post, and the pages of lists. A test holds each against the ORM's own answer."""

from collections.abc import Callable, Collection
from functools import cache
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from accounts.models import User, Viewer
from accounts.reads import CARD_COLUMNS, Reader, reader_of, stand_in
from posts.models import Post
from posts.models import PostQuerySet as Posts
from socialsite.lib.prepared import PreparedRead, Row, instance

POST_COLUMNS = [field.attname for field in Post._meta.concrete_fields]
SIZES = (1, 5, 20, 100)
"""How many posts one prepared read by ids can ask for"""
FLAGS = ("my_reactions", "bookmarked", "shared_by_me")
COLUMNS = (*POST_COLUMNS, *(f"author__{name}" for name in CARD_COLUMNS), *FLAGS)
NOTHING_DONE = (None, 0, 0)
BARE, WHOLE = len(COLUMNS) - len(FLAGS), len(COLUMNS)

_AT = {name: POST_COLUMNS.index(name) for name in POST_COLUMNS}
_ID = _AT["id"]
_standing = itemgetter(*(_AT[name] for name in ("deleted_at", "hidden_by", "removed_by")))
_post: Callable[[str], Any] = Post._meta.get_field
_user: Callable[[str], Any] = User._meta.get_field


class PostRow:
    """A post of a page as the database gave its row: the post itself is made when more of it is asked for than what pages show.

    `key` is all that its answer is made of but what its reader did: equal keys have equal answers.
    """

    __slots__ = ("_made", "embedded", "flags", "key", "pk")

    def __init__(self, row: Row) -> None:
        self.pk: int = row[_ID]
        self.key, self.flags = row[:BARE], row[BARE:WHOLE]
        self.embedded: dict[int, PostRow] = {}
        self._made: Post | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.post, name)

    @property
    def id(self) -> int:
        return self.pk

    @property
    def post_type(self) -> str:
        found: str = self.key[_AT["post_type"]]
        return found

    @property
    def shared_id(self) -> int | None:
        found: int | None = self.key[_AT["shared_id"]]
        return found

    @property
    def quote_of_id(self) -> int | None:
        found: int | None = self.key[_AT["quote_of_id"]]
        return found

    @property
    def quote_state(self) -> str:
        found: str = self.key[_AT["quote_state"]]
        return found

    @property
    def author_id(self) -> int:
        found: int = self.key[_AT["author_id"]]
        return found

    @property
    def stored_counts(self) -> str:
        """The emoji on it as the database gives them."""
        found: str = self.key[_AT["reaction_counts"]]
        return found

    @property
    def is_live(self) -> bool:
        deleted_at, hidden_by, removed_by = _standing(self.key)
        return deleted_at is None and hidden_by is None and removed_by is None

    @property
    def is_quote(self) -> bool:
        """As that of the post."""
        return self.quote_state == Post.QuoteState.GIVEN and self.is_live

    @property
    def post(self) -> Post:
        if self._made is None:
            self._made = post_of(self.key, self.flags)
        return self._made


def post_of(key: Row, flags: Row = NOTHING_DONE) -> Post:
    """Return the post of a raw row."""
    [row] = _by_id("anyone").converted([(*key, *flags)])
    return _made(row)


def find_post(pk: int, viewer: Viewer) -> Post | None:
    """Return a post if the viewer may read it, as `Post.objects.visible_to(viewer).for_api(viewer)` by id."""
    reader = reader_of(viewer)
    row = _by_id(reader).one(pk=pk, **_viewer(reader, viewer))
    return _made(row) if row else None


def find_posts(ids: Collection[int], viewer: Viewer) -> dict[int, PostRow]:
    """Return those of at most a hundred posts that the viewer may read."""
    if not ids:
        return {}
    reader = reader_of(viewer)
    size = next(size for size in SIZES if size >= len(ids))
    padded = {f"pk{n}": pk for n, pk in enumerate([*ids, *[0] * (size - len(ids))])}
    rows = _by_ids(reader, size).raw(**padded, **_viewer(reader, viewer))
    return {post.pk: post for post in map(PostRow, rows)}


def page_of_all(viewer: Viewer) -> Callable[[Any, bool, int], list[PostRow]]:
    """Return what reads a page of the list of all posts by their ids, as `listed_for`."""
    return _fetch("all", viewer, {})


def page_of_author(author_id: int, viewer: Viewer) -> Callable[[Any, bool, int], list[PostRow]]:
    """Return what reads a page of one person's posts by their ids."""
    return _fetch("author", viewer, {"author": author_id})


def _fetch(
    which: str, viewer: Viewer, values: dict[str, Any]
) -> Callable[[Any, bool, int], list[PostRow]]:
    reader = reader_of(viewer)
    values = values | _viewer(reader, viewer)

    def fetch(position: Any, descending: bool, number: int) -> list[PostRow]:
        read = _page(which, reader, descending, position is not None, number)
        beyond = {} if position is None else {"position": position}
        return [PostRow(row) for row in read.raw(**values, **beyond)]

    return fetch


def _viewer(reader: Reader, viewer: Viewer) -> dict[str, Any]:
    return {} if reader == "anyone" else {"viewer": viewer.pk}


@cache
def _by_id(reader: Reader) -> PreparedRead:
    def build(pk: Any, viewer: Any = None) -> QuerySet[Any]:
        rows = Post.objects.visible_to(stand_in(reader, viewer)).filter(pk=pk)
        return _columns(rows, stand_in(reader, viewer))

    return PreparedRead(build, pk=_post("id"), **_names(reader))


@cache
def _by_ids(reader: Reader, size: int) -> PreparedRead:
    names = [f"pk{n}" for n in range(size)]

    def build(viewer: Any = None, **pks: Any) -> QuerySet[Any]:
        rows = Post.objects.visible_to(stand_in(reader, viewer)).filter(pk__in=pks.values())
        return _columns(rows, stand_in(reader, viewer))

    return PreparedRead(build, **dict.fromkeys(names, _post("id")), **_names(reader))


@cache
def _page(
    which: str,
    reader: Reader,
    descending: bool,
    positioned: bool,
    number: int,
) -> PreparedRead:
    def build(position: Any = None, viewer: Any = None, author: Any = None) -> QuerySet[Any]:
        reading = stand_in(reader, viewer)
        rows = (
            Post.objects.listed_for(reading)
            if which == "all"
            else Post.objects.visible_to(reading).filter(author=author)
        )
        if positioned:
            rows = rows.filter(**{"pk__lt" if descending else "pk__gt": position})
        return _columns(rows, reading).order_by("-id" if descending else "id")[:number]

    names = _names(reader)
    names |= {"author": _user("id")} if which == "author" else {}
    names |= {"position": _post("id")} if positioned else {}
    return PreparedRead(build, **names)


def _names(reader: Reader) -> dict[str, Any]:
    return {} if reader == "anyone" else {"viewer": _user("id")}


def _columns(rows: Posts, viewer: Viewer) -> QuerySet[Any]:
    return rows.for_api(viewer).order_by().values_list(*COLUMNS)


def _made(row: Row) -> Post:
    """Return the post of a row of COLUMNS, with as much of its author as a card shows."""
    size, cards = len(POST_COLUMNS), len(CARD_COLUMNS)
    post = instance(Post, POST_COLUMNS, row[:size])
    post.author = instance(User, CARD_COLUMNS, row[size : size + cards])
    post.__dict__.update(zip(FLAGS, row[size + cards :], strict=True))
    return post
