from typing import Any

import pytest

from accounts.testing import Cast
from moderation.models import AuditEntry
from posts.feeds.ranking import WEIGHTS
from posts.models import AuthorPriority, Feedback
from posts.tests.conftest import Write
from socialsite.lib.testing.client import code_of

pytestmark = pytest.mark.django_db
PREFERENCES, FEEDBACK = "/api/feed/preferences", "/api/feed/feedback"


def test_b20_defaults_are_told_before_anything_was_set(cast: Cast) -> None:
    found = cast.client(cast.alice).read(PREFERENCES).json()
    assert found["mode"] == "ranked"
    assert found["weights"] == found["defaults"] == WEIGHTS
    assert (found["authors"], found["version"]) == ([], 0)


def test_b20_what_is_sent_changes_and_the_rest_stays(cast: Cast) -> None:
    client = cast.client(cast.alice)
    bob = str(cast.bob.pk)
    body = {"weights": {"recency": 0.5}, "authors": [{"user_id": bob, "priority": "high"}]}
    assert client.set(PREFERENCES, body).status_code == 200
    found = client.set(PREFERENCES, {"mode": "chronological"}).json()
    assert found["mode"] == "chronological"
    assert found["weights"] == WEIGHTS | {"recency": 0.5}
    assert [(row["user_id"], row["priority"]) for row in found["authors"]] == [(bob, 1)]
    assert client.read("/api/settings").json()["feed_mode"] == "chronological"
    again = client.set(PREFERENCES, {"weights": {"recency": None}}).json()
    assert (again["weights"], again["version"]) == (WEIGHTS, 3)


def test_b20_the_list_of_authors_replaces_and_words_stand_for_numbers(cast: Cast) -> None:
    client = cast.client(cast.alice)
    for bob, carol in (("mute", 2), ("low", "normal")):
        rows = [
            {"user_id": str(cast.bob.pk), "priority": bob},
            {"user_id": str(cast.carol.pk), "priority": carol},
        ]
        found = client.set(PREFERENCES, {"authors": rows}).json()["authors"]
    assert [(row["user"]["username"], row["priority"]) for row in found] == [("bob", -1)]
    client.set(PREFERENCES, {"authors": []})
    assert not AuthorPriority.objects.exists()


def test_b23_an_older_version_is_412(cast: Cast) -> None:
    client = cast.client(cast.alice)
    tag = client.read(PREFERENCES).headers["ETag"]
    body = {"weights": {"quiet": 1}}
    assert client.set(PREFERENCES, body, If_Match=tag).status_code == 200
    assert client.set(PREFERENCES, body, If_Match=tag).status_code == 412


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"weights": {"recency": 11}}, "max_value"),
        ({"weights": {"recency": -1}}, "min_value"),
        ({"weights": {"recency": "much"}}, "invalid"),
        ({"weights": {"recency": True}}, "invalid"),
        ({"weights": {"luck": 1}}, "unknown_field"),
        ({"mode": "random"}, "invalid_choice"),
        ({"authors": [{"user_id": "{bob}", "priority": 3}]}, "max_value"),
        ({"authors": [{"user_id": "{bob}", "priority": "some"}]}, "invalid"),
        ({"authors": [{"user_id": "{alice}", "priority": 1}]}, "self_target"),
        ({"authors": [{"user_id": "{bob}"}]}, "required"),
    ],
)
def test_b20_what_makes_no_sense_is_refused(cast: Cast, body: dict[str, Any], code: str) -> None:
    for row in body.get("authors", []):
        row["user_id"] = row["user_id"].format(bob=cast.bob.pk, alice=cast.alice.pk)
    answer = cast.client(cast.alice).set(PREFERENCES, body)
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_b20_who_hides_from_one_cannot_be_found_out(cast: Cast) -> None:
    rows = [{"user_id": str(cast.alice.pk), "priority": 1}]
    answer = cast.client(cast.mallory).set(PREFERENCES, {"authors": rows})
    assert answer.status_code == 404


def test_b20_feedback_can_be_repeated_changed_and_taken_back(cast: Cast, write: Write) -> None:
    post, client = write("Words", cast.bob), cast.client(cast.alice)
    said = {"id": str(post.pk)}
    for kind in ("more", "more", "less"):
        answer = client.send(FEEDBACK, said | {"kind": kind})
        assert answer.json() == said | {"kind": kind}
    assert Feedback.objects.get().kind == "less"
    assert client.send(FEEDBACK, said | {"kind": None}).json() == said | {"kind": None}
    assert not Feedback.objects.exists()
    client.send(FEEDBACK, said | {"kind": "dismiss"})
    for _ in range(2):
        assert client.drop(f"{FEEDBACK}/{post.pk}").status_code == 204
    assert not Feedback.objects.exists()


def test_b20_what_may_not_be_seen_gets_no_feedback(cast: Cast, write: Write) -> None:
    hidden = write("Words", cast.bob, visibility="private")
    body = {"id": str(hidden.pk), "kind": "more"}
    assert cast.client(cast.alice).send(FEEDBACK, body).status_code == 404
    assert cast.client(cast.alice).drop(f"{FEEDBACK}/{hidden.pk}").status_code == 404


def test_b20_moderators_do_not_read_what_a_person_wants(cast: Cast, write: Write) -> None:
    post, client = write("Words", cast.bob), cast.client(cast.alice)
    client.send(FEEDBACK, {"id": str(post.pk), "kind": "less"})
    client.set(PREFERENCES, {"weights": {"quiet": 1}})
    kept = AuditEntry.objects.filter(actor_id=cast.alice.pk)
    verbs = {"feedback_given", "feed_preferences_changed"}
    assert verbs <= set(kept.values_list("verb", flat=True))
    shown = AuditEntry.objects.visible_to(cast.moderator)
    assert not verbs & set(shown.values_list("verb", flat=True))
