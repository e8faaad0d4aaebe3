"""NF-e XML, layout 4.00: the `nfeProc` document a supplier hands to its customer.

Not signed, and issued by a company that does not exist; the remark on it says so.
Source of names, order and rules: Manual de Orientação do Contribuinte 7.0, Anexo I.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.demo.supplier.catalogue import SUPPLIER, Address
from bot.demo.supplier.papers import BilledLine, Invoice

NAMESPACE = "http://www.portalfiscal.inf.br/nfe"

_BRASILIA = timezone(timedelta(hours=-3))
_CENT = Decimal("0.01")

# ICMS within the state, and between states by origin (Resolução do Senado 22/1989).
_WITHIN = {"SP": Decimal("18.00"), "PE": Decimal("20.50")}
_SOUTH = frozenset({"SP", "RJ", "MG", "PR", "SC", "RS"})
_PIS, _COFINS = Decimal("1.65"), Decimal("7.60")


@dataclass(frozen=True)
class _Taxes:
    """Taxes of one line; all are inside its price."""

    base: Decimal
    icms: Decimal
    federal_base: Decimal
    pis: Decimal
    cofins: Decimal


def nfe_xml(invoice: Invoice) -> bytes:
    """The authorised invoice as XML; the same bytes for the same invoice."""
    root = Element("nfeProc", {"xmlns": NAMESPACE, "versao": "4.00"})
    info = SubElement(SubElement(root, "NFe"), "infNFe", {"versao": "4.00", "Id": f"NFe{invoice.access_key}"})
    issuer, buyer = invoice.centre.address, invoice.customer.address
    rate = _icms_rate(issuer.state, buyer.state)
    freights = _shared(invoice.freight, [line.total for line in invoice.lines])
    taxes = [
        _taxes(line.total + freight, rate) for line, freight in zip(invoice.lines, freights, strict=True)
    ]

    _identification(info, invoice)
    _issuer(info, invoice)
    _recipient(info, invoice)
    for line, freight, tax in zip(invoice.lines, freights, taxes, strict=True):
        _line(info, invoice, line, freight, tax, rate)
    _totals(info, invoice, taxes)
    _transport(info, invoice)
    _billing(info, invoice)
    _remarks(info, invoice)
    _protocol(root, invoice)
    return b'<?xml version="1.0" encoding="UTF-8"?>' + tostring(root, encoding="unicode").encode()


def _identification(info: Element, invoice: Invoice) -> None:
    key, centre = invoice.access_key, invoice.centre
    inside = centre.address.state == invoice.customer.address.state
    leaves = {"dhSaiEnt": _local(invoice.issued_at + timedelta(minutes=20))} if invoice.carrier else {}
    _fill(
        SubElement(info, "ide"),
        {
            "cUF": centre.state_code,
            "cNF": key[35:43],
            "natOp": "Venda de mercadoria adquirida de terceiros",
            "mod": "55",
            "serie": invoice.series,
            "nNF": str(invoice.number),
            "dhEmi": _local(invoice.issued_at),
            **leaves,
            "tpNF": "1",
            "idDest": "1" if inside else "2",
            "cMunFG": centre.address.city_code,
            "tpImp": "1",
            "tpEmis": "1",
            "cDV": key[-1],
            "tpAmb": "1",
            "finNFe": "1",
            "indFinal": "0",
            "indPres": "9",
            "indIntermed": "0",
            "procEmi": "0",
            "verProc": "demo 1.0",
        },
    )


def _issuer(info: Element, invoice: Invoice) -> None:
    centre = invoice.centre
    issuer = SubElement(info, "emit")
    _fill(issuer, {"CNPJ": centre.cnpj, "xNome": SUPPLIER, "xFant": centre.name})
    _address(issuer, "enderEmit", centre.address, centre.phone)
    _fill(issuer, {"IE": centre.state_registration, "CRT": "3"})


def _recipient(info: Element, invoice: Invoice) -> None:
    customer = invoice.customer
    recipient = SubElement(info, "dest")
    _fill(recipient, {"CNPJ": customer.cnpj, "xNome": customer.name})
    _address(recipient, "enderDest", customer.address, customer.phone)
    _fill(recipient, {"indIEDest": "1", "IE": customer.state_registration, "email": customer.email})


def _address(parent: Element, name: str, address: Address, phone: str) -> None:
    _fill(
        SubElement(parent, name),
        {
            "xLgr": address.street,
            "nro": address.number,
            "xBairro": address.district,
            "cMun": address.city_code,
            "xMun": address.city,
            "UF": address.state,
            "CEP": address.zip,
            "cPais": "1058",
            "xPais": "BRASIL",
            "fone": phone,
        },
    )


def _line(
    info: Element, invoice: Invoice, line: BilledLine, freight: Decimal, tax: _Taxes, rate: Decimal
) -> None:
    inside = invoice.centre.address.state == invoice.customer.address.state
    detail = SubElement(info, "det", {"nItem": str(line.position)})
    quantity, price = f"{line.quantity:.4f}", f"{line.unit_price:.10f}"
    _fill(
        SubElement(detail, "prod"),
        {
            "cProd": line.product.part_number,
            "cEAN": "SEM GTIN",
            "xProd": line.description,
            "NCM": line.product.ncm,
            "CFOP": "5102" if inside else "6102",
            "uCom": line.product.unit,
            "qCom": quantity,
            "vUnCom": price,
            "vProd": str(line.total),
            "cEANTrib": "SEM GTIN",
            "uTrib": line.product.unit,
            "qTrib": quantity,
            "vUnTrib": price,
            **({"vFrete": str(freight)} if freight else {}),
            "indTot": "1",
            **({"xPed": invoice.customer_reference[:15]} if invoice.customer_reference else {}),
        },
    )
    taxes = SubElement(detail, "imposto")
    _fill(
        SubElement(SubElement(taxes, "ICMS"), "ICMS00"),
        {
            "orig": "0",
            "CST": "00",
            "modBC": "3",
            "vBC": str(tax.base),
            "pICMS": str(rate),
            "vICMS": str(tax.icms),
        },
    )
    _fill(
        SubElement(SubElement(taxes, "PIS"), "PISAliq"),
        {"CST": "01", "vBC": str(tax.federal_base), "pPIS": str(_PIS), "vPIS": str(tax.pis)},
    )
    _fill(
        SubElement(SubElement(taxes, "COFINS"), "COFINSAliq"),
        {"CST": "01", "vBC": str(tax.federal_base), "pCOFINS": str(_COFINS), "vCOFINS": str(tax.cofins)},
    )


def _totals(info: Element, invoice: Invoice, taxes: list[_Taxes]) -> None:
    zero = "0.00"
    _fill(
        SubElement(SubElement(info, "total"), "ICMSTot"),
        {
            "vBC": str(sum((tax.base for tax in taxes), Decimal("0.00"))),
            "vICMS": str(sum((tax.icms for tax in taxes), Decimal("0.00"))),
            "vICMSDeson": zero,
            "vFCP": zero,
            "vBCST": zero,
            "vST": zero,
            "vFCPST": zero,
            "vFCPSTRet": zero,
            "vProd": str(invoice.goods),
            "vFrete": str(invoice.freight),
            "vSeg": zero,
            "vDesc": zero,
            "vII": zero,
            "vIPI": zero,
            "vIPIDevol": zero,
            "vPIS": str(sum((tax.pis for tax in taxes), Decimal("0.00"))),
            "vCOFINS": str(sum((tax.cofins for tax in taxes), Decimal("0.00"))),
            "vOutro": zero,
            "vNF": str(invoice.total),
        },
    )


def _transport(info: Element, invoice: Invoice) -> None:
    transport = SubElement(info, "transp")
    _fill(transport, {"modFrete": "0"})
    if invoice.carrier:
        _fill(
            SubElement(transport, "transporta"),
            {
                "CNPJ": invoice.carrier.cnpj,
                "xNome": invoice.carrier.name,
                "xMun": invoice.carrier.city,
                "UF": invoice.carrier.state,
            },
        )
    kilos = sum((line.quantity * Decimal(str(line.product.kilos)) for line in invoice.lines), Decimal(0))
    _fill(
        SubElement(transport, "vol"),
        {
            "qVol": str(max(1, round(kilos / 22))),
            "esp": "VOLUMES",
            "pesoL": f"{kilos:.3f}",
            "pesoB": f"{kilos * Decimal('1.06'):.3f}",
        },
    )


def _billing(info: Element, invoice: Invoice) -> None:
    billing = SubElement(info, "cobr")
    total = str(invoice.total)
    _fill(
        SubElement(billing, "fat"),
        {"nFat": f"{invoice.number:09d}", "vOrig": total, "vDesc": "0.00", "vLiq": total},
    )
    _fill(SubElement(billing, "dup"), {"nDup": "001", "dVenc": invoice.due_on.isoformat(), "vDup": total})
    means = {"Boleto": "15", "PIX": "17"}.get(invoice.payment_method, "18")
    paid = SubElement(SubElement(info, "pag"), "detPag")
    _fill(paid, {"indPag": "1", "tPag": means, "vPag": total})


def _remarks(info: Element, invoice: Invoice) -> None:
    parts = ["DOCUMENTO DE DEMONSTRAÇÃO, SEM VALOR FISCAL: EMITENTE E DESTINATÁRIO FICTÍCIOS."]
    ours = f"Nosso pedido {invoice.order_number}."
    yours = f" Seu pedido {invoice.customer_reference}." if invoice.customer_reference else ""
    parts.append(ours + yours)
    parts.append(f"Pagamento: {invoice.payment_method}, {invoice.payment_terms}.")
    if invoice.note:
        parts.append(invoice.note)
    _fill(SubElement(info, "infAdic"), {"infCpl": " ".join(parts)})


def _protocol(root: Element, invoice: Invoice) -> None:
    protocol = SubElement(SubElement(root, "protNFe", {"versao": "4.00"}), "infProt")
    sequence = f"{invoice.number:010d}"
    _fill(
        protocol,
        {
            "tpAmb": "1",
            "verAplic": "DEMO",
            "chNFe": invoice.access_key,
            "dhRecbto": _local(invoice.issued_at + timedelta(seconds=4)),
            "nProt": f"1{invoice.centre.state_code}{invoice.issued_at:%y}{sequence}",
            "cStat": "100",
            "xMotivo": "Autorizado o uso da NF-e",
        },
    )


def _icms_rate(origin: str, destination: str) -> Decimal:
    if origin == destination:
        return _WITHIN[origin]
    southern_sale_north = origin in _SOUTH and destination not in _SOUTH
    return Decimal("7.00") if southern_sale_north else Decimal("12.00")


def _taxes(value: Decimal, rate: Decimal) -> _Taxes:
    icms = _percent(value, rate)
    federal = value - icms
    return _Taxes(value, icms, federal, _percent(federal, _PIS), _percent(federal, _COFINS))


def _shared(amount: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """Split an amount over lines by weight; the last line takes what rounding leaves."""
    whole = sum(weights)
    shares = [(amount * weight / whole).quantize(_CENT, ROUND_HALF_UP) for weight in weights[:-1]]
    rest = (amount - sum(shares)).quantize(_CENT)
    if rest < 0:
        # Rounding up many small shares took more than there was.
        shares[shares.index(max(shares))] += rest
        rest = Decimal("0.00")
    return [*shares, rest]


def _percent(value: Decimal, rate: Decimal) -> Decimal:
    return (value * rate / 100).quantize(_CENT, ROUND_HALF_UP)


def _local(moment: datetime) -> str:
    return moment.astimezone(_BRASILIA).isoformat(timespec="seconds")


def _fill(parent: Element, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text
