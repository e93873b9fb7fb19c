"""Many processes that write to one SQLite file through the actions, and a reader that keeps its snapshot open for seconds.

`python -c "import django; django.setup(); from chaos.writers import main; main(10)"`, with DATA_DIR of one's own; prints JSON.
"""

import json
import multiprocessing
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import F, Sum

from accounts.actions import follows, profiles
from accounts.actions.versions import any_version
from accounts.models import User
from chaos.people import make_people
from socialsite.lib.errors import AppError
from socialsite.lib.invariants import violations

WRITERS, PEOPLE = 8, 10
READ_S = 5.0

Figures = dict[str, Any]


def main(seconds: float, *, immediate: bool = True) -> None:
    """Let the writers run for so many seconds and print what they counted; `immediate=False` plants the defect they must see."""
    call_command("migrate", verbosity=0, interactive=False)
    pks = [person.pk for person in make_people(PEOPLE)]
    connection.close()
    if not immediate:
        del connection.settings_dict["OPTIONS"]["transaction_mode"]
    with multiprocessing.get_context("fork").Pool(WRITERS + 1) as pool:
        reading = pool.apply_async(read, (min(READ_S, seconds),))
        jobs = [pool.apply_async(write, (n, pks, seconds)) for n in range(WRITERS)]
        found = [job.get(seconds + 120) for job in jobs]
        figures = total(found) | {"snapshots": reading.get(seconds + 120)}
    print(json.dumps(figures | judge(pks, figures)))


def write(seed: int, pks: list[int], seconds: float) -> tuple[Counter[str], list[float]]:
    """Write as fast as it goes; return counts and the seconds each write took."""
    dice, counts, took = random.Random(seed), Counter[str](), []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        one, other = User.objects.in_bulk(dice.sample(pks, 2)).values()
        name, act = dice.choice(ACTS)
        started = time.monotonic()
        try:
            act(one, other)
            counts[name] += 1
        except OperationalError as error:
            counts["locked" if "locked" in str(error) else repr(error)] += 1
        except AppError as refusal:
            counts[refusal.code] += 1
        took.append(time.monotonic() - started)
    connection.close()
    return counts, took


def follow(one: User, other: User) -> None:
    follows.follow_user(actor=one, target=other)


def unfollow(one: User, other: User) -> None:
    follows.unfollow_user(actor=one, target=other)


def toggle(one: User, other: User) -> None:
    follows.toggle_follow(actor=one, target=other)


def edit(one: User, other: User) -> None:
    changes = {"bio": f"now at {time.monotonic()}"}
    profiles.edit_profile(actor=one, user=one, changes=changes, check=any_version)


ACTS: list[tuple[str, Callable[[User, User], None]]] = [
    ("follow", follow),
    ("unfollow", unfollow),
    ("toggle", toggle),
    ("edit", edit),
]


def read(seconds: float) -> int:
    """Hold one snapshot open; return how many looks at it saw the same, 0 when one saw another."""
    file = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    file.execute("BEGIN")
    looks, until, first = 0, time.monotonic() + seconds, None
    while time.monotonic() < until:
        seen = file.execute(
            "SELECT sum(version), sum(follower_count) FROM accounts_user"
        ).fetchone()
        first = first or seen
        if seen != first:
            return 0
        looks += 1
        time.sleep(0.1)
    file.close()
    return looks


def total(found: list[tuple[Counter[str], list[float]]]) -> Figures:
    """Add up what the writers counted."""
    counts, took = Counter[str](), []
    for one_counts, one_took in found:
        counts += one_counts
        took += one_took
    took.sort()
    return {**counts, "writes": len(took), "p99_s": round(took[len(took) * 99 // 100], 3)}


def judge(pks: list[int], figures: Figures) -> Figures:
    """Return what is wrong afterwards: counters against rows, and edits that were lost."""
    versions = User.objects.filter(pk__in=pks).aggregate(edits=Sum(F("version") - 1))
    lost = int(figures.get("edit", 0)) - int(versions["edits"])
    return {"drift": [sentence for _, sentence in violations()], "lost_edits": lost}
