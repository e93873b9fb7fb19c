import os
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from accounts.testing import UserFactory
from accounts.tests.racing import Act, race
from posts.actions.publish import publish_post
from posts.actions.quotes import withdraw_quote
from posts.actions.trash import delete_post, restore_post
from posts.models import Post
from socialsite.lib.invariants import violations

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("RACE_ROUNDS", "60"))


def person() -> User:
    made: User = UserFactory.create(is_verified=True)
    return made


def quote(author: User, post: Post) -> Post:
    return publish_post(actor=author, content="So #true, #indeed.", quote_of=post.pk)


def to_and_fro(author: User, made: Post) -> list[Act]:
    """Delete a post and take it back, again and again."""
    acts: tuple[Any, ...] = (delete_post, restore_post)
    return [partial(act, actor=author, post=made) for act in acts * ROUNDS]


@pytest.fixture
def post() -> Post:
    return publish_post(actor=person(), content="Words")


def test_b9_t45_quotes_written_and_deleted_at_once_never_wait_for_each_other(post: Post) -> None:
    people = [person() for _ in range(4)]
    deleting = [to_and_fro(author, quote(author, post)) for author in people[:2]]
    writing = [[partial(quote, author, post)] * ROUNDS for author in people[2:]]
    assert race(*deleting, *writing) == []
    assert list(violations()) == []


def test_b9_t45_a_quote_is_withdrawn_while_its_author_deletes_it(post: Post) -> None:
    author = person()
    made = [quote(author, post) for _ in range(ROUNDS)]
    withdrawing = [partial(withdraw_quote, actor=post.author, post=post, quote=q) for q in made]
    deleting = [partial(delete_post, actor=author, post=q) for q in made]
    assert race(withdrawing, deleting) == []
    assert list(violations()) == []
