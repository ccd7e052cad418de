"""What waits for somebody, as a message of its reader's texts."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.asks.notifications import build_ask_view
from bot.home.service import load_waiting
from bot.home.views import render_home
from bot.people.rules import Actor
from bot.projects.service import build_project_line
from bot.register.notifications import build_asset_view
from bot.ui.components import Compose

SHOWN = 5


def compose_home(
    session: Session, *, actor: Actor, now: datetime, others: Sequence[str] = (), is_said: bool = False
) -> Compose:
    """What waits for somebody. `is_said`: in a message, in answer to words that are no command."""
    waiting = load_waiting(session, actor=actor, now=now)
    above = {project.pk for project, _ in waiting.to_sign} | {d.project.pk for d in waiting.to_send}
    rest = [build_project_line(d.project) for d in waiting.projects if d.project.pk not in above]
    return lambda t: render_home(
        t,
        to_sign=[(build_project_line(project), asked.pk) for project, asked in waiting.to_sign],
        to_answer=[(build_project_line(project), asked.pk) for project, asked in waiting.to_answer],
        to_confirm=[compose(t) for compose in waiting.to_confirm[:SHOWN]],
        to_say=[build_project_line(project) for project in waiting.to_say],
        to_agree=[(build_project_line(project), entry) for project, entry in waiting.money.to_agree[:SHOWN]],
        to_cover=[(build_project_line(project), project.pk, amount) for project, amount in waiting.money.to_cover],
        to_send=[(build_project_line(d.project), d.charter.version) for d in waiting.to_send],
        to_look_back=[(build_project_line(project), project.pk) for project in waiting.to_look_back],
        asks=[build_ask_view(project, ask) for project, ask in waiting.asks[:SHOWN]],
        to_take_over=[(build_asset_view(asset), asset.offered_by or "") for asset in waiting.to_take_over[:SHOWN]],
        projects=rest[:SHOWN],
        count=len(waiting.projects),
        owns=waiting.owns,
        asks_side=not waiting.knows_side,
        side_asked=None if waiting.side_asked is None else (actor.user_id, *waiting.side_asked),
        others=others,
        is_said=is_said,
    )
