"""What a check of a Tryton finds: whether it answers, what the key may read, and what it should not."""

from collections.abc import Sequence

from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited
from bot.erp.protocol import Health
from bot.erp.tryton.connection import Connected, Connection
from bot.erp.tryton.schema import INVOICE, MECHANISM, MOVE, MOVE_LINE, NEEDED, SALE, SHIPMENT

_REPORT = "ir.action.report"
_WORTH_READING = {
    INVOICE: "invoices",
    SHIPMENT: "shipments",
    MOVE: "what has shipped of each line",
    MOVE_LINE: "due dates",
    MECHANISM: "contacts",
}


async def check(connection: Connection, host: str, more_fields: Sequence[str]) -> Health:
    """Ask for a version, for rights, and for nobody's orders."""
    connection.forget()
    try:
        connected = await connection.open()
        missing = [model for model in NEEDED if not connected.schema.may_read(model)]
        if missing:
            return Health(False, f"{host} lets us read no {', '.join(missing)}.", _ROLE)
        warnings = await _warnings(connected, more_fields)
    except ErpDenied:
        return Health(False, f"{host} refuses our key or login.", _CREDENTIALS)
    except ErpRateLimited as error:
        return Health(True, f"{host} answers, and asks to wait {error.retry_after:g} s.")
    except ErpBadAnswer as error:
        advice = (
            "Check ORDERBOT_ERP_URL (the server's address, without the database) and ORDERBOT_ERP_DATABASE."
        )
        return Health(False, f"{host} answers with something else ({error}).", advice)
    except ErpError as error:
        advice = "Check ORDERBOT_ERP_URL, ORDERBOT_ERP_DATABASE, the network, the ERP itself."
        return Health(False, f"{host} is not available ({error}).", advice)
    version = connected.dialect.version or "of an untold version"
    return Health(True, f"{host} is Tryton {version} and answers searches.", warnings=tuple(warnings))


_ROLE = "Give the user the role of docs/erp/tryton_role.py."
_CREDENTIALS = (
    "Check ORDERBOT_ERP_TOKEN: a validated key for REST (Tryton 8), or with ORDERBOT_ERP_LOGIN that "
    "user's password (before 8 there are no keys)."
)


async def _warnings(connected: Connected, more_fields: Sequence[str]) -> list[str]:
    schema = connected.schema
    writable = sorted(
        model
        for model, rights in schema.rights.items()
        if any(rights.get(right, False) for right in ("write", "create", "delete"))
    )
    warnings = []
    if writable:
        warnings.append(f"The key may change {', '.join(writable)}.")
    if schema.may_read("res.user") and await connected.dialect.search(
        "res.user", [["id", ">", 0]], ["id"], limit=1
    ):
        warnings.append("The key may read your users.")
    if warnings:
        warnings.append(_ROLE)
    unread = [what for model, what in _WORTH_READING.items() if not schema.may_read(model)]
    if unread:
        warnings.append(f"The key may not read {', '.join(unread)}: answers go without.")
    web_number, access_key = more_fields
    if web_number and not schema.has(web_number, SALE):
        warnings.append(f"Orders have no field {web_number} (ORDERBOT_ERP_WEB_NUMBER_FIELD).")
    if access_key and not schema.has(access_key, INVOICE):
        warnings.append(f"Invoices have no field {access_key} (ORDERBOT_ERP_ACCESS_KEY_FIELD).")
    reports = await connected.dialect.search(
        _REPORT, [["report_name", "=", INVOICE]], ["extension", "template_extension"], limit=10
    )
    formats = {report.get("extension") or report.get("template_extension") for report in reports}
    if reports and "pdf" not in formats:
        warnings.append("Invoices are not printed as PDF: set the extension of the report Invoice to PDF.")
    return warnings
