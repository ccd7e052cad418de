"""When an executive leaves: a vacant seat, a successor named by a Slack admin, a lead's objection (§4.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter import announcements
from bot.charter.matter import KIND
from bot.charter.service import ask_newcomer
from bot.errors import NotAllowed, NotFound, UserError
from bot.happenings import BecameOutsider, CharterAdopted, ExecutivesNamed, PersonLeft, announce
from bot.people.rules import Actor
from bot.people.service import colleague, work_calendar
from bot.projects.rules import LEADS, LIVE, Side, State
from bot.projects.service import dossier, note
from bot.signing.deputyships import lapse_deputies
from bot.signing.service import read_reason, readdress
from bot.succession import messages
from bot.texts import person
from bot.workdays import after_working_days
from storage import people, projects, signing, timers
from storage.projects import CharterVersion, Project
from storage.signing import Succession
from storage.timers import Timer

SETTLE = "succession.settle"  # timer kind
OBJECTION_DAYS = 2  # whole working days: the seat passes on the morning after
SEATS = {"it": "cio", "marketing": "cmo"}
SEATED = LIVE - {State.DRAFT}  # whoever leaves a draft is edited out of it


class NotAnAdmin(UserError):
    text_key = "error.not_an_admin"


class NoSeat(UserError):
    """Nobody's seat is vacant there, and the person named holds none."""

    text_key = "error.no_seat"
    field = "left"


@dataclass(eq=False)
class Unsuitable(UserError):
    """CIO and CMO are two people, and nobody leads the other side."""

    key: str
    text_key = "error.successor_unsuitable"
    field = "successor"


@dataclass(eq=False)
class ObjectedTooLate(UserError):
    text_key = "error.objected_too_late"


@dataclass(eq=False)
class StillHere(UserError):
    """Whoever sits there already, and has not left."""

    who: str
    text_key = "error.successor_is_leaver"
    field = "successor"

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.who)}


def person_left(session: Session, left: PersonLeft) -> None:
    """The reaction to a deactivated account: seats fall vacant, deputies lapse; the rest runs."""
    for project, charter in _leave_seats(session, left):
        messages.somebody_left(session, project, charter, left.user_id, now=left.now)


def became_outsider(session: Session, happened: BecameOutsider) -> None:
    """The reaction to a colleague's becoming a guest: they may stay in a team, but sign nothing any more."""
    _leave_seats(session, happened)


def _leave_seats(session: Session, left: PersonLeft | BecameOutsider) -> Sequence[tuple[Project, CharterVersion]]:
    """Returns the projects in which they had one, as a lead, too."""
    seats = _locked_seats(session, left.team_id, left.user_id)
    lapse_deputies(session, team_id=left.team_id, user_id=left.user_id, now=left.now)
    for project, charter in seats:
        side = _side(charter, left.user_id)
        if side is not None and project.state in SEATED:
            was_vacant = getattr(project, f"vacant_{side}")
            row = _vacate(session, project, charter, side, by=None, now=left.now)
            if not was_vacant:
                messages.vacant(session, project, charter, row, now=left.now)
    return seats


def executives_named(session: Session, happened: ExecutivesNamed) -> None:
    """The reaction to a charter that fills a vacant seat by itself: nobody has to be named for it any more."""
    project = projects.project(session, happened.team_id, happened.project_id)
    assert project is not None
    charter = projects.counting_charter(session, project)
    for side, seat in SEATS.items():
        row, holder = signing.open_succession(session, project.team_id, project.pk, side), getattr(charter, seat)
        if row is None or holder == row.left_user_id:
            continue
        timers.cancel(session, project.team_id, f"{SETTLE}:{row.pk}")
        _fill(session, project, row, holder, by=happened.by, now=happened.now)
        if row.successor == holder:
            messages.settled(session, project, charter, row, holder)
        elif row.successor is not None:
            messages.renamed(session, project, charter, row, row.successor, holder)


def vacancies(session: Session, *, actor: Actor) -> dict[str, list[Project]]:
    """Who left which seats that have not passed on yet: user id → projects. Raises: NotAnAdmin."""
    _check_admin(actor)
    found: dict[str, list[Project]] = {}
    for row in signing.open_successions(session, actor.team_id):
        project = projects.project(session, actor.team_id, row.project_id)
        if project is not None and project.state in LIVE:
            found.setdefault(row.left_user_id, []).append(project)
    return found


def name_successor(
    session: Session, *, actor: Actor, left: str, successor: str, now: datetime, project_id: int | None = None
) -> tuple[list[Project], list[Project]]:
    """For every seat that the person left, or is to leave now; `project_id`: in that project only.

    Returns the projects, and those in which somebody else is needed: there the seat is vacant.
    Somebody who has come back, or was said to leave by mistake, may be named for their own vacant seat.
    Raises: NotAnAdmin, NoSeat, StillHere, NotAColleague, Unsuitable.
    """
    _check_admin(actor)
    colleague(session, actor.team_id, successor, field="successor")
    named: list[Project] = []
    unsuitable: list[Project] = []
    for project, charter in _locked_seats(session, actor.team_id, left):
        side = _side(charter, left)
        if side is None or project_id not in (None, project.pk):
            continue
        row = signing.open_succession(session, actor.team_id, project.pk, side)
        if row is None and project.state not in SEATED:
            continue
        if row is None and left == successor:
            raise StillHere(successor)
        is_suitable = _is_suitable(session, project, side, successor, left=left)
        (named if is_suitable else unsuitable).append(project)
        if row is None:
            row = _vacate(session, project, charter, side, by=actor.user_id, now=now)
            if not is_suitable:
                messages.vacant(session, project, charter, row, now=now)
        if is_suitable:
            _name(session, project, charter, row, successor, by=actor.user_id, now=now)
    if not named:
        raise Unsuitable(unsuitable[0].key) if unsuitable else NoSeat
    return named, unsuitable


def object_to(session: Session, *, actor: Actor, succession_id: int, reason: str | None, now: datetime) -> Project:
    """Either lead, within two working days: the seat stays vacant until somebody else is named.

    Raises: NotFound, NotAllowed, ObjectedTooLate, ReasonNeeded, ReasonTooLong.
    """
    project, row, refused = objectionable(session, actor=actor, succession_id=succession_id, for_update=True)
    words = read_reason(reason, needed=True)
    assert words is not None
    row.successor, row.objected_by = None, actor.user_id
    timers.cancel(session, actor.team_id, f"{SETTLE}:{row.pk}")
    note(
        session,
        project,
        "seat.objected",
        actor=actor.user_id,
        now=now,
        after={"side": row.side, "successor": refused, "reason": words},
    )
    session.flush()
    charter = projects.counting_charter(session, project)
    messages.objected(session, project, charter, row, refused, by=actor.user_id, reason=words, now=now)
    return project


def objectionable(
    session: Session, *, actor: Actor, succession_id: int, for_update: bool = False
) -> tuple[Project, Succession, str]:
    """The succession to which the actor may object now, its project, and who is named.

    Raises: NotFound, NotAllowed, ObjectedTooLate.
    """
    row = signing.succession(session, actor.team_id, succession_id)
    if row is None:
        raise NotFound
    found = dossier(session, actor=actor, project_id=row.project_id, for_update=for_update)
    row = signing.succession(session, actor.team_id, succession_id)  # under the lock
    assert row is not None
    if not found.roles & LEADS:
        raise NotAllowed
    if row.settled_at is not None or row.successor is None:
        raise ObjectedTooLate
    return found.project, row, row.successor


def settle(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: nobody objected, the seat passes, and what was asked is asked anew."""
    row = signing.succession(session, timer.team_id, int(timer.subject))
    if row is None or row.settled_at is not None or row.successor is None:
        return
    project = projects.project(session, timer.team_id, row.project_id)
    assert project is not None
    if project.state not in LIVE:
        return
    if not _is_suitable(session, project, row.side, row.successor, left=row.left_user_id):
        _unname(session, project, row, now)  # the charter has changed since they were named, or they have left
        return
    _pass_on(session, project, row, row.successor, now)


def _unname(session: Session, project: Project, row: Succession, now: datetime) -> None:
    row.successor = None
    session.flush()
    charter = projects.counting_charter(session, project)
    messages.vacant(session, project, charter, row, now=now)


def _pass_on(session: Session, project: Project, row: Succession, successor: str, now: datetime) -> None:
    if project.withdrawn_by == row.left_user_id:
        project.withdrawn_by = successor
    for charter in _charters(session, project):
        if getattr(charter, SEATS[row.side]) == row.left_user_id:
            setattr(charter, SEATS[row.side], successor)
    _fill(session, project, row, successor, by=row.named_by, now=now)
    for request in signing.open_requests_of(session, project.team_id, project.pk):
        if getattr(request, row.side) == row.left_user_id:
            readdress(session, request, side=row.side, to=successor, now=now)
    if successor != row.left_user_id:
        ask_newcomer(session, project, by=row.named_by or project.created_by, now=now)
    charter = projects.counting_charter(session, project)
    messages.settled(session, project, charter, row, successor)
    if project.state == State.DRAFT:
        announcements.draft_stands(session, project, charter)
    if project.governing_version is not None:
        announce(session, CharterAdopted(project.team_id, now, project.pk, {}))


def _fill(
    session: Session, project: Project, row: Succession, holder: str, *, by: str | None, now: datetime
) -> None:
    """The seat is vacant no more."""
    messages.forget_vacant(session, row)
    row.settled_at = now
    setattr(project, f"vacant_{row.side}", False)
    note(
        session,
        project,
        "seat.passed",
        actor=by,
        now=now,
        before={"side": row.side, "holder": row.left_user_id},
        after={"side": row.side, "holder": holder},
    )
    session.flush()


def _vacate(
    session: Session, project: Project, charter: CharterVersion, side: str, *, by: str | None, now: datetime
) -> Succession:
    left = getattr(charter, SEATS[side])
    row = signing.open_succession(session, project.team_id, project.pk, side)
    if row is not None:
        return row
    row = Succession(team_id=project.team_id, project_id=project.pk, side=side, left_user_id=left, vacant_at=now)
    session.add(row)
    setattr(project, f"vacant_{side}", True)
    lapse_deputies(session, team_id=project.team_id, user_id=left, now=now)
    note(session, project, "seat.vacant", actor=by, now=now, after={"side": side, "holder": left})
    session.flush()
    return row


def _name(
    session: Session,
    project: Project,
    charter: CharterVersion,
    row: Succession,
    successor: str,
    *,
    by: str,
    now: datetime,
) -> None:
    calendar = work_calendar(session, project.team_id, project.zone)
    settles_at = after_working_days(now, OBJECTION_DAYS + 1, zone=project.zone, calendar=calendar)
    messages.forget_vacant(session, row)
    if row.successor is not None:
        messages.renamed(session, project, charter, row, row.successor, successor)
    row.successor, row.named_by, row.named_at = successor, by, now
    timers.arm(
        session,
        team_id=project.team_id,
        key=f"{SETTLE}:{row.pk}",
        kind=SETTLE,
        subject=str(row.pk),
        due_at=settles_at,
        project_id=project.pk,
    )
    note(
        session,
        project,
        "seat.successor",
        actor=by,
        now=now,
        after={"side": row.side, "successor": successor},
    )
    session.flush()
    messages.named(session, project, charter, row, settles_at, now=now)


def _is_suitable(session: Session, project: Project, side: str, successor: str, *, left: str) -> bool:
    """A colleague who neither is the other executive, also of a proposal, nor leads the other side."""
    found = people.person(session, project.team_id, successor)
    if found is None or not found.is_internal:
        return False
    other, lead = ("cmo", project.lead_marketing) if side == Side.IT else ("cio", project.lead_it)
    mine = [charter for charter in _charters(session, project) if getattr(charter, SEATS[side]) == left]
    return successor != lead and all(getattr(charter, other) != successor for charter in mine)


def _charters(session: Session, project: Project) -> list[CharterVersion]:
    """What counts now, and what is proposed."""
    request = signing.open_request(session, project.team_id, project.pk, KIND)
    counting = projects.counting_charter(session, project)
    if request is None or request.subject == counting.version:
        return [counting]
    proposed = projects.charter(session, project.team_id, project.pk, request.subject)
    return [counting] if proposed is None else [counting, proposed]


def _locked_seats(session: Session, team_id: str, user_id: str) -> Sequence[tuple[Project, CharterVersion]]:
    """Read again under the locks: a seat may have passed meanwhile."""
    for project, _ in projects.seats_of(session, team_id, user_id):
        projects.lock(session, project.pk)
    return projects.seats_of(session, team_id, user_id)


def _side(charter: CharterVersion, user_id: str) -> str | None:
    return next((side for side, seat in SEATS.items() if getattr(charter, seat) == user_id), None)


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin or not actor.is_internal:
        raise NotAnAdmin
