"""When people are asked at all, and whose answers are published (product §11.1, §11.2)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session, select

from bot.people.rules import Actor
from bot.pulse.windows import WINDOW, arm_next_window, cancel_windows, record_answer, run_window_timer
from storage.pulse import PulseInvitation, PulsePublication, PulseWindow, WindowState
from storage.session import transaction
from storage.timers import Timer
from storage.workspaces import load_workspace
from tests.refusals import raises_refusal
from tests.running import Office
from tests.scenarios.pulse_steps import (
    CLOSES,
    IT,
    MARKETING,
    TEAM,
    answer_all,
    begin_window,
    click_in_settings,
    id_of,
    put_in_team,
    record_informed,
    show_pulse,
)
from tests.scenarios.steps import activate_project, day_from_today

NEXT_ASKED = "Następne pytania"


def run_timer(
    duet: Office, *, late: timedelta = timedelta(), prepare: Callable[[Session, datetime], None] | None = None
) -> list[PulseWindow]:
    """Runs a workspace's timer as many days after its moment; returns the windows that there are then."""
    with transaction(duet.database) as session:
        workspace = load_workspace(session, TEAM)
        timer = session.exec(select(Timer).filter_by(kind=WINDOW)).one_or_none()
        if timer is None:
            arm_next_window(session, workspace, duet.bot.duet.now())
            timer = session.exec(select(Timer).filter_by(kind=WINDOW)).one()
        now = timer.due_at + late
        if prepare is not None:
            prepare(session, now)
        again_at = run_window_timer(session, timer, now)
        assert again_at is None or again_at > now
        return list(session.exec(select(PulseWindow)).all())


def begin_project(duet: Office, **days: str) -> str:
    """A project with enough people to ask."""
    key = activate_project(duet, **days)
    put_in_team(duet, key, IT[1:5], MARKETING[1:5])
    return key


def test_nobody_is_asked_before_people_were_informed(duet: Office) -> None:
    """§11.2, §17: not even by a timer that is still there."""
    begin_project(duet)
    assert run_timer(duet) == []


def test_a_window_that_would_be_over_is_not_opened(duet: Office) -> None:
    """§11.1: after a long silence of Duet's nobody is asked what they can no longer answer."""
    begin_project(duet, ends_on=day_from_today(duet, 200))
    record_informed(duet)
    assert run_timer(duet, late=timedelta(days=14)) == []
    assert len(run_timer(duet, late=timedelta(days=14, seconds=-1))) == 1


def test_a_project_that_ends_before_the_window_is_over_asks_nobody(duet: Office) -> None:
    """§11.1, §12.2: its result would come too late for the report; until it ends that is said, too."""
    key = begin_project(duet, starts_on=day_from_today(duet, 1), ends_on=(CLOSES - timedelta(days=1)).isoformat())
    record_informed(duet)
    assert NEXT_ASKED not in show_pulse(duet, "ewa", key)
    assert run_timer(duet) == []


def test_a_project_that_ends_with_the_window_asks(duet: Office) -> None:
    """§11.1, §12.2: what has come of it is in the report."""
    key = begin_project(duet, starts_on=day_from_today(duet, 1), ends_on=CLOSES.isoformat())
    record_informed(duet)
    assert NEXT_ASKED in show_pulse(duet, "ewa", key)
    assert len(run_timer(duet)) == 1


def test_a_quarter_has_one_window(duet: Office) -> None:
    """§11.1: switched off and on again, Duet asks nobody a second time in it."""

    def close(session: Session, now: datetime) -> None:
        cancel_windows(session, load_workspace(session, TEAM), now)

    begin_project(duet, ends_on=day_from_today(duet, 200))
    record_informed(duet)
    (window,) = run_timer(duet)
    assert window.state is WindowState.OPEN
    (window,) = run_timer(duet, late=timedelta(hours=1), prepare=close)
    assert window.state is WindowState.CLOSED


def test_an_executive_is_not_asked_as_one_of_the_team(duet: Office) -> None:
    """§11.1: a member who is its executive, too, answers with the executives only."""
    key = begin_project(duet, ends_on=day_from_today(duet, 200))
    put_in_team(duet, key, ("adam",), ("anna",))
    record_informed(duet)
    run_timer(duet)
    with transaction(duet.database) as session:
        asked = set(session.exec(select(PulseInvitation.user_id)).all())
    assert asked == {id_of(who) for who in (*IT[:5], *MARKETING[:5])}


def test_what_is_switched_off_is_never_published(duet: Office) -> None:
    """§11.2: however many have answered by then."""
    begin_window(duet)
    answer_all(duet, dict.fromkeys((*IT[:5], *MARKETING[:5]), 4))
    click_in_settings(duet, "roman", "take_back")
    with transaction(duet.database) as session:
        assert session.exec(select(PulsePublication)).all() == []


def test_a_window_is_closed_at_its_very_moment(duet: Office) -> None:
    """§11.1: nobody's answer comes in then, and the timer publishes."""
    begin_window(duet)
    with transaction(duet.database) as session:
        (window,) = session.exec(select(PulseWindow)).all()
        timer = session.exec(select(Timer).filter_by(kind=WINDOW)).one()
        answer = partial(record_answer, session, actor=Actor(TEAM, "U0JAN"), window_id=window.pk, number=0, score=4)
        assert answer(now=window.closes_at - timedelta(seconds=1))
        with raises_refusal("error.pulse.over"):
            answer(now=window.closes_at)
        for early, state in ((timedelta(seconds=1), WindowState.OPEN), (timedelta(), WindowState.CLOSED)):
            again_at = run_window_timer(session, timer, window.closes_at - early)
            assert (window.state, again_at == window.closes_at) == (state, state is WindowState.OPEN)
