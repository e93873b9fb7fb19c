"""Hashtags in plain text, by the rules of twitter-text: all scripts, at least one letter."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TAG = 100
"""Code points of a tag, as written and as folded; twitter-text has no limit."""

# The joiners of Persian, Sinhala and others, and the marks that stand inside words of Hebrew,
# Japanese, Tibetan and Catalan.
_INSIDE_WORDS = frozenset(
    "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
)
_SIGN = re.compile(r"[#＃](?![\ufe0f\u20e3\s#＃])")  # not the keycap emoji #️⃣
_ASCII_RUN = re.compile(rf"[A-Za-z0-9_]{{0,{MAX_TAG + 1}}}")
_EMOJI_STYLES = {"\ufe0e", "\ufe0f"}


@dataclass(frozen=True, slots=True)
class Hashtag:
    """`text[start:end]` in code points, with the sign; `tag` is the folded form of `fold_tag`."""

    start: int
    end: int
    tag: str


def find_hashtags(text: str) -> Iterator[Hashtag]:
    """Yield the hashtags from left to right; no two overlap."""
    for sign in _SIGN.finditer(text):
        if not _may_stand_before(text[max(sign.start() - 1, 0) : sign.start()]):
            continue
        end = _find_tag_end(text, sign.end())
        if text.startswith(("#", "＃", "://"), end):
            continue
        if tag := fold_tag(text[sign.end() : end]):
            yield Hashtag(sign.start(), end, tag)


def fold_tag(written: str) -> str | None:
    """Return the form under which a tag without sign is kept and compared, or None: it is no tag.

    Case and compatibility forms (full width, half width, ligatures) are folded as in Unicode's
    NFKC_Casefold.
    """
    if not 0 < len(written) <= MAX_TAG or _find_tag_end(written, 0) < len(written):
        return None
    tag = written.lower() if written.isascii() else _fold_unicode(written)
    return tag if len(tag) <= MAX_TAG and any(map(str.isalpha, tag)) else None


def _fold_unicode(written: str) -> str:
    """Return the folded form, without what folding brings in from outside tags (a space for ゛)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold())
    return unicodedata.normalize("NFC", "".join(filter(_is_tag_character, folded)))


def _find_tag_end(text: str, start: int) -> int:
    """Return the end of the run of tag characters; of its first part when it is too long."""
    stop = min(len(text), start + MAX_TAG + 1)
    run = _ASCII_RUN.match(text, start)
    at = run.end() if run else start
    while at < stop and _is_tag_character(text[at]):
        at += 1
    return at


def _may_stand_before(char: str) -> bool:
    """Tell whether a tag may begin after this character (none at the start of the text)."""
    return not char or char in _EMOJI_STYLES or not (char == "&" or _is_tag_character(char))


def _is_tag_character(char: str) -> bool:
    if char.isalpha() or char.isdecimal() or char in _INSIDE_WORDS:
        return True
    return not char.isascii() and unicodedata.category(char).startswith("M")
