"""Every way in: invitations, phones, workspaces, channels, staff; roles; budgets; erasure.

Follows 0001.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "user_id", name=op.f("pk_people")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_checked_at"), ["checked_at"], unique=False)

    op.create_table(
        "spendings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spendings")),
    )
    with op.batch_alter_table("spendings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spendings_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_spendings_kind_who_at"), ["kind", "who", "at"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(
            "uq_staff_live",
            ["platform", "workspace", "subject_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "channel_ties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("tied_by", sa.String(), nullable=False),
        sa.Column("tied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_channel_ties_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_ties")),
    )
    with op.batch_alter_table("channel_ties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_ties_company_id"), ["company_id"], unique=False)
        batch_op.create_index(
            "uq_channel_ties_live",
            ["platform", "workspace", "channel"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reach", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_by_staff", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("addressee", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_invitations_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["companies.id"], name=op.f("fk_invitations_unit_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitations_token_digest")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_made_at"), ["made_at"], unique=False)

    op.create_table(
        "workspace_ties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reach", sa.String(), nullable=False),
        sa.Column("proved_by", sa.String(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverify_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_workspace_ties_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace_ties")),
    )
    with op.batch_alter_table("workspace_ties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workspace_ties_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workspace_ties_workspace"), ["workspace"], unique=False)
        batch_op.create_index(
            "uq_workspace_ties_live",
            ["platform", "workspace", "company_id"],
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NOT NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NOT NULL AND revoked_at IS NULL"),
        )

    op.create_table(
        "join_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reach", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_join_requests_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_join_requests_invitation_id_invitations")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["companies.id"], name=op.f("fk_join_requests_unit_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
    with op.batch_alter_table("join_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_requests_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_requests_requested_at"), ["requested_at"], unique=False)
        batch_op.create_index(
            "uq_join_requests_open",
            ["platform", "workspace", "user_id", "company_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_folded", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("default_role", sa.String(), nullable=False, server_default="buyer"))
        batch_op.add_column(sa.Column("default_reach", sa.String(), nullable=False, server_default="company"))
        batch_op.create_index(batch_op.f("ix_companies_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_companies_parent_id_companies"), "companies", ["parent_id"], ["id"]
        )

    with op.batch_alter_table("company_contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("phone", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("role", sa.String(), nullable=True))
        batch_op.alter_column("email_digest", existing_type=sa.VARCHAR(length=64), nullable=True)
        batch_op.alter_column("email", existing_type=sa.TEXT(), nullable=True)
        batch_op.create_index(batch_op.f("ix_company_contacts_phone_digest"), ["phone_digest"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_company_contacts_company_id_phone_digest"), ["company_id", "phone_digest"]
        )

    with op.batch_alter_table("link_code_companies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_name", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("role", sa.String(), nullable=True))

    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(), nullable=False, server_default="link"))
        batch_op.add_column(sa.Column("email", sa.Text(), nullable=True))

    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("phone", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("contact_name", sa.Text(), nullable=True))
        # Until now everybody linked saw everything: nobody loses by the upgrade.
        batch_op.add_column(sa.Column("role", sa.String(), nullable=False, server_default="accounts_payable"))
        batch_op.add_column(sa.Column("reach", sa.String(), nullable=False, server_default="company"))
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("vouched_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.String(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_links_platform_workspace_user_id"),
            ["platform", "workspace", "user_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_links_reverify_by"), ["reverify_by"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_links_unit_id_companies"), "companies", ["unit_id"], ["id"]
        )

    _fold_names()
    _let_audit_rows_be_erased()


def downgrade() -> None:
    _keep_audit_rows_as_they_are()
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_links_unit_id_companies"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_links_reverify_by"))
        batch_op.drop_index(batch_op.f("ix_links_platform_workspace_user_id"))
        batch_op.drop_column("ended_by")
        batch_op.drop_column("noticed_at")
        batch_op.drop_column("vouched_by")
        batch_op.drop_column("unit_id")
        batch_op.drop_column("reach")
        batch_op.drop_column("role")
        batch_op.drop_column("contact_name")
        batch_op.drop_column("phone")
        batch_op.drop_column("email")

    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.drop_column("email")
        batch_op.drop_column("purpose")

    with op.batch_alter_table("link_code_companies", schema=None) as batch_op:
        batch_op.drop_column("role")
        batch_op.drop_column("contact_name")

    with op.batch_alter_table("company_contacts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_company_contacts_company_id_phone_digest"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_company_contacts_phone_digest"))
        batch_op.alter_column("email", existing_type=sa.TEXT(), nullable=False)
        batch_op.alter_column("email_digest", existing_type=sa.VARCHAR(length=64), nullable=False)
        batch_op.drop_column("role")
        batch_op.drop_column("phone")
        batch_op.drop_column("phone_digest")

    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_companies_parent_id_companies"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_companies_parent_id"))
        batch_op.drop_column("default_reach")
        batch_op.drop_column("default_role")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("name_folded")

    with op.batch_alter_table("join_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_join_requests_open",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_join_requests_requested_at"))
        batch_op.drop_index(batch_op.f("ix_join_requests_company_id"))

    op.drop_table("join_requests")
    with op.batch_alter_table("workspace_ties", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_workspace_ties_live",
            sqlite_where=sa.text("confirmed_at IS NOT NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NOT NULL AND revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_workspace_ties_workspace"))
        batch_op.drop_index(batch_op.f("ix_workspace_ties_company_id"))

    op.drop_table("workspace_ties")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_made_at"))
        batch_op.drop_index(batch_op.f("ix_invitations_company_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("channel_ties", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_channel_ties_live",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_channel_ties_company_id"))

    op.drop_table("channel_ties")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_staff_live",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.drop_table("staff")
    with op.batch_alter_table("spendings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spendings_kind_who_at"))
        batch_op.drop_index(batch_op.f("ix_spendings_at"))

    op.drop_table("spendings")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_checked_at"))

    op.drop_table("people")


def _fold_names() -> None:
    companies = sa.table("companies", sa.column("id"), sa.column("name"), sa.column("name_folded"))
    connection = op.get_bind()
    for company in connection.execute(sa.select(companies.c.id, companies.c.name)).all():
        spelled = unicodedata.normalize("NFKD", company.name.casefold())
        folded = " ".join("".join(one for one in spelled if not unicodedata.combining(one)).split())
        connection.execute(companies.update().where(companies.c.id == company.id).values(name_folded=folded))


# A row may lose the names in it, its own person's by a pseudonym, and nothing else; it may go once it is
# older than any trail of an incident is cold: `orderbot purge` keeps rows far longer.
_ERASED = (
    "NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.act = OLD.act AND NEW.outcome = OLD.outcome "
    "AND NEW.subjects = OLD.subjects AND NEW.platform = OLD.platform AND NEW.subject IS NULL "
    "AND ((NEW.workspace = OLD.workspace AND NEW.user_id = OLD.user_id "
    "AND NEW.conversation = OLD.conversation) OR (NEW.workspace = '' "
    "AND NEW.conversation = '' AND NEW.user_id LIKE 'erased-%'))"
)


def _let_audit_rows_be_erased() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION audit_rows_do_not_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN IF TG_OP = 'DELETE' THEN IF OLD.at > now() - interval '30 days' THEN "
            "RAISE EXCEPTION 'audit rows do not change'; END IF; RETURN OLD; END IF; "
            f"IF NOT ({_ERASED} AND NEW.company_id IS NOT DISTINCT FROM OLD.company_id) THEN "
            "RAISE EXCEPTION 'audit rows do not change'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_rows_do_not_go BEFORE DELETE ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_rows_do_not_change()"
        )
    else:
        op.execute("DROP TRIGGER audit_rows_do_not_change")
        op.execute(
            "CREATE TRIGGER audit_rows_do_not_change BEFORE UPDATE ON audit "
            f"WHEN NOT ({_ERASED} AND NEW.company_id IS OLD.company_id) "
            "BEGIN SELECT RAISE(ABORT, 'audit rows do not change'); END"
        )
        op.execute(
            "CREATE TRIGGER audit_rows_do_not_go BEFORE DELETE ON audit "
            "WHEN OLD.at > datetime('now', '-30 days') "
            "BEGIN SELECT RAISE(ABORT, 'audit rows do not change'); END"
        )


def _keep_audit_rows_as_they_are() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_rows_do_not_go ON audit")
        op.execute(
            "CREATE OR REPLACE FUNCTION audit_rows_do_not_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit rows do not change'; END $$"
        )
    else:
        op.execute("DROP TRIGGER audit_rows_do_not_go")
        op.execute("DROP TRIGGER audit_rows_do_not_change")
        op.execute(
            "CREATE TRIGGER audit_rows_do_not_change BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit rows do not change'); END"
        )
