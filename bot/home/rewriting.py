"""What a person has before them, put into the language that is spoken to them now (product §15)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.asks.notifications import refresh_ask_messages
from bot.charter.next_steps import refresh_lead_messages
from bot.checkins.prompt_messages import refresh_messages
from bot.deliveries.digests.sending import rewrite_messages_to_person
from bot.people.rules import Actor
from bot.projects.rules import LEADS
from bot.projects.service import list_own_projects
from bot.signing.request_messages import refresh_request
from bot.signing.waiting import list_waiting_requests
from bot.team.confirmation_requests import list_requests_to_person, refresh_open_request
from storage import projects
from storage.asks import list_open_asks_of_person
from storage.checkin_prompts import list_open_prompts

RECENT = timedelta(days=7)
"""How far back morning messages are written anew: whoever looks for what was said before finds it as it was."""


def rewrite_open_messages(session: Session, *, actor: Actor, now: datetime) -> None:
    """Writes anew what the actor is to sign, to answer and to confirm, what they are asked or have asked for, what
    tells them that they lead a side, and their morning messages of the last days.
    """
    team_id, user_id = actor.team_id, actor.user_id
    concerned = {each.project_id for each in list_open_prompts(session, team_id, user_id)}
    concerned |= {each.project_id for each in list_open_asks_of_person(session, team_id, user_id)}
    concerned |= {each.project.pk for each in list_waiting_requests(session, actor=actor, now=now)}
    concerned |= {project.pk for project, _, _ in list_requests_to_person(session, team_id, user_id)}
    concerned |= {each.pk for each in list_own_projects(session, actor=actor) if each.roles & LEADS}
    locked = projects.load_projects_for_update(session, team_id, concerned)
    # Read again: under the lock some may be answered by now.
    refresh_messages(session, list_open_prompts(session, team_id, user_id))
    for waiting in list_waiting_requests(session, actor=actor, now=now):
        refresh_request(session, waiting.request)
    for asked in list_requests_to_person(session, team_id, user_id):
        refresh_open_request(session, *asked)
    for ask in list_open_asks_of_person(session, team_id, user_id):
        if ask.project_id in locked:
            refresh_ask_messages(session, locked[ask.project_id], ask)
    for project in locked.values():
        if user_id in project.leads and project.activated_at is not None:
            refresh_lead_messages(session, project)
    rewrite_messages_to_person(session, team_id=team_id, user_id=user_id, since=now - RECENT)
