"""A real Tryton for tests: built once, kept between runs, and started on loopback from a copy.

`tryton_server()` gives a running one. The database is built by `building.py`, about a minute, and kept
in `.cache/tryton` under a hash of everything it is made of. A lock lets one process build and the
others wait.
"""

import base64
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import httpx

from bot.demo.ports import free_ports
from tests.erp.tryton.building import ADMIN_PASSWORD, DATABASE, configuration

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
_CACHE = _ROOT / ".cache" / "tryton"
_MADE_OF = (
    _HERE / "building.py",
    _HERE / "story.py",
    _HERE / "paper.py",
    _ROOT / "docs" / "erp" / "tryton_role.py",
)
_PACKAGES = ("trytond", "proteus", "fpdf2")
_BUILD_SECONDS = 600
_START_SECONDS = 90


@dataclass(frozen=True)
class TrytonServer:
    """A running server and what the story says of its data."""

    url: str
    folder: Path
    facts: dict[str, Any]
    admin_password: str
    database: str = DATABASE

    @property
    def key(self) -> str:
        """The bot's key for REST."""
        return str(self.facts["key"])

    @property
    def login(self) -> str:
        """The bot's user, for JSON-RPC."""
        return str(self.facts["login"])

    @property
    def password(self) -> str:
        return str(self.facts["password"])

    @property
    def today(self) -> date:
        """The day the story is told from."""
        return date.fromisoformat(self.facts["today"])

    @property
    def noon(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 12, tzinfo=UTC)

    def party(self, name: str) -> int:
        return int(self.facts["parties"][name])

    def number(self, sale: str) -> str:
        """The number of a sale, by what the story calls it."""
        return str(self.facts["orders"][sale])

    def sql(self, statement: str, *values: object) -> list[Any]:
        """Ask or change the database behind the server's back: Tryton itself guards what is posted."""
        with closing(sqlite3.connect(self.folder / f"{DATABASE}.sqlite", timeout=60)) as connection:
            rows = connection.execute(statement, values).fetchall()
            connection.commit()
            return rows

    def as_admin(self, method: str, *params: object) -> Any:
        """Call any method as the administrator, as the desktop client would."""
        with httpx.Client(base_url=self.url, timeout=60) as client:
            login = ["admin", {"password": self.admin_password}]
            body = {"id": 1, "method": "common.db.login", "params": login}
            user, session, *_ = client.post(f"/{DATABASE}/rpc/", json=body).json()["result"]
            context = {"company": 1}
            body = {"id": 1, "method": method, "params": [*params, context]}
            told = httpx.Headers({"Authorization": f"Session {_packed(f'admin:{user}:{session}')}"})
            reply = client.post(f"/{DATABASE}/rpc/", json=body, headers=told).json()
            assert "error" not in reply, reply["error"]
            return reply["result"]


@contextmanager
def tryton_server() -> Iterator[TrytonServer]:
    """A server on a copy of the built database, ended with the context."""
    built = built_database()
    with tempfile.TemporaryDirectory(prefix="tryton-") as name:
        folder = Path(name)
        for file in (f"{DATABASE}.sqlite", "facts.json", ADMIN_PASSWORD):
            shutil.copy(built / file, folder / file)
        with _running(folder) as url:
            facts = json.loads((folder / "facts.json").read_text())
            yield TrytonServer(url, folder, facts, (folder / ADMIN_PASSWORD).read_text())


def built_database() -> Path:
    """The folder of the built database; builds it when there is none of these very sources."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    wanted = _CACHE / _fingerprint()
    with open(_CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.is_dir():
            for old in _CACHE.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            unfinished = _CACHE / "unfinished"
            unfinished.mkdir()
            subprocess.run(
                [sys.executable, "-m", "tests.erp.tryton.building", str(unfinished)],
                cwd=_ROOT,
                env=_environment(),
                check=True,
                timeout=_BUILD_SECONDS,
                stdout=subprocess.DEVNULL,
            )
            unfinished.rename(wanted)
    return wanted


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    file = configuration(folder)
    (port,) = free_ports(1)
    file.write_text(f"{file.read_text()}[web]\nlisten = 127.0.0.1:{port}\n")
    url = f"http://127.0.0.1:{port}"
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "trytond.cli", "-c", str(file), "-d", DATABASE],
            env=_environment(),
            stdout=log,
            stderr=log,
        )
        try:
            _wait(url, process, folder / "log")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    body = {"id": 1, "method": "common.server.version", "params": []}
    for _ in range(_START_SECONDS * 10):
        if process.poll() is not None:
            break
        try:
            if httpx.post(f"{url}/rpc/", json=body).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"Tryton did not start: {log.read_text()[-2000:]}")


def _fingerprint() -> str:
    made_of = hashlib.sha256(sys.version.encode())
    for file in _MADE_OF:
        made_of.update(file.read_bytes())
    versions = (f"{one.name} {one.version}" for one in distributions() if one.name.startswith(_PACKAGES))
    made_of.update("\n".join(sorted(versions)).encode())
    return made_of.hexdigest()[:20]


def _environment() -> dict[str, str]:
    """This environment, without configuration of another Tryton."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TRYTON")}


def _packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
