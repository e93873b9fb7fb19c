from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.testing import Cast
from moderation.actions import suspend_user, undo_action
from socialsite.lib.tasks import run_all

NOTE, STATEMENT = "Third time this week.", "You sent <b>the same link</b> to everybody."
Outbox = list[EmailMultiAlternatives]


def statements(outbox: Outbox) -> Outbox:
    run_all()
    return [mail for mail in outbox if mail.subject == "Your account is suspended"]


def test_b13_the_affected_person_is_mailed_the_statement_of_reasons(
    cast: Cast, mailoutbox: Outbox
) -> None:
    until = timezone.now() + timedelta(days=7)
    suspend_user(actor=cast.moderator, user=cast.alice, note=NOTE, statement=STATEMENT, until=until)
    (mail,) = statements(mailoutbox)
    text, html = str(mail.body), str(mail.alternatives[0][0])
    assert mail.to == ['"Alice" <alice@example.org>']
    assert STATEMENT in text
    assert "&lt;b&gt;" in html
    for part in (text, html):
        assert f"until {until:%Y-%m-%d %H:%M} UTC" in part
        # The note is for moderators.
        assert NOTE not in part
        assert "moderator1" not in part


def test_b13_a_suspension_without_statement_or_end_says_so_plainly(
    cast: Cast, mailoutbox: Outbox
) -> None:
    suspend_user(actor=cast.moderator, user=cast.alice, note=NOTE)
    (mail,) = statements(mailoutbox)
    assert "until" not in mail.body
    assert "reasons" not in mail.body


def test_b13_no_mail_leaves_when_the_action_was_undone_before(
    cast: Cast, mailoutbox: Outbox
) -> None:
    action = suspend_user(actor=cast.moderator, user=cast.alice, note=NOTE)
    undo_action(actor=cast.moderator, action=action)
    assert statements(mailoutbox) == []
