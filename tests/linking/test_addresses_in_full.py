"""Addresses are read by their form: nothing is asked of the network for one."""

import sys

from bot.linking.addresses import normal_address


def test_no_name_server_is_asked_whether_an_address_can_be_reached() -> None:
    seen: list[str] = []
    watching = True

    def note(event: str, _: object) -> None:
        if watching and event.startswith("socket."):
            seen.append(event)

    # A hook stays for as long as the process does; it is told to look away.
    sys.addaudithook(note)
    try:
        assert normal_address(" Ana@Northwind.example ") == "Ana@northwind.example"
    finally:
        watching = False
    assert seen == []
