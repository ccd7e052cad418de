"""*Use this channel*: Slack is asked what it is before anything changes (product §4.3).

The look is a delivery of its own: the project lives where it was until the chosen channel is known to be the
company's own, and whoever chose reads that it has moved, or what stands in the way.
"""

from datetime import datetime

from sqlmodel import Session

from bot.charter import views
from bot.charter.channel import load_governed_project, move_into_channel
from bot.deliveries import post
from bot.deliveries.outcomes import Outcome
from bot.people.rules import Actor
from bot.projects.policy import require_editor
from bot.projects.rules import EDITORS, RUNNING, NotInThisState
from bot.projects.service import ProjectContext, load_context, roles_of
from bot.runtime.errors import Refusal
from bot.slack.refusals import PUBLIC, SHARED
from storage import projects
from storage.deliveries import enqueue_delivery
from storage.idempotency import void_act
from storage.projects import Project

CHOICE = "channel_choice"  # delivery kind
REASONS = {  # Slack's code, or ours → which text says why nothing was changed
    SHARED: "shared",
    PUBLIC: "public",
    "is_archived": "archived",
    "not_in_channel": "not_inside",
    "channel_not_found": "not_inside",
}


def require_channel_right(found: ProjectContext) -> None:
    """Raises: NotAllowed, if the actor may not choose the project's channel."""
    require_editor(found)


def use_channel(
    session: Session,
    *,
    actor: Actor,
    project_id: int,
    channel_id: str,
    now: datetime,
    may_be_public: bool = False,
) -> Project:
    """The project is to live there. `may_be_public`: the actor knows that everybody internal can read it.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_channel_right(found)
    project = found.project
    if found.state not in RUNNING:
        raise NotInThisState(project)
    if _has_other_project(session, project, channel_id):
        raise Refusal("error.channel_taken", field="channel")
    enqueue_delivery(
        session,
        team_id=project.team_id,
        lane=f"choice:{project.pk}",
        key=f"choice:{project.pk}:{channel_id}:{actor.user_id}:{now.timestamp()}",
        kind=CHOICE,
        content={"channel": channel_id, "may_be_public": may_be_public},
        project_id=project.pk,
        subject=f"{actor.user_id} {channel_id}",
    )
    return project


def finish_channel_choice(session: Session, outcome: Outcome) -> None:
    """Whoever chose it is told, where they have chosen: that the project lives there now, or why it does not."""
    project, charter = load_governed_project(session, outcome)
    assert outcome.subject is not None
    user_id, channel_id = outcome.subject.split()
    is_editor = bool(roles_of(project, charter, user_id) & EDITORS)
    if project.state not in RUNNING or not is_editor:
        return  # it has ended, or is theirs no more
    why = None if outcome.error is None else REASONS.get(outcome.error, "unknown")
    if why is None and _has_other_project(session, project, channel_id):
        why = "taken"
    if why is None:
        move_into_channel(session, project, charter, channel_id, by=user_id, now=outcome.now)
        post.to_person(
            session,
            project,
            user_id,
            key=f"choice-made:{outcome.key}",
            message=lambda t: views.render_channel_choice(t, project.key, project.name, channel_id),
        )
        return
    void_act(session, project.team_id, user_id, since=outcome.now)
    post.to_person(
        session,
        project,
        user_id,
        key=f"choice-refused:{outcome.key}",
        message=lambda t: views.render_refused_choice(
            t,
            key=project.key,
            name=project.name,
            channel_id=channel_id,
            project_id=project.pk,
            version=charter.version,
            why=why,
            code=outcome.error or "",
        ),
    )


def _has_other_project(session: Session, project: Project, channel_id: str) -> bool:
    """Whether another project lives there."""
    found = projects.find_project_by_channel(session, project.team_id, channel_id)
    return found is not None and found.pk != project.pk
