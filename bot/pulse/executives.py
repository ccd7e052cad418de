"""What both executives say of each other, openly, from the first project on (product §11.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import LetterFacts, Routine, revise_letter
from bot.lifecycle.service.close_project import ends_before
from bot.people.rules import Actor
from bot.projects.policy import refuse_all_but_executives
from bot.projects.rules import RUNNING, Side, Sides, State
from bot.projects.service import ProjectContext, load_context
from bot.pulse import executive_views as views
from bot.pulse.rules import SCORES, SPACING_DAYS, Occasion
from bot.pulse.windows import next_opening_moment
from bot.runtime.domain_events import (
    CharterAdopted,
    ExecutivesAnswered,
    ProjectActivated,
    ProjectChanged,
    SeatVacated,
    publish_event,
)
from bot.runtime.errors import NotFound, Refusal
from bot.ui.components import Compose
from storage import charters, projects, timers
from storage import executives as storage_executives
from storage.executives import ExecutiveAnswer, ExecutiveRound, ExecutiveRoundState
from storage.notices import Notice
from storage.projects import Project
from storage.timers import Timer
from storage.workspaces import load_workspace

ASK = "pulse.executives"  # timer kind
_LETTER, _BOTH = "executives:", ":both"  # how the letters' keys begin, and how that of the second answer ends
RETRY = timedelta(days=1)  # of a paused project, or one with a vacant seat
IN_WHICH_ASKED = RUNNING | {State.CLOSING}


@dataclass(frozen=True)
class AskedExecutive:
    """A round that an executive may answer now, and their answer so far."""

    found: ProjectContext
    round: ExecutiveRound
    side: Side
    answers: Sides[ExecutiveAnswer | None]

    @property
    def other(self) -> str:
        """The other executive."""
        return self.found.charter.executives[self.side.other]


def ask_at_activation(session: Session, event: ProjectActivated) -> None:
    """Reacts to the second signature, which does not wait for the questions: they come by the timer."""
    project = projects.load_project_of(session, event)
    timers.arm_row_timer(session, project, ASK, project.pk, event.now)


def ask_when_due(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Asks at activation, then once a quarter, unless that is too soon; the function of the timer kind.

    It is also where the project's end, which asks them too, is near. In a paused project, and while a seat is
    vacant, it waits.
    """
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is None or project.state not in (State.ACTIVE, State.PAUSED):
        return None
    if project.state is State.PAUSED or any(project.vacant):
        return now + RETRY  # a paused project is silent (product §3.1), and nobody is asked of a vacant seat
    is_first = not storage_executives.list_executive_rounds(session, project.team_id, project.pk)
    if is_first or not ends_before(session, project, project.day(now) + timedelta(days=SPACING_DAYS)):
        _open_round(session, project, Occasion.ACTIVATION if is_first else Occasion.QUARTER, now)
    since = now + timedelta(days=SPACING_DAYS if is_first else 0)
    return next_opening_moment(load_workspace(session, project.team_id), since)


def ask_at_closing(session: Session, event: ProjectChanged) -> None:
    """Reacts to a project's turns: when it enters closing, both are asked for the last time."""
    project = projects.load_project_of(session, event)
    if project.state is State.CLOSING:
        timers.cancel_timers(session, project.team_id, f"{ASK}:{project.pk}")
        if not any(project.vacant):
            _open_round(session, project, Occasion.CLOSING, event.now)
    elif project.state is State.CLOSED:
        _end_open_round(session, project)


def readdress_round(session: Session, event: CharterAdopted) -> None:
    """Reacts to another charter: where a seat has another holder, the round is over and another begins.

    So does one that a vacant seat has ended, or kept from beginning, once somebody sits there. What was said of the
    predecessor is for nobody else (product §11.4).
    """
    project = projects.load_project_of(session, event)
    if any(project.vacant) or project.state not in IN_WHICH_ASKED:
        return
    rounds = storage_executives.list_executive_rounds(session, project.team_id, project.pk)
    last = rounds[-1] if rounds else None
    if project.state is State.CLOSING and (last is None or last.occasion is not Occasion.CLOSING):
        _open_round(session, project, Occasion.CLOSING, event.now)
    elif last is not None and last.state is not ExecutiveRoundState.ANSWERED:
        holders = charters.load_counting_charter(session, project).executives
        if last.state is ExecutiveRoundState.OVER or last.executives != holders:
            _open_round(session, project, last.occasion, event.now)


def end_round_of_vacant_seat(session: Session, event: SeatVacated) -> None:
    """Reacts to an executive's leaving: they are asked nothing more, nor is the other one asked about them."""
    _end_open_round(session, projects.load_project_of(session, event))


def require_open_round(
    session: Session, *, actor: Actor, round_id: int, for_update: bool = False
) -> AskedExecutive:
    """Returns a round that the actor may answer now.

    Raises: NotFound; NotAllowed for all but the executives; Refusal where nothing is asked any more.
    """
    row = storage_executives.find_executive_round(session, actor.team_id, round_id)
    if row is None:
        raise NotFound
    found = load_context(session, actor=actor, project_id=row.project_id, for_update=for_update)
    side = find_seat(found)
    if side is None:
        raise refuse_all_but_executives(found)
    row = storage_executives.find_executive_round(session, actor.team_id, round_id)  # under the lock
    assert row is not None
    answers = storage_executives.load_executive_answers(session, actor.team_id, [row.pk]).get(
        row.pk, Sides(None, None)
    )
    if row.state is not ExecutiveRoundState.OPEN or row.executives != found.charter.executives:
        raise Refusal("error.pulse.round_over")
    return AskedExecutive(found, row, side, answers)


def answer_round(
    session: Session,
    *,
    actor: Actor,
    round_id: int,
    about_other: int,
    again: int,
    may_be_reported: bool,
    now: datetime,
) -> AskedExecutive:
    """Records an answer, or, until the other has answered, replaces it; with both each may read the other's.

    Raises: as `require_open_round`.
    """
    asked = require_open_round(session, actor=actor, round_id=round_id, for_update=True)
    if not {about_other, again} <= set(SCORES):
        raise NotFound
    given = ExecutiveAnswer(
        round_id=round_id,
        side=asked.side,
        team_id=actor.team_id,
        user_id=actor.user_id,
        about_other=about_other,
        again=again,
        may_be_reported=may_be_reported and asked.round.occasion is Occasion.CLOSING,
    )
    answers = asked.answers.with_value(asked.side, session.merge(given))
    other = answers[asked.side.other]
    if other is not None:
        asked.round.state, asked.round.answered_at = ExecutiveRoundState.ANSWERED, now
        for each in (given, other):
            _end_letter(session, asked.round, each.user_id, message=_compose_complete_round(asked))
        _tell_first_of_second(session, asked, other, now)
    session.flush()
    if other is not None:
        publish_event(session, ExecutivesAnswered(actor.team_id, now, asked.found.project.pk))
    return AskedExecutive(asked.found, asked.round, asked.side, answers)


def find_seat(found: ProjectContext) -> Side | None:
    """Finds the side on which the actor is the executive, and may act as one."""
    side = found.charter.executives.by_value().get(found.actor.user_id)
    return side if side is not None and found.actor.is_internal and not found.project.vacant[side] else None


def list_own_rounds(session: Session, found: ProjectContext) -> Sequence[views.RoundView]:
    """Lists rounds newest first: those that both have answered, and the open one, if the actor is asked."""
    seat = find_seat(found)
    if seat is None:
        return []
    rounds = storage_executives.list_executive_rounds(session, found.project.team_id, found.project.pk)
    answers = storage_executives.load_executive_answers(
        session, found.project.team_id, [each.pk for each in rounds]
    )
    shown: list[views.RoundView] = []
    first: dict[Sides[str], Sides[views.AnswerView]] = {}
    for row in rounds:
        if row.state is not ExecutiveRoundState.OVER and row.executives[seat] == found.actor.user_id:
            view = _build_round_view(found, row, answers.get(row.pk, Sides(None, None)), seat)
            shown.append(replace(view, start=first.get(row.executives)))
            if view.both is not None:
                first.setdefault(row.executives, view.both)
    return shown[::-1]


def load_round_view(session: Session, asked: AskedExecutive) -> views.RoundView:
    """Loads the round that was just answered, beside what the same two said first."""
    return next(each for each in list_own_rounds(session, asked.found) if each.round_id == asked.round.pk)


def build_own_answer_view(asked: AskedExecutive) -> views.AnswerView | None:
    """Builds what the executive has answered so far; None: nothing yet."""
    own = asked.answers[asked.side]
    return None if own is None else _build_answer_view(own)


def _build_round_view(
    found: ProjectContext, row: ExecutiveRound, answers: Sides[ExecutiveAnswer | None], seat: Side
) -> views.RoundView:
    """Builds a round as one of them sees it: with the other's answer only if there are both."""
    it, marketing = answers
    both = None
    if it is not None and marketing is not None:
        both = Sides(_build_answer_view(it), _build_answer_view(marketing))
    own = answers[seat]
    return views.RoundView(
        round_id=row.pk,
        occasion=row.occasion,
        on=found.project.day(row.answered_at or row.opened_at),
        both=both,
        has_answered=own is not None,
        is_open=row.state is ExecutiveRoundState.OPEN,
    )


def _build_answer_view(row: ExecutiveAnswer) -> views.AnswerView:
    return views.AnswerView(row.user_id, row.about_other, row.again, row.may_be_reported)


def _open_round(session: Session, project: Project, occasion: Occasion, now: datetime) -> None:
    """Opens a round; the one before is over, whoever has not answered it."""
    _end_open_round(session, project)
    cio, cmo = charters.load_counting_charter(session, project).executives
    row = ExecutiveRound(
        team_id=project.team_id, project_id=project.pk, cio=cio, cmo=cmo, occasion=occasion, opened_at=now
    )
    session.add(row)
    session.flush()
    _ask_executives(session, project, row, now)


def _ask_executives(session: Session, project: Project, row: ExecutiveRound, now: datetime) -> None:
    for side in Side:
        reader = row.executives[side]
        message = partial(
            views.render_executive_question,
            key=project.key,
            name=project.name,
            round_id=row.pk,
            other=row.executives[side.other],
        )
        routine = Routine("pulse", now, needs_reader=True, ends_with_project=True)
        post.to_person(session, project, reader, key=_letter_key(row, reader), message=message, routine=routine)


def _end_open_round(session: Session, project: Project) -> None:
    for row in _list_open_rounds(session, project):
        row.state = ExecutiveRoundState.OVER
        for reader in row.executives:
            _end_letter(session, row, reader)
    session.flush()


def _end_letter(
    session: Session, row: ExecutiveRound, reader: str, *, message: Compose = views.render_question_over
) -> None:
    revise_letter(session, team_id=row.team_id, key=_letter_key(row, reader), message=message, is_over=True)


def _list_open_rounds(session: Session, project: Project) -> list[ExecutiveRound]:
    rounds = storage_executives.list_executive_rounds(session, project.team_id, project.pk)
    return [each for each in rounds if each.state is ExecutiveRoundState.OPEN]


def _tell_first_of_second(session: Session, asked: AskedExecutive, first: ExecutiveAnswer, now: datetime) -> None:
    """Tells whoever answered first, with their morning, that there are both answers now: not what they are."""
    key, message = (
        f"{_letter_key(asked.round, first.user_id)}{_BOTH}",
        _compose_complete_round(asked, asked.found.actor.user_id),
    )
    post.to_person(
        session,
        asked.found.project,
        first.user_id,
        key=key,
        message=message,
        routine=Routine("pulse", now, ends_with_project=True),
    )


def is_letter_of_second_answer(notice: Notice) -> bool:
    """Whether it tells who answered first that both have answered."""
    subject = notice.subject or ""
    return notice.kind == LetterFacts.kind and subject.startswith(_LETTER) and subject.endswith(_BOTH)


def _compose_complete_round(asked: AskedExecutive, other: str | None = None) -> Compose:
    """`other`: who has answered, too, as it is told to whoever was first."""
    project = asked.found.project
    return partial(
        views.render_complete_round,
        key=project.key,
        name=project.name,
        number=project.number,
        other=other,
    )


def _letter_key(row: ExecutiveRound, reader: str) -> str:
    return f"{_LETTER}{row.pk}:{reader}"
