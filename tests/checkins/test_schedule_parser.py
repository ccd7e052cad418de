"""Schedules in words (product §8.1), read as an English sentence; 8:15 is the time that was set before."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checkins.rules import Schedule, first_instant_at, next_schedule_days
from bot.checkins.schedule_parser import NotASchedule, parse_schedule
from bot.checkins.schedule_views import describe_schedule
from bot.runtime.errors import Refusal
from bot.ui.texts import Texts
from playground.rendering import read_spaces
from tests.refusals import raises_refusal

TUESDAY = date(2026, 11, 24)
CURRENT = Schedule(frozenset({3}), time(8, 15), own_zone=True, country="PL")
WORDS = """
every each co raz na week weeks weekday weekly fortnight tydzien tygodnie 2 12 13 0 other drugi first 1st last
ostatni monday mon pt środa nie weekend - to do on we o at 10 9:30 25:00 9.30 am pm noon of the month
miesiąca , i and
"""

ENGLISH = """
thursday 10:00                                | Every Thursday at 10:00
every thursday at 10                          | Every Thursday at 10:00
Every Thursday                                | Every Thursday at 8:15
every 2 weeks on friday 9:30                  | Every 2 weeks on Friday at 9:30
every two weeks on friday, 9:30               | Every 2 weeks on Friday at 9:30
mon, wed 9am                                  | Every Monday and Wednesday at 9:00
every weekday 9:00                            | Every working day at 9:00
first monday 10:00                            | On the first Monday of the month at 10:00
last friday of the month 14:00                | On the last Friday of the month at 14:00
the last wednesday of every month at 2pm      | On the last Wednesday of the month at 14:00
every other tuesday at 9                      | Every 2 weeks on Tuesday at 9:00
every second friday                           | Every 2 weeks on Friday at 8:15
every second friday of the month              | On the second Friday of the month at 8:15
friday every 3 weeks 9:30                     | Every 3 weeks on Friday at 9:30
fortnightly on friday                         | Every 2 weeks on Friday at 8:15
every fortnight on friday                     | Every 2 weeks on Friday at 8:15
weekly on monday                              | Every Monday at 8:15
mon-fri 9                                     | Every working day at 9:00
monday to thursday at 8.30                    | Every Monday, Tuesday, Wednesday and Thursday at 8:30
tuesdays and thursdays 10:00                  | Every Tuesday and Thursday at 10:00
biweekly friday                               | Every 2 weeks on Friday at 8:15
bi-weekly on friday 9 a.m.                    | Every 2 weeks on Friday at 9:00
every 2 wks on friday 9.30                    | Every 2 weeks on Friday at 9:30
friday at 9 o'clock                           | Every Friday at 9:00
friday, 9 in the morning                      | Every Friday at 9:00
at 3 in the afternoon on fridays              | Every Friday at 15:00
once a month on the first monday              | On the first Monday of the month at 8:15
10:00 thursday                                | Every Thursday at 10:00
at 11:15                                      | Every Thursday at 11:15
every 2 weeks                                 | Every 2 weeks on Thursday at 8:15
daily at noon                                 | Every working day at 12:00
every day 9:00                                | Every working day at 9:00
every 5 weeks on wed and fri at 12:30 p.m.    | Every 5 weeks on Wednesday and Friday at 12:30
monthly on the third tuesday                  | On the third Tuesday of the month at 8:15
12:00 am monday                               | Every Monday at 0:00
noon friday                                   | Every Friday at 12:00
every first monday                            | On the first Monday of the month at 8:15
wed                                           | Every Wednesday at 8:15
each friday at 16                             | Every Friday at 16:00
fridays 4pm                                   | Every Friday at 16:00
10am mon & thu                                | Every Monday and Thursday at 10:00
every week on mondays at 10am                 | Every Monday at 10:00
at 10 on fridays                              | Every Friday at 10:00
every thurs. 10:00                            | Every Thursday at 10:00
thursday @10                                  | Every Thursday at 10:00
business days 8:30                            | Every working day at 8:30
5th friday                                    | On the fifth Friday of the month at 8:15
once a week on tuesday 9:05                   | Every Tuesday at 9:05
mon/wed/fri 9:30                              | Every Monday, Wednesday and Friday at 9:30
"""

POLISH = """
w czwartek o 10:00                            | Every Thursday at 10:00
co tydzień w piątek 9.30                      | Every Friday at 9:30
co 2 tygodnie we wtorek o 14                  | Every 2 weeks on Tuesday at 14:00
w pierwszy poniedziałek miesiąca 10:00        | On the first Monday of the month at 10:00
w ostatni czwartek miesiąca o 10              | On the last Thursday of the month at 10:00
codziennie 9:00                               | Every working day at 9:00
CO DRUGI PIĄTEK O 9                           | Every 2 weeks on Friday at 9:00
co trzecią środę o 9:30                       | Every 3 weeks on Wednesday at 9:30
w drugą środę miesiąca                        | On the second Wednesday of the month at 8:15
w każdy piątek o 10                           | Every Friday at 10:00
w każdą środę                                 | Every Wednesday at 8:15
pn, śr i pt 9.30                              | Every Monday, Wednesday and Friday at 9:30
pn. śr. pt. 9.30                              | Every Monday, Wednesday and Friday at 9:30
od poniedziałku do czwartku o 8:15            | Every Monday, Tuesday, Wednesday and Thursday at 8:15
w poniedziałki i środy o godz. 10             | Every Monday and Wednesday at 10:00
w czwartki o godzinie 10:00                   | Every Thursday at 10:00
raz na dwa tygodnie w piątek                  | Every 2 weeks on Friday at 8:15
raz w tygodniu we wtorek                      | Every Tuesday at 8:15
w dni robocze o 9                             | Every working day at 9:00
co miesiąc w ostatni piątek o 15              | On the last Friday of the month at 15:00
w ostatnią środę każdego miesiąca o 15        | On the last Wednesday of the month at 15:00
co 12 tygodni w czw                           | Every 12 weeks on Thursday at 8:15
co 5 tygodni w piątek i wtorek o 9            | Every 5 weeks on Tuesday and Friday at 9:00
o 9:30                                        | Every Thursday at 9:30
w południe w piątek                           | Every Friday at 12:00
w piątek w południe                           | Every Friday at 12:00
co tydzień                                    | Every Thursday at 8:15
co 2 tyg                                      | Every 2 weeks on Thursday at 8:15
co dwa tyg. w pt o 9:30                       | Every 2 weeks on Friday at 9:30
co trzeci tydz. w środę o godz. 9.30          | Every 3 weeks on Wednesday at 9:30
o 9 rano                                      | Every Thursday at 9:00
w piątki o 9 rano                             | Every Friday at 9:00
w piątek o dziewiątej                         | Every Friday at 9:00
w piątek o 10-tej                             | Every Friday at 10:00
w piątek o 2 po południu                      | Every Friday at 14:00
pierwszy piątek m-ca 10:00                    | On the first Friday of the month at 10:00
raz w miesiącu w ostatni piątek o 9           | On the last Friday of the month at 9:00
dwutygodniowo w środę                         | Every 2 weeks on Wednesday at 8:15
piąty piątek miesiąca                         | On the fifth Friday of the month at 8:15
od pn do pt                                   | Every working day at 8:15
wt-czw 9.30                                   | Every Tuesday, Wednesday and Thursday at 9:30
poniedziałek, wtorek i środa 8:00             | Every Monday, Tuesday and Wednesday at 8:00
piatek 12                                     | Every Friday at 12:00
w srode o 9:00                                | Every Wednesday at 9:00
kazda sroda 9.00                              | Every Wednesday at 9:00
co 1 tydzień w piątek                         | Every Friday at 8:15
co drugi tydzień w środę                      | Every 2 weeks on Wednesday at 8:15
raz na 3 tygodnie w pon.                      | Every 3 weeks on Monday at 8:15
co trzy tygodnie w czwartek o 10:30           | Every 3 weeks on Thursday at 10:30
"  CZWARTEK   10:00 "                         | Every Thursday at 10:00
pierwszy czwartek 10:00                       | On the first Thursday of the month at 10:00
w trzecią środę miesiąca o 13                 | On the third Wednesday of the month at 13:00
w czwarty wtorek miesiąca                     | On the fourth Tuesday of the month at 8:15
w ostatni piątek                              | On the last Friday of the month at 8:15
środa                                         | Every Wednesday at 8:15
w każdy dzień roboczy o 8:30                  | Every working day at 8:30
co dzień o 9                                  | Every working day at 9:00
"""


def table(text: str) -> list[tuple[str, str]]:
    rows = (line.split("|") for line in text.strip("\n").splitlines())
    return [(words.rstrip().strip('"'), sentence.strip()) for words, sentence in rows]


def parse_words(words: str, current: Schedule = CURRENT, since: date = TUESDAY) -> Schedule:
    return parse_schedule(words, current=current, since=since)


def say_schedule(language: str, schedule: Schedule, zone: str) -> str:
    """As people read it: a space that does not break a line looks like any other."""
    return read_spaces(describe_schedule(Texts.of(language), schedule, zone))


@pytest.mark.parametrize(("words", "sentence"), table(ENGLISH))
def test_english(words: str, sentence: str) -> None:
    assert say_schedule("en", parse_words(words), "UTC") == f"{sentence}, in each member's own time"


@pytest.mark.parametrize(("words", "sentence"), table(POLISH))
def test_polish(words: str, sentence: str) -> None:
    assert say_schedule("en", parse_words(words), "UTC") == f"{sentence}, in each member's own time"


def test_there_are_enough_phrases_of_each() -> None:
    assert len(table(ENGLISH)) >= 40
    assert len(table(POLISH)) >= 40


@pytest.mark.parametrize(
    "words",
    [
        *("", " ", "soon", "kiedyś", "every", "on", "first", "monthly", "nie w piątek", "x" * 500),
        *("thursday 25:00", "thursday 10:60", "thursday 13pm", "thursday 0am", "friday 10:00 11:00", "friday o"),
        *("first and third monday", "first weekday", "every wednesday of the month", "the month monday"),
        *("every 2 months on monday", "co dwa lata w piątek", "every 9 thursday", "every zebra weeks on monday"),
        *("po południu", "w piątek po południu", "friday afternoon", "biweekly mon and thu", "13 rano"),
        *("10.12", "01.12", "friday 10.12", "w piątek 24.12", "friday 9:30 not monday", "o 9 albo o 10"),
        *("co 2 tyg. co 3 tyg. w piątek", "w piątek oprócz świąt", "every 14 days", "o 11 wieczorem w piątek"),
        *("fri-mon 9", "mon -", "- fri", "every 2 weeks on the first monday", "poniedziałek albo wtorek"),
    ],
)
def test_what_is_no_schedule_is_refused(words: str) -> None:
    with pytest.raises(NotASchedule) as refused:
        parse_words(words)
    for language in ("en", "pl"):
        assert Texts.of(language)(refused.value.key, **refused.value.facts)


@pytest.mark.parametrize("words", ["saturday 10:00", "w sobotę o 10", "niedziela", "mon-sat 9", "weekends"])
def test_weekends_are_refused(words: str) -> None:
    """§2.8"""
    with raises_refusal("error.checkin.weekend"):
        parse_words(words)


@pytest.mark.parametrize("words", ["every 13 weeks on monday", "co 0 tygodni w piątek", "every 999999 weeks"])
def test_too_seldom_or_never_is_refused(words: str) -> None:
    with raises_refusal("error.checkin.rhythm"):
        parse_words(words)


def test_what_is_left_out_stays() -> None:
    current = Schedule(frozenset({0, 2}), time(14, 45), nth=2, own_zone=True, country="DE")
    assert parse_words("10:00", current) == Schedule(
        frozenset({0, 2}), time(10, 0), nth=2, own_zone=True, country="DE", anchor=current.anchor
    )
    changed = parse_words("every 3 weeks", current)
    assert (changed.weekdays, changed.at) == (frozenset({0, 2}), time(14, 45))
    assert (changed.every_weeks, changed.nth) == (3, None)
    assert (changed.own_zone, changed.country) == (True, "DE")


@pytest.mark.parametrize(
    ("since", "first"),
    [
        (date(2026, 11, 24), date(2026, 11, 27)),
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 12, 4)),
    ],
)
def test_a_rhythm_begins_with_its_first_weekday_to_come(since: date, first: date) -> None:
    schedule = parse_words("every 2 weeks on friday 9:30", since=since)
    after = first_instant_at(since, time.min, "UTC")
    assert next_schedule_days(schedule, after=after, zone="UTC", count=1) == [first]


@settings(derandomize=True, max_examples=300)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join) | st.text(max_size=130))
def test_anything_is_a_schedule_or_refused(words: str) -> None:
    with suppress(Refusal):
        schedule = parse_words(words)
        assert schedule.errors() == []
        assert isinstance(describe_schedule(Texts.of("pl"), schedule, "UTC"), str)


# --- as a sentence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "english", "polish"),
    [
        ("thursday 10", "Every Thursday at 10:00", "W każdy czwartek o 10:00"),
        ("wednesday 9:05", "Every Wednesday at 9:05", "W każdą środę o 9:05"),
        ("mon, wed 9", "Every Monday and Wednesday at 9:00", "W każdy poniedziałek i każdą środę o 9:00"),
        ("mon-fri 9", "Every working day at 9:00", "W każdy dzień roboczy o 9:00"),
        (
            "every 2 weeks on mon and fri 9:30",
            "Every 2 weeks on Monday and Friday at 9:30",
            "Co 2 tygodnie w poniedziałek i piątek o 9:30",
        ),
        (
            "every 5 weeks on tue, thu 9:30",
            "Every 5 weeks on Tuesday and Thursday at 9:30",
            "Co 5 tygodni we wtorek i czwartek o 9:30",
        ),
        ("every 12 weeks on wed 9", "Every 12 weeks on Wednesday at 9:00", "Co 12 tygodni w środę o 9:00"),
        ("first mon 10", "On the first Monday of the month at 10:00", "W pierwszy poniedziałek miesiąca o 10:00"),
        ("last wed 10", "On the last Wednesday of the month at 10:00", "W ostatnią środę miesiąca o 10:00"),
        (
            "third tue, third wed 10",
            "On the third Tuesday and the third Wednesday of the month at 10:00",
            "W trzeci wtorek i trzecią środę miesiąca o 10:00",
        ),
    ],
)
def test_sentences(words: str, english: str, polish: str) -> None:
    schedule = parse_words(words, Schedule(frozenset({3}), time(10, 0)))
    assert say_schedule("en", schedule, "Europe/Warsaw") == f"{english} (Warsaw time)"
    assert say_schedule("pl", schedule, "Europe/Warsaw") == f"{polish} (strefa czasowa: Warszawa)"
    own = parse_words(words)
    assert say_schedule("en", own, "Europe/Warsaw") == f"{english}, in each member's own time"
    assert say_schedule("pl", own, "Europe/Warsaw") == f"{polish}, według czasu lokalnego każdej osoby"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])
def test_a_zone_has_a_short_name(zone: str) -> None:
    for language in ("en", "pl"):
        city = Texts.of(language).city(zone)
        assert city
        assert not {"/", "_"} & set(city)
