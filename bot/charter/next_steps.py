"""What a project does next, once both have signed: shown in its channel and to its leads, and ticked as it is done
(product §4.3). A project that is closing has none any more."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.charter import next_step_views as views
from bot.charter.message_views import render_lead_removal
from bot.charter.next_step_views import NextStep
from bot.charter.rules import Boundary, Timetable
from bot.charter.snapshots import load_boundary_snapshot, load_timetable_snapshot
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, write_letter
from bot.projects.rules import RUNNING, Side, Sides
from bot.runtime.domain_events import CharterAdopted, ProjectActivated
from bot.ui.components import Compose
from storage import checkins, deliveries, projects
from storage.projects import Project


def list_done_steps(
    session: Session, project: Project, boundary: Boundary, timetable: Timetable
) -> Sides[frozenset[NextStep]] | None:
    """Lists what is done for each side: whom it sends is its own matter, the rest is of both. None once the project
    is closing: there is no next step.

    Who keeps what is done once both sides keep something, and nothing needs an owner.
    Check-ins run from the first day on by a default: they count as seen to once somebody has chosen when and what
    is asked, or the schedule has asked for the first time. People count also when their stay is over.
    """
    if project.state not in RUNNING:
        return None
    of_both = {
        NextStep.BOUNDARY: bool(boundary.data and boundary.customers)
        and all(each.owner is not None for each in (*boundary.data, *boundary.customers)),
        NextStep.CHECKINS: _is_schedule_seen_to(session, project),
        NextStep.MILESTONE: bool(timetable.milestones),
    }
    return Sides(
        *(
            frozenset(step for step, is_done in {**of_both, NextStep.PEOPLE: had_members}.items() if is_done)
            for had_members in boundary.had_members
        )
    )


def _is_schedule_seen_to(session: Session, project: Project) -> bool:
    """Whoever asks out of turn, or answers early, has chosen nothing."""
    schedule = checkins.find_schedule(session, project.team_id, project.pk)
    if schedule is None:
        return False
    if schedule.version > 1:
        return True
    has_asked = schedule.last_number > 0
    return has_asked and checkins.find_first_scheduled_round(session, project.team_id, project.pk) is not None


def tell_leads_of_activation(session: Session, event: ProjectActivated) -> None:
    """Reacts to an activation: each lead is told at once which side is theirs, and what comes next (§2.8, §4.3)."""
    project = projects.load_project_of(session, event)
    done = _load_done_steps(session, project)
    post.to_each(session, project, build_lead_messages(project, done))


def tell_new_leads(session: Session, event: CharterAdopted) -> None:
    """Reacts to another lead of a project that runs, who reads so as a letter of their morning."""
    project = projects.load_project_of(session, event)
    if project.governing_version is None:
        return
    leads = {_lead_message_key(project, lead): (side, lead) for lead, side in project.leads.by_value().items()}
    told = deliveries.list_posted_keys(session, project.team_id, leads.keys())
    for key in sorted(leads.keys() - told):
        side, lead = leads[key]
        message = _build_lead_message(project, side, _load_done_steps(session, project))
        routine = Routine("project", event.now, needs_reader=True, ends_with_project=True)
        write_letter(session, project, lead, key=key, message=message, routine=routine)


def tell_former_leads(session: Session, project: Project, was: Collection[str], *, by: str, now: datetime) -> None:
    """Tells whoever a change leaves without a lead's seat, once, unless it was their own act; what told them that
    they lead a side says so no more, without its buttons (product §2.6, §2.8).
    """
    former = sorted({*was} - {*project.leads})
    message = partial(render_lead_removal, key=project.key, name=project.name)
    post.revise_for_people(session, project, {_lead_message_key(project, lead): (lead, message) for lead in former})
    for lead in former:
        if lead != by:
            key, routine = f"lead_left:{project.pk}:{project.revision}:{lead}", Routine("project", now)
            write_letter(session, project, lead, key=key, message=message, routine=routine)


def refresh_lead_messages(session: Session, project: Project) -> None:
    """Tells the leads anew what they were told, in the language that each is spoken to in now."""
    post.revise_for_people(session, project, build_lead_messages(project, _load_done_steps(session, project)))


def build_lead_messages(
    project: Project, done: Sides[frozenset[NextStep]] | None
) -> dict[str, tuple[str, Compose]]:
    """Builds what the leads are told, at the activation or as a letter: key → (who reads it, what it says).

    What is `done` for their side is ticked; None: no steps.
    """
    return {
        _lead_message_key(project, lead): (lead, _build_lead_message(project, side, done))
        for lead, side in project.leads.by_value().items()
    }


def _load_done_steps(session: Session, project: Project) -> Sides[frozenset[NextStep]] | None:
    boundary, timetable = load_boundary_snapshot(session, project), load_timetable_snapshot(session, project)
    return list_done_steps(session, project, boundary, timetable)


def _build_lead_message(project: Project, side: Side, done: Sides[frozenset[NextStep]] | None) -> Compose:
    assert project.activated_at is not None
    return partial(
        views.render_lead_message,
        key=project.key,
        name=project.name,
        project_id=project.pk,
        side=side,
        signed_on=project.day(project.activated_at),
        done=None if done is None else done[side],
    )


def _lead_message_key(project: Project, lead: str) -> str:
    return f"lead:{project.pk}:{lead}"
