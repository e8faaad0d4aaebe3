"""Who was told of late that they are in line, by whichever process.

Follows 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "in_line_notices",
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_in_line_notices")),
    )
    with op.batch_alter_table("in_line_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_in_line_notices_told_at"), ["told_at"], unique=False)


def downgrade() -> None:
    op.drop_table("in_line_notices")
