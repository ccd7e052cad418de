"""`/duet` by itself: what waits for the person."""

from sqlmodel import Session

from bot.home.service import waiting_for
from bot.home.views import start
from bot.projects.service import line_of
from bot.register.messages import seen
from handlers.feature import Command, Feature
from handlers.requests import Reply, Request

SHOWN = 5


def home(request: Request, session: Session) -> Reply:
    waiting = waiting_for(session, actor=request.actor, now=request.now)
    above = {project.pk for project, _ in waiting.to_sign} | {d.project.pk for d in waiting.to_send}
    others = [line_of(d.project) for d in waiting.projects if d.project.pk not in above]
    return Reply(
        start(
            request.t,
            to_sign=[(line_of(project), asked.pk) for project, asked in waiting.to_sign],
            to_answer=[(line_of(project), asked.pk) for project, asked in waiting.to_answer],
            to_send=[(line_of(d.project), d.charter.version) for d in waiting.to_send],
            to_take_over=[(seen(asset), asset.offered_by or "") for asset in waiting.to_take_over[:SHOWN]],
            projects=others[:SHOWN],
            count=len(waiting.projects),
            owns=waiting.owns,
            asks_side=not waiting.knows_side,
            side_asked=None if waiting.side_asked is None else (request.actor.user_id, *waiting.side_asked),
            others=request.other_languages,
        )
    )


FEATURE = Feature(commands=(Command("home", home, reads=True, everyday=True),))
