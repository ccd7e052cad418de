"""What a person has answered, in a line, in full, and as words; and the form for it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from bot.checkins.rules import MAX_ANSWER, ONE_OF_A_KIND, SCALE, Question, QuestionKind, Status
from bot.checkins.said_answers import find_said
from bot.parsing.folding import fold_text
from bot.projects.rules import Side
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.clipping import clip_text
from bot.ui.components import project_heading
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text, join_into_line
from bot.ui.texts import Texts

LINE: Final = 80  # characters of a person's line, as people see it; all of it is a click away
MENTION: Final = 24  # of them for a mention: some workspaces show full names, which Duet is not told
SHORT: Final = 150  # of one answer in the thread, or in a list
MARKS: Final = {Status.ON_TRACK: "🟢", Status.AT_RISK: "🟡", Status.OFF_TRACK: "🔴"}
NEED_MARK: Final = "🤝 "
BLOCKER_MARK: Final = "⛔ "


@dataclass(frozen=True)
class PersonAnswer:
    """One person's answer. `answers`: (question, what was written or chosen), in the order of the questions."""

    prompt_id: int
    user_id: str
    side: Side
    answers: tuple[tuple[Question, str], ...]
    is_late: bool
    is_edited: bool

    def of(self, kind: QuestionKind) -> str | None:
        return next((value for question, value in self.answers if question.kind is kind), None)

    @property
    def need(self) -> str | None:
        """Of the other side; None of whoever says that there is nothing."""
        return find_said(self.answers, QuestionKind.NEEDS)

    @property
    def blocker(self) -> str | None:
        """None of whoever says that there is nothing."""
        return find_said(self.answers, QuestionKind.BLOCKERS)


def person_line(t: Texts, given: PersonAnswer, label: Mrkdwn, *, untold: Collection[str] = ()) -> Mrkdwn:
    """What stands above already, as a status, a blocker or a need, is not repeated beside other words.

    `untold`: open blockers, in folded words, that do not stand there.
    """
    said = _list_untold_blockers(given, untold) + _list_own_words(t, given)
    if not said and given.need is not None:
        said = [NEED_MARK + given.need]
    head = label + _render_person(t, given)
    seen = head.replace(t.mention(given.user_id), "").replace("*", "").replace("_", "")
    room = LINE - len(seen) - MENTION - len(": ")
    return head + Mrkdwn(": ") + shorten_text(str(DOT).join(said), room) if said else head


def _list_untold_blockers(given: PersonAnswer, untold: Collection[str]) -> list[str]:
    blocker = given.blocker
    return [BLOCKER_MARK + blocker] if blocker is not None and fold_text(blocker) in untold else []


def _list_own_words(t: Texts, given: PersonAnswer) -> list[str]:
    """The answers that are no items of their own."""
    return [
        format_answer(t, question, value) for question, value in given.answers if question.kind not in ONE_OF_A_KIND
    ]


def _render_person(t: Texts, given: PersonAnswer) -> Mrkdwn:
    status = given.of(QuestionKind.STATUS)
    mark = Mrkdwn("" if status is None else f"{MARKS[Status(status)]} ")
    note = "late" if given.is_late else "edited" if given.is_edited else None
    who = mark + t.mention(given.user_id)
    return who if note is None else who + Mrkdwn(" ") + t(f"checkin.summary.{note}")


def render_person_details(t: Texts, given: PersonAnswer, *, untold: Collection[str] = ()) -> Mrkdwn:
    need = given.need
    said = _list_untold_blockers(given, untold) + _list_own_words(t, given)
    said += [] if need is None else [NEED_MARK + need]
    who = _render_person(t, given)
    return who + Mrkdwn(": ") + DOT.join(map(shorten_text, said)) if said else who


def shorten_text(text: str, limit: int = SHORT) -> Mrkdwn:
    """One line of it; cut with "…"."""
    return escape_text(clip_text(join_into_line(text), limit))


def format_answer(t: Texts, question: Question, value: str) -> str:
    if question.kind is QuestionKind.STATUS:
        return f"{MARKS[Status(value)]} {t.plain(f'status.{value}')}"
    return f"{value}/5" if question.kind is QuestionKind.SCALE else value


def question_text(t: Texts, question: Question) -> str:
    """The question in the reader's language, or in the words of who asks it."""
    return question.text if question.text is not None else t.plain(question.text_key)


# --- the form -------------------------------------------------------------------------------------------------


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
    typed_stamp: int | None = None  # of the draft that is changed, and sent with the form


def checkin_answer_form(t: Texts, facts: AnswerFacts) -> ui.View:
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
        meta={"prompt": facts.prompt_id} | ({} if facts.typed_stamp is None else {"typed": facts.typed_stamp}),
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
            chosen_by = inputs.radio_input if len(options) <= inputs.MAX_RADIO else inputs.select_input
            return chosen_by(question.id, label, options, value=value, optional=True)
    hint = None if question.kind is QuestionKind.TEXT else t.plain(f"checkin.form.hint.{question.kind}")
    return inputs.text_input(
        question.id, label, value=value, multiline=True, max_length=MAX_ANSWER, optional=True, hint=hint
    )


def obstacle_form(t: Texts, *, key: str, prompt_id: int, status: Status, obstacle: str | None) -> ui.View:
    """After a click that says "at risk" or "off track", which counts already (product §8.3)."""
    said = t("checkin.obstacle.about", status=f"{MARKS[status]} {t.plain(f'status.{status}')}")
    field = inputs.text_input(
        "obstacle",
        t.plain("checkin.obstacle"),
        value=obstacle,
        multiline=True,
        max_length=MAX_ANSWER,
        optional=True,
        hint=t.plain("checkin.form.hint.blockers"),
    )
    return ui.modal_view(
        title=t.plain("checkin.title", key=key),
        callback="checkin.obstacle",
        submit=t.plain("checkin.form.submit"),
        close=t.plain("checkin.obstacle.close"),
        meta={"prompt": prompt_id},
        blocks=[ui.section_block(said), field, ui.context_block(t("checkin.form.who_reads"))],
    )
