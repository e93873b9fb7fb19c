"""Copies of the media of reported things, over a real server elsewhere."""

import io
import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.testing import Cast
from moderation import evidence
from moderation.evidence import MAX_TRIES, forget_copies, make_copy
from moderation.models import Case, EvidenceCopy
from moderation.tests.things import again, report, review, write
from socialsite.lib.outbound import OutboundError
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.outside import LOOPBACK, Outside, plain, redirect, status

INNER = "https://169.254.169.254/latest/meta-data/pic.png"


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind)
    return made.getvalue()


@pytest.fixture
def outside(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    server = Outside(tmp_path)
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network(f"{LOOPBACK}/32")]
    settings.OUTBOUND_CA_FILE = str(server.ca_file)
    yield server
    server.close()


def reported(cast: Cast, *urls: str) -> Any:
    """Return a post of bob's with media, which alice reported."""
    thing = write(cast.bob, media_urls=list(urls))
    assert report(cast.client(cast.alice), thing).status_code == 201
    return thing


def only_copy() -> EvidenceCopy:
    return EvidenceCopy.objects.get()


def test_m58_the_media_of_a_reported_thing_are_copied(cast: Cast, outside: Outside) -> None:
    body = picture("JPEG")
    reported(cast, outside.put("/a.jpg", body, "image/jpeg"))
    assert (only_copy().state, outside.visits) == ("waiting", 0)
    run_all()
    copy = only_copy()
    assert (copy.state, copy.reason, copy.tries) == ("kept", "", 1)
    assert copy.sha256 == sha256(body).hexdigest()
    made = Image.open(io.BytesIO(bytes(copy.thumbnail or b"")))
    assert (made.format, made.size) == ("WEBP", (320, 240))
    assert copy.fetched_at is not None


def test_m58_a_further_report_copies_nothing_twice(cast: Cast, outside: Outside) -> None:
    thing = reported(cast, outside.put("/a.png", picture()))
    report(cast.client(cast.charlie), thing)
    run_all()
    make_copy(only_copy().pk)
    assert outside.visits == 1


def test_m68_the_media_of_what_the_screening_holds_are_copied(cast: Cast, outside: Outside) -> None:
    url = outside.put("/a.png", picture())
    links = " ".join(f"https://example{n}.org/" for n in range(7))
    held = write(cast.bob, f"Look: {links}", media_urls=[url])
    assert again(held).hidden_by is not None
    run_all()
    assert (only_copy().url, only_copy().state) == (url, "kept")


def test_m58_the_picture_of_a_reported_person_is_copied(cast: Cast, outside: Outside) -> None:
    url = outside.put("/me.png", picture())
    User.objects.filter(pk=cast.bob.pk).update(avatar_url=url)
    report(cast.client(cast.alice), cast.bob, "impersonation")
    run_all()
    assert (only_copy().url, only_copy().state) == (url, "kept")


def test_m58_media_that_come_while_the_case_is_open_are_copied_too(
    cast: Cast, outside: Outside, moderator: ApiClient
) -> None:
    urls = [outside.put(f"/{n}.png", picture()) for n in range(3)]
    thing = reported(cast, urls[0])
    edit = {"content": "Nothing to see.", "media_urls": [urls[1]]}
    assert cast.client(cast.bob).set(f"/api/posts/{thing.pk}", edit).status_code == 200
    run_all()
    copied = dict(EvidenceCopy.objects.order_by("pk").values_list("url", "state"))
    assert copied == {urls[0]: "kept", urls[1]: "kept"}
    review(moderator, thing, "dismiss")
    edit["media_urls"] = [urls[2]]
    assert cast.client(cast.bob).set(f"/api/posts/{thing.pk}", edit).status_code == 200
    assert EvidenceCopy.objects.count() == 2


def test_m58_an_author_cannot_have_any_number_fetched(
    cast: Cast, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MAX_COPIES", 3)
    thing = reported(cast, *(outside.url(f"/{n}") for n in range(2)))
    more = [outside.url(f"/{n}") for n in range(2, 6)]
    body = {"content": "More.", "media_urls": more}
    assert cast.client(cast.bob).set(f"/api/posts/{thing.pk}", body).status_code == 200
    assert EvidenceCopy.objects.count() == 3


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEADER = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
BOMB = picture()[:12] + HEADER + struct.pack(">I", zlib.crc32(HEADER)) + picture()[33:]
ANSWERS = {
    "svg": (plain(SVG, "image/svg+xml"), "failed", "no_picture"),
    "html": (plain(b"<script>", "text/html"), "failed", "type"),
    "html_as_png": (plain(b"<script>", "image/png"), "failed", "no_picture"),
    "bomb": (plain(BOMB, "image/png"), "failed", "pixels"),
    "half": (plain(picture("JPEG")[:300], "image/jpeg"), "failed", "broken"),
    "missing": (status(404), "failed", "status"),
    "inner": (redirect(INNER), "failed", "address"),
    "video": (plain(b"\0\0\0\x18ftypmp42", "video/mp4"), "video", ""),
    "untyped": (plain(picture("GIF"), "application/octet-stream"), "kept", ""),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_t35_what_is_no_picture_is_not_kept(name: str, cast: Cast, outside: Outside) -> None:
    answer, state, reason = ANSWERS[name]
    outside.paths["/x"] = answer
    reported(cast, outside.url("/x"))
    run_all()
    assert (only_copy().state, only_copy().reason) == (state, reason)


def test_t33_an_inner_address_is_never_asked(cast: Cast, outside: Outside, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    reported(cast, outside.url("/x"), INNER, "https://[::1]/x")
    run_all()
    assert set(EvidenceCopy.objects.values_list("state", "reason")) == {("failed", "address")}
    assert outside.visits == 0


def test_t35_a_file_too_large_is_not_kept(
    cast: Cast, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MAX_BYTES", 100)
    reported(cast, outside.put("/x", picture()))
    run_all()
    assert only_copy().reason == "size"


@pytest.mark.parametrize("ending", [".mp4", ".WEBM", ".mp4?x=1"])
def test_m58_videos_are_not_fetched(ending: str, cast: Cast, outside: Outside) -> None:
    reported(cast, outside.url(f"/clip{ending}"))
    run_all()
    assert (only_copy().state, outside.visits) == ("video", 0)


def test_m58_a_server_that_is_away_is_asked_a_few_times(cast: Cast, outside: Outside) -> None:
    outside.paths["/x"] = status(503)
    reported(cast, outside.url("/x"))
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(OutboundError):
            make_copy(only_copy().pk)
        assert only_copy().state == "waiting"
    make_copy(only_copy().pk)
    make_copy(only_copy().pk)
    assert (only_copy().state, only_copy().reason) == ("failed", "status")
    assert outside.visits == MAX_TRIES


def test_m58_copies_go_when_their_case_is_closed_for_long(
    cast: Cast, outside: Outside, moderator: ApiClient, time_machine: Any
) -> None:
    url = outside.put("/a.png", picture())
    closed, _waiting = reported(cast, url), reported(cast, url)
    run_all()
    review(moderator, closed, "dismiss")
    time_machine.move_to(timezone.now() + timedelta(days=89))
    assert forget_copies() == 0
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert forget_copies() == 1
    assert only_copy().case == Case.objects.open().get()


def test_m58_a_copy_that_nobody_works_on_is_given_up(cast: Cast, time_machine: Any) -> None:
    reported(cast, "https://media.test/a.png")
    forget_copies()
    assert only_copy().state == "waiting"
    time_machine.move_to(timezone.now() + timedelta(days=2))
    forget_copies()
    assert (only_copy().state, only_copy().reason) == ("failed", "unreachable")


@pytest.mark.parametrize(
    "columns", [{"state": "kept"}, {"state": "failed", "thumbnail": b"x"}, {"thumbnail": b"x"}]
)
def test_m58_a_copy_is_whole_or_none(cast: Cast, columns: dict[str, Any]) -> None:
    reported(cast, "https://media.test/a.png")
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceCopy.objects.update(**columns)
