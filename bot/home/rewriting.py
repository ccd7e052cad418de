"""What a person has before them, put into the language that is spoken to them now (product §15)."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.asks.notifications import refresh_ask_messages
from bot.charter.next_steps import refresh_lead_messages
from bot.checkins.prompt_messages import refresh_messages
from bot.deliveries.digests.sending import rewrite_messages_to_person
from bot.deliveries.post import MESSAGE
from bot.home.composing import compose_home
from bot.people.rules import Actor
from bot.people.service import build_actor, direct_lane, texts_of
from bot.people.welcome import rewrite_first_messages
from bot.projects.rules import LEADS
from bot.projects.service import list_own_projects
from bot.runtime.domain_events import SpokenLanguageChanged
from bot.signing.request_messages import refresh_request
from bot.signing.waiting import list_requests_to_signer
from bot.team.confirmation_requests import list_requests_to_person, refresh_open_request
from storage import people, projects
from storage.asks import list_open_asks_of_person
from storage.checkin_prompts import list_open_prompts
from storage.deliveries import KEEP_DELIVERED, list_keys_in_lane, revise_deliveries
from storage.timers import Timer, arm_timer

TURN: Final = "language"  # timer kind
_SAID = "waits:"  # begins the key of what waits, where it was said in answer to words that are no command


def name_said_home(key: str) -> str:
    """Names the message that says what waits, in answer to what would be answered under `key`."""
    return f"{_SAID}{key}"


def rewrite_messages(session: Session, *, actor: Actor, now: datetime) -> None:
    """Puts the first messages, and what the actor has before them, into the language that is spoken to them now."""
    rewrite_first_messages(session, team_id=actor.team_id, user_id=actor.user_id)
    _rewrite_open_messages(session, actor, now)


def arm_rewriting(session: Session, event: SpokenLanguageChanged) -> None:
    """Has a timer do it, one a person: what an admin sets turns the messages of many."""
    key = f"{TURN}:{event.user_id}"
    arm_timer(session, team_id=event.team_id, key=key, kind=TURN, subject=event.user_id, due_at=event.now)


def rewrite_messages_when_due(session: Session, timer: Timer, now: datetime) -> None:
    """The timer's function: whoever was forgotten meanwhile has nothing before them."""
    person = people.find_person(session, timer.team_id, timer.subject)
    if person is not None:
        rewrite_messages(session, actor=build_actor(person), now=now)


def _rewrite_open_messages(session: Session, actor: Actor, now: datetime) -> None:
    """Writes anew what the actor is to sign, to answer and to confirm, what they are asked or have asked for, what
    tells them that they lead a side, what they were told to wait for them, and their morning messages, as long as
    what was delivered is kept.
    """
    team_id, user_id = actor.team_id, actor.user_id
    concerned = {each.project_id for each in list_open_prompts(session, team_id, user_id)}
    concerned |= {each.project_id for each in list_open_asks_of_person(session, team_id, user_id)}
    concerned |= {each.project_id for each in list_requests_to_signer(session, actor=actor, now=now)}
    concerned |= {project.pk for project, _, _ in list_requests_to_person(session, team_id, user_id)}
    concerned |= {each.pk for each in list_own_projects(session, actor=actor) if each.roles & LEADS}
    locked = projects.load_projects_for_update(session, team_id, concerned)
    # Read again: under the lock some may be answered by now.
    refresh_messages(session, list_open_prompts(session, team_id, user_id))
    for request in list_requests_to_signer(session, actor=actor, now=now):
        refresh_request(session, request)
    for asked in list_requests_to_person(session, team_id, user_id):
        refresh_open_request(session, *asked)
    for ask in list_open_asks_of_person(session, team_id, user_id):
        if ask.project_id in locked:
            refresh_ask_messages(session, locked[ask.project_id], ask)
    for project in locked.values():
        if user_id in project.leads and project.activated_at is not None:
            refresh_lead_messages(session, project)
    rewrite_messages_to_person(session, team_id=team_id, user_id=user_id, since=now - KEEP_DELIVERED)
    _rewrite_said_homes(session, actor, now)


def _rewrite_said_homes(session: Session, actor: Actor, now: datetime) -> None:
    keys = list_keys_in_lane(session, actor.team_id, direct_lane(actor.user_id), MESSAGE, _SAID)
    if keys:
        home = compose_home(session, actor=actor, now=now, is_said=True)
        content = home(texts_of(session, actor.team_id, actor.user_id)).content()
        revise_deliveries(session, team_id=actor.team_id, contents=dict.fromkeys(keys, content))
