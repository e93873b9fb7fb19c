"""No text is refused, whatever it is, and both databases can read what it becomes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.filters import NOTHING
from accounts.models import Anonymous
from search.backends.postgres import PostgresBackend
from search.backends.sqlite import SqliteBackend
from search.folding import folded, words
from search.matching import expression_of
from search.parsing import MAX_PARTS, MAX_QUERY, parse
from search.searchables import SEARCHES, Asked
from search.snippets import snippet_of
from socialsite.lib.ids import Kind

PIECES = st.sampled_from(
    [
        "from:", "to:me", "#", "#tag", "has:image", "has:", "before:2026-02-30", "after:2026-01-01", "min_likes:", "min_likes:3",
        "lang:", "lang:pt-BR", "is:reply", '"', "“", "”", "-", "--", "-#tag", '-"', "NEAR", "AND", "OR", "NOT", "(", ")", "*", ":",
        "^", "{title}", "'", "\\", "&", "|", "!", "<->", "a:*", "%", "_", "日本", "กรุงเทพ", "🎉", "\u200d", "\u0301", "ﷺ", "½",
        "word", "from:alice", "after:0001-01-01", "before:9999-12-31T23:59:59+00:00", "after:0001-01-01T00:00:00+14:00", " ",
    ]
)  # fmt: skip
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
QUERIES = st.one_of(
    TEXT,
    st.lists(st.one_of(PIECES, TEXT), max_size=25).map("".join),
    st.lists(PIECES, max_size=25).map(" ".join),
)


def asked(text: str) -> Asked:
    return Asked(query=parse(text), viewer=Anonymous(), sieve=NOTHING, people={})


@settings(max_examples=300, deadline=None)
@given(QUERIES)
def test_m42_every_text_is_understood(text: str) -> None:
    query = parse(text)
    assert query.parts <= MAX_PARTS
    assert query.echo()["ignored"] == query.ignored
    expression = expression_of(asked(text), Kind.POST)
    assert SqliteBackend().write(expression)
    assert PostgresBackend().write(expression)
    assert len(parse(text * 20).terms) <= MAX_PARTS


@settings(max_examples=200, deadline=None)
@given(TEXT)
def test_m42_a_folded_text_stays_as_it_is_and_its_words_are_in_their_places(text: str) -> None:
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.token
        assert not set(word.token) & set(" '\"\\:*()\t\n")
    snippet = snippet_of(text, parse(text))
    assert all(0 <= low < high <= len(snippet["text"]) for low, high in snippet["ranges"])


@pytest.mark.django_db
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(QUERIES)
def test_m42_no_text_breaks_a_search(db: Any, text: str) -> None:
    for search in SEARCHES.values():
        assert search.find(asked(text[:MAX_QUERY])) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ångström ÉCLAIR", "angstrom eclair"),
        ("Straße STRASSE", "strasse strasse"),
        ("Ελλάς ΕΛΛΑΣ", "ελλασ ελλασ"),
        ("ёлка Ёлка й", "елка елка и"),
        ("don't foo_bar 3.14", "don t foo bar 3 14"),
        ("ﬁne Ａｂｃ １２", "fine abc 12"),
        ("東京都", "東京 京都 都"),
        ("ｶﾞｲﾄﾞ", "ガイ イド ド"),
        ("हिन्दी", "हिन्दी"),
        ("مُحَمَّد", "محمد"),
        ("한국어 검색", "한국어 검색"),
        ("Łódź smørrebrød", "lodz smorrebrod"),
        ("🎉🎉 👩‍💻", "🎉 🎉 👩 💻"),
    ],
)
def test_m42_texts_are_folded_the_same_everywhere(text: str, expected: str) -> None:
    assert folded(text) == expected
    assert folded(expected.replace(" ", "  ")) == expected or any(char > "\u3000" for char in text)
