"""Fill the benchmark's database: `python -m bench.inside.seed PEOPLE`; prints who calls whom as JSON."""

import json
import random
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - the registry must be ready first
from django.core.management import call_command  # noqa: E402
from django.db import connection as database  # noqa: E402
from django.db.models import Count  # noqa: E402

from accounts import secrets  # noqa: E402
from accounts.actions.sessions import Origin, open_session  # noqa: E402
from accounts.models import Block, Connection, Follow, Session, User  # noqa: E402
from analytics.models import Activity  # noqa: E402
from socialsite.lib import invariants  # noqa: E402

PEERS_TABLES = {
    model._meta.db_table for model in (User, Session, Follow, Block, Connection, Activity)
}
VIEWERS, FOLLOWS_EACH, PAIRS = 64, 40, 2000
WORDS = [
    "reads",
    "writes",
    "builds",
    "boats",
    "bridges",
    "bread",
    "and",
    "bicycles",
    "by",
    "the",
    "river",
    "in",
    "summer",
]


def main(people: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    dice = random.Random(1)
    users = User.objects.bulk_create([person(number, dice) for number in range(people)])
    add_edges(users, dice)
    for counter in invariants.COUNTERS:
        list(counter.mend())
    # The run is longer than the life of an access token.
    secrets.ACCESS_LIFETIME = timedelta(days=1)
    viewers = users[:VIEWERS]
    opened = [open_session(actor=u, origin=Origin("127.0.0.1"), is_first=True) for u in viewers]
    copy_for_peers(PEERS_TABLES)
    found = {"viewers": [{"token": o.access_token, "secret": o.cookie} for o in opened]}
    print(json.dumps(found | pairs(viewers, dice)))


def copy_for_peers(kept: set[str]) -> None:
    """Leave the peers the tables they need: each new connection reads the whole schema, and theirs would be small.

    SQLite's default journal serves who connects for each request better, WAL who keeps the connection: each gets its own.
    """
    for journal in ("wal", "delete"):
        path = settings.DATA_DIR / f"peers-{journal}.sqlite3"
        with database.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        drop_other_tables(path, journal, kept)


def drop_other_tables(path: Path, journal: str, kept: set[str]) -> None:
    with sqlite3.connect(path) as peers:
        peers.execute(f"PRAGMA journal_mode = {journal}")
        # Virtual tables first: they take the tables they are made of with them.
        tables = peers.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
        ).fetchall()
        for (table,) in tables:
            # The index of the search is several tables, which SQLite makes by itself.
            if table not in kept and not table.startswith(("sqlite_", "search_index")):
                peers.execute(f'DROP TABLE IF EXISTS "{table}"')


def person(number: int, dice: random.Random) -> User:
    def text(words: int) -> str:
        return " ".join(dice.choices(WORDS, k=words))

    return User(
        username=f"person{number}",
        email=f"person{number}@example.org",
        display_name=f"Person {number}",
        password="!",
        bio=text(20),
        headline=text(6),
        location=text(1),
        avatar_url=f"https://example.org/avatars/{number}.jpg",
        private_account=dice.random() < 0.1,
    )


def add_edges(users: list[User], dice: random.Random) -> None:
    """Everybody follows forty others, is connected to some of them, and blocks one."""
    follows, connections, blocks = [], [], []
    for user in users:
        others = [other for other in dice.sample(users, FOLLOWS_EACH + 1) if other != user]
        blocks.append(Block(blocker=user, blocked=others[0]))
        follows += [Follow(follower=user, followed=other) for other in others[1:]]
        connections += [connection(user, other) for other in others[1:6] if user.pk < other.pk]
    Follow.objects.bulk_create(follows)
    Activity.objects.bulk_create([deed(follow) for follow in follows])
    Connection.objects.bulk_create(connections)
    Block.objects.bulk_create(blocks)


def deed(follow: Follow) -> Activity:
    """Return the line about a follow that the follower's page shows."""
    return Activity(
        user_id=follow.follower_id, type="follow", object_id=follow.followed_id, is_public=True
    )


def connection(low: User, high: User) -> Connection:
    return Connection(low=low, high=high, requester=low, status=Connection.Status.ACCEPTED)


def pairs(viewers: list[User], dice: random.Random) -> dict[str, Any]:
    """Return whom each viewer may ask for: for any page, and for the list of followers."""
    found: dict[str, list[tuple[int, str]]] = {"pairs": [], "open_pairs": []}
    known = User.objects.alias(followers=Count("followed_by")).filter(followers__gt=25)
    for number, viewer in enumerate(viewers):
        seen = list(User.objects.visible_to(viewer).values_list("pk", flat=True))
        listed = list(known.filter(pk__in=seen, private_account=False).values_list("pk", flat=True))
        each = PAIRS // VIEWERS
        found["pairs"] += [(number, str(pk)) for pk in dice.sample(seen, each)]
        found["open_pairs"] += [(number, str(pk)) for pk in dice.sample(listed, each)]
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
