"""What the people of a society wrote in two years, and what others did with it, as a stream of rows in order of time.

As with the loader of people (DECISIONS 8) nobody is notified and no effect is emitted; counters are set here. Only what is still to
come is kept in memory, so that a million posts need no more of it than a thousand.
"""

import json
import math
from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import connection, models, transaction

from accounts.models import User
from engagement.models import LIKE, Comment, Mention, Reaction, Share, Tag, Tagging
from operations.seeding.crowd import Crowd, Member
from operations.seeding.tables import Table, add_to_column, stored_time
from operations.seeding.wording import EMOJI, Wording
from posts.models import OPEN, Post
from socialsite.lib.ids import EPOCH_MS, BackdatedMinter, Kind
from socialsite.lib.tallies import Tally, counted

GROWTH = 2.5
"""The number of posts after a share s of the time is s to this power: more people come, and each writes at the same pace."""
DEEDS = 5.03
"""Reactions and comments for each post, on average."""
LUCK = 1.8
"""Spread of how much a post moves, as the exponent of a lognormal law: a tenth of the posts gets most of what is done."""
TYPES = (("article", 0.06), ("achievement", 0.05))
VISIBILITIES = (("followers", 0.06), ("connections", 0.03), ("unlisted", 0.02), ("private", 0.02))
COMMENTED, SHARED, MARKED = 0.25, 0.035, 0.1
"""Of those whom a post moves at all, how many comment, how many pass it on, and how many put an emoji on it."""
LIKED_COMMENT = 0.35
REPLIES, ANSWERS, NAMED = 0.45, 0.3, 0.3
"""How often a comment answers another; how often then the post's author does; how often it names whom it answers."""
DEEPEST = 12
QUOTING, NAMING = 0.025, 0.08
WAIT, SPREAD = math.log(4 * 3600 * 1000), 1.7
"""Half of all reactions come within four hours, some after weeks."""
RECENT = 300
STRIDE = 20_000


class StreamMinter(BackdatedMinter):
    """Makes ids for a stream in order of time, and forgets what lies behind it."""

    def mint_at(self, kind: Kind, at: int) -> int:
        """Return an id of a moment in milliseconds since 1970."""
        while (made := self._next(kind, at - EPOCH_MS)) in self._taken:
            pass
        return made

    def forget_before(self, at: int) -> None:
        self._used = {ms: last for ms, last in self._used.items() if ms >= at - EPOCH_MS}


class TakenIds:
    """Ids of rows that are there already, eight bytes each."""

    def __init__(self, *tables: type[models.Model]) -> None:
        self.found = {
            int(table._meta.pk.kind): array(  # type: ignore[attr-defined]
                "q", table._default_manager.order_by("pk").values_list("pk", flat=True).iterator()
            )
            for table in tables
        }

    def __contains__(self, pk: object) -> bool:
        assert isinstance(pk, int)  # noqa: S101 - Container asks for object
        known = self.found[pk & 63]
        place = bisect_left(known, pk)
        return place < len(known) and known[place] == pk


@dataclass(slots=True)
class Draft:
    """A post that is being drawn."""

    pk: int
    author: int
    at: int
    kind: str
    visibility: str
    is_open: bool
    """Whether strangers read it and may pass it on"""
    language: str
    moved: float
    """How many people it moves to do something"""


@dataclass(slots=True)
class Remark:
    """A comment that is being drawn."""

    pk: int
    author: int
    at: int
    parent: "Remark | None"
    depth: int
    replies: int = 0


class Publisher:
    """Writes the posts of one crowd; the same random source gives the same rows with the same ids."""

    def __init__(
        self, crowd: Crowd, random: Random, until: int, advance: Callable[[int], Any]
    ) -> None:
        self.crowd, self.random, self.until, self.advance = crowd, random, until, advance
        self.wording = Wording(random)
        self.minter = StreamMinter(lambda: 0, taken=TakenIds(Post, Comment, Reaction, Share))
        self.recent: deque[int] = deque(maxlen=RECENT)
        self.post_counts: Counter[int] = Counter()
        self.quote_counts: Counter[int] = Counter()
        self.tag_counts: Counter[int] = Counter()
        self.published = self.deeds = 0
        self.pull = 0.0
        self._open_tables()

    def _open_tables(self) -> None:
        self.posts = Table(
            Post, "id", "author_id", "content", "post_type", "visibility", "hashtags", "mentions", "lang",
            "content_warning", "sensitive", "quote_of_id", "quote_state", "shared_id", "like_count", "comment_count",
            "share_count", "reaction_counts", "created_at",
        )  # fmt: skip
        self.comments = Table(
            Comment, "id", "target_id", "target_owner_id", "author_id", "parent_id", "depth", "content", "mentions",
            "like_count", "reply_count", "created_at",
        )  # fmt: skip
        self.reactions = Table(Reaction, "id", "user_id", "target_id", "name", "created_at")
        self.shares = Table(Share, "id", "user_id", "target_id", "created_at")
        self.mentions = Table(Mention, "user_id", "target_id", "created_at")
        self.taggings = Table(Tagging, "tag_id", "target_id")
        self.tables = (
            self.posts, self.comments, self.reactions, self.shares, self.mentions, self.taggings,
        )  # fmt: skip

    @transaction.atomic
    def publish(self, number: int) -> None:
        """Write so many posts with all that hangs on them, or nothing."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Otherwise the database keeps every foreign key of the transaction to look at in the end.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.tag_ids = ids_of_tags(self.wording.tags, self.crowd.joined[0])
        for at in self._moments(number):
            self._publish_at(at)
        for table in self.tables:
            table.close()
        add_to_column(User, "post_count", ((n, pk) for pk, n in sorted(self.post_counts.items())))
        add_to_column(Post, "quote_count", ((n, pk) for pk, n in sorted(self.quote_counts.items())))
        add_to_column(Tag, "usage_count", ((n, pk) for pk, n in sorted(self.tag_counts.items())))
        forget_unused_tags(self.tag_ids)

    def _moments(self, number: int) -> Iterator[int]:
        """Yield when posts are written, from the day of the first person to the end, more and more often."""
        first = self.crowd.joined[0]
        for place in range(number):
            share = ((place + self.random.random()) / number) ** (1 / GROWTH)
            at = first + int((self.until - first) * share)
            if place % STRIDE == 0:
                self.minter.forget_before(at)
            yield at

    def _publish_at(self, at: int) -> None:
        draft = self._draft(at)
        likes = comments = 0
        emoji: Tally = []
        sharers: list[tuple[int, Member]] = []
        if draft.visibility != Post.Visibility.PRIVATE:
            likes = self._react(draft.pk, draft, at, draft.moved * (1 - COMMENTED - MARKED))
            emoji = self._mark(draft)
            comments = self._discuss(draft)
            sharers = list(self._sharers(draft)) if draft.is_open else []
        self._write(draft, likes, comments, len(sharers), emoji)
        for moment, member in sharers:
            self._pass_on(draft, member, moment)
        self.published += 1
        self.advance(1)

    def _draft(self, at: int) -> Draft:
        author = self.crowd.author(at)
        visibility = self._one_of(VISIBILITIES, Post.Visibility.PUBLIC.value)
        return Draft(
            pk=self.minter.mint_at(Kind.POST, at),
            author=author,
            at=at,
            kind=self._one_of(TYPES, Post.Type.UPDATE.value),
            visibility=visibility,
            is_open=visibility in OPEN and not self.crowd.is_private[author],
            language=self.wording.language(self.crowd.members[author].language),
            moved=self._moved(author, at),
        )

    def _one_of(self, shares: tuple[tuple[str, float], ...], usual: str) -> str:
        left = self.random.random()
        for name, share in shares:
            if (left := left - share) < 0:
                return name
        return usual

    def _moved(self, author: int, at: int) -> float:
        """Return how many people a post moves: few, but sometimes very many, and more for an author with many friends.

        What earlier posts have got too little or too much is made up for, so that the amounts of the whole are as wanted.
        """
        friends = self.crowd.friends_of(author, at)
        drawn = self.random.lognormvariate(0, LUCK) * math.sqrt(1 + friends)
        self.pull += drawn
        owed = DEEDS * self.published - self.deeds
        wanted = min(max(DEEDS + owed / 200, DEEDS / 2), DEEDS * 3)
        return drawn / self.pull * (self.published + 1) * wanted

    def _later(self, at: int) -> int:
        return at + 1 + int(self.random.lognormvariate(WAIT, SPREAD))

    def _number(self, expected: float) -> int:
        """Return a whole number whose mean is the expected one."""
        return int(expected + self.random.random())

    def _react(self, target: int, draft: Draft, since: int, expected: float) -> int:
        """Let readers of a post like it, or a comment on it; returns how many did before the end."""
        number = 0
        crowd, mint = self.crowd, self.minter.mint_at
        for reader in crowd.readers(
            draft.author, draft.at, self._number(expected), is_open=draft.is_open
        ):
            if (at := self._later(since)) < self.until:
                pk = mint(Kind.REACTION, at)
                self.reactions.add(pk, crowd.members[reader].id, target, LIKE, stored_time(pk))
                number += 1
        self.deeds += number
        return number

    def _mark(self, draft: Draft) -> Tally:
        """Let readers of a post put an emoji on it; returns how many put which there before the end."""
        found: Tally = []
        crowd, expected = self.crowd, self._number(draft.moved * MARKED)
        readers = list(crowd.readers(draft.author, draft.at, expected, is_open=draft.is_open))
        for at, reader in zip(sorted(self._later(draft.at) for _ in readers), readers, strict=True):
            if at < self.until:
                pk, emoji = self.minter.mint_at(Kind.REACTION, at), self.random.choice(EMOJI)
                self.reactions.add(pk, crowd.members[reader].id, draft.pk, emoji, stored_time(pk))
                found = counted(found, emoji, +1)
                self.deeds += 1
        return found

    def _discuss(self, draft: Draft) -> int:
        """Let readers of a post comment on it and answer each other; returns how many comments there are."""
        said: list[Remark] = []
        expected = self._number(draft.moved * COMMENTED)
        readers = list(self.crowd.readers(draft.author, draft.at, expected, is_open=draft.is_open))
        for at, reader in zip(sorted(self._later(draft.at) for _ in readers), readers, strict=True):
            if at < self.until:
                said.append(self._remark(draft, said, reader, at))
        for remark in said:
            self._write_remark(draft, remark)
        self.deeds += len(said)
        return len(said)

    def _remark(self, draft: Draft, said: list[Remark], reader: int, at: int) -> Remark:
        dice = self.random.random
        pk = self.minter.mint_at(Kind.COMMENT, at)
        if not said or dice() > REPLIES:
            return Remark(pk, reader, at, None, 0)
        parent = said[int(dice() ** 0.5 * len(said))]
        if parent.depth == DEEPEST:
            return Remark(pk, reader, at, None, 0)
        parent.replies += 1
        answers = parent.author != draft.author and dice() < ANSWERS
        return Remark(pk, draft.author if answers else reader, at, parent, parent.depth + 1)

    def _write_remark(self, draft: Draft, remark: Remark) -> None:
        members, parent = self.crowd.members, remark.parent
        author = members[remark.author]
        named = [members[parent.author]] if parent and self.random.random() < NAMED else []
        if author in named:
            named = []
        likes = self._react(remark.pk, draft, remark.at, LIKED_COMMENT)
        text = self.wording.comment(self.wording.language(author.language), named)
        self.comments.add(
            remark.pk, draft.pk, members[draft.author].id, author.id, parent.pk if parent else None, remark.depth, text,
            self._name(remark.pk, named), likes, remark.replies, stored_time(remark.pk),
        )  # fmt: skip

    def _sharers(self, draft: Draft) -> Iterator[tuple[int, Member]]:
        """Yield who passes a post on before the end, and when."""
        expected = self._number(draft.moved * SHARED)
        for reader in self.crowd.readers(draft.author, draft.at, expected, is_open=True):
            if (at := self._later(draft.at)) < self.until:
                yield at, self.crowd.members[reader]

    def _pass_on(self, draft: Draft, member: Member, at: int) -> None:
        pk = self.minter.mint_at(Kind.SHARE, at)
        self.shares.add(pk, member.id, draft.pk, stored_time(pk))
        pk = self.minter.mint_at(Kind.POST, at)
        self.posts.add(
            pk, member.id, "", Post.Type.SHARE.value, Post.Visibility.PUBLIC.value, "[]", "[]", "", "", False, None, "",
            draft.pk, 0, 0, 0, "[]", stored_time(pk),
        )  # fmt: skip

    def _write(self, draft: Draft, likes: int, comments: int, shares: int, emoji: Tally) -> None:
        author = self.crowd.members[draft.author]
        tags, named, quoted = self.wording.draw_tags(), self._named(draft), self._quoted(draft)
        warning = self.wording.warning()
        self.posts.add(
            draft.pk, author.id, self.wording.post(draft.language, draft.kind, tags, named), draft.kind, draft.visibility,
            json.dumps(tags), self._name(draft.pk, named), draft.language, warning, bool(warning), quoted,
            Post.QuoteState.GIVEN.value if quoted else Post.QuoteState.NONE.value, None, likes, comments, shares,
            json.dumps(emoji), stored_time(draft.pk),
        )  # fmt: skip
        self._tag(draft, tags)
        if draft.visibility != Post.Visibility.PRIVATE:
            self.post_counts[author.id] += 1

    def _named(self, draft: Draft) -> list[Member]:
        """Return the friends a post names, none for most."""
        known = self.crowd.friends_of(draft.author, draft.at)
        if not known or self.random.random() > NAMING:
            return []
        friends = self.crowd.friends[draft.author]
        drawn = {
            friends[int(self.random.random() * known)] for _ in range(self.random.randint(1, 3))
        }
        return [self.crowd.members[friend] for friend in sorted(drawn)]

    def _name(self, target: int, named: list[Member]) -> str:
        """Write who is named in a text, and return it as the column of the text's row."""
        for member in named:
            self.mentions.add(member.id, target, stored_time(target))
        return json.dumps([{"id": str(m.id), "username": m.username} for m in named])

    def _quoted(self, draft: Draft) -> int | None:
        """Return an earlier post that this one quotes, none for most."""
        quoted = None
        if draft.visibility == Post.Visibility.PUBLIC:
            if self.recent and self.random.random() < QUOTING:
                quoted = self.random.choice(self.recent)
                self.quote_counts[quoted] += 1
            if draft.is_open:
                self.recent.append(draft.pk)
        return quoted

    def _tag(self, draft: Draft, tags: list[str]) -> None:
        for tag in tags:
            pk = self.tag_ids[tag]
            self.taggings.add(pk, draft.pk)
            if draft.visibility == Post.Visibility.PUBLIC and draft.is_open:
                self.tag_counts[pk] += 1


def ids_of_tags(tags: list[str], since: int) -> dict[str, int]:
    """Return the ids of tags, made where they are missing, as old as the society."""
    rows = Tag.objects.filter(tag__in=tags)
    known = set(rows.values_list("tag", flat=True))
    table = Table(Tag, "tag", "created_at")
    # As a moment of an id, so that it has the form of all others.
    first = stored_time(since - EPOCH_MS << 22)
    for tag in tags:
        if tag not in known:
            table.add(tag, first)
    table.close()
    return dict(rows.values_list("tag", "pk"))


def forget_unused_tags(ids: dict[str, int]) -> None:
    """Delete those of the tags that no post came to carry."""
    used = Tagging.objects.filter(tag=models.OuterRef("pk"))
    Tag.objects.filter(~models.Exists(used), pk__in=ids.values(), usage_count=0).delete()
