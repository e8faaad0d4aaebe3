"""What a bot that has run for a while needs: failures, backups, what is kept and sealed, the audit."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.starting import read_settings

commands = typer.Typer()


@commands.command()
def failures(
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many, newest first.")] = 20,
) -> None:
    """Print what went wrong lately: when, which message, at which step and why. No personal data."""
    from bot.mending import run_failures

    raise typer.Exit(run_failures(read_settings(), limit))


@commands.command()
def retry(
    which: Annotated[str, typer.Argument(help="A message's id, or the code the person was told.")],
) -> None:
    """Answer a message that failed once more; a worker that runs takes it up."""
    from bot.mending import run_retry

    raise typer.Exit(run_retry(read_settings(), which))


@commands.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="Below it a new folder is made.")] = Path("backups"),
) -> None:
    """Back up everything the bot keeps, as of one moment, while it runs. The secret keys are not in it."""
    from bot.backups import run_backup

    raise typer.Exit(run_backup(read_settings(), folder))


@commands.command()
def restore(
    place: Annotated[Path, typer.Argument(help="The folder that `orderbot backup` printed.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")] = False,
) -> None:
    """Put a backup in the place of what is there; stop the bot first."""
    from bot.backups import run_restore

    raise typer.Exit(run_restore(read_settings(), place, yes=yes))


@commands.command()
def purge() -> None:
    """Forget what has been kept long enough; a running bot does it every hour by itself."""
    from bot.tending import run_purge

    raise typer.Exit(run_purge(read_settings()))


@commands.command()
def reseal() -> None:
    """Bring what is sealed to the newest key of ORDERBOT_SECRET_KEYS, after a key was added."""
    from bot.tending import run_reseal

    raise typer.Exit(run_reseal(read_settings()))


@commands.command()
def audit(
    company: Annotated[str, typer.Option(help="The customer's key in the ERP; empty: all.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10000, help="How many rows, newest first.")] = 50,
) -> None:
    """Print who did what: the audit, newest first."""
    from bot.tending import run_audit

    raise typer.Exit(run_audit(read_settings(), company_key=company or None, limit=limit))
