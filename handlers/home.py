"""`/duet` by itself: what waits for the person."""

from sqlmodel import Session

from bot.asks.notifications import build_ask_view
from bot.home.service import load_waiting
from bot.home.views import render_home
from bot.projects.service import build_project_line
from bot.register.notifications import build_asset_view
from handlers.features import Command, Feature
from handlers.requests import Reply, Request

SHOWN = 5


def handle_home_command(request: Request, session: Session) -> Reply:
    waiting = load_waiting(session, actor=request.actor, now=request.now)
    above = {project.pk for project, _ in waiting.to_sign} | {d.project.pk for d in waiting.to_send}
    others = [build_project_line(d.project) for d in waiting.projects if d.project.pk not in above]
    return Reply(
        render_home(
            request.t,
            to_sign=[(build_project_line(project), asked.pk) for project, asked in waiting.to_sign],
            to_answer=[(build_project_line(project), asked.pk) for project, asked in waiting.to_answer],
            to_confirm=[compose(request.t) for compose in waiting.to_confirm[:SHOWN]],
            to_say=[build_project_line(project) for project in waiting.to_say],
            to_agree=[(build_project_line(project), entry) for project, entry in waiting.money.to_agree[:SHOWN]],
            to_cover=[
                (build_project_line(project), project.pk, amount) for project, amount in waiting.money.to_cover
            ],
            to_send=[(build_project_line(d.project), d.charter.version) for d in waiting.to_send],
            to_look_back=[(build_project_line(project), project.pk) for project in waiting.to_look_back],
            asks=[build_ask_view(project, ask) for project, ask in waiting.asks[:SHOWN]],
            to_take_over=[
                (build_asset_view(asset), asset.offered_by or "") for asset in waiting.to_take_over[:SHOWN]
            ],
            projects=others[:SHOWN],
            count=len(waiting.projects),
            owns=waiting.owns,
            asks_side=not waiting.knows_side,
            side_asked=None if waiting.side_asked is None else (request.actor.user_id, *waiting.side_asked),
            others=request.other_languages,
        )
    )


FEATURE = Feature(commands=(Command("home", handle_home_command, reads=True, everyday=True),))
