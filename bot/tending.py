"""What the operator's commands for people, staff and companies do; each returns the shell's exit code."""

import asyncio
import json
import os
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from bot.answers.remembered import buttons_about, forget_buttons
from bot.app import open_memberships
from bot.building.built import Memberships
from bot.building.linking import keep_of, linking_alone
from bot.chat.people import ChatUser
from bot.commands import WHO, person_named
from bot.exits import FAILED, OK, USAGE_ERROR, say
from bot.explained import explained
from bot.installs.tables import SlackInstall
from bot.kept.questions import Kept
from bot.linking import Linking, LinkingError
from bot.linking.companies import STATES, set_state
from bot.linking.links import user_of
from bot.linking.members import subject_of
from bot.linking.personal import erase_person, export_person
from bot.linking.resealing import UNREADABLE, reseal
from bot.linking.retention import Retention
from bot.linking.staff import StaffDesk, StaffMember
from bot.linking.tables import Audit, Company, CompanyKey
from bot.memory import Memory
from bot.pages.sessions import export_pages, forget_pages
from bot.settings import Settings
from bot.watching.about import about_of
from bot.watching.personal import export_watches, forget_watches
from bot.watching.tables import Watch


def _kept(linking: Linking) -> Kept:
    """The questions that wait, for looking and forgetting only."""
    return Kept(linking.books.store, linking.books.keys, lasts=timedelta(0), places={})


def run_purge(settings: Settings) -> int:
    """Forget what has been kept long enough."""

    async def purge(linking: Linking) -> str:
        gone = await Retention(linking.books, keep_of(settings)).purge()
        return "Forgotten: " + ", ".join(f"{rows} {table}" for table, rows in gone.items())

    return _with_linking(settings, purge)


def run_reseal(settings: Settings) -> int:
    """Bring what is sealed to the newest key."""

    async def renew(linking: Linking) -> str:
        done = await reseal(linking.books, {Watch: about_of, SlackInstall: lambda _row, _keys: {}})
        rows = ", ".join(f"{count} {table}" for table, count in done.items() if table != UNREADABLE)
        lost = (
            f" {done[UNREADABLE]} rows open with none of the keys and were left."
            if UNREADABLE in done
            else ""
        )
        return (
            f"Sealed with the newest key: {rows}.{lost} Keep the old key as long as the audit reaches back, "
            "and a week at least: invitations and budgets still rest on it."
        )

    return _with_linking(settings, renew)


def run_person_export(settings: Settings, as_user: str, file: Path | None) -> int:
    """Write everything stored about one person, as JSON; a new file is for its owner's eyes only."""
    user = person_named(as_user)
    if user is None:
        return say(WHO, USAGE_ERROR)

    async def export(linking: Linking) -> str:
        told = await export_person(linking.books, user)
        buttons = await buttons_about(_memory(linking), user, _addresses(told))
        told["buttons that name them"] = [
            {"kind": one.kind, "made at": one.made_at.isoformat()} for one in buttons
        ]
        told["language they write in"] = await _memory(linking).spoken.language(user.key)
        told |= await _kept(linking).export(user)
        told |= await export_watches(linking.books.store, linking.books.keys, user)
        told |= await export_pages(linking.books.store, user)
        text = json.dumps(told, indent=2, ensure_ascii=False)
        if file is None:
            return text
        try:
            await asyncio.to_thread(_write_privately, file, text)
        except OSError as error:
            raise _NotWritten(f"{file} cannot be written: {error.strerror}") from error
        return f"Written to {file}."

    return _with_linking(settings, export)


def run_person_erase(settings: Settings, as_user: str, yes: bool) -> int:
    """End one person's access and forget who they were."""
    user = person_named(as_user)
    if user is None:
        return say(WHO, USAGE_ERROR)
    if not yes:
        return say(f"This ends the access of {user.key} and cannot be undone: add --yes.", USAGE_ERROR)

    async def erase(linking: Linking) -> str:
        addresses = _addresses(await export_person(linking.books, user))
        await forget_buttons(_memory(linking), user, addresses)
        await _memory(linking).spoken.forget_language(user.key)
        pseudonym = await erase_person(linking.books, user)
        await _kept(linking).forget(user)
        await forget_watches(linking.books.store, user)
        await forget_pages(linking.books.store, user)
        left = (await export_person(linking.books, user))["links"]
        kept = " Kept: that they were removed from a company, while their workspace is tied to it." * bool(
            left
        )
        return f"Erased. In the audit they are {pseudonym}.{kept}"

    return _with_linking(settings, erase)


def run_staff_add(settings: Settings, as_user: str, *, group: bool, admin: bool) -> int:
    """Let one of the supplier's own people, or a user group, look up any company."""
    user = person_named(as_user)
    if user is None:
        return say(WHO, USAGE_ERROR)

    async def add(staff: StaffDesk) -> str:
        await staff.add(None, user.platform, user.workspace, user.user_id, group=group, admin=admin)
        return f"{user.key} may now look up any company{', and name other staff' if admin else ''}."

    return _with_staff(settings, add)


def run_staff_remove(settings: Settings, as_user: str) -> int:
    """Take that right away again."""
    user = person_named(as_user)
    if user is None:
        return say(WHO, USAGE_ERROR)

    async def remove(staff: StaffDesk) -> str:
        gone = await staff.remove(None, user.platform, user.workspace, user.user_id)
        return f"{user.key} is no longer staff." if gone else f"{user.key} was not among the staff."

    return _with_staff(settings, remove)


def run_staff_list(settings: Settings) -> int:
    """Print who may look up any company."""

    async def everybody(staff: StaffDesk) -> str:
        lines = [_staff_line(one) for one in await staff.everybody()]
        return "\n".join(lines) or "Nobody yet: orderbot staff add slack:T1/U1 --admin"

    return _with_staff(settings, everybody)


def run_company_state(settings: Settings, key: str, state: str) -> int:
    """Open or close a company."""
    if state not in STATES:
        return say(f"A state is one of {', '.join(STATES)}.", USAGE_ERROR)

    async def change(linking: Linking) -> str:
        name = await set_state(linking.books, settings.erp.name, key, state)
        return f"{name} is now {state.replace('_', ' ')}."

    return _with_linking(settings, change)


def run_audit(settings: Settings, *, company_key: str | None, limit: int) -> int:
    """Print the audit, newest first."""

    async def show(linking: Linking) -> str:
        further = select(col(CompanyKey.company_id)).where(col(CompanyKey.erp_key) == company_key)
        of_key = or_(col(Company.erp_key) == company_key, col(Company.id).in_(further))
        of_company = [] if company_key is None else [of_key]
        async with linking.books.reading() as session:
            found = await session.exec(
                select(Audit, col(Company.name))
                .join(Company, col(Company.id) == col(Audit.company_id), isouter=True)
                .where(*of_company)
                .order_by(col(Audit.id).desc())
                .limit(limit)
            )
            rows = found.all()
        return "\n".join(_line(linking, row, name) for row, name in rows) or "Nothing yet."

    return _with_linking(settings, show)


def _memory(linking: Linking) -> Memory:
    return Memory(linking.books.store, linking.books.keys)


def _addresses(told: Mapping[str, Any]) -> set[str]:
    """The addresses in what is stored about a person."""
    rows = [*told["links"], *told["codes asked for"]]
    return {row["e-mail"] for row in rows if row["e-mail"]}


class _NotWritten(Exception):
    """A file the operator named cannot be written."""


def _write_privately(file: Path, text: str) -> None:
    # Personal data: a file that is new is for its owner alone.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _staff_line(member: StaffMember) -> str:
    who = ChatUser(member.platform, member.subject_id, member.workspace).key
    kind = " (user group)" if member.group else ""
    return f"{who}{kind}{', admin' if member.admin else ''}, since {member.added_at:%Y-%m-%d}"


def _line(linking: Linking, row: Audit, company: str | None) -> str:
    who = user_of(row).key
    numbers = " ".join(subject_of(linking.books.keys, row.subject))
    line = (
        f"{row.at:%Y-%m-%d %H:%M:%S}Z  {who}  {company or '-'}  {row.act}: {row.outcome}  {numbers}".rstrip()
    )
    # Names come from the ERP and numbers from anybody: neither may steer the terminal.
    return "".join(one if one.isprintable() else "�" for one in line)


def _with_linking(settings: Settings, work: Callable[[Linking], Coroutine[Any, Any, str]]) -> int:
    async def run() -> int:
        return await _done(settings, {}, work)

    return _explained(run)


def _with_staff(settings: Settings, work: Callable[[StaffDesk], Coroutine[Any, Any, str]]) -> int:
    async def run() -> int:
        async with open_memberships(settings) as memberships:
            workspace = settings.slack_staff_workspace
            return await _done(
                settings, memberships, lambda linking: work(StaffDesk(linking, memberships, workspace))
            )

    return _explained(run)


def _explained(run: Callable[[], Coroutine[Any, Any, int]]) -> int:
    with explained() as outcome:
        return asyncio.run(run())
    return outcome.code


async def _done(
    settings: Settings, memberships: Memberships, work: Callable[[Linking], Coroutine[Any, Any, str]]
) -> int:
    try:
        async with linking_alone(settings, memberships) as linking:
            print(await work(linking))
    except _NotWritten as error:
        return say(str(error), FAILED)
    except LinkingError as error:
        return say(_ADVICE.get(error.reason, str(error)), FAILED)
    return OK


_ADVICE = {
    "not_full_member": "That is no full member of your own workspace, or Slack did not say so. Set "
    "ORDERBOT_SLACK_STAFF_WORKSPACE to your workspace's id and check the person's id there.",
    "not_allowed": "On Telegram staff are people, named by their numeric id: telegram:42.",
}
