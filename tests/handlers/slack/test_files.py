"""Documents reach the person's direct chat, from disk, whatever their size."""

import hashlib
import resource
import sys
import tracemalloc
from pathlib import Path

import httpx
import pytest

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Files, Say
from bot.delivery import DeliveryDelayed
from bot.demo.events import ANA
from bot.handlers.slack.progress import Progress
from bot.handlers.slack.traces import Trace
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.orders import file
from tests.handlers.slack.world import CHANNEL, NO_BOT, World

DM = ANA.slack_dm
MEGABYTE = 1024 * 1024


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    path = tmp_path / "NF-4711 & *co*.pdf"
    path.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 40)
    return path


async def test_a_document_arrives_in_the_direct_chat_byte_for_byte(world: World, invoice: Path) -> None:
    world.documents.files["danfe-1"] = invoice
    asked = await world.asked_in_direct_chat()
    await world.deliver(asked, Say(Phrase("thanks")), Files((file(),)))
    text, document = world.answers_to("ana", DM)
    assert text["ts"] < document["ts"], "the words come before the file"
    (shown,) = document["files"]
    assert (shown["name"], shown["mimetype"]) == (invoice.name, "application/pdf")
    assert document["text"] == "Invoice (DANFE) 4711 · order 10042"
    async with httpx.AsyncClient(trust_env=False) as client:
        served = await client.get(shown["url_private"])
    assert served.content == _bytes_of(invoice)
    assert world.documents.opened_for == [asked.sender]
    assert [event.kind for event in world.events if event.person == "ana"][-1] == "file"
    assert world.slack.violations == []


@pytest.mark.parametrize("channel", [CHANNEL, NO_BOT])
async def test_t10_a_document_asked_for_in_a_channel_goes_to_the_direct_chat_only(
    world: World, invoice: Path, channel: str
) -> None:
    world.documents.files["danfe-1"] = invoice
    await world.deliver(await world.asked_by_command(channel), Files((file(),)))
    assert len(world.answers_to("ana", DM)) == 1
    for person in ("ana", "bruno", "carla"):
        assert world.answers_to(person, CHANNEL) + world.answers_to(person, NO_BOT) == []


async def test_each_document_is_a_parcel_of_its_own(world: World, invoice: Path) -> None:
    world.documents.files |= {"danfe-1": invoice, "xml-1": invoice}
    asked = await world.asked_in_direct_chat()
    await world.deliver(asked, Files((file("danfe-1"), file("xml-1"))))
    assert [len(message["files"]) for message in world.answers_to("ana", DM)] == [1, 1]


async def test_a_document_that_is_not_available_says_why_where_the_person_asked(world: World) -> None:
    world.documents.files["danfe-1"] = Phrase("file_not_there")
    await world.deliver(await world.asked_by_command(), Files((file(),)))
    (answer,) = world.answers_to("ana", CHANNEL)
    assert "That document is not there" in answer["text"]
    assert world.answers_to("ana", DM) == []


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_workspace_that_forbids_files_is_named_to_the_person(
    world: World, invoice: Path, method: str
) -> None:
    world.documents.files["danfe-1"] = invoice
    world.slack.fail_next(method, "file_uploads_disabled")
    await world.deliver(await world.asked_in_direct_chat(), Files((file(),)))
    (answer,) = world.answers_to("ana", DM)
    assert "file_uploads_disabled" in answer["blocks"][0]["text"]["text"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_a_failing_upload_is_tried_again_and_opened_anew(
    world: World, invoice: Path, method: str
) -> None:
    world.documents.files["danfe-1"] = invoice
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next(method, "http_503")
    with pytest.raises(DeliveryDelayed):
        await world.deliver(asked, Files((file(),)))
    await world.deliver(asked, Files((file(),)))
    assert len(world.answers_to("ana", DM)) == 1
    assert len(world.documents.opened_for) == 2, "access is decided at each try"


async def test_names_and_captions_stay_out_of_addresses(world: World, invoice: Path) -> None:
    world.documents.files["danfe-1"] = invoice
    await world.deliver(await world.asked_in_direct_chat(), Files((file(),)))
    assert not any("4711" in query for query in world.slack.queries)


async def test_a_document_of_40_megabytes_is_never_held_in_memory(world: World, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    digest = hashlib.sha256()
    with large.open("wb") as target:
        for number in range(40):
            chunk = bytes([number]) * MEGABYTE
            digest.update(chunk)
            target.write(chunk)
    del chunk
    world.documents.files["danfe-1"] = large
    asked = await world.asked_in_direct_chat()
    await world.deliver(asked, Say(Phrase("thanks")))
    before = _peak_of_this_process()
    tracemalloc.start()
    try:
        await world.deliver(asked, Files((file(),)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 15 * MEGABYTE
    assert _peak_of_this_process() - before < 15 * MEGABYTE
    shown = world.answers_to("ana", DM)[-1]["files"][0]
    stored = world.slack.file(shown["id"])
    assert stored is not None
    assert hashlib.sha256(_bytes_of(stored.path)).digest() == digest.digest()


def _peak_of_this_process() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes()


async def test_how_far_a_file_is_stands_in_one_message_that_is_changed_in_place(world: World) -> None:
    wording = Wording(load_catalogs(), supplier_name="Demo Supply")
    trace = Trace.of(await world.asked_in_direct_chat(), 0, "progress")
    show = Progress(world.api, DM, "", Reader("en"), wording, trace)
    for done in range(3):
        await show(Phrase("collect_progress", {"done": done, "all": 2}), final=done == 2)
    [message] = world.answers_to("ana", DM)
    assert "2 of 2" in message["text"]
    assert world.slack.violations == []
