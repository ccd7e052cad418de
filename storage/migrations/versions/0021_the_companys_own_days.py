"""The part of the country whose holidays are free, the company's own free days, and how channels' names begin.

Revision ID: 0021
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0016"


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("workspaces") as workspaces:
        workspaces.add_column(sa.Column("country_part", sa.String(), nullable=True))
        workspaces.add_column(sa.Column("free_days", json, nullable=True))
        workspaces.add_column(sa.Column("channel_prefix", sa.String(), nullable=True))
