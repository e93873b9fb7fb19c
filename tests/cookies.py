"""The session cookie of a browser, for handshakes."""

from accounts.models import User
from accounts.testing import PASSWORD
from accounts.tests.browser import Browser


def cookie_of(user: User) -> str:
    """Sign in by a browser and return the header it sends."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    browser = Browser()
    assert browser.sign_in(user.username).status_code == 200
    return f"session={browser.secret}"
