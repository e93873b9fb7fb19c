"""Mentions, hashtags and links of a plain text, in linear time, by the rules of twitter-text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from socialsite.lib.text.hashtags import Hashtag, find_hashtags, fold_tag
from socialsite.lib.text.links import LATIN, Link, find_links

__all__ = ["Entities", "Hashtag", "Link", "Mention", "extract", "fold_tag"]

# Not after a letter, digit or any of _!#$%&*@, as in a mail address, but for the "RT@name" of a
# repost. Not before what shows that it was no name of ours: name@host, an accented letter, name://,
# or name/slug (a list, a package).
_MENTION = re.compile(
    r"(?:(?<![A-Za-z0-9_!#$%&*@＠])|(?<=[rR][tT])(?<![A-Za-z0-9_+~.-][rR][tT]))"
    rf"[@＠]([A-Za-z0-9_]{{3,30}})(?![A-Za-z0-9_@＠{LATIN}]|://|/[A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` in code points, with the sign; `username` is case-folded.

    Whether somebody has that name is for the caller to look up.
    """

    start: int
    end: int
    username: str


@dataclass(frozen=True, slots=True)
class Entities:
    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[Hashtag, ...] = ()
    links: tuple[Link, ...] = ()


def extract(text: str) -> Entities:
    """Return what a text mentions, tags and links to, each from left to right.

    Where two overlap the one that begins first holds: nothing inside a link is a mention.
    """
    found = list(
        _without_overlaps([*find_links(text), *_find_mentions(text), *find_hashtags(text)])
    )
    return Entities(
        mentions=tuple(entity for entity in found if isinstance(entity, Mention)),
        hashtags=tuple(entity for entity in found if isinstance(entity, Hashtag)),
        links=tuple(entity for entity in found if isinstance(entity, Link)),
    )


def _find_mentions(text: str) -> Iterator[Mention]:
    for match in _MENTION.finditer(text):
        if not match[1].isdigit():  # see clean_username
            yield Mention(match.start(), match.end(), match[1].lower())


def _without_overlaps(
    entities: Iterable[Mention | Hashtag | Link],
) -> Iterator[Mention | Hashtag | Link]:
    end = 0
    for entity in sorted(entities, key=lambda entity: entity.start):
        if entity.start >= end:
            yield entity
            end = entity.end
