"""Days as people type them: read whole, asked, or refused (product §2.4)."""

from collections.abc import Iterable
from datetime import date

import pytest
from sqlalchemy import text

from tests.driving import PersonDriver, SeenForm
from tests.running import Office
from tests.scenarios.steps import (
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    fill_form,
    find_label,
    open_form,
    open_second_step,
    open_signing_form,
    query_one,
    second_step_values,
    submit_form,
)
from tests.scenarios.timetable_steps import (
    FIELDS,
    add_milestone,
    milestone_stage,
    run_milestone_command,
    start_project_today,
)

CHARTER_LINES = ("Pierwsze kamienie milowe", "First milestones")
FIRST, LAST = ("Pierwszy dzień", "First day"), ("Ostatni dzień", "Last day")
DUE = date(2026, 12, 15)  # of the milestone that is moved

# typed after the number | the day in the form | the reason in the form | what is said above the fields
MOVES_ASKED = """
24 grudnia przyszłego roku     | 2027-12-24 |  |
24 December next year          | 2027-12-24 |  |
Mon 7/12                       | | | 12 July 2027 (Monday)
Mon 7/12                       | | | 7 December 2026 (Monday)
za 10 dni roboczych            | 2026-12-08 |  |
in 10 working days             | 2026-12-08 |  |
2 tygodnie od piątku           | 2026-12-11 |  |
2 weeks from friday            | 2026-12-11 |  |
friday week                    | 2026-12-04 |  |
za 2 tygodnie i 3 dni          | 2026-12-11 |  |
in 2 weeks and 3 days          | 2026-12-11 |  |
1.2 mln rekordów do migracji   | | 1.2 mln rekordów do migracji | as a day
jutro o 10                     | 2026-11-25 |  | “o 10” is left out
tomorrow at 10                 | 2026-11-25 |  | “at 10” is left out
24 grudnia br.                 | 2026-12-24 |  |
3 maja 2027 roku               | 2027-05-03 |  |
Q1                             | 2027-03-31 |  |
koniec Q1                      | 2027-03-31 |  |
end of Q1                      | 2027-03-31 |  |
eoq                            | 2026-12-31 |  |
eoy                            | 2026-12-31 |  |
koniec roku                    | 2026-12-31 |  |
24. 12. 2026                   | 2026-12-24 |  |
24-12-2026                     | 2026-12-24 |  |
w przyszłym tyg.               | | | 30 November 2026 (Monday) to 4 December 2026 (Friday)
next week                      | | | 30 November 2026 (Monday) to 4 December 2026 (Friday)
koniec m-ca                    | 2026-11-30 |  |
pierwszy poniedziałek stycznia | 2027-01-04 |  |
last friday of november        | 2026-11-27 |  |
2026-12-24T10:00               | 2026-12-24 |  |
w tę środę                     | 2026-11-25 |  |
w tą środę                     | 2026-11-25 |  |
początek roku                  | 2027-01-01 |  |
friday supplier is late        | 2026-11-27 | supplier is late |
piątek dostawca się spóźni     | 2026-11-27 | dostawca się spóźni |
friday or monday               | | friday or monday | as a day
24.12 – 2.01                   | | 24.12 – 2.01 | as a day
friday, monday at the latest   | | friday, monday at the latest | as a day
2 weeks because it is harder   | 2026-12-08 | because it is harder |
mid-December because of QA     | | mid-December because of QA | as a day
połowa grudnia                 | | połowa grudnia | as a day
friday because                 | 2026-11-27 | because |
"supplier is late"             | | supplier is late |
jutro "dostawca" się spóźni    | 2026-11-25 | "dostawca" się spóźni |
24.12 @ewa się rozchorowała    | 2026-12-24 | @ewa się rozchorowała |
24 grudnia o 10:00 bo x        | 2026-12-24 | bo x | “o 10:00” is left out
tomorrow at 10am because of QA | 2026-11-25 | because of QA | “at 10am” is left out
friday at noon because of QA   | 2026-11-27 | because of QA | “at noon” is left out
piątek do południa, choroba    | 2026-11-27 | choroba | “do południa” is left out
friday eod because of QA       | 2026-11-27 | because of QA | “eod” is left out
24.12 10:00 bo x               | 2026-12-24 | bo x | Understood: 24 December 2026 (Thursday)
in a month and a half because x | | in a month and a half because x | as a day
piątek 30. bo x                | | piątek 30. bo x | as a day
50 tydzień bo x                | | 50 tydzień bo x | as a day
"""

MOVES_REFUSED = """
poniedziałek 1 grudnia          | 1 December 2026 (Tuesday)
Monday 1 December               | 1 December 2026 (Tuesday)
poniedziałek 1 grudnia bo tak   | 1 December 2026 (Tuesday)
czwartek 31 listopada           | There is no such day: czwartek 31 listopada
Thursday 31 November because QA | There is no such day
w zeszły piątek bo tak          | 20 November 2026 (Friday) has passed
last friday because QA          | 20 November 2026 (Friday) has passed
"""

# typed | the day | the reason
MOVES_DONE = """
next friday because the supplier is late      | 2026-12-04 | because the supplier is late
przyszły czwartek bo dostawca się spóźni      | 2026-12-03 | bo dostawca się spóźni
24.12 – czekamy na dane                       | 2026-12-24 | czekamy na dane
za tydzień, ponieważ nie ma danych            | 2026-12-01 | ponieważ nie ma danych
za 10 dni roboczych z powodu choroby          | 2026-12-08 | z powodu choroby
3 maja 2027 roku: budżet                      | 2027-05-03 | budżet
2 weeks from friday since the budget is late  | 2026-12-11 | since the budget is late
eoq due to the audit                          | 2026-12-31 | due to the audit
w tę środę gdyż „tak trzeba”                  | 2026-11-25 | gdyż "tak trzeba"
"QA is ill" next friday                       | 2026-12-04 | QA is ill
2 December 2026 (Wednesday) because of QA     | 2026-12-02 | because of QA
to next friday because the supplier is late   | 2026-12-04 | because the supplier is late
piątek 11 XII bo dostawca się spóźni          | 2026-12-11 | bo dostawca się spóźni
9 XII 2026: budżet                            | 2026-12-09 | budżet
1 grudnia '26 bo tak                          | 2026-12-01 | bo tak
"""


def parse_table(table: str) -> list[list[str]]:
    return [[each.strip() for each in line.split("|")] for line in table.strip().splitlines()]


def in_form(form: SeenForm, name: str) -> str | None:
    given = form.values[find_label(form.labels, FIELDS[name])]
    return given or None


def list_titles_and_days(duet: Office) -> list[tuple[str, str]]:
    """The titles and days of all milestones."""
    with duet.database.readers.connect() as connection:
        found = connection.execute(text("SELECT title, due FROM milestones ORDER BY id")).all()
    return [(title, str(due)) for title, due in found]


def form_asking(duet: Office, person: PersonDriver, command: str) -> SeenForm:
    """The form that a command opens while nothing is saved."""
    close_forms(person)
    before = list_titles_and_days(duet)
    said = person.types(command).text
    form = person.form
    assert form is not None, f"{command}: {said}"
    assert list_titles_and_days(duet) == before, command
    return form


def test_a_part_is_never_taken_for_the_whole_of_a_move(duet: Office) -> None:
    """§2.4, §9.2: a day and a reason that are told apart move it; else the form opens, or one sentence refuses."""
    start_project_today(duet)
    piotr = duet.person("piotr")
    add_milestone(duet, "piotr", "Pilot", DUE, "piotr")
    for words, due, reason, said in parse_table(MOVES_ASKED):
        form = form_asking(duet, piotr, f"/duet milestone move 1 {words}")
        assert in_form(form, "new_due") == (due or str(DUE)), words
        assert in_form(form, "reason") == (reason or None), words
        assert said in form.text, (words, form.text)
    for words, said in parse_table(MOVES_REFUSED):
        before = list_titles_and_days(duet)
        assert said in run_milestone_command(piotr, f"move 1 {words}").text, words
        assert piotr.form is None, words
        assert list_titles_and_days(duet) == before, words


def test_a_move_says_its_day_in_full(duet: Office) -> None:
    """§2.4, §9.2: what was understood, with its weekday; the reason as it was typed."""
    key = start_project_today(duet, ends_on="2027-06-30", measure_by="2027-06-01")
    piotr = duet.person("piotr")
    add_milestone(duet, "piotr", "Pilot", DUE, "piotr")
    for words, due, reason in parse_table(MOVES_DONE):
        day = date.fromisoformat(due)
        said = run_milestone_command(piotr, f"move 1 {words}").text
        assert f"{day.day} {day:%B} {day.year} ({day:%A})" in said, (words, said)
        assert reason in piotr.types(f"/duet log {key}").text.replace("“", '"').replace("”", '"'), words


# typed, without the owner | the title in the form | the day in the form
ADDED_ASKED = """
Black Friday                       | Black Friday | |
Pilotaż 2 tygodnie                 | Pilotaż 2 tygodnie | |
Pilot 2 weeks                      | Pilot 2 weeks | |
Raport ok. 24.12                   | Raport ok. 24.12 | |
Ubuntu 24.04                       | Ubuntu 24.04 | |
Release 1.2                        | Release 1.2 | |
Meeting now                        | Meeting now | |
Analiza w piątek – raport 24.12.2026 | Analiza w piątek – raport 24.12.2026 | |
Freeze 24 Dec – 2 Jan              | Freeze 24 Dec – 2 Jan | |
Pilot next week on friday          | Pilot next week on friday | |
Raport za Q1                       | Raport za Q1 | |
Cyber Monday 30.11                 | Cyber Monday 30.11 | |
Cyber Monday 30 listopada          | Cyber Monday 30 listopada | |
Black Friday 24 December           | Black Friday 24 December | |
Migracja od 1.12 do 15.12          | Migracja od 1.12 do 15.12 | |
Demo on friday at 10               | Demo on friday at 10 | |
Pilot 24 Dec lub później           | Pilot 24 Dec lub później | |
Report by mid-December             | Report by mid-December | |
Raport – 7/12                      | Raport | | 12 July 2027 (Monday)
Raport w przyszłym tyg.            | Raport | | 30 November 2026 (Monday) to 4 December 2026 (Friday)
24.12.2026                         | | 2026-12-24 |
"Pilot" 24.12 faza druga           | Pilot | | “24.12 faza druga” as a day
1 May Day campaign                 | 1 May Day campaign | |
24.12 do piątku                    | 24.12 do piątku | |
Start after 1 January              | Start after 1 January | |
Start nie wcześniej niż 24 grudnia | Start nie wcześniej niż 24 grudnia | |
Start około 1 stycznia             | Start około 1 stycznia | |
Start maybe 1 December             | Start maybe 1 December | |
Freeze from 20 Dec                 | Freeze from 20 Dec | |
"Pilot" friday at 10               | Pilot | 2026-11-27 | “at 10” is left out
Pilot "24 December"                | 24 December | | “Pilot” as a day
"Pilot" kiedyś                     | Pilot | | “kiedyś” as a day
"Pilot" "faza druga" 24.12.2026 lub później | "Pilot" "faza druga" 24.12.2026 lub później | |
"""

ADDED_REFUSED = """
Raport w zeszły piątek         | 20 November 2026 (Friday) has passed
Report on last friday          | 20 November 2026 (Friday) has passed
Raport w poniedziałek 1 grudnia | 1 December 2026 (Tuesday)
Raport – 31 listopada          | There is no such day
"Raport" czwartek 31 listopada | There is no such day
"Raport" poniedziałek 1 grudnia | 1 December 2026 (Tuesday)
"""

# typed | title | day
ADDED_DONE = """
24.12: Release 1.2                    | Release 1.2 | 2026-12-24
Raport 3 maja przyszłego roku         | Raport | 2027-05-03
Report 3 May next year                | Report | 2027-05-03
Raport – 2 tygodnie od piątku         | Raport | 2026-12-11
Raport końcowy do 24 grudnia          | Raport końcowy | 2026-12-24
Final report by friday                | Final report | 2026-11-27
Wersja 2 w przyszły piątek            | Wersja 2 | 2026-12-04
Sprint 3 2027-01-10                   | Sprint 3 | 2027-01-10
Black Friday – 24.12                  | Black Friday | 2026-12-24
Kick-off in 10 working days           | Kick-off | 2026-12-08
Cyber Monday – 30.11                  | Cyber Monday | 2026-11-30
Go-live (24 grudnia)                  | Go-live | 2026-12-24
Audyt – koniec Q1                     | Audyt | 2027-03-31
Pilot by friday for                   | Pilot | 2026-11-27
Pilot do piątku, odpowiada            | Pilot | 2026-11-27
Szkolenie, termin: 24.12              | Szkolenie | 2026-12-24
Szkolenie nie później niż 24 grudnia  | Szkolenie | 2026-12-24
Raport 24 XII 2026                    | Raport | 2026-12-24
Launch in Q1                          | Launch | 2027-03-31
Go live 24.12                         | Go live | 2026-12-24
15.01 Tytuł                           | Tytuł | 2027-01-15
"Black Friday" friday                 | Black Friday | 2026-11-27
Kampania próbna jutro                 | Kampania próbna | 2026-11-25
Testy piątek 11 grudnia               | Testy | 2026-12-11
"""


def test_titles_keep_their_words_and_days_are_unmistakable(duet: Office) -> None:
    """§2.4, §9.1: without quotes only a day that can be nothing else is taken; of two days neither."""
    start_project_today(duet, ends_on="2027-06-30", measure_by="2027-06-01")
    piotr = duet.person("piotr")
    for words, title, due, *said in parse_table(ADDED_ASKED):
        form = form_asking(duet, piotr, f"/duet milestone add {words} @piotr")
        assert in_form(form, "title") == (title or None), words
        assert in_form(form, "due") == (due or None), words
        assert all(each in form.text for each in said), (words, form.text)
    for words, said_first in parse_table(ADDED_REFUSED):
        assert said_first in run_milestone_command(piotr, f"add {words} @piotr").text, words
        assert piotr.form is None, words
    assert list_titles_and_days(duet) == []
    for words, title, due in parse_table(ADDED_DONE):
        day = date.fromisoformat(due)
        said_last = run_milestone_command(piotr, f"add {words} @piotr").text
        assert f"{title}*, {day.day} {day:%B} {day.year} ({day:%A})" in said_last, (words, said_last)
        assert list_titles_and_days(duet)[-1] == (title, due), words
    said_whose = run_milestone_command(piotr, "add Tytuł 15.01; marketing").text
    assert "Tytuł*, 15 January 2027 (Friday)" in said_whose
    assert "@Ewa" in said_whose, "the lead of the side that is named"
    for typed in ("Tytuł 15.01; obie strony", "Tytuł, 15 stycznia, obie strony"):
        asked = form_asking(duet, piotr, f"/duet milestone add {typed}")
        assert (in_form(asked, "title"), in_form(asked, "due")) == ("Tytuł", "2027-01-15")
    asked = form_asking(duet, piotr, "/duet milestone add Spotkanie, marketing")
    assert in_form(asked, "title") == "Spotkanie, marketing", "no day is before it"


LINES_REFUSED = (
    *(("Pilotaż 2 tygodnie", "Black Friday", "Raport ok. 24.12", "Go live 24.12", "Raport 31.02", "Release 1.2")),
    "Analiza w piątek – raport 24.12.2026",
    "Raport w zeszły piątek",
    "Raport poniedziałek 1 grudnia",
    "Raport – 31 listopada",
    "Raport – 7/12",
    "Raport w przyszłym tygodniu",
)
LINES = (
    ("24.12: Release 1.2", "24 grudnia 2026 (czwartek): Release 1.2"),
    ("Raport 3 maja przyszłego roku", "3 maja 2027 (poniedziałek): Raport"),
    ("Testy – 2 tygodnie od piątku", "11 grudnia 2026 (piątek): Testy"),
    ("Szkolenie – za 10 dni roboczych", "8 grudnia 2026 (wtorek): Szkolenie"),
    ("1. etap; koniec Q1; IT", "31 marca 2027 (środa): 1. etap"),
    ("Pilot live – 1 December", "1 grudnia 2026 (wtorek): Pilot live"),
)


def test_the_charters_lines_are_read_as_commands_are(duet: Office) -> None:
    """§2.4, §4.1: an error at the field, or each line in full with the weekday of its day."""
    form = fill_form(open_second_step(duet, "anna"), _second_step_with_days(duet))
    label = find_label(form.labels, CHARTER_LINES)
    for line in LINES_REFUSED:
        form = form.fill({label: f"Raport końcowy do 1 grudnia 2026\n{line}"})
        shown = form.submit()
        assert shown is not None
        assert label in shown.errors, line
        form = shown
    shown = submit_form(form.fill({label: "\n".join(line for line, _ in LINES)}))
    assert not shown.errors, shown.errors
    for _, said in LINES:
        assert said in shown.text, (said, shown.text)


def test_every_milestone_of_a_long_charter_is_echoed(duet: Office) -> None:
    """§2.4, §4.1: also those that the charter itself only counts; more lines than a timetable holds are refused."""
    form = fill_form(open_second_step(duet, "anna"), _second_step_with_days(duet))
    label = find_label(form.labels, CHARTER_LINES)
    shown = form.fill({label: "\n".join(f"Etap {number} – 24.12" for number in range(61))}).submit()
    assert shown is not None
    assert label in shown.errors
    shown = submit_form(shown.fill({label: "\n".join(f"{n}. Etap {n} – 24.12" for n in range(1, 26))}))
    for number in range(1, 26):
        assert f"24 grudnia 2026 (czwartek): Etap {number} (" in shown.text, number
    click_button(shown, "send")
    close_forms(duet.person("anna"))
    whole = open_signing_form(duet, "adam", "D-1").text
    assert "*Harmonogram, ciąg dalszy*" in whole
    for number in range(1, 26):
        assert f"24 grudnia 2026: Etap {number} (" in whole, f"what adam would sign unseen: {number}"


def test_all_that_is_wrong_with_the_lines_is_said_at_once(duet: Office) -> None:
    """§4.1: each line that cannot be read, is outside the project's days, or names nobody."""
    form = fill_form(open_second_step(duet, "anna"), _second_step_with_days(duet))
    label = find_label(form.labels, CHARTER_LINES)
    lines = (
        "Pilotaż",
        "Raport – 31 listopada",
        "Pokaz – 24.12; Zenon Nikt",
        "Finał – 1 grudnia 2028",
        "Dobry – 24.12",
    )
    shown = form.fill({label: "\n".join(lines)}).submit()
    assert shown is not None
    said = shown.errors[label].splitlines()
    assert len(said) == 4
    for part in ("„Pilotaż”", "31 listopada", "„Zenon Nikt”", "1 grudnia 2028"):
        assert [part in line for line in said].count(True) == 1, (part, said)


def _second_step_with_days(duet: Office) -> dict[str, str]:
    return second_step_values(duet, starts_on="2026-11-24", ends_on="2027-06-30")


# typed | first | last
PERIODS = """
2 weeks from monday                 | 2026-11-30 | 2026-12-13
2 tygodnie od poniedziałku          | 2026-11-30 | 2026-12-13
3 days from 7.12                    | 2026-12-07 | 2026-12-09
thu-fri next week                   | 2026-12-03 | 2026-12-04
from thursday to friday next week   | 2026-12-03 | 2026-12-04
od czwartku do piątku w przyszłym tygodniu | 2026-12-03 | 2026-12-04
5 dni od jutra                      | 2026-11-25 | 2026-11-29
24.12 2.01                          | 2026-12-24 | 2027-01-02
w przyszłym tyg.                    | 2026-11-30 | 2026-12-04
cały grudzień                       | 2026-12-01 | 2026-12-31
the whole of december               | 2026-12-01 | 2026-12-31
czwartek i piątek                   | 2026-11-26 | 2026-11-27
24–26 grudnia                       | 2026-12-24 | 2026-12-26
2.12.2026                           | 2026-12-02 | 2026-12-02
7–9 XII                             | 2026-12-07 | 2026-12-09
od 7 grudnia do piątku włącznie     | 2026-12-07 | 2026-12-11
"""
PERIODS_REFUSED = """
2.12 1.12                   | the last day is before the first
25.11 24.11                 | the last day is before the first
2.01 24.12                  | the last day is before the first
2026-12-10 2026-12-01       | the last day is before the first
czwartek 31 listopada       | There is no such day
poniedziałek 1 grudnia      | 1 December 2026 (Tuesday)
"""
PERIODS_ASKED = """
20.11 30.11                 | | 20 November 2026 (Friday) – 30 November 2026 (Monday), or 20 November 2027
from tomorrow               | 2026-11-25 | Until when?
jutro za 2 tygodnie         | | as a day
piątek i poniedziałek       | | as a day
until New Year              | | as a day
za 2 tygodnie od poniedziałku do środy | | as a day
7/12 - 8/12                 | | 12 July 2027 (Monday)
"""


def of_period(form: SeenForm, labels: Iterable[str]) -> str | None:
    return form.values[find_label(form.labels, tuple(labels))] or None


@pytest.mark.parametrize("command", ["away", "deputy @jan"])
def test_periods_are_read_as_wholes(duet: Office, command: str) -> None:
    """§2.4, §4.8, §8.5: what was understood in full, with weekdays; else the form or one sentence."""
    mike = duet.person("mike")  # who speaks English
    draft_charter(duet, by="ewa", cio="@mike")
    for words, first, last in parse_table(PERIODS):
        close_forms(mike)
        said = mike.types(f"/duet {command} {words}").text
        for each in (date.fromisoformat(first), date.fromisoformat(last)):
            assert f"{each.day} {each:%B} {each.year} ({each:%A})" in said, (words, said)
        if first == last and command != "away":
            assert "signs for you on 2 December 2026" in said
        if command == "away":
            open_form(mike, "/duet away").click("Remove")
    close_forms(mike)
    for words, why in parse_table(PERIODS_REFUSED):
        with expect_no_change(duet):
            assert why in mike.types(f"/duet {command} {words}").text, words
            assert mike.form is None
    for words, first, why in parse_table(PERIODS_ASKED):
        with expect_no_change(duet):
            mike.types(f"/duet {command} {words}")
            form = mike.form
            assert form is not None, words
            assert of_period(form, FIRST) == (first or None), words
            assert why in form.text, (words, form.text)
            close_forms(mike)


def test_a_milestone_is_told_by_its_title(duet: Office) -> None:
    """§2.4, §2.7: by all of it, if only one is called so; at risk takes no reason, which is not lost in silence."""
    start_project_today(duet)
    piotr = duet.person("piotr")
    add_milestone(duet, "piotr", "Pilot łazienki", DUE, "piotr")
    run_milestone_command(piotr, 'move "pilot lazienki" 2026-12-04 because QA')
    assert list_titles_and_days(duet) == [("Pilot łazienki", "2026-12-04")]
    with expect_refusal(duet, "error.milestone.risk_reason"):
        assert "/duet blocker" in run_milestone_command(piotr, "ryzyko 1 dostawca milczy").text
    run_milestone_command(piotr, "done Pilot łazienki")
    assert milestone_stage(duet, "Pilot łazienki") == "done"
    run_milestone_command(piotr, 'add "Wyniki" 2026-12-07 obie @piotr')
    add_milestone(duet, "piotr", "wyniki", DUE, "piotr")
    assert query_one(duet, "SELECT side FROM milestones WHERE title = 'Wyniki'") == "both"
    with expect_refusal(duet, "error.milestone.several_called"):
        said = run_milestone_command(piotr, "done Wyniki").text
    assert "“Wyniki” is the title of several milestones: 2, 3." in said
    with expect_refusal(duet, "error.milestone.no_number"):
        run_milestone_command(piotr, "done Nothing")


def test_a_milestone_is_told_by_its_number(duet: Office) -> None:
    """§2.4, §2.7: however it is written; words that begin with none are refused, not dropped in silence."""
    start_project_today(duet)
    piotr = duet.person("piotr")
    add_milestone(duet, "piotr", "Pilot", DUE, "piotr")
    for words in ("move #1 friday", "move 1. friday", "przesuń kamień nr 1 na piątek"):
        form = form_asking(duet, piotr, f"/duet milestone {words}")
        assert in_form(form, "new_due") == "2026-11-27", words
    for words in ("move Pilo friday because QA", "done Pilo", "drop it", "przesuń na piątek bo tak"):
        before = list_titles_and_days(duet)
        said = run_milestone_command(piotr, words).text
        assert "begins neither with the number of a milestone" in said, words
        assert list_titles_and_days(duet) == before


@pytest.mark.parametrize(
    ("who", "typed", "day"),
    [
        ("piotr", 'milestone D-1 add "Pilot" 23.11 @piotr', "23 November 2027 (Tuesday)"),
        ("anna", "zastępca @jan 2026-01-01 2026-01-05", "5 stycznia 2026 (poniedziałek)"),
        ("anna", "zastępca @jan 1.12.2026 23.12.2027", "1 grudnia 2026 – 23 grudnia 2027"),
        ("piotr", "away 2026-01-01 2026-01-05", "5 January 2026 (Monday)"),
        ("piotr", "away 2026-12-01 2027-12-23", "1 December 2026 – 23 December 2027"),
    ],
)
def test_a_day_that_is_refused_is_named_as_it_was_read(duet: Office, who: str, typed: str, day: str) -> None:
    """§2.4: whoever left the year out sees which was taken."""
    start_project_today(duet)
    with expect_no_change(duet):
        assert day in duet.person(who).types(f"/duet {typed}").text
