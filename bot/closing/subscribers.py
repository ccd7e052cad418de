"""What a closing does when something happens elsewhere."""

from sqlmodel import Session

from bot.closing.questions import find_questions_stage, show_questions_stage
from bot.closing.rules import REPORT_KIND, TAKING_ANSWERS
from bot.closing.service.send_report import send_report_when_done
from bot.closing.team import list_asked_people
from bot.closing.views import RetrospectiveAsked
from bot.runtime.domain_events import ProjectClosed, ProjectEvent, RequestAnswered, RequestWithdrawn
from storage import closing, projects
from storage.notices import Notice


def send_finished_report(session: Session, event: ProjectEvent) -> None:
    """Reacts to what may have been the last line of the checklist."""
    send_report_when_done(session, projects.load_project_of(session, event), now=event.now)


def load_retrospective_question(
    session: Session, notice: Notice, facts: RetrospectiveAsked
) -> RetrospectiveAsked | None:
    """Loads the questions; None while they take no answers, or the person has answered or is not asked any more."""
    project = projects.find_project(session, notice.team_id, facts.project_id)
    if project is None:
        return None
    stage = find_questions_stage(session, project)
    reader = notice.audience.partition(":")[2]
    has_answered = closing.find_retrospective(session, project.team_id, project.pk, reader) is not None
    if stage not in TAKING_ANSWERS or has_answered or reader not in list_asked_people(session, project):
        return None
    return facts.model_copy(update={"stage": stage})


def show_answered_report(session: Session, event: RequestAnswered | RequestWithdrawn) -> None:
    """Reacts to an answer to the report, or its being taken back: whether the three questions take answers."""
    if event.kind == REPORT_KIND:
        show_questions_stage(session, projects.load_project_of(session, event))


def end_questions(session: Session, event: ProjectClosed) -> None:
    """Reacts to the end of a project."""
    show_questions_stage(session, projects.load_project_of(session, event))
