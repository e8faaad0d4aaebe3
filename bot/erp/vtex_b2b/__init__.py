"""ERPs that serve the VTEX B2B Orders contract (app `vtex.omnichannel-order-status`)."""

from bot.erp.vtex_b2b.adapter import VtexB2bErp

__all__ = ["VtexB2bErp"]
