"""What the bot asks of Slack, method by method; how a call is made is in `calls`."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import structlog

from bot.delivery import OpenedFile
from bot.handlers.slack.calls import Calls, Content, TokenSource, open_session
from bot.handlers.slack.failures import BlocksRefused, ResponseUrlSpent
from bot.handlers.slack.sheet import Post

_T = TypeVar("_T")


def slack_api(session: aiohttp.ClientSession, token: str | TokenSource, api_url: str) -> "SlackApi":
    """The API with one bot token, or with one that is asked for at each call."""
    return SlackApi(Calls(session, token, api_url))


@asynccontextmanager
async def open_slack_api(
    bot_token: str, api_url: str = "https://slack.com/api/"
) -> AsyncIterator["SlackApi"]:
    """The API with one bot token, for as long as the context lasts."""
    async with open_session() as session:
        yield slack_api(session, bot_token, api_url)


class SlackApi:
    """What the bot asks of Slack.

    Methods raise DeliveryDelayed (with the seconds Slack asks for) and DeliveryImpossible (with
    Slack's error code). What Slack put off is not asked of it again before its time. Blocks that Slack
    refuses are sent once more as plain text. Slack has no key by which it would take a post once only;
    `messages` with the metadata they were posted with tell whether one arrived whose answer got lost.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._call = calls.call

    async def post(
        self, channel: str, post: Post, *, thread_ts: str = "", metadata: Content | None = None
    ) -> str:
        """Post a message and return its ts; `metadata` is kept with it and not shown."""

        async def send(content: Content) -> str:
            answer = await self._call(
                "chat.postMessage",
                {
                    "channel": channel,
                    **content,
                    **_thread(thread_ts),
                    **({"metadata": metadata} if metadata else {}),
                    "unfurl_links": False,
                    "unfurl_media": False,
                },
            )
            return str(answer["ts"])

        return await _with_plain_fallback(send, post)

    async def post_ephemeral(self, channel: str, user: str, post: Post, *, thread_ts: str = "") -> None:
        async def send(content: Content) -> None:
            fields = {"channel": channel, "user": user, **content, **_thread(thread_ts)}
            await self._call("chat.postEphemeral", fields)

        await _with_plain_fallback(send, post)

    async def update(self, channel: str, ts: str, post: Post) -> None:
        async def send(content: Content) -> None:
            await self._call("chat.update", {"channel": channel, "ts": ts, **content})

        await _with_plain_fallback(send, post)

    async def start_stream(self, channel: str, thread_ts: str, chunks: Sequence[Content]) -> str:
        """Begin a message that is written bit by bit, in a thread of a direct chat; its ts.

        Source: https://docs.slack.dev/reference/methods/chat.startStream
        """
        fields = {"channel": channel, "thread_ts": thread_ts, "chunks": list(chunks)}
        answer = await self._call("chat.startStream", {**fields, "task_display_mode": "timeline"})
        return str(answer["ts"])

    async def append_stream(self, channel: str, ts: str, chunks: Sequence[Content]) -> None:
        """Write more of it."""
        await self._call("chat.appendStream", {"channel": channel, "ts": ts, "chunks": list(chunks)})

    async def stop_stream(
        self, channel: str, ts: str, chunks: Sequence[Content], *, metadata: Content | None = None
    ) -> None:
        """Write the last of it: from here on it is a message like any other."""
        fields = {"channel": channel, "ts": ts, "chunks": list(chunks)}
        await self._call("chat.stopStream", {**fields, **({"metadata": metadata} if metadata else {})})

    async def messages(self, channel: str, *, thread_ts: str = "", since: float) -> Sequence[Content]:
        """What was said in a chat, or in a thread of it, since a Unix time, with its metadata.

        Of the latest 300 at most. Source: https://docs.slack.dev/reference/methods/conversations.history
        """
        method = "conversations.replies" if thread_ts else "conversations.history"
        found: list[Content] = []
        cursor = ""
        for _ in range(3):
            fields = {
                "channel": channel,
                "oldest": f"{since:.6f}",
                "limit": 100,
                "include_all_metadata": True,
                **({"ts": thread_ts} if thread_ts else {}),
                **({"cursor": cursor} if cursor else {}),
            }
            answer = await self._call(method, fields)
            found += answer["messages"]
            cursor = _following(answer)
            if not cursor:
                break
        return found

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of the bot's own."""
        await self._call("chat.delete", {"channel": channel, "ts": ts})

    async def respond(self, url: str, post: Post, *, replace: bool = False, thread_ts: str = "") -> None:
        """Answer an interaction for the person alone; raises ResponseUrlSpent too."""
        if not self._calls.leads_to_slack(url):
            structlog.get_logger().warning("slack_response_url_refused", reason="foreign_host")
            raise ResponseUrlSpent("foreign_host")

        async def send(content: Content) -> None:
            body = {
                **content,
                "response_type": "ephemeral",
                "replace_original": replace,
                **_thread(thread_ts),
            }
            await self._calls.respond(url, body)

        await _with_plain_fallback(send, post)

    async def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        """The line under a thread that says what the bot is doing; gone with the next post there."""
        fields = {"channel_id": channel, "thread_ts": thread_ts, "status": status}
        await self._call("assistant.threads.setStatus", fields)

    async def open_view(self, trigger: str, view: Content) -> str:
        """Open a modal and return its id; the click it answers is good for three seconds, once."""
        answer = await self._call("views.open", {"trigger_id": trigger, "view": view})
        return str(answer["view"]["id"])

    async def update_view(self, view_id: str, view: Content) -> None:
        """Show something else in an open modal."""
        await self._call("views.update", {"view_id": view_id, "view": view})

    async def publish_home(self, user: str, view: Content, *, hash: str = "") -> None:
        """Show a person's App Home; with `hash`, only if it is still the one that hash is of."""
        await self._call("views.publish", {"user_id": user, "view": view, **({"hash": hash} if hash else {})})

    async def suggest_prompts(self, channel: str, title: str, prompts: Sequence[Content]) -> None:
        """Questions to pick from where a direct chat begins.

        Without thread_ts: with it Slack's agent view shows none, and says ok.
        """
        fields = {"channel_id": channel, "title": title, "prompts": list(prompts)}
        await self._call("assistant.threads.setSuggestedPrompts", fields)

    async def unfurl(self, where: Content, shown: Content) -> None:
        """Show more than an address where one was posted (`chat.unfurl`)."""
        await self._call("chat.unfurl", {**where, **shown})

    async def present_details(self, trigger: str, shown: Content) -> None:
        """Fill the pane of one person who opened it (`entity.presentDetails`)."""
        await self._call("entity.presentDetails", {"trigger_id": trigger, **shown})

    async def open_direct(self, user: str) -> str:
        """The id of the direct chat with a person; uploads take no user id."""
        answer = await self._call("conversations.open", {"users": user})
        return str(answer["channel"]["id"])

    async def person(self, user: str) -> Mapping[str, Any]:
        answer = await self._call("users.info", {"user": user, "include_locale": True})
        found: Mapping[str, Any] = answer["user"]
        return found

    async def channel(self, channel: str) -> Mapping[str, Any]:
        """What a channel is, and with whom it is shared (`conversations.info`)."""
        answer = await self._call("conversations.info", {"channel": channel})
        found: Mapping[str, Any] = answer["channel"]
        return found

    async def channel_members(self, channel: str, most: int) -> Sequence[str]:
        """Ids of everybody in a channel, to the last page; one more than `most` when there are more."""
        found: list[str] = []
        cursor = ""
        while len(found) <= most:
            fields = {"channel": channel, "limit": 200, **({"cursor": cursor} if cursor else {})}
            answer = await self._call("conversations.members", fields)
            found += [str(one) for one in answer["members"]]
            cursor = _following(answer)
            if not cursor:
                break
        return found[: most + 1]

    async def group_members(self, group_id: str, *, team: str = "") -> frozenset[str]:
        """Ids of the people in a user group; an organisation's token must say of which `team`.

        Source: https://docs.slack.dev/reference/methods/usergroups.users.list
        """
        fields = {"usergroup": group_id, **({"team_id": team} if team else {})}
        answer = await self._call("usergroups.users.list", fields)
        return frozenset(str(one) for one in answer["users"])

    async def whoami(self) -> Mapping[str, Any]:
        """Workspace and bot user of the token (`auth.test`), for `orderbot check`."""
        return await self._call("auth.test", {})

    async def upload(self, file: OpenedFile) -> str:
        """Hand over a file, its bytes streamed from disk, and return its id; nobody sees it yet.

        Source: https://docs.slack.dev/messaging/working-with-files#uploading_files
        """
        ticket = await self._call("files.getUploadURLExternal", {"filename": file.name, "length": file.size})
        await self._calls.hand_over(ticket["upload_url"], file)
        return str(ticket["file_id"])

    async def share(
        self, channel: str, file_id: str, title: str, *, comment: str, thread_ts: str = ""
    ) -> None:
        """Show an uploaded file in a channel."""
        await self._call(
            "files.completeUploadExternal",
            {
                "files": json.dumps([{"id": file_id, "title": title}]),
                "channel_id": channel,
                "initial_comment": comment,
                **_thread(thread_ts),
            },
        )


async def _with_plain_fallback(send: Callable[[Content], Awaitable[_T]], post: Post) -> _T:
    try:
        return await send({"text": post.text, "blocks": list(post.blocks)})
    except BlocksRefused as refused:
        structlog.get_logger().error("slack_blocks_refused", reason=refused.reason, detail=refused.detail)
        return await send({"text": post.text, "blocks": list(post.plain_blocks)})


def _following(answer: Content) -> str:
    """The cursor of the next page; empty on the last one."""
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


def _thread(thread_ts: str) -> Content:
    return {"thread_ts": thread_ts} if thread_ts else {}
