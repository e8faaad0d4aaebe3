"""Settings of one ERP and of several: read from the environment, and explained when wrong."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from bot.erps import make_erps
from bot.keys import Keys
from bot.settings import Settings, explain


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_one_erp_has_the_plain_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBOT_ERP_URL", "https://erp.example")
    monkeypatch.setenv("ORDERBOT_ERP_TIME_ZONE", "America/Sao_Paulo")
    settings = Settings()
    assert [(erp.name, erp.url, erp.time_zone) for erp in settings.erps.values()] == [
        ("erp", "https://erp.example", "America/Sao_Paulo")
    ]


def test_a_further_erp_has_its_name_in_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBOT_ERP_URL", "https://erp.example")
    monkeypatch.setenv("ORDERBOT_MORE_ERPS", "south")
    monkeypatch.setenv("ORDERBOT_SOUTH_ERP_URL", "https://south.example")
    settings = Settings()
    erps = make_erps(settings, Keys([Fernet.generate_key().decode()]))
    assert [erp.name for erp in erps] == ["erp", "south"]
    assert list(settings.erps) == ["ORDERBOT_ERP_", "ORDERBOT_SOUTH_ERP_"]


def test_a_further_erp_without_an_address_is_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBOT_MORE_ERPS", "south")
    sentences = [one for one in Settings().missing() if "_ERP_" in one]
    assert [one.partition(":")[0] for one in sentences] == ["ORDERBOT_ERP_URL", "ORDERBOT_SOUTH_ERP_URL"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ORDERBOT_ERP_TIME_ZONE", "Brazil", "ORDERBOT_ERP_TIME_ZONE: 'Brazil' is not an IANA time zone"),
        ("ORDERBOT_SOUTH_ERP_CURRENCY", "secret", "CURRENCY"),
        ("ORDERBOT_SOUTH_ERP_CA_FILE", "/nowhere/ca.pem", "CA_FILE: there is no such file"),
        ("ORDERBOT_MORE_ERPS", "south,South", "two ERPs have one name"),
        ("ORDERBOT_MORE_ERPS", "../south", "is no name for an ERP"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBOT_MORE_ERPS", "south")
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    explained = explain(raised.value)
    assert said in explained
    assert value != "secret" or value not in explained
