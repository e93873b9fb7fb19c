"""Where a browser's page comes from: the whole origin counts, scheme, host and port."""

from enum import Enum
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from socialsite.lib.asgi.types import Scope

PORTS = {"http": 80, "https": 443}
Parts = tuple[str, str, int]


class Origin(Enum):
    """What the Origin of a handshake says."""

    NONE = "a program: its cookie does not count"
    OURS = "a page that may speak for the person who reads it"
    FOREIGN = "any other page"


def origin_of(scope: Scope) -> Origin:
    """Return what the handshake's Origin says; two of them, or `null`, are foreign.

    Browsers send none when a page reads from its own origin, as who polls does; they say so in a header that no page can set.
    """
    sent = [value for name, value in scope["headers"] if name.lower() == b"origin"]
    if not sent:
        is_own = (b"sec-fetch-site", b"same-origin") in scope["headers"] and own_of(scope)
        return Origin.OURS if is_own else Origin.NONE
    found = parts_of(sent[0].decode("latin-1")) if len(sent) == 1 else None
    return Origin.OURS if found and found in allowed(scope) else Origin.FOREIGN


def parts_of(origin: str) -> Parts | None:
    """Return scheme, host and port of an origin, None for what is none."""
    try:
        url = urlsplit(origin)
        port = url.port
    except ValueError:
        return None
    is_bare = origin.isascii() and origin.lower() == f"{url.scheme}://{url.netloc}".lower()
    if not is_bare or url.scheme not in PORTS or not url.hostname or "@" in url.netloc:
        return None
    return url.scheme, url.hostname, port or PORTS[url.scheme]


def allowed(scope: Scope) -> set[Parts | None]:
    """Return the origins that may: those of the settings, and the server's own as the handshake addressed it."""
    origins = [settings.FRONTEND_URL, *settings.CORS_ALLOWED_ORIGINS]
    return {own_of(scope), *map(parts_of, origins)} - {None}


def own_of(scope: Scope) -> Parts | None:
    """Return the origin of this server, if the handshake's Host is one it answers to."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return None
    scheme = "https" if scope.get("scheme") in {"wss", "https"} else "http"
    if settings.TRUSTED_PROXIES:
        scheme = headers.get(b"x-forwarded-proto", scheme)
    return parts_of(f"{scheme}://{host}")
