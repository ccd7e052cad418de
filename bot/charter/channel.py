"""The project channel: made by Duet, or chosen by a lead where Slack does not let Duet make one (product §4.3)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter import views
from bot.charter.announcements import notify_leads, project_texts, tell
from bot.charter.facts import boundary_of, charter_of, timetable_of
from bot.charter.service import refresh_requests, signatures_of
from bot.deliveries import Outcome
from bot.errors import NotAllowed, UserError
from bot.happenings import (
    BoundaryChanged,
    ChannelBack,
    CharterAdopted,
    ProjectActivated,
    TeamChanged,
    TimetableChanged,
    announce,
)
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, NotInThisState, State
from bot.projects.service import dossier, note
from bot.transports import SHARED
from bot.words import fold
from storage import projects, team
from storage.deliveries import drop, enqueue, retry, retry_refused, revise, set_lane_channel
from storage.projects import CharterVersion, Project

CHANNEL = "project_channel"  # delivery kinds
CHARTER_POST = "charter_post"
INVITE = "project_invite"
PIN = "charter_pin"
NOT_INVITED = "charter.not_invited"  # notice kind

MAX_NAME = 80
NOT_THERE = {"not_in_channel", "channel_not_found", "is_archived"}  # the charter's post says it


class ChannelTaken(UserError):
    """One channel, one project: which one is not said, as the other may be private (product §14)."""

    text_key = "error.channel_taken"
    field = "channel"


def open_channel(session: Session, activated: ProjectActivated) -> None:
    """The reaction to an activation: a private channel is made; the rest follows when it is there."""
    project = projects.project(session, activated.team_id, activated.project_id)
    assert project is not None
    enqueue(
        session,
        team_id=project.team_id,
        lane=_lane(project),
        key=f"channel:{project.pk}",
        kind=CHANNEL,
        content={"name": channel_name(project.number, project.name), "is_private": True},
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
    _invite_new(session, project, charter, project.channel_id, content)
    revise(session, team_id=project.team_id, key=_post_key(project, project.channel_id), content=content)
    if adopted.changed:
        message = views.adopted_post(
            project_texts(project),
            key=project.key,
            name=project.name,
            version=charter.version,
            changed=adopted.changed,
        )
        planned = _Planned(f"adopted:{project.pk}:{charter.version}", "message", message.content())
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
        _invite_new(session, project, charter, project.channel_id, content)


def channel_name(number: int, name: str) -> str:
    """`duet-12-kto-kupuje-w-piatki`: unique by its number, and as Slack wants names."""
    words = re.sub("[^a-z0-9]+", "-", fold(name)).strip("-")
    return f"duet-{number}-{words}"[:MAX_NAME].strip("-")


def channel_made(session: Session, outcome: Outcome) -> None:
    """The end of making the channel: it is filled, or both leads are told the way out."""
    project, charter = _governed(session, outcome)
    if outcome.error is None:
        assert outcome.channel_id is not None
        _settle_in(session, project, charter, outcome.channel_id, actor=None, now=outcome.now)
    else:
        _tell_leads(session, project, charter, key=f"no-channel:{project.pk}", error=outcome.error)


def charter_posted(session: Session, outcome: Outcome) -> None:
    """A post that Slack refuses means that Duet is not in the channel, or that the channel is gone."""
    if outcome.error is None or outcome.posted:
        return
    project, charter = _governed(session, outcome)
    key = f"no-post:{project.pk}:{project.channel_id}:{outcome.now.timestamp()}"
    _tell_leads(session, project, charter, key=key, error=outcome.error)


def message_refused(session: Session, outcome: Outcome) -> None:
    """The same of any other message there, said once a week; it goes out when a channel is chosen again."""
    assert outcome.project_id is not None
    project = projects.project(session, outcome.team_id, outcome.project_id)
    if outcome.error not in NOT_THERE or project is None or project.governing_version is None:
        return
    if project.channel_lost_at is not None:
        return  # they know
    project, charter = _governed(session, outcome)
    _tell_leads(session, project, charter, key=_refusal(project, outcome.now), error=outcome.error)


def refusal_key(project: Project, lead: str, now: datetime) -> str:
    """Of the message that tells a lead of a refused one."""
    return f"{_refusal(project, now)}:{lead}"


def _refusal(project: Project, now: datetime) -> str:
    return f"no-message:{project.pk}:{project.channel_id}:{now:%G-%V}"


def invited(session: Session, outcome: Outcome) -> None:
    """Whom Slack does not let in is named to the leads."""
    if outcome.error is None or outcome.error in NOT_THERE:
        return
    project, _ = _governed(session, outcome)
    assert outcome.subject is not None
    facts = {"who": outcome.subject}
    notify_leads(session, project, NOT_INVITED, facts, besides={outcome.subject}, now=outcome.now)


def use_channel(session: Session, *, actor: Actor, project_id: int, channel_id: str, now: datetime) -> Project:
    """*Use this channel*: the project lives there from now on.

    Raises: NotFound, NotAllowed, NotInThisState, ChannelTaken.
    """
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    if not found.roles & EDITORS:
        raise NotAllowed
    if found.state not in (State.ACTIVE, State.PAUSED):
        raise NotInThisState(project.key, project.state)
    other = projects.project_of_channel(session, actor.team_id, channel_id)
    if other is not None and other.id != project.id:
        raise ChannelTaken
    _settle_in(session, project, found.charter, channel_id, actor=actor, now=now)
    return project


def _settle_in(
    session: Session,
    project: Project,
    charter: CharterVersion,
    channel_id: str,
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """The charter is posted and pinned there, and everybody is invited."""
    before, project.channel_id = project.channel_id, channel_id
    set_lane_channel(session, team_id=project.team_id, lane=_lane(project), channel_id=channel_id)
    if before != channel_id:
        note(
            session,
            project,
            "project.channel",
            actor=None if actor is None else actor.user_id,
            now=now,
            before={} if before is None else {"channel": before},
            after={"channel": channel_id},
        )
    regain(session, project, now=now)
    content = _charter_post(session, project, charter)
    if before is not None and before != channel_id:  # what has not gone to the other channel goes nowhere
        for planned in _deliveries(session, project, charter, before, content):
            drop(session, team_id=project.team_id, key=planned.key)
    for planned in _deliveries(session, project, charter, channel_id, content):
        _enqueue(session, project, planned)
    refresh_requests(session, project, charter)
    if before is None:
        _tell_first_signer(session, project, charter, channel_id)


def regain(session: Session, project: Project, *, now: datetime) -> None:
    """Duet can post there, perhaps again: what was refused goes out, and whoever waited for it goes on."""
    retry_refused(session, team_id=project.team_id, errors=NOT_THERE, lane=_lane(project), kind="message")
    if project.channel_lost_at is not None:
        project.channel_lost_at = None
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
    subject: str | None = None


def _post_key(project: Project, channel_id: str) -> str:
    return f"charter-post:{project.pk}:{channel_id}"


def _invite_new(
    session: Session, project: Project, charter: CharterVersion, channel_id: str, content: dict[str, Any]
) -> None:
    """Who was invited already is not invited again."""
    for planned in _deliveries(session, project, charter, channel_id, content):
        if planned.kind == INVITE:
            _enqueue(session, project, planned)


def _deliveries(
    session: Session, project: Project, charter: CharterVersion, channel_id: str, content: dict[str, Any]
) -> list[_Planned]:
    """Everybody is invited, then the charter is posted and pinned."""
    seats = {charter.cio, charter.cmo, project.lead_it, project.lead_marketing}
    keys = {u: f"invite:{project.pk}:{channel_id}:{u}" for u in sorted(seats)}
    for member in team.members(session, project.team_id, project.pk):
        if member.user_id not in seats:  # a second stay is a second invitation
            keys[member.user_id] = f"invite:{project.pk}:{channel_id}:{member.user_id}:{member.pk}"
    post = _post_key(project, channel_id)
    return [
        *(_Planned(key, INVITE, {"user": u}, subject=u) for u, key in keys.items()),
        _Planned(post, CHARTER_POST, content),
        _Planned(f"pin:{post}", PIN, {}, parent=post),
    ]


def _enqueue(session: Session, project: Project, planned: _Planned) -> None:
    enqueue(
        session,
        team_id=project.team_id,
        lane=_lane(project),
        key=planned.key,
        kind=planned.kind,
        content=planned.content,
        parent=planned.parent,
        project_id=project.pk,
        subject=planned.subject,
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


def _tell_leads(session: Session, project: Project, charter: CharterVersion, *, key: str, error: str) -> None:
    for lead in sorted({project.lead_it, project.lead_marketing}):
        tell(
            session,
            project,
            lead,
            key=f"{key}:{lead}",
            message=lambda t: views.channel_needed(
                t,
                key=project.key,
                name=project.name,
                channel_name=_suggested(project, error),
                project_id=project.pk,
                version=charter.version,
                why=_why(project, error),
            ),
        )


def _why(project: Project, error: str) -> str:
    """Which text says it."""
    if error == SHARED:
        return "charter.shared_channel"
    return "charter.channel_needed" if project.channel_id is None else "charter.not_in_channel"


def _suggested(project: Project, error: str) -> str:
    name = channel_name(project.number, project.name)
    return f"{name[: MAX_NAME - 2]}-2" if error == "name_taken" else name


def _governed(session: Session, outcome: Outcome) -> tuple[Project, CharterVersion]:
    assert outcome.project_id is not None
    project = projects.project(session, outcome.team_id, outcome.project_id)
    assert project is not None
    assert project.governing_version is not None
    return project, projects.counting_charter(session, project)


def _lane(project: Project) -> str:
    return f"project:{project.pk}"
