"""What something is, by its first bytes, and the numbers on it."""

from bot.reading.found import Seen, access_keys, seen
from bot.reading.papers import of_pdf, of_xml
from bot.reading.pictures import NotReadable, codes

LARGEST_BYTES = 20 * 1024 * 1024
"""Telegram hands over no larger ones."""


def read(content: bytes) -> Seen:
    """The numbers on a picture, PDF or XML; never raises for what it is given."""
    if len(content) > LARGEST_BYTES:
        return Seen(problem="too_large")
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        if head.startswith(b"%PDF-"):
            return seen(of_pdf(content))
        if head.startswith(b"<"):
            return seen(of_xml(content))
        return seen(_of_codes(codes(content)))
    except NotReadable as refused:
        return Seen(problem="too_large" if refused.too_large else "not_readable")


def _of_codes(texts: list[str]) -> list[str]:
    """Access keys within what codes say (a QR code says an address), and short codes as they are."""
    keys = [key for text in texts for key in access_keys(text)]
    return keys or [text for text in texts if "://" not in text and len(text) <= 60]
