"""A schedule as a sentence, with its next days, in its form, and in the card (product §8.1). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from bot.checkins.rules import LAST, MAX_WEEKS, WORKING_DAYS, RespondentGroup, Schedule, WantedSchedule
from bot.scheduling.workdays import DAY_BEGINS, DAY_ENDS
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import country_options, save_form
from bot.ui.mrkdwn import DOT, Mrkdwn
from bot.ui.texts import Texts

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
NTH: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", LAST: "last"}


def describe_schedule(t: Texts, schedule: Schedule, zone: str) -> Mrkdwn:
    """Every 2 weeks on Monday and Friday at 9:30 (Warsaw time). `zone` is the project's; without a full stop."""
    when = _describe_days_and_time(t, schedule)
    if schedule.own_zone:
        return t("checkin.schedule.own_zone", when=when)
    return t("checkin.schedule.zoned", when=when, city=t.city(zone))


def _describe_days_and_time(t: Texts, schedule: Schedule) -> Mrkdwn:
    at, weekdays = f"{schedule.at.hour}:{schedule.at:%M}", sorted(schedule.weekdays)
    if schedule.nth is not None:
        which = NTH[schedule.nth]
        return t(
            "checkin.schedule.monthly", days=t.list(_ordinal_weekday(t, which, day) for day in weekdays), at=at
        )
    if schedule.every_weeks > 1:
        named = [_weekday_with_preposition(t, weekdays[0]), *(_weekday_name(t, day) for day in weekdays[1:])]
        return t("checkin.schedule.weeks", n=schedule.every_weeks, days=t.list(named), at=at)
    if schedule.weekdays == WORKING_DAYS:
        return t("checkin.schedule.working_days", at=at)
    return t("checkin.schedule.weekly", days=t.list(_ordinal_weekday(t, "each", day) for day in weekdays), at=at)


def _weekday_name(t: Texts, weekday: int) -> Mrkdwn:
    return t(f"checkin.weekday.{_WEEKDAYS[weekday]}")


def _weekday_with_preposition(t: Texts, weekday: int) -> Mrkdwn:
    """Polish has "we wtorek"."""
    form = "tuesday" if _WEEKDAYS[weekday] == "tuesday" else "weekday"
    return t(f"checkin.weekday_on.{form}", weekday=_weekday_name(t, weekday))


def _ordinal_weekday(t: Texts, which: str, weekday: int) -> Mrkdwn:
    """The first Monday; in Polish Wednesday is feminine."""
    form = "wednesday" if _WEEKDAYS[weekday] == "wednesday" else "weekday"
    return t(f"checkin.weekday_of.{which}.{form}", weekday=_weekday_name(t, weekday))


@dataclass(frozen=True)
class SchedulePreview:
    """A schedule with its next days, and the holidays between them that it leaves out."""

    rule: Schedule
    zone: str  # the project's
    upcoming: Sequence[date] = ()
    skipped: Sequence[date] = ()


def render_schedule_preview(t: Texts, facts: SchedulePreview) -> Mrkdwn:
    """The schedule in words, and these days."""
    if not facts.rule.weekdays:
        return t("error.checkin.no_weekday")
    lines = [Mrkdwn("*") + describe_schedule(t, facts.rule, facts.zone) + Mrkdwn("*")]
    if not facts.upcoming:
        lines.append(t("checkin.none_upcoming"))
    else:
        lines.append(t("checkin.upcoming", days=t.list(map(t.date_and_weekday, facts.upcoming))))
    if facts.skipped:
        lines.append(t("checkin.skipped_days", days=t.list(map(t.date_and_weekday, facts.skipped))))
    return Mrkdwn("\n").join(lines)


# --- its form -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScheduleFacts:
    project_id: int
    key: str
    version: int
    wanted: WantedSchedule
    preview: SchedulePreview
    questions: str  # one a line, as they stand in the form
    countries: Sequence[str]


def schedule_form(t: Texts, facts: ScheduleFacts) -> ui.View:
    """Everything about the schedule; the preview follows what is chosen."""
    rule = facts.wanted.rule
    return save_form(
        t,
        title=t.plain("checkin.schedule.title", key=facts.key),
        callback="checkin.schedule",
        meta={"project": facts.project_id, "version": facts.version},
        blocks=[
            ui.section_block(render_schedule_preview(t, facts.preview)),
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
                    ("project", t.plain("checkin.zone.project", zone=t.city(facts.preview.zone))),
                    ("own", t.plain("checkin.zone.own")),
                ],
                value="own" if rule.own_zone else "project",
                dispatch=True,
            ),
            inputs.select_input(
                "country",
                t.plain("checkin.field.country"),
                country_options(t, facts.countries),
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
    rule: Schedule
    zone: str
    next_on: date | None
    paused: str | None


def render_schedule_brief(t: Texts, facts: ScheduleBrief, *, project_id: int) -> ui.Block:
    said = Mrkdwn(f"*{t('card.checkins')}*\n") + describe_schedule(t, facts.rule, facts.zone)
    if facts.paused is not None:
        said = said + DOT + t("card.checkins.paused")
    elif facts.next_on is not None:
        said = said + DOT + t("card.checkins.next", day=facts.next_on)
    return ui.section_block(
        said, accessory=ui.button_element(t.plain("card.checkins"), "checkin.overview", str(project_id))
    )
