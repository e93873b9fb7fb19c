"""The mails a run has sent, from the files they were written to."""

from collections import Counter
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple


class Mails(NamedTuple):
    by_address: Counter[str]
    """Mails to each address, copies counted once"""
    copies: Counter[str]
    """Copies of each mail, by its Message-ID: the same when the same task sends again"""


def read_mails(folder: Path) -> Mails:
    """Count the mails of a folder."""
    address_of, copies = {}, Counter[str]()
    for file in folder.glob("*.eml"):
        message = message_from_bytes(file.read_bytes())
        address_of[message["Message-ID"]] = parseaddr(message["To"])[1]
        copies[message["Message-ID"]] += 1
    return Mails(Counter(address_of.values()), copies)
