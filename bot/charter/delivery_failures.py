"""What Slack refuses to show to those it is for is told to whoever can do something: nothing ends in silence (§16).

A direct message: the project's other lead hears of it; if neither lead can be reached, both executives. A message
to the project channel: both leads, once, with the way out. What is our own fault: whoever it was for. Where
Slack lets Duet write to nobody, `duet check` says so.
"""

from collections.abc import Mapping
from functools import partial

from sqlmodel import Session

from bot.charter import message_views, views
from bot.charter.channel_status import lose_channel
from bot.deliveries import post
from bot.deliveries.destinations import LANES
from bot.deliveries.digests.letters import LetterFacts, Routine
from bot.deliveries.outcomes import Outcome, Reaction, ignore_outcome
from bot.projects.rules import State
from bot.projects.service import find_side_readers
from bot.slack.refusals import DeliveryRefusal
from storage import charters, notices, projects
from storage.projects import Project

UNREACHABLE_KEY = "not-told"  # begins the key of the message that tells it
FAULT_KEY = "fault"  # the same of a message that we failed to show
CHANNEL_LOSS_TEXTS = {  # Slack's code → which text tells the leads why nothing is posted in their channel
    "not_in_channel": "charter.not_in_channel",
    "is_archived": "charter.channel_lost",
    "is_inactive": "charter.channel_lost",
    "channel_not_found": "charter.channel_lost",
}


def report_refused_message(session: Session, outcome: Outcome) -> None:
    """The reaction where the place takes nothing: the channel of a project, or somebody's direct messages."""
    if outcome.lane.startswith(LANES):
        _lose_refusing_channel(session, outcome)
    elif not outcome.posted:  # an edit is missed by nobody
        report_unreachable_person(session, outcome)


def report_unreachable_person(session: Session, outcome: Outcome) -> None:
    """The reaction where somebody cannot be written to. Each project hears of each person once a week."""
    kind, _, whom = outcome.lane.partition(":")
    if outcome.posted or kind != "dm":
        return
    for project_id in _list_concerned_projects(outcome):
        project = projects.find_project(session, outcome.team_id, project_id)
        if project is not None:
            _tell_leads_or_executives(session, project, whom, outcome)


def report_forbidden_posting(session: Session, outcome: Outcome) -> None:
    """The reaction where Duet lacks the right to post: the leads hear of a channel once, whoever runs Duet of all.

    It is tried again when Duet starts: somebody may have installed it anew by then.
    """
    if not outcome.lane.startswith(LANES) or outcome.project_id is None:
        return
    project = projects.find_project(session, outcome.team_id, outcome.project_id)
    if project is None or project.governing_version is None:
        return
    post.to_people(
        session,
        project,
        find_side_readers(session, project),
        key=f"forbidden:{project.pk}:{project.channel_id}",
        message=lambda t: views.render_project_text(t, "charter.channel_forbidden", project.key, project.name),
        routine=Routine("channel", outcome.now, needs_reader=True),
    )


def report_failed_message(session: Session, outcome: Outcome) -> None:
    """The reaction to our own fault: whoever it was for reads that something is missing, with our reference."""
    if outcome.key.startswith(f"{FAULT_KEY}:"):
        return
    project_id = outcome.project_id
    project = None if project_id is None else projects.find_project(session, outcome.team_id, project_id)
    named = None if project is None else (project.key, project.name)
    post.to_people(
        session,
        outcome,
        _list_readers(session, project, outcome),
        key=f"{FAULT_KEY}:{outcome.key}",
        message=partial(message_views.render_failed_message, project=named, reference=outcome.reference or ""),
    )


MESSAGE_REACTIONS: Mapping[DeliveryRefusal, Reaction] = {
    DeliveryRefusal.OURS: report_failed_message,
    DeliveryRefusal.CHANNEL_GONE: report_refused_message,
    DeliveryRefusal.RESTRICTED: report_refused_message,
    DeliveryRefusal.FORBIDDEN: report_forbidden_posting,
    DeliveryRefusal.PERSON_GONE: report_unreachable_person,
    DeliveryRefusal.NO_DIRECT_MESSAGES: ignore_outcome,  # `duet check` says so, and the next start tries again
    DeliveryRefusal.MESSAGE_GONE: ignore_outcome,  # an edit; the next change is posted anew
    DeliveryRefusal.GAVE_UP: ignore_outcome,  # it is tried again each hour
}
"""How a message ends that is posted in a project's channel or sent to a person."""


def _lose_refusing_channel(session: Session, outcome: Outcome) -> None:
    assert outcome.project_id is not None
    project = projects.find_project(session, outcome.team_id, outcome.project_id)
    if project is None or project.governing_version is None or project.channel_id is None:
        return
    if outcome.channel_id not in (None, project.channel_id) or project.channel_lost_at is not None:
        return  # of a channel that the project has left; or they know
    why = CHANNEL_LOSS_TEXTS.get(outcome.error or "", "charter.channel_restricted")
    lose_channel(session, project, action="project.channel_lost", why=why, now=outcome.now)


def _list_readers(session: Session, project: Project | None, outcome: Outcome) -> list[str]:
    kind, _, who = outcome.lane.partition(":")
    if kind in ("dm", "group"):
        return who.split(",")
    return [] if project is None else sorted(set(find_side_readers(session, project)))


def _list_concerned_projects(outcome: Outcome) -> list[int]:
    """One project, or those whose notices were gathered into the message: their ids are its subject."""
    if outcome.project_id is not None:
        return [outcome.project_id]
    return [int(project_id) for project_id in (outcome.subject or "").split()]


def _tell_leads_or_executives(session: Session, project: Project, whom: str, outcome: Outcome) -> None:
    """`whom` could not be told; where no lead can be, the executives are told of everybody who could not be."""
    this_week = {
        f"{UNREACHABLE_KEY}:{project.pk}:{who}:{outcome.now:%G-%V}": who
        for who in _list_unreachable_people(session, project, outcome)
    }
    this_week[f"{UNREACHABLE_KEY}:{project.pk}:{whom}:{outcome.now:%G-%V}"] = whom
    unreached = set(this_week.values())
    readers = set(find_side_readers(session, project)) - unreached
    for reader in sorted(readers or _list_superiors(session, project) - unreached):
        for key, who in sorted(this_week.items()):
            post.to_person(
                session,
                project,
                reader,
                key=f"{key}:{reader}",
                message=partial(
                    message_views.render_unreachable_person, key=project.key, name=project.name, who=who
                ),
                routine=Routine("channel", outcome.now, needs_reader=True),
            )


def _list_unreachable_people(session: Session, project: Project, outcome: Outcome) -> list[str]:
    """Of whom letters of this week say so."""
    keys = notices.list_subjects(session, project.team_id, LetterFacts.kind, f"{UNREACHABLE_KEY}:{project.pk}:")
    parts = [key.split(":") for key in keys]
    return [who for _, _, who, week, _ in parts if week == f"{outcome.now:%G-%V}"]


def _list_superiors(session: Session, project: Project) -> set[str]:
    """The executives; of a draft, which they may not have seen yet, whoever drafted it."""
    if project.state == State.DRAFT:
        return {project.created_by}
    charter = charters.load_counting_charter(session, project)
    return set(charter.executives)
