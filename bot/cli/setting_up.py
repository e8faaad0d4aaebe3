"""What comes before it runs: settings, what a platform is told, and a check of all of it."""

from typing import Annotated

import typer

from bot.cli.starting import fail, read_settings
from bot.exits import USAGE_ERROR

commands = typer.Typer()
manifests = typer.Typer(help="Print what a platform wants pasted.", no_args_is_help=True)
telegram = typer.Typer(help="Tell Telegram about this bot.", no_args_is_help=True)
checks = typer.Typer(help="Try what the bot needs; say what to do about what fails.")


@commands.command("settings")
def settings_table() -> None:
    """Print every setting as a Markdown table, as the README shows it."""
    from bot.settings import settings_markdown

    typer.echo(settings_markdown())


@commands.command("secret-key")
def secret_key() -> None:
    """Make a key for ORDERBOT_SECRET_KEYS."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode())


@manifests.command("slack")
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

    settings = read_settings()
    if (installable or not socket) and not public_url:
        fail("Name the address with --public-url; only --socket needs none.", USAGE_ERROR)
    redirect_url = public_url.rstrip("/") + REDIRECT_PATH if installable else ""
    try:
        document = manifest(
            public_url or NO_URL,
            command=settings.slack_command,
            name=settings.supplier_name,
            order_domains=OrderLinks(settings.order_urls).domains,
        )
    except ValueError as wrong:
        fail(str(wrong), USAGE_ERROR)
    changed = for_mode(document, socket=socket, org_wide=org_wide, redirect_url=redirect_url)
    typer.echo(json.dumps(changed, indent=2))


@telegram.command("register")
def telegram_register(
    public_url: Annotated[str, typer.Option(help="https address at which Telegram reaches this bot.")],
) -> None:
    """Set webhook, commands and descriptions; run it once per deployment."""
    from bot.commands import run_telegram_register

    raise typer.Exit(run_telegram_register(read_settings(), public_url))


@checks.callback(invoke_without_command=True)
def check(context: typer.Context) -> None:
    """Try settings, database, ERPs, Slack, Telegram and mail; say what to do about what fails."""
    if context.invoked_subcommand is None:
        from bot.checks import run_check

        raise typer.Exit(run_check(read_settings()))


@checks.command("slack")
def check_slack(
    public_url: Annotated[str, typer.Option(help="https address at which Slack reaches this bot.")] = "",
) -> None:
    """Try Slack's tokens, scopes and addresses; say what is missing and what Slack does not tell."""
    from bot.slack_check import run_check_slack

    raise typer.Exit(run_check_slack(read_settings(), public_url))


@checks.command("erp")
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
    raise typer.Exit(run_check_erp(read_settings(), erp, wanted))


@checks.command("telegram")
def check_telegram() -> None:
    """Look at what Telegram knows of this bot: token, webhook, privacy, menus; say what to mend."""
    from bot.telegram_check import run_check_telegram

    raise typer.Exit(run_check_telegram(read_settings()))
