from typing import Any

import pytest
from django.test import override_settings

from accounts.testing import Cast, UserFactory
from engagement.models import Mention, Tag
from notifications.models import Notification
from posts.models import Post
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
POSTS = "/api/posts"


def test_m11_m25_post_is_created_read_listed_edited_and_deleted(cast: Cast, api: ApiClient) -> None:
    alice = cast.client(cast.alice)
    made = alice.send(POSTS, {"content": "Hello #World"})
    assert made.status_code == 201
    path = made["Location"]
    assert path == f"{POSTS}/{made.json()['id']}"
    assert api.read(path).json()["content"] == "Hello #World"
    assert [post["id"] for post in api.read(POSTS).json()["results"]] == [made.json()["id"]]
    edited = alice.set(path, {"content": "Bye"})
    assert (edited.status_code, edited.json()["content"]) == (200, "Bye")
    assert alice.drop(path).status_code == 204
    for client in (alice, api):
        assert client.read(path).status_code == 404
    assert cast.client(cast.moderator).read(path).json()["state"] == "deleted"
    assert list(violations()) == []


def test_m45_n55_answer_holds_every_field(cast: Cast) -> None:
    body = {
        "content": "Look @bob #One",
        "media_urls": ["https://example.org/a.png", {"url": "https://example.org/b", "alt": "B"}],
        "hashtags": ["two", "#ONE"],
        "lang": "en",
    }
    answer = cast.client(cast.alice).send(POSTS, body).json()
    assert answer["media_urls"] == ["https://example.org/a.png", "https://example.org/b"]
    assert answer["media"][1] == {"url": "https://example.org/b", "alt": "B"}
    assert answer["hashtags"] == ["one", "two"]
    assert answer["mentions"] == [{"id": str(cast.bob.pk), "username": "bob"}]
    assert answer["author"]["username"] == "alice"
    for count in ("like", "comment", "share", "quote", "view"):
        assert answer[f"{count}_count"] == 0
    assert (answer["post_type"], answer["visibility"]) == ("update", "public")


def test_m25_tags_of_text_and_field_are_merged_and_folded(cast: Cast) -> None:
    body = {"content": "#Straße #ﬁn #日本", "hashtags": ["STRASSE", "Fin"]}
    answer = cast.client(cast.alice).send(POSTS, body).json()
    assert answer["hashtags"] == ["strasse", "fin", "日本"]
    assert set(Tag.objects.in_use().values_list("tag", flat=True)) == {"strasse", "fin", "日本"}


def test_m25_m52_mentioned_people_are_told_once_and_unknown_names_ignored(cast: Cast) -> None:
    text = "@bob @BOB @nobody_here hello"
    made = cast.client(cast.alice).send(POSTS, {"content": text}).json()
    assert Mention.objects.get(target_id=made["id"]).user == cast.bob
    assert Notification.objects.filter(recipient=cast.bob, type="mention").count() == 1
    cast.client(cast.alice).set(f"{POSTS}/{made['id']}", {"content": f"{text}!"})
    assert Notification.objects.filter(recipient=cast.bob, type="mention").count() == 1


def test_m25_m52_blocked_person_cannot_mention_and_is_not_mentioned(cast: Cast) -> None:
    for author, name in ((cast.mallory, "alice"), (cast.alice, "mallory")):
        made = cast.client(author).send(POSTS, {"content": f"@{name}"}).json()
        assert made["mentions"] == []
    assert not Notification.objects.filter(type="mention").exists()


def test_m52_mention_in_what_the_named_may_not_read_is_not_told(cast: Cast) -> None:
    for visibility in ("private", "connections"):
        body = {"content": "@bob", "visibility": visibility}
        cast.client(cast.alice).send(POSTS, body)
    listed = cast.client(cast.bob).read("/api/v1/notifications").json()["results"]
    assert [row["type"] for row in listed if row["type"] == "mention"] == []


def test_n41_m25_body_of_either_document_creates(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    for body in (
        {"content": "x", "media_urls": [], "hashtags": []},
        {"content": "y", "post_type": "achievement", "visibility": "connections"},
    ):
        assert alice.send(POSTS, body).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "blank"),
        ({"content": "  \n "}, "blank"),
        ({"content": "x" * 10_001}, "max_length"),
        ({"content": "x", "like_count": 5}, "unknown_field"),
        ({"content": "x", "post_type": "share"}, "invalid_choice"),
        ({"content": "x", "visibility": "friends"}, "invalid_choice"),
        ({"content": "x", "visibility": "list"}, "required"),
        ({"content": "x", "hashtags": ["a b"]}, "invalid"),
        ({"content": "x", "hashtags": ["12"]}, "invalid"),
        ({"content": "x", "lang": "english please"}, "invalid"),
        ({"content": "x", "media_urls": ["http://example.org/a.png"]}, "invalid_url"),
        ({"content": "x", "media_urls": ["javascript:alert(1)"]}, "invalid_url"),
        ({"content": "x", "media_urls": ["https://a.org/"] * 11}, "max_length"),
        ({"content": "x", "policy": {"comment": "friends"}}, "invalid_choice"),
        ({"content": " ".join(f"#t{n}x" for n in range(31))}, "max_length"),
        ({"content": " ".join(f"@name{n}" for n in range(51))}, "max_length"),
        ({"content": 5, "sensitive": "perhaps"}, "invalid"),
    ],
)
def test_m66_bad_post_is_refused_with_its_reason(cast: Cast, body: object, code: str) -> None:
    answer = cast.client(cast.alice).send(POSTS, body)
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert not Post.objects.exists()


def test_m53_t34_no_scheme_but_https_is_stored(cast: Cast) -> None:
    for url in (
        "data:text/html,x",
        "file:///etc/passwd",
        "https://user:pw@example.org/",
        "//a.org",
    ):
        answer = cast.client(cast.alice).send(POSTS, {"content": "x", "media_urls": [url]})
        assert code_of(answer) == "invalid_url"


def test_b28_warning_and_sensitivity_are_apart_and_alt_texts_are_readable(cast: Cast) -> None:
    body: dict[str, Any] = {
        "content": "x",
        "content_warning": "spiders",
        "media_urls": ["https://a.org/s.png"],
    }
    made = cast.client(cast.alice).send(POSTS, body).json()
    assert (made["content_warning"], made["sensitive"]) == ("spiders", False)
    with override_settings(ALT_TEXT_REQUIRED=True):
        refused = cast.client(cast.alice).send(POSTS, body)
        assert (refused.status_code, code_of(refused)) == (400, "alt_text_required")
        body["media_urls"] = [{"url": "https://a.org/s.png", "alt": "a spider"}]
        assert cast.client(cast.alice).send(POSTS, body).status_code == 201


def test_m25_publishing_needs_a_sign_in(api: ApiClient) -> None:
    assert api.send(POSTS, {"content": "x"}).status_code == 401


def test_m67_posts_have_a_budget_of_their_own(cast: Cast) -> None:
    answer = cast.client(cast.alice).send(POSTS, {"content": "x"})
    assert answer["X-RateLimit-Limit"] == "15"  # a quarter of 60: the account is new
    for n in range(14):
        cast.client(cast.alice).send(POSTS, {"content": f"x {n}"})
    refused = cast.client(cast.alice).send(POSTS, {"content": "one too many"})
    assert (refused.status_code, code_of(refused)) == (429, "throttled")
    assert int(refused["Retry-After"]) > 0
    assert cast.client(cast.alice).read(POSTS).status_code == 200


def test_b1_repeated_post_with_a_key_is_one_post(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    first, second = (alice.send(POSTS, {"content": "x"}, Idempotency_Key="one") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert Post.objects.count() == 1


def test_m25_publishing_takes_a_bounded_number_of_statements(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    """Eight for each person named: the two looks, the row, the trail, and what keeps them apart."""
    alice = cast.client(cast.alice)
    with django_assert_max_num_queries(40):
        assert alice.send(POSTS, {"content": "Nobody is named"}).status_code == 201
    for n in range(20):
        UserFactory(username=f"named{n}")
    text = " ".join(f"@named{n}" for n in range(20))
    with django_assert_max_num_queries(40 + 20 * 9):
        assert alice.send(POSTS, {"content": text}).status_code == 201
