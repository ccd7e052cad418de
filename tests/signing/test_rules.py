"""What two sides make of one request, and when a deputy signs (product §4.2, §4.7, §4.8)."""

from datetime import date, timedelta

import pytest

from bot.projects.rules import Side
from bot.signing.rules import SigningAnswer, has_both_signatures, is_deputy_day, needs_discussion

SIGN, TALK, DECLINE = SigningAnswer.SIGN, SigningAnswer.TALK, SigningAnswer.DECLINE
DAY = timedelta(days=1)
FIRST, LAST = date(2027, 3, 1), date(2027, 3, 5)


@pytest.mark.parametrize(
    ("it", "marketing", "agreed", "talk"),
    [
        (None, None, False, False),
        (SIGN, None, False, False),
        (DECLINE, None, False, False),
        (TALK, None, False, True),
        (SIGN, SIGN, True, False),
        (SIGN, DECLINE, False, True),
        (DECLINE, DECLINE, False, True),
        (SIGN, TALK, False, True),
        (TALK, TALK, False, True),
    ],
)
def test_two_answers(it: SigningAnswer | None, marketing: SigningAnswer | None, agreed: bool, talk: bool) -> None:
    """Whichever side says what."""
    for one, other in ((it, marketing), (marketing, it)):
        said = {Side.IT: one, Side.MARKETING: other}
        answers = {side: answer.value for side, answer in said.items() if answer is not None}
        assert has_both_signatures(answers) is agreed
        assert needs_discussion(answers) is talk


@pytest.mark.parametrize(
    ("today", "away"),
    [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)],
)
def test_both_days_belong_to_the_deputys_period(today: date, away: bool) -> None:
    assert is_deputy_day(today, from_day=FIRST, until_day=LAST) is away
