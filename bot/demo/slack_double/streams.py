"""Messages that are written bit by bit: begun, gone on with, brought to an end, and left open for too long.

Source: https://docs.slack.dev/reference/methods/chat.startStream, chat.appendStream and chat.stopStream;
python-slack-sdk#1859 for what becomes of a stream that is open for minutes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.demo.slack_double.block_kit import check_blocks
from bot.demo.slack_double.refusals import Refusal, mistake
from bot.demo.slack_double.shapes import Rule, Shape, items, one_of, string
from bot.demo.slack_double.workspace import Posted, Workspace

MAX_TEXT = 12_000
OPEN_SECONDS = 300.0
"""Slack does not say for how long it keeps a stream open; some minutes were seen."""
_SOURCE = Shape({"url": string(3000), "text": string(3000)})
_CHUNKS: Mapping[str, Rule] = {
    "markdown_text": Shape({"text": string(MAX_TEXT)}),
    "plan_update": Shape({"title": string(3000)}),
    "task_update": Shape(
        {
            "id": string(255),
            "title": string(3000),
            "status": one_of("pending", "in_progress", "complete", "error"),
        },
        {"details": string(3000), "output": string(3000), "sources": items(_SOURCE, 50)},
    ),
    "blocks": Shape({"blocks": lambda value, path: iter(())}),
}

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass
class _Stream:
    """What was written so far."""

    posted: Posted
    begun_at: float
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    plan: str = ""
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)

    def take(self, chunks: Sequence[Mapping[str, Any]]) -> None:
        for chunk in chunks:
            match chunk["type"]:
                case "markdown_text":
                    self.text += chunk["text"]
                case "plan_update":
                    self.plan = chunk["title"]
                case "blocks":
                    self.blocks += chunk["blocks"]
                case "task_update":
                    told = {"type": "task_card", "task_id": chunk["id"], "title": chunk["title"]}
                    self.tasks[chunk["id"]] = told | {"status": chunk["status"]}

    def shown(self) -> dict[str, Any]:
        """The message as everybody sees it, and as `conversations.replies` hands it out."""
        tasks = list(self.tasks.values())
        cards = [{"type": "plan", "title": self.plan, "tasks": tasks}] if self.plan else tasks
        words = [{"type": "markdown", "text": self.text}] if self.text else []
        return {"text": self.text, "blocks": [*cards, *words, *self.blocks]}


class Streams:
    """The three methods. `own_message` makes a message of the bot's from a call's arguments."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        own_message: Callable[[Arguments], dict[str, Any]],
        own_posted: Callable[[Arguments, str], Posted],
        checked_metadata: Callable[[Any], dict[str, Any]],
    ) -> None:
        self._workspace = workspace
        self._own_message = own_message
        self._own_posted = own_posted
        self._checked_metadata = checked_metadata
        self._open: dict[str, _Stream] = {}

    def start(self, given: Arguments) -> Answer:
        channel = given["channel"]
        self._workspace.require_channel(channel)
        if not channel.startswith("D"):
            for name in ("recipient_team_id", "recipient_user_id"):
                if not given.get(name):
                    raise mistake(f"missing_{name}")
        if given.get("task_display_mode", "timeline") not in ("timeline", "plan"):
            raise mistake("invalid_arguments", "[ERROR] task_display_mode is timeline or plan")
        chunks = _chunks_of(given)
        empty = {"text": "", "streaming_state": "in_progress"}
        posted = self._workspace.post(channel, self._own_message({**given, "text": "…"}) | empty)
        stream = self._open[posted.ts] = _Stream(posted, self._workspace.now())
        self._written(stream, chunks)
        return {"channel": channel, "ts": posted.ts}

    def append(self, given: Arguments) -> Answer:
        stream = self._stream(given)
        chunks = _chunks_of(given)
        if not chunks:
            raise mistake("no_text")
        self._written(stream, chunks)
        return {"channel": stream.posted.channel, "ts": stream.posted.ts}

    def stop(self, given: Arguments) -> Answer:
        stream = self._stream(given)
        more: dict[str, Any] = {"streaming_state": "completed"}
        if "metadata" in given:
            more["metadata"] = self._checked_metadata(given["metadata"])
        stream.blocks += given.get("blocks") or ()
        stream.take(_chunks_of(given))
        if not (stream.text or stream.blocks or stream.tasks):
            raise mistake("no_text")
        del self._open[stream.posted.ts]
        self._workspace.change(stream.posted, stream.shown() | more, edited=False)
        return {"channel": stream.posted.channel, "ts": stream.posted.ts, "message": stream.posted.message}

    def forbid_update(self, ts: str) -> None:
        """A message that is still being written takes no other change."""
        if ts in self._open and self._is_open(self._open[ts]):
            raise mistake("streaming_state_conflict")

    def _stream(self, given: Arguments) -> _Stream:
        posted = self._own_posted(given, "message_not_found")
        stream = self._open.get(posted.ts)
        if stream is None or not self._is_open(stream):
            raise Refusal("message_not_in_streaming_state")
        return stream

    def _is_open(self, stream: _Stream) -> bool:
        return self._workspace.now() - stream.begun_at < OPEN_SECONDS

    def _written(self, stream: _Stream, chunks: Sequence[Mapping[str, Any]]) -> None:
        stream.take(chunks)
        self._workspace.change(stream.posted, stream.shown(), edited=False)


def _chunks_of(given: Arguments) -> list[Mapping[str, Any]]:
    """The chunks of a call, or its text as one: a call has the one or the other."""
    chunks, text = given.get("chunks"), given.get("markdown_text")
    if chunks is not None and text is not None:
        raise mistake("invalid_arguments", "[ERROR] chunks and markdown_text go in calls of their own")
    if text is not None:
        chunks = [{"type": "markdown_text", "text": text}]
    if chunks is None:
        return []
    if not isinstance(chunks, list):
        raise mistake("invalid_arguments", "[ERROR] chunks must be an array")
    for place, chunk in enumerate(chunks):
        kind = str(chunk.get("type")) if isinstance(chunk, Mapping) else ""
        if kind not in _CHUNKS:
            raise mistake("invalid_chunks", f"unsupported type [json-pointer:/chunks/{place}/type]")
        if problems := list(_CHUNKS[kind](chunk, f"/chunks/{place}")):
            raise mistake("invalid_chunks", *problems)
        if kind == "blocks":
            check_blocks(chunk["blocks"])
    return chunks
