"""The documents of a period as an archive: begun in words, found apart from the chat, opened as bytes."""

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest

from bot.answers.collecting import DOCUMENTS, begun_by
from bot.chat.messages import Message, Pressed
from bot.chat.people import ChatUser, Conversation, Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Made, Reply, Say
from bot.chat.unasked import Collect, Told
from bot.delivery import FileNotAvailable
from bot.handlers.slack.places import direct
from bot.linking import Role
from bot.making.bundle import Bundle
from bot.orders import Document, DocumentKind
from bot.telling import Teller
from tests.answers.conftest import ANA, Kept, Office

LEA = ChatUser(Platform.SLACK, "U0LEA", "T1")


class Shown:
    """What is said of how far it is."""

    def __init__(self) -> None:
        self.told: list[tuple[object, object]] = []

    async def __call__(self, phrase: Phrase, *, final: bool = False) -> None:
        self.told.append((phrase.values["done"], phrase.values["all"]))


async def collected(office: Office, text: str, *, who: ChatUser = ANA) -> tuple[Reply, Reply]:
    """The reply in the chat, and what is said when the work begins."""
    reply = await office.ask(text, who=who)
    [errand] = reply.errands
    return reply, await office.say(begun_by(errand), who=who)


async def test_the_chat_does_not_wait_for_what_is_collected_apart_from_it() -> None:
    kept = Kept()
    teller = Teller(kept, {Platform.SLACK: direct})
    await teller.collect("1", ANA, Collect(1, "{}", (), Reader()), None)
    await teller.tell("2", ANA, Told(()))
    collecting, told = kept.messages
    assert collecting.handle == told.handle
    assert collecting.conversation.lane != told.conversation.lane


async def opened(
    office: Office, made: Made, shown: Shown | None = None, *, who: ChatUser = ANA
) -> tuple[Phrase, zipfile.ZipFile]:
    message = Message(
        id="test:open",
        sender=who,
        conversation=Conversation(Platform.SLACK, f"D{who.user_id}", "T1"),
        content=Pressed(""),
        received_at=datetime.now(UTC),
    )
    async with office.core.files.open(message, made.file, shown) as found:
        assert found.name.endswith(".zip")
        return found.caption, zipfile.ZipFile(BytesIO(found.content.read()))


def made(reply: Reply) -> list[Made]:
    return [part for part in reply.parts if isinstance(part, Made)]


@pytest.mark.parametrize(
    ("text", "manifest"),
    [
        ("all the XMLs of the last 30 days", "contents.txt"),
        ("todos os XML dos últimos 30 dias", "conteudo.txt"),
        ("todos los XML de los últimos 30 días", "contenido.txt"),
    ],
)
async def test_the_documents_of_a_period_come_as_one_archive(
    office: Office, text: str, manifest: str
) -> None:
    reply, found = await collected(office, text)
    assert len(office.words(reply)) == 1
    shown, count = Shown(), 0
    for one in made(found):
        caption, archive = await opened(office, one, shown)
        names = archive.namelist()
        assert archive.testzip() is None
        assert names[-1] == manifest
        assert len({name.casefold() for name in names}) == len(names)
        assert not any("/" in name or "\\" in name or name.startswith(".") for name in names)
        assert all(b"nfeProc" in archive.read(name) for name in names[:-1])
        assert caption.values["count"] == len(names) - 1
        listed = archive.read(manifest).decode("utf-8-sig").splitlines()
        assert all(any(line.startswith(f"{name}\t") for line in listed) for name in names[:-1])
        count += len(names) - 1
    assert count > 0
    assert shown.told[0] == (0, shown.told[0][1])
    assert shown.told[-1] == (count, count)


async def test_only_one_file_of_several_says_which_it_is(office: Office) -> None:
    _, found = await collected(office, "all the XMLs of the last 30 days")
    [only] = made(found)
    second = Made(replace(only.file, values={**only.file.values, "part": "2", "parts": "3"}))
    captions = [(await opened(office, one))[0] for one in (only, second)]
    alone, of_several = (office.core.wording.say(caption, Reader("en")) for caption in captions)
    assert re.fullmatch(r"Northwind: \d+ documents", alone)
    assert of_several == f"{alone} (file 2 of 3)"


async def test_what_is_not_to_be_had_is_listed_with_the_reason(office: Office) -> None:
    access = await office.core.linking.access(ANA)
    assert access.current is not None
    content = BytesIO()
    bundle = Bundle(content, access.current, office.core.wording, Reader("en"))
    gone = Document(id="no-such", kind=DocumentKind.DANFE, order_number="../../etc", number="1", erp="erp")
    await bundle.add(office.core.gateway, gone)
    await bundle.close()
    assert (bundle.count, bundle.missing) == (0, 1)
    archive = zipfile.ZipFile(content)
    assert archive.namelist() == ["contents.txt"]
    told = archive.read("contents.txt").decode("utf-8-sig")
    assert "Missing: 1" in told
    assert "not there any more" in told


async def test_an_archive_holds_no_more_than_it_may_and_lists_the_rest(office: Office) -> None:
    _, found = await collected(office, "all the XMLs of the last 30 days")
    access = await office.core.linking.access(ANA)
    assert access.current is not None
    documents = DOCUMENTS.validate_json(made(found)[0].file.values["documents"])
    bundle = Bundle(BytesIO(), access.current, office.core.wording, found.reader, largest=20_000)
    for document in documents:
        await bundle.add(office.core.gateway, document)
    await bundle.close()
    assert 0 < bundle.count < len(documents)
    assert bundle.count + bundle.missing == len(documents)


async def test_names_that_are_alike_are_told_apart_and_lead_nowhere(office: Office) -> None:
    _, found = await collected(office, "all the XMLs of the last 30 days")
    [document, *_] = DOCUMENTS.validate_json(made(found)[0].file.values["documents"])
    access = await office.core.linking.access(ANA)
    assert access.current is not None
    content = BytesIO()
    bundle = Bundle(content, access.current, office.core.wording, found.reader)
    await bundle.add(office.core.gateway, document)
    await bundle.add(office.core.gateway, document)
    await bundle.close()
    first, second, _ = zipfile.ZipFile(content).namelist()
    assert second == first.replace(".xml", "-2.xml")


async def test_only_what_the_role_may_have_is_collected_and_it_is_decided_again_when_sent(
    office: Office,
) -> None:
    await office.core.linking.link_directly(LEA, "erp", "55", role=Role.LOGISTICS)
    _, found = await collected(office, "all the XMLs of the last 30 days", who=LEA)
    assert made(found) == []
    assert next(part.phrase.key for part in found.parts if isinstance(part, Say)) == "collect_not_for_role"
    _, of_ana = await collected(office, "all the XMLs of the last 30 days")
    caption, archive = await opened(office, made(of_ana)[0], who=LEA)
    assert caption.values["count"] == 0
    assert archive.namelist() == ["contents.txt"]


async def test_whoever_lost_the_right_meanwhile_is_sent_nothing(office: Office) -> None:
    _, found = await collected(office, "all the XMLs of the last 30 days")
    with pytest.raises(FileNotAvailable):
        await opened(office, made(found)[0], who=ChatUser(Platform.SLACK, "U0MALLORY", "T1"))
