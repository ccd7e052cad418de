"""A notice that cannot be rendered is marked, and costs no other.

Revision ID: 0009
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0009"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("failed_at", UtcDateTime(), nullable=True))
