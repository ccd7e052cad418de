"""What people own, wherever they take part: seeing it, mending it, handing it on (product §5.1, §5.3, §5.5)."""

import pytest

from tests.running import Office
from tests.scenarios.days import comes_due, morning_comes
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
    clicks,
    comes,
    form_of,
    handed_in,
    owned,
    owner_of,
    owns,
    told,
    told_so_far,
)
from tests.scenarios.steps import (
    NOT_FOUND,
    active,
    channel_of,
    fill,
    next_morning,
    opened,
    presses,
    project_id,
    put_away,
    refused,
    says,
    sent,
    signed_by,
    unchanged,
)
from tests.scenarios.team_steps import days, joined


def offered(duet: Office, by: str, name: str, to: str) -> None:
    reply = owns(duet.person(by), f'klienci "{name}" @{to}')
    assert says(reply.text, OFFERED), reply.text


def ended(duet: Office, key: str) -> None:
    """Nobody signs it any more."""
    form = opened(duet.person("anna"), f"/duet withdraw {key}")
    assert fill(form, {"why": "Nic z tego"}).submit() is None
    put_away(duet.person("anna"))


def test_an_owner_without_a_project(duet: Office) -> None:
    """§14, §2.3, §5.1: what they own is listed, found and handed on, with no part in any project."""
    key = active(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    owned(ewa, 'klienci "VIP" @ola')
    form = clicks(owns(ola, ""), CHANGE).form
    assert says(handed_in(form, description="Ręcznie").text, DONE)
    put_away(ola)
    mine = owns(ola, "")
    assert "Odpowiadasz za 1 pozycję" in mine.text
    assert "*VIP* (baza klientów): @Aleksandra Plakat\nRęcznie" in mine.text
    assert "*VIP*" in clicks(ola.types("/duet"), ("Za co odpowiadam",)).text
    for shown in (mine, ola.types("/duet who VIP")):
        assert clicks(shown, CHANGE).form is not None
        put_away(ola)
    assert ewa.types("/duet who vip").buttons == ["Zmień"]
    assert duet.person("jan").types("/duet who vip").buttons == []
    assert says(owns(ola, 'klienci "VIP" @ewa').text, OFFERED)
    assert TAKE_BACK[0] in owns(ola, 'klienci "VIP" @ola').buttons
    clicks(owns(ola, f'{key} klienci "VIP" @ewa'), TAKE_BACK)
    for other in ("VIP", "Inna"):
        with refused(duet, "NotFound"):
            assert says(owns(duet.person("jan"), f'{key} klienci "{other}" @jan').text, NOT_FOUND)
    assert "Nie masz jeszcze wspólnego projektu" in owns(duet.person("jan"), 'klienci "VIP" @jan').text
    refusal = owns(ola, 'klienci "VIP" @piotr')
    assert "O bazy klientów dba marketing" in refusal.text
    assert refusal.buttons == []


def test_a_stay_ends_and_something_is_still_owned(duet: Office) -> None:
    """§5.3, §7.2: that side's lead hears of it; the owner still has it, and may hand it on."""
    key = active(duet)
    ola = duet.person("ola")
    joined(duet, key, "ola", by="ewa", **days(duet, 30, 40))
    owned(ola, f'{key} klienci "VIP" @ola')
    duet.slack.move_clock(days=41)
    told_ewa = comes(duet, "ewa", f"@Aleksandra Plakat kończy udział w zespole {key}, ale nadal ma pod opieką: VIP")
    assert "VIP" in told_ewa.text
    assert not told_so_far(duet, "piotr", "VIP")
    assert "*VIP*" in owns(ola, "").text


def test_a_long_register_is_turned_page_by_page(duet: Office) -> None:
    """§2: nothing of it is out of reach."""
    key = active(duet)
    piotr = duet.person("piotr")
    for number in range(11):
        owned(piotr, f'data "Zbiór {number:02}" @piotr')
    first = owns(piotr, key)
    assert first.text == piotr.types(f"/duet show {key}").click("Register").text
    assert "Zbiór 09" in first.text
    assert "Zbiór 10" not in first.text
    assert "None yet" in first.text
    second = clicks(first, ("Next",))
    assert "*Zbiór 10*" in second.text
    assert "Zbiór 09" not in second.text
    assert "*Zbiór 00*" in clicks(second, ("Previous",)).text
    mine = clicks(second, ("What I own",))
    assert "You answer for 11 assets" in mine.text
    assert "*Zbiór 10*" in clicks(mine, ("Next",)).text


def test_a_slip_is_mended(duet: Office) -> None:
    """§5.1: another name, unique as ever; unlinked; removed once no live project touches it. All of it logged."""
    key = active(duet)
    ewa, channel = duet.person("ewa"), channel_of(duet, key)
    owned(ewa, 'klienci "Newsleter" @ewa')
    owned(ewa, 'klienci "VIP" @ola')
    asset = str(asset_id(duet, "Newsleter"))
    next_morning(duet)
    comes_due(duet)
    presses(ewa, "register.change", asset)
    with refused(duet, "AlreadyThere"):
        assert "jest już w rejestrze" in handed_in(form_of(ewa), name="vip").errors["Nazwa"]
    with refused(duet, "AssetName"):
        assert handed_in(form_of(ewa), name="\u200b").errors["Nazwa"]
    assert "*Newsletter*" in handed_in(form_of(ewa), name="Newsletter").text
    put_away(ewa)
    assert "Newsletter: @Ewa" in ewa.waits_for("Newsletter", channel, pinned=True).text
    with refused(duet, "StillTouched"):
        presses(ewa, "register.remove", asset)
    next_morning(duet)
    news = ewa.waits_for("Nowa nazwa, dotąd „Newsleter”: Newsletter (baza klientów): @Ewa", channel).text
    assert "Nowe w rejestrze" not in news
    ewa.waits_for("VIP (baza klientów): @Aleksandra", channel)
    form = clicks(owns(ewa, key), CHANGE).form
    said = clicks(form, (f"Odłącz od {key}",))
    assert "ale w rejestrze zostaje: *Newsletter*" in said.text
    put_away(ewa)
    assert "Newsletter" not in ewa.types(f"/duet show {key}").text
    form = clicks(ewa.types("/duet who newsletter"), CHANGE).form
    assert "nie ma tego już w rejestrze" in clicks(form, ("Usuń z rejestru",)).text
    put_away(ewa)
    assert "Newsletter" not in ewa.types("/duet who newsletter").text.replace("„newsletter”", "")
    log = ewa.types(f"/duet log {key}").text
    for line in ("Zmiana nazwy: Newsleter → Newsletter", "Odłączenie: Newsletter (baza klientów), @Ewa"):
        assert line in log, log
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    with refused(duet, "NeedsOwnerFirst"):
        presses(ewa, "register.unlink", f"{project_id(duet, key)}:{asset_id(duet, 'VIP')}")
    with refused(duet, "NotAllowed"):
        presses(duet.person("piotr"), "register.unlink", f"{project_id(duet, key)}:{asset_id(duet, 'VIP')}")


def test_what_an_ended_project_touched(duet: Office) -> None:
    """§3, §5.1: nothing is added there, its card stays as it was, and what only it touched can be removed."""
    first, second = sent(duet), active(duet, name="Drugi")
    ewa = duet.person("ewa")
    for name in ("Literufka", "Wspólna"):
        owned(ewa, f'{first} klienci "{name}" @ewa')
    clicks(owns(ewa, f'{second} klienci "Wspólna" @ewa'), LINK)
    ended(duet, first)
    with refused(duet, "NotInThisState"):
        owns(ewa, f'{first} klienci "Nowa" @ewa')
    with refused(duet, "NotInThisState"):
        presses(ewa, "register.unlink", f"{project_id(duet, first)}:{asset_id(duet, 'Wspólna')}")
    presses(ewa, "register.change", str(asset_id(duet, "Wspólna")))
    handed_in(form_of(ewa), name="Nasza")
    put_away(ewa)
    form = clicks(ewa.types("/duet who literufka"), CHANGE).form
    assert "nie ma tego już w rejestrze" in clicks(form, ("Usuń z rejestru",)).text
    put_away(ewa)
    assert "Usunięcie z rejestru: Literufka (baza klientów)" in ewa.types(f"/duet log {first}").text
    posts = ewa.reads(channel_of(duet, second, sees="ewa"))
    assert any("Nasza: @Ewa" in post.text for post in posts)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_an_offer_in_sight_until_it_is_answered(duet: Office, language: str) -> None:
    """§5.3, §2: in the register and in `/duet`; reminded once; after thirty days it has lapsed. Both languages."""
    active(duet)
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
            "asked: @Nadia",
            "is still waiting",
            "has not answered for",
        ),
    }[language]
    giver, taker = duet.person(by), duet.person(to)
    owned(giver, f'{kind} "{name}" @{by}')
    assert says(owns(giver, f'{kind} "{name}" @{to}').text, OFFERED)
    for shown in (owns(giver, ""), giver.types(f"/duet who {name}")):
        assert asked in shown.text
    same = owns(giver, f'{kind} "{name}" @{by}')
    assert says(same.text, STANDS)
    assert asked in same.text
    form = clicks(owns(giver, ""), CHANGE).form
    assert says(handed_in(form).text, STANDS)
    put_away(giver)
    home = taker.types("/duet")
    assert name in home.text
    assert set(YES) & set(home.buttons)
    morning_comes(duet)
    duet.slack.move_clock(days=2)
    reminder = comes(duet, to, waits)
    assert name in reminder.text
    duet.slack.move_clock(days=27)
    comes(duet, by, lapsed)
    assert len(told(duet, to, name)) == 2, "offered, and reminded once"
    assert owner_of(duet, name) == giver.id
    assert not [each for each in taker.reads("@duet") if set(YES) & set(each.buttons)]
    assert asked not in owns(giver, "").text


def test_an_offer_is_taken_back_or_its_reader_leaves(duet: Office) -> None:
    """§5.3: whoever may change the asset takes it back; the owner and whoever offered it hear how it ended."""
    key = active(duet)
    ewa, anna = map(duet.person, ("ewa", "anna"))
    owned(ewa, 'klienci "VIP" @ola')
    assert says(owns(ewa, 'klienci "VIP" @mike').text, OFFERED)
    asset = str(asset_id(duet, "VIP"))
    with refused(duet, "NotAllowed"):
        presses(duet.person("mike"), "register.take_back", asset)
    put_away(ewa)
    assert "Propozycja cofnięta" in clicks(comes(duet, "ola", "nowego właściciela: VIP"), TAKE_BACK).text
    with refused(duet, "NothingOffered"):
        presses(ewa, "register.take_back", asset)
    assert duet.person("mike").waits_for("VIP is not offered to you any more", "@duet").buttons == []
    comes(duet, "ewa", "VIP: propozycja dla @Mike O'Hasło jest cofnięta (@Aleksandra Plakat)")
    offered(duet, "ewa", "VIP", "mike")
    duet.slack.change_person("mike", deleted=True)
    for handle in ("ewa", "ola"):
        comes(duet, handle, "VIP: propozycja była dla @Mike O'Hasło")
    assert "propozycja" not in ewa.types("/duet who vip").text
    log = anna.types(f"/duet log {key}").text
    assert log.count("Koniec propozycji przekazania: VIP → @Mike") == 2, log
    offered(duet, "ewa", "VIP", "anna")
    comes_due(duet)
    assert says(clicks(anna.types("/duet"), ACCEPT).text, DONE)
    duet.slack.move_clock(days=5)
    comes_due(duet)
    assert not told_so_far(duet, "anna", "nadal czeka"), "there is nothing left to remind of"
    assert owner_of(duet, "VIP") == "U0ANNA"


def test_stand_ins(duet: Office) -> None:
    """§5.1: somebody else than the owner, of the right side, asked for once; an end of it is logged, and told."""
    key = active(duet)
    ewa, anna = duet.person("ewa"), duet.person("anna")
    form = clicks(owns(ewa, key), ADD).form
    vip = {"kind": "customers", "name": "VIP", "owner": "@ewa"}
    with refused(duet, "StandInOwns"):
        assert "ktoś inny" in handed_in(form, **vip, stand_in="@ewa").errors["Kto zastępuje"]
    with unchanged(duet):
        assert "dba marketing" in handed_in(form, **vip, stand_in="@piotr").text
    put_away(ewa)
    form = clicks(owns(ewa, key), ADD).form
    assert says(handed_in(form, **vip, stand_in="@nadia").text, DONE)
    put_away(ewa)
    morning_comes(duet, "10:01")
    asked = duet.person("nadia").waits_for("says that you work in marketing", "@duet")
    assert says(clicks(asked, YES).text, ("works in marketing",))
    form = clicks(owns(ewa, key), CHANGE).form
    with unchanged(duet):
        assert "dba marketing" in handed_in(form, stand_in="@adam").text
    put_away(ewa)
    offered(duet, "ewa", "VIP", "nadia")
    morning_comes(duet, "10:01")
    assert says(clicks(duet.person("nadia").waits_for("VIP", "@duet"), ACCEPT).text, DONE)
    assert "zastępuje" not in ewa.types("/duet who vip").text
    presses(ewa, "register.change", str(asset_id(duet, "VIP")))
    assert says(handed_in(form_of(ewa), stand_in="@ola").text, DONE)
    put_away(ewa)
    duet.slack.change_person("ola", deleted=True)
    comes(duet, "nadia", "VIP: @Aleksandra Plakat, who stood in for you, has left.")
    assert "zastępuje" not in ewa.types("/duet who vip").text
    log = anna.types(f"/duet log {key}").text
    for who in ("@Nadia Źródło", "@Aleksandra Plakat"):
        assert f"*Kto zastępuje:* {who} → nikt" in log, log


def test_an_older_form_undoes_nothing(duet: Office) -> None:
    """§5.3: what has happened since it was opened stands; a new name, too."""
    active(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    owned(ewa, 'klienci "VIP" @ewa')
    offered(duet, "ewa", "VIP", "ola")
    asset = str(asset_id(duet, "VIP"))
    presses(ewa, "register.change", asset)
    presses(ola, "register.accept", asset)
    with refused(duet, "AssetMovedOn"):
        assert "właśnie ktoś zmienił" in handed_in(form_of(ewa), description="Stali klienci").text
    assert owner_of(duet, "VIP") == "U0OLA"


def test_a_later_project_decides_only_with_the_owners_yes(duet: Office) -> None:
    """§14: linking is told to the owner, and takes nothing from them; nor do that project's executives decide."""
    active(duet)
    ewa, jan, ola = map(duet.person, ("ewa", "jan", "ola"))
    owned(ewa, 'D-1 klienci "VIP" @ewa')
    later = sent(duet, by="mike", name="Drugi", cmo="@mike", lead_marketing="@ola", cio="@nadia", lead_it="@jan")
    signed_by(duet, later, "nadia", "mike")
    clicks(owns(jan, f'{later} customers "VIP" @jan'), LINK)
    comes(duet, "ewa", "VIP: @Jan Łącznik łączy to z kolejnym projektem")
    with refused(duet, "NotAllowed"):
        owns(ola, f'{later} klienci "VIP" @ola')
    refusal = owns(jan, f'{later} customers "VIP" @jan')
    assert says(refusal.text, ("kept by marketing", "dba marketing"))
    assert not set(refusal.buttons) & set(ASK_BOTH)
    duet.slack.change_person("ewa", deleted=True)
    duet.settles()
    assert says(owns(ola, f'{later} klienci "VIP" @ola').text, DONE)


def test_what_is_typed_besides_is_not_guessed(duet: Office) -> None:
    """§2.7, §16: a key, another name: one clear sentence, nothing changed."""
    key = active(duet)
    ewa = duet.person("ewa")
    owned(ewa, 'klienci "VIP" @ewa')
    for typed in (
        f"VIP {key} @ewa",
        '"Nowa" lista @ewa',
    ):
        with refused(duet, "NotUnderstood"):
            assert "nic się nie zmieniło" in owns(ewa, f"klienci {typed}").text, typed
            assert ewa.form is None, typed


def test_what_the_team_reads_of_it(duet: Office) -> None:
    """§5.5, §2.6: what has happened, not only who has it; nobody is told of their own doing."""
    key = active(duet)
    channel = channel_of(duet, key)
    ewa, anna = duet.person("ewa"), duet.person("anna")
    owned(ewa, 'klienci "VIP" @ewa')
    next_morning(duet)
    comes_due(duet)
    assert says(owns(anna, 'klienci "VIP" @anna').text, DONE)
    comes(duet, "ewa", "VIP: właścicielem jest teraz @Anna Żuraw; wcześniej @Ewa Błysk.")
    assert not told_so_far(duet, "anna", "VIP: właścicielem")
    next_morning(duet)
    ewa.waits_for("Przekazane: VIP (baza klientów): @Anna Żuraw. Wcześniej @Ewa Błysk.", channel)
