"""Across the boundary: only by a decision of both executives, with a reason and an end date (product §5.2)."""

import pytest

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.days import SATURDAY, current_day, move_to_next_morning, run_due_work
from tests.scenarios.register_steps import (
    ADD,
    ASK_BOTH,
    CHANGE,
    DONE,
    LINK,
    OFFERED,
    STANDS,
    asset_id,
    asset_owner,
    click_asset_button,
    current_form,
    move_until_message,
    register_asset,
    run_own_command,
    state_own_side,
    submit_asset_form,
    texts_so_far,
    wait_for_texts,
)
from tests.scenarios.steps import (
    BUTTONS,
    EXECUTIVES,
    activate_project,
    click_button,
    close_forms,
    day_from_today,
    expect_no_change,
    expect_refusal,
    fill_form,
    forge_click,
    has_sentence,
    open_form,
    project_channel,
    query_one,
)
from tests.scenarios.team_steps import add_member, stay_days

ASKED = ("Obie strony (D-1) dostają prośbę", "Both executives of D-1 are asked")
READ = "Przeczytaj i podpisz"
WELL = {"reason": "Kampania"}


def crossing_form(duet: Office, handle: str, what: str) -> SeenForm:
    """What *Ask CIO and CMO* opens, after the command was refused."""
    reply = run_own_command(duet.person(handle), what)
    form: SeenForm = click_asset_button(reply, ASK_BOTH).form
    return form


def propose_crossing(duet: Office, handle: str, what: str, days: int = 30) -> None:
    shown = submit_asset_form(
        crossing_form(duet, handle, what), until=day_from_today(duet, days), reason="Kampania"
    )
    assert has_sentence(shown.text, ASKED), shown.text
    close_forms(duet.person(handle))


def sign_newest_request(duet: Office, name: str, *handles: str) -> None:
    """The newest request about this asset."""
    for handle in handles:
        answer_about_asset(duet, handle, name, "sign")


def request_about(duet: Office, handle: str, name: str) -> SeenForm:
    """The form of the newest request about this asset."""
    person = duet.person(handle)
    close_forms(person)
    person.waits_for("przekazanie drugiej stronie (nowy właściciel", "@duet")
    duet.settles()
    found = [
        each
        for each in person.reads("@duet")
        if "przekazanie drugiej stronie" in each.text and READ in each.buttons
    ]
    form = next(form for each in reversed(found) if (form := each.click(READ).form) and name in form.text)
    assert "Kampania" in form.text
    return form


def answer_about_asset(duet: Office, handle: str, name: str, answer: str, reason: str | None = None) -> None:
    person, form = duet.person(handle), request_about(duet, handle, name)
    shown = fill_form(form, {"answer": answer, "reason": reason}).submit()
    assert shown is not None
    assert not shown.errors, shown.errors
    close_forms(person)


def test_all_that_waits_in_one_project_is_listed_by_name(duet: Office) -> None:
    """§2.1: no question which project is meant, but which of two decisions; Home calls them by their names, too."""
    key = activate_project(duet)
    names = ["VIP", "Karty"]
    for name in names:
        register_asset(duet.person("ewa"), f'klienci "{name}" @ewa')
        propose_crossing(duet, "ewa", f'klienci "{name}" @piotr')
    adam = duet.person("adam")
    close_forms(adam)
    for typed in ("/duet sign", f"/duet sign {key}", "/duet sign Kto kupuje", "/duet"):
        shown = adam.types(typed)
        assert all(f"„{name}: przekazanie drugiej stronie" in shown.text for name in names), shown.text
        assert shown.buttons.count("Przeczytaj i podpisz") == 2 and adam.form is None
    for _ in names:
        form = adam.types("/duet sign").form or adam.types("/duet sign").click("Przeczytaj i podpisz").form
        assert form is not None and "Kampania" in form.text
        fill_form(form, {"answer": "sign"}).submit()
        close_forms(adam)
    assert "Nic nie czeka" in adam.types("/duet sign").text


@pytest.mark.parametrize("language", ["pl", "en"])
def test_there_and_back(duet: Office, language: str) -> None:
    """§5.2, §5.1, §15: each side's own way of asking; both sign; on its end date it returns by itself."""
    key = activate_project(duet)
    anna = duet.person("anna")
    by, kind, name, to, why = {
        "pl": ("ewa", "klienci", "VIP", "piotr", "O bazy klientów dba marketing, a @Piotr Kabelek jest po"),
        "en": (
            "piotr",
            "data",
            "Kasy",
            "ewa",
            "Data is kept by IT, and @Ewa Błysk works in marketing",
        ),
    }[language]
    register_asset(duet.person(by), f'{kind} "{name}" @{by}')
    refusal = run_own_command(duet.person(by), f'{kind} "{name}" @{to}')
    assert why in refusal.text
    for bad in ({"until": day_from_today(duet, 0)}, {"until": day_from_today(duet, 400)}, {"reason": "\u200b"}):
        with expect_no_change(duet):
            shown = submit_asset_form(
                click_asset_button(refusal, ASK_BOTH).form, **WELL | {"until": day_from_today(duet, 30)} | bad
            )
            assert shown.errors, bad
        close_forms(duet.person(by))
    propose_crossing(duet, by, f'{kind} "{name}" @{to}')
    again = run_own_command(duet.person(by), f'{kind} "{name.lower()}" @{to}')
    with expect_refusal(duet, "error.decision_asked"):
        click_asset_button(again, ASK_BOTH)
    close_forms(duet.person(by))
    sign_newest_request(duet, name, "adam")
    assert asset_owner(duet, name) == f"U0{by.upper()}"
    sign_newest_request(duet, name, "anna")
    assert asset_owner(duet, name) == f"U0{to.upper()}"
    assert "za zgodą obu stron, do" in anna.types(f"/duet who {name}").text
    move_until_message(duet, to, f"{name}: ")
    duet.slack.move_clock(days=31)
    back = {
        "pl": f"{name}: zgoda dobiegła końca, znów odpowiadasz za to Ty.",
        "en": f"{name}: the decision has ended, and it is yours again.",
    }
    move_until_message(duet, by, back[language])
    assert asset_owner(duet, name) == f"U0{by.upper()}"
    told = "SELECT count(*) FROM notices WHERE audience LIKE :whose AND subject LIKE '%returned'"
    for who in EXECUTIVES:
        assert query_one(duet, told, whose=f"%U0{who.upper()}") == 1, who
    log = anna.types(f"/duet log {key}").text
    assert f"{name}, odpowiada @" in log
    assert f"Powrót: {name}" in log


def test_each_try_is_kept_by_itself(duet: Office) -> None:
    """§2.3: an older button still asks about what it was shown for."""
    activate_project(duet)
    ewa = duet.person("ewa")
    first = run_own_command(ewa, 'klienci "Pierwsza" @piotr')
    second = run_own_command(ewa, 'klienci "Druga" @adam')
    form = click_asset_button(first, ASK_BOTH).form
    assert "Pierwsza" in form.text
    assert has_sentence(submit_asset_form(form, until=day_from_today(duet, 30), reason="Kampania").text, ASKED)
    close_forms(ewa)
    assert "Druga" in click_asset_button(second, ASK_BOTH).form.text
    close_forms(ewa)
    sign_newest_request(duet, "Pierwsza", *EXECUTIVES)
    assert asset_owner(duet, "Pierwsza") == "U0PIOTR"
    duet.slack.move_clock(days=31)
    move_until_message(duet, "piotr", "Pierwsza: the decision has ended")
    assert asset_owner(duet, "Pierwsza") == "U0EWA"  # marketing's lead, where nobody had it before


def test_the_button_of_what_was_decided_says_what_was_decided(duet: Office) -> None:
    """§5.2, §16: who asked, and who came to the same refusal, read that it is asked, then agreed, by whom and until
    when; once it has returned, it may be asked for anew.
    """
    activate_project(duet)
    ewa, adam = duet.person("ewa"), duet.person("adam")
    register_asset(ewa, 'klienci "VIP" @ewa')
    refusals = [run_own_command(each, 'klienci "VIP" @piotr') for each in (ewa, duet.person("anna"))]
    form = click_asset_button(refusals[0], ASK_BOTH).form
    submit_asset_form(form, until=day_from_today(duet, 30), reason="Kampania")
    close_forms(ewa)
    for refusal in refusals:
        with expect_refusal(duet, "error.decision_asked"):
            click_asset_button(refusal, ASK_BOTH)
    sign_newest_request(duet, "VIP", *EXECUTIVES)
    for refusal in refusals:
        with expect_refusal(duet, "error.decision_agreed"):
            said = click_asset_button(refusal, ASK_BOTH).text
        for fact in ("@Adam", "@Anna", "@Piotr", "VIP"):
            assert fact in said, said
    duet.slack.move_clock(days=31)
    move_until_message(duet, "piotr", "VIP: the decision has ended")
    assert "VIP" in click_asset_button(run_own_command(ewa, 'klienci "VIP" @piotr'), ASK_BOTH).form.text
    close_forms(adam)


def test_what_was_withdrawn_may_be_asked_for_with_the_same_button(duet: Office) -> None:
    """§5.2: nothing is lost of what was wanted."""
    activate_project(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, 'klienci "VIP" @ewa')
    refusal = run_own_command(ewa, 'klienci "VIP" @piotr')
    form = click_asset_button(refusal, ASK_BOTH).form
    submit_asset_form(form, until=day_from_today(duet, 3), reason="Kampania")
    close_forms(ewa)
    duet.slack.move_clock(days=31)
    run_due_work(duet)
    assert "VIP" in click_asset_button(refusal, ASK_BOTH).form.text


def test_whoever_asks_while_a_seat_is_vacant_reads_that_it_waits(duet: Office) -> None:
    """§5.2, §4.9: whose seat it is, and that nobody is asked there until somebody holds it."""
    activate_project(duet)
    duet.slack.change_person("adam", deleted=True)
    duet.settles()
    form = crossing_form(duet, "ewa", 'klienci "VIP" @piotr')
    said = submit_asset_form(form, until=day_from_today(duet, 30), reason="Kampania").text
    assert "a rola CIO jest nieobsadzona" in said and "w tej samej chwili" not in said


def test_what_changes_while_a_decision_waits(duet: Office) -> None:
    """§5.2, §5.3: another owner, an open offer, another decision; what returns, returns to the last owner."""
    activate_project(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, 'klienci "VIP" @ewa')
    propose_crossing(duet, "ewa", 'klienci "VIP" @piotr')
    register_asset(duet.person("anna"), 'klienci "VIP" @anna')
    assert has_sentence(run_own_command(ewa, 'klienci "VIP" @ola').text, OFFERED)
    sign_newest_request(duet, "VIP", *EXECUTIVES)
    assert asset_owner(duet, "VIP") == "U0PIOTR"
    move_to_next_morning(duet)
    assert not texts_so_far(duet, "ola", "VIP"), "what came and went is not told"
    propose_crossing(duet, "ewa", 'klienci "VIP" @adam', days=40)
    sign_newest_request(duet, "VIP", *EXECUTIVES)
    assert asset_owner(duet, "VIP") == "U0ADAM"
    duet.slack.move_clock(days=31)
    duet.settles()
    assert asset_owner(duet, "VIP") == "U0ADAM"
    duet.slack.move_clock(days=10)
    move_until_message(duet, "adam", "VIP: zgoda dobiegła końca, znów odpowiada za to @Anna")
    assert asset_owner(duet, "VIP") == "U0ANNA"


def test_only_its_owner_gives_it_back_earlier(duet: Office) -> None:
    """§5.2: no lead undoes alone what both executives have decided."""
    activate_project(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    register_asset(piotr, 'data "Kasy" @piotr')
    propose_crossing(duet, "piotr", 'data "Kasy" @ewa')
    sign_newest_request(duet, "Kasy", *EXECUTIVES)
    with expect_refusal(duet, "error.held_by_decision"):
        assert "only @Ewa Błysk can give it back" in run_own_command(piotr, 'data "Kasy" @piotr').text
    assert has_sentence(run_own_command(ewa, 'dane "Kasy" @piotr').text, OFFERED)
    move_to_next_morning(duet)
    assert has_sentence(
        click_asset_button(piotr.waits_for("asks you to take over Kasy", "@duet"), ("Accept",)).text, DONE
    )
    assert "by decision" not in piotr.types("/duet who kasy").text
    duet.slack.move_clock(days=40)
    assert not texts_so_far(duet, "piotr", "the decision has ended")


def test_nobody_is_left_to_take_it_back(duet: Office) -> None:
    """§5.2, §5.4: the previous owner has left Slack: that side is told, and weekly. Nor can one who left get it."""
    key = activate_project(duet)
    piotr = duet.person("piotr")
    register_asset(piotr, 'data "Kasy" @jan')
    propose_crossing(duet, "piotr", 'data "Kasy" @ewa')
    sign_newest_request(duet, "Kasy", *EXECUTIVES)
    duet.slack.change_person("jan", deleted=True)
    duet.settles()
    duet.slack.move_clock(days=31)
    first = move_until_message(duet, "piotr", "Kasy (data) still needs an owner")
    assert asset_owner(duet, "Kasy") is None
    duet.slack.move_clock(days=6)
    move_until_message(duet, "piotr", "Kasy (data) still needs an owner", after=first)
    register_asset(piotr, 'data "Kasy" @piotr')
    state_own_side(duet.person("ola"), "marketing")
    form = click_asset_button(run_own_command(piotr, key), CHANGE).form
    shown = submit_asset_form(form, owner="@ola", description="Nowy opis")
    form = click_asset_button(shown, ASK_BOTH)
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    with expect_refusal(duet, "error.not_a_colleague"):
        submit_asset_form(form, until=day_from_today(duet, 30), reason="Kampania")
    close_forms(piotr)
    assert "Nowy opis" not in run_own_command(piotr, "").text


def test_a_decision_that_one_side_does_not_want(duet: Office) -> None:
    """§4.7, §5.2: declining, talking, withdrawing, lapsing, all of it logged; no version to propose."""
    key = activate_project(duet)
    adam, anna, ewa = map(duet.person, ("adam", "anna", "ewa"))
    register_asset(ewa, 'klienci "VIP" @ewa')
    propose_crossing(duet, "ewa", 'klienci "VIP" @piotr', days=60)
    answer_about_asset(duet, "adam", "VIP", "decline", "Za wcześnie")
    answer_about_asset(duet, "anna", "VIP", "talk", "Zadzwonię")
    talk = anna.waits_for("VIP: przekazanie drugiej stronie", "@adam,@duet")
    assert "Są dwie drogi: zgoda" in talk.text
    assert "nowa wersja" not in talk.text
    assert not any(has_sentence(button, BUTTONS["propose"]) for button in talk.buttons)
    move_until_message(duet, "anna", "Rozmowa, oba podpisy albo wycofanie")
    form = click_button(talk, "withdraw").form
    assert form is not None
    fill_form(form, {"why": "Jednak nie"}).submit()
    duet.settles()
    assert asset_owner(duet, "VIP") == "U0EWA"
    assert wait_for_texts(duet, "ewa", "Jednak nie")
    propose_crossing(duet, "ewa", 'klienci "VIP" @piotr', days=60)
    duet.slack.move_clock(days=31)
    told = move_until_message(duet, "ewa", "minęło 30 dni bez obu podpisów").text
    assert "W rejestrze nic się nie zmieniło." in told
    assert asset_owner(duet, "VIP") == "U0EWA"
    log = adam.types(f"/duet log {key}").text
    for line in (
        "Pytanie do CIO i CMO: VIP, do ",
        "odpowiada @Piotr Kabelek.\n>Kampania",
        "Odmowa podpisu pod decyzją (VIP):\n>Za wcześnie",
        "Prośba o rozmowę przed decyzją: VIP.",
        "Wycofanie decyzji (VIP):\n>Jednak nie",
        "30 dni bez obu podpisów: wygasła decyzja (VIP).",
    ):
        assert line in log, (line, log)
    assert "Zadzwonię" not in log


def test_the_crossing_is_in_everybodys_sight(duet: Office) -> None:
    """§5.5: card, pinned charter, what the team reads; prolonged by asking again; back on a working day (§2.8)."""
    key = activate_project(duet)
    ewa, channel = duet.person("ewa"), project_channel(duet, key)
    form = click_asset_button(run_own_command(ewa, key), ADD).form
    vip = {"kind": "customers", "name": "VIP", "owner": "@ewa", "stand_in": "@ola"}
    assert has_sentence(submit_asset_form(form, **vip).text, DONE)
    propose_crossing(duet, "ewa", 'klienci "VIP" @piotr', days=2)
    sign_newest_request(duet, "VIP", *EXECUTIVES)
    held = "VIP: @Piotr Kabelek · za zgodą obu stron, do 26 listopada 2026"
    assert held in ewa.types(f"/duet show {key}").text
    assert held in ewa.waits_for("VIP: @Piotr", channel, pinned=True).text
    assert "zastępuje" not in ewa.types("/duet who vip").text
    assert "*Druga osoba (obok właściciela):* @Aleksandra Plakat → nikt" in ewa.types(f"/duet log {key}").text
    duet.slack.move_clock(days=1)
    run_due_work(duet)
    ewa.waits_for("Za zgodą obu stron, do 26", channel)
    assert "Zapytaj o przedłużenie" in run_own_command(ewa, 'klienci "VIP" @piotr').buttons
    unchanged_form = submit_asset_form(click_asset_button(run_own_command(ewa, ""), CHANGE).form)
    assert has_sentence(unchanged_form.text, STANDS)
    longer = click_asset_button(unchanged_form, ("Zapytaj o przedłużenie",))
    saturday = (SATURDAY - current_day(duet).weekday()) % 7
    assert has_sentence(
        submit_asset_form(longer, until=day_from_today(duet, saturday), reason="Kampania").text, ASKED
    )
    close_forms(ewa)
    sign_newest_request(duet, "VIP", *EXECUTIVES)
    move_until_message(duet, "piotr", "VIP: both executives have decided that you own it until 28")
    form = click_asset_button(run_own_command(duet.person("piotr"), ""), CHANGE).form
    assert has_sentence(submit_asset_form(form, stand_in="@ola").text, DONE)
    run_own_command(duet.person("piotr"), 'customers "VIP" @ola')
    move_to_next_morning(duet)
    duet.slack.move_clock(days=saturday - 1)
    run_due_work(duet)
    assert asset_owner(duet, "VIP") == "U0EWA"
    assert "zastępuje" not in ewa.types("/duet who vip").text
    assert "Nie przejmuję" not in duet.person("ola").waits_for("VIP: ta propozycja jest już", "@duet").buttons
    assert not texts_so_far(duet, "ewa", "zgoda dobiegła końca")
    move_until_message(duet, "ewa", "VIP: zgoda dobiegła końca, znów odpowiadasz za to Ty")
    assert current_day(duet).weekday() < SATURDAY


def test_the_other_side_asks(duet: Office) -> None:
    """§5.2: whoever leads or directs the project may ask, whichever side keeps it; and from a project that runs."""
    first, second = activate_project(duet), activate_project(duet, name="Drugi")
    adam, ewa, piotr = map(duet.person, ("adam", "ewa", "piotr"))
    register_asset(ewa, f'{first} klienci "VIP" @ewa')
    click_asset_button(run_own_command(ewa, f'{second} klienci "VIP" @ewa'), LINK)
    for person, what in ((adam, '"VIP" @piotr'), (piotr, '"VIP" @piotr'), (piotr, '"Nowa" @piotr')):
        refusal = run_own_command(person, f"{first} customers {what}")
        assert click_asset_button(refusal, ASK_BOTH).form is not None, what
    with expect_refusal(duet, "error.only.asset"):
        run_own_command(piotr, f'{first} customers "VIP" @anna')
    with expect_refusal(duet, "error.only.side_adds.customers"):
        run_own_command(piotr, f'{first} customers "Nowa" @anna')
    reply = run_own_command(ewa, f'{first} klienci "VIP" @piotr')
    paused_form = fill_form(open_form(duet.person("anna"), f"/duet withdraw {first}"), {"why": "Koniec"})
    assert paused_form.submit() is None
    duet.slack.move_clock(days=20)
    run_due_work(duet)
    with expect_refusal(duet, "error.not_in_this_state"):
        submit_asset_form(
            click_asset_button(reply, ASK_BOTH).form, until=day_from_today(duet, 30), reason="Kampania"
        )
    close_forms(ewa)
    assert not set(run_own_command(ewa, f'{first} klienci "VIP" @piotr').buttons) & set(ASK_BOTH)
    shown = submit_asset_form(click_asset_button(run_own_command(ewa, second), CHANGE).form, owner="@piotr")
    assert "dba marketing" in shown.text


def test_what_is_no_crossing_when_it_is_signed(duet: Office) -> None:
    """§5.2: the person's side was corrected, another project has added the asset, or it has another name by now."""
    first, second = activate_project(duet), activate_project(duet, name="Drugi")
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    state_own_side(duet.person("mike"), "it")
    register_asset(piotr, f'{first} data "Kasy" @mike')
    register_asset(piotr, f'{first} data "Kasy" @piotr')
    for name, to in (("VIP", "mike"), ("Nowa", "piotr")):
        propose_crossing(duet, "ewa", f'{first} klienci "{name}" @{to}')
    state_own_side(duet.person("mike"), "marketing")
    register_asset(ewa, f'{second} klienci "Nowa" @ewa')
    for name, error in (("VIP", "error.not_across"), ("Nowa", "error.not_of_this_project")):
        form = request_about(duet, "adam", name)
        with expect_refusal(duet, error):
            shown = fill_form(form, {"answer": "sign"}).submit()
        assert shown is not None
        close_forms(duet.person("adam"))
    assert asset_owner(duet, "Nowa") == "U0EWA"
    register_asset(ewa, f'{first} klienci "Lista" @ewa')
    propose_crossing(duet, "ewa", f'{first} klienci "Lista" @adam')
    forge_click(ewa, "register.change", str(asset_id(duet, "Lista")))
    assert has_sentence(submit_asset_form(current_form(ewa), name="Wykaz").text, DONE)
    close_forms(ewa)
    sign_newest_request(duet, "Wykaz", *EXECUTIVES)
    assert asset_owner(duet, "Wykaz") == "U0ADAM"


def test_a_stay_ends_and_something_of_the_other_side_is_still_owned(duet: Office) -> None:
    """§5.2, §7.2: what somebody has by a decision, both leads hear of; the own one with all that they own."""
    key = activate_project(duet)
    ola = duet.person("ola")
    add_member(duet, key, "ola", by="ewa", **stay_days(duet, 30, 40))
    register_asset(ola, f'{key} klienci "VIP" @ola')
    register_asset(duet.person("piotr"), f'{key} dane "Hurtownia" @piotr')
    propose_crossing(duet, "piotr", 'dane "Hurtownia" @ola', days=60)
    sign_newest_request(duet, "Hurtownia", *EXECUTIVES)
    duet.slack.move_clock(days=41)
    told_ewa = move_until_message(duet, "ewa", "nadal ma pod opieką: ").text
    assert all(name in told_ewa.partition("nadal ma pod opieką: ")[2] for name in ("VIP", "Hurtownia"))
    (told_piotr,) = texts_so_far(duet, "piotr", "but they still own: ")
    assert "still own: Hurtownia." in told_piotr


def test_the_owner_across_leaves_slack(duet: Office) -> None:
    """§5.2, §5.4: it is back with the right side at once."""
    activate_project(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, 'klienci "VIP" @ewa')
    propose_crossing(duet, "ewa", 'klienci "VIP" @piotr')
    sign_newest_request(duet, "VIP", *EXECUTIVES)
    duet.slack.change_person("piotr", deleted=True)
    duet.settles()
    move_until_message(duet, "ewa", "VIP: zgoda dobiegła końca, znów odpowiadasz za to Ty")
    assert "za zgodą" not in ewa.types("/duet who vip").text
    duet.slack.move_clock(days=31)
    run_due_work(duet)
    assert asset_owner(duet, "VIP") == "U0EWA"
