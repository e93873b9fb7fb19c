"""The Range header of RFC 9110, for one range: more than one is answered with the whole."""

import re

# The bounds on blanks keep it linear: without them 64 kB of blanks took more than 9 s.
ONE_RANGE = re.compile(
    rb"\A\s{0,8}bytes\s{0,8}=\s{0,8}(\d{0,19})\s{0,8}-\s{0,8}(\d{0,19})\s{0,8}\Z",
    re.ASCII | re.IGNORECASE,
)


class Unsatisfiable(Exception):
    """The range lies outside the file: 416."""


def parse(header: bytes, size: int) -> tuple[int, int] | None:
    """Return first byte and length of what is asked, None for the whole; `Unsatisfiable` when there is no such part.

    What is not one well-formed range of bytes is ignored, as the RFC wants. So is any range of an empty file, which no
    Content-Range could name.
    """
    match = ONE_RANGE.match(header)
    if not match or size == 0:
        return None
    first_text, last_text = match.groups()
    if not first_text and not last_text:
        return None
    if not first_text:
        return _suffix(int(last_text), size)
    first = int(first_text)
    last = min(int(last_text), size - 1) if last_text else size - 1
    if last_text and int(last_text) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return first, last - first + 1


def _suffix(length: int, size: int) -> tuple[int, int]:
    if length == 0:
        raise Unsatisfiable
    length = min(length, size)
    return size - length, length
