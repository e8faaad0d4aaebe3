"""Whose people somebody is: of a shared channel's pane, and of an organisation with many workspaces."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.chat.people import ChatUser, Platform
from bot.demo.events import ANA, BRUNO, SOFIA
from bot.demo.slack_double import SUPPLIER, Group, Installation, SlackDouble
from bot.handlers.slack.apis import SlackApis, open_slack_apis
from bot.handlers.slack.homes import KEEP_SECONDS, Homes
from bot.handlers.slack.manifest import BOT_SCOPES
from bot.handlers.slack.membership import SlackMembership
from bot.membership import MembershipUnknown
from tests.handlers.slack.world import SECRET, World
from tests.support.serving import serving

ORGANISATION = "E0SUPPLY"
GROUP = "S0SUPPORT"
PATIENT = 30.0
"""Whether Slack tells in time is not what is tested here."""
OF_THE_ORGANISATION = ChatUser(Platform.SLACK, SOFIA.slack_user, ORGANISATION)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def grid() -> AsyncIterator[tuple[SlackDouble, SlackApis]]:
    """A supplier that is an organisation of several workspaces, with one token for all of them."""
    async with AsyncExitStack() as stack:
        team = replace(SUPPLIER, enterprise=ORGANISATION)
        groups = [Group(GROUP, "support", frozenset({"sofia"}))]
        slack = SlackDouble(
            bot_url="http://127.0.0.1:9",
            signing_secret=SECRET,
            bot_token="xoxb-customer",
            people=(ANA, BRUNO, SOFIA),
            on_event=lambda _: None,
            scopes=BOT_SCOPES,
            more=[Installation(team=team, bot_token="xoxb-org", groups=groups)],
        )
        stack.push_async_callback(slack.aclose)
        slack.own_url = await stack.enter_async_context(serving(slack.app()))
        tokens = {ORGANISATION: "xoxb-org"}
        api = open_slack_apis("xoxb-customer", tokens, f"{slack.own_url}/api/")
        yield slack, await stack.enter_async_context(api)


async def test_a_user_group_of_an_organisation_is_looked_for_in_the_persons_workspaces(
    grid: tuple[SlackDouble, SlackApis],
) -> None:
    slack, apis = grid
    membership = SlackMembership(apis)
    assert await membership.in_group(OF_THE_ORGANISATION, GROUP)
    assert not await membership.in_group(replace(OF_THE_ORGANISATION, user_id="U0ELSE"), GROUP)
    # In the first workspace there is no such group, in the second there is; then it is remembered.
    assert slack.calls == ["users.info", "usergroups.users.list", "usergroups.users.list"]
    assert slack.violations == []


async def test_a_group_that_no_workspace_of_theirs_has_is_unknown(
    grid: tuple[SlackDouble, SlackApis],
) -> None:
    with pytest.raises(MembershipUnknown, match="no_such_subteam"):
        await SlackMembership(grid[1]).in_group(OF_THE_ORGANISATION, "S0NOBODY")


async def test_slack_is_asked_once_for_the_same_person_and_again_after_a_while(world: World) -> None:
    clock = Clock()
    homes = Homes(SlackApis(world.api, {}), clock=clock, patience=PATIENT)
    for _ in range(3):
        assert await homes.of("T0CUSTOMER", ANA.slack_user) == ANA.slack_team
    assert world.slack.calls.count("users.info") == 1
    clock.now = KEEP_SECONDS + 1
    assert await homes.of("T0CUSTOMER", ANA.slack_user) == ANA.slack_team
    assert world.slack.calls.count("users.info") == 2


@pytest.mark.parametrize("error", ["user_not_found", "user_not_visible", "http_503", "missing_scope"])
async def test_whom_slack_does_not_tell_of_is_of_nowhere(world: World, error: str) -> None:
    world.slack.fail_next("users.info", error)
    homes = Homes(SlackApis(world.api, {}), patience=PATIENT)
    assert await homes.of("T0CUSTOMER", ANA.slack_user) == ""
    # A failure is not asked about again at once either.
    assert await homes.of("T0CUSTOMER", ANA.slack_user) == ""
    assert world.slack.calls.count("users.info") == 1


async def test_somebody_who_has_left_is_of_nowhere(world: World) -> None:
    await world.slack.user_changed("bruno", deleted=True)
    assert await Homes(SlackApis(world.api, {}), patience=PATIENT).of("T0CUSTOMER", BRUNO.slack_user) == ""
