"""A project as a file: a calendar that updates, a table, everything (product §2, §14)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import current_thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Component
from sqlmodel import Session, select

from bot.declarations import SECTIONS
from bot.export import service
from bot.export.rules import Format
from bot.export.tables import build_tables
from bot.export.workbook import Table
from bot.people.rules import Actor
from bot.projects.export_sections import Reader
from bot.projects.service import load_context
from bot.ui.texts import Texts
from storage import tables
from storage.deliveries import Delivery
from storage.session import read_only_session, transaction
from tests.running import Office, SqliteFiles, run_office
from tests.scenarios.ask_steps import ask_person
from tests.scenarios.checkin_steps import answer_prompt, save_schedule, start_first_round
from tests.scenarios.days import current_day, move_to_day, run_due_work
from tests.scenarios.export_steps import export_file, export_workbook, list_files
from tests.scenarios.funding_steps import record_entry
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import (
    NOT_FOUND,
    activate_project,
    answer_request,
    close_forms,
    draft_charter,
    expect_refusal,
    fill_form,
    forge_click,
    has_sentence,
    open_form,
    project_id,
    query_one,
    revise_charter,
    send_charter,
)
from tests.scenarios.timetable_steps import (
    add_milestone,
    click_milestone_button,
    run_milestone_command,
    start_project_today,
    submit_milestone_form,
    weekday_from_today,
)


def read_events(text: str) -> dict[str, Component]:
    """The milestones, by UID; a strict reading."""
    parsed = Calendar.from_ical(text)
    assert not parsed.errors
    found = {str(event["uid"]): event for event in parsed.walk("VEVENT")}
    assert not [event.errors for event in found.values() if event.errors]
    assert len(found) == len(list(parsed.walk("VEVENT"))), "a UID stands twice"
    return {uid: event for uid, event in found.items() if uid.startswith("milestone-")}


def check_ins(text: str) -> Any:
    every = Calendar.from_ical(text).walk("VEVENT")
    (event,) = [each for each in every if str(each["uid"]).startswith("check-ins-")]
    return event


def test_the_timetable_as_a_calendar(duet: Office) -> None:
    """§9: stable UIDs; a second import updates, and a dropped milestone is cancelled there."""
    key = start_project_today(duet)
    due, later = weekday_from_today(duet, 20), weekday_from_today(duet, 40)
    add_milestone(duet, "ewa", "Pilot; część 1, żółta", due, "ewa")
    add_milestone(duet, "ewa", "Raport", due, "piotr")
    first = read_events(export_file(duet, "ewa", f"{key} ics"))
    pilot = next(event for event in first.values() if "Pilot" in str(event["summary"]))
    assert str(pilot["summary"]) == "D-1: Pilot; część 1, żółta"
    assert pilot.decoded("dtstart") == due
    assert "Marketing" in str(pilot["description"])
    run_milestone_command(duet.person("ewa"), f'move 1 {later} "Ferie"')
    submit_milestone_form(
        click_milestone_button(run_milestone_command(duet.person("ewa")), ("Odwołaj",), 2).form, reason="Zbędne"
    )
    second = read_events(export_file(duet, "ewa", "ics"))
    assert second.keys() == first.keys()
    for uid, event in second.items():
        assert event.decoded("sequence") > first[uid].decoded("sequence")
        assert event.decoded("dtstamp") >= first[uid].decoded("dtstamp")
    assert second[str(pilot["uid"])].decoded("dtstart") == later
    assert sorted(str(event["status"]) for event in second.values()) == ["CANCELLED", "CONFIRMED"]


@pytest.mark.parametrize(
    ("when", "rule"),
    [
        ("co 2 tygodnie w czwartek o 10", "FREQ=WEEKLY;UNTIL={};INTERVAL=2;BYDAY=TH;WKST=MO"),
        ("w ostatni piątek miesiąca o 9:30", "FREQ=MONTHLY;UNTIL={};BYDAY=-1FR"),
    ],
)
def test_check_in_times_are_a_series_that_is_updated(duet: Office, when: str, rule: str) -> None:
    """§8.1: one UID for all of them, holidays left out, and cancelled while they are paused."""
    key = start_project_today(duet)
    first = check_ins(export_file(duet, "ewa", f"{key} ics"))
    assert str(first["status"]) == "CONFIRMED"
    duet.person("ewa").types(f"/duet checkin {key} plan {when}")
    text = export_file(duet, "ewa", f"{key} ics")
    second = check_ins(text)
    assert "BEGIN:VTIMEZONE" in text
    assert second["uid"] == first["uid"]
    assert second.decoded("sequence") > first.decoded("sequence")
    until = second["rrule"]["UNTIL"][0]
    assert second["rrule"].to_ical().decode() == rule.format(f"{until:%Y%m%dT%H%M%SZ}")
    assert second.decoded("dtstart").tzinfo.key == "Europe/Warsaw"
    pause_project(duet, key, current_day(duet) + timedelta(days=20))
    third = check_ins(export_file(duet, "ewa", f"{key} ics"))
    assert str(third["status"]) == "CANCELLED"
    move_to_day(duet, current_day(duet) + timedelta(days=20), "10:00")
    duet.person("ewa").types(f"/duet checkin {key} wstrzymaj")
    close_forms(duet.person("ewa"))
    revise_charter(duet, key, by="ewa", name="Piątki")
    close_forms(duet.person("ewa"))
    fourth = check_ins(export_file(duet, "ewa", f"{key} ics"))
    assert str(fourth["status"]) == "CANCELLED"
    assert "Piątki" in str(fourth["description"])
    assert second["dtstart"].dt == third["dtstart"].dt == fourth["dtstart"].dt, "the series begins where it began"
    assert second["sequence"] < third["sequence"] < fourth["sequence"]


def test_a_project_that_is_off_the_table_takes_its_milestones_along(duet: Office) -> None:
    """§3: cancelled in the calendar, by a newer SEQUENCE."""
    key, adam = send_charter(duet), duet.person("adam")
    run_milestone_command(duet.person("ewa"), f'{key} add "Pilot" {weekday_from_today(duet, 60)} @ewa')
    (before,) = read_events(export_file(duet, "ewa", f"{key} ics")).values()
    assert str(before["status"]) == "CONFIRMED"
    answer_request(duet, "adam", key, "decline", "Nie teraz")
    close_forms(adam)
    form = open_form(adam, f"/duet withdraw {key}")
    assert fill_form(form, {"why": "Nie teraz"}).submit() is None
    (after,) = read_events(export_file(duet, "ewa", f"{key} ics")).values()
    assert str(after["status"]) == "CANCELLED"
    assert after["uid"] == before["uid"]
    assert after.decoded("sequence") > before.decoded("sequence")


def set_up_well_filled_project(duet: Office) -> str:
    """Something for most sheets; names that a spreadsheet could take for formulas, and people's own asterisks."""
    key, _ = start_first_round(duet, "jan", "tomek", name="=2+3 Kampania")
    due = current_day(duet) + timedelta(days=20)
    add_milestone(duet, "ewa", "+Pilot 2*3*4", due, "ewa")
    run_milestone_command(duet.person("ewa"), f'{key} move 1 {due + timedelta(days=1)} "Ferie"')
    register_asset(duet.person("ewa"), f'{key} klienci "CRM" @ola', description="Zamówienia")
    answer_prompt(duet, "jan", progress="Serwer stoi", status="at_risk", blockers="Farba")
    save_schedule(duet, "ewa", key, whom="everybody")
    revise_charter(duet, key, budget="90 000 zł")
    close_forms(duet.person("anna"))
    return key


def test_everything_for_programs(duet: Office) -> None:
    """§13.3, §14: what exists so far; the log for leads and executives, answers for the team."""
    key = set_up_well_filled_project(duet)
    everything: dict[str, Any] = json.loads(export_file(duet, "adam", f"{key} json"))
    assert (everything["format"], everything["version"]) == ("duet.project", 1)
    assert datetime.fromisoformat(everything["made_at"]) <= duet.bot.duet.now()
    assert everything["project"]["key"] == key
    assert everything["project"]["is_public"] is False
    assert everything["project"]["channel"].startswith("C")
    assert everything["project"]["name"] == "=2+3 Kampania"
    assert everything["charter"]["budget"] == "120000.00", "the new one is not signed"
    budgets = [(each["version"], each["budget"], each["currency"]) for each in everything["charter_versions"]]
    assert budgets == [(1, "120000.00", "PLN"), (2, "90000.00", "PLN")]
    assert [each["by"] for each in everything["signatures"]] == ["U0ADAM", "U0ANNA"]
    assert everything["milestones"][0]["title"] == "+Pilot 2*3*4"
    assert everything["milestones"][0]["revision"] == 3
    (asset,) = everything["register"]
    assert (asset["name"], asset["owner"], asset["description"]) == ("CRM", "U0OLA", "Zamówienia")
    assert everything["check_in_schedule"]["rule"]["at"] == "10:00"
    assert everything["check_in_schedule"]["whom"] == "everybody"
    assert len(everything["check_ins"]) == 1
    assert {(each["person"], each["answer"]) for each in everything["answers"]} >= {("U0JAN", "Serwer stoi")}
    assert [each["text"] for each in everything["blockers"]] == ["Farba"]
    assert "milestone.added" in [each["action"] for each in everything["log"]]
    assert {"person": "U0EWA", "name": "Ewa Błysk"} in everything["people"]
    members = json.loads(export_file(duet, "tomek", f"{key} json"))
    assert members["answers"] == everything["answers"]
    assert not {"log", "decisions", "successions", "ledger"} & members.keys()


def test_a_workbook_for_people(duet: Office) -> None:
    """§13.3: a sheet a table, in the reader's language and zone, with real days and numbers; people by name."""
    key = set_up_well_filled_project(duet)
    due = current_day(duet) + timedelta(days=20)
    moved = due + timedelta(days=1)
    record_entry(duet.person("ewa"), f"fund {key} 1200,50 zł")
    ask_person(duet, "ewa", key, "jan", due, "Dane o piątkach")
    sheets = export_workbook(duet, "adam", f"{key} xlsx")
    assert [*sheets] == [
        *("Projekt", "Zespół", "Potwierdzenia", "Harmonogram", "Zmiany terminów", "Miara"),
        *(
            "Podział odpowiedzialności",
            "Check-iny",
            "Przeszkody",
            "Prośby",
            "Rozliczenie",
            "Salda stron",
            "Dziennik",
        ),
    ]
    project = {row["Co"]: row["Wartość"] for row in sheets["Projekt"]}
    assert (project["Nazwa"], project["Stan"], project["Publiczny"]) == ("=2+3 Kampania", "aktywny", "nie")
    assert (project["Budżet"], project["Waluta"], project["Dyrektor ds. IT (CIO)"]) == (120000, "PLN", "Adam Wolny")
    assert isinstance(project["Koniec"], datetime)
    assert project["Strefa czasowa"] == "Warszawa"
    (milestone,) = sheets["Harmonogram"]
    assert milestone["Kamień milowy"] == "+Pilot 2*3*4"
    assert milestone["Termin"].date() == moved
    assert (milestone["Kto o to dba"], milestone["Strona"]) == ("Ewa Błysk", "Marketing")
    assert milestone["Stan"] == "otwarty"
    (move,) = sheets["Zmiany terminów"]
    assert (move["Poprzedni termin"].date(), move["Termin"].date(), move["Dlaczego"]) == (
        due,
        due + timedelta(days=1),
        "Ferie",
    )
    (asset,) = sheets["Podział odpowiedzialności"]
    assert (asset["Rodzaj"], asset["Nazwa"], asset["Kto o to dba"]) == ("baza klientów", "CRM", "Aleksandra Plakat")
    answers = {(each["Osoba"], each["Odpowiedź"]) for each in sheets["Check-iny"]}
    assert answers >= {("Jan Łącznik", "Serwer stoi"), ("Jan Łącznik", "🟡 Plan zagrożony")}
    here = duet.bot.duet.now().astimezone(ZoneInfo("Europe/Warsaw"))
    assert sheets["Check-iny"][0]["Kiedy"].date() == here.date()
    assert [each["Treść"] for each in sheets["Przeszkody"]] == ["Farba"]
    (ask,) = sheets["Prośby"]
    assert (ask["Treść"], ask["Kto o to dba"]) == ("Dane o piątkach", "Jan Łącznik")
    assert ask["Stan"] == "jeszcze bez odpowiedzi"
    (entry,) = sheets["Rozliczenie"]
    assert (entry["Kwota"], entry["Rodzaj"], entry["Kto"]) == (1200.5, "wkład", "Ewa Błysk")
    paid = {each["Strona"]: (each["Deklaracja"], each["Wkład"]) for each in sheets["Salda stron"]}
    assert paid == {"IT": (60000, 0), "Marketing": (60000, 1200.5)}
    said = [each["Co"] for each in sheets["Dziennik"]]
    assert "Kamień milowy z nowym terminem: +Pilot 2*3*4" in "".join(said), "people's own asterisks stay"
    assert not [each for each in said if "<@" in each or "<#" in each or "*Kampania" in each]
    assert "Ferie" in [line for each in said for line in each.split("\n")], "a quotation has no mark"


def test_a_workbook_has_what_its_reader_sees(duet: Office) -> None:
    """§13.3, §14, §15: money and log are for leads and executives; in the reader's own language and zone."""
    key = set_up_well_filled_project(duet)
    assert not {"Rozliczenie", "Salda stron", "Dziennik"} & export_workbook(duet, "jan", f"{key} xlsx").keys()
    duet.slack.change_person("piotr", tz="Asia/Tokyo", locale="en-US")
    run_due_work(duet)
    sheets = export_workbook(duet, "piotr", f"{key} xlsx")
    first = sheets["Log"][-1]
    drafted = query_one(duet, "SELECT at FROM audit_log ORDER BY id LIMIT 1")
    assert first["Who"] == "Anna Żuraw"
    moment = first["When"].replace(tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)
    assert abs(moment - datetime.fromisoformat(str(drafted)).replace(tzinfo=UTC)) < timedelta(minutes=1)
    assert sheets["Timetable"][0]["Side"] == "Marketing"


def test_a_csv_is_answered_with_the_workbook(duet: Office) -> None:
    """§13.3: and one sentence that says so."""
    key = activate_project(duet)
    said = duet.person("ewa").types(f"/duet eksport {key} csv").text
    assert "Plik csv każdy program czyta inaczej" in said and "xlsx jest już w drodze" in said
    duet.delivers_everything()
    assert [name.rpartition(".")[2] for name, _ in list_files(duet, "ewa")] == ["xlsx"]
    assert "csv" not in duet.person("ewa").types(f"/duet eksport {key}").click("Arkusz (xlsx)").text


@pytest.mark.parametrize("typed", ["pdf", "PDF D-1", "D-1 .docx", "word", "D-1 txt"])
def test_a_file_that_duet_does_not_make_is_answered_with_those_that_it_does(duet: Office, typed: str) -> None:
    """§2.11, §13.3: an ending is no project's name."""
    activate_project(duet)
    reply = duet.person("ewa").types(f"/duet eksport {typed}")
    assert ("Jako PDF jest tylko raport końcowy" if "pdf" in typed.lower() else "Duet nie robi") in reply.text
    assert "D-1: jaki plik przygotować?" in reply.text
    assert "już w drodze" in reply.click("Arkusz (xlsx)").text


def test_a_mistyped_kind_of_file_is_guessed(duet: Office) -> None:
    """§2.11"""
    activate_project(duet)
    reply = duet.person("ewa").types("/duet eksport exel")
    assert "Chodziło o `/duet eksport xlsx`?" in reply.text


def test_a_file_is_for_whoever_still_may_have_it(duet: Office) -> None:
    """§13.3, §14: rights are those of the moment in which it is written; who gets nothing is told."""
    key = activate_project(duet)
    run_due_work(duet)
    ewa, now = Actor("T0PIKUS", "U0EWA"), duet.bot.duet.now()
    with transaction(duet.database) as session:
        found = load_context(session, actor=ewa, project_id=project_id(duet, key))
        service.send_export(session, found, format_=Format.JSON, t=Texts.of("pl"), now=now)
        found.project.lead_marketing = "U0OLA"
    duet.delivers_everything()
    assert "Nie masz już dostępu do tego projektu." in duet.person("ewa").reads("@duet")[-1].text
    assert not list_files(duet, "ewa")


def test_a_large_file_keeps_no_request_waiting(duet: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """§13.3: it is written outside the request, when it is sent; nothing of it is ever in the database."""
    key = start_project_today(duet)
    threads = []

    def note_thread(session: Session, reader: Reader) -> list[Table]:
        threads.append(current_thread().name)
        return build_tables(session, reader)

    monkeypatch.setattr(service, "build_tables", note_thread)
    export_file(duet, "ewa", f"{key} xlsx")
    assert threads
    assert not [name for name in threads if name.startswith(("writer", "reader", "MainThread"))]
    with read_only_session(duet.database) as session:
        file = session.exec(select(Delivery).where(Delivery.kind == service.PROJECT_FILE)).one()
    assert file.content.keys() == {"name", "title", "text", "format"}
    asked_at, not_after = datetime.fromtimestamp(float(file.key.rpartition(":")[2]), UTC), file.not_after
    assert not_after == asked_at + timedelta(days=1), "whoever still wants it then asks again"


def test_who_neither_leads_nor_directs_gets_no_log(duet: Office) -> None:
    """§14: ledger and log are for leads and executives, answers for the team; nobody else gets anything."""
    key = draft_charter(duet, by="jan")
    theirs = json.loads(export_file(duet, "jan", f"{key} json"))
    assert not {"log", "decisions", "successions", "answers", "blockers", "measure_values"} & theirs.keys()
    assert "charter" in theirs
    for name in ("ola", "roman"):
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(duet.person(name).types(f"/duet export {key} json").text, NOT_FOUND)
        with expect_refusal(duet, "error.not_found"):
            forge_click(duet.person(name), "export.xlsx", str(project_id(duet, key)))
    basia = duet.person("basia", "T0KIOSK")
    with expect_refusal(duet, "error.not_found"):
        forge_click(basia, "export.json", str(project_id(duet, key)))


# Tables of a project that are in no section, and why.
LEFT_OUT = {
    "notices": "what waits to be told, and was, says what stands in the other sections",
    "deliveries": "messages in Slack: they stay there",
    "timers": "what comes due follows from the other sections",
    **dict.fromkeys(
        ("pulse_invitations", "pulse_tallies", "pulse_published_projects"),
        "confidential: what is published of it is for whoever was asked (product §11.2)",
    ),
    "pleas": "what somebody has asked another for stands in their direct messages",
    "executive_rounds": "what the two executives say to each other is for nobody else (product §11.4)",
}


def test_no_table_of_a_project_is_forgotten() -> None:
    """§2: each is in a section, or left out for a reason."""
    of_projects = {table.name for table in tables.metadata.sorted_tables if "project_id" in table.c}
    gathered = {name for each in SECTIONS.values() for name in each.tables}
    forgotten = of_projects - gathered - LEFT_OUT.keys()
    assert not forgotten, f"declare it in FEATURE.sections or give a reason in LEFT_OUT: {sorted(forgotten)}"
    assert gathered | LEFT_OUT.keys() == of_projects | {"projects"}
    assert not gathered & LEFT_OUT.keys()


def test_which_project_and_which_file(duet: Office) -> None:
    """§2.1, §2.3, §15: asked by buttons, in the person's language; Polish words work."""
    for name in ("Pierwszy", "Drugi"):
        activate_project(duet, name=name)
    ewa = duet.person("ewa")
    reply = ewa.types("/duet eksport").click("D-2 · Drugi")
    assert "jaki plik przygotować" in reply.text
    assert "już w drodze" in reply.click("Kalendarz (ics)").text
    assert "jaki plik" in ewa.types("/duet show D-2").click("Eksport").text
    assert "już w drodze" in ewa.types("/duet pobierz kalendarz").click("D-1 · Pierwszy").text
    duet.delivers_everything()
    names = [name for name, _ in list_files(duet, "ewa")]
    assert [name.rsplit("-", 1)[0] for name in names] == ["D-2-drugi", "D-1-pierwszy"]
    assert "oto Twój kalendarz. Można go później zaimportować" in ewa.reads("@duet")[-1].text


@pytest.mark.one_of(3)
@pytest.mark.parametrize("step", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["timeout", "late_commit", "error:internal_error"])
def test_a_broken_connection_sends_one_file(duet: Office, step: str, kind: str) -> None:
    """Architecture §4: what may have arrived is looked for, by the mark in its name."""
    key = start_project_today(duet)
    duet.slack.fault(kind, step, times=1)
    assert "VCALENDAR" in export_file(duet, "ewa", f"{key} ics")
    assert len(list_files(duet, "ewa")) == 1


def test_dates_of_old(duet: Office) -> None:
    """A milestone years ahead is written, too."""
    far = date(current_day(duet).year + 1, 2, 1)
    key = start_project_today(duet, ends_on=f"{far.year + 1}-01-01")
    add_milestone(duet, "ewa", "Daleko", far, "ewa")
    (event,) = read_events(export_file(duet, "anna", f"{key} ics")).values()
    assert event.decoded("dtstart") == far


def test_milestones_of_two_databases_are_never_one(sqlite_files: SqliteFiles, tmp_path: Path, duet: Office) -> None:
    """§13.3: a calendar that holds both has both; in one database the same file again changes nothing."""
    uids = []
    (tmp_path / "other").mkdir()
    with sqlite_files.new(tmp_path / "other") as url, run_office(url, tmp_path / "other") as other:
        for each, name in ((duet, "Ogórki"), (other, "Pomidory")):
            key = start_project_today(each, name=name)
            add_milestone(each, "ewa", "Pilot", weekday_from_today(each, 30), "piotr")
            found = set(read_events(export_file(each, "ewa", f"{key} ics")))
            assert found == set(read_events(export_file(each, "ewa", f"{key} ics")))
            uids.append(found)
    assert uids[0]
    assert uids[1]
    assert not uids[0] & uids[1]
