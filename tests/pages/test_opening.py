"""The page of all orders, opened from a chat: by a link that is made when somebody asks for it."""

from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest
from sqlmodel import select

from bot.answers import acts
from bot.chat.messages import Asked, Content, Message, Opened, Pressed
from bot.chat.people import Audience, Conversation, Reader
from bot.chat.replies import Actions, PageLink, Reply
from bot.pages.tables import PageTicket
from tests.pages.conftest import House

READER = Reader("en", "America/Sao_Paulo")
_numbers = count(1)


async def said(house: House, content: Content, seen_by: Audience = Audience.PERSON) -> Reply:
    """What Ana is answered in her chat."""
    message = Message(
        id=f"test:{next(_numbers):06}",
        sender=house.ana,
        conversation=Conversation(house.ana.platform, house.ana.user_id, private=seen_by is Audience.PERSON),
        content=content,
        received_at=datetime.now(UTC),
        seen_by=seen_by,
    )
    return await house.core.assistant.answer(message, READER)


def link(reply: Reply) -> str:
    """The path of the link in a reply."""
    return urlsplit(next(part.url for part in reply.parts if isinstance(part, PageLink))).path


async def tickets(house: House) -> int:
    async with house.core.store.reading() as session:
        return len((await session.exec(select(PageTicket))).all())


async def start(house: House, opened: httpx.Response) -> httpx.Response:
    token = opened.text.partition('name="session" content="')[2].partition('"')[0]
    return await house.get(token, "start")


async def test_the_home_has_a_button_and_no_link(house: House) -> None:
    before = await tickets(house)
    home = await said(house, Opened("home"))
    assert "/app/open/" not in repr(home)
    assert await tickets(house) == before
    buttons = [button for part in home.parts if isinstance(part, Actions) for button in part.buttons]
    made = [await house.core.memory.recall(button.action) for button in buttons]
    assert [act.kind for act in made if act is not None].count(acts.OPEN_PAGE) == 1


async def test_a_press_makes_a_link_that_opens_the_orders_once(house: House) -> None:
    home = await said(house, Opened("home"))
    button = next(
        button
        for part in home.parts
        if isinstance(part, Actions)
        for button in part.buttons
        if button.label.key == "button_open_page"
    )
    path = link(await said(house, Pressed(button.action)))
    assert (await house.client.get(path)).status_code == 200
    opened = await house.client.post(path)
    assert (await start(house, opened)).json()["company"] == "Northwind"
    assert (await house.client.post(path)).status_code == 404
    # Each press makes its own.
    assert link(await said(house, Pressed(button.action))) != path


@pytest.mark.parametrize("text", ["open in the browser", "abrir no navegador", "abrir en el navegador"])
async def test_it_can_be_typed_too(house: House, text: str) -> None:
    opened = await house.client.post(link(await said(house, Asked(text))))
    assert (await start(house, opened)).status_code == 200


async def test_who_lost_their_link_meanwhile_opens_nothing(house: House) -> None:
    path = link(await said(house, Asked("open in the browser")))
    await house.unlinked(house.ana)
    assert (await house.client.post(path)).status_code == 403


async def test_where_others_read_along_nobody_is_given_a_link(house: House) -> None:
    before = await tickets(house)
    for audience in (Audience.COMPANY, Audience.EXTERNAL):
        reply = await said(house, Asked("open in the browser"), audience)
        assert not [part for part in reply.parts if isinstance(part, PageLink)]
    assert await tickets(house) == before


async def test_somebody_who_is_not_linked_is_told_how_to_be(house: House) -> None:
    await house.unlinked(house.ana)
    reply = await said(house, Asked("open in the browser"))
    assert [part.phrase.key for part in reply.parts if part.kind == "say"] == ["not_linked"]
