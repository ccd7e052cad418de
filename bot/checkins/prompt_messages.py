"""The direct messages of prompts: all that is due for a person at one moment is one of them (product §2.8, §8.3).

A round adds a part for each person, and arms the message's timer, which sends it when every round of that moment
has had its turn. What it says is read under its lock: parts of several projects change in several transactions.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.checkins import needs, prompt_news
from bot.checkins.prompt_views import (
    OVER,
    REPEATED,
    PromptFacts,
    PromptMessageFacts,
    RenderedMessages,
    list_told_answers,
    render_prompt_message,
)
from bot.checkins.respondents import find_working_moments
from bot.checkins.rules import IN_WORDS, QuestionKind
from bot.checkins.schedules import OPEN
from bot.checkins.summaries import build_measure_reading, find_own_measure_value
from bot.checkins.summary_views import MeasureReading
from bot.deliveries import post
from bot.deliveries.digests.queue import OfNoProject
from bot.deliveries.digests.sending import claim_news_for
from bot.people.service import DirectMessage, enqueue_direct_messages, may_hear_of_project, texts_of
from bot.projects.rules import State
from bot.scheduling.worker import RunsTooEarly
from bot.ui.components import Compose
from storage import charters, checkin_messages, timers
from storage.checkin_messages import CheckinMessage, NewPart, Part, PartStanding
from storage.checkin_prompts import CheckinPrompt, PromptState, WhyNotAsked
from storage.checkins import CheckinRound
from storage.projects import Project
from storage.timers import Timer
from storage.workspaces import load_workspace

PROMPT = "checkin_prompt"  # delivery kind
MESSAGE = "checkins.message"  # timer kind
KEY = "checkin"  # begins the keys of the messages


# --- what is to be said, and when -----------------------------------------------------------------------------


def build_part(user_id: str, due_at: datetime, prompt_id: int, *, is_reminder: bool = False) -> NewPart:
    """For the message of the minute when it was due: whatever else is due then is said with it."""
    return NewPart(user_id, due_at.replace(second=0, microsecond=0), prompt_id, is_reminder)


def add_to_messages(session: Session, team_id: str, parts: Collection[NewPart], now: datetime) -> None:
    """Asks, or reminds, in their people's messages."""
    arm = partial(_arm_message_timers, session, team_id, now=now)
    checkin_messages.add_parts(session, team_id, parts, arm=arm)


def refresh_messages_later(
    session: Session, prompts: Sequence[CheckinPrompt], now: datetime, *, besides: Collection[int] = ()
) -> None:
    """The same as `refresh_messages`, each in its own transaction: where those of many people change at once.

    `besides`: the ids of messages that are up to date.
    """
    if not prompts:
        return
    session.flush()
    team_id = prompts[0].team_id
    sent = checkin_messages.list_sent_messages(session, team_id, [each.pk for each in prompts])
    _arm_message_timers(session, team_id, {*sent} - {*besides}, now=now)


def refresh_messages(session: Session, prompts: Sequence[CheckinPrompt]) -> None:
    """Brings what has asked these, or reminded of them, up to date."""
    if not prompts:
        return
    session.flush()
    team_id = prompts[0].team_id
    message_ids = checkin_messages.list_sent_messages(session, team_id, [each.pk for each in prompts])
    if message_ids:
        for message in checkin_messages.lock_messages(session, team_id, message_ids):
            _revise_message(session, message)


def _arm_message_timers(session: Session, team_id: str, message_ids: Collection[int], *, now: datetime) -> None:
    timers.arm_row_timers(session, team_id, MESSAGE, message_ids, now, project_id=None)


# --- saying it ------------------------------------------------------------------------------------------------


def send_due_messages(session: Session, due: Sequence[Timer], now: datetime) -> dict[int, datetime]:
    """The function of the timer kind `checkins.message`: sends them, or brings them up to date.

    Raises: RunsTooEarly while another process opens rounds that are due: their prompts belong to the same messages.
    """
    team_id = due[0].team_id
    if timers.has_due_timer(session, team_id, OPEN, now=now):
        raise RunsTooEarly
    timer_ids = {int(each.subject): each.pk for each in due}
    locked = checkin_messages.lock_messages(session, team_id, timer_ids.keys())
    moments = find_working_moments(session, team_id, {each.user_id for each in locked}, now)
    for message in locked:
        if message.sent_at is not None:
            _revise_message(session, message)
    unsent = [each for each in locked if each.sent_at is None]
    _send_messages(session, [each for each in unsent if moments[each.user_id] <= now], now)
    return {timer_ids[each.pk]: moments[each.user_id] for each in unsent if moments[each.user_id] > now}


def _send_messages(session: Session, messages: Sequence[CheckinMessage], now: datetime) -> None:
    """Of one workspace. With the parts that are still to be answered, and the day's news; none of them: nothing."""
    if not messages:
        return
    team_id = messages[0].team_id
    parts = _load_open_parts(session, messages, now)
    sent = [each for each in messages if each.pk in parts]
    for message in sent:
        message.sent_at = now
    session.flush()
    waiting = claim_news_for(session, team_id=team_id, user_ids={each.user_id for each in sent}, now=now)
    shown = _compose_messages(session, team_id, parts)
    said = []
    for message in sent:
        asked, composed, key = parts[message.pk], shown[message.pk], _message_key(message.pk)
        t = texts_of(session, team_id, message.user_id)
        whole = composed(t)
        if message.user_id in waiting:
            news = waiting.pop(message.user_id)
            whole = prompt_news.render_with_waiting_news(
                t, whole, session=session, reader=message, key=key, waiting=news, now=now
            )
        said.append(
            DirectMessage(
                message.user_id,
                key,
                whole,
                kind=PROMPT,
                subject=" ".join(str(project.pk) for _, _, _, project in asked),
                not_after=max(prompt.closes_at for _, prompt, _, _ in asked),
            )
        )
    enqueue_direct_messages(session, team_id, said)
    # Those that have asked the same before point here. They are older, and locks are taken from the oldest on.
    repeated = [
        prompt
        for asked in parts.values()
        for part, prompt, _, _ in asked
        if prompt.asks > 1 and not part.is_reminder
    ]
    refresh_messages_later(session, repeated, now, besides=parts.keys())


def _load_open_parts(session: Session, messages: Sequence[CheckinMessage], now: datetime) -> dict[int, list[Part]]:
    """By message; the others are deleted, as nobody is asked what is over, nor what they may hear no more of."""
    found: dict[int, list[Part]] = {}
    for row in checkin_messages.lock_parts(session, [each.pk for each in messages]):
        part, prompt, _, _ = row
        is_open = prompt.state is PromptState.ASKED and prompt.closes_at > now
        if is_open and may_hear_of_project(session, prompt.team_id, prompt.user_id, prompt.project_id):
            found.setdefault(part.message_id, []).append(row)
        else:
            session.delete(part)
    return found


def _revise_message(session: Session, message: CheckinMessage) -> None:
    parts = {message.pk: [*checkin_messages.list_parts(session, [message.pk])]}
    compose = _compose_messages(session, message.team_id, parts)[message.pk]
    key = _message_key(message.pk)
    post.revise_for_person(
        session,
        OfNoProject(message.team_id),
        message.user_id,
        key=key,
        message=partial(
            prompt_news.render_with_told_news, session=session, reader=message, key=key, message=compose
        ),
    )


def refresh_message_by_key(session: Session, team_id: str, key: str) -> bool:
    """Renders anew the message of that key with the news in it; False if the key is of none."""
    message_id = read_message_key(key)
    if message_id is None:
        return False
    session.flush()
    for message in checkin_messages.lock_messages(session, team_id, [message_id]):
        _revise_message(session, message)
    return True


def read_message_key(key: str) -> int | None:
    kind, _, message_id = key.partition(":")
    return int(message_id) if kind == KEY else None


def _message_key(message_id: int) -> str:
    return f"{KEY}:{message_id}"


# --- what it says ---------------------------------------------------------------------------------------------


def _compose_messages(session: Session, team_id: str, parts: Mapping[int, Sequence[Part]]) -> dict[int, Compose]:
    """Without news. `parts`: of each message, by its id."""
    standings = checkin_messages.load_standings(session, [row[0] for rows in parts.values() for row in rows])
    hears_words = load_workspace(session, team_id).hears_direct_messages
    rendered: RenderedMessages = {}
    composed: dict[int, Compose] = {}
    for message_id, rows in parts.items():
        facts = tuple(
            _load_part_facts(
                session, project, round_, prompt, standings[message_id, prompt.pk], is_reminder=part.is_reminder
            )
            for part, prompt, round_, project in rows
        )
        about = PromptMessageFacts(message_id, facts, hears_words)
        composed[message_id] = partial(render_prompt_message, facts=about, rendered=rendered)
    return composed


def _load_part_facts(
    session: Session,
    project: Project,
    round_: CheckinRound,
    prompt: CheckinPrompt,
    standing: PartStanding,
    *,
    is_reminder: bool,
) -> PromptFacts:
    is_answered = prompt.state is PromptState.ANSWERED
    kinds = [] if prompt.only_measure else [each.kind for each in round_.questions]
    answered_kinds = {each.kind for each in round_.questions if each.id in (prompt.answer or {})}
    state: str = prompt.state
    if standing.is_over and prompt.state is PromptState.ASKED:
        state = OVER  # whatever becomes of the project afterwards
    elif prompt.state is PromptState.ASKED and project.state != State.ACTIVE:
        state = PromptState.NOT_ASKED  # late answers wait, too, or are over
    elif standing.is_repeated and prompt.is_open and not is_reminder:
        state = REPEATED
    return PromptFacts(
        prompt_id=prompt.pk,
        key=project.key,
        name=project.name,
        day=round_.day,
        closes_at=prompt.closes_at,
        state=state,
        why=_explain_no_question(project, prompt, standing) if state == PromptState.NOT_ASKED else None,
        again_at=prompt.due_at,
        is_reminder=is_reminder,
        has_answered_before=standing.has_answered_before,
        only_measure=prompt.only_measure,
        asks_status=QuestionKind.STATUS in kinds,
        takes_words=not IN_WORDS.isdisjoint(kinds),
        answers=list_told_answers(round_.questions, prompt.answer or {}) if is_answered else (),
        may_add=is_answered and answered_kinds == {QuestionKind.STATUS} and len(kinds) > 1,
        lacks_status=is_answered and QuestionKind.STATUS in set(kinds) - answered_kinds,
        has_need=is_answered and needs.find_need(round_, prompt) is not None,
        may_change=project.state == State.ACTIVE and not standing.is_over,
        measured=_load_measure_reading(session, project, round_, prompt) if is_answered else None,
    )


def _explain_no_question(project: Project, prompt: CheckinPrompt, standing: PartStanding) -> str | None:
    """Why nobody was asked, or is no more; of a project that was stopped, which of both it is.

    What has stopped an earlier round is no more what stops the project now.
    """
    if prompt.why not in (None, WhyNotAsked.STOPPED):
        return prompt.why
    if standing.is_over:
        return WhyNotAsked.LEFT
    match project.state:
        case State.ACTIVE:
            return WhyNotAsked.LEFT  # it goes on: nothing more is to be said than that this one is over
        case State.PAUSED:
            return "paused"
        case _:
            return "closing"


def _load_measure_reading(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt
) -> MeasureReading | None:
    value = find_own_measure_value(session, round_, prompt)
    return None if value is None else build_measure_reading(charters.load_counting_charter(session, project), value)


# --- what comes of it -----------------------------------------------------------------------------------------


def list_asked_prompts(session: Session, team_id: str, message_id: int) -> list[CheckinPrompt]:
    """Those that a message asks; not those that it reminds of."""
    if checkin_messages.find_message(session, team_id, message_id) is None:
        return []
    parts = checkin_messages.list_parts(session, [message_id])
    return [prompt for part, prompt, _, _ in parts if not part.is_reminder]


def list_message_prompts(session: Session, team_id: str, user_id: str, message_id: int) -> Sequence[CheckinPrompt]:
    """All of a person's own message that has been sent; none of another's."""
    message = checkin_messages.find_message(session, team_id, message_id)
    if message is None or message.user_id != user_id or message.sent_at is None:
        return []
    return [prompt for _, prompt, _, _ in checkin_messages.list_parts(session, [message_id])]
