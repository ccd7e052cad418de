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
from bot.export import service
from bot.export.sections import LEFT_OUT, SECTIONS
from bot.export.service import UPLOAD
from storage import tables
from storage.deliveries import Delivery, enqueue
from storage.session import reading, transaction
from tests.running import Office, SqliteFiles, office
from tests.scenarios.checkin_steps import answers, asked
from tests.scenarios.days import comes, today
from tests.scenarios.life_steps import paused
from tests.scenarios.register_steps import owned
from tests.scenarios.steps import (
    NOT_FOUND,
    active,
    answered,
    drafted,
    fill,
    opened,
    presses,
    project_id,
    put_away,
    refused,
    revised,
    says,
    sent,
    unchanged,
)
from tests.scenarios.timetable_steps import added, click, handed_in, milestones, running, weekday_in


def files(duet: Office, handle: str) -> list[tuple[str, str]]:
    """(name, content) of everything that Duet has sent somebody, in the order of coming."""
    duet.settles()
    person = duet.person(handle)
    return [(file.name, file.text) for message in person.reads("@duet") for file in message.files]


def exported(duet: Office, handle: str, what: str) -> str:
    """The newest file that somebody has asked for."""
    before = len(files(duet, handle)) if "@duet" in duet.person(handle).channels else 0
    put_away(duet.person(handle))
    said = duet.person(handle).types(f"/duet export {what}").text
    assert says(said, ("już w drodze", "on its way")), said
    duet.delivers_everything()
    found = files(duet, handle)
    assert len(found) == before + 1
    return found[-1][1]


def events(text: str) -> dict[str, Component]:
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
    key = running(duet)
    due, later = weekday_in(duet, 20), weekday_in(duet, 40)
    added(duet, "ewa", "Pilot; część 1, żółta", due, "ewa")
    added(duet, "ewa", "Raport", due, "piotr")
    first = events(exported(duet, "ewa", f"{key} ics"))
    pilot = next(event for event in first.values() if "Pilot" in str(event["summary"]))
    assert str(pilot["summary"]) == "D-1: Pilot; część 1, żółta"
    assert pilot.decoded("dtstart") == due
    assert "Marketing" in str(pilot["description"])
    milestones(duet.person("ewa"), f'move 1 {later} "Ferie"')
    handed_in(click(milestones(duet.person("ewa")), ("Zrezygnuj",), 2).form, reason="Zbędne")
    second = events(exported(duet, "ewa", "ics"))
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
    key = running(duet)
    first = check_ins(exported(duet, "ewa", f"{key} ics"))
    assert str(first["status"]) == "CONFIRMED"
    duet.person("ewa").types(f"/duet checkin {key} plan {when}")
    text = exported(duet, "ewa", f"{key} ics")
    second = check_ins(text)
    assert "BEGIN:VTIMEZONE" in text
    assert second["uid"] == first["uid"]
    assert second.decoded("sequence") > first.decoded("sequence")
    until = second["rrule"]["UNTIL"][0]
    assert second["rrule"].to_ical().decode() == rule.format(f"{until:%Y%m%dT%H%M%SZ}")
    assert second.decoded("dtstart").tzinfo.key == "Europe/Warsaw"
    paused(duet, key, today(duet) + timedelta(days=20))
    third = check_ins(exported(duet, "ewa", f"{key} ics"))
    assert str(third["status"]) == "CANCELLED"
    comes(duet, today(duet) + timedelta(days=20), "10:00")
    duet.person("ewa").types(f"/duet checkin {key} wstrzymaj")
    put_away(duet.person("ewa"))
    revised(duet, key, by="ewa", name="Piątki")
    put_away(duet.person("ewa"))
    fourth = check_ins(exported(duet, "ewa", f"{key} ics"))
    assert str(fourth["status"]) == "CANCELLED"
    assert "Piątki" in str(fourth["description"])
    assert second["dtstart"].dt == third["dtstart"].dt == fourth["dtstart"].dt, "the series begins where it began"
    assert second["sequence"] < third["sequence"] < fourth["sequence"]


def test_a_project_that_is_off_the_table_takes_its_milestones_along(duet: Office) -> None:
    """§3: cancelled in the calendar, by a newer SEQUENCE."""
    key, adam = sent(duet), duet.person("adam")
    milestones(duet.person("ewa"), f'{key} add "Pilot" {weekday_in(duet, 60)} @ewa')
    (before,) = events(exported(duet, "ewa", f"{key} ics")).values()
    assert str(before["status"]) == "CONFIRMED"
    answered(duet, "adam", key, "decline", "Nie teraz")
    put_away(adam)
    form = opened(adam, f"/duet withdraw {key}")
    assert fill(form, {"why": "Nie teraz"}).submit() is None
    (after,) = events(exported(duet, "ewa", f"{key} ics")).values()
    assert str(after["status"]) == "CANCELLED"
    assert after["uid"] == before["uid"]
    assert after.decoded("sequence") > before.decoded("sequence")


def test_everything_and_a_table(duet: Office) -> None:
    """§2, §14: what exists so far; the log for leads and executives, answers for the team; no cell is a formula."""
    key, _ = asked(duet, "jan", "tomek", name="=2+3 Kampania")
    due = today(duet) + timedelta(days=20)
    added(duet, "ewa", "+Pilot", due, "ewa")
    milestones(duet.person("ewa"), f'{key} move 1 {due + timedelta(days=1)} "Ferie"')
    owned(duet.person("ewa"), f'{key} klienci "CRM" @ola', description="Zamówienia")
    answers(duet, "jan", progress="Serwer stoi", status="at_risk", blockers="Farba")
    revised(duet, key, budget="90 000 zł")
    put_away(duet.person("anna"))
    everything: dict[str, Any] = json.loads(exported(duet, "adam", f"{key} json"))
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
    members = json.loads(exported(duet, "tomek", f"{key} json"))
    assert members["answers"] == everything["answers"]
    assert not {"log", "decisions", "successions"} & members.keys()
    rows = list(csv.reader(io.StringIO(exported(duet, "adam", f"{key} csv").removeprefix("\ufeff"))))
    at = rows.index(["milestones"])
    assert rows[at + 1][:4] == ["number", "title", "owner", "side"]
    assert rows[at + 2][:4] == ["1", "'+Pilot", "ewa", "marketing"]
    charter = dict(zip(rows[rows.index(["charter"]) + 1], rows[rows.index(["charter"]) + 2], strict=True))
    assert charter["name"] == "'=2+3 Kampania"
    assert (charter["budget"], charter["currency"], charter["cio"]) == ("120000.00", "PLN", "adam")
    assert [row for row in rows if "Serwer stoi" in row and "jan" in row]
    assert [row for row in rows if row and "Kamień milowy ma nowy termin: +Pilot" in row[-1]]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "{"))]
    assert not [cell for row in rows for cell in row if "U0EWA" in cell]


def test_who_neither_leads_nor_directs_gets_no_log(duet: Office) -> None:
    """§14: ledger and log are for leads and executives, answers for the team; nobody else gets anything."""
    key = drafted(duet, by="jan")
    theirs = json.loads(exported(duet, "jan", f"{key} json"))
    assert not {"log", "decisions", "successions", "answers", "blockers", "measure_values"} & theirs.keys()
    assert "charter" in theirs
    for name in ("ola", "roman"):
        with refused(duet, "NotFound"):
            assert says(duet.person(name).types(f"/duet export {key} json").text, NOT_FOUND)
        with refused(duet, "NotFound"):
            presses(duet.person(name), "export.csv", str(project_id(duet, key)))
    basia = duet.person("basia", "T0KIOSK")
    with refused(duet, "NotFound"):
        presses(basia, "export.json", str(project_id(duet, key)))


def test_no_table_of_a_project_is_forgotten() -> None:
    """§2: each is in a section, or left out for a reason."""
    of_projects = {table.name for table in tables.metadata.sorted_tables if "project_id" in table.c}
    gathered = {name for each in SECTIONS for name in each.tables}
    assert of_projects | {"projects"} == gathered | LEFT_OUT.keys()
    assert not gathered & LEFT_OUT.keys()


def test_which_project_and_which_file(duet: Office) -> None:
    """§2.1, §2.3, §15: asked by buttons, in the person's language; Polish words work."""
    for name in ("Pierwszy", "Drugi"):
        active(duet, name=name)
    ewa = duet.person("ewa")
    reply = ewa.types("/duet eksport").click("D-2 · Drugi")
    assert "jaki plik przygotować" in reply.text
    assert "już w drodze" in reply.click("Kalendarz (ics)").text
    assert "jaki plik" in ewa.types("/duet show D-2").click("Eksport").text
    assert "już w drodze" in ewa.types("/duet pobierz kalendarz").click("D-1 · Pierwszy").text
    duet.delivers_everything()
    names = [name for name, _ in files(duet, "ewa")]
    assert [name.rsplit("-", 1)[0] for name in names] == ["D-2-drugi", "D-1-pierwszy"]
    assert "oto Twój kalendarz. Można go później zaimportować" in ewa.reads("@duet")[-1].text


@pytest.mark.parametrize("step", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["timeout", "late_commit", "error:internal_error"])
def test_a_broken_connection_sends_one_file(duet: Office, step: str, kind: str) -> None:
    """Architecture §4: what may have arrived is looked for, by the mark in its name."""
    key = running(duet)
    duet.slack.fault(kind, step, times=1)
    assert "VCALENDAR" in exported(duet, "ewa", f"{key} ics")
    assert len(files(duet, "ewa")) == 1


def test_dates_of_old(duet: Office) -> None:
    """A milestone years ahead is written, too."""
    far = date(today(duet).year + 1, 2, 1)
    key = running(duet, ends_on=f"{far.year + 1}-01-01")
    added(duet, "ewa", "Daleko", far, "ewa")
    (event,) = events(exported(duet, "anna", f"{key} ics")).values()
    assert event.decoded("dtstart") == far


def files_kept(duet: Office) -> int:
    """How many files are in the database."""
    with reading(duet.database) as session:
        contents = session.exec(select(Delivery.content).where(Delivery.kind == UPLOAD)).all()
    return sum(bool(content) for content in contents)


def test_files_do_not_stay_in_the_database(duet: Office) -> None:
    """§14: blanked once they have arrived; what does not arrive within a day is not worth sending any more."""
    key = active(duet)
    exported(duet, "ewa", f"{key} ics")
    assert files_kept(duet) == 1
    app.retain(duet.database, duet.bot.duet.now())
    assert files_kept(duet) == 0
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        lane, worth = "dm:U0EWA", service.WORTH_SENDING
        content = {"data": "x"}
        enqueue(
            session,
            team_id="T0PIKUS",
            lane=lane,
            key="waits",
            kind=UPLOAD,
            content=content,
            not_after=now + worth,
        )
        session.exec(select(Delivery).where(Delivery.key == "waits")).one().status = "parked"
    app.retain(duet.database, now + worth)
    assert files_kept(duet) == 1
    app.retain(duet.database, now + worth + timedelta(minutes=1))
    assert files_kept(duet) == 0


def test_a_file_that_is_too_large_is_refused(duet: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """§16: one sentence, and nothing is stored."""
    key = active(duet)
    monkeypatch.setattr(service, "MOST_BYTES", 1000)
    with unchanged(duet):
        assert "za duży" in duet.person("ewa").types(f"/duet export {key} json").text


def test_milestones_of_two_databases_are_never_one(sqlite_files: SqliteFiles, tmp_path: Path, duet: Office) -> None:
    """§13.3: a calendar that holds both has both; in one database the same file again changes nothing."""
    uids = []
    (tmp_path / "other").mkdir()
    with sqlite_files.new(tmp_path / "other") as url, office(url, tmp_path / "other") as other:
        for each, name in ((duet, "Ogórki"), (other, "Pomidory")):
            key = running(each, name=name)
            added(each, "ewa", "Pilot", weekday_in(each, 30), "piotr")
            found = set(events(exported(each, "ewa", f"{key} ics")))
            assert found == set(events(exported(each, "ewa", f"{key} ics")))
            uids.append(found)
    assert uids[0]
    assert uids[1]
    assert not uids[0] & uids[1]
