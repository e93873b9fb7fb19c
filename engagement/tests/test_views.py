import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import Anonymous, User
from accounts.testing import Cast
from engagement.actions import views
from engagement.actions.views import drop_views, flush_views, note_view
from engagement.models import View
from engagement.tasks import purge_views
from engagement.tests.things import Post, publish
from socialsite.lib.ids import Kind, mint
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0"


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    drop_views()
    yield
    drop_views()


@pytest.fixture
def post(cast: Cast, alice: ApiClient) -> Any:
    return Post.objects.get(pk=publish(alice))


def look(post: Any, viewer: Any = None, address: str = "192.0.2.7", program: str = FIREFOX) -> None:
    note_view(
        target_id=post.pk,
        owner_id=post.author_id,
        viewer=viewer or Anonymous(),
        address=address,
        program=program,
    )


def viewed(post: Any) -> tuple[int, int]:
    post.refresh_from_db()
    return post.view_count, View.objects.filter(target_id=post.pk).count()


def test_m24_m50_views_are_written_in_one_batch_and_counted(cast: Cast, post: Any) -> None:
    for viewer in (cast.bob, cast.charlie, cast.carol):
        look(post, viewer)
    assert viewed(post) == (0, 0)
    assert flush_views() == 3
    assert viewed(post) == (3, 3)
    row = View.objects.get(user=cast.bob)
    assert (row.target_id, row.viewer) == (post.pk, str(cast.bob.pk))
    assert (flush_views(), list(violations())) == (0, [])


def test_m24_noting_a_view_takes_no_statement_and_a_batch_few(
    cast: Cast, post: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        for number in range(200):
            look(post, address=f"198.51.100.{number}")
    with django_assert_max_num_queries(7):
        assert flush_views() == 200


def test_m24_a_viewer_counts_once_in_each_window(
    cast: Cast, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        look(post, cast.bob)
        look(post, cast.bob)
        flush_views()
    assert viewed(post) == (1, 1)
    later = timezone.now() + timedelta(hours=24)
    monkeypatch.setattr(timezone, "now", lambda: later)
    look(post, cast.bob)
    assert flush_views() == 1
    assert viewed(post) == (2, 2)


def test_m24_ones_own_views_do_not_count(cast: Cast, post: Any) -> None:
    look(post, cast.alice)
    assert (flush_views(), viewed(post)) == (0, (0, 0))


def test_m50_what_has_no_such_counter_is_not_noted(cast: Cast) -> None:
    viewer: Any = {"viewer": cast.bob, "address": "192.0.2.7", "program": ""}
    note_view(target_id=cast.alice.pk, owner_id=cast.alice.pk, **viewer)
    assert (flush_views(), View.objects.count()) == (0, 0)


def test_m50_callers_without_a_name_are_told_apart_by_a_salted_digest(
    post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = ("192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    for address in (*places, *places):
        look(post, address=address)
    look(post, program="curl/8")
    assert flush_views() == 5
    names = set(View.objects.values_list("viewer", flat=True))
    assert {len(name) for name in names} == {32}
    assert not any("192" in name or "curl" in name for name in names)
    later = timezone.now() + timedelta(hours=24)
    monkeypatch.setattr(timezone, "now", lambda: later)
    look(post)
    flush_views()
    assert View.objects.latest("pk").viewer not in names


def test_m50_two_processes_count_a_viewer_once(cast: Cast, post: Any) -> None:
    look(post, cast.bob)
    [seen] = views._buffer.take(9)
    look(post, cast.bob)
    look(post, cast.charlie)
    assert flush_views() == 2
    views._buffer.keep([seen])
    assert (flush_views(), viewed(post)) == (0, (2, 2))


def test_m50_who_was_forgotten_meanwhile_does_not_spoil_the_batch(cast: Cast, post: Any) -> None:
    look(post, User(pk=mint(Kind.USER)))
    look(post, cast.charlie)
    assert (flush_views(), viewed(post)) == (1, (1, 1))


def test_m50_what_the_database_refuses_is_kept_and_counted_once(
    cast: Cast, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(post, cast.bob)

    def fail(*args: object) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patched:
        patched.setattr("socialsite.lib.targets.count", fail)
        patched.setattr(views, "close_old_connections", lambda: None)
        with pytest.raises(DatabaseError):
            flush_views()
        views._flusher.flush()
    assert viewed(post) == (0, 0)
    assert (flush_views(), viewed(post)) == (1, (1, 1))


def test_m50_no_more_is_kept_than_fits(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "TOO_MANY", 10)
    for number in range(20):
        look(post, address=f"192.0.2.{number}")
    assert len(views._buffer) == 10
    assert (flush_views(), len(views._buffer)) == (10, 0)


def test_m50_a_thread_writes_by_itself_within_seconds(
    cast: Cast, post: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    monkeypatch.setattr(views, "flush_views", written.set)
    monkeypatch.setattr("atexit.register", lambda act: None)
    monkeypatch.setattr(views, "_flusher", views.Flusher())
    settings.VIEW_FLUSH_SECONDS = 3600
    look(post, cast.bob)
    assert not written.is_set()
    views._flusher.hurry()
    assert written.wait(10)
    [thread] = [thread for thread in threading.enumerate() if thread.name == "views"]
    assert thread.daemon


def test_m50_old_rows_are_forgotten_by_command_and_each_night_while_the_count_stays(
    cast: Cast, post: Any
) -> None:
    for viewer in (cast.bob, cast.charlie, cast.carol):
        look(post, viewer)
    flush_views()
    for user, days in ((cast.bob, 91), (cast.charlie, 31)):
        View.objects.filter(user=user).update(viewed_at=timezone.now() - timedelta(days=days))
    purge_views()
    assert viewed(post) == (3, 2)
    out = StringIO()
    call_command("purge_views", "--days", "30", stdout=out)
    assert (out.getvalue(), viewed(post)) == ("1 views were forgotten.\n", (3, 1))
    assert list(violations()) == []
