"""A stay that is changed: shortened or prolonged, from another post or with another home manager (product §7.2)."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import DECIDES
from bot.projects.service import ProjectContext
from bot.runtime.domain_events import TeamChanged, publish_event
from bot.runtime.errors import FormErrors, Refusal
from bot.team import notifications
from bot.team.assignment_hint import hint_at_assignment_limit, withdraw_untrue_hint
from bot.team.confirmation_requests import ask_to_confirm
from bot.team.rules import Confirmer, StayMoment, WantedStay, check_stay_days
from bot.team.service import (
    arm_stay_timers,
    check_home_manager,
    collect_refusals,
    load_stay,
    log_stay,
    may_name_members,
    require_extendable_team,
)
from bot.team.views import StayView
from storage import team
from storage.projects import Project
from storage.team import Member


def change_stay(
    session: Session, *, actor: Actor, member_id: int, revision: int, wanted: WantedStay, now: datetime
) -> Member:
    """Changes post, home manager, share or days of a stay that goes on (product §7.2).

    Past the charter's end only by a change of the charter. What has to be confirmed anew is asked anew.

    Raises: as `add_member`.
    """
    found, member = load_stay(session, actor=actor, member_id=member_id, for_update=True)
    require_extendable_team(found)
    _require_current_stay(member, revision)
    if errors := list_changed_stay_errors(session, found, member, wanted, now=now):
        raise FormErrors(errors)
    project, before = found.project, notifications.copy_stay(member)
    if wanted != before:
        member.home_post, member.home_manager, member.share = wanted.home_post, wanted.home_manager, wanted.share
        member.starts_on, member.ends_on = wanted.starts_on, wanted.ends_on
        record_changed_stay(session, project, member, before, "team.changed", by=actor.user_id, now=now)
        hint_at_assignment_limit(session, project, member, now=now)
    return member


def list_changed_stay_errors(
    session: Session, found: ProjectContext, member: Member, wanted: WantedStay, *, now: datetime
) -> list[Refusal]:
    """Lists all that is wrong with what a stay is changed to, each at its field."""
    project, charter = found.project, found.charter
    return collect_refusals(
        partial(check_home_manager, session, member.user_id, wanted.home_manager, project),
        partial(
            check_stay_days,
            wanted,
            start=charter.starts_on,
            end=charter.ends_on,
            today=project.day(now),
            starts_on=member.starts_on,
        ),
    )


def record_changed_stay(
    session: Session,
    project: Project,
    member: Member,
    before: WantedStay,
    action: str,
    *,
    by: str | None,
    now: datetime,
) -> None:
    """Draws the consequences of another post, share or days of a stay; `action` is how the log calls it."""
    member.revision += 1
    session.flush()
    arm_stay_timers(session, project, member, now=now)
    log_stay(session, project, action, member, by=by, now=now, before=before)
    notifications.notify_of_changed_stay(session, project, member, before, by=by, now=now)
    withdraw_untrue_hint(session, project, member, now=now)
    publish_event(session, TeamChanged(project.team_id, now, project.pk, member.user_id))


def name_home_manager(
    session: Session, *, actor: Actor, member_id: int, revision: int, home_manager: str | None, now: datetime
) -> Member:
    """Names who confirms the return of a stay that is over, where somebody else led there (product §7.2).

    Raises: NotFound, NotAllowed, Refusal.
    """
    found, member = load_stay(session, actor=actor, member_id=member_id, for_update=True)
    was_asked = team.list_confirmations_of_stay(session, member, StayMoment.RETURN)
    if member.left_at is None or not was_asked or member.revision != revision:
        raise Refusal("error.stay.changed_meanwhile")
    check_home_manager(session, member.user_id, home_manager, found.project)
    if member.home_manager != home_manager:
        member.home_manager, member.revision = home_manager, member.revision + 1
        session.flush()
        log_stay(session, found.project, "team.changed", member, by=actor.user_id, now=now)
        ask_to_confirm(session, found.project, member, StayMoment.RETURN, now=now)
    return member


def require_changeable_stay(found: ProjectContext, member: Member) -> None:
    """Of a stay that is over the home manager is changed, at any time. Raises: as `require_extendable_team`."""
    if member.left_at is None or found.project.governing_version is None:
        require_extendable_team(found)


def may_change_stay(found: ProjectContext, stay: StayView) -> bool:
    """Whether the actor has something to change: of one that is over another home manager, until one confirms."""
    member = stay.member
    if not member.is_over:
        return may_name_members(found, member.side)
    is_open = any(each.confirmer is Confirmer.MANAGER and not each.is_confirmed for each in stay.expected)
    return bool(found.roles & DECIDES[member.side]) and (is_open or member.home_manager is None)


def _require_current_stay(member: Member, revision: int) -> None:
    """Raises Refusal if the stay has been changed since it was seen."""
    if member.left_at is not None:
        raise Refusal("error.not_a_member")
    if member.revision != revision:
        raise Refusal("error.stay.changed_meanwhile")
