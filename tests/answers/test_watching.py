"""Watching through the door people use: begin by a button, hear of it, stop."""

from collections.abc import AsyncIterator
from datetime import time

import pytest

from bot.chat.messages import Opened
from bot.chat.people import ChatUser, Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import Reply
from bot.chat.unasked import Fired
from bot.demo.supplier import known
from bot.linking import Role
from bot.watching import Digest
from bot.watching.quiet import Chosen, Quiet
from tests.answers.conftest import ANA, NOBODY, Office, card, in_locale

BRUNO = ChatUser(Platform.SLACK, "U0BRUNO", "T1")
NEWS = Phrase("changed_despatched", {"number": known.STAR.customer_reference})


@pytest.fixture
async def watched(office: Office) -> AsyncIterator[int]:
    """The id of Ana's watch on the star of the demo."""
    labels = office.labels(await office.ask(known.STAR.order_number))
    await office.press(labels["Tell me when it moves"])
    [watch] = await office.core.watches.of_person(ANA)
    yield watch.id
    await office.core.watches.stop(watch.id, "stopped")


async def fired(office: Office, watch_id: int, *, who: ChatUser = ANA, last: bool = False) -> Reply:
    company = (await office.core.linking.access(ANA)).companies[0].company_id
    return await office.say(Fired(watch_id, company, (NEWS,), last=last), who=who)


async def test_a_watch_is_begun_by_a_button_and_says_what_it_waits_for(office: Office) -> None:
    labels = office.labels(await office.ask(known.STAR.order_number))
    reply = await office.press(labels["Tell me when it moves"])
    assert office.words(reply) == [
        f"{known.STAR.customer_reference}: I will tell you here when anything about it changes."
    ]
    stopped = await office.press(office.labels(reply)["Stop watching"])
    assert office.words(stopped) == ["I have stopped watching it."]
    assert await office.core.watches.of_person(ANA) == []


async def test_news_come_with_the_order_as_it_stands_and_a_way_to_stop(office: Office, watched: int) -> None:
    reply = await fired(office, watched)
    assert office.words(reply) == [f"{known.STAR.customer_reference} has been despatched."]
    assert card(reply).order.order_number == known.STAR.order_number
    assert "Stop watching" in office.labels(reply)


async def test_the_last_news_say_so(office: Office, watched: int) -> None:
    reply = await fired(office, watched, last=True)
    assert office.words(reply)[-1].startswith("That was the last news of this order")
    assert "Stop watching" not in office.labels(reply)


async def test_news_are_said_to_nobody_but_the_one_who_watches(office: Office, watched: int) -> None:
    assert (await fired(office, watched, who=NOBODY)).parts == ()
    assert (await fired(office, watched + 1000)).parts == ()


async def test_whoever_lost_the_right_meanwhile_hears_nothing(office: Office) -> None:
    await office.core.linking.link_directly(BRUNO, "erp", "55", role=Role.BUYER)
    labels = office.labels(await office.ask(known.STAR.order_number, who=BRUNO))
    await office.press(labels["Tell me when it moves"], who=BRUNO)
    [watch] = await office.core.watches.of_person(BRUNO)
    await office.core.linking.unlink(BRUNO)
    assert (await fired(office, watch.id, who=BRUNO)).parts == ()
    assert await office.core.watches.of_person(BRUNO) == []


async def test_what_the_person_stopped_is_said_no_more(office: Office, watched: int) -> None:
    await office.core.watches.stop(watched, "stopped", of=ANA)
    assert (await fired(office, watched)).parts == ()


async def test_news_are_said_without_the_card_while_the_erp_is_down(office: Office, watched: int) -> None:
    office.faults.mode = "down"
    try:
        reply = await fired(office, watched)
    finally:
        office.faults.mode = "ok"
    assert office.words(reply) == [f"{known.STAR.customer_reference} has been despatched."]
    assert [part.kind for part in reply.parts] == ["say", "actions"]


async def test_what_was_held_at_night_is_one_message_without_cards(office: Office, watched: int) -> None:
    company = (await office.core.linking.access(ANA)).companies[0].company_id
    other = Fired(watched, company, (Phrase("changed_cancelled", {"number": "PO-1"}),), last=True)
    reply = await office.say(Fired(watched, company, (NEWS,), also=(other,)))
    assert office.words(reply) == [
        "While it was quiet, this happened:",
        f"{known.STAR.customer_reference} has been despatched.",
        "PO-1 has been cancelled.",
        "That was the last news of this order; I have stopped watching it.",
    ]
    assert f"Stop watching {known.STAR.customer_reference}" in office.labels(reply)
    assert await office.core.watches.one(watched) is not None

    gone = await office.say(Fired(watched, company, (NEWS,), also=(other,)), who=NOBODY)
    assert gone.parts == ()


async def test_a_list_whose_hour_came_with_news_is_told_in_the_same_message(
    office: Office, watched: int
) -> None:
    company = (await office.core.linking.access(ANA)).companies[0].company_id
    listed = await office.core.watches.watch_list(ANA, company, Digest("open", None, time(7), "UTC"))
    reply = await office.say(Fired(watched, company, (NEWS,), also=(Fired(listed, company),)))
    words = office.words(reply)
    assert words[:2] == [
        "While it was quiet, this happened:",
        f"{known.STAR.customer_reference} has been despatched.",
    ]
    alone = await office.say(Fired(listed, company))
    await office.core.watches.stop(listed, "stopped")
    assert words[2:] == office.words(alone)
    assert [part.kind for part in reply.parts].count("order_table") == 1


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("pt-BR", f"{known.STAR.customer_reference} foi despachado."),
        ("es", f"{known.STAR.customer_reference} se ha despachado."),
    ],
)
async def test_news_are_in_the_readers_language(
    office: Office, watched: int, locale: str, words: str
) -> None:
    company = (await office.core.linking.access(ANA)).companies[0].company_id
    reply = await office.say(Fired(watched, company, (NEWS,)), reader=in_locale(locale))
    assert office.words(reply) == [words]


@pytest.mark.parametrize(
    "text",
    [
        f"tell me when {known.STAR.customer_reference} ships",
        f"me avise quando o {known.STAR.customer_reference} for despachado",
        f"avísame cuando salga el {known.STAR.customer_reference}",
    ],
)
async def test_a_watch_is_begun_and_ended_in_words(office: Office, text: str) -> None:
    begun = await office.ask(text)
    assert known.STAR.customer_reference in office.words(begun)[0]
    [watch] = await office.core.watches.of_person(ANA)
    assert watch.order is not None
    assert watch.order.number == known.STAR.order_number
    listed = await office.ask("what am I watching?")
    assert known.STAR.customer_reference in " ".join(office.words(listed))
    await office.ask(f"stop watching {known.STAR.customer_reference}")
    assert await office.core.watches.of_person(ANA) == []


async def test_a_list_at_set_hours_is_begun_in_words_and_told_as_asked(office: Office) -> None:
    begun = await office.ask("tell me about late orders every Monday at 9")
    assert office.words(begun) == [
        "I will send you the list of late orders here, every Monday at 9:00\u202fAM."
    ]
    [watch] = await office.core.watches.of_person(ANA)
    told = await office.say(Fired(watch.id, watch.company_id))
    assert office.words(told)[0] == "As you asked, the list of late orders, every Monday at 9:00\u202fAM:"
    await office.core.watches.stop(watch.id, "stopped")


async def test_a_watch_on_an_order_of_another_company_is_like_one_that_does_not_exist(office: Office) -> None:
    foreign = await office.ask(f"tell me when {known.SOUTHGATE_SHIPPED.order_number} ships")
    unknown = await office.ask("tell me when 99999999 ships")
    assert office.words(foreign) == office.words(unknown)
    assert await office.core.watches.of_person(ANA) == []


@pytest.mark.parametrize("text", ["stop all alerts", "pare todos os avisos", "cancela todos los avisos"])
async def test_everything_that_is_watched_is_stopped_in_words(office: Office, text: str) -> None:
    await office.ask(f"tell me when {known.STAR.customer_reference} ships")
    await office.ask("tell me about late orders every Monday at 9")
    await office.ask("tell me about open orders every day at 8")
    assert len(await office.core.watches.of_person(ANA)) == 3
    await office.ask(text)
    assert await office.core.watches.of_person(ANA) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("don't disturb me between 20:00 and 7:30", "Between 8:00\u202fPM and 7:30\u202fAM I keep news"),
        ("não me incomode das 20:00 às 7:30", "Das 20:00 às 07:30 guardo as notícias"),
        ("no me molestes de 20:00 a 7:30", "Entre las 20:00 y las 7:30 guardo las novedades"),
    ],
)
async def test_quiet_hours_are_chosen_in_words_in_the_readers_zone(
    office: Office, text: str, told: str
) -> None:
    reply = await office.ask(text)
    assert office.words(reply)[0].startswith(told)
    chosen = await office.core.watches.quiet.of(ANA)
    assert chosen == Chosen(Quiet(time(20), time(7, 30)), "America/Sao_Paulo")


async def test_quiet_hours_are_shown_changed_and_turned_off(office: Office) -> None:
    await office.ask("don't disturb me between 20:00 and 7:30")
    shown = await office.ask("what are my quiet hours?")
    assert "8:00\u202fPM" in office.words(shown)[0]
    changed = await office.press(office.labels(shown)["Quiet from 9:00\u202fPM to 7:00\u202fAM"])
    assert "Between 9:00\u202fPM and 7:00\u202fAM" in office.words(changed)[0]
    await office.press(office.labels(changed)["No quiet hours"])
    assert office.words(await office.ask("quiet hours?")) == [
        "I tell you news of what you watch at any hour."
    ]
    await office.ask("don't disturb me at night")
    await office.ask("you can message me at any time")
    chosen = await office.core.watches.quiet.of(ANA)
    assert chosen is not None
    assert chosen.quiet.is_never


async def test_quiet_hours_are_on_the_home_and_can_be_changed_there(office: Office) -> None:
    await office.ask("quiet hours from 20:00 to 7:00")
    home = await office.say(Opened("home"))
    assert any("8:00\u202fPM" in words for words in office.words(home))
    await office.press(office.labels(home)["No quiet hours"])
    again = await office.say(Opened("home"))
    assert "I tell you news of what you watch at any hour." in office.words(again)
