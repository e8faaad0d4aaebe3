"""How platforms name files they hold already.

Follows 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_files",
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_sent_files_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_sent_files")),
    )
    with op.batch_alter_table("sent_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_files_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sent_files_sent_at"), ["sent_at"], unique=False)


def downgrade() -> None:
    op.drop_table("sent_files")
