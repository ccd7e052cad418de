"""What people own, wherever they take part: seeing it, mending it, handing it on (product §5.1, §5.3, §5.5)."""

import pytest

from tests.running import Office
from tests.scenarios.closing_steps import end_project_with_member, wait_for_end, wait_for_report
from tests.scenarios.days import move_to_next_morning, run_due_work
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.register_steps import (
    ACCEPT,
    ADD,
    ASK_BOTH,
    CHANGE,
    DONE,
    LINK,
    OFFERED,
    STANDS,
    TAKE_BACK,
    YES,
    asset_id,
    asset_owner,
    click_asset_button,
    current_form,
    move_until_message,
    open_offer,
    register_asset,
    run_own_command,
    submit_asset_form,
    texts_so_far,
    wait_for_texts,
)
from tests.scenarios.steps import (
    NOT_FOUND,
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    fill_form,
    find_label,
    forge_click,
    has_sentence,
    move_to_tuesday_morning,
    open_form,
    project_channel,
    project_id,
    send_charter,
    sign_charter,
)
from tests.scenarios.team_steps import add_member, stay_days


def offer_list(duet: Office, by: str, name: str, to: str) -> None:
    reply = run_own_command(duet.person(by), f'klienci "{name}" @{to}')
    assert has_sentence(reply.text, OFFERED), reply.text


def withdraw_charter(duet: Office, key: str) -> None:
    """Nobody signs it any more."""
    form = open_form(duet.person("anna"), f"/duet withdraw {key}")
    assert fill_form(form, {"why": "Nic z tego"}).submit() is None
    close_forms(duet.person("anna"))


def test_an_owner_without_a_project(duet: Office) -> None:
    """§14, §2.3, §5.1: what they own is listed, found and handed on, with no part in any project."""
    key = activate_project(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    register_asset(ewa, 'klienci "VIP" @ola')
    form = click_asset_button(run_own_command(ola, ""), CHANGE).form
    assert has_sentence(submit_asset_form(form, description="Ręcznie").text, DONE)
    close_forms(ola)
    mine = run_own_command(ola, "")
    assert "Odpowiadasz za 1 pozycję" in mine.text
    assert "*VIP* (baza klientów): @Aleksandra Plakat\nRęcznie" in mine.text
    assert "*VIP*" in click_asset_button(ola.types("/duet"), ("Za co odpowiadam",)).text
    for shown in (mine, ola.types("/duet who VIP")):
        assert click_asset_button(shown, CHANGE).form is not None
        close_forms(ola)
    assert ewa.types("/duet who vip").buttons == ["Zmień"]
    assert duet.person("jan").types("/duet who vip").buttons == []
    assert has_sentence(run_own_command(ola, 'klienci "VIP" @ewa').text, OFFERED)
    assert TAKE_BACK[0] in run_own_command(ola, 'klienci "VIP" @ola').buttons
    click_asset_button(run_own_command(ola, f'{key} klienci "VIP" @ewa'), TAKE_BACK)
    for other in ("VIP", "Inna"):
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(
                run_own_command(duet.person("jan"), f'{key} klienci "{other}" @jan').text, NOT_FOUND
            )
    assert (
        "Do tego potrzebny jest wspólny projekt" in run_own_command(duet.person("jan"), 'klienci "VIP" @jan').text
    )
    refusal = run_own_command(ola, 'klienci "VIP" @piotr')
    assert "O bazy klientów dba marketing" in refusal.text
    assert refusal.buttons == []


def test_a_stay_ends_and_something_is_still_owned(duet: Office) -> None:
    """§5.3, §7.2: that side's lead hears of it; the owner still has it, and may hand it on."""
    key = activate_project(duet)
    ola = duet.person("ola")
    add_member(duet, key, "ola", by="ewa", **stay_days(duet, 30, 40))
    register_asset(ola, f'{key} klienci "VIP" @ola')
    duet.slack.move_clock(days=41)
    told_ewa = move_until_message(
        duet, "ewa", f"@Aleksandra Plakat kończy udział w zespole {key}, ale nadal ma pod opieką: VIP"
    )
    shown = told_ewa.click("Pokaż listę")
    assert "*VIP*" in shown.text and find_label(shown.buttons, CHANGE)
    assert not texts_so_far(duet, "piotr", "VIP")
    assert "*VIP*" in run_own_command(ola, "").text


def test_what_is_still_owned_is_shown_after_the_project_too(duet: Office) -> None:
    """§5.3, §12.3: of many things three are named; whoever reads of them once they have no project any more finds
    the list all the same, and may change it."""
    key = end_project_with_member(duet)
    for number in range(5):
        register_asset(duet.person("tomek"), f'{key} klienci "Lista {number}" @tomek')
    wait_for_report(duet)
    wait_for_end(duet)
    assert "potrzebny jest wspólny projekt" in run_own_command(duet.person("ewa"), "").text
    (told,) = messages_containing(duet, "ewa", "@Tomek Półka kończy udział")
    assert "ma pod opieką: Lista 0, Lista 1, Lista 2 (+2). Można" in told.text
    shown = told.click("Pokaż listę")
    assert "*Lista 4*" in shown.text and find_label(shown.buttons, CHANGE)


def test_a_long_register_is_turned_page_by_page(duet: Office) -> None:
    """§2: nothing of it is out of reach."""
    key = activate_project(duet)
    piotr = duet.person("piotr")
    for number in range(11):
        register_asset(piotr, f'data "Zbiór {number:02}" @piotr')
    first = run_own_command(piotr, key)
    assert first.text == piotr.types(f"/duet show {key}").click("Who keeps what").text
    assert "Zbiór 09" in first.text
    assert "Zbiór 10" not in first.text
    assert "Not entered yet" in first.text
    second = click_asset_button(first, ("Next",))
    assert "*Zbiór 10*" in second.text
    assert "Zbiór 09" not in second.text
    assert "*Zbiór 00*" in click_asset_button(second, ("Previous",)).text
    mine = click_asset_button(second, ("What I own",))
    assert "You answer for 11 assets" in mine.text
    assert "*Zbiór 10*" in click_asset_button(mine, ("Next",)).text


def test_a_slip_is_mended(duet: Office) -> None:
    """§5.1: another name, unique as ever; unlinked; removed once no live project touches it. All of it logged."""
    key = activate_project(duet)
    ewa, channel = duet.person("ewa"), project_channel(duet, key)
    register_asset(ewa, 'klienci "Newsleter" @ewa')
    register_asset(ewa, 'klienci "VIP" @ola')
    asset = str(asset_id(duet, "Newsleter"))
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    forge_click(ewa, "register.change", asset)
    with expect_refusal(duet, "error.asset_there"):
        assert "jest już w rejestrze" in submit_asset_form(current_form(ewa), name="vip").errors["Nazwa"]
    with expect_refusal(duet, "error.field.empty"):
        assert submit_asset_form(current_form(ewa), name="\u200b").errors["Nazwa"]
    assert "*Newsletter*" in submit_asset_form(current_form(ewa), name="Newsletter").text
    close_forms(ewa)
    assert "Newsletter: @Ewa" in ewa.waits_for("Newsletter", channel, pinned=True).text
    with expect_refusal(duet, "error.still_touched"):
        forge_click(ewa, "register.remove", asset)
    move_to_tuesday_morning(duet)
    news = ewa.waits_for("Nowa nazwa, dotąd „Newsleter”: Newsletter (baza klientów), @Ewa", channel).text
    assert "Nowe w rejestrze" not in news
    ewa.waits_for("VIP (baza klientów), @Aleksandra", channel)
    form = click_asset_button(run_own_command(ewa, key), CHANGE).form
    said = click_asset_button(form, (f"Odłącz od {key}",))
    assert "ale w rejestrze zostaje: *Newsletter*" in said.text
    close_forms(ewa)
    assert "Newsletter" not in ewa.types(f"/duet show {key}").text
    form = click_asset_button(ewa.types("/duet who newsletter"), CHANGE).form
    assert "nie ma tego już w rejestrze" in click_asset_button(form, ("Usuń z rejestru",)).text
    close_forms(ewa)
    assert "Newsletter" not in ewa.types("/duet who newsletter").text.replace("„newsletter”", "")
    log = ewa.types(f"/duet log {key}").text
    for line in ("Zmiana nazwy: Newsleter → Newsletter", "Odłączenie: Newsletter (baza klientów), @Ewa"):
        assert line in log, log
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    with expect_refusal(duet, "error.needs_owner_first"):
        forge_click(ewa, "register.unlink", f"{project_id(duet, key)}:{asset_id(duet, 'VIP')}")
    with expect_refusal(duet, "error.only.asset"):
        forge_click(duet.person("piotr"), "register.unlink", f"{project_id(duet, key)}:{asset_id(duet, 'VIP')}")


def test_what_an_ended_project_touched(duet: Office) -> None:
    """§3, §5.1: nothing is added there, its card stays as it was, and what only it touched can be removed."""
    first, second = send_charter(duet), activate_project(duet, name="Drugi")
    ewa = duet.person("ewa")
    for name in ("Literufka", "Wspólna"):
        register_asset(ewa, f'{first} klienci "{name}" @ewa')
    click_asset_button(run_own_command(ewa, f'{second} klienci "Wspólna" @ewa'), LINK)
    withdraw_charter(duet, first)
    with expect_refusal(duet, "error.not_in_this_state"):
        run_own_command(ewa, f'{first} klienci "Nowa" @ewa')
    with expect_refusal(duet, "error.not_in_this_state"):
        forge_click(ewa, "register.unlink", f"{project_id(duet, first)}:{asset_id(duet, 'Wspólna')}")
    forge_click(ewa, "register.change", str(asset_id(duet, "Wspólna")))
    submit_asset_form(current_form(ewa), name="Nasza")
    close_forms(ewa)
    form = click_asset_button(ewa.types("/duet who literufka"), CHANGE).form
    assert "nie ma tego już w rejestrze" in click_asset_button(form, ("Usuń z rejestru",)).text
    close_forms(ewa)
    assert "Usunięcie z rejestru: Literufka (baza klientów)" in ewa.types(f"/duet log {first}").text
    posts = ewa.reads(project_channel(duet, second, sees="ewa"))
    assert any("Nasza: @Ewa" in post.text for post in posts)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_an_offer_in_sight_until_it_is_answered(duet: Office, language: str) -> None:
    """§5.3, §2: in the register and in `/duet`; reminded once; after thirty days it has lapsed. Both languages."""
    activate_project(duet)
    by, kind, name, to, asked, waits, lapsed = {
        "pl": (
            "ewa",
            "klienci",
            "VIP",
            "ola",
            "propozycja dla: @Aleksandra",
            "nadal czeka",
            "wygasła",
        ),
        "en": (
            "piotr",
            "data",
            "Tills",
            "nadia",
            "offered to @Nadia",
            "is still waiting",
            "has not answered for",
        ),
    }[language]
    giver, taker = duet.person(by), duet.person(to)
    register_asset(giver, f'{kind} "{name}" @{by}')
    assert has_sentence(run_own_command(giver, f'{kind} "{name}" @{to}').text, OFFERED)
    for shown in (run_own_command(giver, ""), giver.types(f"/duet who {name}")):
        assert asked in shown.text
    same = run_own_command(giver, f'{kind} "{name}" @{by}')
    assert has_sentence(same.text, STANDS)
    assert asked in same.text
    form = click_asset_button(run_own_command(giver, ""), CHANGE).form
    assert has_sentence(submit_asset_form(form).text, STANDS)
    close_forms(giver)
    assert set(YES) & set(open_offer(taker, name).buttons)
    move_to_next_morning(duet)
    duet.slack.move_clock(days=2)
    reminder = move_until_message(duet, to, waits)
    assert name in reminder.text
    duet.slack.move_clock(days=27)
    move_until_message(duet, by, lapsed)
    assert len(wait_for_texts(duet, to, name)) == 2, "offered, and reminded once"
    assert asset_owner(duet, name) == giver.id
    assert not [each for each in taker.reads("@duet") if set(YES) & set(each.buttons)]
    assert asked not in run_own_command(giver, "").text


def test_an_offer_is_taken_back_or_its_reader_leaves(duet: Office) -> None:
    """§5.3: whoever may change the asset takes it back; the owner and whoever offered it hear how it ended."""
    key = activate_project(duet)
    ewa, anna = map(duet.person, ("ewa", "anna"))
    register_asset(ewa, 'klienci "VIP" @ola')
    assert has_sentence(run_own_command(ewa, 'klienci "VIP" @mike').text, OFFERED)
    asset = str(asset_id(duet, "VIP"))
    with expect_refusal(duet, "error.only.asset"):
        forge_click(duet.person("mike"), "register.take_back", asset)
    close_forms(ewa)
    assert (
        "Propozycja cofnięta"
        in click_asset_button(move_until_message(duet, "ola", "nowego właściciela: VIP"), TAKE_BACK).text
    )
    with expect_refusal(duet, "error.nothing_offered"):
        forge_click(ewa, "register.take_back", asset)
    assert duet.person("mike").waits_for("VIP is no longer offered to you", "@duet").buttons == []
    move_until_message(duet, "ewa", "VIP: propozycja dla @Mike O'Hasło jest cofnięta (@Aleksandra Plakat)")
    offer_list(duet, "ewa", "VIP", "mike")
    duet.slack.change_person("mike", deleted=True)
    for handle in ("ewa", "ola"):
        move_until_message(duet, handle, "VIP: propozycja była dla @Mike O'Hasło")
    assert "propozycja" not in ewa.types("/duet who vip").text
    log = anna.types(f"/duet log {key}").text
    assert log.count("Koniec propozycji przekazania: VIP → @Mike") == 2, log
    offer_list(duet, "ewa", "VIP", "anna")
    run_due_work(duet)
    assert has_sentence(click_asset_button(open_offer(anna, "VIP"), ACCEPT).text, DONE)
    duet.slack.move_clock(days=5)
    run_due_work(duet)
    assert not texts_so_far(duet, "anna", "nadal czeka"), "there is nothing left to remind of"
    assert asset_owner(duet, "VIP") == "U0ANNA"


def test_stand_ins(duet: Office) -> None:
    """§5.1: somebody else than the owner, of the right side, asked for once; an end of it is logged, and told."""
    key = activate_project(duet)
    ewa, anna = duet.person("ewa"), duet.person("anna")
    form = click_asset_button(run_own_command(ewa, key), ADD).form
    vip = {"kind": "customers", "name": "VIP", "owner": "@ewa"}
    with expect_refusal(duet, "error.stand_in_owns"):
        assert (
            "ktoś inny" in submit_asset_form(form, **vip, stand_in="@ewa").errors["Druga osoba (obok właściciela)"]
        )
    with expect_no_change(duet):
        assert "dba marketing" in submit_asset_form(form, **vip, stand_in="@piotr").text
    close_forms(ewa)
    form = click_asset_button(run_own_command(ewa, key), ADD).form
    assert has_sentence(submit_asset_form(form, **vip, stand_in="@nadia").text, DONE)
    close_forms(ewa)
    move_to_next_morning(duet, "10:01")
    assert duet.person("nadia").waits_for("has named you as stand-in for VIP (customer base)", "@duet")
    asked = duet.person("nadia").waits_for("says that you work in marketing", "@duet")
    assert not click_asset_button(asked, YES).messages, "beside the question, which says it itself"
    assert duet.person("nadia").waits_for("Saved: you work in marketing", "@duet").buttons == []
    for whom in ("@nadia", "me"):
        found = duet.person("nadia").types(f"/duet who {whom}")
        assert "VIP" in found.text and "in the register" not in found.text, "she stands in for it"
    form = click_asset_button(run_own_command(ewa, key), CHANGE).form
    with expect_no_change(duet):
        assert "dba marketing" in submit_asset_form(form, stand_in="@adam").text
    close_forms(ewa)
    offer_list(duet, "ewa", "VIP", "nadia")
    move_to_next_morning(duet, "10:01")
    assert has_sentence(click_asset_button(duet.person("nadia").waits_for("VIP", "@duet"), ACCEPT).text, DONE)
    assert "zastępuje" not in ewa.types("/duet who vip").text
    forge_click(ewa, "register.change", str(asset_id(duet, "VIP")))
    assert has_sentence(submit_asset_form(current_form(ewa), stand_in="@ola").text, DONE)
    close_forms(ewa)
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    move_until_message(duet, "nadia", "VIP: @Aleksandra Plakat, who stood in for you, has left.")
    assert "zastępuje" not in ewa.types("/duet who vip").text
    log = anna.types(f"/duet log {key}").text
    for who in ("@Nadia Źródło", "@Aleksandra Plakat"):
        assert f"*Druga osoba (obok właściciela):* {who} → nikt" in log, log


def test_an_older_form_undoes_nothing(duet: Office) -> None:
    """§5.3: what has happened since it was opened stands; a new name, too."""
    activate_project(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    register_asset(ewa, 'klienci "VIP" @ewa')
    offer_list(duet, "ewa", "VIP", "ola")
    asset = str(asset_id(duet, "VIP"))
    forge_click(ewa, "register.change", asset)
    forge_click(ola, "register.accept", asset)
    with expect_refusal(duet, "error.asset.moved_on"):
        assert "właśnie ktoś zmienił" in submit_asset_form(current_form(ewa), description="Stali klienci").text
    assert asset_owner(duet, "VIP") == "U0OLA"


def test_a_later_project_decides_only_with_the_owners_yes(duet: Office) -> None:
    """§14: linking is told to the owner, and takes nothing from them; nor do that project's executives decide."""
    activate_project(duet)
    ewa, jan, ola = map(duet.person, ("ewa", "jan", "ola"))
    register_asset(ewa, 'D-1 klienci "VIP" @ewa')
    later = send_charter(
        duet, by="mike", name="Drugi", cmo="@mike", lead_marketing="@ola", cio="@nadia", lead_it="@jan"
    )
    sign_charter(duet, later, "nadia", "mike")
    click_asset_button(run_own_command(jan, f'{later} customers "VIP" @jan'), LINK)
    move_until_message(duet, "ewa", "VIP: @Jan Łącznik łączy to z kolejnym projektem")
    with expect_refusal(duet, "error.only.asset"):
        run_own_command(ola, f'{later} klienci "VIP" @ola')
    refusal = run_own_command(jan, f'{later} customers "VIP" @jan')
    assert has_sentence(refusal.text, ("kept by marketing", "dba marketing"))
    assert not set(refusal.buttons) & set(ASK_BOTH)
    duet.slack.change_person("ewa", deleted=True)
    duet.settles()
    assert has_sentence(run_own_command(ola, f'{later} klienci "VIP" @ola').text, DONE)


def test_what_is_typed_besides_is_not_guessed(duet: Office) -> None:
    """§2.7, §16: a key, another name: one clear sentence, nothing changed."""
    key = activate_project(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, 'klienci "VIP" @ewa')
    for typed in (
        f"VIP {key} @ewa",
        '"Nowa" lista @ewa',
    ):
        with expect_refusal(duet, "error.own_words"):
            assert "nic się nie zmieniło" in run_own_command(ewa, f"klienci {typed}").text, typed
            assert ewa.form is None, typed


def test_what_the_team_reads_of_it(duet: Office) -> None:
    """§5.5, §2.6: what has happened, not only who has it; nobody is told of their own doing."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    ewa, anna = duet.person("ewa"), duet.person("anna")
    register_asset(ewa, 'klienci "VIP" @ewa')
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    assert has_sentence(run_own_command(anna, 'klienci "VIP" @anna').text, DONE)
    move_until_message(duet, "ewa", "VIP: właścicielem jest teraz @Anna Żuraw; wcześniej Ty.")
    assert not texts_so_far(duet, "anna", "VIP: właścicielem")
    move_to_tuesday_morning(duet)
    ewa.waits_for("Przekazane: VIP (baza klientów), @Anna Żuraw. Wcześniej @Ewa Błysk.", channel)
