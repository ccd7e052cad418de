"""What help, hints and refusals show as examples is read (product §2.2, §2.4)."""

import re
from datetime import date, timedelta

import pytest

from bot.parsing.dates.days import read_day
from bot.parsing.dates.periods import read_period
from bot.parsing.dates.readings import Understood
from bot.parsing.dates.reckoning import is_weekday
from bot.parsing.folding import fold_text
from bot.timetable.rules import read_milestone_line
from bot.ui.languages import list_languages
from bot.ui.texts import Texts
from handlers.grammar import Token, read_tokens
from handlers.mentions import read_people
from handlers.timetable_arguments import FILTERS, read_typed_milestone, read_typed_move
from handlers.timetable_command import VERBS

TODAY = date(2026, 11, 24)


def examples(language: str, key: str) -> list[str]:
    said = Texts.of(language)(key, **dict.fromkeys(("text", "line"), ""))
    return re.findall("`(.+?)`", said)


def verb_and_rest(example: str) -> tuple[str, tuple[Token, ...]]:
    typed = read_tokens(example)
    at = next((at for at, token in enumerate(typed) if VERBS.get(fold_text(token.text)) in ("add", "move")), None)
    return ("", ()) if at is None else (VERBS[fold_text(typed[at].text)], tuple(typed[at + 1 :]))


@pytest.mark.parametrize("language", list_languages())
def test_the_helps_milestones_are_done_at_once(language: str) -> None:
    shown = [verb_and_rest(each) for each in examples(language, "help.milestone.usage")]
    found = dict(reversed(shown))  # the first of each verb: `add several` opens a form
    for ahead in range(366):
        today = TODAY + timedelta(days=ahead)
        people = read_people(found["add"])
        added = read_typed_milestone(people.rest, today=today, is_working=is_weekday)
        assert added.title, today
        assert added.due is not None, today
        assert added.due >= today
        moved = read_typed_move(found["move"][1:], due=today, today=today, is_working=is_weekday)
        assert moved.is_certain, today
        assert moved.due is not None, today
        assert moved.reason, today


@pytest.mark.parametrize("language", list_languages())
def test_what_refusals_show_is_read(language: str) -> None:
    for key in ("error.day.unclear", "error.day.two"):
        facts = {"text": "", "one": TODAY, "other": TODAY} if key == "error.day.two" else {"text": ""}
        shown = re.findall("`(.+?)`", Texts.of(language)(key, **facts))
        assert shown, key
        for each in shown:
            assert isinstance(read_day(each, today=TODAY), Understood), each
    for each in examples(language, "error.day.backwards"):
        assert isinstance(read_period(each, today=TODAY), Understood), each
    example = Texts.of(language).plain("error.milestone.line", line="?", day=date(2026, 12, 1))
    *_, line = re.findall("“(.+?)”|„(.+?)”", example)
    read = read_milestone_line("".join(line), today=TODAY)
    assert (read.due, read.whose) == (date(2026, 12, 1), "IT")


@pytest.mark.parametrize(
    ("typed", "due", "reason"),
    [
        ("o tydzień bo ankieta", date(2026, 12, 23), "bo ankieta"),
        ("o 5 dni roboczych, ankieta", date(2026, 12, 23), "ankieta"),
        ("by 2 weeks because of the survey", date(2026, 12, 30), "because of the survey"),
        ("by friday because of the survey", date(2026, 11, 27), "because of the survey"),
    ],
)
def test_so_much_later_is_later_than_planned(typed: str, due: date, reason: str) -> None:
    """§9.2, §2.4: not than today; a day is the day that it says."""
    words = tuple(read_tokens(typed))
    moved = read_typed_move(words, due=date(2026, 12, 16), today=TODAY, is_working=is_weekday)
    assert (moved.due, moved.reason) == (due, reason)


def test_filters_are_typed_as_they_are_compared() -> None:
    assert [phrase for phrase in FILTERS if fold_text(phrase) != phrase] == []
