"""What filters find: the same table, and the same made-up texts, for Python and for the database the suite runs on."""

import re
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.filters import Sieve, filters_of
from accounts.models import Filter, FilterTerm, User
from accounts.testing import Cast, UserFactory
from socialsite.lib.text.words import compiled, fold, pattern_of, pattern_of_domains

WHOLE = [
    ("and", "sand", False),
    ("and", "You AND me", True),
    ("and", "and", True),
    ("and", "_and_", False),
    ("and", "and2", False),
    ("and", "(and)", True),
    ("and", "and\n", True),
    ("cafe", "Un CAFÉ!", True),
    ("café", "cafe\u0301, please", True),
    ("cafe", "cafe\u0301s", False),
    ("naïve", "NAIVE", True),
    ("resume", "ｒｅｓｕｍｅ", True),
    ("straße", "STRAẞE", True),
    ("straße", "strasse", False),
    ("σίσυφος", "ΣΙΣΥΦΟΣ", True),
    ("война", "Война и мир", True),
    ("война", "войнарка", False),
    ("ёлка", "елка", True),
    ("שלום", "שָׁלוֹם", True),
    ("سلام", "سَلَامٌ", True),
    ("istanbul", "İSTANBUL", True),
    ("हिन्दी", "मैं हिन्दी बोलता", True),
    ("हिन्द", "हिन्दी", False),
    ("कि", "का", False),
    ("音乐", "我喜欢音乐吗", True),
    ("音樂", "我喜欢音乐吗", False),
    ("カ", "がカ", True),
    ("か", "が", False),
    ("が", "か\u3099", True),
    ("ภาษา", "ภาษาไทย", True),
    ("cat", "猫catが", True),
    ("고양이", "고양이 좋아", True),
    ("고양", "고양이", False),
    ("고양이", unicodedata.normalize("NFD", "고양이"), True),
    ("c++", "I like C++.", True),
    ("c++", "c+", False),
    ("🍕", "pizza🍕now", True),
    ("#art", "see #Art", True),
    ("the end", "THE  \n END.", True),
    ("the end", "the ending", False),
    (".*", "anything", False),
    (".*", "a.*b", True),
    ("[a-z]", "q", False),
    ("a|b", "b", False),
    ("(?i)x", "(?I)X", True),
    ("\\d", "7", False),
    ("\\d", "\\d", True),
    ("^$", "", False),
    ("%", "100%", True),
    ("a_c", "abc", False),
    ("😀", "😀", True),
    ("{2}", "a{2}", True),
    ("-", "a-b", True),
    ("]", "[x]", True),
]
PART = [("and", "sand", True), ("and", "SÁNDY", True), ("and", "an d", False), ("ก", "กา", True)]
DOMAINS = [
    ("example.org", "see https://example.org/x", True),
    ("example.org", "EXAMPLE.org", True),
    ("example.org", "www.example.org.", True),
    ("example.org", "https://a.b.example.org:80", True),
    ("example.org", "notexample.org", False),
    ("example.org", "example.org.evil.com", False),
    ("example.org", "example.organic", False),
    ("example.org", "exampleXorg", False),
    ("xn--bcher-kva.example", "http://Bücher.example", True),
    ("xn--bcher-kva.example", "http://xn--bcher-kva.example", True),
]


def matches(pattern: str, text: str) -> tuple[bool, bool]:
    """Ask Python, and the database, about a text that stands in a column."""
    row: Any = UserFactory(bio=text)
    in_database = User.objects.filter(pk=row.pk, bio__regex=pattern).exists()
    return bool(compiled(pattern).search(text)), in_database


@pytest.mark.django_db
@pytest.mark.parametrize(("term", "text", "found"), WHOLE)
def test_b7_a_word_is_found_whole_in_every_script(term: str, text: str, found: bool) -> None:
    assert matches(pattern_of(((term, True),)), text) == (found, found)


@pytest.mark.django_db
@pytest.mark.parametrize(("term", "text", "found"), PART)
def test_b7_a_part_of_a_word_is_found_when_asked_for(term: str, text: str, found: bool) -> None:
    assert matches(pattern_of(((term, False),)), text) == (found, found)


@pytest.mark.django_db
@pytest.mark.parametrize(("domain", "text", "found"), DOMAINS)
def test_b7_a_domain_is_found_with_what_lies_below_it(domain: str, text: str, found: bool) -> None:
    assert matches(pattern_of_domains((domain,)), text) == (found, found)


LETTERS = "aAáÁeéＥbsßςΣσ音ไかがй"
SIGNS = " .\\*[](|)^$+?{}-_%#7\n"
words = st.text(alphabet=LETTERS + SIGNS, min_size=1, max_size=4).filter(lambda t: fold(t).strip())
texts = st.lists(st.text(alphabet=LETTERS + SIGNS + "\u0301", max_size=6), max_size=4).map("".join)
UNSPACED = set("音ไかが")


def is_of_word(char: str) -> bool:
    return char not in UNSPACED and (char == "_" or unicodedata.category(char)[0] in "LMN")


def stands_in(term: str, text: str, *, whole: bool) -> bool:
    """Say it in the plainest way: letters folded one by one, an occurrence at each place, its neighbours looked at."""
    folded, at = [], []
    for place, char in enumerate(re.sub(r"\s", " ", text)):
        if (
            char == "\u0301"
            and place
            and text[place - 1 : place] not in SIGNS
            and _bears(text, place)
        ):
            continue
        folded.append(char if char == "\u0301" else fold(char) or char)
        at.append(place)
    wanted = fold(term)
    for start in range(len(folded)):
        end = _end_of(wanted, folded, start)
        if end is None:
            continue
        before = text[at[start] - 1 : at[start]]
        stop = at[end] if end < len(at) else len(text)
        after = text[stop : stop + 1]
        if not whole or not (
            (is_of_word(wanted[0]) and before and is_of_word(before))
            or (is_of_word(wanted[-1]) and after and is_of_word(after))
        ):
            return True
    return False


def _bears(text: str, place: int) -> bool:
    """Whether an accent at a place stands on a letter that can bear one."""
    while place and text[place] == "\u0301":
        place -= 1
    script = unicodedata.name(text[place], "without a name").split()[0]
    return script in {"LATIN", "GREEK", "CYRILLIC", "FULLWIDTH"}


def _end_of(wanted: str, folded: list[str], start: int) -> int | None:
    """Return where an occurrence that begins at a place ends; a space of the term is a run of spaces."""
    place = start
    for char in wanted:
        if place >= len(folded) or folded[place] != char:
            return None
        place += 1
        while char == " " and place < len(folded) and folded[place] == " ":
            place += 1
    return place


@pytest.mark.django_db
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(term=words, text=texts, whole=st.booleans())
def test_b7_any_text_is_searched_as_by_the_plain_rule(term: str, text: str, whole: bool) -> None:
    pattern = pattern_of(((term, whole),))
    expected = stands_in(term, text, whole=whole)
    assert bool(compiled(pattern).search(text)) is expected
    assert User.objects.filter(pk=_holder(text), bio__regex=pattern).exists() is expected


def _holder(text: str) -> int:
    """Return a row whose bio is the text."""
    row, _ = User.objects.update_or_create(
        username="holder", defaults={"bio": text, "email": "holder@example.org"}
    )
    return row.pk


def test_b7_no_text_takes_long_to_search() -> None:
    terms = tuple((("a" * n + "b")[:60], True) for n in range(1, 100))
    pattern = compiled(pattern_of((*terms, ("a a a a a a a a a b", True))))
    begun = time.process_time()
    for text in ("a" * 10_000, "a " * 5000, "a\u0301" * 5000, " " * 10_000):
        assert not pattern.search(text)
    assert time.process_time() - begun < 2


@pytest.fixture
def sieve(cast: Cast) -> Sieve:
    """What alice's filters in the feed say: she hides, and warns of, two words each, and hides carol, a tag and a site."""
    hides = [("keyword", "rain"), ("phrase", "bad news"), ("user", str(cast.carol.pk))]
    hides += [("tag", "fog"), ("domain", "example.org")]
    for action, terms in (("hide", hides), ("warn", [("keyword", "wind"), ("tag", "storm")])):
        kept = Filter.objects.create(owner=cast.alice, title=action, action=action, scopes=["feed"])
        for kind, value in terms:
            FilterTerm.objects.create(filter=kept, kind=kind, value=value)
    User.objects.filter(pk=cast.alice.pk).update(filter_count=2)
    return filters_of(User.objects.get(pk=cast.alice.pk), "feed")


def test_b7_to_hide_is_a_condition_and_to_warn_a_mark(cast: Cast, sieve: Sieve) -> None:
    bob = cast.bob.pk
    for bio, is_hidden in (
        ("Rain!", True),
        ("windy", False),
        ("wind", False),
        ("example.org", True),
    ):
        User.objects.filter(pk=bob).update(bio=bio)
        rows: Any = User.objects.filter(sieve.hidden("bio", "pk"), pk=bob)
        assert rows.exists() is is_hidden, bio
    marks = sieve.marks("Strong wind, rain", bob, ["storm"])
    assert [(mark["title"], mark["term"]) for mark in marks] == [("warn", "wind")]
    assert sieve.marks("", bob, ["storm"])[0]["term"] == "storm"
    assert sieve.marks("windy", bob) == []


def test_b7_people_are_hidden_and_oneself_never(cast: Cast, sieve: Sieve) -> None:
    User.objects.update(bio="Rain")
    User.objects.filter(pk=cast.carol.pk).update(bio="")
    left = User.objects.exclude(sieve.hidden("bio", "pk")).values_list("username", flat=True)
    assert list(left) == ["alice"]
    assert sieve.marks("wind", cast.alice.pk) == []


def test_b7_no_filter_hides_nothing(cast: Cast) -> None:
    nothing = filters_of(cast.bob, "feed")
    assert (nothing.is_empty, nothing.hides, nothing.marks("rain", 1)) == (True, False, [])
    assert User.objects.exclude(nothing.hidden("bio", "pk")).count() == User.objects.count()
