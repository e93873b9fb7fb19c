"""Background work of the search."""

from search.indexing import reindex
from search.searchables import KINDS
from socialsite.lib.ids import Kind
from socialsite.lib.tasks import handler


@handler("search.reindex_kind", priority=-50)
def reindex_kind(kind: int) -> None:
    """Make the index of a kind anew; tried again, it goes on where it was."""
    if Kind(kind) in KINDS:
        reindex(Kind(kind))
