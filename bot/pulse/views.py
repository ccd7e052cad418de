"""What people are asked, and what is published. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from bot.deliveries.digests.facts import ProjectNotice
from bot.projects.rules import Side
from bot.pulse.executive_views import RoundView, round_blocks
from bot.pulse.rules import SCORES, SKIPPED, QuestionMean, TrustQuestion, compute_side_trust
from bot.ui import blocks as ui
from bot.ui.components import item_button, join_headings, project_heading, render_section_message
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

SHOWN: Final = 8  # quarters in words
CHARTED: Final = 20  # what a chart of Slack's takes


class PulseAsked(ProjectNotice, kind="pulse.asked"):
    window: int
    number: int  # among those that the person is asked, from 0
    question: TrustQuestion
    closes_at: datetime
    is_over: bool = False


class PulseOut(ProjectNotice, kind="pulse.out"):
    number: int  # of the project
    is_published: bool


@dataclass(frozen=True)
class OpenQuestion:
    window_id: int
    number: int
    question: TrustQuestion
    closes_at: datetime


@dataclass(frozen=True)
class WindowResult:
    quarter: str  # "2026-Q4"
    means: Sequence[QuestionMean] | None  # None: too few have answered
    is_pooled: bool


@dataclass(frozen=True)
class PulseResults:
    """What one person may see of a project's pulse."""

    is_on: bool
    opens_on: date | None  # when people are asked next; None: never, as the project ends or has ended
    are_enough: bool  # people, for whom the next window would open
    closes_at: datetime | None  # of the window in which they are being asked
    may_read: bool  # they were asked, or are an executive
    windows: Sequence[WindowResult]  # that are closed, newest first
    questions: Sequence[OpenQuestion]  # that they are asked now, and have not answered


def pulse_question_line(t: Texts, facts: PulseAsked) -> ui.MessageItem:
    """Draws a question, of which one click is an answer.

    Once it is over everybody reads the same, whether they have answered or not.
    """
    if facts.is_over:
        return ui.MessageItem(t("pulse.asked_over", project=join_headings(t, facts.projects)))
    question = OpenQuestion(facts.window, facts.number, facts.question, facts.closes_at)
    lines = question_lines(t, question, is_first=facts.number == 0)
    text = Mrkdwn("\n").join([t("pulse.asked", project=join_headings(t, facts.projects)), *lines])
    return ui.MessageItem(text, buttons=tuple(score_buttons(t, question)))


def question_lines(t: Texts, asked: OpenQuestion, *, is_first: bool) -> list[Mrkdwn]:
    """Writes a question, with the first of them what is kept and who sees it (product §11.2)."""
    lines = [t("pulse.question", question=t(f"pulse.question.{asked.question}"))]
    return [*lines, t("pulse.confidential", closes_at=asked.closes_at)] if is_first else lines


def score_buttons(t: Texts, asked: OpenQuestion) -> list[ui.Element]:
    where = f"{asked.window_id}:{asked.number}"
    labels = {score: t.plain(f"pulse.score.{score}") for score in SCORES} | {SKIPPED: t.plain("pulse.skip")}
    return [
        ui.button_element(label, f"pulse.answer:{asked.number}:{score}", f"{where}:{score}")
        for score, label in labels.items()
    ]


def pulse_result_line(t: Texts, facts: PulseOut) -> ui.MessageItem:
    """With the way to the result, if there is one."""
    project = join_headings(t, facts.projects)
    if not facts.is_published:
        return ui.MessageItem(t("pulse.too_few_out", project=project))
    return ui.MessageItem(t("pulse.out", project=project), item_button(t, "pulse.show", "pulse.show", facts.number))


def render_answer_receipt(t: Texts, *, is_first: bool, is_skipped: bool) -> ui.Message:
    """Says whether the answer counts. `is_first`: it does, unless it is none."""
    said = "pulse.skipped" if is_skipped else "pulse.counted"
    return render_section_message(t(said if is_first else "pulse.counted_before"))


def render_pulse(
    t: Texts,
    *,
    key: str,
    name: str,
    results: PulseResults,
    rounds: Sequence[RoundView],
) -> ui.Message:
    """Draws the answers of the two executives for those two; below them the team's, for whoever may read it."""
    heading = t("pulse.title", project=project_heading(key, name))
    blocks = [ui.section_block(heading), *round_blocks(t, rounds)]
    for n, each in enumerate(results.questions):
        lines = question_lines(t, each, is_first=n == 0)
        blocks += [ui.section_block(Mrkdwn("\n").join(lines)), ui.actions_block(*score_buttons(t, each))]
    blocks += [ui.section_block(_result_lines(t, each)) for each in results.windows[:SHOWN]]
    if published := [each for each in results.windows if each.means is not None]:
        blocks += [_trust_chart(t, published), ui.context_block(t("pulse.how_published"))]
    blocks.append(ui.section_block(_state_line(t, results)))
    return ui.fit_message(heading, blocks)


def _state_line(t: Texts, results: PulseResults) -> Mrkdwn:
    """Says what there is to wait for, and why there is nothing yet."""
    if not results.is_on:
        return t("pulse.off")
    if results.questions:
        return t("pulse.for_those_asked")
    if results.closes_at is not None:
        return t("pulse.goes_on", closes_at=results.closes_at)
    if results.opens_on is None:
        return t("pulse.project_over")
    if not results.are_enough:
        return t("pulse.too_few_people", on=results.opens_on)
    if not results.may_read:
        return Mrkdwn(" ").join([t("pulse.for_those_asked"), t("pulse.next", on=results.opens_on)])
    return t("pulse.next" if results.windows else "pulse.none_yet", on=results.opens_on)


def _result_lines(t: Texts, result: WindowResult) -> Mrkdwn:
    quarter = _quarter_name(t, result.quarter)
    if result.means is None:
        return t("pulse.too_few", quarter=quarter)
    lines = [t("pulse.pooled" if result.is_pooled else "pulse.result", quarter=quarter)]
    for side in Side:
        said = [
            t("pulse.mean", question=t(f"pulse.short.{each.question}"), mean=_format_halves(t, each.halves))
            for each in result.means
            if each.side == side
        ]
        lines.append(t("pulse.of_side", side=t(f"side.{side}"), means=t.list(said)))
    gap = abs(compute_side_trust(result.means, Side.IT) - compute_side_trust(result.means, Side.MARKETING))
    lines.append(t("pulse.gap", gap=format_fraction(t, gap)))
    return Mrkdwn("\n").join(lines)


def _trust_chart(t: Texts, published: Sequence[WindowResult]) -> ui.Block:
    """Draws both sides over time, and the gap between them (product §11.3)."""
    shown = [each for each in reversed(published[:CHARTED]) if each.means is not None]
    sides = {side: [compute_side_trust(each.means or (), side) for each in shown] for side in Side}
    gaps = [abs(it - marketing) for it, marketing in zip(*sides.values(), strict=True)]
    series = {t.plain(f"side.{side}"): values for side, values in sides.items()} | {t.plain("pulse.gap_name"): gaps}
    return ui.line_chart_block(
        t.plain("pulse.chart"),
        [str(_quarter_name(t, each.quarter, "pulse.quarter_short")) for each in shown],  # below a narrow chart, too
        {name: [float(each) for each in values] for name, values in series.items()},
    )


def _quarter_name(t: Texts, quarter: str, text: str = "pulse.quarter") -> Mrkdwn:
    year, _, number = quarter.partition("-Q")
    return t(text, number=number, year=year)


def _format_halves(t: Texts, halves: int) -> Mrkdwn:
    return format_fraction(t, Fraction(halves, 2))


def format_fraction(t: Texts, number: Fraction) -> Mrkdwn:
    return t.number(Decimal(number.numerator) / Decimal(number.denominator))
