"""Erasing what a project's retention ends: its answers, or all of it; and the log of no project (product §17)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, exists, union, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel

from bot.ui.mrkdwn import ERASED
from storage.audit import LOGGED_WORDS
from storage.stored_texts import TEAM, list_rows, write_row

ANSWERED: Final = (
    *("checkin_rounds", "checkin_prompts", "checkin_message_parts", "blockers", "asks", "pleas", "notices"),
    *("retrospectives", "executive_rounds", "executive_answers"),
)
"""Tables of what people were asked and have answered: their rows go with a project's answers."""


def erase_answers(session: Session, team_id: str, project_id: int) -> None:
    """What its people have answered, asked and been told; the record of what was agreed stays, and the log without
    the words of asks that it quotes.
    """
    tables = SQLModel.metadata.tables
    confirmations, deliveries = tables["stay_confirmations"], tables["deliveries"]
    is_said = (confirmations.c.project_id == project_id, confirmations.c.reason.is_not(None))
    session.execute(update(confirmations).where(*is_said).values(reason=ERASED))
    session.execute(update(deliveries).where(deliveries.c.project_id == project_id).values(content={}))
    asking = _list_asking_messages(session, project_id)
    for table in _from_the_leaves():
        which = _belongs_to_project(table, project_id) if table.name in ANSWERED else None
        if which is not None:
            session.execute(delete(table).where(which))
    _sweep_messages(session, asking)
    _erase_logged_asks(session, team_id, project_id)


def _erase_logged_asks(session: Session, team_id: str, project_id: int) -> None:
    """What was asked, and why it was declined, in the log's own facts."""
    log = SQLModel.metadata.tables["audit_log"]
    which = (log.c[TEAM] == team_id, log.c.project_id == project_id, log.c.action.startswith("ask."))
    for row in list_rows(session, log, ["after"], *which):
        facts = {name: ERASED if name in LOGGED_WORDS else value for name, value in row["after"].items()}
        write_row(session, log, row, {"after": facts})


def erase_project(session: Session, team_id: str, project_id: int) -> None:
    """All that there is of it, in every table that points at it. Other projects that began from it stay."""
    tables = SQLModel.metadata.tables
    projects, lanes, deliveries = tables["projects"], tables["lanes"], tables["deliveries"]
    session.execute(update(projects).where(projects.c.begun_from == project_id).values(begun_from=None))
    lane = select_columns(lanes.c.id).where(lanes.c.team_id == team_id, lanes.c.name == f"project:{project_id}")
    asking = _list_asking_messages(session, project_id)
    for table in _from_the_leaves():
        which = projects.c.id == project_id if table is projects else _belongs_to_project(table, project_id)
        if table is deliveries:  # all at once, as they hang on each other, each sort by an index of its own
            of_project = select_columns(deliveries.c.id).where(deliveries.c.project_id == project_id)
            of_channel = select_columns(deliveries.c.id).where(deliveries.c.lane_id.in_(lane))
            which = deliveries.c.id.in_(union(of_project, of_channel))
        if which is not None:
            session.execute(delete(table).where(which))
    session.execute(delete(lanes).where(lanes.c.team_id == team_id, lanes.c.name == f"project:{project_id}"))
    _sweep_messages(session, asking)
    published, publications = tables["pulse_published_projects"], tables["pulse_publications"]
    is_left = exists().where(published.c.publication_id == publications.c.id)
    session.execute(delete(publications).where(publications.c.team_id == team_id, ~is_left))


def erase_log_of_no_project(session: Session, team_id: str, *, before: datetime) -> None:
    """What was logged of the workspace itself."""
    log = SQLModel.metadata.tables["audit_log"].c
    which = (log.team_id == team_id, log.project_id.is_(None), log.at < before)
    session.execute(delete(SQLModel.metadata.tables["audit_log"]).where(*which))


def _from_the_leaves() -> list[Table]:
    """Whatever points at a table comes before it."""
    return list(reversed(SQLModel.metadata.sorted_tables))


def _belongs_to_project(table: Table, project_id: int) -> ColumnElement[bool] | None:
    """By its own column where that is a reference, or by that of a row at which it points; None if neither leads to
    a project.
    """
    if "project_id" in table.c and table.c.project_id.foreign_keys:
        return table.c.project_id == project_id
    for key in sorted(table.foreign_keys, key=lambda each: each.target_fullname):
        parent = key.column.table
        which = None if parent is table else _belongs_to_project(parent, project_id)
        if which is not None:
            return key.parent.in_(select_columns(key.column).where(which))
    return None


def _list_asking_messages(session: Session, project_id: int) -> Sequence[int]:
    """Those in which somebody was asked in a check-in of the project, perhaps among others."""
    tables = SQLModel.metadata.tables
    prompts, parts = tables["checkin_prompts"], tables["checkin_message_parts"].c
    of_project = _belongs_to_project(prompts, project_id)
    assert of_project is not None
    asked = select_columns(prompts.c.id).where(of_project)
    return (
        session.execute(select_columns(parts.message_id).where(parts.prompt_id.in_(asked)).distinct())
        .scalars()
        .all()
    )


def _sweep_messages(session: Session, message_ids: Sequence[int]) -> None:
    """Of these those whose last prompt has gone."""
    tables = SQLModel.metadata.tables
    messages, parts = tables["checkin_messages"], tables["checkin_message_parts"]
    is_left = exists().where(parts.c.message_id == messages.c.id)
    session.execute(delete(messages).where(messages.c.id.in_(message_ids), ~is_left))
