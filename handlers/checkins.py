"""`/duet checkin`, and every button and form about check-ins (product §8)."""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session

from bot.charter import delivery_failures
from bot.checkins import (
    answers,
    export_sections,
    history,
    history_views,
    needs,
    openings,
    overview_views,
    prompt_messages,
    prompt_news,
    rounds,
    schedules,
    service,
    subscribers,
    summaries,
    typed_answers,
    views,
)
from bot.checkins.history_views import BY_MONTH, BY_ROUND, MINE, HistoryPlace
from bot.checkins.readers import may_read_checkins, require_reader
from bot.deliveries.digests.topics import Carrier, Topic
from bot.deliveries.outcomes import DeliveryKind, chain_reactions
from bot.deliveries.senders import MessageSender
from bot.parsing.folding import fold_text
from bot.projects.rules import RUNNING
from bot.projects.service import ProjectContext, load_context
from bot.runtime.domain_events import (
    AbsenceChanged,
    AsksChanged,
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
from bot.runtime.errors import Refusal
from bot.scheduling.worker import RunTogether
from bot.slack.refusals import DeliveryRefusal
from bot.ui.components import project_heading
from bot.ui.mrkdwn import Mrkdwn
from handlers.ask_forms import open_ask_form
from handlers.checkin_forms import (
    build_message_click_handler,
    build_typed_click_handler,
    change_schedule_by_words,
    handle_checkin_answer_click,
    handle_checkin_answer_submission,
    handle_checkin_status_click,
    handle_obstacle_submission,
    handle_same_click,
    handle_schedule_submission,
    handle_typed_change_click,
    open_own_answer_form,
    open_schedule_form,
    refresh_schedule_preview,
    render_schedule,
)
from handlers.decoding import read_id, read_page
from handlers.features import Args, Feature, ProjectCommand, ProjectHandler, split_args_at
from handlers.grammar import join_tokens
from handlers.mentions import refuse_leftover_words
from handlers.project_arguments import build_project_click_handler
from handlers.requests import Handler, Reply, Request, Route, reply_with_text
from handlers.responses import add_explanation

VERBS: Mapping[str, str] = {
    word: verb
    for verb, words in {
        "now": "now teraz",
        "schedule": "schedule times time hours timetable plan grafik terminy termin terminarz harmonogram"
        " godziny godzina",
        "answer": "answer odpowiedz",
        "pause": "pause wstrzymaj",
        "resume": "resume wznow",
        "history": "history historia",
    }.items()
    for word in words.split()
}

LOOKING_BACK: Mapping[str, str] = {
    word: way
    for way, words in {
        BY_ROUND: "rounds round rundy runda",
        BY_MONTH: "months month monthly miesiace miesiac miesiacami miesiecznie",
        MINE: "me mine my moje moja ja",
    }.items()
    for word in words.split()
}
"""What people type after `history`, folded → how they look back (product §13.4)."""


def handle_checkin_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet checkin [project] [now | schedule [WHEN] | answer | pause | resume | history [months | me]]`."""
    verb = VERBS[fold_text(request.args[0].text)] if request.args else "overview"
    typed = request.args[1:]
    if verb == "schedule" and typed:
        return change_schedule_by_words(request, session, found.project, join_tokens(typed))
    if verb == "answer":
        left = Refusal("error.words_left_over", words=join_tokens(typed)) if typed else None
        return add_explanation(open_own_answer_form(request, session, found), request.t, left)
    if verb == "history":
        way = LOOKING_BACK.get(fold_text(typed[0].text), BY_ROUND) if typed else BY_ROUND
        refuse_leftover_words(typed[1:] if typed and fold_text(typed[0].text) in LOOKING_BACK else typed)
        return _show_history(request, session, found, way)
    refuse_leftover_words(typed)
    runs: dict[str, ProjectHandler] = {
        "overview": _show_overview,
        "now": _ask_team_now,
        "schedule": open_schedule_form,
        "pause": _pause_checkins,
        "resume": _resume_checkins,
    }
    return runs[verb](request, session, found)


def _suits_checkin_command(found: ProjectContext, args: Args) -> bool:
    match VERBS[fold_text(args[0].text)] if args else "overview":
        case "now":
            return openings.may_start_round(found)
        case "answer":
            return service.may_answer_in(found)
        case "schedule" | "pause" | "resume":
            return schedules.may_edit_schedule(found)
        case _:
            return may_read_checkins(found)


def _show_overview(request: Request, session: Session, found: ProjectContext) -> Reply:
    facts = service.load_checkin_overview(session, found, now=request.now)
    return Reply(overview_views.render_checkin_overview(request.t, facts))


def _pause_checkins(request: Request, session: Session, found: ProjectContext) -> Reply:
    project = schedules.pause_schedule(session, actor=request.actor, project_id=found.project.pk, now=request.now)
    return reply_with_text(request.t("checkin.paused_done", key=project.key))


def _resume_checkins(request: Request, session: Session, found: ProjectContext) -> Reply:
    project = found.project
    row = schedules.resume_schedule(session, actor=request.actor, project_id=project.pk, now=request.now)
    return reply_with_text(render_schedule(request, session, project, row, "checkin.resumed_done"))


def _ask_team_now(request: Request, session: Session, found: ProjectContext) -> Reply:
    """A second click, and whoever finds a round going on, reads how that stands."""
    project = found.project
    going_on = service.find_open_round(session, found) if openings.may_start_round(found) else None
    if going_on is not None:
        return reply_with_text(views.render_open_round(request.t, project.key, going_on))
    begun = openings.start_round_now(session, actor=request.actor, project_id=project.pk, now=request.now)
    asked, waiting = rounds.count_prompts(session, begun)
    said = [request.t("checkin.now_done", key=project.key, n=asked)] if asked else []
    said += [request.t("checkin.now_later", key=project.key, n=waiting)] if waiting else []
    return reply_with_text(Mrkdwn(" ").join(said or [request.t("checkin.now_nobody", key=project.key)]))


# --- reading ----------------------------------------------------------------------------------------------------


def _show_history(
    request: Request, session: Session, found: ProjectContext, way: str = BY_ROUND, page: int = 1
) -> Reply:
    """By round, by month, or one's own."""
    project, now = found.project, request.now
    place = HistoryPlace(project.pk, project_heading(project.key, project.name))
    t = request.t
    if way == BY_MONTH:
        months = history.list_past_months(session, found, page=page, now=now)
        return Reply(history_views.render_month_history(t, place, months))
    if way == MINE:
        mine = history.list_own_answers(session, found, page=page, now=now)
        return Reply(history_views.render_own_history(t, place, mine))
    rounds = history.list_past_rounds(session, found, page=page, now=now)
    return Reply(history_views.render_round_history(t, place, rounds, today=project.day(now)))


def _build_history_handler(way: str, *, replaces: bool) -> Handler:
    def handle_click(request: Request, session: Session) -> Reply:
        project_id, page = read_page(request.value)
        found = load_context(session, actor=request.actor, project_id=read_id(project_id))
        return replace(_show_history(request, session, found, way, page), replaces=replaces)

    return handle_click


def show_round_answers(request: Request, session: Session) -> Reply:
    """All that was answered in a round, in full."""
    round_id, page = read_page(request.value)
    facts = service.load_round_answers(session, actor=request.actor, round_id=read_id(round_id), now=request.now)
    return Reply(shows=overview_views.round_answers_form(request.t, facts, page))


def show_needs(request: Request, session: Session) -> Reply:
    """What each side needs of the other, of several the way to each."""
    facts = service.load_round_answers(
        session, actor=request.actor, round_id=read_id(request.value), now=request.now
    )
    found = load_context(session, actor=request.actor, project_id=facts.project_id)
    side = require_reader(session, found, request.now)
    return Reply(opens=overview_views.needs_form(request.t, facts, side))


def handle_need_click(request: Request, session: Session) -> Reply:
    """A need on its way to an ask: its form, filled."""
    found, need = needs.require_need(
        session, actor=request.actor, prompt_id=read_id(request.value), now=request.now
    )
    return open_ask_form(request, session, found, text=need)


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "checkin",
            handle_checkin_command,
            everyday=True,
            parts=split_args_at(lambda token: fold_text(token.text) in VERBS),
            verbs=VERBS,
            suits=_suits_checkin_command,
        ),
    ),
    buttons={
        "checkin.overview": Route(build_project_click_handler(_show_overview), reads=True),
        "checkin.answer": Route(handle_checkin_answer_click, reads=True),
        "checkin.mine": Route(build_project_click_handler(open_own_answer_form)),
        "checkin.status": Route(handle_checkin_status_click),
        "checkin.same": Route(handle_same_click),
        "checkin.typed_pick": Route(build_typed_click_handler(typed_answers.choose_prompt)),
        "checkin.typed_send": Route(build_typed_click_handler(typed_answers.send_draft)),
        "checkin.typed_change": Route(handle_typed_change_click, reads=True),
        "checkin.skip": Route(build_message_click_handler(answers.skip_message)),
        "checkin.snooze": Route(build_message_click_handler(answers.snooze_message)),
        "checkin.schedule": Route(build_project_click_handler(open_schedule_form)),
        "checkin.schedule.weekdays": Route(refresh_schedule_preview),
        "checkin.schedule.rhythm": Route(refresh_schedule_preview),
        "checkin.schedule.at": Route(refresh_schedule_preview),
        "checkin.schedule.zone": Route(refresh_schedule_preview),
        "checkin.schedule.country": Route(refresh_schedule_preview),
        "checkin.now": Route(build_project_click_handler(_ask_team_now)),
        "checkin.pause": Route(build_project_click_handler(_pause_checkins)),
        "checkin.resume": Route(build_project_click_handler(_resume_checkins)),
        "checkin.history": Route(_build_history_handler(BY_ROUND, replaces=False), reads=True),
        **{
            way: Route(_build_history_handler(way, replaces=True), reads=True) for way in (BY_ROUND, BY_MONTH, MINE)
        },
        "checkin.read": Route(show_round_answers, reads=True),
        "checkin.ask": Route(handle_need_click, reads=True),
        "checkin.needs": Route(show_needs, reads=True),
    },
    forms={
        "checkin.answer": Route(handle_checkin_answer_submission),
        "checkin.obstacle": Route(handle_obstacle_submission),
        "checkin.schedule": Route(handle_schedule_submission),
    },
    timers={
        schedules.OPEN: RunTogether(openings.open_due_rounds, at_once=openings.AT_ONCE),
        rounds.ROUND: rounds.run_round_timer,
        prompt_messages.MESSAGE: RunTogether(prompt_messages.send_due_messages),
        subscribers.UNREACHABLE: subscribers.stop_expecting_unreachable,
    },
    deliveries={
        summaries.DETAILS: DeliveryKind(
            MessageSender(),
            {**delivery_failures.MESSAGE_REACTIONS, DeliveryRefusal.MESSAGE_GONE: summaries.report_refused_details},
        ),
        prompt_messages.PROMPT: DeliveryKind(
            MessageSender(),
            {
                refusal: chain_reactions(reaction, subscribers.note_unreachable_person)
                for refusal, reaction in delivery_failures.MESSAGE_REACTIONS.items()
            },
        ),
    },
    digests=(
        Topic(
            views.ScheduleNews,
            views.schedule_news_line,
            schedules.load_schedule_news,
            counted=lambda _: "checkin",
            usable_in=RUNNING,
        ),
        Topic(
            views.MissingAnswers,
            views.missing_answers_line,
            summaries.load_missing_answers,
            counted=lambda _: "checkin",
        ),
    ),
    digest_carrier=Carrier(next_at=prompt_news.next_prompt_time, refresh=prompt_messages.refresh_message_by_key),
    sections=export_sections.SECTIONS,
    sheets=export_sections.SHEETS,
    subscriptions=(
        (ProjectActivated, schedules.create_default_schedule),
        (AsksChanged, subscribers.refresh_summary_of_asks),
        (CharterAdopted, subscribers.rearm_schedule_for_charter),
        (ProjectChanged, subscribers.adjust_rounds_to_project),
        (TeamChanged, subscribers.stop_expecting_former_member),
        (PersonLeft, subscribers.stop_expecting_leaver),
        (BecameOutsider, subscribers.stop_expecting_outsider),
        (PersonBack, subscribers.rearm_schedules_of_person),
        (AbsenceChanged, subscribers.stop_expecting_absentee),
        (ChannelLost, subscribers.pause_for_lost_channel),
        (ChannelBack, subscribers.resume_with_channel),
    ),
)
