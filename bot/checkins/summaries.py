"""Gathers what a round's summary shows, posts it, and brings it up to date in place (product §8.4, §8.6)."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.charter.announcements import project_texts, write
from bot.charter.facts import boundary_of
from bot.checkins import summary_views, views, whom
from bot.checkins.rules import Question
from bot.checkins.summary_views import Given, Measured, Stuck, Summary
from bot.deliveries import Outcome
from bot.kit import Message
from bot.signing.views import one
from bot.texts import Mrkdwn
from bot.timetable.service import total_lateness
from storage import checkins, projects
from storage.checkins import CheckinPrompt, CheckinRound
from storage.deliveries import enqueue, exists, is_sent, revise
from storage.projects import Project

DETAILS = "summary_details"  # delivery kind: the answers of a big team, in the summary's thread
TOLD_EXECUTIVES = 4  # the step of a blocker that has been put to both executives


def facts_of(session: Session, project: Project, round_: CheckinRound) -> Summary:
    """A round as its summary shows it now."""
    prompts = [each for each in checkins.prompts(session, round_.pk) if not each.only_measure]
    charter = projects.counting_charter(session, project)
    questions = [Question.from_json(each) for each in round_.questions]
    counted = [each for each in prompts if each.state != "not_asked"]
    measured = None
    if round_.measure_month is not None:
        value = checkins.measure_of(session, project.pk, round_.measure_month)
        if value is not None:
            measured = Measured(charter.measure_name, charter.measure_unit, value.value, charter.measure_target)
    return Summary(
        key=project.key,
        name=project.name,
        project_id=project.pk,
        round_id=round_.pk,
        day=round_.day,
        asked={side: sum(each.side == side for each in counted) for side in whom.SIDES},
        not_asked=len(prompts) - len(counted),
        given=tuple(_given(each, questions) for each in prompts if each.state == "answered"),
        blockers=tuple(
            Stuck(b.pk, b.text, b.owner, project.day(b.since), b.step >= TOLD_EXECUTIVES)
            for b in checkins.blockers(session, project.team_id, project.pk)
        ),
        measured=measured,
        boundary=boundary_of(session, project),
        lateness=total_lateness(session, project),
        executives=(charter.cio, charter.cmo),
    )


def _given(prompt: CheckinPrompt, questions: list[Question]) -> Given:
    answer = prompt.answer or {}
    return Given(
        user_id=prompt.user_id,
        side=prompt.side,
        answers=tuple((each, answer[each.id]) for each in questions if each.id in answer),
        is_late=prompt.is_late,
        is_edited=prompt.edited_at is not None,
    )


def post(session: Session, project: Project, round_: CheckinRound, now: datetime) -> None:
    """To the project channel, in the project's language; what is too much for one message, in its thread."""
    round_.posted_at = now
    content, details = _written(session, project, round_)
    enqueue(
        session,
        team_id=project.team_id,
        lane=f"project:{project.pk}",
        key=key_of(round_),
        kind="message",
        content=content,
        project_id=project.pk,
    )
    _post_details(session, project, round_, details)


def refresh(session: Session, project: Project, round_: CheckinRound) -> None:
    """What was posted shows what is so now."""
    content, details = _written(session, project, round_)
    revise(session, team_id=project.team_id, key=key_of(round_), content=content)
    _post_details(session, project, round_, details)


def _written(session: Session, project: Project, round_: CheckinRound) -> tuple[dict[str, Any], list[Message]]:
    """The message, and the parts of its thread. Once they are in the thread, they stay there."""
    facts, t = facts_of(session, project, round_), project_texts(project)
    has_thread = exists(session, project.team_id, _part(round_, 0))
    in_thread = has_thread or summary_views.needs_thread(facts)
    # An edit calls nobody: what the executives were needed for, they have read in the first posting.
    is_first = not is_sent(session, project.team_id, key_of(round_))
    message = summary_views.summary(t, facts, in_thread=in_thread, calls_executives=is_first)
    return message.content(), summary_views.details(t, facts) if in_thread else []


def refresh_newest(session: Session, project: Project) -> None:
    """Of the last round: a blocker is otherwise now."""
    for round_ in checkins.rounds(session, project.team_id, project.pk, limit=1):
        if round_.posted_at is not None:
            refresh(session, project, round_)


def _post_details(session: Session, project: Project, round_: CheckinRound, details: list[Message]) -> None:
    """Parts that are there are brought up to date, further ones are added; one too many has nothing more to say."""
    parts = list(details)
    while parts and exists(session, project.team_id, _part(round_, len(parts))):
        parts.append(one(Mrkdwn("…")))
    for at, part in enumerate(parts):
        key = _part(round_, at)
        if exists(session, project.team_id, key):
            revise(session, team_id=project.team_id, key=key, content=part.content())
            continue
        enqueue(
            session,
            team_id=project.team_id,
            lane=f"project:{project.pk}",
            key=key,
            kind=DETAILS,
            content=part.content(),
            parent=key_of(round_),
            project_id=project.pk,
        )


def details_refused(session: Session, outcome: Outcome) -> None:
    """The reaction where the channel takes no replies: both leads hear of it, once a channel.

    All that the thread would have said is behind *Read it all* of the summary.
    """
    if outcome.posted or outcome.project_id is None:
        return
    project = projects.project(session, outcome.team_id, outcome.project_id)
    if project is None:
        return
    for lead in sorted({project.lead_it, project.lead_marketing}):
        write(
            session,
            project,
            lead,
            key=f"no-thread:{project.pk}:{outcome.channel_id or project.channel_id}:{lead}",
            message=partial(views.no_thread, key=project.key, name=project.name),
            counted="channel",
            now=outcome.now,
        )


def key_of(round_: CheckinRound) -> str:
    return f"round:{round_.pk}:summary"


def _part(round_: CheckinRound, at: int) -> str:
    """Of the thread."""
    return f"{key_of(round_)}:{at}"
