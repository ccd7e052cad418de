"""What the two executives are asked about each other, and what they read of it. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.projects.rules import SEATS, Side, Sides
from bot.pulse.rules import QUESTIONS, SCORES, Occasion
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import item_button, project_heading, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts

ABOUT_OTHER, AGAIN, REPORT = "about_other", "again", "may_be_reported"
"""The form's fields."""
MAY_BE_REPORTED: Final = "yes"
SHOWN: Final = 6


@dataclass(frozen=True)
class AnswerView:
    user_id: str
    about_other: int
    again: int
    may_be_reported: bool


@dataclass(frozen=True)
class RoundView:
    """One time that both were asked, as one of them sees it."""

    round_id: int
    occasion: Occasion
    on: date  # the second answer's day; before that the one on which they were asked
    both: Sides[AnswerView] | None  # None: not both have answered
    has_answered: bool  # whoever looks
    is_open: bool
    start: Sides[AnswerView] | None = None  # what the same two said first, where that was in an earlier round


def render_executive_question(t: Texts, *, key: str, name: str, round_id: int, other: str) -> ui.Message:
    text = t("pulse.executive_asked", project=project_heading(key, name), other=person_mention(other))
    button = ui.button_element(t.plain("pulse.answer"), "pulse.executive", str(round_id), style="primary")
    return render_section_message(text, button)


def render_question_over(t: Texts) -> ui.Message:
    return render_section_message(t("pulse.executive_over"))


def render_complete_round(t: Texts, *, key: str, name: str, number: int, other: str | None = None) -> ui.Message:
    """Leads to both answers. `other`: who has answered last, for the news of that; None: where the question was."""
    project = project_heading(key, name)
    if other is None:
        text = t("pulse.both_in", project=project)
    else:
        text = t("pulse.both_answered", project=project, other=person_mention(other))
    return render_section_message(text, ui.button_element(t.plain("pulse.show_both"), "pulse.show", str(number)))


def executive_form(
    t: Texts,
    *,
    key: str,
    name: str,
    round_id: int,
    occasion: Occasion,
    side: Side,
    other: str,
    given: AnswerView | None,
) -> ui.View:
    """Draws the two questions of the executive's side; at closing also whether the report may have the answers."""
    options = [(str(score), t.plain(f"pulse.score_label.{score}")) for score in SCORES]
    about, again = (t.plain(f"pulse.question.{each}") for each in QUESTIONS[side])
    told = "pulse.executive_about_at_closing" if occasion is Occasion.CLOSING else "pulse.executive_about"
    was = (None, None) if given is None else (str(given.about_other), str(given.again))
    blocks = [
        ui.section_block(t(told, project=project_heading(key, name), other=person_mention(other))),
        inputs.radio_input(ABOUT_OTHER, about, options, value=was[0]),
        inputs.radio_input(AGAIN, again, options, value=was[1]),
    ]
    if occasion is Occasion.CLOSING:
        agreed = [MAY_BE_REPORTED] if given is not None and given.may_be_reported else []
        choice = [(MAY_BE_REPORTED, t.plain("pulse.may_be_reported"))]
        label, hint = t.plain("field.may_be_reported"), t.plain("hint.may_be_reported")
        blocks.append(inputs.checkbox_input(REPORT, label, choice, values=agreed, optional=True, hint=hint))
    return ui.modal_view(
        title=t.plain("pulse.executive_title", key=key),
        callback="pulse.executive",
        submit=t.plain("pulse.answer"),
        close=t.plain("form.cancel"),
        meta={"round": round_id},
        blocks=blocks,
    )


def write_round_sentences(t: Texts, shown: RoundView, *, other: str) -> list[Mrkdwn]:
    """Says what whoever has answered reads at once."""
    if shown.both is None:
        return [t("pulse.waits_for_other", other=person_mention(other))]
    return [_round_lines(t, shown)]


def round_blocks(t: Texts, rounds: Sequence[RoundView]) -> list[ui.Block]:
    """Draws the rounds for the two of them, newest first."""
    blocks = [ui.section_block(t("pulse.between_you"))] if rounds else []
    for each in rounds[:SHOWN]:
        label = "pulse.change" if each.has_answered else "pulse.answer"
        button = item_button(t, label, "pulse.executive", each.round_id) if each.is_open else None
        blocks.append(ui.section_block(_round_lines(t, each), accessory=button))
    return blocks


def _round_lines(t: Texts, shown: RoundView) -> Mrkdwn:
    lines = [t(f"pulse.occasion.{shown.occasion}", on=shown.on)]
    if shown.both is None:
        return Mrkdwn("\n").join([*lines, t("pulse.answered_one" if shown.has_answered else "pulse.answered_none")])
    for side in Side:
        answer, (about, again) = shown.both[side], QUESTIONS[side]
        was = None if shown.start is None else shown.start[side]
        said = [
            _render_score(t, about, answer.about_other, None if was is None else was.about_other),
            _render_score(t, again, answer.again, None if was is None else was.again),
        ]
        who = t(f"pulse.of_executive.{side}", role=t(SEATS[side]), who=person_mention(answer.user_id))
        lines.append(t("pulse.of_side", side=who, means=t.list(said)))
    if shown.occasion is Occasion.CLOSING:
        may = all(each.may_be_reported for each in shown.both)
        lines.append(t("pulse.reported" if may else "pulse.not_reported"))
    return Mrkdwn("\n").join(lines)


def _render_score(t: Texts, question: str, score: int, was: int | None) -> Mrkdwn:
    """With the one at the start, if there is one to compare it with."""
    short = t(f"pulse.short.{question}")
    if was is None:
        return t("pulse.score", question=short, score=score)
    return t("pulse.score_since", question=short, was=was, score=score)
