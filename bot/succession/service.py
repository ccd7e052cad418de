"""A successor named to a vacant seat by a Slack admin, or both stewards, and a lead's objection (product §4.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.charter import notifications
from bot.charter.rules import CharterChanges
from bot.charter.service import ask_new_executive
from bot.people.rules import Actor
from bot.people.service import require_colleague
from bot.projects.policy import require_lead
from bot.projects.rules import EXECUTIVE_OF, LIVE, Side, State
from bot.projects.service import load_context, log_event
from bot.projects.stewards import agree_on, require_decider
from bot.runtime.domain_events import CharterAdopted, ExecutivesNamed, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.signing.rules import read_reason
from bot.signing.service.readdress_request import readdress_request
from bot.succession import notifications as succession_notifications
from bot.succession.proposals import build_question, drop_proposals, find_rival_proposal, name_matter
from bot.succession.vacancies import (
    NameableSeat,
    is_suitable,
    list_nameable_seats,
    list_seat_charters,
    lock_seats,
    vacate_seat,
)
from bot.succession.views import OpenProposal
from bot.ui.mrkdwn import person_mention
from storage import charters, projects, signing, timers
from storage.projects import CharterVersion, Project
from storage.signing import Succession
from storage.timers import Timer

SETTLE = "succession.settle"  # timer kind


def fill_seats_by_charter(session: Session, event: ExecutivesNamed) -> None:
    """The reaction to a charter that fills a vacant seat by itself: nobody has to be named for it any more."""
    project = projects.load_project_of(session, event)
    charter = charters.load_counting_charter(session, project)
    for side in Side:
        row = signing.find_open_succession(session, project.team_id, project.pk, side)
        holder = charter.executives[side]
        if row is None or holder == row.left_user_id:
            continue
        timers.cancel_timers(session, project.team_id, f"{SETTLE}:{row.pk}")
        _fill_seat(session, project, row, holder, by=event.by, now=event.now)
        if row.successor == holder:
            succession_notifications.revise_for_settled_seat(session, project, charter, row, holder)
        elif row.successor is not None:
            succession_notifications.revise_for_another_successor(
                session, project, charter, row, row.successor, holder
            )


@dataclass(frozen=True)
class NamedSuccessor:
    """For which seats somebody is named, and in which projects it has to be somebody else: there it is vacant.

    `waits_for`: the steward whose yes is missing; until then nothing has changed. `rival`: whom they have named.
    """

    projects: list[Project]
    unsuitable: list[Project]
    waits_for: str | None = None
    rival: OpenProposal | None = None


def name_successor(
    session: Session,
    *,
    actor: Actor,
    left: str,
    left_field: str,
    successor: str,
    now: datetime,
    project_id: int | None = None,
) -> NamedSuccessor:
    """For every seat that the person left, or is to leave now; `project_id`: in that project only.

    A Slack admin names; where there are stewards, both of them do, and the first yes waits for the other's (product
    §17). `left_field`: of the form, where it is said that nobody's seat is vacant there, and the person holds none.
    Somebody who has come back, or was said to leave by mistake, may be named for their own vacant seat.
    Raises: Refusal.
    """
    require_decider(session, actor)
    require_colleague(session, actor.team_id, successor, field="successor")
    if not left:
        raise Refusal("error.leaver_needed", field=left_field)
    seats = _list_seats(session, actor, left, successor, project_id)
    if not seats:
        raise Refusal("error.no_seat", field=left_field)
    suitable = [each for each in seats if is_suitable(session, each.project, each.side, successor, left=left)]
    if not suitable:
        raise Refusal("error.successor_unsuitable", field="successor", key=seats[0].project.key)
    named = [each.project for each in suitable]
    unsuitable = [each.project for each in seats if each not in suitable]
    question = build_question(left, successor, project_id, by=actor.user_id, keys=[each.key for each in named])
    matter = name_matter(left, successor, project_id)
    waits_for = agree_on(session, actor=actor, matter=matter, question=question, now=now)
    if waits_for is None:
        drop_proposals(session, actor.team_id, left)
        for seat in seats:
            row = seat.row or vacate_seat(session, seat.project, seat.charter, seat.side, by=actor.user_id, now=now)
            if seat in suitable:
                _name_for_seat(session, seat.project, seat.charter, row, successor, by=actor.user_id, now=now)
            elif seat.row is None:
                succession_notifications.notify_of_vacant_seat(session, seat.project, seat.charter, row, now=now)
        return NamedSuccessor(named, unsuitable)
    rival = find_rival_proposal(session, actor=actor, left=left, successor=successor, project_id=project_id)
    return NamedSuccessor(named, unsuitable, waits_for, rival)


def _list_seats(
    session: Session, actor: Actor, left: str, successor: str, project_id: int | None
) -> Sequence[NameableSeat]:
    """Lists the seats that the successor is to take, locked. Raises: Refusal of who would succeed themselves."""
    held = lock_seats(session, actor.team_id, left)
    found = list_nameable_seats(session, actor.team_id, left, held, project_id)
    if left == successor and any(each.row is None for each in found):
        raise Refusal("error.successor_is_leaver", field="successor", who=person_mention(successor))
    return found


def object_to_successor(
    session: Session, *, actor: Actor, succession_id: int, reason: str | None, now: datetime
) -> Project:
    """Either lead, within two working days: the seat stays vacant until somebody else is named.

    Raises: NotFound, NotAllowed, Refusal.
    """
    project, row, refused = require_objectionable_succession(
        session, actor=actor, succession_id=succession_id, for_update=True
    )
    words = read_reason(reason, needed=True)
    assert words is not None
    row.successor, row.objected_by = None, actor.user_id
    timers.cancel_timers(session, actor.team_id, f"{SETTLE}:{row.pk}")
    log_event(
        session,
        project,
        "seat.objected",
        actor=actor.user_id,
        now=now,
        after={"side": row.side, "successor": refused, "reason": words},
    )
    session.flush()
    charter = charters.load_counting_charter(session, project)
    succession_notifications.notify_of_objection(
        session, project, charter, row, refused, by=actor.user_id, reason=words, now=now
    )
    return project


def require_objectionable_succession(
    session: Session, *, actor: Actor, succession_id: int, for_update: bool = False
) -> tuple[Project, Succession, str]:
    """The succession to which the actor may object now, its project, and who is named.

    Raises: NotFound, NotAllowed, Refusal.
    """
    row = signing.find_succession(session, actor.team_id, succession_id)
    if row is None:
        raise NotFound
    found = load_context(session, actor=actor, project_id=row.project_id, for_update=for_update)
    row = signing.find_succession(session, actor.team_id, succession_id)  # under the lock
    assert row is not None
    require_lead(found)
    if row.settled_at is not None or row.successor is None:
        raise Refusal("error.objected_too_late")
    return found.project, row, row.successor


def settle_succession(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: nobody objected, the seat passes, and what was asked is asked anew."""
    row = signing.find_succession(session, timer.team_id, int(timer.subject))
    if row is None or row.settled_at is not None or row.successor is None:
        return
    project = projects.load_project_of(session, row)
    if project.state not in LIVE:
        return
    if not is_suitable(session, project, row.side, row.successor, left=row.left_user_id):
        named, row.successor = row.successor, None  # the charter has changed since, or they have left
        session.flush()
        charter = charters.load_counting_charter(session, project)
        succession_notifications.end_objections(session, project, charter, row, named)
        succession_notifications.notify_of_vacant_seat(session, project, charter, row, now=now)
        return
    _pass_seat_on(session, project, row, row.successor, now)


def _pass_seat_on(session: Session, project: Project, row: Succession, successor: str, now: datetime) -> None:
    if project.withdrawn_by == row.left_user_id:
        project.withdrawn_by = successor
    for charter in list_seat_charters(session, project):
        if charter.executives[row.side] == row.left_user_id:
            charter.executives = charter.executives.with_value(row.side, successor)
    _fill_seat(session, project, row, successor, by=row.named_by, now=now)
    for request in signing.list_open_requests_of_project(session, project.team_id, project.pk):
        if request.executives[row.side] == row.left_user_id:
            readdress_request(session, request, side=row.side, to=successor, now=now)
    if successor != row.left_user_id:
        ask_new_executive(session, project, by=row.named_by or project.created_by, now=now)
    charter = charters.load_counting_charter(session, project)
    succession_notifications.revise_for_settled_seat(session, project, charter, row, successor)
    if project.state == State.DRAFT:
        notifications.restore_draft_letters(session, project, charter)
    if project.governing_version is not None:
        _tell_channel(session, project, charter, row, successor, now=now)
        publish_event(session, CharterAdopted(project.team_id, now, project.pk))


def _tell_channel(
    session: Session, project: Project, charter: CharterVersion, row: Succession, successor: str, *, now: datetime
) -> None:
    """The project's channel reads who has the seat, and who had it, as of any change of the charter."""
    if successor == row.left_user_id:
        return
    changed = CharterChanges(**{EXECUTIVE_OF[row.side]: (row.left_user_id, successor)})
    by = row.named_by or project.created_by
    notifications.notify_of_charter_changes(session, project, charter, changed, by=by, now=now)


def _fill_seat(
    session: Session, project: Project, row: Succession, holder: str, *, by: str | None, now: datetime
) -> None:
    """The seat is vacant no more."""
    succession_notifications.withdraw_vacancy_notices(session, row)
    row.settled_at = now
    project.vacant = project.vacant.with_value(row.side, False)
    log_event(
        session,
        project,
        "seat.passed",
        actor=by,
        now=now,
        before={"side": row.side, "holder": row.left_user_id},
        after={"side": row.side, "holder": holder},
    )
    session.flush()


def _name_for_seat(
    session: Session,
    project: Project,
    charter: CharterVersion,
    row: Succession,
    successor: str,
    *,
    by: str,
    now: datetime,
) -> None:
    succession_notifications.withdraw_vacancy_notices(session, row)
    if row.successor is not None:
        succession_notifications.revise_for_another_successor(
            session, project, charter, row, row.successor, successor
        )
    row.successor, row.named_by, row.named_at = successor, by, now
    settles_at = succession_notifications.find_settling_moment(session, project, row)
    timers.arm_row_timer(session, project, SETTLE, row.pk, settles_at)
    log_event(
        session,
        project,
        "seat.successor",
        actor=by,
        now=now,
        after={"side": row.side, "successor": successor},
    )
    session.flush()
    succession_notifications.notify_of_successor(session, project, charter, row, now=now)
