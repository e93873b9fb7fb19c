"""JSON as this server accepts it (API.md section 5): bounded, without duplicate keys, NaN, NUL or lone surrogates."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32
MAX_DIGITS = 30


class StrictJSONParser(BaseParser):
    """Parse a JSON body; whatever is refused is named with its place."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return parse(stream.read())


def parse(body: bytes) -> Any:
    """Return the value of a JSON text in UTF-8; raises ParseError."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParseError(f"The body is not UTF-8: byte {error.start}.") from error
    _refuse_depth(text)
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise ParseError(
            f"JSON: {error.msg} at line {error.lineno} column {error.colno}."
        ) from error
    # Nothing else can bring what must not be there: bare control characters and bad UTF-8 are refused by now.
    if "\\u" in text and not _can_all_be_sent(value):
        raise ParseError(f"JSON: NUL or a lone surrogate in {_place_of_bad_text(value)}.")
    return value


def _refuse_depth(text: str) -> None:
    """Count brackets outside strings, before the recursive parser sees them."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth, position, end = 0, 0, len(text)
    while position < end:
        character = text[position]
        if character == '"':
            position = _end_of_string(text, position)
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ParseError(f"JSON: deeper than {MAX_DEPTH} levels at character {position}.")
        elif character in "]}":
            depth -= 1
        position += 1


def _end_of_string(text: str, start: int) -> int:
    """Return the place of the quote that closes the string opened at `start`, or the end of the text."""
    position = start + 1
    while True:
        quote = text.find('"', position)
        if quote < 0:
            return len(text)
        backslashes = quote - len(text[position:quote].rstrip("\\")) - position
        if backslashes % 2 == 0:
            return quote
        position = quote + 1


def _can_all_be_sent(root: Any) -> bool:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if not _can_be_sent(value):
                return False
        elif isinstance(value, dict):
            waiting += value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return True


def _place_of_bad_text(root: Any) -> str:
    """Return where a text stands that cannot be sent: looked for apart, as places cost more than values."""
    waiting = [("", root)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and not _can_be_sent(value):
            return place or "the text"
        if isinstance(value, dict):
            waiting += [("a key", key) for key in value]
            waiting += [(f"{place}.{key}".strip("."), item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}[{n}]", item) for n, item in enumerate(value)]
    return "the text"


def _can_be_sent(text: str) -> bool:
    """Tell whether a text is free of NUL and lone surrogates: UTF-8, which finds them faster than a loop, has none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ParseError(f"JSON: the key {json.dumps(twice)} stands twice.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ParseError(f"JSON: a number of more than {MAX_DIGITS} digits.")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ParseError("JSON: a number is too large.")
    return number


def _constant(name: str) -> NoReturn:
    raise ParseError(f"JSON: {name} is not a number of JSON.")


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
