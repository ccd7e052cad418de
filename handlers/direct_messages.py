"""What people type to Duet in its direct message is never ignored (product §2.9)."""

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.checkins.typed_answers import propose_answer
from bot.home.composing import compose_home
from bot.home.help_views import render_help_overview
from bot.home.rewriting import name_said_home
from bot.home.views import render_thanked, render_topic
from bot.people.rules import Actor
from bot.people.service import DirectMessage, build_actor, choose_spoken_language, enqueue_direct_messages
from bot.people.welcome import is_to_be_welcomed, welcome_first_admin
from bot.runtime.errors import Busy
from bot.ui.components import Compose, render_section_message
from bot.ui.said_words import asks_help, asks_own_data, find_topic_asked, is_thanks
from bot.ui.texts import Texts
from handlers.features import EventServices, Feature, SlackEvent
from handlers.grammar import read_words
from handlers.payloads import TypedEvent, read_typed_event
from handlers.register_lists import compose_asked_owner
from storage import people
from storage.deliveries import list_posted_keys
from storage.session import transaction


@dataclass(frozen=True)
class TypedWords:
    """What a colleague has typed, and under which key it is answered."""

    actor: Actor
    words: str  # as they were seen; empty, of a file
    key: str  # of the message that answers it
    stamp: int  # by which its buttons find what is kept of it
    now: datetime
    commands: tuple[str, ...]  # by name, as the help lists them
    is_open: Callable[[str], bool]  # whether a command has something to show them


def _say_how_to_see_own_data(session: Session, typed: TypedWords) -> Compose | None:
    """To whoever asks what is kept of them, or wants it erased (product §17)."""
    if not asks_own_data(typed.words):
        return None
    return lambda t: render_section_message(t("settings.my_data"))


def _propose_answer_to_checkin(session: Session, typed: TypedWords) -> Compose | None:
    return propose_answer(
        session, actor=typed.actor, words=typed.words, key=typed.key, stamp=typed.stamp, now=typed.now
    )


def _explain_commands(session: Session, typed: TypedWords) -> Compose | None:
    """To whoever asks how Duet is used."""
    return (lambda t: render_help_overview(t, typed.commands)) if asks_help(typed.words) else None


def _answer_thanks(session: Session, typed: TypedWords) -> Compose | None:
    return render_thanked if is_thanks(typed.words) else None


def _look_up_owner(session: Session, typed: TypedWords) -> Compose | None:
    """To whoever asks who owns something, as `/duet who` does."""
    return compose_asked_owner(session, actor=typed.actor, words=typed.words)


def _lead_to_command(session: Session, typed: TypedWords) -> Compose | None:
    """To whoever asks about a project in a sentence: what shows it, as far as that is theirs to see."""
    topic = find_topic_asked(typed.words)
    if topic is None:
        return None
    elsewise = "show" if topic != "show" else "list"
    shown = next(filter(typed.is_open, (topic, elsewise)), None)
    return None if shown is None else partial(render_topic, command=shown)


ANSWERERS: tuple[Callable[[Session, TypedWords], Compose | None], ...] = (
    _say_how_to_see_own_data,
    _answer_thanks,
    _explain_commands,
    _look_up_owner,  # nobody answers a check-in with such a question
    _propose_answer_to_checkin,
    _lead_to_command,
)
"""The first that has something to say answers; if none has, what waits for the person is said."""


async def answer_typed_words(services: EventServices, event: SlackEvent) -> None:
    """Once, however often Slack tells of it. Raises: Malformed; Busy, where Slack does not say who it was."""
    typed = read_typed_event(event.body)
    if typed is None:
        return
    database, team_id = services.database, event.team_id

    def answer() -> None:
        with transaction(database) as session:
            _answer(session, team_id, typed, services)

    await services.look_up_people(team_id, typed.people)
    await asyncio.get_running_loop().run_in_executor(database.writer_threads, answer)


def _answer(session: Session, team_id: str, typed: TypedEvent, services: EventServices) -> None:
    known = people.find_people(session, team_id, typed.people)
    person = known.get(typed.user_id)
    if person is None:
        raise Busy
    key = f"typed:{typed.channel_id}:{typed.ts}"
    if person.is_bot or person.deleted or person.is_stranger:
        return
    if list_posted_keys(session, team_id, {key, name_said_home(key)}):
        return
    actor, now = build_actor(person), services.now()
    words = TypedWords(
        actor=actor,
        words=read_words(typed.text, {each.user_id: each.name for each in known.values()}),
        key=key,
        stamp=zlib.crc32(key.encode()) % 2**31,
        now=now,
        commands=services.commands,
        is_open=partial(services.is_open_to, session, actor),
    )
    message = next(filter(None, (answerer(session, words) for answerer in ANSWERERS)), None)
    if message is None:
        key, message = name_said_home(key), compose_home(session, actor=actor, now=now, is_said=True)
    t = Texts.of(choose_spoken_language(session, person).language, person.zone)
    enqueue_direct_messages(session, team_id, [DirectMessage(person.user_id, key, message(t))])
    if is_to_be_welcomed(session, actor):
        welcome_first_admin(session, team_id=team_id, user_id=person.user_id)


FEATURE = Feature(slack_events={"message": answer_typed_words})
