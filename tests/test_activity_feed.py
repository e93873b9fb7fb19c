from accounts.testing import Cast
from posts.actions.publish import publish_post
from socialsite.lib.testing.client import ApiClient


def test_m57_what_happens_is_in_the_feed_of_who_follows_and_told_to_whom_it_concerns(
    cast: Cast, alice: ApiClient, bob: ApiClient, charlie: ApiClient
) -> None:
    post = publish_post(actor=cast.bob, content="Something new.")
    alice.send(f"/api/posts/{post.pk}/like", {"liked": True})
    found = {
        name: [item["id"] for item in client.read("/api/v1/feed").json()["results"]]
        for name, client in (("alice", alice), ("charlie", charlie))
    }
    assert str(post.pk) in found["alice"]
    told = bob.read("/api/v1/notifications?types=like").json()["results"]
    assert [(row["actor"]["username"], row["target"]["id"]) for row in told] == [
        ("alice", str(post.pk))
    ]
    assert charlie.read("/api/v1/notifications?types=like").json()["results"] == []
