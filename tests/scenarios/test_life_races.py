"""Two people at once, in a project's life: one of them is first, and the other one is told (product §3)."""

from concurrent.futures import ThreadPoolExecutor

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.days import run_due_work
from tests.scenarios.lifecycle_steps import REASON, channel_posts, read_card
from tests.scenarios.steps import (
    EXECUTIVES,
    activate_project,
    close_forms,
    fill_form,
    open_form,
    open_signing_form,
    project_id,
    send_charter,
    sign_charter,
)


def test_two_withdrawals_at_once_are_one(duet: Office) -> None:
    """§3.2: the second executive is told that it is withdrawn already."""
    key = activate_project(duet)
    forms = [
        fill_form(open_form(duet.person(each), f"/duet withdraw {key}"), {"why": each * 3}) for each in EXECUTIVES
    ]
    with ThreadPoolExecutor(2) as threads:
        shown = list(threads.map(SeenForm.submit, forms))
    refusals = [form for form in shown if form is not None]
    assert len(refusals) == 1
    assert "jest już wycofywany" in refusals[0].text
    run_due_work(duet)
    assert len([each for each in channel_posts(duet, key) if "wycofanie (" in each.text]) == 1


def test_a_signature_and_a_withdrawal_at_once(duet: Office) -> None:
    """§3.2, §4.3: whichever is first stands; the other one changes nothing that its form did not say."""
    for number in range(1, 4):
        key = send_charter(duet, name=f"Wyścig {number}")
        sign_charter(duet, key, "anna")
        withdraws = fill_form(open_form(duet.person("piotr"), f"/duet withdraw {key}"), {"why": REASON})
        signs = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
        with ThreadPoolExecutor(2) as threads:
            left, signed = threads.map(SeenForm.submit, (withdraws, signs))
        assert signed is not None
        state = read_card(duet, key).split("\n")[1]
        assert ("aktywny" in state) == ("Podpisane" in signed.text) == (left is not None), state
        assert ("odwołany" in state or "anulowany" in state) == (left is None), state
        assert "Wycofanie (" not in read_card(duet, key)
        for each in ("piotr", "adam"):
            close_forms(duet.person(each))
        assert project_id(duet, key) == number
