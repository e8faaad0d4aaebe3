"""Opens a document at the moment it is sent: access decided anew, bytes to disk, audit row written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog

from bot.answers.disclosure import may_have
from bot.answers.failures import file_failure
from bot.answers.waiting import put_off_file, sent_file
from bot.chat import ChatUser, Message, OrderFile, Phrase
from bot.delivery import FileNotAvailable, OpenedFile
from bot.erp.errors import DocumentRefused, ErpError
from bot.erp.gateway import Gateway
from bot.erp.protocol import DocumentStream
from bot.kept import Kept
from bot.linking import AuditEntry, Linking


class Files:
    """Hands over documents (`delivery.FileOpener`).

    The bytes go to a file on disk that has no name, so size and content are known before anything
    leaves, a send can be repeated, and memory holds one chunk at a time.
    """

    def __init__(self, gateway: Gateway, linking: Linking, kept: Kept, *, largest_megabytes: int) -> None:
        self._gateway = gateway
        self._linking = linking
        self._kept = kept
        self._largest_megabytes = largest_megabytes

    @asynccontextmanager
    async def open(self, message: Message, file: OrderFile) -> AsyncIterator[OpenedFile]:
        """Fetch and check one document; raises FileNotAvailable with what to say.

        One that is not to be had because the ERP does not answer is kept, and sent when it does.
        """
        document, user = file.document, message.sender
        company = (await self._linking.access(user, concerning=file.company_id)).company(file.company_id)
        if company is None or not may_have(company, document):
            await self._record(user, file, "not_allowed" if company else "not_linked")
            raise FileNotAvailable(Phrase("file_not_there"))
        scope = company.scope
        with TemporaryFile() as content:
            try:
                async with self._gateway.open_document(scope, document) as stream:
                    size = await self._spool(stream, content)
                    opened = OpenedFile(
                        content=content, name=stream.filename, media_type=stream.media_type, size=size
                    )
            except ErpError as failure:
                structlog.get_logger().warning(
                    "file_not_available", reason=failure.reason, why=getattr(failure, "why", "")
                )
                await self._record(user, file, failure.reason)
                kept = await put_off_file(self._kept, message, file, document.erp or scope.erp, failure)
                raise FileNotAvailable(
                    kept or file_failure(failure, document.kind, self._largest_megabytes)
                ) from failure
            await self._record(user, file, "sent")
            await sent_file(self._kept, message, file)
            content.seek(0)
            yield opened

    async def _spool(self, stream: DocumentStream, content: BinaryIO) -> int:
        size = 0
        async for chunk in stream.chunks:
            size += len(chunk)
            if size > self._largest_megabytes * 1024 * 1024:
                raise DocumentRefused("too_large")
            await asyncio.to_thread(content.write, chunk)
        return size

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
