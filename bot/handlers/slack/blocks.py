"""A reply as Slack messages. Whatever comes from outside stands in plain text or is escaped."""

from collections.abc import Callable, Sequence

from bot.chat.buttons import Button
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import (
    Actions,
    AskContact,
    Choice,
    DeepLink,
    Files,
    GoOnInPrivate,
    Heading,
    LinkPreview,
    Made,
    OrderCard,
    OrderLines,
    OrderTable,
    PageLink,
    Part,
    Prompts,
    Say,
)
from bot.handlers.slack.card import card_post
from bot.handlers.slack.sheet import (
    SECTION,
    Block,
    Post,
    Sheet,
    actions,
    button_element,
    context,
    header,
    link_button,
    packed,
    section,
)
from bot.handlers.slack.text import clean, cut, one_line, size
from bot.orders import Order
from bot.wording import Wording

ROW_LIMIT = 40
LINE_LIMIT = 300
"""Characters of one order line; descriptions of 2000 are known to exist."""


def posts(parts: Sequence[Part], reader: Reader, wording: Wording) -> tuple[Post, ...]:
    """Everything of a reply but its files, as few messages as hold it."""
    return packed([post for part in parts if (post := _post(part, reader, wording)) and post.blocks])


def saying(phrase: Phrase, reader: Reader, wording: Wording) -> Post:
    return _say(phrase, reader, wording)


def _post(part: Part, reader: Reader, wording: Wording) -> Post | None:
    match part:
        case Say(phrase=phrase):
            return _say(phrase, reader, wording)
        case OrderCard():
            buttons = _labelled(part.buttons, reader, wording)
            return card_post(wording.card(part, reader), buttons, _left_out(reader, wording))
        case OrderLines():
            return _lines(part, reader, wording)
        case OrderTable():
            return _table(part, reader, wording)
        case Choice():
            return _choice(part, reader, wording)
        case Actions(buttons=given):
            labelled = _labelled(given, reader, wording)
            return Post(actions(labelled), " · ".join(label for _, label in labelled))
        case AskContact(phrase=phrase):
            # Slack has no button that hands over a phone number it vouches for.
            return _say(phrase, reader, wording)
        case DeepLink(token=token):
            # Plain text, so that it is copied as it is.
            return Post((section(token),), token)
        case PageLink():
            return _page_link(part, reader, wording)
        case Heading(phrase=phrase):
            return _heading(phrase, reader, wording)
        case GoOnInPrivate() | Files() | Made() | Prompts() | LinkPreview():
            # Slack answers the asker alone wherever it can, and has no link that says something there.
            return None


def _say(phrase: Phrase, reader: Reader, wording: Wording) -> Post:
    text = clean(wording.say(phrase, reader))
    return Post((section(text),), text)


def _heading(phrase: Phrase, reader: Reader, wording: Wording) -> Post:
    text = one_line(wording.say(phrase, reader))
    return Post((header(text),), text)


def _page_link(link: PageLink, reader: Reader, wording: Wording) -> Post:
    label = one_line(wording.say(link.label, reader))
    # A button that opens an address is told of like any other; without a value it is no question.
    element = link_button(label, link.url, action="page_link")
    return Post(({"type": "actions", "elements": [element]},), f"{label}: {link.url}")


def _table(table: OrderTable, reader: Reader, wording: Wording) -> Post:
    heading = clean(wording.say(table.heading, reader))
    footer = table.company_name
    if table.as_of is not None:
        footer = wording.as_of(footer, table.as_of, reader)
    tail = (context(footer), *actions(_labelled(table.buttons, reader, wording)))
    return _rows(heading, table.orders, table.rows, tail, one_line(footer), reader, wording)


def _choice(choice: Choice, reader: Reader, wording: Wording) -> Post:
    question = clean(wording.say(choice.question, reader))
    tail = (context(choice.company_name),)
    return _rows(
        question, choice.orders, choice.buttons, tail, one_line(choice.company_name), reader, wording
    )


def _rows(
    heading: str,
    orders: Sequence[Order],
    buttons: Sequence[Button],
    tail: Sequence[Block],
    footer: str,
    reader: Reader,
    wording: Wording,
) -> Post:
    """A heading, one section an order with the button that opens it, and a tail."""
    sheet = Sheet()
    sheet.add(section(heading), heading)
    note = _left_out(reader, wording)
    kept_free = (*tail, context(note(len(orders))))
    sheet.reserve(kept_free)
    shown = 0
    for index, order in enumerate(orders[:ROW_LIMIT]):
        accessory = None
        if index < len(buttons):
            accessory = button_element(buttons[index], wording.say(buttons[index].label, reader))
        text = _row_text(order, reader, wording)
        if not sheet.add(section(text, accessory=accessory), text.replace("\n", " · ")):
            break
        shown += 1
    sheet.release(kept_free)
    if shown < len(orders):
        left = note(len(orders) - shown)
        sheet.add(context(left), left)
    for block in tail:
        sheet.add(block)
    sheet.lines.append(footer)
    return sheet.post()


def _row_text(order: Order, reader: Reader, wording: Wording) -> str:
    row = wording.row(order, reader)
    title, status, detail = (cut(one_line(text), 120) for text in (row.title, row.status, row.detail))
    return f"{title}\n" + " · ".join(text for text in (status, detail) if text)


def _lines(lines: OrderLines, reader: Reader, wording: Wording) -> Post:
    """Order lines packed into few sections; a section a line would run out of blocks first."""
    title, *texts = (cut(one_line(text), LINE_LIMIT) for text in wording.lines(lines, reader))
    sheet = Sheet()
    sheet.add(section(title), title)
    footer = context(lines.company_name)
    note = _left_out(reader, wording)
    kept_free = (footer, context(note(len(texts))))
    sheet.reserve(kept_free)
    waiting = list(texts)
    while waiting:
        room = min(SECTION, sheet.characters_left)
        taken: list[str] = []
        while waiting and sum(size(text) + 1 for text in taken) + size(waiting[0]) <= room:
            taken.append(waiting.pop(0))
        if not taken or not sheet.add(section("\n".join(taken)), *taken):
            break
    sheet.release(kept_free)
    if waiting:
        left = note(len(waiting))
        sheet.add(context(left), left)
    sheet.add(footer, one_line(lines.company_name))
    return sheet.post()


def _labelled(buttons: Sequence[Button], reader: Reader, wording: Wording) -> list[tuple[Button, str]]:
    return [(button, one_line(wording.say(button.label, reader))) for button in buttons]


def _left_out(reader: Reader, wording: Wording) -> Callable[[int], str]:
    """The sentence that says how much is missing, to be called with the number."""
    return lambda count: wording.say(Phrase("more_left_out", {"count": count}), reader)
