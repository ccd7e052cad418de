"""Who reads the answers of a check-in (product §14)."""

from datetime import datetime

from sqlmodel import Session

from bot.checkins.respondents import load_project_people
from bot.projects.policy import refuse_readers_but_team
from bot.projects.rules import STARTED, TEAM_READERS, Side
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.ui.texts import WithWeekday


def may_read_checkins(found: ProjectContext) -> bool:
    """Whether it is worth offering the project to the actor: `require_reader` decides."""
    return found.state in STARTED and bool(found.roles & TEAM_READERS)


def require_reader(session: Session, found: ProjectContext, now: datetime) -> Side:
    """Returns the actor's side. Answers are for the team, also when it has returned: whoever only drafted the
    project has no part in it.

    Raises: NotAllowed; Refusal of a member whose stay is yet to begin.
    """
    if found.may_only_read and found.side is not None:
        return found.side
    today, user_id = found.project.day(now), found.actor.user_id
    there = load_project_people(session, found.project)
    side = there.list_eligible(today).get(user_id)
    if side is not None:
        return side
    for stay in there.members:
        if stay.user_id == user_id and stay.starts_on > today:
            raise Refusal("error.checkin.before_stay", day=WithWeekday(stay.starts_on))
    raise refuse_readers_but_team(found)
