"""Who is measured: the site in its forms, and the same pages written by other means."""

import importlib.util
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SETTINGS = "bench.inside.settings"
SECRET_KEY = "only for the benchmark: 0123456789abcdefghijklmnopqrstuvwxyz"
_THREADS = ("--workers", "1", "--worker-class", "gthread", "--threads", "4")
_CALM = ("--keep-alive", "75", "--log-level", "warning", "--bind", "127.0.0.1:{port}")
GUNICORN = ("-m", "gunicorn", *_THREADS, *_CALM)
SERVE = ("manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}")


class Program(Protocol):
    """What can be started as a server."""

    @property
    def name(self) -> str: ...

    @property
    def env(self) -> dict[str, str]: ...

    def command(self, port: int) -> list[str]: ...


@dataclass(frozen=True)
class Contender:
    """One server to start; `credential` says how its callers prove who they are."""

    name: str
    what: str
    arguments: tuple[str, ...]
    needs: str
    credential: str = "token"
    env: dict[str, str] = field(default_factory=dict)

    @property
    def is_installed(self) -> bool:
        return importlib.util.find_spec(self.needs) is not None

    def command(self, port: int) -> list[str]:
        return [sys.executable, *(part.format(port=port) for part in self.arguments)]


UVICORN = "site, uvicorn"
DAPHNE = "site, daphne"
PURE_WSGI = "site, gunicorn"
FLASK = "Flask, gunicorn"
FLOOR = "floor, gunicorn"

CONTENDERS = [
    Contender(UVICORN, "`manage.py serve`: the whole site in one process", SERVE, "uvicorn"),
    Contender(
        f"{UVICORN}, WARNING", "the same with LOG_LEVEL=WARNING: no line for each request",
        SERVE, "uvicorn", env={"LOG_LEVEL": "WARNING"},
    ),
    Contender(
        f"{UVICORN}, cookie", "the same, called by a browser with its session cookie",
        SERVE, "uvicorn", credential="cookie",
    ),
    Contender(DAPHNE, "`manage.py serve --server daphne`", (*SERVE, "--server", "daphne"), "daphne"),
    Contender(
        PURE_WSGI, "the site's WSGI application on a pure WSGI server (gthread)",
        (*GUNICORN, "socialsite.wsgi:application"), "gunicorn",
    ),
    Contender(
        FLASK, "one Flask file, raw sqlite3, a connection for each request (gthread)",
        (*GUNICORN, "bench.peers.flask_site:app"), "flask", credential="secret",
        env={"PEERS_DATABASE": "peers-delete.sqlite3"},
    ),
    Contender(
        f"{FLASK}, kept", "the same with one kept connection for each thread",
        (*GUNICORN, "bench.peers.flask_site:app"), "flask", credential="secret",
        env={"KEEP_CONNECTION": "1"},
    ),
    Contender(
        FLOOR, "a bare WSGI function with the same SQL, kept connection, orjson (gthread)",
        (*GUNICORN, "bench.peers.floor:app"), "gunicorn", credential="secret",
    ),
    Contender(
        "floor, bridge on uvicorn", "the same function behind the site's own bridge",
        ("-m", "bench.peers.bridged", "{port}"), "uvicorn", credential="secret",
    ),
]  # fmt: skip


def environment(contender: Program, data_dir: Path) -> dict[str, str]:
    """Return the environment of a contender: one database for all of them, no limits, nothing of the caller's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": SECRET_KEY,
        "RATE_LIMIT_SCALE": "1e9",
        "PEERS_DATABASE": "peers-wal.sqlite3",
        **contender.env,
    }
