"""Watches of a channel: where what is watched is told.

Follows 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LIVE = sa.text("ended_at IS NULL")
_OF_A_PERSON = ["platform", "workspace", "user_id", "company_id", "about"]


def upgrade() -> None:
    _index([*_OF_A_PERSON, "place"], sa.Column("place", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    # Told to a person they would be somebody's twice.
    op.execute(sa.text("DELETE FROM watches WHERE place <> ''"))
    _index(_OF_A_PERSON)
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.drop_column("place")


def _index(columns: list[str], added: "sa.Column[str] | None" = None) -> None:
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.drop_index("uq_watches_live")
        if added is not None:
            batch_op.add_column(added)
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.create_index(
            "uq_watches_live", columns, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        )
