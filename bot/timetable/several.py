"""Several milestones added at once, from pasted lines (product §5.6)."""

from datetime import datetime

from sqlmodel import Session

from bot.charter.drafting import renew_signing_for_timetable
from bot.people.rules import Actor
from bot.people.service import work_calendar
from bot.projects.service import load_context
from bot.runtime.errors import FormErrors, Refusal
from bot.timetable.charter_lines import (
    FIELD,
    build_wanted_milestones,
    insert_wanted_milestones,
    read_charter_lines,
)
from bot.timetable.notifications import announce_added_milestones
from bot.timetable.policy import require_change_right
from storage.timetable import Milestone


def add_milestones_from_text(
    session: Session, *, actor: Actor, project_id: int, text: str | None, now: datetime
) -> list[Milestone]:
    """Adds all of them, or none; each is announced as one that is added alone.

    Raises: as `require_change_right`; NotFound; FormErrors with what is wrong with each line; Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_change_right(found)
    project, today = found.project, found.project.day(now)
    is_working = work_calendar(session, project.team_id, project.zone).is_working_day
    lines, unread = read_charter_lines(text, today=today, is_working=is_working)
    wanted, wrong = build_wanted_milestones(session, project, found.charter, lines, by=actor.user_id)
    if unread or wrong:
        raise FormErrors([*unread, *wrong])
    if not lines:
        raise Refusal("error.field.empty", field=FIELD)
    added = insert_wanted_milestones(session, project, found.charter, wanted, by=actor.user_id, now=now)
    announce_added_milestones(session, project, added, by=actor.user_id, now=now)
    renew_signing_for_timetable(session, project, actor=actor, now=now)
    return added
