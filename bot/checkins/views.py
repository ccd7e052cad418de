"""Check-ins in direct messages: the question, the reminder, and whether a blocker still stands. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from bot import kit
from bot.charter.views import bold_heading
from bot.checkins.summary_views import Measured, measure_line
from bot.kit import Message
from bot.signing.views import one, quoted
from bot.texts import Mrkdwn, Texts

SHORT = 200  # characters of an answer in a list


@dataclass(frozen=True)
class Prompted:
    prompt_id: int
    key: str
    name: str
    day: date
    closes_at: datetime
    state: str  # of the prompt, or "over"
    why: str | None
    again_at: datetime  # of a snoozed one
    has_answered_before: bool
    only_measure: bool
    measured: Measured | None = None  # what was given as the measure's value, in an answer


def prompt(t: Texts, asked: Prompted) -> Message:
    """The question, or what has become of it."""
    project = bold_heading(asked.key, asked.name)
    value = str(asked.prompt_id)
    match asked.state:
        case "asked":
            key = "checkin.prompt.measure" if asked.only_measure else "checkin.prompt"
            text = t(key, project=project, closes_at=asked.closes_at)
            return kit.fit(text, [kit.section(text), kit.actions(*_answers(t, asked))])
        case "answered":
            text = t("checkin.prompt.answered", project=project)
            if asked.measured is not None:
                text = Mrkdwn("\n").join([text, measure_line(t, asked.measured)])
            button = kit.button(t.plain("checkin.change"), "checkin.answer", value)
        case "skipped":
            text = t("checkin.prompt.skipped", project=project)
            button = kit.button(t.plain("checkin.answer_after_all"), "checkin.answer", value)
        case "waiting":
            text = t("checkin.prompt.snoozed", project=project, again_at=asked.again_at)
            button = kit.button(t.plain("checkin.answer"), "checkin.answer", value)
        case "not_asked":
            return one(t(f"checkin.prompt.not_asked.{asked.why}", project=project))
        case _:
            return one(t("checkin.prompt.over", project=project, day=asked.day))
    return kit.fit(text, [kit.section(text), kit.actions(button)])


def _answers(t: Texts, asked: Prompted) -> list[kit.Element]:
    value = str(asked.prompt_id)
    buttons = [kit.button(t.plain("checkin.answer"), "checkin.answer", value, style="primary")]
    if asked.has_answered_before and not asked.only_measure:
        buttons.append(kit.button(t.plain("checkin.same"), "checkin.same", value))
    buttons.append(kit.button(t.plain("checkin.skip"), "checkin.skip", value))
    buttons.append(kit.button(t.plain("checkin.snooze"), "checkin.snooze", value))
    return buttons


def reminder(t: Texts, *, key: str, name: str, prompt_id: int, closes_at: datetime) -> Message:
    text = t("checkin.reminder", project=bold_heading(key, name), closes_at=closes_at)
    button = kit.button(t.plain("checkin.answer"), "checkin.answer", str(prompt_id), style="primary")
    return kit.fit(text, [kit.section(text), kit.actions(button)])


def no_thread(t: Texts, key: str, name: str) -> Message:
    """To the leads: the channel takes no replies."""
    return one(t("checkin.no_thread", project=bold_heading(key, name)))


def does_it_stand(t: Texts, key: str, name: str, text: str, blocker_id: int, *, state: str) -> Message:
    """To who named a blocker. `state`: asked | stands | resolved."""
    said = t(f"blocker.{state}", project=bold_heading(key, name))
    words = quoted(kit.clip(text, SHORT * 2))
    if state == "resolved":
        return kit.fit(said, [kit.section(said), kit.section(words)])
    buttons = [kit.button(t.plain("blocker.resolve"), f"blocker.resolve:{blocker_id}", str(blocker_id))]
    if state == "asked":
        buttons.append(kit.button(t.plain("blocker.still"), "blocker.stands", str(blocker_id)))
    return kit.fit(said, [kit.section(said), kit.section(words), kit.actions(*buttons)])
