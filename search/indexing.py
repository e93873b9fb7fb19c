"""Writing the index: in the transaction of what changes a thing, and all of it anew."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from search.folding import folded, words
from search.matching import facet
from search.models import LENGTHS, Document, IndexState, NameGram
from search.names import name_grams
from search.searchables import KINDS, Draft, Indexed
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.retries import retried

BATCH = 200
COLUMNS = ("kind", "author_id", "container_id", *LENGTHS)
MOST_WORDS = 12_000
"""Of one text, so that the places of its words fit into a vector of PostgreSQL"""


def index_things(ids: Iterable[int]) -> None:
    """Make the documents of things equal to what they say now, and forget those of what is gone. Needs the caller's transaction.

    What stands below a thing keeps its own: it comes back with it.
    """
    for number, group in groupby(sorted(ids, key=_number), key=_number):
        kind, wanted = Kind(number), list(group)
        things = list(KINDS[kind].rows().filter(pk__in=wanted))
        write(kind, things)
        if gone := set(wanted) - {thing.pk for thing in things}:
            Document.objects.filter(pk__in=gone).delete()


def forget_things(ids: list[int]) -> None:
    """Forget the documents of things, and of what stood below them. Needs the caller's transaction."""
    Document.objects.about(ids).delete()


def write(kind: Kind, things: list[Any]) -> None:
    """Write the documents of things of one kind."""
    documents = [document_of(kind, KINDS[kind].draft(thing)) for thing in things]
    Document.objects.bulk_create(
        documents, update_conflicts=True, unique_fields=["id"], update_fields=COLUMNS
    )
    if kind is Kind.USER:
        write_names(things)


def write_names(people: list[Any]) -> None:
    """Make the letters of people's names equal to their names."""
    wanted = {(gram, user.pk) for user in people for gram in name_grams(user)}
    rows = NameGram.objects.filter(user__in=[user.pk for user in people])
    known = {(gram, user_id): pk for pk, gram, user_id in rows.values_list("pk", "gram", "user_id")}
    if gone := [pk for pair, pk in known.items() if pair not in wanted]:
        NameGram.objects.filter(pk__in=gone).delete()
    fresh = [NameGram(gram=gram, user_id=pk) for gram, pk in sorted(wanted - set(known))]
    NameGram.objects.bulk_create(fresh, ignore_conflicts=True)


def document_of(kind: Kind, draft: Draft) -> Document:
    """Return the row of a draft: its texts as words, cut where a column ends."""
    tags = list(draft.tags)
    facets = [facet("kind", int(kind)), *draft.facets, *(facet("hashtag", tag) for tag in tags)]
    return Document(
        id=draft.id,
        kind=int(kind),
        author_id=draft.author_id,
        container_id=draft.container_id,
        title=_cut(folded(draft.title), "title"),
        tags=_cut(" ".join(map(folded, tags)), "tags"),
        body=_cut(_first_words(draft.body), "body"),
        facets=_cut(" ".join(dict.fromkeys(facets)), "facets"),
    )


def reindex(kind: Kind, advance: Callable[[int], Any] = lambda number: None) -> IndexState:
    """Make the whole index of a kind equal to what there is, in short transactions; goes on where an earlier run stopped."""
    state, _ = IndexState.objects.get_or_create(kind=int(kind))
    if not state.is_running:
        state.position, state.written, state.removed = 0, 0, 0
        state.started_at = timezone.now()
        state.save()
    while number := retried(lambda: _reindex_batch(kind, state)):
        advance(number)
    while removed := retried(lambda: _prune_batch(kind)):
        state.removed += removed
    state.started_at, state.finished_at = None, timezone.now()
    state.save()
    return state


def begin_states() -> None:
    """Have a row for the state of the index of each kind."""
    IndexState.objects.bulk_create(
        [IndexState(kind=int(kind)) for kind in KINDS], ignore_conflicts=True
    )


def start_again(kinds: Iterable[Kind]) -> None:
    """Let the next run over these kinds begin at the beginning."""
    rows = IndexState.objects.filter(kind__in=[int(kind) for kind in kinds])
    rows.update(started_at=None)


@transaction.atomic
def _reindex_batch(kind: Kind, state: IndexState) -> int:
    rows = KINDS[kind].rows().filter(pk__gt=state.position).order_by("pk")
    # Under the lock that whoever changes a thing holds: an edit comes before, or after and has the last word.
    things = list(rows.select_for_update(no_key=True, of=("self",))[:BATCH])
    if things:
        write(kind, things)
        position, written = things[-1].pk, state.written + len(things)
        IndexState.objects.filter(pk=state.pk).update(position=position, written=written)
        state.position, state.written = position, written
    return len(things)


@transaction.atomic
def _prune_batch(kind: Kind) -> int:
    gone = list(extra(kind).values_list("pk", flat=True)[:BATCH])
    Document.objects.filter(pk__in=gone).delete()
    return len(gone)


def extra(kind: Kind) -> QuerySet[Document]:
    """Return the documents of a kind whose thing is gone."""
    there = KINDS[kind].rows().filter(pk=OuterRef("pk"))
    return Document.objects.of_kind(int(kind)).filter(~Exists(there))


def missing(kind: Kind) -> QuerySet[Any]:
    """Return the things of a kind that have no document."""
    documents = Document.objects.filter(pk=OuterRef("pk"))
    return KINDS[kind].rows().filter(~Exists(documents))


def wrong_documents() -> Iterator[str]:
    """Every document says what its thing says; and nothing is missing in the index of a kind that was made."""
    made = set(IndexState.objects.filter(finished_at__isnull=False).values_list("kind", flat=True))
    for kind, indexed in KINDS.items():
        for pk in extra(kind).values_list("pk", flat=True).iterator():
            yield f"document {pk} is of nothing"
        if int(kind) in made:
            for pk in missing(kind).values_list("pk", flat=True).iterator():
                yield f"{pk} has no document"
        yield from _different(kind, indexed)


def _different(kind: Kind, indexed: Indexed) -> Iterator[str]:
    last = 0
    while things := list(indexed.rows().filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = things[-1].pk
        known = Document.objects.in_bulk([thing.pk for thing in things])
        for thing in things:
            if (is_now := known.get(thing.pk)) is None:
                continue
            wanted = document_of(kind, indexed.draft(thing))
            if any(getattr(is_now, name) != getattr(wanted, name) for name in COLUMNS):
                yield f"document {thing.pk} says what its thing does not"


def _first_words(text: str) -> str:
    found = [word.token for word, _ in zip(words(text), range(MOST_WORDS), strict=False)]
    return " ".join(found)


def _cut(text: str, column: str) -> str:
    """Return as many whole words as fit."""
    if len(text) <= LENGTHS[column]:
        return text
    return text[: LENGTHS[column] + 1].rpartition(" ")[0]


def _number(pk: int) -> int:
    return kind_of(pk) or 0
