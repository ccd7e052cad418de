"""A successor whom one steward has named, and the other has not agreed to yet (product §4.9, §17)."""

from datetime import datetime
from functools import partial
from typing import Final

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.stewards import (
    Matter,
    drop_consents,
    find_other_steward,
    lapse_consent,
    list_consents,
    refuse_matter,
    revise_steward_question,
)
from bot.runtime.domain_events import (
    CharterAdopted,
    ExecutivesNamed,
    ProjectChanged,
    ProjectEvent,
    RequestLapsed,
    RequestWithdrawn,
)
from bot.succession import views
from bot.succession.vacancies import is_suitable, list_nameable_seats
from bot.succession.views import OpenProposal, name_proposal
from bot.ui.components import Compose
from storage import seats
from storage.stewards import StewardConsent
from storage.workspaces import load_workspace

SUCCESSOR: Final = "successor"
"""Begins the names of what stewards agree on here: `successor:U1`, or of one project `successor:U1:7`."""

REVIEWED: Final = (ExecutivesNamed, CharterAdopted, ProjectChanged, RequestWithdrawn, RequestLapsed)
"""After which somebody may hold no seat any more that they held."""


def name_matter(left: str, successor: str, project_id: int | None) -> Matter:
    return Matter(f"{SUCCESSOR}:{left}" if project_id is None else f"{SUCCESSOR}:{left}:{project_id}", successor)


def list_open_proposals(session: Session, *, actor: Actor) -> list[OpenProposal]:
    """Lists whom one steward has named, and the other has not agreed to, for seats that can still be taken."""
    workspace = load_workspace(session, actor.team_id)
    stewards = workspace.stewards
    if stewards is None:
        return []
    found = []
    for row in list_consents(session, workspace, SUCCESSOR):
        left, project_id = _read_matter(row)
        if keys := _list_keys(session, row, left, project_id):
            other = find_other_steward(stewards, row.user_id)
            found.append(OpenProposal(row.user_id, other, left, row.choice, project_id, tuple(keys)))
    return found


def find_rival_proposal(
    session: Session, *, actor: Actor, left: str, successor: str, project_id: int | None
) -> OpenProposal | None:
    """Finds whom the other steward has named for the same seat instead."""
    for each in list_open_proposals(session, actor=actor):
        is_same_seat = each.left == left and (
            None in (each.project_id, project_id) or each.project_id == project_id
        )
        if is_same_seat and each.waits_for == actor.user_id and each.successor != successor:
            return each
    return None


def build_question(left: str, successor: str, project_id: int | None, *, by: str, keys: list[str]) -> Compose:
    """Builds what the other steward is asked. `keys`: of the projects in which the seat is to be taken."""
    value = name_proposal(left, successor, project_id)
    return partial(views.render_steward_question, by=by, left=left, successor=successor, keys=keys, value=value)


def refuse_successor(
    session: Session, *, actor: Actor, left: str, successor: str, project_id: int | None, now: datetime
) -> None:
    """The other steward's no: nobody is named, and whoever proposed it is told. Raises: NotAllowed, Refusal."""
    matter = name_matter(left, successor, project_id)
    answer = partial(views.render_steward_refusal, by=actor.user_id, left=left, successor=successor)
    refuse_matter(session, actor=actor, matter=matter, answer=answer, now=now)


def drop_proposals(session: Session, team_id: str, left: str) -> None:
    """Drops whatever was proposed for the person's seats: also of one project, and the other way about."""
    drop_consents(session, load_workspace(session, team_id), f"{SUCCESSOR}:{left}")


def review_proposals(session: Session, happened: ProjectEvent) -> None:
    """Reacts to what may have filled a seat, or ended it: a proposal lapses with the last seat that it is for.

    A yes that stayed would one day count for another seat of the same person.
    """
    workspace = load_workspace(session, happened.team_id)
    if workspace.stewards is None:
        return
    for row in list_consents(session, workspace, SUCCESSOR):
        left, project_id = _read_matter(row)
        if keys := _list_keys(session, row, left, project_id):
            question = build_question(left, row.choice, project_id, by=row.user_id, keys=keys)
            revise_steward_question(session, row, question)
        else:
            answer = partial(views.render_lapsed_proposal, left=left, successor=row.choice)
            lapse_consent(session, workspace, row, answer=answer, now=happened.now)


def _read_matter(row: StewardConsent) -> tuple[str, int | None]:
    """Reads whose seat it is about, and in which project only."""
    _, left, *only = row.matter.split(":")
    return left, int(only[0]) if only else None


def _list_keys(session: Session, row: StewardConsent, left: str, project_id: int | None) -> list[str]:
    """Lists the projects in which the seat can still be taken by whoever is proposed."""
    held = seats.list_seats_of_person(session, row.team_id, left)
    return [
        each.project.key
        for each in list_nameable_seats(session, row.team_id, left, held, project_id)
        if is_suitable(session, each.project, each.side, row.choice, left=left)
    ]
