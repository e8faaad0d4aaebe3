"""What Slack refuses or puts off: the person reads a sentence, or it is done later; never silence."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.chat.people import Conversation, Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Files, Say
from bot.delivery import DeliveryDelayed
from bot.demo.events import ANA, BRUNO
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.membership import SlackMembership
from bot.handlers.slack.people import People
from bot.handlers.slack.reasons import elsewhere
from bot.membership import MembershipUnknown
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.documented_errors import DOCUMENTED, UNAVAILABLE
from tests.handlers.slack.orders import button, file
from tests.handlers.slack.world import CHANNEL, NO_BOT, World

DM = ANA.slack_dm
THANKS = Say(Phrase("thanks"))
HELP = Say(Phrase("help_list"))

Walk = Callable[[World, str], Awaitable[None]]


async def _in_direct_chat(world: World, error: str) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("chat.postMessage", error, retry_after=30)
    await world.deliver(asked, THANKS)


async def _in_channel(world: World, error: str) -> None:
    asked = await world.asked_by_mention()
    world.slack.fail_next("chat.postEphemeral", error, retry_after=30)
    await world.deliver(asked, THANKS)


async def _turning_a_page(world: World, error: str) -> None:
    await world.deliver(await world.asked_in_direct_chat(), Actions((button("next"),)))
    shown = world.answers_to("ana", DM)[-1]
    assert await world.slack.press("ana", DM, str(shown["ts"]), "next") == 200
    world.slack.fail_next("chat.update", error, retry_after=30)
    await world.deliver(world.kept.last, HELP, replaces=True)


async def _where_the_bot_is_not(world: World, error: str) -> None:
    asked = await world.asked_by_command(NO_BOT)
    world.clock.offset += 31 * 60
    world.slack.fail_next("conversations.open", error, retry_after=30)
    await world.deliver(asked, THANKS)


async def _ticket(world: World, error: str) -> None:
    await _document(world, "files.getUploadURLExternal", error)


async def _sharing(world: World, error: str) -> None:
    await _document(world, "files.completeUploadExternal", error)


async def _document(world: World, method: str, error: str) -> None:
    world.documents.files["danfe-1"] = Path(__file__)
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next(method, error, retry_after=30)
    await world.deliver(asked, Files((file(),)))


WALKS: dict[str, Walk] = {
    "chat.postMessage": _in_direct_chat,
    "chat.postEphemeral": _in_channel,
    "chat.update": _turning_a_page,
    "conversations.open": _where_the_bot_is_not,
    "files.getUploadURLExternal": _ticket,
    "files.completeUploadExternal": _sharing,
}


@pytest.mark.parametrize("method", WALKS)
async def test_after_every_documented_error_the_person_reads_something_or_it_is_done_later(
    world: World, method: str
) -> None:
    for error in (*UNAVAILABLE, *DOCUMENTED[method]):
        before = _seen_by_ana(world)
        calls = world.slack.calls.count(method)
        later = False
        try:
            await WALKS[method](world, error)
        except DeliveryDelayed as delayed:
            later = delayed.retry_after > 0
        assert later or _seen_by_ana(world) > before, f"silence after {error}"
        assert world.slack.calls.count(method) > calls, f"{error} was not met"
    assert _seen_by_ana(world) > 0


def _seen_by_ana(world: World) -> int:
    return sum(len(world.answers_to("ana", channel)) for channel in (DM, CHANNEL, NO_BOT))


@pytest.mark.parametrize("method", ["assistant.threads.setStatus", "users.info"])
async def test_no_error_in_what_goes_beside_an_answer_keeps_it_back(world: World, method: str) -> None:
    for error in (*UNAVAILABLE, *DOCUMENTED[method]):
        asked = await world.asked_in_direct_chat()
        before = _seen_by_ana(world)
        people = People(SlackApis(world.api, {}), fallback=Reader("en", "UTC"))
        world.slack.fail_next(method, error, retry_after=1)
        if method == "users.info":
            assert (await people.reader(asked.sender)).locale in ("en", "en-US"), error
        else:
            await world.courier.working(asked)
        await world.deliver(asked, THANKS)
        assert _seen_by_ana(world) > before, error


@pytest.mark.parametrize(
    "method",
    ["users.info", "auth.test", "conversations.info", "conversations.members", "usergroups.users.list"],
)
async def test_where_slack_tells_nothing_of_people_nobody_counts_as_anybody(
    world: World, method: str
) -> None:
    place = Conversation(Platform.SLACK, CHANNEL, "T0CUSTOMER", private=False)
    asked = await world.asked_in_direct_chat()
    for error in (*UNAVAILABLE, *DOCUMENTED[method]):
        membership = SlackMembership(SlackApis(world.api, {}))
        world.slack.fail_next(method, error, retry_after=30)
        try:
            if method == "usergroups.users.list":
                assert not await membership.in_group(asked.sender, "S0SUPPORT"), error
            elif method == "users.info":
                assert not (await membership.person(asked.sender)).standing.is_full, error
            else:
                await membership.members(place, ())
                raise AssertionError(f"{error} counted as an answer")
        except MembershipUnknown:
            continue


@pytest.mark.parametrize("error", ["expired_url", "used_url", "no_service", "invalid_payload", "http_404"])
async def test_whatever_a_response_url_refuses_the_answer_arrives(world: World, error: str) -> None:
    asked = await world.asked_by_command()
    world.slack.fail_next("response_url", error)
    await world.deliver(asked, THANKS)
    assert len(world.answers_to("ana", CHANNEL)) == 1


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("not_in_channel", "invite this app to the channel"),
        ("is_archived", "archived"),
        ("restricted_action_read_only_channel", "does not let apps post"),
        ("user_not_in_channel", "not a member"),
        ("missing_scope", "approve this app again"),
    ],
)
async def test_an_answer_given_elsewhere_says_why_and_what_to_do(world: World, code: str, says: str) -> None:
    asked = await world.asked_by_mention()
    world.slack.fail_next("chat.postEphemeral", code)
    await world.deliver(asked, THANKS)
    (answer,) = world.answers_to("ana", DM)
    assert says in str(answer["text"])
    assert "welcome" in str(answer["text"])
    assert world.answers_to("bruno", CHANNEL) == []


@pytest.mark.parametrize("locale", ["en", "pt-BR", "es"])
def test_every_reason_is_a_sentence_of_its_own_in_every_language(locale: str) -> None:
    wording = Wording(load_catalogs(), supplier_name="Demo Supply")
    codes = sorted({code for codes in DOCUMENTED.values() for code in codes})
    for code in codes:
        sentence = wording.say(elsewhere(code), Reader(locale, "UTC"))
        assert sentence.endswith("."), code
        assert "slack_" not in sentence.replace(code, ""), code


async def test_what_slack_put_off_in_one_chat_waits_there_and_nowhere_else(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("chat.postMessage", "ratelimited", retry_after=30)
    with pytest.raises(DeliveryDelayed):
        await world.deliver(asked, THANKS)
    asked_of_slack = world.slack.calls.count("chat.postMessage")
    with pytest.raises(DeliveryDelayed) as delayed:
        await world.deliver(asked, THANKS)
    assert 20 < delayed.value.retry_after <= 30
    assert world.slack.calls.count("chat.postMessage") == asked_of_slack, "Slack was not asked again"
    assert await world.slack.say("bruno", BRUNO.slack_dm, "PO-1") == 200
    await world.deliver(world.kept.last, THANKS)
    assert len(world.answers_to("bruno", BRUNO.slack_dm)) == 1, "other chats go on"
    await world.deliver(await world.asked_by_mention(), THANKS)
    assert len(world.answers_to("ana", CHANNEL)) == 1, "other methods go on"


async def test_a_direct_chat_that_cannot_be_opened_is_written_to_by_the_person(world: World) -> None:
    await _where_the_bot_is_not(world, "method_not_supported_for_channel_type")
    assert len(world.answers_to("ana", DM)) == 1
    assert world.slack.violations == []
