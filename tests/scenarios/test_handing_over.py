"""All that somebody owns goes to one person by one request (product §5.3)."""

from tests.driving import PersonDriver, SeenForm
from tests.running import Office
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.register_steps import (
    OFFERED,
    asset_id,
    asset_owner,
    click_asset_button,
    current_form,
    register_asset,
    run_own_command,
    texts_so_far,
)
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    forge_submission,
    has_sentence,
    options_state,
    query_one,
)

HAND_OVER = ("Przekaż kilka naraz", "Hand over several")
ACCEPT_ALL = ("Przejmuję wszystko", "Accept all")
ACCEPT_AS_MARKETING = ("Przejmuję i pracuję w marketingu", "Accept, and I work in marketing")
DECLINE = ("Nie przejmuję", "Decline all")
WHAT = ("Co przekazać", "What to hand over")
OWNER = ("Właściciel", "Owner")
BASES = [f"Lista {number}" for number in range(1, 8)]


def set_up_bases(duet: Office) -> str:
    """Mike owns seven of them, and Piotr two systems."""
    key = activate_project(duet)
    for name in BASES:
        register_asset(duet.person("ewa"), f'klienci "{name}" @mike')
    for name in ("Kasy", "Paragony"):
        register_asset(duet.person("piotr"), f'data "{name}" @piotr')
    return key


def open_hand_over_form(person: PersonDriver, whose: str) -> SeenForm:
    close_forms(person)
    click_asset_button(person.types(f"/duet who @{whose}", "#general"), HAND_OVER)
    return current_form(person)


def send_request(form: SeenForm, to: str, names: list[str] | None = None) -> SeenForm:
    values: dict[str, object] = {find_label(form.labels, OWNER): f"@{to}"}
    if names is not None:
        values[find_label(form.labels, WHAT)] = names
    shown = form.fill(values).submit()
    assert shown is not None
    return shown


def test_all_that_somebody_owns_is_taken_over_with_one_click(duet: Office) -> None:
    set_up_bases(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    form = open_hand_over_form(ewa, "mike")
    assert "wybierz, kto z marketingu" in form.text.lower()
    shown = send_request(form, "ola")
    assert "dostaje jedną prośbę o przejęcie 7" in shown.text and "Lista 3 (+4)" in shown.text
    assert {asset_owner(duet, name) for name in BASES} == {"U0MIKE"}, "nobody has accepted yet"
    move_to_next_morning(duet)
    offer = ola.waits_for("prosi o przejęcie 7", "@duet")
    assert all(name in offer.text for name in BASES), "what is taken over is read before it is"
    assert len(texts_so_far(duet, "ola", "prosi o przejęcie")) == 1
    told = "SELECT count(*) FROM notices WHERE audience = 'person:U0MIKE' AND kind = 'register.offered_together'"
    assert query_one(duet, told) == 1
    home = ola.types("/duet")
    assert "7 pozycji rejestru (Lista 1" in home.text
    click_asset_button(offer, ACCEPT_AS_MARKETING)
    assert ola.waits_for("Od teraz odpowiadasz za: Lista 1", "@duet").buttons == []
    assert {asset_owner(duet, name) for name in BASES} == {"U0OLA"}
    assert len(texts_so_far(duet, "ewa", "przejmuje 7")) == 1
    assert asset_owner(duet, "Kasy") == "U0PIOTR"


def test_a_choice_of_them_is_declined_and_their_owner_stays(duet: Office) -> None:
    set_up_bases(duet)
    mike, ola = duet.person("mike"), duet.person("ola")
    close_forms(mike)
    click_asset_button(run_own_command(mike, ""), HAND_OVER)
    form = current_form(mike)
    assert form.values["What to hand over"] == BASES
    assert "gets one request to take over 2" in send_request(form, "ola", ["Lista 2", "Lista 3"]).text
    move_to_next_morning(duet)
    offer = ola.waits_for("prosi o przejęcie 2", "@duet")
    assert "Lista 2, Lista 3" in offer.text
    click_asset_button(offer, DECLINE)
    assert ola.waits_for("Nie przejmujesz: Lista 2, Lista 3.", "@duet").buttons == []
    assert {asset_owner(duet, name) for name in BASES} == {"U0MIKE"}
    assert len(texts_so_far(duet, "mike", "does not take over 2")) == 1
    with expect_refusal(duet, "error.not_offered"):
        forge_click(ola, "register.accept_several", str(asset_id(duet, "Lista 2")))


def test_what_is_no_longer_offered_goes_from_the_request(duet: Office) -> None:
    set_up_bases(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    send_request(open_hand_over_form(ewa, "mike"), "ola", BASES[:3])
    move_to_next_morning(duet)
    ola.waits_for("prosi o przejęcie 3", "@duet")
    close_forms(ewa)
    forge_click(ewa, "register.take_back", str(asset_id(duet, "Lista 2")))
    offer = ola.waits_for("prosi o przejęcie 2", "@duet")
    assert "Lista 1, Lista 3" in offer.text
    click_asset_button(offer, ACCEPT_AS_MARKETING)
    owners = [asset_owner(duet, name) for name in BASES[:3]]
    assert owners == ["U0OLA", "U0MIKE", "U0OLA"]


def test_it_is_one_reminder_and_one_line_of_what_waits(duet: Office) -> None:
    set_up_bases(duet)
    ola = duet.person("ola")
    send_request(open_hand_over_form(duet.person("ewa"), "mike"), "ola")
    for _ in range(4):
        move_to_next_morning(duet)
    assert len(texts_so_far(duet, "ola", "nadal czeka na odpowiedź w sprawie przejęcia 7")) == 1
    answer = click_asset_button(ola.types("/duet"), ("Zdecyduj",))
    assert "prosi o przejęcie 7" in answer.text
    click_asset_button(answer, ACCEPT_AS_MARKETING)
    assert {asset_owner(duet, name) for name in BASES} == {"U0OLA"}


def select_person(user_id: str) -> dict[str, object]:
    return {"type": "users_select", "selected_user": user_id}


def test_who_may_not_reads_who_may(duet: Office) -> None:
    """§14: the owner, and that side's lead and executive; a side keeps what is its own."""
    set_up_bases(duet)
    tomek, ewa = duet.person("tomek"), duet.person("ewa")
    seen = tomek.types("/duet who @mike", "#general")
    assert not set(HAND_OVER) & set(seen.buttons)
    assert "Przekazać to może tylko @Mike O'Hasło albo lider lub dyrektor strony marketingu." in seen.text
    with expect_refusal(duet, "error.only.asset"):
        forge_click(tomek, "register.hand_over", "U0MIKE")
    ids = [asset_id(duet, name) for name in ("Lista 1", "Lista 2", "Kasy")]
    for who, chosen, error in (
        (tomek, ids[:2], "error.only.asset"),
        (ewa, ids[1:], "error.only.asset"),
        (tomek, [7777], "error.not_found"),
    ):
        state = {"handed_over": options_state(map(str, chosen)), "owner": select_person("U0OLA")}
        with expect_refusal(duet, error):
            forge_submission(who, "register.hand_over", "{}", state)
        close_forms(who)
    form = open_hand_over_form(ewa, "mike")
    with expect_no_change(duet):
        assert "IT" in send_request(form, "piotr").text
    close_forms(ewa)
    with expect_refusal(duet, "error.not_found"):
        forge_click(ewa, "register.hand_over", "U0NADIA")


def test_what_one_takes_oneself_is_at_once_theirs(duet: Office) -> None:
    set_up_bases(duet)
    shown = send_request(open_hand_over_form(duet.person("ewa"), "mike"), "ewa")
    assert "Od teraz odpowiadasz za: Lista 1" in shown.text and not has_sentence(shown.text, OFFERED)
    assert {asset_owner(duet, name) for name in BASES} == {"U0EWA"}
