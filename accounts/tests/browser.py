"""A browser at the API: it keeps cookies, and the server checks its CSRF tokens as it does for real ones."""

from typing import Any

from accounts.testing import PASSWORD
from socialsite.lib.testing.client import ApiClient


class Browser(ApiClient):
    def __init__(self, **options: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **options)

    def sign_in(self, name: str = "ann", password: str = PASSWORD, **headers: str) -> Any:
        body = {"identifier": name, "password": password}
        return self.send("/api/auth/login", body, **headers)

    def push(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Make an unsafe call as a page of the site does: with the CSRF token."""
        token = self.read("/api/auth/csrf").json()["csrf_token"]
        return self.call(method, path, body, X_CSRFToken=token)

    @property
    def secret(self) -> str:
        """The session cookie."""
        return str(self.cookies["session"].value)

    def is_signed_in(self) -> bool:
        return bool(self.read("/api/auth/user").status_code == 200)


def with_cookie(secret: str) -> Browser:
    """Return a browser that holds somebody's session cookie."""
    thief = Browser()
    thief.cookies["session"] = secret
    return thief
