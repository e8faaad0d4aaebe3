"""Modals and the App Home: what they look like, and what a filled-in form says.

Nothing is kept in a view that decides anything: its values come back from the person's own computer.
Source: https://docs.slack.dev/surfaces/modals
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.messages import Searched
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.handlers.slack.sheet import Block, Post, plain_text, section, with_unique_actions
from bot.handlers.slack.text import clean, cut, one_line
from bot.orders import DocumentKind, OrderStatus
from bot.wording import Wording

SEARCH = "search"
"""The `callback_id` of the search form."""
NUMBER, PERIOD, STATUS, DOCUMENT = "number", "period", "status", "document"
"""Its fields, by block; the element in each is named alike."""
MAX_BLOCKS = 100
LONGEST_NUMBER = 60
_TITLE, _OPTION, _PLACEHOLDER = 24, 75, 150
_DAYS = (7, 30, 90, 365)
_OPEN = "open"
_STATUSES = tuple(status for status in OrderStatus if status is not OrderStatus.UNKNOWN)
_DOCUMENTS = (
    DocumentKind.INVOICE_PDF,
    DocumentKind.NFE_XML,
    DocumentKind.BOLETO,
    DocumentKind.CREDIT_NOTE,
    DocumentKind.ORDER_CONFIRMATION,
    DocumentKind.DELIVERY_NOTE,
    DocumentKind.PROOF_OF_DELIVERY,
    DocumentKind.CERTIFICATE,
    DocumentKind.SERIAL_NUMBERS,
)


def search_form(reader: Reader, wording: Wording) -> Block:
    """The modal in which to give a number, or what orders to list."""

    def say(key: str, **values: Any) -> str:
        return one_line(wording.say(Phrase(key, values), reader))

    days = [(str(count), say("search_days", count=count)) for count in _DAYS]
    statuses = [(_OPEN, say("search_open")), *((one.value, say(f"status_{one}")) for one in _STATUSES)]
    documents = [
        (kind.value, say("document_alone", document=Phrase(f"document_{kind}"))) for kind in _DOCUMENTS
    ]
    number = {
        "type": "external_select",
        "action_id": NUMBER,
        "min_query_length": 0,
        "focus_on_load": True,
        "placeholder": plain_text(cut(say("search_number_hint"), _PLACEHOLDER)),
    }
    return {
        "type": "modal",
        "callback_id": SEARCH,
        "title": plain_text(cut(say("search_title"), _TITLE)),
        "submit": plain_text(cut(say("search_submit"), _TITLE)),
        "close": plain_text(cut(say("search_close"), _TITLE)),
        "blocks": [
            _input(NUMBER, say("search_number"), number),
            _input(PERIOD, say("search_period"), _select(PERIOD, say("search_any"), days)),
            _input(STATUS, say("search_status"), _select(STATUS, say("search_any"), statuses)),
            _input(DOCUMENT, say("search_document"), _select(DOCUMENT, say("search_any"), documents)),
        ],
    }


def saying_view(phrase: Phrase, reader: Reader, wording: Wording) -> dict[str, Any]:
    """A modal of one sentence."""
    return answer_view((section(clean(wording.say(phrase, reader))),), reader, wording)


def answer_view(blocks: Sequence[Block], reader: Reader, wording: Wording) -> dict[str, Any]:
    """A modal that shows an answer; what is beyond a hundred blocks is left out from the end."""
    title, close = Phrase("view_title"), Phrase("search_close")
    return {
        "type": "modal",
        "callback_id": "answer",
        "title": plain_text(cut(one_line(wording.say(title, reader)), _TITLE)),
        "close": plain_text(cut(one_line(wording.say(close, reader)), _TITLE)),
        "blocks": list(with_unique_actions(blocks[:MAX_BLOCKS])),
    }


def home_view(posts: Sequence[Post]) -> Block:
    """The App Home."""
    blocks = [block for post in posts for block in post.blocks]
    return {"type": "home", "blocks": list(with_unique_actions(blocks[:MAX_BLOCKS]))}


def option(text: str, value: str) -> dict[str, Any]:
    """One choice of a menu."""
    return {"text": plain_text(cut(one_line(text), _OPTION) or "–"), "value": value}


def read_form(view: Mapping[str, Any]) -> Searched:
    """What a person filled in. A value that is none of ours counts as not filled in."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    number = _chosen(values, NUMBER)[:LONGEST_NUMBER]
    period, status, document = (_chosen(values, name) for name in (PERIOD, STATUS, DOCUMENT))
    return Searched(
        number=number,
        days=int(period) if period in map(str, _DAYS) else 0,
        open_only=status == _OPEN,
        status=next((one for one in _STATUSES if one.value == status), None),
        document=next((kind for kind in _DOCUMENTS if kind.value == document), None),
    )


def problems(form: Searched) -> Mapping[str, Phrase]:
    """What must be mended before it can be searched for, by field."""
    if form.number:
        if not any(char.isdecimal() for char in form.number):
            return {NUMBER: Phrase("search_number_unreadable")}
        return {}
    if form.document is not None:
        return {NUMBER: Phrase("search_document_needs_number")}
    if not (form.days or form.open_only or form.status):
        return {NUMBER: Phrase("search_empty")}
    return {}


def _chosen(values: object, name: str) -> str:
    for key in (name, name, "selected_option", "value"):
        values = values.get(key) if isinstance(values, Mapping) else None
    return values if isinstance(values, str) else ""


def _input(name: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": plain_text(label),
        "element": element,
    }


def _select(name: str, placeholder: str, options: Sequence[tuple[str, str]]) -> Block:
    return {
        "type": "static_select",
        "action_id": name,
        "placeholder": plain_text(cut(placeholder, _PLACEHOLDER)),
        "options": [option(text, value) for value, text in options],
    }
