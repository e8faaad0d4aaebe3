"""ERPNext 14 to 16, through Frappe's REST interface."""

from bot.erp.erpnext.adapter import ErpNextErp

__all__ = ["ErpNextErp"]
