"""What is asked, when, and which answers are published together (product §11). Pure.

The rule of publication: every answer stands in at most one published mean, and no mean is of fewer than `FEWEST`.
So the sums that follow from all publications ever made are those of whole groups, put together or not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from bot.projects.rules import Side, Sides

FEWEST: Final = 5
"""Answers to each question, on each side, below which nothing is published."""
SCORES: Final = (1, 2, 3, 4, 5)
SKIPPED: Final = 0
"""In the place of a score: nothing is counted, and the question is not asked again."""
WINDOW_DAYS: Final = 14
MONTHS_OF_OPENING: Final = (3, 6, 9, 12)
SPACING_DAYS: Final = 45
"""Within which the executives are not asked a second time."""


class TrustQuestion(StrEnum):
    FLEXIBLE = "flexible"  # to marketing: IT's solutions are flexible and come in time
    PARTNER = "partner"  # to IT: marketing involves us as a partner
    AGAIN = "again"  # to both: I would start another joint project with them


class Occasion(StrEnum):
    ACTIVATION = "activation"
    QUARTER = "quarter"
    CLOSING = "closing"


QUESTIONS: Final = Sides(
    (TrustQuestion.PARTNER, TrustQuestion.AGAIN),
    (TrustQuestion.FLEXIBLE, TrustQuestion.AGAIN),
)
SIDE_QUESTIONS: Final = tuple((side, question) for side in Side for question in QUESTIONS[side])

Tally = Mapping[tuple[Side, TrustQuestion, int], int]
"""How many people of a side gave a question that score."""


@dataclass(frozen=True)
class AskedPerson:
    """Somebody whom a project has asked, and as one of which side."""

    user_id: str
    project_id: int
    side: Side


@dataclass(frozen=True)
class QuestionMean:
    side: Side
    question: TrustQuestion
    halves: int  # 7 is a mean of 3.5


def choose_projects_of_people(asked: Iterable[AskedPerson]) -> list[AskedPerson]:
    """Chooses each person once, in their oldest project: nobody answers, or counts, twice."""
    chosen: dict[str, AskedPerson] = {}
    for each in sorted(asked, key=lambda each: (each.project_id, each.user_id)):
        chosen.setdefault(each.user_id, each)
    return [*chosen.values()]


def group_projects(tallies: Mapping[int, Tally]) -> list[frozenset[int]]:
    """Groups projects published together, by their ids: whoever can stands alone, the others are one pool.

    No project is in two groups. What does not reach `FEWEST` alone or in the pool is in none, never published.
    """
    alone = [project_id for project_id in sorted(tallies) if is_publishable(tallies[project_id])]
    pool = frozenset(each for each in tallies if each not in alone and any(tallies[each].values()))
    groups = [frozenset({project_id}) for project_id in alone]
    return [*groups, pool] if is_publishable(add_tallies(tallies[each] for each in pool)) else groups


def is_publishable(tally: Tally) -> bool:
    """Whether each question has enough answers on each side that is asked it."""
    return all(sum(tally.get((*asked, score), 0) for score in SCORES) >= FEWEST for asked in SIDE_QUESTIONS)


def are_enough_people(asked: Iterable[AskedPerson]) -> bool:
    """Whether anything could be published if all of them answered, all projects put together."""
    asked_of = Counter(each.side for each in asked)
    return all(asked_of[side] >= FEWEST for side in Side)


def add_tallies(tallies: Iterable[Tally]) -> Tally:
    """Adds up tallies to that of all their answers."""
    total: Counter[tuple[Side, TrustQuestion, int]] = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def compute_means(tally: Tally) -> list[QuestionMean]:
    """Computes the mean of each question that a side is asked. The tally is publishable."""
    means = []
    for side, question in SIDE_QUESTIONS:
        counts = {score: tally.get((side, question, score), 0) for score in SCORES}
        total = sum(score * count for score, count in counts.items())
        means.append(QuestionMean(side, question, round_to_halves(Fraction(total, sum(counts.values())))))
    return means


def round_to_halves(mean: Fraction) -> int:
    """Returns the mean in halves; one just between two of them is rounded up."""
    return int(2 * mean + Fraction(1, 2))


def compute_side_trust(means: Sequence[QuestionMean], side: Side) -> Fraction:
    """Computes the mean of what is published of a side, which tells nothing that its publication does not."""
    published = [each.halves for each in means if each.side == side]
    return Fraction(sum(published), 2 * len(published))


def name_quarter(day: date) -> str:
    """Names a day's quarter: `2026-Q4`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def next_opening_day(day: date) -> date:
    """Returns the first Monday of a quarter's last month that is not before `day`: then people are asked."""
    month = date(day.year, day.month, 1)
    while True:
        monday = month + timedelta(days=-month.weekday() % 7)
        if month.month in MONTHS_OF_OPENING and monday >= day:
            return monday
        month = (month + timedelta(days=31)).replace(day=1)
