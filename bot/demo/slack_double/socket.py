"""Socket Mode at the double: envelopes over a WebSocket, each acknowledged or sent again.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.demo.slack_double.outgoing import NOT_REACHED, TIMED_OUT


class Sockets:
    """The bot's open sockets; takes the place of requests to its URL."""

    def __init__(self, *, patience_seconds: float) -> None:
        self._patience = patience_seconds
        self._open: list[WebSocket] = []
        self._tickets: set[str] = set()
        self._acknowledged: dict[str, asyncio.Event] = {}
        self._payloads: deque[bytes] = deque(maxlen=1)
        """What came with the newest acknowledgement."""
        self._last: tuple[str, Mapping[str, Any]] | None = None
        self.connected = asyncio.Event()

    def ticket(self) -> str:
        """A ticket that opens one socket."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """One socket, for as long as it is open."""
        if socket.query_params.get("ticket") not in self._tickets:
            await socket.close(4001)
            return
        self._tickets.discard(socket.query_params["ticket"])
        await socket.accept()
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._open.append(socket)
        self.connected.set()
        try:
            while True:
                answer = json.loads(await socket.receive_text())
                waiting = self._acknowledged.pop(str(answer.get("envelope_id")), None)
                if waiting is not None:
                    self._payloads.append(json.dumps(answer.get("payload") or {}).encode())
                    waiting.set()
        except WebSocketDisconnect:
            pass
        finally:
            self._open.remove(socket)

    async def event(self, body: bytes) -> int:
        """Send an event; one that is not acknowledged goes out again."""
        self._last = ("events_api", json.loads(body))
        status = await self._send(*self._last)
        return status if status == 200 else await self.again()

    async def interaction(self, body: bytes) -> int:
        """Send a command or a press."""
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        pressed = "payload" in form and "command" not in form
        self._last = ("interactive", json.loads(form["payload"])) if pressed else ("slash_commands", form)
        return await self._send(*self._last)

    async def answered(self, body: bytes) -> tuple[int, bytes]:
        """Send an interaction; the status, and what the bot answered in the acknowledgement itself."""
        self._payloads.clear()
        status = await self.interaction(body)
        return status, self._payloads[0] if self._payloads else b""

    async def again(self, status: int = 0) -> int:
        if self._last is None:
            raise LookupError("nothing has been sent yet")
        return await self._send(*self._last)

    async def aclose(self) -> None:
        for socket in list(self._open):
            await socket.close()

    async def _send(self, kind: str, payload: Mapping[str, Any]) -> int:
        if not self._open:
            return NOT_REACHED
        envelope = secrets.token_hex(12)
        waiting = self._acknowledged[envelope] = asyncio.Event()
        await self._open[-1].send_json(
            {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        )
        try:
            async with asyncio.timeout(self._patience):
                await waiting.wait()
        except TimeoutError:
            return TIMED_OUT
        return 200
