"""What suggestions must not tell: a link that somebody hides is neither named, nor counted, nor felt in the order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import blocks
from accounts.models import Connection, Follow, Mute, User
from accounts.testing import Cast, client_of
from network.models import Dismissal
from network.suggestions.graphs import GRAPHS
from network.suggestions.lists import Wanted
from network.tests.test_suggestions import (
    SURFACES,
    TO_CONNECT,
    TO_FOLLOW,
    fresh,
    know,
    person,
    reason,
)
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.matrix import passing

HIDING = [
    (TO_FOLLOW, "link", {"hide_following": True}),
    (TO_FOLLOW, "far", {"hide_followers": True}),
    (TO_FOLLOW, "far", {"private_account": True}),
    (TO_CONNECT, "link", {"hide_following": True}),
    (TO_CONNECT, "link", {"hide_followers": True}),
    (TO_CONNECT, "far", {"hide_followers": True}),
    (TO_CONNECT, "far", {"private_account": True}),
]


@pytest.mark.parametrize(("path", "who", "change"), HIDING)
def test_m56_m70_a_hidden_list_suggests_nobody(
    cast: Cast, charlie: ApiClient, path: str, who: str, change: dict[str, bool]
) -> None:
    people = {"link": person("link"), "far": person("far")}
    know(path, cast.charlie, people["link"])
    know(path, people["link"], people["far"])
    # Too new and too little known to be there for another reason.
    assert fresh(charlie, path)[0] == "far"
    before = charlie.read(f"{path}?limit=100").json()["results"]
    assert [row["reason"]["mutuals"] for row in before if row["person"]["username"] == "far"] == [1]
    User.objects.filter(pk=people[who].pk).update(**change)
    # On the kept list and on one made anew.
    for query in ("limit=100", "limit=100&refresh=1"):
        rows = charlie.read(f"{path}?{query}").json()["results"]
        told = [row["reason"] for row in rows if row["person"]["username"] == "far"]
        assert all(one["mutuals"] == 0 and one["by"] == [] for one in told)


@pytest.mark.parametrize("path", SURFACES)
def test_m56_m70_a_hidden_link_does_not_move_anybody_up(
    cast: Cast, charlie: ApiClient, path: str
) -> None:
    secret, plain = person("secret", hide_following=True, hide_followers=True), person("plain")
    third, other, one = person("third"), person("other"), person("one")
    know(path, cast.charlie, secret, plain)
    know(path, secret, one, other)
    know(path, plain, other, third)
    # How many know a person is public, and counts.
    User.objects.update(follower_count=1, connection_count=2)
    graph = GRAPHS["follow" if path == TO_FOLLOW else "connect"]
    listed = [item.pk for item in Wanted(graph, cast.charlie, {}).kept().items]
    # `other` has a second link, the secret one, and is none the higher for it: the older account comes first.
    assert listed[:2] == [third.pk, other.pk]


@pytest.mark.parametrize("path", SURFACES)
def test_m56_y105_a_link_one_may_not_know_of_is_not_named(
    cast: Cast, charlie: ApiClient, path: str
) -> None:
    links = [person(f"link{n}") for n in range(3)]
    far = person("far")
    know(path, cast.charlie, *links)
    for link in links:
        know(path, link, far)
    User.objects.filter(pk=links[0].pk).update(suspended_by=7)
    blocks.mute_user(actor=cast.charlie, target=links[1])
    found = reason(charlie, path, "far")
    assert (found["mutuals"], [card["username"] for card in found["by"]]) == (1, ["link2"])


def test_m56_moderators_are_told_of_nobody_whom_members_do_not_see(cast: Cast) -> None:
    link, far = person("link"), person("far", suspended_by=7)
    know(TO_FOLLOW, cast.moderator, link)
    know(TO_FOLLOW, link, far)
    assert "far" not in fresh(cast.client(cast.moderator), TO_FOLLOW, "&limit=100")


PEOPLE = 7
PAIRS = st.sets(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)).filter(
        lambda p: p[0] != p[1]
    ),
    max_size=14,
)
FLAGS = ("private_account", "hide_followers", "hide_following", "search_opt_out")
WORLDS = st.fixed_dictionaries(
    {
        "follows": PAIRS, "ties": PAIRS, "blocks": st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda p: p[0] != p[1]), max_size=3),
        "mutes": st.sets(st.integers(1, 6), max_size=2), "dismissed": st.sets(st.integers(1, 6), max_size=2),
        "suspended": st.sets(st.integers(1, 6), max_size=2),
        "flags": st.lists(st.tuples(st.integers(1, 6), st.sampled_from(FLAGS)), max_size=6),
    }
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=WORLDS)
def test_m56_no_suggestion_shows_whom_the_rules_hide(world: dict[str, Any]) -> None:
    with passing():
        people = make_world(world)
        viewer = people[0]
        client = client_of(viewer)
        seen = set(User.objects.visible_to(viewer).values_list("pk", flat=True))
        hidden = {people[n].pk for n in world["mutes"] | world["dismissed"] | world["suspended"]}
        for path in SURFACES:
            rows = client.read(f"{path}?limit=100&refresh=1").json()["results"]
            for row in rows:
                check(row, path, world, people, seen - hidden - {viewer.pk})


def make_world(world: dict[str, Any]) -> list[User]:
    people = [person(f"p{number}") for number in range(PEOPLE)]
    blocked = {frozenset(pair) for pair in world["blocks"]}
    for one, other in world["blocks"]:
        blocks.block_user(actor=people[one], target=people[other])
    for one, other in world["follows"]:
        if frozenset((one, other)) not in blocked:
            know(TO_FOLLOW, people[one], people[other])
    for pair in {frozenset(pair) for pair in world["ties"]} - blocked:
        one, other = sorted(pair)
        know(TO_CONNECT, people[one], people[other])
    for number in world["mutes"]:
        Mute.objects.create(muter=people[0], muted=people[number])
    for number in world["dismissed"]:
        Dismissal.objects.create(user=people[0], dismissed=people[number])
    for number in world["suspended"]:
        User.objects.filter(pk=people[number].pk).update(suspended_by=7)
    for number, flag in world["flags"]:
        User.objects.filter(pk=people[number].pk).update(**{flag: True})
    return list(User.objects.filter(pk__in=[p.pk for p in people]).order_by("pk"))


def check(
    row: dict[str, Any], path: str, world: dict[str, Any], people: list[User], may: set[int]
) -> None:
    viewer, shown = people[0], int(row["person"]["id"])
    assert shown in may
    by = {int(card["id"]) for card in row["reason"]["by"]}
    assert by <= may | {people[n].pk for n in world["dismissed"]}
    far = next(p for p in people if p.pk == shown)
    if path == TO_FOLLOW:
        assert not Follow.objects.filter(follower=viewer, followed=shown).exists()
        true = {
            p.pk
            for p in people
            if not p.hide_following
            and Follow.objects.filter(follower=p, followed=shown).exists()
            and Follow.objects.filter(follower=viewer, followed=p).exists()
        }
    else:
        true = {
            p.pk
            for p in people
            if not (p.hide_following or p.hide_followers)
            and Connection.objects.between(p.pk, shown).exists()
            and Connection.objects.between(p.pk, viewer.pk).exists()
        }
    true &= may | {people[n].pk for n in world["dismissed"]}
    if far.private_account or far.hide_followers or (path == TO_CONNECT and far.hide_following):
        true = set()
    assert (row["reason"]["mutuals"], by) == (len(true), by & true)
