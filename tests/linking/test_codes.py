"""Linking by a mailed code: what links, and everything that must not."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.erp.errors import ErpUnavailable
from bot.erp.protocol import CompanyContact
from bot.keys import Keys, new_secret_key
from bot.linking import CodeExpired, CodeNotAccepted, CodeWrong, NoCodePending, StoredContacts
from bot.linking.tables import Company, LinkCode
from bot.store import Store
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BOTH_MAIL, BRUNO, Desk, open_desk, wrong
from tests.store.databases import bytes_on_disk


async def test_the_mailed_code_links_the_person_who_asked(desk: Desk) -> None:
    issued = await desk.issued(ANA)
    assert re.fullmatch(r"[0-9]{6}", issued.code)
    assert (issued.email, issued.companies) == (ANA_MAIL, ("Northwind Industrial Ltda",))
    [linked] = await desk.linking.codes.redeem(ANA, issued.code)
    assert (linked.name, linked.verified_by) == ("Northwind Industrial Ltda", "email_code")
    access = await desk.linking.access(ANA)
    assert access.current == linked
    assert access.scope is not None
    assert (access.scope.erp, access.scope.keys) == ("erp", ("55",))
    assert await desk.audit() == [("code_request", "issued"), ("link", "email_code")]


async def test_t1_codes_are_six_digits_of_all_there_are(desk: Desk) -> None:
    codes = []
    for _ in range(12):
        desk.clock.turn(days=2)
        codes.append(await desk.code_for(ANA))
    assert all(re.fullmatch(r"[0-9]{6}", code) for code in codes)
    # A dozen below 100,000 would come by chance once in a million million runs.
    assert max(codes) >= "100000"


@pytest.mark.parametrize("spelling", ["ANA.Souza@NORTHWIND.example", "  ana.souza@northwind.example "])
async def test_the_case_of_an_address_does_not_matter_and_the_mail_goes_to_the_contacts_own(
    desk: Desk, spelling: str
) -> None:
    assert (await desk.issued(ANA, spelling)).email == ANA_MAIL


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1} ", "code: {0}{1}"])
async def test_a_code_may_be_typed_with_spaces_and_dashes(desk: Desk, typed: str) -> None:
    code = await desk.code_for(ANA)
    assert await desk.linking.codes.redeem(ANA, typed.format(code[:3], code[3:]))


async def test_a_look_alike_of_a_contacts_address_is_never_mailed(desk: Desk) -> None:
    issued = await desk.linking.codes.request(ANA, "ana.\u017fouza@northwind.example")
    assert issued is None or issued.email == ANA_MAIL


async def test_one_address_at_two_companies_links_both_and_the_first_by_name_is_current(desk: Desk) -> None:
    linked = await desk.linking.codes.redeem(ANA, await desk.code_for(ANA, BOTH_MAIL))
    assert [one.name for one in linked] == ["Northwind Industrial Ltda", "Southgate Comércio S.A."]
    access = await desk.linking.access(ANA)
    assert access.companies == linked
    assert access.current == linked[0]


async def _used_before(desk: Desk, code: str) -> ChatUser:
    await desk.linking.codes.redeem(ANA, code)
    await desk.linking.unlink(ANA)
    return ANA


async def _ten_minutes_late(desk: Desk, _: str) -> ChatUser:
    desk.clock.turn(minutes=10)
    return ANA


async def _of_somebody_else(_: Desk, __: str) -> ChatUser:
    return BRUNO


async def _of_somebody_else_who_has_a_code_too(desk: Desk, code: str) -> ChatUser:
    other = await desk.code_for(BRUNO, BOTH_MAIL)
    assert other != code
    return BRUNO


async def _in_the_other_chat(_: Desk, __: str) -> ChatUser:
    return ANA_ON_TELEGRAM


async def _of_the_same_user_id_elsewhere(_: Desk, __: str) -> ChatUser:
    return ChatUser(ANA.platform, ANA.user_id, "T0OTHER")


async def _after_five_wrong_tries(desk: Desk, code: str) -> ChatUser:
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refused:
            await desk.linking.codes.redeem(ANA, wrong(code))
        assert refused.value.tries_left == left
    return ANA


async def _replaced_by_a_newer_one(desk: Desk, code: str) -> ChatUser:
    while await desk.code_for(ANA) == code:
        desk.clock.turn(hours=2)
    return ANA


async def _replaced_by_one_for_an_unknown_address(desk: Desk, _: str) -> ChatUser:
    assert await desk.linking.codes.request(ANA, "nobody@nowhere.example") is None
    return ANA


async def _voided_by_unlinking(desk: Desk, _: str) -> ChatUser:
    await desk.linking.unlink(ANA)
    return ANA


async def _withdrawn(desk: Desk, _: str) -> ChatUser:
    desk.clock.turn(hours=1)
    issued = await desk.issued(ANA)
    await desk.linking.codes.withdraw(issued)
    return ANA


@pytest.mark.parametrize(
    ("happened", "refusal"),
    [
        (_used_before, NoCodePending),
        (_ten_minutes_late, CodeExpired),
        (_of_somebody_else, NoCodePending),
        (_of_somebody_else_who_has_a_code_too, CodeWrong),
        (_in_the_other_chat, NoCodePending),
        (_of_the_same_user_id_elsewhere, NoCodePending),
        (_after_five_wrong_tries, CodeWrong),
        (_replaced_by_a_newer_one, CodeWrong),
        (_replaced_by_one_for_an_unknown_address, CodeWrong),
        (_voided_by_unlinking, NoCodePending),
        (_withdrawn, NoCodePending),
    ],
    ids=lambda value: value.__name__.strip("_"),
)
async def test_t4_a_right_code_does_not_link(
    desk: Desk, happened: Callable[[Desk, str], Awaitable[ChatUser]], refusal: type[CodeNotAccepted]
) -> None:
    code = await desk.code_for(ANA)
    user = await happened(desk, code)
    with pytest.raises(refusal):
        await desk.linking.codes.redeem(user, code)
    assert await desk.companies_of(user) == []
    assert (await desk.audit())[-1] == ("code_fail", refusal.reason)


@pytest.mark.parametrize(
    "guess", ["", "0", "12345", "1234567", "abcdef", "' OR 1=1 --", "\x00", "\ud800", "9" * 9000]
)
async def test_what_is_no_code_costs_a_try_and_links_nobody(desk: Desk, guess: str) -> None:
    await desk.code_for(ANA)
    with pytest.raises(CodeWrong) as refused:
        await desk.linking.codes.redeem(ANA, guess)
    assert refused.value.tries_left == 4
    assert await desk.companies_of(ANA) == []


async def test_of_two_redeems_at_once_one_links(desk: Desk) -> None:
    code = await desk.code_for(ANA)
    outcomes = await asyncio.gather(
        *(desk.linking.codes.redeem(ANA, code) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(one, tuple) for one in outcomes) == 1
    assert sum(isinstance(one, NoCodePending) for one in outcomes) == 7
    assert await desk.companies_of(ANA) == ["55"]


async def test_guessing_many_at_once_gets_no_more_than_five_tries(desk: Desk) -> None:
    code = await desk.code_for(ANA)
    outcomes = await asyncio.gather(
        *(desk.linking.codes.redeem(ANA, wrong(code)) for _ in range(12)), return_exceptions=True
    )
    left = sorted(one.tries_left for one in outcomes if isinstance(one, CodeWrong))
    assert left == [0] * 8 + [1, 2, 3, 4]


async def test_an_unknown_address_leaves_the_chat_as_a_known_one_does(desk: Desk) -> None:
    seen = []
    for user, email in (
        (ANA, ANA_MAIL),
        (BRUNO, "nobody@northwind.example"),
        (ANA_ON_TELEGRAM, "no address"),
    ):
        issued = await desk.linking.codes.request(user, email)
        answers: list[object] = [await desk.linking.codes.pending(user)]
        for _ in range(6):
            with pytest.raises(CodeWrong) as refused:
                await desk.linking.codes.redeem(user, wrong(issued.code) if issued else "123456")
            answers.append(refused.value.tries_left)
        seen.append(answers)
    assert seen == [["link", 4, 3, 2, 1, 0, 0]] * 3


async def test_a_person_gets_three_codes_an_hour(desk: Desk) -> None:
    for _ in range(3):
        await desk.issued(ANA)
    asked = desk.erp.asked
    assert await desk.linking.codes.request(ANA, ANA_MAIL) is None
    assert desk.erp.asked == asked
    assert (await desk.audit())[-1] == ("code_request", "exhausted")
    assert await desk.linking.codes.request(BRUNO, ANA_MAIL) is not None
    desk.clock.turn(hours=1)
    assert await desk.linking.codes.request(ANA, ANA_MAIL) is not None


async def test_an_address_gets_five_codes_an_hour_whoever_asks(desk: Desk) -> None:
    people = [ChatUser(ANA.platform, f"U{number}", "T1") for number in range(9)]
    asked = await asyncio.gather(*(desk.linking.codes.request(one, ANA_MAIL.upper()) for one in people))
    assert sum(issued is not None for issued in asked) == 5


async def test_a_person_gets_ten_codes_a_day(desk: Desk) -> None:
    issued = 0
    for _ in range(8):
        for _ in range(3):
            issued += await desk.linking.codes.request(ANA, f"{issued}@nowhere.example") is not None
            issued += await desk.linking.codes.request(ANA, ANA_MAIL) is not None
        desk.clock.turn(hours=1)
    assert 0 < issued <= 10
    assert await desk.linking.codes.request(ANA, ANA_MAIL) is None
    desk.clock.turn(hours=23)
    assert await desk.linking.codes.request(ANA, ANA_MAIL) is not None


async def test_t4_an_address_gets_ten_codes_a_day_however_many_accounts_ask(desk: Desk) -> None:
    issued = 0
    for number in range(30):
        desk.clock.turn(minutes=20)
        attacker = ChatUser(ANA.platform, f"U{number}", "T1")
        issued += await desk.linking.codes.request(attacker, ANA_MAIL) is not None
    assert issued == 10


async def test_a_right_code_for_a_company_closed_meanwhile_is_refused_as_any_other(desk: Desk) -> None:
    code = await desk.code_for(ANA)
    async with desk.store.writing() as session:
        await session.exec(update(Company).where(col(Company.erp_key) == "55").values(state="closed"))
    with pytest.raises(CodeNotAccepted) as refused:
        await desk.linking.codes.redeem(ANA, code)
    assert refused.value.reason == "company_not_active"
    async with desk.store.writing() as session:
        await session.exec(update(Company).values(state="active"))
    assert await desk.companies_of(ANA) == []


async def test_of_many_requests_at_once_a_person_gets_three(desk: Desk) -> None:
    asked = await asyncio.gather(*(desk.linking.codes.request(ANA, ANA_MAIL) for _ in range(7)))
    assert sum(issued is not None for issued in asked) == 3


async def test_unknown_addresses_count_as_well(desk: Desk) -> None:
    for number in range(3):
        assert await desk.linking.codes.request(ANA, f"guess{number}@northwind.example") is None
    assert await desk.linking.codes.request(ANA, ANA_MAIL) is None


async def test_a_withdrawn_code_does_not_count(desk: Desk) -> None:
    for _ in range(6):
        await desk.linking.codes.withdraw(await desk.issued(ANA))


def _contact(email: str, key: str = "58", name: str = "Pampa Agro Ltda") -> CompanyContact:
    return CompanyContact(erp="erp", company_key=key, company_name=name, email=email)


async def test_a_contact_only_the_erp_knows_links_and_the_company_is_learned(desk: Desk) -> None:
    desk.erp.contacts = [_contact("Elisa.Rocha@pampa.example")]
    issued = await desk.issued(BRUNO, "elisa.rocha@pampa.example")
    assert issued.email == "Elisa.Rocha@pampa.example"
    await desk.linking.codes.redeem(BRUNO, issued.code)
    assert await desk.companies_of(BRUNO) == ["58"]


async def test_t3_an_erp_that_ignores_the_address_and_names_everybody_links_nobody(desk: Desk) -> None:
    desk.erp.contacts = [_contact("elisa.rocha@pampa.example"), _contact("not an address"), _contact("")]
    assert await desk.linking.codes.request(BRUNO, "bruno@nowhere.example") is None


async def test_when_the_erp_cannot_be_asked_nothing_is_counted(desk: Desk) -> None:
    desk.erp.failure = ErpUnavailable()
    for _ in range(4):
        with pytest.raises(ErpUnavailable):
            await desk.linking.codes.request(ANA, ANA_MAIL)
    desk.erp.failure = None
    assert await desk.linking.codes.request(ANA, ANA_MAIL) is not None


async def test_a_code_and_a_contact_outlive_a_change_of_keys(store: Store) -> None:
    old, new = new_secret_key(), new_secret_key()

    before = await open_desk(store, Keys([old]))
    code = await before.code_for(ANA)
    after = await open_desk(store, Keys([new, old]))
    assert await after.linking.codes.redeem(ANA, code)
    assert await after.code_for(BRUNO)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_database_file_holds_neither_addresses_nor_codes(desk: Desk, tmp_path: Path) -> None:
    issued = await desk.issued(ANA)
    written = bytes_on_disk(tmp_path)
    assert b"Northwind" in written
    assert b"ana.souza" not in written.lower()
    assert issued.code not in repr(issued)
    async with desk.store.reading() as session:
        code = (await session.exec(select(LinkCode))).one()
    assert issued.code not in {str(value) for value in code.model_dump().values()}
    assert await StoredContacts(desk.store, desk.keys).contacts_by_email(ANA_MAIL)


async def test_old_codes_are_forgotten_within_a_day(desk: Desk) -> None:
    await desk.code_for(ANA)
    desk.clock.turn(days=1, minutes=1)
    await desk.code_for(BRUNO)
    async with desk.store.reading() as session:
        assert [row.user_id for row in await session.exec(select(LinkCode))] == [BRUNO.user_id]


async def test_a_code_is_pending_until_it_is_used_or_long_gone(desk: Desk) -> None:
    assert not await desk.linking.codes.pending(ANA)
    code = await desk.code_for(ANA)
    assert await desk.linking.codes.pending(ANA)
    assert not await desk.linking.codes.pending(BRUNO)
    desk.clock.turn(minutes=19)
    assert await desk.linking.codes.pending(ANA)
    desk.clock.turn(minutes=1)
    assert not await desk.linking.codes.pending(ANA)
    code = await desk.code_for(ANA)
    await desk.linking.codes.redeem(ANA, code)
    assert not await desk.linking.codes.pending(ANA)
