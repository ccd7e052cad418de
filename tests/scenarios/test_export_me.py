"""`/duet export me`: all that Duet holds of a person, and nothing that is not theirs (product §13.3)."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
from sqlalchemy import select, text

from storage import tables
from storage.personal import HOLDINGS, OF_NOBODY
from storage.session import read_only_session
from tests.running import Office
from tests.scenarios.ask_steps import ask_person
from tests.scenarios.checkin_steps import answer_prompt, start_first_round
from tests.scenarios.days import current_day, move_to_next_morning
from tests.scenarios.export_steps import list_files
from tests.scenarios.funding_steps import record_entry
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import close_forms, expect_refusal, has_sentence
from tests.scenarios.timetable_steps import add_milestone, weekday_from_today

SCHEMAS = Path(__file__).parents[2] / "docs" / "files"


def export_own_file(duet: Office, handle: str, words: str = "me") -> dict[str, Any]:
    close_forms(duet.person(handle))
    said = duet.person(handle).types(f"/duet export {words}").text
    assert has_sentence(said, ("Wszystko, co Duet przechowuje o Tobie", "All that Duet holds of you")), said
    duet.delivers_everything()
    name, written = list_files(duet, handle)[-1]
    assert name.startswith("duet-") and name.endswith(".json")
    file: dict[str, Any] = json.loads(written)
    return file


def set_up_busy_project(duet: Office) -> str:
    """Ewa, Jan and Tomek have done something of most sorts."""
    key, _ = start_first_round(duet, "jan", "tomek")
    answer_prompt(duet, "jan", progress="Serwer stoi", status="at_risk", blockers="Farba")
    answer_prompt(duet, "tomek", progress="Półki gotowe", status="on_track")
    add_milestone(duet, "ewa", "Pilot", weekday_from_today(duet, 20), "jan")
    register_asset(duet.person("ewa"), f'{key} klienci "CRM" @ola', description="Zamówienia")
    ask_person(duet, "ewa", key, "jan", weekday_from_today(duet, 10), "Dane o piątkach")
    record_entry(duet.person("ewa"), f"fund {key} 1200 zł")
    duet.person("jan").types(f"/duet away {current_day(duet)} {weekday_from_today(duet, 3)}")
    duet.person("jan").types("/duet settings")
    close_forms(duet.person("jan"))
    duet.person("tomek").types(f"/duet pause {key}")
    move_to_next_morning(duet)
    return key


def test_all_that_is_held_of_a_person(duet: Office) -> None:
    """§13.3: what they said and did, and where others named them; as documented."""
    key = set_up_busy_project(duet)
    file = export_own_file(duet, "jan")
    schema = json.loads((SCHEMAS / "person.schema.json").read_text("utf-8"))
    assert [*jsonschema_rs.validator_for(schema).iter_errors(file)] == []
    assert (file["format"], file["version"], file["person"]) == ("duet.person", 1, "U0JAN")
    held = file["held"]
    with read_only_session(duet.database) as session:
        greeted = session.execute(select(tables.metadata.tables["deliveries"].c.key)).scalars().all()
    greeted = [key for key in greeted if key.startswith("hello:")]
    assert greeted and not [key for key in greeted if not key.startswith("hello:U0")], "a letter is nobody"
    (me,) = held["people"]
    assert (me["full_name"], me["zone"], me["as"]) == ("Jan Łącznik", "Europe/Warsaw", ["user_id"])
    (answered,) = [each for each in held["checkin_prompts"] if each["state"] == "answered"]
    assert "Serwer stoi" in answered["answer"].values()
    assert [each["text"] for each in held["blockers"]] == ["Farba"]
    (ask,) = held["asks"]
    assert (ask["text"], ask["as"]) == ("Dane o piątkach", ["owner"])
    assert [each["title"] for each in held["milestones"]] == ["Pilot"]
    assert [each["starts_on"] for each in held["absences"]] == [str(current_day(duet))] or held["absences"]
    assert {"project_id": 1, "key": key} in file["projects"]
    assert {"person": "U0EWA", "name": "Ewa Błysk"} in file["people"]
    messages = [each["content"].get("text", "") for each in held["deliveries"] if each["as"] == []]
    assert messages, "what was sent to him, as long as it is kept"
    assert not [each for rows in held.values() for each in rows if "team_id" in each]


def test_what_is_not_theirs_is_not_in_it(duet: Office) -> None:
    """§13.3, §14: nobody else's answers, no money, no log of what others did but that it names them."""
    set_up_busy_project(duet)
    file = export_own_file(duet, "jan")
    words = json.dumps(file["held"], ensure_ascii=False)
    assert "Półki gotowe" not in words
    assert "120000" not in words and not file["held"]["ledger_entries"]
    about = [each for each in file["held"]["audit_log"] if "actor" not in each["as"]]
    assert about, "others have added him, and asked him"
    assert {name for each in about for name in each} <= {"as", "at", "action", "project_id"}


def test_no_row_that_names_somebody_is_left_out(duet: Office) -> None:
    """§13.3: every cell of the database is looked at; each id in one is told of, or is of nobody."""
    set_up_busy_project(duet)
    files = {handle: export_own_file(duet, handle) for handle in ("jan", "ewa", "adam", "tomek")}
    with read_only_session(duet.database) as session:
        for table in tables.metadata.sorted_tables:
            rows = session.execute(select(*table.c).where(text("true"))).mappings().all()
            for handle, file in files.items():
                user_id = f"U0{handle.upper()}"
                naming = [row for row in rows if user_id in str([*row.values()])]
                if table.name in OF_NOBODY:
                    assert not naming or table.name == "pulse_respondents", table.name
                    continue
                withheld = HOLDINGS[table.name].withheld
                columns = {
                    name for row in naming for name, value in row.items() if user_id in str(value)
                } - withheld.keys()
                told = len(file["held"][table.name])
                undeclared = columns - {*HOLDINGS[table.name].of_people} - {*HOLDINGS[table.name].words}
                assert not undeclared, (table.name, handle, undeclared)
                if columns & {*HOLDINGS[table.name].of_people}:
                    assert told, (table.name, handle)


def test_a_guest_has_it_too_and_a_project_called_so_stays_a_project(duet: Office) -> None:
    """§13.3: of a person, whoever they are; the word stands alone."""
    set_up_busy_project(duet)
    duet.slack.change_person("tomek", is_restricted=True)
    assert export_own_file(duet, "tomek")["held"]["checkin_prompts"]
    for words in ("mnie", "me json", "json me", "json moje dane"):
        assert export_own_file(duet, "jan", words)["person"] == "U0JAN"
    with expect_refusal(duet, "error.words_not_read"):
        duet.person("jan").types("/duet export me xlsx")
    with expect_refusal(duet, "error.words_not_read"):
        duet.person("jan").types("/duet export xlsx me")
