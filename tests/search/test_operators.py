"""What the operators of a query find, each alone."""

from typing import Any

import pytest

from accounts.testing import Cast
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing
from posts.models import Post
from tests.search.conftest import Find, Write, ask

pytestmark = pytest.mark.django_db
PICTURE = {"url": "https://example.org/a.jpg", "alt": "A lighthouse"}
FILM = {"url": "https://example.org/a.mp4", "alt": ""}


def ids(found: list[Any]) -> set[int]:
    return {int(row["id"]) for row in found}


def test_m42_words_are_all_wanted_in_any_order(write: Write, find: Find) -> None:
    both = write("The harbour was full of trains.")
    write("The harbour was empty.")
    assert ids(find("trains harbour")) == {both.pk}


def test_m42_a_word_finds_what_begins_with_it_and_case_and_accents_do_not_matter(
    write: Write, find: Find
) -> None:
    post = write("Ein Café am Straßenrand, ÅNGSTRÖM")
    for text in ("cafe", "CAFÉ", "strasse", "angstrom", "straßenr"):
        assert ids(find(text)) == {post.pk}, text
    assert not find("ca"), "short words are whole words"


def test_m42_a_phrase_is_found_as_a_whole(write: Write, find: Find) -> None:
    post = write("We saw the old harbour bridge.")
    write("An old bridge, a harbour.")
    assert ids(find('"old harbour bridge"')) == {post.pk}
    assert not find('"old harb"')


def test_m42_a_word_with_a_minus_must_not_be_there(write: Write, find: Find) -> None:
    post = write("harbour lights")
    write("harbour trains")
    assert ids(find("harbour -trains")) == {post.pk}
    assert ids(find('harbour -"harbour trains"')) == {post.pk}


def test_m42_from_finds_by_author(cast: Cast, write: Write, find: Find) -> None:
    mine, other = write("harbour"), write("harbour", cast.carol)
    assert ids(find("harbour from:alice")) == {mine.pk}
    assert ids(find("harbour from:@Carol")) == {other.pk}
    assert ids(find("from:alice from:carol")) == {mine.pk, other.pk}
    assert ids(find("harbour -from:alice")) == {other.pk}
    assert not find("harbour from:nobodyknows")
    assert ids(find("from:me", cast.alice)) == {mine.pk}


def test_m42_to_finds_what_names_a_person(cast: Cast, write: Write, find: Find) -> None:
    named = write("Hello @carol, the harbour!")
    write("The harbour of carol")
    assert ids(find("to:carol harbour")) == {named.pk}
    assert ids(find("harbour -to:carol")) == set(
        Post.objects.exclude(pk=named.pk).values_list("pk", flat=True)
    )


def test_m42_a_tag_is_found_whole_and_folded(write: Write, find: Find) -> None:
    post = write("See #Harbour_Lights")
    write("See #harbour_lights2")
    assert ids(find("#harbour_lights")) == {post.pk}
    assert ids(find("tag:HARBOUR_LIGHTS")) == {post.pk}
    assert len(find("see -#harbour_lights")) == 1


def test_m42_has_finds_pictures_films_and_links(write: Write, find: Find) -> None:
    picture, film = write("Look", media=[PICTURE]), write("Look", media=[FILM])
    link = write("Look at https://example.org/page")
    assert ids(find("has:image")) == {picture.pk}
    assert ids(find("has:video")) == {film.pk}
    assert ids(find("has:media")) == {picture.pk, film.pk}
    assert ids(find("has:link")) == {link.pk}
    assert ids(find("look -has:media")) == {link.pk}
    assert ids(find("lighthouse")) == {picture.pk}, "by what a picture is said to show"


def test_m42_before_and_after_are_days_or_moments(cast: Cast, write: Write, find: Find) -> None:
    post = write("harbour")
    assert ids(find("harbour after:2025-06-01")) == {post.pk}
    assert ids(find("harbour before:2100-01-01T00:00:00Z")) == {post.pk}
    assert not find("harbour before:2025-06-01")
    assert not find("harbour after:2100-01-01")
    assert ids(find("harbour -before:2025-06-01")) == {post.pk}
    assert ids(find("after:2025-06-01")) == {post.pk}, "without any word"


def test_m42_min_likes_counts_likes(cast: Cast, write: Write, find: Find) -> None:
    liked = write("harbour")
    write("harbour too")
    for user in (cast.bob, cast.carol):
        like_thing(actor=user, target_id=liked.pk)
    assert ids(find("harbour min_likes:2")) == {liked.pk}
    assert not find("harbour min_likes:3")
    assert liked.pk not in ids(find("harbour -min_likes:2"))
    assert len(find("min_likes:0")) == 2


def test_m42_lang_finds_by_language_and_its_kinds(write: Write, find: Find) -> None:
    post = write("porto", lang="pt-BR")
    write("porto", lang="de")
    assert ids(find("lang:pt")) == {post.pk}
    assert ids(find("porto lang:PT-br")) == {post.pk}
    assert len(find("porto lang:pt lang:de")) == 2
    assert not find("porto lang:pt-PT")


def test_m42_is_reply_finds_comments(cast: Cast, write: Write, find: Find) -> None:
    post = write("harbour")
    comment = create_comment(actor=cast.bob, target_id=post.pk, content="What a harbour!")
    assert ids(find("harbour is:reply", type="comments")) == {comment.pk}
    assert not find("harbour is:reply")
    assert ids(find("harbour to:alice", type="comments")) == {comment.pk}
    groups = ask(cast.client(cast.bob), "harbour is:reply").json()
    assert (groups["posts"], ids(groups["comments"])) == ([], {comment.pk})


def test_m42_is_finds_quotes_and_types(cast: Cast, write: Write, find: Find) -> None:
    post = write("harbour")
    quote = write("My harbour", cast.carol, quote_of=post.pk)
    article = write("A harbour, at length", post_type="article")
    assert ids(find("harbour is:quote")) == {quote.pk}
    assert ids(find("is:article")) == {article.pk}
    assert ids(find("harbour -is:quote -is:article")) == {post.pk}


@pytest.mark.parametrize(
    "text", ["before:yesterdayish", "min_likes:many", "has:wings", "nosuch:thing", "lang:!!"]
)
def test_m42_an_operator_that_makes_no_sense_is_words(write: Write, find: Find, text: str) -> None:
    post = write(f"One may write {text} anywhere")
    assert ids(find(text)) == {post.pk}


def test_m42_words_of_scripts_without_spaces_are_found(write: Write, find: Find) -> None:
    texts = {
        "東京都に住んでいます": ("東京", "京都", "住んで", "東", "す"),
        "我爱北京天安门": ("北京", "天安门", "安"),
        "ฉันรักกรุงเทพมหานคร": ("กรุงเทพ", "รัก"),
        "iPhone手机很好": ("iphone", "手机", "手机很好", "iphone手机"),
        "日本": ("日本", "本"),
    }
    for text, wanted in texts.items():
        post = write(text)
        for part in wanted:
            assert post.pk in ids(find(part)), (text, part)
    assert not find("東都")


def test_m42_signs_and_emoji(write: Write, find: Find) -> None:
    post = write("We won 🎉!!! don't stop")
    assert ids(find("🎉")) == {post.pk}
    assert ids(find("don't")) == {post.pk}
    assert not find("!!!")
    assert not find("")


def test_m42_the_answer_says_how_the_query_was_understood(cast: Cast, write: Write) -> None:
    text = 'harbour "old town" -trains from:alice #Sea min_likes:2 after:2026-01-31 -has:image'
    answer = ask(cast.client(cast.bob), text).json()
    understood = answer["query"]
    assert understood["words"] == ["harbour"]
    assert understood["phrases"] == ["old town"]
    assert understood["from"] == ["alice"]
    assert understood["hashtags"] == ["sea"]
    assert understood["min_likes"] == 2
    assert understood["after"] == "2026-01-31T00:00:00.000Z"
    assert (understood["without"]["words"], understood["without"]["has"]) == (["trains"], ["image"])


def test_m42_what_is_asked_beyond_sixteen_parts_is_ignored_and_said(cast: Cast) -> None:
    text = " ".join(f"word{n}" for n in range(20))
    understood = ask(cast.client(cast.bob), text).json()["query"]
    assert (len(understood["words"]), understood["ignored"]) == (
        16,
        [f"word{n}" for n in range(16, 20)],
    )
