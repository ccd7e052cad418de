"""Moving milestones to another day: within the project at once, past its end with a new charter (product §9.2)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.charter.drafting import propose_with_moves, renew_signing_for_timetable
from bot.people.rules import Actor
from bot.people.service import texts_of_project
from bot.projects.rules import RUNNING
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.signing.rules import read_reason
from bot.timetable.notifications import announce_milestone_change, notify_of_change, record_milestone_change
from bot.timetable.policy import (
    MilestoneContext,
    load_milestone,
    lock_changeable_milestone,
    may_change_timetable,
    require_change_right,
    require_changeable_milestone,
    require_edit_right,
    require_move_right,
)
from bot.timetable.rules import DUE
from bot.ui.texts import WithWeekday
from storage import drafts, timetable
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone


@dataclass(frozen=True)
class MoveWish:
    """A day past the project's end that somebody has asked for, until they send the charter change it needs."""

    due: date
    reason: str | None


def move_milestone(
    session: Session,
    *,
    actor: Actor,
    milestone_id: int,
    due: date,
    reason: str | None,
    now: datetime,
    revision: int | None = None,
) -> MilestoneContext:
    """Moves it to another day; everybody reads old → new and why (product §9.2). `revision`: that the form was
    filled with.

    Raises: as `lock_changeable_milestone`, `check_due_date`; Refusal.
    """
    found = lock_changeable_milestone(session, actor, milestone_id, revision, require_move_right)
    project, milestone = found.project, found.milestone
    if due == milestone.due:
        raise Refusal("error.milestone.same_day", field=DUE, due=WithWeekday(due))
    try:
        check_due_date(found.context, due, now)
    except PastTheEnd as past:
        if may_change_timetable(found.context):
            raise
        raise Refusal(
            "error.milestone.outside_charter", field=DUE, due=WithWeekday(due), ends_on=past.ends_on
        ) from None
    _move_and_notify(session, project, milestone, due, read_reason(reason, needed=True), by=actor.user_id, now=now)
    _clear_sent_wish(milestone)
    _drop_wish(session, actor, milestone.pk)
    renew_signing_for_timetable(session, project, actor=actor, now=now)
    return found


def _move_and_notify(
    session: Session,
    project: Project,
    milestone: Milestone,
    due: date,
    reason: str | None,
    *,
    by: str,
    now: datetime,
) -> None:
    before, milestone.due = milestone.due, due
    after = {"due": due, "was": before, "reason": reason}
    record_milestone_change(session, project, milestone, "moved", by, now, after=after)
    notify_of_change(session, project, milestone, "moved", by=by, now=now, was=before, reason=reason)
    announce_milestone_change(session, project, milestone, now)


def keep_move_wish(
    session: Session, *, actor: Actor, milestone_id: int, due: date, reason: str | None, now: datetime
) -> Milestone | None:
    """Keeps a move past the end until its charter change is sent (product §9.2). None: no charter governs yet.

    What was sent before waits on beside it. Raises: as `lock_changeable_milestone`; Refusal.
    """
    found = lock_changeable_milestone(session, actor, milestone_id, None, require_edit_right)
    if found.context.state not in RUNNING:
        return None
    wish = MoveWish(due, read_reason(reason, needed=True))
    drafts.keep_draft(session, actor.team_id, actor.user_id, _name_wish(milestone_id), values=wish, now=now)
    return found.milestone


def load_wished_day(session: Session, *, actor: Actor, milestone_id: int) -> tuple[ProjectContext, date]:
    """Loads the day for the charter's form that is to allow it.

    Raises: as `require_changeable_milestone`; NotFound; Refusal, if
    the actor wishes nothing (any more).
    """
    found = load_milestone(session, actor, milestone_id)
    require_changeable_milestone(found, require_edit_right)
    wish = _find_wish(session, actor, milestone_id)
    if wish is None:
        raise Refusal("error.milestone.nothing_wished", title=found.milestone.title, due=found.milestone.due)
    return found.context, wish.due


def bind_wish_to_charter(
    session: Session,
    *,
    actor: Actor,
    milestone_id: int,
    project: Project,
    charter: CharterVersion,
    is_new: bool,
    now: datetime,
) -> CharterVersion:
    """Makes the wish wait for this version, if that allows it, and is signed with it; else drops it. What governs
    allows it at once. `is_new`: nobody has read of the version yet. Returns the version that it waits for.
    """
    milestone = timetable.find_milestone(session, actor.team_id, milestone_id)
    wish = _find_wish(session, actor, milestone_id)
    if milestone is None or milestone.project_id != project.pk or wish is None:
        return charter
    _drop_wish(session, actor, milestone_id)
    if wish.due > charter.ends_on:
        return charter
    milestone.wished_due, milestone.wished_reason = wish.due, wish.reason
    milestone.wished_by, milestone.wished_in = actor.user_id, charter.version
    session.flush()
    if charter.version == project.governing_version:
        settle_wishes(session, project, charter, now)
    elif project.governing_version is not None:
        return propose_with_moves(session, project, charter, is_new=is_new, actor=actor, now=now)
    return charter


def has_open_milestones(session: Session, team_id: str, project_id: int) -> bool:
    return any(each.is_open for each in timetable.list_milestones(session, team_id, project_id))


def pull_in_milestones(session: Session, found: ProjectContext, *, now: datetime) -> None:
    """Brings to the end of the newest version what is open and lies past it: at once where none governs yet, else
    with the signatures under it. What waits for an earlier end and lies within this one stays where it is.

    Raises: as `require_change_right`.
    """
    require_change_right(found)
    project, charter, by = found.project, found.charter, found.actor.user_id
    reason = texts_of_project(project).plain("milestone.end_moved")
    for milestone in timetable.list_milestones(session, project.team_id, project.pk):
        if milestone.is_open and milestone.due > charter.ends_on:
            if project.governing_version is None:
                _move_and_notify(session, project, milestone, charter.ends_on, reason, by=by, now=now)
            else:
                milestone.wished_due, milestone.wished_reason = charter.ends_on, reason
                milestone.wished_by, milestone.wished_in = by, charter.version
        elif milestone.wished_due is not None and milestone.wished_due < milestone.due:
            _clear_sent_wish(milestone)
    session.flush()


def _name_wish(milestone_id: int) -> str:
    return f"milestone.move:{milestone_id}"


def _find_wish(session: Session, actor: Actor, milestone_id: int) -> MoveWish | None:
    kept = drafts.find_draft(session, actor.team_id, actor.user_id, _name_wish(milestone_id), of=MoveWish)
    return None if kept is None else kept[0]


def _drop_wish(session: Session, actor: Actor, milestone_id: int) -> None:
    drafts.drop_draft(session, actor.team_id, actor.user_id, _name_wish(milestone_id))


def settle_wishes(session: Session, project: Project, charter: CharterVersion | None, now: datetime) -> None:
    """Does what waited for a proposal once that governs, or drops it with that. `charter`: what governs now."""
    for milestone in timetable.list_milestones(session, project.team_id, project.pk):
        due, by = milestone.wished_due, milestone.wished_by
        if milestone.wished_in is None or due is None or by is None:
            continue
        if charter is not None and charter.version < milestone.wished_in:
            continue  # not signed yet
        if charter is not None and due <= charter.ends_on and milestone.is_open and due != milestone.due:
            _move_and_notify(session, project, milestone, due, milestone.wished_reason, by=by, now=now)
        _clear_sent_wish(milestone)


def _clear_sent_wish(milestone: Milestone) -> None:
    milestone.wished_due = milestone.wished_reason = milestone.wished_by = milestone.wished_in = None


class PastTheEnd(Refusal):
    """A later date than the project's end is a change of the charter (product §9.2)."""

    def __init__(self, project_id: int, version: int, *, due: date, ends_on: date) -> None:
        super().__init__("error.milestone.past_end", field=DUE, due=WithWeekday(due), ends_on=ends_on)
        self.project_id, self.version, self.due, self.ends_on = project_id, version, due, ends_on


def check_due_date(found: ProjectContext, due: date, now: datetime) -> None:
    """Raises: Refusal, PastTheEnd."""
    if due < found.project.day(now):
        raise Refusal("error.day.past", field=DUE, day=WithWeekday(due))
    if due < found.charter.starts_on:
        raise Refusal(
            "error.milestone.before_start", field=DUE, due=WithWeekday(due), starts_on=found.charter.starts_on
        )
    if due > found.charter.ends_on:
        raise PastTheEnd(found.project.pk, found.charter.version, due=due, ends_on=found.charter.ends_on)
