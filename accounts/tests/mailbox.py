"""The mails the site sends."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core import mail

from socialsite.lib.tasks import run_all


@dataclass
class Mail:
    to: str
    subject: str
    text: str

    @property
    def token(self) -> str:
        """The token of the link in the mail."""
        return self.text.partition("#token=")[2].split()[0]


Mailbox = Callable[[], list[Mail]]


def read_mails() -> list[Mail]:
    """Run the tasks that wait, and return all mails of this test, oldest first."""
    run_all()
    return [Mail(sent.to[0], str(sent.subject), str(sent.body)) for sent in mail.outbox]
