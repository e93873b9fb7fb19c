"""One task of each kind the site has, each about a person of its own, whose mails can then be counted."""

from collections.abc import Callable
from typing import Any

from accounts.actions import connections, sessions
from accounts.models import User
from accounts.testing import UserFactory
from moderation.actions import Grounds, decide_case, report_thing, suspend_user
from socialsite.lib.tasks import enqueue, registry

Make = Callable[[User], object]
ORIGIN = sessions.Origin("192.0.2.1", "chaos")


def make_task(name: str, about: User) -> None:
    """Enqueue one task of a kind, as the site does; a kind that takes arguments and is not in SUBJECTS has to be added there."""
    if name in SUBJECTS:
        SUBJECTS[name](about)
    elif registry.get_handler(name).parameters.parameters:
        raise SystemExit(f"chaos.subjects knows no task of {name}")
    else:
        enqueue(name)


def make_person() -> User:
    person: Any = UserFactory()
    return person


def about_person(name: str) -> Make:
    return lambda person: enqueue(name, user_id=person.pk)


def new_device(person: User) -> None:
    made = sessions.open_session(actor=person, origin=ORIGIN, is_first=True)
    enqueue("accounts.send_new_device", user_id=person.pk, session_id=made.session.pk)


def expiry(person: User) -> None:
    made = sessions.open_session(actor=person, origin=ORIGIN, is_first=True)
    enqueue("accounts.expire_session", session_id=made.session.pk)


def notification(person: User) -> None:
    connections.request_connection(actor=make_person(), target=person)


def statement(person: User) -> None:
    moderator: Any = UserFactory(role=User.Role.MODERATOR)
    suspend_user(actor=moderator, user=person, note="chaos", statement="To see whether mail lands.")


def outcome(person: User) -> None:
    moderator: Any = UserFactory(role=User.Role.MODERATOR)
    report = report_thing(actor=person, target_id=make_person().pk, reason="spam")
    decide_case(
        actor=moderator,
        case=report.case,
        actions=["dismiss"],
        grounds=Grounds(note="chaos"),
        check=lambda version: None,
    )


SUBJECTS: dict[str, Make] = {
    "accounts.send_email_check": about_person("accounts.send_email_check"),
    "accounts.send_welcome": about_person("accounts.send_welcome"),
    "accounts.send_password_reset": about_person("accounts.send_password_reset"),
    "accounts.send_password_changed": about_person("accounts.send_password_changed"),
    "accounts.send_new_device": new_device,
    "accounts.expire_session": expiry,
    "notifications.send_mail": notification,
    "moderation.send_statement": statement,
    "moderation.tell_reporters": outcome,
}
