"""Adding, changing, finishing and dropping milestones (product §9)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.charter.drafting import timetable_changed
from bot.people.rules import Actor
from bot.people.service import NotAColleague
from bot.projects.service import Dossier, dossier
from bot.signing.service import read_reason
from bot.texts import clean
from bot.timetable import messages
from bot.timetable.changes import changed, noted
from bot.timetable.crew import crew_of, side_of
from bot.timetable.moves import check_due
from bot.timetable.refusals import (
    OWNER,
    AlreadyDropped,
    NotInTheProject,
    OwnerNeeded,
    TitleNeeded,
    TitleTooLong,
    TooMany,
)
from bot.timetable.rights import Found, check_change, check_drop, check_finish, find, to_change, to_finish
from bot.timetable.rules import MAX_TITLE, MOST, OPEN, Lateness, Slip, Stage, Whose, lateness_of
from bot.words import fold, has_visible_text
from storage import people, timetable
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone


@dataclass(frozen=True)
class Wanted:
    """A milestone as somebody described it."""

    title: str
    due: date
    owner: str | None
    side: Whose | None = None  # None: the owner's


def read_title(text: str | None) -> str:
    """Raises: TitleNeeded, TitleTooLong."""
    title = " ".join(clean(text or "").split())
    if not has_visible_text(fold(title)):
        raise TitleNeeded
    if len(title) > MAX_TITLE:
        raise TitleTooLong(MAX_TITLE)
    return title


def view(session: Session, *, actor: Actor, project_id: int) -> tuple[Dossier, list[Milestone]]:
    """The timetable, dropped ones left out. Raises: NotFound."""
    found = dossier(session, actor=actor, project_id=project_id)
    every = timetable.milestones(session, actor.team_id, project_id)
    return found, [each for each in every if each.state != Stage.DROPPED]


def add(session: Session, *, actor: Actor, project_id: int, wanted: Wanted, now: datetime) -> Milestone:
    """Raises: as `to_change`; NotAColleague, NotInTheProject, OwnerNeeded, TooMany; as `check_due`."""
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    check_change(found)
    if wanted.owner is None:
        raise OwnerNeeded
    _check_owner(session, found, wanted.owner)
    check_due(found, wanted.due, now)
    milestone = insert(session, found.project, found.charter, wanted, by=actor.user_id, now=now)
    messages.told(session, found.project, milestone, "added", by=actor.user_id, now=now)
    messages.yours(session, found.project, milestone, "given", by=actor.user_id, now=now)
    changed(session, found.project, milestone, now)
    timetable_changed(session, found.project, actor=actor, now=now)
    return milestone


def insert(
    session: Session, project: Project, charter: CharterVersion, wanted: Wanted, *, by: str, now: datetime
) -> Milestone:
    """Raises: TooMany."""
    standing = timetable.milestones(session, project.team_id, project.pk)
    if sum(each.state in OPEN for each in standing) >= MOST:
        raise TooMany(MOST)
    side = wanted.side or side_of(session, project, charter, wanted.owner)
    milestone = Milestone(
        team_id=project.team_id,
        project_id=project.pk,
        number=timetable.next_number(session, project.pk),
        title=wanted.title,
        owner=wanted.owner,
        side=side,
        due=wanted.due,
        signed_due=wanted.due,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    session.add(milestone)
    session.flush()
    after = {"due": wanted.due.isoformat(), "owner": wanted.owner}
    noted(session, project, milestone, "added", by, now, after=after)
    return milestone


def finish(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> Milestone:
    """Done. Raises: NotFound, NotAllowed, NotInThisState, AlreadyDone, AlreadyDropped."""
    found = to_finish(session, actor, milestone_id)
    project, milestone = found.project, found.milestone
    milestone.state, milestone.done_on = Stage.DONE, project.day(now)
    noted(session, project, milestone, "done", actor.user_id, now)
    messages.forget(session, milestone, "at_risk", "on_track")
    messages.told(session, project, milestone, "done", by=actor.user_id, now=now)
    messages.yours(session, project, milestone, "done", by=actor.user_id, now=now)
    changed(session, project, milestone, now)
    return milestone


def mark_at_risk(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> Milestone:
    """Twice is once. Raises: as `finish`."""
    found = to_finish(session, actor, milestone_id)
    if found.milestone.state == Stage.OPEN:
        _set_stage(session, found, Stage.AT_RISK, "at_risk", actor, now)
    return found.milestone


def reopen(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> tuple[Milestone, str]:
    """The milestone, and what happened to it: `on_track` if it was at risk, else `reopened`. Twice is once.

    Raises: NotFound, NotAllowed, NotInThisState, AlreadyDropped.
    """
    found = find(session, actor, milestone_id)
    check_finish(found, actor)
    milestone = found.milestone
    if milestone.state == Stage.DROPPED:
        raise AlreadyDropped(milestone.title)
    what = "on_track" if milestone.state == Stage.AT_RISK else "reopened"
    if milestone.state != Stage.OPEN:
        milestone.done_on = None
        _set_stage(session, found, Stage.OPEN, what, actor, now)
    return milestone, what


def drop(
    session: Session, *, actor: Actor, milestone_id: int, reason: str | None, now: datetime, revision: int | None
) -> Milestone:
    """Not done, and not to be (product §12). Raises: as `to_change`; ReasonNeeded, ReasonTooLong."""
    found = to_change(session, actor, milestone_id, revision, check=check_drop)
    project, milestone = found.project, found.milestone
    words = read_reason(reason, needed=True)
    milestone.state = Stage.DROPPED
    noted(session, project, milestone, "dropped", actor.user_id, now, after={"reason": words})
    messages.told(session, project, milestone, "dropped", by=actor.user_id, now=now, more={"reason": words})
    messages.yours(session, project, milestone, "dropped", by=actor.user_id, now=now, more={"reason": words})
    changed(session, project, milestone, now)
    timetable_changed(session, project, actor=actor, now=now)
    return milestone


def change(
    session: Session,
    *,
    actor: Actor,
    milestone_id: int,
    title: str | None,
    owner: str | None,
    side: Whose | None,
    revision: int | None,
    now: datetime,
) -> Milestone:
    """What it is called, and whose it is. Raises: as `to_change`; TitleNeeded, TitleTooLong, OwnerNeeded,
    NotAColleague, NotInTheProject."""
    found = to_change(session, actor, milestone_id, revision)
    project, milestone = found.project, found.milestone
    name = read_title(title)
    if owner is None:
        raise OwnerNeeded
    if owner != milestone.owner:
        _check_owner(session, found.dossier, owner)
    whose = _whose(session, found, owner, side)
    if (milestone.title, milestone.owner, milestone.side) == (name, owner, whose):
        return milestone
    before_title, before_owner, before_side = milestone.title, milestone.owner, milestone.side
    milestone.title, milestone.owner, milestone.side = name, owner, whose
    after = {"was_name": before_title, "owner": owner}
    noted(session, project, milestone, "changed", actor.user_id, now, after=after)
    was_owner = messages.name_of(session, project, before_owner)
    more = {"was_name": before_title, "was_owner": was_owner, "was_side": before_side}
    messages.told(session, project, milestone, "changed", by=actor.user_id, now=now, more=more)
    if owner != before_owner:
        messages.yours(session, project, milestone, "given", by=actor.user_id, now=now)
        messages.yours(session, project, milestone, "taken", by=actor.user_id, now=now, reader=before_owner)
    else:
        messages.yours(session, project, milestone, "changed", by=actor.user_id, now=now, more=more)
    changed(session, project, milestone, now, arms=False)
    if name != before_title:
        timetable_changed(session, project, actor=actor, now=now)
    return milestone


def _whose(session: Session, found: Found, owner: str, side: Whose | None) -> Whose:
    """The side that was chosen; one that was the owner's, and is left as it was, follows the new owner."""
    charter, milestone = found.dossier.charter, found.milestone
    owners = side_of(session, found.project, charter, milestone.owner)
    is_left = side == milestone.side and owner != milestone.owner and milestone.side == owners
    return side_of(session, found.project, charter, owner) if side is None or is_left else side


def needs_owner(session: Session, project: Project, milestone: Milestone, now: datetime) -> None:
    """Whoever saw to it is not in the project any more: both leads are told, and each alert says so."""
    before, milestone.owner = milestone.owner, None
    noted(session, project, milestone, "needs_owner", None, now, before={"owner": before})
    messages.ask_for_owner(session, project, milestone, before=before, now=now)
    changed(session, project, milestone, now, arms=False)


def total_lateness(session: Session, project: Project) -> Lateness:
    """Of the whole timetable: done ones by the day they were done. Before activation nothing is late."""
    activated_at = project.activated_at
    if activated_at is None:
        return Lateness()
    return lateness_of(
        Slip(Stage(each.state), each.signed_due, each.due, each.done_on, is_signed=each.created_at <= activated_at)
        for each in timetable.milestones(session, project.team_id, project.pk)
    )


def _check_owner(session: Session, found: Dossier, owner: str) -> None:
    person = people.person(session, found.project.team_id, owner)
    if person is None or person.deleted or person.is_bot:
        error = NotAColleague(owner)
        error.field = OWNER
        raise error
    if owner not in crew_of(session, found.project, found.charter):
        raise NotInTheProject(owner)


def _set_stage(session: Session, found: Found, stage: Stage, what: str, actor: Actor, now: datetime) -> None:
    """What the channel has not read yet of an earlier stage it does not read any more."""
    found.milestone.state = stage
    noted(session, found.project, found.milestone, what, actor.user_id, now)
    unread = messages.forget(session, found.milestone, "at_risk", "on_track", "done", "reopened")
    if not unread or stage is not Stage.OPEN:
        messages.told(session, found.project, found.milestone, what, by=actor.user_id, now=now)
    messages.yours(session, found.project, found.milestone, what, by=actor.user_id, now=now)
    changed(session, found.project, found.milestone, now, arms=what == "reopened")
