"""Moving milestones to another day: within the project at once, past its end with a new charter (product §9.2)."""

from datetime import date, datetime

from sqlmodel import Session

from bot.charter.drafting import timetable_changed
from bot.dates.errors import DayIsPast
from bot.errors import NotFound
from bot.people.rules import Actor
from bot.projects.rules import RUNNING
from bot.projects.service import Dossier
from bot.signing.service import read_reason
from bot.timetable import messages
from bot.timetable.changes import changed, noted
from bot.timetable.refusals import DUE, BeforeTheStart, OutsideTheCharter, PastTheEnd, SameDay
from bot.timetable.rights import check_move, may_change, to_change
from storage import timetable
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone


def move(
    session: Session,
    *,
    actor: Actor,
    milestone_id: int,
    due: date,
    reason: str | None,
    now: datetime,
    revision: int | None = None,
) -> Milestone:
    """To another day; everybody reads old → new and why (product §9.2). `revision`: that the form was filled with.

    Raises: as `to_change`, `check_due`; OutsideTheCharter, SameDay, ReasonNeeded, ReasonTooLong.
    """
    found = to_change(session, actor, milestone_id, revision, check=check_move)
    project, milestone = found.project, found.milestone
    if due == milestone.due:
        raise SameDay(due)
    _check_new_due(found.dossier, actor, due, now)
    _move(session, project, milestone, due, read_reason(reason, needed=True), by=actor.user_id, now=now)
    _forget_wish(milestone)
    timetable_changed(session, project, actor=actor, now=now)
    return milestone


def _move(
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
    more = {"was": before.isoformat(), "reason": reason}
    noted(session, project, milestone, "moved", by, now, after={"due": due.isoformat(), **more})
    messages.told(session, project, milestone, "moved", by=by, now=now, more=more)
    messages.yours(session, project, milestone, "moved", by=by, now=now, more=more)
    changed(session, project, milestone, now)


def wish(
    session: Session, *, actor: Actor, milestone_id: int, due: date, reason: str | None, now: datetime
) -> Milestone | None:
    """Keeps a move past the end until a later end governs (product §9.2). None: no charter governs yet.

    Raises: as `to_change`; ReasonNeeded, ReasonTooLong.
    """
    found = to_change(session, actor, milestone_id, None)
    if found.dossier.state not in RUNNING:
        return None
    milestone = found.milestone
    milestone.wished_due, milestone.wished_reason = due, read_reason(reason, needed=True)
    milestone.wished_by, milestone.wished_in = actor.user_id, None
    return milestone


def wished_day(session: Session, *, actor: Actor, milestone_id: int) -> tuple[Project, date]:
    """For the charter's form that is to allow it. Raises: as `to_change`; NotFound if nothing is wished."""
    found = to_change(session, actor, milestone_id, None, for_update=False)
    if found.milestone.wished_due is None:
        raise NotFound
    return found.project, found.milestone.wished_due


def propose(
    session: Session, *, actor: Actor, milestone_id: int, project: Project, charter: CharterVersion, now: datetime
) -> None:
    """The wish waits for this version, if that allows it; else it is dropped. What governs allows it at once."""
    milestone = timetable.milestone(session, actor.team_id, milestone_id)
    if milestone is None or milestone.project_id != project.pk or milestone.wished_due is None:
        return
    if milestone.wished_due <= charter.ends_on:
        milestone.wished_in = charter.version
        if charter.version == project.governing_version:
            settle_wishes(session, project, charter, now)
    else:
        _forget_wish(milestone)


def settle_wishes(session: Session, project: Project, charter: CharterVersion | None, now: datetime) -> None:
    """What waited for a proposal is done once that governs, or dropped with it. `charter`: what governs now."""
    for milestone in timetable.milestones(session, project.team_id, project.pk):
        due, by = milestone.wished_due, milestone.wished_by
        if milestone.wished_in is None or due is None or by is None:
            continue
        if charter is not None and charter.version < milestone.wished_in:
            continue  # not signed yet
        if charter is not None and due <= charter.ends_on and milestone.is_open and due != milestone.due:
            _move(session, project, milestone, due, milestone.wished_reason, by=by, now=now)
        _forget_wish(milestone)


def _forget_wish(milestone: Milestone) -> None:
    milestone.wished_due = milestone.wished_reason = milestone.wished_by = milestone.wished_in = None


def check_due(found: Dossier, due: date, now: datetime) -> None:
    """Raises: DayIsPast, BeforeTheStart, PastTheEnd."""
    if due < found.project.day(now):
        error = DayIsPast(due)
        error.field = DUE
        raise error
    if due < found.charter.starts_on:
        raise BeforeTheStart(found.charter.starts_on)
    if due > found.charter.ends_on:
        raise PastTheEnd(found.project.pk, found.charter.version, found.charter.ends_on)


def _check_new_due(found: Dossier, actor: Actor, due: date, now: datetime) -> None:
    """Raises: as `check_due`; OutsideTheCharter."""
    try:
        check_due(found, due, now)
    except PastTheEnd as past:
        if may_change(found):
            raise
        raise OutsideTheCharter(past.ends_on) from None
