from typing import Any

import pytest
import time_machine

from accounts.actions.filters import Wanted, create_filter
from accounts.models import User
from accounts.testing import Cast
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing
from notifications import tasks
from notifications.actions import notify_user
from notifications.models import Digest
from notifications.testing import LIST, listed, mails_to, switch, types_of, unread_of
from posts.actions.publish import publish_post
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient


def keep_filter(user: User, action: str, *terms: Wanted, scope: str = "notifications") -> None:
    create_filter(
        actor=user, terms=terms, title="Enough", action=action, scopes=[scope], expires_at=None
    )
    user.refresh_from_db()


@pytest.fixture
def post(cast: Cast) -> Any:
    return publish_post(actor=cast.alice, content="Is a pineapple a fruit?")


@pytest.fixture
def talked(alice: ApiClient, cast: Cast, post: Any) -> ApiClient:
    """alice, to whom bob said something about spoilers, and carol something else."""
    create_comment(actor=cast.bob, target_id=post.pk, content="The spoiler is: it is.")
    create_comment(actor=cast.carol, target_id=post.pk, content="Spoilers? None.")
    return alice


def actors_of(client: ApiClient, query: str = "?types=comment") -> list[str]:
    return [row["actor"]["username"] for row in listed(client, query)]


def test_b7_a_word_hidden_is_hidden_from_list_groups_and_counts(
    talked: ApiClient, cast: Cast
) -> None:
    before = unread_of(talked)
    keep_filter(cast.alice, "hide", Wanted("keyword", "spoiler"))
    assert actors_of(talked) == ["carol"]
    assert unread_of(talked) == len(listed(talked)) == before - 1
    groups = listed(talked, "?grouped=1")
    assert talked.read(f"{LIST}/unread-count?grouped=1").json()["unread_count"] == len(groups)
    assert [g["actors"][0]["username"] for g in groups if g["type"] == "comment"] == ["carol"]


def test_b7_a_person_hidden_is_not_heard_of(talked: ApiClient, cast: Cast, post: Any) -> None:
    keep_filter(cast.alice, "hide", Wanted("user", str(cast.bob.pk)))
    like_thing(actor=cast.bob, target_id=post.pk)
    assert "bob" not in actors_of(talked, "")
    assert actors_of(talked) == ["carol"]


def test_b7_a_tag_of_a_post_that_names_one_is_hidden(alice: ApiClient, cast: Cast) -> None:
    publish_post(actor=cast.bob, content="@alice see #football")
    publish_post(actor=cast.carol, content="@alice see #chess")
    keep_filter(cast.alice, "hide", Wanted("tag", "football"))
    assert actors_of(alice, "?types=mention") == ["carol"]


def test_b7_words_of_ones_own_posts_hide_nothing(alice: ApiClient, cast: Cast, post: Any) -> None:
    keep_filter(cast.alice, "hide", Wanted("keyword", "pineapple"))
    like_thing(actor=cast.bob, target_id=post.pk)
    assert types_of(alice)[0] == "like"


def test_b7_what_is_warned_of_is_marked_one_by_one_and_by_group(
    talked: ApiClient, cast: Cast
) -> None:
    keep_filter(cast.alice, "warn", Wanted("keyword", "spoiler"))
    for query in ("?types=comment", "?types=comment&grouped=1"):
        carols, bobs = listed(talked, query)
        assert carols["filtered"] == []
        [mark] = bobs["filtered"]
        assert (mark["title"], mark["action"], mark["term"]) == ("Enough", "warn", "spoiler")


@pytest.mark.parametrize("scope", ["feed", "comments"])
def test_b7_filters_of_other_scopes_do_nothing_here(
    talked: ApiClient, cast: Cast, scope: str
) -> None:
    keep_filter(cast.alice, "hide", Wanted("keyword", "spoiler"), scope=scope)
    assert set(actors_of(talked)) == {"bob", "carol"}


def test_b7_b39_safety_is_never_filtered(alice: ApiClient, cast: Cast) -> None:
    keep_filter(cast.alice, "hide", Wanted("keyword", "password"))
    notify_user(type_name="password_changed", recipient_id=cast.alice.pk)
    assert types_of(alice)[0] == "password_changed"


def test_b7_what_is_hidden_is_neither_mailed_nor_in_digests(cast: Cast) -> None:
    charlie = cast.client(cast.charlie)
    switch(charlie, "comment", email=True)
    keep_filter(cast.charlie, "hide", Wanted("keyword", "spoiler"))
    User.objects.filter(pk=cast.charlie.pk).update(digest="daily")
    post = publish_post(actor=cast.charlie, content="Hello.")
    create_comment(actor=cast.bob, target_id=post.pk, content="A spoiler.")
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        tasks.send_digests()
        run_all()
    assert Digest.objects.filter(user=cast.charlie).exists()
    assert mails_to("charlie@example.org") == []


def test_b7_who_has_filters_pays_a_constant_number_of_statements(
    talked: ApiClient, cast: Cast, django_assert_num_queries: Any
) -> None:
    keep_filter(cast.alice, "hide", Wanted("keyword", "spoiler"))
    keep_filter(cast.alice, "warn", Wanted("keyword", "none"))
    talked.read(LIST)
    with django_assert_num_queries(5):
        talked.read(LIST)
