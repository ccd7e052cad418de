"""The trust pulse: windows, who is asked, how often each score was given, and what is published (product §11).

Who has answered stands in `PulseRespondent` and nowhere else, what somebody has answered nowhere at all: a tally
counts. Both are emptied when the window closes.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Any

from sqlalchemy import CheckConstraint, Exists, UniqueConstraint, delete
from sqlmodel import Field, Session, col, exists, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.projects.rules import Side
from bot.pulse.rules import SCORES, SIDE_QUESTIONS, SKIPPED, AskedPerson, QuestionMean, Tally, TrustQuestion
from storage.statements import all_rows, build_finder, first_row, insert_into, result_of
from storage.types import NumberedRow, PydanticJson, Row, UtcDateTime, build_enum_type


class WindowState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class PulseWindow(NumberedRow, table=True):
    """A workspace's two weeks of a quarter in which people answer."""

    __tablename__ = "pulse_windows"
    __table_args__ = (UniqueConstraint("team_id", "quarter"),)

    team_id: str
    quarter: str  # "2026-Q4"
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)
    state: WindowState = Field(default=WindowState.OPEN, sa_type=build_enum_type(WindowState, "known_state"))


class PulseInvitation(Row, table=True):
    """That somebody is asked: once a window, as one of one project."""

    __tablename__ = "pulse_invitations"

    window_id: int = Field(foreign_key="pulse_windows.id", primary_key=True)
    user_id: str = Field(primary_key=True)
    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: they have been away


class PulseTally(Row, table=True):
    """Made for every score when the window opens, so that no order of rows says who came first."""

    __tablename__ = "pulse_tallies"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="known_score"),)

    window_id: int = Field(foreign_key="pulse_windows.id", primary_key=True)
    project_id: int = Field(foreign_key="projects.id", primary_key=True, index=True)
    side: Side = Field(primary_key=True, sa_type=build_enum_type(Side, "known_side"))
    question: TrustQuestion = Field(primary_key=True, sa_type=build_enum_type(TrustQuestion, "known_question"))
    score: int = Field(primary_key=True)
    team_id: str
    count: int = 0


class PulseRespondent(Row, table=True):
    """That somebody has answered a question. Left out of backups and exports, gone when the window closes.

    Kept in the order of its key, not in that of coming.
    """

    __tablename__ = "pulse_respondents"
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: int = Field(foreign_key="pulse_windows.id", primary_key=True)
    user_id: str = Field(primary_key=True)
    question: TrustQuestion = Field(primary_key=True, sa_type=build_enum_type(TrustQuestion, "known_question"))
    team_id: str


class PulsePublication(NumberedRow, table=True):
    """Means of a window, of one project or of several small ones."""

    __tablename__ = "pulse_publications"

    team_id: str
    window_id: int = Field(foreign_key="pulse_windows.id")
    is_pooled: bool
    means: list[QuestionMean] = Field(sa_type=PydanticJson(list[QuestionMean]))


class PublishedProject(Row, table=True):
    """The one publication in which a project's answers of a window stand."""

    __tablename__ = "pulse_published_projects"

    window_id: int = Field(foreign_key="pulse_windows.id", primary_key=True)
    project_id: int = Field(foreign_key="projects.id", primary_key=True, index=True)
    publication_id: int = Field(foreign_key="pulse_publications.id", index=True)
    team_id: str


# --- windows --------------------------------------------------------------------------------------------------


@first_row
def find_open_window(team_id: str) -> SelectOfScalar[PulseWindow]:
    return select(PulseWindow).filter_by(team_id=team_id, state=WindowState.OPEN)


@first_row
def find_window_of_quarter(team_id: str, quarter: str) -> SelectOfScalar[PulseWindow]:
    return select(PulseWindow).filter_by(team_id=team_id, quarter=quarter)


@first_row
def find_window_for_update(team_id: str, window_id: int) -> SelectOfScalar[PulseWindow]:
    """Locked: an answer counts before it closes, or not at all."""
    statement = select(PulseWindow).filter_by(team_id=team_id, id=window_id)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


find_window = build_finder(PulseWindow)


def store_invitations(session: Session, window: PulseWindow, asked: Collection[AskedPerson]) -> None:
    """Who is asked in a new window, and a count of none for each score in each of their projects."""
    team_id, window_id = window.team_id, window.pk
    for person in asked:
        session.add(
            PulseInvitation(
                team_id=team_id,
                window_id=window_id,
                user_id=person.user_id,
                project_id=person.project_id,
                side=person.side,
            )
        )
    places = ((project_id, *each) for project_id in {each.project_id for each in asked} for each in SIDE_QUESTIONS)
    for (project_id, side, question), score in product(places, SCORES):
        session.add(
            PulseTally(
                team_id=team_id,
                window_id=window_id,
                project_id=project_id,
                side=side,
                question=question,
                score=score,
            )
        )
    session.flush()


@first_row
def find_invitation(team_id: str, window_id: int, user_id: str) -> SelectOfScalar[PulseInvitation]:
    return select(PulseInvitation).filter_by(team_id=team_id, window_id=window_id, user_id=user_id)


@all_rows
def list_invitations(team_id: str, window_id: int) -> SelectOfScalar[PulseInvitation]:
    """In the order in which people are locked."""
    statement = select(PulseInvitation).filter_by(team_id=team_id, window_id=window_id)
    return statement.order_by(PulseInvitation.user_id)


# --- answers --------------------------------------------------------------------------------------------------


@result_of
def _list_answered_questions(team_id: str, window_id: int, user_id: str) -> SelectOfScalar[TrustQuestion]:
    return select(col(PulseRespondent.question)).filter_by(team_id=team_id, window_id=window_id, user_id=user_id)


def list_answered_questions(session: Session, window: PulseWindow, user_id: str) -> set[TrustQuestion]:
    """By that person, as long as the window is open."""
    return set(_list_answered_questions(session, window.team_id, window.pk, user_id))


@insert_into(PulseRespondent)
def _insert_respondent(insert: Any) -> Any:
    """Whoever has answered the question already stays as they are, and is not returned."""
    return insert.on_conflict_do_nothing().returning(insert.table.c.user_id)


def count_answer(session: Session, invitation: PulseInvitation, question: TrustQuestion, score: int) -> bool:
    """Once a person and question; False for whoever has answered it already, which changes nothing."""
    window_id, team_id = invitation.window_id, invitation.team_id
    added = _insert_respondent(
        session, window_id=window_id, user_id=invitation.user_id, question=question, team_id=team_id
    )
    if added.first() is None:
        return False
    if score == SKIPPED:
        return True  # kept like an answer, so that nothing says who has skipped it
    counted = update(PulseTally).filter_by(
        team_id=team_id,
        window_id=window_id,
        project_id=invitation.project_id,
        side=invitation.side,
        question=question,
        score=score,
    )
    session.execute(counted.values(count=PulseTally.count + 1).execution_options(synchronize_session=False))
    return True


@all_rows
def _list_tallies(team_id: str, window_id: int) -> SelectOfScalar[PulseTally]:
    return select(PulseTally).filter_by(team_id=team_id, window_id=window_id)


def load_tallies(session: Session, window: PulseWindow) -> dict[int, Tally]:
    """By project id."""
    tallies: dict[int, dict[tuple[Side, TrustQuestion, int], int]] = {}
    for row in _list_tallies(session, window.team_id, window.pk):
        tallies.setdefault(row.project_id, {})[row.side, row.question, row.score] = row.count
    return dict(tallies)


def delete_answers(session: Session, window: PulseWindow) -> None:
    """Who has answered, and the counts."""
    session.flush()
    for table in (PulseRespondent, PulseTally):
        gone = delete(table).filter_by(team_id=window.team_id, window_id=window.pk)
        session.execute(gone.execution_options(synchronize_session=False))


# --- what is published ----------------------------------------------------------------------------------------


@all_rows
def list_windows_of_project(team_id: str, project_id: int) -> SelectOfScalar[PulseWindow]:
    """Those in which people of the project were asked, newest first."""
    asked = _has_asked().where(col(PulseInvitation.project_id) == project_id)
    return select(PulseWindow).filter_by(team_id=team_id).where(asked).order_by(col(PulseWindow.opened_at).desc())


@all_rows
def list_windows_of_person(team_id: str, project_id: int, user_id: str) -> SelectOfScalar[PulseWindow]:
    """Those in which the person was asked as one of the project, newest first."""
    asked = _has_asked().where(
        col(PulseInvitation.project_id) == project_id, col(PulseInvitation.user_id) == user_id
    )
    return select(PulseWindow).filter_by(team_id=team_id).where(asked).order_by(col(PulseWindow.opened_at).desc())


def _has_asked() -> Exists:
    """That somebody has been asked in the window."""
    return exists().where(
        col(PulseInvitation.window_id) == col(PulseWindow.id), col(PulseInvitation.asked_at).is_not(None)
    )


def store_publication(
    session: Session, window: PulseWindow, project_ids: Collection[int], means: list[QuestionMean]
) -> None:
    """Of the window's answers in these projects, of which none stands in another one."""
    team_id, window_id = window.team_id, window.pk
    published = PulsePublication(team_id=team_id, window_id=window_id, is_pooled=len(project_ids) > 1, means=means)
    session.add(published)
    session.flush()
    session.add_all(
        PublishedProject(team_id=team_id, window_id=window_id, project_id=project_id, publication_id=published.pk)
        for project_id in project_ids
    )
    session.flush()


@all_rows
def _list_publications(team_id: str, project_id: int) -> SelectOfScalar[PulsePublication]:
    is_its = col(PublishedProject.publication_id) == col(PulsePublication.id)
    statement = select(PulsePublication).join(PublishedProject, is_its)
    return statement.where(PublishedProject.team_id == team_id, PublishedProject.project_id == project_id)


def load_publications(session: Session, team_id: str, project_id: int) -> dict[int, PulsePublication]:
    """By window, those in which the project's answers stand."""
    return {row.window_id: row for row in _list_publications(session, team_id, project_id)}
