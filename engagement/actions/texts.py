"""What every text of people brings with it, whatever kind of thing it stands in: whom it names, its tags, its versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from engagement.events import Mentioned, VersionRemoved
from engagement.models import Mention, Revision, Tag, Tagging
from socialsite.lib.effects import emit
from socialsite.lib.errors import Invalid, NotFound
from socialsite.lib.text.entities import Entities

MAX_MENTIONS, MAX_TAGS = 20, 30


def find_mentioned(*, actor: User, entities: Entities) -> list[User]:
    """Return the people a text names whom its writer may see, each once, in the order of the text.

    Whom a block lies between is no more found than a name that nobody has. Raises Invalid (max_length) for more than MAX_MENTIONS.
    """
    names = list(dict.fromkeys(mention.username for mention in entities.mentions))
    if len(names) > MAX_MENTIONS:
        raise Invalid("max_length", f"Name at most {MAX_MENTIONS} people.", "content")
    if not names:
        return []
    found = {
        user.username: user
        for user in User.objects.visible_to(actor).filter(username__in=names).exclude(pk=actor.pk)
    }
    return [found[name] for name in names if name in found]


def mention_answer(people: Iterable[User]) -> list[dict[str, str]]:
    """Return the people a text names as its row keeps them."""
    return [{"id": str(user.pk), "username": user.username} for user in people]


def set_mentions(*, target_id: int, people: Iterable[User]) -> list[User]:
    """Make the rows of whom a thing names equal to `people`; returns those it named for the first time.

    Whom it named before keeps the row, so that nobody is told twice.
    """
    named = {user.pk: user for user in people}
    if not named:
        return []
    known = set(Mention.objects.filter(target_id=target_id).values_list("user_id", flat=True))
    fresh = [user for pk, user in named.items() if pk not in known]
    Mention.objects.bulk_create(
        [Mention(user=user, target_id=target_id) for user in fresh], ignore_conflicts=True
    )
    return fresh


def tell_mentioned(*, actor_id: int, target_id: int, people: Iterable[User]) -> None:
    """Emit `Mentioned` for each person; called once others may see the thing."""
    for user in people:
        emit(Mentioned(actor_id=actor_id, target_id=target_id, owner_id=actor_id, user_id=user.pk))


def set_tags(*, target_id: int, tags: Iterable[str], counted: bool) -> None:
    """Make a thing's tags equal to `tags`, folded already; `counted` says whether they counted before and do after.

    Needs the lock on the thing.
    """
    wanted = list(dict.fromkeys(tags))
    rows = Tagging.objects.filter(target_id=target_id)
    known = dict(rows.values_list("tag__tag", "tag_id"))
    gone = [pk for tag, pk in known.items() if tag not in wanted]
    fresh = ids_of_tags([tag for tag in wanted if tag not in known])
    rows.filter(tag__in=gone).delete()
    Tagging.objects.bulk_create([Tagging(tag_id=pk, target_id=target_id) for pk in fresh])
    if counted:
        _count(gone, -1)
        _count(fresh, +1)


def count_tags(*, target_id: int, by: int) -> None:
    """Count a thing's tags in or out, when it comes to be found by everybody or no longer is. Needs the lock on the thing."""
    _count(list(Tagging.objects.filter(target_id=target_id).values_list("tag_id", flat=True)), by)


def ids_of_tags(tags: list[str]) -> list[int]:
    """Return the ids of tags, folded already; made where they are missing."""
    if not tags:
        return []
    Tag.objects.bulk_create([Tag(tag=tag) for tag in sorted(tags)], ignore_conflicts=True)
    ids = dict(Tag.objects.filter(tag__in=tags).values_list("tag", "pk"))
    return [ids[tag] for tag in tags]


def _count(ids: list[int], by: int) -> None:
    # One by one in order of the id, so that two that change the same tags do not wait for each other.
    for pk in sorted(ids):
        Tag.objects.filter(pk=pk).update(usage_count=F("usage_count") + by)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A text as it stands now, to be kept before it changes."""

    target_id: int
    number: int
    content: str
    content_warning: str
    editor_id: int
    written_at: datetime
    meant_for: str
    """Its visibility as it stands; empty while only its author reads it"""

    @classmethod
    def of(cls, thing: Any, *, meant_for: str) -> Self:
        """Return the text of a post, a comment, a message or a row of one."""
        return cls(
            target_id=thing.pk,
            number=thing.version,
            content=thing.content,
            content_warning=getattr(thing, "content_warning", ""),
            editor_id=thing.author_id,
            written_at=thing.edited_at or thing.created_at,
            meant_for=meant_for,
        )


def keep_version(version: Version) -> None:
    """Keep a text that is about to change, unless this version is kept already. Needs the lock on the thing."""
    Revision.objects.get_or_create(
        target_id=version.target_id,
        number=version.number,
        defaults={
            "content": version.content,
            "content_warning": version.content_warning,
            "editor_id": version.editor_id,
            "meant_for": version.meant_for,
            "created_at": version.written_at,
        },
    )


@transaction.atomic
def remove_version(*, actor: User, target_id: int, owner_id: int, number: int) -> None:
    """Take the text of an earlier version out of a history for good; its number stays, and the trail says who did it.

    Whether the actor may is for the caller to check. Raises NotFound when there is no such version or its text is gone.
    """
    rows = Revision.objects.of(target_id).filter(number=number, removed_at__isnull=True)
    if not rows.update(
        content="", content_warning="", removed_at=timezone.now(), removed_by_id=actor.pk
    ):
        raise NotFound
    emit(VersionRemoved(actor_id=actor.pk, target_id=target_id, owner_id=owner_id, number=number))
