"""Portions of the calendar, read on Wednesday 15 July 2026."""

from datetime import date

import pytest

from tests.questions.reading import days, read


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("orders of week 28", "07-06", "07-12"),
        ("orders in W28", "07-06", "07-12"),
        ("pedidos da semana 28", "07-06", "07-12"),
        ("pedidos de la semana nº 28", "07-06", "07-12"),
        ("orders of weeks 26 and 27", "06-22", "07-05"),
        ("orders of the week of 6 July", "07-06", "07-12"),
        ("orders from the first half of June", "06-01", "06-15"),
        ("pedidos da segunda quinzena de junho", "06-16", "06-30"),
        ("pedidos de la primera quincena del mes pasado", "06-01", "06-15"),
        ("orders from the first week of June", "06-01", "06-07"),
        ("pedidos da última semana de junho", "06-24", "06-30"),
        ("orders from mid June", "06-11", "06-20"),
        ("pedidos de meados de junho", "06-11", "06-20"),
        ("pedidos de mediados de junio", "06-11", "06-20"),
        ("orders from last weekend", "07-11", "07-12"),
        ("pedidos do fim de semana passado", "07-11", "07-12"),
        ("pedidos del fin de semana", "07-11", "07-12"),
        ("deliveries of the next 10 days", "07-15", "07-25"),
        ("entregas das próximas duas semanas", "07-15", "07-29"),
        ("entregas de los próximos 3 días", "07-15", "07-18"),
    ],
)
def test_a_portion_of_this_year_is_its_days(text: str, first: str, last: str) -> None:
    assert days(read(text).period) == (
        date.fromisoformat(f"2026-{first}"),
        date.fromisoformat(f"2026-{last}"),
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("orders of week 40", "2025-09-29", "2025-10-05"),
        ("orders of week 2 of 2025", "2025-01-06", "2025-01-12"),
        ("orders of the year 2025", "2025-01-01", "2025-12-31"),
        ("orders in FY25", "2025-01-01", "2025-12-31"),
        ("pedidos do ano de 2025", "2025-01-01", "2025-12-31"),
        ("facturas del ejercicio 2025", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_portion_of_another_year_is_found(text: str, first: str, last: str) -> None:
    assert days(read(text).period) == (date.fromisoformat(first), date.fromisoformat(last))
