"""What administrators do with the index."""

from django.db import transaction

from accounts.models import User
from search.events import ReindexRequested
from search.searchables import KINDS
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden, NotFound
from socialsite.lib.ids import Kind
from socialsite.lib.tasks import enqueue


@transaction.atomic
def request_reindex(*, actor: User, kind: int) -> None:
    """Have the index of a kind made anew in the background. Raises Forbidden, NotFound."""
    if not actor.is_superuser:
        raise Forbidden("permission_denied", "Only an administrator may do this.")
    if kind not in {int(known) for known in KINDS}:
        raise NotFound
    enqueue("search.reindex_kind", kind=kind)
    emit(ReindexRequested(actor_id=actor.pk, kind=Kind(kind)))
