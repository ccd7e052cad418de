"""An executive's Monday: one message over all their projects, the same for both (product §13.2)."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.session import transaction
from storage.timers import move_timer
from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.closing_steps import end_project, wait_for_end, wait_for_report
from tests.scenarios.days import (
    MONDAY,
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    next_weekday,
    polish_date,
    run_due_work,
)
from tests.scenarios.funding_steps import (
    REVERSE,
    click_ledger_button,
    join_figures,
    open_entries,
    record_entry,
    submit_ledger_form,
)
from tests.scenarios.lifecycle_steps import pause_project, withdraw_project
from tests.scenarios.pulse_steps import answer_about_other
from tests.scenarios.roles import set_up_vacancy
from tests.scenarios.steps import (
    activate_on_monday,
    activate_project,
    answer_request,
    change_charter,
    close_forms,
    expect_refusal,
    fill_form,
    forge_submission,
    open_form,
    option_state,
    query_one,
    revise_charter,
    send_charter,
    sign_charter,
)
from tests.scenarios.test_away import run_away_command
from tests.scenarios.test_languages import choose_language_in_settings
from tests.scenarios.test_succession import deactivate_person, name_successor
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command, start_project_today

TITLES = ("Przegląd poniedziałkowy", "Monday brief")
BESIDES = ("A poza tym dzisiaj", "Also today")
NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
READ = "Przeczytaj"
BEGUN = "są oba podpisy, projekt jest aktywny"
EXECUTIVES = ("adam", "anna")
SAMPLES = {
    "brief.project": lambda name: {
        "projects": [("D-1", name)],
        "number": 1,
        "status": "off_track",
        "to_sign": [{"what": "charter", "number": 2, "request_id": 1, "waits_for": ["U0ADAM", "U0ANNA"]}],
        "uncovered": {"minor": 1_200_000, "currency": "PLN"},
        "blockers": ["Brak danych " * 20, "Brak serwera"],
        "overdue": [{"title": "Makieta " * 10, "day": "2027-01-04"}],
        "moved": [{"title": f"Etap {number}", "day": "2027-01-20", "was": "2027-01-12"} for number in range(5)],
        "means": [{"side": side, "question": "again", "halves": 7} for side in ("it", "marketing")],
    }
}


def list_briefs(duet: Office, who: str) -> list[SeenMessage]:
    person = duet.person(who)
    seen = person.reads("@duet") if "@duet" in person.channels else []
    return [each for each in seen if any(title in each.text for title in TITLES)]


def only_brief(duet: Office, who: str) -> SeenMessage:
    (brief,) = list_briefs(duet, who)
    return brief


def shared_part(brief: SeenMessage) -> str:
    """Without the news of the day, which is its reader's."""
    shared = re.split("|".join(BESIDES), brief.text)[0]
    return join_figures(shared.replace("\u00a0", " ").replace("\u2060", "")).strip()


def list_since(duet: Office, who: str, since: datetime) -> list[SeenMessage]:
    return [each for each in duet.person(who).reads("@duet") if float(each.ts) >= since.timestamp()]


def move_to_brief(duet: Office, clock: str = "08:01") -> date:
    day = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, day, clock)
    return day


def be_quiet_from_now_on(duet: Office) -> None:
    """Both have answered what they were asked, and the first week has been told."""
    answer_of_each_other(duet)
    move_to_brief(duet)
    move_to_brief(duet)


def answer_of_each_other(duet: Office) -> None:
    move_to_next_morning(duet)
    submit_answers_of_each_other(duet)


def submit_answers_of_each_other(duet: Office) -> None:
    for who, score in (("adam", "4"), ("anna", "3")):
        answer_about_other(duet, who, score, score)
        close_forms(duet.person(who))


def choose_hour(duet: Office, who: str, hour: str) -> None:
    close_forms(duet.person(who))
    form = fill_form(open_form(duet.person(who), "/duet settings"), {"brief_hour": hour})
    assert form.submit() is None


def test_both_executives_read_the_same_on_monday_at_eight(duet: Office) -> None:
    """§13.2: one message each, at eight and not before; the leads have none."""
    key = activate_project(duet)
    monday = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, monday, "07:59")
    assert [list_briefs(duet, who) for who in EXECUTIVES] == [[], []]
    move_to_day(duet, monday, "08:01")
    of_adam, of_anna = (only_brief(duet, who) for who in EXECUTIVES)
    assert key in of_adam.text and BEGUN in of_adam.text
    assert shared_part(of_adam) == shared_part(of_anna)
    assert list_briefs(duet, "piotr") == list_briefs(duet, "ewa") == []
    assert key in of_anna.click("Pokaż").text


def test_it_says_what_needs_them_what_moved_money_and_trust(duet: Office) -> None:
    """§13.2: of the week before, in each reader's language; nobody in it is "you"."""
    key = start_project_today(duet)
    today = current_day(duet)
    choose_language_in_settings(duet, "adam", "English")
    add_milestone(duet, "ewa", "Makieta raportu", today + timedelta(days=1), "ewa")
    add_milestone(duet, "ewa", "Lista sklepów", today + timedelta(days=9), "ewa")
    add_milestone(duet, "ewa", "Wywiady", today + timedelta(days=3), "ewa")
    run_milestone_command(duet.person("ewa"), "done 2")
    run_milestone_command(duet.person("ewa"), f'move 3 {today + timedelta(days=16)} "Święta"')
    close_forms(duet.person("ewa"))
    record_entry(duet.person("piotr"), f'spend {key} 12000 "Serwer"')
    record_entry(duet.person("piotr"), f"fund {key} 30000")
    change_charter(duet, key, "ewa", goal="Inny cel")
    sign_charter(duet, key, "anna")
    answer_of_each_other(duet)
    move_to_brief(duet)
    polish, english = shared_part(only_brief(duet, "anna")), shared_part(only_brief(duet, "adam"))
    assert polish.splitlines() == [
        "*Przegląd poniedziałkowy: 23–29 listopada*",
        "*1 projekt* wymaga uwagi dyrektorów.",
        "*D-1 · Kto kupuje w piątki*",
        "• Do podpisu: karta, wersja 2, jeszcze bez odpowiedzi: @Adam Wolny",
        "• Po terminie: „Makieta raportu”, 25 lis",
        "*Zmiany:* są oba podpisy, projekt jest aktywny · gotowe: Lista sklepów"
        " · nowe terminy: Wywiady 27 lis → 10 gru · 3 nowe kamienie milowe",
        "*Pieniądze:* nowe wydatki 12000 zł · dotąd 12000 zł z 120000 zł"
        " · wkład IT 30000 zł, wkład marketingu 0 zł",
        "*Współpraca:* są obie odpowiedzi dyrektorów o drugiej stronie",
    ]
    assert len(english.splitlines()) == len(polish.splitlines()) + 1
    for line in (
        "*1 document* needs your signature.",
        "• To sign: version 2 of the charter, no answer yet from @Adam Wolny",
        "• Overdue: “Makieta raportu”, 25 Nov",
        "*Working together:* both executives have answered about each other",
    ):
        assert line in english


def test_what_was_reversed_of_earlier_weeks_is_said(duet: Office) -> None:
    """§13.2, §6.3: else the sums go back without a word; what came and went in one week is not told (§2.8)."""
    key = start_project_today(duet)
    record_entry(duet.person("piotr"), f'spend {key} 12000 "Serwer"')
    record_entry(duet.person("piotr"), f"fund {key} 30000")
    answer_of_each_other(duet)
    move_to_brief(duet)
    record_entry(duet.person("piotr"), f'spend {key} 500 "Pomyłka"')
    for number in (1, 2, 3):
        form = click_ledger_button(open_entries(duet.person("piotr"), key), REVERSE, number).form
        submit_ledger_form(form, reason="Pomyłka")
        close_forms(duet.person("piotr"))
    move_to_brief(duet)
    said = shared_part(list_briefs(duet, "anna")[-1])
    assert "*Pieniądze:* storno wydatków 12000 zł · storno wkładu 30000 zł · dotąd 0 zł z 120000 zł" in said


def test_what_both_have_signed_has_not_moved(duet: Office) -> None:
    """§13.2, §9.2: news are what differs from the signed charter, in the brief and for the leads."""
    move_to_day(duet, move_to_monday(duet), "17:30")
    key = send_charter(duet, by="ewa")
    due = current_day(duet) + timedelta(days=60)
    add_milestone(duet, "ewa", "Makieta", due, "ewa")
    run_milestone_command(duet.person("ewa"), f'{key} move 1 {due + timedelta(days=7)} "Święta"')
    close_forms(duet.person("ewa"))
    revise_charter(duet, key, by="ewa", goal="Inny cel")
    close_forms(duet.person("ewa"))
    sign_charter(duet, key, *EXECUTIVES)
    move_to_next_morning(duet, "10:00")
    since = datetime.combine(current_day(duet), datetime.min.time(), ZoneInfo("Europe/Warsaw"))
    told = "\n".join(each.text for each in list_since(duet, "piotr", since))
    assert "Makieta" not in told and "Inny cel" not in told
    move_to_brief(duet)
    said = only_brief(duet, "anna").text
    assert BEGUN in said and "Makieta" not in said and "kamie" not in said


def test_nothing_to_say_is_not_said(duet: Office) -> None:
    """§13.2: a Monday on which nothing has moved and nothing waits is silent; a later one speaks again."""
    key = activate_project(duet)
    be_quiet_from_now_on(duet)
    assert [len(list_briefs(duet, who)) for who in EXECUTIVES] == [1, 1]
    record_entry(duet.person("piotr"), f'spend {key} 500 "Wtyczka"')
    move_to_brief(duet)
    assert [len(list_briefs(duet, who)) for who in EXECUTIVES] == [2, 2]
    assert "500 zł" in list_briefs(duet, "anna")[-1].text


def test_the_days_news_goes_with_it_and_it_counts(duet: Office) -> None:
    """§2.8, §13.2: no other routine message comes that morning; of two messages a week it is one."""
    key = activate_project(duet)
    move_to_day(duet, next_weekday(current_day(duet), 4), "12:00")
    change_charter(duet, key, "adam", lead_it="@jan")
    monday = move_to_brief(duet, "12:00")
    sent = list_since(duet, "anna", datetime.combine(monday, datetime.min.time(), ZoneInfo("Europe/Warsaw")))
    assert [any(title in each.text for title in TITLES) for each in sent] == [True]
    for day, lead in ((1, "@piotr"), (2, "@jan"), (3, "@piotr")):
        change_charter(duet, key, "adam", lead_it=lead)
        move_to_day(duet, monday + timedelta(days=day), "09:01")
    sent = list_since(duet, "anna", datetime.combine(monday, datetime.min.time(), ZoneInfo("Europe/Warsaw")))
    assert len(sent) <= 2


def test_a_reminder_of_what_it_asks_to_sign_does_not_come_beside_it(duet: Office) -> None:
    """§2.8, §13.2: of one signature a message speaks once; the reminder that waited is told with that."""
    key = activate_project(duet)
    move_to_day(duet, next_weekday(current_day(duet), 3), "10:00")
    choose_hour(duet, "adam", "11:00")
    change_charter(duet, key, "ewa", goal="Inny cel")
    monday = move_to_brief(duet, "10:30")  # two working days: the reminder waits for its hour
    waiting = "SELECT count(*) FROM notices WHERE kind = 'signing.reminder' AND audience LIKE '%U0ADAM'"
    assert query_one(duet, waiting) == 1
    move_to_day(duet, monday, "11:01")
    brief = only_brief(duet, "adam")
    assert "Na Twój podpis czeka *1 dokument*." in brief.text.replace("\u00a0", " ")
    assert query_one(duet, waiting) == 0
    assert "czeka na Twój podpis" not in brief.text
    assert "Do podpisu: karta, wersja 2" in brief.text.replace("\u00a0", " ")
    move_to_day(duet, monday + timedelta(days=1), "12:00")
    later = list_since(duet, "adam", datetime.combine(monday, datetime.min.time(), ZoneInfo("Europe/Warsaw")))
    assert not [each for each in later if "czeka na Twój podpis" in each.text]


def test_an_executive_chooses_the_hour(duet: Office) -> None:
    """§13.2, §17: in the settings, which offer it to executives only; what has time waits for it."""
    key = activate_project(duet)
    assert "godzinie" not in " ".join(open_form(duet.person("ewa"), "/duet settings").labels)
    choose_hour(duet, "anna", "10:00")
    change_charter(duet, key, "adam", lead_it="@jan")
    monday = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, monday, "09:30")
    assert list_briefs(duet, "anna") == [] and BEGUN in only_brief(duet, "adam").text
    move_to_day(duet, monday, "10:01")
    assert BESIDES[0] in only_brief(duet, "anna").text
    choose_hour(duet, "anna", "15:00")
    move_to_day(duet, monday, "15:01")
    only_brief(duet, "anna")
    with expect_refusal(duet, "error.field.unknown"):
        values = {"my_language": option_state("automatic"), "brief_hour": option_state("3")}
        forge_submission(duet.person("anna"), "settings.save", "", values)


def test_who_reads_later_corrects_what_the_other_has_read(duet: Office) -> None:
    """§13.2: in New York it is eight later; of what both share both have the same before them then."""
    key = activate_project(duet)
    choose_language_in_settings(duet, "anna", "Polski")
    duet.slack.change_person("anna", tz="America/New_York")
    change_charter(duet, key, "ewa", goal="Inny cel")
    move_to_brief(duet)
    assert list_briefs(duet, "anna") == []
    first = shared_part(only_brief(duet, "adam"))
    sign_charter(duet, key, "adam")
    move_to_day(duet, current_day(duet), "08:01", NEW_YORK)
    second = shared_part(only_brief(duet, "adam"))
    assert "@Adam Wolny" in first and "@Adam Wolny" not in second
    assert choose_lines(second, key) == choose_lines(shared_part(only_brief(duet, "anna")), key)


def choose_lines(text: str, key: str) -> list[str]:
    lines = text.splitlines()
    return lines[next(at for at, line in enumerate(lines) if key in line) :]


def test_a_clock_that_goes_otherwise_is_followed(duet: Office) -> None:
    """§13.2: eight o'clock where the executive is now."""
    activate_project(duet)
    choose_language_in_settings(duet, "anna", "Polski")
    duet.slack.change_person("anna", tz="Asia/Tokyo")
    duet.settles()
    monday = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, monday, "08:01", TOKYO)
    assert BEGUN in only_brief(duet, "anna").text and list_briefs(duet, "adam") == []


def test_a_free_monday_is_followed_by_tuesday(duet: Office) -> None:
    """§2.8, §13.2: Easter Monday is free in Poland; whoever is away reads it on the first day back."""
    activate_project(duet)
    monday = next_weekday(current_day(duet), MONDAY)
    run_away_command(duet, "anna", f"{monday} {monday + timedelta(days=1)}")
    duet.person("roman")
    form = open_form(duet.person("roman"), "/duet settings")
    assert fill_form(form, {"free_days": monday.isoformat()}).submit() is not None
    move_to_day(duet, monday, "12:00")
    assert list_briefs(duet, "adam") == list_briefs(duet, "anna") == []
    move_to_day(duet, monday + timedelta(days=1), "08:01")
    assert BEGUN in only_brief(duet, "adam").text and list_briefs(duet, "anna") == []
    move_to_day(duet, monday + timedelta(days=2), "08:01")
    assert BEGUN in only_brief(duet, "anna").text
    move_to_day(duet, monday + timedelta(days=4), "12:00")
    assert [len(list_briefs(duet, who)) for who in EXECUTIVES] == [1, 1]


@pytest.mark.parametrize("days", [3, 20])
def test_whoever_is_back_sooner_reads_it_sooner(duet: Office, days: int) -> None:
    """§8.5, §13.2: this week's, wherever the days away would have ended; the next one on its Monday."""
    activate_project(duet)
    monday = next_weekday(current_day(duet), MONDAY)
    run_away_command(duet, "anna", f"{monday} {monday + timedelta(days=days)}")
    move_to_day(duet, monday + timedelta(days=1), "12:00")
    assert list_briefs(duet, "anna") == []
    run_away_command(duet, "anna", "back")
    move_to_day(duet, monday + timedelta(days=2), "08:01")
    assert BEGUN in only_brief(duet, "anna").text
    move_to_day(duet, monday + timedelta(days=4), "12:00")
    assert len(list_briefs(duet, "anna")) == 1


def test_a_paused_project_is_silent(duet: Office) -> None:
    """§3.1: also in the brief."""
    key = activate_project(duet)
    pause_project(duet, key, current_day(duet) + timedelta(days=20))
    move_to_brief(duet)
    assert [list_briefs(duet, who) for who in EXECUTIVES] == [[], []]


def test_the_first_brief_of_a_project_tells_of_all_so_far(duet: Office) -> None:
    """§13.2: where a pause came before it; it names no earlier brief, as there was none."""
    key = start_project_today(duet)
    pause_project(duet, key, current_day(duet) + timedelta(days=10))
    move_to_brief(duet)
    assert not list_briefs(duet, "anna")
    move_to_brief(duet)
    said = only_brief(duet, "anna").text
    assert BEGUN in said
    assert "Wszystko dotąd, bo to pierwszy przegląd tego projektu:" in said and "poprzedni przegląd" not in said


def test_after_a_pause_it_tells_of_all_since_the_last_brief(duet: Office) -> None:
    """§3.1, §13.2: the week before a pause was told on no Monday; both read it with the next, and once."""
    key = start_project_today(duet)
    record_entry(duet.person("piotr"), f'spend {key} 12000 "Serwer"')
    add_milestone(duet, "ewa", "Makieta", current_day(duet) + timedelta(days=60), "ewa")
    answer_of_each_other(duet)
    told = move_to_brief(duet)
    run_milestone_command(duet.person("ewa"), "done 1")
    submit_ledger_form(
        click_ledger_button(open_entries(duet.person("piotr"), key), REVERSE, 1).form, reason="Pomyłka"
    )
    close_forms(duet.person("piotr"))
    pause_project(duet, key, told + timedelta(days=17))
    for _ in range(2):
        move_to_brief(duet)
    assert len(list_briefs(duet, "anna")) == 1
    move_to_day(duet, told + timedelta(days=17), "09:01")
    move_to_brief(duet)
    of_adam, of_anna = (list_briefs(duet, who)[-1] for who in EXECUTIVES)
    assert shared_part(of_adam) == shared_part(of_anna)
    assert f"Wszystko od {polish_date(told)}, kiedy skończył się poprzedni przegląd:" in shared_part(of_anna)
    assert "gotowe: Makieta" in of_anna.text and "storno wydatków 12000 zł" in shared_part(of_anna)
    move_to_brief(duet)
    assert len(list_briefs(duet, "anna")) == 2


def test_that_both_have_answered_is_said_once(duet: Office) -> None:
    """§2.8, §11.4: by the brief, which leads to the answers; no news of the second one beside it."""
    activate_on_monday(duet)
    move_to_day(duet, next_weekday(current_day(duet), 4), "16:00")
    submit_answers_of_each_other(duet)
    move_to_brief(duet)
    brief = only_brief(duet, "adam")
    assert "są obie odpowiedzi dyrektorów" in brief.text and "druga odpowiedź" not in brief.text
    assert "Pokaż obie" in brief.buttons
    assert not [each for each in duet.person("adam").reads("@duet") if "druga odpowiedź" in each.text]


def test_who_has_yet_to_answer_of_the_other_is_named(duet: Office) -> None:
    """§13.2, §11.4: whoever has answered does not read that they are waited for; both read the same."""
    start_project_today(duet)
    add_milestone(duet, "ewa", "Makieta", current_day(duet) + timedelta(days=60), "ewa")
    move_to_next_morning(duet)
    answer_about_other(duet, "adam", "4", "4")
    close_forms(duet.person("adam"))
    move_to_brief(duet)
    run_milestone_command(duet.person("ewa"), "done 1")
    move_to_brief(duet)
    of_adam, of_anna = (list_briefs(duet, who)[-1] for who in EXECUTIVES)
    assert shared_part(of_adam) == shared_part(of_anna)
    (line,) = [each for each in of_adam.text.splitlines() if "pytania o drugą stronę" in each]
    assert "Anna" in line and "Adam" not in line, line


def test_a_no_is_not_told_as_no_answer_yet(duet: Office) -> None:
    """§13.2, §4.7, §16: one yes and one no, to both executives and, the morning after, to the leads."""
    key = start_project_today(duet)
    change_charter(duet, key, "ewa", budget="90k")
    answer_request(duet, "adam", key, "decline", "Nie teraz")
    answer_request(duet, "anna", key, "sign")
    move_to_next_morning(duet)
    told = duet.person("ewa").reads("@duet")[-1].text
    assert "jeden podpis już jest (@Anna Żuraw), druga strona odmawia (@Adam Wolny)" in told
    move_to_brief(duet)
    for reader in EXECUTIVES:
        shared = shared_part(only_brief(duet, reader))
        assert "Odpowiedź „nie” (@Adam Wolny): karta, wersja 2" in shared
        assert "bez odpowiedzi" not in shared and "Na Twój podpis" not in shared


def test_an_old_brief_asks_for_nothing_that_has_ended(duet: Office) -> None:
    """§13.2, §16: *Read* goes with what it was about, and so does its count; the card can be shown still."""
    key = start_project_today(duet)
    change_charter(duet, key, "ewa", budget="90k")
    monday = move_to_brief(duet)
    for reader in EXECUTIVES:
        brief = only_brief(duet, reader)
        assert READ in brief.buttons and "Stan na" not in brief.text
        assert "Na Twój podpis" in brief.text and "wymaga uwagi dyrektorów" in brief.text
    sign_charter(duet, key, *EXECUTIVES)
    duet.settles()
    for reader in EXECUTIVES:
        brief = only_brief(duet, reader)
        assert READ not in brief.buttons
        assert "Pokaż" in brief.buttons
        assert "Już nie czeka na podpisy: karta, wersja 2" in shared_part(brief)
        assert f"Stan na {polish_date(monday)}" in shared_part(brief)
        assert not any(was in brief.text for was in ("Do podpisu", "Na Twój podpis", "wymaga uwagi"))


def test_an_old_brief_asks_for_nothing_in_a_project_that_has_ended(duet: Office) -> None:
    """§13.2, §12.3: on Monday its report waited for signatures that were never given."""
    key, _ = end_project(duet)
    wait_for_report(duet)
    move_to_brief(duet)
    assert READ in list_briefs(duet, "adam")[-1].buttons
    wait_for_end(duet)
    assert "zamknięty" in duet.person("adam").types(f"/duet show {key}").text
    for brief in list_briefs(duet, "adam"):
        assert READ not in brief.buttons
        assert "Projekt już się zakończył.\n" in brief.text  # that nothing waits, the heading has said
        assert not any(was in brief.text for was in ("wymaga uwagi", "Do podpisu", "Na Twój podpis"))


def test_a_withdrawal_is_before_both(duet: Office) -> None:
    """§3.2: both see the date."""
    key = activate_project(duet)
    withdraw_project(duet, key)
    move_to_brief(duet)
    assert "Projekt wycofany" in shared_part(only_brief(duet, "adam"))


def test_a_withdrawal_is_told_by_the_day_on_which_it_closes_and_not_afterwards(duet: Office) -> None:
    """§3.2, §3.3: its end date comes before the ten working days are over."""
    monday = move_to_monday(duet)
    ends_on = monday + timedelta(days=9)
    key = activate_project(duet, starts_on=monday.isoformat(), ends_on=ends_on.isoformat())
    withdraw_project(duet, key)
    assert f"zamykanie zacznie się {polish_date(ends_on)}" in duet.person("adam").types(f"/duet show {key}").text
    move_to_day(duet, monday + timedelta(days=7), "08:01")
    assert f"zamykanie zacznie się {polish_date(ends_on)}" in shared_part(only_brief(duet, "adam"))
    move_to_day(duet, ends_on)
    move_to_day(duet, monday + timedelta(days=14), "08:01")
    said = shared_part(list_briefs(duet, "adam")[-1])
    assert "zaczęło się zamykanie" in said and "zamykanie zacznie się" not in said


def test_whose_seat_is_vacant_has_no_brief_and_the_successor_has(duet: Office) -> None:
    """§4.9: the other reads that the seat is vacant."""
    place = set_up_vacancy(duet)
    move_to_brief(duet)
    said = shared_part(only_brief(duet, "anna"))
    assert list_briefs(duet, "adam") == []
    assert place.key in said


def test_a_brief_that_told_of_a_vacant_seat_says_who_has_taken_it(duet: Office) -> None:
    """§4.9, §16: as the message of the successor in it does."""
    key, monday = activate_on_monday(duet)
    move_to_day(duet, monday + timedelta(days=4), "10:00")
    deactivate_person(duet, "adam")
    name_successor(duet, "nadia")
    move_to_brief(duet)
    said = shared_part(only_brief(duet, "anna"))
    assert key in said and "Rola CIO jest nieobsadzona" in said
    move_to_day(duet, monday + timedelta(days=10), "10:01")  # nobody has objected
    said = shared_part(list_briefs(duet, "anna")[-1])
    assert "Nowy CIO: @Nadia Źródło" in said and "nieobsadzona" not in said
    assert "wymaga uwagi dyrektorów" not in list_briefs(duet, "anna")[0].text


def test_a_brief_is_sent_once_a_week_whatever_its_timer_says(duet: Office) -> None:
    """§16: as if a process had died after it was sent, and its timer had come back with an older copy."""
    activate_project(duet)
    move_to_brief(duet)
    only_brief(duet, "anna")
    with transaction(duet.database) as session:
        move_timer(session, "T0PIKUS", "brief:U0ANNA", datetime.fromtimestamp(duet.slack.now, ZoneInfo("UTC")))
    run_due_work(duet)
    only_brief(duet, "anna")
