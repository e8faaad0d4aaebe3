"""Companies, links, codes, audit, buttons.

Follows an empty database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_LIVE = sa.text("revoked_at IS NULL")
_OPEN = sa.text("used_at IS NULL AND replaced_at IS NULL")


def upgrade() -> None:
    _create_companies()
    _create_links()
    _create_codes()
    _create_audit()
    _create_memory()


def downgrade() -> None:
    for table in (
        "focuses",
        "buttons",
        "audit",
        "link_code_companies",
        "link_codes",
        "chosen_companies",
        "links",
        "company_contacts",
        "companies",
    ):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_rows_do_not_change()")


def _create_companies() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("erp", sa.String(), nullable=False),
        sa.Column("erp_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tax_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_companies"),
        sa.UniqueConstraint("erp", "erp_key", name="uq_companies_erp_erp_key"),
    )
    op.create_table(
        "company_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        _to_company("company_contacts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_company_contacts"),
        sa.UniqueConstraint("company_id", "email_digest", name="uq_company_contacts_company_id_email_digest"),
    )
    op.create_index("ix_company_contacts_email_digest", "company_contacts", ["email_digest"])


def _create_links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        *_person(),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverify_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _to_company("links"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    op.create_index("ix_links_company_id", "links", ["company_id"])
    op.create_index(
        "uq_links_live",
        "links",
        ["platform", "workspace", "user_id", "company_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_table(
        "chosen_companies",
        *_person(),
        sa.Column("company_id", sa.Integer(), nullable=False),
        _to_company("chosen_companies", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("platform", "workspace", "user_id", name="pk_chosen_companies"),
    )


def _create_codes() -> None:
    op.create_table(
        "link_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        *_person(),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_link_codes"),
    )
    op.create_index("ix_link_codes_requested_at", "link_codes", ["requested_at"])
    op.create_index(
        "uq_link_codes_open",
        "link_codes",
        ["platform", "workspace", "user_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "link_code_companies",
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"],
            ["link_codes.id"],
            name="fk_link_code_companies_code_id_link_codes",
            ondelete="CASCADE",
        ),
        _to_company("link_code_companies", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_id", "company_id", name="pk_link_code_companies"),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_person(),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_company_id_at", "audit", ["company_id", "at"])
    op.create_index(
        "ix_audit_platform_workspace_user_id_at", "audit", ["platform", "workspace", "user_id", "at"]
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_rows_do_not_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit rows do not change'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_rows_do_not_change BEFORE UPDATE ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_rows_do_not_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER audit_rows_do_not_change BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit rows do not change'); END"
        )


def _create_memory() -> None:
    op.create_table(
        "buttons",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_buttons"),
    )
    op.create_index("ix_buttons_made_at", "buttons", ["made_at"])
    op.create_table(
        "focuses",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_focuses"),
    )
    op.create_index("ix_focuses_set_at", "focuses", ["set_at"])


def _person() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in ("platform", "workspace", "user_id")]


def _to_company(table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id"], ["companies.id"], name=f"fk_{table}_company_id_companies", ondelete=ondelete
    )
