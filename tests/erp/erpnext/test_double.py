"""The double itself: that it has the habits of Frappe the adapter is guarded against."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.erp.erpnext.site import TOKEN, Site
from tests.erp.erpnext.story import SOUTHGATE, story
from tests.support.serving import serving

_LIST = "/api/method/frappe.client.get_list"


@pytest.fixture
def site() -> Site:
    return story()


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"token {TOKEN}"}
    async with serving(site.app()) as url, httpx.AsyncClient(base_url=url, headers=headers) as client:
        yield client


def listing(**asked: object) -> dict[str, object]:
    return {"doctype": "Sales Order", "limit_page_length": 0, **asked}


async def names(client: httpx.AsyncClient, **asked: object) -> list[str]:
    reply = await client.post(_LIST, json=listing(**asked))
    assert reply.status_code == 200, reply.text
    return [row["name"] for row in reply.json()["message"]]


async def test_a_list_ends_after_twenty_unless_told(client: httpx.AsyncClient) -> None:
    reply = await client.get("/api/resource/Sales Order")
    assert len(reply.json()["data"]) == 20
    reply = await client.get("/api/resource/Sales Order?limit_page_length=3&limit_start=1")
    assert len(reply.json()["data"]) == 3


async def test_a_child_brings_its_parent_once_for_each_row(client: httpx.AsyncClient) -> None:
    one = [["name", "=", "SAL-ORD-2026-00003"]]
    assert await names(client, filters=one) == ["SAL-ORD-2026-00003"]
    by_field = await names(client, filters=one, fields=["name", "items.item_code"])
    by_filter = await names(client, filters=[*one, ["Sales Order Item", "qty", ">", 0]])
    assert by_field == by_filter == ["SAL-ORD-2026-00003"] * 2


async def test_a_column_of_the_child_hides_the_parents_of_one_name(client: httpx.AsyncClient) -> None:
    asked = listing(
        filters=[["name", "=", "SAL-ORD-2026-00005"]],
        fields=["delivery_date", "items.delivery_date", "items.delivery_date as line_date"],
    )
    rows = (await client.post(_LIST, json=asked)).json()["message"]
    assert [row["delivery_date"] for row in rows] == [row["line_date"] for row in rows]


async def test_equal_is_without_case_and_accents_and_like_is_a_pattern(client: httpx.AsyncClient) -> None:
    same = [["po_no", "=", "PÓ-7783 "]]
    assert await names(client, filters=same) == ["SAL-ORD-2026-00003"]
    assert len(await names(client, filters=[["customer", "in", ["SOUTHGATE parts"]]])) == 42
    assert len(await names(client, filters=[["po_no", "like", "po_7%"]])) > 5


async def test_an_empty_list_matches_what_is_empty(client: httpx.AsyncClient, site: Site) -> None:
    site.find("Sales Order", "SAL-ORD-2026-00003")["po_no"] = ""
    assert await names(client, filters=[["po_no", "in", []]]) == ["SAL-ORD-2026-00003"]


@pytest.mark.parametrize("version", [14, 15])
async def test_a_bare_name_is_ambiguous_beside_a_child_up_to_15(
    client: httpx.AsyncClient, site: Site, version: int
) -> None:
    site.version = version
    asked = listing(fields=["name", "items.qty"], order_by="creation desc")
    reply = await client.post(_LIST, json=asked)
    assert (reply.status_code, reply.json()["exc_type"]) == (500, "OperationalError")
    site.version = 16
    assert (await client.post(_LIST, json=asked)).status_code == 200


async def test_errors_carry_tracebacks_and_html(client: httpx.AsyncClient) -> None:
    reply = await client.post(_LIST, json=listing(fields=["no_such"]))
    told = reply.json()
    assert (reply.status_code, told["exc_type"]) == (417, "DataError")
    assert "Traceback" in json.loads(told["exc"])[0]
    assert "<b>" in json.loads(json.loads(told["_server_messages"])[0])["message"]


@pytest.mark.parametrize("field", ["count(name)", "sum(grand_total) as total", "ifnull(po_no, 1)"])
async def test_functions_are_no_fields(client: httpx.AsyncClient, field: str) -> None:
    assert (await client.post(_LIST, json=listing(fields=[field]))).status_code == 417


async def test_a_doctype_that_is_not_there_is_one_that_may_not_be_read(client: httpx.AsyncClient) -> None:
    for doctype in ("No Such Thing", "System Settings", "User"):
        assert (await client.post(_LIST, json=listing(doctype=doctype))).status_code == 403


async def test_keys_are_checked(client: httpx.AsyncClient) -> None:
    for header, status in (("", 403), ("token wrong:key", 401), (f"Bearer {TOKEN}", 401)):
        headers = {"Authorization": header} if header else {}
        async with httpx.AsyncClient(base_url=client.base_url, headers=headers) as other:
            reply = await other.get("/api/resource/Sales Order")
        assert reply.status_code == status
    assert (await client.get("/api/resource/Sales Order/NOPE")).status_code == 404


async def test_a_long_address_is_refused(client: httpx.AsyncClient) -> None:
    filters = json.dumps([["name", "in", [f"SAL-ORD-2026-{n:05}" for n in range(300)]]])
    assert (await client.get("/api/resource/Sales Order", params={"filters": filters})).status_code == 400


async def test_whoever_may_print_prints_anybodys_draft(client: httpx.AsyncClient) -> None:
    for name in ("ACC-SINV-2026-00005", "ACC-SINV-2026-00006"):
        reply = await client.get(
            "/api/method/frappe.utils.print_format.download_pdf",
            params={"doctype": "Sales Invoice", "name": name},
        )
        assert reply.content.startswith(b"%PDF-")


async def test_counts_are_told(client: httpx.AsyncClient) -> None:
    reply = await client.get(
        "/api/method/frappe.client.get_count",
        params={"doctype": "Sales Order", "filters": json.dumps([["customer", "=", SOUTHGATE]])},
    )
    assert reply.json() == {"message": 42}
