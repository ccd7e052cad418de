"""Gathers what lists of asks show: of a project, by tabs; and what of all projects waits for a person."""

from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from bot.asks.notifications import build_ask_view
from bot.asks.policy import list_participants
from bot.asks.rules import ASKABLE, AskState
from bot.asks.views import AskList, AskTab
from bot.parsing.folding import fold_text, natural_sort_key
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, find_counting_day
from bot.ui.components import take_page
from storage import people
from storage.asks import Ask
from storage.projects import Project
from storage.statements import list_rows_of_project

LISTED: Final = 8  # asks on a page


def load_ask_list(
    session: Session, found: ProjectContext, *, tab: AskTab | None, number: int, now: datetime
) -> AskList:
    """Loads a page of a tab: open asks by their dates, then the others, the newest first.

    `tab` None: the first with an open one.
    """
    project = found.project
    rows = list_rows_of_project(session, Ask, project.team_id, project.pk)
    of_tab = {each: [row for row in rows if _is_in_tab(row, each, found.actor.user_id)] for each in AskTab}
    counts = {each: sum(row.is_open for row in of_tab[each]) for each in AskTab}
    side = list_participants(session, project).get(found.actor.user_id)
    if tab is None:
        own = AskTab.FROM_ME if side is None else AskTab(side.value)
        tab = next((each for each in (AskTab.TO_ME, AskTab.FROM_ME, own) if counts[each]), AskTab.TO_ME)
    still = sorted((row for row in of_tab[tab] if row.is_open), key=lambda row: (row.due, row.pk))
    over = sorted((row for row in of_tab[tab] if not row.is_open), key=lambda row: -row.pk)
    return AskList(
        key=project.key,
        name=project.name,
        project_id=project.pk,
        tab=tab,
        page=take_page([build_ask_view(project, row) for row in (*still, *over)], number, size=LISTED),
        open_counts=counts,
        today=find_counting_day(session, project, now),
        may_ask=found.state in ASKABLE and side is not None,
    )


def _is_in_tab(ask: Ask, tab: AskTab, user_id: str) -> bool:
    match tab:
        case AskTab.TO_ME:
            return user_id in (ask.owner, ask.handed_to)
        case AskTab.FROM_ME:
            return ask.asked_by == user_id
        case _:
            return ask.side.value == tab.value


def list_people_of_side(session: Session, project: Project, side: Side) -> list[tuple[str, str]]:
    """Lists everybody of that side who can be asked: (user id, name), by name."""
    theirs = [user_id for user_id, of in list_participants(session, project).items() if of == side]
    known = people.find_people(session, project.team_id, theirs)
    return sorted(
        ((user_id, known[user_id].name) for user_id in theirs),
        key=lambda each: natural_sort_key(fold_text(each[1])),
    )


def is_waiting_for(ask: Ask, user_id: str, today: date) -> bool:
    """Whether an open ask needs the person now: their answer, as owner, as whom it is handed to, or as asker.

    What its owner has accepted needs them from the day on which it is due.
    """
    return (
        ask.handed_to == user_id
        or (ask.owner == user_id and ask.state is AskState.WAITING and ask.wished_due is None)
        or (ask.owner == user_id and ask.state is AskState.ACCEPTED and ask.due <= today)
        or (ask.asked_by == user_id and ask.wished_due is not None)
    )
