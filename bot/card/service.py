"""Gathers what the project card shows."""

from sqlmodel import Session

from bot.card.views import Card
from bot.charter.facts import charter_of
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, Role, State, may_read_log
from bot.projects.service import dossier
from storage import signing


def card_of(session: Session, *, actor: Actor, project_id: int) -> Card:
    """As this person may see it. Raises: NotFound."""
    found = dossier(session, actor=actor, project_id=project_id)
    project, charter, team_id = found.project, found.charter, actor.team_id
    request = signing.latest_request(session, team_id, project.pk, "charter", charter.version)
    positions = {} if request is None else signing.positions(session, team_id, request.pk)
    signed = {side: p for side, p in positions.items() if p.answer == "sign"}
    waits = (
        request is not None
        and request.state == "open"
        and actor.user_id in (request.it, request.marketing)
        and actor.user_id not in {p.user_id for p in signed.values()}
    )
    editors = EDITORS | {Role.DRAFTER} if found.state == State.DRAFT else EDITORS
    return Card(
        project_id=project.pk,
        number=project.number,
        key=project.key,
        state=project.state,
        charter=charter_of(project, charter),
        version=charter.version,
        signed={side: (p.user_id, p.answered_at) for side, p in signed.items()},
        channel_id=project.channel_id,
        request_id=request.pk if request is not None and waits else None,
        may_send=found.state == State.DRAFT and bool(found.roles & EDITORS),
        may_edit=found.state in (State.DRAFT, State.SIGNING) and bool(found.roles & editors),
        may_read_log=may_read_log(found.roles),
    )
