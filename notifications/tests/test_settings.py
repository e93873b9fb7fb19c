from typing import Any

import pytest

from accounts.actions.follows import follow_user
from accounts.testing import Cast
from notifications.models import Notification
from notifications.testing import SETTINGS, mails_to, switch, types_of, unread_of
from notifications.types import TYPES
from socialsite.lib.testing.client import ApiClient, code_of


def test_b16_settings_show_every_type_by_channel_with_its_defaults(alice: ApiClient) -> None:
    body = alice.read(SETTINGS).json()
    assert body["types"]["follow"] == {"in_app": True, "email": False}
    assert body["types"]["connection_request"] == {"in_app": True, "email": True}
    assert body["quiet_hours"] is None
    assert body["time_zone"] == "UTC"


def test_b16_what_is_about_the_account_cannot_be_switched_off(alice: ApiClient) -> None:
    assert not {"new_sign_in", "second_factor_disabled"} & set(alice.read(SETTINGS).json()["types"])
    answer = switch(alice, "new_sign_in", in_app=False)
    assert (answer.status_code, code_of(answer)) == (400, "unknown_field")


def test_b16_put_changes_what_is_sent_and_no_more(alice: ApiClient) -> None:
    alice.set(SETTINGS, {"quiet_hours": {"start": "22:00", "end": "07:30"}})
    body = switch(alice, "follow", email=True).json()
    assert body["types"]["follow"] == {"in_app": True, "email": True}
    assert body["types"]["connection_request"] == {"in_app": True, "email": True}
    assert body["quiet_hours"] == {"start": "22:00", "end": "07:30"}
    assert alice.set(SETTINGS, {"quiet_hours": None}).json()["quiet_hours"] is None
    assert alice.read(SETTINGS).json()["types"]["follow"]["email"] is True


def test_b16_an_empty_body_changes_nothing(alice: ApiClient) -> None:
    tag = switch(alice, "follow", email=True).headers["ETag"]
    assert alice.set(SETTINGS, {}).headers["ETag"] == tag


def test_b16_settings_of_one_are_not_those_of_another(alice: ApiClient, bob: ApiClient) -> None:
    switch(alice, "follow", email=True)
    assert bob.read(SETTINGS).json()["types"]["follow"]["email"] is False


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"bogus": 1}, "bogus"),
        ({"types": {"bogus": {"email": True}}}, "types.bogus"),
        ({"types": {"follow": {"pigeon": True}}}, "types.follow.pigeon"),
        ({"types": {"follow": {"email": "perhaps"}}}, "types.follow.email"),
        ({"types": []}, "types"),
        ({"quiet_hours": {"start": "22:00"}}, "quiet_hours.end"),
        ({"quiet_hours": {"start": "25:00", "end": "07:00"}}, "quiet_hours.start"),
        ({"quiet_hours": {"start": "07:00", "end": "07:00"}}, "quiet_hours.end"),
    ],
)
def test_b16_wrong_bodies_are_refused_by_name(
    alice: ApiClient, body: dict[str, Any], attr: str
) -> None:
    answer = alice.set(SETTINGS, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr


def test_b23_settings_edited_since_they_were_read_are_not_overwritten(alice: ApiClient) -> None:
    tag = alice.read(SETTINGS).headers["ETag"]
    assert alice.set(SETTINGS, {"quiet_hours": None}, If_Match=tag).status_code == 200
    stale = alice.set(SETTINGS, {"quiet_hours": None}, If_Match=tag)
    assert (stale.status_code, code_of(stale)) == (412, "precondition_failed")


def test_b16_a_type_switched_off_is_not_listed_from_then_on(alice: ApiClient, cast: Cast) -> None:
    switch(alice, "follow", in_app=False)
    follow_user(actor=cast.charlie, target=cast.alice)
    assert types_of(alice).count("follow") == 2
    assert not Notification.objects.filter(actor=cast.charlie).exists()


def test_b16_a_type_by_mail_alone_is_mailed_and_not_listed(alice: ApiClient, cast: Cast) -> None:
    switch(alice, "follow", in_app=False, email=True)
    follow_user(actor=cast.charlie, target=cast.alice)
    assert types_of(alice).count("follow") == 2
    assert unread_of(alice) == 3
    assert "Charlie follows you." in [mail.subject for mail in mails_to("alice@example.org")]


def test_b16_every_registered_type_says_its_text(db: None) -> None:
    assert all(known.text and known.name == name for name, known in TYPES.items())
