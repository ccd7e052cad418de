"""Adding, moving, finishing and dropping milestones (product §9). Rights are checked here (§14)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot.charter.drafting import timetable_changed
from bot.dates.errors import DayIsPast
from bot.errors import NotAllowed, NotFound, UserError
from bot.happenings import TimetableChanged, announce
from bot.people.rules import Actor
from bot.people.service import NotAColleague, NotForYou
from bot.projects.rules import EDITORS, RUNNING, NotInThisState, Role, State
from bot.projects.service import Dossier, dossier, note
from bot.signing.service import read_reason
from bot.texts import clean
from bot.timetable import alerts, messages
from bot.timetable.crew import crew_of, side_of
from bot.timetable.rules import CHANGEABLE, FINISHABLE, MAX_TITLE, MOST, OPEN, Slip, Stage, Whose
from bot.words import fold, has_visible_text
from storage import people, timetable
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone

MOST_DIGITS = 6
ENDING = frozenset({State.CLOSING})  # then milestones are done or dropped (product §12)
TITLE, OWNER, SIDE, DUE = "title", "owner", "side", "due"


class TitleNeeded(UserError):
    text_key = "error.field.empty"
    field = TITLE


@dataclass(eq=False)
class TitleTooLong(UserError):
    limit: int
    text_key = "error.field.too_long"
    field = TITLE


class OwnerNeeded(UserError):
    text_key = "error.field.empty"
    field = OWNER


@dataclass(eq=False)
class NotInTheProject(UserError):
    """A milestone is seen to by a lead, an executive or a member."""

    who: str
    text_key = "error.milestone.owner"
    field = OWNER


@dataclass(eq=False)
class PastTheEnd(UserError):
    """A later date than the project's end is a change of the charter (product §9.2)."""

    project_id: int
    version: int
    ends_on: date
    text_key = "error.milestone.past_end"
    field = DUE


@dataclass(eq=False)
class OutsideTheCharter(UserError):
    """The same for an owner who cannot propose one."""

    ends_on: date
    text_key = "error.milestone.outside_charter"
    field = DUE


@dataclass(eq=False)
class BeforeTheStart(UserError):
    starts_on: date
    text_key = "error.milestone.before_start"
    field = DUE


@dataclass(eq=False)
class SameDay(UserError):
    """It is due then already: there is nothing to move, and nothing to give a reason for."""

    due: date
    text_key = "error.milestone.same_day"
    field = DUE


@dataclass(eq=False)
class Finished(UserError):
    """Done, or dropped: by now, perhaps, by somebody else."""

    title: str


class AlreadyDone(Finished):
    text_key = "error.milestone.done"


class AlreadyDropped(Finished):
    text_key = "error.milestone.dropped"


@dataclass(eq=False)
class NoSuchMilestone(UserError):
    key: str
    number: str
    text_key = "error.milestone.no_such"


class MilestoneMovedOn(UserError):
    """Somebody changed it since the form was opened."""

    text_key = "error.milestone.moved_on"


@dataclass(eq=False)
class TooMany(UserError):
    limit: int
    field: str | None = None
    text_key = "error.milestone.too_many"


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


@dataclass(frozen=True)
class Found:
    """A milestone in its project, locked, and what the actor is to it."""

    dossier: Dossier
    milestone: Milestone

    @property
    def project(self) -> Project:
        return self.dossier.project


def view(session: Session, *, actor: Actor, project_id: int) -> tuple[Dossier, list[Milestone]]:
    """The timetable, dropped ones left out. Raises: NotFound."""
    found = dossier(session, actor=actor, project_id=project_id)
    every = timetable.milestones(session, actor.team_id, project_id)
    return found, [each for each in every if each.state != Stage.DROPPED]


def may_change(found: Dossier, actor: Actor) -> bool:
    return actor.is_internal and bool(found.roles & _editors(found.state)) and found.state in CHANGEABLE


def may_move(found: Dossier, actor: Actor, milestone: Milestone) -> bool:
    """Also its owner, whom alerts ask for another date; a guest, too (product §14)."""
    is_theirs = milestone.owner == actor.user_id and found.state in RUNNING
    return is_theirs or may_change(found, actor)


def may_drop(found: Dossier, actor: Actor) -> bool:
    """Also while the project is closing."""
    is_ending = actor.is_internal and bool(found.roles & EDITORS) and found.state in ENDING
    return is_ending or may_change(found, actor)


def may_finish(found: Dossier, actor: Actor, milestone: Milestone) -> bool:
    """Also its owner, who may be a guest (product §14)."""
    if found.state not in FINISHABLE:
        return False
    return milestone.owner == actor.user_id or (actor.is_internal and bool(found.roles & EDITORS))


def add(session: Session, *, actor: Actor, project_id: int, wanted: Wanted, now: datetime) -> Milestone:
    """Raises: as `_to_change`; NotAColleague, NotInTheProject, OwnerNeeded, TooMany; as `check_due`."""
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    check_change(found, actor)
    if wanted.owner is None:
        raise OwnerNeeded
    _check_owner(session, found, wanted.owner)
    check_due(found, wanted.due, now)
    milestone = insert(session, found.project, found.charter, wanted, by=actor.user_id, now=now)
    messages.told(session, found.project, milestone, "added", by=actor.user_id, now=now)
    messages.yours(session, found.project, milestone, "given", by=actor.user_id, now=now)
    _changed(session, found.project, milestone, now)
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
    _note(session, project, milestone, "added", by, now, after=after)
    return milestone


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

    Raises: as `_to_change`, `check_due`; OutsideTheCharter, SameDay, ReasonNeeded, ReasonTooLong.
    """
    found = _to_change(session, actor, milestone_id, revision, check=_check_move)
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
    _note(session, project, milestone, "moved", by, now, after={"due": due.isoformat(), **more})
    messages.told(session, project, milestone, "moved", by=by, now=now, more=more)
    messages.yours(session, project, milestone, "moved", by=by, now=now, more=more)
    _changed(session, project, milestone, now)


def wish(
    session: Session, *, actor: Actor, milestone_id: int, due: date, reason: str | None, now: datetime
) -> Milestone | None:
    """Keeps a move past the end until a later end governs (product §9.2). None: no charter governs yet.

    Raises: as `_to_change`; ReasonNeeded, ReasonTooLong.
    """
    found = _to_change(session, actor, milestone_id, None)
    if found.dossier.state not in RUNNING:
        return None
    milestone = found.milestone
    milestone.wished_due, milestone.wished_reason = due, read_reason(reason, needed=True)
    milestone.wished_by, milestone.wished_in = actor.user_id, None
    return milestone


def wished_day(session: Session, *, actor: Actor, milestone_id: int) -> tuple[Project, date]:
    """For the charter's form that is to allow it. Raises: as `_to_change`; NotFound if nothing is wished."""
    found = _to_change(session, actor, milestone_id, None, for_update=False)
    if found.milestone.wished_due is None:
        raise NotFound
    return found.project, found.milestone.wished_due


def propose(session: Session, *, actor: Actor, milestone_id: int, charter: CharterVersion) -> None:
    """The wish waits for this version, if that allows it; else it is dropped."""
    milestone = timetable.milestone(session, actor.team_id, milestone_id)
    if milestone is None or milestone.project_id != charter.project_id or milestone.wished_due is None:
        return
    if milestone.wished_due <= charter.ends_on:
        milestone.wished_in = charter.version
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


def finish(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> Milestone:
    """Done. Raises: NotFound, NotAllowed, NotInThisState, AlreadyDone, AlreadyDropped."""
    found = _to_finish(session, actor, milestone_id)
    project, milestone = found.project, found.milestone
    milestone.state, milestone.done_on = Stage.DONE, project.day(now)
    _note(session, project, milestone, "done", actor.user_id, now)
    messages.forget(session, milestone, "at_risk", "on_track")
    messages.told(session, project, milestone, "done", by=actor.user_id, now=now)
    messages.yours(session, project, milestone, "done", by=actor.user_id, now=now)
    _changed(session, project, milestone, now)
    return milestone


def mark_at_risk(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> Milestone:
    """Twice is once. Raises: as `finish`."""
    found = _to_finish(session, actor, milestone_id)
    if found.milestone.state == Stage.OPEN:
        _set_stage(session, found, Stage.AT_RISK, "at_risk", actor, now)
    return found.milestone


def reopen(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> Milestone:
    """On track again; or not done after all. Raises: NotFound, NotAllowed, NotInThisState, AlreadyDropped."""
    found = _find(session, actor, milestone_id)
    _check_finish(found, actor)
    milestone = found.milestone
    if milestone.state == Stage.DROPPED:
        raise AlreadyDropped(milestone.title)
    if milestone.state == Stage.OPEN:
        return milestone
    what = "reopened" if milestone.state == Stage.DONE else "on_track"
    milestone.done_on = None
    _set_stage(session, found, Stage.OPEN, what, actor, now)
    return milestone


def drop(
    session: Session, *, actor: Actor, milestone_id: int, reason: str | None, now: datetime, revision: int | None
) -> Milestone:
    """Not done, and not to be (product §12). Raises: as `_to_change`; ReasonNeeded, ReasonTooLong."""
    found = _to_change(session, actor, milestone_id, revision, check=_check_drop)
    project, milestone = found.project, found.milestone
    words = read_reason(reason, needed=True)
    milestone.state = Stage.DROPPED
    _note(session, project, milestone, "dropped", actor.user_id, now, after={"reason": words})
    messages.told(session, project, milestone, "dropped", by=actor.user_id, now=now, more={"reason": words})
    messages.yours(session, project, milestone, "dropped", by=actor.user_id, now=now, more={"reason": words})
    _changed(session, project, milestone, now)
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
    """What it is called, and whose it is. Raises: as `_to_change`; TitleNeeded, TitleTooLong, OwnerNeeded,
    NotAColleague, NotInTheProject."""
    found = _to_change(session, actor, milestone_id, revision)
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
    _note(session, project, milestone, "changed", actor.user_id, now, after=after)
    was_owner = messages.name_of(session, project, before_owner)
    more = {"was_name": before_title, "was_owner": was_owner, "was_side": before_side}
    messages.told(session, project, milestone, "changed", by=actor.user_id, now=now, more=more)
    if owner != before_owner:
        messages.yours(session, project, milestone, "given", by=actor.user_id, now=now)
        messages.yours(session, project, milestone, "taken", by=actor.user_id, now=now, reader=before_owner)
    else:
        messages.yours(session, project, milestone, "changed", by=actor.user_id, now=now, more=more)
    _changed(session, project, milestone, now, arms=False)
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
    _note(session, project, milestone, "needs_owner", None, now, before={"owner": before})
    messages.ask_for_owner(session, project, milestone, before=before, now=now)
    _changed(session, project, milestone, now, arms=False)


def total_slip(session: Session, team_id: str, project_id: int) -> int:
    """Days, summed over the milestones: current date − signed date; done ones by the day they were done."""
    return sum(slip_of(each).days for each in timetable.milestones(session, team_id, project_id))


def slip_of(milestone: Milestone) -> Slip:
    return Slip(Stage(milestone.state), milestone.signed_due, milestone.due, milestone.done_on)


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
        if may_change(found, actor):
            raise
        raise OutsideTheCharter(past.ends_on) from None


def changeable(session: Session, *, actor: Actor, milestone_id: int) -> Found:
    """For a form about it. Raises: as `_to_change`."""
    return _to_change(session, actor, milestone_id, None, for_update=False)


def movable(session: Session, *, actor: Actor, milestone_id: int) -> Found:
    """For a form. Raises: as `_to_change`."""
    return _to_change(session, actor, milestone_id, None, check=_check_move, for_update=False)


def droppable(session: Session, *, actor: Actor, milestone_id: int) -> Found:
    """For a form. Raises: as `_to_change`."""
    return _to_change(session, actor, milestone_id, None, check=_check_drop, for_update=False)


def numbered(session: Session, found: Dossier, typed: str) -> Milestone:
    """By its number, as typed. Raises: NoSuchMilestone."""
    digits = typed.lstrip("0")
    number = int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else 0
    milestone = timetable.numbered(session, found.project.team_id, found.project.pk, number)
    if milestone is None or milestone.state == Stage.DROPPED:
        raise NoSuchMilestone(found.project.key, typed)
    return milestone


def _to_change(
    session: Session,
    actor: Actor,
    milestone_id: int,
    revision: int | None,
    *,
    check: Callable[["Found", Actor], None] | None = None,
    for_update: bool = True,
) -> Found:
    """Raises: NotFound, NotAllowed, NotForYou, NotInThisState, AlreadyDone, AlreadyDropped, MilestoneMovedOn."""
    found = _find(session, actor, milestone_id, for_update=for_update)
    (check or _check_change)(found, actor)
    _check_open(found.milestone)
    if revision is not None and revision != found.milestone.revision:
        raise MilestoneMovedOn
    return found


def _to_finish(session: Session, actor: Actor, milestone_id: int) -> Found:
    found = _find(session, actor, milestone_id)
    _check_finish(found, actor)
    _check_open(found.milestone)
    return found


def _find(session: Session, actor: Actor, milestone_id: int, *, for_update: bool = True) -> Found:
    """The project is locked before the milestone is read. Raises: NotFound."""
    milestone = timetable.milestone(session, actor.team_id, milestone_id)
    if milestone is None:
        raise NotFound
    found = dossier(session, actor=actor, project_id=milestone.project_id, for_update=for_update)
    milestone = timetable.milestone(session, actor.team_id, milestone_id)
    assert milestone is not None
    return Found(found, milestone)


def check_change(found: Dossier, actor: Actor, *, also: frozenset[State] = frozenset()) -> None:
    """Raises: NotForYou, NotInThisState, NotAllowed."""
    if not actor.is_internal:
        raise NotForYou
    if found.state not in CHANGEABLE | also:
        raise NotInThisState(found.project.key, found.state)
    if not found.roles & _editors(found.state):
        raise NotAllowed


def _check_change(found: Found, actor: Actor) -> None:
    check_change(found.dossier, actor)


def _check_move(found: Found, actor: Actor) -> None:
    if not may_move(found.dossier, actor, found.milestone):
        check_change(found.dossier, actor)


def _check_drop(found: Found, actor: Actor) -> None:
    check_change(found.dossier, actor, also=ENDING)


def _editors(state: State) -> frozenset[Role]:
    """Leads and executives; whoever drafts, while it is a draft (product §14)."""
    return EDITORS | {Role.DRAFTER} if state == State.DRAFT else EDITORS


def _check_finish(found: Found, actor: Actor) -> None:
    if found.dossier.state not in FINISHABLE:
        raise NotInThisState(found.project.key, found.dossier.state)
    if not may_finish(found.dossier, actor, found.milestone):
        raise NotAllowed


def _check_open(milestone: Milestone) -> None:
    if milestone.state == Stage.DONE:
        raise AlreadyDone(milestone.title)
    if milestone.state == Stage.DROPPED:
        raise AlreadyDropped(milestone.title)


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
    _note(session, found.project, found.milestone, what, actor.user_id, now)
    unread = messages.forget(session, found.milestone, "at_risk", "on_track", "done", "reopened")
    if not unread or stage is not Stage.OPEN:
        messages.told(session, found.project, found.milestone, what, by=actor.user_id, now=now)
    messages.yours(session, found.project, found.milestone, what, by=actor.user_id, now=now)
    _changed(session, found.project, found.milestone, now, arms=what == "reopened")


def _changed(session: Session, project: Project, milestone: Milestone, now: datetime, *, arms: bool = True) -> None:
    """What waits to be told of it is told as it is now, or not at all."""
    milestone.revision += 1
    milestone.changed_at = now
    session.flush()
    if arms:
        alerts.rearm(session, project, milestone, now=now)
    else:
        alerts.renew(session, project, milestone, now=now)
    alerts.show(session, milestone)
    announce(session, TimetableChanged(project.team_id, now, project.pk))


def _note(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    actor: str | None,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    facts = {"name": milestone.title, **(after or {})}
    note(session, project, f"milestone.{what}", actor=actor, now=now, before=before, after=facts)
