"""Makes a file at the moment it is sent: access decided anew, rows to disk, audit row written."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog

from bot.answers.collecting import DOCUMENTS, OF_DOCUMENTS
from bot.answers.exporting import OVERDUE, POSITION
from bot.answers.listing import position_of
from bot.answers.owed import look_for_owed
from bot.answers.selecting import SoFar
from bot.chat.files import MadeFile
from bot.chat.messages import Message
from bot.chat.people import ChatUser
from bot.chat.phrases import Moment, Phrase, Value
from bot.delivery import FileNotAvailable, OpenedFile, Show
from bot.erp.errors import ErpError
from bot.erp.gateway import Gateway
from bot.linking import AuditEntry, LinkedCompany, Linking, Permission
from bot.making.bundle import MEDIA_TYPE as ZIP
from bot.making.bundle import Bundle, fill
from bot.making.orders_sheet import MOST_ORDERS, Written, columns_for, write_orders
from bot.making.sheets import MEDIA_TYPE, Sheet
from bot.making.statement_sheet import COLUMNS, write_statement
from bot.wording import Wording


class Maker:
    """Makes workbooks and bundles of documents. Holds no state of its own."""

    def __init__(
        self,
        gateway: Gateway,
        linking: Linking,
        wording: Wording,
        *,
        clock: Callable[[], datetime],
        most_orders: int = MOST_ORDERS,
    ) -> None:
        self._gateway = gateway
        self._linking = linking
        self._wording = wording
        self._clock = clock
        self._most_orders = most_orders

    @asynccontextmanager
    async def open(
        self, message: Message, file: MadeFile, show: Show | None = None
    ) -> AsyncIterator[OpenedFile]:
        """Make a file for the sender of a message; raises FileNotAvailable with what to say."""
        user = message.sender
        company = (await self._linking.access(user, concerning=file.company_id)).company(file.company_id)
        if company is None or not _may_have(company, file):
            await self._record(user, file, "not_allowed" if company else "not_linked")
            raise FileNotAvailable(Phrase("made_not_allowed"))
        with TemporaryFile() as content:
            try:
                caption = await self._make(company, file, content, show)
                if show is not None and file.what != "documents":
                    await show(Phrase("sheet_made"), final=True)
            except ErpError as failure:
                structlog.get_logger().warning("file_not_made", reason=failure.reason)
                await self._record(user, file, failure.reason)
                raise FileNotAvailable(Phrase("made_erp_down", {"file": file.name})) from failure
            size = content.seek(0, 2)
            content.seek(0)
            await self._record(user, file, "sent")
            yield OpenedFile(
                content=content,
                name=self._file_name(file),
                media_type=ZIP if file.what == "documents" else MEDIA_TYPE,
                size=size,
                caption=caption,
            )

    async def _make(
        self, company: LinkedCompany, file: MadeFile, content: BinaryIO, show: Show | None
    ) -> Phrase:
        if file.what == "documents":
            return await self._bundle(company, file, content, show)
        so_far = _telling(show) if show is not None else None
        if file.what == "statement":
            return await self._statement(company, file, content, so_far)
        return await self._orders(company, file, content, so_far)

    async def _orders(
        self, company: LinkedCompany, file: MadeFile, content: BinaryIO, so_far: SoFar | None
    ) -> Phrase:
        columns = columns_for(self._wording, file.reader, amounts=company.may(Permission.AMOUNTS_READ))
        titles = [self._wording.say(Phrase(column.title), file.reader) for column in columns]
        name = self._wording.say(Phrase("made_orders"), file.reader)
        sheet = Sheet(content, name, titles, [column.width for column in columns])
        written = await write_orders(
            sheet,
            columns,
            self._gateway,
            company.scope,
            position_of(file.values[POSITION]),
            me=company.contact_name,
            now=self._clock(),
            reader=file.reader,
            most=self._most_orders,
            so_far=so_far,
        )
        return await self._closed(sheet, file, written, company.name)

    async def _statement(
        self, company: LinkedCompany, file: MadeFile, content: BinaryIO, so_far: SoFar | None
    ) -> Phrase:
        today = self._clock().astimezone(file.reader.zone).date()
        found = await look_for_owed(
            self._gateway,
            company.scope,
            position_of(file.values[POSITION]).wanted,
            today,
            overdue_only=bool(file.values.get(OVERDUE)),
            most=self._most_orders,
            so_far=so_far,
        )
        titles = [self._wording.say(Phrase(title), file.reader) for title, _ in COLUMNS]
        name = self._wording.say(Phrase("made_statement"), file.reader)
        sheet = Sheet(content, name, titles, [width for _, width in COLUMNS])
        write_statement(sheet, found, self._wording, file.reader, today)
        written = Written(found.looked_through, found.whole and not found.missing, found.last_known)
        return await self._closed(sheet, file, written, company.name)

    async def _bundle(
        self, company: LinkedCompany, file: MadeFile, content: BinaryIO, show: Show | None
    ) -> Phrase:
        documents = DOCUMENTS.validate_json(file.values["documents"])
        bundle = Bundle(content, company, self._wording, file.reader)
        before, all = int(file.values["before"]), int(file.values["all"])
        await fill(bundle, self._gateway, documents, before=before, all=all, show=show)
        values: dict[str, Value] = {
            "company": company.name,
            "count": bundle.count,
            "part": int(file.values["part"]),
            "parts": int(file.values["parts"]),
            "missing": bundle.missing,
        }
        key = "bundle_caption" if values["parts"] == 1 else "bundle_part_caption"
        return Phrase(f"{key}_missing" if bundle.missing else key, values)

    async def _closed(self, sheet: Sheet, file: MadeFile, written: Written, company: str) -> Phrase:
        """Finish a workbook; what is said with it, and in it where it is not all there is."""
        if not written.whole:
            cut = Phrase("sheet_cut", {"count": written.looked_through})
            sheet.note(self._wording.say(cut, file.reader))
        if written.last_known is not None:
            known = Phrase("last_known", {"at": Moment(written.last_known)})
            sheet.note(self._wording.say(known, file.reader))
        await asyncio.to_thread(sheet.close)
        key = f"sheet_caption_{file.what}" if written.whole else f"sheet_caption_{file.what}_cut"
        return Phrase(key, {"company": company, "count": sheet.rows})

    def _file_name(self, file: MadeFile) -> str:
        """The kind of file and the day it was made: nothing from outside."""
        day = self._clock().astimezone(file.reader.zone).date()
        name = self._wording.say(Phrase(f"file_name_{file.what}"), file.reader)
        if file.what != "documents":
            return f"{name}-{day.isoformat()}.xlsx"
        part = f"-{file.values['part']}" if file.values["parts"] != "1" else ""
        return f"{name}-{day.isoformat()}{part}.zip"

    async def _record(self, user: ChatUser, file: MadeFile, outcome: str) -> None:
        await self._linking.record(
            AuditEntry(
                user=user,
                company_id=file.company_id if outcome == "sent" else None,
                act=f"made_{file.what}",
                outcome=outcome,
            )
        )


def _telling(show: Show) -> SoFar:
    async def so_far(looked_through: int) -> None:
        await show(Phrase("sheet_progress", {"count": looked_through}))

    return so_far


def _may_have(company: LinkedCompany, file: MadeFile) -> bool:
    if file.what == "documents":
        # Each of them is decided by itself.
        return any(company.may(one) for one in OF_DOCUMENTS)
    needed = Permission.AMOUNTS_READ if file.what == "statement" else Permission.ORDERS_READ
    return company.may(needed)
