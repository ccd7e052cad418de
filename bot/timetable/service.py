"""Adding, changing and finishing milestones (product §9)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.charter.drafting import renew_signing_for_timetable
from bot.charter.policy import is_charter_declined
from bot.people.rules import Actor
from bot.people.service import NotAColleague
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import Refusal
from bot.timetable import notifications
from bot.timetable.notifications import (
    announce_added_milestones,
    announce_milestone_change,
    notify_of_change,
    notify_owner_of_change,
    notify_team_of_change,
    record_milestone_change,
)
from bot.timetable.policy import (
    MilestoneContext,
    find_owner_side,
    is_own_milestone,
    load_milestone,
    load_participants,
    lock_changeable_milestone,
    require_change_right,
    require_edit_right,
    require_finish_right,
    require_room,
)
from bot.timetable.rescheduling import check_due_date
from bot.timetable.rules import (
    OWNER,
    Lateness,
    MilestoneSide,
    MilestoneStage,
    OwnerNews,
    Slip,
    TimetableFilter,
    TimetableNews,
    is_shown_by,
    rank_milestone,
    sum_lateness,
)
from storage import audit, people, timetable
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone

STAGE_NEWS = ("at_risk", "on_track", "done", "reopened")


@dataclass(frozen=True)
class WantedMilestone:
    title: str
    due: date
    owner: str | None
    side: MilestoneSide | None = None  # None: the owner's


def list_standing_milestones(session: Session, project: Project) -> list[Milestone]:
    """Lists the timetable, dropped ones left out."""
    every = timetable.list_milestones(session, project.team_id, project.pk)
    return [each for each in every if each.is_standing]


def sort_by_filter(
    session: Session, found: ProjectContext, *, today: date
) -> dict[TimetableFilter, list[Milestone]]:
    """Sorts the timetable as each filter shows it to the actor, what needs somebody first (product §9.4)."""
    every = timetable.list_milestones(session, found.project.team_id, found.project.pk)
    standing, dropped = ([each for each in every if each.is_standing is kind] for kind in (True, False))
    ranked = sorted(standing, key=lambda each: (*rank_milestone(each.state, each.due, today=today), each.number))
    by_filter = {
        shown: [
            each
            for each in ranked
            if is_shown_by(shown, each.state, each.due, is_mine=is_own_milestone(found, each), today=today)
        ]
        for shown in TimetableFilter
    }
    return {**by_filter, TimetableFilter.DROPPED: dropped}


def load_drop_reasons(session: Session, project: Project) -> dict[int, str]:
    """Loads the number of a milestone → why it was dropped last."""
    entries = audit.list_entries_of_action(session, project.team_id, project.pk, "milestone.dropped")
    return {each.after["number"]: each.after["reason"] for each in entries}


def add_milestone(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedMilestone, now: datetime
) -> MilestoneContext:
    """Raises: as `require_change_right`, `check_due_date`; NotFound, NotAColleague, Refusal."""
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_change_right(found)
    if wanted.owner is None:
        raise Refusal("error.field.empty", field=OWNER)
    _check_owner_eligible(session, found, wanted.owner)
    check_due_date(found, wanted.due, now)
    require_room(session, found.project)
    milestone = insert_milestone(session, found.project, found.charter, wanted, by=actor.user_id, now=now)
    announce_added_milestones(session, found.project, [milestone], by=actor.user_id, now=now)
    renew_signing_for_timetable(session, found.project, actor=actor, now=now)
    return MilestoneContext(found, milestone)


def insert_milestone(
    session: Session, project: Project, charter: CharterVersion, wanted: WantedMilestone, *, by: str, now: datetime
) -> Milestone:
    """The project is locked, and its timetable has room for it (`require_room`)."""
    side = wanted.side or find_owner_side(session, project, charter, wanted.owner)
    milestone = Milestone(
        team_id=project.team_id,
        project_id=project.pk,
        number=timetable.next_milestone_number(session, project.pk),
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
    after = {"due": wanted.due, "owner": wanted.owner, "sees_to_it": side}
    record_milestone_change(session, project, milestone, "added", by, now, after=after)
    return milestone


def finish_milestone(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> MilestoneContext:
    """Marks it as done. Raises: NotFound, NotAllowed, NotInThisState, Refusal."""
    found = lock_changeable_milestone(session, actor, milestone_id, None, require_finish_right)
    project, milestone = found.project, found.milestone
    milestone.state, milestone.done_on = MilestoneStage.DONE, project.day(now)
    record_milestone_change(session, project, milestone, "done", actor.user_id, now)
    notifications.forget_milestone_news(session, milestone, "at_risk", "on_track")
    notify_of_change(session, project, milestone, "done", by=actor.user_id, now=now)
    announce_milestone_change(session, project, milestone, now)
    return found


def mark_milestone_at_risk(session: Session, *, actor: Actor, milestone_id: int, now: datetime) -> MilestoneContext:
    """Twice is once. Raises: as `finish_milestone`."""
    found = lock_changeable_milestone(session, actor, milestone_id, None, require_finish_right)
    if found.milestone.state == MilestoneStage.OPEN:
        _change_stage(session, found, MilestoneStage.AT_RISK, "at_risk", actor, now)
    return found


def reopen_milestone(
    session: Session, *, actor: Actor, milestone_id: int, now: datetime
) -> tuple[MilestoneContext, str]:
    """Returns the milestone, and what happened to it: `on_track` if it was at risk, else `reopened`. Twice is once.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found = load_milestone(session, actor, milestone_id, for_update=True)
    require_finish_right(found)
    milestone = found.milestone
    if milestone.state == MilestoneStage.DROPPED:
        raise Refusal("error.milestone.dropped", title=milestone.title)
    what = "on_track" if milestone.state == MilestoneStage.AT_RISK else "reopened"
    if milestone.state != MilestoneStage.OPEN:
        milestone.done_on = None
        _change_stage(session, found, MilestoneStage.OPEN, what, actor, now)
    return found, what


def change_milestone(
    session: Session,
    *,
    actor: Actor,
    milestone_id: int,
    title: str,
    owner: str | None,
    side: MilestoneSide | None,
    revision: int | None,
    now: datetime,
) -> MilestoneContext:
    """Changes what it is called, and whose it is: what is both sides' may be nobody's by name.

    Raises: as `lock_changeable_milestone`; NotAColleague, Refusal.
    """
    found = lock_changeable_milestone(session, actor, milestone_id, revision, require_edit_right)
    project, milestone = found.project, found.milestone
    if owner is None and side is not MilestoneSide.BOTH:
        raise Refusal("error.field.empty", field=OWNER)
    if owner is not None and owner != milestone.owner:
        _check_owner_eligible(session, found.context, owner)
    whose = _choose_side(session, found, owner, side)
    if (milestone.title, milestone.owner, milestone.side) == (title, owner, whose):
        return found
    before_title, before_owner, before_side = milestone.title, milestone.owner, milestone.side
    milestone.title, milestone.owner, milestone.side, by = title, owner, whose, actor.user_id
    _record_change(session, project, milestone, was_name=before_title, was_owner=before_owner, by=by, now=now)
    was_owner = notifications.person_name_or_empty(session, project, before_owner)
    more = {"was_name": before_title, "was_owner": was_owner, "was_side": before_side}
    notify_team_of_change(session, project, milestone, "changed", by=by, now=now, **more)
    if owner != before_owner:
        _notify_both_owners(session, project, milestone, was_owner=before_owner, by=by, now=now)
    else:
        notify_owner_of_change(session, project, milestone, "changed", by=by, now=now, **more)
    announce_milestone_change(session, project, milestone, now, arms=False)
    is_other_owners = owner != before_owner and is_charter_declined(session, project, found.context.charter)
    if (title, whose) != (before_title, before_side) or is_other_owners:
        renew_signing_for_timetable(session, project, actor=actor, now=now)
    return found


def pass_on_milestone(
    session: Session, project: Project, milestone: Milestone, owner: str, *, by: str, now: datetime
) -> None:
    """Passes it on to another of the same side: both owners are told."""
    before, milestone.owner = milestone.owner, owner
    _record_change(session, project, milestone, was_name=milestone.title, was_owner=before, by=by, now=now)
    _notify_both_owners(session, project, milestone, was_owner=before, by=by, now=now)
    announce_milestone_change(session, project, milestone, now, arms=False)


def _record_change(
    session: Session,
    project: Project,
    milestone: Milestone,
    *,
    was_name: str,
    was_owner: str | None,
    by: str,
    now: datetime,
) -> None:
    before = None if was_owner == milestone.owner else {"owner": was_owner}
    after = {"was_name": was_name, "owner": milestone.owner, "sees_to_it": milestone.side}
    record_milestone_change(session, project, milestone, "changed", by, now, before=before, after=after)


def _notify_both_owners(
    session: Session, project: Project, milestone: Milestone, *, was_owner: str | None, by: str, now: datetime
) -> None:
    notify_owner_of_change(session, project, milestone, "given", by=by, now=now)
    notify_owner_of_change(session, project, milestone, "taken", by=by, now=now, reader=was_owner)


def _choose_side(
    session: Session, found: MilestoneContext, owner: str | None, side: MilestoneSide | None
) -> MilestoneSide:
    """Returns the side that was chosen; one that was the owner's, and is left as it was, follows the new owner."""
    charter, milestone = found.context.charter, found.milestone
    owners = find_owner_side(session, found.project, charter, milestone.owner)
    is_left = side == milestone.side and owner != milestone.owner and milestone.side == owners
    return find_owner_side(session, found.project, charter, owner) if side is None or is_left else side


def unassign_owner(session: Session, project: Project, milestone: Milestone, now: datetime) -> None:
    """Takes it from whoever is not in the project any more: both leads are told, and each alert says so."""
    before, milestone.owner = milestone.owner, None
    record_milestone_change(session, project, milestone, "needs_owner", None, now, before={"owner": before})
    notifications.ask_leads_for_owner(session, project, milestone, before=before, now=now)
    announce_milestone_change(session, project, milestone, now, arms=False)


def total_lateness(session: Session, project: Project) -> Lateness:
    """Sums up the whole timetable: done ones by the day they were done. Before activation nothing is late."""
    activated_at = project.activated_at
    if activated_at is None:
        return Lateness()
    return sum_lateness(
        Slip(each.state, each.signed_due, each.due, each.done_on, is_signed=each.created_at <= activated_at)
        for each in timetable.list_milestones(session, project.team_id, project.pk)
    )


def _check_owner_eligible(session: Session, found: ProjectContext, owner: str) -> None:
    person = people.find_person(session, found.project.team_id, owner)
    if person is None or person.deleted or person.is_bot:
        raise NotAColleague(OWNER)
    if owner not in load_participants(session, found.project, found.charter):
        raise Refusal("error.milestone.owner", field=OWNER)


def _change_stage(
    session: Session, found: MilestoneContext, stage: MilestoneStage, what: str, actor: Actor, now: datetime
) -> None:
    """Changes the stage, and takes back what somebody has not read yet of an earlier one: it came and went."""
    project, milestone = found.project, found.milestone
    milestone.state = stage
    record_milestone_change(session, project, milestone, what, actor.user_id, now)
    for kind, notify in ((TimetableNews, notify_team_of_change), (OwnerNews, notify_owner_of_change)):
        unread = notifications.withdraw_milestone_news(session, milestone, kind, *STAGE_NEWS)
        if not unread or stage is not MilestoneStage.OPEN:
            notify(session, project, milestone, what, by=actor.user_id, now=now)
    announce_milestone_change(session, project, milestone, now, arms=what == "reopened")
