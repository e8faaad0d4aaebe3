"""Odoo 14 to 19: orders, deliveries, invoices and their documents, over JSON-2 or JSON-RPC."""

from bot.erp.odoo.adapter import OdooErp

__all__ = ["OdooErp"]
