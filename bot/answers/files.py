"""Opens a document at the moment it is sent: access decided anew, bytes to disk, audit row written."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from tempfile import TemporaryFile
from typing import BinaryIO, Protocol

import structlog

from bot.answers.disclosure import may_have
from bot.answers.failures import file_failure
from bot.answers.promised_files import put_off_file, sent_file
from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Platform
from bot.chat.phrases import Phrase
from bot.delivery import FileNotAvailable, FileTooLarge, OpenedFile, Show
from bot.erp.errors import DocumentRefused, ErpError
from bot.erp.gateway import Gateway
from bot.erp.protocol import DocumentStream
from bot.kept.questions import Kept
from bot.linking import AuditEntry, Linking
from bot.scope import CompanyScope


class Makes(Protocol):
    """Makes what is no document of the ERP's (`bot.making.maker.Maker`)."""

    def open(
        self, message: Message, file: MadeFile, show: Show | None = None
    ) -> AbstractAsyncContextManager[OpenedFile]:
        """Decide the sender's access anew, and make it; raises FileNotAvailable with what to say."""


class Files:
    """Hands over documents, and what the bot makes itself (`delivery.FileOpener`).

    The bytes go to a file on disk that has no name, so size and content are known before anything
    leaves, a send can be repeated, and memory holds one chunk at a time.
    """

    def __init__(
        self,
        gateway: Gateway,
        linking: Linking,
        kept: Kept,
        maker: Makes,
        *,
        largest_megabytes: int,
        chats_take: Mapping[Platform, int] | None = None,
    ) -> None:
        """`chats_take`: the largest file of each platform in bytes, where it is known beforehand."""
        self._gateway = gateway
        self._linking = linking
        self._kept = kept
        self._maker = maker
        self._largest_megabytes = largest_megabytes
        self._chats_take = chats_take or {}

    def open(
        self, message: Message, file: OrderFile | MadeFile, show: Show | None = None
    ) -> AbstractAsyncContextManager[OpenedFile]:
        """Open a file for the sender of a message; raises FileNotAvailable with what to say."""
        if isinstance(file, MadeFile):
            return self._maker.open(message, file, show)
        return self._open(message, file)

    @asynccontextmanager
    async def _open(self, message: Message, file: OrderFile) -> AsyncIterator[OpenedFile]:
        """Fetch and check one document.

        One that is not to be had because the ERP does not answer is kept, and sent when it does.
        """
        document, user = file.document, message.sender
        most = min(self._most, self._chats_take.get(message.conversation.platform, self._most))
        scope = await self._scope(user, file)
        with TemporaryFile() as content:
            try:
                async with self._gateway.open_document(scope, document) as stream:
                    if (stream.size or 0) > most:
                        raise DocumentRefused("too_large")
                    size, version = await self._spool(stream, content, most)
                    opened = OpenedFile(
                        content=content,
                        name=stream.filename,
                        media_type=stream.media_type,
                        size=size,
                        caption=Phrase("file_caption", {"kind": file.name, "number": document.order_number}),
                        version=version,
                    )
            except ErpError as failure:
                structlog.get_logger().warning(
                    "file_not_available", reason=failure.reason, why=getattr(failure, "why", "")
                )
                await self._record(user, file, failure.reason)
                if most < self._most and getattr(failure, "why", "") == "too_large":
                    said = Phrase("file_too_large", {"kind": file.name, "limit": most // 1_000_000})
                    raise FileTooLarge(said) from failure
                kept = await put_off_file(self._kept, message, file, document.erp or scope.erp, failure)
                raise FileNotAvailable(
                    kept or file_failure(failure, document.kind, self._largest_megabytes)
                ) from failure
            await self._record(user, file, "sent")
            await sent_file(self._kept, message, file)
            content.seek(0)
            yield opened

    async def decide(self, user: ChatUser, file: OrderFile) -> None:
        """Whether this person may have it at this moment, without asking the ERP; raises FileNotAvailable."""
        await self._scope(user, file)

    @asynccontextmanager
    async def stream(self, user: ChatUser, file: OrderFile) -> AsyncIterator[DocumentStream]:
        """The same document as it comes from the ERP, for a page: nothing of it is kept on the way.

        Raises FileNotAvailable before anything of it is read, and an ErpError from `chunks` where the ERP
        fails on the way, or sends more than may be handed over. It counts as sent when its end is reached.
        """
        scope, document = await self._scope(user, file), file.document
        async with AsyncExitStack() as stack:
            try:
                stream = await stack.enter_async_context(self._gateway.open_document(scope, document))
                if (stream.size or 0) > self._most:
                    raise DocumentRefused("too_large")
            except ErpError as failure:
                await self._record(user, file, failure.reason)
                raise FileNotAvailable(
                    file_failure(failure, document.kind, self._largest_megabytes)
                ) from failure
            yield replace(stream, chunks=self._recorded(user, file, stream))

    async def _recorded(
        self, user: ChatUser, file: OrderFile, stream: DocumentStream
    ) -> AsyncIterator[bytes]:
        size, outcome = 0, "broken_off"
        try:
            async for chunk in stream.chunks:
                size += len(chunk)
                if size > self._most:
                    raise DocumentRefused("too_large")
                yield chunk
            outcome = "sent"
        except ErpError as failure:
            outcome = failure.reason
            raise
        finally:
            await asyncio.shield(self._record(user, file, outcome))

    async def _scope(self, user: ChatUser, file: OrderFile) -> CompanyScope:
        company = (await self._linking.access(user, concerning=file.company_id)).company(file.company_id)
        if company is None or not may_have(company, file.document):
            await self._record(user, file, "not_allowed" if company else "not_linked")
            raise FileNotAvailable(Phrase("file_not_there"))
        return company.scope

    @property
    def _most(self) -> int:
        """In bytes."""
        return self._largest_megabytes * 1024 * 1024

    async def _spool(self, stream: DocumentStream, content: BinaryIO, most: int) -> tuple[int, str]:
        """Write it down; its size in bytes, and a digest of its name and bytes."""
        size, seen = 0, hashlib.sha256(f"{stream.filename}\n".encode())

        def take(chunk: bytes) -> None:
            content.write(chunk)
            seen.update(chunk)

        async for chunk in stream.chunks:
            size += len(chunk)
            if size > most:
                raise DocumentRefused("too_large")
            await asyncio.to_thread(take, chunk)
        return size, seen.hexdigest()

    async def _record(self, user: ChatUser, file: OrderFile, outcome: str) -> None:
        await self._linking.record(
            AuditEntry(
                user=user,
                company_id=file.company_id if outcome == "sent" else None,
                act="file",
                outcome=outcome,
                subject=(file.document.order_number, file.document.id),
                conversation="",
            )
        )
