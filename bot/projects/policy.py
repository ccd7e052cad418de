"""Whose something is that somebody else has tried: the refusals that name them (product §2.11, §14).

A member is told of their own side's people first: those are whom they ask.
"""

from collections.abc import Collection, Iterable

from bot.projects.rules import DECIDES, EDITORS, EXECUTIVES, LEADS, TRANSITIONS, Role, Side, State, apply_transition
from bot.projects.service import ProjectContext
from bot.runtime.errors import NotAllowed, Refusal
from bot.ui.texts import Term

ASKED_IN_ORDER = (Role.LEAD_IT, Role.LEAD_MARKETING, Role.CIO, Role.CMO)


def list_holders(found: ProjectContext, roles: Collection[Role]) -> list[str]:
    """Lists who has these roles, as the actor had best ask them: their own side first, leads before executives.

    Nobody for a vacant seat.
    """
    project, charter = found.project, found.charter
    people = {
        Role.LEAD_IT: project.lead_it,
        Role.LEAD_MARKETING: project.lead_marketing,
        Role.CIO: None if project.vacant[Side.IT] else charter.cio,
        Role.CMO: None if project.vacant[Side.MARKETING] else charter.cmo,
    }
    own = find_side_of_actor(found)
    ordered = sorted(ASKED_IN_ORDER, key=lambda role: own is not None and role not in DECIDES[own])
    holders = [people[role] for role in ordered if role in roles]
    return list(dict.fromkeys(each for each in holders if each is not None))


def find_side_of_actor(found: ProjectContext) -> Side | None:
    """Finds on which side of the project the actor is, by their role or their stay."""
    return next((side for side in Side if found.roles & DECIDES[side]), found.side)


def refuse_all_but_editors(found: ProjectContext) -> NotAllowed:
    """Returns the refusal of what is for leads and executives."""
    return NotAllowed("error.only.editors", may=list_holders(found, EDITORS), project_id=found.project.pk)


def refuse_readers_but_editors(found: ProjectContext) -> NotAllowed:
    """Returns the refusal to show what leads and executives read."""
    return NotAllowed("error.only.editors_read", may=list_holders(found, EDITORS), project_id=found.project.pk)


def refuse_all_but_executives(found: ProjectContext) -> NotAllowed:
    return NotAllowed("error.only.executives", may=list_holders(found, EXECUTIVES), project_id=found.project.pk)


def refuse_all_but_leads(found: ProjectContext) -> NotAllowed:
    return NotAllowed("error.only.leads", may=list_holders(found, LEADS), project_id=found.project.pk)


def refuse_other_side(found: ProjectContext, side: Side) -> NotAllowed:
    """Returns the refusal of what the lead and the executive of `side` decide."""
    may = list_holders(found, DECIDES[side])
    return NotAllowed("error.only.side", may=may, project_id=found.project.pk, side=Term(f"side.of.{side}"))


def refuse_all_but_team(found: ProjectContext) -> NotAllowed:
    """Returns the refusal of what is for the team: its leads can add somebody to it."""
    return NotAllowed("error.only.team", may=list_holders(found, LEADS), project_id=found.project.pk)


def refuse_readers_but_team(found: ProjectContext) -> NotAllowed:
    """Returns the refusal to show what the team reads: its leads can add somebody to it."""
    return NotAllowed("error.only.team_reads", may=list_holders(found, LEADS), project_id=found.project.pk)


def refuse_unsent_draft(found: ProjectContext) -> NotAllowed:
    """Returns the refusal of signing what nobody has sent yet, to whom sending it is not theirs either."""
    may = list_holders(found, EDITORS)
    return NotAllowed("error.draft_not_sent", may=may, project_id=found.project.pk, key=found.project.key)


def require_sendable_drafts(among: Iterable[ProjectContext]) -> list[ProjectContext]:
    """Returns those of the drafts that the actor may send for signature.

    Raises: Refusal where there is none; it says who may send the only draft, if somebody else may.
    """
    drafts = [found for found in among if found.state is State.DRAFT]
    sendable = [found for found in drafts if found.roles & EDITORS]
    if not sendable:
        raise refuse_unsent_draft(drafts[0]) if len(drafts) == 1 else Refusal("error.nothing_to_sign")
    return sendable


def require_editor(found: ProjectContext) -> None:
    """Raises NotAllowed for whoever is neither lead nor executive."""
    if not found.roles & EDITORS:
        raise refuse_all_but_editors(found)


def require_executive(found: ProjectContext) -> None:
    """Raises NotAllowed for all but the two executives."""
    if not found.roles & EXECUTIVES:
        raise refuse_all_but_executives(found)


def require_lead(found: ProjectContext) -> None:
    """Raises NotAllowed for all but the two leads."""
    if not found.roles & LEADS:
        raise refuse_all_but_leads(found)


def check_own_step(found: ProjectContext, name: str) -> None:
    """Checks that the actor may take the step of the project's life from where it is.

    Raises: NotInThisState; NotAllowed, which names whose step it is.
    """
    step = TRANSITIONS[name]
    if found.state in step.sources and not found.roles & step.by:
        if name == "withdraw":  # other tools call it otherwise: what was understood is said
            raise NotAllowed(
                "error.only.withdrawing", may=list_holders(found, EXECUTIVES), project_id=found.project.pk
            )
        raise refuse_all_but_editors(found) if step.by & LEADS else refuse_all_but_executives(found)
    apply_transition(name, found.project, roles=found.roles)
