"""Records in memory, read and searched the way Odoo's ORM does for one user of one version."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.erp.odoo import schema
from tests.erp.odoo.domains import Test, compares, evaluate, pattern_of
from tests.erp.odoo.schema import Field


class OdooError(Exception):
    """An exception as Odoo names it, with the status JSON-2 gives it."""

    def __init__(self, name: str, message: str, status: int) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status


def access_error(message: str) -> OdooError:
    return OdooError("odoo.exceptions.AccessError", message, 403)


def value_error(message: str) -> OdooError:
    return OdooError("builtins.ValueError", message, 500)


@dataclass
class User:
    """Who asks: the companies of the supplier they see, and their rights by model."""

    uid: int
    login: str
    key: str
    companies: tuple[int, ...] = (1,)
    reads: frozenset[str] | None = None
    """None: every model."""
    writes: frozenset[str] = frozenset()


@dataclass
class Books:
    """The database: rows by model and id, of one version with some modules installed."""

    version: int = 19
    modules: frozenset[str] = schema.ALL_MODULES
    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    """Attachment id to bytes."""
    stated: str = "2026-11-20 08:00:00"

    def add(self, model: str, **values: Any) -> int:
        table = self.rows.setdefault(model, {})
        row = max(table, default=0) + 1
        stamps = {"create_date": self.stated, "write_date": self.stated}
        table[row] = {**stamps, **values}
        return row

    def fields(self, model: str) -> Mapping[str, Field]:
        module = schema.MODULE_OF.get(model, "base")
        if model not in schema.MODELS or module not in self.modules:
            raise OdooError("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist", 404)
        return {
            "id": Field("integer"),
            **{
                name: one
                for name, one in schema.MODELS[model].items()
                if one.since <= self.version <= one.until and one.module in self.modules
            },
        }


class Records:
    """The records of a user: what they may read, in the shapes of `read` and `web_read`."""

    def __init__(self, books: Books, user: User, companies: Sequence[int] | None) -> None:
        self._books = books
        self._user = user
        allowed = list(companies) if companies is not None else list(user.companies)
        if not set(allowed) <= set(user.companies):
            raise access_error("Access to unauthorized or invalid companies.")
        self._companies = set(allowed)
        self.uid = user.uid

    def may(self, model: str, operation: str) -> bool:
        self._books.fields(model)
        if operation == "read":
            return self._user.reads is None or model in self._user.reads
        return model in self._user.writes

    def fields_get(self, model: str, names: Sequence[str] | None) -> dict[str, Any]:
        told = self._books.fields(model)
        return {name: {"type": one.type} for name, one in told.items() if names is None or name in names}

    def search(
        self, model: str, domain: Sequence[Any], *, order: str | None, limit: int | None, offset: int = 0
    ) -> list[int]:
        self._check(model)
        test = self._test(model, domain)
        shown = [row for row in self._table(model) if self._is_seen(model, row) and test(row)]
        if model == "ir.attachment" and not _names(domain, ("id", "res_field")):
            shown = [row for row in shown if not self._table(model)[row].get("res_field")]
        for part in reversed((order or "id").split(",")):
            name, _, way = part.strip().partition(" ")
            if name not in self._books.fields(model):
                raise value_error(f"Invalid field {name!r} on model {model!r}")
            shown.sort(
                key=lambda row, name=name: _sortable(row if name == "id" else self._value(model, row, name)),  # type: ignore[misc]
                reverse=way.strip().lower() == "desc",
            )
        shown = shown[offset:]
        return shown[:limit] if limit else shown

    def read(
        self, model: str, ids: Sequence[int], names: Sequence[str], *, classic: bool = True
    ) -> list[dict[str, Any]]:
        """Values by name; nothing is scoped here, and ids that are not there are passed over."""
        self._check(model)
        known = self._books.fields(model)
        for name in names:
            if name not in known:
                raise value_error(f"Invalid field {name!r} on model {model!r}")
        found = []
        for row in ids:
            if row not in self._table(model):
                continue
            if not self._is_seen(model, row):
                raise access_error("Due to security restrictions, you are not allowed to access it.")
            told: dict[str, Any] = {"id": row}
            for name in names:
                told[name] = self._told(known[name], self._value(model, row, name), classic)
            found.append(told)
        return found

    def web_read(
        self, model: str, ids: Sequence[int], specification: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Values by specification, links followed as far as it goes."""
        names = [name for name in specification if name != "id"]
        if not names:
            return [{"id": row} for row in ids]
        known = self._books.fields(model)
        found = self.read(model, ids, names, classic=False)
        for name in names:
            asked, one = specification[name], known[name]
            if "fields" not in asked:
                continue
            inner = {key: value for key, value in asked["fields"].items() if key != "display_name"}
            for record in found:
                if one.type == "many2one" and record[name]:
                    value = self.web_read(one.comodel, [record[name]], inner)[0]
                    if "display_name" in asked["fields"]:
                        # Odoo reads the display name with all rights.
                        value = {**value, "display_name": self._display(one.comodel, record[name])}
                    record[name] = value
                elif one.type in ("one2many", "many2many"):
                    record[name] = self.web_read(one.comodel, record[name], inner)
        return found

    def _told(self, known: Field, value: Any, classic: bool) -> Any:
        if known.type in ("one2many", "many2many"):
            return list(value or ())
        if known.type == "boolean":
            return bool(value)
        if known.type in ("float", "integer"):
            return value or 0
        if value in (None, False, ""):
            return False
        if known.type == "datetime":
            return value[:19]  # kept to the microsecond, told to the second
        if known.type == "many2one" and classic:
            return [value, self._display(known.comodel, value)]
        return value

    def _display(self, model: str, row: int) -> str:
        told = self._books.rows[model][row]
        if model == "product.product" and told.get("default_code"):
            return f"[{told['default_code']}] {told['name']}"
        if model == "res.partner" and told.get("parent_id") and not told.get("is_company"):
            return f"{self._books.rows[model][told['parent_id']]['name']}, {told['name']}"
        return str(told.get("name") or row)

    def _table(self, model: str) -> dict[int, dict[str, Any]]:
        return self._books.rows.get(model, {})

    def _check(self, model: str) -> None:
        if not self.may(model, "read"):
            raise access_error(f"You are not allowed to access {model!r} records.")

    def _is_seen(self, model: str, row: int) -> bool:
        """The record rules of several companies, and of one's own API keys."""
        told = self._table(model)[row]
        if model == "res.users.apikeys":
            return bool(told.get("user_id") == self._user.uid)
        company = told.get("company_id")
        return company is None or company in self._companies

    def _value(self, model: str, row: int, name: str) -> Any:
        told = self._table(model).get(row, {})
        if name == "id":
            return row
        known = self._books.fields(model)[name]
        if name == "display_name":
            return self._display(model, row)
        if known.type == "one2many":
            below = self._table(known.comodel)
            return [one for one in below if below[one].get(known.inverse) == row]
        return getattr(self, f"_{model.replace('.', '_')}_{name}", lambda _: told.get(name))(row)

    def _res_partner_commercial_partner_id(self, row: int) -> int:
        told = self._table("res.partner")[row]
        if told.get("is_company") or not told.get("parent_id"):
            return row
        return self._res_partner_commercial_partner_id(told["parent_id"])

    def _account_move_commercial_partner_id(self, row: int) -> int:
        return self._res_partner_commercial_partner_id(self._table("account.move")[row]["partner_id"])

    def _stock_picking_carrier_tracking_url(self, row: int) -> str | None:
        told = self._table("stock.picking")[row]
        if told.get("carrier_id"):
            self._check("delivery.carrier")  # the carrier makes the link, with the user's rights
        return told.get("carrier_tracking_url")

    def _sale_order_invoice_ids(self, row: int) -> list[int]:
        self._check("account.move.line")  # computed with the user's rights
        lines = self._table("account.move.line").values()
        ours = {one for one, told in self._table("sale.order.line").items() if told["order_id"] == row}
        found = {told["move_id"] for told in lines if ours & set(told.get("sale_line_ids", ()))}
        return sorted(found, reverse=True)

    def _sale_order_line_invoice_lines(self, row: int) -> list[int]:
        lines = self._table("account.move.line")
        return [one for one, told in lines.items() if row in told.get("sale_line_ids", ())]

    def _file_of(self, row: int, name: str) -> int | None:
        files = self._table("ir.attachment")
        for one, told in files.items():
            if (told.get("res_model"), told.get("res_id"), told.get("res_field")) == (
                "account.move",
                row,
                name,
            ):
                return one
        return None

    def _account_move_invoice_pdf_report_id(self, row: int) -> int | None:
        return self._file_of(row, "invoice_pdf_report_file")

    def _account_move_ubl_cii_xml_id(self, row: int) -> int | None:
        return self._file_of(row, "ubl_cii_xml_file")

    def _account_move_invoice_pdf_report_file(self, row: int) -> str | None:
        return self._content(self._file_of(row, "invoice_pdf_report_file"))

    def _account_move_ubl_cii_xml_file(self, row: int) -> str | None:
        return self._content(self._file_of(row, "ubl_cii_xml_file"))

    def _ir_attachment_datas(self, row: int) -> str | None:
        return self._content(row)

    def _content(self, attachment: int | None) -> str | None:
        return None if attachment is None else base64.b64encode(self._books.files[attachment]).decode()

    def _test(self, model: str, domain: Sequence[Any]) -> Test:
        test = evaluate(domain, lambda leaf: self._leaf(model, leaf))
        if model == "res.partner" and not _names(domain, ("active",)):
            return lambda row: self._table(model)[row].get("active", True) and test(row)
        return test

    def _leaf(self, model: str, leaf: Sequence[Any]) -> Test:
        path, operator, value = leaf
        if any("\x00" in str(one) for one in (value if isinstance(value, list) else [value])):
            raise value_error("A string literal cannot contain NUL (0x00) characters.")
        name, _, rest = path.partition(".")
        known = self._books.fields(model)
        if name not in known:
            raise value_error(f"Invalid field {model}.{name} in leaf {leaf!r}")
        one = known[name]
        if rest:
            if not one.comodel:
                raise value_error(f"Invalid leaf {leaf!r}")
            self._check(one.comodel)
            inner = self._leaf(one.comodel, [rest, operator, value])
            return lambda row: any(
                self._is_seen(one.comodel, linked) and inner(linked)
                for linked in self._linked(model, row, name)
            )
        if operator == "child_of":
            comodel = one.comodel or model
            below = self._below(comodel, value)
            return lambda row: any(linked in below for linked in self._linked(model, row, name))
        holds = compares(operator, value)
        if one.comodel:
            if isinstance(value, str):  # a text is compared with names
                return lambda row: any(
                    holds(self._display(one.comodel, linked)) for linked in self._linked(model, row, name)
                )
            return lambda row: any(holds(linked) for linked in self._linked(model, row, name) or [False])
        return lambda row: holds(self._value(model, row, name))

    def _linked(self, model: str, row: int, name: str) -> list[int]:
        value = row if name == "id" else self._value(model, row, name)
        return list(value) if isinstance(value, list | tuple) else [value] if value else []

    def _below(self, model: str, value: Any) -> set[int]:
        """`child_of`: by ids, or by name when a text is given; an empty list and false are nobody."""
        table = self._table(model)
        if isinstance(value, str):
            pattern = pattern_of(value, whole=False, blind=True)
            found = {row for row in table if pattern.fullmatch(self._display(model, row))}
        else:
            found = set(value if isinstance(value, list | tuple) else [value] if value else [])
        while more := {row for row, told in table.items() if told.get("parent_id") in found} - found:
            found |= more
        return found


def _names(domain: Sequence[Any], names: Sequence[str]) -> bool:
    return any(isinstance(term, list | tuple) and term[0] in names for term in domain)


def _sortable(value: Any) -> tuple[bool, Any]:
    return value not in (None, False), value or 0
