"""Mail: a template in three parts becomes one message with text and HTML. Only task handlers send."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from email.message import Message
from email.utils import make_msgid, quote
from pathlib import Path
from secrets import token_hex
from typing import Protocol
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.template import Context, Engine
from django.utils import timezone

from socialsite.lib import context as call


class Sendable(Protocol):
    def message(self) -> Message: ...


def send(
    template: str,
    to: str,
    context: Mapping[str, object],
    *,
    name: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Render `mail/<template>.subject.txt`, `.txt` and `.html`, and send them to one address.

    `name` is the recipient's, for the To line; `headers` are more lines of the head. The templates also get `site_name` and `frontend_url`. Raises ValidationError when
    `to` is anything but one address, and what the mail server raises, so that the task is tried again.
    """
    validate_email(to)
    known = {"site_name": settings.SITE_NAME, "frontend_url": settings.FRONTEND_URL, **context}
    message = EmailMultiAlternatives(
        subject=one_line(_render(f"mail/{template}.subject.txt", known, escape=False)),
        body=_render(f"mail/{template}.txt", known, escape=False),
        to=[f'"{quote(one_line(name))}" <{to}>' if name else to],
        headers={
            "Message-ID": _message_id(template, to),
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    )
    message.attach_alternative(_render(f"mail/{template}.html", known, escape=True), "text/html")
    message.send()


def one_line(text: str) -> str:
    """Return a text that can stand in a header: no line ends or control characters, single spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _render(template: str, known: Mapping[str, object], *, escape: bool) -> str:
    # By hand, because Django escapes for HTML whatever the template's ending is.
    return Engine.get_default().get_template(template).render(Context(known, autoescape=escape))


def _message_id(template: str, to: str) -> str:
    """Return an id that is the same when the same task sends again, so that the reader's side may drop the second copy."""
    domain = urlsplit(settings.FRONTEND_URL).hostname or "localhost"
    if task := call.request_id.get():
        return f"<{uuid5(NAMESPACE_URL, f'{task} {template} {to}')}@{domain}>"
    return make_msgid(domain=domain)


class EmlBackend(BaseEmailBackend):
    """Write each mail to a file of its own in MAIL_DIR, whole or not at all."""

    def send_messages(self, email_messages: Sequence[Sendable]) -> int:
        for message in email_messages:
            _write_file(Path(settings.MAIL_DIR), message.message().as_bytes())
        return len(email_messages)


def _write_file(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    name = f"{timezone.now():%Y%m%dT%H%M%S.%fZ}-{token_hex(4)}.eml"
    Path(temporary).rename(folder / name)
