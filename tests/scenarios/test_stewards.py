"""Who the stewards are, and a successor whom both of them name (product §4.9, §17)."""

import pytest

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.days import move_to_monday, move_to_next_morning, run_due_work
from tests.scenarios.lifecycle_steps import messages_containing, withdraw_project
from tests.scenarios.pulse_steps import name_stewards, record_informed
from tests.scenarios.roles import Action, Place, set_up_active_project
from tests.scenarios.steps import (
    NAME,
    activate_on_monday,
    activate_project,
    change_charter,
    click_button,
    close_forms,
    expect_refusal,
    fill_form,
    forge_click,
    open_form,
    query_one,
    send_charter,
    send_charter_on_monday,
    submit_form,
)
from tests.scenarios.test_home import open_home
from tests.scenarios.test_succession import VACANT, deactivate_person
from tests.snapshots import play_once

NAME_SUCCESSOR = ("Wskaż następcę", "Name a successor")


@play_once
def set_up_proposed_successor(duet: Office) -> Place:
    """Stewards are jan and ola; jan names nadia to Adam's seat."""
    place = set_up_active_project(duet)
    name_stewards(duet, "@jan", "@ola")
    close_forms(duet.person("roman"))
    propose_successor(duet, "jan", "nadia")
    return place


MATRIX = {
    "agree to a successor": Action(
        {"drafter", "colleague"},
        set_up_proposed_successor,
        button=("seat.agree", "U0ADAM:U0TOMEK:0"),
        changes={"button"},
    ),
    "refuse a successor": Action(
        {"colleague"}, set_up_proposed_successor, button=("seat.refuse", "U0ADAM:U0NADIA:0"), changes={"button"}
    ),
}


def propose_successor(duet: Office, by: str, successor: str) -> str:
    """A steward names somebody to Adam's seat; what is said to that."""
    close_forms(duet.person(by))
    form = click_button(open_form(duet.person(by), "/duet settings"), "name")
    shown = submit_form(fill_form(form, {"successor": f"@{successor}", "leaver": "@adam"}))
    close_forms(duet.person(by))
    run_due_work(duet)
    return shown.text


def find_proposal(duet: Office, reader: str) -> SeenMessage:
    return messages_containing(duet, reader, "@Adam Wolny")[-1]


def test_where_there_are_stewards_both_name_the_successor(duet: Office) -> None:
    """§4.9, §17: instead of a Slack admin, who may not any more; the first yes changes nothing, a no is enough, and
    two different names are no agreement. Those who are concerned hear of it once both have named the same person.
    """
    key, _ = activate_on_monday(duet)
    name_stewards(duet, "@nadia", "@ola")
    close_forms(duet.person("roman"))
    assert not [
        each for each in open_form(duet.person("roman"), "/duet settings").buttons if each in NAME_SUCCESSOR
    ]
    with expect_refusal(duet, "error.steward.decide"):
        shown = forge_click(duet.person("roman"), "seat.form", "settings")
    assert "decydują wspólnie opiekunowie stron, @Nadia Źródło (IT) i @Aleksandra Plakat" in shown.text
    close_forms(duet.person("roman"))

    assert "Once @Aleksandra Plakat agrees" in propose_successor(duet, "nadia", "jan")
    assert query_one(duet, "SELECT count(*) FROM successions") == 0
    propose_successor(duet, "nadia", "jan")  # her own second yes is none of the other side
    assert query_one(duet, "SELECT count(*) FROM steward_consents") == 1
    assert query_one(duet, "SELECT count(*) FROM successions") == 0
    move_to_next_morning(duet)
    asked = find_proposal(duet, "ola")
    assert f"@Nadia Źródło wskazuje następcę w {key}: @Adam Wolny → @Jan Łącznik" in asked.text
    assert NAME not in asked.text  # the project is private
    value = "U0ADAM:U0JAN:0"
    with expect_refusal(duet, "error.only.stewards"):
        forge_click(duet.person("roman"), "seat.refuse", value)
    with expect_refusal(duet, "error.steward.over"):
        forge_click(duet.person("nadia"), "seat.refuse", value)
    home = open_home(duet, "ola")
    assert "*Do decyzji opiekunów stron*" in home.text
    opened = home.click("Zdecyduj")
    assert opened is not None and f"w {key}: @Adam Wolny → @Jan" in opened.text and "Zgadzam się" in opened.buttons
    close_forms(duet.person("ola"))
    assert "opiekunów stron*" not in open_home(duet, "jan").text
    asked.click("Nie zgadzam się")
    run_due_work(duet)
    assert "opiekunów stron*" not in open_home(duet, "ola").text
    assert not messages_containing(duet, "ola", "@Adam Wolny"), "it asks on"
    assert messages_containing(duet, "ola", "już rozstrzygnięta")
    move_to_next_morning(duet, "10:01")  # nine where Nadia is
    assert "does not agree to @Jan Łącznik in the place of @Adam Wolny" in find_proposal(duet, "nadia").text
    assert query_one(duet, "SELECT count(*) FROM successions") == 0
    with expect_refusal(duet, "error.steward.over"):
        forge_click(duet.person("ola"), "seat.refuse", value)

    propose_successor(duet, "nadia", "jan")
    form = click_button(open_form(duet.person("ola"), "/duet settings"), "name")
    waits = f"*Zmiana czeka na odpowiedź: @Aleksandra Plakat.* @Nadia Źródło wskazuje następcę w {key}"
    assert waits in form.text and {"Zgadzam się", "Nie zgadzam się"} <= {*form.buttons}
    said = propose_successor(duet, "ola", "tomek")
    assert "@Nadia Źródło proponuje kogoś innego (@Jan Łącznik) i czeka na Twoją odpowiedź" in said
    form = click_button(open_form(duet.person("nadia"), "/duet settings"), "name")
    assert "from @Aleksandra Plakat.* @Nadia" in form.text and "from @Nadia Źródło.* @Aleksandra" in form.text
    assert form.buttons.count("Agree") == 1, "to her own there is nothing to answer"
    close_forms(duet.person("nadia"))
    assert query_one(duet, "SELECT count(*) FROM successions") == 0, "they do not mean the same person"
    move_to_next_morning(duet)
    assert "*Do decyzji opiekunów stron*" in duet.person("ola").types("/duet").text
    asked = find_proposal(duet, "ola")
    assert "→ @Jan Łącznik" in asked.text
    said = asked.click("Zgadzam się").text
    assert "@Jan Łącznik obejmie tę rolę w" in said
    assert query_one(duet, "SELECT successor FROM successions") == "U0JAN"
    assert query_one(duet, "SELECT count(*) FROM steward_consents") == 0
    move_to_next_morning(duet)
    told = messages_containing(
        duet, "ewa", "opiekunowie stron (@Nadia Źródło i @Aleksandra Plakat) wskazują następcę"
    )[0]
    assert told.buttons == ["Zgłoś sprzeciw"]


def test_stewards_are_told_of_a_vacant_seat(duet: Office) -> None:
    """§4.9, §17: they, and not the Slack admins; everybody else reads who names a successor."""
    activate_on_monday(duet)
    duet.person("roman").types("/duet")  # a Slack admin whom Duet has met
    name_stewards(duet, "@nadia", "@ola")
    deactivate_person(duet, "adam")
    move_to_next_morning(duet)
    assert "Następcę wskazują wspólnie opiekunowie stron" in messages_containing(duet, "anna", VACANT)[0].text
    assert not messages_containing(duet, "roman", "Rola CIO w D-1")
    (told,) = messages_containing(duet, "ola", "Rola CIO w D-1")
    assert "wskazujecie razem" in told.text and NAME not in told.text
    assert click_button(told, "name").form


@pytest.mark.parametrize("way", ["it is filled", "the project ends"])
def test_a_proposal_lapses_with_the_seat_it_is_for(duet: Office, way: str) -> None:
    """§4.9, §17: nobody is asked any more, whoever proposed is told, and the yes does not count for what may fall
    vacant later.
    """
    key, _ = send_charter_on_monday(duet)
    name_stewards(duet, "@nadia", "@ola")
    close_forms(duet.person("roman"))
    propose_successor(duet, "nadia", "tomek")
    if way == "it is filled":
        move_to_next_morning(duet)
        assert f"następcę w {key}: " in find_proposal(duet, "ola").text
        change_charter(duet, key, by="anna", cio="@jan")
    else:
        withdraw_project(duet, key)
    assert query_one(duet, "SELECT count(*) FROM steward_consents") == 0
    move_to_next_morning(duet, "10:01")  # nine where Nadia is
    assert not messages_containing(duet, "ola", "@Adam Wolny"), "it asks on"
    assert "so your proposal has lapsed" in find_proposal(duet, "nadia").text
    with expect_refusal(duet, "error.no_seat"):
        forge_click(duet.person("ola"), "seat.agree", "U0ADAM:U0TOMEK:0")


def test_a_proposal_names_the_seats_that_are_left(duet: Office) -> None:
    """§4.9, §17: one of two is filled by a new version meanwhile; the yes is to the other, and says so."""
    move_to_monday(duet)
    first, second = activate_project(duet, name="Pierwszy"), send_charter(duet, name="Drugi")
    name_stewards(duet, "@nadia", "@ola")
    close_forms(duet.person("roman"))
    propose_successor(duet, "nadia", "tomek")
    move_to_next_morning(duet)
    assert f"następcę w {first}, {second}: " in find_proposal(duet, "ola").text
    change_charter(duet, second, by="anna", cio="@jan")
    asked = find_proposal(duet, "ola")
    assert f"następcę w {first}: " in asked.text
    said = asked.click("Zgadzam się").text
    assert first in said and second not in said
    assert query_one(duet, "SELECT count(*) FROM successions") == 1


def test_only_two_colleagues_decide_as_stewards(duet: Office) -> None:
    """§17: neither a guest nor one person for both sides; a yes lapses with the place of whoever gave it; whoever
    becomes a guest decides no more, and the other hears of it. The audit log has each change.
    """
    activate_project(duet)
    same = name_stewards(duet, "@nadia", "@nadia")
    assert [*same.errors.values()] == ["Opiekunami stron muszą być dwie różne osoby."]
    for it, marketing in (("@gosia", "@ola"), ("@nadia", "@gosia")):
        assert name_stewards(duet, it, marketing).errors, (it, marketing)
    assert not name_stewards(duet, "@nadia", "@ola").errors
    record_informed(duet, "nadia")
    assert not name_stewards(duet, "@jan", "@ola", by="nadia").errors
    assert query_one(duet, "SELECT count(*) FROM steward_consents") == 0
    record_informed(duet, "ola")
    assert query_one(duet, "SELECT informed_at FROM workspaces WHERE team_id = 'T0PIKUS'") is None
    record_informed(duet, "jan")
    assert query_one(duet, "SELECT informed_at FROM workspaces WHERE team_id = 'T0PIKUS'") is not None
    logged = "SELECT count(*) FROM audit_log WHERE action = '{}'"
    changes = [query_one(duet, logged.format(f"workspace.{name}")) for name in ("stewards", "informed")]
    assert changes == [2, 1]
    duet.slack.change_person("ola", is_restricted=True)
    duet.settles()
    move_to_next_morning(duet)
    assert "nie może już być opiekunem" in duet.person("jan").reads("@duet")[-1].text
    open_form(duet.person("ola"), "/duet settings")
    with expect_refusal(duet, "error.only.stewards"):
        duet.person("ola").forges("block_actions", {"actions": [{"action_id": "pulse.take_back", "value": "no"}]})
