"""Who made a request, and what it was: the same act done again is recognised, whatever its key.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.execute("DELETE FROM seen_requests")  # they are kept for a day only, and none is under way
    with op.batch_alter_table("seen_requests") as seen:
        seen.add_column(sa.Column("user_id", sa.String(), nullable=False))
        seen.add_column(sa.Column("act", sa.String(), nullable=False))
        seen.add_column(sa.Column("logged_in", json, nullable=False))
        seen.add_column(sa.Column("last_entry", sa.Integer(), nullable=False))
        seen.create_index(op.f("ix_seen_requests_user_id"), ["user_id"])
