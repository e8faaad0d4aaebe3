"""Pictures as people take them: labels, DANFE and QR codes, turned, blurred, in low light. Made here."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from bot.demo.supplier.nfe_key import check_digit

HARM = ("as it is", "turned", "blurred", "low light", "small", "turned, dark and noisy")


@dataclass(frozen=True)
class Shot:
    """A picture, what kind it is, and the number that stands on it."""

    kind: str
    harm: str
    number: str
    jpeg: bytes


def album(count: int, seed: int = 6) -> Iterator[Shot]:
    """So many pictures, evenly of every kind and harm; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  (pictures for a test)
    kinds = (("label", _label), ("DANFE", _danfe), ("QR", _qr))
    for at in range(count):
        kind, draw = kinds[at % len(kinds)]
        harm = HARM[at // len(kinds) % len(HARM)]
        number, picture = draw(chance)
        yield Shot(kind, harm, number, _as_jpeg(_harmed(picture, harm, chance), chance))


def a_key(chance: random.Random) -> str:
    """An access key with the right check digit."""
    body = f"35{chance.randint(2401, 2612)}{chance.randint(10**13, 10**14 - 1)}55001"
    body += f"{chance.randint(1, 10**9 - 1):09d}1{chance.randint(0, 10**8 - 1):08d}"
    return body + check_digit(body)


def _label(chance: random.Random) -> tuple[str, Image.Image]:
    number = f"PO-{chance.randint(1000, 99999)}"
    sheet = Image.new("L", (1200, 800), 255)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((20, 20, 1180, 780), outline=0, width=4)
    for at, line in enumerate(("DEMO SUPPLY", "Av. Paulista 1000, Sao Paulo", "Order", number)):
        pen.text((60, 60 + at * 50), line, fill=0, font_size=36)
    sheet.paste(_code(number, zxingcpp.BarcodeFormat.Code128, 800, 220), (180, 420))
    return number, sheet


def _danfe(chance: random.Random) -> tuple[str, Image.Image]:
    key = a_key(chance)
    sheet = Image.new("L", (1654, 1100), 255)
    pen = ImageDraw.Draw(sheet)
    for at in range(6):
        pen.rectangle((40, 380 + at * 110, 1610, 480 + at * 110), outline=0, width=3)
        pen.text((60, 400 + at * 110), f"CAMPO {at}: {chance.randint(0, 10**9)}", fill=0, font_size=28)
    pen.text((60, 60), "DANFE", fill=0, font_size=60)
    sheet.paste(_code(key, zxingcpp.BarcodeFormat.Code128, 900, 150), (680, 60))
    pen.text((690, 260), " ".join(key[at : at + 4] for at in range(0, 44, 4)), fill=0, font_size=30)
    return key, sheet


def _qr(chance: random.Random) -> tuple[str, Image.Image]:
    key = a_key(chance)
    sheet = Image.new("L", (1000, 1000), 255)
    address = f"https://www.nfce.fazenda.sp.gov.br/qrcode?p={key}|2|1|1|ABCDEF"
    sheet.paste(_code(address, zxingcpp.BarcodeFormat.QRCode, 600, 600), (200, 200))
    return key, sheet


def _code(text: str, format: zxingcpp.BarcodeFormat, width: int, height: int) -> Image.Image:
    barcode = zxingcpp.create_barcode(text, format)
    drawn = Image.fromarray(barcode.to_image(scale=4, add_quiet_zones=True))
    return drawn.convert("L").resize((width, height), Image.Resampling.NEAREST)


def _harmed(picture: Image.Image, harm: str, chance: random.Random) -> Image.Image:
    match harm:
        case "turned":
            return picture.rotate(chance.uniform(-40, 40), Image.Resampling.BICUBIC, True, fillcolor=235)
        case "blurred":
            return picture.filter(ImageFilter.GaussianBlur(chance.uniform(1.0, 2.5)))
        case "low light":
            return ImageEnhance.Brightness(ImageEnhance.Contrast(picture).enhance(0.35)).enhance(0.3)
        case "small":
            return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
        case "turned, dark and noisy":
            turned = picture.rotate(chance.uniform(-20, 20), Image.Resampling.BICUBIC, True, fillcolor=200)
            dark = ImageEnhance.Brightness(turned).enhance(0.45)
            noise = Image.effect_noise(dark.size, 22)
            return Image.blend(dark, noise, 0.2)
    return picture


def _as_jpeg(picture: Image.Image, chance: random.Random) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=chance.randint(55, 90))
    return out.getvalue()
