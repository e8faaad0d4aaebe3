"""With whose right a company is looked at: so that every watch is seen, in as few questions as can be."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.people import ChatUser
from bot.linking import Linking, Permission
from bot.scope import CompanyScope
from bot.watching.values import LiveWatch, Watched
from bot.watching.watches import Watches

Part = tuple[CompanyScope, list[LiveWatch]]


@dataclass(frozen=True)
class Lookouts:
    """Which watches are looked at in which scope."""

    parts: Sequence[Part]
    complete: bool
    """False while a platform does not tell how somebody stands whose right would be needed: what
    changes meanwhile has to be asked for again."""


async def lookouts(
    linking: Linking, watches: Watches, company_id: int, watched: Sequence[LiveWatch]
) -> Lookouts:
    """The watches of a company, by a scope in which their orders are seen: as a rule one for all.

    It only decides what is looked at. Nobody is told anything but within their own right, which is
    decided when it is said. What those watch who are found to have no right any more ends here.
    """
    parts: list[Part] = []
    own: dict[ChatUser, CompanyScope | None] = {}
    unsure: list[LiveWatch] = []
    for watch in watched:
        if watch.order is None:
            continue
        if (covering := _covering(parts, watch.order)) is not None:
            covering[1].append(watch)
            continue
        if watch.user not in own:
            access = await linking.access(watch.user, concerning=company_id)
            may = access.may(Permission.WATCH, company_id)
            own[watch.user] = access.scope_of(company_id) if may else None
            if not may and access.unsure:
                unsure += [one for one in watched if one.user == watch.user]
            elif not may:
                await _end_all(watches, watched, watch.user)
        if (scope := own[watch.user]) is not None:
            _part_of(parts, scope)[1].append(watch)
    unseen = False
    for watch in unsure:
        covering = _covering(parts, watch.order) if watch.order is not None else None
        if covering is None:
            unseen = True
        elif watch not in covering[1]:
            covering[1].append(watch)
    return Lookouts(_fewest(parts), complete=not unseen)


def _covering(parts: Sequence[Part], order: Watched) -> Part | None:
    return next((part for part in parts if _covers(part[0], order)), None)


def _part_of(parts: list[Part], scope: CompanyScope) -> Part:
    found = next((part for part in parts if part[0] == scope), None)
    if found is None:
        found = (scope, [])
        parts.append(found)
    return found


def _fewest(parts: Sequence[Part]) -> Sequence[Part]:
    """Without those whose watches a later, wider scope sees as well."""
    kept: list[Part] = []
    for number, (scope, some) in enumerate(parts):
        wider = next(
            (
                part
                for part in parts[number + 1 :]
                if all(one.order is not None and _covers(part[0], one.order) for one in some)
            ),
            None,
        )
        if wider is None:
            kept.append((scope, some))
        else:
            wider[1].extend(some)
    return kept


def _covers(scope: CompanyScope, order: Watched) -> bool:
    """Whether an order is seen in a scope whoever placed it."""
    return scope.placed_by is None and scope.within(order.erp, order.company_key or None) is not None


async def _end_all(watches: Watches, watched: Sequence[LiveWatch], user: ChatUser) -> None:
    for watch in watched:
        if watch.user == user:
            await watches.stop(watch.id, "no_right")
