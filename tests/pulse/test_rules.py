"""What is published, and what follows from it (product §11.1, §11.2). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.projects.rules import Side
from bot.pulse.rules import (
    FEWEST,
    QUESTIONS,
    SIDE_QUESTIONS,
    AskedPerson,
    QuestionMean,
    Tally,
    TrustQuestion,
    add_tallies,
    are_enough_people,
    choose_projects_of_people,
    compute_means,
    compute_side_trust,
    group_projects,
    name_quarter,
    next_opening_day,
    round_to_halves,
)

Answer = tuple[int, int]
"""A window and a person."""


def make_tally(it: int, marketing: int, *, score: int = 4) -> Tally:
    """So many people a side, who have answered everything with one score."""
    counts = {Side.IT: it, Side.MARKETING: marketing}
    return {(side, question, score): counts[side] for side, question in SIDE_QUESTIONS}


def smallest_computable_group(publications: Sequence[frozenset[Answer]]) -> int:
    """Of how few answers somebody can compute the sum who adds and subtracts published sums as they like."""
    sizes = [10**6]
    for signs in product((-1, 0, 1), repeat=len(publications)):
        weights: dict[Answer, int] = {}
        for sign, group in zip(signs, publications, strict=True):
            for answer in group:
                weights[answer] = weights.get(answer, 0) + sign
        if support := [answer for answer, weight in weights.items() if weight]:
            sizes.append(len(support))
    return min(sizes)


# Each window: project → which of twenty-four people (IT: the even ones) have answered there, of those asked there.
PROJECT = st.sets(st.integers(0, 23), max_size=16)
WINDOW = st.dictionaries(st.integers(1, 5), PROJECT, max_size=4)


def publish_window(window: int, teams: Mapping[int, Iterable[int]]) -> dict[Side, list[frozenset[Answer]]]:
    """What the rules publish of it: by side the groups of answers to each of its questions."""
    sides = {True: Side.IT, False: Side.MARKETING}
    asked = choose_projects_of_people(
        AskedPerson(f"U{who}", project_id, sides[who % 2 == 0])
        for project_id, team in teams.items()
        for who in team
    )
    people: dict[tuple[int, Side], set[Answer]] = {}
    for each in asked:
        people.setdefault((each.project_id, each.side), set()).add((window, int(each.user_id[1:])))
    tallies = {
        project_id: make_tally(*(len(people.get((project_id, side), ())) for side in Side)) for project_id in teams
    }
    return {
        side: [
            frozenset(answer for project_id in group for answer in people.get((project_id, side), ()))
            for group in group_projects(tallies)
        ]
        for side in Side
    }


@given(st.lists(WINDOW, max_size=3))
def test_nobody_computes_the_sum_of_fewer_than_five(windows: list[dict[int, set[int]]]) -> None:
    """§11.2: from all publications ever made, by people who join, leave, and work in several teams."""
    for side in Side:
        published = [group for n, teams in enumerate(windows) for group in publish_window(n, teams)[side]]
        assert smallest_computable_group(published[:8]) >= FEWEST
        answers = [answer for group in published for answer in group]
        assert len(answers) == len(set(answers)), "an answer stands in two publications"


@pytest.mark.parametrize(
    "overlapping",
    [
        [frozenset((1, who) for who in range(5)), frozenset((1, who) for who in range(6))],  # one joined
        [
            frozenset((1, who) for who in range(10)),
            frozenset((1, who) for who in range(4, 10)),
        ],  # a pool, and its rest
        [frozenset((1, who) for who in range(4))],
    ],
)
def test_that_test_finds_what_would_tell_of_few(overlapping: list[frozenset[Answer]]) -> None:
    assert smallest_computable_group(overlapping) < FEWEST


@pytest.mark.parametrize(
    ("teams", "groups"),
    [
        ({1: (5, 5)}, [{1}]),
        ({1: (4, 5)}, []),
        ({1: (5, 4)}, []),
        ({1: (4, 4), 2: (1, 1)}, [{1, 2}]),  # two small ones
        ({1: (9, 9), 2: (4, 9)}, [{1}]),  # what cannot stand alone is not added to what can
        ({1: (9, 9), 2: (4, 4), 3: (4, 4)}, [{1}, {2, 3}]),
        ({1: (4, 4), 2: (4, 4), 3: (0, 0)}, [{1, 2}]),  # nobody answered there
        ({1: (9, 1), 2: (1, 9)}, [{1, 2}]),
        ({1: (9, 2), 2: (9, 2)}, []),
        ({}, []),
    ],
)
def test_who_is_published_with_whom(teams: dict[int, tuple[int, int]], groups: list[set[int]]) -> None:
    """§11.2: both sides with at least five; smaller teams together; nobody's answers twice."""
    assert group_projects({key: make_tally(*counts) for key, counts in teams.items()}) == groups


def test_each_question_needs_five() -> None:
    """§11.2: who answers only one of two questions does not make a fifth of the other one."""
    tally = {**make_tally(5, 5), (Side.IT, TrustQuestion.AGAIN, 4): 4}
    assert group_projects({1: tally}) == []
    assert group_projects({1: tally, 2: {(Side.IT, TrustQuestion.AGAIN, 1): 1}}) == [{1, 2}]


def test_what_each_side_is_asked() -> None:
    """§11.1."""
    assert QUESTIONS.it == (TrustQuestion.PARTNER, TrustQuestion.AGAIN)
    assert QUESTIONS.marketing == (TrustQuestion.FLEXIBLE, TrustQuestion.AGAIN)


@pytest.mark.parametrize(
    ("mean", "halves"),
    [("1", 2), ("1.2", 2), ("1.25", 3), ("3.6", 7), ("3.7", 7), ("3.74", 7), ("3.75", 8), ("4.8", 10), ("5", 10)],
)
def test_means_are_rounded_to_halves(mean: str, halves: int) -> None:
    """§11.2: a small movement is not to be seen."""
    assert round_to_halves(Fraction(mean)) == halves


def test_means_are_all_that_is_published() -> None:
    """§11.2, §11.3: the gap is computed from what is published, and so tells nothing besides."""
    tally = add_tallies([make_tally(3, 0, score=5), make_tally(3, 6, score=2)])
    means = compute_means(tally)
    assert means == [
        QuestionMean(Side.IT, TrustQuestion.PARTNER, 7),
        QuestionMean(Side.IT, TrustQuestion.AGAIN, 7),
        QuestionMean(Side.MARKETING, TrustQuestion.FLEXIBLE, 4),
        QuestionMean(Side.MARKETING, TrustQuestion.AGAIN, 4),
    ]
    assert [compute_side_trust(means, side) for side in Side] == [Fraction(7, 2), Fraction(2)]


def test_nobody_is_asked_twice() -> None:
    """§11.2: who is in several teams counts in the oldest, and once."""
    parts = [AskedPerson("U2", 7, Side.IT), AskedPerson("U1", 7, Side.IT), AskedPerson("U2", 3, Side.MARKETING)]
    assert choose_projects_of_people(parts) == [AskedPerson("U2", 3, Side.MARKETING), AskedPerson("U1", 7, Side.IT)]


@pytest.mark.parametrize(
    ("day", "opens_on", "quarter"),
    [
        (date(2026, 11, 24), date(2026, 12, 7), "2026-Q4"),
        (date(2026, 12, 7), date(2026, 12, 7), "2026-Q4"),
        (date(2026, 12, 8), date(2027, 3, 1), "2027-Q1"),
        (date(2027, 3, 31), date(2027, 6, 7), "2027-Q2"),
    ],
)
def test_the_next_questions(day: date, opens_on: date, quarter: str) -> None:
    """§11.1: quarterly."""
    assert next_opening_day(day) == opens_on
    assert name_quarter(opens_on) == quarter


@pytest.mark.parametrize(
    ("it", "marketing", "are_enough"),
    [(FEWEST, FEWEST, True), (FEWEST - 1, FEWEST, False), (FEWEST, FEWEST - 1, False), (2 * FEWEST, 0, False)],
)
def test_a_team_too_small_to_publish_is_not_asked(it: int, marketing: int, *, are_enough: bool) -> None:
    """§11.2: each side needs as many as a mean has answers, whatever the other one has."""
    sizes = {Side.IT: it, Side.MARKETING: marketing}
    asked = [AskedPerson(f"U{side}{at}", 1, side) for side, size in sizes.items() for at in range(size)]
    assert are_enough_people(asked) is are_enough
