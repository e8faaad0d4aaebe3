"""What a person writes in each language, and how what they read looks there."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A language: questions by what is wanted, words of the answers, and what a date and an amount look like.

    In a question `{month}` is the month before this one and `{last}` its last day. Which order is the
    first of it differs from day to day, and so whether it has one XML or several.
    """

    code: str
    asks: dict[str, str]
    reads: dict[str, str | re.Pattern[str]]
    day: str
    amount: str
    hour: str
    foreign: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    """Words of another language that must not be in any answer."""

    def ask(self, what: str, today: date) -> str:
        last = today.replace(day=1) - timedelta(days=1)
        return self.asks[what].format(month=_MONTHS[self.code].split()[last.month - 1], last=last.day)


_ENGLISH = re.compile(
    r"\b(?:the|of|your|since|order|orders|invoice|with|and|is|are|was|here|when|file|every|stop|as of|open|"
    r"paid|shipped|expected|page|documents|did you mean|AM|PM)\b",
    re.IGNORECASE,
)

ENGLISH = Spoken(
    code="en",
    asks={
        "number": "where is PO-7782?",
        "range": "which orders came in between {month} 1 and {month} {last}?",
        "follow-up": "and the XML of the first one?",
        "mistyped": "what about PO-77822?",
        "watch": "tell me when PO-7782 is delivered",
        "watch a list": "tell me about late orders every Monday at 9",
        "watches": "what am I watching?",
        "stop one": "stop watching PO-7782",
        "watch again": "let me know as soon as PO-7782 arrives",
        "stop all": "stop all alerts",
        "statement": "statement of open invoices",
        "workbook": "orders of {month} as Excel",
        "bundle": "all XMLs of {month}",
    },
    reads={
        "number": "Partially shipped since",
        "range": "Orders from",
        "follow-up": re.compile(r"documents of order|Invoice XML \(NF-e\)"),
        "mistyped": "Did you mean one of these?",
        "watch": "PO-7782: I will tell you here when it is delivered.",
        "watch a list": "I will send you the list of late orders here, every Monday at",
        "watches": "You watch 2 things:",
        "stop one": "I have stopped watching it.",
        "watch again": "PO-7782: I will tell you here when it is delivered.",
        "stop all": "I have stopped watching 2 of them.",
        "statement": "overdue since",
        "workbook": "I am making the file.",
        "bundle": "I am collecting the documents",
        "bundled": re.compile(r"Northwind Industrial Ltda: \d+ documents(?! \()"),
    },
    day=r"[A-Z][a-z]{2} \d{1,2}, \d{4}",
    amount=r"R\$\d{1,3}(?:,\d{3})*\.\d\d",
    hour=r"9:00\sAM",
)
PORTUGUESE = Spoken(
    code="pt",
    asks={
        "number": "cadê o pedido PO-7782?",
        "range": "quais pedidos entraram entre 1 e {last} de {month}?",
        "follow-up": "e o XML do primeiro?",
        "mistyped": "e o PO-77822?",
        "watch": "me avise quando o PO-7782 for entregue",
        "watch a list": "me avise dos pedidos atrasados toda segunda às 9",
        "watches": "o que estou acompanhando?",
        "stop one": "pare de acompanhar o PO-7782",
        "watch again": "me avisa assim que o PO-7782 chegar",
        "stop all": "pare todos os avisos",
        "statement": "extrato das notas em aberto",
        "workbook": "planilha dos pedidos de {month}",
        "bundle": "todos os XMLs de {month}",
    },
    reads={
        "number": "encontrado pela sua referência",
        "range": "Pedidos de",
        "follow-up": re.compile(r"documentos do pedido|XML da NF-e"),
        "mistyped": "Você quis dizer um destes?",
        "watch": "PO-7782: aviso você aqui quando ele for entregue.",
        "watch a list": "Envio aqui a lista de pedidos atrasados, toda segunda-feira às",
        "watches": "Você acompanha 2 coisas:",
        "stop one": "Parei de acompanhar.",
        "watch again": "PO-7782: aviso você aqui quando ele for entregue.",
        "stop all": "Parei de acompanhar 2 deles.",
        "statement": "vencida desde",
        "workbook": "Estou montando o arquivo.",
        "bundle": "Estou juntando os documentos",
        "bundled": re.compile(r"Northwind Industrial Ltda: \d+ documentos(?! \()"),
    },
    day=r"\d{1,2} de [a-z]{3}\. de \d{4}",
    amount=r"R\$\s\d{1,3}(?:\.\d{3})*,\d\d",
    hour="09:00",
    foreign=_ENGLISH,
)
SPANISH = Spoken(
    code="es",
    asks={
        "number": "¿dónde está el pedido PO-7782?",
        "range": "¿qué pedidos entraron entre el 1 y el {last} de {month}?",
        "follow-up": "¿y el XML del primero?",
        "mistyped": "¿y el PO-77822?",
        "watch": "avísame cuando entreguen el PO-7782",
        "watch a list": "avísame de los pedidos atrasados cada lunes a las 9",
        "watches": "¿qué estoy siguiendo?",
        "stop one": "deja de seguir el PO-7782",
        "watch again": "avísame en cuanto llegue el PO-7782",
        "stop all": "cancela todos los avisos",
        "statement": "estado de cuenta de facturas pendientes",
        "workbook": "pedidos de {month} en Excel",
        "bundle": "todos los XML de {month}",
    },
    reads={
        "number": "Enviado en parte desde el",
        "range": "Pedidos del",
        "follow-up": re.compile(r"documentos del pedido|XML de la factura \(NF-e\)"),
        "mistyped": "¿Quisiste decir uno de estos?",
        "watch": "PO-7782: te aviso aquí cuando se entregue.",
        "watch a list": "Te enviaré aquí la lista de pedidos atrasados, cada lunes a las",
        "watches": "Sigues 2 cosas:",
        "stop one": "He dejado de seguirlo.",
        "watch again": "PO-7782: te aviso aquí cuando se entregue.",
        "stop all": "He dejado de seguir 2 de ellos.",
        "statement": "vencida desde el",
        "workbook": "Estoy preparando el archivo.",
        "bundle": "Estoy reuniendo los documentos",
        "bundled": re.compile(r"Northwind Industrial Ltda: \d+ documentos(?! \()"),
    },
    day=r"\d{1,2} [a-z]{3,4} \d{4}",
    amount=r"\d{1,3}(?:\.\d{3})*,\d\d\sBRL",
    hour="9:00",
    foreign=_ENGLISH,
)
