"""What somebody is asked: one project, or several that are due at one moment, each with a part of its own. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot.checkins.answer_views import MARKS, format_answer, shorten_text
from bot.checkins.rules import Question, QuestionKind, Status
from bot.checkins.summary_views import MeasureReading, measure_line, need_button
from bot.ui import blocks as ui
from bot.ui.components import action_blocks, project_heading
from bot.ui.mrkdwn import DOT, Mrkdwn
from bot.ui.texts import Texts

OVER, REPEATED = "over", "repeated"  # besides the states of a prompt
LEAST_NEWS: Final = 4  # blocks that the day's news takes at least
AROUND: Final = 4  # blocks above and below the parts
A_LINE: Final = 80  # characters of an answer that is told back
OF_SEVERAL: Final = 2  # answers that are told back of each of several projects


@dataclass(frozen=True)
class PromptFacts:
    """One project's part of a message."""

    prompt_id: int
    key: str
    name: str
    day: date
    closes_at: datetime
    state: str  # of the prompt, or OVER, or REPEATED: a newer message asks it
    why: str | None
    again_at: datetime  # of a snoozed one
    is_reminder: bool
    has_answered_before: bool
    only_measure: bool
    asks_status: bool
    takes_words: bool = True  # not only clicks
    answers: tuple[tuple[Question, str], ...] = ()  # in the order of the questions
    may_add: bool = False  # the status is answered, and there are other questions
    lacks_status: bool = False  # it is answered without one: typed, perhaps
    has_need: bool = False  # in an answer, of the other side
    may_change: bool = True  # the project has not ended, nor begun its next round
    measured: MeasureReading | None = None  # what was given as the measure's value, in an answer

    @property
    def is_open(self) -> bool:
        return self.state == "asked"


@dataclass(frozen=True)
class PromptMessageFacts:
    message_id: int
    parts: tuple[PromptFacts, ...]
    hears_words: bool  # what is typed below it reaches Duet


RenderedMessages = dict[tuple[str, str, PromptMessageFacts], ui.Message]
"""By language, zone and facts, with other numbers: many are asked the same, each under numbers of their own."""


def render_prompt_message(t: Texts, *, facts: PromptMessageFacts, rendered: RenderedMessages) -> ui.Message:
    """The questions, or what has become of them. What is `rendered` already gets other numbers only."""
    numbers = {str(-at): str(part.prompt_id) for at, part in enumerate(facts.parts, 1)}
    numbers["0"] = str(facts.message_id)
    parts = tuple(replace(part, prompt_id=-at) for at, part in enumerate(facts.parts, 1))
    unnumbered = PromptMessageFacts(0, parts, facts.hears_words)
    found = rendered.get((t.language, t.zone, unnumbered))
    if found is None:
        found = rendered[t.language, t.zone, unnumbered] = _render_message(t, unnumbered)
    return ui.replace_numbers(found, numbers)


def _render_message(t: Texts, facts: PromptMessageFacts) -> ui.Message:
    if len(facts.parts) == 1:
        text, blocks = _render_only_part(t, facts, facts.parts[0])
    else:
        text, blocks = _render_several_parts(t, facts)
    if any(each.is_open for each in facts.parts) and not facts.hears_words:
        blocks.append(ui.context_block(t("checkin.prompt.words.unheard")))
    elif any(each.is_open and each.takes_words for each in facts.parts):
        blocks.append(ui.context_block(t("checkin.prompt.words.heard")))
    return ui.fit_message(text, blocks)


# --- one project ----------------------------------------------------------------------------------------------


def _render_only_part(t: Texts, facts: PromptMessageFacts, part: PromptFacts) -> tuple[Mrkdwn, list[ui.Block]]:
    text = _describe_part(t, part)
    blocks = [ui.section_block(text)]
    if part.is_open:
        if part.asks_status:
            blocks.append(ui.actions_block(*_status_buttons(t, part, in_words=True)))
        buttons = [_answer_button(t, part)]
        if part.has_answered_before and not part.only_measure:
            buttons.append(ui.button_element(t.plain("checkin.same"), "checkin.same", str(part.prompt_id)))
        blocks.append(ui.actions_block(*buttons, *_later_buttons(t, facts)))
    else:
        blocks += action_blocks(_after_buttons(t, part, in_words=True))
    return text, blocks


def _describe_part(t: Texts, part: PromptFacts) -> Mrkdwn:
    """In a sentence."""
    project = project_heading(part.key, part.name)
    match part.state:
        case "asked":
            if part.is_reminder:
                return t("checkin.reminder", project=project, closes_at=part.closes_at)
            key = "checkin.prompt.measure" if part.only_measure else "checkin.prompt"
            return t(key, project=project, closes_at=part.closes_at)
        case "answered":
            said = _tell_answers(t, part)
            lines = [t("checkin.prompt.answered", project=project), *([said] if said else [])]
            if part.measured is not None:
                lines.append(measure_line(t, part.measured))
            return Mrkdwn("\n").join(lines)
        case "skipped":
            return t("checkin.prompt.skipped", project=project)
        case "waiting":
            return t("checkin.prompt.snoozed", project=project, again_at=part.again_at)
        case "not_asked":
            return t(f"checkin.prompt.not_asked.{part.why}", project=project)
        case "repeated":
            return t("checkin.prompt.repeated", project=project)
        case _:
            return t("checkin.prompt.over", project=project, day=part.day)


def _tell_answers(t: Texts, part: PromptFacts, *, limit: int | None = None) -> Mrkdwn:
    """What was answered, the status first. Where several projects have a line each, that is for the first alone."""
    said = [format_answer(t, question, value) for question, value in part.answers[:limit]]
    return DOT.join([shorten_text(each, A_LINE) for each in said])


# --- several --------------------------------------------------------------------------------------------------


def _render_several_parts(t: Texts, facts: PromptMessageFacts) -> tuple[Mrkdwn, list[ui.Block]]:
    parts = facts.parts
    open_parts = [each for each in parts if each.is_open]
    heading = _describe_several(t, parts, open_parts)
    room = ui.MESSAGE_BLOCKS - LEAST_NEWS - AROUND - len(parts)  # for a row of buttons below a line
    blocks = [ui.section_block(heading)]
    shown = 0
    for part in parts[: ui.MESSAGE_BLOCKS - LEAST_NEWS - AROUND]:
        rows = _part_blocks(t, part, is_roomy=shown < room)
        shown += len(rows) - 1
        blocks += rows
    if len(parts) > ui.MESSAGE_BLOCKS - LEAST_NEWS - AROUND:
        left = len(parts) - (ui.MESSAGE_BLOCKS - LEAST_NEWS - AROUND)
        blocks.append(ui.context_block(t("checkin.prompts.more", n=left)))
    if open_parts:
        blocks.append(ui.actions_block(*_later_buttons(t, facts)))
    return heading, blocks


def _describe_several(t: Texts, parts: Sequence[PromptFacts], open_parts: Sequence[PromptFacts]) -> Mrkdwn:
    if not open_parts:
        snoozed = [each.again_at for each in parts if each.state == "waiting"]
        if snoozed:
            return t("checkin.prompts.snoozed", n=len(snoozed), again_at=min(snoozed))
        return t("checkin.prompts.done", n=len(parts))
    is_reminder = all(each.is_reminder for each in open_parts)
    key = "checkin.prompts.reminder" if is_reminder else "checkin.prompts"
    return t(key, n=len(open_parts), closes_at=min(each.closes_at for each in open_parts))


def _part_blocks(t: Texts, part: PromptFacts, *, is_roomy: bool) -> list[ui.Block]:
    """A line and its buttons; those beside it where there is no room below."""
    line = _describe_line(t, part)
    if not part.is_open:
        after = _after_buttons(t, part, in_words=False)
        if len(after) < 2 or not is_roomy:
            return [ui.section_block(line, accessory=after[-1] if after else None)]
        return [ui.section_block(line), ui.actions_block(*after)]
    if not part.asks_status or not is_roomy:
        return [ui.section_block(line, accessory=_answer_button(t, part))]
    buttons = [*_status_buttons(t, part, in_words=False), _answer_button(t, part)]
    return [ui.section_block(line), ui.actions_block(*buttons)]


def _describe_line(t: Texts, part: PromptFacts) -> Mrkdwn:
    project = project_heading(part.key, part.name)
    match part.state:
        case "asked" if part.only_measure:
            return t("checkin.line.measure", project=project)
        case "asked":
            return project
        case "answered":
            said = _tell_answers(t, part, limit=OF_SEVERAL)
            told = [said] if said else []
            if part.measured is not None:
                told.append(measure_line(t, part.measured))
            if told:
                return t("checkin.line.answered", project=project, answer=DOT.join(told))
        case "skipped":
            return t("checkin.line.skipped", project=project)
        case "waiting":
            return t("checkin.line.snoozed", project=project, again_at=part.again_at)
    return _describe_part(t, part)


# --- buttons --------------------------------------------------------------------------------------------------


def _status_buttons(t: Texts, part: PromptFacts, *, in_words: bool) -> list[ui.Element]:
    """Whoever hears the message hears the words, and of which project."""
    return [
        ui.button_element(
            f"{MARKS[each]} {t.plain(f'status.{each}')}" if in_words else MARKS[each],
            f"checkin.status:{each}",
            f"{part.prompt_id}:{number}",
            aloud=None if in_words else f"{part.key}: {t.plain(f'status.{each}')}",
        )
        for number, each in enumerate(Status, 1)
    ]


def _answer_button(t: Texts, part: PromptFacts) -> ui.Element:
    # With the statuses beside it, it is one way of four; else the only one.
    label, value = t.plain("checkin.answer"), str(part.prompt_id)
    return ui.button_element(label, "checkin.answer", value, style=None if part.asks_status else "primary")


def _later_buttons(t: Texts, facts: PromptMessageFacts) -> list[ui.Element]:
    """For all that is open."""
    return [
        ui.button_element(t.plain(f"checkin.{step}"), f"checkin.{step}", str(facts.message_id))
        for step in ("skip", "snooze")
    ]


def _after_buttons(t: Texts, part: PromptFacts, *, in_words: bool) -> list[ui.Element]:
    """Of a part that is open no more. Whoever has typed an answer is still a click away from the status."""
    label = {
        "answered": "checkin.add_more" if part.may_add else "checkin.change",
        "skipped": "checkin.answer_after_all",
        "waiting": "checkin.answer",
    }.get(part.state)
    if label is None or not part.may_change:
        return []
    form = ui.button_element(t.plain(label), "checkin.answer", str(part.prompt_id))
    statuses = _status_buttons(t, part, in_words=in_words) if part.lacks_status else []
    return [*statuses, *([need_button(t, part.prompt_id)] if part.has_need else []), form]


def list_told_answers(questions: Sequence[Question], answer: dict[str, str]) -> tuple[tuple[Question, str], ...]:
    """The answers as they are told back: the status first."""
    given = [(each, answer[each.id]) for each in questions if each.id in answer]
    return tuple(sorted(given, key=lambda each: each[0].kind is not QuestionKind.STATUS))
