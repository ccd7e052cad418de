"""Two processes see the same check-ins come due; answers come at the same instant (product §8.2–8.4, §8.6).

Each process has its own engines and threads, as two `duet run` would; the database arbitrates.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, func, select

from bot.checkins import answers, schedules, service
from bot.checkins.openings import open_due_rounds
from bot.checkins.prompt_messages import MESSAGE, send_due_messages
from bot.checkins.rules import DEFAULT_QUESTIONS, WORKING_DAYS, RespondentGroup, Schedule, Status, WantedSchedule
from bot.declarations import TIMERS
from bot.people.rules import Actor
from bot.projects.rules import State
from bot.runtime.domain_events import ProjectActivated
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import WorkCalendar
from bot.scheduling.worker import RunsTooEarly, TimerWorker
from playground.seed import PIKUS
from storage import checkins, people, projects
from storage.audit import AuditEntry
from storage.blockers import Blocker
from storage.checkin_messages import CheckinMessage, CheckinMessagePart
from storage.checkin_prompts import CheckinPrompt
from storage.checkins import CheckinRound
from storage.deliveries import Delivery
from storage.engine import Database
from storage.session import read_only_session, transaction
from storage.timers import Timer
from tests.running import WARSAW, count_tries, open_patient_database
from tests.seeding import EWA, add_people, draft_project

PIOTR = Actor(PIKUS.id, "U0PIOTR")
START, END = date(2027, 1, 11), date(2027, 12, 30)
MONDAYS = frozenset({0})
NOT_IN_A_ROW = frozenset({0, 2})  # no round begins before the one before it is over
TEN, NOON = time(10), time(12)
DAYS = 40
PROJECTS = {
    "postgresql": count_tries(25),
    "sqlite": 1,
}  # a file has one writer anyway
RACES = count_tries(60)
AT_ONCE = timedelta(0)

Processes = Sequence[Database]


class Killed(BaseException):
    """The end of a process, which catches nothing of it."""


@pytest.fixture
def processes(database_url: str) -> Iterator[Processes]:
    """Two, on one database."""
    connected = [open_patient_database(database_url) for _ in range(2)]
    with transaction(connected[0]) as session:
        add_people(session)
    yield connected
    for each in connected:
        each.close()


def begin_project(session: Session, *asked: str, weekdays: frozenset[int] = WORKING_DAYS) -> int:
    """A running project that asks these people at ten on these days of the week. Returns its id."""
    project_id = draft_project(session, starts_on=START.isoformat(), ends_on=END.isoformat())
    project = projects.find_project_for_update(session, PIKUS.id, project_id)
    assert project is not None
    project.state, project.governing_version, project.channel_id = State.ACTIVE, 1, f"C0ROOM{project_id}"
    now = project.activated_at = moment_of(START, time(8)) - timedelta(days=5)
    session.flush()
    schedules.create_default_schedule(session, ProjectActivated(PIKUS.id, now, project_id))
    rule = Schedule(weekdays, TEN, country="PL")
    wanted = WantedSchedule(rule, DEFAULT_QUESTIONS, RespondentGroup.PEOPLE, asked)
    schedules.change_schedule(session, actor=EWA, project_id=project_id, wanted=wanted, version=None, now=now)
    return project_id


def moment_of(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, WARSAW)


def working_days(count: int, weekdays: frozenset[int] = WORKING_DAYS) -> list[date]:
    every = (START + timedelta(days=n) for n in range(365))
    return [day for day in every if WorkCalendar("PL").is_working_day(day) and day.weekday() in weekdays][:count]


def tick_until_done(processes: Processes, moment: datetime) -> None:
    """Both look at the same time, until nothing is due: what waited too long for a lock is looked at again."""
    for _ in range(20):
        both_at_once(*[partial(tick_once, each, moment) for each in processes])
        with read_only_session(processes[0]) as session:
            due = session.exec(select(Timer).where(col(Timer.due_at) <= moment)).all()
            assert not [timer.last_error for timer in due if timer.attempts]
        if not due:
            return
    raise AssertionError([timer.key for timer in due])


def tick_once(process: Database, moment: datetime) -> None:
    asyncio.run(TimerWorker(process, TIMERS, now=lambda: moment, backoff=AT_ONCE, pause=AT_ONCE).tick())


def both_at_once(*works: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(works)) as threads:
        for running in [threads.submit(work) for work in works]:
            running.result()


def load_rows(database: Database, table: Any, **wanted: Any) -> list[Any]:
    with read_only_session(database) as session:
        return list(session.exec(select(table).filter_by(**wanted).order_by(table.id)).all())


def list_deliveries(database: Database, start: str) -> list[Delivery]:
    with read_only_session(database) as session:
        return list(
            session.exec(select(Delivery).where(col(Delivery.key).startswith(start)).order_by(col(Delivery.id)))
        )


def list_prompt_deliveries(database: Database, prompt_id: int) -> list[Delivery]:
    """Of the messages that ask it, or remind of it."""
    parts = select(CheckinMessagePart.message_id).where(CheckinMessagePart.prompt_id == prompt_id)
    with read_only_session(database) as session:
        keys = [f"checkin:{message_id}" for message_id in session.exec(parts)]
        return list(session.exec(select(Delivery).where(col(Delivery.key).in_(keys)).order_by(col(Delivery.id))))


def load_summary(database: Database, round_id: int) -> str:
    """Of exactly one."""
    (found,) = [each for each in list_deliveries(database, f"round:{round_id}:") if each.key.endswith("summary")]
    return str(found.content)


def test_two_processes_ask_once_in_each_round(processes: Processes) -> None:
    """§8.2: each due time is decided exactly once, however many processes run."""
    count = PROJECTS["sqlite" if processes[0].is_sqlite else "postgresql"]
    with transaction(processes[0]) as session:
        piotr = people.find_person(session, PIKUS.id, PIOTR.user_id)
        assert piotr is not None
        piotr.reminders = False
        for _ in range(count):
            begin_project(session, PIOTR.user_id)
    for day in working_days(DAYS):
        tick_until_done(processes, moment_of(day, TEN))
    with read_only_session(processes[0]) as session:
        rounds = session.exec(select(CheckinRound)).all()
        prompts = session.exec(select(CheckinPrompt).where(CheckinPrompt.user_id == PIOTR.user_id)).all()
        noted = session.exec(select(AuditEntry.action, func.count()).group_by(AuditEntry.action)).all()
        asked = session.exec(select(CheckinMessagePart, CheckinMessage).join(CheckinMessage)).all()
        keys = session.exec(select(Delivery.key).where(col(Delivery.key).startswith("checkin:"))).all()
    assert len({(each.project_id, each.day) for each in rounds}) == len(rounds) == count * DAYS
    assert set(Counter(each.round_id for each in prompts).values()) == {1}
    assert len(prompts) == len(rounds)
    assert {each.asks for each in prompts} == {1}
    of_piotr = [part.prompt_id for part, message in asked if message.user_id == PIOTR.user_id]
    assert Counter(of_piotr) == {each.pk: 1 for each in prompts}
    # The other lead is asked for the measure, and reminded of it.
    assert set(Counter((part.prompt_id, part.is_reminder) for part, _ in asked).values()) == {1}
    assert sorted(keys) == sorted(
        f"checkin:{message.pk}" for message in {each.pk: each for _, each in asked}.values()
    )
    assert len(keys) >= DAYS
    counts = dict(noted)
    assert counts["checkin.begun"] == len(rounds)
    assert "checkin.skipped" not in counts
    summaries = [each.key for each in list_deliveries(processes[0], "round:") if each.key.endswith("summary")]
    assert len(set(summaries)) == len(summaries) == count * (DAYS - 1)


def begin_raced_rounds(
    processes: Processes, *asked: str, weekdays: frozenset[int] = WORKING_DAYS
) -> Iterator[tuple[CheckinRound, dict[str, int], date]]:
    """Rounds of one project, each at ten, with a prompt id for each person."""
    with transaction(processes[0]) as session:
        project_id = begin_project(session, *asked, weekdays=weekdays)
    for day in working_days(RACES, weekdays):
        tick_until_done(processes, moment_of(day, TEN))
        (round_,) = load_rows(processes[0], CheckinRound, project_id=project_id, day=day)
        prompts = load_rows(processes[0], CheckinPrompt, round_id=round_.id)
        yield round_, {each.user_id: each.pk for each in prompts}, day


def answer_in_process(
    process: Database, actor: Actor, prompt_id: int, text: str, now: datetime, **more: str
) -> None:
    with transaction(process) as session:
        answers.answer_prompt(session, actor=actor, prompt_id=prompt_id, values={"q1": text, **more}, now=now)


def test_an_answer_and_the_windows_end(processes: Processes) -> None:
    """§8.4, §8.6: in time or late, it is in the one summary."""
    first, second = processes
    for round_, prompts, day in begin_raced_rounds(processes, PIOTR.user_id, EWA.user_id, weekdays=NOT_IN_A_ROW):
        end = moment_of(next(each for each in working_days(RACES * 5) if each > day), NOON)
        text = f"Odpowiedź {day}"
        both_at_once(
            partial(answer_in_process, first, PIOTR, prompts[PIOTR.user_id], text, end),
            partial(tick_once, second, end),
        )
        tick_until_done(processes, end)
        said = load_summary(first, round_.pk)
        assert text in said
        assert "IT 1 z 1" in said.replace("\\xa0", " ")
        (ended,) = load_rows(first, CheckinRound, id=round_.id)
        assert ended.ended_at == ended.posted_at == end


def test_one_person_answers_twice_at_once(processes: Processes) -> None:
    """§8.4: a double click, or two devices: one of the answers stands, with its blocker."""
    for _, prompts, day in begin_raced_rounds(processes, PIOTR.user_id, EWA.user_id):
        now, id_ = moment_of(day, time(11)), prompts[PIOTR.user_id]
        words = [f"Raz {day}", f"Dwa {day}"]
        each_says = zip(processes, words, strict=True)
        both_at_once(
            *[partial(answer_in_process, process, PIOTR, id_, text, now, q3=text) for process, text in each_says]
        )
        (prompt,) = load_rows(processes[0], CheckinPrompt, id=id_)
        (blocker,) = load_rows(processes[0], Blocker, prompt_id=id_)
        assert prompt.state == "answered"
        assert prompt.answer["q1"] in words
        assert blocker.text == prompt.answer["q3"] == prompt.answer["q1"]
        assert len(list_prompt_deliveries(processes[0], id_)) == 1


def test_an_early_answer_and_the_opening(processes: Processes) -> None:
    """§8.4: it counts, and whoever was first, there is one round and one prompt."""
    first, second = processes
    with transaction(first) as session:
        project_id = begin_project(session, PIOTR.user_id, EWA.user_id, weekdays=MONDAYS)

    def answers_early(now: datetime, text: str) -> None:
        with transaction(first) as session:
            found = service.find_or_create_own_prompt(session, actor=PIOTR, project_id=project_id, now=now)
            prompt_id = found.prompt.pk
        answer_in_process(first, PIOTR, prompt_id, text, now)

    for day in working_days(RACES, MONDAYS):
        tick_until_done(processes, moment_of(day, time(9, 58)))
        now, text = moment_of(day, time(9, 59)), f"Z góry {day}"
        both_at_once(partial(answers_early, now, text), partial(tick_once, second, moment_of(day, TEN)))
        tick_until_done(processes, moment_of(day, TEN))
        (round_,) = load_rows(first, CheckinRound, project_id=project_id, day=day)
        (prompt,) = load_rows(first, CheckinPrompt, round_id=round_.id, user_id=PIOTR.user_id)
        assert prompt.answer["q1"] == text
        assert prompt.state == "answered"
        assert not prompt.is_late
        assert len(load_rows(first, CheckinPrompt, round_id=round_.id)) == 2
        asked = list_prompt_deliveries(first, prompt.pk)
        assert len(asked) <= prompt.asks  # nothing is sent to whoever answers between the opening and the sending
        (other,) = load_rows(first, CheckinPrompt, round_id=round_.id, user_id=EWA.user_id)
        assert len(list_prompt_deliveries(first, other.pk)) == other.asks == 1
        assert all("Dziękuję" in str(each.content) or "Thank" in str(each.content) for each in asked)


def test_the_last_two_answer_at_once(processes: Processes) -> None:
    """§8.6: one summary, with both answers; at once, unless the channel has had its post of the day."""
    for round_, prompts, day in begin_raced_rounds(processes, PIOTR.user_id, EWA.user_id):
        now = moment_of(day, time(14))
        who = zip(processes, (PIOTR, EWA), strict=True)
        both_at_once(
            *[
                partial(answer_in_process, each, actor, prompts[actor.user_id], f"Od {actor.user_id}", now)
                for each, actor in who
            ]
        )
        tick_until_done(processes, now + timedelta(hours=19))  # nine o'clock, if tomorrow is a working day
        with read_only_session(processes[0]) as session:
            found = checkins.find_round(session, PIKUS.id, round_.pk)
        assert found is not None
        assert found.ended_at == now
        if found.posted_at is not None:
            said = load_summary(processes[0], round_.pk)
            assert "Od U0PIOTR" in said
            assert "Od U0EWA" in said
    ended = load_rows(processes[0], CheckinRound)
    assert len([each for each in ended if each.posted_at is not None]) >= RACES - 1


def begin_joint_projects(process: Database, count: int) -> date:
    """So many projects will ask piotr and ewa at the same minute. Returns the day."""
    with transaction(process) as session:
        for _ in range(count):
            begin_project(session, PIOTR.user_id, EWA.user_id, weekdays=MONDAYS)
    (day,) = working_days(1, MONDAYS)
    return day


def begin_joint_prompts(processes: Processes, count: int) -> tuple[list[int], date]:
    """So many projects ask piotr at the same minute, which has come. Returns his prompts' ids."""
    day = begin_joint_projects(processes[0], count)
    tick_until_done(processes, moment_of(day, TEN))
    prompts = load_rows(processes[0], CheckinPrompt, user_id=PIOTR.user_id)
    return [each.pk for each in prompts], day


def test_parts_of_one_message_are_answered_at_once(processes: Processes) -> None:
    """§8.3: in two transactions, of which neither sees the other: the message tells of both, and of a pause."""
    first, second = processes
    prompt_ids, day = begin_joint_prompts(processes, 2 * RACES)
    (asked,) = {each.key: each for id_ in prompt_ids for each in list_prompt_deliveries(first, id_)}.values()
    for at in range(0, len(prompt_ids), 2):
        now, pair = moment_of(day, time(11)), prompt_ids[at : at + 2]
        both_at_once(
            *[
                partial(answer_in_process, process, PIOTR, id_, f"Słowo {id_}.", now)
                for process, id_ in zip(processes, pair, strict=True)
            ]
        )
        (row,) = load_rows(second, Delivery, key=asked.key)
        said = str(row.content)
        assert all(f"Słowo {id_}." in said for id_ in prompt_ids[: at + 2]), (at, said)


def test_a_message_waits_for_all_rounds_that_are_due(processes: Processes) -> None:
    """§8.3: one process has opened the first, another is at the second still: the message asks of both."""
    first, _ = processes
    moment = moment_of(begin_joint_projects(first, 2), TEN)
    with transaction(first) as session:
        opening = session.exec(select(Timer).where(Timer.kind == schedules.OPEN, col(Timer.due_at) <= moment)).all()
        assert len(opening) == 2
        open_due_rounds(session, opening[:1], moment)
        session.delete(opening[0])
    with transaction(first) as session:
        waiting = session.exec(select(Timer).where(Timer.kind == MESSAGE)).all()
        with pytest.raises(RunsTooEarly):
            send_due_messages(session, waiting, moment)
    tick_until_done(processes, moment)
    prompts = load_rows(first, CheckinPrompt, user_id=PIOTR.user_id)
    assert len(prompts) == 2
    assert len({each.key for prompt in prompts for each in list_prompt_deliveries(first, prompt.pk)}) == 1


def test_an_answer_by_click_and_the_next_round(processes: Processes) -> None:
    """§8.3, §8.4: it counts, or is refused, and the message says which."""
    first, second = processes
    for _, prompts, day in begin_raced_rounds(processes, PIOTR.user_id, EWA.user_id, weekdays=MONDAYS):
        id_ = prompts[PIOTR.user_id]
        tick_until_done(processes, moment_of(day + timedelta(days=1), NOON))
        again = moment_of(working_days(RACES + 1, MONDAYS)[working_days(RACES, MONDAYS).index(day) + 1], TEN)
        counted: list[bool] = []

        def click(now: datetime = again, prompt_id: int = id_, counted: list[bool] = counted) -> None:
            try:
                with transaction(first) as session:
                    answers.answer_status(
                        session, actor=PIOTR, prompt_id=prompt_id, status=Status.ON_TRACK, now=now
                    )
                counted.append(True)
            except Refusal:
                counted.append(False)

        both_at_once(click, partial(tick_once, second, again))
        tick_until_done(processes, again)
        (prompt,) = load_rows(first, CheckinPrompt, id=id_)
        assert (prompt.state == "answered") is counted[0]
        said = str(list_prompt_deliveries(first, id_)[0].content)
        assert ("On track" in said or "Zgodnie z planem" in said) is counted[0]


def test_a_message_outlives_the_process_that_was_to_send_it(processes: Processes) -> None:
    """§8.2, §8.3: killed after the rounds were opened, or while their message was written: it is sent once."""
    first, second = processes
    day = begin_joint_projects(first, 3)
    moment, died = moment_of(day, TEN), []

    def die(step: str) -> None:
        if step == "run" and not due_rounds(first, moment):
            died.append(step)
            raise Killed

    with pytest.raises(Killed):
        asyncio.run(TimerWorker(first, TIMERS, now=lambda: moment, on_step=die).tick())
    assert died and not list_deliveries(first, "checkin:")
    tick_until_done([second], moment)
    messages = load_rows(first, CheckinMessage, user_id=PIOTR.user_id)
    assert [each.key for each in list_deliveries(first, "checkin:")] == [
        f"checkin:{each.pk}" for each in load_rows(first, CheckinMessage)
    ]
    assert len(messages) == 1 and len(load_rows(first, CheckinMessage)) == 2


@pytest.mark.parametrize("step", ["claimed", "run", "committing", "committed"])
def test_rounds_that_are_opened_together_are_each_opened_once(processes: Processes, step: str) -> None:
    """§8.2: whenever the process is killed that opens them in one transaction, which does all of it or nothing."""
    first, second = processes
    with transaction(first) as session:
        project_ids = [begin_project(session, PIOTR.user_id, EWA.user_id, weekdays=MONDAYS) for _ in range(3)]
    (day,) = working_days(1, MONDAYS)
    moment = moment_of(day, TEN)
    tick_until_done([first], moment - timedelta(hours=1))

    def die(reached: str) -> None:
        if reached == step:
            raise Killed

    with pytest.raises(Killed):
        asyncio.run(TimerWorker(first, TIMERS, now=lambda: moment, on_step=die).tick())
    assert len(load_rows(first, CheckinRound)) == (3 if step == "committed" else 0)
    tick_until_done([second], moment)
    assert [(each.project_id, each.number) for each in load_rows(first, CheckinRound)] == [
        (project_id, 1) for project_id in project_ids
    ]
    assert Counter(each.asks for each in load_rows(first, CheckinPrompt)) == {1: 6}
    assert Counter(each.action for each in load_rows(first, AuditEntry))["checkin.begun"] == 3
    assert len(list_deliveries(first, "checkin:")) == 2


def test_more_rounds_at_once_cost_a_statement_each(processes: Processes) -> None:
    """§16: what is asked for a project, a person or a prompt is asked for all of them; a round is stored alone."""
    first, _ = processes
    mondays = [moment_of(day, TEN) for day in working_days(4, MONDAYS)]
    counts: list[int] = []
    for more, in_their_first, counted in zip((2, 3), mondays[::2], mondays[1::2], strict=True):  # two, and five
        with transaction(first) as session:
            for _ in range(more):
                begin_project(session, PIOTR.user_id, EWA.user_id, weekdays=MONDAYS)
        tick_until_done([first], in_their_first)  # of which the charter's post is told
        tick_until_done([first], counted - timedelta(hours=1))  # it is over
        counts.append(0)

        def count(*_: Any) -> None:
            counts[-1] += 1

        event.listen(first.engine, "before_cursor_execute", count)
        tick_once(first, counted)
        event.remove(first.engine, "before_cursor_execute", count)
    assert len(load_rows(first, CheckinRound)) == 2 + 2 + 5 + 5
    assert counts[1] - counts[0] <= 3, counts


def due_rounds(database: Database, moment: datetime) -> list[str]:
    """The timers of rounds that are yet to be opened."""
    with read_only_session(database) as session:
        due = session.exec(select(Timer).where(col(Timer.due_at) <= moment)).all()
    return [each.key for each in due if each.kind == schedules.OPEN]
