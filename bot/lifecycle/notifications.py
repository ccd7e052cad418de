"""Who is told of a turn in a project's life: at once, or with the next routine message."""

from datetime import date, datetime

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.facts import F
from bot.deliveries.digests.queue import Merge, notify_channel, notify_people
from bot.deliveries.digests.sending import rerender_sent_items
from bot.lifecycle.views import ClosingDayMoved, ProjectCloses, VisibilityChanged, render_turn
from bot.projects.rules import RUNNING, State
from bot.runtime.domain_events import ProjectClosed
from bot.ui.blocks import Message
from bot.ui.texts import Texts
from storage import charters, projects
from storage.notices import Notice
from storage.projects import Project


def load_closing_day(session: Session, notice: Notice, facts: ClosingDayMoved) -> ClosingDayMoved | None:
    """None once it does not close by a withdrawal any more."""
    project = projects.find_project(session, notice.team_id, notice.project_id or 0)
    is_closing = project is not None and project.closes_at is not None and project.state in RUNNING
    return facts if is_closing else None


def load_closing_news(session: Session, notice: Notice, facts: ProjectCloses) -> ProjectCloses | None:
    """None once it is closed: that was told by itself."""
    project = projects.find_project(session, notice.team_id, notice.project_id or 0)
    return facts if project is not None and project.state is State.CLOSING else None


def finish_closing_news(session: Session, event: ProjectClosed) -> None:
    """The reaction: what was told of the closing offers no checklist any more."""
    rerender_sent_items(
        session, team_id=event.team_id, facts=ProjectCloses, subject=str(event.project_id), has_closed=True
    )


def load_visibility(session: Session, notice: Notice, facts: VisibilityChanged) -> VisibilityChanged | None:
    """None if it was changed back."""
    project = projects.find_project(session, notice.team_id, notice.project_id or 0)
    return facts if project is not None and project.is_public == facts.is_public else None


def post_to_everybody(
    session: Session,
    project: Project,
    what: str,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
    everybody: bool = False,
    **facts: date,
) -> None:
    """In the project channel; where there is none, or `everybody` who acts on it is to read it for sure, to
    executives and leads, too.

    `what`, `reason`, `facts`: as `render_turn` has them.
    """
    key = f"{what}:{project.pk}:{now.timestamp()}"

    def message(t: Texts) -> Message:
        return render_turn(t, project.key, project.name, what, by=by, reason=reason, **facts)

    # A person has just done it and others have to know: at once, as what people write to each other.
    if project.channel_id is not None:
        post.to_channel(session, project, key=key, message=message)
    readers = _list_direct_readers(session, project, everybody=everybody) - {by}
    post.to_people(session, project, readers, key=key, message=message)


def notify_everybody(
    session: Session,
    project: Project,
    facts: F,
    *,
    now: datetime,
    by: str | None = None,
    everybody: bool = False,
    until: date | None = None,
    merge: Merge[F] | None = None,
) -> None:
    """The same of what is not exempt: as routine notices, within working hours (product §2.8).

    `until`: the day after which it would come too late.
    """
    if project.channel_id is not None:
        notify_channel(session, project, facts, now=now, subject=str(project.pk), until=until, merge=merge)
    readers = _list_direct_readers(session, project, everybody=everybody) - {by}
    notify_people(session, project, readers, facts, now=now, subject=str(project.pk), until=until, merge=merge)


def _list_direct_readers(session: Session, project: Project, *, everybody: bool) -> set[str]:
    if project.channel_id is not None and not everybody:
        return set()
    charter = charters.load_counting_charter(session, project)
    return {*charter.executives, *project.leads}
