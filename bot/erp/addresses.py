"""The ERP's address as an operator types it, and the hosts documents may come from."""

import ipaddress
import re
from urllib.parse import urlsplit

import httpx


class ErpAddressRefused(ValueError):
    """An address in the settings cannot be used; the message says why and what to write."""


def base_address(text: str, beyond: re.Pattern[str] | None = None) -> httpx.URL:
    """The base URL without a trailing slash; a path that ends with `beyond` is cut back before it."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL as error:
        raise ErpAddressRefused(f"The ERP's address is not a URL: {error}") from None
    if url.scheme not in ("https", "http") or not url.host:
        raise ErpAddressRefused("The ERP's address must be a full URL such as https://erp.example.com")
    if not 0 < port_of(url) < 65536:
        raise ErpAddressRefused("The ERP's address has a port that does not exist.")
    if url.userinfo or url.query or url.fragment:
        raise ErpAddressRefused("The ERP's address must not hold a user, a query or a fragment.")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ErpAddressRefused("The ERP's address must be https; plain http is for this machine only.")
    path = (beyond.sub("", url.path) if beyond else url.path).rstrip("/")
    return httpx.URL(str(url.copy_with(path=path or "/")).rstrip("/"))


def is_loopback(host: str) -> bool:
    """Whether a host, as written, is this machine: `localhost` or a loopback address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def port_of(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def host_entry(entry: str) -> tuple[str, int | None]:
    """`host` or `host:port` of an allow-list; without a port the scheme's own is meant."""
    try:
        parts = urlsplit(f"//{entry.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.path or parts.query or parts.fragment or parts.username is not None or "*" in host:
        raise ErpAddressRefused(f"Not a host or host:port: {entry!r}")
    return host, port
