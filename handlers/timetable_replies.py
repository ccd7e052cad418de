"""How a command, a form and a click about a milestone are answered alike."""

from datetime import date

from sqlmodel import Session

from bot.timetable import rescheduling, views
from bot.timetable.policy import MilestoneContext
from bot.ui.blocks import Block, Message
from handlers.requests import Request
from storage.timetable import Milestone


def keep_wish_past_end(
    request: Request,
    session: Session,
    past: rescheduling.PastTheEnd,
    milestone_id: int,
    due: date,
    reason: str | None,
) -> list[Block]:
    """The wish is kept; the way to the later end that it needs."""
    kept = rescheduling.keep_move_wish(
        session, actor=request.actor, milestone_id=milestone_id, due=due, reason=reason, now=request.now
    )
    if kept is None:
        return views.render_past_end(request.t, ends_on=past.ends_on, edits=f"{past.project_id}:{past.version}")
    return views.render_move_wish(request.t, build_seen_milestone(kept), due=due, ends_on=past.ends_on)


def build_milestone_done_message(request: Request, what: str, done: MilestoneContext) -> Message:
    is_read = done.project.channel_id is not None and done.project.governing_version is not None
    return views.milestone_confirmation(request.t, what, build_seen_milestone(done.milestone), is_read=is_read)


def build_seen_milestone(each: Milestone, today: date | None = None) -> views.MilestoneView:
    return views.MilestoneView(
        each.pk,
        each.number,
        each.title,
        each.owner,
        each.side,
        each.state,
        each.signed_due,
        each.due,
        each.done_on,
        is_overdue=each.is_open and today is not None and each.due < today,
    )
