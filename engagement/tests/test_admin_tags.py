import re

import pytest
from django.test import Client

from accounts.testing import Cast, console_of
from engagement.models import Tag
from engagement.tests.things import publish

pytestmark = pytest.mark.django_db
TAGS = "/admin/engagement/tag/"


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


def test_m58_hashtags_are_listed_by_their_use(cast: Cast, mod: Client) -> None:
    alice = cast.client(cast.alice)
    for text in ("#often one", "#often two #seldom"):
        publish(alice, content=text)
    page = mod.get(TAGS).content.decode()
    assert re.findall(r"#(often|seldom)\b", page) == ["often", "seldom"]
    assert "#often" not in mod.get(f"{TAGS}?q=%23seld").content.decode()


def test_m58_the_page_of_a_hashtag_shows_what_moderators_may_read(cast: Cast, mod: Client) -> None:
    alice = cast.client(cast.alice)
    publish(alice, content="Shown #often")
    publish(alice, content="Canary #often", visibility="private")
    tag = Tag.objects.get(tag="often")
    page = mod.get(f"{TAGS}{tag.pk}/change/").content.decode()
    assert "Shown #often" in page
    assert "@alice" in page
    assert "Canary" not in page
