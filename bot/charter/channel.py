"""The project channel: made by Duet, or chosen, and what it shows of the charter (product §4.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.charter import next_steps, views
from bot.charter.channel_people import (
    channel_creation_key,
    drop_pending_invitations,
    has_project_channel,
    sync_channel_people,
)
from bot.charter.next_step_views import NextStep
from bot.charter.notifications import withdraw_draft_letters
from bot.charter.rules import Boundary, Timetable
from bot.charter.service import (
    load_charter_signatures,
    refresh_charter_requests,
    refresh_open_charter_request,
)
from bot.charter.snapshots import build_charter_snapshot, load_boundary_snapshot, load_timetable_snapshot
from bot.charter.views import Signature
from bot.deliveries import post
from bot.deliveries.destinations import channel_lane
from bot.deliveries.digests.letters import Routine, withdraw_letters
from bot.deliveries.outcomes import Outcome
from bot.parsing.folding import fold_text
from bot.people.service import texts_of_project
from bot.projects.rules import Side, Sides
from bot.projects.service import find_side_readers, log_event
from bot.runtime.domain_events import (
    BoundaryChanged,
    ChannelBack,
    CharterAdopted,
    ClosingBegun,
    ProjectActivated,
    ScheduleChanged,
    TeamChanged,
    TimetableChanged,
    publish_event,
)
from bot.slack.refusals import OF_PLACE, codes_of
from bot.ui.blocks import Message
from bot.ui.components import Compose
from storage import charters, projects
from storage.deliveries import drop_delivery
from storage.delivery_retries import retry_delivery, retry_refused_deliveries
from storage.lanes import set_lane_channel
from storage.projects import CharterVersion, Project
from storage.workspaces import load_workspace

CHANNEL = "project_channel"  # delivery kinds
CHARTER_POST = "charter_post"
PIN = "charter_pin"
LOOK = "channel_look"
MESSAGE = "message"

MAX_NAME = 80
PREFIX = "duet"  # where the company has set no other


def enqueue_channel_creation(session: Session, event: ProjectActivated) -> None:
    """The reaction to an activation: a private channel will be made, and filled by `fill_new_channel`. Who has not
    read a letter about the draft needs it no more."""
    project = projects.load_project_of(session, event)
    withdraw_draft_letters(session, project, project.leads)
    key, subject = channel_creation_key(project), str(project.pk)
    content = {"name": build_channel_name(session, project), "is_private": True}
    post.do_in_channel(session, project, key=key, kind=CHANNEL, content=content, subject=subject)


def publish_adopted_charter(session: Session, event: CharterAdopted) -> None:
    """The reaction to a new version, or to another name or lead: the pinned charter shows it and new people are
    invited at once (product §4.4)."""
    project = projects.load_project_of(session, event)
    if project.channel_id is None or project.governing_version is None:
        return
    charter = charters.load_counting_charter(session, project)
    sync_channel_people(session, project, charter)
    signed = load_charter_signatures(session, project, charter)
    _revise_posts(session, project, charter, signed)


def refresh_next_steps(session: Session, event: ScheduleChanged | ClosingBegun) -> None:
    """The reaction: the charter's post and the leads' messages tick what is done; a closing has no steps."""
    project = projects.load_project_of(session, event)
    if project.governing_version is None:
        return
    charter = charters.load_counting_charter(session, project)
    signed = {} if project.channel_id is None else load_charter_signatures(session, project, charter)
    _revise_posts(session, project, charter, signed)


def refresh_pinned_charter(session: Session, event: BoundaryChanged | TeamChanged | TimetableChanged) -> None:
    """The reaction: the pinned charter and an open request show what stands now: boundary, team and timetable."""
    project = projects.load_project_of(session, event)
    charter = charters.load_counting_charter(session, project)
    signed = refresh_open_charter_request(session, project, charter)
    if project.governing_version is None:
        return
    has_same_steps = isinstance(event, TimetableChanged) and not event.is_longer_or_shorter
    _revise_posts(session, project, charter, signed, tells_leads=not has_same_steps)
    if isinstance(event, TeamChanged) and has_project_channel(project):
        sync_channel_people(session, project, charter)


def build_channel_name(session: Session, project: Project) -> str:
    """`duet-12-kto-kupuje-w-piatki`: unique by its number, and as Slack wants names."""
    prefix = load_workspace(session, project.team_id).channel_prefix or PREFIX
    words = re.sub("[^a-z0-9]+", "-", fold_text(project.name)).strip("-")
    return f"{prefix}-{project.number}-{words}"[:MAX_NAME].strip("-")


def fill_new_channel(session: Session, outcome: Outcome) -> None:
    """The channel that Duet has made is filled."""
    project, charter = load_governed_project(session, outcome)
    assert outcome.channel_id is not None
    move_into_channel(session, project, charter, outcome.channel_id, by=None, now=outcome.now)


def notify_of_missing_channel(session: Session, outcome: Outcome) -> None:
    """The reaction to every refusal: both leads are told the way out."""
    project, _ = load_governed_project(session, outcome)
    is_taken = outcome.error == "name_taken"
    ask_for_channel(session, project, "charter.channel_needed", key=f"no-channel:{project.pk}", is_taken=is_taken)


def ask_for_channel(
    session: Session, project: Project, why: str, *, key: str, is_taken: bool = True, routine: Routine | None = None
) -> None:
    """Tells both leads the way out where Duet cannot make the channel, or post into it any more. `why`: a text."""
    post.to_people(
        session,
        project,
        find_side_readers(session, project),
        key=key,
        message=lambda t: views.render_channel_request(
            t,
            key=project.key,
            name=project.name,
            channel_name=suggest_channel_name(session, project, is_taken=is_taken),
            project_id=project.pk,
            version=project.counting_version,
            why=why,
        ),
        routine=routine,
    )


def notify_of_unpinned_charter(session: Session, outcome: Outcome) -> None:
    """The reaction: the charter stays as it is posted; both leads can pin it, and are told so once."""
    project, _ = load_governed_project(session, outcome)
    post.to_people(
        session,
        project,
        find_side_readers(session, project),
        key=f"not-pinned:{outcome.key}",
        message=lambda t: views.render_project_text(t, "charter.not_pinned", project.key, project.name),
        routine=Routine("project", outcome.now, ends_with_project=True),
    )


def move_into_channel(
    session: Session,
    project: Project,
    charter: CharterVersion,
    channel_id: str,
    *,
    by: str | None,
    now: datetime,
) -> None:
    """Everybody is invited there, and the charter is posted and pinned; the request's messages link to it, and the
    first signer is written to. `by`: who chose it; None: Duet made it."""
    before, project.channel_id = project.channel_id, channel_id
    set_lane_channel(session, team_id=project.team_id, lane=channel_lane(project.pk), channel_id=channel_id)
    if before != channel_id:
        log_event(
            session,
            project,
            "project.channel",
            actor=by,
            now=now,
            before={} if before is None else {"channel": before},
            after={"channel": channel_id},
        )
    release_refused_posts(session, project, now=now)
    if before is not None and before != channel_id:  # what has not gone to the other channel goes nowhere
        for key in _charter_post_keys(project, before):
            drop_delivery(session, team_id=project.team_id, key=key)
        drop_pending_invitations(session, project, before)
    sync_channel_people(session, project, charter, again=True)
    _post_charter(session, project, charter, channel_id)
    if by is not None:
        drop_delivery(
            session, team_id=project.team_id, key=channel_creation_key(project)
        )  # none has to be made any more
    refresh_charter_requests(session, project, charter)
    if before is None:
        _tell_first_signer(session, project, charter, channel_id)


def release_refused_posts(session: Session, project: Project, *, now: datetime) -> None:
    """Sends what Slack refused to take there, now that Duet can post; a channel that was lost is back."""
    retry_refused_deliveries(
        session, team_id=project.team_id, errors=codes_of(OF_PLACE), lane=channel_lane(project.pk)
    )
    if project.channel_lost_at is not None:
        project.channel_lost_at = None
        # Who has not read that it was lost need not know.
        told = {*project.leads, *find_side_readers(session, project)}
        withdraw_letters(session, team_id=project.team_id, user_ids=told, keys=lost_channel_key(project))
        log_event(session, project, "project.channel_back", actor=None, now=now)
        session.flush()
        publish_event(session, ChannelBack(project.team_id, now, project.pk))


def _tell_first_signer(session: Session, project: Project, charter: CharterVersion, channel_id: str) -> None:
    """Writes to who signed first: whoever signed second saw it happen, and an edit of a message tells nobody."""
    signed = load_charter_signatures(session, project, charter).values()
    first = min(signed, key=lambda signature: signature.at)
    seen = channel_id if first.for_user_id is None else None
    post.to_person(
        session,
        project,
        first.user_id,
        key=f"active:{project.pk}",
        message=lambda t: views.render_activation(t, project.key, project.name, seen),
    )


def _charter_post_keys(project: Project, channel_id: str) -> tuple[str, str]:
    """Of the charter as it is posted in a channel, and of its pin."""
    key = f"charter-post:{project.pk}:{channel_id}"
    return key, f"pin:{key}"


def _post_charter(session: Session, project: Project, charter: CharterVersion, channel_id: str) -> None:
    """The charter is posted and pinned; what was refused there goes out after all, now that Duet was let in."""
    key, pin = _charter_post_keys(project, channel_id)
    signed = load_charter_signatures(session, project, charter)
    message = _compose_charter_post(project, charter, _load_shown(session, project), signed)
    post.to_channel(session, project, key=key, message=message, kind=CHARTER_POST)
    post.do_in_channel(session, project, key=pin, kind=PIN, content={}, parent=key)
    for each in (key, pin):
        retry_delivery(session, team_id=project.team_id, key=each)


def _revise_posts(
    session: Session,
    project: Project,
    charter: CharterVersion,
    signed: Mapping[Side, Signature],
    *,
    tells_leads: bool = True,
) -> None:
    """The charter's post, if there is a channel, and the leads' messages show what stands now.

    `tells_leads`: unless what the project does next, which is all that these say, is known to be as it was.
    """
    shown, posts = _load_shown(session, project), dict[str, Message]()
    if project.channel_id is not None:
        key, _ = _charter_post_keys(project, project.channel_id)
        posts[key] = _compose_charter_post(project, charter, shown, signed)(texts_of_project(project))
    of_leads = next_steps.build_lead_messages(project, shown.done) if tells_leads else {}
    post.revise_for_people(session, project, of_leads, shared=posts)


@dataclass(frozen=True)
class _Shown:
    """What the charter's post shows beside the charter, as it stands."""

    boundary: Boundary
    timetable: Timetable
    done: Sides[frozenset[NextStep]] | None


def _load_shown(session: Session, project: Project) -> _Shown:
    boundary, timetable = load_boundary_snapshot(session, project), load_timetable_snapshot(session, project)
    return _Shown(boundary, timetable, next_steps.list_done_steps(session, project, boundary, timetable))


def _compose_charter_post(
    project: Project, charter: CharterVersion, shown: _Shown, signed: Mapping[Side, Signature]
) -> Compose:
    return partial(
        views.render_charter_post,
        key=project.key,
        charter=build_charter_snapshot(project, charter),
        boundary=shown.boundary,
        timetable=shown.timetable,
        project_id=project.pk,
        done=None if shown.done is None else shown.done.it & shown.done.marketing,
        version=charter.version,
        signed=signed,
    )


def lost_channel_key(project: Project) -> str:
    """Begins the keys of all letters that tell its leads so."""
    return f"channel-lost:{project.pk}:"


def suggest_channel_name(session: Session, project: Project, *, is_taken: bool) -> str:
    """For the channel that a lead may make. `is_taken`: there is one of the name that Duet would have taken."""
    name = build_channel_name(session, project)
    return f"{name[: MAX_NAME - 2]}-2" if is_taken else name


def load_governed_project(session: Session, outcome: Outcome) -> tuple[Project, CharterVersion]:
    """The active project that a delivery was about, and its charter."""
    assert outcome.project_id is not None
    project = projects.load_project_of(session, outcome)
    assert project.governing_version is not None
    return project, charters.load_counting_charter(session, project)
