"""A whole workspace tied to a company: confirmed by an admin of the workspace, and undone."""

from bot.answers import acts, announcing
from bot.answers.desk import Answer, Desk, Turn, Wanted, say
from bot.chat import Actions, Moment, Part, Phrase, Platform, Say
from bot.linking import VerifiedBy
from bot.linking.errors import NotAllowed, NotFullMember, NothingToDecide
from bot.memory import Act


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
    wanted = [
        Wanted(
            Phrase("button_confirm_workspace", {"company": tie.company_name}),
            acts.CONFIRM_WORKSPACE,
            {"tie": str(tie.id)},
            primary=True,
        )
        for tie in ties
    ]
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
    return Answer((*parts, Actions(desk.buttons(turn, wanted))))


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
        Wanted(
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
