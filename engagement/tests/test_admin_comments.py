import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.versions import any_version
from accounts.models import User
from accounts.testing import Cast, UserFactory, console_of
from engagement.actions import comments
from engagement.models import Comment, Revision
from engagement.tests.things import comment_on, publish
from moderation.actions import hide_thing, remove_thing, report_thing
from moderation.models import Action
from socialsite.lib.invariants import violations
from tests.test_admin_hostile import VECTORS, structure_of

pytestmark = pytest.mark.django_db
COMMENTS, NOTE = "/admin/engagement/comment/", "Rude to everybody."


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


@pytest.fixture
def post_id(cast: Cast) -> int:
    return publish(cast.client(cast.alice), content="What it is about.")


def say(actor: User, post_id: int, content: str, parent: Comment | None = None) -> Comment:
    parent_id = parent.pk if parent else None
    return comments.create_comment(
        actor=actor, target_id=post_id, content=content, parent_id=parent_id
    )


def listed(browser: Client, query: str = "") -> set[int]:
    page = browser.get(f"{COMMENTS}?{query}").content.decode()
    return {int(pk) for pk in re.findall(rf"{COMMENTS}(\d+)/change/", page)}


def act(browser: Client, comment: Comment, name: str, **body: Any) -> Any:
    return browser.post(f"{COMMENTS}{comment.pk}/act/{name}/", body)


def again(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def test_m58_each_state_is_shown_and_found(cast: Cast, mod: Client, post_id: int) -> None:
    names = ("live", "hidden", "removed", "deleted", "turned away")
    said = {name: say(cast.bob, post_id, f"One that is {name}.") for name in names}
    hide_thing(actor=cast.moderator, thing=said["hidden"], note=NOTE)
    remove_thing(actor=cast.moderator, thing=said["removed"], note=NOTE)
    comments.delete_comment(actor=cast.bob, comment=said["deleted"])
    comments.hide_comment(actor=cast.alice, comment=said["turned away"])
    for name, comment in said.items():
        assert listed(mod, f"state={name.replace(' ', '+')}") == {comment.pk}
    assert listed(mod) == {comment.pk for comment in said.values()}


def test_m58_one_that_waits_for_leave_is_pending(cast: Cast, mod: Client) -> None:
    policy = {"approve_comments": True}
    waits = say(cast.bob, publish(cast.client(cast.alice), policy=policy), "May I?")
    assert listed(mod, "state=pending") == {waits.pk}
    assert listed(mod, "state=live") == set()


def test_m58_the_list_is_filtered_and_searched(cast: Cast, mod: Client, post_id: int) -> None:
    say(cast.carol, post_id, "Nothing of this.")
    wanted = say(cast.bob, post_id, "A few words.")
    report_thing(actor=cast.carol, target_id=wanted.pk, reason="harassment")
    queries = ["reports=open", "q=@bob", "q=bob", "q=few+words", f"q={wanted.pk}"]
    for query in [*queries, f"author={cast.bob.pk}"]:
        assert listed(mod, query) == {wanted.pk}, query
    assert len(listed(mod, f"target_id={post_id}")) == 2


def test_m24_below_what_is_not_for_moderators_nothing_is_shown(cast: Cast, mod: Client) -> None:
    post_id = publish(cast.client(cast.alice), visibility="followers")
    comment = say(cast.bob, post_id, "Canary")
    for page in (COMMENTS, f"/admin/accounts/user/{cast.bob.pk}/change/"):
        assert b"Canary" not in mod.get(page).content, page
    assert mod.get(f"{COMMENTS}{comment.pk}/change/").status_code == 302
    assert act(mod, comment, "hide", note=NOTE).status_code == 404
    report_thing(actor=cast.bob, target_id=post_id, reason="spam")
    assert listed(mod) == {comment.pk}


def test_m24_a_reported_comment_is_shown_without_the_post_it_is_on(cast: Cast, mod: Client) -> None:
    post_id = publish(cast.client(cast.alice), visibility="followers", content="Canary")
    comment = say(cast.bob, post_id, "Reported words.")
    report_thing(actor=cast.alice, target_id=comment.pk, reason="harassment")
    page = mod.get(f"{COMMENTS}{comment.pk}/change/").content.decode()
    assert "Reported words." in page
    assert "Not for moderators to read." in page
    assert "Canary" not in page


def test_m69_the_page_shows_what_it_is_on_and_what_it_answers(
    cast: Cast, mod: Client, post_id: int
) -> None:
    first = say(cast.bob, post_id, "What came first.")
    reply = say(cast.carol, post_id, "What came after.", first)
    report_thing(actor=cast.bob, target_id=reply.pk, reason="harassment", comment="Rude.")
    page = mod.get(f"{COMMENTS}{reply.pk}/change/").content.decode()
    for told in ("What it is about.", "What came first.", "Harassment: Rude.", "@carol"):
        assert told in page, told
    above = mod.get(f"{COMMENTS}{first.pk}/change/").content.decode()
    assert "What came after." in above


def test_b5_the_versions_stand_beside_it(cast: Cast, mod: Client, post_id: int) -> None:
    comment = say(cast.bob, post_id, "one green apple")
    comments.edit_comment(
        actor=cast.bob, comment=comment, content="one red apple", check=any_version
    )
    page = mod.get(f"{COMMENTS}{comment.pk}/change/").content.decode()
    assert re.search(r"<ins [^>]*>red</ins>", page)
    act(mod, comment, "remove-version", number="1")
    assert Revision.objects.get(target_id=comment.pk).content == ""


@pytest.mark.parametrize(("name", "undo"), [("hide", "undo-hide"), ("delete", "undo-delete")])
def test_m18_b11_a_comment_is_taken_away_and_comes_back_exactly(
    cast: Cast, mod: Client, post_id: int, name: str, undo: str
) -> None:
    comment, bob = comment_on(post_id, cast.bob), cast.client(cast.carol)
    before, api = vars(again(comment)) | {"_state": None}, f"/api/comments/{comment.pk}"
    assert b"This field is required." in act(mod, comment, name).content
    act(mod, comment, name, note=NOTE, reason="harassment")
    assert Action.objects.get().note == NOTE
    assert bob.read(api).status_code == 404
    act(mod, comment, undo)
    assert bob.read(api).status_code == 200
    assert vars(again(comment)) | {"_state": None} == before
    assert list(violations()) == []


def test_m69_its_author_is_warned(cast: Cast, mod: Client, post_id: int) -> None:
    answer = act(mod, comment_on(post_id, cast.bob), "warn", note=NOTE)
    assert b"@bob is warned." in mod.get(answer.headers["Location"]).content
    assert Action.objects.get().owner_id == cast.bob.pk


def test_t6_only_moderators_come_in(cast: Cast, post_id: int) -> None:
    comment = comment_on(post_id, cast.bob)
    analyst = console_of(UserFactory.create(role=User.Role.ANALYST))
    for page in (COMMENTS, f"{COMMENTS}{comment.pk}/change/", "/admin/engagement/tag/"):
        assert analyst.get(page).status_code == 403
        assert console_of(cast.bob).get(page).headers["Location"].startswith("/admin/login/")
    assert act(analyst, comment, "hide", note=NOTE).status_code in {403, 404}
    assert again(comment).is_live


def test_the_list_costs_the_same_queries_however_long_it_is(
    cast: Cast, mod: Client, post_id: int
) -> None:
    counts = []
    for _round in range(2):
        for person in UserFactory.create_batch(4):
            say(person, post_id, f"Said by {person.pk}.")
        with CaptureQueriesContext(connection) as caught:
            assert mod.get(COMMENTS).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize("vector", VECTORS)
def test_t27_hostile_texts_add_no_element_to_any_page(
    cast: Cast, mod: Client, post_id: int, vector: str
) -> None:
    said = [say(cast.bob, post_id, text) for text in ("quiet", vector)]
    for comment, text in zip(said, ("quiet", vector), strict=True):
        say(cast.carol, post_id, text, comment)
        report_thing(actor=cast.carol, target_id=comment.pk, reason="spam", comment=text)
    pages = [structure_of(mod, f"{COMMENTS}{comment.pk}/change/") for comment in said]
    assert pages[0] == pages[1]
    before = structure_of(mod, COMMENTS)
    Comment.objects.filter(content=vector).update(content="quiet")
    assert structure_of(mod, COMMENTS) == before
