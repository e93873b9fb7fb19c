"""Pages of a search: nothing twice and nothing left out while ranks move, and as many statements for many as for few."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.testing import Cast
from engagement.actions.reactions import like_thing
from moderation.actions import hide_thing
from search.finding import Candidate, score_of
from search.indexing import index_things
from search.parsing import parse
from search.snippets import snippet_of
from socialsite.lib.ids import EPOCH_MS, Kind, compose
from socialsite.lib.testing.client import code_of
from tests.search.conftest import Find, Write, ask

pytestmark = pytest.mark.django_db


def walk(client: Any, answer: Any) -> list[int]:
    """Return the ids of all pages from one on."""
    found = [int(row["id"]) for row in answer.json()["results"]]
    while following := answer.json()["next"]:
        answer = client.read(following)
        found += [int(row["id"]) for row in answer.json()["results"]]
    return found


def test_m42_pages_show_each_post_once_while_others_write_and_like(
    cast: Cast, write: Write
) -> None:
    posts = [write(f"quetzal number {n}") for n in range(9)]
    client = cast.client(cast.bob)
    first = ask(client, "quetzal", type="posts", limit=4)
    for n in range(3):
        write(f"quetzal afterwards {n}")
    like_thing(actor=cast.bob, target_id=posts[0].pk)
    hide_thing(actor=cast.moderator, thing=posts[2], note="no")
    found = walk(client, first)
    assert len(found) == len(set(found))
    assert set(found) == {post.pk for post in posts} - {posts[2].pk}
    second = client.read(first.json()["next"])
    assert len(second.json()["results"]) == 4, "what is hidden since leaves no gap"
    assert (
        client.read(second.json()["previous"]).json()["results"][0]["id"]
        == first.json()["results"][0]["id"]
    )
    assert 'rel="next"' in first.headers["Link"]


def test_m42_a_cursor_is_good_for_its_search_and_its_reader(cast: Cast, write: Write) -> None:
    for n in range(3):
        write(f"quetzal {n}")
    client = cast.client(cast.bob)
    following = ask(client, "quetzal", type="posts", limit=1).json()["next"]
    assert code_of(cast.client(cast.carol).read(following)) == "invalid_cursor"
    assert code_of(client.read(following.replace("quetzal", "quetza"))) == "invalid_cursor"
    assert code_of(ask(client, "quetzal", cursor="x")) == "invalid_cursor"
    cache.clear()
    gone = client.read(following)
    assert (gone.status_code, code_of(gone)) == (410, "search_expired")


def test_m42_the_score_is_relevance_times_recency_times_popularity() -> None:
    day = 86_400
    now = EPOCH_MS / 1000 + 400 * day
    new, old = (compose(int((400 - age) * day * 1000), 0, 0, Kind.POST) for age in (0, 30))
    assert score_of(Candidate(new, 0.0, 0), now) == 1
    assert score_of(Candidate(new, 1.5, 20), now) == 2.5 * 1.5
    assert score_of(Candidate(old, 0.0, 0), now) == 0.25 + 0.75 / 2


def test_m42_better_fits_stand_first_and_dates_when_asked(
    cast: Cast, write: Write, find: Find
) -> None:
    for n in range(9):
        write(f"harbour {n}")
    best = write("quetzal quetzal")
    write(f"{'many other words ' * 30} quetzal")
    liked = write(f"{'many other words ' * 30} quetzal")
    for user in (cast.bob, cast.carol, cast.charlie):
        like_thing(actor=user, target_id=liked.pk)
    tagged = write("words of another kind #quetzal")
    found = [int(row["id"]) for row in find("quetzal")]
    assert found[0] in {best.pk, tagged.pk}
    assert found.index(liked.pk) == 2
    dated = [int(row["id"]) for row in find("quetzal", sort="date")]
    assert dated == sorted(dated, reverse=True)


def marked(text: str, q: str) -> list[str]:
    snippet = snippet_of(text, parse(q))
    return [snippet["text"][low:high] for low, high in snippet["ranges"]]


def test_m42_snippets_say_where_the_hits_stand() -> None:
    assert marked("The Café by the HARBOUR.", "cafe harbour") == ["Café", "HARBOUR"]
    assert marked("We saw the old harbour bridge", '"old harbour"') == ["old harbour"]
    assert marked("harbours and harbour", "harbour") == ["harbours", "harbour"]
    assert marked("東京都に住む", "東京") == ["東京"]
    assert marked("<b>quetzal</b> & more", "quetzal") == ["quetzal"]
    assert marked("nothing here", "from:alice") == []


def test_m42_a_long_text_is_cut_around_the_first_hit(write: Write, find: Find) -> None:
    text = f"{'word ' * 300}quetzal {'word ' * 300}"
    snippet = snippet_of(text, parse("quetzal"))
    assert (len(snippet["text"]) <= 240, snippet["is_cut"]) == (True, True)
    assert marked(text, "quetzal") == ["quetzal"]
    write("<script>alert(1)</script> quetzal")
    assert find("quetzal")[0]["snippet"]["text"] == "<script>alert(1)</script> quetzal"


@pytest.mark.parametrize(
    ("path", "more", "limit"),
    [
        ("/api/search", {"type": "posts"}, 4),
        ("/api/search", {"type": "comments"}, 5),
        ("/api/search", {"type": "hashtags"}, 3),
        ("/api/search", {}, 14),
        ("/api/v1/users/search", {}, 7),
    ],
)
def test_m42_a_page_costs_a_few_statements_however_much_there_is(
    cast: Cast, write: Write, path: str, more: dict[str, Any], limit: int
) -> None:
    client = cast.client(cast.bob)
    index_things([cast.alice.pk, cast.carol.pk])
    counts = []
    for number in (2, 9):
        for n in range(number):
            write(f"alice quetzal {n} #alice{n}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert ask(client, "alice", path, **more).status_code == 200
        counts.append(len(seen))
    assert counts[1] <= limit, [query["sql"][:200] for query in seen]
    assert counts[0] == counts[1]
