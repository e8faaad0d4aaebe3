"""A document that was promised to one person in a chat, and everybody else who has its address."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from bot.chat.files import OrderFile
from bot.chat.messages import Asked, Message
from bot.chat.people import ChatUser, Conversation, Platform, Reader
from bot.demo.supplier import known
from bot.linking import Role
from bot.orders import Document
from bot.pages.handing import PromiseLinks
from bot.pages.promises import PROMISE_LASTS, PROOF_LASTS, Promises
from bot.store import utc_now
from tests.pages.conftest import House, init_data

READER = Reader("en", "America/Sao_Paulo")
ENDED = "This link has ended"
_numbers = count(1)


@dataclass
class Promised:
    """An invoice of Northwind's that Ana was promised, and where the button in her chat leads."""

    house: House
    url: str

    @property
    def token(self) -> str:
        return self.url.rpartition("/")[2]

    async def looked_at(self, user: ChatUser, **given: Any) -> httpx.Response:
        return await self._post("promise", user, **given)

    async def pressed(self, user: ChatUser, **given: Any) -> httpx.Response:
        return await self._post("proof", user, **given)

    async def _post(self, name: str, user: ChatUser, **given: Any) -> httpx.Response:
        body = {"init_data": init_data(user), "promise": self.token, **given}
        return await self.house.client.post(f"/app/api/{name}", json=body)


async def promised(house: House, *, ago: timedelta = timedelta(0)) -> Promised:
    """As the courier does it for a document too large for a chat, some time ago."""
    company = (await house.core.linking.access(house.ana)).current
    assert company is not None
    documents = await house.core.gateway.documents(company.scope, known.STAR.order_number)
    file = OrderFile(company.company_id, invoice_of(documents))
    message = Message(
        id=f"promise:{next(_numbers)}",
        sender=house.ana,
        conversation=Conversation(Platform.TELEGRAM, house.ana.user_id),
        content=Asked("invoice"),
        received_at=utc_now(),
    )
    links = PromiseLinks(promises(house, ago=ago), "https://bot.example")
    link = await links.link(message, file, READER)
    return Promised(house, link.url)


def invoice_of(documents: Sequence[Document]) -> Document:
    return next(one for one in documents if one.kind.group == "fiscal")


def promises(house: House, *, ago: timedelta = timedelta(0)) -> Promises:
    return Promises(house.core.store, house.core.linking.books.keys, clock=lambda: utc_now() - ago)


def path_of(proof: httpx.Response) -> str:
    assert proof.status_code == 200, proof.text
    return str(proof.json()["path"])


async def test_whom_it_was_promised_to_sees_what_it_is_and_gets_it_once(house: House) -> None:
    promise = await promised(house)
    page = await house.client.get(promise.url.removeprefix("https://bot.example"))
    assert page.status_code == 200
    assert page.content == (await house.client.get("/app/file/anything")).content
    shown = (await promise.looked_at(house.ana)).json()
    assert shown["title"] == "Your document is ready"
    assert known.STAR.order_number in shown["file"]
    # To look, however often, is not to use.
    assert (await promise.looked_at(house.ana)).json() == shown
    way = await promise.pressed(house.ana)
    file = await house.client.get(path_of(way))
    assert file.status_code == 200
    assert file.content.startswith(b"%PDF-")
    assert file.headers["content-disposition"] == f'attachment; filename="{way.json()["name"]}"'
    assert_over(await promise.looked_at(house.ana))
    assert_over(await promise.pressed(house.ana))


async def test_who_does_not_go_on_after_the_press_may_press_again(house: House) -> None:
    promise = await promised(house)
    first, second = await promise.pressed(house.ana), await promise.pressed(house.ana)
    assert (await house.client.get(path_of(second))).status_code == 200
    # Together they hand over no more than one of them would have.
    later = [(await house.client.get(path_of(one))).status_code for one in (first, second, first)]
    assert later == [200, 200, 404]


async def colleague(house: House) -> ChatUser:
    """Of the same company, with every right in it."""
    user = house.somebody()
    await house.linked(user, "55", Role.ADMIN)
    return user


async def of_another_company(house: House) -> ChatUser:
    return house.carla


async def unlinked(house: House) -> ChatUser:
    return house.somebody()


@pytest.mark.parametrize("who", [colleague, of_another_company, unlinked])
async def test_somebody_else_reads_the_words_of_what_does_not_exist(
    house: House, who: Callable[[House], Any]
) -> None:
    promise, other = await promised(house), await who(house)
    nothing = Promised(house, "https://bot.example/app/file/" + "x" * 43)
    assert same(await promise.looked_at(other), await nothing.looked_at(other))
    assert same(await promise.pressed(other), await nothing.pressed(other))
    assert_over(await promise.looked_at(other))
    # Nothing of it was used up.
    assert (await promise.looked_at(house.ana)).status_code == 200


async def test_after_the_right_has_ended_it_is_as_if_it_never_was(house: House) -> None:
    promise = await promised(house)
    way = path_of(await promise.pressed(house.ana))
    await house.unlinked(house.ana)
    nothing = Promised(house, "https://bot.example/app/file/" + "x" * 43)
    assert same(await promise.looked_at(house.ana), await nothing.looked_at(house.ana))
    assert same(await promise.pressed(house.ana), await nothing.pressed(house.ana))
    assert_over_page(await house.client.get(way))
    # What was begun is not begun anew by a right that is proved anew.
    await house.linked(house.ana, "55", Role.ADMIN)
    assert_over(await promise.looked_at(house.ana))


async def test_a_role_that_may_no_longer_have_it_ends_it_too(house: House) -> None:
    promise = await promised(house)
    way = path_of(await promise.pressed(house.ana))
    boss = await colleague(house)
    company = (await house.core.linking.access(boss)).current
    assert company is not None
    await house.core.desk.members.change_role(boss, company.company_id, house.ana, Role.LOGISTICS)
    assert_over(await promise.looked_at(house.ana))
    assert_over_page(await house.client.get(way))


async def test_too_late_it_is_over(house: House) -> None:
    barely = await promised(house, ago=PROMISE_LASTS - timedelta(minutes=5))
    late = await promised(house, ago=PROMISE_LASTS)
    assert (await barely.looked_at(house.ana)).status_code == 200
    assert_over(await late.looked_at(house.ana))
    assert_over(await late.pressed(house.ana))


async def test_a_proof_is_good_for_two_minutes(house: House) -> None:
    promise = await promised(house)
    fresh = promises(house, ago=PROOF_LASTS - timedelta(seconds=30)).proof(promise.token, asked=1)
    old = promises(house, ago=PROOF_LASTS).proof(promise.token, asked=1)
    assert_over_page(await house.client.get(f"/app/fetch/{old}"))
    assert (await house.client.get(f"/app/fetch/{fresh}")).status_code == 200


async def test_telegrams_word_is_needed_whatever_the_token(house: House) -> None:
    promise = await promised(house)
    for data in ("", init_data(house.ana)[:-4] + "0000", init_data(house.ana, at=time.time() - 3600)):
        refused = await promise.pressed(house.ana, init_data=data)
        nothing = await promise.pressed(house.ana, init_data=data, promise="x" * 43)
        assert same(refused, nothing)
        assert refused.status_code == 401
        assert refused.json()["title"] == "Your document"
        assert "path" not in refused.json()


@pytest.mark.parametrize("proof", ["x", "x" * 300, "é" * 40, "x" * 9000, "..%2f..%2fapi"])
async def test_a_proof_that_is_none_fetches_nothing(house: House, proof: str) -> None:
    answer = await house.client.get(f"/app/fetch/{proof}")
    assert answer.status_code == 404
    assert "content-disposition" not in answer.headers


async def test_what_the_bot_seals_otherwise_is_no_proof(house: House) -> None:
    session = await house.session()
    order = await house.order(session, known.STAR.order_number)
    reference = order["documents"][0]["reference"]
    assert_over_page(await house.client.get(f"/app/fetch/{reference}"))


async def test_while_the_erp_is_down_the_page_says_so_and_the_promise_holds(house: House) -> None:
    promise = await promised(house)
    house.faults.mode = "down"
    refused = await promise.pressed(house.ana)
    assert refused.status_code == 503
    assert refused.json()["title"] == "Your document"
    assert "order system" in refused.json()["error"]
    house.faults.mode = "ok"
    await house.core.gateway.answering()
    assert (await house.client.get(path_of(await promise.pressed(house.ana)))).status_code == 200


def same(one: httpx.Response, other: httpx.Response) -> bool:
    return (one.status_code, one.content) == (other.status_code, other.content)


def assert_over(answer: httpx.Response) -> None:
    assert answer.status_code == 404
    assert answer.json()["title"] == ENDED
    assert known.STAR.order_number not in answer.text


def assert_over_page(answer: httpx.Response) -> None:
    assert answer.status_code == 404
    assert f"<h1>{ENDED}</h1>" in answer.text
    assert "content-disposition" not in answer.headers
    assert not answer.content.startswith(b"%PDF-")
