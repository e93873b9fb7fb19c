import pytest

from accounts.models import User
from accounts.testing import Cast
from engagement.models import Share
from notifications.models import Notification
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db


def share_path(post: Post) -> str:
    return f"/api/posts/{post.pk}/share"


def test_m14_share_counts_one_up_and_down_and_stands_among_the_sharers_posts(
    cast: Cast, write: Write, api: ApiClient
) -> None:
    post, bob = write("Pass me on"), cast.client(cast.bob)
    for _ in range(2):
        answer = bob.send(share_path(post))
        assert answer.status_code == 201
        assert answer.json()["shared"]["content"] == "Pass me on"
    assert api.read(f"/api/posts/{post.pk}").json()["share_count"] == 1
    assert bob.read(f"/api/posts/{post.pk}").json()["shared_by_me"] is True
    assert len(api.read("/api/users/@bob/posts").json()["results"]) == 1
    assert User.objects.get(pk=cast.bob.pk).post_count == 0
    for _ in range(2):
        assert bob.drop(share_path(post)).status_code == 204
    assert api.read(f"/api/posts/{post.pk}").json()["share_count"] == 0
    assert api.read("/api/users/@bob/posts").json()["results"] == []
    assert list(violations()) == []


def test_m14_deleting_the_post_of_a_share_takes_the_share_back(cast: Cast, write: Write) -> None:
    post, bob = write(), cast.client(cast.bob)
    made = bob.send(share_path(post)).json()["id"]
    assert bob.drop(f"/api/posts/{made}").status_code == 204
    assert not Share.objects.exists()
    post.refresh_from_db()
    assert post.share_count == 0


@pytest.mark.parametrize("visibility", ["followers", "mentioned", "private"])
def test_m14_only_what_everybody_may_read_is_passed_on(
    cast: Cast, write: Write, visibility: str
) -> None:
    post = write("For @bob", visibility=visibility)
    answer = cast.client(cast.alice).send(share_path(post))
    assert (answer.status_code, code_of(answer)) == (403, "not_allowed_by_owner")


def test_m14_posts_of_a_private_account_are_not_passed_on(cast: Cast, write: Write) -> None:
    post, shared = write("one"), write("two")
    cast.client(cast.bob).send(share_path(shared))
    User.objects.filter(pk=cast.alice.pk).update(private_account=True)
    answer = cast.client(cast.bob).send(share_path(post))
    assert (answer.status_code, code_of(answer)) == (403, "not_allowed_by_owner")
    assert cast.client(cast.charlie).read("/api/users/@bob/posts").json()["results"] == []


def test_m14_share_of_what_was_hidden_or_blocked_is_not_shown(cast: Cast, write: Write) -> None:
    post = write()
    made = cast.client(cast.bob).send(share_path(post)).json()["id"]
    assert cast.client(cast.charlie).read(f"/api/posts/{made}").status_code == 200
    assert cast.client(cast.mallory).read(f"/api/posts/{made}").status_code == 404
    Post.objects.filter(pk=post.pk).update(hidden_by=1)
    assert cast.client(cast.charlie).read(f"/api/posts/{made}").status_code == 404


def test_m14_nothing_is_done_to_a_share_itself(cast: Cast, write: Write) -> None:
    post = write()
    made = cast.client(cast.bob).send(share_path(post)).json()["id"]
    carol = cast.client(cast.carol)
    for method, tail, body in (
        ("PUT", "/like", None),
        ("POST", "/share", None),
        ("POST", "/share", {"content": "x"}),
        ("POST", "/comments", {"content": "x"}),
    ):
        answer = carol.call(method, f"/api/posts/{made}{tail}", body)
        assert (answer.status_code, code_of(answer)) == (409, "invalid_state"), (method, tail)
    refused = cast.client(cast.bob).set(f"/api/posts/{made}", {"content": "x"})
    assert (refused.status_code, code_of(refused)) == (409, "invalid_state")


def test_b9_share_with_a_text_is_a_quote_and_its_author_is_told(cast: Cast, write: Write) -> None:
    post = write("Quote me")
    answer = cast.client(cast.bob).send(share_path(post), {"content": "See this"})
    assert answer.status_code == 201
    quote = answer.json()
    assert quote["quote"]["state"] == "given"
    assert quote["quote"]["post"]["content"] == "Quote me"
    assert quote["quote_of"] == str(post.pk)
    post.refresh_from_db()
    assert (post.quote_count, post.share_count) == (1, 0)
    assert Notification.objects.filter(recipient=cast.alice, type="quote").count() == 1
    [listed] = cast.client(cast.carol).read(f"/api/posts/{post.pk}/quotes").json()["results"]
    assert listed["id"] == quote["id"]


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("everyone", {"bob", "carol", "charlie"}),
        ("followers", {"bob", "carol"}),
        ("connections", {"carol"}),
        ("mentioned", {"charlie"}),
        ("nobody", set()),
    ],
)
def test_b8_b9_quote_policy_holds_for_all_but_the_author(
    cast: Cast, write: Write, policy: str, allowed: set[str]
) -> None:
    post = write("For @charlie", policy={"quote": policy})
    for name in ("alice", "bob", "carol", "charlie"):
        body = {"content": "quoting", "quote_of": str(post.pk)}
        answer = cast.client(getattr(cast, name)).send("/api/posts", body)
        expected = 201 if name in {*allowed, "alice"} else 403
        assert answer.status_code == expected, name


def test_b9_withdrawn_consent_detaches_the_quote_everywhere(cast: Cast, write: Write) -> None:
    post, alice = write("Quote me"), cast.client(cast.alice)
    quote = write("See this", cast.bob, quote_of=post.pk)
    path = f"/api/posts/{post.pk}/quotes/{quote.pk}"
    assert cast.client(cast.carol).drop(path).status_code == 403
    for _ in range(2):
        assert alice.drop(path).json()["quote"] == {"id": None, "state": "withdrawn", "post": None}
    post.refresh_from_db()
    assert post.quote_count == 0
    assert alice.read(f"/api/posts/{post.pk}/quotes").json()["results"] == []
    assert Notification.objects.filter(recipient=cast.bob, type="quote_withdrawn").count() == 1
    assert list(violations()) == []


def test_t2_quote_of_another_post_is_404(cast: Cast, write: Write) -> None:
    one, other = write("one"), write("other")
    quote = write("q", cast.bob, quote_of=one.pk)
    path = f"/api/posts/{other.pk}/quotes/{quote.pk}"
    assert cast.client(cast.alice).drop(path).status_code == 404


def test_b9_quote_shows_nothing_of_what_its_reader_may_not_see(cast: Cast, write: Write) -> None:
    post = write("Quote me")
    quote = write("See this", cast.bob, quote_of=post.pk)
    shown = cast.client(cast.mallory).read(f"/api/posts/{quote.pk}").json()
    assert (shown["content"], shown["quote"]["post"], shown["quote_of"]) == ("See this", None, None)
    hidden = write("mine", visibility="private")
    answer = cast.client(cast.bob).send("/api/posts", {"content": "q", "quote_of": str(hidden.pk)})
    assert answer.status_code == 404
    answer = cast.client(cast.bob).send(
        "/api/posts", {"content": "q", "quote_of": str(cast.bob.pk)}
    )
    assert answer.status_code == 404


def test_b1_quote_by_the_share_route_can_be_repeated_with_a_key(cast: Cast, write: Write) -> None:
    post, bob = write(), cast.client(cast.bob)
    first, second = (
        bob.send(share_path(post), {"content": "q"}, Idempotency_Key="k") for _ in range(2)
    )
    assert (first.status_code, first.json()["id"]) == (201, second.json()["id"])


def test_b9_share_with_a_body_needs_something_to_say(cast: Cast, write: Write) -> None:
    answer = cast.client(cast.bob).send(share_path(write()), {"content": " ", "lang": "en"})
    assert (answer.status_code, code_of(answer)) == (400, "blank")
