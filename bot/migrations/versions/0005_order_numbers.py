"""The numbers of each company's orders, to be found however they are typed.

Follows 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_shelves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("erp", sa.String(), nullable=False),
        sa.Column("company_key", sa.String(), nullable=False),
        sa.Column("key_check", sa.String(length=64), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_shelves")),
        sa.UniqueConstraint("erp", "company_key", name=op.f("uq_number_shelves_erp_company_key")),
    )
    op.create_table(
        "number_marks",
        sa.Column("shelf_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["shelf_id"],
            ["number_shelves.id"],
            name=op.f("fk_number_marks_shelf_id_number_shelves"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shelf_id", "mark", "order_mark", name=op.f("pk_number_marks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "numbered_orders",
        sa.Column("shelf_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("placed_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shelf_id"],
            ["number_shelves.id"],
            name=op.f("fk_numbered_orders_shelf_id_number_shelves"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shelf_id", "mark", name=op.f("pk_numbered_orders")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("numbered_orders")
    op.drop_table("number_marks")
    op.drop_table("number_shelves")
