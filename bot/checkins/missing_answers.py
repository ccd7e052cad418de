"""Who has not answered a round: told to the leads, and told again when that changes."""

from datetime import datetime

from sqlmodel import Session

from bot.checkins import respondents
from bot.checkins.notice_views import MissingAnswers
from bot.deliveries.digests.queue import notify_person
from bot.projects.rules import Side
from storage import checkins
from storage.checkins import CheckinRound
from storage.notices import withdraw_waiting_notices
from storage.projects import Project


def notify_of_missing_answers(
    session: Session, project: Project, round_: CheckinRound, side: Side, now: datetime
) -> None:
    """To the side's lead only, with the next morning's message (product §8.6)."""
    leads = respondents.list_acting_leads(session, project)
    lead = next((user_id for user_id, of in leads.items() if of == side), None)
    if lead is None:
        return
    prompts = [
        each for each in checkins.list_prompts(session, round_.pk) if each.side == side and not each.only_measure
    ]
    names = [each.user_id for each in prompts if each.is_open and each.user_id != lead]
    if names:
        facts, subject = MissingAnswers(day=round_.day, people=names), _missing_answers_subject(round_, side)
        notify_person(session, project, lead, facts, now=now, subject=subject)


def refresh_missing_answers(
    session: Session, project: Project, round_: CheckinRound, side: Side, now: datetime
) -> None:
    """Somebody has answered late, or skipped: the lead is yet to be told the names, and then only of the others."""
    subject = _missing_answers_subject(round_, side)
    if withdraw_waiting_notices(session, project.team_id, MissingAnswers.kind, subject):
        notify_of_missing_answers(session, project, round_, side, now)


def _missing_answers_subject(round_: CheckinRound, side: Side) -> str:
    return f"{round_.pk}:{side}"
