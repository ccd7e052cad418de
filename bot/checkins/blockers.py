"""Blockers: items of their own that stand until they are resolved (product §8.7).

Named in an answer to a check-in, or noted at any time (`blocker_notes.py`): one store, one way up
(`blocker_escalation.py`).
"""

from datetime import datetime

from sqlmodel import Session

from bot.checkins import summaries
from bot.checkins.blocker_escalation import TIMER, arm_blocker_timer
from bot.checkins.blocker_questions import refresh_blocker_questions
from bot.checkins.blocker_views import BlockerMoved, BlockerNoted, BlockerStands, Move
from bot.deliveries.digests.queue import notify_people, person_audience_name
from bot.deliveries.digests.sending import change_sent_items, rerender_sent_items
from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.projects.policy import list_holders
from bot.projects.rules import EDITORS, RUNNING, TEAM, NotInThisState, Role, Side, State
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from storage import blockers, notices, timers
from storage.blockers import Blocker
from storage.checkin_prompts import CheckinPrompt
from storage.notices import Notice
from storage.projects import Project

CHANGEABLE = RUNNING | {State.CLOSING}  # a project in these states: what has closed is read only


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
            refresh_blocker_questions(session, project, row, state="stands")  # so they have just said
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
    arm_blocker_timer(session, project, row)


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
    refresh_blocker_questions(session, project, row, state="stands")
    _name_owner_in_messages(session, row)
    summaries.refresh_newest_summary(session, project)
    return row


def confirm_blocker(session: Session, *, actor: Actor, blocker_id: int, now: datetime) -> Blocker:
    """The author's answer to the question. Raises: NotFound, NotAllowed, Refusal."""
    project, row = _lock_open_blocker(session, actor, blocker_id)
    refresh_blocker_questions(session, project, row, state="stands")
    return row


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
    refresh_blocker_questions(session, project, row, state="resolved")
    _take_buttons_away(session, row, is_resolved=True)
    summaries.refresh_newest_summary(session, project)


def pass_on_blocker(session: Session, project: Project, row: Blocker, *, to: str, now: datetime) -> None:
    """Whoever had it has no part any more; who has it now hears of it. The project is locked."""
    before, row.owner = row.owner, to
    session.flush()
    if before == row.author:
        refresh_blocker_questions(session, project, row, state="passed")
    log_event(session, project, "blocker.passed", actor=None, now=now, after={"number": row.number})
    _tell_of_move(session, project, row, {to}, by=before, now=now, move="passed")
    _name_owner_in_messages(session, row)


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


def stop_asking_authors(session: Session, project: Project) -> None:
    """While a project closes, its open blockers can be resolved, but go to nobody any more: their authors are not
    asked whether they still stand.
    """
    for row in blockers.list_open_blockers(session, project.team_id, project.pk):
        refresh_blocker_questions(session, project, row, state="closing")


def close_open_blockers(session: Session, project: Project) -> None:
    """A closed project is read-only: wherever its open blockers were told, nothing can be done about them now."""
    for row in blockers.list_open_blockers(session, project.team_id, project.pk):
        refresh_blocker_questions(session, project, row, state="closed")
        _take_buttons_away(session, row, has_closed=True)


def _name_owner_in_messages(session: Session, row: Blocker) -> None:
    """What has been told of it says who takes care of it now, and no longer offers that to them."""
    subject = str(row.pk)

    def change(notice: Notice, was: BlockerStands) -> BlockerStands:
        is_own = notice.audience == person_audience_name(row.owner)
        return was.model_copy(update={"owner": row.owner, "is_own": is_own})

    change_sent_items(session, change, team_id=row.team_id, facts=BlockerStands, subject=subject)
    rerender_sent_items(session, team_id=row.team_id, facts=BlockerNoted, subject=subject, owner=row.owner)


def _take_buttons_away(session: Session, row: Blocker, **why: bool) -> None:
    """From what others have been told of it."""
    for facts in (BlockerStands, BlockerNoted, BlockerMoved):
        rerender_sent_items(session, team_id=row.team_id, facts=facts, subject=str(row.pk), **why)
