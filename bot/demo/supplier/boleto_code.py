"""The two numbers of a Brazilian payment slip: the 44 digits of its barcode and the 47 one types.

Source: FEBRABAN, "Layout padrão do código de barras" of the cobrança, version 5 and its 2022
addendum on the due-date factor.
"""

from datetime import date
from decimal import Decimal

_EPOCH = date(1997, 10, 7)
_LAST_FACTOR = 9999
_FIRST_FACTOR_AGAIN = 1000


def barcode(*, bank: str, due_on: date, amount: Decimal, free_field: str) -> str:
    """The 44 digits: bank, currency 9, check digit, due-date factor, cents and the bank's own 25."""
    if len(bank) != 3 or len(free_field) != 25 or not (bank + free_field).isdigit():
        raise ValueError("A bank has 3 digits and its free field 25.")
    cents = int(amount * 100)
    if not 0 < cents < 10**10:
        raise ValueError("The amount of a payment slip is between 0.01 and 99 999 999.99.")
    head, tail = f"{bank}9", f"{due_date_factor(due_on):04d}{cents:010d}{free_field}"
    return head + _modulo_11(head + tail) + tail


def typed_line(code: str) -> str:
    """The 47 digits under which the barcode is typed: three fields with check digits, then the rest."""
    free = code[19:]
    fields = (code[:4] + free[:5], free[5:15], free[15:])
    return "".join(part + modulo_10(part) for part in fields) + code[4] + code[5:19]


def readable(line: str) -> str:
    """The 47 digits as they are printed: `AAABC.CCCCX DDDDD.DDDDDY EEEEE.EEEEEZ K UUUUVVVVVVVVVV`."""
    first, second, third = line[:10], line[10:21], line[21:32]
    fields = (f"{first[:5]}.{first[5:]}", f"{second[:5]}.{second[5:]}", f"{third[:5]}.{third[5:]}")
    return " ".join((*fields, line[32], line[33:]))


def due_date_factor(due_on: date) -> int:
    """Days since 7 October 1997; after 9999 (21 February 2025) it goes on from 1000."""
    days = (due_on - _EPOCH).days
    if days <= _LAST_FACTOR:
        return days
    span = _LAST_FACTOR - _FIRST_FACTOR_AGAIN + 1
    return _FIRST_FACTOR_AGAIN + (days - _LAST_FACTOR - 1) % span


def modulo_10(digits: str) -> str:
    """Check digit with weights 2 and 1 from the right, adding the digits of each product."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if index % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return str(-total % 10)


def _modulo_11(digits: str) -> str:
    """General check digit of the barcode: weights 2 to 9 from the right; 0, 10 and 11 become 1."""
    total = sum(int(digit) * (2 + index % 8) for index, digit in enumerate(reversed(digits)))
    check = 11 - total % 11
    return "1" if check in (10, 11) else str(check)
