"""What is asked where others read along, and goes on in private."""

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn
from bot.chat.buttons import Offer
from bot.chat.messages import Asked, Pressed
from bot.chat.phrases import Phrase
from bot.chat.replies import GoOnInPrivate, Say
from bot.questions import Intent, Question

_GOES_ON = frozenset(
    {Intent.FIND, Intent.LIST, Intent.DOCUMENTS, Intent.CHANGES, Intent.WATCH, Intent.UNWATCH, Intent.SHARE}
)
"""What is carried along: questions about orders, never a code or an invitation."""


def ask_in_private(desk: Desk, turn: Turn, question: Question | None = None) -> Answer:
    """Not here; with a way to the chat with the bot alone, where it is answered to whoever opens it.

    In their own right: what was asked is not a secret, it stands in the group.
    """
    said, action = turn.message.content, ""
    if isinstance(said, Pressed):
        action = said.action
    elif isinstance(said, Asked) and question is not None and question.intent in _GOES_ON:
        meant = {"text": said.text, "intent": question.intent.value}
        [button] = desk.buttons(turn, [Offer(Phrase("button_in_private"), acts.MEANT, meant)])
        action = button.action
    return Answer((Say(Phrase("ask_in_private")), GoOnInPrivate(Phrase("button_in_private"), action)))
