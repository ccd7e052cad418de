"""How the figures of both sides look on the card (product §10.3)."""

from datetime import date
from decimal import Decimal

import pytest

from bot.asks.rules import MonthFigures, SideFigures
from bot.asks.views import render_ask_figures
from bot.projects.rules import Sides
from bot.ui.blocks import fit_message
from bot.ui.texts import Mrkdwn, Texts
from playground.strict.surfaces import check_message

MONTHS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))


def side_figures(*medians: str | None) -> SideFigures:
    read = [None if each is None else Decimal(each) for each in medians]
    months = [MonthFigures(month, at, median) for at, (month, median) in enumerate(zip(MONTHS, read, strict=True))]
    return SideFigures(2, read[-1], tuple(months))


@pytest.mark.parametrize("language", ["en", "pl"])
def test_two_lines_in_a_chart_and_the_same_in_words(language: str) -> None:
    """§10.3: a line a side; of medians only where each month has one, for a line has no gaps."""
    t, whole, few = Texts.of(language), side_figures("2", "2.5", "10"), side_figures(None, "1", None)
    for figures, lines in ((Sides(whole, whole), [2, 2]), (Sides(whole, few), [2, 1]), (Sides(few, few), [2])):
        blocks = render_ask_figures(t, figures)
        charts = [each["chart"] for each in blocks if each["type"] == "data_visualization"]
        assert [len(each["series"]) for each in charts] == lines
        assert check_message(blocks).problems == []
        assert "0 → 1 → 2" in fit_message(Mrkdwn("D-1"), blocks).text
    said = fit_message(Mrkdwn("D-1"), render_ask_figures(t, Sides(whole, few))).text
    half = {"en": "2 → 2.5 → 10 · Marketing – → 1 → –", "pl": "2 → 2,5 → 10 · Marketing – → 1 → –"}[language]
    assert half in said
