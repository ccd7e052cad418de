"""Gathers what a round's summary shows, posts it, and brings it up to date in place (product §8.4, §8.6).

Who has not answered is told to the leads, and told again when that changes.
"""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from functools import partial

from sqlmodel import Session

from bot.charter.snapshots import load_boundary_snapshot
from bot.checkins import needs, respondents, summary_views, views
from bot.checkins.answer_views import PersonAnswer
from bot.checkins.rules import Question
from bot.checkins.said_answers import pair_answers
from bot.checkins.summary_views import MeasureReading, OpenBlocker, RoundSummary
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.deliveries.digests.queue import notify_person
from bot.deliveries.outcomes import Outcome
from bot.people.service import texts_of_project
from bot.projects.rules import Side, State
from bot.projects.service import find_side_readers
from bot.timetable.rules import Lateness
from bot.timetable.service import total_lateness
from bot.ui.blocks import Message
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import Mrkdwn
from storage import audit, blockers, charters, checkin_prompts, checkins, projects
from storage.asks import Ask
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.checkins import CheckinRound, RoundState
from storage.deliveries import has_delivery, has_reached_slack
from storage.notices import Notice, withdraw_waiting_notices
from storage.projects import CharterVersion, Project
from storage.statements import list_rows_of_project

DETAILS = "summary_details"  # delivery kind: the answers of a big team, in the summary's thread
TOLD_EXECUTIVES = 4  # the step of a blocker that has been put to both executives


def load_round_summary(
    session: Session, project: Project, round_: CheckinRound, *, newest: CheckinRound | None = None
) -> RoundSummary:
    """`newest`: the one summed up last, if that is another: what has come up since it began is told there."""
    prompts = [each for each in checkin_prompts.list_prompts(session, round_.pk) if not each.only_measure]
    charter = charters.load_counting_charter(session, project)
    questions = round_.questions
    counted = [each for each in prompts if each.state is not PromptState.NOT_ASKED]
    asked = list_rows_of_project(session, Ask, project.team_id, project.pk)
    called_off = sum(each.was_called_off for each in prompts)
    posted_at = round_.posted_at
    measured = None
    if round_.measure_month is not None:
        row = checkins.find_measure_value(session, project.pk, round_.measure_month)
        if row is not None:
            otherwise = find_other_sides_value(
                session, project, round_.measure_month, value=row.value, by=row.reported_by
            )
            measured = build_measure_reading(charter, row.value, otherwise)
    return RoundSummary(
        key=project.key,
        name=project.name,
        project_id=project.pk,
        round_id=round_.pk,
        day=round_.day,
        asked={side: sum(each.side == side for each in counted) for side in Side},
        not_asked=len(prompts) - len(counted) - called_off,
        called_off=called_off,
        given=tuple(
            _build_person_answer(each, questions) for each in prompts if each.state is PromptState.ANSWERED
        ),
        blockers=list_blocker_views(session, project, before=None if newest is None else newest.opened_at),
        open_asks=Counter(each.side for each in asked if each.is_open),
        asked_needs=needs.list_asked_needs(asked, round_.opened_at),
        measured=measured,
        boundary=load_boundary_snapshot(session, project),
        lateness=_load_lateness(session, project, round_),
        executives=charter.executives,
        has_closed=project.state is State.CLOSED,
        is_newest=newest is None,
        may_ask=project.state == State.ACTIVE,
        is_added_to=posted_at is not None
        and any(each.answered_at is not None and each.answered_at > posted_at for each in prompts),
    )


def _load_lateness(session: Session, project: Project, round_: CheckinRound) -> Lateness:
    """The timetable's, as it was when the summary was posted: what moves afterwards is the next summary's."""
    if round_.state is RoundState.POSTED:
        return Lateness(signed=round_.days_late_signed, planned=round_.days_late_planned)
    return total_lateness(session, project)


def list_blocker_views(
    session: Session, project: Project, *, before: datetime | None = None
) -> tuple[OpenBlocker, ...]:
    """Those that are open, oldest first; `before`: only those that have been by then."""
    return tuple(
        OpenBlocker(
            b.pk, b.text, b.owner, project.day(b.since), b.step >= TOLD_EXECUTIVES, b.number, b.owner != b.author
        )
        for b in blockers.list_open_blockers(session, project.team_id, project.pk)
        if before is None or b.since < before
    )


def find_own_measure_value(session: Session, round_: CheckinRound, prompt: CheckinPrompt) -> Decimal | None:
    """What this person has given as the measure's value of the round's month; None if another gave the last."""
    if round_.measure_month is None:
        return None
    row = checkins.find_measure_value(session, prompt.project_id, round_.measure_month)
    return row.value if row is not None and row.reported_by == prompt.user_id else None


def find_other_sides_value(
    session: Session, project: Project, month: str, *, value: Decimal, by: str
) -> tuple[Side, Decimal] | None:
    """Finds what the other side's lead has last reported for the month, if that is another value than `by` has."""
    sides = project.leads.by_value()
    if by not in sides:
        return None
    other = sides[by].other
    entries = audit.list_entries_of_action(session, project.team_id, project.pk, "measure.reported")
    theirs = [
        Decimal(str(each.after["value"]))
        for each in entries
        if each.actor == project.leads[other] and each.after.get("month") == month
    ]
    return (other, theirs[-1]) if theirs and theirs[-1] != value else None


def build_measure_reading(
    charter: CharterVersion, value: Decimal, otherwise: tuple[Side, Decimal] | None = None
) -> MeasureReading:
    """A value of the charter's measure, as people read it; `otherwise`: what the other side has said."""
    return MeasureReading(charter.measure_name, charter.measure_unit, value, charter.measure_target, otherwise)


def _build_person_answer(prompt: CheckinPrompt, questions: list[Question]) -> PersonAnswer:
    return PersonAnswer(
        prompt_id=prompt.pk,
        user_id=prompt.user_id,
        side=prompt.side,
        answers=pair_answers(questions, prompt.answer),
        is_late=prompt.is_late,
        is_edited=prompt.edited_at is not None,
    )


def post_summary(session: Session, project: Project, round_: CheckinRound, *, again: bool = False) -> None:
    """To the project channel, in the project's language; what is too much for one message, in its thread.

    `again`: what was posted shows what is so now, but for the timetable's lateness. What could be done from the
    summary before can be done from the newest, which alone is kept true.
    """
    if not again:
        lateness = total_lateness(session, project)
        round_.days_late_signed, round_.days_late_planned = lateness.signed, lateness.planned
    session.flush()  # it may have become the newest just now
    newest, *earlier = checkins.list_posted_rounds(session, project.team_id, project.pk, limit=2)
    is_newest = newest.pk == round_.pk
    _write_summary(session, project, round_, again=again, newest=None if is_newest else newest)
    if is_newest and not again:
        for each in earlier:
            _write_summary(session, project, each, again=True, newest=newest)


def _write_summary(
    session: Session, project: Project, round_: CheckinRound, *, again: bool, newest: CheckinRound | None
) -> None:
    message, details = _render_summary_messages(session, project, round_, newest=newest)
    say = post.revise_shared if again else post.to_channel
    say(session, project, key=summary_key(round_), message=message)
    _post_details(session, project, round_, details)


def _render_summary_messages(
    session: Session, project: Project, round_: CheckinRound, *, newest: CheckinRound | None
) -> tuple[Message, list[Message]]:
    """The message, and the parts of its thread. Once they are in the thread, they stay there."""
    facts = load_round_summary(session, project, round_, newest=newest)
    t = texts_of_project(project)
    has_thread = has_delivery(session, project.team_id, _thread_part_key(round_, 0))
    in_thread = has_thread or summary_views.needs_thread(facts)
    # An edit calls nobody: what the executives were needed for, they have read in the first posting.
    is_first = not has_reached_slack(session, project.team_id, summary_key(round_))
    message = summary_views.render_round_summary(t, facts, in_thread=in_thread, calls_executives=is_first)
    return message, summary_views.render_summary_details(t, facts) if in_thread else []


def refresh_newest_summary(session: Session, project: Project) -> None:
    """A blocker, or an ask, is otherwise now; also while the next round goes on."""
    for round_ in checkins.list_posted_rounds(session, project.team_id, project.pk, limit=1):
        _write_summary(session, project, round_, again=True, newest=None)


def _post_details(session: Session, project: Project, round_: CheckinRound, details: list[Message]) -> None:
    """Parts that are there are brought up to date, further ones are added; one too many has nothing more to say."""
    parts = list(details)
    while parts and has_delivery(session, project.team_id, _thread_part_key(round_, len(parts))):
        parts.append(render_section_message(Mrkdwn("…")))
    for at, part in enumerate(parts):
        key = _thread_part_key(round_, at)
        if has_delivery(session, project.team_id, key):
            post.revise_shared(session, project, key=key, message=part)
        else:
            parent = summary_key(round_)
            post.to_channel(session, project, key=key, message=part, kind=DETAILS, parent=parent)


def report_refused_details(session: Session, outcome: Outcome) -> None:
    """The reaction where the channel takes no replies: both leads hear of it, once a channel.

    All that the thread would have said is behind *Read it all* of the summary.
    """
    if outcome.posted or outcome.project_id is None:
        return
    project = projects.find_project(session, outcome.team_id, outcome.project_id)
    if project is None:
        return
    post.to_people(
        session,
        project,
        find_side_readers(session, project),
        key=f"no-thread:{project.pk}:{outcome.channel_id or project.channel_id}",
        message=partial(views.render_missing_thread, key=project.key, name=project.name),
        routine=Routine("channel", outcome.now, ends_with_project=True),
    )


def summary_key(round_: CheckinRound) -> str:
    return f"round:{round_.pk}:summary"


def _thread_part_key(round_: CheckinRound, at: int) -> str:
    return f"{summary_key(round_)}:{at}"


# --- who has not answered -----------------------------------------------------------------------------------------


def notify_of_missing_answers(
    session: Session, project: Project, round_: CheckinRound, side: Side, now: datetime
) -> None:
    """To the side's lead only, with the next morning's message (product §8.6)."""
    leads = respondents.list_acting_leads(session, project)
    lead = next((user_id for user_id, of in leads.items() if of == side), None)
    if lead is None:
        return
    prompts = [
        each
        for each in checkin_prompts.list_prompts(session, round_.pk)
        if each.side == side and not each.only_measure
    ]
    names = [each.user_id for each in prompts if each.is_open and each.user_id != lead]
    if names:
        facts, subject = views.MissingAnswers(day=round_.day, people=names), _missing_answers_subject(round_, side)
        notify_person(session, project, lead, facts, now=now, subject=subject)


def refresh_missing_answers(
    session: Session, project: Project, round_: CheckinRound, side: Side, now: datetime
) -> None:
    """Somebody has answered late, or skipped: the lead is yet to be told the names, and then only of the others."""
    subject = _missing_answers_subject(round_, side)
    if withdraw_waiting_notices(session, project.team_id, views.MissingAnswers.kind, subject):
        notify_of_missing_answers(session, project, round_, side, now)


def load_missing_answers(
    session: Session, notice: Notice, facts: views.MissingAnswers
) -> views.MissingAnswers | None:
    """None where no answer is taken any more: the project is paused, or ends."""
    return facts if projects.load_project_of(session, notice).state is State.ACTIVE else None


def _missing_answers_subject(round_: CheckinRound, side: Side) -> str:
    return f"{round_.pk}:{side}"
