"""A summary is a message of its own: nothing else stands in it, and no notice was told in one.

Revision ID: 0012
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("checkin_rounds") as rounds:
        rounds.drop_column("above")
    # An edit of such a notice would overwrite the summary.
    op.execute(sa.text("UPDATE notices SET told_in = NULL WHERE told_in LIKE 'round:%'"))
