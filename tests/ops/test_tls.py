"""TLS is verified; a certificate of the ERP's own is trusted only where a setting names it."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.erp_settings import ErpSettings
from bot.erps import make_erp
from bot.keys import Keys
from bot.settings import Settings
from tests.support.certificates import self_signed


class Supplier(BaseHTTPRequestHandler):
    """Answers anything with an empty page of orders, and counts who got so far as to ask."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        body = b"[]"
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def supplier(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    certificate, context = self_signed(tmp_path, "supplier")
    Supplier.asked = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Supplier)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", certificate
    server.shutdown()
    server.server_close()
    thread.join()


async def asked(url: str, kind: str, ca_file: Path | None) -> int:
    """How many requests reached the ERP beyond the handshake while it was checked."""
    key = Fernet.generate_key().decode()
    described = ErpSettings(
        _env_file=None, kind=kind, url=url, token="key:secret", login="bot", database="erp", ca_file=ca_file
    )
    settings = Settings(_env_file=None, secret_keys=key)
    erp = make_erp(described, settings, Keys([key]))
    try:
        await erp.check()
    finally:
        await erp.aclose()
    return Supplier.asked


@pytest.mark.parametrize("kind", ["vtex-b2b", "odoo", "erpnext", "tryton"])
async def test_an_unknown_certificate_is_refused_and_a_named_one_is_taken(
    kind: str, supplier: tuple[str, Path], tmp_path: Path
) -> None:
    url, certificate = supplier
    other, _ = self_signed(tmp_path, "other")
    assert await asked(url, kind, None) == 0
    assert await asked(url, kind, other) == 0
    assert await asked(url, kind, certificate) > 0


def test_the_certificates_of_these_tests_are_real_ones(tmp_path: Path) -> None:
    certificate, _ = self_signed(tmp_path, "supplier")
    with pytest.raises(ssl.SSLError):
        ssl.create_default_context().load_verify_locations(cadata="not a certificate")
    ssl.create_default_context(cafile=str(certificate))
