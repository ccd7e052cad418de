"""The project channel: made by Duet, or chosen, and what it shows of the charter (product §4.3)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter import views
from bot.charter.announcements import forget_draft, project_texts, tell, write
from bot.charter.channel_people import (
    has_channel,
    leave_channel,
    made_channel_key,
    settle_people,
)
from bot.charter.facts import boundary_of, charter_of, timetable_of
from bot.charter.service import refresh_requests, signatures_of
from bot.deliveries import Outcome
from bot.destinations import channel_lane
from bot.digests.letters import withdraw_letters
from bot.happenings import (
    BoundaryChanged,
    ChannelBack,
    CharterAdopted,
    ProjectActivated,
    TeamChanged,
    TimetableChanged,
    announce,
)
from bot.projects.service import note
from bot.refusals import OF_PLACE, codes_of
from bot.words import fold
from storage import people, projects
from storage.deliveries import drop, enqueue, retry, retry_refused, revise, set_lane_channel
from storage.projects import CharterVersion, Project

CHANNEL = "project_channel"  # delivery kinds
CHARTER_POST = "charter_post"
PIN = "charter_pin"
LOOK = "channel_look"
MESSAGE = "message"

MAX_NAME = 80
PREFIX = "duet"  # where the company has set no other


def open_channel(session: Session, activated: ProjectActivated) -> None:
    """The reaction to an activation: a private channel is made; the rest follows when it is there."""
    project = projects.project(session, activated.team_id, activated.project_id)
    assert project is not None
    forget_draft(session, project)
    enqueue(
        session,
        team_id=project.team_id,
        lane=channel_lane(project.pk),
        key=made_channel_key(project),
        kind=CHANNEL,
        content={"name": channel_name(session, project), "is_private": True},
        project_id=project.pk,
        subject=str(project.pk),
    )


def charter_adopted(session: Session, adopted: CharterAdopted) -> None:
    """The reaction to a new version, or to another name or lead: the pinned charter shows it, new people are
    invited, and everybody reads old → new (product §4.4)."""
    project = projects.project(session, adopted.team_id, adopted.project_id)
    assert project is not None
    if project.channel_id is None or project.governing_version is None:
        return
    charter = projects.counting_charter(session, project)
    content = _charter_post(session, project, charter)
    settle_people(session, project, charter)
    revise(session, team_id=project.team_id, key=_post_key(project, project.channel_id), content=content)
    if adopted.changed:
        message = views.adopted_post(
            project_texts(project),
            key=project.key,
            name=project.name,
            version=charter.version,
            changed=adopted.changed,
        )
        planned = _Planned(f"adopted:{project.pk}:{charter.version}", MESSAGE, message.content())
        _enqueue(session, project, planned)
        refresh_requests(session, project, charter)


def standing_changed(session: Session, happened: BoundaryChanged | TeamChanged | TimetableChanged) -> None:
    """The reaction: the pinned charter and open requests show what stands now: boundary, team and timetable."""
    project = projects.project(session, happened.team_id, happened.project_id)
    assert project is not None
    charter = projects.counting_charter(session, project)
    refresh_requests(session, project, charter)
    if project.channel_id is not None and project.governing_version is not None:
        content = _charter_post(session, project, charter)
        revise(session, team_id=project.team_id, key=_post_key(project, project.channel_id), content=content)
        if isinstance(happened, TeamChanged) and has_channel(project):
            settle_people(session, project, charter)


def channel_name(session: Session, project: Project) -> str:
    """`duet-12-kto-kupuje-w-piatki`: unique by its number, and as Slack wants names."""
    prefix = people.workspace(session, project.team_id).channel_prefix or PREFIX
    words = re.sub("[^a-z0-9]+", "-", fold(project.name)).strip("-")
    return f"{prefix}-{project.number}-{words}"[:MAX_NAME].strip("-")


def channel_made(session: Session, outcome: Outcome) -> None:
    """The channel that Duet has made is filled."""
    project, charter = governed(session, outcome)
    assert outcome.channel_id is not None
    settle_in(session, project, charter, outcome.channel_id, by=None, now=outcome.now)


def channel_not_made(session: Session, outcome: Outcome) -> None:
    """The reaction to every refusal: both leads are told the way out."""
    project, charter = governed(session, outcome)
    for lead in sorted({project.lead_it, project.lead_marketing}):
        tell(
            session,
            project,
            lead,
            key=f"no-channel:{project.pk}:{lead}",
            message=lambda t: views.channel_needed(
                t,
                key=project.key,
                name=project.name,
                channel_name=suggested_name(session, project, is_taken=outcome.error == "name_taken"),
                project_id=project.pk,
                version=charter.version,
                why="charter.channel_needed",
            ),
        )


def charter_not_pinned(session: Session, outcome: Outcome) -> None:
    """The reaction: the charter stays as it is posted; both leads can pin it, and are told so once."""
    project, _ = governed(session, outcome)
    for lead in sorted({project.lead_it, project.lead_marketing}):
        write(
            session,
            project,
            lead,
            key=f"not-pinned:{outcome.key}:{lead}",
            message=lambda t: views.said_of_project(t, "charter.not_pinned", project.key, project.name),
            counted="project",
            now=outcome.now,
        )


def settle_in(
    session: Session,
    project: Project,
    charter: CharterVersion,
    channel_id: str,
    *,
    by: str | None,
    now: datetime,
) -> None:
    """The charter is posted and pinned there, and everybody is invited. `by`: who chose it; None: Duet made it."""
    before, project.channel_id = project.channel_id, channel_id
    set_lane_channel(session, team_id=project.team_id, lane=channel_lane(project.pk), channel_id=channel_id)
    if before != channel_id:
        note(
            session,
            project,
            "project.channel",
            actor=by,
            now=now,
            before={} if before is None else {"channel": before},
            after={"channel": channel_id},
        )
    regain(session, project, now=now)
    content = _charter_post(session, project, charter)
    if before is not None and before != channel_id:  # what has not gone to the other channel goes nowhere
        for planned in _deliveries(project, before, content):
            drop(session, team_id=project.team_id, key=planned.key)
        leave_channel(session, project, before)
    settle_people(session, project, charter, again=True)
    for planned in _deliveries(project, channel_id, content):
        _enqueue(session, project, planned)
    if by is not None:
        drop(session, team_id=project.team_id, key=made_channel_key(project))  # none has to be made any more
    refresh_requests(session, project, charter)
    if before is None:
        _tell_first_signer(session, project, charter, channel_id)


def regain(session: Session, project: Project, *, now: datetime) -> None:
    """Duet can post there, perhaps again: what was refused goes out, and whoever waited for it goes on."""
    retry_refused(session, team_id=project.team_id, errors=codes_of(OF_PLACE), lane=channel_lane(project.pk))
    if project.channel_lost_at is not None:
        project.channel_lost_at = None
        for lead in {project.lead_it, project.lead_marketing}:  # who has not read that it was lost need not know
            withdraw_letters(session, team_id=project.team_id, user_id=lead, keys=lost_channel_key(project))
        note(session, project, "project.channel_back", actor=None, now=now)
        session.flush()
        announce(session, ChannelBack(project.team_id, now, project.pk))


def _tell_first_signer(session: Session, project: Project, charter: CharterVersion, channel_id: str) -> None:
    """Whoever signed second saw it happen; an edit of a message tells nobody anything."""
    signed = signatures_of(session, project, charter).values()
    first = min(signed, key=lambda signature: signature.at).user_id
    tell(
        session,
        project,
        first,
        key=f"active:{project.pk}",
        message=lambda t: views.now_active(t, project.key, project.name, channel_id),
    )


@dataclass(frozen=True)
class _Planned:
    key: str
    kind: str
    content: dict[str, Any]
    parent: str | None = None


def _post_key(project: Project, channel_id: str) -> str:
    return f"charter-post:{project.pk}:{channel_id}"


def _deliveries(project: Project, channel_id: str, content: dict[str, Any]) -> list[_Planned]:
    """The charter is posted and pinned."""
    post = _post_key(project, channel_id)
    return [_Planned(post, CHARTER_POST, content), _Planned(f"pin:{post}", PIN, {}, parent=post)]


def _enqueue(session: Session, project: Project, planned: _Planned) -> None:
    enqueue(
        session,
        team_id=project.team_id,
        lane=channel_lane(project.pk),
        key=planned.key,
        kind=planned.kind,
        content=planned.content,
        parent=planned.parent,
        project_id=project.pk,
    )
    retry(session, team_id=project.team_id, key=planned.key)  # chosen again after Duet was let in


def _charter_post(session: Session, project: Project, charter: CharterVersion) -> dict[str, Any]:
    message = views.charter_post(
        project_texts(project),
        key=project.key,
        charter=charter_of(project, charter),
        boundary=boundary_of(session, project),
        timetable=timetable_of(session, project),
        version=charter.version,
        signed=signatures_of(session, project, charter),
    )
    return message.content()


def lost_channel_key(project: Project) -> str:
    """Begins the keys of all letters that tell its leads so."""
    return f"channel-lost:{project.pk}:"


def suggested_name(session: Session, project: Project, *, is_taken: bool) -> str:
    """For the channel that a lead may make. `is_taken`: there is one of the name that Duet would have taken."""
    name = channel_name(session, project)
    return f"{name[: MAX_NAME - 2]}-2" if is_taken else name


def governed(session: Session, outcome: Outcome) -> tuple[Project, CharterVersion]:
    """The active project that a delivery was about, and its charter."""
    assert outcome.project_id is not None
    project = projects.project(session, outcome.team_id, outcome.project_id)
    assert project is not None
    assert project.governing_version is not None
    return project, projects.counting_charter(session, project)
