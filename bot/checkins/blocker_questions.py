"""The question to a blocker's author whether it still stands, before others hear of it (product §8.7)."""

from datetime import datetime
from functools import partial
from typing import Final

from sqlmodel import Session

from bot.asks.policy import list_participants
from bot.checkins import blocker_views, respondents
from bot.checkins.rules import BLOCKER_STEPS
from bot.deliveries import post
from bot.deliveries.digests.letters import (
    Routine,
    find_letter_time,
    find_unread_letter_time,
    has_unread_letter,
    revise_letter,
)
from bot.deliveries.digests.queue import find_free_slot, load_person_audience
from bot.people.service import work_calendar
from bot.scheduling.workdays import after_working_days
from bot.ui.components import Compose
from storage.blockers import Blocker
from storage.projects import Project

LONGEST_UNREAD: Final = 2  # working days


def ask_blocker_author(session: Session, project: Project, row: Blocker, now: datetime) -> datetime | None:
    """Returns when they read it, or are not waited for; None where nobody can be asked."""
    if not _is_person_reachable(session, project, row.author, now):
        return None
    audience = load_person_audience(session, project.team_id, row.author)
    told_at = find_free_slot(session, audience, now, is_urgent=True)
    calendar = work_calendar(session, project.team_id, project.zone)
    told_at = min(told_at, after_working_days(now, LONGEST_UNREAD - 1, zone=project.zone, calendar=calendar))
    post.to_person(
        session,
        project,
        row.author,
        key=_question_key(row, row.step),
        message=_build_question(project, row, state="asked"),
        routine=Routine("blocker", now, needs_reader=True, ends_with_project=True),
    )
    return told_at


def find_end_of_question(session: Session, project: Project, row: Blocker, now: datetime) -> datetime:
    """Finds until when the author, who is asked first, has time to answer: a working day from when they read it.

    They may read it later than it was thought: something else was their message of that day, or both of an
    executive's week (product §2.8). For that nobody waits longer than `LONGEST_UNREAD` working days.
    """
    calendar, key = work_calendar(session, project.team_id, project.zone), _question_key(row, row.step - 1)
    asked_at = find_letter_time(session, team_id=project.team_id, key=key)
    is_unread = has_unread_letter(session, team_id=project.team_id, key=key)
    if is_unread and _is_person_reachable(session, project, row.author, now):
        asked_at = now
    if asked_at is None:
        return now
    end = after_working_days(asked_at, 1, zone=project.zone, calendar=calendar)
    written_at = find_unread_letter_time(session, team_id=project.team_id, key=key)
    if written_at is None:
        return end
    return min(end, after_working_days(written_at, LONGEST_UNREAD, zone=project.zone, calendar=calendar))


def correct_unread_questions(session: Session, project: Project, row: Blocker) -> None:
    """An author who is away reads the question when others have heard of it already: it says so then."""
    for step in range(row.step - 1):
        key = _question_key(row, step)
        if has_unread_letter(session, team_id=row.team_id, key=key):
            message = _build_question(project, row, state="asked")
            revise_letter(session, team_id=row.team_id, key=key, message=message)


def refresh_blocker_questions(session: Session, project: Project, row: Blocker, *, state: str) -> None:
    """Also of what stands it says that somebody else has taken it."""
    if state in ("stands", "closing") and row.owner != row.author:
        state = "taken"
    message = _build_question(project, row, state=state)
    for step in range(len(BLOCKER_STEPS)):
        key = _question_key(row, step)
        revise_letter(session, team_id=row.team_id, key=key, message=message, is_over=state != "asked")


def _is_person_reachable(session: Session, project: Project, user_id: str, now: datetime) -> bool:
    """Neither away nor out of the project: nobody else can say whether it still stands, so it goes on its way."""
    if user_id not in list_participants(session, project):
        return False
    return not respondents.is_person_away(session, project.team_id, user_id, now)


def _build_question(project: Project, row: Blocker, *, state: str) -> Compose:
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
    told = [reader for _, reader in BLOCKER_STEPS[: row.step] if reader != "author"]
    return told[-1] if told else "nobody"


def _question_key(row: Blocker, step: int) -> str:
    """One that comes up again is asked about again."""
    return f"blocker:{row.pk}:{row.since.timestamp()}:{step}"
