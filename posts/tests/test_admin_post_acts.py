from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.versions import any_version
from accounts.models import User
from accounts.testing import Cast, UserFactory, console_of
from engagement.models import Revision
from moderation.actions import hide_thing
from moderation.models import Action, AuditEntry
from posts.actions.publish import edit_post
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.invariants import violations

pytestmark = pytest.mark.django_db
POSTS = "/admin/posts/post/"
NOTE = "Sends the same link to everybody."
WATCHES = "Buy my very special cheap golden watches right now here."


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


def act(browser: Client, post: Post, name: str, **body: Any) -> Any:
    return browser.post(f"{POSTS}{post.pk}/act/{name}/", body)


def again(post: Post) -> Post:
    return Post.objects.get(pk=post.pk)


def offers(browser: Client, post: Post) -> set[str]:
    page = browser.get(f"{POSTS}{post.pk}/change/").content.decode()
    names = ("hide", "delete", "warn", "let-through", "undo-hide", "undo-delete", "remove-version")
    return {name for name in names if f"{POSTS}{post.pk}/act/{name}/" in page}


def row(post: Post) -> dict[str, Any]:
    return {name: value for name, value in vars(again(post)).items() if name != "_state"}


@pytest.mark.parametrize(
    ("name", "undo", "column"),
    [("hide", "undo-hide", "hidden_by"), ("delete", "undo-delete", "removed_by")],
)
def test_m18_b11_a_moderator_takes_a_post_away_and_brings_it_back_exactly(
    cast: Cast, mod: Client, write: Write, name: str, undo: str, column: str
) -> None:
    post = write("Words #tag")
    before, bob, api = row(post), cast.client(cast.bob), f"/api/posts/{post.pk}"
    answer = act(mod, post, name, note=NOTE, reason="spam", statement="No links.")
    assert answer.headers["Location"] == f"{POSTS}{post.pk}/change/"
    action = Action.objects.get()
    assert (action.note, action.reason, action.statement) == (NOTE, "spam", "No links.")
    assert getattr(again(post), column) == action.pk
    assert bob.read(api).status_code == 404
    assert act(mod, post, undo).status_code == 302
    assert bob.read(api).status_code == 200
    assert row(post) == before
    assert list(violations()) == []


def test_m69_what_can_be_done_follows_the_state(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Words")
    assert offers(mod, post) == {"hide", "delete", "warn"}
    act(mod, post, "hide", note=NOTE)
    assert offers(mod, post) == {"delete", "warn", "undo-hide"}
    act(mod, post, "delete", note=NOTE)
    assert offers(mod, post) == {"warn", "undo-hide", "undo-delete"}
    act(mod, post, "undo-hide")
    act(mod, post, "undo-delete")
    assert offers(mod, post) == {"hide", "delete", "warn"}


@pytest.mark.parametrize("name", ["hide", "delete", "warn"])
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "This field is required."),
        ({"note": "  "}, "This field is required."),
        ({"note": "x" * 2001}, "at most 2000 characters"),
        ({"note": NOTE, "reason": "fun"}, "Select a valid choice."),
    ],
)
def test_m69_without_a_reason_nothing_is_done(
    mod: Client, write: Write, name: str, body: dict[str, str], told: str
) -> None:
    post = write("Words")
    answer = act(mod, post, name, **body)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Action.objects.exists()
    assert again(post).is_live


def test_m69_hiding_for_a_while_needs_an_end_to_come(mod: Client, write: Write) -> None:
    post, end = write("Words"), timezone.now() + timedelta(days=2)
    past = act(mod, post, "hide", note=NOTE, until_0="2020-01-01", until_1="00:00:00")
    assert "Choose a time to come." in past.content.decode()
    act(mod, post, "hide", note=NOTE, until_0=f"{end:%Y-%m-%d}", until_1=f"{end:%H:%M:%S}")
    assert Action.objects.get().until == end.replace(microsecond=0)


def test_m69_a_warning_changes_nothing(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Words")
    before = row(post)
    answer = act(mod, post, "warn", note=NOTE, reason="spam")
    assert b"@alice is warned." in mod.get(answer.headers["Location"]).content
    assert row(post) == before
    assert Action.objects.get().kind == Action.Kind.WARN


def test_m68_a_held_post_is_let_through(cast: Cast, mod: Client, write: Write) -> None:
    post = next(post for post in (write(WATCHES) for _time in range(4)) if post.hidden_by)
    assert offers(mod, post) == {"hide", "delete", "warn", "let-through"}
    assert cast.client(cast.bob).read(f"/api/posts/{post.pk}").status_code == 404
    act(mod, post, "let-through")
    assert cast.client(cast.bob).read(f"/api/posts/{post.pk}").status_code == 200
    assert list(violations()) == []


def test_b40_the_trail_says_by_which_sign_in(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Words")
    act(mod, post, "hide", note=NOTE)
    entry = AuditEntry.objects.get(verb="thing_hidden")
    session = cast.moderator.sessions.live().get()
    assert (entry.actor_id, entry.target_id) == (cast.moderator.pk, post.pk)
    assert entry.credential == f"admin:{session.pk}"


def test_m69_two_moderators_at_once_hide_once(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Words")
    hide_thing(actor=cast.admin, thing=post, note=NOTE)
    late = act(mod, post, "hide", note=NOTE)
    assert late.status_code == 302
    told = mod.get(late.headers["Location"]).content.decode()
    assert "is not in a state for this any more" in told
    assert Action.objects.count() == 1


def test_m69_the_posts_of_peers_are_out_of_reach(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Words", UserFactory.create(role=User.Role.MODERATOR))
    for name in ("hide", "delete", "warn"):
        answer = act(mod, post, name, note=NOTE)
        assert "role is not below yours" in answer.content.decode()
    assert again(post).is_live


def test_b5_an_earlier_version_is_taken_out_for_good(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Their canary address")
    edit_post(actor=cast.alice, post=post, changes={"content": "Words"}, check=any_version)
    form = mod.get(f"{POSTS}{post.pk}/act/remove-version/").content.decode()
    assert 'name="number" value="1"' in form
    answer = act(mod, post, "remove-version", number="1")
    page = mod.get(answer.headers["Location"]).content.decode()
    assert "The text of version 1 is gone for good." in page
    assert "canary" not in page
    kept = Revision.objects.get(target_id=post.pk, number=1)
    assert (kept.content, kept.removed_by_id) == ("", cast.moderator.pk)
    assert again(post).content == "Words"


@pytest.mark.parametrize("number", ["", "0", "x", "7", str(2**40)])
def test_t21_a_version_that_is_not_there_is_told(
    cast: Cast, mod: Client, write: Write, number: str
) -> None:
    post = write("one")
    edit_post(actor=cast.alice, post=post, changes={"content": "two"}, check=any_version)
    assert act(mod, post, "remove-version", number=number).status_code == 200
    assert Revision.objects.get(target_id=post.pk).content == "one"
