"""What a person has answered, in a line, in full, and as words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.checkins.rules import ONE_OF_A_KIND, Question, QuestionKind, Status
from bot.projects.rules import Side
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.texts import Mrkdwn, Texts, escape_text, person_mention

LINE: Final = 80  # characters of a person's line, as people see it; all of it is a click away
MENTION: Final = 24  # of them for a mention: some workspaces show full names, which Duet is not told
SHORT: Final = 150  # of one answer in the thread, or in a list
MARKS: Final = {Status.ON_TRACK: "🟢", Status.AT_RISK: "🟡", Status.OFF_TRACK: "🔴"}
NEED_MARK: Final = "🤝 "
_SECTION: Final = 2900  # characters of one section


@dataclass(frozen=True)
class PersonAnswer:
    """One person's answer. `answers`: (question, what was written or chosen), in the order of the questions."""

    user_id: str
    side: Side
    answers: tuple[tuple[Question, str], ...]
    is_late: bool
    is_edited: bool

    def of(self, kind: QuestionKind) -> str | None:
        return next((value for question, value in self.answers if question.kind is kind), None)


def pack_lines(lines: Sequence[Mrkdwn]) -> list[ui.Block]:
    """In as few sections as hold them all."""
    parts: list[list[Mrkdwn]] = []
    for line in lines:
        if parts and sum(map(len, parts[-1])) + len(parts[-1]) + len(line) <= _SECTION:
            parts[-1].append(line)
        else:
            parts.append([line])
    return [ui.section_block(Mrkdwn("\n").join(part)) for part in parts]


def person_line(t: Texts, given: PersonAnswer, label: Mrkdwn) -> Mrkdwn:
    """What stands above already, as a status, a blocker or a need, is not repeated beside other words."""
    need = given.of(QuestionKind.NEEDS)
    said = _list_own_words(t, given) or ([] if need is None else [NEED_MARK + need])
    head = label + _render_person(t, given)
    seen = head.replace(person_mention(given.user_id), "").replace("*", "").replace("_", "")
    room = LINE - len(seen) - MENTION - len(": ")
    return head + Mrkdwn(": ") + shorten_text(" · ".join(said), room) if said else head


def _list_own_words(t: Texts, given: PersonAnswer) -> list[str]:
    """The answers that are no items of their own."""
    return [
        format_answer(t, question, value) for question, value in given.answers if question.kind not in ONE_OF_A_KIND
    ]


def _render_person(t: Texts, given: PersonAnswer) -> Mrkdwn:
    status = given.of(QuestionKind.STATUS)
    mark = Mrkdwn("" if status is None else f"{MARKS[Status(status)]} ")
    note = "late" if given.is_late else "edited" if given.is_edited else None
    who = mark + person_mention(given.user_id)
    return who if note is None else who + Mrkdwn(" ") + t(f"checkin.summary.{note}")


def render_person_details(t: Texts, given: PersonAnswer) -> Mrkdwn:
    need = given.of(QuestionKind.NEEDS)
    said = [*_list_own_words(t, given), *([] if need is None else [NEED_MARK + need])]
    return (
        _render_person(t, given) + Mrkdwn(": ") + Mrkdwn(" · ").join(map(shorten_text, said))
        if said
        else _render_person(t, given)
    )


def shorten_text(text: str, limit: int = SHORT) -> Mrkdwn:
    """One line of it; cut with "…"."""
    return escape_text(clip_text(" ".join(text.split()), limit))


def format_answer(t: Texts, question: Question, value: str) -> str:
    """An answer as people read it."""
    if question.kind is QuestionKind.STATUS:
        return f"{MARKS[Status(value)]} {t.plain(f'status.{value}')}"
    return f"{value}/5" if question.kind is QuestionKind.SCALE else value


def question_text(t: Texts, question: Question) -> str:
    """The question in the reader's language, or in the words of who asks it."""
    return question.text if question.text is not None else t.plain(question.text_key)
