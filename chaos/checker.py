"""What a database must hold after a kill: all that was acknowledged, and every invariant."""

from collections.abc import Iterator

from django.db import connection

from accounts.models import Connection, Follow, User
from chaos.journal import ABSENT, Possible
from chat.models import Message
from engagement.models import Comment, Reaction, Share
from notifications.models import Notification
from posts.models import Post
from socialsite.lib.invariants import violations

THERE = "there"


def wrongs(possible: Possible) -> list[str]:
    """Return one sentence for each thing that is lost, for each broken invariant and for damage of the file."""
    try:
        return [*lost(possible), *broken_invariants(), *damage()]
    finally:
        connection.close()


def lost(possible: Possible) -> Iterator[str]:
    """Yield what is in no state that the journal allows."""
    actual = states()
    for key, allowed in possible.items():
        # What a notification was about may be undone, and the notification goes with it.
        is_gone = key.startswith("read ") and key not in actual
        state = actual.get(key, ABSENT)
        if not is_gone and state not in allowed:
            yield f"lost: {key} is {state!r}, the journal says {sorted(allowed)}"


def states() -> dict[str, str]:
    """Return the state of everything that clients change, by the journal's keys."""
    follows = Follow.objects.values_list("follower_id", "followed_id")
    pairs = Connection.objects.values_list("low_id", "high_id", "status")
    people = User.objects.values_list("pk", "username", "bio")
    notifications = Notification.objects.values_list("pk", "read_at")
    return {
        **texts(),
        **deeds(),
        **{f"follow {one} {other}": THERE for one, other in follows},
        **{f"connection {low} {high}": status for low, high, status in pairs},
        **{f"bio {pk}": bio for pk, _, bio in people},
        **{f"user {username}": THERE for _, username, _ in people},
        **{f"read {pk}": THERE if read_at else ABSENT for pk, read_at in notifications},
    }


def texts() -> dict[str, str]:
    """Return what posts, comments and messages say that are not deleted, by their first words, which say whose they are."""
    found = {}
    for name, model in (("post", Post), ("comment", Comment), ("message", Message)):
        there = model._default_manager.filter(deleted_at__isnull=True)
        for content in there.values_list("content", flat=True):
            found[f"{name} {content.partition(' ')[0]}"] = content
    return found


def deeds() -> dict[str, str]:
    """Return what people did with posts by one call."""
    return {
        f"{name} {user} {target}": THERE
        for name, model in (("like", Reaction), ("share", Share))
        for user, target in model._default_manager.values_list("user_id", "target_id")
    }


def broken_invariants() -> Iterator[str]:
    for name, sentence in violations():
        yield f"{name}: {sentence}"


def damage() -> Iterator[str]:
    """Yield what SQLite finds wrong with its file."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        yield from (f"integrity_check: {row[0]}" for row in cursor if row[0] != "ok")
