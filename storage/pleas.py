"""Pleas: what somebody has asked others for who may do it (product §2.11)."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.pleas.rules import Wish
from storage.statements import all_rows, build_finder, first_row, result_of
from storage.types import NumberedRow, PydanticJson, UtcDateTime


class Plea(NumberedRow, table=True):
    __tablename__ = "pleas"
    __table_args__ = (UniqueConstraint("team_id", "asked_by", "thing", "day"),)

    team_id: str
    project_id: int | None = Field(default=None, foreign_key="projects.id", index=True)
    asked_by: str
    asked_of: str = Field(index=True)
    thing: int  # tells what was tried from whatever else they may try
    day: date  # where whoever asks is
    wish: Wish = Field(sa_type=PydanticJson(Wish))
    note: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    is_runnable: bool = False  # whoever is asked has its button, and has not used it


find_plea = build_finder(Plea)


@first_row
def find_plea_of_day(team_id: str, asked_by: str, thing: int, day: date) -> SelectOfScalar[Plea]:
    return select(Plea).filter_by(team_id=team_id, asked_by=asked_by, thing=thing, day=day)


@all_rows
def list_runnable_pleas(team_id: str, asked_of: str) -> SelectOfScalar[Plea]:
    """Those whose button still works, oldest first."""
    statement = select(Plea).filter_by(team_id=team_id, asked_of=asked_of, is_runnable=True)
    return statement.order_by(col(Plea.id))


@result_of
def _count_pleas(team_id: str, asked_by: str, day: date) -> SelectOfScalar[int]:
    return select(func.count(col(Plea.id))).filter_by(team_id=team_id, asked_by=asked_by, day=day)


def count_pleas_of_day(session: Session, team_id: str, asked_by: str, day: date) -> int:
    return _count_pleas(session, team_id, asked_by, day).one()


def forget_pleas(session: Session, *, before: datetime) -> None:
    """What somebody has asked others for long ago."""
    session.execute(delete(Plea).where(col(Plea.asked_at) < before))
