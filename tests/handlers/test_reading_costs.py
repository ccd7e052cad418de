"""What is typed costs its length, whoever types it; readings are counted, no seconds (product §16)."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from bot.checkins.question_parser import parse_questions
from bot.checkins.rules import DEFAULT_QUESTIONS, MAX_QUESTIONS
from bot.register.search import SearchEntry, search_entries
from handlers import FEATURES
from handlers.grammar import Token, read_tokens
from handlers.mentions import read_people
from handlers.router import MAX_TYPED, Router
from tests.running import Office
from tests.scenarios.steps import (
    close_forms,
    expect_refusal,
    forge_submission,
    has_sentence,
    option_state,
    text_state,
)
from tests.scenarios.timetable_steps import start_project_today

TOO_LONG = ("To więcej, niż Duet czyta naraz", "That is more than I read at once")
TOO_MUCH = ("To za dużo, żeby tego poszukać", "That is too much to look up")
ROUTER = Router(FEATURES)


def calls_in(run: Callable[..., Any], *given: Any) -> int:
    """How many functions are called, Python's own among them."""
    count = 0

    def called(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        run(*given)
    finally:
        sys.setprofile(None)
    return count


def grows_with_length(run: Callable[[int], Any]) -> bool:
    """Ten times as much is read with at most some fifteen times as many calls; a square would be a hundred."""
    run(100)  # what is read once a process
    return calls_in(run, 2000) <= 15 * calls_in(run, 200) + 100


@pytest.mark.parametrize(
    "words", ["'a ", '"a', "'", "a ", "@a ", "&lt;@U1&gt; ", "<@U1|a> ", "x@y.pl ", "\u200b", "'a' "]
)
def test_arguments_are_read_once(words: str) -> None:
    """§2.7"""
    assert grows_with_length(lambda times: read_tokens(words * times))
    assert grows_with_length(lambda times: read_people(tuple(read_tokens(words * times))))
    assert grows_with_length(lambda times: read_people(tuple(read_tokens(words * times)), most=0))


def test_quotes_without_an_end_are_words() -> None:
    """§2.7: what is behind the last end of a quote is as it stands; before it, quotes are quotes."""
    assert read_tokens("'a b' 'c d") == [Token("quoted", "a b"), Token("word", "'c"), Token("word", "d")]
    assert read_tokens("'" + "a " * 400 + "b'") == [Token("quoted", "a " * 400 + "b")]


def test_what_nobody_types_is_not_read() -> None:
    """§16: on the event loop nothing but its length is looked at."""
    for words in ('"a' * 20_000, "milestone D-1 add " + "a " * 4000, "&amp;" * (MAX_TYPED + 1)):
        assert calls_in(ROUTER.command, words) < 20
    assert len(ROUTER.command("who " + "&amp;" * (MAX_TYPED - 4))[1]) == 1


def test_questions_are_read_up_to_one_too_many() -> None:
    """§8.1"""
    assert len(parse_questions("Co?\n" * 3000, DEFAULT_QUESTIONS)) == MAX_QUESTIONS + 1
    short, long = (calls_in(parse_questions, "Co\n" * n, DEFAULT_QUESTIONS) for n in (10, 3000))
    assert long <= 2 * short


def test_the_register_is_folded_once_a_search() -> None:
    """§2, `/duet who`."""
    entries = [SearchEntry(n, f"Baza {n}", "Wszyscy klienci", "Ewa Błysk") for n in range(50)]
    one, many = (calls_in(search_entries, "nic " * n, entries) for n in (1, 50))
    assert many <= 3 * one


@pytest.mark.parametrize("who", ["jan", "ewa"])
def test_a_command_that_is_too_long_is_refused(duet: Office, who: str) -> None:
    """§16: in one sentence, also for those who may do nothing; nothing is cut in silence."""
    start_project_today(duet)
    person = duet.person(who)
    for words in ("milestone D-1 add " + "a " * 4000, "who " + "a" * 8000, "'a " * 3000, "new " + "x" * 2000):
        close_forms(person)
        with expect_refusal(duet, "error.typed_too_long"):
            said = person.forges("slash_command", {"command": "/duet", "text": words}).text
            assert has_sentence(said, TOO_LONG), said
            assert person.form is None
    with expect_refusal(duet, "error.words_too_long"):
        assert has_sentence(person.types("/duet who " + "a " * 150).text, TOO_MUCH)
    close_forms(person)
    person.types("/duet " + "milestone " * 190)


def test_rights_come_before_what_was_written(duet: Office) -> None:
    """§14, §16: whoever has no part hears nothing of titles, names, days and amounts."""
    start_project_today(duet)
    jan = duet.person("jan")
    for form, values in (
        ("milestone.add", {"title": text_state(""), "due": text_state("never")}),
        ("register.add", {"kind": option_state("data"), "name": text_state("x" * 500)}),
        ("team.add", {"home_post": text_state("")}),
        ("life.pause", {"reason": text_state(""), "until": {"type": "datepicker", "selected_date": "2026-12-04"}}),
    ):
        close_forms(jan)
        with expect_refusal(duet, "error.not_found"):
            forge_submission(jan, form, '{"project": 1}', values)
    for words in ("milestone D-1 add 31.02", "own D-1 data", "team D-1 add @nobody", "checkin D-1 schedule kiedyś"):
        close_forms(jan)
        with expect_refusal(duet, "error.not_found"):
            jan.types(f"/duet {words}")
    with expect_refusal(duet, "error.deputy.not_an_executive"):
        jan.types("/duet deputy @nobody 31.02")
