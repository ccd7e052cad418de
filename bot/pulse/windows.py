"""Two weeks of a quarter in which people answer: opened, asked, closed, and published (product §11.1, §11.2)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.checkins.respondents import is_person_away, load_people_of_projects
from bot.deliveries.digests.queue import notify_people, notify_person
from bot.deliveries.digests.sending import rerender_sent_items
from bot.lifecycle.service.close_project import ends_before
from bot.people.rules import Actor
from bot.people.service import may_hear_of_project
from bot.projects.rules import State
from bot.pulse.rules import (
    QUESTIONS,
    SCORES,
    SKIPPED,
    WINDOW_DAYS,
    AskedPerson,
    add_tallies,
    are_enough_people,
    choose_projects_of_people,
    compute_means,
    group_projects,
    name_quarter,
    next_opening_day,
)
from bot.pulse.views import PulseAsked, PulseOut
from bot.runtime.errors import NotFound, Refusal
from bot.scheduling.zones import local_day
from storage import charters, notices, projects, pulse, timers
from storage.notices import Notice
from storage.projects import Project
from storage.pulse import (
    PulseWindow,
    WindowState,
)
from storage.timers import Timer
from storage.workspaces import Workspace, load_workspace

WINDOW = "pulse.window"  # timer kind, and the key of a workspace's one
OPENS_AT = time(8, 0)


def next_opening_moment(workspace: Workspace, since: datetime) -> datetime:
    """Returns the next opening after `since`, by the workspace's clock."""
    zone = workspace.zone or "UTC"
    opens_at = since
    day = local_day(since, zone)
    while opens_at <= since:
        opens_at = datetime.combine(next_opening_day(day), OPENS_AT, ZoneInfo(zone))
        day += timedelta(days=1)
    return opens_at


def arm_next_window(session: Session, workspace: Workspace, now: datetime) -> None:
    timers.arm_timer(
        session,
        team_id=workspace.team_id,
        key=WINDOW,
        kind=WINDOW,
        subject=workspace.team_id,
        due_at=next_opening_moment(workspace, now),
    )


def cancel_windows(session: Session, workspace: Workspace, now: datetime) -> None:
    """Ends the questions; what was answered in an open window is deleted unread."""
    timers.delete_timers(session, workspace.team_id, [WINDOW])
    window = pulse.find_open_window(session, workspace.team_id)
    if window is not None:
        _close_window(session, window)


def run_window_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Opens a window, asks who is back, and in the end publishes; the function of the timer kind."""
    workspace = load_workspace(session, timer.team_id)
    if workspace.informed_at is None:
        return None
    window = pulse.find_open_window(session, timer.team_id)
    window = window or _open_window(session, workspace, timer.due_at, now)
    if window is None:
        return next_opening_moment(workspace, now)
    if now < window.closes_at:
        _ask_people(session, window, now)
        return min(_next_asking_moment(workspace, now), window.closes_at)
    pulse.find_window_for_update(session, window.team_id, window.pk)  # whoever is answering comes first
    _publish_means(session, window)
    _close_window(session, window)
    _notify_of_result(session, window, now)
    return next_opening_moment(workspace, now)


def _open_window(session: Session, workspace: Workspace, opens_at: datetime, now: datetime) -> PulseWindow | None:
    """Opens a window once a quarter, never late by a whole window, and only with enough people to ask: nobody is
    asked what could not be published.
    """
    zone = workspace.zone or "UTC"
    closes_at = _find_closing_moment(workspace, opens_at)
    quarter = name_quarter(local_day(opens_at, zone))
    asked = _list_people_to_ask(session, workspace.team_id, closes_at, now)
    if now >= closes_at or not are_enough_people(asked):
        return None
    if pulse.find_window_of_quarter(session, workspace.team_id, quarter):
        return None
    window = PulseWindow(team_id=workspace.team_id, quarter=quarter, opened_at=opens_at, closes_at=closes_at)
    session.add(window)
    session.flush()
    pulse.store_invitations(session, window, asked)
    return window


def _find_closing_moment(workspace: Workspace, opens_at: datetime) -> datetime:
    zone = workspace.zone or "UTC"
    return (opens_at.astimezone(ZoneInfo(zone)) + timedelta(days=WINDOW_DAYS)).astimezone(ZoneInfo("UTC"))


def find_next_opening_day(session: Session, workspace: Workspace, project: Project, now: datetime) -> date | None:
    """Returns the day on which a running project's team is asked next; None where the project ends before that, or
    before it would be over.
    """
    opens_at = next_opening_moment(workspace, now)
    closes_at = _find_closing_moment(workspace, opens_at)
    return None if _ends_within(session, project, closes_at) else local_day(opens_at, project.zone)


def are_enough_people_asked(session: Session, workspace: Workspace, now: datetime) -> bool:
    """Whether the next window would open with the people of today."""
    closes_at = _find_closing_moment(workspace, next_opening_moment(workspace, now))
    return are_enough_people(_list_people_to_ask(session, workspace.team_id, closes_at, now))


def _ends_within(session: Session, project: Project, closes_at: datetime) -> bool:
    """Whether a window would still be open when the project's closing begins, which has questions of its own."""
    return ends_before(session, project, project.day(closes_at))


def _list_people_to_ask(session: Session, team_id: str, closes_at: datetime, now: datetime) -> list[AskedPerson]:
    """Lists members and leads of active projects that go on until then, but not as one of a project whose executive
    they are.

    A seat elsewhere takes nobody out: else whoever drafts a charter could choose who is asked.
    """
    active = [
        each
        for each in projects.list_projects_in_state(session, team_id, State.ACTIVE)
        if not _ends_within(session, each, closes_at)
    ]
    return choose_projects_of_people(
        AskedPerson(user_id, who.project.pk, side)
        for who in load_people_of_projects(session, team_id, active).values()
        for user_id, side in who.list_leads_and_members(who.project.day(now)).items()
        if user_id not in who.executives
    )


def _next_asking_moment(workspace: Workspace, now: datetime) -> datetime:
    """Returns the next day's opening hour, by the workspace's clock, before anybody's morning message is made."""
    zone = workspace.zone or "UTC"
    return datetime.combine(local_day(now, zone) + timedelta(days=1), OPENS_AT, ZoneInfo(zone))


def _ask_people(session: Session, window: PulseWindow, now: datetime) -> None:
    """Asks everybody who is not away, and whoever is, when they are back (product §8.5)."""
    for each in pulse.list_invitations(session, window.team_id, window.pk):
        if each.asked_at is not None or is_person_away(session, each.team_id, each.user_id, now):
            continue
        each.asked_at = now
        for number, question in enumerate(QUESTIONS[each.side]):
            facts = PulseAsked(window=window.pk, number=number, question=question, closes_at=window.closes_at)
            notify_person(session, each, each.user_id, facts, now=now, subject=str(window.pk))
    session.flush()


def load_open_question(session: Session, notice: Notice, facts: PulseAsked) -> PulseAsked | None:
    """Loads the question as long as its window is open, then None."""
    window = pulse.find_window(session, notice.team_id, facts.window)
    return facts if window is not None and window.state is WindowState.OPEN else None


def record_answer(
    session: Session, *, actor: Actor, window_id: int, number: int, score: int, now: datetime
) -> bool:
    """Counts the answer to the question of that number among those of the person's side, once.

    False: they have answered it already. Of who gave which score nothing is kept.
    Raises: NotFound, also for whoever was not asked that; Refusal.
    """
    team_id, user_id = actor.team_id, actor.user_id
    window = pulse.find_window_for_update(session, team_id, window_id)
    asked = None if window is None else pulse.find_invitation(session, team_id, window_id, user_id)
    if window is None or asked is None or not may_hear_of_project(session, team_id, user_id, asked.project_id):
        raise NotFound
    if number not in range(len(QUESTIONS[asked.side])) or score not in (*SCORES, SKIPPED):
        raise NotFound
    if window.state is WindowState.CLOSED or now >= window.closes_at:
        raise Refusal("error.pulse.over")
    return pulse.count_answer(session, asked, QUESTIONS[asked.side][number], score)


def _publish_means(session: Session, window: PulseWindow) -> None:
    tallies = pulse.load_tallies(session, window)
    for group in group_projects(tallies):
        means = compute_means(add_tallies(tallies[each] for each in group))
        pulse.store_publication(session, window, group, means)


def _close_window(session: Session, window: PulseWindow) -> None:
    """Closes a window, published or not, and leaves nothing from which anything else could be computed."""
    pulse.find_window_for_update(session, window.team_id, window.pk)
    pulse.delete_answers(session, window)
    window.state = WindowState.CLOSED
    session.flush()
    notices.forget_waiting_notices(session, window.team_id, PulseAsked.kind, str(window.pk))
    rerender_sent_items(session, team_id=window.team_id, facts=PulseAsked, subject=str(window.pk), is_over=True)


def _notify_of_result(session: Session, window: PulseWindow, now: datetime) -> None:
    """Tells those who were asked, and the executives, that there is a result, or none, and not what it is."""
    asked: dict[int, set[str]] = {}
    for each in pulse.list_invitations(session, window.team_id, window.pk):
        if each.asked_at is not None:
            asked.setdefault(each.project_id, set()).add(each.user_id)
    for project_id in sorted(asked):
        project = projects.find_project(session, window.team_id, project_id)
        assert project is not None
        charter = charters.load_counting_charter(session, project)
        is_published = window.pk in pulse.load_publications(session, window.team_id, project_id)
        facts = PulseOut(number=project.number, is_published=is_published)
        readers = asked[project_id] | set(charter.executives)
        notify_people(session, project, readers, facts, now=now, subject=str(window.pk))
