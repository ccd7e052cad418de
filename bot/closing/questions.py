"""The three questions of a closing: whether they take answers, and what their messages say of it (§12.1)."""

from sqlmodel import Session

from bot.closing.rules import REPORT_KIND, QuestionsStage
from bot.closing.views import RetrospectiveAsked
from bot.deliveries.digests.queue import person_audience_name
from bot.deliveries.digests.sending import change_sent_items
from bot.projects.rules import State
from storage import closing, signing
from storage.notices import Notice
from storage.projects import Project


def find_questions_stage(session: Session, project: Project) -> QuestionsStage:
    """Finds whether they take answers: until the report is out, and again while it is refused."""
    row = closing.find_closing(session, project.team_id, project.pk)
    if project.state is not State.CLOSING or row is None:
        return QuestionsStage.OVER
    if row.reported_at is None:
        return QuestionsStage.ASKED
    is_refused = closing.is_report_refused(session, project.team_id, project.pk)
    return QuestionsStage.REOPENED if is_refused else QuestionsStage.REPORTED


def show_questions_stage(session: Session, project: Project) -> None:
    """Says anew, in the messages that have asked, whether they take answers, and whose the report has."""
    stage, row = find_questions_stage(session, project), closing.load_closing(session, project.team_id, project.pk)
    place = project.team_id, project.pk
    request = signing.find_latest_request(session, *place, REPORT_KIND, row.report_number)
    answers = () if request is None else closing.list_retrospectives(session, *place)
    quoted = {
        person_audience_name(each.user_id)
        for each in answers
        if request is not None and each.answered_at <= request.opened_at and each.says_anything
    }

    def change(notice: Notice, was: RetrospectiveAsked) -> RetrospectiveAsked:
        return was.model_copy(update={"stage": stage, "has_answered": notice.audience in quoted})

    subject = str(project.pk)
    change_sent_items(session, change, team_id=project.team_id, facts=RetrospectiveAsked, subject=subject)
