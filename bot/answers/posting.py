"""Orders to be posted where nobody knows who reads: answered while somebody types, from the store alone."""

from collections.abc import Sequence
from typing import Final

from bot.answers import acts
from bot.answers.whereabouts import of_known
from bot.chat.people import ChatUser
from bot.chat.replies import Posting
from bot.linking import Linking
from bot.linking.budgets import Budgets
from bot.memory import Act, Memory
from bot.numbers.index import Numbers
from bot.orders import Reference

MOST: Final = 5
LONGEST: Final = 60
"""Characters of a number; longer texts are none."""


class Postings:
    """Answers what is being typed (`delivery.Poster`). Asks no ERP, and tells nobody what it found."""

    def __init__(self, linking: Linking, numbers: Numbers, memory: Memory, budgets: Budgets) -> None:
        self._linking = linking
        self._numbers = numbers
        self._memory = memory
        self._budgets = budgets

    async def postings(self, user: ChatUser, text: str) -> Sequence[Posting] | None:
        """At most five orders of the company spoken of, by a number like the one typed.

        None for who may see no company's orders. What posting one opens is decided when it is opened.
        """
        access = await self._linking.access(user)
        company = access.current
        if company is None:
            return None
        asked = text.strip()
        if not asked or len(asked) > LONGEST or await self._budgets.wait(user):
            return ()
        near = await self._numbers.look_up(company.scope, Reference(asked))
        found = (near.same or near.nearest)[:MOST]
        acts_of = [Act(acts.ORDER, company.company_id, of_known(known)) for known in found]
        actions = await self._memory.remember(acts_of) if found else []
        return [
            Posting(
                number=known.customer_reference or known.order_number,
                also=known.order_number if known.customer_reference else "",
                action=action,
            )
            for known, action in zip(found, actions, strict=True)
        ]
