"""Whom the bot knows: customers and their people, and the supplier's own."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.starting import read_settings

commands = typer.Typer()
companies = typer.Typer(help="Companies and their contacts.", no_args_is_help=True)
staff = typer.Typer(help="Your own people who may look up any company.", no_args_is_help=True)
person = typer.Typer(help="One person's data.", no_args_is_help=True)


@commands.command()
def link(
    as_user: Annotated[str, typer.Option("--as", help="Who: slack:T1/U1 or telegram:42.")],
    company: Annotated[str, typer.Option(help="The customer's key in the ERP, for instance 55.")],
    name: Annotated[str, typer.Option(help="The company's name, when it is new here.")] = "",
    role: Annotated[
        str, typer.Option(help="buyer, accounts_payable, logistics or admin; empty: the company's default.")
    ] = "",
    reach: Annotated[
        str, typer.Option(help="own, unit, company or company_tree; empty: the company's default.")
    ] = "",
    branch: Annotated[str, typer.Option(help="With --reach unit: the branch's key in the ERP.")] = "",
    contact: Annotated[str, typer.Option(help="With --reach own: the person's name in the ERP.")] = "",
) -> None:
    """Link a person to a company by the operator's own word; audited as such."""
    from bot.commands import run_link

    code = run_link(
        read_settings(),
        as_user=as_user,
        company=company,
        name=name,
        role=role,
        reach=reach,
        branch=branch,
        contact=contact,
    )
    raise typer.Exit(code)


@companies.command("state")
def company_state(
    company: Annotated[str, typer.Argument(help="The customer's key in the ERP, for instance 55.")],
    state: Annotated[str, typer.Argument(help="active, on_hold or closed.")],
) -> None:
    """Open or close a company: unless it is active, nobody sees its orders."""
    from bot.tending import run_company_state

    raise typer.Exit(run_company_state(read_settings(), company, state))


@companies.command("import")
def companies_import(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV: company_key, company_name, tax_id, email, phone, contact_name, role, parent_key, "
            "erp, same_as."
        ),
    ],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Remove contacts that the file does not name; their links end."),
    ] = False,
) -> None:
    """Import companies and contacts, for an ERP that does not serve contacts itself."""
    from bot.commands import run_companies_import

    raise typer.Exit(run_companies_import(read_settings(), file, replace=replace))


@staff.command("add")
def staff_add(
    as_user: Annotated[str, typer.Argument(help="slack:T1/U1, telegram:42, or a group slack:T1/S1.")],
    admin: Annotated[bool, typer.Option("--admin", help="May name other staff.")] = False,
    group: Annotated[bool, typer.Option("--group", help="It is a user group, not a person.")] = False,
) -> None:
    """Let one of your own people, or a user group, look up any company."""
    from bot.tending import run_staff_add

    raise typer.Exit(run_staff_add(read_settings(), as_user, group=group, admin=admin))


@staff.command("remove")
def staff_remove(
    as_user: Annotated[str, typer.Argument(help="slack:T1/U1, telegram:42, or a group slack:T1/S1.")],
) -> None:
    """Take that right away again, at once."""
    from bot.tending import run_staff_remove

    raise typer.Exit(run_staff_remove(read_settings(), as_user))


@staff.command("list")
def staff_list() -> None:
    """Print who may look up any company."""
    from bot.tending import run_staff_list

    raise typer.Exit(run_staff_list(read_settings()))


@person.command("export")
def person_export(
    as_user: Annotated[str, typer.Argument(help="Who: slack:T1/U1 or telegram:42.")],
    file: Annotated[Path | None, typer.Option(help="Where to write the JSON; empty: the terminal.")] = None,
) -> None:
    """Print everything that is stored about one person, as JSON."""
    from bot.tending import run_person_export

    raise typer.Exit(run_person_export(read_settings(), as_user, file))


@person.command("erase")
def person_erase(
    as_user: Annotated[str, typer.Argument(help="Who: slack:T1/U1 or telegram:42.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")] = False,
) -> None:
    """End one person's access and forget who they were; the audit keeps what happened, not to whom."""
    from bot.tending import run_person_erase

    raise typer.Exit(run_person_erase(read_settings(), as_user, yes))
