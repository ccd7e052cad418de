"""What is said of whoever signs for an executive (product §4.8). Pure: facts → Block Kit."""

from datetime import date

from bot.ui import blocks as ui
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts, WithWeekday


def deputy_confirmation(
    t: Texts, *, named: tuple[str, date, date], replaced: tuple[str, date, date] | None, is_told: bool
) -> Mrkdwn:
    """Each with the first and last day. `replaced`: an executive has one deputy at a time. `is_told`: the deputy
    knows already."""
    named_key = "deputy.named_told" if is_told else "deputy.named"
    said = [
        t(key, who=person_mention(who), period=render_deputy_period(t, first, last))
        for key, (who, first, last) in ((named_key, named), ("deputy.replaces", replaced or named))
    ]
    return Mrkdwn(" ").join(said if replaced is not None else said[:1])


def render_deputy_appointment(t: Texts, *, executive: str, from_day: date, until_day: date) -> ui.Message:
    return render_section_message(
        t("deputy.told", who=person_mention(executive), period=render_deputy_period(t, from_day, until_day))
    )


def render_deputy_period(t: Texts, first: date, last: date) -> Mrkdwn:
    """With the weekdays (product §2.4)."""
    if first == last:
        return t("deputy.period.day", day=WithWeekday(first))
    return t("deputy.period.days", start=WithWeekday(first), end=WithWeekday(last))


def render_lost_deputy(t: Texts, *, deputy: str) -> ui.Message:
    return render_section_message(t("deputy.left", who=person_mention(deputy)))


def render_dropped_deputy(t: Texts, *, executive: str) -> ui.Message:
    return render_section_message(t("deputy.dropped_told", who=person_mention(executive)))
