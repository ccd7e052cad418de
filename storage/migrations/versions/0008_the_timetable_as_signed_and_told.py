"""The timetable as both are asked to sign it, when a pause began, and which message has told a notice.

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
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("told_in", sa.String(), nullable=True))
