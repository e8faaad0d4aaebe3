"""What `deploy/` asks Prometheus for exists, and operators find what an alert sends them to."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.seeing.counting import Meters

ROOT = Path(__file__).parents[2]
OF_A_FUNCTION = {"sum", "by", "rate", "increase", "histogram_quantile", "max", "min", "le"}


def told_metrics() -> set[str]:
    """Every series name a process may tell, of a histogram and counter with its endings."""
    names = set()
    for family in Meters().registry.collect():
        endings = {
            "counter": ("_total",),
            "histogram": ("_bucket", "_sum", "_count"),
            "gauge": ("",),
            "info": ("_info",),
        }[family.type]
        names |= {family.name + ending for ending in endings}
    return names


def dashboard_expressions() -> list[str]:
    board = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def alerts() -> list[dict[str, Any]]:
    text = yaml.safe_load((ROOT / "deploy/prometheus-alerts.yml").read_text())
    return [rule for group in text["groups"] for rule in group["rules"]]


def names_in(expression: str) -> set[str]:
    without_labels = re.sub(r"\{[^}]*\}|\bby \([^)]*\)", " ", expression)
    return set(re.findall(r"\b(?:orderbot|process)_[a-z_]+", without_labels))


@pytest.mark.parametrize("expression", [*dashboard_expressions(), *(rule["expr"] for rule in alerts())])
def test_every_metric_that_is_asked_for_exists(expression: str) -> None:
    assert names_in(expression)
    assert names_in(expression) <= told_metrics()
    assert expression.count("(") == expression.count(")")


def test_every_label_that_is_asked_for_exists() -> None:
    # Children exist only after the first event, so labels are read off the metrics themselves.
    for expression in [*dashboard_expressions(), *(rule["expr"] for rule in alerts())]:
        for group in re.findall(r"by \(([^)]*)\)", expression):
            wanted = {label.strip() for label in group.split(",")} - {"le", "instance"}
            assert wanted <= _labels_of(names_in(expression).pop())


def test_every_panel_and_alert_has_what_a_reader_needs() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "look"}
    board = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text())
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_every_event_an_alert_waits_for_is_one_the_bot_logs() -> None:
    sources = "\n".join(file.read_text() for file in (ROOT / "bot").rglob("*.py"))
    for rule in alerts():
        for events in re.findall(r'event=~?"([^"]+)"', rule["expr"]):
            for event in events.split("|"):
                kind, _, ending = event.rpartition("_")
                assert f'"{event}"' in sources or f'kind}}_{ending}"' in sources, (event, kind)


def _labels_of(series: str) -> set[str]:
    meters = Meters()
    for metric in vars(meters).values():
        name = getattr(metric, "_name", "")
        if name and series.startswith(name):
            return set(metric._labelnames)
    raise AssertionError(series)
