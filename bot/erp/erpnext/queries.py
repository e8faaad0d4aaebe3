"""The list queries the adapter sends. None can be made without the customers it is about."""

from collections.abc import Sequence

from bot.erp.erpnext.frappe import Condition, Query

ORDER, NOTE, BILL, PARCEL, FILE = "Sales Order", "Delivery Note", "Sales Invoice", "Shipment", "File"
SUBMITTED, CANCELLED = 1, 2
NEWEST_FIRST = (("transaction_date", "desc"), ("creation", "desc"), ("name", "desc"))
_OLDEST_CHANGE = (("modified", "asc"), ("name", "asc"))

_ORDER_FIELDS = (
    "name",
    "docstatus",
    "customer",
    "po_no",
    "order_type",
    "status",
    "delivery_status",
    "billing_status",
    "per_delivered",
    "per_billed",
    "transaction_date",
    "delivery_date",
    "grand_total",
    "rounded_total",
    "currency",
    "contact_display",
    "amended_from",
    "creation",
    "modified",
)
_LINE_FIELDS = (
    # `idx` is the child's, since the parent's is not asked for; `delivery_date` exists in both.
    "items.idx",
    "items.item_code",
    "items.item_name",
    "items.qty",
    "items.delivered_qty",
    "items.rate",
    "items.amount",
    "items.delivery_date as line_delivery_date",
)
_NOTE_FIELDS = (
    "name",
    "docstatus",
    "customer",
    "status",
    "is_return",
    "posting_date",
    "posting_time",
    "lr_no",
    "transporter_name",
    "modified",
    "items.idx",
    "items.item_code",
    "items.item_name",
    "items.qty",
    "items.against_sales_order",
)
_BILL_FIELDS = (
    "name",
    "docstatus",
    "customer",
    "status",
    "is_return",
    "posting_date",
    "due_date",
    "grand_total",
    "rounded_total",
    "outstanding_amount",
    "currency",
    "party_account_currency",
    "modified",
    "items.sales_order",
)
_PARCEL_FIELDS = (
    "name",
    "delivery_customer",
    "status",
    "service_provider",
    "carrier",
    "awb_number",
    "tracking_url",
    "tracking_status",
    "shipment_delivery_note.delivery_note",
)
_FILE_FIELDS = ("name", "file_name", "file_url", "file_size", "attached_to_doctype", "attached_to_name")


def orders(
    keys: Sequence[str],
    *,
    web_field: str = "",
    lines: bool = True,
    where: Sequence[Condition] = (),
    either: Sequence[Condition] = (),
) -> Query:
    """Submitted and cancelled orders; a draft is nobody's business yet."""
    more = ((web_field,) if web_field else ()) + (_LINE_FIELDS if lines else ())
    return Query(
        doctype=ORDER,
        fields=_ORDER_FIELDS + more,
        filters=(*_of(ORDER, keys), released(ORDER), *where),
        either=either,
        order=NEWEST_FIRST,
    )


def orders_named(keys: Sequence[str], names: Sequence[str], *, web_field: str = "") -> Query:
    return orders(keys, web_field=web_field, where=((ORDER, "name", "in", list(names)),))


def notes(keys: Sequence[str], *where: Condition) -> Query:
    """Delivery notes with their lines, drafts as well: a draft is a delivery being prepared."""
    return Query(
        doctype=NOTE,
        fields=_NOTE_FIELDS,
        filters=(*_of(NOTE, keys), (NOTE, "docstatus", "in", [0, SUBMITTED]), *where),
        order=(("posting_date", "asc"), ("name", "asc")),
    )


def notes_of(keys: Sequence[str], order_names: Sequence[str]) -> Query:
    return notes(keys, (f"{NOTE} Item", "against_sales_order", "in", list(order_names)))


def bills(keys: Sequence[str], *where: Condition) -> Query:
    """Invoices and credit notes that were released, with the orders their lines stand for."""
    return Query(
        doctype=BILL,
        fields=_BILL_FIELDS,
        filters=(*_of(BILL, keys), released(BILL), *where),
        order=(("posting_date", "asc"), ("name", "asc")),
    )


def bills_of(keys: Sequence[str], order_names: Sequence[str]) -> Query:
    return bills(keys, (f"{BILL} Item", "sales_order", "in", list(order_names)))


def parcels(keys: Sequence[str], *where: Condition) -> Query:
    """Submitted shipments to these customers, with the delivery notes in them."""
    return Query(
        doctype=PARCEL,
        fields=_PARCEL_FIELDS,
        filters=(
            (PARCEL, "delivery_customer", "in", list(keys)),
            (PARCEL, "docstatus", "=", SUBMITTED),
            *where,
        ),
        order=(("creation", "asc"), ("name", "asc")),
    )


def parcels_of(keys: Sequence[str], note_names: Sequence[str]) -> Query:
    return parcels(keys, ("Shipment Delivery Note", "delivery_note", "in", list(note_names)))


def files_of(bill_names: Sequence[str]) -> Query:
    """Files attached to invoices, which whoever asks has found to be the company's."""
    return Query(
        doctype=FILE,
        fields=_FILE_FIELDS,
        filters=(
            (FILE, "attached_to_doctype", "=", BILL),
            (FILE, "attached_to_name", "in", list(bill_names)),
        ),
        order=(("creation", "asc"), ("name", "asc")),
    )


def changes(keys: Sequence[str], doctype: str, since: str) -> Query:
    """What was modified at or after `since`, a time of the site's own clock; oldest first."""
    column = {NOTE: ("items.against_sales_order",), BILL: ("items.sales_order",)}.get(doctype, ())
    states = [0, SUBMITTED, CANCELLED] if doctype == NOTE else [SUBMITTED, CANCELLED]
    return Query(
        doctype=doctype,
        fields=("name", "customer", "modified", *column),
        filters=(
            *_of(doctype, keys),
            (doctype, "docstatus", "in", states),
            (doctype, "modified", ">=", since),
        ),
        order=_OLDEST_CHANGE,
    )


def released(doctype: str) -> Condition:
    return (doctype, "docstatus", "in", [SUBMITTED, CANCELLED])


def _of(doctype: str, keys: Sequence[str]) -> tuple[Condition, ...]:
    return ((doctype, "customer", "in", list(keys)),)
