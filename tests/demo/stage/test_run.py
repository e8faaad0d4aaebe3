"""Starting the demo as a person does, with `orderbot demo`."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from functools import partial
from pathlib import Path

import pytest


def demo(folder: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port), "--folder", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Whatever a shell starts in the background ignores Ctrl-C, and so does all that it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def said_until(process: subprocess.Popen[str], words: str) -> str:
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


@pytest.mark.kill
@pytest.mark.timeout(240)
def test_the_demo_takes_the_next_port_restarts_a_dead_bot_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        process = demo(tmp_path, port)
        try:
            said = said_until(process, "The demo is running: ")
            assert f"Port {port} is taken" in said
            url = said.rpartition("running: ")[2].strip()
            with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310  (loopback)
                assert b"Orderbot" in page.read()

            bots = _children(process.pid)
            assert len(bots) == 1
            os.kill(bots[0], signal.SIGKILL)
            said_until(process, "starting it again")
            deadline = time.monotonic() + 60
            while _children(process.pid) in ([], bots) and time.monotonic() < deadline:
                time.sleep(0.1)
            assert _children(process.pid) not in ([], bots)
        finally:
            process.send_signal(signal.SIGINT)
            said_until(process, "Stopped.")
            assert process.wait(30) == 0
    kept = tmp_path / "secret.key"
    assert kept.stat().st_mode & 0o077 == 0


def _children(pid: int) -> list[int]:
    """The processes a process has started and that still run, by Linux's own list."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in listed for child in path.read_text().split()]
