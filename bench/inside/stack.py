"""Figures without a server, as JSON: `python -m bench.inside.stack`."""

import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - the registry must be ready first
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402

from accounts.actions.sessions import Origin, open_session  # noqa: E402
from accounts.models import User  # noqa: E402

CALLS, ROUNDS = 400, 9
Call = Callable[[str], None]


def caller(handler: Any, token: str) -> Call:
    """Return a function that asks for a path as a WSGI server does."""
    fixed = {
        "REQUEST_METHOD": "GET", "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": f"Bearer {token}", "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
    }  # fmt: skip

    def call(path: str) -> None:
        status: list[str] = []
        environ = {**fixed, "PATH_INFO": path, "wsgi.input": io.BytesIO()}
        answer = handler(environ, lambda line, _headers, *_: status.append(line))
        b"".join(answer)
        answer.close()
        if status != ["200 OK"]:
            raise SystemExit(f"{path} answers {status}")

    return call


def cost(call: Call, path: str) -> float:
    """Return the CPU of one call in µs."""
    started = time.process_time()
    for _ in range(CALLS):
        call(path)
    return (time.process_time() - started) / CALLS * 1e6


def middleware_cost(token: str) -> tuple[float, float]:
    """Return the CPU of a view that does nothing, with the site's middleware and without any, by turns; the least counts."""
    full = caller(WSGIHandler(), token)
    with override_settings(MIDDLEWARE=[]):
        bare = caller(WSGIHandler(), token)
    costs = [(cost(full, "/api/plain"), cost(bare, "/api/plain")) for _ in range(ROUNDS)]
    return min(with_it for with_it, _ in costs), min(without for _, without in costs)


def statements(call: Call, path: str) -> int:
    """Return how many SQL statements a page takes, once it is warm."""
    call(path)
    with CaptureQueriesContext(connection) as captured:
        call(path)
    return len(captured)


def main() -> None:
    viewer, person = User.objects.filter(private_account=False).order_by("id")[:2]
    opened = open_session(actor=viewer, origin=Origin("127.0.0.1"), is_first=True)
    call = caller(WSGIHandler(), opened.access_token)
    full, bare = middleware_cost(opened.access_token)
    page = f"/api/users/{person.pk}"
    found = {
        "middleware": full - bare,
        "layers": len(settings.MIDDLEWARE),
        "authentication_statements": statements(call, "/api/empty"),
        "profile_statements": statements(call, page),
        "followers_statements": statements(call, f"{page}/followers"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
