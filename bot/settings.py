"""Every setting, in one typed class, checked at start.

Values come from the environment (`ORDERBOT_…`) or a `.env` file beside the process.
"""

import re
from functools import cached_property
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.erp_settings import PREFIX, ErpSettings, further_erp, prefix_of, split, zone_name


class Settings(BaseSettings):
    """All settings; an invalid one fails at start with a message that says what to set."""

    model_config = SettingsConfigDict(
        env_prefix="ORDERBOT_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    # The supplier
    supplier_name: str = Field("the supplier", description="Your company's name, as customers know it.")
    support_contact: str = Field("", description="Mail or phone of a person who can help further.")
    default_locale: Literal["en", "pt-BR", "es"] = Field("en", description="When the chat does not tell.")
    default_time_zone: str = Field("UTC", description="IANA time zone, when the chat does not tell.")

    # Store and queue
    database_url: str = Field(
        "sqlite:///var/orderbot.db",
        description="`sqlite:///path` (one process) or `postgresql://user:password@host/name` (many).",
    )
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Fernet keys, comma separated, newest first. Make one with `orderbot secret-key`.",
    )
    queue_poll_seconds: float = Field(0.1, ge=0.01, le=5, description="How often the queue is looked at.")
    worker_concurrency: int = Field(50, ge=1, le=500, description="Questions answered at once per process.")
    executor_id: str = Field("", description="Unique per live worker process; empty: made at start.")

    # Web
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        "",
        description="Where browsers reach this bot, `https://bot.example.com`; empty: no pages, and no links "
        "to them.",
    )
    pages_framed_by: str = Field(
        "https://web.telegram.org",
        description="Origins that may show the orders' page in a frame, separated by spaces.",
    )

    # Seeing
    ops_host: str = Field("127.0.0.1", description="Address of the operator's pages, where they have one.")
    ops_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of `/healthz`, `/readyz` and `/metrics` for operators, also of a worker; 0: none.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token for `/metrics`, also on the public port; empty: only on the operator's.",
    )
    traces_url: str = Field(
        "",
        description="Where OpenTelemetry traces go, `http://collector:4318/v1/traces`; empty: nowhere. "
        "Needs `orderbot[traces]`.",
    )

    # ERP
    erp: ErpSettings = Field(default_factory=ErpSettings, description="The first ERP, or the only one.")
    more_erps: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Names of further ERPs, comma separated; each has the settings above as "
        "`ORDERBOT_<NAME>_ERP_…`.",
    )
    keep_questions_minutes: int = Field(
        120,
        ge=0,
        le=1440,
        description="How long a question waits for an ERP that does not answer; 0: it does not wait.",
    )
    watch_seconds: float = Field(
        300.0, ge=1, le=86400, description="How often watched orders are looked at, per company."
    )
    document_max_megabytes: int = Field(
        200,
        ge=1,
        le=2000,
        description="Largest document handed over; in Telegram by a link where it is over 50 MB.",
    )

    # Who gets in, and for how long
    ways_in: Annotated[
        tuple[Literal["email_code", "invitation", "phone", "workspace", "channel", "staff"], ...], NoDecode
    ] = Field(
        ("email_code", "invitation", "phone", "workspace", "channel", "staff"),
        description="Ways to link that are open, comma separated.",
    )
    link_days: int = Field(90, ge=1, le=730, description="A link must be proved again after so many days.")
    phone_region: str = Field(
        "", description="Country (ISO 3166, `BR`) of phone numbers the ERP writes without a country code."
    )
    keep_audit_days: int = Field(730, ge=30, le=3650, description="How long the audit is kept.")
    keep_ended_links_days: int = Field(
        365, ge=1, le=3650, description="How long ended links, ties, requests and invitations are kept."
    )
    keep_numbers_days: int = Field(
        730, ge=0, description="How far back order numbers are known for “did you mean”; 0: not at all."
    )

    # Slack
    slack_bot_token: SecretStr = Field(SecretStr(""), description="`xoxb-…`; empty: Slack is off.")
    slack_mode: Literal["http", "socket"] = Field("http", description="`socket` needs no public URL.")
    slack_app_token: SecretStr = Field(
        SecretStr(""), description="`xapp-…` with `connections:write`, for `socket`."
    )
    slack_client_id: str = Field(
        "", description="Basic Information → Client ID; with it anybody can install the app in a workspace."
    )
    slack_client_secret: SecretStr = Field(SecretStr(""), description="Basic Information → Client Secret.")
    slack_install_url: str = Field(
        "", description="`https://…` under which `/slack/install` of this bot is reached, with a client id."
    )
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Basic Information → Signing Secret.")
    slack_api_url: str = Field("https://slack.com/api/", description="For proxies and tests.")
    slack_more_bot_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Tokens for further workspaces, `T0123=xoxb-…`, comma separated."
    )
    slack_staff_workspace: str = Field(
        "", description="Id of your own workspace (`T…` or `E…`): only its members can be staff."
    )
    order_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses of orders in your portal or shop, comma separated, such as "
        "`https://shop.example/orders/{number}`: posted in Slack, they open beside the chat.",
    )
    slack_files_in_tied_channels: bool = Field(
        False,
        description="Documents asked for in a channel tied to their company are posted there, if everybody "
        "in it may have them.",
    )
    slack_command: str = Field("/order", description="The slash command's name.")

    # Telegram
    telegram_bot_token: SecretStr = Field(SecretStr(""), description="From @BotFather; empty: off.")
    telegram_mode: Literal["webhook", "polling"] = Field(
        "webhook", description="`polling` needs no public URL."
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="1 to 256 of A-Z a-z 0-9 _ -; given to setWebhook as secret_token."
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="For a self-hosted Bot API server, and tests."
    )
    telegram_file_megabytes: int = Field(
        0,
        ge=0,
        le=2000,
        description="Largest file it takes; 0: 50 at Telegram's own server, 2000 at one of yours.",
    )
    telegram_messages_per_second: int = Field(
        30, ge=0, description="What Telegram allows a bot, shared among workers; 0: no pacing at all."
    )
    telegram_quiet_hours: str = Field(
        "21:00-07:00",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$",
        description="When watches arrive without a sound, by the reader's clock; empty: never.",
    )
    telegram_protect_content: bool = Field(
        False, description="Documents may not be forwarded or saved in Telegram's own apps."
    )
    telegram_placeholder: bool = Field(
        False,
        description="Answers appear in a message sent ahead: none comes twice, each takes two calls.",
    )

    # Mail
    smtp_host: str = Field("", description="Empty: no mail, so no linking by e-mail code.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_username: str = Field("", description="Empty: no login.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password for that login.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field("starttls", description="`none` on loopback only.")
    mail_from: str = Field("", description="Sender of codes, `Orders <orders@supplier.example>`.")

    @field_validator(
        "secret_keys", "more_erps", "ways_in", "order_urls", "slack_more_bot_tokens", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return split(value)

    @field_validator("secret_keys", mode="after")
    @classmethod
    def _are_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            try:
                Fernet(key.get_secret_value())
            except ValueError as wrong:
                raise ValueError("not a Fernet key; make one with `orderbot secret-key`") from wrong
        return keys

    @field_validator("slack_more_bot_tokens", mode="after")
    @classmethod
    def _name_their_workspace(cls, tokens: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(re.fullmatch(r"[TE][A-Z0-9]+=\S+", token.get_secret_value()) for token in tokens):
            raise ValueError("write each as T0123=xoxb-…, separated by commas")
        return tokens

    @field_validator("order_urls", mode="after")
    @classmethod
    def _are_addresses_of_orders(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"https://[a-z0-9.-]+/[^{}\s]*\{number\}[^{}\s]*", url) for url in urls):
            raise ValueError("write each with https and one {number}: https://shop.example/orders/{number}")
        if len({urlsplit(url).hostname for url in urls}) > 5:
            raise ValueError("Slack takes addresses of at most five hosts")
        return urls

    @field_validator("phone_region")
    @classmethod
    def _is_region(cls, region: str) -> str:
        if not re.fullmatch(r"([A-Z]{2})?", region):
            raise ValueError("write a country as two capital letters, such as BR")
        return region

    @field_validator("public_url")
    @classmethod
    def _is_public_url(cls, url: str) -> str:
        parts = urlsplit(url)
        plain = not (parts.query or parts.fragment or parts.username or parts.path.strip("/"))
        # Without TLS a session could be read on its way; on this machine alone there is no way.
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        )
        if url and not (safe and plain and parts.hostname):
            raise ValueError("write an address such as https://bot.example.com, without a path")
        return url.rstrip("/")

    @field_validator("pages_framed_by")
    @classmethod
    def _are_origins(cls, origins: str) -> str:
        if not all(re.fullmatch(r"https?://[A-Za-z0-9.*:\-]+", one) for one in origins.split()):
            raise ValueError("write origins such as https://web.telegram.org, separated by spaces")
        return " ".join(origins.split())

    @field_validator("default_time_zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        return zone_name(name)

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _is_webhook_secret(cls, secret: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret.get_secret_value()):
            raise ValueError("use 1 to 256 of A-Z a-z 0-9 _ -")
        return secret

    @model_validator(mode="after")
    def _erps_are_right(self) -> Self:
        try:
            names = [erp.name for erp in self.erps.values()]
        except ValidationError as wrong:
            raise ValueError("; ".join(_wrong(wrong, prefix_of("<name>")))) from None
        if len(set(names)) < 1 + len(self.more_erps):
            raise ValueError("ORDERBOT_MORE_ERPS: two ERPs have one name")
        return self

    @cached_property
    def erps(self) -> dict[str, ErpSettings]:
        """Every ERP by the prefix of its settings, the first one first."""
        return {PREFIX: self.erp} | {prefix_of(name): further_erp(name) for name in self.more_erps}

    @cached_property
    def on_sqlite(self) -> bool:
        return urlsplit(self.database_url).scheme.startswith("sqlite")

    @property
    def slack_tokens_by_workspace(self) -> dict[str, str]:
        """Tokens of further workspaces by their ids."""
        pairs = (token.get_secret_value().partition("=") for token in self.slack_more_bot_tokens)
        return {workspace: token for workspace, _, token in pairs}

    @property
    def slack_on(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value()) or self.slack_installable

    @property
    def slack_installable(self) -> bool:
        """Whether workspaces install the app themselves, instead of having their tokens set here."""
        return bool(self.slack_client_id)

    @property
    def telegram_on(self) -> bool:
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def mail_on(self) -> bool:
        return bool(self.smtp_host)

    def missing(self) -> tuple[str, ...]:
        """What must still be set before the bot can run, one sentence each."""
        sentences = []
        if not self.secret_keys:
            sentences.append("ORDERBOT_SECRET_KEYS: make a key with `orderbot secret-key`.")
        sentences += [
            f"{prefix}URL: the base address of the ERP's interface."
            for prefix, erp in self.erps.items()
            if not erp.url
        ]
        if not (self.slack_on or self.telegram_on):
            sentences.append("ORDERBOT_SLACK_BOT_TOKEN or ORDERBOT_TELEGRAM_BOT_TOKEN: at least one chat.")
        sentences += self._missing_of_slack()
        if (
            self.telegram_on
            and self.telegram_mode == "webhook"
            and not self.telegram_webhook_secret.get_secret_value()
        ):
            sentences.append("ORDERBOT_TELEGRAM_WEBHOOK_SECRET: any long random word of A-Z a-z 0-9 _ -.")
        if self.mail_on and not self.mail_from:
            sentences.append("ORDERBOT_MAIL_FROM: the sender of codes, `Orders <orders@supplier.example>`.")
        return tuple(sentences)

    def _missing_of_slack(self) -> list[str]:
        sentences = []
        if self.slack_on and self.slack_mode == "http" and not self.slack_signing_secret.get_secret_value():
            sentences.append("ORDERBOT_SLACK_SIGNING_SECRET: api.slack.com/apps, Basic Information.")
        if self.slack_on and self.slack_mode == "socket" and not self.slack_app_token.get_secret_value():
            sentences.append("ORDERBOT_SLACK_APP_TOKEN: Basic Information, App-Level Tokens.")
        if self.slack_installable and not self.slack_client_secret.get_secret_value():
            sentences.append("ORDERBOT_SLACK_CLIENT_SECRET: api.slack.com/apps, Basic Information.")
        if self.slack_installable and not self.slack_install_url:
            sentences.append("ORDERBOT_SLACK_INSTALL_URL: the https address people reach this bot at.")
        return sentences


def explain(errors: ValidationError) -> str:
    """What is wrong with the settings, one line each, without echoing a value."""
    prefix = PREFIX if errors.title == ErpSettings.__name__ else "ORDERBOT_"
    return "\n".join(["The settings are not right:", *(f"  {line}" for line in _wrong(errors, prefix))])


def _wrong(errors: ValidationError, prefix: str) -> list[str]:
    found = errors.errors(include_input=False, include_url=False)
    told = [(error["loc"], error["msg"].removeprefix("Value error, ")) for error in found]
    return [f"{prefix}{str(where[0]).upper()}: {what}" if where else what for where, what in told]


def settings_markdown() -> str:
    """Every setting as a row of a Markdown table."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        if name == "erp":
            rows += [_row(PREFIX, *one) for one in ErpSettings.model_fields.items()]
        else:
            rows.append(_row("ORDERBOT_", name, field))
    return "\n".join(rows)


def _row(prefix: str, name: str, field: FieldInfo) -> str:
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if isinstance(default, tuple):
        default = ",".join(str(one) for one in default)
    shown = "" if default in ("", None) else f"`{default}`"
    return f"| `{prefix}{name.upper()}` | {shown} | {field.description} |"
