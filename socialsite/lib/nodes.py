"""Which node number this process mints ids with: NODE_ID, a locked file beside SQLite, or a leased row of PostgreSQL.

The lowest free number is taken. A lease lasts two minutes and is kept by `keep_lease`, which the server and the worker call every
half minute; a process that lost its lease takes another number.
"""

import fcntl
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from socialsite.lib import ids
from socialsite.lib.models import NodeSlot

LEASE = timedelta(minutes=2)

_holder = f"{os.uname().nodename[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
_locked_files: list[IO[str]] = []


def claim() -> int:
    """Take a node number for the life of this process and mint with it.

    Raises RuntimeError when all 64 are taken.
    """
    if settings.NODE_ID is not None:
        number = settings.NODE_ID
    elif connection.vendor == "sqlite":
        number = _lock_file(settings.DATA_DIR / "nodes")
    else:
        number = _lease_row()
    ids.set_node(number)
    return number


def keep_lease() -> None:
    """Prolong the lease of this process; take another number when it was lost."""
    if settings.NODE_ID is not None or connection.vendor == "sqlite":
        return
    held = NodeSlot.objects.filter(holder=_holder).update(leased_until=timezone.now() + LEASE)
    if not held:
        claim()


def release() -> None:
    """Give a leased row back; a locked file is freed by the end of the process."""
    if settings.NODE_ID is None and connection.vendor != "sqlite":
        NodeSlot.objects.filter(holder=_holder).delete()


def _lock_file(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(ids.MAX_NODE + 1):
        file = (folder / f"{number}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            continue
        _locked_files.append(file)
        return number
    raise RuntimeError(f"all {ids.MAX_NODE + 1} node numbers in {folder} are taken")


@transaction.atomic
def _lease_row() -> int:
    now = timezone.now()
    # One claim at a time: two processes that start together must not see the same free number.
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE lib_nodeslot IN EXCLUSIVE MODE")
    NodeSlot.objects.filter(leased_until__lt=now).delete()
    taken = set(NodeSlot.objects.values_list("number", flat=True))
    free = next((n for n in range(ids.MAX_NODE + 1) if n not in taken), None)
    if free is None:
        raise RuntimeError(f"all {ids.MAX_NODE + 1} node numbers are leased")
    NodeSlot.objects.create(number=free, holder=_holder, leased_until=now + LEASE)
    return free
