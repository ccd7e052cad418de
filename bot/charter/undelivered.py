"""What Slack refuses to show to those it is for is told to somebody else: nothing ends in silence (product §16).

A direct message: the project's other lead hears of it; if neither lead can be reached, both executives. A message
to the project channel: both leads, with the way out. Where Slack lets Duet write to nobody, `duet check` says so.
"""

from sqlmodel import Session

from bot.charter import views
from bot.charter.channel import message_refused
from bot.deliveries import Outcome
from bot.people.service import direct_message, texts_of
from bot.projects.rules import State
from storage import projects
from storage.projects import Project

UNREACHABLE = {"user_disabled", "user_not_found", "user_not_visible", "cannot_dm_bot", "channel_not_found"}
KEY = "not-told"  # begins the key of the message that tells it


def message_ended(session: Session, outcome: Outcome) -> None:
    """The end of a plain message. Each project hears of each person once a week."""
    if outcome.error is None or outcome.posted:
        return
    kind, _, whom = outcome.lane.partition(":")
    if kind == "project":
        message_refused(session, outcome)
    elif kind == "dm" and outcome.error in UNREACHABLE:
        for project_id in _concerned(outcome):
            project = projects.project(session, outcome.team_id, project_id)
            if project is not None:
                _tell_others(session, project, whom, outcome)


def _concerned(outcome: Outcome) -> list[int]:
    """One project, or those whose notices were gathered into the message: their ids are its subject."""
    if outcome.project_id is not None:
        return [outcome.project_id]
    return [int(project_id) for project_id in (outcome.subject or "").split()]


def _tell_others(session: Session, project: Project, whom: str, outcome: Outcome) -> None:
    """`whom` could not be told; if it was to be told of somebody else, they are told of both."""
    unreached, readers = {whom}, {project.lead_it, project.lead_marketing}
    if outcome.key.startswith(f"{KEY}:"):
        unreached.add(outcome.key.split(":")[2])
        readers = _above(session, project)
    for reader in sorted(readers - unreached):
        for who in sorted(unreached):
            message = views.not_told(texts_of(session, project.team_id, reader), project.key, project.name, who=who)
            direct_message(
                session,
                team_id=project.team_id,
                user_id=reader,
                key=f"{KEY}:{project.pk}:{who}:{outcome.now:%G-%V}:{reader}",
                message=message,
                project_id=project.pk,
            )


def _above(session: Session, project: Project) -> set[str]:
    """The executives; of a draft, which they may not have seen yet, whoever drafted it."""
    if project.state == State.DRAFT:
        return {project.created_by}
    charter = projects.counting_charter(session, project)
    return {charter.cio, charter.cmo}
