"""`orderbot check` of an ERPNext site: what works, what is missing, and what should not be so."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.erp.addresses import ErpAddressRefused
from tests.erp.erpnext.building import adapter, connected
from tests.erp.erpnext.queries import Refusal
from tests.erp.erpnext.site import READABLE, TOKEN, WRITING_TOKEN, Asked, Key, refused
from tests.erp.erpnext.story import story
from tests.support.serving import serving


async def test_a_key_that_only_reads_is_well() -> None:
    site = story()
    async with connected(site) as erp:
        health = await erp.check()
    assert health.ok
    assert health.detail == (
        "127.0.0.1 answers as orderbot@acme.example, ERPNext 16.9.1; "
        "times are America/Sao_Paulo, unless that user has another zone."
    )
    assert health.warnings == ()
    asked_of = {str(asked.query.get("filters")) for asked in site.asked if asked.doctype}
    assert all("orderbot check: nobody" in filters for filters in asked_of)


async def test_a_key_that_may_write_is_warned_of() -> None:
    async with connected(story(), token=WRITING_TOKEN) as erp:
        health = await erp.check()
    assert health.ok
    assert any("may write Sales Order" in warning for warning in health.warnings)


async def test_the_key_of_the_administrator_is_warned_of() -> None:
    site = story()
    site.keys[TOKEN] = Key("Administrator", may_write=True)
    async with connected(site) as erp:
        health = await erp.check()
    assert any("Administrator" in warning for warning in health.warnings)


async def test_rights_that_are_missing_are_named() -> None:
    site = story()
    site.keys[TOKEN] = Key("bot", readable=READABLE - {"Sales Invoice"})
    async with connected(site) as erp:
        health = await erp.check()
    assert not health.ok
    assert "Sales Invoice" in health.detail


async def test_rights_that_are_useful_are_missed() -> None:
    site = story()
    site.keys[TOKEN] = Key(
        "bot", readable=READABLE - {"Shipment", "File"}, printable=frozenset({"Sales Invoice"})
    )
    async with connected(site) as erp:
        health = await erp.check()
    assert health.ok
    told = " ".join(health.warnings)
    assert "tracking comes from delivery notes alone" in told
    assert "tax files attached to invoices are not sent" in told
    assert "No right to print Delivery Note" in told


async def test_a_site_that_does_not_tell_rights_is_well_and_said_to_be_unsure() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return refused(Refusal("DoesNotExistError", "no")) if "has_permission" in asked.path else None

    site = story()
    site.behave = behave
    async with connected(site) as erp:
        health = await erp.check()
    assert health.ok
    assert any("does not tell what the key may do" in warning for warning in health.warnings)


async def test_fields_of_another_product_are_told_before_anybody_asks() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return refused(Refusal("DataError", "no")) if asked.doctype == "Delivery Note" else None

    site = story()
    site.behave = behave
    async with connected(site) as erp:
        health = await erp.check()
    assert not health.ok
    assert "fields we ask of Delivery Note" in health.detail


async def test_a_wrong_key_is_told_as_one() -> None:
    async with connected(story(), token="a:b") as erp:
        health = await erp.check()
    assert not health.ok
    assert "ORDERBOT_ERP_TOKEN" in health.advice


async def test_a_web_number_field_that_is_not_there_is_told_before_anybody_asks() -> None:
    async with connected(story(), web_number_field="woocommerce_id") as erp:
        health = await erp.check()
    assert not health.ok
    assert "ORDERBOT_ERP_WEB_NUMBER_FIELD" in health.advice


async def test_something_else_at_the_address_is_told() -> None:
    async with serving(story().app()) as url:
        erp = adapter(f"{url}/files")
        health = await erp.check()
        await erp.aclose()
    assert not health.ok
    assert "ORDERBOT_ERP_URL" in health.advice


@pytest.mark.parametrize("path", ["", "/", "/app", "/app/sales-order", "/api/resource", "/login"])
async def test_an_address_copied_from_the_browser_works(path: str) -> None:
    async with serving(story().app()) as url:
        erp = adapter(url + path)
        health = await erp.check()
        await erp.aclose()
    assert health.ok


@pytest.mark.parametrize("token", ["only-a-key", "a:b:c", "a b:c", "ä:b", "a:b\nX: y"])
def test_a_token_that_cannot_be_one_is_refused_at_the_start(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        adapter("http://127.0.0.1", token=token)


@pytest.mark.parametrize("field", ["Web Order", "po_no desc", "`name`", "items.name", "count(name)"])
def test_a_field_that_cannot_be_one_is_refused_at_the_start(field: str) -> None:
    with pytest.raises(ValueError, match="field"):
        adapter("http://127.0.0.1", web_number_field=field)


def test_plain_http_is_for_this_machine_only() -> None:
    with pytest.raises(ErpAddressRefused):
        adapter("http://erp.example.com")


async def test_the_double_lets_a_writing_key_write_and_no_other() -> None:
    """What the warning is about: such a key changes a submitted order."""
    site = story()
    async with serving(site.app()) as url, httpx.AsyncClient(base_url=url) as client:
        for token, status in ((TOKEN, 403), (WRITING_TOKEN, 200)):
            reply = await client.put(
                "/api/resource/Sales Order/SAL-ORD-2026-00002",
                json={"po_no": "changed"},
                headers={"Authorization": f"token {token}"},
            )
            assert reply.status_code == status
