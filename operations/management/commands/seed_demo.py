"""`manage.py seed_demo`: fill the site with people who know each other, and with what they write."""

import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.events import ConnectionRemoved, Unfollowed
from accounts.models import Connection, Follow, User
from accounts.passwords import hash_password
from operations.progress import bar
from operations.seeding.crowd import Crowd, Member
from operations.seeding.erasing import erase_rooms_of, erase_texts_of
from operations.seeding.graphs import CARRIED, BadGraphError, Graph, invent_graph, read_graph
from operations.seeding.loading import DOMAIN, Loader, rows_of
from operations.seeding.publishing import Publisher
from operations.seeding.society import Society, found_society
from operations.seeding.tables import milliseconds
from operations.seeding.talking import Talker
from search.indexing import reindex, start_again
from search.searchables import KINDS
from socialsite.lib import context
from socialsite.lib.effects import emit
from socialsite.lib.errors import Invalid
from socialsite.lib.invariants import COUNTERS

POSTS_EACH = 5
MESSAGES_EACH = 4


class Command(BaseCommand):
    """Load a graph of friends as people with a past and posts; the same seed and day give the same rows with the same ids.

    Each friendship becomes an accepted connection and two follows; a few one-way follows, requests to private accounts and unanswered
    connection requests come on top. Each post brings some five reactions and comments. People talk in open rooms, and friends with each
    other. Nobody is notified.
    """

    help = "Load a real graph of friends, or invent one like it, as people who follow, connect and write."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--graph", type=Path, default=CARRIED, help="edge list, plain or .gz (the carried one)"
        )
        parser.add_argument(
            "--users", type=people, help="invent a graph of so many people with the same degrees"
        )
        parser.add_argument(
            "--posts", type=posts, help=f"how many posts they write ({POSTS_EACH} for each person)"
        )
        parser.add_argument(
            "--messages",
            type=posts,
            help=f"about how many messages they send ({MESSAGES_EACH} for each person)",
        )
        parser.add_argument("--seed", type=int, default=1, help="number to draw by (1)")
        parser.add_argument(
            "--until", type=day, default=None, help="YYYY-MM-DD, end of the invented past (today)"
        )
        parser.add_argument("--password", help="lets everybody sign in with this one password")
        again = parser.add_mutually_exclusive_group()
        again.add_argument("--append", action="store_true", help="add to earlier demo people")
        again.add_argument("--force", action="store_true", help="erase earlier demo people first")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        context.credential.set("command:seed_demo")
        password = hash_for_all(options["password"])
        earlier = demo_people().count()
        if earlier and not (options["append"] or options["force"]):
            raise CommandError(
                f"{earlier} demo people are here: --append adds, --force erases them first."
            )
        drawn_by = f"{options['seed']} {earlier if options['append'] else 0}"
        random = Random(drawn_by)  # noqa: S311
        graph = self.read(options["graph"], options["users"], random)
        until = options["until"] or day_of_now()
        society = found_society(graph, until, random)
        number = POSTS_EACH * graph.size if options["posts"] is None else options["posts"]
        with transaction.atomic():
            if options["force"]:
                erase_demo_people()
            members = self.load(society, random, password)
            crowd = Crowd(society, members, Random(f"{drawn_by} crowd"))  # noqa: S311
            deeds = self.publish(crowd, number, until, Random(f"{drawn_by} posts"))  # noqa: S311
            about = (
                MESSAGES_EACH * graph.size if options["messages"] is None else options["messages"]
            )
            said = self.talk(crowd, about, until, Random(f"{drawn_by} rooms"))  # noqa: S311
            self.index()
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{graph.size} people and {len(graph.edges)} friendships: {rows_of(society)} rows; "
            f"{number} posts with {deeds} reactions and comments; {said} messages; {seconds:.1f} s."
        )

    def read(self, path: Path, users: int | None, random: Random) -> Graph:
        try:
            graph = read_graph(path)
        except BadGraphError as error:
            raise CommandError(f"--graph: {error}") from error
        return invent_graph(graph, users, random) if users else graph

    def load(self, society: Society, random: Random, password: str) -> list[Member]:
        with bar() as progress:
            task = progress.add_task("Rows", total=rows_of(society))
            loader = Loader(society, random, password, lambda n: progress.advance(task, n))
            loader.load()
        return loader.members

    def publish(self, crowd: Crowd, number: int, until: datetime, random: Random) -> int:
        """Write the posts; returns how many reactions and comments came with them."""
        with bar() as progress:
            task = progress.add_task("Posts", total=number)
            end = milliseconds(until)
            publisher = Publisher(crowd, random, end, lambda n: progress.advance(task, n))
            publisher.publish(number)
        return publisher.deeds

    def talk(self, crowd: Crowd, about: int, until: datetime, random: Random) -> int:
        """Write what is said in rooms; returns how many messages that are."""
        with bar() as progress:
            task = progress.add_task("Messages", total=about)
            end = milliseconds(until)
            talker = Talker(crowd, random, end, lambda n: progress.advance(task, n))
            talker.talk(about)
        return talker.number

    def index(self) -> None:
        """Let the search find what was loaded, and forget what was erased."""
        start_again(KINDS)
        with bar() as progress:
            for kind, indexed in KINDS.items():
                task = progress.add_task("Index", total=indexed.rows().count())
                reindex(kind, lambda n, task=task: progress.advance(task, n))  # type: ignore[misc]


def people(text: str) -> int:
    """Return a number of people as an argument gives it."""
    number = int(text)
    if not 2 <= number <= 1_000_000:
        raise ValueError(text)
    return number


def posts(text: str) -> int:
    """Return a number of posts as an argument gives it."""
    number = int(text)
    if not 0 <= number <= 10_000_000:
        raise ValueError(text)
    return number


def day(text: str) -> datetime:
    """Return the start of a day as an argument gives it."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def day_of_now() -> datetime:
    """Return the start of today: what is loaded lies in the past, and a second run of the day draws the same."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def hash_for_all(password: str | None) -> str:
    """Return one hash for everybody, or what no password matches."""
    if password is None:
        return f"{UNUSABLE_PASSWORD_PREFIX}demo"
    try:
        return hash_password(password, User())
    except Invalid as error:
        raise CommandError(f"--password: {error.message}") from error


def demo_people() -> QuerySet[User]:
    return User.objects.filter(email__endswith=f"@{DOMAIN}")


def erase_demo_people() -> None:
    """Delete earlier demo people with all that hangs on them.

    Real people who knew them hear that it has ended, and their counters are mended.
    """
    demo = demo_people().values("pk")
    follows = Follow.objects.filter(Q(follower__in=demo) ^ Q(followed__in=demo))
    for actor_id, target_id in list(follows.values_list("follower", "followed")):
        emit(Unfollowed(actor_id=actor_id, target_id=target_id))
    ties = Connection.objects.accepted().filter(Q(low__in=demo) ^ Q(high__in=demo))
    for pk, low, high in list(ties.values_list("pk", "low", "high")):
        emit(ConnectionRemoved(actor_id=low, target_id=high, connection_id=pk))
    erase_rooms_of(demo_people())
    erase_texts_of(demo_people())
    demo_people().delete()
    for counter in COUNTERS:
        list(counter.mend())
