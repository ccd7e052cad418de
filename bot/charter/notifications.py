"""What people are told about a charter, enqueued in the transaction that makes it true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from bot.charter.message_views import ChangeFacts, CharterAdopted, CharterChanged, CharterProposed, ProposalOff
from bot.charter.rules import SIGNED
from bot.deliveries.digests.queue import notify_channel, notify_people
from bot.projects.rules import Side
from storage import notices
from storage.projects import CharterVersion, Project

C = TypeVar("C", bound=ChangeFacts)


def notify_of_charter_changes(
    session: Session,
    project: Project,
    charter: CharterVersion,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    by: str,
    now: datetime,
) -> None:
    """Everybody sees old → new (product §4.4): each for themselves before activation, the project channel after it.

    What the executives sign they see in their request.
    """
    subject = str(project.pk)
    if project.governing_version is not None:
        facts = CharterChanged(by=by, changed=changed)
        notify_channel(session, project, facts, now=now, subject=subject, merge=merge_charter_changes)
        return
    seated = {charter.executives[side] for side in Side if not project.vacant[side]}
    unsigned = {name: values for name, values in changed.items() if name not in SIGNED}
    for readers, told in (
        (seated if unsigned else set(), unsigned),
        ({*project.leads} - {*charter.executives}, changed),
    ):
        facts = CharterChanged(by=by, changed=told)
        notify_people(
            session, project, readers - {by}, facts, now=now, subject=subject, merge=merge_charter_changes
        )


def merge_charter_changes(earlier: C, newer: C) -> C | None:
    """Two changes of a charter as one, from what it was to what it is; None if that is the same."""
    changed = dict(earlier.changed)
    for name, (old, new) in newer.changed.items():
        changed[name] = (changed.get(name, (old,))[0], new)
    changed = {name: (old, new) for name, (old, new) in changed.items() if old != new}
    return newer.model_copy(update={"changed": changed}) if changed else None


def notify_of_proposal(
    session: Session, project: Project, changed: Mapping[str, tuple[Any, Any]], *, by: str, now: datetime
) -> None:
    """The project channel reads what both have yet to sign, against what governs; the newest proposal only."""
    withdraw_proposal_notice(session, project)
    notices.withdraw_waiting_notices(session, project.team_id, ProposalOff.kind, str(project.pk))
    notify_channel(session, project, CharterProposed(by=by, changed=changed), now=now, subject=str(project.pk))


def notify_of_adoption(
    session: Session,
    project: Project,
    charter: CharterVersion,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    now: datetime,
) -> None:
    """The project channel reads old → new of what governs now, with its morning post (product §2.8, §4.4)."""
    facts = CharterAdopted(version=charter.version, changed=changed)
    notify_channel(session, project, facts, now=now, subject=str(project.pk), merge=merge_charter_changes)


def withdraw_proposal_notice(session: Session, project: Project) -> int:
    """A proposal that the channel has not read of yet is not told there any more. Returns how many were not."""
    return notices.withdraw_waiting_notices(session, project.team_id, CharterProposed.kind, str(project.pk))


def notify_of_dropped_proposal(session: Session, project: Project, *, now: datetime) -> None:
    """Who has read of a proposal reads that all stays as agreed."""
    if not withdraw_proposal_notice(session, project):
        notify_channel(session, project, ProposalOff(), now=now, subject=str(project.pk))
