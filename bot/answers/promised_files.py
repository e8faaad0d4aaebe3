"""A document that was promised waits, as a question does, until its ERP hands it over."""

import hashlib

from bot.answers.waiting import pause
from bot.chat.files import OrderFile
from bot.chat.messages import Message
from bot.chat.people import Audience
from bot.chat.phrases import Clock, Phrase
from bot.chat.unasked import Resumed
from bot.erp.errors import ErpError, ErpRateLimited, ErpUnavailable
from bot.kept.questions import Kept
from bot.kept.values import KeptQuestion


async def put_off_file(
    kept: Kept, message: Message, file: OrderFile, erp: str, failure: ErpError
) -> Phrase | None:
    """Keep a document that was promised until the ERP hands it over; None for what is not kept."""
    place = kept.place_for(message)
    if place is None or not isinstance(failure, ErpUnavailable | ErpRateLimited):
        return None
    now = kept.clock()
    before = await kept.find(message.content.kept) if isinstance(message.content, Resumed) else None
    once_more = before is not None and isinstance(before.wanted, OrderFile)
    attempt = before.attempt if before and once_more else 1
    until = before.until if before else now + kept.lasts
    not_before = now + pause(failure, attempt)
    if not_before >= until:
        return None
    promise = Phrase("file_kept", {"kind": file.name, "until": Clock(until)})
    if before and once_more:
        await kept.again(before.id, before.attempt, not_before)
        return promise
    room, _ = await kept.room(message.sender)
    if not room:
        return None
    question = KeptQuestion(
        id=_file_id(message, file),
        sender=message.sender,
        erps=(erp,),
        company_id=file.company_id,
        wanted=file,
        conversation=place[0],
        handle=place[1],
        seen_by=Audience.PERSON,
        locale=before.locale if before else "",
        kept_at=before.kept_at if before else now,
        until=until,
        not_before=not_before,
    )
    await kept.keep(question, f"file|{file.company_id}|{file.document.order_number}|{file.document.id}")
    return promise


async def sent_file(kept: Kept, message: Message, file: OrderFile) -> None:
    """Once is enough for a document that was kept in a try which nobody remembers after a crash."""
    await kept.end(_file_id(message, file), "sent")
    if isinstance(message.content, Resumed):
        before = await kept.find(message.content.kept)
        if before is not None and isinstance(before.wanted, OrderFile):
            await kept.end(before.id, "sent")


def _file_id(message: Message, file: OrderFile) -> str:
    of = f"{message.id}|{file.company_id}|{file.document.order_number}|{file.document.id}"
    return f"file:{hashlib.blake2b(of.encode(), digest_size=16).hexdigest()}"
