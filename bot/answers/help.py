"""What to type."""

from bot.answers.desk import Answer, Desk, Turn
from bot.chat.phrases import Phrase
from bot.chat.replies import Say
from bot.linking import Permission


def help_answer(desk: Desk, turn: Turn) -> Answer:
    """What the bot can do, with examples; the way in first for those who are not linked."""
    keys = ["help_intro", "help_find", "help_list", "help_documents", "help_account", "help_privacy"]
    if turn.access.scope is None:
        keys.insert(1, "not_linked")
    if turn.access.may(Permission.WATCH):
        keys.insert(4, "help_watch")
    if turn.access.may(Permission.MEMBERS_MANAGE):
        keys.insert(-1, "help_admin")
    if turn.access.staff:
        keys.insert(-1, "help_staff")
    parts = [Say(Phrase(key)) for key in keys]
    if desk.support_contact:
        parts.append(Say(Phrase("help_support", {"contact": desk.support_contact})))
    return Answer(tuple(parts))
