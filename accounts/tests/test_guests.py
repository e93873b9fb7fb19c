from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import guests
from accounts.actions.guests import register_guest
from accounts.actions.presence import arrive, prolong
from accounts.actions.sessions import Origin
from accounts.events import GuestForgotten, Registered
from accounts.models import Session, User
from accounts.tasks import forget_guests
from accounts.testing import PASSWORD, Cast, console_of
from accounts.tests.browser import Browser
from accounts.tests.racing import race
from accounts.tests.routes import Route, guarded_routes, reads_of_people
from socialsite.lib import effects
from socialsite.lib.api.access import Access
from socialsite.lib.errors import Conflict, Forbidden
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.testing.sockets import LiveSite

pytestmark = pytest.mark.django_db

ORIGIN = Origin("192.0.2.9", "tests")
REGISTER = "/api/auth/register"
ACCOUNT = {"username": "ann", "email": "ann@example.org", "password": PASSWORD}
FOR_GUESTS = (
    "/api/auth/logout",
    "/api/v1/websocket/ticket",
    "/api/rooms",
    "/api/messages",
    "/api/join",
    "/api/stream",
)
"""What a guest may call besides rooms; what may be done in a room is the room's to say"""


def enter(username: str = "visitor") -> ApiClient:
    return ApiClient(register_guest(username=username, origin=ORIGIN).access_token)


def only_guest() -> User:
    return User.objects.get(is_guest=True)


def test_c7_c3_a_guest_has_a_name_a_session_and_a_token_and_no_password_or_mail() -> None:
    client = enter()
    guest = only_guest()
    assert (guest.username, guest.display_name) == ("visitor", "visitor")
    assert User.objects.filter(pk=guest.pk, email__isnull=True).exists()
    assert not guest.has_usable_password()
    answer = client.read("/api/auth/user").json()
    assert (answer["id"], answer["is_guest"], answer["email"]) == (str(guest.pk), True, None)
    assert Session.objects.get().user == guest


def test_c7_a_name_of_a_person_or_of_another_guest_is_taken(cast: Cast) -> None:
    enter()
    for name in ("alice", "visitor"):
        with pytest.raises(Conflict) as taken:
            enter(name)
        assert taken.value.code == "username_taken"
    assert User.objects.filter(is_guest=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_c7_t45_of_eight_guests_who_want_a_name_at_once_one_gets_it() -> None:
    assert race(*([enter] for _ in range(8))) == []
    assert User.objects.count() == Session.objects.count() == 1


def test_c7_a_setting_lets_no_guests_in(settings: Any) -> None:
    client = enter()
    settings.GUESTS = False
    with pytest.raises(Forbidden) as refused:
        enter("another")
    assert refused.value.code == "guests_off"
    assert client.read("/api/auth/user").status_code == 200


def test_c7_a_guest_signs_out() -> None:
    client = enter()
    assert client.send("/api/auth/logout").status_code == 204
    assert client.read("/api/auth/user").status_code == 401


def is_of_rooms(route: Route) -> bool:
    return route.path.startswith(FOR_GUESTS)


def test_c7_t7_a_guest_writes_nowhere_but_in_chat() -> None:
    client = enter()
    refused = [route for route in guarded_routes() if not is_of_rooms(route)]
    assert len(refused) > 100
    for route in refused:
        answer = client.call(route.method.upper(), route.path, {})
        is_for_members = route.operation.access is Access.SIGNED_IN
        code = "guest" if is_for_members else "permission_denied"
        assert (answer.status_code, code_of(answer)) == (403, code), route


def test_c7_t7_what_only_people_read_a_guest_does_not() -> None:
    client = enter()
    refused = [
        route for route in reads_of_people()
        if not is_of_rooms(route) and not route.path.startswith("/api/auth/user")
    ]  # fmt: skip
    assert len(refused) > 20
    for route in refused:
        answer = client.read(route.path)
        assert (answer.status_code, code_of(answer)) == (403, "guest"), route


def test_c7_what_anybody_reads_a_guest_reads(cast: Cast) -> None:
    assert enter().read(f"/api/users/{cast.alice.pk}").status_code == 200


def test_c7_guests_are_neither_found_nor_suggested_nor_ranked(
    cast: Cast, alice: ApiClient, moderator: ApiClient
) -> None:
    enter("rhinoceros")
    for path in (
        "/api/search?q=rhinoceros&type=users",
        "/api/v1/users/search?q=rhinoceros",
        "/api/v1/follow/suggestions",
        "/api/v1/users/leaderboard",
    ):
        for client in (alice, moderator):
            answer = client.read(path)
            assert answer.status_code == 200
            assert '"username":"rhinoceros"' not in answer.content.decode().replace(" ", "")
    assert list(violations()) == []


def test_c7_nobody_follows_or_connects_to_a_guest_but_may_block_one(
    cast: Cast, alice: ApiClient
) -> None:
    enter()
    path = f"/api/users/{only_guest().pk}"
    assert code_of(alice.send(f"{path}/follow")) == "guest"
    assert code_of(alice.send("/api/v1/follow", {"user_id": str(only_guest().pk)})) == "guest"
    answer = alice.send("/api/connections", {"user_id": str(only_guest().pk)})
    assert code_of(answer) in {"guest", "method_not_allowed", "not_found"}
    assert alice.set(f"{path}/block").status_code in {200, 204}
    assert list(violations()) == []


def test_c7_registering_with_the_guests_token_makes_the_same_row_an_account(
    heard: list[effects.Effect],
) -> None:
    client = enter()
    guest = only_guest()
    answer = client.send(REGISTER, ACCOUNT)
    assert (answer.status_code, answer.json()["user"]["id"]) == (201, str(guest.pk))
    user = User.objects.get()
    assert (user.is_guest, user.username, user.email) == (False, "ann", "ann@example.org")
    assert (user.search_opt_out, user.leaderboard_opt_out, user.digest) == (False, False, "weekly")
    assert heard == [Registered(actor_id=guest.pk)]
    assert client.read("/api/auth/user").status_code == 401
    fresh = ApiClient(answer.json()["access_token"])
    assert fresh.set("/api/settings", {"language": "de"}).status_code == 200
    assert ApiClient().send("/api/auth/login", {"username": "ann", "password": PASSWORD}).json()
    assert list(violations()) == []


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[effects.Effect]:
    """What became of guests, as the apps above hear it."""
    found: list[effects.Effect] = []
    handlers = {known: list(those) for known, those in effects.listeners().items()}
    monkeypatch.setattr(effects, "_handlers", handlers)

    def hear(effect: effects.Effect) -> None:
        found.append(effect)

    for effect in (Registered, GuestForgotten):
        effects.listen(effect, hear)
    return found


def test_c7_a_guest_may_keep_its_name_when_it_registers() -> None:
    answer = enter("ann").send(REGISTER, ACCOUNT)
    assert (answer.status_code, answer.json()["user"]["username"]) == (201, "ann")


def test_c7_a_browser_that_came_as_a_guest_registers_by_its_cookie() -> None:
    made = register_guest(username="visitor", origin=ORIGIN)
    page = Browser()
    page.cookies["session"] = made.cookie
    assert page.send(REGISTER, ACCOUNT).json()["user"]["id"] == str(made.session.user_id)
    assert page.is_signed_in()


def test_c7_m19_names_that_are_taken_leave_the_guest_as_it_was(cast: Cast) -> None:
    client = enter()
    for change, code in (
        ({"username": "alice"}, "username_taken"),
        ({"email": "alice@example.org"}, "email_taken"),
        ({"password": "short"}, "weak_password"),
    ):
        assert code_of(client.send(REGISTER, ACCOUNT | change)) == code
        assert only_guest().username == "visitor"
    assert client.read("/api/auth/user").status_code == 200


def test_c7_registering_beside_another_credential_makes_a_new_account(
    cast: Cast, alice: ApiClient
) -> None:
    ended = enter()
    Session.objects.filter(user__is_guest=True).update(ended_at=timezone.now())
    for number, client in enumerate((alice, ended, ApiClient("nonsense"))):
        body = ACCOUNT | {"username": f"ann{number}", "email": f"ann{number}@example.org"}
        answer = client.send(REGISTER, body)
        assert answer.status_code == 201
        made = int(answer.json()["user"]["id"])
        assert made not in {cast.alice.pk, only_guest().pk}


@pytest.mark.django_db(transaction=True)
def test_c7_t45_of_two_who_register_with_one_guests_token_one_does() -> None:
    client = enter()

    def register(number: int) -> None:
        client.send(
            REGISTER,
            ACCOUNT | {"username": f"ann{number}", "email": f"ann{number}@example.org"},
        )

    sides = [[lambda number=number: register(number)] for number in range(4)]
    assert race(*sides) == []
    assert not User.objects.filter(is_guest=True).exists()
    assert list(violations()) == []


@pytest.mark.parametrize(
    "columns",
    [{"email": "guest@example.org"}, {"role": "admin"}, {"search_opt_out": False}],
)
def test_c7_the_database_keeps_a_guest_a_guest(columns: dict[str, Any]) -> None:
    enter()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.update(**columns)


def test_c7_only_guests_have_no_mail_address(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=cast.alice.pk).update(email=None)


def after(days: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days))


def test_c7_a_guest_who_stays_away_is_forgotten_and_the_name_is_free(
    heard: list[effects.Effect],
) -> None:
    client = enter()
    guest = only_guest()
    with after(6.9):
        forget_guests()
        assert client.token
        assert only_guest().deleted_at is None
    with after(7.1):
        forget_guests()
        forget_guests()
        row = only_guest()
        assert row.deleted_at is not None
        assert (row.username, row.display_name) == (f"guest-{guest.pk}", "Guest")
        assert heard == [GuestForgotten(actor_id=guest.pk)]
        [session] = Session.objects.all()
        assert (session.address, session.user_agent) == (None, "")
        assert session.ended_at is not None
        enter()


def test_c7_a_guest_who_comes_back_or_has_a_socket_is_kept() -> None:
    enter("seen")
    enter("listening")
    with after(6):
        Session.objects.filter(user__username="seen").update(last_used_at=timezone.now())
    with after(8):
        arrive(host="here", user_ids=[User.objects.get(username="listening").pk])
        assert prolong(host="here")
        assert guests.forget_idle_guests() == 0


def test_c7_people_are_never_forgotten_for_being_away(cast: Cast) -> None:
    with after(400):
        assert guests.forget_idle_guests() == 0
    assert User.objects.filter(deleted_at__isnull=True).count() == 7


@pytest.mark.django_db(transaction=True)
def test_c7_c32_a_guests_socket_ends_when_it_registers(live_site: LiveSite) -> None:
    client = enter()
    with live_site.connect(client, hello=False) as ws:
        assert ws.event("hello")["data"]["user"]["is_guest"] is True
        answer = client.send(REGISTER, ACCOUNT)
        assert ws.wait_closed(2.0) == 4409
    with live_site.connect(answer.json()["access_token"], hello=False) as ws:
        card = ws.event("hello")["data"]["user"]
        assert (card["username"], card["is_guest"]) == ("ann", False)


def test_c7_m58_a_guest_can_be_suspended_and_gets_no_mail(
    moderator: ApiClient, mailbox: Any
) -> None:
    client = enter()
    body = {
        "target_id": str(only_guest().pk), "action": "suspend", "note": "Spam.", "statement": "No.",
    }  # fmt: skip
    assert moderator.send("/api/v1/moderation/actions", body).status_code == 201
    assert client.read("/api/auth/user").status_code == 401
    assert not [mail for mail in mailbox() if "visitor" in mail.to]


def test_c7_m58_moderators_see_that_somebody_is_a_guest(cast: Cast) -> None:
    enter("visitor")
    console = console_of(cast.admin)
    assert "guest" in console.get("/admin/accounts/user/?q=visitor").content.decode()
    assert console.get(f"/admin/accounts/user/{only_guest().pk}/change/").status_code == 200
