"""Forgetting a person, and what retention ends: what was written is nowhere any more (product §17)."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.privacy.retention import apply_retention
from bot.runtime.clock import real_now
from playground.world import World
from storage import tables
from storage.deliveries import blank_delivered_contents
from storage.personal import HOLDINGS
from storage.session import transaction
from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.ask_steps import ask_person, press, send_form
from tests.scenarios.checkin_steps import answer_prompt, only_summary, start_first_round
from tests.scenarios.closing_steps import (
    agree_on_closing,
    set_up_closed,
    sign_as_executives,
    wait_for_report,
)
from tests.scenarios.days import move_to_next_morning, run_due_work
from tests.scenarios.export_steps import export_file
from tests.scenarios.lifecycle_steps import messages_containing, withdraw_project
from tests.scenarios.pulse_steps import name_stewards
from tests.scenarios.roles import Action, Place, set_up_active_project
from tests.scenarios.steps import (
    activate_on_monday,
    activate_project,
    answer_request,
    close_forms,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    forge_submission,
    open_form,
    open_second_step,
    project_id,
    query_one,
    revise_charter,
    send_charter,
    text_state,
)
from tests.scenarios.team_steps import run_team_command
from tests.scenarios.test_succession import name_successor, pass_objection_days
from tests.scenarios.timetable_steps import weekday_from_today
from tests.snapshots import play_once

TITLE = ("Usuń dane osoby", "Forget somebody")
WORDS = ("Wirydarz", "Palisander", "Kolofonia", "Szmaragd", "Alabaster", "Bergamotka", "Cynober")
"""Unique ones: wherever one of them stands, somebody has forgotten to forget."""
TOMEK = "U0TOMEK"
ANSWERED = ("checkin_prompts", "checkin_rounds", "retrospectives", "executive_rounds", "notices")
RECORDS = ("audit_log", "signing_requests", "charter_versions", "members", "closings")
PROJECTS_TABLES = [table.name for table in tables.metadata.sorted_tables if "project_id" in table.c]


def say(word: str) -> str:
    return f"{word} stoi w magazynie"


def open_forget_form(duet: Office, handle: str) -> SeenForm:
    close_forms(duet.person(handle))
    settings = open_form(duet.person(handle), "/duet settings")
    shown = settings.click(find_label(settings.buttons, TITLE))
    assert shown is not None
    return shown


def ask_to_forget(duet: Office, handle: str, name: str) -> SeenForm:
    """The first step sent: the second one, or the first with its error."""
    form = open_forget_form(duet, handle)
    shown = form.fill({form.labels[0]: name}).submit()
    assert shown is not None
    return shown


def forget(duet: Office, handle: str, name: str) -> str:
    shown = ask_to_forget(duet, handle, name).submit()
    assert shown is not None
    close_forms(duet.person(handle))
    run_due_work(duet)
    duet.delivers_everything()
    return shown.text


def list_stored_texts(duet: Office) -> dict[str, str]:
    """Everything in the database, by table and column, as it stands there."""
    found = {}
    with duet.database.readers.connect() as connection:
        for table in tables.metadata.sorted_tables:
            for column in table.c:
                rows = connection.execute(select(column)).scalars()
                found[f"{table.name}.{column.name}"] = json.dumps([str(each) for each in rows], ensure_ascii=False)
    return found


def list_traces(duet: Office, *words: str) -> dict[str, list[str]]:
    """Where in the database which of these stand."""
    stored = list_stored_texts(duet)
    return {
        place: [word for word in words if word in text]
        for place, text in stored.items()
        if any(word in text for word in words)
    }


def list_shown_texts(duet: Office) -> str:
    """All messages of the workspace's conversations, as Slack has them now."""
    world: World = duet.playground.world

    def read() -> str:
        channels = world.teams["T0PIKUS"].channels.values()
        messages = [message for channel in channels for message in channel.messages.values()]
        return json.dumps([[each.text, each.blocks] for each in messages], ensure_ascii=False)

    return duet.workspace.in_loop(read)


@play_once
def set_up_words_of_tomek(duet: Office) -> Place:
    """He has answered, asked, been asked, noted what is in his way, and begun a draft; he is in no team now."""
    key, _ = start_first_round(duet, "jan", "tomek")
    answer_prompt(
        duet, "tomek", progress=say(WORDS[0]), status="at_risk", blockers=say(WORDS[1]), needs=say(WORDS[2])
    )
    answer_prompt(duet, "jan", progress="Serwer stoi", status="on_track")
    move_to_next_morning(duet)
    due = weekday_from_today(duet, 10)
    ask_person(duet, "tomek", key, "jan", due, say(WORDS[3]))
    ask_person(duet, "jan", key, "tomek", due, "Lista piątków")
    declining = press(duet, "tomek", ("Odmawiam", "Decline"))
    send_form(duet, declining, reason=say(WORDS[4]))
    open_second_step(duet, by="tomek", goal=say(WORDS[5]))
    close_forms(duet.person("tomek"))
    duet.person("tomek").types(f'/duet blocker {key} "{say(WORDS[6])}"')
    run_due_work(duet)
    move_to_next_morning(duet)
    run_team_command(duet.person("ewa"), f"{key} remove @tomek")
    run_due_work(duet)
    return Place(duet, key, {"project": project_id(duet, key)})


@play_once
def set_up_proposed_forgetting(duet: Office) -> Place:
    """Stewards are jan and ola; jan wants mike to be forgotten, who has no part in anything."""
    place = set_up_active_project(duet)
    name_stewards(duet, "@jan", "@ola")
    close_forms(duet.person("roman"))
    duet.person("mike").types("/duet")
    forget(duet, "jan", "U0MIKE")
    return Place(duet, place.key, place.ids | {"somebody": "U0MIKE", "another": "U0ROMAN"})


MATRIX = {
    "look for whom to forget": Action({"admin"}, set_up_active_project, button=("forget.form", "settings")),
    "forget somebody": Action(
        {"drafter", "colleague"},
        set_up_proposed_forgetting,
        button=("forget.agree", "{another}"),
        form=("forget.save", {"person": "another"}, lambda _: {}),
        changes={"button", "form"},
    ),
    "refuse to forget somebody": Action(
        {"colleague"}, set_up_proposed_forgetting, button=("forget.refuse", "{somebody}"), changes={"button"}
    ),
}


def test_their_words_are_nowhere(duet: Office) -> None:
    """§17: not in any table, nor in what is kept of replies and deliveries, nor in Slack, nor in what others export
    or read; and where their name stood is a former member.
    """
    key = set_up_words_of_tomek(duet).key
    before = list_traces(duet, *WORDS)
    assert {word for words in before.values() for word in words} == {*WORDS}, before
    assert {each.partition(".")[0] for each in before} >= {
        "checkin_prompts",
        "asks",
        "blockers",
        "audit_log",
        "drafts",
    }
    shown = list_shown_texts(duet)
    assert {word for word in WORDS if word in shown} >= {WORDS[0], WORDS[1], WORDS[3]}
    with capture_logs() as logs:
        assert ask_to_forget(duet, "roman", "Tomek Nikt").errors
        forget(duet, "roman", "Tomek Półka")
    assert "refused" in [entry["event"] for entry in logs]
    assert [word for word in (*WORDS, "Półka", "Tomek Nikt") if word in str(logs)] == []
    assert list_traces(duet, *WORDS) == {}
    assert list_traces(duet, TOMEK) == {}
    shown = list_shown_texts(duet)
    assert [word for word in WORDS if word in shown] == []
    assert "dawny uczestnik nr 1" in only_summary(duet, key)
    assert query_one(duet, "SELECT text FROM asks WHERE asked_by = 'U0JAN'") == "Lista piątków"
    assert duet.person("ewa").types(f"/duet log {key}").text.count("Lista piątków") == 2
    assert query_one(duet, "SELECT count(*) FROM deliveries WHERE kind = 'charter_post'") == 1, "nobody's words"
    for kind in ("json", "ics"):
        written = export_file(duet, "ewa", f"{key} {kind}")
        assert [word for word in (*WORDS, "Półka", TOMEK) if word in written] == []
    for typed in (f"/duet log {key}", f"/duet ask {key}", f"/duet blocker {key}", f"/duet checkin {key} history"):
        said = duet.person("ewa").types(typed).text
        assert [word for word in (*WORDS, TOMEK) if word in said] == [], typed


def test_who_still_has_a_part_is_not_forgotten(duet: Office) -> None:
    """§17: what somebody has to do passes to somebody else first; and nobody is forgotten by one click too many."""
    place = set_up_active_project(duet)
    for name, error in (
        ("Piotr Kabelek", f"Piotr Kabelek ma jeszcze udział w: {place.key}."),
        ("ewa blysk", f"Ewa Błysk ma jeszcze udział w: {place.key}."),
        ("Nikt Taki", "Nikt Taki"),
        ("Roman Porządek", "ktoś inny"),
    ):
        shown = ask_to_forget(duet, "roman", name)
        assert error in "".join(shown.errors.values()), (name, shown.errors, shown.text)
        close_forms(duet.person("roman"))
    with expect_refusal(duet, "error.not_an_admin"):
        forge_click(duet.person("anna"), "forget.form", "settings")
    with expect_refusal(duet, "error.not_an_admin"), expect_no_change(duet):
        forge_click(duet.person("anna"), "forget.agree", TOMEK)
        forge_submission(duet.person("anna"), "forget.find", "", {"who": text_state("Tomek Półka")})
    for value in ("U0NIKT", "", "UFORMER1"):
        with expect_refusal(duet, "error.not_found"), expect_no_change(duet):
            forge_click(duet.person("roman"), "forget.agree", value)


def test_where_there_are_stewards_both_decide(duet: Office) -> None:
    """§17: forgetting needs both of them instead of a Slack admin; the no of one is enough."""
    set_up_proposed_forgetting(duet)
    assert query_one(duet, "SELECT count(*) FROM erasures") == 0
    with expect_refusal(duet, "error.steward.decide"):
        forge_click(duet.person("roman"), "forget.form", "settings")
    move_to_next_morning(duet)
    (asked,) = messages_containing(duet, "ola", "usunięcie danych osoby")
    asked.click("Nie zgadzam się")
    run_due_work(duet)
    assert query_one(duet, "SELECT count(*) FROM erasures") == 0
    forget(duet, "ola", "U0MIKE")
    forget(duet, "jan", "U0MIKE")
    assert query_one(duet, "SELECT count(*) FROM erasures WHERE reason = 'person'") == 1
    assert query_one(duet, "SELECT count(*) FROM people WHERE user_id = 'U0MIKE'") == 0
    move_to_next_morning(duet)
    assert messages_containing(duet, "ola", "dawny uczestnik nr 1")


def test_signatures_keep_the_name(duet: Office) -> None:
    """§17: until their own retention ends, and the person is told so; the reason that was given goes."""
    key = send_charter(duet)
    answer_request(duet, "adam", key, "decline", "Malachit nie wystarczy")
    withdraw_project(duet, key)
    assert query_one(duet, "SELECT state FROM projects") == "cancelled"
    forget(duet, "roman", "Adam Wolny")
    assert list_traces(duet, "Malachit") == {}
    kept = {place.partition(".")[0] for place in list_traces(duet, "U0ADAM")}
    assert kept > {"people"}
    assert {name for name in kept if name != "people" and not HOLDINGS[name].keeps_names} == set()
    assert query_one(duet, "SELECT full_name FROM people WHERE user_id = 'U0ADAM'") == "Adam Wolny"
    assert "Twoje imię i nazwisko zostają tylko przy podpisach" in duet.person("adam").reads("@duet")[-1].text
    apply_retention(duet.database, duet.bot.duet.now() + timedelta(days=100))
    assert query_one(duet, "SELECT count(*) FROM projects") == 1
    apply_retention(duet.database, duet.bot.duet.now() + timedelta(days=200))
    assert query_one(duet, "SELECT count(*) FROM projects") == 0
    assert list_traces(duet, "U0ADAM", "Adam Wolny") == {}


def test_a_conversation_about_signatures_goes_with_whoever_left_their_seat(duet: Office) -> None:
    """§17, §4.9: what they had answered is asked of somebody else by then; Slack shows their words no more."""
    key, day = activate_on_monday(duet, by="ewa")
    revise_charter(duet, key, by="ewa", budget="90k")
    answer_request(duet, "adam", key, "talk", "Malachit nie wystarczy")
    duet.delivers_everything()
    assert "Malachit" in list_shown_texts(duet)
    name_successor(duet, "tomek", leaver="@adam")
    pass_objection_days(duet, day)
    forget(duet, "roman", "Adam Wolny")
    duet.delivers_everything()
    assert "Malachit" not in list_shown_texts(duet)


def test_retention_erases_answers_first_and_everything_in_the_end(duet: Office) -> None:
    """§17: answers 12 months after closing, log, signatures and ledger 5 years after it; nothing of a project that
    goes on, and the append-only tables let nobody else change anything.
    """
    place = set_up_closed(duet)
    goes_on = activate_project(duet, name="Trwa dalej")
    now = duet.bot.duet.now()
    apply_retention(duet.database, now + timedelta(days=360))
    assert count_rows(duet, place, *ANSWERED) != {} and count_rows(duet, place, *RECORDS) != {}
    apply_retention(duet.database, now + timedelta(days=380))
    assert count_rows(duet, place, *ANSWERED) == {}
    assert set(count_rows(duet, place, *RECORDS)) == {*RECORDS}
    for typed in ("show {}", "log {}", "checkin {} history", "budget {}", "team {}"):
        assert duet.person("anna").types(f"/duet {typed.format(place.key)}").text
    json.loads(export_file(duet, "anna", f"{place.key} json"))
    for _ in range(2):  # its files in Slack first, then the records
        apply_retention(duet.database, now + timedelta(days=1840))
        duet.delivers_everything()
    assert count_rows(duet, place, *PROJECTS_TABLES) == {}
    assert query_one(duet, "SELECT count(*) FROM projects") == 1
    assert goes_on in duet.person("anna").types("/duet list").text
    assert query_one(duet, "SELECT count(*) FROM erasures WHERE is_open") == 0
    with pytest.raises(DBAPIError, match="append-only"), transaction(duet.database) as session:
        session.execute(text("DELETE FROM audit_log"))


def test_after_retention_what_was_answered_is_nowhere(duet: Office) -> None:
    """§17: 12 months after closing, neither in a table, the log of the project among them, nor in an export."""
    key = set_up_words_of_tomek(duet).key
    agree_on_closing(duet, key)
    wait_for_report(duet)
    sign_as_executives(duet, key)
    assert query_one(duet, "SELECT count(*) FROM closings WHERE closed_at IS NOT NULL") == 1
    kept = list_traces(duet, *WORDS)
    assert {"asks.text", "audit_log.after", "checkin_prompts.answer"} <= kept.keys()
    apply_retention(duet.database, duet.bot.duet.now() + timedelta(days=380))
    with transaction(duet.database) as session:  # what was delivered goes after a week of real time
        blank_delivered_contents(session, before=real_now() + timedelta(seconds=1))
    assert list_traces(duet, *WORDS) == {}
    assert query_one(duet, "SELECT count(*) FROM audit_log WHERE action LIKE 'ask.%'") > 0
    assert not [word for word in WORDS if word in duet.person("ewa").types(f"/duet log {key}").text]
    assert not [word for word in WORDS if word in export_file(duet, "ewa", f"{key} json")]


def count_rows(duet: Office, place: Place, *names: str) -> dict[str, int]:
    """How many rows these tables have of the project; without those that have none."""
    found = {
        name: query_one(duet, f"SELECT count(*) FROM {name} WHERE project_id = :id", id=place.ids["project"])
        for name in names
    }
    return {name: count for name, count in found.items() if count}
