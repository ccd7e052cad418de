"""A project as a file: a calendar that updates, a table, everything (product §2, §14)."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Component
from sqlmodel import select

from bot import app
from bot.app import SECTIONS
from bot.export import service
from storage import tables
from storage.deliveries import PARKED, UPLOAD, Delivery, enqueue_delivery
from storage.session import read_only_session, transaction
from tests.running import Office, SqliteFiles, run_office
from tests.scenarios.checkin_steps import answer_prompt, save_schedule, start_first_round
from tests.scenarios.days import current_day, move_to_day
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import (
    NOT_FOUND,
    activate_project,
    answer_request,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    fill_form,
    forge_click,
    has_sentence,
    open_form,
    project_id,
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


def list_files(duet: Office, handle: str) -> list[tuple[str, str]]:
    """(name, content) of everything that Duet has sent somebody, in the order of coming."""
    duet.settles()
    person = duet.person(handle)
    return [(file.name, file.text) for message in person.reads("@duet") for file in message.files]


def export_file(duet: Office, handle: str, what: str) -> str:
    """The newest file that somebody has asked for."""
    before = len(list_files(duet, handle)) if "@duet" in duet.person(handle).channels else 0
    close_forms(duet.person(handle))
    said = duet.person(handle).types(f"/duet export {what}").text
    assert has_sentence(said, ("już w drodze", "on its way")), said
    duet.delivers_everything()
    found = list_files(duet, handle)
    assert len(found) == before + 1
    return found[-1][1]


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
        click_milestone_button(run_milestone_command(duet.person("ewa")), ("Zrezygnuj",), 2).form, reason="Zbędne"
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


def test_everything_and_a_table(duet: Office) -> None:
    """§2, §14: what exists so far; the log for leads and executives, answers for the team; no cell is a formula."""
    key, _ = start_first_round(duet, "jan", "tomek", name="=2+3 Kampania")
    due = current_day(duet) + timedelta(days=20)
    add_milestone(duet, "ewa", "+Pilot", due, "ewa")
    run_milestone_command(duet.person("ewa"), f'{key} move 1 {due + timedelta(days=1)} "Ferie"')
    register_asset(duet.person("ewa"), f'{key} klienci "CRM" @ola', description="Zamówienia")
    answer_prompt(duet, "jan", progress="Serwer stoi", status="at_risk", blockers="Farba")
    save_schedule(duet, "ewa", key, whom="everybody")
    revise_charter(duet, key, budget="90 000 zł")
    close_forms(duet.person("anna"))
    everything: dict[str, Any] = json.loads(export_file(duet, "adam", f"{key} json"))
    assert everything["project"]["key"] == key
    assert everything["project"]["public"] is False
    assert everything["project"]["channel"].startswith("C")
    assert everything["charter"]["name"] == "=2+3 Kampania"
    budgets = [(each["version"], each["budget"], each["currency"]) for each in everything["charter_versions"]]
    assert budgets == [(1, "120000.00", "PLN"), (2, "90000.00", "PLN")]
    assert [each["by"] for each in everything["signatures"]] == ["U0ADAM", "U0ANNA"]
    assert everything["milestones"][0]["title"] == "+Pilot"
    assert everything["milestones"][0]["revision"] == 3
    (asset,) = everything["register"]
    assert (asset["name"], asset["owner"], asset["description"]) == ("CRM", "U0OLA", "Zamówienia")
    assert everything["check_in_schedule"][0]["when"]
    assert len(everything["check_ins"]) == 1
    assert {(each["person"], each["answer"]) for each in everything["answers"]} >= {("U0JAN", "Serwer stoi")}
    assert [each["text"] for each in everything["blockers"]] == ["Farba"]
    assert "milestone.added" in [each["action"] for each in everything["log"]]
    assert {"person": "U0EWA", "name": "ewa"} in everything["people"]
    members = json.loads(export_file(duet, "tomek", f"{key} json"))
    assert members["answers"] == everything["answers"]
    assert not {"log", "decisions", "successions"} & members.keys()
    rows = list(csv.reader(io.StringIO(export_file(duet, "adam", f"{key} csv").removeprefix("\ufeff"))))
    at = rows.index(["milestones"])
    assert rows[at + 1][:4] == ["number", "title", "owner", "side"]
    assert rows[at + 2][:4] == ["1", "'+Pilot", "ewa", "marketing"]
    charter = dict(zip(rows[rows.index(["charter"]) + 1], rows[rows.index(["charter"]) + 2], strict=True))
    assert charter["name"] == "'=2+3 Kampania"
    assert (charter["budget"], charter["currency"], charter["cio"]) == ("120000.00", "PLN", "adam")
    assert [row for row in rows if "Serwer stoi" in row and "jan" in row]
    assert [row for row in rows if row and "Kamień milowy ma nowy termin: +Pilot" in row[-1]]
    assert [row for row in rows if row and row[-1].startswith("Check-iny: ")]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "{"))]
    assert not [cell for row in rows for cell in row if "U0EWA" in cell]


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
            forge_click(duet.person(name), "export.csv", str(project_id(duet, key)))
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


def count_stored_files(duet: Office) -> int:
    """How many files are in the database."""
    with read_only_session(duet.database) as session:
        contents = session.exec(select(Delivery.content).where(Delivery.kind == UPLOAD)).all()
    return sum(bool(content) for content in contents)


def test_files_do_not_stay_in_the_database(duet: Office) -> None:
    """§14: blanked once they have arrived; what does not arrive within a day is not worth sending any more."""
    key = activate_project(duet)
    export_file(duet, "ewa", f"{key} ics")
    assert count_stored_files(duet) == 1
    app.apply_retention(duet.database, duet.bot.duet.now())
    assert count_stored_files(duet) == 0
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        lane, worth = "dm:U0EWA", service.WORTH_SENDING
        content = {"data": "x"}
        enqueue_delivery(
            session,
            team_id="T0PIKUS",
            lane=lane,
            key="waits",
            kind=UPLOAD,
            content=content,
            not_after=now + worth,
        )
        session.exec(select(Delivery).where(Delivery.key == "waits")).one().status = PARKED
    app.apply_retention(duet.database, now + worth)
    assert count_stored_files(duet) == 1
    app.apply_retention(duet.database, now + worth + timedelta(minutes=1))
    assert count_stored_files(duet) == 0


def test_a_file_that_is_too_large_is_refused(duet: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """§16: one sentence, and nothing is stored."""
    key = activate_project(duet)
    monkeypatch.setattr(service, "MOST_BYTES", 1000)
    with expect_no_change(duet):
        assert "za duży" in duet.person("ewa").types(f"/duet export {key} json").text


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
