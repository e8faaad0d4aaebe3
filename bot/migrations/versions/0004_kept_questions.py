"""Questions that wait until their ERP answers again.

Follows 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_questions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("erps", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("same_as", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_questions")),
    )
    with op.batch_alter_table("kept_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_questions_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_kept_questions_lane_kept_at"), ["lane", "kept_at"], unique=False)
        batch_op.create_index(
            "uq_kept_questions_open",
            ["platform", "workspace", "user_id", "same_as"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("kept_questions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_kept_questions_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_kept_questions_lane_kept_at"))
        batch_op.drop_index(batch_op.f("ix_kept_questions_ended_at"))

    op.drop_table("kept_questions")
