"""What may be posted while somebody types, what is carried from a group, and what either opens for whom."""

import pytest

from bot.answers.posting import Postings
from bot.chat.messages import Asked, Pressed
from bot.chat.people import Audience, ChatUser, Platform
from bot.chat.replies import GoOnInPrivate, Reply
from bot.demo.supplier import known
from bot.linking import CompanyRow, Role
from bot.linking.budgets import Budgets, Limits
from bot.numbers.index import Numbers
from tests.answers.conftest import ANA, NOBODY, Office, card

STRANGER = ChatUser(Platform.TELEGRAM, "4711")


@pytest.fixture(scope="module", autouse=True)
async def filled(office: Office) -> None:
    await office.core.filler.round()


@pytest.fixture(scope="module")
async def carla(office: Office) -> ChatUser:
    """Somebody of another company."""
    user = ChatUser(Platform.TELEGRAM, "4712")
    row = CompanyRow(erp=office.core.settings.erp.name, erp_key="56", name="Southgate")
    await office.core.linking.import_companies([row])
    await office.core.linking.link_directly(user, office.core.settings.erp.name, "56", role=Role.ADMIN)
    return user


@pytest.fixture
def postings(office: Office) -> Postings:
    core = office.core
    numbers = Numbers(core.store, core.linking.books.keys)
    return Postings(core.linking, numbers, core.memory, Budgets(core.linking.books, Limits()))


async def test_ones_own_order_is_found_by_the_store_alone_and_opens_for_oneself(
    office: Office, postings: Postings
) -> None:
    office.faults.mode = "down"
    try:
        found = await postings.postings(ANA, f" {known.STAR.customer_reference} ")
    finally:
        office.faults.mode = "ok"

    assert found
    assert (found[0].number, found[0].also) == (known.STAR.customer_reference, known.STAR.order_number)
    opened = card(await office.say(Pressed(found[0].action)))
    assert opened.order.order_number == known.STAR.order_number


async def test_nothing_is_found_for_who_is_linked_to_nothing(postings: Postings) -> None:
    assert await postings.postings(STRANGER, known.STAR.order_number) is None


@pytest.mark.parametrize("text", ["", "   ", "x" * 61, "no number at all"])
async def test_a_text_that_is_no_number_finds_nothing(postings: Postings, text: str) -> None:
    assert not await postings.postings(ANA, text)


async def test_another_companys_order_is_not_found_and_what_was_posted_opens_nothing(
    office: Office, postings: Postings, carla: ChatUser
) -> None:
    assert not await postings.postings(carla, known.STAR.order_number)
    found = await postings.postings(ANA, known.STAR.order_number)
    assert found
    for who in (carla, STRANGER, NOBODY):
        refused = await office.say(Pressed(found[0].action), who=who)
        assert known.STAR.order_number not in repr(refused)
        assert known.STAR.customer_reference not in repr(refused)


def way_in(reply: Reply) -> GoOnInPrivate:
    return next(part for part in reply.parts if isinstance(part, GoOnInPrivate))


async def test_what_is_asked_in_a_group_goes_on_in_private_in_the_right_of_who_opens_it(
    office: Office, carla: ChatUser
) -> None:
    reply = await office.say(
        Asked(f"where is {known.STAR.order_number}?"), private=False, seen_by=Audience.EXTERNAL
    )
    assert [part.kind for part in reply.parts] == ["say", "go_on_in_private"]
    action = way_in(reply).action

    assert card(await office.say(Pressed(action))).order.order_number == known.STAR.order_number
    for who in (carla, STRANGER):
        assert not any(
            part.kind == "order_card" for part in (await office.say(Pressed(action), who=who)).parts
        )


@pytest.mark.parametrize("text", ["my code is 123456", "unlink", "inv-0123456789abcdef0123456789abcdef"])
async def test_nothing_secret_is_carried_along(office: Office, text: str) -> None:
    reply = await office.say(Asked(text), private=False, seen_by=Audience.EXTERNAL)
    assert way_in(reply).action == ""
