"""What people answer for the checklist: what came of the goal, who keeps what, what was learned (§12.1)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial

from sqlmodel import Session

from bot.closing.checklist import list_confirmable_assets, list_unconfirmed_assets
from bot.closing.questions import find_questions_stage
from bot.closing.rules import GoalOutcome, QuestionsStage, read_answers
from bot.closing.service.send_report import send_report_when_done
from bot.closing.team import list_asked_people
from bot.closing.views import RetrospectiveAsked, render_changed_outcome
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.deliveries.digests.queue import person_audience_name
from bot.people.rules import Actor
from bot.projects.policy import find_side_of_actor, refuse_other_side, require_editor
from bot.projects.rules import NotInThisState, Side, State
from bot.projects.service import ProjectContext, find_side_readers, list_money_readers, load_context, log_event
from bot.runtime.errors import NotFound, Refusal
from storage import closing, notices, projects, register
from storage.checkins import find_newest_measure_value
from storage.closing import Closing, ConfirmedAsset, Retrospective
from storage.projects import Project


def require_open_checklist(session: Session, found: ProjectContext) -> Closing:
    """Returns the closing of a project whose leads and executives may still say how it was.

    Raises: NotAllowed, NotInThisState.
    """
    require_editor(found)
    if found.state is not State.CLOSING:
        raise NotInThisState(found.project)
    return closing.load_closing(session, found.project.team_id, found.project.pk)


def require_checklist_of(session: Session, *, actor: Actor, project_id: int) -> ProjectContext:
    """Checks that the actor may fill in anything there. Raises: NotFound; as `require_open_checklist`."""
    found = load_context(session, actor=actor, project_id=project_id)
    require_open_checklist(session, found)
    return found


def find_newest_value(session: Session, project: Project) -> Decimal | None:
    """Finds the measure's value that the leads gave last with a check-in."""
    newest = find_newest_measure_value(session, project.team_id, project.pk)
    return None if newest is None else newest.value


def record_outcome(
    session: Session,
    *,
    actor: Actor,
    project_id: int,
    outcome: GoalOutcome,
    measured: Decimal | None,
    now: datetime,
) -> ProjectContext:
    """Records what a lead or executive says came of the goal; the last word counts.

    `measured`: None where it was not measured. Raises: NotFound, NotAllowed, NotInThisState.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    row, project = require_open_checklist(session, found), found.project
    if (row.outcome, row.measured) == (outcome, measured):
        return found
    replaced, replaced_by = row.outcome, row.assessed_by
    row.outcome, row.measured = outcome, measured
    row.assessed_by, row.assessed_on = actor.user_id, project.day(now)
    after = {"outcome": outcome.value} | ({} if measured is None else {"value": measured})
    log_event(session, project, "closing.outcome", actor=actor.user_id, now=now, after=after)
    session.flush()
    if replaced is not None and replaced is not outcome:
        _notify_of_changed_outcome(session, found, (replaced, outcome), replaced_by, now)
    send_report_when_done(session, project, now=now)
    return found


def _notify_of_changed_outcome(
    session: Session,
    found: ProjectContext,
    outcomes: tuple[GoalOutcome, GoalOutcome],
    said_by: str | None,
    now: datetime,
) -> None:
    """Tells both leads, and whoever's word does not count any more, if they still may know. `outcomes`: that, and
    the actor's.
    """
    project, by = found.project, found.actor.user_id
    readers = {*find_side_readers(session, project, found.charter)}
    readers |= {said_by} & list_money_readers(session, project, found.charter)
    message = partial(render_changed_outcome, project=(project.key, project.name), who=by, outcomes=outcomes)
    key = f"outcome:{project.pk}:{now.timestamp()}"
    told = {each for each in readers if each not in (None, by)}
    post.to_people(session, project, told, key=key, message=message, routine=Routine("outcome", now))


def confirm_assets(session: Session, *, actor: Actor, project_id: int, now: datetime) -> tuple[Project, list[str]]:
    """Confirms that what the actor's side keeps stays with the owners that it has; twice is once.

    Returns the names of what is confirmed by it. Raises: NotFound, NotAllowed, NotInThisState.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_open_checklist(session, found)
    project = found.project
    if not list_confirmable_assets(found, register.list_assets_of_project(session, project.team_id, project.pk)):
        own = find_side_of_actor(found)
        assert own is not None  # of a lead or an executive
        raise refuse_other_side(found, own.other)  # there is nothing of theirs
    mine = list_confirmable_assets(found, list_unconfirmed_assets(session, project))
    for asset in mine:
        assert asset.owner is not None
        session.merge(
            ConfirmedAsset(
                project_id=project.pk,
                asset_id=asset.pk,
                team_id=project.team_id,
                owner=asset.owner,
                confirmed_by=actor.user_id,
                confirmed_at=now,
            )
        )
    if mine:
        log_event(session, project, "closing.assets", actor=actor.user_id, now=now, after={"n": len(mine)})
        session.flush()
        send_report_when_done(session, project, now=now)
    return project, [each.name for each in mine]


def load_retrospective(
    session: Session, *, actor: Actor, project_id: int, for_update: bool = False
) -> tuple[Project, Side, Retrospective | None]:
    """Loads the project, the actor's side, and what they have answered so far.

    They may have left the team on its last day, so it is by having been asked that they may answer.
    Raises: NotFound, NotInThisState; Refusal while the report is to be signed as it is.
    """
    find = projects.find_project_for_update if for_update else projects.find_project
    project = find(session, actor.team_id, project_id)
    side = None if project is None else list_asked_people(session, project).get(actor.user_id)
    if project is None or side is None or project.governing_version is None:
        raise NotFound
    stage = find_questions_stage(session, project)
    if stage is QuestionsStage.OVER:
        raise NotInThisState(project)
    if stage is QuestionsStage.REPORTED:
        raise Refusal("error.closing.answers_reported", key=project.key)
    return project, side, closing.find_retrospective(session, project.team_id, project.pk, actor.user_id)


def answer_retrospective(
    session: Session, *, actor: Actor, project_id: int, values: Mapping[str, str | None], now: datetime
) -> tuple[Project, QuestionsStage]:
    """Replaces the person's answers, which go into the report, or, where it is refused, into the next one.

    Raises: as `load_retrospective`; FormErrors.
    """
    project, side, _ = load_retrospective(session, actor=actor, project_id=project_id, for_update=True)
    answers = read_answers(values)
    session.merge(
        Retrospective(
            project_id=project.pk,
            user_id=actor.user_id,
            team_id=project.team_id,
            side=side,
            answered_at=now,
            **answers,
        )
    )
    session.flush()
    withdraw_question(session, project, actor.user_id)
    stage = find_questions_stage(session, project)
    send_report_when_done(session, project, now=now)
    return project, stage


def withdraw_question(session: Session, project: Project, user_id: str) -> None:
    """Withdraws the question to whoever has answered, where it still waits to be sent."""
    audience = person_audience_name(user_id)
    unread = notices.list_unread_of_subject(
        session, project.team_id, audience, RetrospectiveAsked.kind, str(project.pk)
    )
    for each in unread:
        session.delete(each)
    session.flush()
