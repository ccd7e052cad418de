"""The leads' messages of a draft, from its first version until it is off the table (product §4.1)."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.charter import message_views
from bot.charter.snapshots import build_charter_snapshot
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, revise_letter, withdraw_letter
from bot.ui.components import Compose
from storage.projects import CharterVersion, Project


def notify_leads_of_draft(
    session: Session, project: Project, charter: CharterVersion, *, by: str, now: datetime
) -> None:
    """The leads are told of a draft that somebody else wrote: one of them sends it (product §4.2)."""
    for lead in sorted({*project.leads} - {by}):
        post.to_person(
            session,
            project,
            lead,
            key=_draft_letter_key(project, lead),
            message=_build_draft_letter(project, charter, by),
            routine=Routine("project", now, needs_reader=True),
        )


def refresh_draft_letters(
    session: Session, project: Project, charter: CharterVersion, *, was: Iterable[str], by: str, now: datetime
) -> None:
    """The leads' messages show the draft as it is now; who leads it no more is told so, who does now is asked."""
    leads = set(project.leads)
    notify_leads_of_draft(session, project, charter, by=by, now=now)
    for lead in sorted({*was, *leads}):
        key, message = _draft_letter_key(project, lead), _build_draft_letter(project, charter, by)
        if lead not in leads:
            message = partial(message_views.render_lead_removal, key=project.key, name=project.name)
        revise_letter(session, team_id=project.team_id, key=key, message=message, is_over=lead not in leads)


def close_draft_letters(session: Session, project: Project, charter: CharterVersion, *, by: str) -> None:
    """What waited with a lead does not wait any more."""
    for lead in project.leads:
        message = partial(
            message_views.render_sent_draft,
            key=project.key,
            charter=build_charter_snapshot(project, charter),
            sent_by=by,
        )
        key = _draft_letter_key(project, lead)
        revise_letter(session, team_id=project.team_id, key=key, message=message)


def withdraw_draft_letters(session: Session, project: Project) -> None:
    """It is signed: a lead who has not read of the draft reads the charter in the channel."""
    keys = {_draft_letter_key(project, lead) for lead in project.leads}
    withdraw_letter(session, team_id=project.team_id, keys=keys)


def notify_of_discarded_draft(session: Session, project: Project, *, by: str, reason: str) -> None:
    """The leads' messages of the draft say that it is off the table; whoever knew of it is told at once."""
    unaware = set()
    message = partial(
        message_views.render_discarded_draft, key=project.key, name=project.name, by=by, reason=reason
    )
    for lead in sorted(set(project.leads)):
        key = _draft_letter_key(project, lead)
        if withdraw_letter(session, team_id=project.team_id, keys=[key]):
            unaware.add(lead)
        revise_letter(session, team_id=project.team_id, key=key, message=message)
    readers = {*project.leads, project.created_by} - unaware
    post.to_people(session, project, readers - {by}, key=f"discarded:{project.pk}", message=message)


def restore_draft_letters(session: Session, project: Project, charter: CharterVersion) -> None:
    """The leads have the draft as it is now, with its buttons: again, after thirty days unsigned (product §4.6)."""
    for lead in project.leads:
        message = _build_draft_letter(project, charter, project.created_by)
        revise_letter(session, team_id=project.team_id, key=_draft_letter_key(project, lead), message=message)


def _build_draft_letter(project: Project, charter: CharterVersion, by: str) -> Compose:
    return partial(
        message_views.render_draft_letter,
        key=project.key,
        name=project.name,
        number=project.number,
        project_id=project.pk,
        version=charter.version,
        drafted_by=by,
    )


def _draft_letter_key(project: Project, lead: str) -> str:
    return f"draft:{project.pk}:{lead}"
