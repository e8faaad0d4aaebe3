"""What a request brings, read as far as anybody allows."""

from starlette.requests import ClientDisconnect
from starlette.types import Receive


async def body_of(receive: Receive, *, most: int) -> bytes | None:
    """The body of a request; None as soon as it is longer than `most` bytes. Raises ClientDisconnect.

    Source: https://asgi.readthedocs.io/en/latest/specs/www.html#request-receive-event
    """
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > most:
            return None
        more = message.get("more_body", False)
    return bytes(body)
