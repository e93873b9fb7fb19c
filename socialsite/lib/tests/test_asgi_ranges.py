"""T41: any Range header against a slice of Python's."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsite.lib.asgi import ranges

pytestmark = pytest.mark.once

CONTENT = bytes(range(256)) * 4

numbers = st.one_of(st.just(""), st.integers(0, 2000).map(str), st.integers(0, 10**25).map(str))
well_formed = st.builds("bytes={}-{}".format, numbers, numbers)
nearly = st.text(alphabet="bytes=-, 0123456789\tBx", max_size=30)
anything = st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace").decode("latin-1"))


def expected(header: str, content: bytes) -> bytes | None:
    """Say what the header asks for: a slice, None for the whole, b"" for nothing that exists."""
    unit, _, rest = header.partition("=")
    if unit.strip(" \t").lower() != "bytes" or not re.fullmatch(
        r"\s*\d*\s*-\s*\d*\s*", rest, re.ASCII
    ):
        return None
    first, last = (part.strip() for part in rest.split("-"))
    if not content or not first + last or max(len(first), len(last)) > 19:
        return None
    if not first:
        return content[-int(last) :] if int(last) else b""
    if last and int(last) < int(first):
        return None
    return content[int(first) : int(last) + 1 if last else None]


@pytest.mark.parametrize("size", [0, 1, 1000])
@settings(max_examples=3500, deadline=None)
@given(header=st.one_of(well_formed, nearly, anything))
def test_t41_range_is_the_slice(size: int, header: str) -> None:
    content = CONTENT[:size]
    wanted = expected(header, content)
    try:
        part = ranges.parse(header.encode("latin-1"), size)
    except ranges.Unsatisfiable:
        assert wanted == b""
        return
    if part is None:
        assert wanted is None
    else:
        assert content[part[0] : part[0] + part[1]] == wanted != b""


def test_t41_a_thousand_ranges_are_not_amplified() -> None:
    assert ranges.parse(b"bytes=" + b",".join(b"0-" for _ in range(1000)), 1000) is None
