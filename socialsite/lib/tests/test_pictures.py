"""Thumbnails of hostile and ordinary pictures."""

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, UnidentifiedImageError

from socialsite.lib import pictures
from socialsite.lib.pictures import Flaw, PictureError, make_thumbnail
from socialsite.lib.pictures.reading import shrink

pytestmark = pytest.mark.once

CANARY = b"GPS-52.5163-13.3777"


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    made = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), size, options.pop("color", "red")).save(
        made, kind, **options
    )
    return made.getvalue()


def flaw_of(body: bytes) -> Flaw:
    with pytest.raises(PictureError) as caught:
        make_thumbnail(body)
    return caught.value.flaw


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body), formats=("WEBP",))


def png_of(width: int, height: int, data: bytes = b"", extra: bytes = b"") -> bytes:
    """Return a PNG whose header says any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "L")],
)  # fmt: skip
def test_m58_a_picture_becomes_a_small_one(kind: str, mode: str) -> None:
    made = opened(shrink(picture(kind, mode=mode, color=0)))
    assert made.size == (320, 240)


def test_m58_sixteen_bits_of_grey_stay_grey() -> None:
    made = opened(shrink(picture(mode="I;16", color=32768)))
    pixel: Any = made.convert("L").getpixel((9, 9))
    assert 120 < pixel < 136


def test_t37_a_thumbnail_stands_upright_and_tells_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, CANARY.decode()
    body = picture("JPEG", (400, 200), exif=exif, icc_profile=CANARY * 9, comment=CANARY)
    made = make_thumbnail(body)
    assert CANARY in body
    assert CANARY not in made
    assert opened(made).size == (160, 320)


def test_m58_the_first_frame_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (50, 50), color) for color in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:] * 200)
    pixel: Any = opened(shrink(made.getvalue())).convert("RGB").getpixel((25, 25))
    assert pixel[0] > 200
    assert pixel[2] < 60


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NO_PICTURES = {
    "nothing": b"",
    "svg": SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n" + b"x" * 500,
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "ico": picture("ICO"),
    "psd": b"8BPS\x00\x01" + bytes(500),
    "mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(500),
    "zip": b"PK\x03\x04" + bytes(500),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_t35_only_four_formats_are_read_by_their_first_bytes(name: str) -> None:
    with pytest.raises(UnidentifiedImageError):
        shrink(NO_PICTURES[name])


def test_t35_the_reader_says_why_there_is_no_thumbnail() -> None:
    assert flaw_of(SVG) == flaw_of(b"") == Flaw.NO_PICTURE


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (1, 2**31 - 1), (40_000_001, 1)])
def test_t35_too_many_pixels_are_refused_by_the_header(width: int, height: int) -> None:
    assert flaw_of(png_of(width, height, zlib.compress(bytes(1000)))) == Flaw.PIXELS


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP", b"iTXt"])
def test_t35_what_unpacks_without_end_beside_the_pixels_is_not_kept(name: bytes) -> None:
    head = b"x\0\1\0\0\0" if name == b"iTXt" else b"x\0\0"
    packed = zlib.compress(bytes(64 * 1024 * 1024), 9)
    bomb = png_of(1, 1, zlib.compress(b"\0\1\2\3"), chunk(name, head + packed))
    with suppress(PictureError):
        assert len(make_thumbnail(bomb)) < 500


def test_t35_a_picture_that_needs_more_memory_than_allowed_breaks_the_reader_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = pictures.READER.read_text().replace("768 * 1024", "96 * 1024")
    (tmp_path / "reading.py").write_text(source)
    monkeypatch.setattr(pictures, "READER", tmp_path / "reading.py")
    assert flaw_of(picture(size=(6000, 6000))) == Flaw.BROKEN


def test_t35_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "reading.py").write_text("while True: pass")
    monkeypatch.setattr(pictures, "READER", tmp_path / "reading.py")
    monkeypatch.setattr(pictures, "SECONDS", 0.3)
    assert flaw_of(picture()) == Flaw.BROKEN


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_t35_half_a_picture_is_none(kind: str) -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    made = io.BytesIO()
    noise.save(made, kind)
    half = made.getvalue()[: len(made.getvalue()) // 2]
    with pytest.raises((OSError, SyntaxError)):
        shrink(half)


@pytest.mark.parametrize("tail", [b"PK\x03\x04", SVG, b"<?php phpinfo(); ?>"])
def test_t35_what_hangs_on_a_picture_does_not_come_along(tail: bytes) -> None:
    assert tail not in shrink(picture("GIF") + tail)
