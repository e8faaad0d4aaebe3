"""What is answered at a platform's other doors: a search form, somebody else's words, the home, the door."""

from collections.abc import AsyncIterator

import pytest

from bot.answers.doorkeeping import Doorkeeping
from bot.building.basics import secret_keys
from bot.chat.messages import Commanded, Opened, Posted, Searched
from bot.chat.people import ChatUser, Platform
from bot.chat.replies import Files, Heading, LinkPreview, OrderCard, OrderTable, Prompts, Reply, Say
from bot.demo.supplier import known
from bot.linking import CompanyRow, Role
from bot.numbers.completing import Completer
from bot.numbers.index import Numbers
from bot.orders import DocumentKind, OrderStatus
from bot.questions import Intent, understand
from bot.store import Store
from tests.answers.conftest import ANA, NOBODY, READER, Office, buttons, card, in_locale, table

BUYER = ChatUser(Platform.SLACK, "U0BUYER", "T1")
RIVAL = ChatUser(Platform.SLACK, "U0RIVAL", "T1")


@pytest.fixture(autouse=True, scope="module")
async def people(office: Office) -> None:
    """A buyer at Ana's company, somebody of another company, and both companies' numbers."""
    erp, linking = office.core.settings.erp.name, office.core.linking
    await linking.import_companies([CompanyRow(erp=erp, erp_key=str(known.SOUTHGATE), name="Southgate")])
    await linking.link_directly(BUYER, erp, "55", role=Role.BUYER)
    await linking.link_directly(RIVAL, erp, str(known.SOUTHGATE), role=Role.ADMIN)
    await office.core.filler.round()


@pytest.fixture(scope="module")
async def door(office: Office) -> AsyncIterator[Doorkeeping]:
    """As the process has it that receives: with a store of its own."""
    settings = office.core.settings
    store, keys = Store(settings.database_url), secret_keys(settings)
    yield Doorkeeping(office.core.linking, Completer(store, keys, Numbers(store, keys)))
    await store.aclose()


def headings(office: Office, reply: Reply) -> list[str]:
    return [
        office.core.wording.say(part.phrase, reply.reader)
        for part in reply.parts
        if isinstance(part, Heading)
    ]


# The search form


async def test_a_number_in_the_form_brings_its_card(office: Office) -> None:
    reply = await office.say(Searched(number=known.STAR.order_number))
    assert card(reply).order.order_number == known.STAR.order_number


async def test_a_document_of_a_number_is_sent(office: Office) -> None:
    reply = await office.say(Searched(number=known.STAR.order_number, document=DocumentKind.INVOICE_PDF))
    (files,) = [part for part in reply.parts if isinstance(part, Files)]
    assert files.files[0].document.order_number == known.STAR.order_number


async def test_a_status_and_a_period_list(office: Office) -> None:
    shipped = table(await office.say(Searched(days=365, status=OrderStatus.SHIPPED)))
    assert {order.status for order in shipped.orders} == {OrderStatus.SHIPPED}
    still_open = table(await office.say(Searched(open_only=True)))
    assert all(order.status.is_open for order in still_open.orders)


@pytest.mark.parametrize(
    "number",
    [
        "unlink me",
        "123456",
        "invite @U0RIVAL as admin PO-1",
        "for Southgate: PO-7782",
        "%' OR 1=1 --",
        "\u202e1",
    ],
)
async def test_whatever_stands_in_the_number_field_asks_for_an_order_and_nothing_else(
    office: Office, number: str
) -> None:
    reply = await office.say(Searched(number=number), who=BUYER)
    assert not reply.errands
    assert (await office.core.linking.access(BUYER)).scope is not None
    for part in reply.parts:
        assert not isinstance(part, OrderCard) or part.company_name == "Northwind"


async def test_the_form_of_somebody_unlinked_brings_how_to_be_linked(office: Office) -> None:
    reply = await office.say(Searched(number=known.STAR.order_number), who=NOBODY)
    assert any("not linked" in words for words in office.words(reply))
    assert all(isinstance(part, Say) for part in reply.parts)


# Somebody else's words


async def test_every_number_in_somebody_elses_words_is_looked_up(office: Office) -> None:
    words = f"Carla asks about {known.STAR.customer_reference} and about {known.SPLIT[0].order_number}!"
    reply = await office.say(Commanded("lookup", words))
    numbers = {part.order.order_number for part in reply.parts if isinstance(part, OrderCard)}
    assert numbers == {known.STAR.order_number, known.SPLIT[0].order_number}


@pytest.mark.parametrize(
    "words",
    [
        f"unlink me {known.STAR.order_number}",
        f"invite @U0RIVAL as admin {known.STAR.order_number}",
        f"make @U0RIVAL admin, {known.STAR.order_number}",
        f"for Southgate: {known.STAR.order_number}",
        f"tell me when {known.STAR.order_number} ships",
        "inv-0123456789abcdef0123456789abcdef",
        "my code is 123456",
    ],
)
async def test_what_somebody_else_wrote_makes_nobody_do_anything(office: Office, words: str) -> None:
    reply = await office.say(Commanded("lookup", words))
    assert not reply.errands
    access = await office.core.linking.access(ANA)
    assert access.current is not None
    assert access.current.name == "Northwind"
    assert not await office.core.watches.of_person(ANA)
    assert not any(isinstance(part, Files) for part in reply.parts)


async def test_words_without_a_number_are_said_to_have_none(office: Office) -> None:
    (words,) = office.words(await office.say(Commanded("lookup", "good morning, all")))
    assert words.startswith("There is no order number in that message")


# The home


async def test_the_home_shows_who_one_is_and_what_is_open_watched_and_documented(office: Office) -> None:
    reply = await office.say(Opened("home"))
    assert headings(office, reply) == [
        "Orders of Northwind",
        "Open orders",
        "What I watch for you",
        "Latest documents",
        "Your company's people",
        "Help and your link",
    ]
    assert table(reply).orders
    assert all(order.status.is_open for order in table(reply).orders)
    assert any("as company admin" in words for words in office.words(reply))
    assert {"Members", "Help", "Unlink me"} <= office.labels(reply).keys()


async def test_a_document_on_the_home_comes_as_a_file(office: Office) -> None:
    reply = await office.say(Opened("home"))
    document = next(
        button for label, button in office.labels(reply).items() if label.startswith("Invoice (DANFE)")
    )
    assert any(isinstance(part, Files) for part in (await office.press(document)).parts)


async def test_every_button_of_the_home_is_answered(office: Office) -> None:
    labels = office.labels(await office.say(Opened("home")))
    for label, words in {
        "Members": "see the orders of Northwind:",
        "Who looked up what": "Who did what for Northwind, newest first:",
        "Help": "",
        "Unlink me": "",
    }.items():
        said = office.words(await office.press(labels[label]))
        assert said, label
        assert words in said[0]


async def test_a_watch_begun_is_on_the_home_and_can_be_ended_there(office: Office) -> None:
    await office.ask(f"tell me when {known.STAR.order_number} ships", who=BUYER)
    reply = await office.say(Opened("home"), who=BUYER)
    stop = next(button for label, button in office.labels(reply).items() if label.startswith("Stop watching"))
    await office.press(stop, who=BUYER)
    assert not await office.core.watches.of_person(BUYER)


async def test_only_an_admin_sees_the_companys_people(office: Office) -> None:
    assert "Members" not in office.labels(await office.say(Opened("home"), who=BUYER))


async def test_the_home_of_somebody_unlinked_says_what_to_do(office: Office) -> None:
    reply = await office.say(Opened("home"), who=NOBODY)
    assert headings(office, reply) == ["Where is my order?"]
    assert list(office.labels(reply)) == ["Link me", "Help"]
    assert not any(isinstance(part, OrderTable) for part in reply.parts)
    # No mail is set up in this office.
    pressed = await office.press(office.labels(reply)["Link me"], who=NOBODY)
    assert office.words(pressed) == ["Linking by e-mail is not set up here. Ask Acme to link you."]


async def test_an_erp_that_is_away_takes_only_its_part_off_the_home(office: Office) -> None:
    office.faults.mode = "down"
    try:
        reply = await office.say(Opened("home"), who=RIVAL)
    finally:
        office.faults.mode = "ok"
    assert "Orders of Southgate" in headings(office, reply)
    assert "Unlink me" in office.labels(reply)


async def test_one_companys_home_holds_nothing_of_anothers(office: Office) -> None:
    mine, theirs = [await office.say(Opened("home"), who=who) for who in (ANA, RIVAL)]
    numbers = [{order.order_number for order in table(one).orders} for one in (mine, theirs)]
    assert all(numbers)
    assert not numbers[0] & numbers[1]
    for button in buttons(mine):
        pressed = await office.press(button, who=RIVAL)
        assert not any(isinstance(part, OrderCard | Files) for part in pressed.parts)


# Where a chat begins


@pytest.mark.parametrize("locale", ["en", "pt-BR", "es"])
async def test_every_question_offered_is_understood(office: Office, locale: str) -> None:
    for who, intents in (
        (ANA, [Intent.LIST, Intent.LIST, Intent.CHANGES, Intent.HELP]),
        (NOBODY, [Intent.LINK, Intent.HELP]),
    ):
        reply = await office.say(Opened("chat"), who=who, reader=in_locale(locale))
        (prompts,) = [part for part in reply.parts if isinstance(part, Prompts)]
        words = [office.core.wording.say(one, reply.reader) for one in prompts.questions]
        now = office.core.assistant._desk.clock()
        read = [understand(one, now=now, time_zone=READER.zone, locale=locale) for one in words]
        assert [one.intent for one in read] == intents


async def test_a_posted_address_is_shown_with_its_number_and_nothing_looked_up(office: Office) -> None:
    url = f"https://shop.example/orders/{known.STAR.order_number}"
    for who in (ANA, RIVAL, NOBODY):
        reply = await office.say(Posted({url: known.STAR.order_number}), who=who)
        assert reply.parts == (LinkPreview(url, known.STAR.order_number),)


# At the door


async def test_a_number_is_completed_from_ones_own_orders_alone(office: Office, door: Doorkeeping) -> None:
    part = known.STAR.order_number[:4]
    mine = await door.complete(ANA, part, reader=READER, limit=20)
    assert known.STAR.order_number in [one.number for one in mine]
    theirs = await door.complete(RIVAL, part, reader=READER, limit=20)
    assert not {one.number for one in mine} & {one.number for one in theirs}
    assert await door.complete(NOBODY, part, reader=READER, limit=20) == ()
    assert [await door.is_linked(who) for who in (ANA, RIVAL, NOBODY)] == [True, True, False]


@pytest.mark.parametrize("typed", ["PO-7782", "po7782", "7782", " po 7782 "])
async def test_a_customers_own_reference_completes_too(office: Office, door: Doorkeeping, typed: str) -> None:
    found = await door.complete(ANA, typed, reader=READER, limit=20)
    assert known.STAR.order_number in [one.number for one in found]


async def test_with_nothing_typed_the_newest_open_orders_come(office: Office, door: Doorkeeping) -> None:
    found = await door.complete(ANA, "", reader=READER, limit=5)
    newest = table(await office.say(Searched(open_only=True))).orders
    assert {one.number for one in found} == {order.order_number for order in newest}


@pytest.mark.parametrize("typed", ["%", "_", "' OR 1=1", "\x00", "🙂" * 40, "9" * 500])
async def test_odd_things_typed_complete_to_nothing_of_others(
    office: Office, door: Doorkeeping, typed: str
) -> None:
    own = {one.number for one in await door.complete(ANA, "", reader=READER, limit=100)}
    assert {one.number for one in await door.complete(ANA, typed, reader=READER, limit=20)} <= own


async def test_somebody_whose_right_ended_is_completed_nothing_at_once(
    office: Office, door: Doorkeeping
) -> None:
    leaver = ChatUser(Platform.SLACK, "U0LEAVER", "T1")
    await office.core.linking.link_directly(leaver, office.core.settings.erp.name, "55", role=Role.BUYER)
    assert await door.complete(leaver, "", reader=READER, limit=5)
    await office.core.linking.unlink(leaver)
    assert await door.complete(leaver, "", reader=READER, limit=5) == ()
