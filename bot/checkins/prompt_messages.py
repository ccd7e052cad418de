"""The direct messages of prompts: all that is due for a person at one moment is one of them (product §2.8, §8.3).

A round adds a part for each person, and arms the message's timer, which sends it when every round of that moment
has had its turn. What it says is read under its lock: parts of several projects change in several transactions.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.checkins import needs, prompt_news, respondents
from bot.checkins.prompt_views import (
    OVER,
    REPEATED,
    PromptFacts,
    PromptMessageFacts,
    list_told_answers,
    render_prompt_message,
)
from bot.checkins.rules import QuestionKind
from bot.checkins.summaries import build_measure_reading, find_own_measure_value
from bot.checkins.summary_views import MeasureReading
from bot.deliveries import post
from bot.deliveries.digests.queue import OfNoProject
from bot.people.service import may_hear_of_project
from bot.ui.components import Compose
from storage import checkin_messages, people, projects, timers
from storage.checkin_messages import CheckinMessage, PartStanding
from storage.checkins import CheckinPrompt, CheckinRound, PromptState
from storage.projects import Project
from storage.timers import Timer

PROMPT = "checkin_prompt"  # delivery kind
MESSAGE = "checkins.message"  # timer kind
KEY = "checkin"  # begins the keys of the messages


# --- what is to be said, and when -----------------------------------------------------------------------------


def ask_in_message(session: Session, prompt: CheckinPrompt, slot: datetime, now: datetime) -> None:
    """`slot`: when it was due; whatever else is due in that minute is asked with it."""
    _add_part(session, prompt, slot, now, is_reminder=False)


def remind_in_message(session: Session, prompt: CheckinPrompt, slot: datetime, now: datetime) -> None:
    _add_part(session, prompt, slot, now, is_reminder=True)


def _add_part(session: Session, prompt: CheckinPrompt, slot: datetime, now: datetime, *, is_reminder: bool) -> None:
    message_id = checkin_messages.add_part(
        session,
        team_id=prompt.team_id,
        user_id=prompt.user_id,
        slot=slot.replace(second=0, microsecond=0),
        prompt_id=prompt.pk,
        is_reminder=is_reminder,
    )
    _arm_message_timer(session, prompt.team_id, message_id, now)


def refresh_messages_later(
    session: Session, prompts: Sequence[CheckinPrompt], now: datetime, *, besides: int | None = None
) -> None:
    """The same as `refresh_messages`, each in its own transaction: where those of many people change at once.

    `besides`: the id of a message that is up to date.
    """
    if not prompts:
        return
    session.flush()
    team_id = prompts[0].team_id
    for message_id in checkin_messages.list_sent_messages(session, team_id, [each.pk for each in prompts]):
        if message_id != besides:
            _arm_message_timer(session, team_id, message_id, now)


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


def _arm_message_timer(session: Session, team_id: str, message_id: int, now: datetime) -> None:
    timers.arm_timer(
        session,
        team_id=team_id,
        key=f"{MESSAGE}:{message_id}",
        kind=MESSAGE,
        subject=str(message_id),
        due_at=now,
    )


# --- saying it ------------------------------------------------------------------------------------------------


def send_due_message(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `checkins.message`: sends it, or brings it up to date."""
    locked = checkin_messages.lock_messages(session, timer.team_id, [int(timer.subject)])
    for message in locked:
        if message.sent_at is not None:
            _revise_message(session, message)
            continue
        opens_at = respondents.person_working_moment(session, message.team_id, message.user_id, now)
        if opens_at > now:
            return opens_at
        _send_message(session, message, now)
    return None


def _send_message(session: Session, message: CheckinMessage, now: datetime) -> None:
    """With the parts that are still to be answered, and the day's news; none of them: nothing."""
    parts = checkin_messages.list_parts(session, message.pk)
    is_asked = {
        prompt.pk
        for _, prompt, _, _ in parts
        if prompt.state is PromptState.ASKED and prompt.closes_at > now and _may_read_part(session, prompt)
    }
    for part, prompt, _, _ in parts:
        if prompt.pk not in is_asked:
            session.delete(part)
    if not is_asked:
        return
    message.sent_at = now
    session.flush()
    asked = [(prompt, project) for _, prompt, _, project in parts if prompt.pk in is_asked]
    post.to_person(
        session,
        OfNoProject(message.team_id),
        message.user_id,
        key=_message_key(message.pk),
        message=_compose_message(session, message, claim_at=now),
        kind=PROMPT,
        subject=" ".join(str(project.pk) for _, project in asked),
        not_after=max(prompt.closes_at for prompt, _ in asked),
    )
    # Those that have asked the same before point here. They are older, and locks are taken from the oldest on.
    repeated = [
        prompt for part, prompt, _, _ in parts if prompt.pk in is_asked and prompt.asks > 1 and not part.is_reminder
    ]
    refresh_messages_later(session, repeated, now, besides=message.pk)


def _may_read_part(session: Session, prompt: CheckinPrompt) -> bool:
    return may_hear_of_project(session, prompt.team_id, prompt.user_id, prompt.project_id)


def _revise_message(session: Session, message: CheckinMessage) -> None:
    post.revise_for_person(
        session,
        OfNoProject(message.team_id),
        message.user_id,
        key=_message_key(message.pk),
        message=_compose_message(session, message),
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


def _compose_message(session: Session, message: CheckinMessage, *, claim_at: datetime | None = None) -> Compose:
    parts = checkin_messages.list_parts(session, message.pk)
    standings = checkin_messages.load_standings(session, message.pk, [prompt.pk for _, prompt, _, _ in parts])
    facts = PromptMessageFacts(
        message_id=message.pk,
        parts=[
            _load_part_facts(session, project, round_, prompt, standings[prompt.pk], is_reminder=part.is_reminder)
            for part, prompt, round_, project in parts
        ],
        hears_words=people.load_workspace(session, message.team_id).hears_direct_messages,
    )
    return partial(
        prompt_news.render_with_news,
        session=session,
        reader=message,
        key=_message_key(message.pk),
        message=partial(render_prompt_message, facts=facts),
        claim_at=claim_at,
    )


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
        state = OVER
    elif standing.is_repeated and prompt.is_open and not is_reminder:
        state = REPEATED
    return PromptFacts(
        prompt_id=prompt.pk,
        key=project.key,
        name=project.name,
        day=round_.day,
        closes_at=prompt.closes_at,
        state=state,
        why=prompt.why,
        again_at=prompt.due_at,
        is_reminder=is_reminder,
        has_answered_before=standing.has_answered_before,
        only_measure=prompt.only_measure,
        asks_status=QuestionKind.STATUS in kinds,
        answers=list_told_answers(round_.questions, prompt.answer or {}) if is_answered else (),
        may_add=is_answered and answered_kinds == {QuestionKind.STATUS} and len(kinds) > 1,
        has_need=is_answered and needs.find_need(round_, prompt) is not None,
        measured=_load_measure_reading(session, project, round_, prompt) if is_answered else None,
    )


def _load_measure_reading(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt
) -> MeasureReading | None:
    value = find_own_measure_value(session, round_, prompt)
    return None if value is None else build_measure_reading(projects.load_counting_charter(session, project), value)


# --- what comes of it -----------------------------------------------------------------------------------------


def list_asked_prompts(session: Session, team_id: str, message_id: int) -> list[CheckinPrompt]:
    """Those that a message asks; not those that it reminds of."""
    if checkin_messages.find_message(session, team_id, message_id) is None:
        return []
    return [
        prompt for part, prompt, _, _ in checkin_messages.list_parts(session, message_id) if not part.is_reminder
    ]


def list_message_prompts(session: Session, team_id: str, user_id: str, message_id: int) -> Sequence[CheckinPrompt]:
    """All of a person's own message that has been sent; none of another's."""
    message = checkin_messages.find_message(session, team_id, message_id)
    if message is None or message.user_id != user_id or message.sent_at is None:
        return []
    return [prompt for _, prompt, _, _ in checkin_messages.list_parts(session, message_id)]
