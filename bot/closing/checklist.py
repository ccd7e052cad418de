"""The checklist of a closing: lines that every project has, and those of the other features (product §12.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from bot.closing.questions import find_questions_stage
from bot.closing.rules import TAKING_ANSWERS, QuestionsStage
from bot.closing.team import list_asked_people
from bot.projects.closing_items import ChecklistButton, ChecklistItem
from bot.projects.closing_parts import ChecklistLine, closing_parts_of
from bot.projects.rules import DECIDES, EDITORS, Side, Sides, State
from bot.projects.service import ProjectContext, find_side_readers
from bot.register.rules import SIDE_OF
from bot.timetable.policy import may_drop_remaining
from bot.ui.clipping import MOST_NAMED, join_first
from bot.ui.components import format_unit
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage import closing, register, timetable
from storage.projects import CharterVersion, Project
from storage.register import Asset

QUESTIONS_ACTION: Final = "closing.retrospective"
_RETROSPECTIVE_LINES: Final = {
    QuestionsStage.REPORTED: "closing.line.retrospective.reported",
    QuestionsStage.REOPENED: "closing.line.retrospective.reopened",
}


@dataclass(frozen=True)
class ListedItem:
    name: str
    item: ChecklistItem


def load_checklist(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None = None
) -> list[ListedItem]:
    """Loads the lines as `found` sees them; None: as Duet does."""
    loaded = ((each.name, each.load(session, project, charter, found)) for each in closing_parts_of(session).lines)
    return [ListedItem(name, item) for name, item in loaded if item is not None]


def is_checklist_done(session: Session, project: Project, charter: CharterVersion) -> bool:
    return all(each.item.is_done for each in load_checklist(session, project, charter))


def load_milestones_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Loads the line of milestones: each is done, or dropped with a reason."""
    every = timetable.list_milestones(session, project.team_id, project.pk)
    still_open = [each for each in every if each.is_open]
    leads = find_side_readers(session, project, charter) if still_open else project.leads
    owners = dict.fromkeys(each.owner or lead for each in still_open for lead in _leads_of(leads, each.side))
    buttons = [ChecklistButton("timetable.open", "timetable.page", f"{project.pk}:1")] if still_open else []
    if found is not None and sum(may_drop_remaining(found, each) for each in still_open) > 1:
        buttons.append(ChecklistButton("milestone.button.drop_rest", "milestone.drop_rest", str(project.pk)))
    return ChecklistItem(
        is_done=not still_open,
        text=lambda t: _say_line(t, "milestones", count=len(still_open), is_empty=not every),
        owners=tuple(owners),
        buttons=tuple(buttons),
        is_empty=not every,
    )


def _leads_of(leads: Sides[str], side: str) -> list[str]:
    return [lead for each, lead in zip(Side, leads, strict=True) if side in (each.value, "both")]


def load_assets_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Loads the line of assets: whoever sees to its side asks the owner of each, and confirms it."""
    linked = register.list_assets_of_project(session, project.team_id, project.pk)
    waiting = list_unconfirmed_assets(session, project)
    leads = find_side_readers(session, project, charter) if waiting else project.leads
    asked = dict.fromkeys(leads[SIDE_OF[each.kind]] for each in waiting)
    buttons = []
    if found is not None and found.actor.is_internal:
        buttons.append(ChecklistButton("register.open", "register.page", f"{project.pk}:1"))
    if found is not None and list_confirmable_assets(found, waiting):
        buttons.insert(0, ChecklistButton("closing.confirm_assets", "closing.assets", str(project.pk)))
    return ChecklistItem(
        is_done=not waiting,
        text=lambda t: _say_assets(t, [each.name for each in waiting], is_empty=not linked),
        owners=tuple(asked),
        buttons=tuple(buttons) if waiting else (),
        is_empty=not linked,
    )


def list_unconfirmed_assets(session: Session, project: Project) -> list[Asset]:
    """Lists assets that are still to be confirmed, also those that need an owner."""
    confirmed = closing.list_confirmed_assets(session, project.team_id, project.pk)
    linked = register.list_assets_of_project(session, project.team_id, project.pk)
    return [
        each
        for each in linked
        if each.owner is None or each.pk not in confirmed or confirmed[each.pk].owner != each.owner
    ]


def list_confirmable_assets(found: ProjectContext, waiting: Sequence[Asset]) -> list[Asset]:
    """Lists those of them that the actor may confirm: their own side's, where somebody has them."""
    is_closing = found.state is State.CLOSING
    return [
        each
        for each in waiting
        if is_closing and each.owner is not None and found.roles & DECIDES[SIDE_OF[each.kind]]
    ]


def load_outcome_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Loads the line of the measure's last value, and what came of the goal."""
    row = closing.find_closing(session, project.team_id, project.pk)
    is_assessed = row is not None and row.outcome is not None
    button = ChecklistButton("closing.outcome", "closing.outcome", str(project.pk))

    def text(t: Texts) -> Mrkdwn:
        if row is None or row.outcome is None:
            return t("closing.line.outcome.open", measure=charter.measure_name)
        if row.measured is None:
            return t("closing.line.outcome.unmeasured", outcome=t(f"closing.outcome.{row.outcome}"))
        unit, outcome = format_unit(charter.measure_unit), t(f"closing.outcome.{row.outcome}")
        return t("closing.line.outcome.done", outcome=outcome, value=row.measured, unit=unit)

    may_say = found is not None and found.state is State.CLOSING and bool(found.roles & EDITORS)
    return ChecklistItem(
        is_done=is_assessed,
        text=text,
        owners=() if is_assessed else tuple(find_side_readers(session, project, charter)),
        buttons=(button,) if may_say else (),
    )


def load_retrospective_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Loads the line of the three questions to everybody of the team."""
    asked = list_asked_people(session, project)
    answered = {each.user_id for each in closing.list_retrospectives(session, project.team_id, project.pk)}
    missing = [each for each in asked if each not in answered]
    button = ChecklistButton("closing.retrospective", QUESTIONS_ACTION, str(project.pk))
    # What is so only while the report is out is for readers: one made anew says how many have answered, as ever.
    stage = QuestionsStage.ASKED if found is None else find_questions_stage(session, project)
    is_out = stage is QuestionsStage.REPORTED
    may_answer = stage in TAKING_ANSWERS and found is not None and found.actor.user_id in asked
    key = _RETROSPECTIVE_LINES.get(stage, "closing.line.retrospective")
    return ChecklistItem(
        is_done=is_out or not missing,
        text=lambda t: (
            t(key, answered=len(asked) - len(missing), asked=len(asked))
            if asked
            else t("closing.line.retrospective.none")
        ),
        owned_by="closing.owners.team",  # nobody is shamed: only how many
        buttons=(button,) if may_answer else (),
        is_empty=len(missing) == len(asked) if is_out else not asked,
    )


def _say_line(t: Texts, what: str, *, count: int, is_empty: bool) -> Mrkdwn:
    """Says how many are open; else that all are seen to, or that there were none."""
    if count:
        return t(f"closing.line.{what}.open", n=count)
    return t(f"closing.line.{what}.none" if is_empty else f"closing.line.{what}.done")


def _say_assets(t: Texts, waiting: Sequence[str], *, is_empty: bool) -> Mrkdwn:
    if waiting:
        return t("closing.line.assets.open", n=len(waiting), names=join_first(waiting, MOST_NAMED))
    return _say_line(t, "assets", count=0, is_empty=is_empty)


LINES: Final = (
    ChecklistLine("milestones", load_milestones_item),
    ChecklistLine("assets", load_assets_item),
    ChecklistLine("outcome", load_outcome_item),
    ChecklistLine("retrospective", load_retrospective_item),
)
