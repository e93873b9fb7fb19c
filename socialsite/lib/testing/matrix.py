"""The access matrix: every operation of the site, called as every kind of caller, on things in every state.

The expectations are tables written by hand, never derived from the querysets they test. An operation without a row fails the build.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from socialsite.lib.api.paths import HIDDEN
from socialsite.lib.testing.client import ApiClient

TYPED_VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")
CANARY = re.compile(r"canary[0-9a-f]{18}|[0-9]{16,19}")
VOLATILE = {"X-Request-Id", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Date", "Server-Timing"}


@dataclass(frozen=True)
class Row:
    """What one operation answers to each caller while the thing it is about is in one state."""

    method: str
    path: str
    """With variables as `<user>`, and a query when the row is about one"""
    state: str
    expected: dict[str, int]

    @property
    def operation(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.state})"


def read_table(text: str) -> list[Row]:
    """Read a table: its first line names the callers, each further line is method, path, state and a status for each caller."""
    header, *lines = [line.split() for line in text.splitlines() if line.strip()]
    rows = []
    for method, path, state, *statuses in lines:
        if len(statuses) != len(header):
            raise ValueError(
                f"{method} {path} ({state}) has {len(statuses)} of {len(header)} statuses"
            )
        expected = dict(zip(header, map(int, statuses), strict=True))
        rows.append(Row(method, path, state, expected))
    return rows


def operations(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Yield ("GET /api/users/<user>", view) for every operation of the URL configuration; twins with a final slash are left out."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + TYPED_VARIABLE.sub(_named, str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from operations(pattern, path)
        elif isinstance(pattern, URLPattern) and not (pattern.name or "").endswith(HIDDEN):
            for method in getattr(pattern.callback, "actions", {"get": ""}):
                if method != "head":
                    yield f"{method.upper()} {path}", pattern.callback


def fill(path: str, places: dict[str, Any]) -> str:
    """Return a path with its variables replaced."""
    return TYPED_VARIABLE.sub(lambda found: str(places[found[2]]), path)


def _named(variable: re.Match[str]) -> str:
    """Return a variable by its name; one that may be a thing of several kinds, `target`, by the kind it is on this path."""
    kind, name = variable.groups()
    return f"<{kind}>" if name == "target" and kind else f"<{name}>"


def fill_body(body: Any, places: dict[str, Any]) -> Any:
    """Return a body with `{name}` in its texts replaced."""
    if isinstance(body, dict):
        return {name: fill_body(value, places) for name, value in body.items()}
    return body.format(**places) if isinstance(body, str) else body


@contextmanager
def passing() -> Iterator[None]:
    """Run a call in a savepoint of its own that is taken back afterwards."""
    block: Any = transaction.atomic()
    # Limits may be taken inside it, as inside the block that Django lays around a test.
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@dataclass
class Canaries:
    """Secrets planted in rows, and who may come to read each of them."""

    readers: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    of_ids: frozenset[str] = frozenset()
    """Who may read any id: the readers of the audit trail"""

    def plant(self, what: str, readers: str = "") -> str:
        """Return a fresh secret; `readers` names the callers who may be shown it, separated by spaces."""
        secret = f"canary{secrets.token_hex(9)}"
        self.readers[secret] = what, frozenset(readers.split())
        return secret

    def guard(self, pk: int, what: str, readers: str) -> None:
        """Make an id itself a secret: whoever comes to read it knows that the thing exists."""
        self.readers[str(pk)] = what, frozenset(readers.split()) | self.of_ids

    def leaks(self, caller: str, answer: Any) -> list[str]:
        """Return what an answer tells a caller who may not know it."""
        text = f"{answer.content.decode(errors='replace')} {dict(answer.items())}"
        found = {secret for secret in CANARY.findall(text) if secret in self.readers}
        told = [self.readers[secret] for secret in found]
        return sorted(what for what, readers in told if caller not in readers)


def masked(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """Return status, body and headers without what differs between any two calls."""
    request_id = answer.headers.get("X-Request-Id", "").encode()
    body = answer.content.replace(request_id, b"<request>") if request_id else answer.content
    headers = {name: value for name, value in answer.items() if name not in VOLATILE}
    return answer.status_code, body, headers


def call(client: ApiClient, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """Make one call whose effects are taken back."""
    with passing():
        return client.call(method, path, body, **headers)
