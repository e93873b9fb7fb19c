"""What people may call themselves, write about themselves and link to."""

import re
import unicodedata
from urllib.parse import urlsplit

from socialsite.lib.errors import Invalid
from socialsite.lib.text.links import MAX_URL, is_host_label

MAX_DISPLAY_NAME = 50
_MAX_RAW_NAME = 1000  # with what is then stripped

# Words with a meaning in paths, first segments of routes, words that claim authority or reach many.
_RESERVED_WORDS = """
me search batch suggestions leaderboard recommended new edit delete all none null undefined

api admin auth static media assets docs schema health healthz ready metrics ws socket login logout
register signup signin join settings account accounts users user profiles posts rooms images albums
messages groups skills events webhooks lists jobs hashtags tags feed trending notifications
connections comments uploads upload bookmarks collections companies analytics moderation reports
status about terms privacy help contact

administrator root system sysadmin superuser moderator moderators mod staff official support
security abuse postmaster webmaster hostmaster noreply everyone here channel anonymous deleted guest
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
"""Names nobody may take."""

_USERNAME = re.compile(r"\A[A-Za-z0-9_]{3,30}\Z")
# Digits that pass for letters: adm1n and app1e, r00t.
_DIGITS_AS_LETTERS = (str.maketrans("01", "oi"), str.maketrans("01", "ol"))
# Letters and marks that show nothing, so that a name of them would be blank: joiner, Hangul
# fillers, Khmer vowels, Mongolian selectors, the empty Braille cell.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_username(raw: str) -> str:
    """Return the name in lower case: 3 to 30 ASCII letters, digits, underscores, not digits alone.

    Nothing is repaired: what only looks like such a name (full width, Cyrillic а, kelvin sign) is
    refused. Raises Invalid `invalid_username` or `reserved_username`.
    """
    if not _USERNAME.match(raw) or raw.isdigit():
        detail = "Use 3 to 30 letters a-z, digits and underscores, not digits alone."
        raise Invalid("invalid_username", detail, "username")
    name = raw.lower()
    if _is_reserved(name.strip("_")):
        raise Invalid("reserved_username", "This name is reserved.", "username")
    return name


def _is_reserved(name: str) -> bool:
    return name in RESERVED or any(
        name.translate(table) in RESERVED for table in _DIGITS_AS_LETTERS
    )


def clean_display_name(raw: str) -> str:
    """Return the name without what cannot be seen or turns the text around it, with single spaces.

    Raises Invalid `invalid_display_name` where nothing is left or more than 50 code points are.
    """
    if len(raw) > _MAX_RAW_NAME:
        raise _refuse_long_name()
    name = clean_line(raw)
    if not name:
        raise Invalid("invalid_display_name", "The name is empty.", "display_name")
    if len(name) > MAX_DISPLAY_NAME:
        raise _refuse_long_name()
    return name


def clean_line(raw: str) -> str:
    """Return what can be seen of a text in one line, with single spaces; nothing when only marks and spaces can."""
    seen = "".join(char for char in raw if char.isspace() or not _is_invisible(char))
    line = unicodedata.normalize("NFC", " ".join(seen.split()))
    return line if any(unicodedata.category(char)[0] not in "MZ" for char in line) else ""


def _refuse_long_name() -> Invalid:
    detail = f"The name is longer than {MAX_DISPLAY_NAME} characters."
    return Invalid("invalid_display_name", detail, "display_name")


def _is_invisible(char: str) -> bool:
    """Tell whether this is a control, a bidi or zero-width mark, a lone surrogate or a blank."""
    return char in _BLANKS or unicodedata.category(char) in {"Cc", "Cf", "Cs"}


def clean_text(raw: str, attr: str | None = None) -> str:
    """Return the text with newline as its only line end.

    Raises Invalid `invalid_text` for what not every database and page can keep: NUL and other
    controls but newline and tab, and lone surrogates.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if _NOT_IN_TEXT.search(text):
        raise Invalid("invalid_text", "The text holds characters that are not allowed.", attr)
    return text


def clean_url(raw: str, attr: str | None = None) -> str:
    """Return an http or https URL of at most 2000 characters, its scheme in lower case.

    Raises Invalid `invalid_url` for other schemes, a missing or impossible host, user and password
    before the host, and characters of which parsers disagree (controls, spaces, quotes, backslash).
    """
    url = raw.strip(" ")
    if len(url) > MAX_URL or any(map(_is_outside_url, url)) or not _has_web_host(url):
        raise Invalid("invalid_url", "Give a link that begins with http:// or https://.", attr)
    scheme, rest = url.split(":", 1)
    return f"{scheme.lower()}:{rest}"


def _is_outside_url(char: str) -> bool:
    return char in '"<>\\`' or unicodedata.category(char)[0] in "CZ"


def _has_web_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or port == 0 or set("@%") & set(parts.netloc):
        return False
    if ":" in host:  # IPv6, checked by urlsplit
        return True
    return len(host) <= 253 and all(map(is_host_label, host.removesuffix(".").split(".")))
