"""The `orderbot` command: which commands there are. Each imports what is heavy when it is called."""

import os

import typer

from bot.cli import asking, people, processes, setting_up, upkeep

cli = typer.Typer(
    name="orderbot",
    help="Order status and documents for B2B customers, in Slack and Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# In the order of `orderbot --help`.
cli.add_typer(processes.commands)
cli.add_typer(asking.commands)
cli.add_typer(setting_up.commands)
cli.add_typer(people.commands)
cli.add_typer(upkeep.commands)
cli.add_typer(setting_up.manifests, name="manifest")
cli.add_typer(setting_up.telegram, name="telegram")
cli.add_typer(people.companies, name="companies")
cli.add_typer(setting_up.checks, name="check")
cli.add_typer(people.staff, name="staff")
cli.add_typer(people.person, name="person")


def main() -> None:
    """Entry point of the console script. Whatever it writes is for this user alone."""
    os.umask(0o077)
    cli()
