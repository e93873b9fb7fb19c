import pytest

from accounts import attendance
from accounts.models import User
from accounts.testing import PASSWORD, UserFactory
from accounts.tests.attending import GRACE_S
from accounts.tests.browser import Browser
from accounts.tests.mailbox import Mailbox, read_mails
from socialsite.lib.realtime import signals
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


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the book of who is there be in a hurry."""
    monkeypatch.setattr(attendance, "GRACE_S", GRACE_S)
    monkeypatch.setattr(attendance, "GATHER_S", 0.05)


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> list[signals.News]:
    """What is said of people, and to whom."""
    said: list[signals.News] = []
    monkeypatch.setattr(signals.carrier, "tell", said.append)
    return said
