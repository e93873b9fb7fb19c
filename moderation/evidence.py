"""Copies of evidence: asked for when a thing with media is reported, made in the background, forgotten with time.

The console shows nothing from elsewhere, or whoever is reported could learn from their server's log which moderator looks, and when.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone

from moderation.kinds import evidence_of
from moderation.models import Case, EvidenceCopy
from socialsite.lib.ids import first_id_at
from socialsite.lib.outbound import Failure, Fetched, OutboundError, fetch
from socialsite.lib.pictures import PictureError, make_thumbnail
from socialsite.lib.tasks import enqueue

MAX_COPIES = 40
"""Of one case: its author may change the media again and again"""
MAX_TRIES = 5
MAX_BYTES, SECONDS = 10 * 1024 * 1024, 10
TYPES = ("image/", "application/octet-stream", "binary/octet-stream")
ACCEPT = "image/webp,image/png,image/jpeg,image/gif"
VIDEOS = (".mp4", ".webm")
KEPT = timedelta(days=90)
"""How long after the end of its case a copy is kept"""
GIVEN_UP = timedelta(days=1)


def ask_for_copies(case: Case, thing: Any) -> None:
    """Have the media copied that a thing has now, but for those which its case has already. Needs the caller's transaction."""
    media = [url for url in evidence_of(thing).media if url.startswith("https://")]
    if not media:
        return
    known = set(EvidenceCopy.objects.filter(case=case).values_list("url", flat=True))
    fresh = [url for url in dict.fromkeys(media) if url not in known]
    copies = [_copy_of(case, url) for url in fresh[: max(0, MAX_COPIES - len(known))]]
    # Should another have been first, the constraint decides, and a task without a row does nothing.
    EvidenceCopy.objects.bulk_create(copies, ignore_conflicts=True)
    for copy in copies:
        if copy.state == EvidenceCopy.State.WAITING:
            enqueue("moderation.copy_evidence", copy_id=copy.pk)


def make_copy(copy_id: int) -> None:
    """Fetch a medium and keep its thumbnail, or why there is none. Raises OutboundError when another try may succeed."""
    waiting = EvidenceCopy.objects.waiting().filter(pk=copy_id)
    copy = waiting.first()
    if copy is None:
        return
    waiting.update(tries=F("tries") + 1)
    try:
        found = fetch(copy.url, seconds=SECONDS, max_bytes=MAX_BYTES, types=TYPES, accept=ACCEPT)
        columns = _kept(found, make_thumbnail(found.body))
    except OutboundError as error:
        if error.is_passing and copy.tries + 1 < MAX_TRIES:
            raise
        columns = _failed(error)
    except PictureError as error:
        columns = {"state": EvidenceCopy.State.FAILED, "reason": error.flaw}
    waiting.update(fetched_at=timezone.now(), **columns)


def forget_copies() -> int:
    """Delete the copies of cases that were closed long ago, and give up those that nobody works on; returns how many were deleted."""
    now = timezone.now()
    stuck = EvidenceCopy.objects.waiting().filter(pk__lt=first_id_at(now - GIVEN_UP))
    stuck.update(state=EvidenceCopy.State.FAILED, reason=Failure.UNREACHABLE)
    return EvidenceCopy.objects.filter(case__closed_at__lt=now - KEPT).delete()[0]


def _copy_of(case: Case, url: str) -> EvidenceCopy:
    is_video = urlsplit(url).path.lower().endswith(VIDEOS)
    state = EvidenceCopy.State.VIDEO if is_video else EvidenceCopy.State.WAITING
    digest = sha256(url.encode()).hexdigest()
    return EvidenceCopy(case=case, url=url, url_sha256=digest, state=state)


def _kept(found: Fetched, thumbnail: bytes) -> dict[str, Any]:
    return {
        "state": EvidenceCopy.State.KEPT,
        "thumbnail": thumbnail,
        "sha256": sha256(found.body).hexdigest(),
    }


def _failed(error: OutboundError) -> dict[str, Any]:
    if error.failure is Failure.TYPE and error.detail.startswith("video/"):
        return {"state": EvidenceCopy.State.VIDEO}
    return {"state": EvidenceCopy.State.FAILED, "reason": error.failure}
