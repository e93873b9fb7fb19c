"""The bulk loader: writes a society as rows, without the actions (DECISIONS 8: they reach some 580 a second).

Nobody is notified and no effect is emitted. What the actions would have kept right is set here, and `check_invariants` proves it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from operator import attrgetter
from random import Random
from typing import Any

from django.db import connection, models, transaction

from accounts.models import Connection, Follow, FollowRequest, User
from operations.seeding.crowd import Member
from operations.seeding.profiles import ProfileMaker
from operations.seeding.society import Bond, Society
from socialsite.lib.ids import BackdatedMinter, Kind, time_of

DOMAIN = "demo.example"
"""Where the mail of every demo person goes; .example belongs to nobody (RFC 2606)."""
GREETINGS = (
    "", "", "", "", "Good to meet you yesterday!", "We sat at the same table at the conference.", "Old colleagues, finally here.",
    "Your talk stayed with me.", "Are you the one from the choir?", "Let us keep in touch.",
)  # fmt: skip
CHUNK = 2000
CACHE_KIB = 128 * 1024

Advance = Callable[[int], Any]


class Loader:
    """Writes one society; the same random source gives the same rows with the same ids."""

    def __init__(self, society: Society, random: Random, password: str, advance: Advance) -> None:
        self.society, self.random, self.password, self.advance = society, random, password, advance
        # Node 0, whatever this process owns: the ids of one seed are the same everywhere.
        self.minter = BackdatedMinter(lambda: 0, taken=_ids_in_use())
        self.ids: list[int] = []
        self.members: list[Member] = []

    @transaction.atomic
    def load(self) -> None:
        """Write everything or nothing."""
        _make_room()
        self._insert(User, self._people())
        society = self.society
        self._insert(Connection, self._connections(society.friendships, is_accepted=True))
        self._insert(Follow, self._mutual_follows())
        self._insert(Follow, (self._follow(b.at, b.source, b.target) for b in society.admirers))
        self._insert(FollowRequest, self._requests())
        self._insert(Connection, self._connections(society.asking, is_accepted=False))

    def _insert(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        waiting = iter(rows)
        while chunk := list(islice(waiting, CHUNK)):
            insert_as_they_are(model, chunk)
            self.advance(len(chunk))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")

    def _people(self) -> Iterator[User]:
        profiles = ProfileMaker(self.random, set(User.objects.values_list("username", flat=True)))
        friends = self.society.friend_counts()
        admirers, admired = self.society.admirer_counts(), self.society.admired_counts()
        for number, traits in enumerate(self.society.people):
            profile = profiles.make()
            pk = self.minter.mint(Kind.USER, traits.joined)
            self.ids.append(pk)
            self.members.append(Member(pk, profile.username, profile.language))
            yield User(
                id=pk,
                **vars(profile),
                display_name=profile.display_name,
                email=f"{profile.username}@{DOMAIN}",
                email_verified_at=time_of(pk),
                password=self.password,
                private_account=traits.is_private,
                hide_followers=traits.hides_followers,
                hide_following=traits.hides_following,
                follower_count=friends[number] + admirers[number],
                following_count=friends[number] + admired[number],
                connection_count=friends[number],
                created_at=time_of(pk),
                updated_at=time_of(pk),
                last_active_at=traits.last_active,
            )

    def _connections(self, bonds: list[Bond], *, is_accepted: bool) -> Iterator[Connection]:
        status = Connection.Status.ACCEPTED if is_accepted else Connection.Status.PENDING
        for bond in bonds:
            pk = self.minter.mint(Kind.CONNECTION, bond.at)
            low, high = sorted((self.ids[bond.source], self.ids[bond.target]))
            yield Connection(
                id=pk,
                low_id=low,
                high_id=high,
                requester_id=self.ids[bond.source],
                status=status,
                message=self.random.choice(GREETINGS),
                version=2 if is_accepted else 1,
                created_at=time_of(pk),
                answered_at=time_of(pk) if is_accepted else None,
            )

    def _mutual_follows(self) -> Iterator[Follow]:
        for bond in self.society.friendships:
            yield self._follow(bond.at, bond.source, bond.target)
            yield self._follow(bond.at, bond.target, bond.source)

    def _follow(self, at: datetime, follower: int, followed: int) -> Follow:
        pk = self.minter.mint(Kind.FOLLOW, at)
        ids = self.ids
        return Follow(
            id=pk, follower_id=ids[follower], followed_id=ids[followed], created_at=time_of(pk)
        )

    def _requests(self) -> Iterator[FollowRequest]:
        for bond in self.society.follow_requests:
            pk = self.minter.mint(Kind.FOLLOW_REQUEST, bond.at)
            ids = self.ids
            yield FollowRequest(
                id=pk,
                requester_id=ids[bond.source],
                target_id=ids[bond.target],
                created_at=time_of(pk),
            )


def rows_of(society: Society) -> int:
    """Return how many rows a society becomes."""
    one_way = (society.admirers, society.follow_requests, society.asking)
    return len(society.people) + 3 * len(society.friendships) + sum(map(len, one_way))


def insert_as_they_are(model: type[models.Model], rows: list[models.Model]) -> None:
    """Insert rows with the dates they carry.

    `bulk_create` would set `auto_now` and `auto_now_add` to the present, and takes four times as long.
    """
    direct = transaction.get_connection()
    fields = model._meta.concrete_fields
    values = zip(*(_column(field, rows, direct) for field in fields), strict=True)
    table = direct.ops.quote_name(model._meta.db_table)
    columns = ", ".join(direct.ops.quote_name(field.column) for field in fields)
    with direct.cursor() as cursor:
        if direct.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own models
            cursor.executemany(sql, values)


def _column(field: models.Field[Any, Any], rows: list[models.Model], direct: Any) -> Iterable[Any]:
    """Return what the database is to get for one field of each row."""
    found = map(attrgetter(field.attname), rows)
    if isinstance(field, models.DateTimeField):
        return (field.get_db_prep_save(moment, direct) for moment in found)
    return found


def _make_room() -> None:
    """Let SQLite hold the growing indexes in memory; with its usual 2 MB it writes each page many times."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")


def _ids_in_use() -> set[int]:
    """Return the ids that loaded ones must not repeat: real people were here at the same milliseconds."""
    return {
        pk
        for model in (User, Follow, FollowRequest, Connection)
        for pk in model._default_manager.values_list("pk", flat=True).iterator()
    }
