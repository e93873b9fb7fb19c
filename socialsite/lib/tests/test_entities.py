from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from socialsite.lib.text.entities import Hashtag, Link, Mention, extract, fold_tag
from socialsite.lib.text.names import clean_url

pytestmark = pytest.mark.once

FAMILIES = {
    "mentions": "mentions",
    "mentions_with_indices": "mentions",
    "mentions_or_lists_with_indices": "mentions",
    "hashtags": "hashtags",
    "hashtags_from_astral": "hashtags",
    "hashtags_with_indices": "hashtags",
    "urls": "links",
    "urls_with_indices": "links",
    "urls_with_directional_markers": "links",
    "tco_urls_with_params": "links",
}
LEFT_OUT = {
    "replies": "a reply names its post by id, not by the first word",
    "cashtags": "the site has none",
    "cashtags_with_indices": "the site has none",
}
DIFFERENT = {
    "Extract mention of all numeric username": "a username is never digits alone (T20)",
    "DO NOT extract URLs with > 40 characters in a t.co slug": (
        "the length of a name at Twitter's shortener is its own matter: a dead link is still a link"
    ),
}


class Case(NamedTuple):
    family: str
    description: str
    text: str
    expected: list[Any]


def read_suite() -> dict[str, list[dict[str, Any]]]:
    source = Path(__file__).with_name("data") / "twitter-text-extract.yml"
    suite: dict[str, list[dict[str, Any]]] = yaml.safe_load(source.read_text("utf-8"))["tests"]
    return suite


SUITE = read_suite()
CASES = [
    Case(family, case["description"], case["text"], case["expected"])
    for family in FAMILIES
    for case in SUITE[family]
]


def found(case: Case) -> list[Any]:
    """Give what was extracted in the words of the suite: what stands after the sign, or the indices."""
    kind = FAMILIES[case.family]
    spans = [(entity.start, entity.end) for entity in getattr(extract(case.text), kind)]
    if case.family.endswith(("_indices", "_markers")):
        return [list(span) for span in spans]
    return [case.text[start + (kind != "links") : end] for start, end in spans]


def wanted(case: Case) -> list[Any]:
    kept = [one for one in case.expected if not (isinstance(one, dict) and one.get("list_slug"))]
    return [one["indices"] if isinstance(one, dict) else one for one in kept]


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.family}: {case.description}" for case in CASES]
)
def test_m51_m52_twitter_text_conformance(case: Case) -> None:
    if case.description in DIFFERENT:
        assert found(case) != wanted(case), "no longer different: take it out of DIFFERENT"
    else:
        assert found(case) == wanted(case)


def test_m51_m52_every_family_and_every_difference_is_one_of_the_suite() -> None:
    assert set(SUITE) == set(FAMILIES) | set(LEFT_OUT)
    assert set(DIFFERENT) <= {case.description for case in CASES}


def test_m25_entities_carry_code_point_offsets_and_folded_names() -> None:
    entities = extract("😀 @Alice_1 reads #Straße at HTTP://Example.com/A.")
    assert entities.mentions == (Mention(2, 10, "alice_1"),)
    assert entities.hashtags == (Hashtag(17, 24, "strasse"),)
    assert entities.links == (Link(28, 48, "http://Example.com/A"),)


@pytest.mark.parametrize(
    ("text", "usernames"),
    [
        ("@ab and @abc", ["abc"]),
        (f"@{'a' * 30} @{'b' * 31}", ["a" * 30]),
        ("@___ @1_2 @123", ["___", "1_2"]),
        ("mail bob@example.com, name@host", []),
        ("@alice, @alice!", ["alice", "alice"]),
        ("@аlice @ａｌｉｃｅ @al\u0131ce", []),  # Cyrillic, full width, dotless
        ("@bob@example.social", []),
        ("@scope/package", []),
        ("\uff20alice", ["alice"]),
    ],
)
def test_m52_mention_is_a_possible_username_and_no_part_of_an_address(
    text: str, usernames: list[str]
) -> None:
    assert [mention.username for mention in extract(text).mentions] == usernames


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Café #CAFE\u0301", ["café", "café"]),
        ("#Ｔａｇ #tag", ["tag", "tag"]),
        ("#ｻｯｶｰ #サッカー", ["サッカー", "サッカー"]),
        ("#2024 #٢٠٢٤ #1\ufe0f\u20e3 #_", []),
        ("#\ufe0f\u20e3 # tag", []),
        (f"#{'a' * 100} #{'b' * 101}", ["a" * 100]),
        ("#" + "\ufdfa" * 20, []),  # one letter that folds into eighteen
        ("&#x27; a#b #c#d", []),
    ],
)
def test_m51_hashtag_is_folded_bounded_and_never_digits_alone(text: str, tags: list[str]) -> None:
    assert [hashtag.tag for hashtag in extract(text).hashtags] == tags


def test_m25_tag_of_a_field_folds_like_a_tag_in_text() -> None:
    assert fold_tag("Straße") == extract("#STRASSE").hashtags[0].tag
    assert [fold_tag(raw) for raw in ("", "#tag", "two words", "7", "a" * 101)] == [None] * 5


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        (
            "example.com/a?b=c and example.com?b",
            ["https://example.com/a?b=c", "https://example.com"],
        ),
        ("example.com:80/a example.com:80", ["https://example.com:80/a", "https://example.com"]),
        ("foo.com-http://bar.com", ["http://bar.com"]),
        ("http://bar.com/(a) (http://bar.com/b)", ["http://bar.com/(a)", "http://bar.com/b"]),
        (f"http://bar.com/{'a' * 2000}", []),
        (f"http://{'a' * 64}.com {'é' * 60}.com", []),
        ("a.com" * 60, []),
        ("http://bar.com:123456", ["http://bar.com"]),
        ("me.and.co.jp@mail.com", []),
    ],
)
def test_m25_links_take_what_belongs_to_them(text: str, urls: list[str]) -> None:
    assert [link.url for link in extract(text).links] == urls


@pytest.mark.parametrize(
    "text",
    [
        "http://bank.com@evil.com",
        "http://bank.com:password@evil.com/",
        "http://user:bank.com@evil.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://evil.c℀.bank.com",  # a/c once the browser has normalised it
        "http://bank\u202e.com",
        "ftp://example.com/a",
        "//evil.com",
    ],
)
def test_t34_what_hides_its_host_or_runs_code_is_no_link(text: str) -> None:
    assert extract(text).links == ()


@pytest.mark.parametrize(
    "text",
    [
        "http://a.com/@alice#tag",
        "a.com/@alice?x=#tag",
        "http://a.com/?q=@alice",
        "a.com/#tag,@alice/1",
    ],
)
def test_m52_nothing_inside_a_link_is_a_mention_or_hashtag(text: str) -> None:
    entities = extract(text)
    assert (len(entities.links), entities.mentions, entities.hashtags) == (1, (), ())


def test_m51_hashtag_that_runs_into_a_host_is_a_hashtag() -> None:
    entities = extract("#日本語example.com")
    assert [hashtag.tag for hashtag in entities.hashtags] == ["日本語example"]
    assert entities.links == ()


PIECES = st.sampled_from(
    [
        "@",
        "#",
        "＃",
        "alice",
        "a.com",
        "http://",
        "/",
        "?",
        "(",
        ")",
        "é",
        "語",
        " ",
        ".",
        "\u200d",
        ":",
        "-",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=20).map("".join)


@given(TEXTS)
def test_m25_entities_of_any_text_lie_apart_and_in_order(text: str) -> None:
    entities = extract(text)
    everything: list[Mention | Hashtag | Link] = [
        *entities.mentions,
        *entities.hashtags,
        *entities.links,
    ]
    spans = sorted((entity.start, entity.end) for entity in everything)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(start < end <= len(text) for start, end in spans)


@given(TEXTS)
def test_t34_every_link_of_any_text_is_a_url_that_a_profile_may_hold(text: str) -> None:
    for link in extract(text).links:
        assert clean_url(link.url) == link.url


@given(TEXTS)
def test_m51_tags_of_any_text_are_folded_once_and_for_all(text: str) -> None:
    for hashtag in extract(text).hashtags:
        assert fold_tag(hashtag.tag) == hashtag.tag
