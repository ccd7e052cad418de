"""`/duet checkin`, and every button and form about check-ins (product §8)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time

from sqlmodel import Session

from bot.charter import delivery_failures, notifications
from bot.charter.views import bold_heading
from bot.checkins import (
    answer_views,
    answers,
    blockers,
    export_sections,
    form_views,
    notice_views,
    prompt_news,
    prompts,
    question_parser,
    respondents,
    rounds,
    schedules,
    service,
    subscribers,
    summaries,
)
from bot.checkins.answers import OpenPrompt
from bot.checkins.form_views import AnswerFacts, ScheduleFacts
from bot.checkins.rules import Schedule
from bot.checkins.schedule_parser import NotASchedule, parse_known_part, parse_schedule
from bot.checkins.schedules import WantedSchedule
from bot.checkins.summary_views import MeasureReading, measure_line
from bot.deliveries.digests.topics import Carrier, Topic, needs_somebody
from bot.deliveries.senders import MessageSender
from bot.deliveries.worker import DeliveryKind, chain_reactions
from bot.parsing.folding import fold_text
from bot.people.preferences import COUNTRIES
from bot.projects.service import load_dossier
from bot.runtime.domain_events import (
    AbsenceChanged,
    BecameOutsider,
    ChannelBack,
    ChannelLost,
    CharterAdopted,
    PersonBack,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
    TeamChanged,
)
from bot.runtime.errors import NotFound
from bot.signing.views import build_notice_modal, render_section_message
from bot.slack.refusals import DeliveryRefusal
from bot.ui import blocks as ui
from bot.ui.blocks import section_block
from bot.ui.texts import Mrkdwn
from handlers.decoding import read_id, read_id_pair, read_meta_id
from handlers.features import Feature, ProjectCommand, split_args_at
from handlers.grammar import join_tokens
from handlers.mentions import WordsLeftOver, refuse_leftover_words
from handlers.requests import Reply, Request, Route
from handlers.responses import add_explanation
from storage import projects
from storage.checkins import CheckinSchedule
from storage.projects import Project

VERBS: Mapping[str, str] = {
    "now": "now",
    "teraz": "now",
    "schedule": "schedule",
    "plan": "schedule",
    "grafik": "schedule",
    "answer": "answer",
    "odpowiedz": "answer",
    "pause": "pause",
    "wstrzymaj": "pause",
    "resume": "resume",
    "wznow": "resume",
    "history": "history",
    "historia": "history",
}


def handle_checkin_command(request: Request, session: Session, project: Project) -> Reply:
    """`/duet checkin [project] [now | schedule [WHEN] | answer | pause | resume | history]`."""
    verb = VERBS[fold_text(request.args[0].text)] if request.args else "overview"
    typed = request.args[1:]
    if verb in ("now", "pause", "resume", "history"):
        refuse_leftover_words(typed)
    match verb:
        case "now":
            return _ask_team_now(request, session, project)
        case "schedule":
            words = join_tokens(typed)
            return (
                _change_schedule_by_words(request, session, project, words)
                if words
                else _open_schedule_form(request, session, project)
            )
        case "answer":
            left = WordsLeftOver(join_tokens(typed)) if typed else None
            return add_explanation(_open_own_answer_form(request, session, project), request.t, left)
        case "pause":
            return _pause_checkins(request, session, project)
        case "resume":
            return _resume_checkins(request, session, project)
        case "history":
            return _show_history(request, session, project.pk, 1)
    return _show_overview(request, session, project.pk)


def _show_overview(request: Request, session: Session, project_id: int) -> Reply:
    facts = service.load_checkin_overview(session, actor=request.actor, project_id=project_id, now=request.now)
    return Reply(form_views.render_checkin_overview(request.t, facts))


def handle_checkin_overview_click(request: Request, session: Session) -> Reply:
    return _show_overview(request, session, read_id(request.value))


# --- answering --------------------------------------------------------------------------------------------------


def _open_own_answer_form(request: Request, session: Session, project: Project) -> Reply:
    locked = projects.find_project_for_update(session, request.actor.team_id, project.pk)
    assert locked is not None
    found = answers.find_or_create_own_prompt(session, actor=request.actor, project=locked, now=request.now)
    return _open_answer_form(request, session, found)


def handle_checkin_answer_click(request: Request, session: Session) -> Reply:
    found = answers.require_open_prompt(
        session, actor=request.actor, prompt_id=read_id(request.value), now=request.now
    )
    return _open_answer_form(request, session, found)


def _open_answer_form(request: Request, session: Session, found: OpenPrompt) -> Reply:
    charter = projects.load_counting_charter(session, found.project)
    note = None
    if found.prompt.answer is not None:
        note = "edits"
    elif found.round.opened_at is None:
        note = "early"
    elif found.round.ended_at is not None:
        note = "late"
    facts = AnswerFacts(
        key=found.project.key,
        name=found.project.name,
        prompt_id=found.prompt.pk,
        day=found.round.day,
        questions=found.questions,
        values=found.values,
        measure=(charter.measure_name, charter.measure_unit, found.measured) if found.asks_measure else None,
        note=note,
    )
    return Reply(opens=form_views.checkin_answer_form(request.t, facts))


def handle_checkin_answer_submission(request: Request, session: Session) -> Reply:
    prompt_id = read_meta_id(request.meta, "prompt")
    if prompt_id is None:
        raise NotFound
    found = answers.answer_prompt(
        session, actor=request.actor, prompt_id=prompt_id, values=request.values, now=request.now
    )
    if found.measured is None:
        return Reply()
    charter = projects.load_counting_charter(session, found.project)
    given = MeasureReading(charter.measure_name, charter.measure_unit, found.measured, charter.measure_target)
    title = request.t.plain("checkin.title", key=found.project.key)
    return Reply(shows=build_notice_modal(request.t, title, [section_block(measure_line(request.t, given))]))


def handle_same_answer_click(request: Request, session: Session) -> Reply:
    answers.repeat_last_answer(session, actor=request.actor, prompt_id=read_id(request.value), now=request.now)
    return Reply()


def handle_skip_click(request: Request, session: Session) -> Reply:
    answers.skip_prompt(session, actor=request.actor, prompt_id=read_id(request.value), now=request.now)
    return Reply()


def handle_snooze_click(request: Request, session: Session) -> Reply:
    answers.snooze_prompt(session, actor=request.actor, prompt_id=read_id(request.value), now=request.now)
    return Reply()


def handle_own_checkin_click(request: Request, session: Session) -> Reply:
    return _open_own_answer_form(request, session, _load_clicked_project(request, session))


# --- the schedule -----------------------------------------------------------------------------------------------


def _open_schedule_form(request: Request, session: Session, project: Project) -> Reply:
    _, row = schedules.require_editable_schedule(session, actor=request.actor, project_id=project.pk)
    wanted = schedules.read_stored_schedule(row)
    facts = _load_schedule_facts(request, session, project, row, row.version, wanted)
    return Reply(opens=form_views.schedule_form(request.t, facts))


def _load_schedule_facts(
    request: Request,
    session: Session,
    project: Project,
    row: CheckinSchedule,
    version: int,
    wanted: WantedSchedule,
    typed: str | None = None,
) -> ScheduleFacts:
    """`version`: the one that the form was opened on. `typed`: the questions as they stand in the form."""
    days, skipped = _preview_days(request, session, project, row, wanted)
    return ScheduleFacts(
        project_id=project.pk,
        key=project.key,
        version=version,
        rule=wanted.rule,
        zone=project.zone,
        upcoming=days,
        skipped=skipped,
        whom=wanted.whom,
        people=wanted.people,
        questions=question_parser.format_questions(request.t, wanted.questions) if typed is None else typed,
        countries=COUNTRIES,
    )


def _preview_days(
    request: Request, session: Session, project: Project, row: CheckinSchedule, wanted: WantedSchedule
) -> tuple[Sequence[date], Sequence[date]]:
    """The next occurrences of what is wanted, and the holidays that it skips until then."""
    if wanted.rule.errors():
        return (), ()
    anchored = schedules.anchor_schedule(session, project, row, wanted, now=request.now)
    days = schedules.list_upcoming_days(session, project, row, anchored, now=request.now)
    return days, schedules.list_upcoming_skipped_days(session, project, anchored.rule, days, now=request.now)


def handle_schedule_click(request: Request, session: Session) -> Reply:
    return _open_schedule_form(request, session, _load_clicked_project(request, session))


def refresh_schedule_preview(request: Request, session: Session) -> Reply:
    """Something was chosen in the form: the next occurrences follow."""
    found, row = _load_edited_schedule(request, session)
    wanted = _read_wanted_schedule(request, row)
    typed = request.values.get("questions") or ""
    version = read_meta_id(request.meta, "version") or 0
    facts = _load_schedule_facts(request, session, found, row, version, wanted, typed)
    return Reply(shows=form_views.schedule_form(request.t, facts))


def handle_schedule_submission(request: Request, session: Session) -> Reply:
    found, row = _load_edited_schedule(request, session)
    wanted = _read_wanted_schedule(request, row)
    version = read_meta_id(request.meta, "version")
    changed = schedules.change_schedule(
        session, actor=request.actor, project_id=found.pk, wanted=wanted, version=version, now=request.now
    )
    said = _render_schedule(request, session, found, changed, "checkin.changed")
    asked = form_views.render_questions_field(request.t, wanted.questions)
    title = request.t.plain("checkin.schedule.title", key=found.key)
    return Reply(shows=build_notice_modal(request.t, title, [section_block(said), *ui.field_blocks([asked])]))


def _load_edited_schedule(request: Request, session: Session) -> tuple[Project, CheckinSchedule]:
    project_id = read_meta_id(request.meta, "project")
    if project_id is None:
        raise NotFound
    found, row = schedules.require_editable_schedule(session, actor=request.actor, project_id=project_id)
    return found.project, row


def _read_wanted_schedule(request: Request, row: CheckinSchedule) -> WantedSchedule:
    """What the form says. Raises: NotFound for what it does not offer."""
    before, values = schedules.read_stored_schedule(row), request.values
    country = values.get("country")
    try:
        every_weeks, nth = form_views.decode_rhythm(values.get("rhythm") or "")
        rule = replace(
            before.rule,
            weekdays=frozenset(int(day) for day in (values.get("weekdays") or "").split(",") if day),
            at=time.fromisoformat(values.get("at") or ""),
            every_weeks=every_weeks,
            nth=nth,
            own_zone=values.get("zone") == "own",
            country=country,
        )
    except (ValueError, IndexError):
        raise NotFound from None
    asked = values.get("whom") or ""
    if asked not in respondents.WHOM or country not in (None, *COUNTRIES):
        raise NotFound
    people = tuple(filter(None, (values.get("people") or "").split(",")))
    return WantedSchedule(
        rule, question_parser.parse_questions(values.get("questions") or "", before.questions), asked, people
    )


def _change_schedule_by_words(request: Request, session: Session, project: Project, words: str) -> Reply:
    """`/duet checkin schedule every 2 weeks on friday 9:30`: what was understood is echoed in full.

    What is not read opens the form, filled with what was.
    """
    _, row = schedules.require_editable_schedule(session, actor=request.actor, project_id=project.pk)
    wanted = schedules.read_stored_schedule(row)
    try:
        rule = parse_schedule(words, current=wanted.rule, since=project.day(request.now))
    except NotASchedule as error:
        known = replace(wanted, rule=parse_known_part(words, current=wanted.rule))
        facts = _load_schedule_facts(request, session, project, row, row.version, known)
        return add_explanation(Reply(opens=form_views.schedule_form(request.t, facts)), request.t, error)
    changed = schedules.change_schedule(
        session,
        actor=request.actor,
        project_id=project.pk,
        wanted=replace(wanted, rule=rule),
        version=None,
        now=request.now,
    )
    return _show_schedule(request, session, project, changed, "checkin.changed")


def _show_schedule(request: Request, session: Session, project: Project, row: CheckinSchedule, key: str) -> Reply:
    return Reply(render_section_message(_render_schedule(request, session, project, row, key)))


def _render_schedule(
    request: Request, session: Session, project: Project, row: CheckinSchedule, key: str
) -> Mrkdwn:
    rule = Schedule.from_json(row.rule)
    days = schedules.list_upcoming_days(session, project, row, now=request.now)
    skipped = schedules.list_upcoming_skipped_days(session, project, rule, days, now=request.now)
    said = form_views.render_schedule_preview(request.t, rule, project.zone, days, skipped)
    return Mrkdwn("\n").join([request.t(key, key=project.key), said])


def _pause_checkins(request: Request, session: Session, project: Project) -> Reply:
    schedules.pause_schedule(session, actor=request.actor, project_id=project.pk, now=request.now)
    return Reply(render_section_message(request.t("checkin.paused_done", key=project.key)))


def _resume_checkins(request: Request, session: Session, project: Project) -> Reply:
    row = schedules.resume_schedule(session, actor=request.actor, project_id=project.pk, now=request.now)
    return _show_schedule(request, session, project, row, "checkin.resumed_done")


def _ask_team_now(request: Request, session: Session, project: Project) -> Reply:
    begun = rounds.start_round_now(session, actor=request.actor, project_id=project.pk, now=request.now)
    asked, waiting = rounds.count_prompts(session, begun)
    said = [request.t("checkin.now_done", key=project.key, n=asked)] if asked else []
    said += [request.t("checkin.now_later", key=project.key, n=waiting)] if waiting else []
    return Reply(
        render_section_message(Mrkdwn(" ").join(said or [request.t("checkin.now_nobody", key=project.key)]))
    )


def handle_checkins_pause_click(request: Request, session: Session) -> Reply:
    return _pause_checkins(request, session, _load_clicked_project(request, session))


def handle_checkins_resume_click(request: Request, session: Session) -> Reply:
    return _resume_checkins(request, session, _load_clicked_project(request, session))


def handle_ask_now_click(request: Request, session: Session) -> Reply:
    return _ask_team_now(request, session, _load_clicked_project(request, session))


# --- reading ----------------------------------------------------------------------------------------------------


def _show_history(
    request: Request, session: Session, project_id: int, page: int, *, replaces: bool = False
) -> Reply:
    project, past, has_older = service.list_past_rounds(
        session, actor=request.actor, project_id=project_id, page=page, now=request.now
    )
    message = form_views.render_round_history(
        request.t,
        project_id=project.pk,
        heading=bold_heading(project.key, project.name),
        rounds=past,
        page=max(page, 1),
        has_older=has_older,
    )
    return Reply(message, replaces=replaces)


def handle_checkin_history_click(request: Request, session: Session) -> Reply:
    project_id, page = read_id_pair(request.value)
    return _show_history(request, session, project_id, page)


def handle_checkin_history_page_click(request: Request, session: Session) -> Reply:
    project_id, page = read_id_pair(request.value)
    return _show_history(request, session, project_id, page, replaces=True)


def show_round_answers(request: Request, session: Session) -> Reply:
    """All that was answered in a round, in full."""
    round_id, page = read_id_pair(request.value)
    facts = service.load_round_answers(session, actor=request.actor, round_id=round_id, now=request.now)
    return Reply(shows=answer_views.round_answers_form(request.t, facts, page))


# --- blockers ---------------------------------------------------------------------------------------------------


def handle_blocker_resolve_click(request: Request, session: Session) -> Reply:
    blockers.resolve_blocker(session, actor=request.actor, blocker_id=read_id(request.value), now=request.now)
    return Reply(render_section_message(request.t("blocker.resolved_done")))


def handle_blocker_stands_click(request: Request, session: Session) -> Reply:
    blockers.confirm_blocker(session, actor=request.actor, blocker_id=read_id(request.value), now=request.now)
    return Reply()


def _load_clicked_project(request: Request, session: Session) -> Project:
    return load_dossier(session, actor=request.actor, project_id=read_id(request.value)).project


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "checkin",
            handle_checkin_command,
            everyday=True,
            parts=split_args_at(lambda token: fold_text(token.text) in VERBS),
            verbs=VERBS,
        ),
    ),
    buttons={
        "checkin.overview": Route(handle_checkin_overview_click, reads=True),
        "checkin.answer": Route(handle_checkin_answer_click, reads=True),
        "checkin.mine": Route(handle_own_checkin_click),
        "checkin.same": Route(handle_same_answer_click),
        "checkin.skip": Route(handle_skip_click),
        "checkin.snooze": Route(handle_snooze_click),
        "checkin.schedule": Route(handle_schedule_click),
        "checkin.schedule.weekdays": Route(refresh_schedule_preview),
        "checkin.schedule.rhythm": Route(refresh_schedule_preview),
        "checkin.schedule.at": Route(refresh_schedule_preview),
        "checkin.schedule.zone": Route(refresh_schedule_preview),
        "checkin.schedule.country": Route(refresh_schedule_preview),
        "checkin.now": Route(handle_ask_now_click),
        "checkin.pause": Route(handle_checkins_pause_click),
        "checkin.resume": Route(handle_checkins_resume_click),
        "checkin.history": Route(handle_checkin_history_click, reads=True),
        "checkin.history_page": Route(handle_checkin_history_page_click, reads=True),
        "checkin.read": Route(show_round_answers, reads=True),
        "blocker.resolve": Route(handle_blocker_resolve_click),
        "blocker.stands": Route(handle_blocker_stands_click),
    },
    forms={
        "checkin.answer": Route(handle_checkin_answer_submission),
        "checkin.schedule": Route(handle_schedule_submission),
    },
    timers={
        schedules.OPEN: rounds.open_due_round,
        rounds.ROUND: rounds.run_round_timer,
        blockers.TIMER: blockers.escalate_blocker,
    },
    deliveries={
        summaries.DETAILS: DeliveryKind(
            MessageSender(),
            {**delivery_failures.MESSAGE_REACTIONS, DeliveryRefusal.MESSAGE_GONE: summaries.details_refused},
        ),
        prompts.PROMPT: DeliveryKind(
            MessageSender(),
            {
                refusal: chain_reactions(reaction, subscribers.stop_expecting_unreachable)
                for refusal, reaction in delivery_failures.MESSAGE_REACTIONS.items()
            },
        ),
    },
    digests={
        schedules.BEGUN: Topic(
            notice_views.schedule_news_line, schedules.load_schedule_news_facts, counted=lambda _: "checkin"
        ),
        rounds.UNANSWERED: Topic(
            notice_views.missing_answers_line, notifications.load_project_notice_facts, counted=lambda _: "checkin"
        ),
        blockers.NOTICE: Topic(
            notice_views.blocker_line, blockers.load_blocker_facts, needs_somebody, lambda _: "blocker"
        ),
    },
    digest_carrier=Carrier(next_at=prompt_news.next_prompt_time, refresh=prompts.refresh_prompt_by_key),
    sections=export_sections.SECTIONS,
    subscriptions=(
        (ProjectActivated, schedules.create_default_schedule),
        (CharterAdopted, subscribers.rearm_schedule_for_charter),
        (ProjectChanged, subscribers.adjust_rounds_to_project),
        (TeamChanged, subscribers.stop_expecting_former_member),
        (PersonLeft, subscribers.stop_expecting_leaver),
        (BecameOutsider, subscribers.stop_expecting_outsider),
        (PersonBack, subscribers.rearm_schedules_for_returner),
        (AbsenceChanged, subscribers.stop_expecting_absentee),
        (ChannelLost, subscribers.pause_for_lost_channel),
        (ChannelBack, subscribers.resume_with_channel),
    ),
)
