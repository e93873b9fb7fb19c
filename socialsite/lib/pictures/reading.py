"""The program that reads one picture, from its input to its output, under limits that it sets itself before it looks at a byte.

`make_thumbnail` runs it as a file: it imports nothing of the site.
"""

import io
import resource
import sys
import warnings
from typing import NoReturn

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE, QUALITY = 320, 80
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEMORY, CPU_SECONDS, FILES = 768 * 1024 * 1024, 5, 32


def set_limits() -> None:
    """Give up what a picture never needs: memory and time without end, files to write."""
    for name, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (limit, limit))


def shrink(body: bytes) -> bytes:
    """Return the WebP. What the file says of itself beside its pixels (place, camera, profile) is left out."""
    # Told by their first bytes, whatever the address or its server said.
    picture: Image.Image = Image.open(io.BytesIO(body), formats=FORMATS)
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    plain.thumbnail((SIDE, SIDE))
    made = io.BytesIO()
    ImageOps.exif_transpose(plain).save(made, "WEBP", quality=QUALITY, exif=b"", icc_profile=b"")
    return made.getvalue()


def main() -> None:
    set_limits()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        made = shrink(sys.stdin.buffer.read())
    except UnidentifiedImageError:
        refuse("no_picture")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        refuse("pixels")
    except Exception:
        # A broken file makes the library raise anything.
        refuse("broken")
    sys.stdout.buffer.write(made)


def refuse(flaw: str) -> NoReturn:
    sys.stdout.write(flaw)
    sys.exit(1)


if __name__ == "__main__":
    main()
