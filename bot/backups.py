"""`orderbot backup` and `orderbot restore`: everything the bot keeps, as of one moment.

The keys of ORDERBOT_SECRET_KEYS are in neither: without them a backup says nothing to anybody, its
owner included. Keep them elsewhere.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url

from bot.building.basics import inbox_settings
from bot.exits import FAILED, OK, USAGE_ERROR, say
from bot.explained import explained
from bot.inbox import InboxBusy
from bot.inbox.lease import FileLease
from bot.settings import Settings

DUMP = "orderbot.dump"
_LOCK_SECONDS = 10.0


class BackupFailed(Exception):
    """What could not be done, as a sentence."""


def run_backup(settings: Settings, folder: Path) -> int:
    """Write a backup into a new folder below `folder`, and print its name."""
    place = folder / f"orderbot-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    with explained() as outcome:
        try:
            place.mkdir(parents=True, mode=0o700)
            if settings.on_sqlite:
                _copy_both(_files(settings), place)
            else:
                (place / DUMP).touch(mode=0o600)
                _pg("pg_dump", settings, ["--format=custom", "--no-owner", f"--file={place / DUMP}"])
        except (BackupFailed, OSError, sqlite3.Error) as failed:
            shutil.rmtree(place, ignore_errors=True)
            return say(f"Nothing was backed up: {failed}", FAILED)
        print(place)
    return outcome.code


def run_restore(settings: Settings, place: Path, *, yes: bool) -> int:
    """Put a backup in the place of what is there; no bot may run meanwhile."""
    if not yes:
        return say("This replaces everything the bot keeps. Stop the bot, then add --yes.", USAGE_ERROR)
    with explained():
        try:
            if settings.on_sqlite:
                _put_back(settings, place)
            else:
                if not (place / DUMP).is_file():
                    raise BackupFailed(f"{place} holds no {DUMP}.")
                options = ["--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction"]
                _pg("pg_restore", settings, [*options, str(place / DUMP)])
        except (BackupFailed, OSError, sqlite3.Error) as failed:
            return say(f"Nothing was restored: {failed}", FAILED)
        print("Restored. Run `orderbot migrate`, then start the bot.")
        return OK
    return FAILED


def _files(settings: Settings) -> tuple[Path, Path]:
    """The queue's file and the store's."""
    return tuple(  # type: ignore[return-value]
        Path(str(make_url(url).database))
        for url in (inbox_settings(settings).database_url, settings.database_url)
    )


def _copy_both(files: Sequence[Path], place: Path) -> None:
    """Copy while the bot runs. Writers are stopped only until both files are pinned at one moment.

    Otherwise a queue that says "answered" could stand beside a store that knows nothing of it.
    """
    for file in files:
        if not file.is_file():
            raise BackupFailed(f"{file} is not there; is ORDERBOT_DATABASE_URL right?")
    with ExitStack() as stack:
        writers = [stack.enter_context(closing(_opened(file))) for file in files]
        readers = [stack.enter_context(closing(_opened(file))) for file in files]
        for writer in writers:
            writer.execute("BEGIN IMMEDIATE")
        for reader in readers:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for writer in writers:
            writer.execute("ROLLBACK")
        for file, reader in zip(files, readers, strict=True):
            with closing(sqlite3.connect(place / file.name)) as copy:
                reader.backup(copy)
                (said,) = copy.execute("PRAGMA integrity_check").fetchone()
            if said != "ok":
                raise BackupFailed(f"the copy of {file.name} is damaged: {said}")
            (place / file.name).chmod(0o600)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_LOCK_SECONDS, isolation_level=None)


def _put_back(settings: Settings, place: Path) -> None:
    files = _files(settings)
    for file in files:
        if not (place / file.name).is_file():
            raise BackupFailed(f"{place} holds no {file.name}.")
    files[0].parent.mkdir(parents=True, exist_ok=True)
    try:
        lease = FileLease(files[0])
    except InboxBusy as busy:
        raise BackupFailed(str(busy)) from busy
    try:
        for file in files:
            fresh = file.with_name(file.name + ".restoring")
            shutil.copyfile(place / file.name, fresh)
            for ending in ("-wal", "-shm"):
                file.with_name(file.name + ending).unlink(missing_ok=True)
            fresh.replace(file)
    finally:
        lease.close()


def _pg(tool: str, settings: Settings, options: Sequence[str]) -> None:
    """Run one of PostgreSQL's own tools; the password goes by the environment, which others cannot read."""
    path = shutil.which(tool)
    if path is None:
        raise BackupFailed(
            f"{tool} is not there; install PostgreSQL's client programs of the server's version."
        )
    into = ["--dbname="] if tool == "pg_restore" else []
    done = subprocess.run(  # noqa: S603 - no shell, and a path that was looked up
        [path, *into, *options],
        env={**os.environ, **_connection(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"{tool} says: {done.stderr.strip()[-500:]}")


def _connection(settings: Settings) -> Mapping[str, str]:
    url = settings.database_url.replace("postgres://", "postgresql://", 1)
    named = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    named |= {"dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    return {named[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in named and value}
