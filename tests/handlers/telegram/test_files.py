"""Several documents go as an album, what Telegram holds is sent once, what is too large goes by a link."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from telegram.constants import FileSizeLimit

from bot.chat.files import OrderFile
from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Files, Reply, Say
from bot.delivery import DeliveryDelayed, FileNotAvailable, OneTimeLink, OpenedFile
from bot.handlers.telegram import TelegramCourier
from bot.handlers.telegram.client import largest_upload
from bot.handlers.telegram.files import Handing
from bot.handlers.telegram.line import Manners
from bot.keys import Keys
from bot.linking import CompanyRow, Linking
from bot.migrations import migrate
from bot.sent_files import StoredFiles
from bot.store import Store
from tests.handlers.telegram.test_courier import document
from tests.handlers.telegram.world import World, wording


@dataclass
class Links:
    """Links that say for whom they were made."""

    made: list[tuple[str, str]] = field(default_factory=list)

    async def link(self, message: Message, file: OrderFile, reader: Reader) -> OneTimeLink:
        self.made.append((message.sender.user_id, file.document.id))
        ends_at = datetime(2026, 3, 1, 17, 32, tzinfo=UTC)
        return OneTimeLink(f"https://bot.example/app/file/{len(self.made)}", ends_at)


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[StoredFiles]:
    """What is known of files that were sent, of two companies."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    await asyncio.to_thread(migrate, url)
    store, keys = Store(url), Keys([Fernet.generate_key().decode()])
    rows = [CompanyRow(erp="erp", erp_key=str(key), name=f"Company {key}") for key in (1, 2)]
    await Linking(store, keys, []).import_companies(rows)
    yield StoredFiles(store, keys)
    await store.aclose()


def opened_by(world: World, held: StoredFiles | None = None, links: Links | None = None) -> None:
    """Let the courier know what was sent before, and how links are made."""
    handing = Handing(world.shelf, held, links)
    world.courier = TelegramCourier(world.bot, wording(), handing, default=Reader("en", "UTC"))


def put(world: World, folder: Path, id: str, content: bytes = b"%PDF-1") -> OrderFile:
    path = folder / f"{id}.pdf"
    path.write_bytes(content)
    world.shelf.files[id] = path
    return document(id)


def uploads(world: World) -> list[str]:
    """The methods by which files went out."""
    return [name for name, _ in world.telegram.calls if name in ("sendDocument", "sendMediaGroup")]


def shown(world: World) -> list[str]:
    return [message["document"]["file_name"] for message in world.from_bot() if "document" in message]


async def test_several_documents_arrive_as_one_album_each_with_its_caption(
    world: World, tmp_path: Path
) -> None:
    files = [put(world, tmp_path, id, f"%PDF-{id}".encode() * 1000) for id in ("a", "b", "c")]
    await world.telegram.say("ana", "documents")

    await world.deliver(Files(tuple(files)))

    assert uploads(world) == ["sendMediaGroup"]
    sent = world.from_bot()
    assert [one["document"]["file_name"] for one in sent] == ["a.pdf", "b.pdf", "c.pdf"]
    assert len({one["media_group_id"] for one in sent}) == 1
    assert all(one["caption"].endswith("order 10042") for one in sent)
    held = world.telegram.file(sent[1]["document"]["file_id"])
    assert held is not None
    assert held.path.read_bytes() == world.shelf.files["b"].read_bytes()
    assert world.telegram.violations == []


async def test_eleven_documents_are_an_album_and_a_file(world: World, tmp_path: Path) -> None:
    files = tuple(put(world, tmp_path, f"d{at:02}") for at in range(11))
    await world.telegram.say("ana", "documents")

    await world.deliver(Files(files))

    assert uploads(world) == ["sendMediaGroup", "sendDocument"]
    assert shown(world) == [f"d{at:02}.pdf" for at in range(11)]


async def test_an_album_that_is_refused_goes_file_by_file(world: World, tmp_path: Path) -> None:
    files = (put(world, tmp_path, "a"), put(world, tmp_path, "b"))
    await world.telegram.say("ana", "documents")
    world.telegram.fail_next("sendMediaGroup", 400)

    await world.deliver(Files(files))

    assert uploads(world) == ["sendMediaGroup", "sendDocument", "sendDocument"]
    assert shown(world) == ["a.pdf", "b.pdf"]


async def test_one_that_is_not_there_is_explained_and_the_others_come(world: World, tmp_path: Path) -> None:
    files = (put(world, tmp_path, "a"), document("gone"), put(world, tmp_path, "b"))
    world.shelf.refusals["gone"] = FileNotAvailable(Phrase("file_not_there"))
    await world.telegram.say("ana", "documents")

    await world.deliver(Files(files))

    assert uploads(world) == ["sendMediaGroup"]
    assert shown(world) == ["a.pdf", "b.pdf"]
    assert any("is not there" in message.get("text", "") for message in world.from_bot())


async def test_what_was_settled_is_not_sent_again_when_a_later_file_is_delayed(
    world: World, tmp_path: Path
) -> None:
    files = (put(world, tmp_path, "a"), put(world, tmp_path, "b"))
    await world.telegram.say("ana", "documents")
    [parcel] = world.courier.parcels(world.inbox.last, Reply(parts=(Files(files),), reader=Reader()))
    world.telegram.fail_next("sendMediaGroup", 400)
    world.telegram.fail_next("sendDocument", 400)
    limited = {"ok": False, "error_code": 429, "parameters": {"retry_after": 5}}
    world.telegram.fail_next("sendDocument", 429, limited)

    with pytest.raises(DeliveryDelayed):
        await parcel.send()
    await parcel.send()

    assert shown(world) == ["b.pdf"]
    assert [message.get("text", "")[:8] for message in world.from_bot() if "text" in message] != []


async def test_the_same_bytes_for_the_same_company_are_uploaded_once(
    world: World, held: StoredFiles, tmp_path: Path
) -> None:
    opened_by(world, held)
    file = put(world, tmp_path, "a")
    await world.telegram.say("ana", "invoice")

    for _ in range(2):
        await world.deliver(Files((file,)))

    first, second = [given["document"] for name, given in world.telegram.calls if name == "sendDocument"]
    assert second == world.from_bot()[0]["document"]["file_id"]
    assert first != second
    assert shown(world) == ["a.pdf", "a.pdf"]
    assert all(one["caption"] for one in world.from_bot())


async def test_an_album_takes_what_is_held_and_uploads_the_rest(
    world: World, held: StoredFiles, tmp_path: Path
) -> None:
    opened_by(world, held)
    first, second = put(world, tmp_path, "a"), put(world, tmp_path, "b", b"%PDF-other")
    await world.telegram.say("ana", "documents")
    await world.deliver(Files((first,)))

    await world.deliver(Files((first, second)))
    await world.deliver(Files((first, second)))

    albums = [given for name, given in world.telegram.calls if name == "sendMediaGroup"]
    attached = [sum(one["media"].startswith("attach://") for one in given["media"]) for given in albums]
    assert attached == [1, 0]
    assert world.telegram.violations == []


async def test_a_changed_document_and_one_of_another_company_are_uploaded(
    world: World, held: StoredFiles, tmp_path: Path
) -> None:
    opened_by(world, held)
    file = put(world, tmp_path, "a")
    await world.telegram.say("ana", "invoice")
    await world.deliver(Files((file,)))

    await world.deliver(Files((OrderFile(2, file.document),)))
    put(world, tmp_path, "a", b"%PDF-2")
    await world.deliver(Files((file,)))

    given = [given["document"] for name, given in world.telegram.calls if name == "sendDocument"]
    assert not any(isinstance(one, str) for one in given)
    assert len(given) == 3


async def test_another_token_and_bytes_of_no_version_find_nothing(held: StoredFiles, tmp_path: Path) -> None:
    file = document("a")
    path = tmp_path / "a"
    path.write_bytes(b"%PDF-")
    with path.open("rb") as content:
        opened = OpenedFile(
            content=content,
            name="a",
            media_type="application/pdf",
            size=5,
            caption=Phrase("x"),
            version=hashlib.sha256(b"%PDF-").hexdigest(),
        )
        await held.sent("token one", file, opened, "file-id")
        assert await held.known("token one", file, opened) == "file-id"
        assert await held.known("token two", file, opened) is None
        unversioned = OpenedFile(content=content, name="a", media_type="", size=5, caption=Phrase("x"))
        await held.sent("token one", file, unversioned, "file-id")
        assert await held.known("token one", file, unversioned) is None


async def test_what_telegram_holds_no_more_is_uploaded_and_held_anew(
    world: World, held: StoredFiles, tmp_path: Path
) -> None:
    opened_by(world, held)
    file = put(world, tmp_path, "a")
    await world.telegram.say("ana", "invoice")
    await world.deliver(Files((file,)))
    world.telegram.fail_next("sendDocument", 400)

    await world.deliver(Files((file,)))
    await world.deliver(Files((file,)))

    kinds = [
        type(given["document"]).__name__ for name, given in world.telegram.calls if name == "sendDocument"
    ]
    assert kinds == ["Upload", "str", "Upload", "str"]
    assert shown(world) == ["a.pdf"] * 3


async def test_what_is_too_large_for_telegram_comes_by_a_link_for_the_person_alone(
    world: World, tmp_path: Path
) -> None:
    links = Links()
    opened_by(world, links=links)
    file, small = put(world, tmp_path, "large"), put(world, tmp_path, "small")
    with world.shelf.files["large"].open("wb") as large:
        large.truncate(50_000_001)
    await world.telegram.say("ana", "documents")

    await world.deliver(Files((file, small)))

    assert links.made == [(str(world.telegram.user("ana")["id"]), "large")]
    said = next(message for message in world.from_bot() if "text" in message)
    assert "too large for Telegram" in said["text"]
    [[key]] = said["reply_markup"]["inline_keyboard"]
    assert (key["text"], key["web_app"]) == ("Get the document", {"url": "https://bot.example/app/file/1"})
    # An address that anybody could open is nowhere.
    assert "url" not in key
    assert "bot.example" not in said["text"]
    assert shown(world) == ["small.pdf"]
    assert world.telegram.excuse() == ["sendDocument: Request Entity Too Large"]


async def test_without_an_address_of_ours_it_is_said_who_has_the_document(
    world: World, tmp_path: Path
) -> None:
    reader, manners = Reader("en", "UTC"), Manners(megabytes=50)
    world.courier = TelegramCourier(
        world.bot, wording(), Handing(world.shelf), default=reader, manners=manners
    )
    file = put(world, tmp_path, "large")
    with world.shelf.files["large"].open("wb") as large:
        large.truncate(50_000_001)
    await world.telegram.say("ana", "documents")

    await world.deliver(Say(Phrase("documents_sending", {"count": 1}), announces=True), Files((file,)))

    [said] = world.from_bot()
    assert "is larger than 50 MB, more than I can send here. Ask Acme Supplies" in said["text"]
    assert "reply_markup" not in said


async def test_a_server_of_ones_own_takes_what_telegrams_does_not(world: World, tmp_path: Path) -> None:
    world.telegram.largest_upload = int(FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE)
    links = Links()
    opened_by(world, links=links)
    file = put(world, tmp_path, "large")
    with world.shelf.files["large"].open("wb") as large:
        large.truncate(60_000_000)
    await world.telegram.say("ana", "documents")

    await world.deliver(Files((file,)))

    assert [message["document"]["file_size"] for message in world.from_bot()] == [60_000_000]
    assert links.made == []


@pytest.mark.parametrize(
    ("api_url", "told", "megabytes"),
    [
        ("https://api.telegram.org", 0, 50),
        ("http://127.0.0.1:8081", 0, 2000),
        ("https://tg.example/api", 0, 2000),
        ("https://tg.example/api", 50, 50),
    ],
)
def test_how_much_a_chat_takes_is_told_by_whose_server_it_is(api_url: str, told: int, megabytes: int) -> None:
    assert largest_upload(api_url, told) == megabytes * 1_000_000
