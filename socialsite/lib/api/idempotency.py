"""Calls that can be repeated: an `Idempotency-Key` is stored in the transaction of its effect (DECISIONS 11)."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from socialsite.lib import context
from socialsite.lib.api.calls import Call
from socialsite.lib.errors import Conflict, Invalid, Unprocessable
from socialsite.lib.models import IdempotencyKey

KEPT = timedelta(hours=24)
MAX_KEY = 255
FOUND = 200
LOCK_NOT_AVAILABLE = "55P03"


class Found(int):
    """The id of something that was there before the call that was to make it: its answer is 200 in the place of 201."""


def key_of(request: Call) -> str | None:
    """Return the caller's key, or None when none was sent. Raises Invalid."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise Invalid(
            "invalid", f"Use 1 to {MAX_KEY} printable ASCII characters.", "Idempotency-Key"
        )
    return key


def once(
    request: Call, key: str, status: int, act: Callable[[], int | None]
) -> tuple[int | None, bool]:
    """Run `act`, which returns the id its answer is rendered from, unless a call with this key did so already.

    Returns that id and whether it is a repetition. A twin that comes while the first still runs waits for it at the unique index.
    Raises Unprocessable when the key was used with another body, Conflict when the wait takes too long.
    """
    scope, print_ = _scope(request), _fingerprint(request)
    try:
        with transaction.atomic():
            row = _claim(scope, key, print_, status)
            if row is None:
                return _recall(scope, key, print_), True
            made = act()
            row.object_id, row.status = made, FOUND if isinstance(made, Found) else status
            row.save(update_fields=["object_id", "status"])
            return made, False
    except OperationalError as error:
        if not _is_wait_for_lock(error):
            raise
        raise Conflict("in_progress", "A call with this key is still running.") from error


def _is_wait_for_lock(error: OperationalError) -> bool:
    # By its code: what PostgreSQL says of a lost connection can speak of locks too ("while locking tuple").
    code = getattr(error.__cause__, "sqlstate", None)
    return code == LOCK_NOT_AVAILABLE or "database is locked" in str(error)


def purge() -> int:
    """Forget keys older than a day; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _claim(scope: str, key: str, print_: str, status: int) -> IdempotencyKey | None:
    old = IdempotencyKey.objects.filter(scope=scope, key=key, created_at__lt=timezone.now() - KEPT)
    old.delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                scope=scope, key=key, fingerprint=print_, status=status
            )
    except IntegrityError:
        return None


def _recall(scope: str, key: str, print_: str) -> int | None:
    row = IdempotencyKey.objects.get(scope=scope, key=key)
    if row.fingerprint != print_:
        raise Unprocessable("idempotency_key_reused", "This key was used with another request.")
    return Found(row.object_id) if row.object_id and row.status == FOUND else row.object_id


def _scope(request: Call) -> str:
    """Name whose key it is: the credential's own, or address and route of an anonymous caller."""
    if request.user.is_authenticated:
        return str(request.auth)
    route = request.resolver_match.route if request.resolver_match else request.path
    # The caller's own address: behind a proxy REMOTE_ADDR is the proxy's, and strangers would share their keys.
    return f"{context.address.get()} {hashlib.sha256(route.encode()).hexdigest()[:16]}"


def _fingerprint(request: Call) -> str:
    body = request._request.body
    text = f"{request.method} {request.get_full_path()}\n".encode() + body
    return hashlib.sha256(text).hexdigest()
