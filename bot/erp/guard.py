"""Where documents may be fetched from: the ERP names a URL, and we decide whether to go there.

The rules, in order; breaking one is `DocumentRefused` with its code:

1. `bad_url`: a full http(s) URL without user or password.
2. `plain_http`: https, unless the ERP itself is plain http on this machine and so is the host.
3. `host`: the ERP's own host and port, or one the operator listed.
4. `address`: the name is resolved once, and only the addresses seen here are dialled. A listed name
   may stand for a private address, which its certificate must vouch for; a loopback, link-local
   (cloud metadata), multicast or reserved one only when listed as that very address.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import httpx

from bot.erp.addresses import host_entry, is_loopback, port_of
from bot.erp.errors import DocumentRefused, ErpUnavailable

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to IP addresses; raises OSError when there are none."""


@dataclass(frozen=True)
class Target:
    """A URL that may be fetched, and the addresses it may be fetched from."""

    url: httpx.URL
    addresses: tuple[str, ...]
    is_erp: bool
    """The ERP's own origin, which gets our token."""


class Guard:
    """The rules for one ERP. `hosts` are the operator's `host` or `host:port` entries."""

    def __init__(self, *, base: httpx.URL, hosts: Iterable[str], resolve: Resolve) -> None:
        self._base = base
        self._listed = [host_entry(entry) for entry in hosts]
        self._resolve = resolve

    async def admit(self, text: str) -> Target:
        """Check a document's URL; raises DocumentRefused, ErpUnavailable when its name is unknown."""
        url = self._url(text)
        host, port = _host(url), port_of(url)
        is_erp = (url.scheme, host, port) == (self._base.scheme, _host(self._base), port_of(self._base))
        if url.scheme == "http" and not (self._base.scheme == "http" and is_loopback(host)):
            raise DocumentRefused("plain_http")
        if not is_erp and not self._is_listed(url, host, port):
            raise DocumentRefused("host")
        try:
            addresses = tuple(await self._resolve(host, port))
        except OSError:
            raise ErpUnavailable("the document's host is unknown") from None
        if not addresses:
            raise ErpUnavailable("the document's host is unknown")
        # The ERP's own host is where every call goes anyway, private or not.
        if not is_erp and not all(may_dial(address, host) for address in addresses):
            raise DocumentRefused("address")
        return Target(url=url, addresses=addresses, is_erp=is_erp)

    def _url(self, text: str) -> httpx.URL:
        try:
            url = httpx.URL(text.strip())
            host = _host(url)
        except (httpx.InvalidURL, ValueError):
            raise DocumentRefused("bad_url") from None
        if url.scheme not in ("http", "https") or not host or url.userinfo:
            raise DocumentRefused("bad_url")
        return url.copy_with(fragment=None)

    def _is_listed(self, url: httpx.URL, host: str, port: int) -> bool:
        default = 443 if url.scheme == "https" else 80
        return any(host == name and port == (listed or default) for name, listed in self._listed)


def may_dial(address: str, host: str) -> bool:
    """Whether a listed host may stand for this address (rule 4)."""
    try:
        ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if ip.version == 6:
        if ip.sixtofour or ip.teredo:  # other addresses in disguise; nobody serves documents there
            return False
        ip = ip.ipv4_mapped or ip
    if ip.is_loopback:
        return is_loopback(host)
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return host == address
    return True


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """The addresses the operating system knows, in its order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _host(url: httpx.URL) -> str:
    """The host as it goes over the wire (IDNA, lower case), IPv6 without brackets."""
    return url.raw_host.decode("ascii").strip("[]")
