"""What people write: sentences put together from carried fragments, tags by Zipf's law, names of people they know."""

import json
from bisect import bisect
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from operations.seeding.crowd import Member

CARRIED = Path(__file__).parents[1] / "data" / "phrases.json"
TAGS = 2000
OWN_LANGUAGE = 0.8
"""How often people write in the language of their profile; else in English."""
TAG_NUMBERS = (0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 5)
"""How many tags a post has, each as often as it stands here."""
WARNED = 0.015
EMOJI = ("👍", "❤️", "😂", "🎉", "👀")
ENGLISH = "en"


class Wording:
    """Draws texts by one random source."""

    def __init__(self, random: Random) -> None:
        carried: dict[str, Any] = json.loads(CARRIED.read_text())
        self.random = random
        self.languages: dict[str, dict[str, list[str]]] = carried["languages"]
        self.warnings: list[str] = carried["warnings"]
        self.tags = _all_tags(carried["tags"])
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.tags) + 1)))

    def language(self, spoken: str) -> str:
        """Return the language of one text of a person whose profile says `spoken`."""
        wanted = (spoken, spoken.partition("-")[0]) if self.random.random() < OWN_LANGUAGE else ()
        return next((name for name in wanted if name in self.languages), ENGLISH)

    def draw_tags(self) -> list[str]:
        """Return no tag for most posts, and a few for some; the second most used is used half as often as the first."""
        dice, total = self.random.random, self.weights[-1]
        number = TAG_NUMBERS[int(dice() * len(TAG_NUMBERS))]
        return list(
            dict.fromkeys(self.tags[bisect(self.weights, dice() * total)] for _ in range(number))
        )

    def warning(self) -> str:
        return self.random.choice(self.warnings) if self.random.random() < WARNED else ""

    def post(self, language: str, kind: str, tags: list[str], named: list[Member]) -> str:
        """Return the text of a post: its sentences, then whom it names, then its tags."""
        words = self.languages[language]
        if kind == "achievement":
            text = self._one(words["wins"])
        else:
            number = 6 + int(self.random.random() ** 3 * 60) if kind == "article" else 1
            text = "\n\n".join(self._paragraph(words) for _ in range(number))
        marks = [f"@{member.username}" for member in named] + [
            f"#{self._as_written(tag)}" for tag in tags
        ]
        return " ".join([text, *marks])

    def comment(self, language: str, named: list[Member]) -> str:
        """Return the text of a comment, which names somebody first if it answers them."""
        words = self.languages[language]
        text = self._one(words["replies"])
        if self.random.random() < 0.25:
            text = f"{text} {self._paragraph(words)}"
        return " ".join([*(f"@{member.username}" for member in named), text])

    def _paragraph(self, words: dict[str, list[str]]) -> str:
        sentence = f"{self._one(words['openings'])} {self._one(words['things'])}."
        return (
            f"{sentence} {self._one(words['endings'])}" if self.random.random() < 0.7 else sentence
        )

    def _one(self, phrases: list[str]) -> str:
        return phrases[int(self.random.random() * len(phrases))]

    def _as_written(self, tag: str) -> str:
        return tag.capitalize() if self.random.random() < 0.3 else tag


def _all_tags(common: list[str]) -> list[str]:
    """Return the common tags, then rarer ones made of two of them."""
    pairs = (
        first + second
        for gap in range(1, len(common))
        for first, second in zip(common, common[gap:], strict=False)
    )
    return list(dict.fromkeys([*common, *pairs]))[:TAGS]
