"""Speaking to the API in a test as a program does: JSON over HTTP, with a credential of one's own."""

import json
from typing import Any

from django.test import Client


class ApiClient(Client):
    """Django's test client, with JSON bodies, and a bearer token when it belongs to somebody."""

    def __init__(self, token: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.token = token

    def generic(self, method: str, path: Any, *args: Any, **options: Any) -> Any:
        """Send a request; `json=` becomes the body."""
        headers = dict(options.pop("headers", None) or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if "json" in options:
            args, options["content_type"] = (json.dumps(options.pop("json")),), "application/json"
        return super().generic(method, path, *args, headers=headers, **options)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send `body` as JSON; header names take underscores: `If_Match`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {"headers": named}
        if body is not None:
            options["json"] = body
        return self.generic(method, path, **options)

    def read(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def send(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def set(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PUT", path, body, **headers)

    def drop(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("DELETE", path, body, **headers)


def code_of(answer: Any) -> str:
    """Return the code of the first error of an answer."""
    return str(answer.json()["errors"][0]["code"])
