"""Small pictures of pictures that people sent or named. They are read in a process of its own, which may use little and knows nothing:
what a hostile picture breaks or fills there is not the site.
"""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path

SECONDS = 10
MAX_THUMBNAIL = 256 * 1024
READER = Path(__file__).with_name("reading.py")


class Flaw(StrEnum):
    """Why a file has no thumbnail; the reader says so in these words."""

    NO_PICTURE = "no_picture"
    PIXELS = "pixels"
    BROKEN = "broken"


class PictureError(Exception):
    """A file has no thumbnail."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


def make_thumbnail(body: bytes) -> bytes:
    """Return a WebP of at most 320 pixels a side of a JPEG, PNG, WebP or GIF (its first frame), made anew from its pixels.

    Takes up to SECONDS, so it belongs in a task. Raises PictureError.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the picture is only its input
            [sys.executable, "-I", str(READER)],
            input=body,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise PictureError(Flaw.BROKEN) from None
    made = done.stdout
    is_webp = made.startswith(b"RIFF") and made[8:12] == b"WEBP" and len(made) <= MAX_THUMBNAIL
    if done.returncode or not is_webp:
        raise PictureError(_flaw_in(made))
    return made


def _flaw_in(said: bytes) -> Flaw:
    known = {flaw.encode(): flaw for flaw in Flaw}
    return known.get(said, Flaw.BROKEN)
