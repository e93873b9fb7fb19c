"""The letters of people's names, by which they are found in spite of a typing error."""

from typing import Any

from search.folding import grams, words

SHORTEST = 4
"""Letters of a word that a typing error is looked for in"""
LONG = 8
"""From so many letters on two errors are forgiven"""


def name_words(user: Any) -> set[str]:
    """Return the words of a person's names in their plain form."""
    return {word.token for word in words(f"{user.username} {user.display_name}")}


def name_grams(user: Any) -> set[str]:
    """Return the threes of letters in the longer words of a person's names."""
    return {gram for word in name_words(user) if len(word) >= SHORTEST for gram in grams(word)}


def forgiven(token: str) -> int:
    """Return how many errors a word may have."""
    if len(token) < SHORTEST:
        return 0
    return 2 if len(token) >= LONG else 1


def distance(one: str, other: str, most: int) -> int:
    """Return in how many letters two words differ: changed, missing, too many or swapped with the next; above `most` any number above."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (char != its))
            if row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
