"""The operator's commands for people, staff and companies, as the shell sees them."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from bot import commands, tending
from bot.chat.messages import Asked
from bot.chat.people import Audience, ChatUser, Conversation, Platform
from bot.exits import FAILED, OK, USAGE_ERROR
from bot.kept.questions import Kept
from bot.kept.values import KeptQuestion
from bot.keys import Keys
from bot.linking import AuditEntry, CompanyRow, Linking
from bot.membership import Standing
from bot.settings import Settings
from bot.store import Store, utc_now
from tests.linking.desk import ANA, BRUNO, COMPANIES
from tests.linking.platform import ThePlatform

ANAS_KEY = "slack:T0CUSTOMER/U0ANA"


@dataclass
class Operator:
    """Somebody at the command line of a bot on this database."""

    settings: Settings
    linking: Linking
    capsys: pytest.CaptureFixture[str]

    async def runs(
        self, command: Callable[..., int], *arguments: Any, **options: Any
    ) -> tuple[int, str, str]:
        """A command's exit code, and what it prints and says on standard error."""
        self.capsys.readouterr()
        # Logs are for another stream than what a command prints; here nobody has set them up.
        with capture_logs():
            code = await asyncio.to_thread(command, self.settings, *arguments, **options)
        printed = self.capsys.readouterr()
        return code, printed.out, printed.err


@pytest.fixture
async def operator(
    store: Store, database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Operator:
    for name in ("ORDERBOT_SLACK_BOT_TOKEN", "ORDERBOT_TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    key = Fernet.generate_key().decode()
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        secret_keys=key,
        slack_staff_workspace="T0SUPPLIER",
    )
    linking = Linking(store, Keys([key]), [])
    await linking.import_companies(COMPANIES)
    await linking.link_directly(ANA, "erp", "55")
    return Operator(settings, linking, capsys)


async def test_purge_says_what_it_forgot(operator: Operator) -> None:
    code, printed, _ = await operator.runs(tending.run_purge)
    assert code == OK
    assert printed.startswith("Forgotten: 0 link_codes, 0 spendings")


async def test_reseal_says_what_it_did_and_how_long_the_old_key_is_needed(operator: Operator) -> None:
    code, printed, _ = await operator.runs(tending.run_reseal)
    assert code == OK
    assert "3 company_contacts, 0 links" in printed
    assert "Keep the old key" in printed


async def test_t16_an_export_is_json_and_in_a_file_for_its_owner_alone(
    operator: Operator, tmp_path: Path
) -> None:
    code, printed, _ = await operator.runs(tending.run_person_export, ANAS_KEY, None)
    assert code == OK
    assert json.loads(printed)["links"][0]["company"] == "Northwind Industrial Ltda"
    file = tmp_path / "ana.json"
    assert (await operator.runs(tending.run_person_export, ANAS_KEY, file))[0] == OK
    assert json.loads(file.read_text()) == json.loads(printed)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_an_export_that_cannot_be_written_says_so(operator: Operator, tmp_path: Path) -> None:
    code, printed, said = await operator.runs(tending.run_person_export, ANAS_KEY, tmp_path / "no" / "file")
    assert (code, printed) == (FAILED, "")
    assert "cannot be written" in said


async def test_nobody_is_erased_by_mistake(operator: Operator) -> None:
    code, _, said = await operator.runs(tending.run_person_erase, ANAS_KEY, False)
    assert code == USAGE_ERROR
    assert "--yes" in said
    assert (await operator.linking.access(ANA)).companies
    code, printed, _ = await operator.runs(tending.run_person_erase, ANAS_KEY, True)
    assert code == OK
    assert "erased-" in printed
    assert "Kept" not in printed
    assert not (await operator.linking.access(ANA)).companies


@pytest.mark.parametrize("who", ["ana", "slack:U0ANA", "telegram:T1/42", "", "console:operator"])
async def test_whoever_is_no_person_is_refused(operator: Operator, who: str) -> None:
    for command, more in (
        (tending.run_person_export, (None,)),
        (tending.run_person_erase, (True,)),
        (tending.run_staff_remove, ()),
    ):
        assert (await operator.runs(command, who, *more))[0] == USAGE_ERROR
    assert (await operator.runs(tending.run_staff_add, who, group=False, admin=True))[0] == USAGE_ERROR


async def test_the_operator_says_how_far_somebody_sees(operator: Operator) -> None:
    rows = [CompanyRow(erp="erp", erp_key="551", name="Curitiba", parent_key="55")]
    await operator.linking.import_companies(rows)

    async def linked(**more: str) -> tuple[int, str, str]:
        return await operator.runs(
            commands.run_link, as_user="telegram:42", company="55", name="", role="", **more
        )

    code, printed, _ = await linked(reach="unit", branch="551")
    assert (code, printed) == (
        OK,
        "telegram:42 now sees the orders of Northwind Industrial Ltda, as buyer; reach: unit.\n",
    )
    (company,) = (await operator.linking.access(ChatUser(Platform.TELEGRAM, "42"))).companies
    assert company.scope.keys == ("551",)
    assert (await linked(reach="own", contact=" Ana Souza "))[0] == OK
    (company,) = (await operator.linking.access(ChatUser(Platform.TELEGRAM, "42"))).companies
    assert (company.scope.keys, company.scope.placed_by) == (("55",), "Ana Souza")
    for wrong in ({"reach": "all"}, {"reach": "unit"}, {"reach": "own"}, {"branch": "551"}):
        assert (await linked(**wrong))[0] == USAGE_ERROR
    code, _, said = await linked(reach="unit", branch="56")
    assert code != OK
    assert "no active branch with key 56" in said


async def test_staff_are_named_listed_and_removed(operator: Operator) -> None:
    assert "Nobody yet" in (await operator.runs(tending.run_staff_list))[1]
    assert (await operator.runs(tending.run_staff_add, "telegram:42", group=False, admin=True))[0] == OK
    assert (await operator.runs(tending.run_staff_list))[1].startswith("telegram:42, admin, since ")
    assert "no longer staff" in (await operator.runs(tending.run_staff_remove, "telegram:42"))[1]
    assert "was not among" in (await operator.runs(tending.run_staff_remove, "telegram:42"))[1]


async def test_slack_staff_are_vouched_for_by_slack(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, said = await operator.runs(
        tending.run_staff_add, "slack:T0SUPPLIER/U0SOFIA", group=False, admin=True
    )
    assert code == FAILED
    assert "no full member" in said
    platform = ThePlatform()

    @asynccontextmanager
    async def memberships(_: Settings) -> AsyncIterator[dict[Platform, ThePlatform]]:
        yield {Platform.SLACK: platform}

    monkeypatch.setattr(tending, "open_memberships", memberships)
    add = ("slack:T0SUPPLIER/U0SOFIA",)
    assert (await operator.runs(tending.run_staff_add, *add, group=False, admin=True))[0] == OK
    assert "slack:T0SUPPLIER/U0SOFIA, admin" in (await operator.runs(tending.run_staff_list))[1]
    platform.standings[BRUNO] = Standing.MEMBER
    of_customer = ("slack:T0CUSTOMER/U0BRUNO",)
    assert (await operator.runs(tending.run_staff_add, *of_customer, group=False, admin=False))[0] == FAILED


async def test_a_closed_company_is_seen_by_nobody(operator: Operator) -> None:
    assert (await operator.runs(tending.run_company_state, "55", "closed"))[0] == OK
    assert not (await operator.linking.access(ANA)).companies
    assert (await operator.runs(tending.run_company_state, "55", "active"))[0] == OK
    assert (await operator.linking.access(ANA)).companies
    assert (await operator.runs(tending.run_company_state, "55", "shut"))[0] == USAGE_ERROR
    assert (await operator.runs(tending.run_company_state, "99", "closed"))[0] != OK


async def test_the_audit_is_printed_newest_first_with_the_numbers_asked_for(operator: Operator) -> None:
    for number in ("PO-1", "PO-2"):
        await operator.linking.record(
            AuditEntry(user=ANA, act="lookup", outcome="found", company_id=1, subject=(number,))
        )
    code, printed, _ = await operator.runs(tending.run_audit, company_key="55", limit=2)
    assert code == OK
    lines = printed.splitlines()
    assert [line.rsplit("  ", 1)[1] for line in lines] == ["PO-2", "PO-1"]
    assert all(ANAS_KEY in line and "Northwind" in line for line in lines)
    assert "Nothing yet" in (await operator.runs(tending.run_audit, company_key="57", limit=2))[1]
    assert "link: operator" in (await operator.runs(tending.run_audit, company_key=None, limit=50))[1]


async def test_t12_what_people_typed_does_not_steer_the_terminal(operator: Operator) -> None:
    evil = "PO-1\x1b[2J\x9b31m\u202e\nforged line"
    await operator.linking.import_companies([CompanyRow(erp="erp", erp_key="55", name=f"North{evil}")])
    await operator.linking.record(
        AuditEntry(user=ANA, act="lookup", outcome="found", company_id=1, subject=(evil,))
    )
    printed = (await operator.runs(tending.run_audit, company_key="55", limit=1))[1]
    assert len(printed.splitlines()) == 1
    assert not set(printed) & {"\x1b", "\x9b", "\u202e"}


async def test_a_question_that_waits_is_exported_and_forgotten_with_its_person(operator: Operator) -> None:
    books, now = operator.linking.books, utc_now()
    kept = Kept(books.store, books.keys, lasts=timedelta(hours=2), places={})
    question = KeptQuestion(
        id="tg:1:000000000000001",
        sender=ANA,
        erps=("erp",),
        company_id=1,
        wanted=Asked("where is PO-7782?"),
        conversation=Conversation(ANA.platform, "1"),
        handle={},
        seen_by=Audience.PERSON,
        locale="en",
        kept_at=now,
        until=now + timedelta(hours=2),
        not_before=now,
    )
    await kept.keep(question, "PO-7782")
    _, printed, _ = await operator.runs(tending.run_person_export, ANAS_KEY, None)
    assert json.loads(printed)["questions kept"][0]["wanted"]["text"] == "where is PO-7782?"
    await operator.runs(tending.run_person_erase, ANAS_KEY, True)
    assert await kept.find(question.id) is None
