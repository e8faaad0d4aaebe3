"""A document that a chat does not take is not fetched for it, and is said to be too large."""

from datetime import UTC, datetime

import pytest

from bot.answers.files import Files
from bot.chat.files import OrderFile
from bot.chat.messages import Asked, Message
from bot.chat.people import Conversation, Platform
from bot.chat.replies import Files as FilesPart
from bot.delivery import FileNotAvailable, FileTooLarge
from bot.demo.supplier import known
from bot.making.maker import Maker
from bot.store import utc_now
from tests.answers.conftest import ANA, Office

DOCUMENT_BYTES = 1_000
"""Less than any of the supplier's."""


async def test_each_chat_has_a_limit_of_its_own(office: Office) -> None:
    file = await an_invoice(office)
    async with handing_over(office, {Platform.TELEGRAM: DOCUMENT_BYTES}).open(asked(), file) as opened:
        assert opened.size > DOCUMENT_BYTES

    with pytest.raises(FileNotAvailable) as refused:
        async with handing_over(office, {Platform.SLACK: DOCUMENT_BYTES}).open(asked(), file):
            pass

    assert isinstance(refused.value, FileTooLarge)


def handing_over(office: Office, chats_take: dict[Platform, int]) -> Files:
    core = office.core
    maker = Maker(core.gateway, core.linking, core.wording, clock=utc_now)
    return Files(
        core.gateway, core.linking, core.desk.kept, maker, largest_megabytes=25, chats_take=chats_take
    )


async def an_invoice(office: Office) -> OrderFile:
    reply = await office.ask(f"invoice of {known.STAR.order_number}")
    (files,) = (part for part in reply.parts if isinstance(part, FilesPart))
    return files.files[0]


def asked() -> Message:
    return Message(
        id="test:file",
        sender=ANA,
        conversation=Conversation(Platform.SLACK, "D0ANA", "T1"),
        content=Asked("invoice"),
        received_at=datetime.now(UTC),
    )
