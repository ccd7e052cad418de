"""The language of the words that people type.

Revision ID: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("people", sa.Column("typed_language", sa.String()))
