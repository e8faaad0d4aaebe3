"""What `orderbot check erp` finds out about an Odoo: version, database, rights, and the key's end."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.erp import fields
from bot.erp.bodies import records
from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited
from bot.erp.odoo.connection import Connection, LoginMissing
from bot.erp.odoo.layout import (
    ATTACHMENT,
    KEYS,
    LINE,
    MOVE,
    MOVE_LINE,
    ORDER,
    PARTNER,
    PICKING,
    Layout,
    Layouts,
    may_do,
)
from bot.erp.odoo.values import UTC_ZONE
from bot.erp.protocol import Health
from bot.erp.together import together

_SOON = timedelta(days=14)
_WITHOUT = {
    LINE: "lines",
    PICKING: "shipments and tracking numbers",
    MOVE: "invoices and their documents",
    MOVE_LINE: "invoices and their documents",
    ATTACHMENT: "e-invoices, and documents' sizes",
}
"""What is left out when the key may not read a model."""


async def health(
    connection: Connection,
    layouts: Layouts,
    rehearse: Callable[[], Awaitable[None]],
    host: str,
    clock: Callable[[], datetime],
) -> Health:
    """Try everything that needs no customer's data. Raises nothing of the ErpError family.

    `rehearse` puts the questions of every day for a customer that does not exist.
    """
    try:
        version, dialect = await connection.version(), await connection.dialect()
        layout = await layouts.learn()
        warnings = await _warnings(connection, layout, version.major, clock)
    except LoginMissing:
        advice = (
            "Before Odoo 19 set the login of the key's user and the database (ORDERBOT_ERP_LOGIN, "
            "ORDERBOT_ERP_DATABASE); on 19 with several databases, the database."
        )
        return Health(False, f"{host} speaks JSON-RPC only.", advice)
    except ErpDenied:
        advice = (
            "Check ORDERBOT_ERP_TOKEN: an API key that has not run out; before Odoo 19 also "
            "ORDERBOT_ERP_LOGIN and ORDERBOT_ERP_DATABASE."
        )
        return Health(False, f"{host} refuses our key.", advice)
    except ErpRateLimited as error:
        return Health(True, f"{host} answers, and asks to wait {error.retry_after:g} s.")
    except ErpBadAnswer as error:
        advice = "Check that ORDERBOT_ERP_URL is the address of Odoo itself, and ORDERBOT_ERP_DATABASE."
        return Health(False, f"{host} answers with something else ({error}).", advice)
    except ErpError as error:
        advice = "Check ORDERBOT_ERP_URL, the network, Odoo itself, ORDERBOT_ERP_TIMEOUT_SECONDS."
        return Health(False, f"{host} is not available ({error}).", advice)
    missing = [model for model in (ORDER, PARTNER) if not layout.reads(model)]
    if missing:
        advice = "Give the key's user the read-only group of docs/erp/odoo.md."
        return Health(False, f"The key may not read {', '.join(missing)} at {host}.", advice)
    try:
        await rehearse()
    except (ErpDenied, ErpBadAnswer):
        advice = "Give the key's user the whole read-only group of docs/erp/odoo.md."
        return Health(False, f"{host} is Odoo {version.text}, and refuses the bot's questions.", advice)
    except ErpError as error:
        return Health(False, f"{host} is not available ({error}).", "Try again; check Odoo itself.")
    return Health(True, f"{host} is Odoo {version.text}, asked by {dialect}.", warnings=tuple(warnings))


async def _warnings(
    connection: Connection, layout: Layout, major: int, clock: Callable[[], datetime]
) -> Sequence[str]:
    said = [
        f"The key may not read {model}: {what} are left out."
        for model, what in _WITHOUT.items()
        if not layout.reads(model)
    ]
    models = [model for model in (ORDER, MOVE, PICKING, PARTNER) if layout.reads(model)]
    may = await together(may_do(connection, model, "write", major) for model in models)
    writable = [model for model, writes in zip(models, may, strict=True) if writes]
    if writable:
        said.append(
            f"The key may write {', '.join(writable)}: give its user the read-only group of "
            "docs/erp/odoo.md instead."
        )
    ends = await _ends(connection, layout)
    if ends is not None and ends - clock() < _SOON:
        said.append(f"An API key of this user ends on {ends:%Y-%m-%d}: make a new one before that.")
    return said


async def _ends(connection: Connection, layout: Layout) -> datetime | None:
    """When the first of the user's API keys runs out, where Odoo tells (since 18)."""
    if not layout.has(KEYS, "expiration_date"):
        return None
    try:
        context = await connection.call("res.users", "context_get")
        uid = context.get("uid") if isinstance(context, dict) else None
        domain: list[object] = [["expiration_date", "!=", False]]
        if isinstance(uid, int):
            domain = ["&", ["user_id", "=", uid], *domain]
        told = await connection.call(KEYS, "search_read", domain=domain, fields=["expiration_date"])
        rows = records(told)
    except ErpError:
        return None  # worth a warning where it can be read, never a reason to fail
    return min(
        (end for row in rows if (end := fields.moment(row, "expiration_date", UTC_ZONE))), default=None
    )
