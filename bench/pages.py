"""What is asked of each contender, and the proof that all of them answer the same."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from bench.site import Seed

DIFFERENT_REQUESTS = 1024
COMPARED = 40
_answers: dict[str, list[Any]] = {}


@dataclass(frozen=True)
class Request:
    """One GET with its credential."""

    path: str
    header: str
    value: str


@dataclass(frozen=True)
class Page:
    """A page: its name, what it is, and the path for the id of what is asked for."""

    name: str
    what: str
    path: Callable[[str], str]
    open_only: bool = False
    """Only people whose lists everyone may read"""
    suite: str = "people"

    def requests(self, seed: Seed, credential: str) -> list[Request]:
        """Return the requests in the order all contenders get them: many viewers, many people."""
        dice = random.Random(self.name)
        pairs = seed.open_pairs if self.open_only else seed.pairs
        chosen = [dice.choice(pairs) for _ in range(DIFFERENT_REQUESTS)]
        return [
            Request(self.path(person), *header(seed.viewers[viewer], credential))
            for viewer, person in chosen
        ]


SEARCHED = (
    "harbour",
    "trains",
    "garden",
    "library",
    "prototype",
    "letter",
    "night+trains",
    "vinyl",
)
"""What the page of the search asks for: words that many posts have, and few"""
PAGES = [
    Page("empty", "an empty signed-in request (`bench/inside/urls.py`)", lambda _: "/api/empty"),
    Page("profile", "`GET /api/users/<id>`", lambda person: f"/api/users/{person}"),
    Page(
        "followers",
        "`GET /api/users/<id>/followers`, 20 people",
        lambda person: f"/api/users/{person}/followers",
        open_only=True,
    ),
    Page("post", "`GET /api/posts/<id>`", lambda post: f"/api/posts/{post}", suite="posts"),
    Page(
        "comments",
        "`GET /api/posts/<id>/comments`, the first page",
        lambda post: f"/api/posts/{post}/comments",
        suite="posts",
    ),
    Page(
        "notifications",
        "`GET /api/notifications`, 20 of them",
        lambda _: "/api/notifications",
        suite="posts",
    ),
    Page("posts", "`GET /api/posts`, 20 posts", lambda _: "/api/posts", suite="posts"),
    Page(
        "user-posts",
        "`GET /api/users/<id>/posts`, 20 posts",
        lambda person: f"/api/users/{person}/posts",
        open_only=True,
        suite="posts",
    ),
    Page(
        "search",
        "`GET /api/search?type=posts`, a word, 20 posts",
        lambda person: f"/api/search?type=posts&q={SEARCHED[int(person) // 64 % len(SEARCHED)]}",
        suite="posts",
    ),
    Page(
        "feed",
        "`GET /api/feed?mode=chronological`, 20 posts",
        lambda _: "/api/feed?mode=chronological",
        suite="feed",
    ),
]


def header(viewer: dict[str, str], credential: str) -> tuple[str, str]:
    """Return the header that says who is calling."""
    if credential == "cookie":
        return "Cookie", f"session={viewer['secret']}"
    return "Authorization", f"Bearer {viewer[credential]}"


def check_same_answers(port: int, page: Page, requests: list[Request]) -> None:
    """Stop the run unless this contender answers as the first one did: a page that does less is no peer."""
    found = [answer(port, request) for request in requests[:COMPARED]]
    expected = _answers.setdefault(page.name, found)
    for request, one, other in zip(requests, expected, found, strict=False):
        if one != other:
            raise SystemExit(f"{request.path} differs:\n{one}\n{other}"[:4000])


def answer(port: int, request: Request) -> Any:
    """Return the JSON of one answer, as far as it must be the same everywhere."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", request.path, headers={request.header: request.value})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{request.path} answers {response.status}: {text[:300]}")
    found = json.loads(text)
    comparable(found)
    return found


def comparable(found: Any) -> None:
    """Take out of an answer what may differ: ways to other pages, and views, as the site counts those of the benchmark."""
    if isinstance(found, dict):
        found.pop("view_count", None)
        if isinstance(found.get("score"), float):
            # It falls with every second.
            del found["score"]
        if "next" in found:
            found["next"] = bool(found["next"])
    for part in found.values() if isinstance(found, dict) else found:
        if isinstance(part, dict | list):
            comparable(part)
