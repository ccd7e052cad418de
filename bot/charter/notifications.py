"""What people are told about a charter, enqueued in the transaction that makes it true."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from bot.charter.message_views import ChangeFacts, CharterAdopted, CharterChanged, CharterProposed, ProposalOff
from bot.charter.rules import SIGNED
from bot.deliveries.digests.facts import F
from bot.deliveries.digests.letters import Letter, write_letter
from bot.deliveries.digests.queue import Merge, notify_person, notify_project
from bot.people.service import enqueue_direct_message, texts_of
from bot.projects.rules import Side
from bot.ui.blocks import Message
from bot.ui.texts import Texts
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
    if project.governing_version is not None:
        facts = CharterChanged(by=by, changed=changed)
        notify_project_channel(session, project, facts, now=now, merge=merge_charter_changes)
        return
    seated = {charter.executives[side] for side in Side if not project.vacant[side]}
    unsigned = {name: values for name, values in changed.items() if name not in SIGNED}
    for readers, told, besides in (
        (seated if unsigned else set(), unsigned, {by}),
        (set(project.leads), changed, {by, *charter.executives}),
    ):
        notify_project_people(
            session,
            project,
            readers,
            CharterChanged(by=by, changed=told),
            besides=besides,
            now=now,
            subject=str(project.pk),
            merge=merge_charter_changes,
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
    notify_project_channel(session, project, CharterProposed(by=by, changed=changed), now=now)


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
    notify_project_channel(session, project, facts, now=now, merge=merge_charter_changes)


def withdraw_proposal_notice(session: Session, project: Project) -> int:
    """A proposal that the channel has not read of yet is not told there any more. Returns how many were not."""
    return notices.withdraw_waiting_notices(session, project.team_id, CharterProposed.kind, str(project.pk))


def notify_of_dropped_proposal(session: Session, project: Project, *, now: datetime) -> None:
    """Who has read of a proposal reads that all stays as agreed."""
    if not withdraw_proposal_notice(session, project):
        notify_project_channel(session, project, ProposalOff(), now=now)


def notify_project_channel(
    session: Session,
    project: Project,
    facts: F,
    *,
    now: datetime,
    merge: Merge[F] | None = None,
) -> None:
    notify_project(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        facts=facts,
        now=now,
        subject=str(project.pk),
        merge=merge,
    )


def send_project_message(
    session: Session,
    project: Project,
    user_id: str,
    *,
    key: str,
    message: Callable[[Texts], Message],
) -> None:
    """At once, a direct message in the person's own language: of what product §2.8 exempts only."""
    enqueue_direct_message(
        session,
        team_id=project.team_id,
        user_id=user_id,
        key=key,
        message=message(texts_of(session, project.team_id, user_id)),
        project_id=project.pk,
    )


def write_project_letter(
    session: Session,
    project: Project,
    user_id: str,
    *,
    key: str,
    message: Letter,
    counted: str,
    now: datetime,
    needs_reader: bool = False,
) -> None:
    """With the person's next routine message; as `write_letter`."""
    write_letter(
        session,
        team_id=project.team_id,
        user_id=user_id,
        key=key,
        message=message,
        counted=counted,
        project_id=project.pk,
        now=now,
        needs_reader=needs_reader,
    )


def notify_project_leads(
    session: Session,
    project: Project,
    facts: F,
    *,
    besides: Iterable[str],
    now: datetime,
    subject: str | None = None,
) -> None:
    """A routine notice to both leads, leaving out who knows already."""
    leads = set(project.leads)
    notify_project_people(session, project, leads, facts, besides=besides, now=now, subject=subject)


def notify_project_people(
    session: Session,
    project: Project,
    readers: Iterable[str],
    facts: F,
    *,
    besides: Iterable[str],
    now: datetime,
    subject: str | None = None,
    merge: Merge[F] | None = None,
) -> None:
    """A routine notice to each of them, leaving out who knows already."""
    for reader in exclude_people(readers, besides):
        notify_person(
            session,
            team_id=project.team_id,
            user_id=reader,
            facts=facts,
            project_id=project.pk,
            now=now,
            subject=subject,
            merge=merge,
        )


def exclude_people(people: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(people) - set(known))


def project_texts(project: Project) -> Texts:
    """For what everybody of the project sees (product §15)."""
    return Texts.of(project.language, project.zone)
