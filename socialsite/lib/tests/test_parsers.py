"""JSON as it is taken: what hostile bodies cost, and what they are told."""

import time

import pytest
from rest_framework.exceptions import ParseError

from socialsite.lib.api.parsers import MAX_DEPTH, parse

pytestmark = pytest.mark.once
KEYS = [f'"{number:x}":0' for number in range(100_000)]
HOSTILE = {
    "many keys, the last of them twice": "{" + ",".join([*KEYS, KEYS[-1]]) + "}",
    "many keys": "{" + ",".join(KEYS) + "}",
    "many numbers": "[" + ",".join(["0"] * 400_000) + "]",
    "many numbers and an escape": "[" + ",".join(["0"] * 400_000) + ',"\\u0041"]',
    "many lists": "[" + ",".join(["[]"] * 300_000) + "]",
    "many quotes": '["' + '\\"' * 400_000 + '"]',
    "many backslashes": '["' + "\\\\" * 400_000 + '"]',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_t30_long_text_is_read_in_linear_time(name: str) -> None:
    body = HOSTILE[name].encode()
    began = time.process_time()
    if "twice" in name:
        with pytest.raises(ParseError, match="stands twice"):
            parse(body)
    else:
        assert parse(body)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('"\\u0000"', "the text"),
        ('{"a":["x","\\ud800"]}', r"a\[1\]"),
        ('{"a":{"b":"\\u0000"}}', r"a\.b"),
        ('{"\\udfff":1}', "a key"),
    ],
)
def test_c28_text_that_cannot_be_sent_is_named_with_its_place(text: str, place: str) -> None:
    with pytest.raises(ParseError, match=f"lone surrogate in {place}"):
        parse(text.encode())


def test_c28_escapes_that_make_sound_texts_are_taken() -> None:
    assert parse(b'{"\\u0041":["\\ud83d\\ude00","\\\\u0000"]}') == {"A": ["\U0001f600", "\\u0000"]}


def test_t30_depth_is_counted_outside_strings() -> None:
    assert parse(b'["' + b"[" * 100 + b'"]') == ["[" * 100]
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(ParseError, match="deeper"):
        parse(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
