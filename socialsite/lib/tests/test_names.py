import string
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsite.lib.errors import Invalid
from socialsite.lib.text.names import (
    RESERVED,
    clean_display_name,
    clean_text,
    clean_url,
    clean_username,
)

pytestmark = pytest.mark.once

LOOKS_LIKE = {
    "a": "аａɑα", "b": "Ьｂ", "c": "сｃϲ", "d": "ԁｄ", "e": "еｅ", "g": "ɡｇ", "h": "һｈ", "i": "іｉıİ",
    "j": "јｊ", "k": "\u212aｋκ", "l": "ⅼｌ", "m": "ⅿｍ", "n": "ոｎ", "o": "оｏο", "p": "рｐρ", "q": "ԛｑ",
    "s": "ѕｓſ", "u": "ս", "v": "ѵｖν", "w": "ԝｗ", "x": "хｘ", "y": "уｙ", "z": "ｚ", "_": "＿", "0": "０", "1": "１",
}  # fmt: skip
INVISIBLE = "\u200b\u200c\u200d\u202e\u2060\ufeff\u00ad\u034f\ufe0f"
ASCII_FORM = str.maketrans(
    {like: plain for plain, all_of_it in LOOKS_LIKE.items() for like in all_of_it}
    | dict.fromkeys(INVISIBLE, "")
)
NAMES = st.text(string.ascii_lowercase + string.digits + "_", min_size=3, max_size=30)


def skeleton(raw: str) -> str:
    return unicodedata.normalize("NFKC", raw.translate(ASCII_FORM)).lower().translate(ASCII_FORM)


@st.composite
def disguised(draw: st.DrawFn, names: st.SearchStrategy[str] = NAMES) -> str:
    """Draw a name with some letters in capitals, of another script, or with something invisible beside them."""
    forms = [
        st.sampled_from([letter, letter, letter.upper(), *LOOKS_LIKE.get(letter, "")])
        for letter in draw(names)
    ]
    letters = [draw(form) for form in forms]
    letters.insert(draw(st.integers(0, len(letters))), draw(st.sampled_from(["", "", *INVISIBLE])))
    return "".join(letters)


def accepted(clean: Callable[[str], str], raw: str) -> str | None:
    try:
        return clean(raw)
    except Invalid:
        return None


@given(disguised())
def test_t20_accepted_username_is_its_own_skeleton(raw: str) -> None:
    name = accepted(clean_username, raw)
    if name is not None:
        assert name == skeleton(raw) == raw.lower()
        assert raw == unicodedata.normalize("NFKC", raw)


@given(st.data(), NAMES)
def test_t20_no_two_accepted_usernames_share_a_skeleton(data: st.DataObject, name: str) -> None:
    raws = [data.draw(disguised(st.just(name))) for _ in range(4)]
    assert {skeleton(raw) for raw in raws} == {name}
    assert {accepted(clean_username, raw) for raw in raws} <= {name, None}


@given(st.text() | disguised())
def test_t20_any_accepted_username_is_ascii_in_lower_case(raw: str) -> None:
    name = accepted(clean_username, raw)
    if name is not None:
        assert set(name) <= set(string.ascii_lowercase + string.digits + "_")
        assert 3 <= len(name) <= 30
        assert clean_username(name) == name


@pytest.mark.parametrize(
    "raw",
    [
        "", "ab", "a" * 31, "12345", "al ice", "alice\n", " alice", "al-ice", "al.ice", "@alice",
        "аlice", "ａｌｉｃｅ", "al\u200bice", "\u202eecila", "\u212aate", "\u017fam", "١٢٣٤", "al\x00ice",
    ],
)  # fmt: skip
def test_t20_username_of_other_characters_or_length_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_username(raw)
    assert (refusal.value.code, refusal.value.attr) == ("invalid_username", "username")


def test_t20_username_is_folded() -> None:
    assert clean_username("Alice_01") == "alice_01"
    assert clean_username("1_2") == "1_2"


@pytest.mark.parametrize("raw", ["search", "Batch", "ADMIN", "_admin_", "adm1n", "r00t", "supp0rt"])
def test_t20_reserved_word_or_its_look_alike_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_username(raw)
    assert refusal.value.code == "reserved_username"


def test_t20_words_of_paths_are_reserved() -> None:
    assert {"me", "search", "batch", "suggestions", "leaderboard", "recommended"} <= RESERVED
    assert all(word == word.lower() for word in RESERVED)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("  Alice \n B.\u00a0\u3000C. ", "Alice B. C."),
        ("\u202eevil\u202c", "evil"),
        ("A\u200bl\u2066i\u2069c\ufeffe\x00\x1b", "Alice"),
        ("e\u0301", "é"),
        ("李小龙 😀", "李小龙 😀"),
        ("\ud800Bob", "Bob"),
    ],
)
def test_t20_display_name_is_stripped_of_what_cannot_be_seen(raw: str, name: str) -> None:
    assert clean_display_name(raw) == name


@pytest.mark.parametrize(
    "raw",
    ["", " ", "\u200b\u202e", "\u3164", "\u2800", "\u0301", "a" * 51, "a" + " " * 1000, "\ufe0f"],
)
def test_t20_display_name_that_is_empty_or_too_long_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_display_name(raw)
    assert (refusal.value.code, refusal.value.attr) == ("invalid_display_name", "display_name")


@given(st.text(max_size=60) | disguised())
def test_t20_any_accepted_display_name_is_clean_and_stays_so(raw: str) -> None:
    name = accepted(clean_display_name, raw)
    if name is not None:
        assert 0 < len(name) <= 50
        assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert clean_display_name(name) == name


def test_t20_text_keeps_lines_and_scripts() -> None:
    raw = "one\r\ntwo\rthree\n\tfour \u200fשלום\u200f 👨\u200d👧"
    assert clean_text(raw) == "one\ntwo\nthree\n\tfour \u200fשלום\u200f 👨\u200d👧"


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_t20_text_with_controls_or_lone_surrogates_is_refused(char: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(f"a{char}b", attr="bio")
    assert (refusal.value.code, refusal.value.attr) == ("invalid_text", "bio")


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        (" HTTPS://example.com/a?b=c#d ", "https://example.com/a?b=c#d"),
        ("http://localhost:8000/media/1.png", "http://localhost:8000/media/1.png"),
        ("http://[::1]/", "http://[::1]/"),
        ("https://münchen.example/straße", "https://münchen.example/straße"),
        ("https://example.com./@alice", "https://example.com./@alice"),
    ],
)
def test_t34_web_address_is_kept(raw: str, url: str) -> None:
    assert clean_url(raw) == url


@pytest.mark.parametrize(
    "raw",
    [
        "", "example.com", "//example.com", "javascript:alert(1)", "JaVaScRiPt://example.com/%0aalert(1)",
        "java\tscript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.com", "vbscript:x",
        "http:example.com", "http:/example.com", "http:///example.com", "http://", "http://?", "http://:80",
        "https://bank.com@evil.com", "https://bank.com:x@evil.com", "https://@evil.com",
        "https://bank.com%40evil.com", "https://bank.com\\@evil.com", "https://bank.com\u202e", "https://a b.com",
        "https://a.com/\n", "https://a.com/\x00", "https://a.com/\u200b", 'https://a.com/"onload=x',
        "https://a.com/<script>", "https://evil.c℀.bank.com", "https://bank.com／.evil.com", "https://a..com",
        "https://a.com:99999", "https://a.com:x", "https://[::1", "https://-a.com", f"https://a.com/{'a' * 2000}",
        "\x01https://a.com", "https://a.com/\ud800",
    ],
)  # fmt: skip
def test_t34_other_schemes_and_tricks_are_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_url(raw, attr="avatar_url")
    assert (refusal.value.code, refusal.value.attr) == ("invalid_url", "avatar_url")


@given(st.text(max_size=30), st.sampled_from(["", "https://", "http://a.com", "javascript:", "//"]))
def test_t34_any_accepted_address_is_of_the_web(raw: str, start: str) -> None:
    url = accepted(clean_url, start + raw)
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert clean_url(url) == url
