import threading
from functools import partial
from typing import Any

import pytest

from accounts.actions import blocks
from accounts.models import Block, User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import Act, duel, race
from engagement.actions import comments, reactions
from engagement.models import Comment, Reaction
from engagement.tests.things import Post
from engagement.tests.threads import make_post, path, thread
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


@pytest.fixture
def owner() -> User:
    return UserFactory.create(is_verified=True)


@pytest.fixture
def post(owner: User) -> Any:
    return make_post(client_of(owner))


def people(number: int) -> list[User]:
    """The verified: nothing of theirs is screened."""
    found: Any = UserFactory.create_batch(number, is_verified=True)
    return list(found)


def wrongs() -> list[str]:
    return [f"{name}: {sentence}" for name, sentence in violations()]


def test_m38_m41_t45_32_threads_comment_answer_and_delete_without_drift(post: Any) -> None:
    clients = [client_of(user) for user in people(32)]
    written: list[str] = []
    statuses: set[int] = set()

    def call(client: ApiClient, number: int) -> None:
        parent = written[number * 7 % len(written)] if written and number % 2 else None
        body = {"content": f"Number {number}", **({"parent_id": parent} if parent else {})}
        answer = client.send(thread(post), body)
        statuses.add(answer.status_code)
        if answer.status_code == 201:
            written.append(answer.json()["id"])
            if number % 3 == 2:
                statuses.add(client.drop(path(answer.json())).status_code)

    failures = race(*([partial(call, client, n) for n in range(4)] for client in clients))
    assert (failures, wrongs()) == ([], [])
    # A parent may be gone by the time it is answered.
    assert statuses <= {201, 204, 404}
    post.refresh_from_db()
    assert post.comment_count == Comment.objects.counted().count() > 0


def test_m41_t45_a_comment_that_is_deleted_from_many_places_counts_out_once(post: Any) -> None:
    [author] = people(1)
    made = comments.create_comment(actor=author, target_id=post.pk, content="x")
    statuses: list[int] = []
    clients = [client_of(author) for _ in range(8)]
    at = path({"id": made.pk})
    sides = [[lambda c=client: statuses.append(c.drop(at).status_code)] for client in clients]
    assert (race(*sides), wrongs()) == ([], [])
    assert sorted(statuses) == [204, *[404] * 7]


def test_b8_t45_approving_hiding_deleting_and_liking_at_once_leave_no_drift(
    post: Any, owner: User
) -> None:
    [author, fan] = people(2)
    Post.objects.filter(pk=post.pk).update(approve_comments=True)
    made = [
        comments.create_comment(actor=author, target_id=post.pk, content=str(n)) for n in range(12)
    ]
    acts: list[list[Act]] = [
        [partial(comments.approve_comment, actor=owner, comment=row) for row in made],
        [partial(comments.hide_comment, actor=owner, comment=row) for row in made],
        [partial(comments.delete_comment, actor=author, comment=made[n // 2]) for n in range(12)],
        [partial(reactions.like_thing, actor=fan, target_id=row.pk) for row in made],
    ]
    assert (duel(*acts), wrongs()) == ([], [])
    assert Reaction.objects.count() <= 12


def test_m40_t45_edits_that_race_keep_every_version_once(post: Any) -> None:
    [author] = people(1)
    made = comments.create_comment(actor=author, target_id=post.pk, content="0")
    clients = [client_of(author) for _ in range(8)]
    tag = clients[0].read(path({"id": made.pk})).headers["ETag"]
    statuses: list[int] = []

    def edit(client: ApiClient, text: str) -> None:
        answer = client.set(path({"id": made.pk}), {"content": text}, If_Match=tag)
        statuses.append(answer.status_code)

    sides = [[partial(edit, client, f"text {n}")] for n, client in enumerate(clients)]
    assert race(*sides) == []
    assert sorted(statuses) == [200, *[412] * 7]


def test_t8_no_comment_is_written_after_a_block_that_raced_it() -> None:
    deeds: list[Act] = []
    shut: list[Act] = []
    late = threading.Event()
    for owner, actor in zip(people(20), people(20), strict=True):
        post = make_post(client_of(owner))
        deeds.append(partial(comment_unless_blocked, actor, owner, post, late))
        shut.append(partial(blocks.block_user, actor=owner, target=actor))
    assert (duel(deeds, shut), wrongs()) == ([], [])
    assert not late.is_set()


def comment_unless_blocked(actor: User, owner: User, post: Any, late: threading.Event) -> None:
    was_blocked = Block.objects.filter(blocker=owner, blocked=actor).exists()
    comments.create_comment(actor=actor, target_id=post.pk, content="x")
    if was_blocked:
        late.set()
