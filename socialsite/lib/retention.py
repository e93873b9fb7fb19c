"""The ground floor's own jobs: what it kept for a while is forgotten in time."""

from socialsite.lib import limits
from socialsite.lib.api import idempotency
from socialsite.lib.tasks import periodic


@periodic("lib.purge_idempotency_keys", every=3600)
def purge_idempotency_keys() -> None:
    idempotency.purge()


@periodic("lib.purge_limits", every=1800)
def purge_limits() -> None:
    limits.purge()
