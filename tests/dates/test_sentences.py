"""A day in what is more than a day (product §2.4), on Tuesday, 24 November 2026."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parsing.dates import days
from bot.parsing.dates.days import read_day
from bot.parsing.dates.periods import read_period
from bot.parsing.dates.readings import DayReading, Understood
from bot.parsing.dates.sentences import read_day_and_reason, read_title_and_day
from bot.parsing.folding import fold_text
from bot.timetable.charter_lines import read_charter_lines

TODAY = date(2026, 11, 24)

PHRASES = [
    each.strip()
    for each in [
        "\n24.12 ",
        " 24 grudnia ",
        " 24 December 2026 ",
        " 2027-01-10 ",
        " friday ",
        " piątek ",
        " next friday ",
        " w przyszły piątek ",
        " za 2 tygodnie\n",
        " in 2 weeks ",
        " 2 tygodnie od piątku ",
        " friday week ",
        " za 10 dni roboczych ",
        " Q1 ",
        " koniec Q1 ",
        " eoq ",
        " koniec roku ",
        " jutro\n",
        " 3 maja 2027 roku ",
        " 24 grudnia br. ",
        " 24. 12. 2026 ",
        " w tę środę ",
        " last friday of november ",
        " 2 weeks ",
        " 1.2 ",
        " now\n",
        " pierwszy poniedziałek stycznia ",
        " 2026-12-24T10:00 ",
        " Mon 7/12 ",
        " 31.02 ",
        " w przyszłym tyg. ",
        " do 1 maja\n",
        " by the end of the month ",
        " w zeszły piątek ",
        " poniedziałek 1 grudnia\n",
    ]
]
JOINTS = ("bo", "ponieważ", "because", "since", "due to", ":", "–", ",", "- ", "z powodu", "")
WORDS = """
raport black friday release 1.2 pilot mln o 10 week przyszłego roku lub or dostawca w na do by on 2 the may maj
zespół “cytat” (nawias) i and 24.12 piątek grudnia
""".split()  # noqa: SIM905
ANYTHING = st.text("abcż123.-:, ", min_size=1, max_size=6)

soup = st.lists(st.sampled_from([*WORDS, *PHRASES, *JOINTS]) | ANYTHING, max_size=9)


def bare(text: str) -> list[str]:
    """The words, without marks."""
    return re.findall(r"\w+", fold_text(text))


def check_nothing_is_lost(typed: str, kept: str, day: date) -> None:
    """All words stand in what is kept, one after the other, but for one phrase that means the day."""
    words, left = typed.split(), bare(kept)
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            phrase = " ".join(words[start:end]).strip(" .:;,|–—-·()")
            if bare(" ".join([*words[:start], *words[end:]])) != left:
                continue
            reading = read_day(phrase, today=TODAY)
            if isinstance(reading, Understood) and reading.value == day:
                return
    raise AssertionError((typed, kept, day))


@given(soup)
@example(["friday", "week"])
@example(["1.2", "mln"])
def test_a_move_that_is_done_at_once_keeps_every_word(parts: list[str]) -> None:
    """§2.4: in its day or its reason; whatever else was typed opens the form, or is refused."""
    typed = " ".join(parts)
    found = read_day_and_reason(typed, today=TODAY)
    if isinstance(found.reading, Understood) and found.is_certain and found.reason is not None:
        check_nothing_is_lost(typed, found.reason, found.reading.value)
    elif not isinstance(found.reading, Understood) and found.reason is not None:
        assert set(bare(found.reason)) <= set(bare(typed))


@given(soup)
def test_a_milestone_that_is_added_at_once_keeps_every_word(parts: list[str]) -> None:
    """§2.4: in its title or its day; without a day the title is all that was typed."""
    typed = " ".join(parts)
    found = read_title_and_day(typed, today=TODAY)
    if isinstance(found.reading, Understood):
        check_nothing_is_lost(typed, found.title, found.reading.value)
    elif not found.title:
        assert not isinstance(found.reading, Understood)


@pytest.mark.parametrize(
    "one", ["24 grudnia", "friday", "2027-01-10", "za 2 tygodnie", "do 1 maja", "31 listopada"]
)
@pytest.mark.parametrize("other", ["24.12", "1 May 2027", "in 2 weeks", "koniec Q1", "w piątek"])
def test_of_two_days_neither_is_taken(one: str, other: str) -> None:
    """§2.4: nor is one that is between the words."""
    for typed in (f"{one} – Raport – {other}", f"Raport – {one} – wersja – {other}", f"Raport – {one} – wersja"):
        found = read_title_and_day(typed, today=TODAY)
        assert not isinstance(found.reading, Understood), typed
        assert found.title == typed


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What has been read as a day."""
    counted: list[str] = []
    read = days._read_words

    def count(text: str, *more: object) -> DayReading:
        counted.append(text)
        return read(text, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(days, "_read_words", count)
    yield counted


@pytest.mark.parametrize("word", ["a", "1", "friday", "2027", "do", "do 1", "1 may", "in 2", "-", ":"])
def test_a_long_text_is_not_read_from_every_word(readings: list[str], word: str) -> None:
    """§2.4: a day has eight words at most, so its beginnings and ends are few, however long the text is."""
    long = f"{word} " * (10_000 // (len(word) + 1))
    read_day_and_reason(long, today=TODAY)
    assert len(readings) <= 3 * days.MOST_WORDS
    readings.clear()
    read_title_and_day(long, today=TODAY)
    assert len(readings) <= 3 * days.MOST_WORDS
    readings.clear()
    read_title_and_day(f"{long} – 2026-12-24", today=TODAY)
    assert len(readings) <= 3 * days.MOST_WORDS
    readings.clear()
    read_period(long, today=TODAY)
    assert len(readings) <= 4


@pytest.mark.parametrize("word", ["a", "1", "friday", "2027", "do", "do 1", "1 may", "in 2"])
def test_the_first_milestones_of_a_charter_are_read_in_bounds(readings: list[str], word: str) -> None:
    """§4.1: 3,000 characters of lines, each with a day, and with whatever may be a second one in its title."""
    line = f"{word} " * (60 // (len(word) + 1)) + "– 2026-12-24\n"
    read_charter_lines(line * (3_000 // len(line)), today=TODAY)
    assert len(readings) <= 4_000
    readings.clear()
    read_charter_lines(f"{word}\n" * (3_000 // (len(word) + 1)), today=TODAY)
    assert len(readings) <= 4_000
