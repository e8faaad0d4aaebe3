"""Who is in a group, as far as Telegram lets a bot know."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
from telegram.ext import ExtBot

from bot.chat.people import ChatUser, Conversation, Platform
from bot.handlers.telegram import membership
from bot.handlers.telegram.membership import TelegramMembership
from bot.membership import MembershipUnknown, Seen, Standing
from tests.handlers.telegram.tiny import BOT_ID, TinyTelegram, tiny_telegram
from tests.handlers.telegram.world import GROUP, World

PLACE = Conversation(Platform.TELEGRAM, str(GROUP), private=False)
ANA, BRUNO, CARLA = (ChatUser(Platform.TELEGRAM, str(account)) for account in (700001, 700002, 700003))

MEMBER = {"status": "member"}
LEFT = {"status": "left"}
KICKED = {"status": "kicked", "until_date": 0}
CREATOR = {"status": "creator", "is_anonymous": True}
ADMINISTRATOR = {"status": "administrator", "can_manage_chat": True}
MUTED = {"status": "restricted", "is_member": True, "can_send_messages": False}
MUTED_OUTSIDE = {**MUTED, "is_member": False}


@dataclass
class Asking:
    telegram: TinyTelegram
    bot: ExtBot[None]
    membership: TelegramMembership

    def group(self, *counts: int, **statuses: Mapping[str, object]) -> None:
        """So many are in the group; the bot and these people are looked up as given."""
        self.telegram.counts = list(counts)
        names = {"ana": 700001, "bruno": 700002, "carla": 700003, "bot": BOT_ID}
        self.telegram.statuses = {names[name]: status for name, status in statuses.items()}


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    async with tiny_telegram() as (telegram, bot):
        yield Asking(telegram, bot, TelegramMembership(bot))


async def test_every_account_counts_as_a_full_member_and_telegram_is_not_asked(asking: Asking) -> None:
    assert await asking.membership.person(ANA) == Seen(ANA, Standing.MEMBER)
    assert asking.telegram.calls == []


@pytest.mark.parametrize(
    "user",
    [
        ChatUser(Platform.TELEGRAM, "0"),
        ChatUser(Platform.TELEGRAM, "-5"),
        ChatUser(Platform.TELEGRAM, "ana"),
        ChatUser(Platform.TELEGRAM, "042"),
        ChatUser(Platform.TELEGRAM, "٤٢"),
        ChatUser(Platform.TELEGRAM, " 42"),
        ChatUser(Platform.TELEGRAM, "42", "T1"),
        ChatUser(Platform.TELEGRAM, "1087968824"),
        ChatUser(Platform.TELEGRAM, "777000"),
        ChatUser(Platform.SLACK, "42"),
    ],
)
async def test_t8_what_is_no_persons_account_is_nobody_telegram_vouches_for(
    asking: Asking, user: ChatUser
) -> None:
    with pytest.raises(MembershipUnknown, match="not_a_person"):
        await asking.membership.person(user)


async def test_a_group_of_known_people_and_the_bot_is_told_in_full(asking: Asking) -> None:
    asking.group(4, ana=CREATOR, bruno=ADMINISTRATOR, carla=MUTED, bot=MEMBER)

    found = await asking.membership.members(PLACE, [ANA, BRUNO, CARLA])

    assert {seen.user for seen in found} == {ANA, BRUNO, CARLA}
    assert {seen.standing for seen in found} == {Standing.MEMBER}
    assert {seen.name for seen in found} == {"Name 700001", "Name 700002", "Name 700003"}


@pytest.mark.parametrize("away", [LEFT, KICKED, MUTED_OUTSIDE, None])
async def test_known_people_who_are_not_in_the_group_are_not_told(
    asking: Asking, away: Mapping[str, object] | None
) -> None:
    asking.group(2, ana=MEMBER, bot=MEMBER, **({"bruno": away} if away else {}))

    assert [seen.user for seen in await asking.membership.members(PLACE, [ANA, BRUNO])] == [ANA]


async def test_the_bot_itself_is_not_told_even_when_it_is_named(asking: Asking) -> None:
    asking.group(2, ana=MEMBER, bot=ADMINISTRATOR)
    itself = ChatUser(Platform.TELEGRAM, str(BOT_ID))

    assert [seen.user for seen in await asking.membership.members(PLACE, [itself, ANA, ANA])] == [ANA]


async def test_t9_a_stranger_in_the_group_makes_its_membership_unknown(asking: Asking) -> None:
    asking.group(3, ana=MEMBER, bot=MEMBER)

    with pytest.raises(MembershipUnknown, match="strangers_present"):
        await asking.membership.members(PLACE, [ANA])
    assert asking.telegram.of("getChatMember") == []


async def test_t9_a_stranger_does_not_pass_as_a_known_person_who_left(asking: Asking) -> None:
    asking.group(3, ana=MEMBER, bruno=LEFT, bot=MEMBER)

    with pytest.raises(MembershipUnknown, match="strangers_present"):
        await asking.membership.members(PLACE, [ANA, BRUNO])


async def test_t9_a_stranger_does_not_pass_as_the_bot_that_was_removed(asking: Asking) -> None:
    asking.group(2, ana=MEMBER, bot=LEFT)

    with pytest.raises(MembershipUnknown, match="strangers_present"):
        await asking.membership.members(PLACE, [ANA])


async def test_t9_a_stranger_who_comes_while_we_look_is_noticed(asking: Asking) -> None:
    asking.group(2, 3, ana=MEMBER, bot=MEMBER)

    with pytest.raises(MembershipUnknown, match="strangers_present"):
        await asking.membership.members(PLACE, [ANA])


async def test_people_of_other_platforms_count_for_nothing(asking: Asking) -> None:
    asking.group(3, ana=MEMBER, bot=MEMBER)
    elsewhere = ChatUser(Platform.SLACK, "700002", "T1")

    with pytest.raises(MembershipUnknown, match="strangers_present"):
        await asking.membership.members(PLACE, [ANA, elsewhere])


async def test_more_people_than_can_be_looked_up_are_unknown(asking: Asking) -> None:
    crowd = [ChatUser(Platform.TELEGRAM, str(800000 + number)) for number in range(51)]

    with pytest.raises(MembershipUnknown, match="too_many_members"):
        await asking.membership.members(PLACE, crowd)
    assert asking.telegram.calls == []


async def test_fifty_people_are_looked_up_each_once(asking: Asking) -> None:
    crowd = [ChatUser(Platform.TELEGRAM, str(800000 + number)) for number in range(50)]
    asking.group(51, bot=MEMBER)
    asking.telegram.statuses |= {int(user.user_id): MEMBER for user in crowd}

    assert [seen.user for seen in await asking.membership.members(PLACE, crowd)] == crowd
    assert len(asking.telegram.of("getChatMember")) == 51


@pytest.mark.parametrize(
    ("status", "there"),
    [
        (MEMBER, True),
        (ADMINISTRATOR, True),
        (MUTED, True),
        (MUTED_OUTSIDE, False),
        (LEFT, False),
        (KICKED, False),
        (None, False),
    ],
)
async def test_somebody_is_in_a_group_whoever_else_is(
    asking: Asking, status: Mapping[str, object] | None, there: bool
) -> None:
    asking.group(40, bot=MEMBER, **({"ana": status} if status else {}))

    assert await asking.membership.attends(ANA, PLACE) is there
    assert len(asking.telegram.of("getChatMember")) == 1


async def test_whether_somebody_is_there_is_unknown_where_telegram_does_not_tell(asking: Asking) -> None:
    asking.group(2, ana={"status": "restricted"}, bot=MEMBER)
    with pytest.raises(MembershipUnknown, match="unreadable"):
        await asking.membership.attends(ANA, PLACE)
    with pytest.raises(MembershipUnknown, match="not_a_person"):
        await asking.membership.attends(ChatUser(Platform.SLACK, "U1", "T1"), PLACE)
    with pytest.raises(MembershipUnknown, match="not_a_group"):
        await asking.membership.attends(ANA, Conversation(Platform.TELEGRAM, "700001"))
    asking.telegram.refuse("getChatMember", 403, "Forbidden: bot was kicked from the supergroup chat")
    with pytest.raises(MembershipUnknown, match="forbidden"):
        await asking.membership.attends(ANA, PLACE)


@pytest.mark.parametrize("method", ["getChatMemberCount", "getChatMember"])
@pytest.mark.parametrize(
    ("status", "description", "parameters", "reason"),
    [
        (400, "Bad Request: chat not found", {}, "bad_request"),
        (400, "Bad Request: member list is inaccessible", {}, "bad_request"),
        (400, "Bad Request: group upgraded", {"migrate_to_chat_id": GROUP - 1}, "chat_migrated"),
        (403, "Forbidden: bot was kicked from the supergroup chat", {}, "forbidden"),
        (429, "Too Many Requests", {"retry_after": 7}, "rate_limited"),
        (401, "Unauthorized", {}, "token_refused"),
        (502, "Bad Gateway", {}, "network"),
    ],
)
async def test_whatever_telegram_refuses_leaves_the_membership_unknown(
    asking: Asking, method: str, status: int, description: str, parameters: dict[str, object], reason: str
) -> None:
    asking.group(2, ana=MEMBER, bot=MEMBER)
    asking.telegram.refuse(method, status, description, **parameters)

    with pytest.raises(MembershipUnknown) as caught:
        await asking.membership.members(PLACE, [ANA])

    assert caught.value.reason == reason


@pytest.mark.parametrize("answer", [{"status": "restricted"}, {"status": 5, "user": None}, {"user": {}}])
async def test_an_answer_that_cannot_be_read_leaves_the_membership_unknown(
    asking: Asking, answer: Mapping[str, object]
) -> None:
    asking.group(2, ana=answer, bot=MEMBER)

    with pytest.raises(MembershipUnknown):
        await asking.membership.members(PLACE, [ANA])


async def test_a_telegram_that_takes_too_long_leaves_the_membership_unknown(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "PATIENCE_SECONDS", 0.2)
    asking.group(2, ana=MEMBER, bot=MEMBER)
    asking.telegram.seconds = 0.5

    with pytest.raises(MembershipUnknown, match="timed_out"):
        await asking.membership.members(PLACE, [ANA])


@pytest.mark.parametrize(
    "place",
    [
        Conversation(Platform.TELEGRAM, "700001"),
        Conversation(Platform.TELEGRAM, "700001", private=False),
        Conversation(Platform.TELEGRAM, "buyers", private=False),
        Conversation(Platform.SLACK, str(GROUP), private=False),
    ],
)
async def test_what_is_no_group_of_telegram_has_no_members(asking: Asking, place: Conversation) -> None:
    with pytest.raises(MembershipUnknown, match="not_a_group"):
        await asking.membership.members(place, [ANA])


async def test_telegram_has_no_user_groups(asking: Asking) -> None:
    with pytest.raises(MembershipUnknown, match="no_user_groups"):
        await asking.membership.in_group(ANA, "S1")


async def test_t9_a_group_is_known_until_a_stranger_joins_and_again_when_they_are_gone(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "bruno"], admins=["ana"])
    told = TelegramMembership(world.bot)
    known = [ChatUser(Platform.TELEGRAM, str(world.telegram.user(name)["id"])) for name in ("ana", "bruno")]
    assert [seen.user for seen in await told.members(PLACE, known)] == known

    await world.telegram.groups.join("carla", GROUP)
    with pytest.raises(MembershipUnknown, match="strangers_present"):
        await told.members(PLACE, known)

    await world.telegram.groups.leave("carla", GROUP, removed=True)
    assert [seen.user for seen in await told.members(PLACE, known)] == known
    assert world.telegram.violations == []
