"""What a person gets for a number they mistyped, or spelt in a way the ERP does not know."""

import pytest
from sqlalchemy import text

from bot.chat.messages import Asked
from bot.chat.people import ChatUser, Platform
from bot.chat.replies import Files
from bot.demo.supplier import known
from bot.linking import Role
from tests.answers.conftest import NOBODY, Office, buttons, card, in_locale

MISTYPED = "PO-77822"


@pytest.fixture(autouse=True, scope="module")
async def filled(office: Office) -> None:
    """The numbers of Northwind, whom Ana may ask about, are known."""
    await office.core.filler.round()


@pytest.fixture
async def rui(office: Office, request: pytest.FixtureRequest) -> ChatUser:
    """Somebody of Northwind who has not missed anything yet: misses make the bot slow to answer."""
    user = ChatUser(Platform.SLACK, f"U{abs(hash(request.node.name)):X}"[:12], "T1")
    await office.core.linking.link_directly(user, office.core.settings.erp.name, "55", role=Role.ADMIN)
    return user


async def _misses(office: Office) -> int:
    async with office.core.store.reading() as session:
        counted = await session.exec(text("SELECT count(*) FROM spendings WHERE kind = 'miss'"))  # type: ignore[call-overload]
        return int(counted.one()[0])


async def test_a_mistyped_number_brings_the_ones_like_it_and_a_press_opens_one(
    office: Office, rui: ChatUser
) -> None:
    reply = await office.ask(f"where is {MISTYPED}?", who=rui)
    assert office.words(reply) == [
        f"I find no order {MISTYPED} among those of Northwind. Did you mean one of these?"
    ]
    labels = list(office.labels(reply))
    assert labels[0].startswith(f"{known.STAR.order_number} · {known.STAR.customer_reference} · ")
    assert 1 < len(labels) <= 5
    opened = card(await office.press(buttons(reply)[0], who=rui))
    assert opened.order.order_number == known.STAR.order_number


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "I find no order PO-77822 among those of Northwind. Did you mean one of these?"),
        ("pt-BR", "Não encontro o pedido PO-77822 entre os de Northwind. Você quis dizer um destes?"),
        ("es", "No encuentro el pedido PO-77822 entre los de Northwind. ¿Quisiste decir uno de estos?"),
    ],
)
async def test_it_is_asked_in_the_readers_language(
    office: Office, rui: ChatUser, locale: str, sentence: str
) -> None:
    reply = await office.say(Asked(MISTYPED), who=rui, reader=in_locale(locale))
    assert office.words(reply) == [sentence]


@pytest.mark.parametrize(
    "spelt",
    [
        f"0{known.STAR.order_number}",
        known.STAR.order_number.replace("0", "O"),
        f"SO {known.STAR.order_number}",
        "7782",
        "1423560012345",
    ],
)
async def test_the_very_number_spelt_otherwise_is_answered_outright(
    office: Office, rui: ChatUser, spelt: str
) -> None:
    reply = await office.ask(f"where is order {spelt}?", who=rui)
    assert card(reply).order.order_number == known.STAR.order_number


async def test_a_miss_with_suggestions_is_a_miss(office: Office, rui: ChatUser) -> None:
    before = await _misses(office)
    assert buttons(await office.ask(MISTYPED, who=rui))
    assert await _misses(office) == before + 1


async def test_nobody_presses_in_somebody_elses_right(office: Office, rui: ChatUser) -> None:
    offered = buttons(await office.ask(MISTYPED, who=rui))
    reply = await office.press(offered[0], who=NOBODY)
    assert not buttons(reply)
    assert known.STAR.order_number not in " ".join(office.words(reply))


async def test_no_order_of_another_company_is_offered(office: Office, rui: ChatUser) -> None:
    number = known.NAMESAKE.order_number
    for typed in (number, number[:-1], f"{number}0", number[:-2] + number[-1] + number[-2]):
        reply = await office.ask(f"order {typed}", who=rui)
        assert not any(label.startswith(number) for label in office.labels(reply))


async def test_a_mistyped_number_among_others_is_asked_about_beside_them(
    office: Office, rui: ChatUser
) -> None:
    reply = await office.ask(f"{known.LONG.order_number}, {MISTYPED} and PO-31", who=rui)
    assert card(reply).order.order_number == known.LONG.order_number
    assert office.words(reply) == [
        "Nothing found among the orders of Northwind under: PO-31",
        f"I find no order {MISTYPED} among those of Northwind. Did you mean one of these?",
    ]


async def test_the_documents_of_a_mistyped_number_come_when_the_right_one_is_pressed(
    office: Office, rui: ChatUser
) -> None:
    reply = await office.ask(f"invoice of {MISTYPED}", who=rui)
    assert not any(isinstance(part, Files) for part in reply.parts)
    sent = await office.press(buttons(reply)[0], who=rui)
    (files,) = (part for part in sent.parts if isinstance(part, Files))
    assert {file.document.order_number for file in files.files} == {known.STAR.order_number}
