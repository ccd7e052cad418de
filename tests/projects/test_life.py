"""A project's life: every step from every state by everybody (product §3)."""

from itertools import product

import pytest

from bot.projects.rules import EXECUTIVES, TRANSITIONS, NotInThisState, Role, State, apply_transition
from bot.runtime.errors import NotAllowed
from bot.ui.texts import Term

# The contract once more, as the product page has it: from → (step, to).
LIFE = {
    State.DRAFT: {"send": State.SIGNING, "discard": State.CANCELLED},
    State.SIGNING: {"activate": State.ACTIVE, "fall_back": State.DRAFT, "cancel": State.CANCELLED},
    State.ACTIVE: {"pause": State.PAUSED, "begin_closing": State.CLOSING},
    State.PAUSED: {"resume": State.ACTIVE, "begin_closing": State.CLOSING},
    State.CLOSING: {"close": State.CLOSED},
    State.CLOSED: {},
    State.CANCELLED: {},
}


@pytest.mark.parametrize(("step", "state"), list(product(TRANSITIONS, State)))
def test_every_step_is_possible_only_where_the_product_says_so(step: str, state: State) -> None:
    """§3: anything else is refused with the reason."""
    by = next(iter(TRANSITIONS[step].by))
    if step in LIFE[state]:
        assert apply_transition(step, state, roles=frozenset({by}), key="D-1") is LIFE[state][step]
        return
    with pytest.raises(NotInThisState) as refusal:
        apply_transition(step, state, roles=frozenset(Role), key="D-1")
    assert refusal.value.facts == {"key": "D-1", "state": Term(f"state.{state}")}


@pytest.mark.parametrize(("step", "role"), list(product(TRANSITIONS, Role)))
def test_every_step_is_made_only_by_those_who_may(step: str, role: Role) -> None:
    """§3, §14"""
    transition = TRANSITIONS[step]
    state = next(iter(transition.sources))
    if role in transition.by:
        assert apply_transition(step, state, roles=frozenset({role}), key="D-1") is transition.target
    else:
        with pytest.raises(NotAllowed):
            apply_transition(step, state, roles=frozenset(Role) - transition.by, key="D-1")


def test_only_executives_pause_and_resume_by_hand() -> None:
    """§3.1"""
    assert TRANSITIONS["pause"].by == EXECUTIVES
    assert TRANSITIONS["resume"].by == EXECUTIVES | {Role.DUET}


def test_nobody_activates_a_project_by_hand() -> None:
    """§4.3: the second signature does."""
    assert TRANSITIONS["activate"].by == {Role.DUET}
