"""Looking back on check-ins: by round, by month, and one's own answers (product §13.4)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final

from sqlmodel import Session

from bot.checkins.history_views import OwnAnswer, PastMonth, PastRound, Turnout
from bot.checkins.readers import require_reader
from bot.checkins.rules import QuestionKind, Status
from bot.projects.rules import Side, Sides
from bot.projects.service import ProjectContext
from bot.ui.components import ListPage, build_uncounted_page, take_page
from storage import checkin_history, checkins
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.checkins import CheckinRound, RoundState
from storage.statements import list_rows_of_project

ROUNDS_SHOWN: Final = 8  # a page
MONTHS_SHOWN: Final = 12
OWN_SHOWN: Final = 6


def list_past_rounds(session: Session, found: ProjectContext, *, page: int, now: datetime) -> ListPage[PastRound]:
    """The page's rounds, newest first. Raises: NotAllowed."""
    project, offset = found.project, (page - 1) * ROUNDS_SHOWN
    require_reader(session, found, now)
    listed = checkins.list_rounds(session, project.team_id, project.pk, limit=ROUNDS_SHOWN + 1, offset=offset)
    seen = build_uncounted_page(listed, page, size=ROUNDS_SHOWN)
    turnouts = _load_turnouts(session, project.team_id, seen.items)
    return seen.convert_items(
        lambda each: PastRound(each.pk, each.day, turnouts[each.pk], each.state is RoundState.OPEN)
    )


def list_past_months(session: Session, found: ProjectContext, *, page: int, now: datetime) -> ListPage[PastMonth]:
    """The page's months in which there was a round, newest first. Raises: NotAllowed."""
    project = found.project
    require_reader(session, found, now)
    begun = [
        each
        for each in list_rows_of_project(session, CheckinRound, project.team_id, project.pk)
        if each.state is not RoundState.EARLY
    ]
    newest_first = sorted(begun, key=lambda each: (each.day, each.pk), reverse=True)
    months = [
        (month, [*rounds]) for month, rounds in groupby(newest_first, key=lambda each: each.day.replace(day=1))
    ]
    seen = take_page(months, page, size=MONTHS_SHOWN)
    turnouts = _load_turnouts(session, project.team_id, [each for _, rounds in seen.items for each in rounds])
    return seen.convert_items(lambda each: _build_month(*each, turnouts))


def list_own_answers(session: Session, found: ProjectContext, *, page: int, now: datetime) -> ListPage[OwnAnswer]:
    """What the reader has answered: nobody looks back on somebody else (product §13.4). Raises: NotAllowed."""
    project, offset = found.project, (page - 1) * OWN_SHOWN
    require_reader(session, found, now)
    listed = checkin_history.list_own_prompts(
        session, project.team_id, project.pk, found.actor.user_id, limit=OWN_SHOWN + 1, offset=offset
    )
    return build_uncounted_page(listed, page, size=OWN_SHOWN).convert_items(lambda each: _build_own_answer(*each))


def _build_month(month: date, rounds: Sequence[CheckinRound], turnouts: Mapping[int, Sides[Turnout]]) -> PastMonth:
    summed = (sum((turnouts[each.pk][side] for each in rounds), Turnout()) for side in Side)
    return PastMonth(month, len(rounds), Sides(*summed))


def _build_own_answer(prompt: CheckinPrompt, asked: CheckinRound) -> OwnAnswer:
    given = prompt.answer or {} if prompt.state is PromptState.ANSWERED else {}
    answers = tuple((question, given[question.id]) for question in asked.questions if question.id in given)
    state = "called_off" if prompt.was_called_off else prompt.state.value
    return OwnAnswer(asked.day, state, answers, is_late=prompt.is_late)


def _load_turnouts(session: Session, team_id: str, rounds: Collection[CheckinRound]) -> dict[int, Sides[Turnout]]:
    """By round: how many of each side were asked and have answered, and what they have said of the status."""
    questions = {
        each.pk: next((asked.id for asked in each.questions if asked.kind is QuestionKind.STATUS), "")
        for each in rounds
    }
    prompts: dict[tuple[int, Side], list[CheckinPrompt]] = defaultdict(list)
    for prompt in checkin_history.list_prompts_of_rounds(session, team_id, [*questions]) if questions else ():
        prompts[prompt.round_id, prompt.side].append(prompt)
    return {
        number: Sides(*(_count_turnout(prompts[number, side], question) for side in Side))
        for number, question in questions.items()
    }


def _count_turnout(prompts: Sequence[CheckinPrompt], question: str) -> Turnout:
    answered = [each for each in prompts if each.state is PromptState.ANSWERED]
    asked = [each for each in prompts if each.state is not PromptState.NOT_ASKED]
    said = Counter((each.answer or {}).get(question) for each in answered)
    called_off = sum(each.was_called_off for each in prompts)
    return Turnout(len(asked), len(answered), tuple(said[status.value] for status in Status), called_off)
