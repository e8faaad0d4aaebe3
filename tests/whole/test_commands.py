"""The `orderbot` command as an operator runs it, beside a running bot."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import defusedxml.ElementTree
import pypdf
import pytest

from tests.whole.conftest import World

ORDERBOT = (sys.executable, "-m", "bot")


def outside(**settings: str) -> dict[str, str]:
    """This environment without any setting of a bot but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDERBOT_")}
    return kept | settings


async def orderbot(
    *arguments: str, environment: Mapping[str, str], folder: Path, umask: int = -1
) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [*ORDERBOT, *arguments],
        env=dict(environment),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        umask=umask,
    )


def saved(folder: Path, ending: str) -> list[Path]:
    return sorted(folder.glob(f"*.{ending}"))


async def test_ask_goes_the_whole_way_and_saves_the_files(world: World, tmp_path: Path) -> None:
    done = await orderbot(
        "ask",
        "danfe and xml of PO-7782",
        "--as",
        "slack:T0CUSTOMER/U0ANA",
        environment=world.show.environment,
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("4 documents of order 104233:")
    pdfs, xmls = saved(tmp_path, "pdf"), saved(tmp_path, "xml")
    assert [len(pypdf.PdfReader(pdf).pages) for pdf in pdfs] == [1, 1]
    roots = [defusedxml.ElementTree.parse(xml).getroot().tag for xml in xmls]
    assert [root.rpartition("}")[2] for root in roots] == ["nfeProc", "nfeProc"]


async def test_databases_and_saved_files_are_for_whoever_runs_the_bot_alone(
    world: World, tmp_path: Path
) -> None:
    """Also where no unit file says so: from a Procfile, in a container, by hand."""
    fresh = {**world.show.environment, "ORDERBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'fresh.db'}"}
    asked = ("ask", "danfe of PO-7782", "--as", "slack:T0CUSTOMER/U0ANA")
    for command, environment in ((("migrate",), fresh), (asked, world.show.environment)):
        done = await orderbot(*command, environment=environment, folder=tmp_path, umask=0o022)
        assert done.returncode == 0, done.stderr
    made = saved(tmp_path, "*")
    assert {".db", ".pdf"} <= {file.suffix for file in made}
    assert [file.name for file in made if file.stat().st_mode & 0o077] == []


async def test_ask_has_the_access_of_that_person_and_no_other(world: World, tmp_path: Path) -> None:
    done = await orderbot(
        "ask", "PO-7782", "--as", "telegram:999", environment=world.show.environment, folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("You are not linked to a company yet")
    wrong = await orderbot("ask", "x", "--as", "ana", environment=world.show.environment, folder=tmp_path)
    assert wrong.returncode == 2
    assert wrong.stderr.strip() == "Write the person as slack:T1/U1 or telegram:42."


async def test_check_finds_everything_in_order(world: World, tmp_path: Path) -> None:
    done = await orderbot("check", environment=world.show.environment, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["ok", name] for name in ("settings", "database", "inbox", "erp", "slack", "telegram", "mail")
    ]


async def test_check_says_what_is_wrong_and_what_to_do(world: World, tmp_path: Path) -> None:
    environment = {
        **world.show.environment,
        "ORDERBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}",
        "ORDERBOT_ERP_TOKEN": "wrong",
        "ORDERBOT_SLACK_BOT_TOKEN": "xoxb-wrong",
        "ORDERBOT_TELEGRAM_BOT_TOKEN": "8000000009:wrong-token-0123456789abcdefghijk",
        "ORDERBOT_SMTP_PORT": "1",
    }
    done = await orderbot("check", environment=environment, folder=tmp_path)
    assert done.returncode == 1
    findings = {line.split()[1]: line for line in done.stdout.splitlines() if line.startswith(("ok", "FAIL"))}
    assert findings["settings"].startswith("ok")
    for name in ("database", "inbox", "erp", "slack", "telegram", "mail"):
        assert findings[name].startswith("FAIL"), findings[name]
    assert done.stdout.count("→") == 6
    assert "Run `orderbot migrate`." in done.stdout
    assert "Check ORDERBOT_ERP_TOKEN." in done.stdout
    assert "wrong-token" not in done.stdout + done.stderr
    assert world.show.stage.telegram.excuse() == ["getMe: Unauthorized"]


async def test_companies_are_imported_from_a_file_and_people_linked(world: World, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "company_key,company_name,email,contact_name\n57,Meridian,diego.alves@meridian.example,Diego\n"
    )
    environment = world.show.environment
    done = await orderbot("companies", "import", str(file), environment=environment, folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Imported: 1 companies, 1 contacts.\n")
    done = await orderbot(
        "link", "--as", "telegram:777", "--company", "57", environment=environment, folder=tmp_path
    )
    assert (done.returncode, done.stdout) == (0, "telegram:777 now sees the orders of Meridian, as buyer.\n")
    done = await orderbot(
        "ask", "OC 2231/26", "--as", "telegram:777", environment=environment, folder=tmp_path
    )
    assert done.stdout.startswith("Order 104238 · OC 2231/26\nMeridian · found by your reference")


async def test_a_file_that_replaces_another_removes_who_is_not_in_it(world: World, tmp_path: Path) -> None:
    environment = world.show.environment
    head = "company_key,company_name,email\n"
    lines = ("57,Meridian,diego.alves@meridian.example\n", "57,Meridian,else@meridian.example\n")
    both, one = tmp_path / "both.csv", tmp_path / "one.csv"
    both.write_text(head + "".join(lines))
    one.write_text(head + lines[0])
    for file, removed in ((both, 0), (one, 1)):
        done = await orderbot(
            "companies", "import", str(file), "--replace", environment=environment, folder=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(f" contacts; {removed} contacts removed.\n")


async def test_a_second_bot_on_the_same_database_is_told_so(world: World, tmp_path: Path) -> None:
    environment = {**world.show.environment, "ORDERBOT_PORT": "0"}
    done = await orderbot("serve", environment=environment, folder=tmp_path)
    assert done.returncode == 78
    assert "Traceback" not in done.stderr
    told, logged = done.stderr.splitlines()[-2:]
    assert "orderbot" in told
    assert json.loads(logged)["reason"] == "InboxBusy"


async def test_without_settings_each_command_says_what_to_set(tmp_path: Path) -> None:
    done = await orderbot("serve", environment=outside(), folder=tmp_path)
    assert done.returncode == 78
    for name in ("SECRET_KEYS", "ERP_URL", "SLACK_BOT_TOKEN"):
        assert f"ORDERBOT_{name}" in done.stderr
    done = await orderbot("migrate", environment=outside(), folder=tmp_path)
    assert (done.returncode, "orderbot secret-key" in done.stderr) == (78, True)
    done = await orderbot("check", environment=outside(ORDERBOT_PORT="http"), folder=tmp_path)
    assert (done.returncode, "ORDERBOT_PORT" in done.stderr) == (78, True)
    assert "Traceback" not in done.stderr


AWAY = "postgresql://orderbot:a-password@127.0.0.1:9/orderbot"
"""Nothing listens on this port."""


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "failures", "retry X", "staff list"])
async def test_a_database_that_is_away_is_told_in_a_sentence(
    world: World, tmp_path: Path, command: str
) -> None:
    environment = {**world.show.environment, "ORDERBOT_PORT": "0", "ORDERBOT_DATABASE_URL": AWAY}
    done = await orderbot(*command.split(), environment=environment, folder=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "a-password" not in done.stdout + done.stderr
    told, *logged = reversed(done.stderr.splitlines())
    if command in ("serve", "worker"):
        assert json.loads(told) | {"event": "process_ended", "reason": "database_away"} == json.loads(told)
        told = logged[0]
    assert told.startswith("The database of ORDERBOT_DATABASE_URL cannot be used: ")
    assert "Connection refused" in told


@pytest.mark.parametrize("command", ["serve", "failures", "staff list"])
async def test_a_database_that_was_never_set_up_is_told_in_a_sentence(
    world: World, tmp_path: Path, command: str
) -> None:
    database = f"sqlite:///{tmp_path / 'new.db'}"
    environment = {**world.show.environment, "ORDERBOT_PORT": "0", "ORDERBOT_DATABASE_URL": database}
    done = await orderbot(*command.split(), environment=environment, folder=tmp_path)
    assert done.returncode == 78
    assert "Traceback" not in done.stderr
    assert "Run `orderbot migrate` and try again." in done.stderr


async def test_separate_processes_on_sqlite_are_refused_with_the_way_out(
    world: World, tmp_path: Path
) -> None:
    for command in ("web", "worker"):
        done = await orderbot(command, environment=world.show.environment, folder=tmp_path)
        assert done.returncode == 78
        assert "orderbot serve" in done.stderr


async def test_parse_prints_the_understood_question(tmp_path: Path) -> None:
    done = await orderbot(
        "parse", "invoice of PO-7782", "--locale", "en", environment=outside(), folder=tmp_path
    )
    question = json.loads(done.stdout)
    assert question["intent"] == "get_documents"
    assert question["references"] == [
        {
            "text": "PO-7782",
            "value": "PO-7782",
            "kinds": ["customer_reference", "order_number", "web_number"],
        }
    ]
    assert question["documents"] == ["invoice_pdf"]


async def test_parse_reads_with_the_clock_zone_and_locale_it_is_given(tmp_path: Path) -> None:
    async def parse(*words: str) -> subprocess.CompletedProcess[str]:
        return await orderbot("parse", *words, environment=outside(), folder=tmp_path)

    # It is already the 15th in Tokyo, and still the 14th in São Paulo.
    at = ("--now", "2026-07-14T22:30:00Z")
    east = json.loads((await parse("orders from today", *at, "--tz", "Asia/Tokyo")).stdout)
    west = json.loads((await parse("orders from today", *at, "--time-zone", "America/Sao_Paulo")).stdout)
    assert east["period"] == {"from": "2026-07-15", "to": "2026-07-15"}
    assert west["period"] == {"from": "2026-07-14", "to": "2026-07-14"}
    american = json.loads((await parse("orders since 03/04", *at, "--locale", "en-US")).stdout)
    assert american["period"] == {"from": "2026-03-04", "to": None}
    assert list(american) == [
        "intent", "references", "documents", "period", "filters", "language", "confidence"
    ]  # fmt: skip
    refused = await parse("4711", "--now", "yesterday")
    assert refused.returncode == 2
    assert "2026-07-15T12:00" in refused.stderr


async def test_the_slack_manifest_is_one_to_paste(tmp_path: Path) -> None:
    done = await orderbot(
        "manifest",
        "slack",
        "--public-url",
        "https://bot.example.com",
        environment=outside(ORDERBOT_SUPPLIER_NAME="Acme"),
        folder=tmp_path,
    )
    manifest = json.loads(done.stdout)
    assert manifest["settings"]["interactivity"]["request_url"] == "https://bot.example.com/slack/events"
    done = await orderbot(
        "manifest", "slack", "--public-url", "http://bot", environment=outside(), folder=tmp_path
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


async def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys, bot.cli; "
        "print([name for name in ('dbos', 'sqlalchemy', 'slack_bolt', 'telegram', 'httpx', 'pydantic') "
        "if name in sys.modules])"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
