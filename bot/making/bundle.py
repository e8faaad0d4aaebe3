"""An archive of documents: fetched one by one to disk, named safely, with a list of what is missing."""

import asyncio
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO

from bot.answers.collecting import patiently
from bot.answers.disclosure import may_have
from bot.chat.files import OrderFile
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.delivery import Show
from bot.erp.errors import DocumentNotThere, DocumentRefused, ErpError
from bot.erp.gateway import Gateway
from bot.linking import LinkedCompany
from bot.orders import Document
from bot.wording import Wording

MEDIA_TYPE = "application/zip"
LARGEST_BYTES = 45 * 1024 * 1024
"""Of one archive: Telegram's bots send 50 MB."""
_LONGEST_NAME = 80
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_LISTED = 24
"""Bytes kept for the entry of a document besides its content; more than the format needs."""


@dataclass
class Bundle:
    """An archive being made. Build one, add documents, close it.

    Args:
        to: where the bytes go.
        largest: bytes of the archive; what does not fit is listed as missing.
        largest_document: bytes of one document.
    """

    to: BinaryIO
    company: LinkedCompany
    wording: Wording
    reader: Reader
    largest: int = LARGEST_BYTES
    largest_document: int = LARGEST_BYTES
    _names: set[str] = field(default_factory=set)
    _there: list[str] = field(default_factory=list)
    _missing: list[str] = field(default_factory=list)
    _bytes: int = 0

    def __post_init__(self) -> None:
        self._archive = zipfile.ZipFile(self.to, "w", zipfile.ZIP_DEFLATED)

    @property
    def count(self) -> int:
        """How many documents are in it."""
        return len(self._there)

    @property
    def missing(self) -> int:
        return len(self._missing)

    async def add(self, gateway: Gateway, document: Document) -> None:
        """Fetch one document into the archive; one that is not to be had is listed with the reason."""
        if not may_have(self.company, document):
            self._miss(document, "missing_not_allowed")
            return
        try:
            await patiently(lambda: self._fetch(gateway, document))
        except DocumentNotThere:
            self._miss(document, "missing_not_there")
        except DocumentRefused as refused:
            too_large = refused.why == "too_large"
            self._miss(document, "missing_too_large" if too_large else "missing_refused")
        except ErpError:
            self._miss(document, "missing_erp_down")

    async def close(self) -> None:
        """Write the list of what is in it and what is not, and finish the archive."""
        lines = [self._say(Phrase("manifest_there", {"count": len(self._there)})), *self._there]
        if self._missing:
            lines += [
                "",
                self._say(Phrase("manifest_missing", {"count": len(self._missing)})),
                *self._missing,
            ]
        name = f"{self._say(Phrase('file_name_manifest'))}.txt"
        # The mark tells Windows' editors that it is UTF-8.
        self._archive.writestr(_free(name, self._names), "\ufeff" + "\r\n".join(lines) + "\r\n")
        await asyncio.to_thread(self._archive.close)

    async def _fetch(self, gateway: Gateway, document: Document) -> None:
        with TemporaryFile() as content:
            size = 0
            async with gateway.open_document(self.company.scope, document) as stream:
                async for chunk in stream.chunks:
                    size += len(chunk)
                    if size > self.largest_document:
                        raise DocumentRefused("too_large")
                    await asyncio.to_thread(content.write, chunk)
                name = _free(_plain(document.order_number, stream.filename), self._names)
            if self._bytes + size + len(name) + _LISTED > self.largest:
                self._miss(document, "missing_no_room")
                return
            self._bytes += size + len(name) + _LISTED
            content.seek(0)
            await asyncio.to_thread(self._write, name, content)
        self._names.add(name.casefold())
        self._there.append(f"{name}\t{self._named(document)}")

    def _write(self, name: str, content: BinaryIO) -> None:
        info = zipfile.ZipInfo(name, date_time=datetime.now(self.reader.zone).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        with self._archive.open(info, "w") as entry:
            shutil.copyfileobj(content, entry, 64 * 1024)

    def _miss(self, document: Document, why: str) -> None:
        self._missing.append(f"{self._named(document)}\t{self._say(Phrase(why))}")

    def _named(self, document: Document) -> str:
        kind = OrderFile(self.company.company_id, document).name
        caption = Phrase("file_caption", {"kind": kind, "number": document.order_number})
        return " ".join(self._say(caption).split())

    def _say(self, phrase: Phrase) -> str:
        return self.wording.say(phrase, self.reader)


async def fill(
    bundle: Bundle,
    gateway: Gateway,
    documents: Sequence[Document],
    *,
    before: int,
    all: int,
    show: Show | None,
) -> None:
    """Add documents one after the other, and show how far it is: "12 of 87"."""
    for place, document in enumerate(documents):
        if show is not None:
            await show(Phrase("collect_progress", {"done": before + place, "all": all}))
        await bundle.add(gateway, document)
    await bundle.close()
    if show is not None:
        done = before + len(documents)
        await show(Phrase("collect_progress", {"done": done, "all": all}), final=True)


def _plain(order_number: str, filename: str) -> str:
    """A name any disk takes: no folder, nothing hidden, ASCII letters, at most eighty characters."""
    stem, dot, ending = filename.rpartition(".")
    parts = [_ascii(order_number), _ascii(stem if dot else filename)]
    name = "-".join(part for part in parts if part)[:_LONGEST_NAME] or "document"
    return f"{name}.{_ascii(ending)[:8].lower()}" if dot and _ascii(ending) else name


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("_", plain).strip("._-")


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where there is one like it; case does not tell names apart on every disk."""
    stem, dot, ending = name.rpartition(".")
    stem, suffix = (stem, f".{ending}") if dot else (name, "")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem}-{number}{suffix}"
    return free
