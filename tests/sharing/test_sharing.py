"""Sharing an order in Slack: what others see, who may, and how it is taken back."""

import pytest

from bot.chat.people import Platform
from bot.demo.events import ANA, BRUNO, CARLA, SOFIA
from bot.demo.slack_double import payloads
from bot.demo.supplier.known import STAR
from bot.linking import Reach, Role
from tests.sharing.world import CONNECT, DAVI, PRIVATE, PUBLIC, TIED, World, elements, user

ORDER = STAR.order_number
"""PO-7782 of Northwind, by the supplier's own number."""
OF_THE_ORDER = ("BRL", "R$", "000119920", "000047920", "Total")
"""What a place of mixed people must never read of it: amounts and invoices."""


async def shared(world: World, place: str) -> None:
    """Ana asks in a channel and presses Share here."""
    await world.ask(ANA, place, "where is PO-7782?")
    await world.press(ANA, place, "Share here")


async def test_a_share_is_previewed_posted_redacted_and_taken_back(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    assert world_.public(PRIVATE) == []
    preview = world_.words(ANA, PRIVATE)
    assert "not all of them may see Northwind" in preview
    await world_.press(ANA, PRIVATE, "Post it")
    seen = world_.words(BRUNO, PRIVATE)
    assert ORDER in seen
    assert "Shared by Ana Souza" in seen
    assert not [secret for secret in OF_THE_ORDER if secret in seen]
    await world_.press(ANA, PRIVATE, "Take it back")
    assert world_.public(PRIVATE) == []
    assert ORDER not in world_.words(BRUNO, PRIVATE)
    outcomes = [outcome for _, _, outcome in await world_.audited("share", "unshare")]
    assert outcomes == ["previewed_colleagues", "confirmed", "posted", "undone"]
    assert world_.slack.violations == []


async def test_insiders_of_a_tied_channel_see_all_but_amounts(world_: World) -> None:
    await world_.tie()
    await shared(world_, TIED)
    await world_.press(ANA, TIED, "Post it")
    seen = world_.words(DAVI, TIED)
    assert "000119920" in seen
    assert "R$" not in seen
    assert "BRL" not in seen


@pytest.mark.parametrize("place", [PUBLIC, CONNECT])
async def test_outsiders_get_number_and_status_and_only_if_the_sharer_says_so(
    world_: World, place: str
) -> None:
    await shared(world_, place)
    assert "Post it" not in world_.labels(ANA, place)
    assert world_.public(place) == []
    await world_.press(ANA, place, "Post number and status only")
    (post,) = world_.public(place)
    assert f"Order {ORDER}: Partially shipped" in post["text"]
    assert "PO-7782" not in post["text"]
    assert not [secret for secret in OF_THE_ORDER if secret in str(post)]


@pytest.mark.parametrize(
    "change",
    [
        {"members": frozenset({"ana", "bruno", "gustavo"})},
        {"members": frozenset({"ana", "bruno", "paula"})},
        {"pending_ext_shared": True},
        {"org_shared": True},
        {"listed": False},
    ],
)
async def test_who_comes_between_preview_and_confirmation_is_shown_nothing(
    world_: World, change: dict[str, object]
) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    world_.channel(PRIVATE, **change)
    await world_.press(ANA, PRIVATE, "Post it")
    assert world_.public(PRIVATE) == []
    assert "Others have come since the preview" in world_.words(ANA, PRIVATE)


async def test_who_comes_between_confirmation_and_post_is_shown_nothing(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    await _confirmed_only(world_, "Post it")
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno", "gustavo"}))
    await world_.settle()
    assert world_.public(PRIVATE) == []
    assert f"I did not post order {ORDER}" in world_.words(ANA, ANA.slack_dm)


async def test_a_right_that_ended_before_the_post_posts_nothing(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    await _confirmed_only(world_, "Post it")
    await world_.core.linking.unlink(user(ANA))
    await world_.settle()
    assert world_.public(PRIVATE) == []
    assert ("U0ANA", "share", "not_allowed") in await world_.audited("share")


async def test_pressing_post_twice_posts_once(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    for _ in range(2):
        await _pressed(world_, "Post it")
    await world_.settle()
    assert len(world_.public(PRIVATE)) == 1


async def test_a_post_that_went_out_before_a_crash_is_not_made_again(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    await _confirmed_only(world_, "Post it")
    message = world_.inbox.waiting[0]
    await world_.settle()
    # The process died before it could note that the message was answered.
    world_.inbox.waiting.append(message)
    await world_.settle()
    assert len(world_.public(PRIVATE)) == 1


async def test_a_share_undone_before_it_is_posted_is_not_posted(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    await _confirmed_only(world_, "Post it")
    message = world_.inbox.waiting.pop()
    await world_.press(ANA, PRIVATE, "Take it back")
    world_.inbox.waiting.append(message)
    await world_.settle()
    assert world_.public(PRIVATE) == []


async def test_only_the_sharer_an_admin_or_staff_take_it_back(world_: World) -> None:
    await world_.tie()
    await world_.ask(DAVI, TIED, "where is PO-7782?")
    await world_.press(DAVI, TIED, "Share here")
    await world_.press(DAVI, TIED, "Post it")
    world_.channel(TIED, members=frozenset({"ana", "davi", "sofia", "bruno"}))
    await world_.press(BRUNO, TIED, "Take it back")
    assert len(world_.public(TIED)) == 1
    assert "can take it back" in world_.words(BRUNO, TIED)
    await world_.press(SOFIA, TIED, "Take it back")
    assert world_.public(TIED) == []
    assert await world_.audited("unshare") == [
        ("U0BRUNO", "unshare", "not_allowed"),
        ("U0SOFIA", "unshare", "undone_by_other"),
    ]


async def test_undo_in_words_takes_back_the_last_share(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await shared(world_, PRIVATE)
    await world_.press(ANA, PRIVATE, "Post it")
    await world_.ask(ANA, PRIVATE, "undo share")
    assert world_.public(PRIVATE) == []


async def test_a_share_answers_in_the_thread_it_was_asked_in(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}))
    await world_.slack.say("bruno", PRIVATE, "does anybody know where our order is?")
    root = world_.slack.sees("bruno", PRIVATE)[-1]["ts"]
    await world_.ask(ANA, PRIVATE, "share PO-7782", thread_ts=root)
    await world_.press(ANA, PRIVATE, "Post it")
    (post,) = world_.public(PRIVATE)
    assert post["thread_ts"] == root


async def test_nothing_of_a_company_is_shared_in_another_ones_channel(world_: World) -> None:
    await world_.tie()
    await world_.core.linking.link_directly(user(ANA), "demo", "56", role=Role.ADMIN)
    await world_.ask(ANA, TIED, "for Southgate: share 104218")
    assert "belongs to another company" in world_.words(ANA, TIED)
    assert "Post it" not in world_.labels(ANA, TIED)
    assert world_.public(TIED) == []


async def test_a_member_who_sees_less_makes_the_tied_channel_a_mixed_one(world_: World) -> None:
    """Ana reaches her company's branches; somebody of the company alone must not read a branch's order."""
    await world_.tie()
    world_.channel(TIED, members=frozenset({"ana", "davi"}))
    await world_.core.linking.link_directly(
        user(DAVI), "demo", "55", role=Role.LOGISTICS, reach=Reach.OWN, contact_name="Davi Rocha"
    )
    await shared(world_, TIED)
    assert "000119920" not in world_.words(ANA, TIED).rpartition("not all of them may see")[2]


async def test_staff_share_into_a_customers_channel_from_their_own_chat(world_: World) -> None:
    await world_.tie()
    await world_.ask(SOFIA, SOFIA.slack_dm, "company northwind industrial")
    await world_.ask(SOFIA, SOFIA.slack_dm, "where is PO-7782?")
    await world_.press(SOFIA, SOFIA.slack_dm, "Share in a channel")
    await world_.press(SOFIA, SOFIA.slack_dm, "In northwind-and-us")
    assert world_.public(TIED) == []
    await world_.press(SOFIA, SOFIA.slack_dm, "Post it")
    assert "Shared by Sofia Reis" in world_.words(DAVI, TIED)


async def test_a_channel_that_slack_does_not_list_is_asked_about_once_and_takes_no_share_from_elsewhere(
    world_: World,
) -> None:
    await world_.tie()
    await world_.ask(ANA, ANA.slack_dm, "share PO-7782")
    world_.channel(TIED, listed=False)
    before = world_.slack.calls.count("conversations.members")
    await world_.press(ANA, ANA.slack_dm, "In northwind-and-us")
    assert world_.slack.calls.count("conversations.members") == before + 1
    assert world_.public(TIED) == []
    assert "I post only where you read along yourself" in world_.words(ANA, ANA.slack_dm)


async def test_a_channel_without_the_bot_is_told_how_to_have_it(world_: World) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno"}), has_bot=False, private=False)
    assert await world_.slack.command("ana", PRIVATE, "PO-7782") == 200
    await world_.settle()
    await world_.press(ANA, PRIVATE, "Share here")
    label = "Post it" if "Post it" in world_.labels(ANA, PRIVATE) else "Post number and status only"
    await world_.press(ANA, PRIVATE, label)
    assert world_.public(PRIVATE) == []
    assert "Type /invite" in world_.words(ANA, ANA.slack_dm)


async def test_another_person_cannot_confirm_or_preview_with_a_button_that_is_not_theirs(
    world_: World,
) -> None:
    world_.channel(PRIVATE, members=frozenset({"ana", "bruno", "carla"}))
    await shared(world_, PRIVATE)
    for label in ("Share here", "Post it"):
        await forged(world_, "carla", PRIVATE, label)
        await world_.settle()
    assert world_.public(PRIVATE) == []
    assert ORDER not in world_.words(CARLA, PRIVATE)


async def forged(world: World, person: str, place: str, label: str) -> None:
    """Send the press of a button that only Ana sees, as somebody else."""
    at, presser = world.slack.places.there(person, place)
    for posted in at.workspace.posted:
        for element in elements(posted.message):
            if element["text"]["text"] == label:
                payload = payloads.block_actions(
                    presser,
                    posted,
                    {**element, "block_id": "forged"},
                    action_ts=at.workspace.next_ts(),
                    channel_name=at.channel_name(place),
                    response_url="",
                    team=at.team,
                )
                assert await world.slack.send_interaction(payload) == 200
                return
    raise LookupError(label)


async def _pressed(world: World, label: str) -> None:
    for message in reversed(world.slack.sees("ana", PRIVATE)):
        for element in elements(message):
            if element["text"]["text"] == label:
                await world.slack.press("ana", PRIVATE, message["ts"], element["action_id"])
                return
    raise LookupError(label)


async def _confirmed_only(world: World, label: str) -> None:
    """Press, and answer the press; what it left in the inbox waits."""
    await _pressed(world, label)
    message = world.inbox.waiting.pop(0)
    courier = world.couriers[Platform.SLACK]
    reply = await world.core.assistant.answer(message, await courier.reader(message))
    for parcel in courier.parcels(message, reply):
        await parcel.send()
    for errand in reply.errands:
        await world.core.assistant.run(message, errand)
