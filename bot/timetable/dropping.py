"""Dropping milestones: one, or, once a project is closing, all that a side has still open; and putting them back
(product §12.1).
"""

from datetime import datetime

from sqlmodel import Session

from bot.charter.drafting import renew_signing_for_timetable
from bot.people.rules import Actor
from bot.projects.service import ProjectContext, load_context
from bot.runtime.domain_events import TimetableChanged, publish_event
from bot.runtime.errors import Refusal
from bot.signing.rules import read_reason
from bot.timetable.notifications import (
    announce_milestone_change,
    notify_of_change,
    notify_of_dropped_rest,
    notify_of_restored_milestone,
    record_milestone_change,
    update_alerts,
)
from bot.timetable.policy import (
    MilestoneContext,
    load_milestone,
    load_participants,
    lock_changeable_milestone,
    may_drop_remaining,
    require_drop_right,
    require_remaining_drop_right,
    require_room,
)
from bot.timetable.rules import CHANGEABLE, MilestoneStage
from bot.timetable.service import unassign_owner
from bot.ui.texts import WithWeekday
from storage import timetable
from storage.projects import Project
from storage.timetable import Milestone


def drop_milestone(
    session: Session, *, actor: Actor, milestone_id: int, reason: str | None, now: datetime, revision: int | None
) -> MilestoneContext:
    """Drops what is not done, and is not to be (product §12). Raises: as `lock_changeable_milestone`; Refusal."""
    found = lock_changeable_milestone(session, actor, milestone_id, revision, require_drop_right)
    words = read_reason(reason, needed=True)
    assert words is not None
    _drop(session, found.project, found.milestone, words, by=actor.user_id, now=now)
    _announce_drop(session, found.project, now)
    renew_signing_for_timetable(session, found.project, actor=actor, now=now)
    return found


def restore_milestone(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> MilestoneContext:
    """Puts a dropped one back into the timetable, as it was, for whoever may drop it. Twice is once.

    Raises: as `require_drop_right`; NotFound; Refusal where there is no room for it, or it lies past the end.
    """
    found = load_milestone(session, actor, milestone_id, for_update=True)
    require_drop_right(found)
    project, milestone, charter = found.project, found.milestone, found.context.charter
    if milestone.is_standing:
        return found
    require_room(session, project)
    if found.context.state in CHANGEABLE and milestone.due > charter.ends_on:
        raise Refusal("error.milestone.past_end", due=WithWeekday(milestone.due), ends_on=charter.ends_on)
    if project.activated_at is not None and milestone.changed_at <= project.activated_at:
        milestone.created_at = now  # nobody has signed it: it counts as added since
    milestone.state = MilestoneStage.OPEN
    after = {"number": milestone.number}
    record_milestone_change(session, project, milestone, "restored", actor.user_id, now, after=after)
    notify_of_restored_milestone(session, project, milestone, by=actor.user_id, now=now)
    if milestone.owner is not None and milestone.owner not in load_participants(session, project, charter):
        unassign_owner(session, project, milestone, now)
    announce_milestone_change(session, project, milestone, now, is_new_or_dropped=True)
    renew_signing_for_timetable(session, project, actor=actor, now=now)
    return found


def list_remaining_milestones(session: Session, found: ProjectContext) -> tuple[list[Milestone], int]:
    """Lists what a closing still waits for and the actor may drop at once; and how many of the other side's it
    waits for besides.

    Raises: NotInThisState, NotAllowed; Refusal where there is nothing.
    """
    require_remaining_drop_right(found)
    every = timetable.list_milestones(session, found.project.team_id, found.project.pk)
    still_open = [each for each in every if each.is_open]
    remaining = [each for each in still_open if may_drop_remaining(found, each)]
    if not still_open:
        raise Refusal("error.milestone.none_open", key=found.project.key)
    if not remaining:
        raise Refusal("error.milestone.none_open_of_side", key=found.project.key)
    return remaining, len(still_open) - len(remaining)


def drop_remaining_milestones(
    session: Session, *, actor: Actor, project_id: int, last_seen: int, reason: str | None, now: datetime
) -> tuple[ProjectContext, int]:
    """Drops, for one reason, all of the actor's side that are open up to the number `last_seen`, the highest that
    the form was about.

    Also returns how many. Raises: NotFound, as `list_remaining_milestones`.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    own, _ = list_remaining_milestones(session, found)
    remaining = [each for each in own if each.number <= last_seen]
    words = read_reason(reason, needed=True)
    assert words is not None
    is_told_as_one = len(remaining) > 1
    for each in remaining:
        _drop(session, found.project, each, words, by=actor.user_id, now=now, is_told=not is_told_as_one)
    if is_told_as_one:
        notify_of_dropped_rest(session, found.project, remaining, words, by=actor.user_id, now=now)
    _announce_drop(session, found.project, now)
    return found, len(remaining)


def _drop(
    session: Session,
    project: Project,
    milestone: Milestone,
    reason: str,
    *,
    by: str,
    now: datetime,
    is_told: bool = True,
) -> None:
    milestone.state = MilestoneStage.DROPPED
    after = {"reason": reason, "number": milestone.number}
    record_milestone_change(session, project, milestone, "dropped", by, now, after=after)
    if is_told:
        notify_of_change(session, project, milestone, "dropped", by=by, now=now, reason=reason)
    update_alerts(session, project, milestone, now)


def _announce_drop(session: Session, project: Project, now: datetime) -> None:
    publish_event(session, TimetableChanged(project.team_id, now, project.pk, is_longer_or_shorter=True))
