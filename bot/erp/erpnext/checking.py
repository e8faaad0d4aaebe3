"""What `orderbot check` can tell of a site: whether the key may read what it must, and nothing more."""

from collections.abc import Sequence
from itertools import product

from bot.erp import fields
from bot.erp.erpnext import contacts, queries
from bot.erp.erpnext.frappe import Frappe, Query
from bot.erp.erpnext.zone import Clock, Source
from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited
from bot.erp.protocol import Health
from bot.erp.together import together

# Not `File`: the role "All" may create files, whoever it is given to.
_MUST_NOT = tuple(
    product(
        ("Sales Order", "Delivery Note", "Sales Invoice", "Customer", "Contact", "Shipment"),
        ("write", "create", "submit", "cancel", "delete"),
    )
)
_PRINT = (("Sales Invoice", "print"), ("Delivery Note", "print"))
_AT_ONCE = 4
_NOBODY = "orderbot check: nobody"
_PAGE = "docs/erp/erpnext.md says which role to make."


async def checked(frappe: Frappe, clock: Clock, *, host: str, web_field: str) -> Health:
    """Try every query, for a customer and a contact that cannot be, and ask what else the key may do."""
    try:
        user = fields.text({"user": await frappe.ask("frappe.auth.get_logged_user")}, "user") or "nobody"
        zone = await clock.zone()
        needed = [queries.orders([_NOBODY], web_field=web_field)]
        needed += [queries.notes_of([_NOBODY], [_NOBODY]), queries.bills_of([_NOBODY], [_NOBODY])]
        for query, outcome in zip(needed, await _tried(frappe, needed), strict=True):
            if isinstance(outcome, ErpDenied):
                return Health(False, f"{host} lets {user} in, but not read {query.doctype}.", _PAGE)
            if isinstance(outcome, ErpBadAnswer):
                mine = web_field and query.doctype == queries.ORDER
                advice = "Check ORDERBOT_ERP_WEB_NUMBER_FIELD." if mine else "Is it ERPNext 14, 15 or 16?"
                return Health(False, f"{host} does not know the fields we ask of {query.doctype}.", advice)
        warnings = [
            *await _unread(frappe),
            *await _unprinted(frappe),
            *await _writing(frappe, user),
            *_about_zone(zone.source),
        ]
        seen = ", unless that user has another zone" if zone.source is Source.DEFAULTS else ""
        detail = f"{host} answers as {user}{await _version(frappe)}; times are {zone.zone.key}{seen}."
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


async def _tried(frappe: Frappe, asked: Sequence[Query]) -> list[ErpDenied | ErpBadAnswer | None]:
    """What each query is refused with, if it is."""

    async def one(query: Query) -> ErpDenied | ErpBadAnswer | None:
        try:
            await frappe.rows(query, limit=1)
        except (ErpDenied, ErpBadAnswer) as refused:
            return refused
        return None

    return await together((one(query) for query in asked), at_once=_AT_ONCE)


async def _unread(frappe: Frappe) -> list[str]:
    told = {
        "Shipment": "tracking comes from delivery notes alone",
        "File": "tax files attached to invoices are not sent",
        "Contact": "contacts of customers are not found",
        "Customer": "contacts of customers are not found",
    }
    asked = [
        queries.parcels_of([_NOBODY], [_NOBODY]),
        queries.files_of([_NOBODY]),
        contacts.people(("Contact Email", "email_id", "in", [_NOBODY]), "email_ids.email_id"),
        contacts.customers([_NOBODY]),
    ]
    outcomes = await _tried(frappe, asked)
    lost = {
        told[query.doctype]: None
        for query, refused in zip(asked, outcomes, strict=True)
        if refused is not None
    }
    return [f"Some doctypes cannot be read: {'; '.join(lost)}."] if lost else []


async def _rights(frappe: Frappe, asked: Sequence[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """Those of the rights that the key has; None where the site does not tell.

    An empty name asks of the doctype as a whole, so that nothing has to be there to ask about.
    """

    async def one(doctype: str, right: str) -> bool:
        told = await frappe.ask("frappe.client.has_permission", doctype=doctype, docname="", perm_type=right)
        return isinstance(told, dict) and bool(told.get("has_permission"))

    try:
        answers = await together((one(*pair) for pair in asked), at_once=_AT_ONCE)
    except (ErpDenied, ErpBadAnswer):
        return None
    return [pair for pair, has in zip(asked, answers, strict=True) if has]


async def _unprinted(frappe: Frappe) -> list[str]:
    printed = await _rights(frappe, _PRINT)
    if printed is None:
        return []
    lacks = [doctype for doctype, right in _PRINT if (doctype, right) not in printed]
    return [f"No right to print {', '.join(lacks)}: no PDF of them is sent."] if lacks else []


async def _writing(frappe: Frappe, user: str) -> list[str]:
    if user == "Administrator":
        return [f"The key is the Administrator's and may do anything. {_PAGE}"]
    found = await _rights(frappe, _MUST_NOT)
    if found is None:
        return ["The site does not tell what the key may do: see for yourself that it cannot write."]
    if not found:
        return []
    what = ", ".join(dict.fromkeys(f"{right} {doctype}" for doctype, right in found[:3]))
    more = " and more" if len(found) > 3 else ""
    return [f"The key may {what}{more}; it should only read. {_PAGE}"]


def _about_zone(source: Source) -> list[str]:
    if source is Source.SETTING:
        return ["The site does not tell its time zone; ORDERBOT_ERP_TIME_ZONE is used."]
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
