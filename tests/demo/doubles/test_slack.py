"""Slack with two workspaces: who is where, who hears what, and what a token opens."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bot.demo.events import ANA, BRUNO, EVERYBODY, GUSTAVO, SOFIA, StageEvent
from bot.demo.slack_double import SUPPLIER, Channel, Group, Installation, SlackDouble
from bot.demo.slack_double.payloads import typed_in_command
from tests.demo.doubles.sink import SECRET, Sink
from tests.support.serving import serving

CUSTOMERS, SUPPLIERS = "xoxb-customer", "xoxb-supplier"
ORDERS, BUYERS, PRIVATE, QUIET, SUPPORT = "C0ORDERS", "C0BUYERS", "C0PRIVATE", "C0QUIET", "C0SUPPORT"
SCOPES = (
    "channels:read",
    "chat:write",
    "files:write",
    "groups:read",
    "im:write",
    "usergroups:read",
    "users:read",
)


@dataclass
class World:
    slack: SlackDouble
    bot: Sink
    events: list[StageEvent] = field(default_factory=list)

    async def call(self, method: str, token: str = CUSTOMERS, **arguments: Any) -> dict[str, Any]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(
                f"{self.slack.own_url}/api/{method}",
                data=arguments,
                headers={"Authorization": f"Bearer {token}"},
            )
        told: dict[str, Any] = answer.json()
        return told

    async def user(self, id: str, token: str = CUSTOMERS) -> dict[str, Any]:
        told = await self.call("users.info", token, user=id)
        user: dict[str, Any] = told["user"]
        return user

    async def members(self, channel: str, token: str = CUSTOMERS) -> list[str]:
        told = await self.call("conversations.members", token, channel=channel)
        found: list[str] = told["members"]
        return found


@pytest.fixture
async def world() -> AsyncIterator[World]:
    bot, events = Sink(), list[StageEvent]()
    async with AsyncExitStack() as stack:
        slack = SlackDouble(
            bot_url=await stack.enter_async_context(serving(bot.app())),
            signing_secret=SECRET,
            bot_token=CUSTOMERS,
            people=EVERYBODY,
            on_event=events.append,
            channels=[
                Channel(ORDERS, "orders"),
                Channel(BUYERS, "buyers", frozenset({"ana", "bruno"})),
                Channel(PRIVATE, "board", frozenset({"ana"}), private=True),
                Channel(QUIET, "no-bots", frozenset({"ana"}), has_bot=False),
            ],
            more=[
                Installation(
                    team=SUPPLIER,
                    bot_token=SUPPLIERS,
                    channels=[Channel(SUPPORT, "support")],
                    groups=[Group("S0SUPPORT", "support-team", frozenset({"sofia"}))],
                )
            ],
            scopes=SCOPES,
            events=("app_mention", "member_joined_channel", "message.im", "user_change"),
        )
        stack.push_async_callback(slack.aclose)
        slack.own_url = await stack.enter_async_context(serving(slack.app()))
        yield World(slack, bot, events)


async def test_a_person_speaks_from_their_own_workspace(world: World) -> None:
    assert await world.slack.say("sofia", SOFIA.slack_dm, "hello") == 200
    body = world.bot.last
    assert (body["team_id"], body["event"]["team"], body["event"]["user"]) == (
        "T0SUPPLIER",
        "T0SUPPLIER",
        "U0SOFIA",
    )
    (authorization,) = body["authorizations"]
    assert (authorization["team_id"], authorization["user_id"]) == ("T0SUPPLIER", "U0SUPPLIERBOT")
    assert body["is_ext_shared_channel"] is False
    await world.slack.command("sofia", SUPPORT, "help")
    assert (world.bot.last["team_id"], world.bot.last["channel_name"]) == ("T0SUPPLIER", "support")


async def test_each_workspace_has_a_bot_user_of_its_own(world: World) -> None:
    assert (await world.call("auth.test"))["user_id"] == "U0ORDERBOT"
    told = await world.call("auth.test", SUPPLIERS)
    assert (told["team_id"], told["user_id"], told["bot_id"]) == (
        "T0SUPPLIER",
        "U0SUPPLIERBOT",
        "B0SUPPLIERBOT",
    )
    assert await world.slack.say("sofia", SUPPORT, "<@U0ORDERBOT> hello") == 204
    assert await world.slack.say("sofia", SUPPORT, "@Orderbot hello") == 200
    assert world.bot.last["event"]["text"] == "<@U0SUPPLIERBOT> hello"


async def test_an_answer_goes_out_with_the_token_of_the_workspace_it_is_for(world: World) -> None:
    blocks = (
        '[{"type": "actions", "elements": [{"type": "button", "action_id": "a", "value": "v", '
        '"text": {"type": "plain_text", "text": "Go"}}]}]'
    )
    posted = await world.call("chat.postMessage", SUPPLIERS, channel=SOFIA.slack_dm, text="hi", blocks=blocks)
    assert [message["text"] for message in world.slack.sees("sofia", SOFIA.slack_dm)] == ["hi"]
    assert await world.slack.press("sofia", SOFIA.slack_dm, posted["ts"], "a") == 200
    press = world.bot.last
    assert (press["team"]["id"], press["user"]["team_id"]) == ("T0SUPPLIER", "T0SUPPLIER")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(press["response_url"], json={"text": "done", "replace_original": True})
    assert answer.status_code == 200
    assert world.slack.sees("sofia", SOFIA.slack_dm)[-1]["text"] == "done"
    assert world.slack.violations == []


async def test_a_file_is_shared_in_the_workspace_of_its_token(world: World) -> None:
    ticket = await world.call("files.getUploadURLExternal", SUPPLIERS, filename="a.pdf", length=3)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(ticket["upload_url"], content=b"abc")).status_code == 200
    files = f'[{{"id": "{ticket["file_id"]}"}}]'
    elsewhere = await world.call("files.completeUploadExternal", files=files, channel_id=ANA.slack_dm)
    assert elsewhere["error"] == "file_not_found"
    assert len(world.slack.excuse()) == 1
    done = await world.call("files.completeUploadExternal", SUPPLIERS, files=files, channel_id=SOFIA.slack_dm)
    assert done["ok"]
    assert world.slack.file(ticket["file_id"]) is not None


async def test_the_token_of_another_workspace_opens_nothing_and_is_a_mistake(world: World) -> None:
    wrong = [
        ("chat.postMessage", {"channel": SOFIA.slack_dm, "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": SUPPORT, "text": "x"}, "channel_not_found"),
        ("conversations.members", {"channel": SUPPORT}, "channel_not_found"),
        ("conversations.open", {"users": "U0SOFIA"}, "user_not_found"),
        ("users.info", {"user": "U0SOFIA"}, "user_not_found"),
    ]
    for method, arguments, error in wrong:
        assert (await world.call(method, CUSTOMERS, **arguments))["error"] == error
    assert len(world.slack.excuse()) == len(wrong)
    assert (await world.call("users.info", user="U0NOBODY"))["error"] == "user_not_found"
    assert world.slack.violations == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("invite @Bruno Lima as buyer", "invite <@U0BRUNO> as buyer"),
        ("invite @bruno as buyer", "invite <@U0BRUNO> as buyer"),
        ("invite @BRUNO LIMA, please", "invite <@U0BRUNO>, please"),
        ("invite <@U0BRUNO> as buyer", "invite <@U0BRUNO> as buyer"),
        ("@brunosson", "@brunosson"),
        ("@Sofia Reis", "@Sofia Reis"),
        ("<@U0SOFIA> & <b>", "&lt;@U0SOFIA&gt; &amp; &lt;b&gt;"),
        ("link ana@bruno.example", "link <mailto:ana@bruno.example|ana@bruno.example>"),
    ],
)
async def test_a_name_after_an_at_sign_becomes_a_mention_of_somebody_in_the_workspace(
    world: World, typed: str, written: str
) -> None:
    assert await world.slack.say("ana", ANA.slack_dm, typed) == 200
    assert world.bot.last["event"]["text"] == written


async def test_a_user_group_is_mentioned_by_its_handle(world: World) -> None:
    await world.slack.say("sofia", SOFIA.slack_dm, "staff add @support-team")
    assert world.bot.last["event"]["text"] == "staff add <!subteam^S0SUPPORT>"


def test_in_an_escaped_command_a_mention_carries_its_name() -> None:
    mentions = {"bruno": "<@U0BRUNO>", "bruno lima": "<@U0BRUNO>", "support-team": "<!subteam^S0SUPPORT>"}
    assert typed_in_command("invite @Bruno Lima & co", mentions) == "invite <@U0BRUNO|bruno> &amp; co"
    assert typed_in_command("@support-team", mentions) == "<!subteam^S0SUPPORT|support-team>"


async def test_users_info_tells_how_somebody_stands(world: World) -> None:
    ana, gustavo = await world.user("U0ANA"), await world.user("U0GUSTAVO")
    expected = {
        "team_id": "T0CUSTOMER",
        "deleted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_admin": True,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_stranger": False,
        "is_invited_user": False,
        "is_email_confirmed": True,
        "tz": "America/Sao_Paulo",
    }
    assert ana | expected == ana
    assert (gustavo["is_admin"], gustavo["is_restricted"]) == (False, True)
    assert (await world.user("U0ORDERBOT"))["is_bot"] is True


async def test_a_changed_account_is_told_as_users_info_tells_it(world: World) -> None:
    assert await world.slack.user_changed("bruno", guest=True, email_confirmed=False) == 200
    body = world.bot.last
    event = body["event"]
    assert (event["type"], body["team_id"], event["cache_ts"]) == (
        "user_change",
        "T0CUSTOMER",
        int(float(event["event_ts"])),
    )
    user = event["user"]
    assert (user["id"], user["is_restricted"], user["is_email_confirmed"]) == ("U0BRUNO", True, False)
    now = await world.user("U0BRUNO")
    assert {name: user[name] for name in now if name != "updated"} == {
        name: value for name, value in now.items() if name != "updated"
    }
    await world.slack.user_changed("bruno", email_confirmed=True)
    assert world.bot.last["event"]["user"]["is_restricted"] is True, "what is not named stays"


async def test_of_somebody_deactivated_little_is_told_and_nothing_reaches_them(world: World) -> None:
    await world.slack.user_changed("bruno", deleted=True)
    assert world.bot.last["event"]["user"]["deleted"] is True
    user = await world.user("U0BRUNO")
    assert user["deleted"] is True
    assert not {"is_restricted", "is_admin", "tz", "locale"} & set(user)
    assert "U0BRUNO" not in await world.members(BUYERS)
    assert (await world.call("conversations.open", users="U0BRUNO"))["error"] == "user_disabled"
    assert world.slack.violations == []


async def test_an_event_the_manifest_does_not_subscribe_to_is_not_sent() -> None:
    slack = SlackDouble(
        bot_url="http://127.0.0.1:9",
        signing_secret=SECRET,
        bot_token=CUSTOMERS,
        people=EVERYBODY,
        on_event=lambda _: None,
        events=("message.im",),
    )
    assert await slack.user_changed("bruno", deleted=True) == 204
    assert await slack.joined("gustavo", ORDERS) == 204
    await slack.aclose()


async def test_everybody_in_a_channel_is_listed_page_by_page_with_the_bot(world: World) -> None:
    everybody = await world.members(ORDERS)
    assert everybody == ["U0ANA", "U0BRUNO", "U0CARLA", "U0GUSTAVO", "U0ORDERBOT"]
    found: list[str] = []
    cursor, pages = "", 0
    while cursor or not pages:
        more = {"cursor": cursor} if cursor else {}
        told = await world.call("conversations.members", channel=ORDERS, limit=2, **more)
        found, cursor, pages = found + told["members"], told["response_metadata"]["next_cursor"], pages + 1
    assert (found, pages) == (everybody, 3)
    assert await world.members(QUIET) == ["U0ANA"], "the bot need not be in a public channel, nor is it"
    assert world.slack.violations == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"cursor": "!"}, "invalid_cursor"),
        ({"cursor": "dGVhbTpY"}, "invalid_cursor"),
        ({"limit": 0}, "invalid_limit"),
        ({"limit": 1001}, "invalid_limit"),
        ({"page": 2}, "invalid_arguments"),
    ],
)
async def test_a_wrong_page_is_a_mistake(world: World, arguments: dict[str, Any], error: str) -> None:
    assert (await world.call("conversations.members", channel=ORDERS, **arguments))["error"] == error
    assert len(world.slack.excuse()) == 1


async def test_who_comes_to_a_channel_is_announced_and_listed(world: World) -> None:
    assert await world.slack.joined("carla", BUYERS) == 200
    event = world.bot.last["event"]
    assert event["type"] == "member_joined_channel"
    assert (event["user"], event["channel"], event["channel_type"], event["team"]) == (
        "U0CARLA",
        BUYERS,
        "C",
        "T0CUSTOMER",
    )
    assert await world.members(BUYERS) == ["U0ANA", "U0BRUNO", "U0CARLA", "U0ORDERBOT"]
    assert await world.slack.joined("carla", QUIET) == 204, "the bot is not there to hear of it"


async def test_a_channel_shared_with_another_workspace_says_so(world: World) -> None:
    told = await world.call("conversations.info", channel=BUYERS, include_num_members="true")
    assert (told["channel"]["is_ext_shared"], told["channel"]["num_members"]) == (False, 3)
    await world.slack.joined("sofia", BUYERS)
    assert world.bot.last["is_ext_shared_channel"] is True
    assert (world.bot.last["team_id"], world.bot.last["event"]["team"]) == ("T0CUSTOMER", "T0SUPPLIER")
    told = await world.call("conversations.info", channel=BUYERS)
    assert told["channel"]["is_ext_shared"] is True
    assert told["channel"]["connected_team_ids"] == ["T0CUSTOMER", "T0SUPPLIER"]
    await world.slack.say("sofia", BUYERS, "@Orderbot hello")
    event = world.bot.last["event"]
    assert (event["user"], event["user_team"]) == ("U0SOFIA", "T0SUPPLIER")
    # Slack calls only those strangers with whom no channel is shared: the team tells the others apart.
    foreign = await world.user("U0SOFIA")
    assert (foreign["team_id"], foreign["is_stranger"]) == ("T0SUPPLIER", False)
    assert "is_email_confirmed" not in foreign


async def test_a_private_channel_needs_the_scope_for_private_ones(world: World) -> None:
    told = await world.call("conversations.info", channel=PRIVATE)
    assert (told["channel"]["is_private"], told["channel"]["is_channel"]) == (True, False)
    assert world.slack.violations == []
    assert (await world.call("conversations.info", channel=ANA.slack_dm))["error"] == "missing_scope"
    assert len(world.slack.excuse()) == 1


async def test_a_user_group_is_listed_where_it_is(world: World) -> None:
    assert (await world.call("usergroups.users.list", SUPPLIERS, usergroup="S0SUPPORT"))["users"] == [
        "U0SOFIA"
    ]
    assert (await world.call("usergroups.users.list", usergroup="S0NOBODY"))["error"] == "no_such_subteam"
    await world.slack.user_changed("sofia", deleted=True)
    assert (await world.call("usergroups.users.list", SUPPLIERS, usergroup="S0SUPPORT"))["users"] == []
    assert world.slack.violations == []
    assert (await world.call("usergroups.users.list", usergroup="S0SUPPORT"))["error"] == "no_such_subteam"
    assert len(world.slack.excuse()) == 1, "the token of another workspace"


@pytest.mark.parametrize("missing", ["channels:read", "usergroups:read"])
async def test_a_method_without_its_scope_is_a_mistake(world: World, missing: str) -> None:
    calls = {
        "channels:read": ("conversations.info", {"channel": ORDERS}),
        "usergroups:read": ("usergroups.users.list", {"usergroup": "S0SUPPORT"}),
    }
    slack = SlackDouble(
        bot_url="http://127.0.0.1:9",
        signing_secret=SECRET,
        bot_token=CUSTOMERS,
        people=EVERYBODY,
        on_event=lambda _: None,
        scopes=[scope for scope in SCOPES if scope != missing],
    )
    async with serving(slack.app()) as slack.own_url:
        method, arguments = calls[missing]
        assert (await World(slack, world.bot).call(method, **arguments))["error"] == "missing_scope"
    assert len(slack.excuse()) == 1
    await slack.aclose()


async def test_each_person_is_in_the_channels_of_their_workspace(world: World) -> None:
    def of(person: str) -> list[str]:
        return [channel.id for channel in world.slack.places.channels_of(person)]

    assert of("sofia") == [SUPPORT]
    assert of("bruno") == [ORDERS, BUYERS]
    assert of("gustavo") == [ORDERS]
    assert world.slack.places.team_of("sofia").id == "T0SUPPLIER"
    assert world.slack.places.names()[GUSTAVO.slack_user] == "Gustavo Nunes"
    with pytest.raises(LookupError):
        await world.slack.say("nobody", ORDERS, "x")
    with pytest.raises(LookupError):
        await world.slack.say(BRUNO.id, "C0NOWHERE", "x")
