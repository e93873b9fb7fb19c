import gzip
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q

from accounts.actions.follows import follow_user
from accounts.models import Connection, Follow, FollowRequest, User
from accounts.testing import UserFactory
from chat.actions.joining import join_room, leave_room
from chat.actions.members import set_role
from chat.actions.messages import send_message
from chat.actions.rooms import create_room
from chat.models import Membership, Message, MessageMention, MessageReaction, Room
from engagement.models import LIKE, Comment, Mention, Reaction, Revision, Share, Tag, Tagging
from notifications.models import Notification
from operations.management.commands import seed_demo
from operations.seeding.graphs import (
    CARRIED,
    BadGraphError,
    Graph,
    invent_graph,
    read_graph,
)
from posts.models import Post
from socialsite.lib import ids, invariants
from socialsite.lib.text.entities import extract

TABLES = (User, Follow, FollowRequest, Connection, Post, Comment, Reaction, Share)
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Thirty people in a ring of circles, in an edge list with what real ones have: comments, repetitions, loops."""
    pairs = [(n, (n + step) % 30) for n in range(30) for step in (1, 2, 3, 4)]
    lines = ["# a ring", "", "3 3", "1 0", *(f"{one} {other}" for one, other in pairs)]
    file = tmp_path / "ring.txt.gz"
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    return file


def seed(graph: Path, **options: Any) -> str:
    said = StringIO()
    call_command("seed_demo", graph=graph, until=UNTIL, stdout=said, **options)
    return said.getvalue()


def rows() -> list[list[Any]]:
    models: tuple[Any, ...] = (*TABLES, Room, Membership, Message)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.django_db
def test_seed_demo_makes_each_friendship_a_connection_and_two_follows(graph: Path) -> None:
    assert "30 people and 120 friendships" in seed(graph)
    assert User.objects.count() == 30
    assert Connection.objects.accepted().count() == 120
    mutual = Follow.objects.filter(follower__followed_by__follower=F("followed"))
    assert mutual.count() == 240


@pytest.mark.django_db
def test_seed_demo_adds_a_few_ties_that_are_not_mutual(graph: Path) -> None:
    seed(graph)
    one_way = Follow.objects.count() - 240
    assert one_way + FollowRequest.objects.count() == 6
    assert Connection.objects.pending().count() == 1
    requested = FollowRequest.objects.exclude(target__private_account=True)
    assert not requested.exists()


@pytest.mark.django_db
def test_m44_seed_demo_leaves_every_invariant_true(graph: Path) -> None:
    seed(graph)
    assert list(invariants.violations()) == []


@pytest.mark.django_db
def test_seed_demo_notifies_nobody(graph: Path) -> None:
    seed(graph)
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_seed_demo_gives_the_same_rows_for_the_same_seed(graph: Path) -> None:
    seed(graph, seed=7)
    first = rows()
    seed(graph, seed=7, force=True)
    assert rows() == first
    seed(graph, seed=8, force=True)
    assert rows() != first


@pytest.mark.django_db
def test_seed_demo_dates_ids_and_rows_alike_over_two_years(graph: Path) -> None:
    seed(graph)
    for model in TABLES:
        for row in model._default_manager.values("pk", "created_at"):
            assert ids.time_of(row["pk"]) == row["created_at"] <= UNTIL
    joined = User.objects.order_by("pk").values_list("created_at", flat=True)
    assert (joined.last() - joined.first()).days > 365


@pytest.mark.django_db
def test_seed_demo_lets_nobody_meet_before_they_joined(graph: Path) -> None:
    seed(graph)
    early = Q(created_at__lt=F("follower__created_at")) | Q(
        created_at__lt=F("followed__created_at")
    )
    assert not Follow.objects.filter(early).exists()


@pytest.mark.django_db
def test_seed_demo_makes_profiles_that_the_site_accepts(graph: Path) -> None:
    seed(graph)
    for person in User.objects.all():
        person.full_clean()
        assert person.display_name
        assert person.headline
        assert ", " in person.location
        assert person.email == f"{person.username}@demo.example"
        assert not person.has_usable_password()


@pytest.mark.django_db
def test_seed_demo_sets_one_password_for_all(graph: Path) -> None:
    seed(graph, password="a quiet harbour in spring")
    assert len(set(User.objects.values_list("password", flat=True))) == 1
    person = User.objects.latest("pk")
    assert person.check_password("a quiet harbour in spring")


@pytest.mark.django_db
def test_seed_demo_refuses_a_weak_password_and_a_second_time(graph: Path) -> None:
    with pytest.raises(CommandError, match="--password: "):
        seed(graph, password="12345678")
    seed(graph)
    with pytest.raises(CommandError, match="30 demo people are here"):
        seed(graph)


@pytest.mark.django_db
def test_seed_demo_appends_other_people(graph: Path) -> None:
    seed(graph)
    seed(graph, append=True)
    assert User.objects.count() == 60
    assert list(invariants.violations()) == []


@pytest.mark.django_db
def test_seed_demo_force_leaves_real_people_and_mends_their_counters(graph: Path) -> None:
    seed(graph)
    real: Any = UserFactory()
    follow_user(actor=real, target=User.objects.exclude(pk=real.pk).earliest("pk"))
    seed(graph, force=True)
    real.refresh_from_db()
    assert real.following_count == 0
    assert User.objects.count() == 31
    assert list(invariants.violations()) == []


@pytest.mark.django_db
def test_seed_demo_never_repeats_an_id_that_is_in_use(graph: Path) -> None:
    seed(graph)
    User.objects.update(email=F("username"))  # none of them is a demo person any more
    seed(graph)
    assert User.objects.count() == 60


@pytest.mark.django_db
def test_seed_demo_invents_as_many_people_as_asked(graph: Path) -> None:
    assert "50 people" in seed(graph, users=50)
    degrees = User.objects.annotate(friends=Count("follows")).values_list("friends", flat=True)
    assert max(degrees) <= 12
    assert list(invariants.violations()) == []


def test_seed_demo_carries_the_real_graph() -> None:
    real = read_graph(CARRIED)
    assert (real.size, len(real.edges), max(real.degrees())) == (4039, 88234, 1045)


def test_invented_graph_has_the_degrees_of_the_real_one() -> None:
    real = read_graph(CARRIED)
    invented = invent_graph(real, 4000, Random(5))
    assert all(one < other for one, other in invented.edges)
    assert len(set(invented.edges)) == len(invented.edges)
    at_tenths = [
        [sorted(g.degrees())[g.size * tenth // 10] for tenth in (1, 3, 5, 7, 9)]
        for g in (real, invented)
    ]
    for expected, found in zip(*at_tenths, strict=True):
        assert abs(found - expected) <= max(2, expected * 0.12)


def test_invented_graph_of_few_people_has_no_loops() -> None:
    invented = invent_graph(Graph(3, [(0, 1), (1, 2), (0, 2)]), 2, Random(1))
    assert invented.edges == [(0, 1)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("1 2\n1 2 3\n", "line 2"), ("alone\n", "line 1"), ("# nothing\n", "holds no pair")],
)
def test_seed_demo_says_where_a_graph_is_wrong(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "graph.txt"
    file.write_text(text)
    with pytest.raises(BadGraphError, match=reason):
        read_graph(file)


@pytest.mark.django_db
def test_seed_demo_names_a_file_it_cannot_read(tmp_path: Path) -> None:
    broken = tmp_path / "graph.gz"
    broken.write_bytes(b"not gzip")
    for file in (broken, tmp_path / "missing.txt"):
        with pytest.raises(CommandError, match=r"--graph: .* cannot be read"):
            seed(file)


@pytest.mark.parametrize("text", ["1", "-5", "2000000", "many"])
def test_seed_demo_refuses_a_number_of_people_that_makes_no_graph(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        seed_demo.people(text)


def written() -> Any:
    return Post.objects.exclude(post_type="share")


@pytest.mark.django_db
def test_m23_seed_demo_writes_posts_with_what_others_do(graph: Path) -> None:
    assert "400 posts with" in seed(graph, posts=400)
    assert written().count() == 400
    deeds = Reaction.objects.count() + Comment.objects.count()
    assert 1200 < deeds < 2600
    assert Share.objects.count() == Post.objects.filter(post_type="share").count() > 5
    assert Comment.objects.filter(depth__gt=1).exists()
    assert Reaction.objects.emoji().exists()
    assert set(written().values_list("visibility", flat=True)) >= {"public", "followers", "private"}
    assert len(set(written().values_list("lang", flat=True))) > 4


@pytest.mark.django_db
def test_m36_seed_demo_counts_what_hangs_on_each_post(graph: Path) -> None:
    seed(graph, posts=300)
    likes = Reaction.objects.filter(name=LIKE)
    for post in Post.objects.all():
        assert post.like_count == likes.filter(target_id=post.pk).count()
        assert post.comment_count == Comment.objects.filter(target_id=post.pk).count()
        assert post.share_count == Share.objects.filter(target_id=post.pk).count()
        assert post.quote_count == post.quotes.count()
        assert post.engagement == sum(
            (post.like_count, post.comment_count, post.share_count, post.quote_count)
        )
    for comment in Comment.objects.all():
        assert comment.reply_count == comment.replies.count()
        assert comment.like_count == likes.filter(target_id=comment.pk).count()


@pytest.mark.django_db
def test_m22_seed_demo_counts_posts_of_people_and_of_tags(graph: Path) -> None:
    seed(graph, posts=300)
    for person in User.objects.all():
        counted = written().filter(author=person).exclude(visibility="private")
        assert person.post_count == counted.count()
    open_posts = Post.objects.filter(visibility="public", author__private_account=False).values(
        "pk"
    )
    for tag in Tag.objects.all():
        assert tag.usage_count == tag.taggings.filter(target_id__in=open_posts).count()
        assert tag.taggings.exists()


@pytest.mark.django_db
def test_m28_seed_demo_keeps_tags_and_names_as_the_site_reads_them(graph: Path) -> None:
    seed(graph, posts=300)
    for post in written():
        found = extract(post.content)
        assert post.hashtags == [tag.tag for tag in found.hashtags]
        tagged = Tagging.objects.filter(target_id=post.pk).values_list("tag__tag", flat=True)
        assert set(tagged) == set(post.hashtags)
        assert [name.username for name in found.mentions] == names_on(post)
    for comment in Comment.objects.all():
        assert [name.username for name in extract(comment.content).mentions] == names_on(comment)


def names_on(text: Any) -> list[str]:
    """Return whom a text names by its column, which must say what the rows say."""
    rows = Mention.objects.filter(target_id=text.pk).values_list("user", "user__username")
    named = [(int(person["id"]), person["username"]) for person in text.mentions]
    assert sorted(rows) == sorted(named)
    return [name for _, name in named]


@pytest.mark.django_db
def test_seed_demo_lets_people_do_only_what_they_may(graph: Path) -> None:
    seed(graph, posts=400)
    posts_of = dict(Comment.objects.values_list("pk", "target_id"))
    for person in User.objects.all():
        seen = set(Post.objects.visible_to(person).values_list("pk", flat=True))
        done = person.reactions.values_list("target_id", flat=True).union(
            person.comments.values_list("target_id", flat=True),
            person.shares.values_list("target_id", flat=True),
        )
        assert {posts_of.get(target, target) for target in done} <= seen
    shared = Post.objects.filter(shared_as__isnull=False)
    assert not shared.filter(Q(author__private_account=True) | Q(visibility="private")).exists()


@pytest.mark.django_db
def test_seed_demo_lets_nobody_write_before_they_joined_or_react_before_a_post(graph: Path) -> None:
    seed(graph, posts=200)
    posts = dict(Post.objects.values_list("pk", "created_at"))
    assert not Post.objects.filter(created_at__lte=F("author__created_at")).exists()
    assert not Comment.objects.filter(created_at__lte=F("author__created_at")).exists()
    for share in Share.objects.select_related("user"):
        assert share.user.created_at < posts[share.target_id] < share.created_at < UNTIL


@pytest.mark.django_db
def test_seed_demo_makes_texts_that_the_site_accepts(graph: Path) -> None:
    seed(graph, posts=200)
    refused = []
    for text in (*Post.objects.all(), *Comment.objects.all()):
        try:
            text.full_clean()
        except ValidationError as error:
            refused.append(error)
    assert Comment.objects.count() > 20
    assert refused == []


@pytest.mark.django_db
def test_seed_demo_orders_threads_by_time(graph: Path) -> None:
    seed(graph, posts=400)
    replies = Comment.objects.exclude(parent=None)
    assert replies.count() > 20
    assert not replies.exclude(target_id=F("parent__target_id"), pk__gt=F("parent")).exists()
    assert not replies.exclude(depth=F("parent__depth") + 1).exists()


@pytest.mark.django_db
def test_seed_demo_force_erases_posts_and_leaves_those_of_real_people(graph: Path) -> None:
    seed(graph, posts=100)
    real: Any = UserFactory()
    emoji = [{"emoji": "🎉", "count": 1}]
    post = Post.objects.create(author=real, content="mine", like_count=1, reaction_counts=emoji)
    demo = Post.objects.exclude(author=real).exclude(post_type="share").earliest("pk")
    for name in (LIKE, "🎉"):
        Reaction.objects.create(user=demo.author, target_id=post.pk, name=name)
    Comment.objects.create(
        target_id=demo.pk, target_owner_id=demo.author_id, author=real, content="x"
    )
    seed(graph, posts=0, force=True)
    post.refresh_from_db()
    assert (post.like_count, post.reaction_counts) == (0, [])
    assert list(Post.objects.all()) == [post]
    for model in (Comment, Reaction, Share, Mention, Tagging, Revision):
        assert not model._default_manager.exists()


@pytest.mark.django_db
def test_seed_demo_skews_who_writes_and_what_is_read(graph: Path) -> None:
    seed(graph, posts=1000)
    by_person = sorted(User.objects.values_list("post_count", flat=True), reverse=True)
    assert sum(by_person[:6]) > sum(by_person) / 2
    deeds = sorted(written().values_list("engagement", flat=True), reverse=True)
    assert sum(deeds[:200]) > sum(deeds) / 2


@pytest.mark.parametrize("text", ["-1", "many", "20000000"])
def test_seed_demo_refuses_a_number_of_posts_that_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        seed_demo.posts(text)


@pytest.mark.django_db
def test_n35_people_talk_in_open_rooms_and_friends_with_each_other(graph: Path) -> None:
    said = seed(graph, messages=600)
    number = Message.objects.count()
    assert 300 < number < 900
    assert f"{number} messages" in said
    assert Room.objects.filter(kind="public", slug__gt="", member_count=30).count() == 1
    pairs = Room.objects.filter(kind="direct")
    assert pairs.count() > 10
    for low, high in pairs.values_list("low", "high"):
        assert Connection.objects.between(low, high).accepted().exists()
    assert MessageMention.objects.exists()
    assert MessageReaction.objects.exists()
    assert not Message.objects.filter(created_at__gte=UNTIL).exists()
    assert list(invariants.violations()) == []


@pytest.mark.django_db
def test_seed_demo_erases_rooms_too_and_leaves_those_of_real_people(graph: Path) -> None:
    seed(graph, posts=10, messages=200)
    real = UserFactory.create(username="real_person")
    room = create_room(actor=real, name="Kept")
    send_message(actor=real, room_id=room.pk, content="Anybody here?")
    before = Room.objects.count()
    seed(graph, posts=10, messages=200, force=True)
    assert Room.objects.count() == before
    assert Message.objects.filter(room=room).count() == 1
    assert list(invariants.violations()) == []


@pytest.mark.django_db
def test_seed_demo_gives_a_room_that_it_leaves_to_a_real_person(graph: Path) -> None:
    seed(graph, posts=10, messages=50)
    real, other = UserFactory.create(), UserFactory.create()
    room = create_room(actor=real, name="Kept")
    demo = list(seed_demo.demo_people().order_by("pk")[:3])
    for person in (other, *demo):
        join_room(actor=person, room=room)
    for person in demo:
        set_role(actor=User.objects.get(rooms_owned=room), room=room, user=person, role="owner")
    leave_room(actor=real, room=room)
    seed(graph, posts=10, messages=50, force=True)
    room.refresh_from_db()
    assert (room.owner_id, room.member_count) == (other.pk, 1)
    assert list(invariants.violations()) == []


@pytest.mark.django_db
def test_seed_demo_adds_rooms_of_other_names_to_those_that_are_there(graph: Path) -> None:
    seed(graph, posts=10, messages=100)
    seed(graph, posts=10, messages=100, append=True)
    slugs = Room.objects.filter(kind="public").values_list("slug", flat=True)
    assert len(set(slugs)) == 2
    assert list(invariants.violations()) == []
