"""A file in a base64 field of a JSON reply, decoded as the reply comes: no file is ever held whole."""

import base64
import binascii
import re
from collections.abc import AsyncGenerator, AsyncIterator

from bot.erp.bodies import decode_json
from bot.erp.errors import DocumentNotThere, ErpBadAnswer
from bot.erp.odoo.failures import result_of

_AROUND_MAX = 64 * 1024
"""What may stand around the file: ids, names, or an error in its place."""
_ENDS = re.compile(rb'["\\]')
_ESCAPED = {ord("/"): b"/", ord("n"): b"", ord("r"): b"", ord("t"): b""}


async def decoded(chunks: AsyncIterator[bytes], field: str) -> AsyncGenerator[bytes, None]:
    """The bytes of the file in `field`. DocumentNotThere when the reply holds none.

    Raises ErpBadAnswer for what is no base64 or cut off, and what an error in the file's place means.
    """
    opening = re.compile(rb'"' + re.escape(field.encode()) + rb'"\s*:\s*"')
    head = bytearray()
    found = None
    async for chunk in chunks:
        head += chunk
        found = opening.search(head)
        if found is not None:
            break
        if len(head) > _AROUND_MAX:
            raise ErpBadAnswer("no file where one should be")
    if found is None:
        raise _without_file(bytes(head))
    if found.start() > _AROUND_MAX:
        raise ErpBadAnswer("no file where one should be")
    unpack = _Unpacking()
    first = bytes(head[found.end() :])
    head.clear()
    if plain := unpack.feed(first):
        yield plain
    if not unpack.ended:
        async for chunk in chunks:
            if plain := unpack.feed(chunk):
                yield plain
            if unpack.ended:
                break
    if not unpack.ended:
        raise ErpBadAnswer("reply cut off")
    if plain := unpack.rest():
        yield plain


class _Unpacking:
    """A JSON string of base64, in whatever pieces it comes."""

    def __init__(self) -> None:
        self.ended = False
        self._escaping = False
        self._text = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        at = 0
        while at < len(chunk) and not self.ended:
            if self._escaping:
                self._text += self._unescaped(chunk[at])
                self._escaping, at = False, at + 1
                continue
            end = _ENDS.search(chunk, at)
            if end is None:
                self._text += chunk[at:]
                break
            self._text += chunk[at : end.start()]
            self._escaping, self.ended = end[0] == b"\\", end[0] == b'"'
            at = end.end()
        whole = len(self._text) // 4 * 4
        text, self._text = self._text[:whole], self._text[whole:]
        return self._decoded(bytes(text))

    def rest(self) -> bytes:
        return self._decoded(bytes(self._text))

    def _unescaped(self, char: int) -> bytes:
        if char not in _ESCAPED:
            raise ErpBadAnswer("no base64")
        return _ESCAPED[char]

    def _decoded(self, text: bytes) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            raise ErpBadAnswer("no base64") from None


def _without_file(body: bytes) -> Exception:
    """Why there is no file in a reply: nobody's record, no file in it, or an error."""
    told = decode_json(body)
    if isinstance(told, dict):
        told = result_of(told)
    if not isinstance(told, list):
        return ErpBadAnswer("no list of records")
    return DocumentNotThere("no such file")
