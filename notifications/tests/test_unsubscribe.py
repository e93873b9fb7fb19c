import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import signing

from accounts.models import User
from accounts.testing import Cast
from notifications import tasks
from notifications.actions import notify_user
from notifications.testing import SETTINGS, mails_to, switch
from notifications.unsubscribing import PATH, headers_for, link_for, token_for
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient, code_of

FORM = "application/x-www-form-urlencoded"


def click(client: ApiClient, token: str, **extra: Any) -> Any:
    """Post what RFC 8058 has a mail program post."""
    sent = {"data": "List-Unsubscribe=One-Click", "content_type": FORM} | extra
    return client.post(f"{PATH}?token={token}", **sent)


def digest_of(cast: Cast) -> str:
    return User.objects.get(pk=cast.alice.pk).digest


@pytest.fixture
def token(cast: Cast) -> str:
    return token_for(cast.alice, "digest")


@pytest.mark.parametrize("type_name", ["digest", "follow"])
def test_y116_mails_carry_the_one_click_header_of_rfc_8058(cast: Cast, type_name: str) -> None:
    alice = cast.client(cast.alice)
    if type_name == "digest":
        User.objects.filter(pk=cast.alice.pk).update(digest="daily")
        with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
            tasks.send_digests()
            run_all()
    else:
        switch(alice, "follow", email=True)
        pair = {"recipient_id": cast.alice.pk, "actor_id": cast.charlie.pk}
        notify_user(type_name="follow", **pair)
    sent = mails_to("alice@example.org")[-1]
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(sent.extra_headers["List-Unsubscribe"])
    assert re.fullmatch(r"<http://[^ ]+/api/notifications/unsubscribe\?token=[^ >]+>", link)
    assert link.strip("<>") in sent.body
    path = link.strip("<>").removeprefix(settings.API_URL)
    assert ApiClient().post(path).status_code == 200
    found = alice.read(SETTINGS).json()["types"]["follow"]["email"]
    assert (digest_of(cast), found) == ("off" if type_name == "digest" else "weekly", False)


def test_b39_mails_about_safety_cannot_be_ended(cast: Cast) -> None:
    notify_user(type_name="second_factor_disabled", recipient_id=cast.alice.pk)
    sent = mails_to("alice@example.org")[-1]
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "unsubscribe" not in sent.body


PART = 'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click'


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"data": ""},
        {
            "data": f"--x\r\n{PART}\r\n--x--\r\n",
            "content_type": "multipart/form-data; boundary=x",
        },
    ],
)
def test_y116_one_click_needs_no_sign_in_and_may_be_repeated(
    cast: Cast, token: str, extra: dict[str, Any]
) -> None:
    for _ in range(2):
        assert click(ApiClient(), token, **extra).status_code == 200
    assert digest_of(cast) == "off"


def test_y116_to_look_at_the_page_ends_nothing(cast: Cast, token: str) -> None:
    answer = ApiClient().get(f"{PATH}?token={token}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b'<form method="post">' in answer.content
    assert b"alice" not in answer.content
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert digest_of(cast) == "weekly"


def test_y116_who_is_signed_in_as_another_ends_the_mails_of_the_token(
    bob: ApiClient, cast: Cast, token: str
) -> None:
    assert click(bob, token).status_code == 200
    assert digest_of(cast) == "off"
    assert User.objects.get(pk=cast.bob.pk).digest == "weekly"


def test_y116_the_token_opens_nothing_else(cast: Cast, token: str) -> None:
    for path in ("/api/settings", "/api/auth/user"):
        assert ApiClient(token).get(path).status_code == 401
    assert ApiClient().post(f"/api/auth/verify-email?token={token}").status_code == 400


@pytest.mark.parametrize("method", ["get", "post"])
def test_y116_a_damaged_or_foreign_token_is_refused(cast: Cast, token: str, method: str) -> None:
    other = signing.dumps([cast.alice.pk, "digest"], salt="something else")
    for bad in (token[:-1], token.swapcase(), other, "x"):
        answer = getattr(ApiClient(), method)(f"{PATH}?token={bad}")
        assert (answer.status_code, code_of(answer)) == (400, "invalid_token")
    assert getattr(ApiClient(), method)(PATH).status_code == 400
    assert digest_of(cast) == "weekly"


def test_y116_the_token_of_a_deleted_account_is_refused(cast: Cast, token: str) -> None:
    User.objects.filter(pk=cast.alice.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert click(ApiClient(), token).status_code == 400


def test_y116_a_type_that_is_no_more_is_ended_already(cast: Cast) -> None:
    assert click(ApiClient(), token_for(cast.alice, "bygone")).status_code == 200
    assert click(ApiClient(), token_for(cast.alice, "password_changed")).status_code == 200


def test_y116_the_header_names_the_link(cast: Cast) -> None:
    link = link_for(cast.alice, "digest")
    assert headers_for(link)["List-Unsubscribe"] == f"<{link}>"


def test_y116_settings_that_were_read_before_the_click_are_stale(
    alice: ApiClient, cast: Cast, token: str
) -> None:
    etag = alice.read("/api/settings")["ETag"]
    click(ApiClient(), token)
    answer = alice.set("/api/settings", {"digest": "daily"}, If_Match=etag)
    assert answer.status_code == 412
    assert digest_of(cast) == "off"
