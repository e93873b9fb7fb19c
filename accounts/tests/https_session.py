"""A sign-in on a site whose FRONTEND_URL is https, in a process of its own: settings are read once, at the start."""

import json
import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.test import Client


def main() -> None:
    """Print what the browser was given, as JSON."""
    django.setup()
    call_command("migrate", verbosity=0)
    browser = Client(SERVER_NAME="site.example", enforce_csrf_checks=True)
    body = {"username": "kim", "email": "kim@example.org", "password": "correct horse battery"}
    plain = browser.post("/api/auth/register", body, content_type="application/json")
    made = browser.post("/api/auth/register", body, content_type="application/json", secure=True)
    csrf = browser.get("/api/auth/csrf", secure=True)
    token = csrf.json()["csrf_token"]
    named = {"X-CSRFToken": token, "Referer": "https://site.example/"}
    foreign = named | {"Referer": "https://evil.example/"}
    refused = browser.delete("/api/auth/sessions", secure=True, headers=foreign)
    out = browser.generic("POST", "/api/auth/logout", secure=True, headers=named)
    cookies = {**made.cookies, **csrf.cookies}
    found = {
        "plain": plain.status_code,
        "statuses": [made.status_code, out.status_code, refused.status_code],
        "hsts": made.headers.get("Strict-Transport-Security", ""),
        "cookies": {name: cookie.OutputString() for name, cookie in cookies.items()},
        "dropped": [cookie.OutputString() for cookie in out.cookies.values()],
        "admin": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
