"""Gathers what the card and the closing report show of asks, per side (product §10.3)."""

from datetime import datetime

from sqlmodel import Session

from bot.asks.rules import AskDays, AskState, SideFigures, compute_side_figures
from bot.projects.rules import Sides
from bot.projects.service import find_counting_day
from storage.asks import Ask
from storage.projects import Project
from storage.statements import list_rows_of_project


def load_ask_figures(session: Session, project: Project, *, now: datetime) -> Sides[SideFigures] | None:
    """Loads the figures of both sides; None where nobody has asked anything yet."""
    rows = list_rows_of_project(session, Ask, project.team_id, project.pk)
    if not rows:
        return None
    today = find_counting_day(session, project, now)
    began_on = project.day(project.activated_at or project.created_at)
    return compute_side_figures([_build_days(project, each) for each in rows], today, began_on=began_on)


def _build_days(project: Project, ask: Ask) -> AskDays:
    """What ended with its project stays open: the report that was signed counts it so, too."""
    ended_at = None if ask.state is AskState.ENDED else ask.ended_at
    return AskDays(
        side=ask.side,
        asked_on=project.day(ask.asked_at),
        answered_on=None if ask.answered_at is None else project.day(ask.answered_at),
        answer_days=ask.answer_days,
        ended_on=None if ended_at is None else project.day(ended_at),
        is_done=ask.state is AskState.DONE,
        is_declined=ask.state is AskState.DECLINED,
        is_unanswered=ask.answered_at is None and ask.state in (AskState.WAITING, AskState.ENDED),
    )
