"""In which projects a command is offered, where none is named: those in which it would not be refused (§2.1)."""

from collections.abc import Callable
from itertools import product

import pytest

from bot.people.rules import Actor
from bot.people.service import NotForYou
from bot.projects.rules import NotInThisState
from bot.projects.service import list_my_projects
from bot.runtime.errors import NotAllowed, Refusal
from bot.ui.texts import Texts
from handlers import FEATURES
from handlers.features import Args, ProjectCommand
from handlers.grammar import read_tokens
from handlers.requests import Request
from handlers.router import Router
from storage.session import transaction
from tests.running import Office
from tests.scenarios.closing_steps import set_up_closing
from tests.scenarios.roles import (
    GUESTS,
    ROLES,
    Place,
    set_up_active_project,
    set_up_draft,
    set_up_pause,
    set_up_signing,
    set_up_withdrawal,
)

COMMANDS = {name: each for name, each in Router(FEATURES).commands.items() if isinstance(each, ProjectCommand)}
TYPED = {  # the command's own words
    "show": [""],
    "log": [""],
    "edit": [""],
    "pause": [""],
    "resume": [""],
    "withdraw": [""],
    "budget": [""],
    "fund": ["", "500"],
    "spend": ["", '500 "Druk"'],
    "close": [""],
    "export": ["", "json"],
    "pulse": [""],
    "own": ["", "data", "add several"],
    "ask": ["", '"Lista sklepów"'],
    "blocker": ["", "add", '"Brak danych"'],
    "team": ["", "add", "change @tomek", "remove @tomek"],
    "checkin": ["", "now", "schedule", "answer", "pause", "resume", "history"],
    "milestone": ["", "mine", "add"],
}
MAY_BE_OWN = {"milestone": ["done 1", "move 1", "risk 1", "reopen 1", "change 1", "drop 1"], "blocker": ["done 1"]}
"""What is about one of many: whose that is decides, too, so it may be offered where it is refused."""
LEADS_NOWHERE = {"own data", "own add several", "checkin history"}
"""What opens where nothing can come of it: whoever only drafts adds nothing, and no draft was asked."""
PLACES = [
    set_up_draft,
    set_up_signing,
    set_up_active_project,
    set_up_pause,
    set_up_withdrawal,
    set_up_closing,
]
OF_RIGHTS = (NotAllowed, NotInThisState, NotForYou)
SAID_OTHERWISE = {"error.not_editable", "error.already_withdrawn"}  # which are of the project's state, too


def test_every_command_on_a_project_is_tried() -> None:
    assert TYPED.keys() == COMMANDS.keys()


@pytest.mark.one_of(2)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # rights know nothing of the database
@pytest.mark.parametrize("set_up", PLACES)
def test_a_project_is_offered_where_the_command_is_not_refused(
    duet: Office, set_up: Callable[[Office], Place]
) -> None:
    """§2.1: with every right and in every state."""
    set_up(duet)
    wrong = []
    for role, (name, command) in product(ROLES, COMMANDS.items()):
        for typed in [*TYPED[name], *MAY_BE_OWN.get(name, [])]:
            for is_offered, refusal in try_command(duet, role, command, tuple(read_tokens(typed))):
                is_needless = is_offered and is_refused_by_right(refusal) and typed in TYPED[name]
                is_missed = not is_offered and refusal is None and f"{name} {typed}" not in LEADS_NOWHERE
                if is_needless or is_missed:
                    wrong.append(f"{role}: {name} {typed}: {is_offered=}, {refusal!r}")
    assert not wrong, "\n".join(wrong)


def try_command(duet: Office, role: str, command: ProjectCommand, args: Args) -> list[tuple[bool, Refusal | None]]:
    """Whether the project is offered, and by what the command is refused there; nothing for who does not see it."""
    actor = Actor("T0PIKUS", f"U0{ROLES[role].upper()}", is_internal=role not in GUESTS)
    request = Request(actor, Texts.of("en"), duet.bot.duet.now(), args=args)
    tried: list[tuple[bool, Refusal | None]] = []
    with transaction(duet.database) as session:
        for found in list_my_projects(session, actor=actor):
            is_offered = command.suits(found, args)
            try:
                command.run(request, session, found)
            except Refusal as refusal:
                tried.append((is_offered, refusal))
            else:
                tried.append((is_offered, None))
        session.rollback()
    return tried


def is_refused_by_right(refusal: Refusal | None) -> bool:
    return isinstance(refusal, OF_RIGHTS) or (refusal is not None and refusal.key in SAID_OTHERWISE)
