"""What a page is asked for by those who should not get it."""

import json
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform
from bot.demo.supplier import known
from bot.linking.tables import Audit
from bot.pages.sessions import Sessions
from bot.pages.tables import PageSession, PageTicket
from bot.store import utc_now
from tests.pages.conftest import House, bearer, init_data

OTHER_TOKEN = "8000000002:another-telegram-token-0123456789ab"
STRANGER = ChatUser(Platform.TELEGRAM, "799999")


async def reference_of(house: House, session: str, number: str) -> str:
    listed = (await house.get(session, "orders", text=number)).json()
    return str(listed["orders"][0]["reference"])


FORGED: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "no signature": lambda: init_data().replace("hash=", "cash="),
    "another signature": lambda: init_data()[:-4] + "0000",
    "another person": lambda: init_data().replace("700001", "700003"),
    "another bot's": lambda: init_data(token=OTHER_TOKEN),
    "an hour old": lambda: init_data(at=time.time() - 3600),
    "from tomorrow": lambda: init_data(at=time.time() + 86400),
    "a date that is none": lambda: init_data(auth_date="9" * 12),
    "a field twice": lambda: init_data() + "&user=%7B%22id%22%3A700003%7D",
    "an anonymous admin": lambda: init_data(ChatUser(Platform.TELEGRAM, "1087968824")),
    "a bot": lambda: init_data(user=json.dumps({"id": 700001, "is_bot": True})),
    "no person": lambda: init_data(user="{}"),
    "a list for a person": lambda: init_data(user="[1]"),
    "deep JSON": lambda: init_data(user="[" * 3000),
    "very long": lambda: init_data(user=json.dumps({"id": 700001, "x": "y" * 5000})),
    "not a query": lambda: "\x00;;%%%",
}


@pytest.mark.parametrize("what", FORGED)
async def test_only_telegrams_own_fresh_word_to_this_bot_opens_a_page(house: House, what: str) -> None:
    refused = await house.enter(FORGED[what]())
    assert refused.status_code == 401
    assert "session" not in refused.json()
    assert (await house.enter(init_data(house.ana))).status_code == 200


async def test_the_same_words_open_three_pages_at_most_and_only_the_last_one_holds(house: House) -> None:
    data = init_data(house.ana)
    opened = [(await house.enter(data)).json()["session"] for _ in range(3)]
    assert (await house.enter(data)).status_code == 401
    assert [(await house.get(one, "start")).status_code for one in opened] == [401, 401, 200]


async def test_somebody_who_is_not_linked_is_told_how_and_gets_no_session(house: House) -> None:
    refused = await house.enter(init_data(STRANGER))
    assert refused.status_code == 403
    assert "e-mail" in refused.json()["error"]
    portuguese = await house.enter(init_data(STRANGER, language="pt-br"))
    assert portuguese.json()["error"] != refused.json()["error"]


async def test_a_link_that_ends_takes_its_open_page_along_at_once(house: House) -> None:
    session = await house.session()
    reference = await reference_of(house, session, known.STAR.customer_reference)
    assert (await house.get(session, "order", reference=reference)).status_code == 200
    await house.unlinked(house.ana)
    for name, query in (("start", {}), ("orders", {}), ("order", {"reference": reference})):
        refused = await house.get(session, name, **query)
        assert refused.status_code == 401
        assert known.STAR.order_number not in refused.text
    # Linked again, it is another right: the old page does not come back.
    await house.linked(house.ana, "55")
    assert (await house.get(session, "start")).status_code == 401


async def test_a_link_that_ended_and_came_back_between_two_requests_does_not_revive_a_page(
    house: House,
) -> None:
    session = await house.session()
    await house.unlinked(house.ana)
    await house.linked(house.ana, "55")
    assert (await house.get(session, "start")).status_code == 401


async def test_a_session_ends_by_time_and_is_stored_as_a_digest_only(house: House) -> None:
    core = house.core
    early = Sessions(
        core.store, core.linking.books.keys, clock=lambda: utc_now() - timedelta(hours=2, minutes=1)
    )
    company = (await core.linking.access(house.ana)).current
    assert company is not None
    old = await early.open(house.ana, company, core.reader, proof="old")
    assert old is not None
    assert (await house.get(old, "start")).status_code == 401
    session = await house.session()
    async with core.store.reading() as reading:
        stored = (await reading.exec(select(PageSession))).all()
    assert session not in {one.token for one in stored}


@pytest.mark.parametrize("token", ["-", "x" * 43, "é" * 43, "x" * 9000])
async def test_a_token_that_is_none_opens_nothing(house: House, token: str) -> None:
    headers = [(b"authorization", f"Bearer {token}".encode())]
    assert (await house.client.get("/app/api/start", headers=headers)).status_code in (400, 401, 431)


async def test_an_order_of_another_company_is_answered_like_one_that_does_not_exist(house: House) -> None:
    ana, carla = await house.session(house.ana), await house.session(house.carla)
    mine = await reference_of(house, ana, known.STAR.customer_reference)
    theirs = await house.get(carla, "order", reference=mine)
    nobodys = await house.get(carla, "order", reference="gAAAAAB" + "x" * 100)
    assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())
    assert theirs.status_code == 404
    found = await house.get(carla, "orders", text=known.STAR.order_number)
    unknown = await house.get(carla, "orders", text="999999")
    assert found.json()["orders"] == unknown.json()["orders"] == []
    assert found.json()["notices"] == unknown.json()["notices"]


async def test_a_reference_is_good_for_what_it_was_made_for_only(house: House) -> None:
    session = await house.session()
    order = await reference_of(house, session, known.STAR.customer_reference)
    listed = (await house.get(session, "orders")).json()
    assert (await house.post(session, "document", {"reference": order})).status_code == 404
    assert (await house.get(session, "order", reference=listed["next"])).status_code == 404
    assert (await house.get(session, "orders", next=order)).status_code == 400
    carla = await house.session(house.carla)
    assert (await house.get(carla, "orders", next=listed["next"])).status_code == 400


PATHS = (
    "/app/site/../../../pyproject.toml",
    "/app/site/..%2f..%2fsettings.py",
    "/app/site/%2e%2e/routes.py",
    "/app/site//etc/passwd",
    "/app/site/link.html",
    "/app/site/app.js%00.html",
    "/app/open/../api/start",
    "/app/file/..%2f..%2f",
)


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_leads_out_of_the_site(house: House, path: str) -> None:
    host = house.url.removeprefix("http://")
    # httpx would tidy the path up.
    request = httpx.Request("GET", house.url, extensions={"target": path.encode()}, headers={"host": host})
    answer = await house.client.send(request)
    assert answer.status_code in (401, 404)
    assert "[project]" not in answer.text
    assert "import" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"text": "x" * 201},
        {"state": "everything"},
        {"days": "-1"},
        {"days": "99999999999999999999"},
        {"next": "x" * 5000},
    ],
)
async def test_a_list_is_asked_for_in_the_pages_own_terms_only(house: House, query: dict[str, str]) -> None:
    session = await house.session()
    assert (await house.get(session, "orders", **query)).status_code == 400


async def test_bodies_are_bounded_and_json_alone(house: House) -> None:
    post = house.client.post
    assert (await post("/app/api/session", content=b"x" * 100_000, headers=JSON)).status_code == 413
    assert (await post("/app/api/session", content=b"[" * 10_000, headers=JSON)).status_code == 400
    assert (await post("/app/api/session", content=b'{"init_data": 5}', headers=JSON)).status_code == 400
    # What a form on another site could send.
    assert (await post("/app/api/session", data={"init_data": init_data()})).status_code == 415


def sessions_of(house: House) -> Sessions:
    return Sessions(house.core.store, house.core.linking.books.keys)


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("text", ["' or 1 eq 1", "*", "%", "<script>alert(1)</script>", "\u202e7782\u0000"])
async def test_hostile_searches_find_nothing_and_break_nothing(house: House, text: str) -> None:
    session = await house.session(house.carla)
    answer = await house.get(session, "orders", text=text)
    assert answer.status_code == 200
    assert known.STAR.order_number not in answer.text


async def test_guessing_on_the_page_is_stopped_as_it_is_in_a_chat(house: House) -> None:
    guesser = house.somebody()
    await house.linked(guesser, "56")
    session = await house.session(guesser)
    answers = [await house.get(session, "orders", text=f"88{number:04}") for number in range(12)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    async with house.core.store.reading() as reading:
        rows = (await reading.exec(select(Audit).where(col(Audit.user_id) == guesser.user_id))).all()
    assert [row.outcome for row in rows if row.act == "lookup"].count("not_found") == 10


async def test_every_answer_forbids_what_the_page_does_not_need(house: House) -> None:
    session = await house.session()
    answers = [
        await house.client.get("/app/"),
        await house.client.get("/app/site/app.js"),
        await house.get(session, "start"),
        await house.get("nobody", "start"),
        await house.client.get("/app/file/" + "x" * 43),
        await house.client.get("/app/open/" + "x" * 43),
        await house.client.get("/app/fetch/" + "x" * 43),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
    framed = ["frame-ancestors 'none'" not in one.headers["content-security-policy"] for one in answers]
    assert framed == [True, True, True, True, True, False, False]
    assert "frame-ancestors https://web.telegram.org" in answers[4].headers["content-security-policy"]
    assert answers[2].headers["cache-control"] == "no-store"


async def test_links_are_kept_as_digests_and_what_they_open_is_sealed(house: House) -> None:
    session = await house.session()
    order = await house.order(session, known.STAR.customer_reference)
    made = await house.post(session, "document", {"reference": order["documents"][0]["reference"]})
    token = await sessions_of(house).ticket(house.ana, 1, house.core.reader)
    async with house.core.store.reading() as reading:
        stored = (await reading.exec(select(PageTicket))).all()
    assert len(stored) >= 2
    assert token not in {one.token for one in stored}
    assert made.json()["path"].isascii()
    assert all(known.STAR.order_number not in (one.document.token if one.document else "") for one in stored)


async def test_a_session_is_no_ticket_and_a_ticket_no_session(house: House) -> None:
    session = await house.session()
    assert (await house.client.get(f"/app/fetch/{session}")).status_code == 404
    assert (await house.client.post(f"/app/open/{session}")).status_code == 404
    assert (await house.client.get("/app/api/start", headers=bearer("x" * 43))).status_code == 401
