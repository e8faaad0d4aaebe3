"""Inline mode: only one's own, cached by nobody, and what is posted says nothing to strangers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from bot.chat.messages import Pressed
from bot.chat.people import ChatUser, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import GoOnInPrivate, Posting, Say
from bot.handlers.telegram.deep_links import action_of, start_payload
from bot.handlers.telegram.inline import Inline
from tests.handlers.telegram.world import GROUP, World, a_world, wording

ACTION = "abcdefghijklmnopqrstuv"
ORDER = Posting(number="PO-7782 <b>", also="104218", action=ACTION)


@dataclass
class Known:
    """What each person may post; who is not here may post nothing at all."""

    by_account: dict[str, Sequence[Posting]] = field(default_factory=dict)
    failing: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def postings(self, user: ChatUser, text: str) -> Sequence[Posting] | None:
        self.asked.append((user.user_id, text))
        if self.failing:
            raise RuntimeError("the store is away")
        return self.by_account.get(user.user_id)


@pytest.fixture
async def known() -> Known:
    return Known({"700001": [ORDER]})


@pytest.fixture
async def world(known: Known) -> AsyncIterator[World]:
    async with a_world(inline=Inline(known, wording(), default=Reader("en"))) as connected:
        yield connected


async def test_what_is_shown_is_ones_own_and_cached_by_nobody(world: World, known: Known) -> None:
    shown = await world.telegram.types("ana", "7782")

    assert known.asked == [("700001", "7782")]
    assert (shown.personal, shown.cache_seconds, shown.button) == (True, 0, None)
    assert shown.results is not None
    [result] = shown.results
    assert result["title"] == "Post order PO-7782 <b> here"
    assert result["description"] == "Also 104218"
    assert world.telegram.violations == []


async def test_what_is_posted_is_the_number_and_a_way_into_the_chat_with_the_bot(world: World) -> None:
    world.telegram.groups.add(GROUP, "Anybody", ["ana", "carla"])
    posted = await world.telegram.posts(await world.telegram.types("ana", "7782"), GROUP)

    assert posted["text"] == "Order PO-7782 <b>\nWho may see it opens it in private."
    [[button]] = posted["reply_markup"]["inline_keyboard"]
    assert button == {
        "text": "Go on in private",
        "url": f"https://t.me/{world.telegram.username}?start=go-{ACTION}",
    }
    # A post of ours in a group is not something said to us.
    assert world.inbox.messages == []


async def test_opening_what_was_posted_is_a_press_of_whoever_opens_it(world: World) -> None:
    await world.telegram.start("carla", start_payload(ACTION))

    assert world.inbox.last.content == Pressed(ACTION)
    assert world.inbox.last.sender.user_id == str(world.telegram.user("carla")["id"])
    assert world.inbox.last.conversation.private


@pytest.mark.parametrize("payload", ["go-", "go-short", f"go-{ACTION}%", f"go-{'a' * 41}", "inv-x", ""])
def test_no_other_payload_goes_on_with_anything(payload: str) -> None:
    assert action_of(payload) is None


async def test_a_stranger_is_shown_the_way_to_link_and_nothing_else(world: World) -> None:
    shown = await world.telegram.types("carla", "7782")

    assert shown.results == []
    assert shown.button == {"text": "Link your company to post orders", "start_parameter": "link"}
    assert (shown.personal, shown.cache_seconds) == (True, 0)


async def test_a_failure_is_nobodys_update_to_send_again(world: World, known: Known) -> None:
    known.failing = True
    shown = await world.telegram.types("ana", "7782")

    assert shown.results is None
    assert world.telegram.waiting == 0


async def test_in_a_group_a_link_goes_on_in_private_with_what_was_asked(world: World) -> None:
    world.telegram.groups.add(GROUP, "Anybody", ["ana", "carla"])
    await world.telegram.say("ana", "@orderbot_demo_bot where is 7782", chat=GROUP)
    await world.deliver(Say(Phrase("ask_in_private")), GoOnInPrivate(Phrase("button_in_private"), ACTION))

    answer = world.telegram.sees("carla", chat=GROUP)[-1]
    assert answer["reply_markup"]["inline_keyboard"] == [
        [{"text": "Go on in private", "url": f"https://t.me/{world.telegram.username}?start=go-{ACTION}"}]
    ]
    assert world.telegram.violations == []
