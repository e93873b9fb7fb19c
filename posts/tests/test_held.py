import pytest

from accounts.testing import Cast
from moderation.actions import release_hold
from moderation.models import Action, Case, Keyword, Report
from notifications.models import Notification
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(write: Write) -> Post:
    """A post that names bob and has a phrase of the administrators' list."""
    Keyword.objects.create(phrase="casino", score=0.7)
    return write("@bob, come to the casino")


def told_of(post: Post) -> int:
    return Notification.objects.filter(type="mention", target_id=post.pk).count()


def test_m68_y96_held_post_is_read_by_its_author_alone_and_tells_nobody(
    cast: Cast, held: Post
) -> None:
    path = f"/api/posts/{held.pk}"
    assert cast.client(cast.alice).read(path).json()["state"] == "hidden"
    assert cast.client(cast.bob).read(path).status_code == 404
    assert told_of(held) == 0
    assert Case.objects.open().get().target_id == held.pk


def test_m68_b11_letting_it_through_shows_it_tells_of_it_and_closes_its_case(
    cast: Cast, held: Post
) -> None:
    hold = Action.objects.get(target_id=held.pk, kind=Action.Kind.HOLD)
    release_hold(actor=cast.moderator, hold=hold)
    assert cast.client(cast.bob).read(f"/api/posts/{held.pk}").status_code == 200
    assert told_of(held) == 1
    assert not Case.objects.open().exists()
    assert Report.objects.get().outcome == Report.Outcome.DISMISSED
    assert list(violations()) == []


def test_m71_case_that_people_opened_too_stays_open_when_the_hold_ends(
    cast: Cast, held: Post
) -> None:
    body = {"target_id": str(held.pk), "reason": "harassment"}
    assert cast.client(cast.admin).send("/api/v1/moderation/report", body).status_code == 201
    hold = Action.objects.get(target_id=held.pk, kind=Action.Kind.HOLD)
    release_hold(actor=cast.moderator, hold=hold)
    assert Post.objects.get(pk=held.pk).hidden_by is None
    assert Case.objects.open().count() == 1
    assert Report.objects.open().count() == 2


def test_m18_nobody_does_anything_to_what_others_do_not_see(cast: Cast, held: Post) -> None:
    alice, path = cast.client(cast.alice), f"/api/posts/{held.pk}"
    calls = (
        alice.set(f"{path}/like"),
        alice.send(f"{path}/comments", {"content": "x"}),
        alice.send(f"{path}/share"),
        alice.send("/api/posts", {"content": "x", "quote_of": str(held.pk)}),
    )
    assert [(call.status_code, code_of(call)) for call in calls] == [(409, "invalid_state")] * 4
