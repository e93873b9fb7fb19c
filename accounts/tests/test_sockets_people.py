from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.blocks import block_user
from accounts.models import ApiToken, Session, User
from accounts.sockets import SitePeople
from accounts.testing import Cast, UserFactory, client_of, token_client_of
from accounts.tests.browser import Browser
from socialsite.lib.errors import Forbidden, NotSignedIn
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite

pytestmark = pytest.mark.django_db

PEOPLE = SitePeople()


def bearer(client: ApiClient) -> dict[bytes, bytes]:
    return {b"authorization": f"Bearer {client.token}".encode()}


def test_c3_y95_a_header_names_the_person_and_the_credential(cast: Cast, alice: ApiClient) -> None:
    known = PEOPLE.by_headers(bearer(alice), browser=False)
    assert known == (cast.alice, Session.objects.get(user=cast.alice))


def test_c3_a_personal_token_opens_sockets_with_the_scope_chat_alone(cast: Cast) -> None:
    user, auth = PEOPLE.by_token(token_client_of(cast.alice, "chat").token)
    assert (user, auth.scopes) == (cast.alice, ["chat"])
    client = token_client_of(cast.alice, "read", "write", "moderate")
    with pytest.raises(Forbidden) as refused:
        PEOPLE.by_headers(bearer(client), browser=False)
    assert refused.value.code == "insufficient_scope"


def test_c3_t14_a_cookie_counts_only_where_the_origin_is_allowed(
    ann: User, browser: Browser
) -> None:
    browser.sign_in()
    headers = {b"cookie": f"other=1; bad cookie; session={browser.secret}".encode()}
    known = PEOPLE.by_headers(headers, browser=True)
    assert known is not None
    assert known[0] == ann
    assert PEOPLE.by_headers(headers, browser=False) is None
    assert PEOPLE.by_headers({b"cookie": b"session=unknown"}, browser=True) is None
    assert PEOPLE.by_headers({}, browser=True) is None


@pytest.mark.parametrize(
    ("cookie", "browser_counts", "who"),
    [("", True, "ann"), ("", False, "bob"), ("of nobody", True, "bob")],
)
def test_c3_a_cookie_that_counts_goes_before_the_header(
    cast: Cast, ann: User, browser: Browser, cookie: str, browser_counts: bool, who: str
) -> None:
    browser.sign_in()
    sent = f"session={cookie or browser.secret}".encode()
    headers = bearer(cast.client(cast.bob)) | {b"cookie": sent}
    known = PEOPLE.by_headers(headers, browser=browser_counts)
    assert known is not None
    assert known[0].username == who


@pytest.mark.parametrize("header", [b"Bearer", b"Bearer ", b"Basic YTpi", b"Bearer \xfc", b"x"])
def test_c3_a_header_that_names_nobody_is_refused(header: bytes) -> None:
    with pytest.raises(NotSignedIn):
        PEOPLE.by_headers({b"authorization": header}, browser=True)


def test_c3_m58_the_suspended_and_the_deleted_open_and_keep_nothing(
    cast: Cast, alice: ApiClient
) -> None:
    _, auth = PEOPLE.by_token(alice.token)
    for columns in ({"suspended_by": 1}, {"deleted_at": timezone.now(), "suspended_by": None}):
        User.objects.filter(pk=cast.alice.pk).update(**columns)
        with pytest.raises(NotSignedIn) as refused:
            PEOPLE.by_token(alice.token)
        assert refused.value.code == "account_suspended"
        with pytest.raises(NotSignedIn):
            PEOPLE.renew(auth)


def test_c32_y95_a_credential_is_read_anew_and_refused_when_it_has_ended(cast: Cast) -> None:
    _, session = PEOPLE.by_token(client_of(cast.alice).token)
    User.objects.filter(pk=cast.alice.pk).update(display_name="Alice again")
    assert PEOPLE.renew(session)[0].display_name == "Alice again"
    _, token = PEOPLE.by_token(token_client_of(cast.alice, "chat").token)
    assert PEOPLE.renew(token) == (cast.alice, token)
    Session.objects.update(ended_at=timezone.now())
    ApiToken.objects.update(expires_at=timezone.now())
    for auth in (session, token):
        with pytest.raises(NotSignedIn):
            PEOPLE.renew(auth)


def test_c32_t13_of_many_credentials_those_that_ended_are_found_in_two_queries(cast: Cast) -> None:
    people = [cast.alice, cast.bob, cast.carol, cast.charlie, cast.moderator]
    sessions = [PEOPLE.by_token(client_of(one).token)[1] for one in people]
    tokens = [PEOPLE.by_token(token_client_of(one, "chat").token)[1] for one in people]
    Session.objects.filter(pk=sessions[0].pk).update(ended_at=timezone.now())
    Session.objects.filter(pk=sessions[1].pk).update(last_used_at=timezone.now() - Session.IDLE)
    ApiToken.objects.filter(pk=tokens[2].pk).update(expires_at=timezone.now() - timedelta(1))
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=1)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ended = PEOPLE.ended([*sessions, *tokens])
    gone = [sessions[0], sessions[1], tokens[2], sessions[3], tokens[3]]
    assert ended == {auth.pk for auth in gone}
    assert len(queries) == 2


def test_c3_t8_a_block_hides_both_sides_from_each_other(cast: Cast) -> None:
    block_user(actor=cast.charlie, target=cast.alice)
    found = PEOPLE.unseen_by([cast.alice.pk, cast.bob.pk, cast.charlie.pk])
    assert found == {
        cast.alice.pk: frozenset({cast.mallory.pk, cast.charlie.pk}),
        cast.charlie.pk: frozenset({cast.alice.pk}),
    }


def test_c12_hello_shows_the_person_and_how_they_chose_to_be_seen(cast: Cast) -> None:
    card = PEOPLE.card(cast.alice)
    assert (card["id"], card["username"]) == (str(cast.alice.pk), "alice")
    assert card["is_guest"] is False
    assert card["presence"] == {"status": "online", "text": "", "expires_at": None}
    assert "email" not in card


def test_c3_a_browser_is_known_by_its_cookie_from_an_allowed_origin(
    live_site: LiveSite, transactional_db: None
) -> None:
    UserFactory.create(username="ann", password="correct horse battery")
    page = Browser()
    page.sign_in()
    headers: dict[str, Any] = {"Cookie": f"session={page.secret}"}
    with live_site.connect(headers=headers, origin=live_site.url) as ws:
        assert ws.event("hello")["data"]["user"]["username"] == "ann"


def test_m70_c29_a_change_of_settings_reaches_the_other_devices(
    live_site: LiveSite, cast: Cast
) -> None:
    alice = cast.client(cast.alice)
    with live_site.connect(alice) as ws:
        answer = alice.set("/api/settings", {"time_zone": "Europe/Berlin"})
        push = ws.event("settings")
        assert push["topic"] == f"user:{cast.alice.pk}"
        assert push["data"] == answer.json() | {"useq": push["seq"]}
        alice.set("/api/v1/users/me", {"bio": "Nothing about settings."})
        ws.quiet("settings")
        alice.set("/api/v1/users/me", {"language": "de"})
        assert ws.event("settings")["data"]["language"] == "de"
