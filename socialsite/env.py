"""The environment, read once: a wrong value stops the start with one line that names it."""

import os
import secrets
import socket
import sys
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ

from socialsite.lib.ids import MAX_NODE

T = TypeVar("T")
reader = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent


def refuse(name: str, reason: str) -> None:
    """Stop the program with one line."""
    sys.exit(f"{name}: {reason}")


def read(name: str, default: T, cast: Callable[[str], T]) -> T:
    """Return a variable as `cast` makes it, the default when it is unset or empty."""
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        return cast(text)
    except (ValueError, TypeError, environ.ImproperlyConfigured) as error:
        return sys.exit(f"{name}: {text!r} is not acceptable ({error})")


def flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("use 1 or 0")


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers in a range."""

    def cast(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(f"use a number from {low} to {high}")
        return number

    return cast


def positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError("use a number above 0")
    return number


def origin(text: str) -> str:
    """Return scheme://host[:port] without anything behind it."""
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ValueError("use scheme://host[:port]")
    return f"{parts.scheme}://{parts.netloc}".lower()


def origins(text: str) -> list[str]:
    return [origin(word) for word in words(text)]


def networks(text: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(word) for word in words(text)]


def file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError("there is no such file")
    return text


def database(text: str) -> dict[str, Any]:
    found = dict(environ.Env.db_url_config(text))
    if found.get("ENGINE") not in {"django.db.backends.postgresql", "django.db.backends.sqlite3"}:
        raise ValueError("use postgres://… or sqlite:///…")
    return found


def redis(text: str) -> str:
    if urlsplit(text).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("use redis://host:port/number")
    return text


def mail(text: str) -> dict[str, Any]:
    found = dict(environ.Env.email_url_config(text))
    if not found.get("EMAIL_BACKEND"):
        raise ValueError("use smtp://user:password@host:port")
    return found


def sentry(text: str) -> str:
    if urlsplit(text).scheme not in {"http", "https"}:
        raise ValueError("use https://key@host/project")
    return text


def node(text: str) -> int:
    return whole(0, MAX_NODE)(text)


def secret_key(data_dir: Path) -> str:
    """Return SECRET_KEY, or what `run.py` wrote to the data folder; refuse a short one."""
    key = os.environ.get("SECRET_KEY", "")
    file = data_dir / "secret_key"
    if not key and file.is_file():
        key = file.read_text().strip()
    if not key:
        refuse("SECRET_KEY", f"not set and {file} does not exist; `python3 run.py` makes one")
    if len(key) < 32 or len(set(key)) < 5:
        refuse("SECRET_KEY", "use at least 32 random characters")
    return key


def make_secret_key() -> str:
    """Return a new key of 64 characters."""
    return secrets.token_urlsafe(48)


def default_hosts() -> list[str]:
    return ["localhost", "127.0.0.1", "[::1]", socket.gethostname().lower()]
