"""Noting a blocker at any time, and the list of those that are open (product §8.7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.asks.policy import list_participants
from bot.asks.rules import count_working_days
from bot.checkins import summaries
from bot.checkins.blocker_views import BlockerList, BlockerNoted, BlockerRow
from bot.checkins.blockers import CHANGEABLE, open_blocker
from bot.checkins.rules import MAX_BLOCKER
from bot.checkins.said_answers import read_said
from bot.checkins.summary_views import OpenBlocker
from bot.deliveries.digests.queue import notify_channel
from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.people.service import work_calendar
from bot.projects.policy import refuse_all_but_team
from bot.projects.rules import EDITORS, RUNNING, TEAM, TEAM_READERS, NotInThisState
from bot.projects.service import ProjectContext, find_counting_day, load_context
from bot.runtime.errors import Refusal
from bot.ui.components import take_page
from bot.ui.texts import read_name
from storage import blockers
from storage.blockers import Blocker
from storage.notices import Notice

LISTED: Final = 8  # blockers on a page
TEXT: Final = "text"  # the form's field
MOST_DIGITS: Final = 9


def may_note_in(found: ProjectContext) -> bool:
    return found.state in RUNNING and bool(found.roles & TEAM)


def may_read_blockers(found: ProjectContext) -> bool:
    return bool(found.roles & TEAM_READERS)


def require_note_right(found: ProjectContext) -> None:
    """Everybody of the team. Raises: NotInThisState, NotAllowed."""
    if found.state not in RUNNING:
        raise NotInThisState(found.project)
    if not found.roles & TEAM:
        raise refuse_all_but_team(found)


def refuse_plain_no(text: str) -> None:
    """Raises: Refusal, at the form's field, of words that say that nothing stands in the way."""
    if text and read_said(text) is None:
        raise Refusal("error.blocker.plain_no", field=TEXT)


def note_blocker(
    session: Session, *, actor: Actor, project_id: int, text: str | None, link: str | None, now: datetime
) -> tuple[ProjectContext, Blocker, bool]:
    """Notes a blocker, which the channel reads of in its morning post; also whether it is a new one.

    The same words as in an open one of the actor's are that one.
    Raises: NotFound, as `require_note_right`; Refusal, at the form's field.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_note_right(found)
    words, project = read_name(text, limit=MAX_BLOCKER, field=TEXT, multiline=True), found.project
    refuse_plain_no(words)
    for each in blockers.list_open_blockers(session, project.team_id, project.pk):
        if each.author == actor.user_id and fold_text(each.text) == fold_text(words):
            return found, each, False
    side = list_participants(session, project).get(actor.user_id)
    if side is None:
        raise refuse_all_but_team(found)
    row = open_blocker(session, project, author=actor.user_id, side=side, text=words, link=link, now=now)
    facts = BlockerNoted(blocker=row.pk, number=row.number, text=row.text, author=row.author)
    notify_channel(session, project, facts, now=now, subject=str(row.pk))
    summaries.refresh_newest_summary(session, project)
    return found, row, True


def load_noted_blocker(session: Session, notice: Notice, facts: BlockerNoted) -> BlockerNoted | None:
    """None once it is resolved: what came and went is not told."""
    row = blockers.find_blocker(session, notice.team_id, facts.blocker)
    if row is None or row.resolved_at is not None:
        return None
    return facts.model_copy(update={"text": row.text, "owner": row.owner})


def find_blocker_by_number(session: Session, found: ProjectContext, typed: str) -> Blocker:
    """By its number, as typed. Raises: Refusal."""
    digits = typed.lstrip("0")
    number = int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else 0
    row = blockers.find_numbered_blocker(session, found.project.team_id, found.project.pk, number)
    if row is None:
        raise Refusal("error.blocker.no_such", key=found.project.key, number=typed)
    return row


def load_blocker_list(session: Session, found: ProjectContext, *, number: int, now: datetime) -> BlockerList:
    """A page of those that are open, for the team. Raises: NotAllowed."""
    require_reader(found)
    listed = blockers.list_open_blockers(session, found.project.team_id, found.project.pk)
    return _build_list(session, found, listed, number=number, now=now)


def load_blocker(session: Session, found: ProjectContext, row: Blocker, *, now: datetime) -> BlockerList:
    """A list of this one. Raises: Refusal, where it is open no more."""
    if row.resolved_at is not None:
        raise Refusal("error.checkin.resolved")
    return _build_list(session, found, [row], number=1, now=now)


def require_reader(found: ProjectContext) -> None:
    """Raises NotAllowed for whoever is not of the team."""
    if not may_read_blockers(found):
        raise refuse_all_but_team(found)


def _build_list(
    session: Session, found: ProjectContext, listed: Sequence[Blocker], *, number: int, now: datetime
) -> BlockerList:
    project, user_id = found.project, found.actor.user_id
    calendar = work_calendar(session, project.team_id, project.zone)
    today = find_counting_day(session, project, now)
    is_changeable = found.state in CHANGEABLE and not found.may_only_read
    is_editor = bool(found.roles & EDITORS)
    rows = []
    for each in listed:
        may_resolve = is_editor or user_id in (each.author, each.owner)
        steps = [*(["resolve"] if may_resolve else []), *(["take"] if each.owner != user_id else [])]
        since = project.day(each.since)
        rows.append(
            BlockerRow(
                blocker=OpenBlocker(each.pk, each.text, each.owner, since, number=each.number),
                link=each.link,
                days=count_working_days(since, today, calendar.is_working_day),
                steps=tuple(steps) if is_changeable else (),
            )
        )
    page = take_page(rows, number, size=LISTED)
    return BlockerList(project.key, project.name, project.pk, page, may_note_in(found))
