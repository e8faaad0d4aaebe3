"""The doctypes of the double: which fields they have, and which child tables.

Taken from frappe and erpnext (versions 14 to 16), only as far as somebody may ask for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# frappe.model.default_fields, optional_fields and child_table_fields.
_STANDARD = "name owner creation modified modified_by docstatus idx parent parentfield parenttype _assign"
STANDARD = frozenset(_STANDARD.split())


@dataclass(frozen=True)
class DocType:
    """A doctype: `tables` maps the field of a child table to the child's doctype."""

    name: str
    fields: frozenset[str]
    tables: Mapping[str, str] = field(default_factory=dict)

    def has(self, fieldname: str) -> bool:
        return fieldname in STANDARD or fieldname in self.fields


def _doctype(name: str, fields: str, **tables: str) -> DocType:
    return DocType(name, frozenset(fields.split()), tables)


DOCTYPES: Mapping[str, DocType] = {
    one.name: one
    for one in (
        _doctype(
            "Sales Order",
            "customer customer_name po_no po_date order_type company status delivery_status billing_status "
            "per_delivered per_billed transaction_date delivery_date grand_total rounded_total net_total "
            "total_taxes_and_charges discount_amount currency amended_from contact_person contact_display "
            "contact_email skip_delivery_note advance_payment_status disable_rounded_total web_order",
            items="Sales Order Item",
        ),
        _doctype(
            "Sales Order Item",
            "item_code item_name description qty delivered_qty uom rate amount delivery_date warehouse",
        ),
        _doctype(
            "Delivery Note",
            "customer customer_name po_no company status per_billed posting_date posting_time is_return "
            "return_against lr_no lr_date transporter transporter_name grand_total rounded_total currency "
            "amended_from set_warehouse",
            items="Delivery Note Item",
        ),
        _doctype(
            "Delivery Note Item",
            "item_code item_name qty uom rate amount against_sales_order so_detail against_sales_invoice "
            "warehouse",
        ),
        _doctype(
            "Sales Invoice",
            "customer customer_name po_no company status posting_date posting_time due_date is_return "
            "return_against grand_total rounded_total outstanding_amount currency party_account_currency "
            "amended_from is_internal_customer",
            items="Sales Invoice Item",
        ),
        _doctype(
            "Sales Invoice Item",
            "item_code item_name qty uom rate amount sales_order so_detail delivery_note dn_detail",
        ),
        _doctype(
            "Shipment",
            "delivery_customer delivery_to_type status pickup_date service_provider carrier carrier_service "
            "awb_number tracking_url tracking_status tracking_status_info amended_from shipment_id",
            shipment_delivery_note="Shipment Delivery Note",
        ),
        _doctype("Shipment Delivery Note", "delivery_note grand_total"),
        _doctype("Customer", "customer_name tax_id disabled customer_group email_id mobile_no"),
        _doctype(
            "Contact",
            "salutation first_name middle_name last_name full_name status company_name email_id phone",
            email_ids="Contact Email",
            phone_nos="Contact Phone",
            links="Dynamic Link",
        ),
        _doctype("Contact Email", "email_id is_primary"),
        _doctype("Contact Phone", "phone is_primary_phone is_primary_mobile_no"),
        _doctype("Dynamic Link", "link_doctype link_name link_title"),
        _doctype(
            "File",
            "file_name file_url file_size file_type is_private attached_to_doctype attached_to_name",
        ),
        _doctype("System Settings", "time_zone language"),
    )
}
