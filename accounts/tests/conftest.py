import pytest

from accounts.models import User
from accounts.testing import PASSWORD, UserFactory
from accounts.tests.browser import Browser
from accounts.tests.mailbox import Mailbox, read_mails
from socialsite.lib.testing.hashers import QuickBCryptSHA256


@pytest.fixture
def ann(db: None) -> User:
    """A person whose password is PASSWORD."""
    return UserFactory.create(username="ann", password=PASSWORD)


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def mailbox() -> Mailbox:
    """Sends what waits to be sent, and returns all mails."""
    return read_mails


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes the passwords that reach the slow hash."""
    reached: list[str] = []
    encode = QuickBCryptSHA256.encode

    def count(hasher: QuickBCryptSHA256, password: str, salt: str) -> str:
        reached.append(password)
        return str(encode(hasher, password, salt))

    monkeypatch.setattr(QuickBCryptSHA256, "encode", count)
    return reached
