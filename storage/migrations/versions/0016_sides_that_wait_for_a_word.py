"""On which side somebody works, as others say, until the person has answered.

Revision ID: 0016
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("proposed_side", sa.String(), nullable=True))
        people.add_column(sa.Column("proposed_by", sa.String(), nullable=True))
        people.add_column(sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
