"""When a lane's channel was last looked at, and whether others read it.

Revision ID: 0011
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("lanes") as lanes:
        lanes.add_column(sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
        lanes.add_column(sa.Column("is_closed", sa.Boolean(), server_default=sa.false(), nullable=False))
