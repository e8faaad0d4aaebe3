"""A reply to an older card speaks of that card's order, for those who may see it, and for nobody else."""

from bot.chat.messages import Asked, Pressed
from bot.chat.people import ChatUser, Platform
from bot.chat.replies import Files, Reply
from bot.demo.supplier import known
from bot.linking import CompanyRow, Role
from tests.answers.conftest import Office, buttons, card, table

CARLA = ChatUser(Platform.SLACK, "U0CARLA", "T1")
STRANGER = ChatUser(Platform.SLACK, "U0STRANGER", "T1")


def carried(reply: Reply) -> tuple[str, ...]:
    """What the buttons of a reply carry."""
    return tuple(button.action for button in buttons(reply))


def sent(reply: Reply) -> set[str]:
    """The orders whose documents a reply hands over."""
    return {
        file.document.order_number for part in reply.parts if isinstance(part, Files) for file in part.files
    }


async def carla_of_southgate(office: Office) -> None:
    erp = office.core.settings.erp.name
    await office.core.linking.import_companies([CompanyRow(erp=erp, erp_key="56", name="Southgate")])
    await office.core.linking.link_directly(CARLA, erp, "56", role=Role.BUYER)


async def test_a_reply_to_an_older_card_speaks_of_its_order(office: Office) -> None:
    older = await office.ask(known.STAR.customer_reference)
    newer = await office.ask(known.DOSSIER.order_number)
    assert card(newer).order.order_number == known.DOSSIER.order_number

    answer = await office.say(Asked("and its invoice?"), about=carried(older))
    assert sent(answer) == {known.STAR.order_number}

    # From then on it is the one being talked about.
    shown = await office.ask("where is it?")
    assert card(shown).order.order_number == known.STAR.order_number


async def test_a_reply_to_a_list_can_say_which_of_it(office: Office) -> None:
    listed = await office.ask("my latest orders")
    await office.ask(known.STAR.customer_reference)

    shown = await office.say(Asked("the second one"), about=carried(listed))

    assert card(shown).order.order_number == table(listed).orders[1].order_number


async def test_somebody_of_another_company_learns_nothing_by_replying(office: Office) -> None:
    await carla_of_southgate(office)
    theirs = await office.ask(known.STAR.customer_reference)

    for about in (carried(theirs), ("never-made-by-us-0123456789",)):
        answer = await office.say(Asked("and its invoice?"), who=CARLA, about=about)
        assert office.words(answer) == office.words(await office.say(Asked("and its invoice?"), who=CARLA))
        assert sent(answer) == set()


async def test_a_link_to_an_order_opens_it_for_who_may_see_it_and_is_a_missing_one_to_others(
    office: Office,
) -> None:
    await carla_of_southgate(office)
    listed = await office.ask("my latest orders")
    row = table(listed).rows[0]

    colleague = await office.say(Pressed(row.action))
    assert card(colleague).order.order_number == table(listed).orders[0].order_number

    other = await office.say(Pressed(row.action), who=CARLA)
    missing = await office.ask("SO-99999999", who=CARLA)
    assert office.words(other) == office.words(missing)
    stranger = await office.say(Pressed(row.action), who=STRANGER)
    assert office.words(stranger) == office.words(await office.ask("SO-99999999", who=STRANGER))
