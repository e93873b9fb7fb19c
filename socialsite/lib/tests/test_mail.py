"""Mail: three templates become one message; the .eml backend."""

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings
from time_machine import TimeMachineFixture

from socialsite.lib import context, mail

PARTS = {
    "subject.txt": "Hello {{ who }}\n",
    "txt": '{% extends "mail/base.txt" %}{% block body %}Hello {{ who }}!{% endblock %}',
    "html": (
        '{% extends "mail/base.html" %}{% block body %}<p>Hello {{ who }}!</p>'
        '{% include "mail/button.html" with url=link label="Go" %}{% endblock %}'
    ),
}


@pytest.fixture(autouse=True)
def hello_template(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    for ending, text in PARTS.items():
        (folder / f"hello.{ending}").write_text(text)
    known = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**known, "DIRS": [*known["DIRS"], tmp_path / "templates"]}]
    settings.FRONTEND_URL = "https://social.example"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "socialsite.lib.mail.EmlBackend"
    settings.MAIL_DIR = tmp_path / "mail"
    return tmp_path / "mail"


def only_mail(box: list[DjangoMessage]) -> EmailMultiAlternatives:
    assert len(box) == 1
    assert isinstance(box[0], EmailMultiAlternatives)
    return box[0]


def parse(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_y13_mail_has_text_and_html_from_the_templates(mailoutbox: list[DjangoMessage]) -> None:
    mail.send("hello", "ann@example.com", {"who": "Ann"})
    message = only_mail(mailoutbox)
    assert (message.subject, message.to) == ("Hello Ann", ["ann@example.com"])
    assert message.body.startswith("Hello Ann!")
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "<p>Hello Ann!</p>" in str(html)


def test_y13_footer_names_the_site(mailoutbox: list[DjangoMessage]) -> None:
    mail.send("hello", "ann@example.com", {"who": "Ann"})
    message = only_mail(mailoutbox)
    for part in (message.body, str(message.alternatives[0][0])):
        assert settings.SITE_NAME in part
        assert "https://social.example" in part


def test_y13_only_the_html_part_is_escaped(mailoutbox: list[DjangoMessage]) -> None:
    mail.send("hello", "ann@example.com", {"who": "<b>Ann & Bo</b>"})
    message = only_mail(mailoutbox)
    assert "<b>Ann & Bo</b>" in message.body
    assert message.subject == "Hello <b>Ann & Bo</b>"
    assert "&lt;b&gt;Ann &amp; Bo&lt;/b&gt;" in str(message.alternatives[0][0])


def test_y13_headers_say_that_a_machine_wrote_it(mailoutbox: list[DjangoMessage]) -> None:
    mail.send("hello", "ann@example.com", {"who": "Ann"})
    headers = only_mail(mailoutbox).message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert str(headers["Message-ID"]).endswith("@social.example>")


def test_t48_second_copy_of_a_retried_task_has_the_same_id(
    mailoutbox: list[DjangoMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    for task, to in [("a", "ann"), ("a", "ann"), ("a", "bob"), ("b", "ann")]:
        token = context.request_id.set(task)
        mail.send("hello", f"{to}@example.com", {"who": "Ann"})
        context.request_id.reset(token)
    first, again, other_reader, other_task = [m.message()["Message-ID"] for m in mailoutbox]
    assert first == again
    assert len({first, other_reader, other_task}) == 3


@pytest.mark.parametrize(
    "vector",
    [
        "Ann\r\nBcc: eve@example.com",
        "Ann\nBcc: eve@example.com",
        "Ann\rBcc: eve@example.com",
        "Ann\u2028Bcc: eve@example.com",
        "Ann\x0bBcc: eve@example.com\x1b[31m\x00",
    ],
)
def test_t28_headers_cannot_be_injected(vector: str, folder: Path) -> None:
    mail.send("hello", "ann@example.com", {"who": vector}, name=vector)
    message = parse(next(folder.iterdir()))
    assert message["Bcc"] is None
    assert message["To"].addresses[0].addr_spec == "ann@example.com"
    assert message["To"].addresses[0].display_name.startswith("Ann Bcc: eve@example.com")
    assert message["Subject"].startswith("Hello Ann Bcc: eve@example.com")
    assert "\x1b" not in message["Subject"]


@pytest.mark.parametrize(
    "address", ["ann@example.com\nBcc: eve@example.com", "ann@example.com,eve@example.com"]
)
def test_t28_address_that_is_not_one_address_is_refused(address: str, folder: Path) -> None:
    with pytest.raises(ValidationError):
        mail.send("hello", address, {"who": "Ann"})
    assert not folder.exists() or not list(folder.iterdir())


def test_y13_file_per_mail_named_by_its_time(
    folder: Path, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC), tick=False)
    for _ in range(2):
        mail.send("hello", "ann@example.com", {"who": "Jürgen 🎉"}, name="Jürgen Ä.")
    names = [file.name for file in folder.iterdir()]
    assert len(names) == 2
    assert all(name.startswith("20260301T123005.000000Z-") for name in names)
    assert all(name.endswith(".eml") for name in names)


def test_y13_file_reads_back_as_it_was_written(folder: Path) -> None:
    known = {"who": "Jürgen 🎉", "link": "https://x.test/a?b=1&c=2"}
    mail.send("hello", "ann@bücher.example", known, name='Jürgen "Ä", Dr.')
    message = parse(next(folder.iterdir()))
    assert message["Subject"] == "Hello Jürgen 🎉"
    assert message["To"].addresses[0].display_name == 'Jürgen "Ä", Dr.'
    assert message["To"].addresses[0].addr_spec == "ann@xn--bcher-kva.example"
    assert "Hello Jürgen 🎉!" in body_of(message, "plain")
    assert "https://x.test/a?b=1&amp;c=2" in body_of(message, "html")


def test_y13_file_is_private_and_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mail.send("hello", "ann@example.com", {"who": "Ann"})
    assert next(folder.iterdir()).stat().st_mode & 0o077 == 0
    monkeypatch.setattr(Path, "rename", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        mail.send("hello", "ann@example.com", {"who": "Ann"})
    assert len(list(folder.glob("*.eml"))) == 1
