"""What pages of posts and comments cost: the same few statements, however much there is."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.testing import UserFactory, client_of
from engagement.actions.bookmarks import set_bookmark
from engagement.actions.comments import create_comment
from engagement.actions.emoji import add_emoji
from engagement.actions.reactions import like_thing
from moderation.actions import report_thing
from posts.actions.publish import publish_post
from posts.actions.shares import share_post
from posts.actions.trash import delete_post
from socialsite.lib.testing.client import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FEW, MANY = 2, 12
PAGES = (
    "/api/posts?user={author}",
    "/api/posts?user={author}&sort=popularity",
    "/api/users/{author}/posts",
    "/api/users/{author}/posts?type=reply",
    "/api/posts/{post}",
    "/api/posts/{post}/comments",
    "/api/posts/{post}/comments?view=tree",
    "/api/posts/{post}/likes",
    "/api/posts/{post}/reactions",
    "/api/posts/{post}/shares",
    "/api/posts/{post}/quotes",
    "/api/posts/{post}/thread",
)
OWN_PAGES = ("/api/bookmarks", "/api/me/trash", "/api/v1/moderation/reports/my", "/api/me/activity")


@pytest.fixture(autouse=True)
def unscreened(settings: Any) -> None:
    settings.SPAM_SCORER = f"{__name__}.find_nothing"


def find_nothing(draft: Any) -> list[Any]:
    return []


def fill(number: int) -> tuple[User, int]:
    """Return an author of so many posts, and the last of them, on which as many people did everything."""
    author, people = UserFactory.create(), UserFactory.create_batch(number)
    texts = [f"Words @{people[0].username} #tag{n}" for n in range(number)]
    posts = [publish_post(actor=author, content=text) for text in texts]
    for person in people:
        above = create_comment(actor=person, target_id=posts[-1].pk, content="Well said.")
        create_comment(actor=author, target_id=posts[-1].pk, content="Yes.", parent_id=above.pk)
        like_thing(actor=person, target_id=posts[-1].pk)
        add_emoji(actor=person, target_id=posts[-1].pk, emoji="🎉")
        share_post(actor=person, post=posts[-1])
        publish_post(actor=person, content="Look.", quote_of=posts[-1].pk)
    return author, posts[-1].pk


def cost(client: ApiClient, path: str) -> int:
    """Return how many statements a page needs, once everything that is prepared is."""
    client.read(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.read(path).json()
    return len(seen)


@pytest.mark.parametrize("role", [None, User.Role.MEMBER, User.Role.MODERATOR])
def test_pages_of_posts_cost_the_same_however_much_there_is(role: str | None) -> None:
    few, many = fill(FEW), fill(MANY)
    client = client_of(UserFactory.create(role=role)) if role else ApiClient()
    for page in PAGES:
        costs = [cost(client, page.format(author=user.pk, post=post)) for user, post in (few, many)]
        assert costs[0] == costs[1], page
        assert costs[0] <= 8, page


def use(person: User, number: int) -> None:
    """Let a person keep, report and delete so many posts."""
    _, last = fill(1)
    for _ in range(number):
        post = publish_post(actor=UserFactory.create(), content="Words", quote_of=last)
        set_bookmark(actor=person, target_id=post.pk, changes={"note": "Again"})
        report_thing(actor=person, target_id=post.pk, reason="spam")
        delete_post(actor=person, post=publish_post(actor=person, content="Mine"))


@pytest.mark.parametrize("page", OWN_PAGES)
def test_own_pages_cost_the_same_however_much_there_is(page: str) -> None:
    people = UserFactory.create_batch(2)
    for person, number in zip(people, (FEW, MANY), strict=True):
        use(person, number)
    costs = [cost(client_of(person), page) for person in people]
    assert costs[0] == costs[1] <= 6


@pytest.mark.parametrize("page", ["/api/v1/moderation/queue", "/api/v1/moderation/actions"])
def test_the_desk_costs_the_same_however_much_there_is(page: str) -> None:
    client, reporter = client_of(UserFactory.create(role=User.Role.MODERATOR)), UserFactory.create()
    costs = []
    for number in (FEW, MANY):
        use(reporter, number)
        costs.append(cost(client, page))
    assert costs[0] == costs[1] <= 10
