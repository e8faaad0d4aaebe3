"""What a page shows whom, and how documents are handed over."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.chat.people import Reader
from bot.demo.supplier import known
from bot.linking import CompanyRow, Reach, Role
from bot.linking.tables import Audit
from bot.pages.sessions import Sessions, export_pages, forget_pages, prune_pages
from bot.store import utc_now
from tests.pages.conftest import House

READER = Reader("en", "America/Sao_Paulo")


async def way_to(house: House, session: str, number: str, at: int = 0, **more: bool) -> str:
    order = await house.order(session, number)
    made = await house.post(session, "document", {"reference": order["documents"][at]["reference"], **more})
    assert made.status_code == 200, made.text
    return str(made.json()["path"])


async def test_the_list_is_the_companys_newest_first_and_goes_on(house: House) -> None:
    session = await house.session()
    first = (await house.get(session, "orders")).json()
    second = (await house.get(session, "orders", next=first["next"])).json()
    assert len(first["orders"]) == 20
    titles = [row["title"] for row in (*first["orders"], *second["orders"])]
    assert len(set(titles)) == len(titles)
    assert "Northwind" in first["as_of"]
    assert first["shown"] == "20 orders shown."


async def test_the_list_can_be_narrowed(house: House) -> None:
    session = await house.session()
    cancelled = (await house.get(session, "orders", state="cancelled")).json()["orders"]
    assert {row["status"] for row in cancelled} <= {"Cancelled", "Returned"}
    recent = (await house.get(session, "orders", days="30", state="open")).json()
    everything = (await house.get(session, "orders", days="365", state="open")).json()
    assert len(recent["orders"]) <= len(everything["orders"])


@pytest.mark.parametrize(
    "number", [known.STAR.order_number, known.STAR.customer_reference, known.STAR.invoices[0]]
)
async def test_any_number_finds_the_order(house: House, number: str) -> None:
    session = await house.session()
    found = (await house.get(session, "orders", text=number)).json()["orders"]
    assert [row["title"] for row in found] == ["Order 104233 · PO-7782"]


async def test_words_are_looked_for_among_the_products_and_filters_understood(house: House) -> None:
    session = await house.session()
    everything = (await house.get(session, "orders")).json()["orders"]
    overdue = (await house.get(session, "orders", text="overdue")).json()["orders"]
    assert 0 < len(overdue) < len(everything)
    line = (await house.order(session, known.STAR.order_number))["lines"][0]
    product = line.partition("× ")[2].partition(" (")[0] or line.partition(" × ")[2]
    named = (await house.get(session, "orders", text=product.split(",")[0])).json()["orders"]
    assert known.STAR.order_number in " ".join(row["title"] for row in named), line
    nothing = await house.get(session, "orders", text="zeppelin")
    assert nothing.status_code == 200
    assert nothing.json()["orders"] == []


async def test_an_order_is_shown_whole(house: House) -> None:
    shown = await house.order(await house.session(), known.STAR.order_number)
    assert shown["title"] == "Order 104233 · PO-7782"
    assert shown["status"].startswith("Partially shipped")
    assert len(shown["shipments"]) == 2
    assert len(shown["invoices"]) == 2
    assert shown["lines"]
    assert shown["documents"]
    assert all(link["url"].startswith("https://") for one in shown["shipments"] for link in one["links"])
    # Neither an address nor a key of the ERP's is told.
    assert "127.0.0.1" not in str(shown)


async def test_the_page_speaks_the_readers_language_and_clock(house: House) -> None:
    portuguese = await house.session(language="pt-br")
    spanish = await house.session(house.carla, language="es")
    start = (await house.get(portuguese, "start")).json()
    assert start["locale"] == "pt-BR"
    assert start["words"]["title"] == "Seus pedidos"
    shown = await house.order(portuguese, known.STAR.order_number)
    assert "R$" in str(shown["facts"])
    assert "," in next(one["value"] for one in shown["facts"] if "R$" in one["value"])
    assert (await house.get(spanish, "start")).json()["words"]["title"] == "Sus pedidos"
    anybody = await house.client.get("/app/api/words", headers={"accept-language": "es-MX,en;q=0.5"})
    assert anybody.json()["words"]["retry"] == "Intentar de nuevo"


async def test_amounts_and_documents_are_shown_to_roles_that_may_see_them(house: House) -> None:
    logistics, clerk = house.somebody(), house.somebody()
    await house.linked(logistics, "55", Role.LOGISTICS)
    await house.linked(clerk, "55", Role.ACCOUNTS_PAYABLE)
    without = await house.order(await house.session(logistics), known.STAR.order_number)
    with_all = await house.order(await house.session(clerk), known.STAR.order_number)
    assert "R$" not in str(without)
    assert "R$" in str(with_all)
    names = [one["name"] for one in with_all["documents"]]
    assert any("DANFE" in name for name in names)
    assert not any("DANFE" in one["name"] or "XML" in one["name"] for one in without["documents"])
    listed = (await house.get(await house.session(logistics), "orders")).json()
    assert "R$" not in str(listed)


async def test_a_role_that_changes_counts_from_the_next_request_on(house: House) -> None:
    session = await house.session()
    path = await way_to(house, session, known.STAR.order_number)
    members, admin = house.core.desk.members, house.somebody()
    await house.linked(admin, "55", Role.ADMIN)
    company = (await house.core.linking.access(admin)).current
    assert company is not None
    await members.change_role(admin, company.company_id, house.ana, Role.LOGISTICS)
    assert "R$" not in str(await house.order(session, known.STAR.order_number))
    # Also for what was ready to be fetched.
    refused = await house.client.get(path)
    assert refused.status_code == 404
    assert "content-disposition" not in refused.headers


async def test_who_sees_the_orders_of_one_branch_sees_no_others_here(house: House) -> None:
    erp = house.core.settings.erp.name
    branch = CompanyRow(erp=erp, erp_key="57", name="Meridian", parent_key="55")
    await house.core.linking.import_companies([CompanyRow(erp=erp, erp_key="55", name="Northwind"), branch])
    own = house.somebody()
    await house.core.linking.link_directly(own, erp, "55", role=Role.BUYER, reach=Reach.UNIT, branch_key="57")
    session = await house.session(own)
    assert (await house.get(session, "orders")).json()["orders"]
    assert (await house.get(session, "orders", text=known.STAR.order_number)).json()["orders"] == []
    ana = await house.session()
    star = (await house.get(ana, "orders", text=known.STAR.order_number)).json()["orders"][0]
    assert (await house.get(session, "order", reference=star["reference"])).status_code == 404


async def test_a_document_comes_as_a_file_with_a_name_of_ours_once(house: House) -> None:
    session = await house.session()
    order = await house.order(session, known.STAR.order_number)
    made = await house.post(session, "document", {"reference": order["documents"][0]["reference"]})
    path, name = made.json()["path"], made.json()["name"]
    # Whoever only looks uses nothing up, and is told nothing of it.
    for _ in range(3):
        looked = await house.client.head(path)
        assert looked.status_code == 200
        assert "content-length" not in looked.headers
        assert known.STAR.order_number not in str(looked.headers)
    file = await house.client.get(path)
    assert file.status_code == 200
    assert file.content.startswith((b"%PDF-", b"<?xml"))
    assert file.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert known.STAR.order_number in name
    assert int(file.headers["content-length"]) == len(file.content)
    again = await house.client.get(path)
    assert again.status_code == (await house.client.head(path)).status_code == 404
    assert "content-disposition" not in again.headers
    assert "This link has ended" in again.text
    async with house.core.store.reading() as reading:
        mine = col(Audit.user_id) == house.ana.user_id
        rows = (await reading.exec(select(Audit).where(mine, col(Audit.act) == "file"))).all()
    assert [row.outcome for row in rows] == ["sent"]


@pytest.mark.parametrize(("in_telegram", "comes"), [(False, 1), (True, 3)])
async def test_of_many_at_once_no_more_get_the_file_than_one_download_needs(
    house: House, in_telegram: bool, comes: int
) -> None:
    path = await way_to(house, await house.session(), known.STAR.order_number, in_telegram=in_telegram)
    answers = await asyncio.gather(*(house.client.get(path) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * comes + [404] * (6 - comes)


async def test_telegrams_apps_in_a_browser_may_read_a_file_and_nobody_else_there(house: House) -> None:
    path = await way_to(house, await house.session(), known.STAR.order_number, in_telegram=True)
    telegram = await house.client.get(path, headers={"origin": "https://web.telegram.org"})
    another = await house.client.get(path, headers={"origin": "https://elsewhere.example"})
    assert telegram.headers["access-control-allow-origin"] == "https://web.telegram.org"
    assert "access-control-allow-origin" not in another.headers
    assert telegram.headers["vary"] == another.headers["vary"] == "Origin"


async def test_what_is_ready_to_be_fetched_ends_with_the_right(house: House) -> None:
    session = await house.session()
    path = await way_to(house, session, known.STAR.order_number)
    await house.unlinked(house.ana)
    refused = await house.client.get(path)
    assert refused.status_code == 404
    assert "This link has ended" in refused.text


async def test_a_link_to_the_orders_ends_by_time(house: House) -> None:
    core = house.core
    early = Sessions(core.store, core.linking.books.keys, clock=lambda: utc_now() - timedelta(minutes=16))
    old = await early.ticket(house.carla, 2, READER)
    assert (await house.client.get(f"/app/open/{old}")).status_code == 404
    assert (await house.client.post(f"/app/open/{old}")).status_code == 404


async def test_a_forty_megabyte_document_passes_through_whole(house: House) -> None:
    session = await house.session()
    order = await house.order(session, known.DOSSIER.order_number)
    at = next(at for at, one in enumerate(order["documents"]) if one["name"].startswith(known.DOSSIER_TITLE))
    path = await way_to(house, session, known.DOSSIER.order_number, at)
    digest, size = hashlib.sha256(), 0
    async with house.client.stream("GET", path) as file:
        assert file.status_code == 200
        async for chunk in file.aiter_bytes():
            size += len(chunk)
            digest.update(chunk)
    assert size == known.DOSSIER_BYTES == int(file.headers["content-length"])


async def test_a_link_opens_the_orders_in_a_browser_by_a_press_once(house: House) -> None:
    core = house.core
    company = (await core.linking.access(house.ana)).current
    assert company is not None
    sessions = Sessions(core.store, core.linking.books.keys)
    token = await sessions.ticket(house.ana, company.company_id, Reader("es", "America/Bogota"))
    looked = await house.client.get(f"/app/open/{token}")
    assert "Abrir mis pedidos" in looked.text
    assert "Northwind" not in looked.text
    pressed = await house.client.post(f"/app/open/{token}")
    assert pressed.status_code == 200
    session = pressed.text.partition('name="session" content="')[2].partition('"')[0]
    assert (await house.get(session, "start")).json()["company"] == "Northwind"
    used = await house.client.post(f"/app/open/{token}")
    assert used.status_code == 404
    assert "<h1>This link has ended</h1>" in used.text
    assert "Your orders" not in used.text
    await house.unlinked(house.ana)
    assert (await house.get(session, "start")).status_code == 401


async def test_somebody_with_two_companies_turns_from_one_to_the_other(house: House) -> None:
    await house.linked(house.ana, "56")
    session = await house.session()
    start = (await house.get(session, "start")).json()
    assert {one["name"] for one in start["companies"]} == {"Northwind", "Southgate"}
    other = next(one for one in start["companies"] if not one["current"])
    turned = await house.post(session, "company", {"company": other["id"]})
    assert turned.json()["company"] == other["name"]
    assert (await house.get(session, "start")).json()["company"] == other["name"]
    carla = await house.session(house.carla)
    mine = next(one["id"] for one in start["companies"] if one["name"] == "Northwind")
    assert (await house.post(carla, "company", {"company": mine})).status_code == 404
    assert (await house.get(carla, "start")).json()["company"] == "Southgate"


async def test_while_the_erp_is_down_the_page_says_so_and_shows_what_it_said_last(house: House) -> None:
    session = await house.session()
    before = (await house.get(session, "orders")).json()
    house.faults.mode = "down"
    now = await house.get(session, "orders")
    titles = [[row["title"] for row in answer["orders"]] for answer in (before, now.json())]
    assert titles[0] == titles[1]
    assert any(notice.startswith("Last known on") for notice in now.json()["notices"])
    never_asked = await house.get(session, "orders", text="PO-7763")
    assert never_asked.status_code == 503
    assert "Acme" in never_asked.json()["error"]


async def test_what_pages_keep_of_a_person_is_told_and_forgotten(house: House) -> None:
    store = house.core.store
    session = await house.session()
    await way_to(house, session, known.STAR.order_number)
    told = await export_pages(store, house.ana)
    assert len(str(told["pages opened"])) > 2
    assert len(str(told["links to pages and files"])) > 2
    await forget_pages(store, house.ana)
    assert await export_pages(store, house.ana) == {"pages opened": [], "links to pages and files": []}
    assert (await house.get(session, "start")).status_code == 401
    other = await house.session(house.carla)
    await prune_pages(store, utc_now() + timedelta(hours=1))
    assert (await house.get(other, "start")).status_code == 200
    await prune_pages(store, utc_now() + timedelta(hours=3))
    assert (await house.get(other, "start")).status_code == 401
