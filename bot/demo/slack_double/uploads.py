"""The three steps of an upload: a ticket, the bytes, the sharing."""

import asyncio
import mimetypes
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from bot.demo.slack_double.refusals import Refusal, mistake

_CHANNELS = ("C", "G", "D", "Z")


@dataclass
class StoredFile:
    """A file as the double holds it, on disk."""

    id: str
    name: str
    size: int
    path: Path
    title: str = ""
    arrived: bool = False
    shared: bool = False

    @property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Uploads:
    """Keeps uploaded files in a folder that goes with `close`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="slack-double-")
        self._files: dict[str, StoredFile] = {}

    def get(self, file_id: str) -> StoredFile | None:
        found = self._files.get(file_id)
        return found if found and found.shared else None

    def knows(self, file_id: str) -> bool:
        return file_id in self._files

    def ticket(self, filename: str, length: int) -> StoredFile:
        if length < 1:
            raise mistake("invalid_arguments", "[ERROR] length must be greater than 0")
        if not filename.strip() or "/" in filename or len(filename) > 255:
            raise mistake("invalid_arguments", "[ERROR] filename is not a file name")
        file_id = "F0" + secrets.token_hex(5).upper()
        stored = StoredFile(file_id, filename, length, Path(self._folder.name) / file_id)
        self._files[file_id] = stored
        return stored

    async def receive(self, file_id: str, request: Request) -> None:
        """Take the bytes; the number announced and no other."""
        stored = self._files.get(file_id)
        if stored is None or stored.arrived:
            raise mistake("file_not_found")
        taken = 0
        with await asyncio.to_thread(stored.path.open, "wb") as target:
            async for chunk in request.stream():
                taken += len(chunk)
                if taken > stored.size:
                    break
                await asyncio.to_thread(target.write, chunk)
        if taken != stored.size:
            raise mistake("length_mismatch", f"announced {stored.size} bytes, got {taken} or more")
        stored.arrived = True

    def complete(self, files: object, channel_id: str | None) -> list[StoredFile]:
        """Files that are whole and may be shared in a channel."""
        if channel_id is None:
            raise mistake("invalid_arguments", "[ERROR] without channel_id nobody sees the file")
        if not channel_id.startswith(_CHANNELS):
            raise mistake("invalid_arguments", "[ERROR] channel_id must match ^[CGDZ]")
        if not isinstance(files, list) or not files:
            raise mistake("invalid_arguments", "[ERROR] files must be a list of id and title")
        return [self._whole(entry) for entry in files]

    def close(self) -> None:
        self._folder.cleanup()

    def _whole(self, entry: Any) -> StoredFile:
        if not isinstance(entry, dict) or set(entry) - {"id", "title", "highlight_type"}:
            raise mistake("invalid_arguments", "[ERROR] a file has an id and a title")
        stored = self._files.get(entry.get("id", ""))
        if stored is None or stored.shared:
            raise mistake("file_not_found")
        if not stored.arrived:
            raise Refusal("file_update_failed", "the bytes have not arrived", fault=True)
        stored.title = entry.get("title") or stored.name
        return stored
