"""Whether everybody of the company was seen to read a lane's channel.

Revision ID: 0018
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0020"


def upgrade() -> None:
    with op.batch_alter_table("lanes") as lanes:
        lanes.add_column(sa.Column("is_public", sa.Boolean(), nullable=True))
