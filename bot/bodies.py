"""What a request brings, read as far as anybody allows."""

from starlette.requests import Request


async def body_of(request: Request, *, most: int) -> bytes | None:
    """The body of a request; None as soon as it is longer than `most` bytes. Raises ClientDisconnect."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
