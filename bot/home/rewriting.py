"""What waits for a person, put into the language that is spoken to them now (product §15)."""

from datetime import datetime

from sqlmodel import Session

from bot.checkins.prompt_messages import refresh_messages
from bot.people.rules import Actor
from bot.signing.request_messages import refresh_request
from bot.signing.waiting import list_waiting_requests
from bot.team.confirmation_requests import list_requests_to_person, refresh_open_request
from storage import projects
from storage.checkin_prompts import list_open_prompts


def rewrite_open_messages(session: Session, *, actor: Actor, now: datetime) -> None:
    """Writes anew what the actor is to sign, to answer and to confirm; what else they have read stays as it was."""
    team_id, user_id = actor.team_id, actor.user_id
    concerned = {each.project_id for each in list_open_prompts(session, team_id, user_id)}
    concerned |= {each.project.pk for each in list_waiting_requests(session, actor=actor, now=now)}
    concerned |= {project.pk for project, _, _ in list_requests_to_person(session, team_id, user_id)}
    projects.load_projects_for_update(session, team_id, concerned)
    # Read again: under the lock some may be answered by now.
    refresh_messages(session, list_open_prompts(session, team_id, user_id))
    for waiting in list_waiting_requests(session, actor=actor, now=now):
        refresh_request(session, waiting.request)
    for asked in list_requests_to_person(session, team_id, user_id):
        refresh_open_request(session, *asked)
