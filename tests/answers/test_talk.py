"""What carries over from one message to the next, and what happens when nothing is understood."""

from bot.chat.messages import Asked
from bot.demo.supplier import known
from tests.answers.conftest import NOBODY, Office, card, choice, in_locale, table


async def test_a_number_alone_is_answered_in_the_language_the_person_last_wrote_in(office: Office) -> None:
    assert (await office.ask(known.STAR.order_number)).reader.locale == "en-US"
    await office.ask("onde está meu pedido?")
    assert (await office.ask(known.STAR.order_number)).reader.locale == "pt-BR"
    assert (await office.ask(known.STAR.order_number, who=NOBODY)).reader.locale == "en-US"
    await office.ask("where is my order?")
    assert (await office.ask(known.STAR.order_number)).reader.locale == "en-US"


async def test_words_of_two_languages_are_in_the_one_the_person_last_wrote_in(office: Office) -> None:
    await office.say(Asked("onde está meu pedido?"), reader=in_locale("es"))
    reply = await office.say(Asked("pedidos"), reader=in_locale("es"))
    assert reply.reader.locale == "pt-BR"
    assert (await office.say(Asked("pedidos"), reader=in_locale("es"), who=NOBODY)).reader.locale == "es"


async def test_the_second_one_is_that_of_the_list_or_choice_before(office: Office) -> None:
    listed = table(await office.ask("what is still open?"))
    assert card(await office.ask("the second one")).order.order_number == listed.orders[1].order_number
    offered = choice(await office.ask(known.SPLIT_REFERENCE))
    assert card(await office.ask("o último")).order.order_number == offered.orders[-1].order_number


async def test_a_place_in_no_list_asks_which_order_is_meant(office: Office) -> None:
    await office.ask(known.SPLIT_REFERENCE)
    (sentence,) = office.words(await office.ask("the fifth one"))
    assert "Which order" in sentence


async def test_what_is_not_understood_is_asked_back_with_two_meanings(office: Office) -> None:
    reply = await office.ask(f"cancel order {known.STAR.order_number}")
    meanings = office.labels(reply)
    assert list(meanings) == ["Where is an order", "Documents"]
    found = card(await office.press(meanings["Where is an order"]))
    assert found.order.order_number == known.STAR.order_number
    # Whoever presses gets what is theirs.
    stranger = await office.press(meanings["Where is an order"], who=NOBODY)
    assert not any(part.kind == "order_card" for part in stranger.parts)
    asked = await office.ask("quero cancelar tudo agora mesmo")
    assert list(office.labels(asked)) == ["Meus pedidos", "O que posso perguntar"]


async def test_thanks_are_answered_by_a_courtesy_and_nothing_else_is(office: Office) -> None:
    for words in ("thanks!", "obrigado!", "¡gracias!"):
        (part,) = (await office.ask(words)).parts
        assert part.kind == "say"
        assert part.courtesy
    for part in (await office.ask("hello")).parts:
        assert part.kind != "say" or not part.courtesy
