"""Barcodes and matrix codes on a picture, however it was held.

zxing-cpp looks along rows and columns, so a code that lies askew is turned first; what is dark, blurred or
small is brightened, sharpened and enlarged. The cheapest is tried first, until something is read.
"""

import io
import time
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

MOST_PIXELS = 50_000_000
_WORKED_AT = 2000
"""Pixels of the longer side: a phone's picture has more than its codes need."""
_SMALL = 900
_PATIENCE = 4.0
"""CPU seconds for one picture; what is read later is not waited for."""
_TURNS = (15, -15, 30, -30, 45, -45)


class NotReadable(Exception):
    """It is no picture, or one that is not to be opened; `too_large` for one of too many pixels."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__("too large" if too_large else "not readable")
        self.too_large = too_large


def codes(content: bytes) -> list[str]:
    """The texts of the codes on a picture, in no order; raises NotReadable."""
    picture = _opened(content)
    started = time.process_time()
    for attempt in _attempts(picture):
        if time.process_time() - started > _PATIENCE:
            break
        if found := codes_of(attempt):
            return found
    return []


def codes_of(picture: Image.Image) -> list[str]:
    """The texts of the codes on a picture as it is."""
    read = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in read if code.valid and code.text.strip()]


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"))
        # Known before a single pixel is unpacked.
        if picture.width * picture.height > MOST_PIXELS:
            raise NotReadable(too_large=True)
        picture.draft("L", (_WORKED_AT, _WORKED_AT))
        grey = ImageOps.exif_transpose(picture).convert("L")
    except NotReadable:
        raise
    except Image.DecompressionBombError as error:
        raise NotReadable(too_large=True) from error
    except Exception as error:
        # Decoders raise whatever they meet in a broken file.
        raise NotReadable from error
    grey.thumbnail((_WORKED_AT, _WORKED_AT))
    return grey


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    bright = ImageOps.autocontrast(picture, cutoff=2)
    yield bright
    if max(picture.size) < _SMALL:
        bright = bright.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
        yield bright
    sharp = bright.filter(ImageFilter.UnsharpMask(radius=4, percent=250, threshold=0))
    yield sharp
    for degrees in _TURNS:
        yield _turned(bright, degrees)
    calm = bright.filter(ImageFilter.MedianFilter(3))
    yield calm
    for degrees in _TURNS:
        yield _turned(sharp, degrees)


def _turned(picture: Image.Image, degrees: int) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=255)
