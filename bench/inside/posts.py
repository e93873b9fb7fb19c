"""Figures of posts without a server, as JSON: `python -m bench.inside.posts`. Reads first, then writes into the database."""

import io
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from bench.inside.seed import WORDS
from bench.inside.stack import CALLS, statements  # first: it sets Django up

# isort: split
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from accounts.actions.sessions import Origin, open_session
from accounts.models import Follow, User
from posts.models import Post

NEAR, FAR, ROUNDS = 10, 50, 5
FOLLOWERS = 10_000
WRITES = 100
DEMO = User.objects.filter(email__endswith="@demo.example", private_account=False)


class Caller:
    """Calls the site as a WSGI server does, as one person."""

    def __init__(self, user: User) -> None:
        opened = open_session(actor=user, origin=Origin("127.0.0.1"), is_first=True)
        self.handler: Any = WSGIHandler()
        self.fixed = {
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": f"Bearer {opened.access_token}", "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(), "CONTENT_TYPE": "application/json",
        }  # fmt: skip

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        parts = urlsplit(path)
        environ = {
            **self.fixed, "REQUEST_METHOD": method, "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
            "CONTENT_LENGTH": str(len(sent)), "wsgi.input": io.BytesIO(sent),
        }  # fmt: skip
        status: list[str] = []
        answer = self.handler(environ, lambda line, _headers, *_: status.append(line))
        found = b"".join(answer)
        answer.close()
        if not status[0].startswith("2"):
            raise SystemExit(f"{method} {path} answers {status[0]}: {found[:300]!r}")
        return json.loads(found) if found else None


def cost(caller: Caller, paths: list[str]) -> float:
    started = time.process_time()
    for path in paths * (CALLS // 8 // len(paths)):
        caller.get(path)
    return time.process_time() - started


def pages_of(caller: Caller, path: str) -> list[str]:
    """Return the paths of the first sixty pages of a list."""
    found = [path]
    while len(found) < FAR + NEAR:
        found.append(caller.get(found[-1])["next"])
    return found


def ratio_of_pages(caller: Caller, path: str) -> float:
    """Return the CPU of pages 51 to 60 over that of pages 1 to 10, taken by turns; the least counts.

    Ten of each, because a page that quotes something takes a statement more, wherever it is.
    """
    pages = pages_of(caller, path)
    near, far = pages[:NEAR], pages[FAR:]
    costs = [(cost(caller, near), cost(caller, far)) for _ in range(ROUNDS)]
    return min(last for _, last in costs) / min(first for first, _ in costs)


def two_authors(people: Sequence[User]) -> tuple[User, User]:
    """Return two settled people, the first followed by ten thousand others and the second by nobody."""
    followed, lonely = people
    Follow.objects.filter(followed__in=(followed, lonely)).delete()
    others = User.objects.bulk_create(
        [
            User(username=f"reader_{n}", email=f"reader_{n}@example.org", password="!")
            for n in range(FOLLOWERS)
        ]
    )
    Follow.objects.bulk_create([Follow(follower=other, followed=followed) for other in others])
    for author, count in ((followed, FOLLOWERS), (lonely, 0)):
        User.objects.filter(pk=author.pk).update(follower_count=count)
    return followed, lonely


def texts() -> Iterator[str]:
    """Yield texts no two of which are alike: the site holds back what repeats itself."""
    dice = random.Random(1)
    while True:
        yield f"{' '.join(dice.choices(WORDS, k=20))} #harbour #trains"


def seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def cost_of_followers(text: Iterator[str], people: Sequence[User]) -> float:
    """Return the time of a post by a followed author over that of one by an author nobody follows, taken by turns."""
    callers = [Caller(author) for author in two_authors(people)]
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(WRITES):
        for caller, times in zip(callers, found, strict=True):
            body = {"content": next(text)}
            times.append(seconds(lambda c=caller, b=body: c.call("POST", "/api/posts", b)))
    return statistics.median(found[0]) / statistics.median(found[1])


def written(text: Iterator[str]) -> dict[str, float]:
    """Return how many of each are written a second by one caller at a time."""
    callers = [Caller(user) for user in DEMO.order_by("-following_count")[:40]]
    public = Post.objects.filter(visibility="public", author__in=DEMO, hidden_by=None)
    posts = list(
        public.exclude(post_type="share").order_by("-pk").values_list("pk", flat=True)[:WRITES]
    )

    def rate(call: Callable[[Caller, int], Any]) -> float:
        turns = [(callers[n % len(callers)], post) for n, post in enumerate(posts)]
        return len(turns) / seconds(lambda: [call(caller, post) for caller, post in turns])

    return {
        "posts": rate(lambda c, _: c.call("POST", "/api/posts", {"content": next(text)})),
        "likes": rate(lambda c, post: c.call("PUT", f"/api/posts/{post}/like")),
        "comments": rate(
            lambda c, post: c.call("POST", f"/api/posts/{post}/comments", {"content": next(text)})
        ),
    }


def main() -> None:
    viewer, author = DEMO.latest("following_count"), DEMO.latest("post_count")
    quote = Post.objects.filter(quote_state="given").latest("pk")
    caller = Caller(viewer)
    paths = {
        "a post": f"/api/posts/{quote.pk}",
        "a page of comments": f"/api/posts/{Post.objects.latest('comment_count').pk}/comments",
        "a page of posts": "/api/posts",
        "a page of a person's posts": f"/api/users/{author.pk}/posts",
    }
    lists = [name for name in list(paths)[2:] if connection.vendor == "sqlite"]
    found: dict[str, Any] = {
        "statements": {name: statements(caller.get, path) for name, path in paths.items()},
        "pages": {name: ratio_of_pages(caller, paths[name]) for name in lists},
    }
    text = texts()
    found |= {
        "followed_author": cost_of_followers(text, DEMO.order_by("pk")[10:12]),
        "written": written(text),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
