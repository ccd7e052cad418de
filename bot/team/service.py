"""The team: each side names its own people, who come from a home post and return to it (product §7)."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_colleague
from bot.projects.policy import list_holders, require_editor
from bot.projects.rules import DECIDES, EDITORS, NotInThisState, Side
from bot.projects.service import ProjectContext, load_context, log_event, roles_of
from bot.projects.sides import find_present_side
from bot.runtime.domain_events import SeatGivenUp, TeamChanged, publish_event
from bot.runtime.errors import FormErrors, NotAllowed, NotFound, Refusal
from bot.team import notifications
from bot.team.assignment_hint import hint_at_assignment_limit, withdraw_untrue_hint
from bot.team.confirmation_requests import ask_to_confirm, stop_asking
from bot.team.returns import REMIND, arm_return_reminder
from bot.team.rules import (
    MANAGER,
    MEMBER,
    OPEN,
    SIDE,
    StayMoment,
    WantedStay,
    WorksOnOtherSide,
    check_stay_days,
)
from storage import people, seats, team, timers
from storage.projects import Project
from storage.team import Member

END = "team.end"  # timer kind: the last day in the team is over


def may_name_members(found: ProjectContext, side: Side) -> bool:
    """Whether the actor may add and remove people of that side now."""
    return found.state in OPEN and bool(found.roles & DECIDES[side])


def may_extend_team(found: ProjectContext) -> bool:
    return found.state in OPEN and bool(found.roles & EDITORS)


def require_extendable_team(found: ProjectContext) -> None:
    """Whether the actor may name people of any side now. Raises: NotAllowed, NotInThisState."""
    require_editor(found)
    if found.state not in OPEN:
        raise NotInThisState(found.project)


def guess_side(session: Session, found: ProjectContext, user_id: str | None) -> Side | None:
    """Guesses for which side somebody joins: theirs, else the actor's, if they decide on one, else that of the last
    team, which a new one overrules.
    """
    own = [side for side in Side if found.roles & DECIDES[side]]
    actors = own[0] if len(own) == 1 else None
    if user_id is None:
        return actors
    place = session, found.project.team_id, user_id
    return find_present_side(*place) or actors or seats.find_former_side(*place)


def find_stay_of_person(session: Session, found: ProjectContext, user_id: str) -> Member | None:
    """Finds the stay in that project that goes on."""
    return team.find_current_stay(session, found.project.team_id, found.project.pk, user_id)


def add_member(session: Session, *, actor: Actor, project_id: int, wanted: WantedStay, now: datetime) -> Member:
    """Adds a stay; the member and the project are told (product §7.1).

    Raises: as `require_extendable_team`; Refusal, WorksOnOtherSide;
    FormErrors for days outside the project.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_extendable_team(found)
    project, charter = found.project, found.charter
    require_own_side(found, wanted.side)
    if errors := list_new_stay_errors(session, found, wanted, now=now):
        raise FormErrors(errors)
    member = Member(
        team_id=project.team_id,
        project_id=project.pk,
        user_id=wanted.user_id,
        side=wanted.side,
        home_post=wanted.home_post,
        home_manager=wanted.home_manager,
        share=wanted.share,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        added_by=actor.user_id,
        added_at=now,
    )
    for former in team.list_stays_of_person(session, project.team_id, member.user_id):
        if former.project_id == project.pk:
            stop_asking(session, project, former, StayMoment.RETURN)
            notifications.withdraw_unread_removal(session, former)
    session.add(member)
    session.flush()
    arm_stay_timers(session, project, member, now=now)
    log_stay(session, project, "team.added", member, by=actor.user_id, now=now)
    notifications.notify_of_new_member(session, project, charter, member, by=actor.user_id, now=now)
    hint_at_assignment_limit(session, project, member, now=now)
    publish_event(session, TeamChanged(project.team_id, now, project.pk, member.user_id))
    return member


def load_stay(
    session: Session, *, actor: Actor, member_id: int, for_update: bool = False
) -> tuple[ProjectContext, Member]:
    """Loads a stay whose side is the actor's to decide for. Raises: NotFound, NotAllowed, Refusal."""
    member = team.find_member(session, actor.team_id, member_id)
    if member is None:
        raise NotFound
    found = load_context(session, actor=actor, project_id=member.project_id, for_update=for_update)
    if for_update:
        session.refresh(member)  # the project is locked now: another click may have been first
    require_editor(found)
    require_own_side(found, member.side)
    return found, member


def remove_member(session: Session, *, actor: Actor, member_id: int, now: datetime) -> Member:
    """Ends a stay at once; nobody else is asked.

    Raises: as `require_extendable_team`; Refusal, also of who knows that they own something here.
    """
    found, member = load_stay(session, actor=actor, member_id=member_id, for_update=True)
    require_extendable_team(found)
    if member.left_at is not None:
        raise Refusal("error.not_a_member")
    project = found.project
    if not roles_of(project, found.charter, member.user_id) & EDITORS:
        publish_event(session, SeatGivenUp(project.team_id, now, project.pk, member.user_id, MEMBER))
    end_stay(session, project, member, "team.removed", by=actor.user_id, now=now, asks_for_return=True)
    notifications.notify_of_removal(session, project, member, by=actor.user_id, now=now)
    return member


def ask_for_return(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Asks both to confirm that the member is back, of a stay that is over and had begun (product §7.2)."""
    if project.governing_version is not None and member.starts_on <= project.day(now):
        notifications.withdraw_unread_news_of_stay(session, member)
        ask_to_confirm(session, project, member, StayMoment.RETURN, now=now)


def end_stay(
    session: Session,
    project: Project,
    member: Member,
    action: str,
    *,
    by: str | None,
    now: datetime,
    asks_for_return: bool = False,
    with_project: bool = False,
) -> None:
    """Ends a stay; `action` is how the log calls it. Who reacts to the end finds the return asked for.

    `with_project`: the project ends with it, so that they go on reading it.
    """
    member.left_at, member.ended_with_project = now, with_project
    timers.cancel_timers(session, project.team_id, f"{END}:{member.pk}", f"{REMIND}:{member.pk}")
    stop_asking(session, project, member, StayMoment.START)
    log_stay(session, project, action, member, by=by, now=now)
    session.flush()
    withdraw_untrue_hint(session, project, member, now=now)
    if asks_for_return:
        ask_for_return(session, project, member, now=now)
    publish_event(session, TeamChanged(project.team_id, now, project.pk, member.user_id))


def arm_stay_timers(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Arms the end for the beginning of the project's day after the last one, and the reminders before."""
    timers.arm_row_timer(session, project, END, member.pk, stay_ends_at(project, member))
    arm_return_reminder(session, project, member, now=now)


def stay_ends_at(project: Project, member: Member) -> datetime:
    return datetime.combine(member.ends_on + timedelta(days=1), time(0, 0), ZoneInfo(project.zone))


def check_home_manager(session: Session, user_id: str, home_manager: str | None, project: Project) -> None:
    """Takes any person of the company but the member; a guest may have none (product §7.1). Raises: Refusal."""
    if home_manager == user_id:
        raise Refusal("error.stay.own_manager", field=MANAGER)
    if home_manager is not None:
        require_colleague(session, project.team_id, home_manager, field=MANAGER)
        return
    person = people.find_person(session, project.team_id, user_id)
    if person is None or not person.is_guest:
        raise Refusal("error.stay.no_manager", field=MANAGER)


def require_own_side(found: ProjectContext, side: Side) -> None:
    """Raises NotAllowed for all who do not decide for that side."""
    if not found.roles & DECIDES[side]:
        may = list_holders(found, DECIDES[side])
        raise NotAllowed("error.other_sides_people", may=may, project_id=found.project.pk, field=SIDE)


def list_new_stay_errors(
    session: Session, found: ProjectContext, wanted: WantedStay, *, now: datetime
) -> list[Refusal]:
    """Lists all that is wrong with a new stay, each at its field. Raises: WorksOnOtherSide."""
    project, charter = found.project, found.charter
    return collect_refusals(
        partial(_check_new_member, session, found, wanted),
        partial(check_home_manager, session, wanted.user_id, wanted.home_manager, project),
        partial(check_stay_days, wanted, start=charter.starts_on, end=charter.ends_on, today=project.day(now)),
    )


def collect_refusals(*checks: Callable[[], None]) -> list[Refusal]:
    """Collects what several checks of a form refuse. Raises: WorksOnOtherSide, which is no field's."""
    errors: list[Refusal] = []
    for check in checks:
        try:
            check()
        except WorksOnOtherSide:
            raise
        except FormErrors as several:
            errors += several.errors
        except Refusal as refusal:
            errors.append(refusal)
    return errors


def _check_new_member(session: Session, found: ProjectContext, wanted: WantedStay) -> None:
    project, user_id = found.project, wanted.user_id
    person = people.find_person(session, project.team_id, user_id)
    if person is None or person.is_bot or person.is_stranger or person.deleted:
        raise Refusal("error.cannot_take_part", field=MEMBER)
    if user_id in found.charter.executives:
        raise Refusal("error.executive_is_no_member", field=MEMBER)
    if team.find_current_stay(session, project.team_id, project.pk, user_id) is not None:
        raise Refusal("error.member_already", field=MEMBER)
    roles = roles_of(project, found.charter, user_id)
    sides = {side for side in Side if roles & DECIDES[side]}
    known = find_present_side(session, project.team_id, user_id)
    for side in sorted(sides | ({known} if known is not None else set())):
        if side != wanted.side:
            raise WorksOnOtherSide(side, user_id)


def log_stay(
    session: Session,
    project: Project,
    action: str,
    member: Member,
    *,
    by: str | None,
    now: datetime,
    before: WantedStay | None = None,
) -> None:
    """Logs a stay. `before`: of one that has been changed."""
    former = None if before is None else _list_log_facts(before)
    log_event(session, project, action, actor=by, now=now, before=former, after=_list_log_facts(member))


def _list_log_facts(stay: Member | WantedStay) -> dict[str, Any]:
    return {
        "member": stay.user_id,
        "works_in": stay.side,
        "home_post": stay.home_post,
        "home_manager": stay.home_manager,
        "share": stay.share,
        "start": stay.starts_on,
        "until": stay.ends_on,
    }
