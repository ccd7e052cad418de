"""How many clicks the things take that are done every day, counted while they are played.

A click is a button (of a message or in a form), the sending of a form, and the choice of an option, person or date.
Typing is none; nor is what stands there already. Each is counted from where people are when they begin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.driving import SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.checkin_steps import PROMPTED, messages_saying, only_summary, start_first_round
from tests.scenarios.days import current_day, move_to_next_morning
from tests.scenarios.register_steps import FIELDS as REGISTER_FIELDS
from tests.scenarios.register_steps import YES, asset_owner
from tests.scenarios.steps import (
    ANSWERS,
    BUTTONS,
    FIELDS,
    GOAL,
    activate_project,
    close_forms,
    find_label,
    find_signing_message,
    project_channel,
    send_charter,
)
from tests.scenarios.timetable_steps import DONE, add_milestone, start_project_today

ON_TRACK = ("🟢 Zgodnie z planem", "🟢 On track")
CHOSEN = {"cio", "cmo", "lead_it", "lead_marketing"}  # the rest is typed


@dataclass
class Hand:
    """Does what a person does with a mouse, and counts it."""

    clicks: int = 0
    typed: list[str] = field(default_factory=list)  # names of fields

    def press(self, seen: SeenForm | SeenMessage | SeenReply, labels: tuple[str, ...]) -> Any:
        """What is shown then: beside a message a reply, in a form the form on top."""
        self.clicks += 1
        return seen.click(find_label(seen.buttons, labels))

    def send(self, form: SeenForm) -> SeenForm:
        self.clicks += 1
        shown = form.submit()
        assert shown is not None
        assert not shown.errors, shown.errors
        assert shown.trouble is None, shown.trouble
        return shown

    def fill(self, form: SeenForm, values: Mapping[str, Any]) -> SeenForm:
        """By the names of FIELDS."""
        self.clicks += len(CHOSEN & values.keys())
        self.typed += [name for name in values if name not in CHOSEN]
        return form.fill({find_label(form.labels, FIELDS[name]): value for name, value in values.items()})


def create_and_send(duet: Office, hand: Hand, name: str) -> None:
    """From `/duet`, by the CMO; the company has set nothing, and nobody has measured anything yet."""
    anna = duet.person("anna")
    first = hand.press(anna.types("/duet"), BUTTONS["new"]).form
    assert first is not None
    aims = {"name": name, "goal": GOAL, "measure_name": "Koszyki", "measure_unit": "%", "measure_target": "60"}
    second = hand.send(hand.fill(first, aims))
    seats = {"cio": "@adam", "cmo": "@anna", "lead_it": "@piotr", "lead_marketing": "@ewa"}
    empty = {seat: who for seat, who in seats.items() if not second.values[find_label(second.labels, FIELDS[seat])]}
    drafted = hand.send(hand.fill(second, {**empty, "budget": "120k"}))
    sent = hand.press(drafted, BUTTONS["send"])
    assert "wysłana do podpisu" in sent.text
    close_forms(anna)


def test_a_charter_is_created_and_sent_in_eight_clicks(duet: Office) -> None:
    """§4.1: at most nine, in the company's very first project; six from the second one on. Six fields are typed."""
    hand = Hand()
    create_and_send(duet, hand, "Ogórki w piątek")
    assert hand.clicks == 8
    assert hand.typed == ["name", "goal", "measure_name", "measure_unit", "measure_target", "budget"]
    again = Hand()
    create_and_send(duet, again, "Świeczki")
    assert again.clicks == 6


def test_a_charter_is_signed_in_three_clicks(duet: Office) -> None:
    """§4.2: from the direct message; *Read & sign*, *Sign*, and the form is sent."""
    key, hand = send_charter(duet), Hand()
    form = hand.press(find_signing_message(duet, "adam", key), BUTTONS["read"]).form
    assert form is not None
    answer = find_label(form.labels, FIELDS["answer"])
    hand.clicks += 1
    hand.send(form.fill({answer: find_label(form.options[answer], ANSWERS["sign"])}))
    assert hand.clicks == 3
    close_forms(duet.person("adam"))


def test_somebody_unknown_owns_their_first_asset_after_one_click(duet: Office) -> None:
    """§5.1: the lead types a line, and the person confirms their side and takes it over with one click."""
    key, hand = activate_project(duet), Hand()
    duet.person("piotr").types(f'/duet own {key} data "Kasy" @jan')
    assert asset_owner(duet, "Kasy") is None
    move_to_next_morning(duet)
    hand.press(duet.person("jan").waits_for("Kasy", "@duet"), YES)
    assert asset_owner(duet, "Kasy") == duet.person("jan").id
    assert hand.clicks == 1


def test_a_button_names_somebody_by_their_name_in_two_clicks(duet: Office) -> None:
    """§4.3, §5.1, §5.6: *Say who keeps what*, a line with the name, and the form is sent; they confirm with one."""
    key, hand = activate_project(duet), Hand()
    duet.person("jan").types("/duet")
    seen = duet.person("piotr").waits_for("You lead", "@duet")
    form = hand.press(seen, BUTTONS["who_keeps_what"]).form
    assert form is not None
    hand.send(form.fill({find_label(form.labels, REGISTER_FIELDS["assets"]): "Kasy; data; Jan Łącznik"}))
    assert hand.clicks == 2
    close_forms(duet.person("piotr"))
    move_to_next_morning(duet)
    named = Hand()
    named.press(duet.person("jan").waits_for("Kasy", "@duet"), YES)
    assert asset_owner(duet, "Kasy") == duet.person("jan").id
    assert named.clicks == 1
    assert "Kasy" in duet.person("ewa").types(f"/duet own {key}").text


def test_a_button_names_somebody_unknown_in_three_clicks(duet: Office) -> None:
    """§4.3, §5.6: *Say who keeps what*, the person, and the form is sent; they take it over with one more."""
    key, hand = activate_project(duet), Hand()
    seen = duet.person("piotr").waits_for("You lead", "@duet")
    form = hand.press(seen, BUTTONS["who_keeps_what"]).form
    assert form is not None
    hand.clicks += 1
    labels = {name: find_label(form.labels, REGISTER_FIELDS[name]) for name in ("assets", "owners")}
    hand.send(form.fill({labels["assets"]: "Kasy", labels["owners"]: ["@jan"]}))
    close_forms(duet.person("piotr"))
    assert hand.clicks == 3
    move_to_next_morning(duet)
    hand.press(duet.person("jan").waits_for("Kasy", "@duet"), YES)
    assert asset_owner(duet, "Kasy") == duet.person("jan").id
    assert hand.clicks == 4
    assert "Kasy" in duet.person("piotr").types(f"/duet own {key}").text


def test_a_check_in_is_answered_in_one_click(duet: Office) -> None:
    """§8.3: from its message."""
    key, _ = start_first_round(duet, "jan")
    hand = Hand()
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    hand.press(asked, ON_TRACK)
    assert hand.clicks == 1
    assert duet.person("jan").form is None
    assert "🟢 @Jan Łącznik" in only_summary(duet, key)


def test_a_milestone_is_done_from_its_alert_in_one_click(duet: Office) -> None:
    """§9.1"""
    key, hand = start_project_today(duet), Hand()
    ewa = duet.person("ewa")
    add_milestone(duet, "ewa", "Pilotaż", current_day(duet) + timedelta(days=8), "ewa")
    move_to_next_morning(duet)
    said = hand.press(ewa.waits_for("Pilotaż", project_channel(duet, key)), DONE)
    assert hand.clicks == 1
    assert ewa.form is None, said.text
    assert "Kamień milowy gotowy: Pilotaż." in ewa.types(f"/duet dziennik {key}").text
