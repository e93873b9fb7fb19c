from itertools import pairwise
from typing import Any
from typing import cast as cast_type

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import blocks, follows
from accounts.actions.connections import decline_connection, request_connection
from accounts.models import Connection, Follow, User
from accounts.testing import Cast, UserFactory
from engagement.models import Tag, TagFollow
from network.models import Dismissal
from network.suggestions.graphs import GRAPHS
from network.suggestions.lists import Wanted
from network.suggestions.well_known import rank_people
from posts.actions.publish import publish_post
from socialsite.lib.testing.client import ApiClient, code_of

TO_FOLLOW, TO_CONNECT = "/api/v1/follow/suggestions", "/api/connections/suggestions"
RECOMMENDED = "/api/recommendations/users"
SURFACES = [TO_FOLLOW, TO_CONNECT]


def named(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["person"]["username"] for row in answer.json()["results"]]


def fresh(client: ApiClient, path: str, query: str = "") -> list[str]:
    return named(client.read(f"{path}?refresh=1{query}"))


def reason(client: ApiClient, path: str, username: str) -> dict[str, Any]:
    rows = client.read(f"{path}?refresh=1&limit=100").json()["results"]
    found: dict[str, Any] = next(r for r in rows if r["person"]["username"] == username)["reason"]
    return found


def person(name: str, **fields: Any) -> User:
    made: Any = UserFactory(username=name, **fields)
    return cast_type(User, made)


def know(path: str, one: User, *others: User) -> None:
    """Let the one know the others, by the kind of edge that a surface follows; rows alone, because actions take longer."""
    people = User.objects.filter(pk__in=[other.pk for other in others])
    itself = User.objects.filter(pk=one.pk)
    if path == TO_FOLLOW:
        Follow.objects.bulk_create(Follow(follower=one, followed=other) for other in others)
        itself.update(following_count=F("following_count") + len(others))
        people.update(follower_count=F("follower_count") + 1)
        return
    for other in others:
        low, high = sorted((one, other), key=lambda user: user.pk)
        status = Connection.Status.ACCEPTED
        Connection.objects.create(low=low, high=high, requester=one, status=status)
    itself.update(connection_count=F("connection_count") + len(others))
    people.update(connection_count=F("connection_count") + 1)


@pytest.fixture(params=SURFACES)
def path(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def circle(cast: Cast, path: str) -> dict[str, User]:
    """charlie knows near and hub; near knows found alone, hub knows found, lonely and five others."""
    people = {name: person(name) for name in ("near", "hub", "found", "lonely")}
    others = [person(f"other{n}") for n in range(5)]
    know(path, cast.charlie, people["near"], people["hub"])
    know(path, people["near"], people["found"])
    know(path, people["hub"], people["found"], people["lonely"], *others)
    return people


def test_n56_m56_a_fixed_graph_gives_the_expected_order(
    cast: Cast, circle: dict[str, User], path: str, charlie: ApiClient
) -> None:
    # One more link that knows few outweighs one that knows many.
    quiet = person("quiet")
    know(path, cast.charlie, quiet)
    know(path, quiet, circle["lonely"])
    know(path, circle["near"], person("only_near"))
    found = fresh(charlie, path, "&limit=9")
    assert set(found[:2]) == {"found", "lonely"}
    assert found[2] == "only_near"
    assert found[3:8] == [f"other{n}" for n in range(5)]


def test_m56_n24_a_reason_names_who_both_know(
    cast: Cast, circle: dict[str, User], path: str, charlie: ApiClient
) -> None:
    found = reason(charlie, path, "found")
    assert found["mutuals"] == 2
    assert {card["username"] for card in found["by"]} == {"near", "hub"}
    assert not found["is_well_known"]
    assert reason(charlie, path, "lonely")["by"][0]["username"] == "hub"


def test_m56_more_than_three_links_are_counted_and_three_named(
    cast: Cast, circle: dict[str, User], path: str, charlie: ApiClient
) -> None:
    for number in range(4):
        link = person(f"link{number}")
        know(path, cast.charlie, link)
        know(path, link, circle["found"])
    found = reason(charlie, path, "found")
    assert (found["mutuals"], len(found["by"])) == (6, 3)


def test_m56_y33_nobody_one_knows_or_asked_is_suggested(
    cast: Cast, circle: dict[str, User], path: str, charlie: ApiClient
) -> None:
    assert {"near", "hub", "charlie"}.isdisjoint(fresh(charlie, path, "&limit=100"))
    if path == TO_FOLLOW:
        User.objects.filter(pk=circle["lonely"].pk).update(private_account=True)
        follows.follow_user(actor=cast.charlie, target=circle["lonely"])
    request_connection(actor=cast.charlie, target=circle["found"])
    found = fresh(charlie, path)
    assert "found" not in found
    assert "lonely" not in found or path == TO_CONNECT


def test_n24_who_was_turned_down_is_not_suggested_while_asking_is_refused(
    cast: Cast, charlie: ApiClient
) -> None:
    link, far = person("link"), person("far")
    know(TO_CONNECT, cast.charlie, link)
    know(TO_CONNECT, link, far)
    assert "far" in fresh(charlie, TO_CONNECT)
    asked = request_connection(actor=cast.charlie, target=far)
    decline_connection(actor=far, connection=asked)
    assert "far" not in fresh(charlie, TO_CONNECT)


def test_m56_own_writes_and_moderation_are_honoured_at_once(
    cast: Cast, path: str, charlie: ApiClient
) -> None:
    ways = ("block", "blocked", "mute", "suspended", "deleted", "dismissed", "stays")
    people = {way: person(way) for way in ways}
    link = person("link")
    know(path, cast.charlie, link)
    know(path, link, *people.values())
    assert set(named(charlie.read(path))) >= set(ways)
    blocks.block_user(actor=cast.charlie, target=people["block"])
    blocks.block_user(actor=people["blocked"], target=cast.charlie)
    blocks.mute_user(actor=cast.charlie, target=people["mute"])
    User.objects.filter(username="suspended").update(suspended_by=7)
    User.objects.filter(username="deleted").update(deleted_at=timezone.now())
    charlie.send(f"{RECOMMENDED}/{people['dismissed'].pk}/dismiss")
    # The kept list, and one made anew.
    for found in (named(charlie.read(path)), fresh(charlie, path, "&limit=100")):
        assert set(ways) & set(found) == {"stays"}


def test_y33_whom_one_just_followed_is_gone_from_the_next_page(
    cast: Cast, charlie: ApiClient
) -> None:
    link = person("link")
    know(TO_FOLLOW, cast.charlie, link)
    far = [person(f"far{n:02}") for n in range(12)]
    know(TO_FOLLOW, link, *far)
    first = charlie.read(f"{TO_FOLLOW}?limit=5")
    follows.follow_user(actor=cast.charlie, target=far[7])
    follows.follow_user(actor=cast.charlie, target=far[0])
    rest = named(charlie.read(first.json()["next"]))
    assert "far07" not in rest
    assert not set(rest) & set(named(first))
    assert len(rest) == 5


def test_n24_m56_pages_have_everybody_once_also_when_the_list_is_made_again(
    cast: Cast, circle: dict[str, User], path: str, charlie: ApiClient
) -> None:
    rank_people()
    whole = fresh(charlie, path, "&limit=100")
    found, url = [], f"{path}?refresh=1&limit=3"
    while url:
        cache.clear()
        page = charlie.read(url)
        found += named(page)
        url = page.json()["next"]
    assert found == whole
    back = charlie.read(
        charlie.read(charlie.read(f"{path}?limit=3").json()["next"]).json()["previous"]
    )
    assert named(back) == whole[:3]
    assert charlie.read(f"{path}?count=true").json()["count"] == len(whole)


def test_n24_refresh_makes_the_list_anew(
    cast: Cast, circle: dict[str, User], path: str, charlie: ApiClient
) -> None:
    charlie.read(path)
    late = person("late")
    know(path, circle["near"], late)
    assert "late" not in named(charlie.read(f"{path}?limit=100"))
    assert "late" in fresh(charlie, path)
    assert "late" in named(charlie.read(path))


@pytest.mark.once
def test_y89_a_list_is_kept_for_as_long_as_the_settings_say(
    cast: Cast, charlie: ApiClient, settings: Any
) -> None:
    settings.PEOPLE_SUGGESTIONS_SECONDS = 0
    know(TO_CONNECT, cast.charlie, near := person("near"))
    assert "late" not in named(charlie.read(TO_CONNECT))
    know(TO_CONNECT, near, person("late"))
    assert "late" in named(charlie.read(TO_CONNECT))


@pytest.mark.parametrize("query", ["skill=x", "refresh=2", "near="])
def test_n24_what_is_not_known_is_refused(cast: Cast, charlie: ApiClient, query: str) -> None:
    assert charlie.read(f"{TO_CONNECT}?{query}").status_code == 400


def test_n24_near_and_industry_choose_among_what_people_show(
    cast: Cast, charlie: ApiClient
) -> None:
    link = person("link")
    know(TO_CONNECT, cast.charlie, link)
    for name, place, industry, private in (
        ("here", "Old Malmö (S)", "education", False),
        ("there", "Rome", "education", False),
        ("mine", "MALMÖ", "mining", False),
        ("closed", "Malmö", "education", True),
    ):
        far = person(name, location=place, industry=industry, private_account=private)
        know(TO_CONNECT, link, far)
    assert set(fresh(charlie, TO_CONNECT, "&near=malmö")) == {"here", "mine"}
    assert set(fresh(charlie, TO_CONNECT, "&near=malmö&industry=education")) == {"here"}
    assert set(fresh(charlie, TO_CONNECT, "&industry=education")) == {"here", "there"}
    assert code_of(charlie.read(f"{TO_CONNECT}?industry=magic")) == "invalid_choice"


def test_m56_shared_tags_suggest_and_are_named(cast: Cast, charlie: ApiClient, path: str) -> None:
    writer, hidden = person("writer"), person("opted_out", search_opt_out=True)
    for author in (writer, hidden):
        publish_post(actor=author, content="On #sourdough and #rye.")
    publish_post(actor=cast.charlie, content="My first #rye.")
    TagFollow.objects.create(user=cast.charlie, tag=Tag.objects.get(tag="sourdough"))
    found = reason(charlie, path, "writer")
    assert set(found["tags"]) == {"sourdough", "rye"}
    assert "opted_out" not in fresh(charlie, path, "&limit=100")


def test_m56_what_only_some_may_read_tells_no_tags(cast: Cast, charlie: ApiClient) -> None:
    writer, private = person("writer"), person("closed", private_account=True)
    publish_post(actor=writer, content="Quietly #rye.", visibility="followers")
    publish_post(actor=private, content="Quietly #rye.")
    publish_post(actor=person("open"), content="Loudly #rye.")
    publish_post(actor=cast.charlie, content="My #rye.")
    found = charlie.read(f"{TO_FOLLOW}?refresh=1&limit=100").json()["results"]
    tags = {row["person"]["username"]: row["reason"]["tags"] for row in found}
    assert tags["open"] == ["rye"]
    assert tags.get("writer", []) == tags.get("closed", []) == []


def test_m56_what_both_profiles_say_is_a_reason(cast: Cast, charlie: ApiClient, path: str) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(industry="education", location="Malmö")
    person("plain", follower_count=9)
    person("alike", industry="education", location="malmö")
    person("closed", industry="education", private_account=True)
    rank_people()
    found = fresh(charlie, path, "&limit=100")
    assert found[0] == "alike"
    says = reason(charlie, path, "alike")
    assert (says["industry"], says["location"]) == ("education", "malmö")
    assert reason(charlie, path, "closed")["industry"] is None


def test_m56_a_cold_start_is_the_well_known_then_the_newest(cast: Cast, path: str) -> None:
    for number in range(3):
        person(f"famous{number}", follower_count=100 - number)
    person("shy", follower_count=200, search_opt_out=True)
    rank_people()
    late = person("late")
    viewer = cast.client(person("newcomer"))
    found = fresh(viewer, path, "&limit=100")
    assert found[:3] == ["famous0", "famous1", "famous2"]
    assert "late" in found
    assert "shy" not in found
    assert reason(viewer, path, "famous0")["is_well_known"]
    assert late.username not in found[:3]


def test_m56_a_dismissal_holds_on_every_surface_and_can_be_taken_back(
    cast: Cast, charlie: ApiClient
) -> None:
    rank_people()
    one = f"{RECOMMENDED}/{cast.bob.pk}/dismiss"
    assert [charlie.send(one).status_code for _ in "12"] == [204, 204]
    assert Dismissal.objects.count() == 1
    for surface in (*SURFACES, RECOMMENDED):
        assert "bob" not in fresh(charlie, surface, "&limit=100")
    assert charlie.delete(one).status_code == 204
    for surface in (*SURFACES, RECOMMENDED):
        assert "bob" in fresh(charlie, surface, "&limit=100")
    assert charlie.delete(f"{TO_CONNECT}/{cast.bob.pk}").status_code == 204
    assert "bob" not in fresh(charlie, TO_FOLLOW, "&limit=100")
    assert code_of(charlie.send(f"{RECOMMENDED}/me/dismiss")) == "self_target"


def test_n24_a_page_costs_the_same_number_of_statements_whatever_the_size(
    cast: Cast, circle: dict[str, User], path: str, charlie: ApiClient
) -> None:
    numbers = []
    for query in ("limit=1", "limit=100", "limit=1&refresh=1", "limit=100&refresh=1"):
        charlie.read(path)
        with CaptureQueriesContext(connection) as seen:
            charlie.read(f"{path}?{query}")
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 7
    assert numbers[2] == numbers[3] <= 15


def test_n24_later_places_never_rise(cast: Cast, circle: dict[str, User], path: str) -> None:

    graph = GRAPHS["follow" if path == TO_FOLLOW else "connect"]
    places = [item.place for item in Wanted(graph, cast.charlie, {}).kept().items]
    assert places
    assert all(one > other for one, other in pairwise(places))
