"""What runs until it is stopped, and the schema it needs first."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.starting import fail, read_settings

commands = typer.Typer()


@commands.command()
def serve() -> None:
    """Run everything in one process: web and worker."""
    from bot.running import run_serve

    raise typer.Exit(run_serve(read_settings()))


@commands.command()
def web() -> None:
    """Receive events only; a `worker` answers them. Needs PostgreSQL."""
    from bot.running import run_web

    raise typer.Exit(run_web(read_settings()))


@commands.command()
def worker() -> None:
    """Answer kept events only; `web` receives them. Needs PostgreSQL."""
    from bot.running import run_worker

    raise typer.Exit(run_worker(read_settings()))


@commands.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from bot.commands import run_migrate

    raise typer.Exit(run_migrate(read_settings()))


@commands.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page on loopback.")] = 8000,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
) -> None:
    """Play the whole product on embedded parts: supplier, Slack, Telegram and mailbox on one page."""
    try:
        from bot.demo.run import run_demo
    except ImportError as missing:
        fail(f"The demo needs its extra packages ({missing.name} is missing): pip install 'orderbot[demo]'.")
    raise typer.Exit(run_demo(port=port, folder=folder))
