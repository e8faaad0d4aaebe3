"""Tryton: REST from version 8 on, JSON-RPC before."""

from bot.erp.tryton.adapter import TrytonErp

__all__ = ["TrytonErp"]
