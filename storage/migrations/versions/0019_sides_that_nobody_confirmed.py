"""A side that somebody else once gave a person is no fact: it stays only if their own word in the log says so, too.

Whoever has a signed seat or is in a team is known by that; everybody else is asked again.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AUDIT = sa.table(
    "audit_log",
    sa.column("id", sa.Integer()),
    sa.column("team_id", sa.String()),
    sa.column("actor", sa.String()),
    sa.column("action", sa.String()),
    sa.column("after", JSON),
)
PEOPLE = sa.table(
    "people", sa.column("team_id", sa.String()), sa.column("user_id", sa.String()), sa.column("side", sa.String())
)


def upgrade() -> None:
    connection = op.get_bind()
    stated = sa.select(AUDIT.c.team_id, AUDIT.c.actor, AUDIT.c.after).where(AUDIT.c.action == "person.side")
    own_words = {
        (team_id, actor): after.get("works_in")
        for team_id, actor, after in connection.execute(stated.order_by(AUDIT.c.id))
        if after.get("holder") == actor
    }
    known = sa.select(PEOPLE.c.team_id, PEOPLE.c.user_id, PEOPLE.c.side).where(PEOPLE.c.side.is_not(None))
    for team_id, user_id, side in connection.execute(known).all():
        if own_words.get((team_id, user_id)) != side:
            theirs = (PEOPLE.c.team_id == team_id) & (PEOPLE.c.user_id == user_id)
            connection.execute(sa.update(PEOPLE).where(theirs).values(side=None))
