"""Pauses and withdrawals, deputies, successions, decisions.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "deputies",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_deputies")),
    )
    op.create_index(op.f("ix_deputies_deputy"), "deputies", ["deputy"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_decisions_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_project_id"), "decisions", ["project_id"], unique=False)
    op.create_table(
        "successions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("left_user_id", sa.String(), nullable=False),
        sa.Column("vacant_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("successor", sa.String(), nullable=True),
        sa.Column("named_by", sa.String(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objected_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_successions_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_successions")),
    )
    op.create_index(op.f("ix_successions_project_id"), "successions", ["project_id"], unique=False)
    op.create_index(
        "uq_successions_open",
        "successions",
        ["project_id", "side"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    with op.batch_alter_table("positions") as positions:
        positions.add_column(sa.Column("for_user_id", sa.String(), nullable=True))
    with op.batch_alter_table("projects") as projects:
        projects.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        projects.add_column(sa.Column("pause_reason", sa.String(), nullable=True))
        projects.add_column(sa.Column("withdrawn_by", sa.String(), nullable=True))
        projects.add_column(sa.Column("withdrawal_reason", sa.String(), nullable=True))
        projects.add_column(sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
        projects.add_column(sa.Column("vacant_it", sa.Boolean(), server_default=sa.false(), nullable=False))
        projects.add_column(sa.Column("vacant_marketing", sa.Boolean(), server_default=sa.false(), nullable=False))
