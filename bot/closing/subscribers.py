"""What a closing does when something happens elsewhere."""

from sqlmodel import Session

from bot.closing.service.send_report import send_report_when_done
from bot.closing.team import list_asked_people
from bot.closing.views import RetrospectiveAsked
from bot.projects.rules import State
from bot.runtime.domain_events import ProjectEvent
from storage import closing, projects
from storage.notices import Notice


def send_finished_report(session: Session, event: ProjectEvent) -> None:
    """Reacts to what may have been the last line of the checklist."""
    send_report_when_done(session, projects.load_project_of(session, event), now=event.now)


def load_retrospective_question(
    session: Session, notice: Notice, facts: RetrospectiveAsked
) -> RetrospectiveAsked | None:
    """Loads the questions; None once the report is sent, or the person has answered or is not asked any more."""
    project = projects.find_project(session, notice.team_id, facts.project_id)
    if project is None or project.state is not State.CLOSING:
        return None
    row = closing.find_closing(session, project.team_id, project.pk)
    reader = notice.audience.partition(":")[2]
    has_answered = closing.find_retrospective(session, project.team_id, project.pk, reader) is not None
    is_open = row is not None and row.reported_at is None
    return facts if is_open and not has_answered and reader in list_asked_people(session, project) else None
