"""Documents: fetched by us, from where they may be fetched, as what they may be, and no more of it."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.erp.addresses import ErpAddressRefused
from bot.erp.errors import DocumentNotThere, DocumentRefused, ErpBadAnswer, ErpDenied, ErpUnavailable
from bot.erp.guard import Guard, may_dial
from bot.erp.protocol import DocumentStream
from bot.erp.sniffing import XML, Inspector, sniff
from bot.erp.vtex_b2b import VtexB2bErp
from bot.orders import Document, DocumentKind
from tests.erp.builders import adapter, scope_of
from tests.erp.plain_contract import PDF, TOKEN, Asked, PlainErp, Sale
from tests.erp.plain_contract import XML as NFE
from tests.erp.speaking import reply, speaking
from tests.support.serving import serving

SCOPE = scope_of("55")


def erp_with(*urls: tuple[int, str], company: int = 55) -> PlainErp:
    items = tuple({"tipoArquivo": kind, "descricao": "../../x", "url": url} for kind, url in urls)
    return PlainErp([Sale(company, "10042", documents=items)])


async def fetched(ours: VtexB2bErp, document_id: str = "danfe-1") -> tuple[DocumentStream, bytes]:
    """The first document by that id, through the door that answers use, and its bytes."""
    kind = DocumentKind(document_id.rpartition("-")[0])
    async with ours.open_document(SCOPE, Document(id=document_id, kind=kind, order_number="10042")) as stream:
        return stream, b"".join([chunk async for chunk in stream.chunks])


async def test_a_document_comes_whole_under_a_name_of_ours() -> None:
    erp = erp_with()
    async with serving(erp.app()) as url:
        erp.sales = erp_with((3, f"{url}/files/evil.exe?name=..%2F"), (2, f"{url}/files/nfe")).sales
        erp.files = {"/files/evil.exe": PDF, "/files/nfe": NFE}
        ours = adapter(url)
        danfe, danfe_bytes = await fetched(ours)
        nfe, nfe_bytes = await fetched(ours, "nfe_xml-1")
        await ours.aclose()

    assert (danfe.filename, danfe.media_type, danfe.size) == ("danfe-10042.pdf", "application/pdf", len(PDF))
    assert (nfe.filename, nfe.media_type) == ("nfe-xml-10042.xml", "application/xml")
    assert (danfe_bytes, nfe_bytes) == (PDF, NFE)


async def test_a_document_is_asked_for_anew_each_time() -> None:
    erp = erp_with()
    async with serving(erp.app()) as url:
        erp.sales = erp_with((3, f"{url}/f")).sales
        erp.files = {"/f": PDF}
        ours = adapter(url)
        (document,) = await ours.documents(SCOPE, "10042")
        erp.sales = erp_with().sales
        with pytest.raises(DocumentNotThere):
            await fetched(ours, document.id)
        await ours.aclose()


async def test_t2_the_document_of_another_company_is_not_there() -> None:
    erp = erp_with(company=56)
    async with serving(erp.app()) as url:
        erp.sales = erp_with((3, f"{url}/f"), company=56).sales
        erp.files = {"/f": PDF}
        theirs, ours = adapter(url), adapter(url)
        (document,) = await theirs.documents(scope_of("56"), "10042")
        with pytest.raises(DocumentNotThere):
            async with ours.open_document(SCOPE, document):
                pass
        assert list(await ours.documents(SCOPE, "10042")) == []
        await ours.aclose()
        await theirs.aclose()
    assert all(asked.path != "/f" for asked in erp.asked)


async def test_an_erp_that_lists_documents_for_any_company_shows_none_of_another() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if "arquivos" in asked.path:
            return JSONResponse({"itens": [{"tipoArquivo": 3, "url": "https://x.example/1"}]})
        return None

    erp = PlainErp([Sale(56, "10042")], behave=behave)
    async with serving(erp.app()) as url:
        ours = adapter(url)
        assert list(await ours.documents(SCOPE, "10042")) == []
        await ours.aclose()


async def test_an_erp_without_documents_has_none() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return (
            Response("<h1>404</h1>", 404, media_type="text/html")
            if "arquivos" in asked.path.lower()
            else None
        )

    async with serving(PlainErp([Sale(55, "10042")], behave=behave).app()) as url:
        ours = adapter(url)
        assert list(await ours.documents(SCOPE, "10042")) == []
        await ours.aclose()


async def test_our_token_goes_to_the_erp_and_to_no_other_host() -> None:
    files = PlainErp(files={"/f": PDF})
    erp = erp_with()
    async with serving(erp.app()) as url, serving(files.app()) as elsewhere:
        erp.sales = erp_with((3, f"{elsewhere}/f"), (0, f"{url}/g")).sales
        erp.files = {"/g": PDF}
        ours = adapter(url, document_hosts=[elsewhere.removeprefix("http://")])
        await fetched(ours)
        await fetched(ours, "boleto-1")
        await ours.aclose()

    assert "authorization" not in files.asked[0].headers
    assert erp.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("response", "error", "why"),
    [
        (RedirectResponse("http://127.0.0.1:1/"), DocumentRefused, "redirect"),
        (Response(status_code=404), DocumentNotThere, ""),
        (Response(status_code=401), ErpDenied, ""),
        (Response(status_code=500), ErpUnavailable, ""),
        (Response(status_code=206, content=PDF), ErpBadAnswer, ""),
        (Response(content=b""), DocumentRefused, "empty"),
        (Response(content=b"<html>sign in</html>"), DocumentRefused, "web_page"),
        (Response(content=NFE), DocumentRefused, "wrong_type"),
        (Response(content=b"MZ\x90\x00"), DocumentRefused, "unknown_type"),
        (Response(content=b"%PDF-" + b"x" * 2_000_000), DocumentRefused, "too_large"),
        (Response(content=PDF, headers={"Content-Encoding": "br"}), ErpBadAnswer, ""),
    ],
)
async def test_what_is_no_document_is_refused(response: Response, error: type[Exception], why: str) -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return response if asked.path == "/f" else None

    erp = erp_with()
    erp.behave = behave
    async with serving(erp.app()) as url:
        erp.sales = erp_with((3, f"{url}/f")).sales
        ours = adapter(url)
        with pytest.raises(error) as caught:
            await fetched(ours)
        await ours.aclose()
    if isinstance(caught.value, DocumentRefused):
        assert caught.value.why == why


async def test_bytes_beyond_the_cap_are_refused_even_when_no_size_was_told() -> None:
    async def endless(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.7")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    with pytest.raises(DocumentRefused) as caught:
        await _fetched_from(endless, document_max_bytes=300_000)
    assert caught.value.why == "too_large"


async def test_a_document_that_drips_is_given_up() -> None:
    async def drip(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.7" + b"x" * 2000)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    with pytest.raises(ErpUnavailable):
        await _fetched_from(drip, document_seconds=0.5)


async def test_a_document_cut_off_is_a_bad_answer() -> None:
    async def cut(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(PDF, length=len(PDF) + 10))

    with pytest.raises(ErpBadAnswer):
        await _fetched_from(cut)


async def test_a_slow_reader_does_not_count_against_the_erps_time() -> None:
    async def send(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(PDF))

    async with speaking(send) as port:
        erp = erp_with((3, f"http://127.0.0.1:{port}/f"))
        async with serving(erp.app()) as url:
            ours = adapter(url, document_hosts=[f"127.0.0.1:{port}"], document_seconds=1.0)
            (document,) = await ours.documents(SCOPE, "10042")
            async with ours.open_document(SCOPE, document) as stream:
                received = b""
                async for chunk in stream.chunks:
                    received += chunk
                    await asyncio.sleep(0.1)
            await ours.aclose()
    assert received == PDF


async def test_https_is_dialled_at_the_checked_address_and_vouched_for_by_name(tmp_path: Path) -> None:
    server, client = _tls_for("localhost", tmp_path)
    names: list[str] = []

    async def send(head: bytes, writer: asyncio.StreamWriter) -> None:
        names.append(next(line for line in head.decode().split("\r\n") if line.lower().startswith("host:")))
        writer.write(reply(PDF))

    async def once(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async with speaking(send, tls=server) as port:
        erp = erp_with((3, f"https://localhost:{port}/f"))
        async with serving(erp.app()) as url:
            ours = adapter(url, document_hosts=[f"localhost:{port}"], tls=client, resolve=once)
            _, content = await fetched(ours)
            erp.sales = erp_with((3, f"https://127.0.0.1:{port}/f")).sales
            theirs = adapter(url, document_hosts=[f"127.0.0.1:{port}"], tls=client, resolve=once)
            # The certificate is for localhost: the same server under another name is not trusted.
            with pytest.raises(ErpUnavailable):
                await fetched(theirs)
            await ours.aclose()
            await theirs.aclose()

    assert content == PDF
    assert names == [f"Host: localhost:{port}"]


ADDRESSES = {
    "erp.example": ["10.0.0.5"],
    "files.example": ["93.184.216.34"],
    "private.example": ["10.1.2.3"],
    "rebound.example": ["127.0.0.1"],
    "mixed.example": ["93.184.216.34", "169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
}


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://erp.example/f?x=1", "erp"),
        ("https://ERP.example:443/f", "erp"),
        ("https://files.example/f", "other"),
        ("https://private.example/f", "other"),
        ("https://files.example:8443/f", "other"),
        ("https://10.9.9.9/f", "other"),
        ("http://erp.example/f", "plain_http"),
        ("http://files.example/f", "plain_http"),
        ("http://127.0.0.1/f", "plain_http"),
        ("https://erp.example:8443/f", "host"),
        ("https://evil.example/f", "host"),
        ("https://erp.example.evil.example/f", "host"),
        ("https://evil.example/erp.example", "host"),
        ("https://erp.example./f", "host"),
        ("https://127.0.0.1/f", "host"),
        ("https://2130706433/f", "host"),
        ("https://0x7f.1/f", "host"),
        ("https://[::1]/f", "host"),
        ("https://169.254.169.254/latest/meta-data/", "host"),
        ("https://rebound.example/f", "address"),
        ("https://mixed.example/f", "address"),
        ("https://mapped.example/f", "address"),
        ("https://user@erp.example/f", "bad_url"),
        ("https://evil.example\\@erp.example/f", "bad_url"),
        ("https://erp.example@evil.example/f", "bad_url"),
        ("//erp.example/f", "bad_url"),
        ("/f", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("ftp://erp.example/f", "bad_url"),
        ("gopher://erp.example/f", "bad_url"),
        ("javascript:alert(1)", "bad_url"),
        ("data:text/html,x", "bad_url"),
        ("https://", "bad_url"),
        ("https://erp.example:99999/f", "host"),
        ("https://erp.exa\r\nmple/f", "bad_url"),
        ("", "bad_url"),
    ],
)
async def test_t11_only_listed_hosts_at_sane_addresses_are_visited(url: str, outcome: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ADDRESSES.get(host, [host])

    listed = [name for name in ADDRESSES if name != "erp.example"]
    guard = Guard(
        base=httpx.URL("https://erp.example"),
        hosts=[*listed, "files.example:8443", "10.9.9.9"],
        resolve=resolve,
    )
    if outcome in ("erp", "other"):
        target = await guard.admit(url)
        assert target.is_erp is (outcome == "erp")
    else:
        with pytest.raises(DocumentRefused) as caught:
            await guard.admit(url)
        assert caught.value.why == outcome


async def test_a_host_without_an_address_is_unavailable() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    guard = Guard(base=httpx.URL("https://erp.example"), hosts=[], resolve=resolve)
    with pytest.raises(ErpUnavailable):
        await guard.admit("https://erp.example/f")


@pytest.mark.parametrize(
    ("address", "host", "allowed"),
    [
        ("93.184.216.34", "files.example", True),
        ("2606:2800:220:1::1", "files.example", True),
        ("192.168.1.1", "files.example", True),
        ("fd12::1", "files.example", True),
        ("127.0.0.1", "files.example", False),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "files.example", False),
        ("169.254.169.254", "files.example", False),
        ("fe80::1%eth0", "files.example", False),
        ("0.0.0.0", "files.example", False),
        ("224.0.0.1", "files.example", False),
        ("240.0.0.1", "files.example", False),
        ("::ffff:169.254.169.254", "files.example", False),
        ("64:ff9b::7f00:1", "files.example", False),
        ("2002:7f00:1::", "files.example", False),
        ("not an address", "files.example", False),
    ],
)
def test_addresses_that_no_name_may_stand_for(address: str, host: str, allowed: bool) -> None:
    assert may_dial(address, host) is allowed


@pytest.mark.parametrize(
    "entry", ["", "*.example.com", "https://files.example", "files.example/x", "a@b", "a:b"]
)
def test_an_entry_that_is_no_host_is_refused_at_start(entry: str) -> None:
    with pytest.raises(ErpAddressRefused):
        adapter("https://erp.example", document_hosts=[entry])


@pytest.mark.parametrize(
    ("head", "kind", "extension"),
    [
        (PDF, DocumentKind.DANFE, "pdf"),
        (NFE, DocumentKind.NFE_XML, "xml"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><!-- a --><n:Invoice/>", DocumentKind.EINVOICE_XML, "xml"),
        (b"<Invoice/>", DocumentKind.NFE_XML, "xml"),
        (b"PK\x03\x04rest", DocumentKind.OTHER, "zip"),
        (b"\x89PNG\r\n\x1a\n\x00", DocumentKind.OTHER, "png"),
        (b"\xff\xd8\xff\xe0", DocumentKind.BOLETO, "jpg"),
        (b"SN1;SN2\r\n", DocumentKind.SERIAL_NUMBERS, "txt"),
        ("número".encode("latin-1"), DocumentKind.SERIAL_NUMBERS, "txt"),
    ],
)
def test_a_document_is_what_its_bytes_say(head: bytes, kind: DocumentKind, extension: str) -> None:
    assert sniff(head, kind).extension == extension


@pytest.mark.parametrize(
    ("head", "kind", "why"),
    [
        (b"", DocumentKind.OTHER, "empty"),
        (b"<!DOCTYPE html><html>", DocumentKind.OTHER, "web_page"),
        (b"  <HTML>", DocumentKind.OTHER, "web_page"),
        (b"hello <script>alert(1)</script>", DocumentKind.OTHER, "web_page"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", DocumentKind.OTHER, "web_page"),
        (b"<x:html xmlns:x='http://www.w3.org/1999/xhtml'>", DocumentKind.OTHER, "web_page"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x/>", DocumentKind.NFE_XML, "xml_entities"),
        (b"<?xml version='1.0' encoding='UTF-7'?><x/>", DocumentKind.NFE_XML, "xml_encoding"),
        ("<?xml version='1.0'?><x/>".encode("utf-16"), DocumentKind.NFE_XML, "unknown_type"),
        (b"<<<", DocumentKind.OTHER, "unknown_type"),
        (b"MZ\x90\x00\x03", DocumentKind.OTHER, "unknown_type"),
        (b"\x7fELF\x02\x01\x01\x00", DocumentKind.OTHER, "unknown_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DocumentKind.OTHER, "unknown_type"),
        (PDF, DocumentKind.NFE_XML, "wrong_type"),
        (NFE, DocumentKind.DANFE, "wrong_type"),
        (b"  %PDF-1.7", DocumentKind.DANFE, "wrong_type"),
    ],
)
def test_t11_web_pages_programs_and_tricky_xml_are_refused(head: bytes, kind: DocumentKind, why: str) -> None:
    with pytest.raises(DocumentRefused) as caught:
        sniff(head, kind)
    assert caught.value.why == why


@given(st.integers(min_value=1, max_value=30), st.sampled_from([b"<!DOCTYPE", b"<!eNtItY", b"\x00"]))
def test_a_declaration_anywhere_in_the_xml_is_seen_however_it_is_cut(size: int, hidden: bytes) -> None:
    content = NFE + b"<!-- " + b"x" * 50 + hidden + b" -->"

    def watch() -> None:
        inspector = Inspector(XML)
        for start in range(0, len(content), size):
            inspector.see(content[start : start + size])

    with pytest.raises(DocumentRefused):
        watch()


async def test_a_declaration_far_into_the_xml_stops_the_stream() -> None:
    async def send(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(NFE + b" " * 200_000 + b"<!ENTITY x>"))

    with pytest.raises(DocumentRefused) as caught:
        await _fetched_from(send, kind=2)
    assert caught.value.why == "xml_entities"


async def _fetched_from(
    speak: object, *, kind: int = 3, document_max_bytes: int = 1024 * 1024, document_seconds: float = 5.0
) -> None:
    async with speaking(speak) as port:  # type: ignore[arg-type]
        erp = erp_with((kind, f"http://127.0.0.1:{port}/f"))
        async with serving(erp.app()) as url:
            ours = adapter(
                url,
                document_hosts=[f"127.0.0.1:{port}"],
                document_max_bytes=document_max_bytes,
                document_seconds=document_seconds,
            )
            try:
                await fetched(ours, "danfe-1" if kind == 3 else "nfe_xml-1")
            finally:
                await ours.aclose()


def _tls_for(host: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context around one self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both = folder / "server.pem"
    both.write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    return server, ssl.create_default_context(cadata=pem.decode())
