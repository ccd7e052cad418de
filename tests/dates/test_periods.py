"""Periods in words (product §2.4), with a fixed today: Monday, 23 November 2026."""

import re
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.dates.days import read_day
from bot.parsing.dates.periods import read_period
from bot.parsing.dates.readings import Period, Understood, value_of
from bot.parsing.dates.reckoning import FIRST, LAST
from bot.parsing.folding import fold_text
from bot.runtime.errors import Refusal
from bot.ui.languages import list_languages
from bot.ui.texts import Texts
from handlers.away import BACK
from tests.refusals import raises_refusal

TODAY = date(2026, 11, 23)


def parse_period(words: str, today: date) -> Period:
    return value_of(read_period(words, today=today))


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
2026-11-23 | from tuesday the 1st of may 2029 up to monday the 7th of may 2029 inclusive | 2029-05-01 | 2029-05-07
2026-11-23 | 2025-11-24 2026-12-01             | 2025-11-24 | 2026-12-01
2026-11-23 | 24.12 25.06                       | 2026-12-24 | 2027-06-25
2026-11-23 | until today                       | 2026-11-23 | 2026-11-23
2026-11-23 | until 23 may                      | 2026-11-23 | 2027-05-23
2026-11-23 | od wtorku 1 grudnia 2026 roku do piątku 11 grudnia 2026 roku włącznie | 2026-12-01 | 2026-12-11
2026-11-23 | from Wednesday, 30 September 2026 until Wednesday, 30 December 2026 inclusive | 2026-09-30 | 2026-12-30
2026-11-25 | od poniedziałku do piątku         | 2026-11-30 | 2026-12-04
2026-11-29 | monday - friday                   | 2026-11-30 | 2026-12-04
2026-11-23 | monday to monday                  | 2026-11-30 | 2026-12-07
2026-11-27 | from friday until next friday     | 2026-12-04 | 2026-12-11
2026-12-30 | od poniedziałku do końca miesiąca | 2027-01-04 | 2027-01-31
2026-11-23 | od poniedziałku do za 4 tygodnie  | 2026-11-30 | 2026-12-21
2026-12-23 | 24.12 2.01                        | 2026-12-24 | 2027-01-02
2027-01-03 | 24.12 2.01                        | 2027-12-24 | 2028-01-02
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
2026-11-24 | 2 weeks from monday               | 2026-11-30 | 2026-12-13
2026-11-24 | 2 tygodnie od poniedziałku        | 2026-11-30 | 2026-12-13
2026-11-24 | 3 days from 7.12                  | 2026-12-07 | 2026-12-09
2026-11-24 | thu-fri next week                 | 2026-12-03 | 2026-12-04
2026-11-24 | from thursday to friday next week | 2026-12-03 | 2026-12-04
2026-11-24 | w przyszłym tygodniu od czwartku do piątku | 2026-12-03 | 2026-12-04
2026-11-24 | 5 dni od jutra                    | 2026-11-25 | 2026-11-29
2026-11-24 | 5 dni roboczych od jutra          | 2026-11-25 | 2026-12-01
2026-11-24 | w przyszłym tyg.                  | 2026-11-30 | 2026-12-04
2026-11-24 | the week after next               | 2026-12-07 | 2026-12-11
2026-11-24 | cały grudzień                     | 2026-12-01 | 2026-12-31
2026-11-24 | cały listopad                     | 2026-11-24 | 2026-11-30
2026-11-24 | december 2027                     | 2027-12-01 | 2027-12-31
2026-11-24 | Q1                                | 2027-01-01 | 2027-03-31
2026-11-24 | czwartek i piątek                 | 2026-11-26 | 2026-11-27
2026-11-24 | thursday and friday next week     | 2026-12-03 | 2026-12-04
2026-11-24 | 24 i 25 grudnia                   | 2026-12-24 | 2026-12-25
2026-11-24 | between 24.12 and 2.01            | 2026-12-24 | 2027-01-02
2026-11-24 | 1-5.12                            | 2026-12-01 | 2026-12-05
2026-11-24 | from 1 to 5 Dec                   | 2026-12-01 | 2026-12-05
2026-11-24 | from the 24th to the 31st         | 2026-12-24 | 2026-12-31
2026-11-23 | from the 24th to the 30th         | 2026-11-24 | 2026-11-30
2026-11-24 | 2 weeks ago to friday             | 2026-11-10 | 2026-11-27
2026-11-24 | monday, tuesday                   | 2026-11-30 | 2026-12-01
2026-11-24 | jutro i pojutrze                  | 2026-11-25 | 2026-11-26
2026-11-26 | tomorrow friday                   | 2026-11-27 | 2026-11-27
2026-11-26 | jutro piątek                      | 2026-11-27 | 2026-11-27
2026-11-26 | od jutra do piątku                | 2026-11-27 | 2026-11-27
2026-11-25 | tomorrow friday                   | 2026-11-26 | 2026-11-27
2026-11-27 | from today to friday              | 2026-11-27 | 2026-11-27
2026-11-24 | in 10 days to friday              | 2026-12-04 | 2026-12-04
2026-11-26 | 27.11 friday                      | 2026-11-27 | 2026-11-27
2026-11-26 | tomorrow to next friday           | 2026-11-27 | 2026-12-04
2026-11-24 | for 3 days starting monday        | 2026-11-30 | 2026-12-02
2026-11-24 | od 7.12 przez 3 dni               | 2026-12-07 | 2026-12-09
2026-11-24 | od za tydzień do za 2 tygodnie    | 2026-12-01 | 2026-12-08
2026-11-24 | w grudniu                         | 2026-12-01 | 2026-12-31
2026-11-24 | this weekend                      | 2026-11-28 | 2026-11-29
2026-11-24 | do końca przyszłego tygodnia      | 2026-11-24 | 2026-12-04
2026-11-24 | 24 Dec 2027 to 2 Jan 2028         | 2027-12-24 | 2028-01-02
"""


@pytest.mark.parametrize("line", PERIODS.strip().splitlines())
def test_periods(line: str) -> None:
    today, words, first, last = (each.strip() for each in line.split("|"))
    assert parse_period(words, today=date.fromisoformat(today)) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon later",
        "24 to 28",
        "to",
        "-",
        "a" * 300,
        "nie",
        "next monday in 3 weeks",
        "jutro za 2 tygodnie",
        "piątek i poniedziałek",
        "friday or monday",
        "w ciągu 2 tygodni",
        "until New Year",
        "do Nowego Roku",
        "od jutra do odwołania",
        "24.12, 25.12, 26.12",
        "24.12 oraz 27.12",
        "monday, tuesday and wednesday",
        "przez najbliższe 2 tygodnie",
        "next weekend",
        "cały tydzień",
        "7.12 + 3 dni",
        "24.12 2.01 lub później",
    ],
)
def test_what_is_no_period_is_refused(words: str) -> None:
    with raises_refusal("error.day.unclear"):
        parse_period(words, today=TODAY)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("from tomorrow", "error.day.no_last"),
        ("od jutra", "error.day.no_last"),
        ("31.02 2.03", "error.day.none"),
        ("2.12 1.12", "error.day.backwards"),
        ("24.12 26.06", "error.day.backwards"),
        ("24.11 23.11", "error.day.backwards"),
        ("2.01 24.12", "error.day.backwards"),
        ("2.01 24.12.2027", "error.day.backwards"),
        ("until 22.11", "error.day.backwards"),
        ("2026-12-10 2026-12-01", "error.day.backwards"),
        ("22.11.2025 1.12.2026", "error.day.begun_long_ago"),
        ("23.11.2025 1.12.2026", "error.day.begun_long_ago"),
        ("until 2026-11-22", "error.day.past"),
        ("until 24 may", "error.day.backwards"),
        ("20.11 30.11.2026", "error.day.past"),
        ("20.11 30.11", "error.day.two_periods"),
        ("20-30 Nov", "error.day.two_periods"),
        ("mon 7/12 - fri", "error.day.two"),
        ("31-30.02", "error.day.none"),
        ("03/04 05/04", "error.day.two"),
        ("monday 4 december 2026 to friday", "error.day.weekday"),
    ],
)
def test_what_is_wrong_with_a_period_is_said(words: str, key: str) -> None:
    with raises_refusal(key):
        parse_period(words, today=TODAY)


@pytest.mark.parametrize("words", ["od 30 lutego", "from 30 lutego", "30 lutego", "do 30 lutego"])
def test_of_a_day_that_there_is_not_only_the_day_is_named(words: str) -> None:
    with raises_refusal("error.day.none") as refused:
        parse_period(words, today=TODAY)
    assert refused.value.facts["text"] == "30 lutego"


@pytest.mark.parametrize("words", ["5.3 - 1.3", "od 5 Marca do 1 marca", "5.03.2027–1.3", "until 22.11"])
def test_a_period_that_runs_backwards_is_shown_as_it_was_typed(words: str) -> None:
    with raises_refusal("error.day.backwards") as refused:
        parse_period(words, today=TODAY)
    assert refused.value.facts["text"] == words


@pytest.mark.parametrize("language", list_languages())
def test_the_helps_examples_are_read_on_every_day_of_a_year(language: str) -> None:
    usages = (Texts.of(language)(f"help.{name}.usage") for name in ("away", "deputy"))
    typed = [
        each.split(maxsplit=2)[2]
        for usage in usages
        for each in re.findall("`(.+?)`", usage)
        if each.count(" ") > 1
    ]
    periods = [re.sub(r"^@\w+ ", "", each) for each in typed if fold_text(each) not in BACK]
    assert len(periods) >= 5
    for words in periods:
        for ahead in range(366):
            today = TODAY + timedelta(days=ahead)
            try:
                first, last = parse_period(words, today=today)
            except Refusal as asked:  # it runs: this year's, or that of the next?
                assert asked.key == "error.day.two_periods"
                assert asked.facts["one_first"].day < today <= asked.facts["one_last"].day, (words, today)
                continue
            assert first <= last, (words, today)
            assert (last - first).days <= 31, (words, today)


@given(st.text(max_size=70), st.dates(FIRST, LAST))
def test_anything_is_a_day_or_refused(words: str, today: date) -> None:
    with suppress(Refusal):
        value_of(read_day(words, today=today))
    with suppress(Refusal):
        parse_period(words, today=today)


@pytest.mark.parametrize("words", ["0001-01-01", "9999-12-31", "1 January 1999", "31.12.2100"])
def test_another_century_is_out_of_reach(words: str) -> None:
    with raises_refusal("error.day.out_of_reach"):
        value_of(read_day(words, today=TODAY))
    with raises_refusal("error.day.out_of_reach"):
        parse_period(f"tomorrow {words}", today=TODAY)


CALENDAR_DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(lambda day: f"{day.day}.{day.month}")


@given(CALENDAR_DAYS, CALENDAR_DAYS, st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_year_that_nobody_typed_only_carries_over_new_year(first: str, last: str, today: date) -> None:
    """§2.4: of two days without years it begins today or later, and lasts half a year at most; or it is asked."""
    for joint in (" ", "-", " to ", " do "):
        reading = read_period(f"{first}{joint}{last}", today=today)
        if isinstance(reading, Understood):
            begins, ends = reading.value
            assert today <= begins <= ends
            assert ends - begins <= timedelta(days=183)
