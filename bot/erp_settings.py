"""The settings of one ERP: `ORDERBOT_ERP_…` for the first, `ORDERBOT_<NAME>_ERP_…` for each further one."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ORDERBOT_ERP_"


class ErpSettings(BaseSettings):
    """How one ERP is reached, what it may do, and how it reads. Some fields matter to some kinds only."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    kind: Literal["vtex-b2b", "tryton", "odoo", "erpnext"] = Field(
        "vtex-b2b", description="Which interface the ERP speaks: `vtex-b2b`, `tryton`, `odoo` or `erpnext`."
    )
    name: str = Field("erp", description="A short id for this ERP, stored with links.")
    url: str = Field("", description="Base address; a full `…/api/v1/pedido/pesquisa` works too.")
    token: SecretStr = Field(
        SecretStr(""), description="The ERP's token or API key; `key:secret` for ERPNext."
    )
    login: str = Field("", description="User the key belongs to: Odoo before 19, Tryton before 8.")
    database: str = Field("", description="Database: Tryton; Odoo where a host serves several.")
    time_zone: str = Field("UTC", description="IANA zone of dates the ERP sends without one.")
    currency: str = Field("BRL", min_length=3, max_length=3, description="Currency of amounts without one.")
    timeout_seconds: float = Field(10.0, gt=0, le=120, description="Deadline for one call.")
    concurrency: int = Field(
        8, ge=1, le=200, description="Questions, and as many downloads, with the ERP at once per process."
    )
    per_second: float = Field(
        0, ge=0, le=1000, description="HTTP requests a second to the ERP per process; 0: no limit."
    )
    waiting: int = Field(
        500, ge=0, le=100_000, description="Questions that may wait for their turn; more are refused at once."
    )
    cache_seconds: float = Field(15.0, ge=0, le=600, description="How long an answer is reused.")
    breaker_failures: int = Field(
        5, ge=1, le=100, description="After so many questions in a row without an answer the ERP is let be …"
    )
    breaker_seconds: float = Field(
        10.0, ge=0.1, le=3600, description="… for so long; then one question tries whether it is back."
    )
    last_known_minutes: float = Field(
        240, ge=0, le=10_080, description="How long the last answer is shown while the ERP is away; 0: never."
    )
    label: str = Field(
        "", description="What customers may call this ERP's part of their orders, such as `Spare parts`."
    )
    document_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts (comma separated, `host` or `host:port`) that documents may come from, "
        "besides the ERP's own.",
    )
    tracking_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Hosts whose tracking links are shown; empty: any https host, shown with its name."
    )
    contacts: bool = Field(False, description="Ask the ERP who may be mailed a code.")
    web_number_field: str = Field(
        "", description="Field of an order that holds the web shop's number, where it is not the usual one."
    )
    access_key_field: str = Field(
        "", description="Tryton: field of an invoice that holds its NF-e access key, where there is one."
    )
    branches: bool = Field(
        False, description="Odoo: a company's orders are its branches' too; linking's own trees always work."
    )
    proforma: Literal["refuse", "label"] = Field(
        "refuse", description="Odoo: an invoice whose legal PDF was never made; `label` sends a pro forma."
    )
    supplier_companies: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Odoo, Tryton: ids of your own companies to ask for; empty: all the key sees."
    )
    print_format: str = Field("", description="ERPNext: print format of invoices; empty: the default one.")
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Long random word with which this ERP says at `/erp/<name>/changed` that an order "
        "changed; empty: it is not listened to.",
    )
    ca_file: Path | None = Field(
        None, description="Certificates (PEM) to trust besides the usual ones, for a self-signed ERP."
    )

    @field_validator("document_hosts", "tracking_hosts", "supplier_companies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split(value)

    @field_validator("webhook_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < 20:
            raise ValueError("use at least 20 random characters")
        return secret

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        return zone_name(name)

    @field_validator("ca_file", mode="before")
    @classmethod
    def _may_be_empty(cls, value: object) -> object:
        return value or None

    @field_validator("ca_file")
    @classmethod
    def _is_there(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError("there is no such file")
        return file


def further_erp(name: str, **sources: Any) -> ErpSettings:
    """The settings of a further ERP, by its name: letters, digits and `_`."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,29}", name):
        raise ValueError(f"{name!r} is no name for an ERP: use letters, digits and _")
    return ErpSettings(_env_prefix=prefix_of(name), name=name.lower(), **sources)


def prefix_of(name: str) -> str:
    return f"ORDERBOT_{name.upper()}_ERP_"


def split(value: object) -> object:
    """A comma-separated setting as its parts."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def zone_name(name: str) -> str:
    """The name of a time zone; raises ValueError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:  # OSError: a folder of zones, "Brazil"
        raise ValueError(f"{name!r} is not an IANA time zone such as America/Sao_Paulo") from wrong
    return name
