"""Files that Duet has sent are deleted from Slack with the words that they may hold (product §17)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.privacy.retention import apply_retention
from bot.runtime.clock import real_now
from playground.world import File
from storage import workspaces
from storage.closing import list_reported_closings
from storage.deliveries import blank_delivered_contents
from storage.session import read_only_session, transaction
from tests.running import Office
from tests.scenarios.closing_steps import (
    PDF,
    answer_questions,
    click_in_checklist,
    confirm_returns,
    end_project_with_member,
    read_pdf_words,
    report_messages,
    set_up_closed,
    sign_as_executives,
    wait_for_report,
)
from tests.scenarios.days import run_due_work
from tests.scenarios.export_steps import export_file, list_files
from tests.scenarios.steps import activate_project, query_one
from tests.scenarios.test_forgetting import (
    WORDS,
    forget,
    list_shown_texts,
    list_traces,
    say,
    set_up_words_of_tomek,
)

NAME = "Tomek Półka"
RETRACTIONS = "SELECT count(*) FROM deliveries WHERE kind = 'file_retraction' AND status = '{}'"


def list_kept_files(duet: Office) -> list[File]:
    """What Slack still has of all that was uploaded."""
    return [each for each in duet.playground.world.files.values() if not each.is_deleted]


def close_with_member(duet: Office) -> str:
    """A project of which tomek was a member, who has looked back on it; its report is signed."""
    key = end_project_with_member(duet)
    answer_questions(duet, key, "tomek", worked=say(WORDS[0]))
    wait_for_report(duet)
    confirm_returns(duet)
    sign_as_executives(duet, key)
    assert query_one(duet, "SELECT count(*) FROM closings WHERE closed_at IS NOT NULL") == 1
    return key


def test_exports_go_with_whom_they_may_quote(duet: Office) -> None:
    """§17: a file of a project that names the person, and what anybody took along; no other project's. Nobody knows
    what a file says, so whoever still needs one asks for a new one, which says nothing of them.
    """
    key = set_up_words_of_tomek(duet).key
    other = activate_project(duet, name="Bez niego")
    assert WORDS[0] in export_file(duet, "ewa", f"{key} json")
    assert WORDS[4] in export_file(duet, "jan", "me")
    export_file(duet, "tomek", "me")
    assert WORDS[0] not in export_file(duet, "ewa", f"{other} json")
    forget(duet, "roman", NAME)
    (kept,) = list_kept_files(duet)
    assert other in kept.name
    assert query_one(duet, RETRACTIONS.format("delivered")) == 3
    deleted = [each for each in duet.person("ewa").reads("@duet") if each.deleted_files]
    assert len(deleted) == 1
    assert not [word for word in WORDS if word in export_file(duet, "ewa", f"{key} json")]
    assert not [word for word in WORDS if word in export_file(duet, "jan", "me")]


def test_a_report_that_names_a_member_says_former_member(duet: Office) -> None:
    """§17: in the report that was signed, the messages that show it, and a document that is made anew; those that
    were sent are deleted. Who has signed keeps their name.
    """
    key = close_with_member(duet)
    assert NAME in read_pdf_words(duet, "anna") and WORDS[0] in read_pdf_words(duet, "anna")
    assert any(WORDS[0] in each.text for each in report_messages(duet, "piotr"))
    sent = len(list_kept_files(duet))
    assert sent >= 4
    with transaction(duet.database) as session:  # a week later nobody knows what was in messages and files
        blank_delivered_contents(session, before=real_now() + timedelta(seconds=1))
    forget(duet, "roman", NAME)
    assert list_kept_files(duet) == []
    assert list_traces(duet, *WORDS, NAME) == {}
    assert any("dawny uczestnik nr 1" in each.text for each in report_messages(duet, "piotr"))
    assert [word for word in (WORDS[0], NAME) if word in list_shown_texts(duet)] == []
    click_in_checklist(duet, "anna", key, PDF)
    run_due_work(duet)
    duet.delivers_everything()
    printed = read_pdf_words(duet, "anna")
    assert "dawny uczestnik nr 1" in printed and NAME not in printed and WORDS[0] not in printed
    assert "Adam Wolny" in printed


@pytest.mark.one_of(3)
@pytest.mark.parametrize("name", [f"{NAME}-Nowak", f"{NAME} Nowak", f"Jan {NAME}"])
def test_whoever_has_that_name_and_another_keeps_both(duet: Office, name: str) -> None:
    """§17: the report goes on naming a lead of whose name the forgotten one is a part."""
    duet.slack.change_person("ewa", real_name=name)
    duet.settles()
    close_with_member(duet)
    (before,) = list_reports(duet)
    assert name in before["leads"]
    forget(duet, "roman", NAME)
    (after,) = list_reports(duet)
    assert after["leads"] == before["leads"]
    assert NAME not in json.dumps(after, ensure_ascii=False).replace(name, "")


def list_reports(duet: Office) -> list[dict[str, Any]]:
    """As they are stored."""
    with read_only_session(duet.database) as session:
        return [each.report or {} for each in list_reported_closings(session, "T0PIKUS")]


def hold_messages(duet: Office) -> None:
    """As if Slack had said that it takes none for a while."""
    with transaction(duet.database) as session:
        workspaces.pause_sending(session, "T0PIKUS", real_now() + timedelta(days=1))


def release_messages(duet: Office) -> None:
    with transaction(duet.database) as session:
        workspaces.load_workspace(session, "T0PIKUS").sending_paused_until = None


@pytest.mark.one_of(3)
@pytest.mark.parametrize(
    ("code", "is_logged"), [("cant_delete_file", True), ("file_deleting_disabled", True), ("file_deleted", False)]
)
def test_what_slack_does_not_delete_stays_and_is_logged(duet: Office, code: str, is_logged: bool) -> None:
    """§17: "where Slack allows"; a file that is gone already is no trouble."""
    key = set_up_words_of_tomek(duet).key
    export_file(duet, "ewa", f"{key} json")
    duet.slack.fault(f"error:{code}", "files.delete")
    with capture_logs() as logs:
        forget(duet, "roman", NAME)
    refused = [entry.get("code") for entry in logs if entry["event"] == "retraction.refused"]
    assert refused == ([code] if is_logged else [])
    assert query_one(duet, RETRACTIONS.format("delivered")) == 1
    assert len(duet.slack.calls("files.delete")) == 1


def test_a_missing_permission_waits_for_whoever_runs_duet(duet: Office) -> None:
    """Architecture §4: it is listed by `duet deliveries`, and deleted once there is the permission."""
    key = set_up_words_of_tomek(duet).key
    export_file(duet, "ewa", f"{key} json")
    duet.slack.fault("error:missing_scope", "files.delete")
    forget(duet, "roman", NAME)
    assert query_one(duet, RETRACTIONS.format("parked")) == 1
    assert len(list_kept_files(duet)) == 1


@pytest.mark.parametrize("kind", ["reset", "late_commit"])
def test_a_file_on_its_way_is_deleted_too(duet: Office, kind: str) -> None:
    """Architecture §4: what may have arrived is looked for by its mark, and then deleted."""
    key = set_up_words_of_tomek(duet).key
    duet.slack.fault(kind, "files.completeUploadExternal", times=1, commit=True)
    duet.person("ewa").types(f"/duet export {key} json")
    duet.slack.waits_for_calls("files.completeUploadExternal")
    forget(duet, "roman", NAME)
    assert list_kept_files(duet) == []
    assert query_one(duet, RETRACTIONS.format("delivered")) == 1


def test_retention_takes_a_projects_files_from_slack(duet: Office) -> None:
    """§17: exports with the answers that they hold; the report's documents, with the project's records, an hour
    before the records go; nothing of another project.
    """
    place = set_up_closed(duet)
    goes_on = activate_project(duet, name="Trwa dalej")
    json.loads(export_file(duet, "ewa", f"{place.key} json"))
    json.loads(export_file(duet, "ewa", f"{goes_on} json"))
    closed_at = duet.bot.duet.now()
    documents = {name for name, _ in list_files(duet, "ewa") if name.endswith(".pdf")}
    assert documents
    apply_retention(duet.database, closed_at + timedelta(days=380))
    duet.delivers_everything()
    kept = {each.name for each in list_kept_files(duet)}
    assert documents < kept and sum(name.endswith(".json") for name in kept) == 1
    for left in (2, 1):
        apply_retention(duet.database, closed_at + timedelta(days=1840))
        assert query_one(duet, "SELECT count(*) FROM projects") == left
        duet.delivers_everything()
    (other,) = list_kept_files(duet)
    assert goes_on in other.name


def test_a_project_stays_until_its_files_are_gone(duet: Office) -> None:
    """§17: with its records goes the id by which Slack knows them; Slack may take nothing just then."""
    set_up_closed(duet)
    over = duet.bot.duet.now() + timedelta(days=1840)
    hold_messages(duet)
    for _ in range(3):
        apply_retention(duet.database, over)
    assert query_one(duet, "SELECT count(*) FROM projects") == 1
    release_messages(duet)
    duet.delivers_everything()
    assert list_kept_files(duet) == []
    apply_retention(duet.database, over)
    assert query_one(duet, "SELECT count(*) FROM projects") == 0


def test_a_project_of_a_workspace_without_duet_goes_all_the_same(duet: Office) -> None:
    """Nobody can delete its files there."""
    set_up_closed(duet)
    with transaction(duet.database) as session:
        workspaces.record_uninstallation(session, "T0PIKUS")
    for left in (1, 0):
        apply_retention(duet.database, duet.bot.duet.now() + timedelta(days=1840))
        assert query_one(duet, "SELECT count(*) FROM projects") == left
