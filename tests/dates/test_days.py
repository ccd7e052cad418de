"""Days in words (product §2.4), with a fixed today: Monday, 23 November 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.dates.days import read_day, read_future_day
from bot.parsing.dates.readings import SeveralDays, TwoReadings, value_of
from bot.parsing.dates.reckoning import FIRST, LAST
from bot.ui.languages import list_languages
from bot.ui.texts import Texts, WithWeekday
from tests.refusals import raises_refusal

TODAY = date(2026, 11, 23)


def parse_day(words: str, today: date) -> date:
    return value_of(read_day(words, today=today))


ENGLISH = """
today                        2026-11-23
tomorrow                     2026-11-24
Tomorrow                     2026-11-24
day after tomorrow           2026-11-25
the day after tomorrow       2026-11-25
yesterday                    2026-11-22
2026-12-24                   2026-12-24
2027-1-5                     2027-01-05
2026/12/24                   2026-12-24
2026.12.24                   2026-12-24
24.12                        2026-12-24
24.12.                       2026-12-24
24.12.2026                   2026-12-24
24.12.26                     2026-12-24
01.12                        2026-12-01
1.1                          2027-01-01
23.11                        2026-11-23
22.11                        2027-11-22
29.02.2028                   2028-02-29
24-12-2026                   2026-12-24
24/12/2026                   2026-12-24
24/12                        2026-12-24
12/24/2026                   2026-12-24
05/05                        2027-05-05
24-Dec                       2026-12-24
24-Dec-2027                  2027-12-24
1 dec 26                     2026-12-01
24 Dec                       2026-12-24
24 dec.                      2026-12-24
24 December                  2026-12-24
24 December 2027             2027-12-24
24th December                2026-12-24
24th of December             2026-12-24
the 24th of December         2026-12-24
Dec 24                       2026-12-24
December 24                  2026-12-24
December 24th                2026-12-24
December 24, 2026            2026-12-24
Dec 24th, 2027               2027-12-24
1 Jan                        2027-01-01
5 sept                       2027-09-05
monday                       2026-11-30
mon                          2026-11-30
tuesday                      2026-11-24
tue                          2026-11-24
wednesday                    2026-11-25
thursday                     2026-11-26
thu                          2026-11-26
friday                       2026-11-27
Friday                       2026-11-27
on friday                    2026-11-27
by friday                    2026-11-27
until friday                 2026-11-27
this friday                  2026-11-27
coming friday                2026-11-27
fri                          2026-11-27
saturday                     2026-11-28
sunday                       2026-11-29
next friday                  2026-12-04
next monday                  2026-11-30
next sunday                  2026-12-06
friday next week             2026-12-04
next week on friday          2026-12-04
friday in a week             2026-12-04
friday in 2 weeks            2026-12-11
Friday 4 December 2026       2026-12-04
Friday, 4 December           2026-12-04
Mon 30 Nov                   2026-11-30
Mon, Nov 30                  2026-11-30
friday the 4th               2026-12-04
day before yesterday         2026-11-21
15th of next month           2026-12-15
last day of the month        2026-11-30
last day of next month       2026-12-31
first day of december        2026-12-01
ten days                     2026-12-03
in 2 weeks                   2026-12-07
in two weeks                 2026-12-07
in a week                    2026-11-30
in 1 week                    2026-11-30
in 3 days                    2026-11-26
in three days                2026-11-26
in a day                     2026-11-24
in 10 days                   2026-12-03
in a couple weeks            2026-12-07
in a fortnight               2026-12-07
2 weeks                      2026-12-07
3 days from now              2026-11-26
2 weeks from today           2026-12-07
in a month                   2026-12-23
in 3 months                  2027-02-23
in six months                2027-05-23
in half a year               2027-05-23
in a year                    2027-11-23
in 2 years                   2028-11-23
within 2 weeks               2026-12-07
end of month                 2026-11-30
end of the month             2026-11-30
end of this month            2026-11-30
the end of the month         2026-11-30
by the end of the month      2026-11-30
eom                          2026-11-30
end of next month            2026-12-31
end of week                  2026-11-27
end of the week              2026-11-27
end of next week             2026-12-04
end of the quarter           2026-12-31
end of next quarter          2027-03-31
end of year                  2026-12-31
end of the year              2026-12-31
end of next year             2027-12-31
end of december              2026-12-31
end of february              2027-02-28
end of february 2028         2028-02-29
end of november              2026-11-30
start of december            2026-12-01
beginning of next month      2026-12-01
beginning of january         2027-01-01
start of next week           2026-11-30
the 15th                     2026-12-15
15th                         2026-12-15
the 23rd                     2026-11-23
31st                         2026-12-31
on the 1st                   2026-12-01
by the 30th                  2026-11-30
1st of may                   2027-05-01
may 3rd                      2027-05-03
3 may                        2027-05-03
on 3 may                     2027-05-03
until 3 May 2027             2027-05-03
by 24.12                     2026-12-24
from tomorrow                2026-11-24
"  in   2   weeks "          2026-12-07
IN 2 WEEKS                   2026-12-07
next fri                     2026-12-04
friday week                  2026-12-04
2 weeks from friday          2026-12-11
a week after 24 Dec          2026-12-31
2 days before 24.12          2026-12-22
in 2 weeks and 3 days        2026-12-10
in 10 working days           2026-12-07
2 working days before 7 december 2026-12-03
10 business days from friday 2026-12-11
last friday of november      2026-11-27
first monday in january      2027-01-04
last working day of the month 2026-11-30
Q1                           2027-03-31
end of Q1                    2027-03-31
start of Q2                  2027-04-01
eoq                          2026-12-31
eoy                          2026-12-31
end of 2027                  2027-12-31
24 December next year        2027-12-24
24 Dec (Thu)                 2026-12-24
2026-12-24T10:00             2026-12-24
24. 12. 2026                 2026-12-24
start of the quarter         2027-01-01
last friday                  2026-11-20
3 days ago                   2026-11-20
first of may                 2027-05-01
friday after next            2026-12-11
in 2 weeks' time             2026-12-07
sat                          2026-11-28
in 12 weeks                  2027-02-15
in twelve months             2027-11-23
"""

POLISH = """
dzisiaj                      2026-11-23
dziś                         2026-11-23
dzis                         2026-11-23
jutro                        2026-11-24
do jutra                     2026-11-24
pojutrze                     2026-11-25
wczoraj                      2026-11-22
przedwczoraj                 2026-11-21
2026-12-24                   2026-12-24
24.12                        2026-12-24
24.12.                       2026-12-24
24.12.2026                   2026-12-24
24.12.2026 r.                2026-12-24
do 24.12                     2026-12-24
01.12                        2026-12-01
1.12                         2026-12-01
29.02.2028                   2028-02-29
1 grudnia                    2026-12-01
1 grudnia 2026               2026-12-01
1 grudnia 2026 r.            2026-12-01
1. grudnia                   2026-12-01
do 1 grudnia                 2026-12-01
dnia 1 grudnia               2026-12-01
24 gru                       2026-12-24
24 grudzień                  2026-12-24
5 stycznia                   2027-01-05
6 lutego                     2027-02-06
7 marca                      2027-03-07
8 kwietnia                   2027-04-08
9 maja                       2027-05-09
10 czerwca                   2027-06-10
11 lipca                     2027-07-11
12 sierpnia                  2027-08-12
13 września                  2027-09-13
13 wrzesnia                  2027-09-13
14 października              2027-10-14
15 listopada                 2027-11-15
30 listopada                 2026-11-30
poniedziałek                 2026-11-30
w poniedziałek               2026-11-30
pn                           2026-11-30
wtorek                       2026-11-24
we wtorek                    2026-11-24
środa                        2026-11-25
w środę                      2026-11-25
śr                           2026-11-25
czwartek                     2026-11-26
w czwartek                   2026-11-26
do czwartku                  2026-11-26
piątek                       2026-11-27
piatek                       2026-11-27
Piątek                       2026-11-27
w piątek                     2026-11-27
do piątku                    2026-11-27
na piątek                    2026-11-27
pt                           2026-11-27
pt.                          2026-11-27
w ten piątek                 2026-11-27
w najbliższy piątek          2026-11-27
sobota                       2026-11-28
w sobotę                     2026-11-28
niedziela                    2026-11-29
w niedzielę                  2026-11-29
do niedzieli                 2026-11-29
w przyszły piątek            2026-12-04
przyszły piątek              2026-12-04
następny piątek              2026-12-04
w następną środę             2026-12-02
w przyszłą środę             2026-12-02
przyszły poniedziałek        2026-11-30
piątek za tydzień            2026-12-04
za tydzień w piątek          2026-12-04
piątek za 2 tygodnie         2026-12-11
w piątek w przyszłym tygodniu 2026-12-04
w przyszłym tygodniu w piątek 2026-12-04
piątek 4 grudnia 2026        2026-12-04
piątek 27.11                 2026-11-27
w piątek, 4 grudnia          2026-12-04
niedz.                       2026-11-29
za tydz.                     2026-11-30
ostatni dzień miesiąca       2026-11-30
do ostatniego dnia miesiąca  2026-11-30
pierwszy dzień przyszłego miesiąca 2026-12-01
15 przyszłego miesiąca       2026-12-15
15-go przyszłego miesiąca    2026-12-15
za tydzień                   2026-11-30
za 1 tydzień                 2026-11-30
za 2 tygodnie                2026-12-07
za dwa tygodnie              2026-12-07
za trzy tygodnie             2026-12-14
za 5 tygodni                 2026-12-28
za pięć tygodni              2026-12-28
za dzień                     2026-11-24
za 3 dni                     2026-11-26
za trzy dni                  2026-11-26
za 10 dni                    2026-12-03
za dziesięć dni              2026-12-03
za 14 dni                    2026-12-07
za miesiąc                   2026-12-23
za 1 miesiąc                 2026-12-23
za 2 miesiące                2027-01-23
za trzy miesiące             2027-02-23
za 6 miesięcy                2027-05-23
za pół roku                  2027-05-23
za rok                       2027-11-23
za 2 lata                    2028-11-23
za 5 lat                     2031-11-23
2 tygodnie                   2026-12-07
3 dni od dziś                2026-11-26
koniec miesiąca              2026-11-30
do końca miesiąca            2026-11-30
na koniec miesiąca           2026-11-30
koniec tego miesiąca         2026-11-30
koniec bieżącego miesiąca    2026-11-30
koniec przyszłego miesiąca   2026-12-31
koniec następnego miesiąca   2026-12-31
koniec tygodnia              2026-11-27
do końca tygodnia            2026-11-27
koniec przyszłego tygodnia   2026-12-04
koniec kwartału              2026-12-31
koniec przyszłego kwartału   2027-03-31
koniec roku                  2026-12-31
do końca roku                2026-12-31
koniec przyszłego roku       2027-12-31
koniec grudnia               2026-12-31
koniec lutego                2027-02-28
koniec lutego 2028           2028-02-29
początek grudnia             2026-12-01
na początku grudnia          2026-12-01
początek przyszłego miesiąca 2026-12-01
od poczatku stycznia         2027-01-01
15-go                        2026-12-15
do 15-go                     2026-12-15
1-go grudnia                 2026-12-01
3-go maja                    2027-05-03
3 maja                       2027-05-03
ZA TYDZIEŃ                   2026-11-30
2 tygodnie od piątku         2026-12-11
tydzień po 24.12             2026-12-31
2 dni przed 24.12            2026-12-22
za 2 tygodnie i 3 dni        2026-12-10
za 10 dni roboczych          2026-12-07
pierwszy poniedziałek stycznia 2027-01-04
ostatni piątek miesiąca      2026-11-27
ostatni dzień roboczy grudnia 2026-12-31
koniec Q1                    2027-03-31
I kwartał                    2027-03-31
początek roku                2027-01-01
początek miesiąca            2026-12-01
koniec m-ca                  2026-11-30
koniec przyszłego tyg.       2026-12-04
3 maja 2027 roku             2027-05-03
24 grudnia br.               2026-12-24
24 grudnia przyszłego roku   2027-12-24
24.12 przyszłego roku        2027-12-24
w tę środę                   2026-11-25
w tą środę                   2026-11-25
w zeszły piątek              2026-11-20
2 tygodnie temu              2026-11-09
w ciągu 2 tygodni            2026-12-07
pierwszego maja              2027-05-01
24.12 (czw.)                 2026-12-24
"  za   2   tygodnie "       2026-12-07
"""


def table(text: str) -> list[tuple[str, date]]:
    rows = (line.rsplit(maxsplit=1) for line in text.strip().splitlines())
    return [(words.strip().strip('"'), date.fromisoformat(day)) for words, day in rows]


@pytest.mark.parametrize(("words", "day"), table(ENGLISH))
def test_english(words: str, day: date) -> None:
    assert parse_day(words, today=TODAY) == day


@pytest.mark.parametrize(("words", "day"), table(POLISH))
def test_polish(words: str, day: date) -> None:
    assert parse_day(words, today=TODAY) == day


def test_there_are_enough_phrases_of_each() -> None:
    assert len(table(ENGLISH)) >= 120
    assert len(table(POLISH)) >= 120


@pytest.mark.parametrize("words", ["29.02", "29/2", "29 lutego", "Feb 29", "tuesday 29 February", "29.02 (wt.)"])
def test_a_leap_day_of_another_year_is_not_taken_for_the_next(words: str) -> None:
    """§2.4: no year is skipped in silence; from the March before it on it is the next such day."""
    with raises_refusal("error.day.leap") as refused:
        parse_day(words, today=TODAY)
    assert refused.value.facts["day"] == WithWeekday(date(2028, 2, 29))
    assert parse_day(words, today=date(2027, 3, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "words", ["31.02", "30 lutego", "31 april", "2027-13-01", "32.01", "00.12", "29.02.2027", "0th"]
)
def test_a_day_that_the_calendar_lacks_is_refused(words: str) -> None:
    with raises_refusal("error.day.none"):
        parse_day(words, today=TODAY)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "soon",
        "kiedyś",
        "10:30",
        "01.12 10:00",
        "12",
        "2 zebras",
        "tydzień",
        "next",
        "x" * 500,
        "maj",
        "w 2 tygodnie",
        "do 2 tygodni",
        "mid-December",
        "połowa grudnia",
        "friday or monday",
        "a may",
        "nie",
    ],
)
def test_what_is_no_day_is_refused(words: str) -> None:
    with raises_refusal("error.day.unclear"):
        parse_day(words, today=TODAY)


@pytest.mark.parametrize("words", ["yesterday", "wczoraj", "2026-11-22", "22.11.2026", "1 January 2026"])
def test_a_day_that_is_over_is_refused_where_one_to_come_is_needed(words: str) -> None:
    with raises_refusal("error.day.past"):
        value_of(read_future_day(words, today=TODAY))
    assert value_of(read_future_day("today", today=TODAY)) == TODAY


# Words, and what they mean on a Friday, a Sunday and the last day of the year.
OTHER_DAYS = """
friday                       2026-12-04  2026-12-04  2027-01-01
this friday                  2026-11-27  2026-12-04  2027-01-01
w ten piątek                 2026-11-27  2026-12-04  2027-01-01
coming friday                2026-12-04  2026-12-04  2027-01-01
next friday                  2026-12-04  2026-12-04  2027-01-08
piątek za tydzień            2026-12-04  2026-12-11  2027-01-08
w piątek w przyszłym tygodniu 2026-12-04 2026-12-04  2027-01-08
koniec tygodnia              2026-11-27  2026-11-29  2027-01-01
end of month                 2026-11-30  2026-11-30  2026-12-31
za miesiąc                   2026-12-27  2026-12-29  2027-01-31
15th of next month           2026-12-15  2026-12-15  2027-01-15
the 31st                     2026-12-31  2026-12-31  2026-12-31
27.11                        2026-11-27  2027-11-27  2027-11-27
tomorrow                     2026-11-28  2026-11-30  2027-01-01
end of next quarter          2027-03-31  2027-03-31  2027-03-31
"""
OTHERS = date(2026, 11, 27), date(2026, 11, 29), date(2026, 12, 31)


@pytest.mark.parametrize("line", OTHER_DAYS.strip().splitlines())
def test_on_a_friday_a_sunday_and_the_last_day_of_the_year(line: str) -> None:
    words, *days = line.rsplit(maxsplit=3)
    assert [parse_day(words, today=today).isoformat() for today in OTHERS] == days


@pytest.mark.parametrize("words", ["Monday 4 December 2026", "pon. 4.12.2026", "sunday the 23rd", "czwartek 27.11"])
def test_a_weekday_that_does_not_match_its_date_is_refused(words: str) -> None:
    with raises_refusal("error.day.weekday"):
        parse_day(words, today=TODAY)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("next week", "2026-11-30", "2026-12-04"),
        ("w przyszłym tygodniu", "2026-11-30", "2026-12-04"),
        ("w przyszłym tyg.", "2026-11-30", "2026-12-04"),
        ("this week", "2026-11-23", "2026-11-27"),
        ("ten tydzień", "2026-11-23", "2026-11-27"),
        ("the week after next", "2026-12-07", "2026-12-11"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("w następnym miesiącu", "2026-12-01", "2026-12-31"),
        ("ten miesiąc", "2026-11-01", "2026-11-30"),
        ("w przyszłym kwartale", "2027-01-01", "2027-03-31"),
        ("next year", "2027-01-01", "2027-12-31"),
        ("ten rok", "2026-01-01", "2026-12-31"),
    ],
)
def test_several_days_are_not_one_of_them(words: str, first: str, last: str) -> None:
    reading = read_day(words, today=TODAY)
    assert isinstance(reading, TwoReadings)
    assert isinstance(reading.error, SeveralDays)
    assert (reading.error.first, reading.error.last) == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_date_that_reads_in_two_ways_is_refused_with_both() -> None:
    with raises_refusal("error.day.two") as refused:
        parse_day("03/04/2027", today=TODAY)
    assert [refused.value.facts[name].day for name in ("one", "other")] == [date(2027, 4, 3), date(2027, 3, 4)]
    with raises_refusal("error.day.two"):
        parse_day("3/4", today=TODAY)


@given(st.dates(FIRST, LAST), st.sampled_from(list_languages()))
def test_what_duet_writes_is_read(day: date, language: str) -> None:
    assert parse_day(Texts.of(language).date(day), today=TODAY) == day
    assert parse_day(Texts.of(language).date_and_weekday(day), today=TODAY) == day


@given(st.dates(FIRST, LAST), st.dates(FIRST, date(2090, 1, 1)))
def test_what_is_written_is_read(day: date, today: date) -> None:
    assert parse_day(day.isoformat(), today=today) == day
    assert parse_day(f"{day.day}.{day.month}.{day.year}", today=today) == day
    assert parse_day(f"{day.day}.{day.month:02}", today=today) >= today
