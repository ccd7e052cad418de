"""Who is told of a turn in a project's life: at once, or with the next routine message."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.deliveries.digests.facts import F
from bot.deliveries.digests.queue import Merge, notify_person, notify_project
from bot.lifecycle.views import ClosingDayMoved, VisibilityChanged
from bot.people.service import enqueue_direct_message, texts_of
from bot.projects.rules import RUNNING
from bot.ui.blocks import Message
from bot.ui.texts import Texts
from storage import projects
from storage.deliveries import enqueue_delivery
from storage.notices import Notice
from storage.projects import Project


def load_closing_day(session: Session, notice: Notice, facts: ClosingDayMoved) -> ClosingDayMoved | None:
    """None once it does not close by a withdrawal any more."""
    project = projects.find_project(session, notice.team_id, notice.project_id or 0)
    is_closing = project is not None and project.closes_at is not None and project.state in RUNNING
    return facts if is_closing else None


def load_visibility(session: Session, notice: Notice, facts: VisibilityChanged) -> VisibilityChanged | None:
    """None if it was changed back."""
    project = projects.find_project(session, notice.team_id, notice.project_id or 0)
    return facts if project is not None and project.is_public == facts.is_public else None


def post_to_everybody(
    session: Session,
    project: Project,
    *,
    key: str,
    by: str | None,
    message: Callable[[Texts], Message],
    everybody: bool = False,
) -> None:
    """In the project channel; where there is none, or it concerns `everybody` for sure, to executives and leads."""
    # A person has just done it and others have to know: at once, as what people write to each other.
    if project.channel_id is not None:
        enqueue_delivery(
            session,
            team_id=project.team_id,
            lane=f"project:{project.pk}",
            key=key,
            kind="message",
            content=message(Texts.of(project.language, project.zone)).content(),
            project_id=project.pk,
        )
    for user_id in sorted(_list_direct_readers(session, project, everybody=everybody) - {by}):
        enqueue_direct_message(
            session,
            team_id=project.team_id,
            user_id=user_id,
            key=f"{key}:{user_id}",
            message=message(texts_of(session, project.team_id, user_id)),
            project_id=project.pk,
        )


def notify_everybody(
    session: Session,
    project: Project,
    facts: F,
    *,
    now: datetime,
    by: str | None = None,
    everybody: bool = False,
    merge: Merge[F] | None = None,
) -> None:
    """The same of what is not exempt: as routine notices, within working hours (product §2.8)."""
    if project.channel_id is not None:
        notify_project(
            session,
            team_id=project.team_id,
            project_id=project.pk,
            facts=facts,
            now=now,
            subject=str(project.pk),
            merge=merge,
        )
    for user_id in sorted(_list_direct_readers(session, project, everybody=everybody) - {by}):
        notify_person(
            session,
            team_id=project.team_id,
            user_id=user_id,
            facts=facts,
            project_id=project.pk,
            now=now,
            subject=str(project.pk),
            merge=merge,
        )


def _list_direct_readers(session: Session, project: Project, *, everybody: bool) -> set[str]:
    """Who reads it as a direct message."""
    if project.channel_id is not None and not everybody:
        return set()
    charter = projects.load_counting_charter(session, project)
    executives = set(charter.executives)
    return executives if project.channel_id is not None else executives | set(project.leads)
