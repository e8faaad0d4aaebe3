"""Replies of any shape: values of ours, or the family's errors, and nothing else."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.erp.bodies import decode_json, records
from bot.erp.errors import DocumentNotThere, ErpBadAnswer, ErpDenied, ErpError, ErpUnavailable
from bot.erp.odoo import parsing
from bot.erp.odoo.base64_field import decoded
from bot.erp.odoo.domains import all_of, any_of, leaf, literal, within
from bot.erp.odoo.failures import KeyRefused, NotKnown, judge, meant, result_of
from bot.erp.odoo.layout import WANTED, Layout
from bot.erp.odoo.papers import papers
from bot.erp.odoo.values import UTC_ZONE, Read, linking
from bot.orders import Order
from tests.erp.odoo.builders import NOW

READ = Read(erp="odoo", keys=(2,), currency="EUR", today=NOW.date(), zone=UTC_ZONE, web_field="origin")
LAYOUT = Layout(fields={model: frozenset(names) for model, names in WANTED.items()}, nested=True, learnt=NOW)
NAMES = st.sampled_from(
    sorted({name for names in WANTED.values() for name in names} | {"id", "display_name", "error", "result"})
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.text(max_size=30),
    st.sampled_from(
        [
            "2026-02-30",
            "0001-01-01 00:00:00",
            "9999-12-31 23:59:59",
            "https://[",
            '[["a", "https://x.example"], 7, [1, 2], ["b", "ftp://x"]]',
            "[" * 3000,
            "sale",
            "posted",
            "out_invoice",
            "outgoing",
            "1Z,2Z,,",
            "\ud800",
            Decimal("1E+999999"),
            Decimal("1E-999999"),
            Decimal("NaN"),
            10**400,
        ]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=10)),
    max_leaves=30,
)
RECORD = st.dictionaries(NAMES, JSON, max_size=14)


def only_ours(work: Callable[[], Any]) -> Any:
    """What work gives; an error that is not of the family fails the test."""
    try:
        return work()
    except ErpError:
        return None


@given(RECORD)
def test_no_record_crashes_the_parsers(record: dict[str, object]) -> None:
    told = {"name": "S1", "state": "sale", **record}
    order = only_ours(lambda: parsing.order(told, READ))
    if order is not None:
        assert isinstance(order, Order)
        assert order.total is None or order.total.amount.is_finite()
        for invoice in order.invoices:
            assert invoice.number
    posted = {"name": "INV/1", "state": "posted", "move_type": "out_invoice", **record}
    only_ours(lambda: parsing.invoice(posted, READ))
    only_ours(lambda: papers(LAYOUT, posted | {"id": 3}, {7: {**record, "res_id": 3}}, "S1", proforma=True))


@given(JSON)
def test_no_json_crashes_the_readers_of_replies(body: object) -> None:
    only_ours(lambda: result_of(body))
    only_ours(lambda: records(body))
    only_ours(lambda: linking(body))
    for status in (200, 401, 403, 404, 422, 500):
        only_ours(partial(judge, status, body))


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_decoder(body: bytes) -> None:
    only_ours(lambda: decode_json(body))
    only_ours(lambda: read([body], "datas"))


@given(content=st.binary(max_size=300), cuts=st.lists(st.integers(0, 500), max_size=6), around=JSON)
def test_a_file_comes_out_as_it_went_in_wherever_the_reply_is_cut(
    content: bytes, cuts: list[int], around: object
) -> None:
    coded = base64.b64encode(content).decode()
    before = json.dumps(around, default=str)
    body = f'{{"jsonrpc": "2.0", "id": {before}, "result": [{{"id": 7, "datas" : "{coded}"}}]}}'.encode(
        "utf-8", "replace"
    )
    if b'"datas": ' in before.encode("utf-8", "replace"):
        return
    edges = sorted({0, len(body), *(cut % len(body) for cut in cuts)})
    pieces = [body[start:end] for start, end in pairwise(edges)]
    assert read(pieces, "datas") == content


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[]", DocumentNotThere),
        (b'[{"id": 7, "datas": false}]', DocumentNotThere),
        (b'{"jsonrpc": "2.0", "id": 1}', ErpBadAnswer),
        (b'{"jsonrpc": "2.0", "id": 1, "result": []}', DocumentNotThere),
        (b'{"jsonrpc": "2.0", "error": {"data": {"name": "odoo.exceptions.AccessError"}}}', ErpDenied),
        (b'{"error": {}}', ErpBadAnswer),
        (b"<html>", ErpBadAnswer),
        (b"", ErpBadAnswer),
        (b'[{"id": 7, "datas": "JVBERi0', ErpBadAnswer),
        (b'[{"id": 7, "datas": "JVBERi0*"}]', ErpBadAnswer),
        (b'[{"id": 7, "datas": "JVBE\\u0052i0x"}]', ErpBadAnswer),
        (b'[{"id": 7, "datas": "JVB"}]', ErpBadAnswer),
        (b" " * 100_000, ErpBadAnswer),
    ],
)
def test_a_reply_without_a_file_says_why(body: bytes, error: type[ErpError]) -> None:
    with pytest.raises(error):
        read([body], "datas")


def test_base64_with_line_ends_and_escapes_is_read() -> None:
    coded = base64.encodebytes(b"\xff\xef" * 100).decode().replace("\n", "\\n").replace("/", "\\/")
    assert read([f'[{{"datas": "{coded}"}}]'.encode()], "datas") == b"\xff\xef" * 100


def read(pieces: Sequence[bytes], field: str) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def whole() -> bytes:
        return b"".join([chunk async for chunk in decoded(chunks(), field)])

    return asyncio.run(whole())


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("odoo.exceptions.AccessDenied", KeyRefused),
        ("odoo.http.SessionExpiredException", KeyRefused),
        ("werkzeug.exceptions.Unauthorized", KeyRefused),
        ("odoo.exceptions.AccessError", ErpDenied),
        ("werkzeug.exceptions.Forbidden", ErpDenied),
        ("odoo.exceptions.UserError", NotKnown),
        ("builtins.AttributeError", NotKnown),
        ("builtins.ValueError", ErpBadAnswer),
        ("builtins.KeyError", ErpBadAnswer),
        ("psycopg2.OperationalError", ErpUnavailable),
        ("psycopg2.errors.SerializationFailure", ErpUnavailable),
        ("", ErpBadAnswer),
    ],
)
def test_what_odoo_calls_an_error_is_one_of_ours(name: str, error: type[ErpError]) -> None:
    assert type(meant(name)) is error
    with pytest.raises(error):
        result_of({"jsonrpc": "2.0", "error": {"code": 200, "data": {"name": name, "debug": "…"}}})


def test_a_method_that_returns_nothing_leaves_the_result_out() -> None:
    assert result_of({"jsonrpc": "2.0", "id": 1}) is None
    bodies: tuple[object, ...] = (None, [], 17, "x", {})
    for body in bodies:
        with pytest.raises(ErpBadAnswer):
            result_of(body)


def test_no_condition_is_ever_everything() -> None:
    nothings: tuple[tuple[list[object], ...], ...] = ((), ([],))
    for nothing in nothings:
        with pytest.raises(ValueError, match="nothing"):
            any_of(nothing)
        with pytest.raises(ValueError, match="nothing"):
            all_of(nothing)
    for keys in ((), ("Northwind",), (True,), (0,), (-1,), (2, "3"), (False,), (None,)):
        with pytest.raises(ValueError, match="ids"):
            within(keys, branches=True)  # type: ignore[arg-type]
    assert within([2], branches=True) == [["partner_id", "child_of", [2]]]
    assert within([2], branches=False) == [["partner_id.commercial_partner_id", "in", [2]]]


def test_conditions_are_joined_in_polish_notation() -> None:
    one, two, three = leaf("a", "=", 1), leaf("b", "=", 2), leaf("c", "=", 3)
    assert all_of((one, any_of((two, three)))) == ["&", ["a", "=", 1], "|", ["b", "=", 2], ["c", "=", 3]]
    assert literal("50%_\\") == "50\\%\\_\\\\"
