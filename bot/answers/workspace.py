"""A whole workspace tied to a company: confirmed by an admin of the workspace, and undone."""

from collections.abc import Sequence

from bot.answers import acts, announcing
from bot.answers.desk import Answer, Desk, Turn, say
from bot.chat.buttons import Offer
from bot.chat.people import Platform
from bot.chat.phrases import Moment, Phrase
from bot.chat.replies import Actions, Part, Say
from bot.linking import CodeNotAccepted, VerifiedBy
from bot.linking.errors import NotAllowed, NotFullMember, NothingToDecide
from bot.linking.workspaces import PendingTie
from bot.memory import Act


async def prove(desk: Desk, turn: Turn, code: str) -> Answer:
    """Answer the code that was mailed for a workspace: an admin of it comes next."""
    try:
        ties = await desk.services.workspaces.prove(turn.message.sender, code)
    except CodeNotAccepted:
        return say("code_wrong")
    except NotFullMember:
        return say("workspace_members_only")
    names = ", ".join(tie.company_name for tie in ties)
    return Answer((Say(Phrase("workspace_proved", {"companies": names})), _confirming(desk, turn, ties)))


async def pending(desk: Desk, turn: Turn) -> Answer:
    """Answer "confirm workspace": what waits for an admin of this workspace, each with a button."""
    if not turn.message.conversation.private:
        return say("ask_in_private")
    if turn.message.sender.platform is not Platform.SLACK:
        return say("workspace_slack_only")
    try:
        ties = await desk.services.workspaces.pending(turn.message.sender)
    except NotFullMember:
        return say("workspace_admins_only")
    if not ties:
        return say("workspace_nothing_pending")
    parts: list[Part] = [
        Say(
            Phrase(
                "workspace_pending",
                {
                    "company": tie.company_name,
                    "who": await announcing.named(desk, tie.proved_by),
                    "until": Moment(tie.expires_at),
                },
            )
        )
        for tie in ties
    ]
    return Answer((*parts, _confirming(desk, turn, ties)))


async def confirm(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Tie the workspace, on the word of one of its admins."""
    try:
        tied = await desk.services.workspaces.confirm(turn.message.sender, int(act.values["tie"]))
    except NotFullMember:
        return say("workspace_admins_only")
    except NothingToDecide:
        return say("workspace_nothing_pending")
    told = announcing.linked(tied.company_id, tied.company_name, VerifiedBy.WORKSPACE, turn.reader)
    return say("workspace_tied", company=tied.company_name).then(told)


async def ask_untie(desk: Desk, turn: Turn) -> Answer:
    """Answer "unlink workspace": which ties there are, each with a button that ends it."""
    if not turn.message.conversation.private:
        return say("ask_in_private")
    try:
        ties = await desk.services.workspaces.ties_of(turn.message.sender)
    except NotFullMember:
        ties = ()
    if not ties:
        return say("workspace_not_tied")
    wanted = [
        Offer(
            Phrase("button_untie_workspace", {"company": tie.company_name}),
            acts.UNTIE_WORKSPACE,
            {"tie": str(tie.id)},
        )
        for tie in ties
    ]
    return Answer((Say(Phrase("workspace_untie_which")), Actions(desk.buttons(turn, wanted))))


async def untie(desk: Desk, turn: Turn, act: Act) -> Answer:
    """End a tie: its members see nothing from this moment on."""
    try:
        tied = await desk.services.workspaces.untie(turn.message.sender, int(act.values["tie"]))
    except (NotAllowed, NotFullMember, NothingToDecide):
        return say("workspace_untie_refused")
    return say("workspace_untied", company=tied.company_name)


def _confirming(desk: Desk, turn: Turn, ties: Sequence[PendingTie]) -> Actions:
    wanted = [
        Offer(
            Phrase("button_confirm_workspace", {"company": tie.company_name}),
            acts.CONFIRM_WORKSPACE,
            {"tie": str(tie.id)},
            primary=True,
        )
        for tie in ties
    ]
    return Actions(desk.buttons(turn, wanted))
