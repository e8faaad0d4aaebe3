"""A company with keys in several ERPs: said by the operator, never guessed, and no wider than that."""

import sqlite3
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.chat.people import Platform
from bot.commands import run_companies_import
from bot.erp.protocol import CompanyContact
from bot.keys import new_secret_key
from bot.linking import CompanyRow, ImportRefused, Reach, Role, StoredContacts, VerifiedBy
from bot.linking.companies import set_state
from bot.linking.leavers import Leavers
from bot.linking.links import Proof
from bot.linking.tables import Company, CompanyKey
from bot.migrations import migrate
from bot.scope import CompanyScope
from bot.settings import Settings
from tests.linking.desk import ANA, ANA_MAIL, BRUNO, TheErp
from tests.linking.hall import SOFIA, Hall
from tests.linking.platform import ThePlatform

NORTHWIND = ("erp", "55")


def row(erp: str, key: str, name: str = "Some name", **rest: object) -> CompanyRow:
    return CompanyRow(erp=erp, erp_key=key, name=name, **rest)  # type: ignore[arg-type]


async def scope_of_ana(hall: Hall, reach: Reach = Reach.COMPANY, unit_id: int | None = None) -> CompanyScope:
    proof = Proof(
        verified_by=VerifiedBy.OPERATOR,
        contact_name="Ana",
        role=Role.BUYER,
        reach=reach,
        unit_id=unit_id,
    )
    async with hall.linking.books.writing_about(ANA) as session:
        await hall.linking.books.link(session, ANA, hall.northwind, proof)
    scope = (await hall.linking.access(ANA)).scope
    assert scope is not None
    return scope


def reached(scope: CompanyScope) -> dict[str, set[str]]:
    return {erp: set(part.keys) for erp in scope.erps if (part := scope.within(erp))}


async def id_of(hall: Hall, erp: str, key: str) -> int:
    async with hall.linking.books.reading() as session:
        found = await session.exec(
            select(Company).where(col(Company.erp) == erp, col(Company.erp_key) == key)
        )
        return found.one().id or 0


async def test_a_further_key_is_the_companys_in_that_erp_alone(hall: Hall) -> None:
    rows = [row("parts", "900", same_as=NORTHWIND), row("erp", "58", same_as=NORTHWIND), row("parts", "55")]
    imported = await hall.linking.import_companies(rows)
    assert imported.companies == 2
    scope = await scope_of_ana(hall)
    assert (scope.erp, scope.company_name) == ("erp", "Northwind Industrial Ltda")
    assert reached(scope) == {"erp": {"55", "58"}, "parts": {"900"}}
    assert reached(await scope_of_ana(hall, Reach.OWN)) == {"erp": {"55", "58"}, "parts": {"900"}}
    assert (await scope_of_ana(hall, Reach.OWN)).placed_by == "Ana"


async def test_a_company_of_the_same_name_or_tax_id_is_another_company(hall: Hall) -> None:
    await hall.linking.import_companies([row("erp", "55", "Northwind Industrial Ltda", tax_id="1")])
    await hall.linking.import_companies([row("parts", "900", "Northwind Industrial Ltda", tax_id="1")])
    assert reached(await scope_of_ana(hall)) == {"erp": {"55"}}


async def test_trees_and_branches_reach_their_further_keys_and_no_others(hall: Hall) -> None:
    await hall.linking.import_companies(
        [
            row("parts", "900", same_as=NORTHWIND),
            row("erp", "551", parent_key="55"),
            row("parts", "901", same_as=("erp", "551")),
            row("parts", "902", parent_key="900"),
            row("erp", "552", parent_key="55"),
            row("parts", "903", same_as=("erp", "552")),
            row("other", "904", same_as=("erp", "56")),
        ]
    )
    await set_state(hall.linking.books, "parts", "903", "closed")
    assert reached(await scope_of_ana(hall)) == {"erp": {"55"}, "parts": {"900"}}
    assert reached(await scope_of_ana(hall, Reach.COMPANY_TREE)) == {
        "erp": {"55", "551"},
        "parts": {"900", "901", "902"},
    }
    unit = await id_of(hall, "erp", "551")
    assert reached(await scope_of_ana(hall, Reach.UNIT, unit)) == {"erp": {"551"}, "parts": {"901"}}
    elsewhere = await id_of(hall, "parts", "902")
    assert reached(await scope_of_ana(hall, Reach.UNIT, elsewhere)) == {"parts": {"902"}}


async def test_a_contact_at_a_further_key_is_a_contact_of_the_company(hall: Hall) -> None:
    await hall.linking.import_companies(
        [row("parts", "900", same_as=NORTHWIND, email="parts@northwind.example", contact_name="Paula")]
    )
    (linked,) = await hall.linking.codes.redeem(BRUNO, await hall.code(BRUNO, "parts@northwind.example"))
    assert linked.company_id == hall.northwind
    assert reached(linked.scope) == {"erp": {"55"}, "parts": {"900"}}
    contact = CompanyContact(
        erp="parts", company_key="900", company_name="NW parts", email="parts@northwind.example"
    )
    platform = ThePlatform()
    sweep = Leavers(hall.linking, {Platform.SLACK: platform}, [TheErp(contacts=[contact])])
    assert list(await sweep.sweep()) == []
    hall.clock.turn(days=2)
    gone = Leavers(hall.linking, {Platform.SLACK: platform}, [TheErp(contacts=[])])
    assert [one.why for one in await gone.sweep()] == ["contact_gone"]


async def test_the_name_and_state_are_those_of_the_first_key(hall: Hall) -> None:
    await hall.linking.import_companies([row("parts", "900", "NW, parts department", same_as=NORTHWIND)])
    await hall.linking.import_companies([row("parts", "900", "NW, parts department")])
    assert (await scope_of_ana(hall)).company_name == "Northwind Industrial Ltda"
    assert await set_state(hall.linking.books, "parts", "900", "on_hold") == "Northwind Industrial Ltda"
    assert (await hall.linking.access(ANA)).companies == ()


async def test_a_key_can_be_moved_and_set_apart_and_then_nobody_of_before_sees_it(hall: Hall) -> None:
    await hall.linking.import_companies([row("parts", "900", same_as=NORTHWIND)])
    assert "parts" in reached(await scope_of_ana(hall))
    await hall.linking.import_companies([row("parts", "900", same_as=("erp", "56"))])
    assert reached(await scope_of_ana(hall)) == {"erp": {"55"}}
    await hall.linking.import_companies([row("parts", "900", apart=True)])
    async with hall.linking.books.reading() as session:
        assert (await session.exec(select(CompanyKey))).all() == []
    linked = await hall.linking.link_directly(BRUNO, "parts", "900")
    assert reached(linked.scope) == {"parts": {"900"}}


async def test_a_company_that_was_learned_gives_its_key_up_and_gets_it_back(hall: Hall) -> None:
    await hall.linking.import_companies([row("parts", "900", "Learned")])
    learned = await id_of(hall, "parts", "900")
    await hall.linking.import_companies([row("parts", "900", same_as=NORTHWIND)])
    assert reached(await scope_of_ana(hall)) == {"erp": {"55"}, "parts": {"900"}}
    assert (await hall.linking.link_directly(BRUNO, "parts", "900")).company_id == hall.northwind
    await hall.linking.unlink(BRUNO)
    await hall.linking.import_companies([row("parts", "900", apart=True)])
    assert (await hall.linking.link_directly(BRUNO, "parts", "900")).company_id == learned


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row("parts", "900", same_as=("erp", "404")), "no company"),
        (row("erp", "55", same_as=NORTHWIND), "itself"),
        (row("erp", "56", same_as=NORTHWIND), "tied"),
        (row("erp", "57", same_as=NORTHWIND), "not active"),
        (row("parts", "900", same_as=NORTHWIND, parent_key="55"), "parent"),
    ],
)
async def test_an_import_that_would_change_what_rights_mean_is_refused_whole(
    hall: Hall, wrong: CompanyRow, why: str
) -> None:
    await hall.linking.link_directly(BRUNO, "erp", "56")
    await set_state(hall.linking.books, "erp", "57", "closed")
    with pytest.raises(ImportRefused, match=why):
        await hall.linking.import_companies([row("parts", "901", same_as=NORTHWIND), wrong])
    assert reached(await scope_of_ana(hall)) == {"erp": {"55"}}


async def test_staff_find_a_company_by_any_of_its_keys(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.import_companies([row("parts", "900", same_as=NORTHWIND)])
    assert [hit.company_id for hit in await hall.staff.search(SOFIA, "900")] == [hall.northwind]
    access = await hall.linking.access(SOFIA, concerning=hall.northwind)
    scope = access.scope_of(hall.northwind)
    assert scope is not None
    assert reached(scope) == {"erp": {"55"}, "parts": {"900"}}


async def test_stored_contacts_keep_their_key(hall: Hall) -> None:
    """A directory answers with the company's first key, which links to the same company."""
    await hall.linking.import_companies([row("parts", "900", same_as=NORTHWIND, email="p@northwind.example")])
    directory = StoredContacts(hall.linking.books.store, hall.linking.books.keys)
    (contact,) = await directory.contacts_by_email("p@northwind.example")
    assert (contact.erp, contact.company_key) == NORTHWIND
    assert [one.email for one in await directory.contacts_by_email(ANA_MAIL)] == [ANA_MAIL]


def test_the_file_says_the_erp_and_what_a_key_is_the_same_as(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path / 'bot.db'}",
        secret_keys=new_secret_key(),
        more_erps="parts",
    )
    migrate(settings.database_url)
    file = tmp_path / "companies.csv"

    def imported(lines: str) -> tuple[int, str]:
        file.write_text(f"company_key,company_name,erp,same_as\n{lines}", encoding="utf-8")
        code = run_companies_import(settings, file)
        said = capsys.readouterr()
        return code, (said.out + said.err).strip()

    # Below its company or above it, in the file; a key may hold a colon.
    rows = "N:900,NW parts,parts,erp:55\n55,Northwind,,\n58,NW again,erp,55\n"
    assert imported(rows) == (0, "Imported: 1 companies, 0 contacts.")
    assert keys_of(settings) == {("parts", "N:900"), ("erp", "58")}
    assert imported("N:900,NW parts,parts,-\n") == (0, "Imported: 1 companies, 0 contacts.")
    assert keys_of(settings) == {("erp", "58")}
    assert imported("59,NW,pats,erp:55\n") == (2, "No ERP of the settings is called pats.")
    code, said = imported("59,NW,parts,erp:404\n")
    assert (code, "same_as is the key of no company" in said) == (78, True)


def keys_of(settings: Settings) -> set[tuple[str, str]]:
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as connection:
        return set(connection.execute("SELECT erp, erp_key FROM company_keys").fetchall())
