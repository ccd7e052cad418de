"""How long a side takes to answer, and how that moves (product §10.3)."""

from datetime import date, timedelta
from decimal import Decimal

from bot.asks.rules import AskDays, compute_median_days, compute_side_figures, count_working_days
from bot.projects.rules import Side
from bot.scheduling.workdays import WorkCalendar

FRIDAY = date(2026, 10, 30)
POLAND = WorkCalendar("PL")


def test_working_days_are_those_of_the_calendar() -> None:
    """§10.3: what is answered on the same day took none; weekends, holidays and days away are none."""
    count = [count_working_days(FRIDAY, FRIDAY + timedelta(days=n), POLAND.is_working_day) for n in range(5)]
    assert count == [0, 0, 0, 1, 2]  # Saturday, and All Saints' on the Sunday
    over_independence_day = date(2026, 11, 10), date(2026, 11, 12)
    assert count_working_days(*over_independence_day, POLAND.is_working_day) == 1
    assert count_working_days(*over_independence_day, WorkCalendar("GB").is_working_day) == 2
    away = WorkCalendar("GB", free_days=frozenset([date(2026, 11, 11)]))
    assert count_working_days(*over_independence_day, away.is_working_day) == 1
    assert count_working_days(FRIDAY, FRIDAY - timedelta(days=3), POLAND.is_working_day) == 0


def test_under_three_answered_asks_there_is_no_median() -> None:
    """§10.3: what is not answered yet does not count; of an even number it is the middle of two."""
    assert compute_median_days([]) is None
    assert compute_median_days([1, 5, None, None]) is None
    assert compute_median_days([9, 0, 2]) == 2
    assert compute_median_days([9, 0, 2, 3, None]) == Decimal("2.5")


def ask_days(side: Side, asked: date, days: int | None, ended: date | None = None) -> AskDays:
    answered = None if days is None else asked + timedelta(days=days)
    return AskDays(side, asked, answered, days, ended, is_done=False)


def test_both_figures_over_three_months_per_side() -> None:
    """§10.3: open at each month's end, today for this one; medians of what was answered in that month."""
    september, october, today = date(2026, 9, 10), date(2026, 10, 12), date(2026, 11, 18)
    asks = [
        *(ask_days(Side.IT, september, days, ended=date(2026, 10, 1)) for days in (1, 2, 6)),
        *(ask_days(Side.IT, october, days) for days in (3, 3)),
        ask_days(Side.IT, date(2026, 9, 29), 3, ended=date(2026, 11, 18)),  # answered in October
        ask_days(Side.MARKETING, today, None),
        ask_days(Side.MARKETING, date(2026, 6, 1), 4, ended=date(2026, 6, 5)),
    ]
    figures = compute_side_figures(asks, today, began_on=date(2026, 6, 1))
    assert [each.month for each in figures.it.months] == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
    assert [each.open for each in figures.it.months] == [4, 3, 2]
    assert [each.median for each in figures.it.months] == [2, 3, None]
    assert (figures.it.open, figures.it.median) == (2, Decimal(3))
    assert [each.open for each in figures.marketing.months] == [0, 0, 1]
    assert (figures.marketing.open, figures.marketing.median) == (1, None)


def test_what_is_answered_on_the_first_or_the_last_day_of_a_month_is_of_that_month() -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    asks = [ask_days(Side.IT, answered - timedelta(days=2), 2) for answered in (first, first, last)]
    beside = [
        ask_days(Side.IT, answered - timedelta(days=9), 9) for answered in (date(2026, 9, 30), date(2026, 11, 1))
    ]
    months = compute_side_figures([*asks, *beside], date(2026, 11, 18), began_on=date(2026, 9, 1)).it.months
    assert [each.median for each in months] == [None, 2, None]


def test_there_is_no_month_before_the_project_began() -> None:
    """§10.3: nobody could ask for anything then."""
    asks = [ask_days(Side.IT, date(2026, 11, 2), None)]
    for began_on, months in (
        (date(2026, 11, 2), [11]),
        (date(2026, 10, 31), [10, 11]),
        (date(2026, 5, 1), [9, 10, 11]),
    ):
        figures = compute_side_figures(asks, date(2026, 11, 18), began_on=began_on)
        assert [[each.month.month for each in side.months] for side in figures] == [months, months]
