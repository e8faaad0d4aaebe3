"""How the supplier's own documents write amounts, quantities and days, in Portuguese."""

from datetime import date
from decimal import Decimal


def money(amount: Decimal) -> str:
    """`R$ 1.234,56`"""
    return f"R$ {_swapped(f'{amount:,.2f}')}"


def quantity(amount: Decimal) -> str:
    """`1.234,5`, without needless zeros."""
    return _swapped(f"{amount.normalize():,f}")


def day(moment: date) -> str:
    """`31/12/2026`"""
    return f"{moment:%d/%m/%Y}"


def _swapped(english: str) -> str:
    return english.translate(str.maketrans(",.", ".,"))
