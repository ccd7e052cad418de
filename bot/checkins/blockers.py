"""Blockers: items of their own that find their way up until they are resolved (product §8.7).

Named in an answer to a check-in, or noted at any time (`blocker_notes.py`): one store, one way up.
"""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.checkins import blocker_views, respondents, summaries
from bot.checkins.blocker_views import BlockerMoved, BlockerNoted, BlockerStands, Move
from bot.checkins.rules import BLOCKER_TO_EXECUTIVES, BLOCKER_TO_LEADS
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, find_letter_time, has_unread_letter, revise_letter
from bot.deliveries.digests.queue import (
    find_free_slot,
    load_person_audience,
    notify_people,
    person_audience_name,
)
from bot.deliveries.digests.sending import rerender_sent_items
from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.people.service import work_calendar
from bot.projects.policy import list_holders
from bot.projects.rules import EDITORS, RUNNING, TEAM, NotInThisState, Role, Side, State
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from bot.scheduling.workdays import after_working_days
from bot.ui.components import Compose
from storage import blockers, charters, notices, people, projects, timers
from storage.blockers import Blocker
from storage.checkin_prompts import CheckinPrompt
from storage.notices import Notice
from storage.projects import Project
from storage.timers import Timer

TIMER = "checkins.blocker"
CHANGEABLE = RUNNING | {State.CLOSING}  # a project in these states: what has closed is read only
STEPS = (  # (after so many working days, who hears of it); its author is always asked the working day before
    (BLOCKER_TO_LEADS - 1, "author"),
    (BLOCKER_TO_LEADS, "leads"),
    (BLOCKER_TO_EXECUTIVES - 1, "author"),
    (BLOCKER_TO_EXECUTIVES, "executives"),
)


def update_blocker_from_answer(
    session: Session, project: Project, prompt: CheckinPrompt, text: str | None, now: datetime
) -> None:
    """What an answer says, as it was read: a new blocker, the same as before, other words for it, or none.

    The same words as in an open one of that person are that one, still open since then. A blocker of an earlier
    answer stays until it is resolved, whatever this answer says.
    """
    row = blockers.find_blocker_of_prompt(session, prompt.pk)
    if row is not None and row.resolved_at is None:
        if text is None:
            close_blocker(session, project, row, by=prompt.user_id, now=now)
        elif text != row.text:
            row.text = text
            _refresh_owner_letters(session, project, row, state="stands")  # so they have just said
        return
    if text is None or fold_text(text) in load_open_blocker_texts(session, prompt):
        return
    if row is not None:  # this answer's own was resolved, and comes up again
        row.text, row.since, row.step, row.resolved_at, row.resolved_by = text, now, 0, None, None
        row.owner = row.author
        begin_way_up(session, project, row, now=now)
        return
    author, side = prompt.user_id, prompt.side
    open_blocker(session, project, author=author, side=side, text=text, prompt_id=prompt.pk, now=now)


def open_blocker(
    session: Session,
    project: Project,
    *,
    author: str,
    side: Side,
    text: str,
    now: datetime,
    link: str | None = None,
    prompt_id: int | None = None,
) -> Blocker:
    """A new one, whose author owns it; the project is locked."""
    row = Blocker(
        team_id=project.team_id,
        project_id=project.pk,
        number=blockers.next_blocker_number(session, project.pk),
        prompt_id=prompt_id,
        text=text,
        link=link,
        author=author,
        owner=author,
        side=side,
        since=now,
    )
    session.add(row)
    begin_way_up(session, project, row, now=now)
    return row


def begin_way_up(session: Session, project: Project, row: Blocker, *, now: datetime) -> None:
    session.flush()
    log_event(session, project, "blocker.named", actor=row.author, now=now, after={"number": row.number})
    _arm_blocker_timer(session, project, row)


def load_open_blocker_texts(session: Session, prompt: CheckinPrompt) -> set[str]:
    """Folded, of those that the person has named in this project."""
    found = blockers.list_open_blockers(session, prompt.team_id, prompt.project_id)
    return {fold_text(each.text) for each in found if each.author == prompt.user_id}


def may_resolve_in(found: ProjectContext) -> bool:
    """Whether the actor may resolve any that is in a project: the team may its own."""
    return found.state in CHANGEABLE and bool(found.roles & TEAM)


def resolve_blocker(session: Session, *, actor: Actor, blocker_id: int, now: datetime) -> Blocker:
    """By who named it, its owner, a lead or an executive. Raises: NotFound, NotAllowed, Refusal."""
    project, row = _lock_open_blocker(session, actor, blocker_id, also=EDITORS)
    close_blocker(session, project, row, by=actor.user_id, now=now)
    return row


def take_blocker(session: Session, *, actor: Actor, blocker_id: int, now: datetime) -> Blocker:
    """*I take it*, by anybody of the team: they are its owner then. Its author hears of it, and who had it before.

    Raises: NotFound, NotAllowed, Refusal.
    """
    project, row = _lock_open_blocker(session, actor, blocker_id, also=TEAM)
    before = row.owner
    if before == actor.user_id:
        return row
    row.owner = actor.user_id
    session.flush()
    log_event(session, project, "blocker.taken", actor=actor.user_id, now=now, after={"number": row.number})
    _tell_of_move(session, project, row, {row.author, before}, by=actor.user_id, now=now, move="taken")
    _refresh_owner_letters(session, project, row, state="stands")
    summaries.refresh_newest_summary(session, project)
    return row


def confirm_blocker(session: Session, *, actor: Actor, blocker_id: int, now: datetime) -> Blocker:
    """The author's answer to the question. Raises: NotFound, NotAllowed, Refusal."""
    project, row = _lock_open_blocker(session, actor, blocker_id)
    _refresh_owner_letters(session, project, row, state="stands")
    return row


def escalate_blocker(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: the author is asked first, then the leads hear of it, then the executives."""
    row = blockers.find_blocker(session, timer.team_id, int(timer.subject))
    project = None if row is None else projects.find_project(session, timer.team_id, row.project_id)
    if row is None or project is None or row.resolved_at is not None or project.state != State.ACTIVE:
        return None  # a paused project is silent: `arm_blocker_timers` sets it again
    due_at = max(_escalation_time(session, project, row, row.step), now)
    if STEPS[row.step][1] == "author":
        due_at = respondents.person_working_moment(session, project.team_id, row.author, due_at)
    else:
        due_at = max(due_at, _find_end_of_question(session, project, row, now))
    if due_at > now:
        return due_at
    step = row.step
    told_at: datetime | None = now
    match STEPS[step][1]:
        case "author":
            told_at = _ask_author(session, project, row, now)
        case "leads":
            _notify_of_blocker(session, project, row, sorted(respondents.list_acting_leads(session, project)), now)
        case _:
            charter = charters.load_counting_charter(session, project)
            _notify_of_blocker(session, project, row, list(charter.executives), now)
    row.step += 1
    _correct_unread_question(session, project, row)
    summaries.refresh_newest_summary(session, project)
    if row.step == len(STEPS):
        return None
    next_at = _escalation_time(session, project, row, row.step)
    if told_at is None:
        return next_at
    # After a pause all steps are overdue: whoever is asked or told now has their days first.
    calendar = work_calendar(session, project.team_id, project.zone)
    days = STEPS[row.step][0] - STEPS[step][0]
    return max(next_at, after_working_days(told_at, days, zone=project.zone, calendar=calendar))


def arm_blocker_timers(session: Session, project: Project) -> None:
    """After a pause."""
    for row in blockers.list_open_blockers(session, project.team_id, project.pk):
        if row.step < len(STEPS):
            _arm_blocker_timer(session, project, row)


def _lock_open_blocker(
    session: Session, actor: Actor, blocker_id: int, *, also: frozenset[Role] = frozenset()
) -> tuple[Project, Blocker]:
    """For its author, and people of the roles `also`, with whom its owner goes, if they still have a part.

    The project is locked before the blocker is read.
    Raises: NotFound, also for who has no part any more; NotAllowed, Refusal.
    """
    row = blockers.find_blocker(session, actor.team_id, blocker_id)
    if row is None:
        raise NotFound
    found = load_context(session, actor=actor, project_id=row.project_id, for_update=True)
    row = blockers.find_blocker(session, actor.team_id, blocker_id)
    assert row is not None
    if actor.user_id not in (row.author, *([row.owner] if also else [])) and not found.roles & also:
        if not also:
            raise NotAllowed("error.only.blocker_author", may=[row.author], project_id=row.project_id)
        may = [row.author, row.owner, *list_holders(found, also)]
        raise NotAllowed("error.only.blocker", may=may, project_id=row.project_id)
    if found.state not in CHANGEABLE:
        raise NotInThisState(found.project)
    if row.resolved_at is not None:
        raise Refusal("error.checkin.resolved")
    return found.project, row


def close_blocker(session: Session, project: Project, row: Blocker, *, by: str, now: datetime) -> None:
    row.resolved_at, row.resolved_by = now, by
    session.flush()
    timers.cancel_timers(session, project.team_id, f"{TIMER}:{row.pk}")
    notices.forget_waiting_notices(session, project.team_id, BlockerStands.kind, str(row.pk))
    log_event(session, project, "blocker.resolved", actor=by, now=now, after={"number": row.number})
    _tell_of_move(session, project, row, {row.author, row.owner}, by=by, now=now, move="resolved")
    _refresh_owner_letters(session, project, row, state="resolved")
    _take_buttons_away(session, row, is_resolved=True)
    summaries.refresh_newest_summary(session, project)


def pass_on_blocker(session: Session, project: Project, row: Blocker, *, to: str, now: datetime) -> None:
    """Whoever had taken it has no part any more; who has it now hears of it. The project is locked."""
    before, row.owner = row.owner, to
    session.flush()
    log_event(session, project, "blocker.passed", actor=None, now=now, after={"number": row.number})
    _tell_of_move(session, project, row, {to}, by=before, now=now, move="passed")


def _tell_of_move(
    session: Session, project: Project, row: Blocker, readers: set[str], *, by: str, now: datetime, move: Move
) -> None:
    """With their routine message; nobody of their own act."""
    facts = BlockerMoved(blocker=row.pk, text=row.text, by=by, move=move)
    notify_people(session, project, readers - {by}, facts, now=now, subject=str(row.pk), merge=_tell_latest_move)


def _tell_latest_move(_: BlockerMoved, later: BlockerMoved) -> BlockerMoved:
    return later


def load_moved_blocker(session: Session, notice: Notice, facts: BlockerMoved) -> BlockerMoved | None:
    """None where it was moved back, or somebody else has taken it since."""
    row = blockers.find_blocker(session, notice.team_id, facts.blocker)
    if row is None:
        return None
    is_so = {
        "taken": row.owner == facts.by,
        "resolved": row.resolved_by == facts.by,
        "passed": row.resolved_at is None and person_audience_name(row.owner) == notice.audience,
    }
    if not is_so[facts.move]:
        return None
    return facts.model_copy(update={"text": row.text})


def _ask_author(session: Session, project: Project, row: Blocker, now: datetime) -> datetime | None:
    """Returns the morning on which they read it; None where nobody can be asked."""
    if not _is_person_reachable(session, project, row.author, now):
        return None
    audience = load_person_audience(session, project.team_id, row.author)
    told_at = find_free_slot(session, audience, now, is_urgent=True)
    post.to_person(
        session,
        project,
        row.author,
        key=_owner_letter_key(row, row.step),
        message=_build_blocker_letter(project, row, state="asked"),
        routine=Routine("blocker", now, needs_reader=True, ends_with_project=True),
    )
    return told_at


def _find_end_of_question(session: Session, project: Project, row: Blocker, now: datetime) -> datetime:
    """Finds until when the author, who is asked first, has time to answer: a working day from when they read it.

    They may read it later than it was thought: something else was their message of that day (product §2.8).
    """
    calendar, key = work_calendar(session, project.team_id, project.zone), _owner_letter_key(row, row.step - 1)
    asked_at = find_letter_time(session, team_id=project.team_id, key=key)
    is_unread = has_unread_letter(session, team_id=project.team_id, key=key)
    if is_unread and _is_person_reachable(session, project, row.author, now):
        asked_at = now
    if asked_at is None:
        return now
    return after_working_days(asked_at, 1, zone=project.zone, calendar=calendar)


def _correct_unread_question(session: Session, project: Project, row: Blocker) -> None:
    """An author who is away reads the question when others have heard of it already: it says so then."""
    for step in range(row.step - 1):
        key = _owner_letter_key(row, step)
        if has_unread_letter(session, team_id=row.team_id, key=key):
            message = _build_blocker_letter(project, row, state="asked")
            revise_letter(session, team_id=row.team_id, key=key, message=message)


def _is_person_reachable(session: Session, project: Project, user_id: str, now: datetime) -> bool:
    """Neither away nor out of the project: nobody else can say whether it still stands, so it goes on its way."""
    person = people.find_person(session, project.team_id, user_id)
    if (
        person is None
        or person.deleted
        or user_id not in respondents.list_eligible_respondents(session, project, project.day(now))
    ):
        return False
    return not respondents.is_person_away(session, project.team_id, user_id, now)


def _refresh_owner_letters(session: Session, project: Project, row: Blocker, *, state: str) -> None:
    """Also of what stands it says that somebody else has taken it."""
    if state == "stands" and row.owner != row.author:
        state = "taken"
    message = _build_blocker_letter(project, row, state=state)
    for step in range(len(STEPS)):
        key = _owner_letter_key(row, step)
        revise_letter(session, team_id=row.team_id, key=key, message=message, is_over=state != "asked")


def close_open_blockers(session: Session, project: Project) -> None:
    """A closed project is read-only: wherever its open blockers were told, nothing can be done about them now."""
    for row in blockers.list_open_blockers(session, project.team_id, project.pk):
        _refresh_owner_letters(session, project, row, state="closed")
        _take_buttons_away(session, row, has_closed=True)


def _take_buttons_away(session: Session, row: Blocker, **why: bool) -> None:
    """From what others have been told of it."""
    for facts in (BlockerStands, BlockerNoted):
        rerender_sent_items(session, team_id=row.team_id, facts=facts, subject=str(row.pk), **why)


def _build_blocker_letter(project: Project, row: Blocker, *, state: str) -> Compose:
    return partial(
        blocker_views.render_blocker_question,
        key=project.key,
        name=project.name,
        text=row.text,
        blocker_id=row.pk,
        link=row.link,
        state=state,
        owner=row.owner,
        heard=_name_who_has_heard(row),
    )


def _name_who_has_heard(row: Blocker) -> str:
    """Says up to whom it has found its way: nobody | leads | executives."""
    told = [reader for _, reader in STEPS[: row.step] if reader != "author"]
    return told[-1] if told else "nobody"


def _notify_of_blocker(session: Session, project: Project, row: Blocker, readers: list[str], now: datetime) -> None:
    facts = BlockerStands(
        blocker=row.pk, text=row.text, link=row.link, author=row.author, owner=row.owner, since=row.since
    )
    others = set(readers) - {row.author, row.owner}
    notify_people(session, project, others, facts, now=now, subject=str(row.pk), is_urgent=True)


def load_blocker(session: Session, notice: Notice, facts: BlockerStands) -> BlockerStands | None:
    """In its present words; None once it is resolved, or its reader has taken it."""
    row = blockers.find_blocker(session, notice.team_id, facts.blocker)
    if row is None or row.resolved_at is not None or notice.audience == person_audience_name(row.owner):
        return None
    return facts.model_copy(update={"text": row.text, "owner": row.owner, "since": row.since})


def _escalation_time(session: Session, project: Project, row: Blocker, step: int) -> datetime:
    """At nine in the project's zone."""
    calendar = work_calendar(session, project.team_id, project.zone)
    return after_working_days(row.since, STEPS[step][0], zone=project.zone, calendar=calendar)


def _arm_blocker_timer(session: Session, project: Project, row: Blocker) -> None:
    timers.arm_row_timer(session, project, TIMER, row.pk, _escalation_time(session, project, row, row.step))


def _owner_letter_key(row: Blocker, step: int) -> str:
    """One that comes up again is asked about again."""
    return f"blocker:{row.pk}:{row.since.timestamp()}:{step}"
