"""The schema can be made, unmade and made again, and is what the code's tables say."""

import subprocess
import sys
import zipfile
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import create_engine, inspect

from bot import migrations
from bot.store import DatabaseUrlUnusable, database


def _tables(database_url: str) -> set[str]:
    url = database(database_url)
    driver = "sqlite" if url.get_backend_name() == "sqlite" else url.drivername
    engine = create_engine(url.set(drivername=driver))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_an_empty_database_has_no_revision(empty_database_url: str) -> None:
    assert migrations.current_revision(empty_database_url) is None


def test_the_schema_goes_up_and_down_and_up_again_and_is_what_the_code_says(empty_database_url: str) -> None:
    assert migrations.migrate(empty_database_url) == migrations.head_revision()
    migrations.check(empty_database_url)
    assert {"links", "companies", "link_codes", "audit", "buttons"} <= _tables(empty_database_url)

    migrations.downgrade(empty_database_url, "base")
    assert _tables(empty_database_url) == {"alembic_version"}

    assert migrations.migrate(empty_database_url) == migrations.head_revision()
    migrations.check(empty_database_url)


def test_migrating_what_is_up_to_date_changes_nothing(database_url: str) -> None:
    assert migrations.migrate(database_url) == migrations.current_revision(database_url)


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    revisions: list[str | None] = []
    starting = [
        Thread(target=lambda: revisions.append(migrations.migrate(empty_database_url))) for _ in range(3)
    ]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert revisions == [migrations.head_revision()] * 3


def test_a_folder_with_a_percent_sign_in_its_name_is_fine(tmp_path: Path) -> None:
    assert migrations.migrate(f"sqlite:///{tmp_path}/100%/orderbot.db") == migrations.head_revision()


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_an_address_of_no_database_we_know_says_what_to_set(address: str) -> None:
    with pytest.raises(DatabaseUrlUnusable, match="ORDERBOT_DATABASE_URL"):
        migrations.migrate(address)


def test_a_wheel_carries_the_migrations_and_migrates(tmp_path: Path) -> None:
    project = Path(migrations.__file__).parents[2]
    build = "import hatchling.build as b, sys; print(b.build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=project, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / built.stdout.strip().splitlines()[-1]) as wheel:
        wheel.extractall(tmp_path / "installed")
    migrate = "import bot.migrations as m, sys; print(m.__file__); print(m.migrate(sys.argv[1]))"
    ran = subprocess.run(
        [sys.executable, "-c", migrate, f"sqlite:///{tmp_path}/orderbot.db"],
        cwd=tmp_path / "installed",
        capture_output=True,
        text=True,
        check=True,
    )
    where, revision = ran.stdout.split()
    assert where.startswith(str(tmp_path))
    assert revision == migrations.head_revision()
