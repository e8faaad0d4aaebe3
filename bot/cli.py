"""The `orderbot` command. Everything heavy is imported by the command that needs it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.exits import CONFIGURATION_ERROR, USAGE_ERROR, say

if TYPE_CHECKING:
    from bot.settings import Settings

cli = typer.Typer(
    name="orderbot",
    help="Order status and documents for B2B customers, in Slack and Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
manifest_cli = typer.Typer(help="Print what a platform wants pasted.", no_args_is_help=True)
telegram_cli = typer.Typer(help="Tell Telegram about this bot.", no_args_is_help=True)
companies_cli = typer.Typer(help="Companies and their contacts.", no_args_is_help=True)
cli.add_typer(manifest_cli, name="manifest")
cli.add_typer(telegram_cli, name="telegram")
cli.add_typer(companies_cli, name="companies")
staff_cli = typer.Typer(help="Your own people who may look up any company.", no_args_is_help=True)
person_cli = typer.Typer(help="One person's data.", no_args_is_help=True)
check_cli = typer.Typer(help="Try what the bot needs; say what to do about what fails.")
cli.add_typer(check_cli, name="check")
cli.add_typer(staff_cli, name="staff")
cli.add_typer(person_cli, name="person")


def main() -> None:
    """Entry point of the console script."""
    cli()


@cli.command()
def serve() -> None:
    """Run everything in one process: web and worker."""
    from bot.running import run_serve

    raise typer.Exit(run_serve(_settings()))


@cli.command()
def web() -> None:
    """Receive events only; a `worker` answers them. Needs PostgreSQL."""
    from bot.running import run_web

    raise typer.Exit(run_web(_settings()))


@cli.command()
def worker() -> None:
    """Answer kept events only; `web` receives them. Needs PostgreSQL."""
    from bot.running import run_worker

    raise typer.Exit(run_worker(_settings()))


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from bot.commands import run_migrate

    raise typer.Exit(run_migrate(_settings()))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page on loopback.")] = 8000,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
) -> None:
    """Play the whole product on embedded parts: supplier, Slack, Telegram and mailbox on one page."""
    try:
        from bot.demo.run import run_demo
    except ImportError as missing:
        _fail(f"The demo needs its extra packages ({missing.name} is missing): pip install 'orderbot[demo]'.")
    raise typer.Exit(run_demo(port=port, folder=folder))


@cli.command()
def ask(
    text: Annotated[str, typer.Argument(help="What a person would type.")],
    as_user: Annotated[str, typer.Option("--as", help="Who asks: slack:T1/U1 or telegram:42.")],
    locale: Annotated[str, typer.Option(help="en, pt-BR or es.")] = "en",
    folder: Annotated[Path, typer.Option(help="Where files are saved.")] = Path("."),
) -> None:
    """Ask in the terminal, with the access of that person; files are saved into a folder."""
    from bot.commands import run_ask

    raise typer.Exit(run_ask(_settings(), text=text, as_user=as_user, locale=locale, folder=folder))


@cli.command(context_settings={"ignore_unknown_options": True})
def parse(
    text: Annotated[str, typer.Argument(help="What a person would type.")],
    locale: Annotated[str, typer.Option(help="The reader's: en, en-US, pt-BR or es.")] = "en",
    time_zone: Annotated[
        str, typer.Option("--tz", "--time-zone", help="The reader's: an IANA name.")
    ] = "UTC",
    now: Annotated[
        str, typer.Option(help="ISO 8601; without an offset in the reader's zone; empty: now.")
    ] = "",
) -> None:
    """Print how a text is understood, as JSON with stable keys (docs/parse.md)."""
    import json
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from bot.questions import as_json, understand

    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        _fail(f"{time_zone!r} is not an IANA time zone; write it like America/Sao_Paulo.", USAGE_ERROR)
    try:
        moment = datetime.fromisoformat(now) if now else datetime.now(UTC)
    except ValueError:
        _fail(
            f"{now!r} is no moment; write it like 2026-07-15T12:00 or 2026-07-15T12:00:00-03:00.", USAGE_ERROR
        )
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    question = understand(text, now=moment, time_zone=zone, locale=locale)
    typer.echo(json.dumps(as_json(question, zone), indent=2, ensure_ascii=False))


@check_cli.callback(invoke_without_command=True)
def check(context: typer.Context) -> None:
    """Try settings, database, ERPs, Slack, Telegram and mail; say what to do about what fails."""
    if context.invoked_subcommand is None:
        from bot.checks import run_check

        raise typer.Exit(run_check(_settings()))


@check_cli.command("slack")
def check_slack(
    public_url: Annotated[str, typer.Option(help="https address at which Slack reaches this bot.")] = "",
) -> None:
    """Try Slack's tokens, scopes and addresses; say what is missing and what Slack does not tell."""
    from bot.slack_check import run_check_slack

    raise typer.Exit(run_check_slack(_settings(), public_url))


@check_cli.command("erp")
def check_erp(
    company: Annotated[list[str], typer.Option(help="The customer's key in the ERP; several for branches.")],
    order: Annotated[str, typer.Option(help="ERP number of an order of that customer.")],
    foreign_order: Annotated[str, typer.Option(help="ERP number of an order of another customer.")],
    email: Annotated[str, typer.Option(help="Address of a contact of that customer.")] = "",
    erp: Annotated[str, typer.Option(help="The ERP's name; empty: the first.")] = "",
) -> None:
    """Hold one ERP to the bot's rules, reading only: scope, numbers, documents, pages, rights."""
    from bot.erp_check import Wanted, run_check_erp

    wanted = Wanted(companies=company, order=order, foreign_order=foreign_order, email=email)
    raise typer.Exit(run_check_erp(_settings(), erp, wanted))


@check_cli.command("telegram")
def check_telegram() -> None:
    """Look at what Telegram knows of this bot: token, webhook, privacy, menus; say what to mend."""
    from bot.telegram_check import run_check_telegram

    raise typer.Exit(run_check_telegram(_settings()))


@cli.command("settings")
def settings_table() -> None:
    """Print every setting as a Markdown table, as the README shows it."""
    from bot.settings import settings_markdown

    typer.echo(settings_markdown())


@cli.command("secret-key")
def secret_key() -> None:
    """Make a key for ORDERBOT_SECRET_KEYS."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode())


@cli.command()
def link(
    as_user: Annotated[str, typer.Option("--as", help="Who: slack:T1/U1 or telegram:42.")],
    company: Annotated[str, typer.Option(help="The customer's key in the ERP, for instance 55.")],
    name: Annotated[str, typer.Option(help="The company's name, when it is new here.")] = "",
    role: Annotated[
        str, typer.Option(help="buyer, accounts_payable, logistics or admin; empty: the company's default.")
    ] = "",
    reach: Annotated[
        str, typer.Option(help="own, unit, company or company_tree; empty: the company's default.")
    ] = "",
    branch: Annotated[str, typer.Option(help="With --reach unit: the branch's key in the ERP.")] = "",
    contact: Annotated[str, typer.Option(help="With --reach own: the person's name in the ERP.")] = "",
) -> None:
    """Link a person to a company by the operator's own word; audited as such."""
    from bot.commands import run_link

    settings = _settings()
    code = run_link(
        settings,
        as_user=as_user,
        company=company,
        name=name,
        role=role,
        reach=reach,
        branch=branch,
        contact=contact,
    )
    raise typer.Exit(code)


@cli.command()
def failures(
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many, newest first.")] = 20,
) -> None:
    """Print what went wrong lately: when, which message, at which step and why. No personal data."""
    from bot.mending import run_failures

    raise typer.Exit(run_failures(_settings(), limit))


@cli.command()
def retry(
    which: Annotated[str, typer.Argument(help="A message's id, or the code the person was told.")],
) -> None:
    """Answer a message that failed once more; a worker that runs takes it up."""
    from bot.mending import run_retry

    raise typer.Exit(run_retry(_settings(), which))


@cli.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="Below it a new folder is made.")] = Path("backups"),
) -> None:
    """Back up everything the bot keeps, as of one moment, while it runs. The secret keys are not in it."""
    from bot.backups import run_backup

    raise typer.Exit(run_backup(_settings(), folder))


@cli.command()
def restore(
    place: Annotated[Path, typer.Argument(help="The folder that `orderbot backup` printed.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")] = False,
) -> None:
    """Put a backup in the place of what is there; stop the bot first."""
    from bot.backups import run_restore

    raise typer.Exit(run_restore(_settings(), place, yes=yes))


@cli.command()
def purge() -> None:
    """Forget what has been kept long enough; a running bot does it every hour by itself."""
    from bot.tending import run_purge

    raise typer.Exit(run_purge(_settings()))


@cli.command()
def reseal() -> None:
    """Bring what is sealed to the newest key of ORDERBOT_SECRET_KEYS, after a key was added."""
    from bot.tending import run_reseal

    raise typer.Exit(run_reseal(_settings()))


@cli.command()
def audit(
    company: Annotated[str, typer.Option(help="The customer's key in the ERP; empty: all.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many rows, newest first.")] = 50,
) -> None:
    """Print who did what: the audit, newest first."""
    from bot.tending import run_audit

    raise typer.Exit(run_audit(_settings(), company_key=company or None, limit=limit))


@person_cli.command("export")
def person_export(
    as_user: Annotated[str, typer.Argument(help="Who: slack:T1/U1 or telegram:42.")],
    file: Annotated[Path | None, typer.Option(help="Where to write the JSON; empty: the terminal.")] = None,
) -> None:
    """Print everything that is stored about one person, as JSON."""
    from bot.tending import run_person_export

    raise typer.Exit(run_person_export(_settings(), as_user, file))


@person_cli.command("erase")
def person_erase(
    as_user: Annotated[str, typer.Argument(help="Who: slack:T1/U1 or telegram:42.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")] = False,
) -> None:
    """End one person's access and forget who they were; the audit keeps what happened, not to whom."""
    from bot.tending import run_person_erase

    raise typer.Exit(run_person_erase(_settings(), as_user, yes))


@staff_cli.command("add")
def staff_add(
    as_user: Annotated[str, typer.Argument(help="slack:T1/U1, telegram:42, or a group slack:T1/S1.")],
    admin: Annotated[bool, typer.Option("--admin", help="May name other staff.")] = False,
    group: Annotated[bool, typer.Option("--group", help="It is a user group, not a person.")] = False,
) -> None:
    """Let one of your own people, or a user group, look up any company."""
    from bot.tending import run_staff_add

    raise typer.Exit(run_staff_add(_settings(), as_user, group=group, admin=admin))


@staff_cli.command("remove")
def staff_remove(
    as_user: Annotated[str, typer.Argument(help="slack:T1/U1, telegram:42, or a group slack:T1/S1.")],
) -> None:
    """Take that right away again, at once."""
    from bot.tending import run_staff_remove

    raise typer.Exit(run_staff_remove(_settings(), as_user))


@staff_cli.command("list")
def staff_list() -> None:
    """Print who may look up any company."""
    from bot.tending import run_staff_list

    raise typer.Exit(run_staff_list(_settings()))


@companies_cli.command("state")
def company_state(
    company: Annotated[str, typer.Argument(help="The customer's key in the ERP, for instance 55.")],
    state: Annotated[str, typer.Argument(help="active, on_hold or closed.")],
) -> None:
    """Open or close a company: unless it is active, nobody sees its orders."""
    from bot.tending import run_company_state

    raise typer.Exit(run_company_state(_settings(), company, state))


@manifest_cli.command("slack")
def manifest_slack(
    public_url: Annotated[str, typer.Option(help="https address at which Slack reaches this bot.")] = "",
    socket: Annotated[bool, typer.Option(help="For Socket Mode, without an address.")] = False,
    org_wide: Annotated[bool, typer.Option(help="For a whole Enterprise organisation.")] = False,
    installable: Annotated[bool, typer.Option(help="Workspaces install it themselves.")] = False,
) -> None:
    """Print the Slack app manifest to paste at api.slack.com/apps."""
    import json

    from bot.handlers.slack.links import OrderLinks
    from bot.handlers.slack.manifest import manifest
    from bot.handlers.slack.modes import NO_URL, for_mode
    from bot.handlers.slack.oauth import REDIRECT_PATH

    settings = _settings()
    if (installable or not socket) and not public_url:
        _fail("Name the address with --public-url; only --socket needs none.", USAGE_ERROR)
    redirect_url = public_url.rstrip("/") + REDIRECT_PATH if installable else ""
    try:
        document = manifest(
            public_url or NO_URL,
            command=settings.slack_command,
            name=settings.supplier_name,
            order_domains=OrderLinks(settings.order_urls).domains,
        )
    except ValueError as wrong:
        _fail(str(wrong), USAGE_ERROR)
    changed = for_mode(document, socket=socket, org_wide=org_wide, redirect_url=redirect_url)
    typer.echo(json.dumps(changed, indent=2))


@telegram_cli.command("register")
def telegram_register(
    public_url: Annotated[str, typer.Option(help="https address at which Telegram reaches this bot.")],
) -> None:
    """Set webhook, commands and descriptions; run it once per deployment."""
    from bot.commands import run_telegram_register

    raise typer.Exit(run_telegram_register(_settings(), public_url))


@companies_cli.command("import")
def companies_import(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV: company_key, company_name, tax_id, email, phone, contact_name, role, parent_key, "
            "erp, same_as."
        ),
    ],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Remove contacts that the file does not name; their links end."),
    ] = False,
) -> None:
    """Import companies and contacts, for an ERP that does not serve contacts itself."""
    from bot.commands import run_companies_import

    raise typer.Exit(run_companies_import(_settings(), file, replace=replace))


def _settings() -> "Settings":
    from pydantic import ValidationError

    from bot.logs import quiet_logs
    from bot.settings import Settings, explain

    # Standard output is for what was asked; a command that serves sets up more.
    quiet_logs()
    try:
        return Settings()
    except ValidationError as errors:
        _fail(explain(errors))


def _fail(sentence: str, code: int = CONFIGURATION_ERROR) -> NoReturn:
    sys.exit(say(sentence, code))
