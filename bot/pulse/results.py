"""What there is to see of a project's pulse, and for whom (product §11.2, §14)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import may_hear_of_project
from bot.projects.rules import ENDING
from bot.projects.service import OwnProject, ProjectContext, find_project_by_number
from bot.pulse.executives import find_seat
from bot.pulse.rules import QUESTIONS
from bot.pulse.views import OpenQuestion, PulseResults, WindowResult
from bot.pulse.windows import are_enough_people_asked, find_next_opening_day
from bot.runtime.errors import NotFound
from storage import executives, pulse
from storage.projects_with_stays import find_number_with_stay
from storage.pulse import WindowState
from storage.workspaces import load_workspace


def find_project_that_asked(session: Session, *, actor: Actor, number: int) -> ProjectContext:
    """Finds a project that the actor sees, or, without any right in it, one whose pulse has asked them: its results
    are published to those who were asked, also when their stay has ended (product §11.2).

    Raises: NotFound.
    """
    try:
        return find_project_by_number(session, actor=actor, number=number)
    except NotFound:
        row = find_number_with_stay(session, actor.team_id, actor.user_id, number)
        if row is None or not may_hear_of_project(session, actor.team_id, actor.user_id, row[0].pk):
            raise
        if not pulse.list_windows_of_person(session, actor.team_id, row[0].pk, actor.user_id):
            raise
        return ProjectContext(actor, row[0], row[1], frozenset())


def load_results(session: Session, found: ProjectContext, *, now: datetime) -> PulseResults:
    """Loads all windows of the project for executives, for others those in which they were asked there."""
    actor, project = found.actor, found.project
    is_executive = find_seat(found) is not None
    if is_executive:
        windows = pulse.list_windows_of_project(session, actor.team_id, project.pk)
    else:
        windows = pulse.list_windows_of_person(session, actor.team_id, project.pk, actor.user_id)
    publications = pulse.load_publications(session, actor.team_id, project.pk)
    results = []
    for window in windows:
        if window.state is WindowState.CLOSED:
            published = publications.get(window.pk)
            means = None if published is None else tuple(published.means)
            results.append(WindowResult(window.quarter, means, published is not None and published.is_pooled))
    workspace = load_workspace(session, actor.team_id)
    is_on = workspace.informed_at is not None
    opens_on = None if project.state in ENDING else find_next_opening_day(session, workspace, project, now)
    return PulseResults(
        is_on=is_on,
        opens_on=opens_on,
        are_enough=not is_on or opens_on is None or are_enough_people_asked(session, workspace, now),
        closes_at=next((each.closes_at for each in windows if each.state is not WindowState.CLOSED), None),
        may_read=is_executive or bool(windows),
        windows=results,
        questions=_list_open_questions(session, found),
    )


def _list_open_questions(session: Session, found: ProjectContext) -> list[OpenQuestion]:
    team_id, user_id = found.actor.team_id, found.actor.user_id
    window = pulse.find_open_window(session, team_id)
    asked = None if window is None else pulse.find_invitation(session, team_id, window.pk, user_id)
    if window is None or asked is None or asked.project_id != found.project.pk:
        return []
    answered = pulse.list_answered_questions(session, window, user_id)
    return [
        OpenQuestion(window.pk, number, question, window.closes_at)
        for number, question in enumerate(QUESTIONS[asked.side])
        if question not in answered
    ]


def list_projects_that_ask(session: Session, actor: Actor, mine: Sequence[OwnProject]) -> list[OwnProject]:
    """Lists those of the actor's projects that ask them about the other side, as an executive or in a pulse."""
    seated = {each.pk for each in mine if each.seat is not None}
    unanswered = executives.list_unanswered_rounds(session, actor.team_id, actor.user_id) if seated else ()
    asking = seated & {each.project_id for each in unanswered}
    window = pulse.find_open_window(session, actor.team_id)
    asked = None if window is None else pulse.find_invitation(session, actor.team_id, window.pk, actor.user_id)
    if window is not None and asked is not None:
        answered = pulse.list_answered_questions(session, window, actor.user_id)
        asking |= {asked.project_id} if len(answered) < len(QUESTIONS[asked.side]) else set()
    return [each for each in mine if each.pk in asking]
