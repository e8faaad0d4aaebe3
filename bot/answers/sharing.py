"""Show an order to others: confirmation and post. Nothing is shared that was not previewed.

Who would read it is found out three times: for the preview, when it is confirmed, and when it is posted;
the post is never larger than what was agreed to. A share is a message of its own in the inbox
(`bot.chat.unasked.Shared`), so it is made once and outlives the process.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.extents import Extent, is_there, is_too_much, order_of, post_of, refused
from bot.answers.happenings import SILENCE
from bot.answers.offering import place_of
from bot.answers.share_preview import OFFER, previewed
from bot.answers.whereabouts import part_of
from bot.chat.buttons import Offer
from bot.chat.messages import Message
from bot.chat.people import Audience, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Errand, Say
from bot.chat.unasked import Shared, Told
from bot.erp.errors import ErpError
from bot.linking import Permission
from bot.memory import Act
from bot.scope import CompanyScope

POST, TELL = "share_post", "share_tell"


async def confirm(desk: Desk, turn: Turn, part: CompanyScope, act: Act) -> Answer:
    """Post what was previewed, if the same people or fewer would read it now."""
    if not turn.access.may(Permission.SHARE, part.company_id):
        return refused(desk, turn, act, "not_allowed", "share_not_for_role")
    place, extent = place_of(act.values["place"]), Extent(act.values["extent"])
    onlookers = await desk.services.channels.onlookers(place, part)
    if is_too_much(extent, onlookers):
        order = await order_of(desk, part, act.values)
        if order is None:
            return not_found(part)
        desk.record(turn, "share", "onlookers_changed", [act.values["order"]])
        shown = await previewed(desk, turn, part, order, place, onlookers)
        return replace(shown, parts=(Say(Phrase("share_changed")), *shown.parts))
    if not await is_there(desk, turn, place, onlookers):
        return refused(desk, turn, act, "not_there", "share_not_there")
    desk.record(turn, "share", "confirmed", [act.values["order"]])
    undo = Offer(Phrase("button_undo_share"), acts.UNDO_SHARE, _undoing(turn.message, act.values["share"]))
    values = {name: act.values[name] for name in ("share", "place", "extent", "order", "erp", "company_key")}
    errand = Errand(POST, {**values, "company": str(part.company_id), "locale": turn.reader.locale})
    return Answer(
        (Say(Phrase("share_posting")), Actions(desk.buttons(turn, [undo]))), (errand,), replaces=True
    )


def drop(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Keep it private after all."""
    desk.record(turn, "share", "dropped", [act.values["order"]])
    return replace(say("share_dropped"), replaces=True)


async def post(desk: Desk, turn: Turn, shared: Shared) -> Answer:
    """Make the post, in the right the sharer has and for the people who are there at this moment."""
    known = await desk.memory.recall(shared.share)
    if known is not None and known.kind == acts.UNDO_SHARE:
        return SILENCE
    company = turn.access.company(shared.company_id)
    part = part_of(company.scope, shared.values) if company else None
    number = shared.values["order"]
    if company is None or part is None or not company.may(Permission.SHARE):
        return _not_posted(desk, turn, shared, "not_allowed", "share_not_for_role")
    turn = replace(turn, company=company)
    extent = Extent(shared.extent)
    onlookers = await desk.services.channels.onlookers(turn.message.conversation, part)
    if is_too_much(extent, onlookers):
        return _not_posted(desk, turn, shared, "onlookers_changed", "share_changed_told")
    if not await is_there(desk, turn, turn.message.conversation, onlookers):
        return _not_posted(desk, turn, shared, "not_there", "share_not_there")
    try:
        order = await order_of(desk, part, shared.values)
    except ErpError as failure:
        # Posted an hour later it would be read as said now: the sharer is told, and tries again.
        return _not_posted(desk, turn, shared, failure.reason, "share_erp_away")
    if order is None:
        return _not_posted(desk, turn, shared, "not_found", "share_gone")
    desk.record(turn, "share", "posted" if extent is not Extent.LEAST else "posted_least", [number])
    undo = Offer(Phrase("button_undo_share"), acts.UNDO_SHARE, _undoing(turn.message, shared.share))
    parts = await post_of(desk, turn, order, extent, part.company_name)
    return Answer(
        (*parts, Actions(desk.buttons(turn, [undo]))),
        company=company,
        open_to=Audience.COMPANY if extent is Extent.FULL else Audience.EXTERNAL,
    )


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Hand a share to the inbox, or say in private what became of it; True when it was one of these."""
    values = errand.values
    if errand.name == POST:
        shared = Shared(
            share=values["share"],
            company_id=int(values["company"]),
            values={name: values[name] for name in ("order", "erp", "company_key")},
            extent=values["extent"],
            locale=values["locale"],
        )
        place = place_of(values["place"])
        await desk.teller.share(f"share:{shared.share}", message.sender, shared, place)
    elif errand.name == TELL:
        told = Told((Phrase(values["phrase"], {"number": values["number"]}),))
        await desk.tell(f"{message.id}:share", message.sender, told)
    elif errand.name == OFFER:
        wanted = Offer(
            Phrase("button_share_preview"),
            acts.SHARE_ASKED,
            {"text": values["text"], "place": values["place"]},
            primary=True,
        )
        told = Told(
            (Phrase("share_preview_here"),), (wanted,), int(values["company"]), Permission.SHARE.value
        )
        await desk.tell(f"{message.id}:share", message.sender, told)
    else:
        return False
    return True


def _not_posted(desk: Desk, turn: Turn, shared: Shared, outcome: str, key: str) -> Answer:
    """Nothing for anybody to read, and a word to the sharer alone."""
    number = shared.values["order"]
    desk.record(turn, "share", outcome, [number])
    return SILENCE.then(Errand(TELL, {"phrase": key, "number": number}))


def _undoing(message: Message, share: str) -> Mapping[str, str]:
    return {"share": share, "person": message.sender.key}


def reader_of(shared: Shared, reader: Reader) -> Reader:
    """A post reads as its preview did."""
    return replace(reader, locale=shared.locale or reader.locale)
