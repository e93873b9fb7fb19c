"""Links in plain text, by the rules of twitter-text, written as a scan so that time stays linear.

A link is `http://` or `https://` with a host under a real top-level domain, or such a host alone.
What follows the host is taken as far as it can end a path or a query, so the full stop after a link
stays outside.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253-\u02af\u0300-\u036f\u1e00-\u1eff"
"""Accented Latin letters, as the inside of a character class; without the signs × and ÷."""

MAX_URL = 2000
MAX_LABEL = 63  # RFC 1035, in the ASCII form

_SCHEME = "[hH][tT]{2}[pP][sS]?://"
_WORD = f"A-Za-z0-9{LATIN}"
# The look-behind lets a run begin only where no run was under way, so that each run is tried once.
_CANDIDATE = re.compile(
    rf"(?P<scheme>(?<![A-Za-z0-9@＠$#＃]){_SCHEME})"
    rf"|(?<![{_WORD}._\-/@＠$#＃])[{_WORD}][{_WORD}_-]{{0,62}}\.[{_WORD}._-]*"
)
_GLUED_SCHEME = re.compile(rf"(?<![A-Za-z0-9]){_SCHEME[:-3]}\Z")
# All but ASCII punctuation, spaces, controls and marks that show nothing; no name in DNS is longer.
_HOST_RUN = re.compile(
    r"[^\x00-,/:-@\[-^`{-\x9f\s\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]{1,255}"
)
_TLD_RUN = re.compile("[A-Za-z0-9-]{0,64}")
_ASCII_LABEL = re.compile(r"\A[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\Z")
_OUTSIDE_HOST = re.compile(r"[\x00-,./:-@\[-^`{-\x9f]")
_CREDENTIALS = re.compile(r":[^\s/?#@\\]{0,64}@")
_PORT = re.compile(":[0-9]{1,5}(?![0-9])")

_DASHES = "֊־᐀᠆‐‑‒–—―⸗⸚〜〰﹘﹣－"
_IN_PATH = rf"[A-Za-z0-9{LATIN}\u0400-\u052f!*';:=+,.$/%#\[\]_~&|@{_DASHES}-]"
_PATH_RUN = re.compile(f"{_IN_PATH}+")
# Two levels, as in /Primer_(film) and /Album_(Version_(Edited)); no part takes what the next needs.
_PARENTHESES = re.compile(rf"\((?!\)){_IN_PATH}*(?:\({_IN_PATH}+\){_IN_PATH}*)?\)")
_NOT_LAST_IN_PATH = f"!*';:,.$%[]~&|@{_DASHES}"
_QUERY_RUN = re.compile(r"\?[A-Za-z0-9!?*'();:&=+$/%#\[\]_.,~|@-]*")
_NOT_LAST_IN_QUERY = "!?*'();:+$%[].,~|@"
_SHORT_LINK = re.compile("/[A-Za-z0-9]+")


def _read_tlds() -> tuple[frozenset[str], frozenset[str]]:
    """Return the top-level domains in ASCII form, and those of other scripts in their own form."""
    lines = Path(__file__).with_name("tlds.txt").read_text(encoding="ascii").split("\n")
    names = frozenset(line.lower() for line in lines if line and not line.startswith("#"))
    coded = (name.removeprefix("xn--") for name in names if name.startswith("xn--"))
    return names, frozenset(name.encode("ascii").decode("punycode") for name in coded)


_TLDS, _UNICODE_TLDS = _read_tlds()
_LONGEST_UNICODE_TLD = max(map(len, _UNICODE_TLDS))


@dataclass(frozen=True, slots=True)
class Link:
    """`text[start:end]` in code points; `url` has a scheme, https where the text has none."""

    start: int
    end: int
    url: str


def find_links(text: str) -> Iterator[Link]:
    """Yield the links from left to right; no two overlap."""
    position = 0
    while match := _CANDIDATE.search(text, position):
        read = _read_full_link if match["scheme"] else _read_bare_link
        link, position = read(text, match)
        if link and len(link.url) <= MAX_URL:
            yield link


def _read_full_link(text: str, match: re.Match[str]) -> tuple[Link | None, int]:
    """Return the link that begins with a scheme, or None, and where to go on."""
    run = _HOST_RUN.match(text, match.end())
    host_end = _find_host_end(text, run.start(), run.end()) if run else None
    if host_end is None:
        return None, match.end()
    if _CREDENTIALS.match(
        text, host_end
    ):  # http://bank.com:x@evil.com shows one host and opens another
        return None, host_end
    end = _find_link_end(text, match.end(), host_end)
    url = match["scheme"].lower() + text[match.end() : end]
    return Link(match.start(), end, url), end


def _read_bare_link(text: str, match: re.Match[str]) -> tuple[Link | None, int]:
    """Return the link without scheme, or None, and where to go on.

    Without a path port and query stay outside: "is it a.com?yes" is more often a sentence.
    """
    start, run_end = match.start(), _cut_scheme(text, match)
    host_end = _find_host_end(text, start, run_end) if run_end - start <= 255 else None
    if host_end is None or _is_mail_name(text, run_end):
        return None, run_end
    port_end = _skip(_PORT, text, host_end)
    end = _find_link_end(text, start, host_end)
    link_end = end if text.startswith("/", port_end) else host_end
    return Link(start, link_end, f"https://{text[start:link_end]}"), end


def _cut_scheme(text: str, match: re.Match[str]) -> int:
    """Return the end of the run, before a scheme that is stuck to it: `a.com-http://b.com`."""
    if not text.startswith("://", match.end()):
        return match.end()
    glued = _GLUED_SCHEME.search(text, max(match.start(), match.end() - 5), match.end())
    return glued.start() if glued else match.end()


def _is_mail_name(text: str, end: int) -> bool:
    return text.startswith(("@", "＠"), end) and text[end - 1] not in "._-"


def _find_host_end(text: str, start: int, stop: int) -> int | None:
    """Return the end of the longest host that begins at `start`, its top-level domain included.

    An underscore is allowed in every label but the last one before the top-level domain.
    """
    found = None
    while (dot := text.find(".", start, stop)) != -1 and is_host_label(text[start:dot]):
        if "_" not in text[start:dot]:
            found = _find_tld_end(text, dot + 1) or found
        start = dot + 1
    return found


def _find_tld_end(text: str, start: int) -> int | None:
    """Return where the top-level domain at `start` ends.

    Other scripts often set no space after a link, so they end one; a letter or digit of ASCII, `@`,
    `+` and `-` do not.
    """
    end = _skip(_TLD_RUN, text, start)
    if text[start:end].lower() in _TLDS and _is_tld_boundary(text, end):
        return end
    if text[end : end + 1].isascii():
        return None
    for end in range(start + _LONGEST_UNICODE_TLD, start, -1):
        if text[start:end].lower() in _UNICODE_TLDS and _is_tld_boundary(text, end):
            return end
    return None


def _is_tld_boundary(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return not (after.isascii() and after.isalnum()) and after not in {"@", "+", "-"}


def is_host_label(label: str) -> bool:
    """Tell whether this can be one label of a host name.

    In other scripts letters, marks, numbers and symbols (✪df.ws) are allowed, but none that a browser
    would turn into a character with a meaning in URLs: `℀` becomes `a/c`, so the host would end there.
    """
    if label.isascii():
        return bool(_ASCII_LABEL.match(label))
    if (
        len(label) > MAX_LABEL
        or label[0] in "-_"
        or label[-1] in "-_"
        or label[:4].lower() == "xn--"
    ):
        return False
    if not all(char in "-_" or _is_host_character(char) for char in label):
        return False
    if _OUTSIDE_HOST.search(unicodedata.normalize("NFKC", label)):
        return False
    return len(label.encode("punycode")) + len("xn--") <= MAX_LABEL


def _is_host_character(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LMN" or category in {"So", "Sk"}


def _find_link_end(text: str, host: int, host_end: int) -> int:
    """Return the end of port, path and query after a host."""
    end = _skip(_PORT, text, host_end)
    if text[host:end].lower() == "t.co":
        end = _skip(
            _SHORT_LINK, text, end
        )  # Twitter's own: "http://t.co/abc's" ends before the apostrophe
    elif text.startswith("/", end):
        end = _find_path_end(text, end)
    return _find_query_end(text, end)


def _skip(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _find_path_end(text: str, start: int) -> int:
    position = end = start
    while True:
        run_end = _skip(_PATH_RUN, text, position)
        end = position + len(text[position:run_end].rstrip(_NOT_LAST_IN_PATH))
        parentheses = _PARENTHESES.match(text, run_end)
        if not parentheses:
            return end
        position = end = parentheses.end()


def _find_query_end(text: str, start: int) -> int:
    run_end = _skip(_QUERY_RUN, text, start)
    return start + len(text[start:run_end].rstrip(_NOT_LAST_IN_QUERY))
