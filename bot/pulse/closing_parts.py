"""Trust in the closing report: what is published, and what both executives agree to show (product §11.4, §12.2)."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlmodel import Session

from bot.parsing.money import plain_number
from bot.projects.closing_items import ReportPart
from bot.projects.closing_parts import ReportSection
from bot.projects.rules import SEATS, Side, Sides
from bot.pulse.rules import compute_side_trust
from bot.ui.texts import Texts
from storage import executives, pulse
from storage.executives import ExecutiveAnswer
from storage.projects import CharterVersion, Project

Row = tuple[str, str, str]


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
    )


def _list_published_means(session: Session, project: Project, t: Texts) -> Iterator[Row]:
    """Yields the means of the sides as they were published first and last."""
    publications = pulse.load_publications(session, project.team_id, project.pk)
    means = [publications[window].means for window in sorted(publications)]
    if means:
        for side in Side:
            before, after = (_say_mean(t, compute_side_trust(each, side)) for each in (means[0], means[-1]))
            yield t.plain("pulse.closing.team", side=t(f"side.{side}")), before, after


def _say_mean(t: Texts, mean: Fraction) -> str:
    return str(t.number(plain_number(round(Decimal(mean.numerator) / Decimal(mean.denominator), 2))))


def _list_reportable_answers(session: Session, project: Project, t: Texts) -> Iterator[Row]:
    """Yields what the executives said of each other first and last, of the rounds of which both have agreed."""
    rounds = executives.list_executive_rounds(session, project.team_id, project.pk)
    answers = executives.load_executive_answers(session, project.team_id, [each.pk for each in rounds])
    agreed = [both for row in rounds if (both := _read_reportable_answers(answers.get(row.pk))) is not None]
    if agreed:
        for side in Side:
            before, after = (str(t.number(each[side].about_other)) for each in (agreed[0], agreed[-1]))
            yield t.plain("pulse.closing.executive", role=t(SEATS[side])), before, after


def _read_reportable_answers(both: Sides[ExecutiveAnswer | None] | None) -> Sides[ExecutiveAnswer] | None:
    if both is None or both.it is None or both.marketing is None:
        return None
    it, marketing = both.it, both.marketing
    return Sides(it, marketing) if it.may_be_reported and marketing.may_be_reported else None


CLOSING: Final = (ReportSection("trust", load_trust_part),)
