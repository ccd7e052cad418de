"""What waits for a person, over all their projects (product §2, §13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.asks.overviews import list_asks_waiting_for
from bot.asks.rules import ANSWERABLE
from bot.closing.team import list_unanswered_projects
from bot.funding.waiting import WaitingMoney, load_waiting_money
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, Side, State
from bot.projects.service import ProjectContext, list_my_projects
from bot.projects.sides import find_asked_side, find_known_side
from bot.pulse.results import list_projects_that_ask
from bot.signing.waiting import list_waiting_requests, pair_with_projects
from bot.team.confirmation_requests import list_requests_to_person
from bot.ui.components import Compose
from storage import checkins, register
from storage.asks import Ask
from storage.checkins import CheckinPrompt, PromptState
from storage.projects import Project
from storage.register import Asset
from storage.signing import SigningRequest


@dataclass(frozen=True)
class Waiting:
    to_sign: Sequence[tuple[Project, SigningRequest]]  # oldest request first
    to_send: Sequence[ProjectContext]  # drafts that the person may send for signature
    to_answer: Sequence[tuple[Project, CheckinPrompt]]  # check-ins, oldest first
    to_confirm: Sequence[Compose]  # the start or the return of a stay, oldest first
    asks: Sequence[tuple[Project, Ask]]  # that need the person's answer
    to_take_over: Sequence[Asset]  # offered to the person, oldest first
    money: WaitingMoney  # value in kind to agree to, and spending past the budget
    to_look_back: Sequence[Project]  # whose three questions the person has not answered, oldest first
    to_say: Sequence[Project]  # that ask the person about the other side (product §11)
    projects: Sequence[ProjectContext]  # all live ones, newest first
    owns: bool  # anything in the register
    knows_side: bool  # on which side the person works
    side_asked: tuple[Side, str] | None  # as which side somebody has proposed them, and who


def load_waiting(session: Session, *, actor: Actor, now: datetime) -> Waiting:
    live = list_my_projects(session, actor=actor, live=True)
    requests = list_waiting_requests(session, actor=actor, now=now)
    mine = {found.project.pk: found.project for found in live}
    prompts = checkins.list_open_prompts(session, actor.team_id, actor.user_id)
    asked = [
        (mine[each.project_id], each)
        for each in sorted(prompts, key=lambda each: each.pk)
        if each.state is PromptState.ASKED and each.project_id in mine
    ]
    going_on = {each.project.pk: each.project for each in live if each.state in ANSWERABLE}
    asks = list_asks_waiting_for(session, actor.team_id, actor.user_id)
    keeps = actor.is_internal  # a guest keeps nothing of the register
    return Waiting(
        to_sign=[(project, each) for each, project in pair_with_projects(session, requests)],
        to_answer=asked,
        to_confirm=list_requests_to_person(session, actor.team_id, actor.user_id),
        money=load_waiting_money(session, actor.team_id, live),
        to_look_back=list_unanswered_projects(session, team_id=actor.team_id, user_id=actor.user_id),
        asks=[(going_on[each.project_id], each) for each in asks if each.project_id in going_on],
        to_take_over=register.list_offered_assets(session, actor.team_id, actor.user_id) if keeps else (),
        owns=keeps and bool(register.list_assets_of_person(session, actor.team_id, actor.user_id)),
        knows_side=find_known_side(session, actor.team_id, actor.user_id) is not None,
        side_asked=find_asked_side(session, actor.team_id, actor.user_id) if keeps else None,
        to_send=[d for d in live if d.state == State.DRAFT and d.roles & EDITORS],
        to_say=list_projects_that_ask(session, actor, live),
        projects=live,
    )
