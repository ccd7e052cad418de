"""Periods in words (product §2.4), with a fixed today: Monday, 23 November 2026."""

import re
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates.days import parse_day
from bot.dates.errors import DayOutOfReach, NoLastDay, NoSuchDay, NotADay, TwoDays, WrongWeekday
from bot.dates.periods import parse_period
from bot.dates.reckoning import FIRST, LAST
from bot.errors import UserError
from bot.texts import Texts, languages
from bot.words import fold
from handlers.away import BACK

TODAY = date(2026, 11, 23)

# today | words | first | last
PERIODS = """
2026-11-23 | 2027-01-10 2027-01-24             | 2027-01-10 | 2027-01-24
2026-11-23 | 2026-12-24 to 2027-01-02          | 2026-12-24 | 2027-01-02
2026-11-23 | 10.01 24.01                       | 2027-01-10 | 2027-01-24
2026-11-23 | from tomorrow until next friday   | 2026-11-24 | 2026-12-04
2026-11-23 | od jutra do końca miesiąca        | 2026-11-24 | 2026-11-30
2026-11-23 | 1 grudnia 15 grudnia              | 2026-12-01 | 2026-12-15
2026-11-23 | 1 dec 26 dec                      | 2026-12-01 | 2026-12-26
2026-11-23 | 24.12 – 06.01                     | 2026-12-24 | 2027-01-06
2026-11-23 | today - in 2 weeks                | 2026-11-23 | 2026-12-07
2026-11-23 | 24 Dec to 2 Jan                   | 2026-12-24 | 2027-01-02
2026-11-23 | Dec 24 - Jan 2                    | 2026-12-24 | 2027-01-02
2026-11-23 | 24-Dec - 2-Jan                    | 2026-12-24 | 2027-01-02
2026-11-23 | 24.12 to 2.01                     | 2026-12-24 | 2027-01-02
2026-11-23 | 24.12-2.01                        | 2026-12-24 | 2027-01-02
2026-11-23 | 24.12 - 02.01.2028                | 2027-12-24 | 2028-01-02
2026-11-23 | 20.12.2027 10.01                  | 2027-12-20 | 2028-01-10
2026-11-23 | 24.12-28.12                       | 2026-12-24 | 2026-12-28
2026-11-23 | 24–28.12                          | 2026-12-24 | 2026-12-28
2026-11-23 | 28-3.01                           | 2026-12-28 | 2027-01-03
2026-11-23 | 1-15 grudnia                      | 2026-12-01 | 2026-12-15
2026-11-23 | od 24 do 31 grudnia               | 2026-12-24 | 2026-12-31
2026-11-23 | 1st to 15th december              | 2026-12-01 | 2026-12-15
2026-11-23 | from the 15th to the 20th         | 2026-12-15 | 2026-12-20
2026-11-23 | Dec 24-28                         | 2026-12-24 | 2026-12-28
2026-11-23 | Friday 4 December – Friday 11 December 2026 | 2026-12-04 | 2026-12-11
2026-11-23 | monday to friday                  | 2026-11-30 | 2026-12-04
2026-11-25 | od poniedziałku do piątku         | 2026-11-30 | 2026-12-04
2026-11-29 | monday - friday                   | 2026-11-30 | 2026-12-04
2026-11-23 | monday to monday                  | 2026-11-30 | 2026-12-07
2026-11-27 | from friday until next friday     | 2026-12-04 | 2026-12-11
2026-12-30 | od poniedziałku do końca miesiąca | 2027-01-04 | 2027-01-31
2026-11-23 | od poniedziałku do za 4 tygodnie  | 2026-11-30 | 2026-12-21
2026-12-23 | 24.12 2.01                        | 2026-12-24 | 2027-01-02
2026-12-27 | 24.12 2.01                        | 2026-12-24 | 2027-01-02
2027-01-01 | 24.12 2.01                        | 2026-12-24 | 2027-01-02
2027-01-03 | 24.12 2.01                        | 2027-12-24 | 2028-01-02
2026-12-27 | 24-28 Dec                         | 2026-12-24 | 2026-12-28
2026-11-23 | 24.12 do końca miesiąca           | 2026-12-24 | 2026-12-31
2026-11-23 | tomorrow for a week               | 2026-11-24 | 2026-11-30
2026-11-23 | od jutra na 2 tygodnie            | 2026-11-24 | 2026-12-07
2026-11-23 | od jutra 3 dni                    | 2026-11-24 | 2026-11-26
2026-11-23 | do piątku                         | 2026-11-23 | 2026-11-27
2026-11-27 | until friday                      | 2026-11-27 | 2026-12-04
2026-11-23 | till 24.12                        | 2026-11-23 | 2026-12-24
2026-11-23 | next week                         | 2026-11-30 | 2026-12-04
2026-11-25 | this week                         | 2026-11-25 | 2026-11-27
2026-11-25 | w tym tygodniu                    | 2026-11-25 | 2026-11-27
2026-11-25 | ten tydzień                       | 2026-11-25 | 2026-11-27
2026-11-23 | cały przyszły tydzień             | 2026-11-30 | 2026-12-04
2026-12-31 | przyszły miesiąc                  | 2027-01-01 | 2027-01-31
2026-11-23 | 2 weeks                           | 2026-11-23 | 2026-12-06
2026-11-23 | na tydzień                        | 2026-11-23 | 2026-11-29
2026-11-23 | tomorrow                          | 2026-11-24 | 2026-11-24
2026-11-23 | in 2 weeks                        | 2026-12-07 | 2026-12-07
2026-11-23 | Friday 4 December 2026            | 2026-12-04 | 2026-12-04
"""


@pytest.mark.parametrize("line", PERIODS.strip().splitlines())
def test_periods(line: str) -> None:
    today, words, first, last = (each.strip() for each in line.split("|"))
    assert parse_period(words, today=date.fromisoformat(today)) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


@pytest.mark.parametrize("words", ["", "soon later", "24 to 28", "to", "-", "a" * 300, "nie"])
def test_what_is_no_period_is_refused(words: str) -> None:
    with pytest.raises(NotADay):
        parse_period(words, today=TODAY)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("from tomorrow", NoLastDay),
        ("od jutra", NoLastDay),
        ("31.02 2.03", NoSuchDay),
        ("31-30.02", NoSuchDay),
        ("03/04 05/04", TwoDays),
        ("monday 4 december 2026 to friday", WrongWeekday),
    ],
)
def test_what_is_wrong_with_a_period_is_said(words: str, wrong: type[Exception]) -> None:
    with pytest.raises(wrong):
        parse_period(words, today=TODAY)


@pytest.mark.parametrize("language", languages())
def test_the_helps_examples_are_read_on_every_day_of_a_year(language: str) -> None:
    usages = (Texts.of(language).plain(f"help.{name}.usage") for name in ("away", "deputy"))
    typed = [
        each.split(maxsplit=2)[2]
        for usage in usages
        for each in re.findall("`(.+?)`", usage)
        if each.count(" ") > 1
    ]
    periods = [re.sub(r"^@\w+ ", "", each) for each in typed if fold(each) not in BACK]
    assert len(periods) >= 5
    for words in periods:
        for ahead in range(366):
            today = TODAY + timedelta(days=ahead)
            first, last = parse_period(words, today=today)
            assert first <= last, (words, today)
            assert (last - first).days <= 31, (words, today)


@given(st.text(max_size=70), st.dates(FIRST, LAST))
def test_anything_is_a_day_or_refused(words: str, today: date) -> None:
    for read in (parse_day, parse_period):
        with suppress(UserError):
            read(words, today=today)


@pytest.mark.parametrize("words", ["0001-01-01", "9999-12-31", "1 January 1999", "31.12.2100"])
def test_another_century_is_out_of_reach(words: str) -> None:
    with pytest.raises(DayOutOfReach):
        parse_day(words, today=TODAY)
    with pytest.raises(DayOutOfReach):
        parse_period(f"tomorrow {words}", today=TODAY)
