"""Requests for both executives' signatures, and the position that each side took."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, and_, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.projects.rules import Side, Sides
from bot.signing.rules import RequestState, SigningAnswer
from storage.projects import Project, hold_locked
from storage.statements import all_rows, build_finder, first_row, held_rows
from storage.types import Json, NumberedRow, Row, UtcDateTime, build_enum_type

REQUEST_IS_OPEN = text("signing_requests.state = 'open'")
"""In the index's very words: where SQLite would have to look at a value that is bound, to know whether its partial
index serves, it prepares the statement anew at each call (0.05 ms).
"""


class SigningRequest(NumberedRow, table=True):
    """Asks both executives to sign one thing: a charter version, or a decision."""

    __tablename__ = "signing_requests"
    __table_args__ = (
        Index("ix_signing_requests_it", "it", "state"),
        Index("ix_signing_requests_marketing", "marketing", "state"),
        Index(
            "uq_signing_requests_open",
            "project_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    kind: str  # names its signable: "charter", "closing_report"; of a decision with its id: "decision:closing:7"
    subject: int  # of a charter: its version; of a report: its number; of a decision: its id
    it: str  # who signs for the side `it`
    marketing: str
    state: RequestState = Field(default=RequestState.OPEN, sa_type=build_enum_type(RequestState, "known_state"))
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def is_open(self) -> bool:
        return self.state is RequestState.OPEN

    @property
    def executives(self) -> Sides[str]:
        """Who is asked."""
        return Sides(self.it, self.marketing)

    @executives.setter
    def executives(self, executives: Sides[str]) -> None:
        self.it, self.marketing = executives


class Position(NumberedRow, table=True):
    """One side's answer to a request; a position `sign` is that side's signature. One a side, one a person."""

    __tablename__ = "positions"
    __table_args__ = (UniqueConstraint("request_id", "side"), UniqueConstraint("request_id", "user_id"))

    team_id: str
    request_id: int = Field(foreign_key="signing_requests.id")
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    user_id: str
    for_user_id: str | None = None  # the executive whose deputy gave this answer
    answer: SigningAnswer = Field(sa_type=build_enum_type(SigningAnswer, "known_answer"))
    reason: str | None = None
    answered_at: datetime = Field(sa_type=UtcDateTime)


class Deputy(Row, table=True):
    """Who signs for an executive while they are away. One at a time."""

    __tablename__ = "deputies"

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)  # whose deputy
    deputy: str = Field(index=True)
    from_day: date
    until_day: date  # the last one


class Succession(NumberedRow, table=True):
    """An executive's seat that fell vacant, until a successor has it (product §4.9)."""

    __tablename__ = "successions"
    __table_args__ = (
        Index(
            "uq_successions_open",
            "project_id",
            "side",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    left_user_id: str
    vacant_at: datetime = Field(sa_type=UtcDateTime)
    successor: str | None = None  # named, and not objected to
    named_by: str | None = None
    named_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    objected_by: str | None = None  # to the last one named
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Decision(NumberedRow, table=True):
    """Anything but a charter that needs both signatures; `facts` are its kind's own."""

    __tablename__ = "decisions"

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    kind: str
    facts: dict[str, Any] = Field(sa_type=Json)
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)


find_signing_request = build_finder(SigningRequest, anew=True)
find_succession = build_finder(Succession, anew=True)
find_decision = build_finder(Decision)


@first_row
def _lock_project_of_request(team_id: str, request_id: int) -> SelectOfScalar[Project]:
    of_request = select(SigningRequest.project_id).filter_by(team_id=team_id, id=request_id).scalar_subquery()
    statement = select(Project).where(Project.team_id == team_id, Project.id == of_request)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def find_project_of_request_for_update(session: Session, team_id: str, request_id: int) -> Project | None:
    """As `find_project_for_update`, of the request's project; None: there is no such request."""
    found = _lock_project_of_request(session, team_id, request_id)
    hold_locked(session, [] if found is None else [found])
    return found


@first_row
def find_open_request(team_id: str, project_id: int, kind: str) -> SelectOfScalar[SigningRequest]:
    statement = select(SigningRequest).filter_by(team_id=team_id, project_id=project_id, kind=kind)
    return statement.where(REQUEST_IS_OPEN)


@first_row
def find_standing_request(team_id: str, project_id: int, kind: str) -> SelectOfScalar[SigningRequest]:
    """The newest that is open or agreed."""
    statement = select(SigningRequest).filter_by(team_id=team_id, project_id=project_id, kind=kind)
    stands = col(SigningRequest.state).in_((RequestState.OPEN, RequestState.AGREED))
    return statement.where(stands).order_by(col(SigningRequest.id).desc()).limit(1)


@all_rows
def list_open_requests_to(team_id: str, user_ids: Collection[str]) -> SelectOfScalar[SigningRequest]:
    """Open requests addressed to any of these people, oldest first."""
    return (
        select(SigningRequest)
        .where(
            SigningRequest.team_id == team_id,
            REQUEST_IS_OPEN,
            col(SigningRequest.it).in_(user_ids) | col(SigningRequest.marketing).in_(user_ids),
        )
        .order_by(col(SigningRequest.id))
    )


@all_rows
def list_open_requests_of_project(team_id: str, project_id: int) -> SelectOfScalar[SigningRequest]:
    statement = select(SigningRequest).filter_by(team_id=team_id, project_id=project_id).where(REQUEST_IS_OPEN)
    return statement.order_by(col(SigningRequest.id))


@all_rows
def list_standing_decisions(team_id: str, project_id: int, kinds: str) -> SelectOfScalar[SigningRequest]:
    """Those open or agreed whose kind begins so, newest first."""
    statement = select(SigningRequest).filter_by(team_id=team_id, project_id=project_id)
    stands = col(SigningRequest.state).in_((RequestState.OPEN, RequestState.AGREED))
    is_of_kinds = col(SigningRequest.kind).startswith(kinds)
    return statement.where(stands, is_of_kinds).order_by(col(SigningRequest.id).desc())


@held_rows
def _list_requests_about(team_id: str, project_id: int, kind: str, subject: int) -> SelectOfScalar[SigningRequest]:
    statement = select(SigningRequest).filter_by(team_id=team_id, project_id=project_id, kind=kind, subject=subject)
    return statement.order_by(col(SigningRequest.id))


def find_latest_request(
    session: Session, team_id: str, project_id: int, kind: str, subject: int
) -> SigningRequest | None:
    found = _list_requests_about(session, team_id, project_id, kind, subject)
    return found[-1] if found else None


@first_row
def _find_earlier_subject(
    team_id: str, project_id: int, kind: str, subject: int, request_id: int
) -> SelectOfScalar[int]:
    statement = select(SigningRequest.subject).where(
        SigningRequest.team_id == team_id,
        SigningRequest.project_id == project_id,
        SigningRequest.kind == kind,
        SigningRequest.subject != subject,
        col(SigningRequest.id) < request_id,
    )
    return statement.order_by(col(SigningRequest.id).desc()).limit(1)


def find_previous_subject(session: Session, request: SigningRequest) -> int | None:
    """Of the newest earlier request of the project's, of the same kind and about something else."""
    place = request.team_id, request.project_id
    return _find_earlier_subject(session, *place, request.kind, request.subject, request.pk)


@first_row
def find_replaced_request(
    team_id: str, project_id: int, kind: str, replaced_at: datetime
) -> SelectOfScalar[SigningRequest]:
    """The one that has become void as another of its kind was opened."""
    statement = select(SigningRequest).filter_by(team_id=team_id, project_id=project_id, kind=kind)
    return statement.where(
        col(SigningRequest.state) == RequestState.VOID, col(SigningRequest.closed_at) == replaced_at
    )


def find_first_agreement(
    session: Session, team_id: str, project_id: int, kind: str, subject: int
) -> SigningRequest | None:
    """The request by which both sides came to agree on the subject."""
    found = _list_requests_about(session, team_id, project_id, kind, subject)
    return next((each for each in found if each.state is RequestState.AGREED), None)


@all_rows
def _list_positions(team_id: str, request_id: int) -> SelectOfScalar[Position]:
    statement = select(Position).filter_by(team_id=team_id, request_id=request_id)
    return statement.execution_options(populate_existing=True)


def load_positions(session: Session, team_id: str, request_id: int) -> dict[Side, Position]:
    """By side."""
    return {row.side: row for row in _list_positions(session, team_id, request_id)}


@all_rows
def _list_positions_in(team_id: str, request_ids: Collection[int]) -> SelectOfScalar[Position]:
    statement = select(Position).where(Position.team_id == team_id, col(Position.request_id).in_(request_ids))
    return statement.execution_options(populate_existing=True)


def load_positions_in(
    session: Session, team_id: str, request_ids: Collection[int]
) -> dict[int, dict[Side, Position]]:
    """By request and side, in one statement; a request without any is there, too."""
    positions: dict[int, dict[Side, Position]] = {each: {} for each in request_ids}
    for row in _list_positions_in(session, team_id, request_ids) if positions else ():
        positions[row.request_id][row.side] = row
    return positions


def find_deputy_of_executive(session: Session, team_id: str, user_id: str) -> Deputy | None:
    """Whom the executive has named, for whichever period."""
    return session.get(Deputy, (team_id, user_id), populate_existing=True)


@all_rows
def _list_deputies(team_id: str, executives: Collection[str]) -> SelectOfScalar[Deputy]:
    statement = select(Deputy).where(Deputy.team_id == team_id, col(Deputy.user_id).in_(executives))
    return statement.execution_options(populate_existing=True)


def find_deputies(session: Session, team_id: str, executives: Collection[str]) -> dict[str, Deputy]:
    """The same of several, by executive."""
    return {row.user_id: row for row in _list_deputies(session, team_id, executives)}


@all_rows
def list_deputyships(team_id: str, deputy_id: str) -> SelectOfScalar[Deputy]:
    """For whom the person has been named, for whichever period."""
    return select(Deputy).filter_by(team_id=team_id, deputy=deputy_id)


@all_rows
def list_deputies_involving(team_id: str, user_id: str) -> SelectOfScalar[Deputy]:
    """Those that the person named, and those whose deputy they are."""
    involves = (col(Deputy.user_id) == user_id) | (col(Deputy.deputy) == user_id)
    return select(Deputy).where(Deputy.team_id == team_id, involves)


def _select_with_answers(*answers: SigningAnswer) -> Select[SigningRequest, Position]:
    answered = and_(col(Position.request_id) == col(SigningRequest.id), col(Position.answer).in_(answers))
    statement = select(SigningRequest, Position).join(Position, answered, isouter=True)
    return statement.order_by(col(SigningRequest.id))


@all_rows
def _list_signed_requests(
    team_id: str, project_id: int, kind: str, subject: int
) -> Select[SigningRequest, Position]:
    statement = _select_with_answers(SigningAnswer.SIGN).where(
        SigningRequest.team_id == team_id, SigningRequest.project_id == project_id
    )
    return statement.where(SigningRequest.kind == kind, SigningRequest.subject == subject)


@all_rows
def _list_open_and_answered_requests(
    team_id: str, project_id: int, kind: str, subject: int
) -> Select[SigningRequest, Position]:
    statement = _select_with_answers(SigningAnswer.SIGN, SigningAnswer.DECLINE).where(
        SigningRequest.team_id == team_id, SigningRequest.project_id == project_id
    )
    is_of_subject = and_(SigningRequest.kind == kind, SigningRequest.subject == subject)
    return statement.where(or_(is_of_subject, REQUEST_IS_OPEN))


def load_signatures(
    session: Session, team_id: str, project_id: int, kind: str, subject: int
) -> dict[Side, Position]:
    """By side, the newest: of the last request, and of agreed ones until whoever follows has signed as well."""
    rows: Sequence[tuple[SigningRequest, Position | None]] = _list_signed_requests(
        session, team_id, project_id, kind, subject
    )
    return _select_standing(rows)


def load_open_and_answered(
    session: Session, team_id: str, project_id: int, kind: str, subject: int
) -> tuple[list[SigningRequest], dict[Side, Position], list[Position]]:
    """What is open in the project, oldest first, `load_signatures`, and who declines what is open of that kind, in
    one statement.
    """
    rows: Sequence[tuple[SigningRequest, Position | None]] = _list_open_and_answered_requests(
        session, team_id, project_id, kind, subject
    )
    found = {request.pk: request for request, _ in rows if request.is_open}
    standing = _select_standing([row for row in rows if (row[0].kind, row[0].subject) == (kind, subject)])
    declined = [
        position
        for request, position in rows
        if position is not None
        and position.answer is SigningAnswer.DECLINE
        and request.is_open
        and request.kind == kind
    ]
    return [*found.values()], standing, declined


def _select_standing(rows: Sequence[tuple[SigningRequest, Position | None]]) -> dict[Side, Position]:
    return {
        position.side: position
        for request, position in rows
        if position is not None
        and position.answer is SigningAnswer.SIGN
        and (request.state is RequestState.AGREED or request is rows[-1][0])
    }


@all_rows
def list_requests_of_positions(team_id: str, position_ids: Collection[int]) -> SelectOfScalar[SigningRequest]:
    """Those to which these are the answers, oldest first."""
    answered = select(Position.request_id).where(col(Position.id).in_(position_ids))
    statement = select(SigningRequest).where(
        SigningRequest.team_id == team_id, col(SigningRequest.id).in_(answered)
    )
    return statement.order_by(col(SigningRequest.id))


@first_row
def find_open_succession(team_id: str, project_id: int, side: Side) -> SelectOfScalar[Succession]:
    return select(Succession).filter_by(team_id=team_id, project_id=project_id, side=side, settled_at=None)


@all_rows
def list_open_successions(team_id: str) -> SelectOfScalar[Succession]:
    return select(Succession).filter_by(team_id=team_id, settled_at=None).order_by(col(Succession.id))


@all_rows
def list_settled_successions(team_id: str, project_id: int, since: datetime) -> SelectOfScalar[Succession]:
    """Seats that somebody has taken from that moment on."""
    statement = select(Succession).filter_by(team_id=team_id, project_id=project_id)
    return statement.where(col(Succession.settled_at) >= since).order_by(col(Succession.id))
