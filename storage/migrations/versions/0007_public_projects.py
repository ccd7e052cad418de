"""Public projects: everybody internal sees name, goal, status and dates.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("projects") as projects:
        projects.add_column(sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False))
