"""What one installation has: which of the fields we read exist there, and may be read.

Modules add fields (packages, carriers), and REST fails as a whole for a field that is not there, so
what to ask for is found out once, with two questions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.erp.errors import ErpBadAnswer

SALE, LINE, MOVE, SHIPMENT = "sale.sale", "sale.line", "stock.move", "stock.shipment.out"
INVOICE, PACKAGE, MECHANISM = "account.invoice", "stock.package", "party.contact_mechanism"
CARRIER = "carrier"
INVOICE_LINE, MOVE_LINE, PARTY = "account.invoice.line", "account.move.line", "party.party"

# Where a field of ours leads, as far as we follow it.
_LEADS: Mapping[tuple[str, str], str] = {
    (SALE, "lines"): LINE,
    (SALE, "shipments"): SHIPMENT,
    (SALE, "invoices"): INVOICE,
    (SALE, "contact"): MECHANISM,
    (SALE, "currency"): "currency.currency",
    (LINE, "moves"): MOVE,
    (LINE, "product"): "product.product",
    (SHIPMENT, "root_packages"): PACKAGE,
    (SHIPMENT, "carrier"): CARRIER,
    (SHIPMENT, "warehouse"): "stock.location",
    (CARRIER, "party"): PARTY,
    (INVOICE, "currency"): "currency.currency",
    (INVOICE, "lines_to_pay"): MOVE_LINE,
    (INVOICE, "sales"): SALE,
    (INVOICE, "origin_invoices"): INVOICE,
    (MECHANISM, "party"): PARTY,
    (PARTY, "tax_identifier"): "party.identifier",
}
# Without these there is nothing to tell.
NEEDED = (SALE, LINE)
# In Tryton every user may write the models that no access row names, its own groups among them.
NEVER_TO_WRITE = ("res.user", "res.user-res.group", "res.user.application", PARTY, MECHANISM)
DESCRIBED = (SALE, LINE, MOVE, SHIPMENT, INVOICE, MECHANISM, PARTY)

SALE_FIELDS = (
    "number",
    "reference",
    "state",
    "shipment_state",
    "invoice_state",
    "sale_date",
    "shipping_date",
    "create_date",
    "write_date",
    "total_amount",
    "party",
    "currency.code",
    "contact.name",
    "lines.type",
    "lines.quantity",
    "lines.unit",
    "lines.unit_price",
    "lines.amount",
    "lines.summary",
    "lines.product.code",
    "lines.product.name",
    "lines.moves.quantity",
    "lines.moves.state",
    "lines.moves.unit",
    "lines.moves.shipment",
    "lines.moves.planned_date",
    "shipments.number",
    "shipments.state",
    "shipments.planned_date",
    "shipments.effective_date",
    "shipments.shipping_reference",
    "shipments.root_packages.shipping_reference",
    "shipments.root_packages.shipping_tracking_url",
    "shipments.carrier.party.name",
    "shipments.warehouse.name",
)
INVOICE_FIELDS = (
    "number",
    "state",
    "type",
    "party",
    "invoice_date",
    "total_amount",
    "amount_to_pay",
    "currency.code",
    "lines_to_pay.maturity_date",
)
CHANGE_FIELDS = (
    "create_date",
    "write_date",
    "lines.write_date",
    "lines.moves.write_date",
    "shipments.write_date",
    "invoices.write_date",
)
CONTACT_FIELDS = ("type", "value", "name", "party.name", "party.tax_identifier.code")


@dataclass(frozen=True)
class Schema:
    """Fields by model, for the models whose fields were asked for, and rights by model."""

    fields: Mapping[str, frozenset[str]]
    rights: Mapping[str, Mapping[str, bool]]

    def may_read(self, model: str) -> bool:
        """Whether the key may read a model; what was not asked about is left to the server."""
        return self.rights.get(model, {}).get("read", True)

    def has(self, path: str, model: str = SALE) -> bool:
        """Whether a dotted path can be read here, from end to end."""
        while True:
            name, _, rest = path.partition(".")
            known = self.fields.get(model)
            if not self.may_read(model) or (known is not None and name not in known):
                return False
            if not rest:
                return True
            path, model = rest, _LEADS.get((model, name), "")

    def only(self, paths: Iterable[str], model: str = SALE) -> list[str]:
        return [path for path in paths if self.has(path, model)]


def models_to_judge() -> list[str]:
    """The models whose rights say what the key can do; those of modules that may be missing apart."""
    led = set(_LEADS.values()) - {PACKAGE, CARRIER}
    return sorted({*led, *DESCRIBED, INVOICE_LINE, *NEVER_TO_WRITE})


def field_names(body: object) -> frozenset[str]:
    """The names of `fields_get`; ErpBadAnswer for anything else."""
    if not isinstance(body, Mapping):
        raise ErpBadAnswer("no description of fields")
    return frozenset(name for name in body if isinstance(name, str))


def rights(body: object) -> dict[str, dict[str, bool]]:
    """The rights of `ir.model.access.get_access`; ErpBadAnswer for anything else."""
    if not isinstance(body, Mapping):
        raise ErpBadAnswer("no rights")
    return {
        model: {right: bool(may) for right, may in told.items() if isinstance(right, str)}
        for model, told in body.items()
        if isinstance(model, str) and isinstance(told, Mapping)
    }
