"""The forms of check-ins: the answer, the schedule; and what `/duet checkin` shows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from bot.checkins.answer_views import format_answer, question_text
from bot.checkins.rules import (
    LAST,
    MAX_ANSWER,
    MAX_WEEKS,
    SCALE,
    WORKING_DAYS,
    Question,
    QuestionKind,
    RespondentGroup,
    Schedule,
    Status,
    WantedSchedule,
)
from bot.checkins.schedule_views import NTH, describe_schedule
from bot.scheduling.workdays import DAY_BEGINS, DAY_ENDS
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import project_heading, save_form
from bot.ui.texts import Mrkdwn, Texts

# --- the answer -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerFacts:
    key: str
    name: str
    prompt_id: int
    day: date
    questions: Sequence[Question]
    values: Mapping[str, str]
    measure: tuple[str, str, Decimal | None] | None  # name, unit and what was given, if its value is asked for
    note: str | None  # "early" | "late" | "edits": which of the usual it is not


def checkin_answer_form(t: Texts, facts: AnswerFacts) -> dict[str, Any]:
    """Prefilled with the last answer (product §8.3)."""
    about = t("checkin.form.about", project=project_heading(facts.key, facts.name), day=facts.day)
    if facts.note is not None:
        about = about + Mrkdwn(" ") + t(f"checkin.form.{facts.note}")
    blocks = [
        ui.section_block(about),
        *(_question_input(t, each, facts.values.get(each.id)) for each in facts.questions),
    ]
    if facts.measure is not None:
        name, unit, given = facts.measure
        blocks.append(
            inputs.text_input(
                "measure",
                t.plain("checkin.form.measure", name=name, unit=unit),
                value=None if given is None else t.typed_number(given),
                optional=bool(facts.questions),
                max_length=30,
                hint=t.plain("checkin.form.measure_hint"),
            )
        )
    blocks.append(ui.context_block(t("checkin.form.who_reads")))
    return ui.modal_view(
        title=t.plain("checkin.title", key=facts.key),
        callback="checkin.answer",
        submit=t.plain("checkin.form.submit"),
        close=t.plain("form.later"),
        meta={"prompt": facts.prompt_id},
        blocks=blocks,
    )


def _question_input(t: Texts, question: Question, value: str | None) -> ui.Block:
    label = question_text(t, question)
    match question.kind:
        case QuestionKind.STATUS:
            options = [(each.value, format_answer(t, question, each)) for each in Status]
            return inputs.radio_input(question.id, label, options, value=value, optional=True)
        case QuestionKind.SCALE:
            options = [(each, t.plain(f"checkin.scale.{each}")) for each in SCALE]
            return inputs.radio_input(question.id, label, options, value=value, optional=True)
        case QuestionKind.CHOICE:
            options = [(each, each) for each in question.choices]
            return inputs.radio_input(question.id, label, options, value=value, optional=True)
    hint = None if question.kind is QuestionKind.TEXT else t.plain(f"checkin.form.hint.{question.kind}")
    return inputs.text_input(
        question.id, label, value=value, multiline=True, max_length=MAX_ANSWER, optional=True, hint=hint
    )


# --- the schedule -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScheduleFacts:
    project_id: int
    key: str
    version: int
    wanted: WantedSchedule
    zone: str  # the project's
    upcoming: Sequence[date]
    skipped: Sequence[date]
    questions: str  # one a line, as they stand in the form
    countries: Sequence[str]


def schedule_form(t: Texts, facts: ScheduleFacts) -> dict[str, Any]:
    """Everything about the schedule; the preview follows what is chosen."""
    rule = facts.wanted.rule
    return save_form(
        t,
        title=t.plain("checkin.schedule.title", key=facts.key),
        callback="checkin.schedule",
        meta={"project": facts.project_id, "version": facts.version},
        blocks=[
            ui.section_block(render_schedule_preview(t, rule, facts.zone, facts.upcoming, facts.skipped)),
            inputs.checkbox_input(
                "weekdays",
                t.plain("checkin.field.weekdays"),
                [(str(each), t.weekday(each)) for each in sorted(WORKING_DAYS)],
                values=[str(day) for day in sorted(rule.weekdays)],
                dispatch=True,
            ),
            inputs.select_input(
                "rhythm",
                t.plain("checkin.field.rhythm"),
                _list_rhythm_options(t),
                value=encode_rhythm(rule),
                dispatch=True,
            ),
            inputs.select_input(
                "at",
                t.plain("checkin.field.at"),
                [(f"{each:%H:%M}", f"{each:%H:%M}") for each in _list_time_options(rule.at)],
                value=f"{rule.at:%H:%M}",
                dispatch=True,
            ),
            inputs.radio_input(
                "zone",
                t.plain("checkin.field.zone"),
                [
                    ("project", t.plain("checkin.zone.project", zone=facts.zone)),
                    ("own", t.plain("checkin.zone.own")),
                ],
                value="own" if rule.own_zone else "project",
                dispatch=True,
            ),
            inputs.select_input(
                "country",
                t.plain("checkin.field.country"),
                sorted(((code, t.country(code)) for code in facts.countries), key=lambda each: each[1]),
                value=rule.country,
                optional=True,
                dispatch=True,
            ),
            inputs.select_input(
                "whom",
                t.plain("checkin.field.whom"),
                [(each, t.plain(f"checkin.whom.{each}")) for each in RespondentGroup],
                value=facts.wanted.whom,
            ),
            inputs.people_input(
                "people", t.plain("checkin.field.people"), values=facts.wanted.people, optional=True
            ),
            inputs.text_input(
                "questions",
                t.plain("checkin.field.questions"),
                value=facts.questions,
                multiline=True,
                hint=t.plain("checkin.hint.questions"),
            ),
        ],
    )


def render_schedule_preview(
    t: Texts, rule: Schedule, zone: str, upcoming: Sequence[date], skipped: Sequence[date]
) -> Mrkdwn:
    """The schedule in words, its next occurrences, and the holidays between them that it leaves out."""
    if not rule.weekdays:
        return t("error.checkin.no_weekday")
    said = Mrkdwn("*") + describe_schedule(t, rule, zone) + Mrkdwn("*")
    if not upcoming:
        return Mrkdwn("\n").join([said, t("checkin.none_upcoming")])
    lines = [said, t("checkin.upcoming", days=t.list(map(t.day, upcoming)))]
    if skipped:
        lines.append(t("checkin.skipped_days", days=t.list(map(t.day, skipped))))
    return Mrkdwn("\n").join(lines)


def encode_rhythm(rule: Schedule) -> str:
    """As the form's choice: `w2` every two weeks, `n1` the first of the month, `n6` the last."""
    if rule.nth is not None:
        return f"n{6 if rule.nth == LAST else rule.nth}"
    return f"w{rule.every_weeks}"


def decode_rhythm(choice: str) -> tuple[int, int | None]:
    """(every weeks, nth). Raises: ValueError for what the form does not offer."""
    number = int(choice[1:])
    if choice[0] == "n" and 1 <= number <= 6:
        return 1, LAST if number == 6 else number
    if choice[0] == "w" and 1 <= number <= MAX_WEEKS:
        return number, None
    raise ValueError(choice)


def _list_rhythm_options(t: Texts) -> list[tuple[str, str]]:
    weekly = [(f"w{n}", t.plain("checkin.rhythm.weeks", n=n)) for n in range(1, MAX_WEEKS + 1)]
    return weekly + [(f"n{at}", t.plain(f"checkin.rhythm.{which}")) for at, which in enumerate(NTH.values(), 1)]


def _list_time_options(chosen: time) -> list[time]:
    """Each half an hour of the working day, and the one that is chosen."""
    offered = {time(hour, minute) for hour in range(DAY_BEGINS.hour, DAY_ENDS.hour) for minute in (0, 30)}
    return sorted(offered | {chosen})


# --- in the card ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScheduleBrief:
    """A schedule at a glance."""

    rule: Schedule
    zone: str
    next_on: date | None
    paused: str | None


def render_schedule_brief(t: Texts, facts: ScheduleBrief, *, project_id: int) -> ui.Block:
    said = Mrkdwn(f"*{t('card.checkins')}*\n") + describe_schedule(t, facts.rule, facts.zone)
    if facts.paused is not None:
        said = said + Mrkdwn(" · ") + t("card.checkins.paused")
    elif facts.next_on is not None:
        said = said + Mrkdwn(" · ") + t("card.checkins.next", day=facts.next_on)
    return ui.section_block(
        said, accessory=ui.button_element(t.plain("card.checkins"), "checkin.overview", str(project_id))
    )
