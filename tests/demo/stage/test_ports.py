"""Ports that are still free when their server starts."""

import socket
from pathlib import Path

from bot.demo.ports import free_ports


def test_no_connection_that_goes_out_can_have_it_meanwhile() -> None:
    system = Path("/proc/sys/net/ipv4/ip_local_port_range")
    # Elsewhere it is as the standard has it (RFC 6335).
    first = int(system.read_text().split()[0]) if system.exists() else 49_152
    assert max(free_ports(1_000)) < first


def test_each_is_another_and_nobody_listens_on_it() -> None:
    (taken,) = free_ports(1)
    with socket.create_server(("127.0.0.1", taken)):
        # All there are: the one that is listened on is not among them.
        everything = free_ports(12_768)
    assert taken not in everything
    assert len(everything) == len(set(everything)) > 10_000
