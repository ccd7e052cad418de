"""What people are told about a charter, enqueued in the transaction that makes it true."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from bot.charter import message_views
from bot.charter.message_views import (
    ChangeFacts,
    CharterAdoption,
    CharterChanged,
    CharterProposed,
    DroppedProposal,
    SigningRenewed,
)
from bot.charter.rules import CHARTER_KIND, UNSIGNED, CharterChanges
from bot.charter.snapshots import build_charter_snapshot
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, forget_letters, revise_letter, withdraw_letter
from bot.deliveries.digests.queue import notify_channel, notify_people
from bot.projects.rules import Side
from bot.signing.request_messages import list_deputy_signatures
from bot.ui.components import Compose
from storage import notices, signing
from storage.projects import CharterVersion, Project

C = TypeVar("C", bound=ChangeFacts)


def notify_of_charter_changes(
    session: Session,
    project: Project,
    charter: CharterVersion,
    changed: CharterChanges,
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
    unsigned = changed.of_fields(UNSIGNED)
    for readers, told in (
        (seated if unsigned.pairs else set(), unsigned),
        ({*project.leads} - {*charter.executives}, changed),
    ):
        facts = CharterChanged(by=by, changed=told)
        notify_people(
            session, project, readers - {by}, facts, now=now, subject=subject, merge=merge_charter_changes
        )


def notify_of_renewed_signing(session: Session, project: Project, *, by: str, now: datetime) -> None:
    """A lead who has sent the charter reads that both are asked anew, after somebody else changed the timetable."""
    request = signing.find_open_request(session, project.team_id, project.pk, CHARTER_KIND)
    if request is None or request.opened_by == by or request.opened_by not in project.leads:
        return
    notices.forget_waiting_notices(session, project.team_id, SigningRenewed.kind, str(project.pk))
    facts = SigningRenewed(by=by)
    notify_people(session, project, [request.opened_by], facts, now=now, subject=str(project.pk))


def forget_changes_before_signing(session: Session, project: Project) -> None:
    """Who has not read yet what was changed while it was signed reads the charter that both have signed."""
    kinds = (CharterChanged.kind, SigningRenewed.kind)
    notices.forget_waiting_notices(session, project.team_id, kinds, str(project.pk))


def merge_charter_changes(earlier: C, newer: C) -> C | None:
    """Two changes of a charter as one, from what it was to what it is; None if that is the same."""
    before, pairs = earlier.changed.pairs, newer.changed.pairs
    units = [each.changed.units for each in (earlier, newer) if each.changed.units is not None]
    pairs = before | {name: (before.get(name, pair)[0], pair[1]) for name, pair in pairs.items()}
    pairs = {name: (old, new) for name, (old, new) in pairs.items() if old != new}
    if not pairs:
        return None
    changed = CharterChanges(**pairs, units=(units[0][0], units[-1][1]) if units else None)
    return newer.model_copy(update={"changed": changed})


def notify_of_proposal(
    session: Session, project: Project, changed: CharterChanges, *, by: str, now: datetime
) -> None:
    """The project channel reads what both have yet to sign, against what governs; the newest proposal only."""
    withdraw_proposal_notice(session, project)
    notices.forget_waiting_notices(session, project.team_id, DroppedProposal.kind, str(project.pk))
    notify_channel(session, project, CharterProposed(by=by, changed=changed), now=now, subject=str(project.pk))


def notify_of_adoption(
    session: Session,
    project: Project,
    charter: CharterVersion,
    changed: CharterChanges,
    *,
    request_id: int,
    now: datetime,
) -> None:
    """The project channel reads old → new of what governs now, with its morning post (product §2.8, §4.4)."""
    deputies = list_deputy_signatures(signing.load_positions(session, project.team_id, request_id))
    facts = CharterAdoption(version=charter.version, changed=changed, deputies=tuple(deputies))
    notify_channel(session, project, facts, now=now, subject=str(project.pk), merge=merge_charter_changes)


def withdraw_proposal_notice(session: Session, project: Project) -> int:
    """A proposal that the channel has not read of yet is not told there any more. Returns how many were not."""
    return notices.withdraw_waiting_notices(session, project.team_id, CharterProposed.kind, str(project.pk))


def notify_of_dropped_proposal(session: Session, project: Project, *, now: datetime) -> None:
    """Who has read of a proposal reads that all stays as agreed."""
    if not withdraw_proposal_notice(session, project):
        notify_channel(session, project, DroppedProposal(), now=now, subject=str(project.pk))


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
            routine=Routine("project", now, needs_reader=True, ends_with_project=True),
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
        revise_letter(
            session, team_id=project.team_id, key=key, message=message, is_over=lead not in leads or lead == by
        )


def close_draft_letters(session: Session, project: Project, charter: CharterVersion, *, by: str) -> None:
    """What waited with a lead does not wait any more; who has sent it need not read that (product §2.6)."""
    for lead in project.leads:
        message = partial(
            message_views.render_sent_draft,
            key=project.key,
            charter=build_charter_snapshot(project, charter),
            sent_by=by,
        )
        key = _draft_letter_key(project, lead)
        revise_letter(session, team_id=project.team_id, key=key, message=message, is_over=lead == by)


def withdraw_draft_letters(session: Session, project: Project, leads: Iterable[str]) -> None:
    """Those who have not read of the draft know more: they have changed it since, or read what is signed."""
    keys = {_draft_letter_key(project, lead) for lead in leads}
    forget_letters(session, team_id=project.team_id, keys=keys)


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
