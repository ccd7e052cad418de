"""Gathers what the project card shows."""

from datetime import datetime

from sqlmodel import Session

from bot.card.views import Card
from bot.charter.drafting import EDITABLE
from bot.charter.facts import boundary_of, charter_of, timetable_of
from bot.charter.matter import KIND
from bot.charter.service import signatures_of
from bot.checkins.service import regular_of
from bot.life.service import closes_on
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, EXECUTIVES, RUNNING, Role, State, may_publish, may_read_log
from bot.projects.service import Dossier, dossier
from bot.signing.service import waiting_requests
from storage import signing


def card_of(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Card:
    """As this person may see it. Raises: NotFound."""
    found = dossier(session, actor=actor, project_id=project_id)
    project, charter, team_id = found.project, found.charter, actor.team_id
    waiting = waiting_requests(session, actor=actor, now=now, project_id=project.pk)
    proposal = signing.open_request(session, team_id, project.pk, KIND)
    editors = EDITORS | {Role.DRAFTER} if found.state == State.DRAFT else EDITORS
    return Card(
        project_id=project.pk,
        number=project.number,
        key=project.key,
        state=project.state,
        charter=charter_of(project, charter),
        boundary=boundary_of(session, project),
        timetable=timetable_of(session, project),
        checkins=regular_of(session, project),
        version=charter.version,
        signed=signatures_of(session, project, charter),
        channel_id=project.channel_id,
        paused_until=project.paused_until,
        closes_on=closes_on(session, project) if found.state in RUNNING else None,
        withdrawn_by=project.withdrawn_by,
        proposed=proposal.subject if proposal is not None and proposal.subject != charter.version else None,
        vacant=tuple(side for side in ("it", "marketing") if getattr(project, f"vacant_{side}")),
        request_id=waiting[0].pk if waiting else None,
        may_send=found.state == State.DRAFT and bool(found.roles & EDITORS),
        may_edit=found.state in EDITABLE and bool(found.roles & editors),
        may_read_log=may_read_log(found.roles),
        is_public=project.is_public,
        may_publish=may_publish(found.roles, found.state, is_public=project.is_public),
        life=_life(found, actor),
    )


def _life(found: Dossier, actor: Actor) -> tuple[str, ...]:
    """Which steps of the project's life the actor may take from here, as their buttons are called."""
    steps = []
    if found.roles & EXECUTIVES and found.state in RUNNING:
        steps.append("resume" if found.state == State.PAUSED else "pause")
        if found.project.closes_at is None:
            steps.append("withdraw")
        elif found.project.withdrawn_by == actor.user_id:
            steps.append("take_back")
    elif found.state in (State.DRAFT, State.SIGNING) and found.roles & EDITORS:
        steps.append("withdraw")
    return tuple(steps)
