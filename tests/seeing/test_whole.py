"""A bot that is used, and what its operator sees of it: log, metrics, traces, health, failures."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.events import ANA, BRUNO
from bot.demo.ports import free_ports
from bot.demo.run import Scene, setting
from tests.seeing.collector import Collector, attributes, collecting
from tests.whole.conftest import eventually
from tests.whole.nursery import bot_process
from tests.whole.test_kill import a_bot as a_bot_of

MEASURED = re.compile(r'"(timestamp|seconds|port)": "?[0-9T:.Z-]+"?')
TOKEN = "a-token-for-prometheus"
SAID = "Where on earth is PO-7782 please, says the Tamandua?"


@dataclass
class Used:
    """What was left behind by people who wrote to the bot, which has ended by now."""

    scene: Scene
    log: str
    metrics: dict[str, float]
    refused: list[int]
    ready: dict[str, Any]
    headers: dict[str, str]
    collector: Collector

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]

    def counted(self, name: str, **labels: str) -> float:
        """The sum of a metric's series that have these labels."""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        return sum(
            value
            for series, value in self.metrics.items()
            if series.partition("{")[0] == name and all(one in series for one in wanted)
        )


@pytest.fixture(scope="module")
async def used(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Used]:
    folder: Path = tmp_path_factory.mktemp("seen")
    with collecting() as collector:
        async with setting(port=0, folder=folder, tell=print) as scene:
            scene = _seen(scene, collector.url)
            ops = f"http://127.0.0.1:{scene.environment['ORDERBOT_OPS_PORT']}"
            async with a_bot_of("serve", scene) as process, httpx.AsyncClient(trust_env=False) as client:
                await _conversation(scene)
                refused = [
                    (await client.get(f"{scene.bot_url}/metrics", headers=headers)).status_code
                    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN})
                ]
                bearer = {"authorization": f"Bearer {TOKEN}"}
                page = await client.get(f"{scene.bot_url}/metrics", headers=bearer)
                aside = await client.get(f"{ops}/metrics", headers=bearer)
                assert page.status_code == aside.status_code == 200
                ready = await client.get(f"{ops}/readyz")
                process.terminate()
                await asyncio.to_thread(process.join, 20)
            yield Used(
                scene=scene,
                log=(scene.place / "bot.log").read_text(),
                metrics=_read(page.text),
                refused=refused,
                ready=ready.json(),
                headers=dict(page.headers),
                collector=collector,
            )


async def _conversation(scene: Scene) -> None:
    slack, telegram = scene.stage.slack, scene.stage.telegram
    assert await slack.say(ANA.id, ANA.slack_dm, SAID) == 200
    await eventually(lambda: len(slack.sees(ANA.id, ANA.slack_dm)) >= 2)
    assert await slack.say(ANA.id, ANA.slack_dm, "invoice of PO-7782") == 200
    await eventually(lambda: any(one.get("files") for one in slack.sees(ANA.id, ANA.slack_dm)))
    assert await slack.say(BRUNO.id, BRUNO.slack_dm, BRUNO.email) == 200
    await eventually(lambda: bool(scene.stage.mailbox.mails(BRUNO.email)))
    assert await slack.say(BRUNO.id, BRUNO.slack_dm, "918273") == 200
    await eventually(lambda: len(slack.sees(BRUNO.id, BRUNO.slack_dm)) >= 4)
    for _ in range(200):
        if await telegram.say(ANA.id, "what is still open?") == 200:
            break
        await asyncio.sleep(0.05)
    await eventually(lambda: len(telegram.sees(ANA.id)) >= 2)
    # A person has the answer before the bot has written down that they do.
    await eventually(lambda: _times(scene, "message_done") == _times(scene, "message_kept"))


def _times(scene: Scene, event: str) -> int:
    return (scene.place / "bot.log").read_text().count(f'"event": "{event}"')


def _seen(scene: Scene, traces_url: str) -> Scene:
    (port,) = free_ports(1)
    more = {
        "ORDERBOT_OPS_PORT": str(port),
        "ORDERBOT_METRICS_TOKEN": TOKEN,
        "ORDERBOT_TRACES_URL": traces_url,
    }
    return Scene(
        url=scene.url, stage=scene.stage, place=scene.place, environment={**scene.environment, **more}
    )


def _read(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{key}="{value}"' for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


async def test_the_log_holds_no_name_no_text_no_address_and_no_token(used: Used) -> None:
    environment = used.scene.environment
    secrets = [value for name, value in environment.items() if "TOKEN" in name or "SECRET" in name]
    people = [word for person in (ANA, BRUNO) for word in (person.name, person.email, *person.name.split())]
    numbers = ["7782", "Tamandua", "Northwind", "918273", "still open"]
    said = [*(one for one in secrets if one), *people, *numbers]
    assert len(secrets) >= 4
    # Clocks, and ids that platforms make, have any four digits now and then.
    log = MEASURED.sub("", used.log)
    bodies = list(used.collector.bodies)
    for id in {str(event["message"]) for event in used.events if "message" in event}:
        log, bodies = log.replace(id, ""), [body.replace(id.encode(), b"") for body in bodies]
    assert [word for word in said if word.lower() in log.lower()] == []
    assert [word for word in said if any(word.encode() in body for body in bodies)] == []


async def test_one_id_leads_from_the_event_to_its_delivery(used: Used) -> None:
    first = next(event for event in used.events if event["event"] == "message_kept")
    told = [event["event"] for event in used.events if event.get("message") == first["message"]]
    assert told[0] == "message_kept"
    assert {"erp_asked", "audited", "answered", "composed", "delivery_tried"} <= set(told)
    assert told[-1] == "message_done"
    kept = [event["message"] for event in used.events if event["event"] == "message_kept"]
    done = [event["message"] for event in used.events if event["event"] == "message_done"]
    assert sorted(kept) == sorted(done)


async def test_metrics_count_what_was_done(used: Used) -> None:
    assert used.counted("orderbot_events_total", platform="slack", kind="asked") == 4
    assert used.counted("orderbot_events_total", platform="telegram", kind="asked") == 1
    assert used.counted("orderbot_questions_total", intent="find_orders", outcome="found") == 1
    assert used.counted("orderbot_questions_total", intent="get_documents") == 1
    assert used.counted("orderbot_files_total", outcome="sent") >= 1
    assert used.counted("orderbot_links_total", act="code_request") == 1
    assert used.counted("orderbot_links_total", act="code_fail") == 1
    assert used.counted("orderbot_erp_asked_total", erp="demo", operation="question", outcome="ok") >= 3
    assert used.counted("orderbot_erp_asked_total", erp="demo", operation="document", outcome="ok") >= 1
    assert used.counted("orderbot_erp_seconds_count", erp="demo") >= 4
    assert used.counted("orderbot_erp_available", erp="demo") == 1
    assert used.counted("orderbot_deliveries_total", platform="slack", outcome="done") >= 5
    # What was asked, and what the bot said of itself.
    assert used.counted("orderbot_message_seconds_count", platform="slack") >= 4
    assert used.counted("orderbot_queue_waiting") == 0


async def test_metrics_are_for_who_has_the_token(used: Used) -> None:
    assert used.refused == [401, 401, 401]
    assert used.headers["x-content-type-options"] == "nosniff"
    assert used.headers["cache-control"] == "no-store"


async def test_readiness_names_what_it_looked_at(used: Used) -> None:
    assert used.ready["state"] == "ok"
    assert {name for name in used.ready if name != "state"} == {
        "database", "migrations", "queue", "worker", "erp_demo",
    }  # fmt: skip


async def test_a_trace_spans_the_way_from_door_to_delivery(used: Used) -> None:
    first = next(event["message"] for event in used.events if event["event"] == "message_kept")
    spans = used.collector.of(first)
    root = next(span for span in spans if span.name == "message_kept")
    assert not root.parent_span_id
    assert {span.trace_id for span in spans} == {root.trace_id}
    others = [span for span in spans if span is not root]
    assert {span.parent_span_id for span in others} == {root.span_id}
    assert {"erp_asked", "composed", "delivery_tried", "message_done"} <= {span.name for span in others}
    erp = next(span for span in others if span.name == "erp_asked")
    assert attributes(erp)["erp"] == "demo"
    assert erp.end_time_unix_nano > erp.start_time_unix_nano


async def test_a_database_of_yesterday_is_not_ready(used: Used, tmp_path: Path) -> None:
    store = Path(used.scene.environment["ORDERBOT_DATABASE_URL"].removeprefix("sqlite:///"))
    with sqlite3.connect(store) as connection:
        (now,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    process = bot_process("serve", used.scene.environment, used.scene.place / "bot.log")
    process.start()
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await _eventually_answers(client, f"{used.scene.bot_url}/readyz")
    finally:
        process.kill()
        process.join()
        with sqlite3.connect(store) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (now,))
    assert answer.status_code == 503
    told = answer.json()
    assert told["migrations"] == {
        "state": "failed", "reason": "run_orderbot_migrate", "is": "0001", "needs": now,
    }  # fmt: skip


async def _eventually_answers(client: httpx.AsyncClient, url: str) -> httpx.Response:
    for _ in range(400):
        try:
            return await client.get(url)
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError("It did not start.")
