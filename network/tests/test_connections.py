from typing import Any

import pytest

from accounts.actions.blocks import block_user
from accounts.actions.connections import accept_connection, request_connection
from accounts.actions.follows import follow_user
from accounts.models import Connection, User
from accounts.testing import Cast, UserFactory
from moderation.actions import suspend_user, undo_action
from socialsite.lib.testing.client import ApiClient, code_of

LIST = "/api/connections"


def person(**fields: Any) -> User:
    user: User = UserFactory.create(**fields)
    return user


def connect(one: User, other: User) -> Connection:
    return accept_connection(
        actor=other, connection=request_connection(actor=one, target=other, message="Hello")
    )


def people(client: ApiClient, query: str = "") -> list[str]:
    answer = client.read(f"{LIST}{query}")
    assert answer.status_code == 200, answer.content
    return [row["person"]["username"] for row in answer.json()["results"]]


def test_n19_n46_a_connection_has_its_details(cast: Cast, alice: ApiClient) -> None:
    (row,) = alice.read(LIST).json()["results"]
    stored = Connection.objects.get()
    assert row["id"] == str(stored.pk)
    assert row["person"]["id"] == str(cast.carol.pk)
    assert (row["status"], row["state"], row["message"]) == ("accepted", "connected", "")
    assert (row["requested_by_me"], row["mutual_count"], row["mutual_names"]) == (False, 0, [])
    assert row["created_at"] <= row["answered_at"]


def test_n19_the_three_states_are_lists_of_their_own(cast: Cast, alice: ApiClient) -> None:
    request_connection(actor=cast.alice, target=cast.charlie, message="Shall we?")
    request_connection(actor=cast.bob, target=cast.alice)
    assert people(alice) == people(alice, "?state=connected") == ["carol"]
    assert people(alice, "?state=pending_out") == ["charlie"]
    assert people(alice, "?state=pending_in") == ["bob"]
    (row,) = alice.read(f"{LIST}?state=pending_out").json()["results"]
    assert (row["status"], row["state"], row["requested_by_me"]) == ("pending", "pending_out", True)
    assert (row["message"], row["answered_at"]) == ("Shall we?", None)


def test_n19_mutual_connections_are_counted_and_three_are_named(
    cast: Cast, alice: ApiClient
) -> None:
    for name in ("Ann", "Ben", "", "Dan"):
        known = person(first_name=name, display_name=f"{name} Doe".strip())
        connect(cast.alice, known)
        connect(cast.carol, known)
    connect(cast.carol, cast.charlie)
    rows = {row["person"]["username"]: row for row in alice.read(LIST).json()["results"]}
    assert rows["carol"]["mutual_count"] == 4
    assert rows["carol"]["mutual_names"] == ["Ann", "Ben", "Doe"]
    others = [row for name, row in rows.items() if name != "carol"]
    assert {row["mutual_count"] for row in others} == {1}
    assert [row["mutual_names"] for row in others] == [["Carol"]] * 4


def test_n19_who_is_blocked_or_suspended_is_in_no_list_and_no_count(
    cast: Cast, alice: ApiClient
) -> None:
    hidden, blocked = person(), person()
    for known in (hidden, blocked):
        connect(cast.alice, known)
        connect(cast.carol, known)
    action = suspend_user(actor=cast.moderator, user=hidden, note="x")
    block_user(actor=blocked, target=cast.alice)
    (row,) = alice.read(LIST).json()["results"]
    assert (row["person"]["username"], row["mutual_count"]) == ("carol", 0)
    undo_action(actor=cast.moderator, action=action)
    assert len(people(alice)) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("industry=finance", ["ute", "jan"]),
        ("industry=energy", []),
        ("location=zürich", ["ute"]),
        ("location=ZÜR", ["ute"]),
        ("location=u", ["ute", "jan"]),
        ("location=.", []),
        ("location=%25", ["jan"]),
        ("role=engineer", ["ute"]),
        ("role=(chief)", ["jan"]),
        ("industry=finance&location=lund&role=CHIEF", ["jan"]),
    ],
)
def test_n19_the_list_is_filtered_by_industry_location_and_role(
    cast: Cast, alice: ApiClient, query: str, found: list[str]
) -> None:
    finance: dict[str, Any] = {"industry": "finance"}
    jan = person(username="jan", location="Lund, 100 % u", headline="Cook (chief)", **finance)
    ute = person(username="ute", location="Zürich, UTC", headline="ENGINEER", **finance)
    connect(cast.alice, jan)
    connect(cast.alice, ute)
    assert people(alice, f"?{query}") == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("state=declined", "invalid_choice"),
        ("industry=magic", "invalid_choice"),
        ("location=", "blank"),
        ("status=accepted", "unknown_field"),
    ],
)
def test_n19_an_unknown_filter_or_value_is_refused(alice: ApiClient, query: str, code: str) -> None:
    answer = alice.read(f"{LIST}?{query}")
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_n19_a_private_profile_cannot_be_guessed_by_filters_nor_its_connections_counted(
    cast: Cast, alice: ApiClient
) -> None:
    shy = person(username="shy", private_account=True, industry="finance", location="Lund")
    connect(cast.carol, shy)
    asked = request_connection(actor=cast.alice, target=shy)
    out = "?state=pending_out"
    assert people(alice, out) == ["shy"]
    for query in ("industry=finance", "location=Lund"):
        assert people(alice, f"{out}&{query}") == []
    (row,) = alice.read(f"{LIST}{out}").json()["results"]
    assert (row["mutual_count"], row["mutual_names"]) == (None, [])
    accept_connection(actor=shy, connection=asked)
    assert people(alice, "?industry=finance") == ["shy"]
    row = alice.read(f"{LIST}/{asked.pk}").json()
    assert (row["mutual_count"], row["mutual_names"]) == (1, ["Carol"])


def test_n19_a_private_profile_shows_itself_to_followers_in_lists_as_on_its_page(
    cast: Cast, alice: ApiClient
) -> None:
    shy = person(username="shy", industry="finance")
    follow_user(actor=cast.alice, target=shy)
    User.objects.filter(pk=shy.pk).update(private_account=True)
    request_connection(actor=cast.alice, target=shy)
    assert people(alice, "?state=pending_out&industry=finance") == ["shy"]
    assert alice.read("/api/users/@shy").json()["is_reduced"] is False


def test_n19_pages_are_cut_by_cursors_newest_first(cast: Cast, alice: ApiClient) -> None:
    made = [connect(cast.alice, person()) for _ in range(4)]
    page = alice.read(f"{LIST}?limit=3&count=true").json()
    assert [row["id"] for row in page["results"]] == [str(row.pk) for row in reversed(made[1:])]
    assert page["count"] == 5
    rest = alice.read(page["next"]).json()["results"]
    assert [row["person"]["username"] for row in rest][1:] == ["carol"]


def test_b24_connections_are_read_in_batches(cast: Cast, alice: ApiClient) -> None:
    one, other = connect(cast.alice, person()), connect(cast.bob, person())
    page = alice.read(f"{LIST}?ids={one.pk},{other.pk}").json()
    assert [row["id"] for row in page["results"]] == [str(one.pk)]
    assert page["missing"] == [str(other.pk)]


def test_n19_the_list_costs_the_same_for_any_number_of_connections(
    cast: Cast, alice: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        known = person()
        connect(cast.alice, known)
        connect(cast.carol, known)
    # Who calls, the page, and what all of it has in common with the caller.
    with django_assert_max_num_queries(3):
        assert len(people(alice)) == 13


def test_n19_lists_are_for_the_signed_in(api: ApiClient) -> None:
    assert api.read(LIST).status_code == 401


def test_n46_one_connection_is_read_by_its_two_people_alone(
    cast: Cast, alice: ApiClient, carol: ApiClient, charlie: ApiClient, moderator: ApiClient
) -> None:
    path = f"{LIST}/{Connection.objects.get().pk}"
    assert alice.read(path).json()["person"]["username"] == "carol"
    assert carol.read(path).json()["person"]["username"] == "alice"
    assert [c.read(path).status_code for c in (charlie, moderator)] == [404, 404]
    assert alice.read(f"{LIST}/{cast.alice.pk}").status_code == 404


def test_b23_an_unchanged_connection_is_not_sent_again(cast: Cast, alice: ApiClient) -> None:
    path = f"{LIST}/{Connection.objects.get().pk}"
    tag = alice.read(path).headers["ETag"]
    assert alice.read(path, If_None_Match=tag).status_code == 304
    known = person()
    connect(cast.alice, known)
    connect(cast.carol, known)
    assert alice.read(path, If_None_Match=tag).status_code == 200


def test_n19_mutual_connections_of_a_person_are_listed(
    cast: Cast, alice: ApiClient, charlie: ApiClient, django_assert_max_num_queries: Any
) -> None:
    known = [person() for _ in range(3)]
    for user in known:
        connect(cast.alice, user)
        connect(cast.bob, user)
    for reference in (cast.bob.pk, "@bob"):
        with django_assert_max_num_queries(3):
            answer = alice.read(f"{LIST}/mutual/{reference}").json()["results"]
        assert [row["id"] for row in answer] == [str(user.pk) for user in reversed(known)]
    assert charlie.read(f"{LIST}/mutual/{cast.bob.pk}").json()["results"] == []


def test_n19_mutual_connections_with_who_is_hidden_or_private_are_refused(
    cast: Cast, alice: ApiClient, bob: ApiClient, mallory: ApiClient
) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(private_account=True)
    private = bob.read(f"{LIST}/mutual/{cast.charlie.pk}")
    assert (private.status_code, code_of(private)) == (403, "permission_denied")
    assert mallory.read(f"{LIST}/mutual/{cast.alice.pk}").status_code == 404
    assert alice.read(f"{LIST}/mutual/{cast.mallory.pk}").status_code == 404
