"""What `orderbot check` can tell of a site: whether the key may read what it must, and nothing more."""

from collections.abc import Sequence
from itertools import product

from bot.erp import fields
from bot.erp.erpnext import queries
from bot.erp.erpnext.frappe import Frappe
from bot.erp.erpnext.zone import Clock, Source
from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited
from bot.erp.protocol import Health
from bot.erp.together import together

_READ = ("Sales Order", "Delivery Note", "Sales Invoice", "Customer", "Contact", "Shipment", "File")
_MUST_READ = frozenset({"Sales Order", "Delivery Note", "Sales Invoice"})
_PRINT = ("Sales Invoice", "Delivery Note")
# Not `File`: the role "All" may create files, whoever it is given to.
_MUST_NOT = tuple(
    product(
        ("Sales Order", "Delivery Note", "Sales Invoice", "Customer", "Contact", "Shipment"),
        ("write", "create", "submit", "cancel", "delete"),
    )
)
_AT_ONCE = 4
_NOBODY = "orderbot check: nobody"
_PAGE = "docs/erp/erpnext.md says which role to make."


async def checked(frappe: Frappe, clock: Clock, *, host: str, web_field: str) -> Health:
    """Try everything without any company's data."""
    try:
        user = fields.text({"user": await frappe.ask("frappe.auth.get_logged_user")}, "user")
        zone = await clock.zone()
        readable = await _allowed(frappe, [(doctype, "read") for doctype in _READ])
        missing = _MUST_READ - {doctype for doctype, _ in readable}
        if missing:
            lacks = ", ".join(sorted(missing))
            return Health(False, f"{host} lets {user} in, but not read {lacks}.", _PAGE)
        try:
            await frappe.rows(queries.orders([_NOBODY], web_field=web_field), limit=1)
        except ErpBadAnswer:
            advice = "Check ORDERBOT_ERP_WEB_NUMBER_FIELD." if web_field else "Is it ERPNext 14, 15 or 16?"
            return Health(False, f"{host} does not know the fields we ask of an order.", advice)
        warnings = [
            *_unread(readable),
            *await _unprinted(frappe),
            *await _writing(frappe, user or ""),
            *_about_zone(zone.source),
        ]
        detail = f"{host} answers as {user}{await _version(frappe)}; times are {zone.zone.key}."
        return Health(True, detail, warnings=tuple(warnings))
    except ErpDenied:
        advice = "ORDERBOT_ERP_TOKEN is `key:secret`: User, Settings, API Access, Generate Keys."
        return Health(False, f"{host} refuses our key.", advice)
    except ErpRateLimited as error:
        return Health(True, f"{host} answers, and asks to wait {error.retry_after:g} s.")
    except ErpBadAnswer as error:
        advice = "Check that ORDERBOT_ERP_URL is the site itself, without /app or /api."
        return Health(False, f"{host} answers with something else ({error}).", advice)
    except ErpError as error:
        advice = "Check ORDERBOT_ERP_URL, the network, the ERP itself, ORDERBOT_ERP_TIMEOUT_SECONDS."
        return Health(False, f"{host} is not available ({error}).", advice)


async def _allowed(frappe: Frappe, asked: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the rights that the key has. An empty name asks of the doctype as a whole."""

    async def one(doctype: str, right: str) -> bool:
        told = await frappe.ask("frappe.client.has_permission", doctype=doctype, docname="", perm_type=right)
        return isinstance(told, dict) and bool(told.get("has_permission"))

    answers = await together((one(*pair) for pair in asked), at_once=_AT_ONCE)
    return [pair for pair, has in zip(asked, answers, strict=True) if has]


def _unread(readable: Sequence[tuple[str, str]]) -> list[str]:
    may = {doctype for doctype, _ in readable}
    told = {
        "Customer": "contacts of customers are not found",
        "Contact": "contacts of customers are not found",
        "Shipment": "tracking comes from delivery notes alone",
        "File": "tax files attached to invoices are not sent",
    }
    lost = {told[doctype]: None for doctype in _READ if doctype not in may and doctype in told}
    return [f"Some doctypes cannot be read: {'; '.join(lost)}."] if lost else []


async def _unprinted(frappe: Frappe) -> list[str]:
    printed = {doctype for doctype, _ in await _allowed(frappe, [(one, "print") for one in _PRINT])}
    lacks = [doctype for doctype in _PRINT if doctype not in printed]
    return [f"No right to print {', '.join(lacks)}: no PDF of them is sent."] if lacks else []


async def _writing(frappe: Frappe, user: str) -> list[str]:
    if user == "Administrator":
        return [f"The key is the Administrator's and may do anything. {_PAGE}"]
    found = await _allowed(frappe, _MUST_NOT)
    if not found:
        return []
    what = ", ".join(dict.fromkeys(f"{right} {doctype}" for doctype, right in found[:3]))
    more = " and more" if len(found) > 3 else ""
    return [f"The key may {what}{more}; it should only read. {_PAGE}"]


def _about_zone(source: Source) -> list[str]:
    match source:
        case Source.SETTING:
            return ["The site does not tell its time zone; ORDERBOT_ERP_TIME_ZONE is used."]
        case Source.DEFAULTS:
            return ["The time zone is the site's only while the key's user has none of its own."]
    return []


async def _version(frappe: Frappe) -> str:
    """Where it tells: some sites tell only people who work at the desk."""
    try:
        told = await frappe.ask("frappe.utils.change_log.get_versions")
    except (ErpDenied, ErpBadAnswer):
        return ""
    app = told.get("erpnext") if isinstance(told, dict) else None
    version = fields.text(app, "version", longest=40) if isinstance(app, dict) else None
    return f", ERPNext {version}" if version else ""
