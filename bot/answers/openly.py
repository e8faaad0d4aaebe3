"""Whether a document may go to where others read along: asked when it goes, and never remembered."""

import structlog

from bot.answers.disclosure import may_have
from bot.chat.files import OrderFile
from bot.chat.messages import Message
from bot.linking import AuditEntry, LinkedCompany, Linking
from bot.linking.channels import Channels


class OpenFiles:
    """Decides for channels and groups (`delivery.FilePlaces`)."""

    def __init__(self, linking: Linking, channels: Channels) -> None:
        self._linking = linking
        self._channels = channels

    async def may_be_posted(self, message: Message, file: OrderFile) -> bool:
        """Only in a place of the document's company, in which everybody may have this document."""
        place, sender = message.conversation, message.sender
        if place.private:
            return False
        access = await self._linking.access(sender, place=place, concerning=file.company_id)
        company = access.company(file.company_id)

        def allowed(theirs: LinkedCompany) -> bool:
            return may_have(theirs, file.document)

        if company is None or not allowed(company):
            return False
        open_to_all = await self._channels.all_may(place, company.scope, allowed)
        structlog.get_logger().info("file_place_decided", outcome="channel" if open_to_all else "direct")
        return open_to_all

    async def posted(self, message: Message, file: OrderFile) -> None:
        """Write down that others were shown it, and where."""
        await self._linking.record(
            AuditEntry(
                user=message.sender,
                company_id=file.company_id,
                act="file",
                outcome="posted",
                subject=(file.document.order_number, file.document.id),
                conversation=message.conversation.lane,
            )
        )
