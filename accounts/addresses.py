"""Mail addresses: one spelling for one mailbox."""

from contextlib import suppress


def plain_address(address: str) -> str:
    """Return a mail address as it is stored: in lower case, its domain in ASCII where it has such a form."""
    mailbox, at, domain = address.strip().lower().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{mailbox}{at}{domain}"
