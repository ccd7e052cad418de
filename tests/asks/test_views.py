"""How the figures of both sides look on the card (product §10.3)."""

from datetime import date
from decimal import Decimal

import pytest

from bot.asks.rules import MonthFigures, SideFigures
from bot.asks.views import render_ask_figures
from bot.projects.rules import Sides
from bot.ui.blocks import fit_message
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from playground.strict.surfaces import check_message

MONTHS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))


def side_figures(*medians: str | None) -> SideFigures:
    read = [None if each is None else Decimal(each) for each in medians]
    months = [MonthFigures(month, at, median) for at, (month, median) in enumerate(zip(MONTHS, read, strict=True))]
    return SideFigures(3, 1, 2, read[-1], tuple(months))


@pytest.mark.parametrize("language", ["en", "pl"])
def test_two_lines_in_a_chart_and_the_same_in_words(language: str) -> None:
    """§10.3: a line a side; of medians over the months that both sides have, for a line has no gaps."""
    t, whole, few = Texts.of(language), side_figures("2", "2.5", "10"), side_figures(None, "1", None)
    gap, late = side_figures("2", None, "10"), side_figures(None, "4", "5")
    for figures, points in (
        (Sides(whole, whole), [3, 3]),
        (Sides(whole, gap), [3, 2]),
        (Sides(late, whole), [3, 2]),
        (Sides(gap, late), [3]),
        (Sides(whole, few), [3]),
        (Sides(few, few), [3]),
    ):
        blocks = render_ask_figures(t, figures)
        charts = [each["chart"] for each in blocks if each["type"] == "data_visualization"]
        assert [len(each["series"]) for each in charts] == [2] * len(points)
        assert [{len(line["data"]) for line in each["series"]} for each in charts] == [{each} for each in points]
        assert check_message(blocks).problems == []
        assert "0\u00a0→\u00a01\u00a0→\u00a02" in fit_message(Mrkdwn("D-1"), blocks).text
    said = fit_message(Mrkdwn("D-1"), render_ask_figures(t, Sides(whole, few))).text
    half = {"en": "2 → 2.5 → 10 · Marketing – → 1 → –", "pl": "2 → 2,5 → 10 · Marketing – → 1 → –"}[language]
    half = half.replace(" → ", "\u00a0→\u00a0").replace(" ·", "\u00a0·")
    assert half in said


def test_no_chart_of_nothing() -> None:
    """§10.3: where nothing was open at any month's end there is nothing to draw, nor to say."""
    none = SideFigures(1, 1, 0, None, tuple(MonthFigures(month, 0, None) for month in MONTHS))
    late = SideFigures(1, 0, 1, None, (*none.months[:2], MonthFigures(MONTHS[2], 1, None)))
    for figures, charts in ((Sides(none, none), 0), (Sides(none, late), 1), (Sides(late, none), 1)):
        blocks = render_ask_figures(Texts.of("en"), figures)
        assert sum(each["type"] == "data_visualization" for each in blocks) == charts
        assert ("Open asks, " in fit_message(Mrkdwn("D-1"), blocks).text) == bool(charts)


def test_in_a_first_month_nothing_has_moved() -> None:
    """§10.3: neither a line in words nor a chart of one point; the figures of today stand above."""
    first = SideFigures(1, 0, 1, None, (MonthFigures(MONTHS[2], 1, None),))
    (figures,) = render_ask_figures(Texts.of("en"), Sides(first, first))
    assert "To IT: 1 ask, 1 open\n" in figures["text"]["text"].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "To marketing: 1 ask, 1 done"), ("pl", "Do marketingu: 1 prośba, 1 spełniona")]
)
def test_what_is_zero_is_not_said(language: str, said: str) -> None:
    """§10.3: one ask that was made and done is one line, and nothing of the side that nobody has asked."""
    month = MonthFigures(MONTHS[2], 0, None)
    never, done = SideFigures(0, 0, 0, None, (month,)), SideFigures(1, 1, 0, None, (month,))
    (figures,) = render_ask_figures(Texts.of(language), Sides(never, done))
    assert figures["text"]["text"].replace("\u00a0", " ").splitlines()[1:] == [said]


@pytest.mark.parametrize(
    ("has_ended", "said"), [(False, "1 prośba, 1 otwarta"), (True, "1 prośba, 1 otwarta do końca")]
)
def test_what_ended_with_its_project_is_not_open_any_more(has_ended: bool, said: str) -> None:
    """§10.3: the card of a closed project."""
    asked = SideFigures(1, 0, 1, None, (MonthFigures(MONTHS[2], 1, None),))
    (figures,) = render_ask_figures(Texts.of("pl"), Sides(asked, asked), has_ended=has_ended)
    assert figures["text"]["text"].replace("\u00a0", " ").splitlines()[1] == f"Do IT: {said}"
