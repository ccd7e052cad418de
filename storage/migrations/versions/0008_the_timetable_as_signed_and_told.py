"""The timetable as both are asked to sign it, dates past the end that wait for it,
when a pause began, and which message has told a notice.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("charter_versions") as versions:
        versions.add_column(sa.Column("timetable", json, nullable=True))
    with op.batch_alter_table("projects") as projects:
        projects.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("milestones") as milestones:
        milestones.add_column(sa.Column("wished_due", sa.Date(), nullable=True))
        milestones.add_column(sa.Column("wished_reason", sa.String(), nullable=True))
        milestones.add_column(sa.Column("wished_by", sa.String(), nullable=True))
        milestones.add_column(sa.Column("wished_in", sa.Integer(), nullable=True))
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("told_in", sa.String(), nullable=True))
