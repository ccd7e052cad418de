"""A charter that changes while its project runs: the old one governs until both have signed the new (§4.4)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios import lifecycle_steps
from tests.scenarios.days import (
    current_day,
    move_to_day,
    move_to_monday,
    next_weekday,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.steps import (
    EXECUTIVES,
    GOAL,
    NOT_FOUND,
    activate_on_monday,
    activate_project,
    answer_request,
    change_charter,
    click_button,
    close_forms,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    forge_click_in_message,
    has_sentence,
    open_form,
    open_signing_form,
    project_channel,
    request_id,
    revise_charter,
    send_charter,
    sign_charter,
    submit_form,
)

FRIDAY = 4
TO_90 = "*Budżet łącznie:* 120 000 zł → 90 000 zł"
TO_GROSS = "*Budżet jest podany:* netto → brutto"
TO_70 = "*Budżet łącznie:* 120 000 zł → 70 000 zł"


def pinned_charter(duet: Office, key: str, sees: str = "adam") -> SeenMessage:
    """The charter in the project channel: one, always."""
    found = [each for each in duet.person(sees).reads(project_channel(duet, key, sees)) if each.pinned]
    assert len(found) == 1, found
    return found[0]


def read_posts(duet: Office, key: str) -> list[str]:
    return [each.text for each in lifecycle_steps.channel_posts(duet, key, "adam")]


def read_spaced_card(duet: Office, key: str, sees: str = "adam") -> str:
    return duet.person(sees).types(f"/duet show {key}").text


def test_the_old_version_governs_until_both_have_signed_the_new_one(duet: Office) -> None:
    """§4.1, §4.4, §3.3: everybody sees old → new; the pinned charter changes in place; the new end date counts."""
    day = move_to_monday(duet)
    first_end = day + timedelta(days=21)
    key = activate_project(duet, starts_on=day.isoformat(), ends_on=first_end.isoformat())
    before = pinned_charter(duet, key)
    later = day + timedelta(days=60)
    said = change_charter(
        duet, key, "ewa", budget="90k", budget_basis="gross", ends_on=later.isoformat(), name="Kto kupuje w soboty"
    )
    assert "obie strony dostają prośbę o podpis pod nową wersją" in said
    assert TO_90 in said
    assert TO_GROSS in said
    assert "Kto kupuje w soboty" in pinned_charter(duet, key).text  # needs no signature
    shown = read_spaced_card(duet, key)
    assert "Wersja 2 jest w trakcie podpisywania" in shown
    assert "120 000 zł netto" in shown
    assert polish_date(first_end) in shown
    move_to_day(duet, day + timedelta(days=1))
    told = read_posts(duet, key)
    assert len(told) == 1
    for text in ("propozycja zmiany (@Ewa Błysk)", TO_90, "→ Kto kupuje w soboty"):
        assert text in told[0]

    form = open_signing_form(duet, "adam", key)
    assert form.text.index("Co się zmieni") < form.text.index(TO_90) < form.text.index("*Cel*")
    shown = submit_form(fill_form(form, {"answer": "sign"})).text
    assert "do tego czasu obowiązuje poprzednia" in shown
    move_to_day(duet, first_end - timedelta(days=1))
    assert "120 000 zł" in read_spaced_card(duet, key)
    shown = answer_request(duet, "anna", key, "sign").text
    assert "pod wersją 2 są oba podpisy i od teraz to ona obowiązuje" in shown
    assert "projekt jest aktywny" not in shown
    run_due_work(duet)
    assert pinned_charter(duet, key).ts == before.ts
    assert "90 000 zł brutto, po połowie" in pinned_charter(duet, key).text
    assert "wersja 2" in pinned_charter(duet, key).text.lower()
    assert len(read_posts(duet, key)) == 1  # what is said of it waits for the morning post
    assert "Wersja 2 jest w trakcie" not in read_spaced_card(duet, key)
    log = duet.person("adam").types(f"/duet log {key}").text
    order = ["Oba podpisy są pod wersją 2", "Propozycja nowej wersji:", TO_90, "Oba podpisy są pod wersją 1"]
    assert [log.index(line) for line in order] == sorted(log.index(line) for line in order)
    move_to_day(duet, first_end)
    assert "aktywny" in read_spaced_card(duet, key)
    assert "obie strony podpisały wersję 2" in read_posts(duet, key)[-1]
    assert TO_90 in read_posts(duet, key)[-1]
    move_to_day(duet, later)
    assert "zamykany" in read_spaced_card(duet, key)


CITIES = {"Europe/Warsaw": "Warszawa", "Asia/Tokyo": "Tokio", "America/Los_Angeles": "Los Angeles"}


@pytest.mark.one_of(3)
@pytest.mark.parametrize("zone", CITIES)
def test_a_signed_version_is_told_in_the_morning_post(duet: Office, zone: str) -> None:
    """§2.8, §4.4: signed on a Friday night of the project, in its charter at once, and told on its Monday."""
    there = ZoneInfo(zone)
    move_to_monday(duet)
    key = activate_project(duet, zone=CITIES[zone])
    friday = next_weekday(current_day(duet, there), FRIDAY)
    move_to_day(duet, friday, "20:00", there)
    for budget in ("90k", "70k"):  # versions 2 and 3 are told as one change
        change_charter(duet, key, "anna", budget=budget)
        sign_charter(duet, key, *EXECUTIVES)
        run_due_work(duet)
    assert "70 000 zł" in pinned_charter(duet, key).text
    monday = friday + timedelta(days=3)
    for day, clock in ((friday + timedelta(days=1), "12:00"), (monday, "08:58")):
        move_to_day(duet, day, clock, there)
        assert read_posts(duet, key) == []
    move_to_day(duet, monday, "09:01", there)
    (told,) = read_posts(duet, key)
    assert "obie strony podpisały wersję 3" in told
    assert TO_70 in told
    assert "90 000" not in told


def test_a_version_that_came_and_went_is_not_told(duet: Office) -> None:
    """§2.8: both have signed the way there and back before the morning."""
    key, day = activate_on_monday(duet)
    for budget in ("90k", "120k"):
        change_charter(duet, key, "anna", budget=budget)
        sign_charter(duet, key, *EXECUTIVES)
    move_to_day(duet, day + timedelta(days=1))
    assert read_posts(duet, key) == []


def test_what_is_signed_at_once_is_not_told_as_open(duet: Office) -> None:
    """§4.4, §2.8: a notice that is no longer true is not posted."""
    key, day = activate_on_monday(duet)
    change_charter(duet, key, "anna", budget="90k")
    sign_charter(duet, key, *EXECUTIVES)
    move_to_day(duet, day + timedelta(days=1))
    assert [TO_90 in each for each in read_posts(duet, key)] == [True]
    assert "propozycja" not in read_posts(duet, key)[0]


def test_a_proposal_is_replaced_and_taken_back(duet: Office) -> None:
    """§4.4, §4.5: the newest counts, against what governs; forms of an older one sign and save nothing."""
    key, day = activate_on_monday(duet)
    change_charter(duet, key, "anna", budget="90k")
    signs = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    edits = fill_form(submit_form(open_form(duet.person("piotr"), f"/duet edit {key}")), {"budget": "50k"})
    change_charter(duet, key, "ewa", budget="70k")
    with expect_no_change(duet):
        stale = submit_form(signs)
        assert "90 000 zł → 70 000 zł" in stale.text
        assert "90,000 → PLN" in submit_form(edits).text
    assert TO_70 in click_button(stale, "read_new").text
    close_forms(duet.person("adam"))
    move_to_day(duet, day + timedelta(days=1))
    assert [TO_70 in each for each in read_posts(duet, key)] == [True]  # of the first nobody has read

    asked = request_id(duet, key)
    said = change_charter(duet, key, "anna", budget="120k")
    assert "to już obowiązuje" in said
    assert "dostają prośbę" not in said
    for executive in EXECUTIVES:
        messages = duet.person(executive).reads("@duet")
        assert not [each for each in messages if "(wersja" in each.text and each.buttons]
    assert "Nic nie czeka" in duet.person("adam").types(f"/duet sign {key}").text
    with expect_no_change(duet):
        adam = duet.person("adam")
        form = forge_click_in_message(adam, adam.types("/duet").messages[-1], "signing.read", str(asked)).form
        assert form is not None
        assert "podpisu nie ma" in form.text
    close_forms(duet.person("adam"))
    assert "w trakcie podpisywania" not in read_spaced_card(duet, key)
    move_to_day(duet, day + timedelta(days=2))
    assert "propozycja zmiany jest nieaktualna" in read_posts(duet, key)[-1]
    assert TO_90 in change_charter(duet, key, "anna", budget="90k")


def test_whoever_proposes_a_version_signs_it_from_there(duet: Office) -> None:
    """§4.4, §4.2: an executive; a lead has nothing to sign."""
    key = activate_project(duet)
    assert "Przeczytaj i podpisz" not in revise_charter(duet, key, by="ewa", budget="90k").buttons
    close_forms(duet.person("ewa"))
    proposed = revise_charter(duet, key, by="adam", budget="80k")
    form = proposed.click("Przeczytaj i podpisz")
    assert form is not None and "80 000 zł" in form.text


def test_a_proposal_lapses_after_thirty_days(duet: Office) -> None:
    """§4.6, §4.4: the old version governs, and everybody who knew is told."""
    key, day = activate_on_monday(duet)
    change_charter(duet, key, "ewa", budget="90k")
    asked = request_id(duet, key)
    move_to_day(duet, day + timedelta(days=1))
    sign_charter(duet, key, "adam")
    move_to_day(duet, day + timedelta(days=29))
    assert "Wersja 2 jest w trakcie" in read_spaced_card(duet, key)
    lapsed = day + timedelta(days=30)
    move_to_day(duet, working_days_after(lapsed, 3))
    assert "Wersja 2 jest w trakcie" not in read_spaced_card(duet, key)
    assert "120 000 zł" in read_spaced_card(duet, key)
    for reader in (*EXECUTIVES, "ewa"):
        told = duet.person(reader).waits_for("minęło 30 dni bez obu podpisów. Nadal obowiązuje", "@duet")
        assert told.buttons[-1] == "Pokaż"
    assert "aktywny" in click_button(told, "show").text
    assert "propozycja zmiany jest nieaktualna" in read_posts(duet, key)[-1]
    anna = duet.person("anna")
    with expect_refusal(duet, "error.no_longer_asked"):
        forge_click_in_message(anna, anna.types("/duet").messages[-1], "signing.read", str(asked))
    assert "wersja 2 wygasła" in anna.types(f"/duet log {key}").text


def test_a_proposal_that_the_end_date_overtakes_is_told_as_what_it_is(duet: Office) -> None:
    """§3.3, §4.4, §2.8: no channel reads that it will be signed, and one that has read so reads that it is off."""
    day = move_to_monday(duet)
    ends_on, later = day + timedelta(days=14), day + timedelta(days=60)
    key = activate_project(duet, starts_on=day.isoformat(), ends_on=ends_on.isoformat())
    move_to_day(duet, ends_on - timedelta(days=4), "10:00")
    change_charter(duet, key, "ewa", ends_on=later.isoformat())
    move_to_day(duet, ends_on - timedelta(days=3))
    assert "propozycja zmiany (@Ewa" in read_posts(duet, key)[-1]
    move_to_day(duet, ends_on)
    assert "zaczyna się zamykanie" in read_posts(duet, key)[-1]
    assert "propozycja zmiany jest nieaktualna" in read_posts(duet, key)[-1]


def test_a_proposal_of_the_last_day_is_not_told_at_all(duet: Office) -> None:
    """§2.8: what came and went, by the morning on which the project ends."""
    day = move_to_monday(duet)
    ends_on = day + timedelta(days=15)
    key = activate_project(duet, starts_on=day.isoformat(), ends_on=ends_on.isoformat())
    move_to_day(duet, ends_on - timedelta(days=1), "10:00")
    change_charter(duet, key, "ewa", ends_on=(ends_on + timedelta(days=60)).isoformat())
    move_to_day(duet, ends_on)
    assert "zaczyna się zamykanie" in read_posts(duet, key)[-1]
    assert not any("propozycja zmiany" in each for each in read_posts(duet, key))


def test_each_side_names_its_own_lead_at_once(duet: Office) -> None:
    """§4.4: by its own side alone; whoever comes is invited and reads the charter, whoever goes sees it no more."""
    key, _ = activate_on_monday(duet)
    form = fill_form(submit_form(open_form(duet.person("anna"), f"/duet edit {key}")), {"lead_it": "@jan"})
    assert "Każda strona sama wskazuje" in field_errors(submit_form(form))["lead_it"]
    assert "obie strony" not in change_charter(duet, key, "adam", lead_it="@jan")
    assert "@Jan Łącznik" in pinned_charter(duet, key, "jan").text
    assert key in read_spaced_card(duet, key, "jan")
    assert has_sentence(read_spaced_card(duet, key, "piotr"), NOT_FOUND)
    assert "jeszcze bez podpisu" not in pinned_charter(duet, key).text  # both signatures stand
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    assert "*Lider strony IT:* @Piotr Kabelek → @Jan Łącznik" in read_posts(duet, key)[-1]


def test_swapped_leads_of_a_declined_charter_are_put_right(duet: Office) -> None:
    """§4.4: by either side, as long as nobody has signed."""
    key = send_charter(duet)
    answer_request(duet, "adam", key, "decline", "Liderzy zamienieni")
    close_forms(duet.person("adam"))
    change_charter(duet, key, "ewa", lead_it="@ewa", lead_marketing="@piotr")
    assert "Lider strony IT* @Ewa Błysk" in " ".join(read_spaced_card(duet, key, "anna").split())
    sign_charter(duet, key, "anna")
    form = submit_form(open_form(duet.person("anna"), f"/duet edit {key}"))
    shown = submit_form(fill_form(form, {"lead_it": "@jan"}))
    assert "Każda strona sama wskazuje" in field_errors(shown)["lead_it"]


def test_what_applies_at_once_is_not_said_to_wait_for_signatures(duet: Office) -> None:
    """§4.4: the answer to a form that changed both says which is which."""
    key = activate_project(duet)
    said = change_charter(duet, key, "anna", lead_marketing="@ola", goal="Nowy cel")
    waits, at_once = said.split("Od razu obowiązuje:")
    assert "Do tego czasu obowiązuje poprzednia" in waits and "→ Nowy cel" in waits and "Lider" not in waits
    assert "@Ewa Błysk → @Aleksandra Plakat" in at_once and "Nowy cel" not in at_once
    said = change_charter(duet, key, "anna", goal=GOAL, name="Soboty")
    waits, at_once = said.split("Od razu obowiązuje:")
    assert "Nie ma czego podpisywać" in waits and "→ Soboty" in at_once


def test_other_executives_are_named_by_those_who_govern(duet: Office) -> None:
    """§4.4, §1: both sign that somebody follows; the newcomer is invited, and asked to sign in their turn."""
    key, _ = activate_on_monday(duet, by="adam")
    change_charter(duet, key, "anna", cmo="@ola", budget="90k")
    assert "@duet" not in duet.person("ola").channels
    assert has_sentence(read_spaced_card(duet, key, "ola"), NOT_FOUND)
    sign_charter(duet, key, *EXECUTIVES)
    run_due_work(duet)
    assert has_sentence(read_spaced_card(duet, key, "anna"), NOT_FOUND)
    charter = pinned_charter(duet, key, "ola").text
    assert "*Dyrektor marketingu (CMO)*\n@Aleksandra Plakat" in charter
    assert "Marketing, podpis: @Anna Żuraw" in charter  # it stands until hers is there
    form = open_signing_form(duet, "ola", key)
    assert "90 000 zł" in form.text
    assert "pod wersją 2 są znów podpisy obu stron" in submit_form(fill_form(form, {"answer": "sign"})).text
    run_due_work(duet)
    assert "Marketing, podpis: @Aleksandra Plakat" in pinned_charter(duet, key).text
    assert "IT, podpis: @Adam Wolny" in pinned_charter(duet, key).text
    change_charter(duet, key, "ola", budget="60k")
    sign_charter(duet, key, "adam", "ola")
    run_due_work(duet)
    assert "60 000 zł" in read_spaced_card(duet, key)
