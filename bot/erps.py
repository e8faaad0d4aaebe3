"""The ERPs the settings name, as adapters. Only the kinds in use are imported."""

import ssl
from collections.abc import Sequence

import httpx

from bot.erp.calls import CONNECTIONS
from bot.erp.line import ErpLimits
from bot.erp.protocol import ConnectedErp
from bot.erp_settings import ErpSettings
from bot.keys import Keys
from bot.settings import Settings

_MEGABYTE = 1024 * 1024
_CALLS_AT_ONCE = 4
"""Of one question: a number may be of four kinds, each of which is looked for."""


def make_erps(settings: Settings, keys: Keys) -> Sequence[ConnectedErp]:
    """Every ERP of the settings, in their order; raises ValueError for settings that cannot work."""
    return [make_erp(described, settings, keys) for described in settings.erps.values()]


def make_erp(described: ErpSettings, settings: Settings, keys: Keys) -> ConnectedErp:
    """The adapter of one ERP; raises ValueError for settings that cannot work."""
    cursor_secret = keys.digest("page-cursor", described.name).encode()
    max_bytes = settings.document_max_megabytes * _MEGABYTE
    tls = trusting(described)
    connections = max(CONNECTIONS, _CALLS_AT_ONCE * described.concurrency)
    match described.kind:
        case "vtex-b2b":
            from bot.erp.vtex_b2b.adapter import VtexB2bErp

            return VtexB2bErp(
                name=described.name,
                url=described.url,
                token=described.token.get_secret_value(),
                cursor_secret=cursor_secret,
                time_zone=described.time_zone,
                currency=described.currency,
                timeout_seconds=described.timeout_seconds,
                document_hosts=described.document_hosts,
                tracking_hosts=described.tracking_hosts,
                document_max_bytes=max_bytes,
                connections=connections,
                tls=tls,
            )
        case "erpnext":
            from bot.erp.erpnext.adapter import ErpNextErp

            return ErpNextErp(
                name=described.name,
                url=described.url,
                token=described.token.get_secret_value(),
                cursor_secret=cursor_secret,
                time_zone=described.time_zone,
                currency=described.currency,
                web_number_field=described.web_number_field,
                print_format=described.print_format,
                timeout_seconds=described.timeout_seconds,
                tracking_hosts=described.tracking_hosts,
                document_max_bytes=max_bytes,
                connections=connections,
                tls=tls,
            )
        case "tryton":
            from bot.erp.tryton.adapter import TrytonErp

            return TrytonErp(
                name=described.name,
                url=described.url,
                database=described.database,
                token=described.token.get_secret_value(),
                login=described.login,
                cursor_secret=cursor_secret,
                time_zone=described.time_zone,
                currency=described.currency,
                timeout_seconds=described.timeout_seconds,
                companies=described.supplier_companies,
                web_number_field=described.web_number_field,
                access_key_field=described.access_key_field,
                tracking_hosts=described.tracking_hosts,
                document_max_bytes=max_bytes,
                connections=connections,
                tls=tls,
            )
        case "odoo":
            from bot.erp.odoo.adapter import OdooErp

            return OdooErp(
                name=described.name,
                url=described.url,
                token=described.token.get_secret_value(),
                cursor_secret=cursor_secret,
                login=described.login,
                database=described.database,
                companies=described.supplier_companies,
                branches=described.branches,
                proforma=described.proforma,
                web_number_field=described.web_number_field,
                time_zone=described.time_zone,
                currency=described.currency,
                timeout_seconds=described.timeout_seconds,
                tracking_hosts=described.tracking_hosts,
                document_max_bytes=max_bytes,
                connections=connections,
                tls=tls,
            )
        case _:
            raise ValueError(f"no adapter for {described.kind}")


def limits_of(described: ErpSettings) -> ErpLimits:
    """How hard one ERP may be asked, and for how long its word counts."""
    return ErpLimits(
        cache_seconds=described.cache_seconds,
        concurrency=described.concurrency,
        per_second=described.per_second,
        waiting=described.waiting,
        breaker_failures=described.breaker_failures,
        breaker_seconds=described.breaker_seconds,
        last_known_minutes=described.last_known_minutes,
    )


def trusting(described: ErpSettings) -> ssl.SSLContext:
    """What certificates the ERP may show: the usual ones, and the operator's own."""
    context = httpx.create_ssl_context()
    if described.ca_file is not None:
        try:
            context.load_verify_locations(cafile=described.ca_file)
        except (ssl.SSLError, OSError):
            raise ValueError(f"{described.ca_file} holds no certificates in PEM form.") from None
    return context
