"""Ways in which an ERP fails."""

import asyncio
import socket
import struct

from tests.erp.kit.proxy import Fault, Recorded

SECRET = "Traceback: psycopg2 password=hunter2 SELECT * FROM customers"
"""What a server says of itself and nobody of ours may repeat."""


def status(code: int, *, headers: str = "", body: str = SECRET, media_type: str = "text/plain") -> Fault:
    """A reply with this status, its text something that must not be repeated."""
    content = body.encode()
    told = f"Content-Type: {media_type}\r\nContent-Length: {len(content)}\r\n{headers}"
    return raw(f"HTTP/1.1 {code} Whatever\r\n{told}Connection: close\r\n\r\n".encode() + content)


def page() -> Fault:
    """A sign-in page where JSON was asked for, with status 200."""
    return status(200, body=f"<!DOCTYPE html><html>{SECRET}</html>", media_type="text/html")


def truncated() -> Fault:
    """JSON that ends before it is over, in a reply that says so by its length."""
    return raw(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"result": ['
    )


def cut_json() -> Fault:
    """JSON that ends before it is over, in a reply that claims to be whole."""
    return status(200, body='{"result": [{"id": 1,', media_type="application/json")


def raw(reply: bytes) -> Fault:
    """These bytes, and nothing more."""

    async def write(_: Recorded, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()

    return write


def hang_up() -> Fault:
    """The connection is closed without a word."""
    return raw(b"")


def reset_midway() -> Fault:
    """The connection is reset in the middle of the body."""

    async def write(_: Recorded, writer: asyncio.StreamWriter) -> None:
        writer.write(_head(5000) + b"[")
        await writer.drain()
        await asyncio.sleep(0.05)
        # Without lingering the other side sees a reset, not an end.
        taken = writer.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return write


def stall(seconds: float) -> Fault:
    """Not a byte for so long."""

    async def wait(_: Recorded, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)

    return wait


def drip(seconds: float) -> Fault:
    """A byte every so often, for so long."""

    async def write(_: Recorded, writer: asyncio.StreamWriter) -> None:
        writer.write(_head(5000))
        for _step in range(int(seconds / 0.05)):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    return write


def endless(megabytes: int, *, told: bool = True) -> Fault:
    """A reply far too large, which tells its length or does not."""
    length = f"Content-Length: {megabytes << 20}\r\n" if told else "Connection: close\r\n"

    async def write(_: Recorded, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{length}\r\n[".encode())
        piece = b" " * (1 << 20)
        for _step in range(megabytes):
            writer.write(piece)
            await writer.drain()

    return write


def _head(length: int) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode()
