"""The arguments of a call, from whatever form it came in. Files go to disk as they arrive."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from starlette.requests import Request

from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import Upload

_FORM_LIMIT = 10_000_000
_FIELD_LIMIT = 1_000_000
_DISPOSITION = re.compile(rb'(\w+)="((?:[^"\\]|\\.)*)"')


async def read_arguments(request: Request, folder: Path, *, largest: int) -> Mapping[str, Any]:
    """Every argument by name; an uploaded file of at most `largest` bytes is an `Upload` in `folder`."""
    given: dict[str, Any] = dict(request.query_params)
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        boundary = re.search(r'boundary="?([^";,]+)"?', content_type)
        if boundary is None:
            raise Refused("Bad Request: no boundary")
        async for name, value in _parts(request.stream(), boundary[1].encode(), folder, largest):
            given[name] = value
        return given
    body = await request.body()
    if len(body) > _FORM_LIMIT:
        raise Refused("Request Entity Too Large", 413)
    if kind == "application/json":
        try:
            values = json.loads(body or b"{}")
        except ValueError:
            raise Refused("Bad Request: can't parse JSON") from None
        if not isinstance(values, dict):
            raise Refused("Bad Request: can't parse JSON: object expected")
        return {**given, **values}
    if kind == "application/x-www-form-urlencoded":
        return {**given, **dict(parse_qsl(body.decode(), keep_blank_values=True))}
    if body:
        raise Refused(f"Bad Request: content type {kind!r} is not supported")
    return given


async def _parts(
    stream: AsyncIterator[bytes], boundary: bytes, folder: Path, largest: int
) -> AsyncIterator[tuple[str, str | Upload]]:
    reader = _Reader(stream)
    separator = b"\r\n--" + boundary
    reader.prepend(b"\r\n")
    async for _ in reader.until(separator):
        pass
    while not await reader.at_end():
        head = b"".join([chunk async for chunk in reader.until(b"\r\n\r\n")])
        names = {key.decode(): value for key, value in _DISPOSITION.findall(head)}
        name = names.get("name", b"").decode()
        if "filename" not in names:
            value = b"".join([chunk async for chunk in reader.until(separator)])
            if len(value) > _FIELD_LIMIT:
                raise Refused("Request Entity Too Large", 413)
            yield name, value.decode()
            continue
        media_type = re.search(rb"(?i)content-type:\s*([^\r\n]+)", head)
        path = folder / uuid4().hex
        size = 0
        with path.open("wb") as file:
            async for chunk in reader.until(separator):
                size += len(chunk)
                if size <= largest:
                    file.write(chunk)
        if size > largest:
            path.unlink()
            raise Refused("Request Entity Too Large", 413)
        shown = names["filename"].decode().replace("%22", '"')
        kind = media_type[1].decode() if media_type else "application/octet-stream"
        yield name, Upload(path, shown, kind, size)


class _Reader:
    """Bytes of a stream up to a mark, never holding more than a chunk of them."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream
        self._held = b""

    def prepend(self, held: bytes) -> None:
        self._held = held + self._held

    async def until(self, mark: bytes) -> AsyncIterator[bytes]:
        """What comes before the mark; the mark itself is passed over."""
        while (at := self._held.find(mark)) < 0:
            # The end of what is held may be the beginning of the mark.
            safe = len(self._held) - len(mark) + 1
            if safe > 0:
                piece, self._held = self._held[:safe], self._held[safe:]
                yield piece
            more = await anext(self._stream, None)
            if more is None:
                raise Refused("Bad Request: the multipart body ends early")
            self._held += more
        piece, self._held = self._held[:at], self._held[at + len(mark) :]
        if piece:
            yield piece

    async def at_end(self) -> bool:
        """After a boundary: "--" ends the body, a line break begins the next part."""
        while len(self._held) < 2:
            more = await anext(self._stream, None)
            if more is None:
                raise Refused("Bad Request: the multipart body ends early")
            self._held += more
        lead, self._held = self._held[:2], self._held[2:]
        if lead == b"--":
            async for _ in self._stream:
                pass
            return True
        return False
