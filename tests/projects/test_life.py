"""A project's life: every step from every state by everybody (product §3)."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest

from bot.projects.rules import (
    EXECUTIVES,
    TRANSITIONS,
    NotInThisState,
    Role,
    State,
    apply_transition,
    has_ended_with_project,
    may_take_step,
)
from bot.runtime.errors import NotAllowed
from bot.ui.texts import Term, Texts
from tests.running import ROOT

# The contract once more, as the product page has it: from → (step, to).
LIFE = {
    State.DRAFT: {"send": State.SIGNING, "discard": State.CANCELLED},
    State.SIGNING: {"activate": State.ACTIVE, "fall_back": State.DRAFT, "cancel": State.CANCELLED},
    State.ACTIVE: {
        "pause": State.PAUSED,
        "withdraw": State.ACTIVE,  # until its ten working days are over
        "take_back": State.ACTIVE,
        "begin_closing": State.CLOSING,
    },
    State.PAUSED: {
        "resume": State.ACTIVE,
        "withdraw": State.PAUSED,
        "take_back": State.PAUSED,
        "begin_closing": State.CLOSING,
    },
    State.CLOSING: {"close": State.CLOSED},
    State.CLOSED: {},
    State.CANCELLED: {},
}


@dataclass(frozen=True)
class Standing:
    """How far a project is."""

    state: State
    paused_until: date | None = None
    key: str = "D-1"


@pytest.mark.parametrize(("step", "state"), list(product(TRANSITIONS, State)))
def test_every_step_is_possible_only_where_the_product_says_so(step: str, state: State) -> None:
    """§3: anything else is refused with the reason."""
    by = next(iter(TRANSITIONS[step].by))
    if step in LIFE[state]:
        assert apply_transition(step, Standing(state), roles=frozenset({by})) is LIFE[state][step]
        return
    with pytest.raises(NotInThisState) as refusal:
        apply_transition(step, Standing(state), roles=frozenset(Role))
    assert refusal.value.facts == {
        "key": "D-1",
        "state": Term(f"state.{state}"),
        "next": Term(f"state.{state}.next"),
    }


@pytest.mark.parametrize(("step", "role"), list(product(TRANSITIONS, Role)))
def test_every_step_is_made_only_by_those_who_may(step: str, role: Role) -> None:
    """§3, §14"""
    transition = TRANSITIONS[step]
    state = next(iter(transition.sources))
    if role in transition.by:
        target = transition.target or state
        assert apply_transition(step, Standing(state), roles=frozenset({role})) is target
        assert may_take_step(step, state, roles=frozenset({role}))
    else:
        assert not may_take_step(step, state, roles=frozenset(Role) - transition.by)
        with pytest.raises(NotAllowed):
            apply_transition(step, Standing(state), roles=frozenset(Role) - transition.by)


def list_assigned(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Lists what the code assigns to, or fills in as `state=`, of anything that is called a project."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            for each in ast.walk(target) if isinstance(target, ast.AST) else ():
                if isinstance(each, ast.Attribute):
                    yield each


def test_nothing_but_the_table_changes_a_projects_state() -> None:
    """§3: every transition is in one table in code, with who may make it: `Project.take_step` alone assigns it."""
    assigning = [
        f"{path.relative_to(ROOT)}:{each.lineno}"
        for room in ("bot", "handlers", "storage")
        for path in sorted((ROOT / room).rglob("*.py"))
        for each in list_assigned(ast.parse(path.read_text(encoding="utf-8")))
        if each.attr == "state" and "project" in ast.unparse(each.value)
    ]
    assert assigning == []
    known = ast.parse("found.project.state, x = apply(), 1")
    assert "found.project.state" in [ast.unparse(each) for each in list_assigned(known)]
    in_sql = [path for path in (ROOT / "storage").rglob("*.py") if "update(Project)" in path.read_text("utf-8")]
    assert in_sql == []


def test_only_executives_pause_and_resume_and_withdraw_by_hand() -> None:
    """§3.1, §3.2"""
    for step in ("pause", "withdraw", "take_back"):
        assert TRANSITIONS[step].by == EXECUTIVES
    assert TRANSITIONS["resume"].by == EXECUTIVES | {Role.DUET}


def test_nobody_activates_a_project_by_hand() -> None:
    """§4.3: the second signature does."""
    assert TRANSITIONS["activate"].by == {Role.DUET}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("language", ["en", "pl"])
def test_whoever_is_refused_by_a_state_is_told_what_comes_next(state: State, language: str) -> None:
    """§16: what did not happen, why, what to do: a command that is one."""
    for until in (None, date(2026, 12, 4)):
        refusal = NotInThisState(Standing(state, until))
        said = Texts.of(language)(refusal.key, **refusal.facts).replace("\u00a0", " ")
        assert "`/duet " in said
        day = {"en": "4 December 2026", "pl": "4 grudnia 2026"}[language]
        assert (day in said) is (until is not None and state is State.PAUSED)


@pytest.mark.parametrize(
    ("last_day", "closing_began", "has_ended"),
    [
        (date(2027, 6, 30), None, True),  # the closing is late
        (date(2027, 6, 29), None, False),
        (date(2027, 6, 30), date(2027, 7, 2), True),  # nothing ran on the last day
        (date(2027, 6, 29), date(2027, 6, 30), False),
        (date(2027, 3, 1), date(2027, 3, 1), True),  # it closed early
        (date(2027, 2, 28), date(2027, 3, 1), False),
    ],
)
def test_a_stay_ends_with_the_project_or_before(
    last_day: date, closing_began: date | None, has_ended: bool
) -> None:
    """§4.3, §14: by days, whatever was late."""
    end = date(2027, 6, 30)
    assert has_ended_with_project(last_day, project_end=end, closing_began=closing_began) is has_ended
