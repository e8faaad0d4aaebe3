"""The Web API methods this bot may use, each with the scopes of which it needs one."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.demo.slack_double.content import checked_content
from bot.demo.slack_double.directory import Directory
from bot.demo.slack_double.refusals import Refusal, mistake
from bot.demo.slack_double.streams import Streams
from bot.demo.slack_double.uploads import StoredFile, Uploads
from bot.demo.slack_double.workspace import APP_ID, Posted, Workspace

Arguments = Mapping[str, Any]
Answer = dict[str, Any]
Methods = Mapping[str, tuple[tuple[str, ...], Callable[[Arguments], Answer]]]


class WebApi:
    """Answers calls by method; raises Refusal for what Slack would refuse."""

    def __init__(
        self,
        workspace: Workspace,
        uploads: Uploads,
        *,
        own_url: Callable[[], str],
        granted: frozenset[str],
        more: Methods,
    ) -> None:
        directory = Directory(workspace, granted=granted)
        self._streams = streams = Streams(
            workspace,
            own_message=self._own_message,
            own_posted=self._own_posted,
            checked_metadata=_checked_metadata,
        )
        self._workspace = workspace
        self._team = workspace.team
        self._uploads = uploads
        self._own_url = own_url
        self.methods: Methods = {
            **more,
            "api.test": ((), lambda _: {}),
            "auth.test": ((), self._auth_test),
            "assistant.threads.setStatus": (("assistant:write",), self._set_status),
            "chat.appendStream": (("chat:write",), streams.append),
            "chat.delete": (("chat:write",), self._delete),
            "chat.postEphemeral": (("chat:write",), self._post_ephemeral),
            "chat.postMessage": (("chat:write",), self._post_message),
            "chat.startStream": (("chat:write",), streams.start),
            "chat.stopStream": (("chat:write",), streams.stop),
            "chat.update": (("chat:write",), self._update),
            "conversations.history": (("im:history",), self._history),
            "conversations.info": (("channels:read", "groups:read"), directory.channel),
            "conversations.members": (("channels:read", "groups:read"), directory.members),
            "conversations.open": (("im:write",), self._open),
            "conversations.replies": (("im:history",), self._replies),
            "files.completeUploadExternal": (("files:write",), self._complete_upload),
            "files.getUploadURLExternal": (("files:write",), self._upload_url),
            "usergroups.users.list": (("usergroups:read",), directory.group_members),
            "users.info": (("users:read",), directory.user),
        }

    def _auth_test(self, _: Arguments) -> Answer:
        return {
            "url": f"{self._own_url()}/",
            "team": self._team.name,
            "team_id": self._team.id,
            "user": "orderbot",
            "user_id": self._team.bot_user,
            "bot_id": self._team.bot_id,
            "is_enterprise_install": False,
        }

    def _post_message(self, given: Arguments) -> Answer:
        # The id of a person stands for their direct chat, here and in no other method.
        person = self._workspace.person_of(given["channel"])
        if person is not None and not self._workspace.is_foreign(person):
            given = {**given, "channel": person.slack_dm}
        channel = given["channel"]
        self._workspace.require_channel(channel)
        message = self._own_message(given)
        if "metadata" in given:
            message["metadata"] = _checked_metadata(given["metadata"])
        posted = self._workspace.post(channel, message)
        return {"channel": channel, "ts": posted.ts, "message": posted.message}

    def _post_ephemeral(self, given: Arguments) -> Answer:
        channel = given["channel"]
        if channel.startswith("D"):
            # open-swe#1383: Slack says ok and draws nothing in an assistant's direct chat.
            raise mistake("invalid_arguments", "[ERROR] an ephemeral message in a direct chat is not drawn")
        self._workspace.require_channel(channel)
        person = self._workspace.person_of(given["user"])
        if person is None or person.id not in {one.id for one in self._workspace.members(channel)}:
            raise Refusal("user_not_in_channel")
        posted = self._workspace.post(channel, self._own_message(given), only_for=person)
        return {"message_ts": posted.ts}

    def _update(self, given: Arguments) -> Answer:
        posted = self._own_posted(given, "cant_update_message")
        content = checked_content(given)
        self._streams.forbid_update(posted.ts)
        self._workspace.change(posted, content)
        return {"channel": posted.channel, "ts": posted.ts, "text": content["text"]}

    def _delete(self, given: Arguments) -> Answer:
        posted = self._own_posted(given, "cant_delete_message")
        self._workspace.remove(posted)
        return {"channel": posted.channel, "ts": posted.ts}

    def _set_status(self, given: Arguments) -> Answer:
        channel, thread_ts = given["channel_id"], given["thread_ts"]
        self._workspace.require_channel(channel)
        self._require_thread(channel, thread_ts)
        self._workspace.set_status(channel, thread_ts, given["status"])
        return {}

    def _open(self, given: Arguments) -> Answer:
        person = self._workspace.person_of(given.get("users") or "")
        if person is None or self._workspace.is_foreign(person):
            raise Refusal("user_not_found")
        if person.slack_deleted:
            raise Refusal("user_disabled")
        return {"channel": {"id": person.slack_dm}}

    def _history(self, given: Arguments) -> Answer:
        """The messages of a direct chat, newest first; those in threads are not among them."""
        said = [one for one in self._said(given) if one.get("thread_ts") in (None, one["ts"])]
        return self._page(said[::-1], given)

    def _replies(self, given: Arguments) -> Answer:
        """A thread, oldest first: its root, whatever `oldest` is, and what was said under it."""
        root = self._workspace.find(given["channel"], given["ts"])
        if root is None or root.only_for is not None:
            raise Refusal("thread_not_found")
        said = [one for one in self._said(given) if one.get("thread_ts") == given["ts"] != one["ts"]]
        return self._page([copy.deepcopy(root.message), *said], given)

    def _said(self, given: Arguments) -> list[dict[str, Any]]:
        channel, oldest = given["channel"], float(given.get("oldest", "0"))
        if not channel.startswith("D"):
            raise mistake("missing_scope", "channels:history or groups:history")
        self._workspace.require_channel(channel)
        said = [
            copy.deepcopy(posted.message)
            for posted in self._workspace.posted
            if posted.channel == channel and posted.only_for is None and float(posted.ts) > oldest
        ]
        if not given.get("include_all_metadata"):
            for message in said:
                message.pop("metadata", None)
        return said

    def _page(self, said: Sequence[Mapping[str, Any]], given: Arguments) -> Answer:
        limit, begin = int(given.get("limit", 100)), int(given.get("cursor") or 0)
        end = begin + limit
        more = end < len(said)
        return {
            "messages": list(said[begin:end]),
            "has_more": more,
            "response_metadata": {"next_cursor": str(end) if more else ""},
        }

    def _upload_url(self, given: Arguments) -> Answer:
        stored = self._uploads.ticket(given["filename"], given["length"])
        return {"upload_url": f"{self._own_url()}/upload/{stored.id}", "file_id": stored.id}

    def _complete_upload(self, given: Arguments) -> Answer:
        channel = given.get("channel_id")
        files = self._uploads.complete(given["files"], channel)
        self._workspace.require_channel(str(channel))
        thread = self._thread(str(channel), given)
        shown = [self._shown(stored) for stored in files]
        for stored in files:
            stored.shared = True
        message = {
            "subtype": "file_share",
            "user": self._team.bot_user,
            "bot_id": self._team.bot_id,
            "text": given.get("initial_comment", ""),
            "files": shown,
            **thread,
        }
        self._workspace.told_of_file(self._workspace.post(str(channel), message))
        return {"files": shown}

    def _shown(self, stored: StoredFile) -> dict[str, Any]:
        return {
            "id": stored.id,
            "name": stored.name,
            "title": stored.title,
            "mimetype": stored.media_type,
            "size": stored.size,
            "url_private": f"{self._own_url()}/files/{stored.id}",
        }

    def _own_message(self, given: Arguments) -> dict[str, Any]:
        return {
            "user": self._team.bot_user,
            "bot_id": self._team.bot_id,
            "app_id": APP_ID,
            "team": self._team.id,
            **checked_content(given),
            **self._thread(given["channel"], given),
        }

    def _own_posted(self, given: Arguments, refusal: str) -> Posted:
        posted = self._workspace.find(given["channel"], given["ts"])
        if posted is None or posted.only_for is not None:
            raise Refusal("message_not_found", fault=posted is not None)
        if posted.message.get("bot_id") != self._team.bot_id:
            raise mistake(refusal)
        return posted

    def _thread(self, channel: str, given: Arguments) -> dict[str, Any]:
        thread_ts = given.get("thread_ts")
        if thread_ts is None:
            return {}
        self._require_thread(channel, thread_ts)
        return {"thread_ts": thread_ts}

    def _require_thread(self, channel: str, thread_ts: str) -> None:
        root = self._workspace.find(channel, thread_ts)
        if root is None or root.only_for is not None:
            raise mistake("cannot_reply_to_message", "thread_ts is no message of this channel")


def _checked_metadata(metadata: Any) -> dict[str, Any]:
    """Slack drops metadata that is not right and only warns; a right caller sends none such."""
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise mistake("invalid_metadata_format", "metadata has an event_type and an event_payload")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise mistake("invalid_metadata_schema", "a name and an object")
    return metadata
