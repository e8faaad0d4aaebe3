"""Scopes, adapters and orders for the tests of this folder."""

import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.erp.guard import Resolve, resolve_by_system
from bot.erp.vtex_b2b import VtexB2bErp
from bot.scope import CompanyScope
from tests.erp.plain_contract import TOKEN

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def scope_of(
    *keys: str,
    erp: str = "erp",
    placed_by: str | None = None,
    company_id: int = 1,
    further: Mapping[str, tuple[str, ...]] | None = None,
) -> CompanyScope:
    """A scope as linking would grant it."""
    return CompanyScope._grant(
        company_id=company_id,
        company_name="Northwind",
        erp=erp,
        keys=keys or ("55",),
        placed_by=placed_by,
        further=further,
    )


def adapter(
    url: str,
    *,
    name: str = "erp",
    token: str = TOKEN,
    timeout_seconds: float = 5.0,
    document_hosts: Sequence[str] = (),
    tracking_hosts: Sequence[str] = (),
    document_max_bytes: int = 1024 * 1024,
    document_seconds: float = 5.0,
    reply_max_bytes: int = 1024 * 1024,
    time_zone: str = "America/Sao_Paulo",
    cursor_secret: bytes = b"secret of the tests",
    tls: ssl.SSLContext | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    resolve: Resolve = resolve_by_system,
) -> VtexB2bErp:
    return VtexB2bErp(
        name=name,
        url=url,
        token=token,
        cursor_secret=cursor_secret,
        time_zone=time_zone,
        timeout_seconds=timeout_seconds,
        document_hosts=document_hosts,
        tracking_hosts=tracking_hosts,
        document_max_bytes=document_max_bytes,
        document_seconds=document_seconds,
        reply_max_bytes=reply_max_bytes,
        tls=tls,
        clock=clock,
        resolve=resolve,
    )
