"""Numbers in PDFs and XML documents."""

import io
import re
import xml.etree.ElementTree as Tree
from collections.abc import Sequence
from typing import Final

import defusedxml.ElementTree as SafeTree
from defusedxml.common import DefusedXmlException
from pypdf import PageObject, PdfReader

from bot.reading.found import access_keys, is_access_key
from bot.reading.pictures import MOST_PIXELS, NotReadable, codes

MOST_PAGES = 4
MOST_PICTURES = 4
LONGEST_TEXT = 100_000
LARGEST_XML = 5_000_000
_NUMBER: Final = r"((?=[A-Za-z./-]{0,8}\d)[A-Za-z0-9][A-Za-z0-9./-]{2,29})"
_POINTER: Final = r"\s*(?:n[úu]mero|number|no\.?|n[º°o.]*|num\.?|#)?\s*[:#.]?\s*"
_LABELLED = re.compile(
    r"\b(?:purchase order|sales order|order|pedido(?: de compra)?|ordem de compra|orden de compra|"
    r"customer reference|sua refer[êe]ncia|su referencia|your reference|invoice|factura|nota fiscal|"
    r"delivery note|PO|OC)\b" + _POINTER + _NUMBER,
    re.IGNORECASE,
)
_KEY_ELEMENTS = frozenset({"chNFe", "chCTe"})
_ORDER_ELEMENTS = frozenset({"xPed", "OrderReference", "BuyerOrderReferencedDocument"})


def of_pdf(content: bytes) -> list[str]:
    """Access keys and labelled numbers in a PDF's text, then codes on its pictures; raises NotReadable."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotReadable
        pages = [reader.pages[at] for at in range(min(len(reader.pages), MOST_PAGES))]
        text = "\n".join(page.extract_text() for page in pages)[:LONGEST_TEXT]
    except NotReadable:
        raise
    except Exception as error:
        # A broken PDF makes the library raise whatever it stumbles on.
        raise NotReadable from error
    if keys := access_keys(text):
        return keys
    return labelled(text) or _on_pictures(pages)


def of_xml(content: bytes) -> list[str]:
    """The access key of a fiscal document, or the order an e-invoice names; raises NotReadable.

    Entities, DTDs and references to anything outside are refused, not expanded.
    """
    if len(content) > LARGEST_XML:
        raise NotReadable(too_large=True)
    try:
        root: Tree.Element = SafeTree.fromstring(content, forbid_dtd=True)
    except (Tree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotReadable from error
    keys: list[str] = []
    orders: list[str] = []
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        said = (element.text or "").strip()
        if name in ("infNFe", "infCte"):
            keys.append(re.sub(r"\D", "", element.get("Id", "")))
        elif name in _KEY_ELEMENTS:
            keys.append(said)
        elif name in _ORDER_ELEMENTS:
            orders.append(said or _first_text(element))
    return [key for key in keys if is_access_key(key)] or [one for one in orders if one]


def labelled(text: str) -> list[str]:
    """Numbers that stand behind a word for an order or invoice."""
    found = [number.rstrip(".-/") for number in _LABELLED.findall(text)]
    return [number for number in dict.fromkeys(found) if sum(one.isdigit() for one in number) >= 3]


def _first_text(element: Tree.Element) -> str:
    return next((text.strip() for text in element.itertext() if text.strip()), "")


def _on_pictures(pages: Sequence[PageObject]) -> list[str]:
    """Codes on the pictures of a PDF that was scanned."""
    found: list[str] = []
    looked_at = 0
    for page in pages:
        for name in list(page.images.keys()):
            if looked_at >= MOST_PICTURES:
                return found
            looked_at += 1
            try:
                picture = page.images[name]
                if picture.image is not None and picture.image.width * picture.image.height <= MOST_PIXELS:
                    found += codes(picture.data)
            except Exception:  # noqa: S112  (one picture that cannot be read is no reason to leave the next)
                continue
    return found
