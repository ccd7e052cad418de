"""When an executive leaves: a vacant seat, a successor named by a Slack admin, a lead's objection (§4.9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.charter.matter import KIND
from bot.errors import NotAllowed, NotFound, UserError
from bot.happenings import CharterAdopted, PersonLeft, announce
from bot.people.rules import Actor
from bot.people.service import colleague
from bot.projects.rules import LEADS, RUNNING, Side, State
from bot.projects.service import dossier, note
from bot.signing.service import read_reason, readdress, request_signatures
from bot.succession import messages
from bot.texts import person
from bot.workdays import after_working_days
from storage import people, projects, signing, timers
from storage.projects import CharterVersion, Project
from storage.signing import Succession
from storage.timers import Timer

SETTLE = "succession.settle"  # timer kind
OBJECTION_DAYS = 2  # working days
REST_OF_THE_DAY = timedelta(hours=9)  # from nine in the morning: the second day counts whole
SEATS = {"it": "cio", "marketing": "cmo"}


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
    """They named themselves."""

    who: str
    text_key = "error.successor_is_leaver"
    field = "successor"

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.who)}


def person_left(session: Session, left: PersonLeft) -> None:
    """The reaction to a deactivated account: seats fall vacant, deputies lapse; the rest runs."""
    for project, charter in projects.seats_of(session, left.team_id, left.user_id):
        projects.lock(session, project.pk)
        side = _side(charter, left.user_id)
        if side is not None and project.state != State.DRAFT:
            _vacate(session, project, charter, side, by=None, now=left.now)
        messages.somebody_left(session, project, charter, left.user_id)
    signing.drop_deputies(session, left.team_id, left.user_id)


def vacancies(session: Session, *, actor: Actor) -> dict[str, list[str]]:
    """Who left which seats that have no successor yet: user id → project keys. Raises: NotAnAdmin."""
    _check_admin(actor)
    found: dict[str, list[str]] = {}
    for row in signing.open_successions(session, actor.team_id):
        project = projects.project(session, actor.team_id, row.project_id)
        if row.successor is None and project is not None and project.state in (*RUNNING, State.SIGNING):
            found.setdefault(row.left_user_id, []).append(project.key)
    return found


def name_successor(session: Session, *, actor: Actor, left: str, successor: str, now: datetime) -> list[Project]:
    """For every seat that the person left, or is to leave now. Returns the projects.

    Raises: NotAnAdmin, NoSeat, StillHere, NotAColleague, Unsuitable.
    """
    _check_admin(actor)
    if left == successor:
        raise StillHere(successor)
    colleague(session, actor.team_id, successor)
    named = []
    for project, charter in projects.seats_of(session, actor.team_id, left):
        side = _side(charter, left)
        if side is None or project.state not in (*RUNNING, State.SIGNING):
            continue
        projects.lock(session, project.pk)
        row = signing.open_succession(session, actor.team_id, project.pk, side)
        if row is None:
            row = _vacate(session, project, charter, side, by=actor.user_id, now=now)
        _check_suitable(project, charter, side, successor)
        _name(session, project, charter, row, successor, by=actor.user_id, now=now)
        named.append(project)
    if not named:
        raise NoSeat
    return named


def object_to(session: Session, *, actor: Actor, succession_id: int, reason: str | None, now: datetime) -> Project:
    """Either lead, within two working days: the seat stays vacant until somebody else is named.

    Raises: NotFound, NotAllowed, ObjectedTooLate, ReasonNeeded, ReasonTooLong.
    """
    row = signing.succession(session, actor.team_id, succession_id)
    if row is None:
        raise NotFound
    found = dossier(session, actor=actor, project_id=row.project_id, for_update=True)
    row = signing.succession(session, actor.team_id, succession_id)  # under the lock
    assert row is not None
    if not found.roles & LEADS or not actor.is_internal:
        raise NotAllowed
    if row.settled_at is not None or row.successor is None:
        raise ObjectedTooLate
    words = read_reason(reason, needed=True)
    assert words is not None
    refused, row.successor, row.objected_by = row.successor, None, actor.user_id
    timers.cancel(session, actor.team_id, f"{SETTLE}:{row.pk}")
    note(
        session,
        found.project,
        "seat.objected",
        actor=actor.user_id,
        now=now,
        after={"side": row.side, "successor": refused, "reason": words},
    )
    session.flush()
    messages.objected(session, found.project, found.charter, row, refused, by=actor.user_id, reason=words)
    return found.project


def settle(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: nobody objected, the seat passes, and what was asked is asked anew."""
    row = signing.succession(session, timer.team_id, int(timer.subject))
    if row is None or row.settled_at is not None or row.successor is None:
        return
    project = projects.project(session, timer.team_id, row.project_id)
    assert project is not None
    successor, seat = row.successor, SEATS[row.side]
    row.settled_at = now
    setattr(project, f"vacant_{row.side}", False)
    if project.withdrawn_by == row.left_user_id:
        project.withdrawn_by = successor
    requests = signing.open_requests_of(session, project.team_id, project.pk)
    charters = {project.governing_version or project.latest_version}
    charters |= {request.subject for request in requests if request.kind == KIND}
    for version in charters:
        charter = projects.charter(session, project.team_id, project.pk, version)
        if charter is not None and getattr(charter, seat) == row.left_user_id:
            setattr(charter, seat, successor)
    note(
        session,
        project,
        "seat.passed",
        actor=row.named_by,
        now=now,
        before={"side": row.side, "holder": row.left_user_id},
        after={"side": row.side, "holder": successor},
    )
    session.flush()
    for request in requests:
        if getattr(request, row.side) == row.left_user_id:
            readdress(session, request, side=row.side, to=successor, now=now)
    _ask_to_sign(session, project, row, now)
    messages.settled(session, project, row, successor)
    if project.governing_version is not None:
        announce(session, CharterAdopted(project.team_id, now, project.pk, {}))


def _ask_to_sign(session: Session, project: Project, row: Succession, now: datetime) -> None:
    """The successor signs the version that governs; earlier signatures stand. An open proposal comes first."""
    version = project.governing_version
    if version is None or signing.open_request(session, project.team_id, project.pk, KIND) is not None:
        return
    charter = projects.charter(session, project.team_id, project.pk, version)
    standing = signing.latest_request(session, project.team_id, project.pk, KIND, version)
    assert charter is not None
    request_signatures(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=KIND,
        subject=version,
        it=charter.cio,
        marketing=charter.cmo,
        opened_by=row.named_by or project.created_by,
        now=now,
        standing=standing,
    )


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
    signing.drop_deputies(session, project.team_id, left)
    note(session, project, "seat.vacant", actor=by, now=now, after={"side": side, "holder": left})
    session.flush()
    messages.vacant(session, project, charter, row)
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
    country = people.workspace(session, project.team_id).country
    settles_at = after_working_days(now, OBJECTION_DAYS, zone=project.zone, country=country) + REST_OF_THE_DAY
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
    messages.named(session, project, charter, row, settles_at)


def _check_suitable(project: Project, charter: CharterVersion, side: str, successor: str) -> None:
    other = charter.cmo if side == Side.IT else charter.cio
    other_lead = project.lead_marketing if side == Side.IT else project.lead_it
    if successor in (other, other_lead):
        raise Unsuitable(project.key)


def _side(charter: CharterVersion, user_id: str) -> str | None:
    return next((side for side, seat in SEATS.items() if getattr(charter, seat) == user_id), None)


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin or not actor.is_internal:
        raise NotAnAdmin
