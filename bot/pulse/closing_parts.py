"""Trust at a project's closing: the executives' line of the checklist, and in the report what is published, and
what both of them agree to show (product §11.4, §12.1, §12.2)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlmodel import Session

from bot.projects.closing_items import ChecklistButton, ChecklistItem, ReportPart
from bot.projects.closing_parts import ChecklistLine, ReportSection
from bot.projects.rules import SEATS, Side
from bot.projects.service import ProjectContext
from bot.pulse.executives import find_seat
from bot.pulse.rules import QUESTIONS, Occasion, QuestionMean, compute_side_trust, round_to_halves
from bot.ui.texts import Texts
from storage import executives, pulse
from storage.executives import ExecutiveRoundState
from storage.projects import CharterVersion, Project

Row = tuple[str, str, str]


def load_trust_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Loads the line of both executives' last answers; None before they are asked for them, and once a vacant seat
    has ended that.

    Who of them has answered it says to nobody: they own it together until both have.
    """
    rounds = executives.list_executive_rounds(session, project.team_id, project.pk)
    asked = [each for each in rounds if each.occasion is Occasion.CLOSING]
    if not asked or asked[-1].state is ExecutiveRoundState.OVER:
        return None
    last = asked[-1]
    is_done = last.state is ExecutiveRoundState.ANSWERED
    may_answer = (
        last.state is ExecutiveRoundState.OPEN
        and last.executives == charter.executives
        and found is not None
        and find_seat(found) is not None
    )
    button = ChecklistButton("pulse.closing.questions", "pulse.executive", str(last.pk))
    return ChecklistItem(
        is_done=is_done,
        text=lambda t: t("pulse.closing.line.done" if is_done else "pulse.closing.line.open"),
        owners=tuple(last.executives),
        buttons=(button,) if may_answer else (),
        is_confidential=True,
    )


def load_trust_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Loads the first and the last of each figure; the channel does not read them (product §12.3)."""
    rows = [*_list_published_means(session, project, t), *_list_reportable_answers(session, project, t)]
    if not rows:
        return None
    return ReportPart(
        name="trust",
        title=t.plain("pulse.closing.title"),
        is_confidential=True,
        columns=tuple(t.plain(f"pulse.closing.column.{each}") for each in ("who", "before", "after")),
        rows=tuple(rows),
        has_numbers=True,
    )


def _list_published_means(session: Session, project: Project, t: Texts) -> Iterator[Row]:
    """Yields the first and the last of the team's own publications: pooled ones do not speak of it."""
    publications = pulse.load_publications(session, project.team_id, project.pk)
    own = [publications[window].means for window in sorted(publications) if not publications[window].is_pooled]
    if own:
        for side in Side:
            label = t.plain("pulse.closing.team", side=t(f"side.name.{side}"))
            yield _compare_first_and_last(t, label, [_round_mean(each, side) for each in own])


def _round_mean(means: Sequence[QuestionMean], side: Side) -> Fraction:
    return Fraction(round_to_halves(compute_side_trust(means, side)), 2)


def _list_reportable_answers(session: Session, project: Project, t: Texts) -> Iterator[Row]:
    """Yields what both executives said of each other at first and at closing, if both agree to it then.

    Nothing of what one of them has said with somebody else in the other's seat: that one has not agreed.
    """
    rounds = executives.list_executive_rounds(session, project.team_id, project.pk)
    answered = [each for each in rounds if each.state is ExecutiveRoundState.ANSWERED]
    if not answered:
        return
    answers = executives.load_executive_answers(session, project.team_id, [each.pk for each in answered])
    for side in Side:
        if all(each is not None and each.may_be_reported for each in answers[answered[-1].pk]):
            theirs = [answers[each.pk][side] for each in answered if each.executives == answered[-1].executives]
            said = [(each.about_other, each.again) for each in theirs if each is not None]
            for question, scores in zip(QUESTIONS[side], zip(*said, strict=True), strict=True):
                asked = t.plain(f"pulse.short.{question}")
                label = t.plain("pulse.closing.executive", role=t(SEATS[side]), question=asked)
                yield _compare_first_and_last(t, label, [Fraction(each) for each in scores])


def _compare_first_and_last(t: Texts, label: str, numbers: Sequence[Fraction]) -> Row:
    """Builds a row of the first and the last of them. Of only one there is no before."""
    said = [str(t.number(Decimal(each.numerator) / Decimal(each.denominator))) for each in numbers]
    return label, said[0] if len(said) > 1 else "–", said[-1]


CLOSING: Final = (ChecklistLine("trust", load_trust_item), ReportSection("trust", load_trust_part))
