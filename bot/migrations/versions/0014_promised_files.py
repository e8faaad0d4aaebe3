"""How often a promised document was begun to be handed over.

Follows 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page_tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begun", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("page_tickets", schema=None) as batch_op:
        batch_op.drop_column("begun")
