"""Two people at once, in a project's life: one of them is first, and the other one is told (product §3)."""

from concurrent.futures import ThreadPoolExecutor

from playground.driver import Form
from tests.running import Office
from tests.scenarios.days import comes_due
from tests.scenarios.life_steps import REASON, card, posts
from tests.scenarios.steps import (
    EXECUTIVES,
    active,
    answer_form,
    fill,
    opened,
    project_id,
    put_away,
    sent,
    signed_by,
)


def test_two_withdrawals_at_once_are_one(duet: Office) -> None:
    """§3.2: the second executive is told that it is withdrawn already."""
    key = active(duet)
    forms = [fill(opened(duet.person(each), f"/duet withdraw {key}"), {"why": each * 3}) for each in EXECUTIVES]
    with duet.is_patient(), ThreadPoolExecutor(2) as threads:
        shown = list(threads.map(Form.submit, forms))
    refusals = [form for form in shown if form is not None]
    assert len(refusals) == 1
    assert "jest już wycofywany" in refusals[0].text
    comes_due(duet)
    assert len([each for each in posts(duet, key) if "wycofanie (" in each.text]) == 1


def test_a_signature_and_a_withdrawal_at_once(duet: Office) -> None:
    """§3.2, §4.3: whichever is first stands; the other one changes nothing that its form did not say."""
    for number in range(1, 4):
        key = sent(duet, name=f"Wyścig {number}")
        signed_by(duet, key, "anna")
        withdraws = fill(opened(duet.person("piotr"), f"/duet withdraw {key}"), {"why": REASON})
        signs = fill(answer_form(duet, "adam", key), {"answer": "sign"})
        with duet.is_patient(), ThreadPoolExecutor(2) as threads:
            left, signed = threads.map(Form.submit, (withdraws, signs))
        assert signed is not None
        state = card(duet, key).split("\n")[1]
        assert ("aktywny" in state) == ("Podpisane" in signed.text) == (left is not None), state
        assert ("odwołany" in state or "anulowany" in state) == (left is None), state
        assert "Wycofanie (" not in card(duet, key)
        for each in ("piotr", "adam"):
            put_away(duet.person(each))
        assert project_id(duet, key) == number
