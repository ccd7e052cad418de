"""`/duet checkin`, and every button and form about check-ins (product §8)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time

from sqlmodel import Session

from bot import kit
from bot.charter import announcements, undelivered
from bot.charter.views import bold_heading
from bot.checkins import (
    answer_views,
    answers,
    blockers,
    carrying,
    form_views,
    lines,
    prompting,
    questions,
    reactions,
    rounds,
    schedules,
    service,
    summaries,
    whom,
)
from bot.checkins.answers import Open
from bot.checkins.form_views import AnswerFacts, ScheduleFacts
from bot.checkins.rules import Schedule
from bot.checkins.schedules import Wanted
from bot.checkins.summary_views import Measured, measure_line
from bot.checkins.words import NotASchedule, parse_schedule, read_known_part
from bot.deliveries import Kind, both
from bot.digests.topics import Carrier, Topic, needs_somebody
from bot.errors import NotFound
from bot.happenings import (
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
from bot.kit import section
from bot.people.preferences import COUNTRIES
from bot.projects.service import dossier
from bot.refusals import Refusal
from bot.signing.views import note, one
from bot.texts import Mrkdwn
from bot.transports import Message
from bot.words import fold
from handlers.feature import Feature, ProjectCommand, parts_from
from handlers.grammar import text_of
from handlers.ids import id_pair, meta_id, one_id
from handlers.mentions import WordsLeftOver, refuse_more
from handlers.replies import explained
from handlers.requests import Reply, Request, Route
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


def checkin(request: Request, session: Session, project: Project) -> Reply:
    """`/duet checkin [project] [now | schedule [WHEN] | answer | pause | resume | history]`."""
    verb = VERBS[fold(request.args[0].text)] if request.args else "overview"
    typed = request.args[1:]
    if verb in ("now", "pause", "resume", "history"):
        refuse_more(typed)
    match verb:
        case "now":
            return _now(request, session, project)
        case "schedule":
            words = text_of(typed)
            return _said_schedule(request, session, project, words) if words else _form(request, session, project)
        case "answer":
            left = WordsLeftOver(text_of(typed)) if typed else None
            return explained(_mine(request, session, project), request.t, left)
        case "pause":
            return _pause(request, session, project)
        case "resume":
            return _resume(request, session, project)
        case "history":
            return _history(request, session, project.pk, 1)
    return _overview(request, session, project.pk)


def _overview(request: Request, session: Session, project_id: int) -> Reply:
    facts = service.overview_of(session, actor=request.actor, project_id=project_id, now=request.now)
    return Reply(form_views.overview(request.t, facts))


def overview_clicked(request: Request, session: Session) -> Reply:
    return _overview(request, session, one_id(request.value))


# --- answering --------------------------------------------------------------------------------------------------


def _mine(request: Request, session: Session, project: Project) -> Reply:
    locked = projects.project_for_update(session, request.actor.team_id, project.pk)
    assert locked is not None
    found = answers.mine(session, actor=request.actor, project=locked, now=request.now)
    return _answer_form(request, session, found)


def answer_clicked(request: Request, session: Session) -> Reply:
    found = answers.readable(session, actor=request.actor, prompt_id=one_id(request.value), now=request.now)
    return _answer_form(request, session, found)


def _answer_form(request: Request, session: Session, found: Open) -> Reply:
    charter = projects.counting_charter(session, found.project)
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
    return Reply(opens=form_views.answer_form(request.t, facts))


def answered(request: Request, session: Session) -> Reply:
    prompt_id = meta_id(request.meta, "prompt")
    if prompt_id is None:
        raise NotFound
    found = answers.answer(
        session, actor=request.actor, prompt_id=prompt_id, values=request.values, now=request.now
    )
    if found.measured is None:
        return Reply()
    charter = projects.counting_charter(session, found.project)
    given = Measured(charter.measure_name, charter.measure_unit, found.measured, charter.measure_target)
    title = request.t.plain("checkin.title", key=found.project.key)
    return Reply(shows=note(request.t, title, [section(measure_line(request.t, given))]))


def same(request: Request, session: Session) -> Reply:
    answers.same_as_last_time(session, actor=request.actor, prompt_id=one_id(request.value), now=request.now)
    return Reply()


def skip(request: Request, session: Session) -> Reply:
    answers.skip(session, actor=request.actor, prompt_id=one_id(request.value), now=request.now)
    return Reply()


def snooze(request: Request, session: Session) -> Reply:
    answers.snooze(session, actor=request.actor, prompt_id=one_id(request.value), now=request.now)
    return Reply()


def mine_clicked(request: Request, session: Session) -> Reply:
    return _mine(request, session, _project(request, session))


# --- the schedule -----------------------------------------------------------------------------------------------


def _form(request: Request, session: Session, project: Project) -> Reply:
    _, row = schedules.editable(session, actor=request.actor, project_id=project.pk)
    wanted = schedules.wanted_of(row)
    facts = _facts(request, session, project, row, row.version, wanted)
    return Reply(opens=form_views.schedule_form(request.t, facts))


def _facts(
    request: Request,
    session: Session,
    project: Project,
    row: CheckinSchedule,
    version: int,
    wanted: Wanted,
    typed: str | None = None,
) -> ScheduleFacts:
    """`version`: the one that the form was opened on. `typed`: the questions as they stand in the form."""
    days, skipped = _previewed_days(request, session, project, row, wanted)
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
        questions=questions.written(request.t, wanted.questions) if typed is None else typed,
        countries=COUNTRIES,
    )


def _previewed_days(
    request: Request, session: Session, project: Project, row: CheckinSchedule, wanted: Wanted
) -> tuple[Sequence[date], Sequence[date]]:
    """The next occurrences of what is wanted, and the holidays that it skips until then."""
    if wanted.rule.errors():
        return (), ()
    anchored = schedules.anchored(session, project, row, wanted, now=request.now)
    days = schedules.upcoming(session, project, row, anchored, now=request.now)
    return days, schedules.skipped_among(session, project, anchored.rule, days, now=request.now)


def form_clicked(request: Request, session: Session) -> Reply:
    return _form(request, session, _project(request, session))


def previewed(request: Request, session: Session) -> Reply:
    """Something was chosen in the form: the next occurrences follow."""
    found, row = _edited(request, session)
    wanted = _wanted(request, row)
    typed = request.values.get("questions") or ""
    version = meta_id(request.meta, "version") or 0
    facts = _facts(request, session, found, row, version, wanted, typed)
    return Reply(shows=form_views.schedule_form(request.t, facts))


def schedule_saved(request: Request, session: Session) -> Reply:
    found, row = _edited(request, session)
    wanted = _wanted(request, row)
    version = meta_id(request.meta, "version")
    changed = schedules.change(
        session, actor=request.actor, project_id=found.pk, wanted=wanted, version=version, now=request.now
    )
    said = _schedule_said(request, session, found, changed, "checkin.changed")
    asked = form_views.asked(request.t, wanted.questions)
    title = request.t.plain("checkin.schedule.title", key=found.key)
    return Reply(shows=note(request.t, title, [section(said), *kit.fields([asked])]))


def _edited(request: Request, session: Session) -> tuple[Project, CheckinSchedule]:
    project_id = meta_id(request.meta, "project")
    if project_id is None:
        raise NotFound
    found, row = schedules.editable(session, actor=request.actor, project_id=project_id)
    return found.project, row


def _wanted(request: Request, row: CheckinSchedule) -> Wanted:
    """What the form says. Raises: NotFound for what it does not offer."""
    before, values = schedules.wanted_of(row), request.values
    country = values.get("country")
    try:
        every_weeks, nth = form_views.read_rhythm(values.get("rhythm") or "")
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
    if asked not in whom.WHOM or country not in (None, *COUNTRIES):
        raise NotFound
    people = tuple(filter(None, (values.get("people") or "").split(",")))
    return Wanted(rule, questions.read(values.get("questions") or "", before.questions), asked, people)


def _said_schedule(request: Request, session: Session, project: Project, words: str) -> Reply:
    """`/duet checkin schedule every 2 weeks on friday 9:30`: what was understood is echoed in full.

    What is not read opens the form, filled with what was.
    """
    _, row = schedules.editable(session, actor=request.actor, project_id=project.pk)
    wanted = schedules.wanted_of(row)
    try:
        rule = parse_schedule(words, current=wanted.rule, since=project.day(request.now))
    except NotASchedule as error:
        known = replace(wanted, rule=read_known_part(words, current=wanted.rule))
        facts = _facts(request, session, project, row, row.version, known)
        return explained(Reply(opens=form_views.schedule_form(request.t, facts)), request.t, error)
    changed = schedules.change(
        session,
        actor=request.actor,
        project_id=project.pk,
        wanted=replace(wanted, rule=rule),
        version=None,
        now=request.now,
    )
    return _shown_schedule(request, session, project, changed, "checkin.changed")


def _shown_schedule(request: Request, session: Session, project: Project, row: CheckinSchedule, key: str) -> Reply:
    return Reply(one(_schedule_said(request, session, project, row, key)))


def _schedule_said(request: Request, session: Session, project: Project, row: CheckinSchedule, key: str) -> Mrkdwn:
    rule = Schedule.from_json(row.rule)
    days = schedules.upcoming(session, project, row, now=request.now)
    skipped = schedules.skipped_among(session, project, rule, days, now=request.now)
    said = form_views.preview(request.t, rule, project.zone, days, skipped)
    return Mrkdwn("\n").join([request.t(key, key=project.key), said])


def _pause(request: Request, session: Session, project: Project) -> Reply:
    schedules.pause(session, actor=request.actor, project_id=project.pk, now=request.now)
    return Reply(one(request.t("checkin.paused_done", key=project.key)))


def _resume(request: Request, session: Session, project: Project) -> Reply:
    row = schedules.resume(session, actor=request.actor, project_id=project.pk, now=request.now)
    return _shown_schedule(request, session, project, row, "checkin.resumed_done")


def _now(request: Request, session: Session, project: Project) -> Reply:
    begun = rounds.ask_now(session, actor=request.actor, project_id=project.pk, now=request.now)
    asked, waiting = rounds.asked_counts(session, begun)
    said = [request.t("checkin.now_done", key=project.key, n=asked)] if asked else []
    said += [request.t("checkin.now_later", key=project.key, n=waiting)] if waiting else []
    return Reply(one(Mrkdwn(" ").join(said or [request.t("checkin.now_nobody", key=project.key)])))


def pause_clicked(request: Request, session: Session) -> Reply:
    return _pause(request, session, _project(request, session))


def resume_clicked(request: Request, session: Session) -> Reply:
    return _resume(request, session, _project(request, session))


def now_clicked(request: Request, session: Session) -> Reply:
    return _now(request, session, _project(request, session))


# --- reading ----------------------------------------------------------------------------------------------------


def _history(request: Request, session: Session, project_id: int, page: int, *, replaces: bool = False) -> Reply:
    project, past, has_older = service.past_rounds(
        session, actor=request.actor, project_id=project_id, page=page, now=request.now
    )
    message = form_views.history(
        request.t,
        project_id=project.pk,
        heading=bold_heading(project.key, project.name),
        rounds=past,
        page=max(page, 1),
        has_older=has_older,
    )
    return Reply(message, replaces=replaces)


def history_clicked(request: Request, session: Session) -> Reply:
    project_id, page = id_pair(request.value)
    return _history(request, session, project_id, page)


def history_page(request: Request, session: Session) -> Reply:
    project_id, page = id_pair(request.value)
    return _history(request, session, project_id, page, replaces=True)


def read(request: Request, session: Session) -> Reply:
    """All that was answered in a round, in full."""
    round_id, page = id_pair(request.value)
    facts = service.answers_of(session, actor=request.actor, round_id=round_id, now=request.now)
    return Reply(shows=answer_views.whole_round(request.t, facts, page))


# --- blockers ---------------------------------------------------------------------------------------------------


def resolved(request: Request, session: Session) -> Reply:
    blockers.resolve(session, actor=request.actor, blocker_id=one_id(request.value), now=request.now)
    return Reply(one(request.t("blocker.resolved_done")))


def stands(request: Request, session: Session) -> Reply:
    blockers.still_stands(session, actor=request.actor, blocker_id=one_id(request.value), now=request.now)
    return Reply()


def _project(request: Request, session: Session) -> Project:
    return dossier(session, actor=request.actor, project_id=one_id(request.value)).project


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "checkin",
            checkin,
            everyday=True,
            parts=parts_from(lambda token: fold(token.text) in VERBS),
            verbs=VERBS,
        ),
    ),
    buttons={
        "checkin.overview": Route(overview_clicked, reads=True),
        "checkin.answer": Route(answer_clicked, reads=True),
        "checkin.mine": Route(mine_clicked),
        "checkin.same": Route(same),
        "checkin.skip": Route(skip),
        "checkin.snooze": Route(snooze),
        "checkin.schedule": Route(form_clicked),
        "checkin.schedule.weekdays": Route(previewed),
        "checkin.schedule.rhythm": Route(previewed),
        "checkin.schedule.at": Route(previewed),
        "checkin.schedule.zone": Route(previewed),
        "checkin.schedule.country": Route(previewed),
        "checkin.now": Route(now_clicked),
        "checkin.pause": Route(pause_clicked),
        "checkin.resume": Route(resume_clicked),
        "checkin.history": Route(history_clicked, reads=True),
        "checkin.history_page": Route(history_page, reads=True),
        "checkin.read": Route(read, reads=True),
        "blocker.resolve": Route(resolved),
        "blocker.stands": Route(stands),
    },
    forms={"checkin.answer": Route(answered), "checkin.schedule": Route(schedule_saved)},
    timers={
        schedules.OPEN: rounds.open_due,
        rounds.ROUND: rounds.run,
        blockers.TIMER: blockers.escalate,
    },
    deliveries={
        summaries.DETAILS: Kind(
            Message(), {**undelivered.MESSAGE, Refusal.MESSAGE_GONE: summaries.details_refused}
        ),
        prompting.PROMPT: Kind(
            Message(),
            {
                refusal: both(reaction, reactions.prompt_not_shown)
                for refusal, reaction in undelivered.MESSAGE.items()
            },
        ),
    },
    digests={
        schedules.BEGUN: Topic(lines.begun_line, schedules.schedule_facts, counted=lambda _: "checkin"),
        rounds.UNANSWERED: Topic(lines.unanswered_line, announcements.project_facts, counted=lambda _: "checkin"),
        blockers.NOTICE: Topic(lines.blocker_line, blockers.blocker_facts, needs_somebody, lambda _: "blocker"),
    },
    digest_carrier=Carrier(next_at=carrying.carries_at, refresh=prompting.refresh_carrying),
    subscriptions=(
        (ProjectActivated, schedules.activated),
        (CharterAdopted, reactions.charter_adopted),
        (ProjectChanged, reactions.project_changed),
        (TeamChanged, reactions.team_changed),
        (PersonLeft, reactions.person_left),
        (BecameOutsider, reactions.became_outsider),
        (PersonBack, reactions.person_back),
        (AbsenceChanged, reactions.absence_changed),
        (ChannelLost, reactions.channel_lost),
        (ChannelBack, reactions.channel_back),
    ),
)
