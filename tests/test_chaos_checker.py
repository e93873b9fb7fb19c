from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.actions import connections, follows
from accounts.models import Connection, Follow, User
from accounts.testing import UserFactory
from chaos.caller import call
from chaos.checker import wrongs
from chaos.clients import unexpected
from chaos.journal import Journal, Line, Possible, possible_states
from chaos.kill_server import Result, judge
from chaos.kill_worker import judge_mails
from chaos.mailbox import Mails, read_mails
from chaos.people import make_people, make_room
from chaos.redis import Run
from chaos.redis import judge as judge_redis
from chaos.sending import Senders, messages_of, wrong_sends
from chat.actions.messages import send_message
from chat.models import Message
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing
from engagement.actions.shares import share_thing
from engagement.models import Comment, Reaction, Share
from posts.actions.publish import publish_post
from posts.actions.trash import delete_post
from posts.models import Post
from socialsite.lib.testing.faultproxy import FaultProxy
from tests.outages import server_on_test_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(tmp_path: Path) -> Possible:
    """What two people did and were told: a follow, a connection and an edit."""
    one, other = UserFactory.create_batch(2)
    User.objects.filter(pk__in=(one.pk, other.pk)).update(follow_on_connect=False)
    follows.follow_user(actor=one, target=other)
    asked = connections.request_connection(actor=one, target=other)
    connections.accept_connection(actor=other, connection=asked)
    User.objects.filter(pk=one.pk).update(bio="edited")
    journal = Journal(tmp_path / "journal")
    told = {
        f"follow {one.pk} {other.pk}": "there",
        f"connection {one.pk} {other.pk}": "accepted",
        f"bio {one.pk}": "edited",
        f"user {one.username}": "there",
    }
    for key, state in told.items():
        journal.sent(key, state)
        journal.acknowledged(key, state)
    return possible_states(journal.lines())


def test_t47_what_was_kept_whole_is_not_complained_about(kept: Possible) -> None:
    assert len(kept) == 4
    assert wrongs(kept) == []


def test_t47_planted_deletion_of_an_acknowledged_follow_is_found(kept: Possible) -> None:
    Follow.objects.all().delete()
    User.objects.update(follower_count=0, following_count=0)
    (wrong,) = [found for found in wrongs(kept) if found.startswith("lost: ")]
    assert wrong.startswith("lost: follow ")


def test_t47_planted_return_to_an_older_state_is_found(kept: Possible) -> None:
    Connection.objects.update(status=Connection.Status.PENDING, answered_at=None)
    User.objects.update(connection_count=0, bio="")
    lost = [found for found in wrongs(kept) if found.startswith("lost: ")]
    assert sorted(wrong.split()[1] for wrong in lost) == ["bio", "connection"]


def test_t47_planted_effect_of_a_call_nobody_made_is_found(kept: Possible) -> None:
    key = next(key for key in kept if key.startswith("follow"))
    assert "lost: follow" in " ".join(wrongs({**kept, key: {""}}))


def written() -> tuple[Post, dict[str, set[str]]]:
    """Return a post that others liked, shared and commented, with what a journal would say of it."""
    one, other = UserFactory.create_batch(2)
    post = publish_post(actor=one, content="one-1 text")
    like_thing(actor=other, target_id=post.pk)
    share_thing(actor=other, target_id=post.pk)
    create_comment(actor=other, target_id=post.pk, content="other-1 text")
    deed = f"{other.pk} {post.pk}"
    said = {"post one-1": {"one-1 text"}, "comment other-1": {"other-1 text"}}
    return post, said | {f"like {deed}": {"there"}, f"share {deed}": {"there"}}


def test_t47_posts_and_what_people_did_with_them_are_not_complained_about() -> None:
    _, possible = written()
    assert wrongs(possible) == []


@pytest.mark.parametrize("model", [Comment, Reaction, Share])
def test_t47_planted_loss_of_what_was_done_with_a_post_is_found(model: Any) -> None:
    _, possible = written()
    model.objects.all().delete()
    assert any(
        wrong.startswith(f"lost: {model._meta.model_name.replace('reaction', 'like')} ")
        for wrong in wrongs(possible)
    )


def test_t47_planted_return_of_a_post_to_an_older_text_is_found() -> None:
    post, possible = written()
    Post.objects.filter(pk=post.pk).update(content="one-1 older")
    found = wrongs(possible)
    assert [wrong for wrong in found if wrong.startswith("lost: post one-1 ")]


def test_t47_planted_deletion_of_an_acknowledged_post_is_found() -> None:
    post, possible = written()
    delete_post(actor=post.author, post=post)
    assert [wrong for wrong in wrongs(possible) if wrong.startswith("lost: post one-1 ")]


@pytest.mark.parametrize("way", ["lost", "older"])
def test_t47_planted_loss_of_an_acknowledged_message_is_found(way: str) -> None:
    person, other = make_people(2)
    actor = User.objects.get(pk=person.pk)
    send_message(actor=actor, room_id=int(make_room([person, other])), content="one-1 text")
    possible = {"message one-1": {"one-1 text"}}
    assert wrongs(possible) == []
    rows = Message.objects.filter(content="one-1 text")
    rows.delete() if way == "lost" else rows.update(content="one-1 before")
    assert [wrong for wrong in wrongs(possible) if wrong.startswith("lost: message one-1 ")]


@pytest.mark.parametrize("counter", ["follower_count", "following_count", "connection_count"])
def test_t47_planted_counter_that_is_off_by_one_is_found(kept: Possible, counter: str) -> None:
    person: Any = User.objects.earliest("pk")
    User.objects.filter(pk=person.pk).update(**{counter: getattr(person, counter) + 1})
    (wrong,) = wrongs(kept)
    assert wrong.startswith(f"accounts.user.{counter}: {person.pk} says ")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="looks into the file of SQLite")
def test_t47_planted_damage_of_the_file_is_found(kept: Possible) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute("UPDATE accounts_user SET location = hex(zeroblob(5000))")
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert [wrong for wrong in wrongs(kept) if wrong.startswith("integrity_check: ")] != []


@pytest.mark.parametrize(
    ("events", "possible"),
    [
        ("sent:there", {"", "there"}),
        ("sent:there acknowledged:there", {"there"}),
        ("sent:there acknowledged:there sent:", {"there", ""}),
        ("sent:there acknowledged:there sent: acknowledged:", {""}),
        ("sent:a sent:b", {"", "a", "b"}),
    ],
)
def test_t47_a_call_without_an_answer_leaves_two_states_possible(
    events: str, possible: set[str]
) -> None:
    lines: list[Any] = [part.split(":") for part in events.split()]
    assert possible_states(Line(event, "k", state) for event, state in lines) == {"k": possible}


def test_t47_a_run_without_a_case_fails() -> None:
    assert judge(Result()) != []
    well = Result(kills=1, ready=[1.0], counts=Counter({"acknowledged": 5, "status 0": 2}))
    assert judge(well) == []
    assert judge(Result(kills=1, ready=[5.1], counts=well.counts)) != []


@pytest.mark.parametrize(
    "name", ["status 500", "refused follow blocked", "503 without Retry-After"]
)
def test_t47_an_answer_that_should_not_be_is_counted_as_wrong(name: str) -> None:
    assert unexpected(Counter({name: 1, "status 200": 9, "status 0": 1})) == [f"{name}: 1 times"]


@pytest.mark.parametrize("name", ["status 503", "status 409", "repeated by rest", "given up"])
def test_t49_no_send_may_fail_while_redis_does(name: str) -> None:
    person, other = make_people(2)
    room = make_room([person, other])
    sender = Senders(0, room, [person], name="from-0")
    sent = send_message(
        actor=User.objects.get(pk=person.pk),
        room_id=int(room),
        content="hello",
        client_id="from-0-1",
    )
    sender.sent.texts["from-0-1"] = "hello"
    sender.sent.take("from-0-1", str(sent.id), "rest")
    run = Run(room, servers=[], senders=[sender], followers=[])
    assert judge_redis(run, messages_of(room)) == []
    sender.sent.counts[name] = 1
    assert f"{name}: 1 times" in judge_redis(run, messages_of(room))
    run.catch_up.append(5.1)
    assert "5.1 s until all had caught up" in judge_redis(run, messages_of(room))


def test_t46_only_a_server_that_is_not_ready_may_refuse_a_send() -> None:
    person, other = make_people(2)
    sender = Senders(0, make_room([person, other]), [person])
    sender.sent.counts.update({"status 503": 2, "status 401": 1})
    assert wrong_sends(sender.sent, []) == ["status 401: 1 times"]


def test_t48_planted_loss_and_third_copy_of_a_mail_are_found(tmp_path: Path) -> None:
    for number, to in enumerate(("ann", "ann", "ben")):
        text = f"To: {to} <{to}@example.org>\nMessage-ID: <{to}>\n\nhello\n"
        (tmp_path / f"{number}.eml").write_text(text)
    mails = read_mails(tmp_path)
    assert mails == Mails(
        Counter({"ann@example.org": 1, "ben@example.org": 1}), Counter({"<ann>": 2, "<ben>": 1})
    )
    assert judge_mails(["ann@example.org", "ben@example.org"], mails) == []
    assert judge_mails(["cy@example.org"], mails) == ["no mail to cy@example.org"]
    assert judge_mails([], Mails(mails.by_address, Counter({"<ann>": 3}))) == [
        "a mail came 3 times"
    ]


@pytest.mark.live
def test_t46_calls_without_a_key_have_their_effect_twice_when_answers_are_lost(
    tmp_path: Path,
) -> None:
    one, *targets = make_people(21)
    connection.close()
    with server_on_test_database(tmp_path) as server, FaultProxy(server.port, share=0.4) as proxy:
        for target in targets:
            path = f"/api/users/{target.pk}/follow"
            toggle = partial(call, proxy.port, "POST", path, {"action": "toggle"}, one.token)
            while toggle().status != 200:
                pass
    assert proxy.dropped > 0
    assert Follow.objects.count() < len(targets)
