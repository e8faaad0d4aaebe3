"""Questions typed in the terminal: answered as a chat would be, or only understood."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.starting import fail, read_settings
from bot.exits import USAGE_ERROR

commands = typer.Typer()


@commands.command()
def ask(
    text: Annotated[str, typer.Argument(help="What a person would type.")],
    as_user: Annotated[str, typer.Option("--as", help="Who asks: slack:T1/U1 or telegram:42.")],
    locale: Annotated[str, typer.Option(help="en, pt-BR or es.")] = "en",
    folder: Annotated[Path, typer.Option(help="Where files are saved.")] = Path("."),
) -> None:
    """Ask in the terminal, with the access of that person; files are saved into a folder."""
    from bot.commands import run_ask

    raise typer.Exit(run_ask(read_settings(), text=text, as_user=as_user, locale=locale, folder=folder))


@commands.command(context_settings={"ignore_unknown_options": True})
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
        fail(f"{time_zone!r} is not an IANA time zone; write it like America/Sao_Paulo.", USAGE_ERROR)
    try:
        moment = datetime.fromisoformat(now) if now else datetime.now(UTC)
    except ValueError:
        fail(
            f"{now!r} is no moment; write it like 2026-07-15T12:00 or 2026-07-15T12:00:00-03:00.", USAGE_ERROR
        )
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    question = understand(text, now=moment, time_zone=zone, locale=locale)
    typer.echo(json.dumps(as_json(question, zone), indent=2, ensure_ascii=False))
