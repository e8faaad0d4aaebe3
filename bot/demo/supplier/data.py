"""Makes the supplier's database: the same bytes of data for the same seed and day."""

import hashlib
import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

from bot.demo.supplier.books import Books, book
from bot.demo.supplier.catalogue import COMPANIES, CONTACTS
from bot.demo.supplier.plans import plans
from bot.demo.supplier.queries import national_digits
from bot.demo.supplier.schema import DDL, VERSION, reading

SEED = 7782


def prepare(database: Path, *, today: date | None = None, seed: int = SEED) -> None:
    """Have the database hold the data of that day (default: this day, UTC) and seed.

    A file that already does is left alone; another is replaced in one move, so that a server that
    reads it sees the old data or the new. Takes about a quarter of a second.
    """
    day = today or datetime.now(UTC).date()
    made_for = {"version": str(VERSION), "today": day.isoformat(), "seed": str(seed)}
    if database.exists() and _made_for(database) == made_for:
        return
    database.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=database.parent, prefix=database.name, suffix=".new")
    os.close(handle)
    fresh = Path(name)
    try:
        with closing(sqlite3.connect(fresh)) as connection:
            _fill(connection, made_for, day, seed)
        fresh.replace(database)
    finally:
        fresh.unlink(missing_ok=True)


def fingerprint(database: Path) -> str:
    """A SHA-256 over every row, to tell whether two databases say the same."""
    digest = hashlib.sha256()
    with reading(database) as connection:
        tables = [
            row["name"] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        for table in sorted(tables):
            for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):  # noqa: S608
                digest.update(repr((table, *row)).encode())
    return digest.hexdigest()


def _made_for(database: Path) -> dict[str, str]:
    try:
        with reading(database) as connection:
            return {row["name"]: row["value"] for row in connection.execute("SELECT name, value FROM meta")}
    except sqlite3.DatabaseError:
        return {}


def _fill(connection: sqlite3.Connection, made_for: dict[str, str], today: date, seed: int) -> None:
    # Nothing to lose: the file is not the database until it is complete.
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + DDL)
    books = Books()
    for plan in sorted(plans(seed), key=lambda plan: -plan.slot):
        book(books, plan, today=today, seed=seed)
    with connection:
        connection.executemany("INSERT INTO meta VALUES (?, ?)", made_for.items())
        connection.executemany(
            "INSERT INTO companies VALUES (?, ?, ?)",
            [(company.id, company.name, company.cnpj) for company in COMPANIES],
        )
        connection.executemany(
            "INSERT INTO contacts VALUES (?, ?, ?, ?, ?)",
            [(one.company, one.name, one.email, one.phone, national_digits(one.phone)) for one in CONTACTS],
        )
        for table in fields(books):
            rows = getattr(books, table.name)
            columns = ", ".join(rows[0])
            values = ", ".join(f":{column}" for column in rows[0])
            connection.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({values})", rows)  # noqa: S608
