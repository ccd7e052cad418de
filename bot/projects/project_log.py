"""A project's log, a page at a time (product §14)."""

from sqlmodel import Session

from bot.projects.policy import refuse_readers_but_editors
from bot.projects.rules import may_read_log
from bot.projects.service import ProjectContext
from bot.ui.components import ListPage, build_uncounted_page
from storage import audit
from storage.audit import AuditEntry

LOG_PAGE = 15


def list_log_entries(session: Session, found: ProjectContext, *, page: int = 1) -> ListPage[AuditEntry]:
    """The page's entries, newest first.

    Raises: NotAllowed: the log is for leads and executives (product §14).
    """
    if not may_read_log(found.roles):
        raise refuse_readers_but_editors(found)
    project, offset = found.project, (page - 1) * LOG_PAGE
    entries = audit.list_audit_entries(session, project.team_id, project.pk, limit=LOG_PAGE + 1, offset=offset)
    return build_uncounted_page(entries, page, size=LOG_PAGE)
