"""Seats that somebody leaves, and those that are vacant (product §4.9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.charter.rules import CHARTER_KIND
from bot.people.rules import Actor
from bot.projects.rules import LIVE, Side, State
from bot.projects.service import log_event
from bot.projects.stewards import require_decider
from bot.runtime.domain_events import BecameOutsider, PersonLeft, SeatVacated, publish_event
from bot.signing.deputy_service import end_deputies_of_leaver
from bot.succession import notifications as succession_notifications
from storage import charters, people, projects, seats, signing
from storage.projects import CharterVersion, Project
from storage.signing import Succession

SEATED = LIVE - {State.DRAFT}  # whoever leaves a draft is edited out of it


def vacate_seats_of_leaver(session: Session, event: PersonLeft) -> None:
    """The reaction to a deactivated account: seats fall vacant, deputies lapse; the rest runs."""
    for project, charter in _leave_seats(session, event):
        succession_notifications.notify_of_departure(session, project, charter, event.user_id, now=event.now)


def vacate_seats_of_guest(session: Session, event: BecameOutsider) -> None:
    """The reaction to a colleague's becoming a guest: they may stay in a team, but sign nothing any more."""
    _leave_seats(session, event)


def _leave_seats(session: Session, event: PersonLeft | BecameOutsider) -> Sequence[tuple[Project, CharterVersion]]:
    """Returns the projects in which they had one, as a lead, too."""
    seats = lock_seats(session, event.team_id, event.user_id)
    end_deputies_of_leaver(session, team_id=event.team_id, user_id=event.user_id, now=event.now)
    for project, charter in seats:
        side = charter.executives.by_value().get(event.user_id)
        if side is not None and project.state in SEATED:
            was_vacant = project.vacant[side]
            row = vacate_seat(session, project, charter, side, by=None, now=event.now)
            if not was_vacant:
                succession_notifications.notify_of_vacant_seat(session, project, charter, row, now=event.now)
    return seats


def has_nameable_seats(session: Session, team_id: str) -> bool:
    """Whether anybody in the workspace sits where a successor can be named, or has left such a seat."""
    is_held = projects.find_project_in(session, team_id, SEATED) is not None
    return is_held or bool(signing.list_open_successions(session, team_id))


def list_vacancies(session: Session, *, actor: Actor) -> dict[str, tuple[str, list[tuple[int, str]]]]:
    """Who left which seats that have not passed on yet: user id → name, and projects by id and key.

    Raises: Refusal.
    """
    require_decider(session, actor)
    found: dict[str, list[tuple[int, str]]] = {}
    for row in signing.list_open_successions(session, actor.team_id):
        project = projects.find_project(session, actor.team_id, row.project_id)
        if project is not None and project.state in LIVE:
            found.setdefault(row.left_user_id, []).append((project.pk, project.key))
    known = people.find_people(session, actor.team_id, set(found))
    return {user_id: (known[user_id].name, seats) for user_id, seats in found.items() if user_id in known}


def vacate_seat(
    session: Session, project: Project, charter: CharterVersion, side: Side, *, by: str | None, now: datetime
) -> Succession:
    left = charter.executives[side]
    row = signing.find_open_succession(session, project.team_id, project.pk, side)
    if row is not None:
        return row
    row = Succession(team_id=project.team_id, project_id=project.pk, side=side, left_user_id=left, vacant_at=now)
    session.add(row)
    project.vacant = project.vacant.with_value(side, True)
    end_deputies_of_leaver(session, team_id=project.team_id, user_id=left, now=now)
    log_event(session, project, "seat.vacant", actor=by, now=now, after={"side": side, "holder": left})
    session.flush()
    publish_event(session, SeatVacated(project.team_id, now, project.pk))
    return row


def list_seat_charters(session: Session, project: Project) -> list[CharterVersion]:
    """What counts now, and what is proposed."""
    request = signing.find_open_request(session, project.team_id, project.pk, CHARTER_KIND)
    counting = charters.load_counting_charter(session, project)
    if request is None or request.subject == counting.version:
        return [counting]
    proposed = charters.find_charter(session, project.team_id, project.pk, request.subject)
    return [counting] if proposed is None else [counting, proposed]


def lock_seats(session: Session, team_id: str, user_id: str) -> Sequence[tuple[Project, CharterVersion]]:
    """Read again under the locks: a seat may have passed meanwhile."""
    for project, _ in seats.list_seats_of_person(session, team_id, user_id):
        projects.lock_project(session, project.pk)
    return seats.list_seats_of_person(session, team_id, user_id)


@dataclass(frozen=True)
class NameableSeat:
    """A seat that somebody else can be named for."""

    project: Project
    charter: CharterVersion
    side: Side
    row: Succession | None  # None: it is not vacant yet


def list_nameable_seats(
    session: Session,
    team_id: str,
    left: str,
    held: Iterable[tuple[Project, CharterVersion]],
    project_id: int | None,
) -> list[NameableSeat]:
    """Lists those of the seats that the person holds, or has left. `project_id`: in that project only."""
    found = []
    for project, charter in held:
        side = charter.executives.by_value().get(left)
        if side is None or project_id not in (None, project.pk):
            continue
        row = signing.find_open_succession(session, team_id, project.pk, side)
        if row is not None or project.state in SEATED:
            found.append(NameableSeat(project, charter, side, row))
    return found


def is_suitable(session: Session, project: Project, side: Side, successor: str, *, left: str) -> bool:
    """A colleague who neither is the other executive, also of a proposal, nor leads the other side."""
    found = people.find_person(session, project.team_id, successor)
    if found is None or not found.is_internal:
        return False
    theirs = [each.executives for each in list_seat_charters(session, project) if each.executives[side] == left]
    return successor != project.leads[side.other] and all(each[side.other] != successor for each in theirs)
