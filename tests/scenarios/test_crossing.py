"""Across the boundary: only by a decision of both executives, with a reason and an end date (product §5.2)."""

import pytest

from playground.driver import Form
from tests.running import Office
from tests.scenarios.days import SATURDAY, comes_due, morning_comes, today
from tests.scenarios.register_steps import (
    ADD,
    ASK_BOTH,
    CHANGE,
    DONE,
    LINK,
    OFFERED,
    STANDS,
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
    works_in,
)
from tests.scenarios.steps import (
    BUTTONS,
    EXECUTIVES,
    active,
    channel_of,
    click,
    day,
    fill,
    opened,
    presses,
    put_away,
    refused,
    says,
    unchanged,
)

ASKED = ("Obie strony (D-1) dostają prośbę", "Both executives of D-1 are asked")
READ = "Przeczytaj i podpisz"
WELL = {"reason": "Kampania"}


def crossing_form(duet: Office, handle: str, what: str) -> Form:
    """What *Ask both executives* opens, after the command was refused."""
    reply = owns(duet.person(handle), what)
    form: Form = clicks(reply, ASK_BOTH).form
    return form


def proposed(duet: Office, handle: str, what: str, days: int = 30) -> None:
    shown = handed_in(crossing_form(duet, handle, what), until=day(duet, days), reason="Kampania")
    assert says(shown.text, ASKED), shown.text
    put_away(duet.person(handle))


def signed(duet: Office, name: str, *handles: str) -> None:
    """The newest request about this asset."""
    for handle in handles:
        answers(duet, handle, name, "sign")


def request_about(duet: Office, handle: str, name: str) -> Form:
    """The form of the newest request about this asset."""
    person = duet.person(handle)
    put_away(person)
    person.waits_for("ma przejść przez granicę", "@duet")
    duet.settles()
    found = [each for each in person.reads("@duet") if "ma przejść" in each.text and READ in each.buttons]
    form = next(form for each in reversed(found) if (form := each.click(READ).form) and name in form.text)
    assert "Kampania" in form.text
    return form


def answers(duet: Office, handle: str, name: str, answer: str, reason: str | None = None) -> None:
    person, form = duet.person(handle), request_about(duet, handle, name)
    shown = fill(form, {"answer": answer, "reason": reason}).submit()
    assert shown is not None
    assert not shown.errors, shown.errors
    put_away(person)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_there_and_back(duet: Office, language: str) -> None:
    """§5.2, §5.1, §15: each side's own way of asking; both sign; on its end date it returns by itself."""
    key = active(duet)
    anna = duet.person("anna")
    by, kind, name, to, why = {
        "pl": ("ewa", "klienci", "VIP", "piotr", "O bazy klientów dba marketing, a @Piotr Kabelek jest po"),
        "en": (
            "piotr",
            "data",
            "Kasy",
            "ewa",
            "Data are kept by IT, and @Ewa Błysk works in marketing",
        ),
    }[language]
    owned(duet.person(by), f'{kind} "{name}" @{by}')
    refusal = owns(duet.person(by), f'{kind} "{name}" @{to}')
    assert why in refusal.text
    for bad in ({"until": day(duet, 0)}, {"until": day(duet, 400)}, {"reason": "\u200b"}):
        with unchanged(duet):
            shown = handed_in(clicks(refusal, ASK_BOTH).form, **WELL | {"until": day(duet, 30)} | bad)
            assert shown.errors, bad
        put_away(duet.person(by))
    proposed(duet, by, f'{kind} "{name}" @{to}')
    again = crossing_form(duet, by, f'{kind} "{name.lower()}" @{to}')
    with refused(duet, "AskedAlready"):
        handed_in(again, until=day(duet, 30), reason="Kampania")
    put_away(duet.person(by))
    signed(duet, name, "adam")
    assert owner_of(duet, name) == f"U0{by.upper()}"
    signed(duet, name, "anna")
    assert owner_of(duet, name) == f"U0{to.upper()}"
    assert "za zgodą obu stron, do" in anna.types(f"/duet who {name}").text
    comes(duet, to, f"{name}: ")
    duet.slack.move_clock(days=31)
    back = {
        "pl": f"{name}: zgoda dobiegła końca, znów odpowiada za to",
        "en": f"{name}: the decision has ended, and",
    }
    comes(duet, by, back[language])
    assert owner_of(duet, name) == f"U0{by.upper()}"
    log = anna.types(f"/duet log {key}").text
    assert f"{name}, odpowiada @" in log
    assert f"Powrót: {name}" in log


def test_each_try_is_kept_by_itself(duet: Office) -> None:
    """§2.3: an older button still asks about what it was shown for."""
    active(duet)
    ewa = duet.person("ewa")
    first = owns(ewa, 'klienci "Pierwsza" @piotr')
    second = owns(ewa, 'klienci "Druga" @adam')
    form = clicks(first, ASK_BOTH).form
    assert "Pierwsza" in form.text
    assert says(handed_in(form, until=day(duet, 30), reason="Kampania").text, ASKED)
    put_away(ewa)
    assert "Druga" in clicks(second, ASK_BOTH).form.text
    put_away(ewa)
    signed(duet, "Pierwsza", *EXECUTIVES)
    assert owner_of(duet, "Pierwsza") == "U0PIOTR"
    duet.slack.move_clock(days=31)
    comes(duet, "piotr", "Pierwsza: the decision has ended")
    assert owner_of(duet, "Pierwsza") == "U0EWA"  # marketing's lead, where nobody had it before


def test_what_changes_while_a_decision_waits(duet: Office) -> None:
    """§5.2, §5.3: another owner, an open offer, another decision; what returns, returns to the last owner."""
    active(duet)
    ewa = duet.person("ewa")
    owned(ewa, 'klienci "VIP" @ewa')
    proposed(duet, "ewa", 'klienci "VIP" @piotr')
    owned(duet.person("anna"), 'klienci "VIP" @anna')
    assert says(owns(ewa, 'klienci "VIP" @ola').text, OFFERED)
    signed(duet, "VIP", *EXECUTIVES)
    assert owner_of(duet, "VIP") == "U0PIOTR"
    morning_comes(duet)
    assert not told_so_far(duet, "ola", "VIP"), "what came and went is not told"
    proposed(duet, "ewa", 'klienci "VIP" @adam', days=40)
    signed(duet, "VIP", *EXECUTIVES)
    assert owner_of(duet, "VIP") == "U0ADAM"
    duet.slack.move_clock(days=31)
    duet.settles()
    assert owner_of(duet, "VIP") == "U0ADAM"
    duet.slack.move_clock(days=10)
    comes(duet, "adam", "VIP: zgoda dobiegła końca, znów odpowiada za to @Anna")
    assert owner_of(duet, "VIP") == "U0ANNA"


def test_only_its_owner_gives_it_back_earlier(duet: Office) -> None:
    """§5.2: no lead undoes alone what both executives have decided."""
    active(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    owned(piotr, 'data "Kasy" @piotr')
    proposed(duet, "piotr", 'data "Kasy" @ewa')
    signed(duet, "Kasy", *EXECUTIVES)
    with refused(duet, "HeldByDecision"):
        assert "only @Ewa Błysk can give it back" in owns(piotr, 'data "Kasy" @piotr').text
    assert says(owns(ewa, 'dane "Kasy" @piotr').text, OFFERED)
    morning_comes(duet)
    assert says(clicks(piotr.waits_for("asks you to take over Kasy", "@duet"), ("Accept",)).text, DONE)
    assert "by decision" not in piotr.types("/duet who kasy").text
    duet.slack.move_clock(days=40)
    assert not told_so_far(duet, "piotr", "the decision has ended")


def test_nobody_is_left_to_take_it_back(duet: Office) -> None:
    """§5.2, §5.4: the previous owner has left Slack: that side is told, and weekly. Nor can one who left get it."""
    key = active(duet)
    piotr = duet.person("piotr")
    owned(piotr, 'data "Kasy" @jan')
    proposed(duet, "piotr", 'data "Kasy" @ewa')
    signed(duet, "Kasy", *EXECUTIVES)
    duet.slack.change_person("jan", deleted=True)
    duet.slack.move_clock(days=31)
    first = comes(duet, "piotr", "Kasy (data) still needs an owner")
    assert owner_of(duet, "Kasy") is None
    duet.slack.move_clock(days=6)
    comes(duet, "piotr", "Kasy (data) still needs an owner", after=first)
    owned(piotr, 'data "Kasy" @piotr')
    works_in(duet.person("ola"), "marketing")
    form = clicks(owns(piotr, key), CHANGE).form
    shown = handed_in(form, owner="@ola", description="Nowy opis")
    form = clicks(shown, ASK_BOTH)
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    with refused(duet, "NotAColleague"):
        handed_in(form, until=day(duet, 30), reason="Kampania")
    put_away(piotr)
    assert "Nowy opis" not in owns(piotr, "").text


def test_a_decision_that_one_side_does_not_want(duet: Office) -> None:
    """§4.7, §5.2, issue 5: declining, talking, withdrawing, lapsing, all of it logged; no version to propose."""
    key = active(duet)
    adam, anna, ewa = map(duet.person, ("adam", "anna", "ewa"))
    owned(ewa, 'klienci "VIP" @ewa')
    proposed(duet, "ewa", 'klienci "VIP" @piotr', days=60)
    answers(duet, "adam", "VIP", "decline", "Za wcześnie")
    answers(duet, "anna", "VIP", "talk", "Zadzwonię")
    talk = anna.waits_for("VIP ma przejść", "@adam,@duet")
    assert "Są dwie drogi: zgoda" in talk.text
    assert "nowa wersja" not in talk.text
    assert not any(says(button, BUTTONS["propose"]) for button in talk.buttons)
    comes(duet, "anna", "Rozmowa, oba podpisy albo wycofanie")
    form = click(talk, "withdraw").form
    assert form is not None
    fill(form, {"why": "Jednak nie"}).submit()
    duet.settles()
    assert owner_of(duet, "VIP") == "U0EWA"
    assert told(duet, "ewa", "Jednak nie")
    proposed(duet, "ewa", 'klienci "VIP" @piotr', days=60)
    duet.slack.move_clock(days=31)
    comes(duet, "ewa", "minęło 30 dni bez obu podpisów")
    assert owner_of(duet, "VIP") == "U0EWA"
    log = adam.types(f"/duet log {key}").text.replace("\u00a0", " ")
    for line in (
        "Pytanie do obu stron: VIP ma przejść przez granicę",
        "odpowiadać będzie @Piotr Kabelek.\n>Kampania",
        "Odmowa podpisu pod decyzją (VIP):\n>Za wcześnie",
        "Prośba o rozmowę przed decyzją: VIP.",
        "Wycofanie decyzji (VIP):\n>Jednak nie",
        "30 dni bez obu podpisów: wygasła decyzja (VIP).",
    ):
        assert line in log, (line, log)
    assert "Zadzwonię" not in log


def test_the_crossing_is_in_everybodys_sight(duet: Office) -> None:
    """§5.5: card, pinned charter, what the team reads; prolonged by asking again; back on a working day (§2.8)."""
    key = active(duet)
    ewa, channel = duet.person("ewa"), channel_of(duet, key)
    form = clicks(owns(ewa, key), ADD).form
    vip = {"kind": "customers", "name": "VIP", "owner": "@ewa", "stand_in": "@ola"}
    assert says(handed_in(form, **vip).text, DONE)
    proposed(duet, "ewa", 'klienci "VIP" @piotr', days=2)
    signed(duet, "VIP", *EXECUTIVES)
    held = "VIP: @Piotr Kabelek · za zgodą obu stron, do 26 listopada 2026"
    assert held in ewa.types(f"/duet show {key}").text.replace("\u00a0", " ")
    assert held in ewa.waits_for("VIP: @Piotr", channel, pinned=True).text.replace("\u00a0", " ")
    assert "zastępuje" not in ewa.types("/duet who vip").text
    assert "*Kto zastępuje:* @Aleksandra Plakat → nikt" in ewa.types(f"/duet log {key}").text
    duet.slack.move_clock(days=1)
    comes_due(duet)
    ewa.waits_for("Za zgodą obu stron, do 26", channel)
    assert "Zapytaj o przedłużenie" in owns(ewa, 'klienci "VIP" @piotr').buttons
    unchanged_form = handed_in(clicks(owns(ewa, ""), CHANGE).form)
    assert says(unchanged_form.text, STANDS)
    longer = clicks(unchanged_form, ("Zapytaj o przedłużenie",))
    saturday = (SATURDAY - today(duet).weekday()) % 7
    assert says(handed_in(longer, until=day(duet, saturday), reason="Kampania").text, ASKED)
    put_away(ewa)
    signed(duet, "VIP", *EXECUTIVES)
    comes(duet, "piotr", "VIP: by decision of both executives @Piotr Kabelek has it until 28")
    form = clicks(owns(duet.person("piotr"), ""), CHANGE).form
    assert says(handed_in(form, stand_in="@ola").text, DONE)
    owns(duet.person("piotr"), 'customers "VIP" @ola')
    morning_comes(duet)
    duet.slack.move_clock(days=saturday - 1)
    comes_due(duet)
    assert owner_of(duet, "VIP") == "U0EWA"
    assert "zastępuje" not in ewa.types("/duet who vip").text
    assert "Nie przejmuję" not in duet.person("ola").waits_for("VIP: ta propozycja jest już", "@duet").buttons
    assert not told_so_far(duet, "ewa", "zgoda dobiegła końca")
    comes(duet, "ewa", "VIP: zgoda dobiegła końca, znów odpowiada za to @Ewa")
    assert today(duet).weekday() < SATURDAY


def test_the_other_side_asks(duet: Office) -> None:
    """§5.2: whoever leads or directs the project may ask, whichever side keeps it; and from a project that runs."""
    first, second = active(duet), active(duet, name="Drugi")
    adam, ewa, piotr = map(duet.person, ("adam", "ewa", "piotr"))
    owned(ewa, f'{first} klienci "VIP" @ewa')
    clicks(owns(ewa, f'{second} klienci "VIP" @ewa'), LINK)
    for person, what in ((adam, '"VIP" @piotr'), (piotr, '"VIP" @piotr'), (piotr, '"Nowa" @piotr')):
        refusal = owns(person, f"{first} customers {what}")
        assert clicks(refusal, ASK_BOTH).form is not None, what
    with refused(duet, "NotAllowed"):
        owns(piotr, f'{first} customers "VIP" @anna')
    with refused(duet, "NotAllowed"):
        owns(piotr, f'{first} customers "Nowa" @anna')
    reply = owns(ewa, f'{first} klienci "VIP" @piotr')
    paused_form = fill(opened(duet.person("anna"), f"/duet withdraw {first}"), {"why": "Koniec"})
    assert paused_form.submit() is None
    duet.slack.move_clock(days=20)
    comes_due(duet)
    with refused(duet, "NotInThisState"):
        handed_in(clicks(reply, ASK_BOTH).form, until=day(duet, 30), reason="Kampania")
    put_away(ewa)
    assert not set(owns(ewa, f'{first} klienci "VIP" @piotr').buttons) & set(ASK_BOTH)
    shown = handed_in(clicks(owns(ewa, second), CHANGE).form, owner="@piotr")
    assert "dba marketing" in shown.text


def test_what_is_no_crossing_when_it_is_signed(duet: Office) -> None:
    """§5.2: the person's side was corrected, another project has added the asset, or it has another name by now."""
    first, second = active(duet), active(duet, name="Drugi")
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    works_in(duet.person("mike"), "it")
    owned(piotr, f'{first} data "Kasy" @mike')
    owned(piotr, f'{first} data "Kasy" @piotr')
    for name, to in (("VIP", "mike"), ("Nowa", "piotr")):
        proposed(duet, "ewa", f'{first} klienci "{name}" @{to}')
    works_in(duet.person("mike"), "marketing")
    owned(ewa, f'{second} klienci "Nowa" @ewa')
    for name, error in (("VIP", "NotAcross"), ("Nowa", "NotOfThisProject")):
        form = request_about(duet, "adam", name)
        with refused(duet, error):
            shown = fill(form, {"answer": "sign"}).submit()
        assert shown is not None
        put_away(duet.person("adam"))
    assert owner_of(duet, "Nowa") == "U0EWA"
    owned(ewa, f'{first} klienci "Lista" @ewa')
    proposed(duet, "ewa", f'{first} klienci "Lista" @adam')
    presses(ewa, "register.change", str(asset_id(duet, "Lista")))
    assert says(handed_in(form_of(ewa), name="Wykaz").text, DONE)
    put_away(ewa)
    signed(duet, "Wykaz", *EXECUTIVES)
    assert owner_of(duet, "Wykaz") == "U0ADAM"


def test_the_owner_across_leaves_slack(duet: Office) -> None:
    """§5.2, §5.4: it is back with the right side at once."""
    active(duet)
    ewa = duet.person("ewa")
    owned(ewa, 'klienci "VIP" @ewa')
    proposed(duet, "ewa", 'klienci "VIP" @piotr')
    signed(duet, "VIP", *EXECUTIVES)
    duet.slack.change_person("piotr", deleted=True)
    comes(duet, "ewa", "VIP: zgoda dobiegła końca, znów odpowiada za to @Ewa")
    assert "za zgodą" not in ewa.types("/duet who vip").text
    duet.slack.move_clock(days=31)
    comes_due(duet)
    assert owner_of(duet, "VIP") == "U0EWA"
