"""Companies with keys in several ERPs; which ERP an order spoken of lives in.

Follows 0002. A process of the release before reads and writes as it did: it knows the first key of a
company only, and leaves the new column of a focus empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_keys",
        sa.Column("erp", sa.String(), nullable=False),
        sa.Column("erp_key", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_company_keys_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("erp", "erp_key", name=op.f("pk_company_keys")),
    )
    with op.batch_alter_table("company_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_keys_company_id"), ["company_id"], unique=False)
    op.add_column("focuses", sa.Column("lives_in", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("focuses", schema=None) as batch_op:
        batch_op.drop_column("lives_in")
    op.drop_table("company_keys")
