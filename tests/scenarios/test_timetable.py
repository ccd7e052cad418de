"""The timetable: adding, moving with a reason, finishing, and who may (product §9, §4.1, §14)."""

from datetime import date, timedelta

import pytest

from playground.driver import Form
from tests.running import Office
from tests.scenarios.days import comes as comes_on
from tests.scenarios.days import comes_due, polish, today
from tests.scenarios.register_steps import comes, form_of
from tests.scenarios.steps import (
    NOT_FOUND,
    active,
    answer_form,
    answered,
    at_second_step,
    channel_of,
    day,
    drafted,
    errors,
    fill,
    forged_click,
    hands_in,
    next_morning,
    opened,
    presses,
    project_id,
    put_away,
    refused,
    request_id,
    request_to,
    revised,
    says,
    second_step,
    sent,
    signed_by,
    submitted,
    unchanged,
)
from tests.scenarios.steps import click as click_on
from tests.scenarios.team_steps import joined
from tests.scenarios.timetable_steps import (
    AT_RISK,
    DONE,
    MOVE,
    NOT_DONE,
    ON_TRACK,
    TIMETABLE,
    added,
    click,
    handed_in,
    in_channel,
    milestone_id,
    milestones,
    room,
    running,
    stage_of,
    weekday_in,
)


def test_the_timetable_by_command_and_by_form(duet: Office) -> None:
    """§9.1, §2.4, §15: both languages; what was understood is echoed as a full date; a table with its text."""
    key = running(duet)
    piotr, ewa = duet.person("piotr"), duet.person("ewa")
    assert "No milestones yet" in milestones(piotr).text
    due = today(duet) + timedelta(days=14)
    said = milestones(piotr, f'{key} add "Pilot  live" in 2 weeks @piotr').text
    assert f"In the timetable: Pilot live, {due.day} {due:%B} {due.year} (Tuesday), @Piotr Kabelek" in said.replace(
        "*", ""
    )
    put_away(ewa)
    said = ewa.types("/duet kamień milowy dodaj Raport za tydzień @ola").text
    assert "W harmonogramie" not in said, "ola is not in the project"
    ewa.types("/duet kamień milowy dodaj „Raport” za tydzień @ewa")
    ewa.types("/duet kamien dodaj")
    form = form_of(ewa)
    assert form.values["Kto o to dba"] == "@ewa"
    shown = handed_in(form, title="Wspólny test", due=day(duet, 20), owner="@anna", side="both")
    assert says(shown.text, TIMETABLE)
    put_away(ewa)
    listing = ewa.types("/duet harmonogram", channel_of(duet, key))
    week = polish(today(duet) + timedelta(days=7))
    assert "Nr | Kamień milowy | Termin | Kto | Strona | Stan" in listing.text
    assert f"2 | Raport | {week} | @Ewa Błysk | Marketing | otwarty" in listing.text
    assert "1 | Pilot live" in listing.text
    assert "| @Anna Żuraw | Obie strony | otwarty" in listing.text
    card = duet.person("anna").types(f"/duet show {key}").text
    assert f"*Harmonogram*\n{week}: Raport (@Ewa Błysk)" in card
    log = duet.person("anna").types(f"/duet log {key}").text
    assert f"Nowy kamień milowy: Raport, {week}, @Ewa Błysk" in log
    assert "pod Twoją opieką" in comes(duet, "anna", "Wspólny test").text


def test_a_milestone_is_moved_with_a_reason(duet: Office) -> None:
    """§9.2: posted old → new with the reason; the card shows signed date → current date; the owner is told."""
    key = running(duet)
    due, later = weekday_in(duet, 20), weekday_in(duet, 30)
    added(duet, "piotr", "Pilot", due, "piotr")
    next_morning(duet)
    comes_due(duet)
    ewa = duet.person("ewa")
    milestones(ewa, f"move 1 {later}")
    form = form_of(ewa)
    assert form.values["Nowy termin"] == later.isoformat()
    with refused(duet, "ReasonNeeded"):
        shown = handed_in(form, reason="\u200b")
    assert shown.errors
    shown = handed_in(shown, reason="Dostawca się spóźni")
    assert f"{polish(due)} → {polish(later)}" in shown.text
    put_away(ewa)
    next_morning(duet)
    posted = duet.person("anna").waits_for("Dostawca się spóźni", room(duet, key)).text
    assert f"Pilot*: nowy termin, {polish(due)} → {polish(later)} (ewa)" in posted
    assert "Your milestone" not in posted
    assert "your milestone *Pilot* is moved" in duet.person("piotr").waits_for("Pilot", "@duet").text
    card = duet.person("anna").types(f"/duet show {key}").text
    assert f"{polish(due)} → {polish(later)}: Pilot (@Piotr Kabelek)" in card
    assert "→ " in in_channel(duet, key, "Harmonogram")[0].text, "the pinned charter shows it, too"
    listing = milestones(ewa).text
    assert "po pierwszym terminie" in listing and "podpisanym" not in listing, "nobody has signed its first date"
    assert "Dostawca się spóźni" in ewa.types(f"/duet log {key}").text


@pytest.mark.parametrize("then", ["signed", "withdrawn", "edited back"])
def test_past_the_projects_end_it_is_a_charter_change(duet: Office, then: str) -> None:
    """§9.2: the form has the later end, and once both have signed it the milestone moves; else the wish goes."""
    key = running(duet)
    ewa, due = duet.person("ewa"), weekday_in(duet, 20)
    added(duet, "ewa", "Pilot", due, "ewa")
    ends_on = day(duet, 180)
    next_morning(duet)
    comes_due(duet)
    far = today(duet) + timedelta(days=400)
    with unchanged(duet):
        assert milestones(ewa, f'add "Drugi" {far} @ewa').buttons == ["Edytuj"]
    with refused(duet, "ReasonNeeded"):
        milestones(ewa, "move 1")
        assert handed_in(form_of(ewa), new_due=far.isoformat(), reason="\u200b").errors
    note = handed_in(form_of(ewa), new_due=far.isoformat(), reason="Dostawca się spóźni")
    assert f"przesunie się na {polish(far)}" in note.text
    put_away(ewa)
    milestones(ewa, f'move 1 {far} "Dostawca się spóźni"').click("Zaproponuj nowy koniec")
    second = submitted(form_of(ewa))
    assert second.values["Koniec"] == far.isoformat()
    assert not submitted(second).errors
    put_away(ewa)
    duet.delivers_everything()
    assert f"{polish(due)}: Pilot" in duet.person("anna").types(f"/duet show {key}").text
    if then == "signed":
        signed_by(duet, key, "adam", "anna")
        next_morning(duet)
        text = duet.person("anna").waits_for("Dostawca się spóźni", room(duet, key)).text
        assert f"*Pilot*: nowy termin, {polish(due)} → {polish(far)} (ewa)" in text
        assert f"{polish(due)} → {polish(far)}: Pilot" in duet.person("anna").types(f"/duet show {key}").text
    else:
        if then == "edited back":
            revised(duet, key, by="ewa", ends_on=ends_on)
        else:
            answered(duet, "anna", key, "decline", "Za późno")
            put_away(duet.person("anna"))
            asked = request_id(duet, key)
            form = presses(duet.person("anna"), "signing.withdraw", str(asked)).form
            assert form is not None
            form.fill({form.labels[0]: "Za późno"}).submit()
        revised(duet, key, by="ewa", ends_on=day(duet, 500))
        put_away(ewa)
        duet.delivers_everything()
        signed_by(duet, key, "adam", "anna")
        assert f"{polish(due)}: Pilot" in duet.person("anna").types(f"/duet show {key}").text


def test_done_at_risk_and_back(duet: Office) -> None:
    """§9.1: by buttons of the timetable; a line of thanks to both sides; a slip of the finger is mended."""
    key = running(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    for title in ("Pilot", "Raport"):
        added(duet, "ewa", title, weekday_in(duet, 40), "ewa")
    listing = milestones(ewa)
    said = click(listing, AT_RISK, 1)
    assert "jest zagrożony" in said.text
    assert stage_of(duet, "Pilot") == "at_risk"
    assert "zagrożony" in milestones(ewa).text
    assert "is on track." in click(milestones(piotr), ON_TRACK, 1).text
    said = click(milestones(ewa), DONE, 1)
    assert "Gotowe: *Pilot*" in said.text
    reopened = click(said, NOT_DONE).text
    assert "znów otwarty" in reopened and "zgodnie z planem" not in reopened
    assert stage_of(duet, "Pilot") == "open"
    click(listing, DONE, 1)
    assert says(milestones(piotr, "done 2").text, ("Done: *Raport*",))
    next_morning(duet)
    text = duet.person("anna").waits_for("*Pilot*: gotowe. Dziękuję, IT i marketing!", room(duet, key)).text
    assert "*Raport*: gotowe" in text
    assert "@Ewa" not in text
    assert "jednak nie" not in text
    assert len(in_channel(duet, key, "Dziękuję, IT i marketing")) == 1
    for who, button in ((ewa, listing), (piotr, None)):
        with refused(duet, "AlreadyDone"):
            again = click(button, DONE, 1) if button else milestones(who, "done 1")
            assert says(again.text, ("jest już gotowy", "is done already"))


def test_the_charter_carries_its_first_milestones(duet: Office) -> None:
    """§4.1, why §3d: both sign the timetable, too; an unreadable line is quoted at its field."""
    second = fill(at_second_step(duet), second_step(duet))
    label = "Pierwsze kamienie milowe"
    start, due = day(duet, 40), day(duet, 60)
    text = f"Pilot – {start}; IT\n\n{due}: Raport; @Ewa Błysk\nWspólny test {due}; obie strony\nBez osoby {start}"
    shown = second.fill({label: "Pilot wkrótce\n" + text}).submit()
    assert shown is not None
    assert "„Pilot wkrótce”" in shown.errors[label]
    assert shown.values[label].endswith(text)
    shown = shown.fill({label: f"Pilot {day(duet, 400)}"}).submit()
    assert shown is not None
    assert "nie mieści się w czasie" in shown.errors[label]
    shown = shown.fill({label: "\n".join(f"Krok {number} {start}" for number in range(61))}).submit()
    assert shown is not None
    assert "mieści się 60" in shown.errors[label]
    shown = shown.fill({label: f"Pilot {start}; @Zenek"}).submit()
    assert shown is not None
    assert "kim jest „Zenek”" in shown.errors[label]
    shown = submitted(shown.fill({label: text}))
    assert "Pilot (@Piotr Kabelek)" in shown.text
    assert "Wspólny test (bez właściciela)" in shown.text
    assert "Bez osoby (@Anna Żuraw)" in shown.text
    shown.click("Wyślij do podpisu")
    put_away(duet.person("anna"))
    for seen in (request_to(duet, "anna", "D-1").text, answer_form(duet, "anna", "D-1").text):
        assert "Raport (@Ewa Błysk)" in seen
    put_away(duet.person("anna"))
    moved_to = day(duet, 65)
    milestones(duet.person("ewa"), f'move 2 {moved_to} "Święta"')
    duet.settles()
    asked = request_to(duet, "anna", "D-1").text
    moved = f"Raport, {polish(date.fromisoformat(due))} → Raport, {polish(date.fromisoformat(moved_to))}"
    assert moved in asked
    assert "→" not in asked.partition("*Harmonogram*\n")[2], "before it is signed there is no other date"
    signed_by(duet, "D-1", "adam", "anna")
    duet.slack.waits_for_calls("pins.add")
    card = duet.person("anna").types("/duet show D-1").text
    assert "Raport (@Ewa Błysk)" in card
    assert "→" not in card
    milestones(duet.person("ewa"), f'move 2 {day(duet, 68)} "Święta"')
    listing = milestones(duet.person("ewa")).text
    assert "Łącznie 3 dni później niż w podpisanym harmonogramie." in listing
    assert "po pierwszym terminie" not in listing


def test_a_timetable_that_moves_while_it_is_signed_is_signed_anew(duet: Office) -> None:
    """§4.1, §4.4, §4.5: what was given is void, an older form signs nothing and shows old → new, both are asked."""
    key = sent(duet)
    ewa, due, later = duet.person("ewa"), weekday_in(duet, 60), weekday_in(duet, 80)
    for title in ("Pilot", "Raport"):
        milestones(ewa, f'{key} add "{title}" {due} @ewa')
    request_to(duet, "adam", key)
    signed_by(duet, key, "adam")
    form = fill(answer_form(duet, "anna", key), {"answer": "sign"})
    assert "Kanał" not in milestones(ewa, f'move 1 {later} "Święta"').text, "there is none yet"
    with refused(duet, "SameDay"):
        assert "już obowiązuje" in milestones(ewa, f'move 1 {later} "Ferie"').text
    milestones(ewa, f'add "Szkolenie" {due} @ewa')
    handed_in(click(milestones(ewa), ("Zrezygnuj",), 2).form, reason="Zbędne")
    put_away(ewa)
    ewa.types("/duet kamień zmień 3")
    handed_in(form_of(ewa), title="Warsztat")
    with unchanged(duet):
        text = submitted(form).text
    assert "nic nie zostało podpisane" in text
    assert f"*Harmonogram:* Pilot, {polish(due)} → Pilot, {polish(later)}" in text
    assert f"*Harmonogram:* Raport, {polish(due)} → –" in text
    assert f"*Harmonogram:* – → Warsztat, {polish(due)}" in text
    put_away(duet.person("anna"))
    signed_by(duet, key, "anna")
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text
    assert f"{polish(later)}: Pilot" in answer_form(duet, "adam", key).text
    signed_by(duet, key, "adam")
    assert "aktywny" in duet.person("anna").types(f"/duet show {key}").text


def test_no_milestone_falls_outside_its_project(duet: Office) -> None:
    """§4.1, §9.2: refused at the field, naming them; also where one has moved since the new dates were proposed."""
    key, due = drafted(duet, by="ewa"), weekday_in(duet, 60)
    ewa = duet.person("ewa")
    milestones(ewa, f'{key} add "Pilot" {due} @ewa')
    late, early = (due + timedelta(days=1)).isoformat(), (due - timedelta(days=1)).isoformat()

    def refusal(**changed: str) -> dict[str, str]:
        second = submitted(opened(ewa, f"/duet edit {key}"))
        with refused(duet, "FormErrors"):
            return errors(submitted(fill(second, changed)))

    for field, wanted in (("starts_on", late), ("ends_on", early)):
        found = refusal(**{field: wanted})
        assert "byłyby: Pilot" in found[field]
        assert len(found) == 1
    put_away(ewa)
    click_on(ewa.types(f"/duet show {key}"), "send")
    signed_by(duet, key, "adam", "anna")
    assert "byłyby: Pilot" in refusal(ends_on=early)["ends_on"]
    revised(duet, key, by="ewa", ends_on=late)
    put_away(ewa)
    duet.delivers_everything()
    signed_by(duet, key, "adam")
    assert "Przesunięte" in milestones(ewa, f'{key} move 1 {due + timedelta(days=2)} "Ferie"').text
    with refused(duet):
        assert "byłyby: Pilot" in submitted(fill(answer_form(duet, "anna", key), {"answer": "sign"})).text
    put_away(duet.person("anna"))
    milestones(ewa, f'{key} move 1 {due} "Jednak"')
    signed_by(duet, key, "anna")
    assert polish(due + timedelta(days=1)) in duet.person("anna").types(f"/duet show {key}").text


def test_a_charter_without_milestones_says_so(duet: Office) -> None:
    """§4.1: "none yet"."""
    key = sent(duet)
    assert "*Harmonogram*\nJeszcze brak" in request_to(duet, "anna", key).text
    assert "*Harmonogram*\nJeszcze brak" in answer_form(duet, "anna", key).text


def test_who_may(duet: Office) -> None:
    """§14: leads and executives edit; the owner may say how it stands; a guest who owns one by button."""
    key = running(duet)
    added(duet, "ewa", "Pilot", weekday_in(duet, 20), "adam")
    pilot = str(milestone_id(duet, "Pilot"))
    for name in ("jan", "ola", "roman"):
        for action in ("done", "at_risk", "reopen", "move", "change", "drop"):
            with refused(duet):
                presses(duet.person(name), f"milestone.{action}", pilot)
        with refused(duet):
            milestones(duet.person(name), f'{key} add "Coś" {day(duet, 9)} @ewa')
    basia = duet.person("basia", "T0KIOSK")
    with refused(duet, "NotFound"):
        assert says(presses(basia, "milestone.done", pilot).text, NOT_FOUND)
    for value in ("99999", "", "x", "1:1", "-1"):
        with refused(duet, "NotFound"):
            presses(duet.person("ewa"), "milestone.done", value)
    assert says(presses(duet.person("adam"), "milestone.at_risk", pilot).text, ("at risk", "zagrożony"))


@pytest.mark.parametrize("owner", ["tomek", "gosia"])
def test_whoever_sees_to_a_milestone_moves_it(duet: Office, owner: str) -> None:
    """§9.1, §14: a member, or a guest; within the charter's dates, and their own only; the rest is for leads."""
    key = running(duet)
    joined(duet, key, owner, by="ewa")
    due, later = weekday_in(duet, 60), weekday_in(duet, 80)
    added(duet, "ewa", "Pilot", due, owner)
    added(duet, "ewa", "Raport", due, "ewa")
    duet.delivers_everything()
    who, seen = duet.person(owner), duet.person(owner).types("/duet", room(duet, key)).messages[-1]

    def pressed(action: str, title: str) -> Form | None:
        put_away(who)
        return forged_click(who, seen, f"milestone.{action}", str(milestone_id(duet, title))).form

    with refused(duet, "OutsideTheCharter"):
        form = handed_in(pressed("move", "Pilot"), new_due=day(duet, 400), reason="Bo tak")
    assert form.errors
    shown = handed_in(form, new_due=later.isoformat(), reason="Dostawca się spóźni")
    assert says(shown.text, (f"→ {polish(later)}", f"→ {later.day} {later:%B} {later.year}"))
    for action, whose in (("move", "Raport"), ("change", "Pilot"), ("drop", "Pilot")):
        with refused(duet):
            pressed(action, whose)
    assert f"→ {polish(later)}" in duet.person("anna").types(f"/duet show {key}").text


def test_bad_input_changes_nothing(duet: Office) -> None:
    """§16: titles as hostile as in the charter; dates outside the project; an owner who is not in it."""
    start = today(duet) + timedelta(days=10)
    active(duet, starts_on=start.isoformat())
    ewa, good = duet.person("ewa"), day(duet, 30)
    added(duet, "ewa", "<!channel> & *x*", start + timedelta(days=30), "ewa")
    assert "[NOTIFIES" not in milestones(ewa).text
    assert "<!channel> & *x*" in milestones(ewa).text
    for what, error in (
        (f'"Pilot" {day(duet, 3)} @ewa', "BeforeTheStart"),
        ('"Pilot" 1.1.2020 @ewa', "DayIsPast"),
        ('"Pilot" 31.02 @ewa', "NoSuchDay"),
        (f'"Pilot" {good} @ola', "NotInTheProject"),
        (f'"Pilot" {good} @duet', "NotAColleague"),
        (f'"{"x" * 81}" {good} @ewa', "TitleTooLong"),
        (f'"´" {good} @ewa', "TitleNeeded"),
    ):
        with refused(duet, error):
            milestones(ewa, f"add {what}")
    for what in ("done 7", "move 0", "done 99999999999"):
        with refused(duet, "NoSuchMilestone"):
            assert f"W D-1 nie ma kamienia milowego {what.split()[1]}" in milestones(ewa, what).text
    drafted(duet, by="ewa", name="Drugi")
    milestones(ewa, f'D-2 add "Za wcześnie" {good} @ewa')
    with refused(duet, "NotInThisState"):
        milestones(ewa, "D-2 done 1")
    meta = f'{{"milestone": {milestone_id(duet, "<!channel> & *x*")}, "revision": 1}}'
    with refused(duet):
        assert says(hands_in(ewa, "milestone.move", meta.replace("1}", "9}"), {}), (*NOT_FOUND, "ktoś zmienił"))


def test_everybody_reads_what_a_milestone_is_called_and_whose_it_is(duet: Office) -> None:
    """§4.4, §9.1: old → new in the channel; the side follows the owner, unless it was chosen."""
    key = running(duet)
    ewa, due = duet.person("ewa"), weekday_in(duet, 40)
    for title in ("Pilot", "Raport"):
        added(duet, "ewa", title, due, "ewa")
    next_morning(duet)
    duet.person("anna").waits_for("Nowość w harmonogramie: *Raport*", room(duet, key))
    for number, values in ((1, {"title": "Pilotaż", "owner": "@piotr"}), (2, {"owner": "@piotr", "side": "both"})):
        put_away(ewa)
        ewa.types(f"/duet kamień zmień {number}")
        assert says(handed_in(form_of(ewa), **values).text, TIMETABLE)
    put_away(ewa)
    listing = milestones(ewa).text
    assert f"1 | Pilotaż | {polish(due)} | @Piotr Kabelek | IT |" in listing
    assert f"2 | Raport | {polish(due)} | @Piotr Kabelek | Obie strony |" in listing
    next_morning(duet)
    text = duet.person("anna").waits_for("*Pilot* nazywa się teraz *Pilotaż* (ewa).", room(duet, key)).text
    assert "*Pilotaż*: dba o to ewa → piotr (ewa)." in text
    assert "*Pilotaż*: Marketing → IT (ewa)." in text
    assert "*Raport*: Marketing → Obie strony (ewa)." in text
    assert "@Piotr" not in text


def test_unread_news_is_brought_up_to_date(duet: Office) -> None:
    """§2.8, §9.2: what came and went is nothing, and what was moved there and back stays where it is."""
    key = running(duet)
    ewa, due, later = duet.person("ewa"), weekday_in(duet, 40), weekday_in(duet, 50)
    for title in ("Pilot", "Raport"):
        added(duet, "piotr", title, due, "piotr")
    next_morning(duet)
    duet.person("anna").waits_for("Nowość w harmonogramie: *Raport*", room(duet, key))
    milestones(ewa, f'move 1 {later} "Ferie"')
    milestones(ewa, f'move 2 {later} "Ferie"')
    milestones(ewa, f'move 2 {due} "Jednak nie"')
    added(duet, "ewa", "Szkolenie", due, "piotr")
    handed_in(click(milestones(ewa), ("Zrezygnuj",), 3).form, reason="Zbędne")
    put_away(ewa)
    ewa.types("/duet kamień zmień 1")
    handed_in(form_of(ewa), title="Pilotaż")
    put_away(ewa)
    next_morning(duet)
    text = duet.person("anna").waits_for("Ferie", room(duet, key)).text
    assert f"*Pilotaż*: nowy termin, {polish(due)} → {polish(later)}" in text
    assert "*Pilot* nazywa się teraz *Pilotaż*" in text
    assert "Raport" not in text
    assert "Szkolenie" not in text
    theirs = duet.person("piotr").waits_for("your milestone *Pilotaż* is moved", "@duet").text
    assert "Raport" not in theirs
    assert "Szkolenie" not in theirs


def test_what_a_project_that_is_closing_still_lets_do(duet: Office) -> None:
    """§12: what is open is done, or dropped with a reason; by the buttons of the timetable."""
    key = running(duet, ends_on=day(duet, 10), measure_by=day(duet, 8))
    added(duet, "ewa", "Pilot", today(duet) + timedelta(days=8), "ewa")
    comes_on(duet, today(duet) + timedelta(days=13), "10:00")
    listing = milestones(duet.person("ewa"), key)
    assert {each.partition(": ")[2] for each in listing.buttons if ": " in each} >= {"Gotowe", "Zrezygnuj"}
    assert not {each for each in listing.buttons if "Przesuń" in each or "Zmień" in each}
    assert "Rezygnacja" in handed_in(click(listing, ("Zrezygnuj",), 1).form, reason="Zbędne").text


def test_as_people_type_it(duet: Office) -> None:
    """§2.3, §2.7, §9.1: a reason without quotes, two words for one; what is left out, the form asks for."""
    key = running(duet)
    ewa, due = duet.person("ewa"), weekday_in(duet, 40)
    for title in ("Pilot", "Raport", "Szkolenie"):
        added(duet, "ewa", title, due, "ewa")
    moved = milestones(ewa, "przesuń 1 za 2 tygodnie bo dostawca się spóźni").text
    assert polish(today(duet) + timedelta(days=14)) in moved
    assert "bo dostawca się spóźni" in ewa.types(f"/duet log {key}").text
    assert "jest zagrożony" in milestones(ewa, "at risk 1").text
    assert "idzie zgodnie z planem" in milestones(ewa, "D-1 on track 1").text
    milestones(ewa, "change 2 „Raport końcowy”")
    assert form_of(ewa).values["Kamień milowy"] == "Raport końcowy"
    milestones(ewa, "drop 2 już niepotrzebny")
    assert form_of(ewa).values["Dlaczego"] == "już niepotrzebny"
    milestones(ewa, "done 3")
    comes_on(duet, due + timedelta(days=1), "12:00")
    listing = milestones(ewa).text
    assert "| ⚠️ otwarty, po terminie" in listing
    assert "| gotowy 24 listopada 2026" in listing
    for word in ("ryzyko", "usuń", "zmień", "wznów"):
        assert f"/duet kamień {word}" in ewa.types("/duet pomoc kamień").text


def test_somebody_was_faster(duet: Office) -> None:
    """§4.5: a form that was opened before another change overwrites nothing."""
    running(duet)
    added(duet, "ewa", "Pilot", weekday_in(duet, 20), "ewa")
    ewa = duet.person("ewa")
    milestones(ewa, "move 1")
    form = form_of(ewa)
    later = weekday_in(duet, 30)
    milestones(duet.person("piotr"), f'move 1 {later} "Faster"')
    with refused(duet, "MilestoneMovedOn"):
        assert "właśnie ktoś zmienił" in handed_in(form, new_due=day(duet, 40), reason="Wolniej").text


def test_an_owner_who_leaves(duet: Office) -> None:
    """§9.1: the milestone needs an owner; both leads can name one."""
    key = running(duet)
    added(duet, "ewa", "Pilot", weekday_in(duet, 20), "adam")
    duet.slack.change_person("adam", deleted=True)
    message = comes(duet, "ewa", "*Pilot* (")
    assert "jest bez właściciela" in message.text
    form = message.click("Wskaż właściciela").form
    assert says(handed_in(form, owner="@ewa").text, TIMETABLE)
    assert "Pilot (@Ewa Błysk)" in duet.person("anna").types(f"/duet show {key}").text
    assert "Kamień milowy bez właściciela: Pilot" in duet.person("anna").types(f"/duet log {key}").text


def test_dropped_with_a_reason_and_many_of_them(duet: Office) -> None:
    """§12, §2.3: it leaves the timetable, not the log; a long timetable has pages."""
    key = running(duet)
    ewa = duet.person("ewa")
    for number in range(1, 9):
        added(duet, "ewa", f"Krok {number}", weekday_in(duet, 10) + timedelta(days=number), "ewa")
    listing = milestones(ewa)
    assert "Krok 6" in listing.text
    assert "Krok 7" not in listing.text
    assert "Krok 7" in listing.click("Późniejsze").text
    shown = handed_in(click(listing, ("Zrezygnuj",), 2).form, reason="Już niepotrzebne")
    assert "Rezygnacja: *Krok 2*" in shown.text
    put_away(ewa)
    assert "Krok 2" not in milestones(ewa).text
    with refused(duet, "AlreadyDropped"):
        click(listing, DONE, 2)
    with refused(duet, "AlreadyDropped"):
        click(listing, MOVE, 2)
    assert "Już niepotrzebne" in ewa.types(f"/duet log {key}").text


@pytest.mark.parametrize("other", ["D-2", ""])
def test_the_project_is_chosen_and_the_command_goes_on(duet: Office, other: str) -> None:
    """§2.1"""
    for name in ("Pierwszy", "Drugi"):
        active(duet, name=name, starts_on=today(duet).isoformat())
    ewa = duet.person("ewa")
    reply = milestones(ewa, f'{other} add "Pilot" {weekday_in(duet, 20)} @ewa')
    if not other:
        reply = reply.click("D-2 · Drugi")
    assert says(reply.text, TIMETABLE)
    assert "Pilot" in milestones(ewa, "").click("D-2 · Drugi").text
    assert "Pilot" not in milestones(ewa, "D-1").text
    assert project_id(duet, "D-2")
