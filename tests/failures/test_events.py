"""Events that arrive late, twice, first as a retry, or out of order: what Slack says now is what counts."""

from pathlib import Path
from typing import Any

from handlers.payloads import read_event_place
from tests.running import Office, SqliteFiles, run_office
from tests.scenarios.steps import (
    NAME,
    activate_project,
    close_forms,
    day_from_today,
    expect_refusal,
    fill_form,
    has_sentence,
    open_form,
    project_id,
    query_one,
)

POLISH, ENGLISH = "wspólne projekty", "joint projects"


def offline_while(duet: Office, **changes: Any) -> None:
    """Anna's profile changes while Duet is stopped: Slack tries twice, and again a minute later."""
    duet.bot.stop()
    duet.slack.change_person("anna", **changes)
    duet.slack.waits_until_idle()
    duet.starts_again()


def a_minute_later(duet: Office) -> None:
    duet.slack.move_clock(minutes=1)
    duet.slack.waits_until_idle()


def asks_for_help(duet: Office) -> str:
    return duet.person("anna").types("/duet help").text


def test_an_event_that_arrives_first_as_a_retry(duet: Office) -> None:
    """Nobody listened when it happened; it is processed as if it came in time."""
    assert POLISH in asks_for_help(duet)
    offline_while(duet, tz="Europe/London")
    assert POLISH in asks_for_help(duet)
    a_minute_later(duet)
    assert ENGLISH in asks_for_help(duet)


def test_a_late_event_does_not_undo_a_newer_one(duet: Office) -> None:
    """English, while nobody listened; Polish again; then the first of the two events is sent again."""
    assert POLISH in asks_for_help(duet)
    offline_while(duet, tz="Europe/London")
    duet.slack.change_person("anna", tz="Europe/Warsaw")
    duet.slack.waits_until_idle()
    a_minute_later(duet)
    assert POLISH in asks_for_help(duet)


def test_an_event_that_arrives_twice(duet: Office) -> None:
    """The same id, its first acknowledgement lost: the second time changes nothing."""
    asks_for_help(duet)
    user = duet.slack.state["teams"][0]["people"][1] | {"tz": "Europe/London"}
    assert user["id"] == "U0ANNA"
    duet.slack.change_person("anna", tz="Europe/London")
    duet.slack.sends_event({"type": "user_change", "user": user}, twice=True)
    duet.slack.waits_until_idle()
    assert ENGLISH in asks_for_help(duet)
    assert query_one(duet, "SELECT count(*) FROM people WHERE user_id = 'U0ANNA'") == 1


def test_an_event_that_nobody_understands_is_let_go(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """It is not acknowledged; Slack gives up after its three retries, and the bot lives."""
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path, over_http=True) as duet:
        duet.slack.sends_event({"type": "user_change"})
        for _ in range(3):
            duet.slack.waits_until_idle()
            duet.slack.move_clock(minutes=5)
        duet.slack.waits_until_idle()
        sent = [each.status for each in duet.playground.traffic.since(0) if each.way == "to app"]
        assert sent == ["http 400"] * 4
        assert POLISH in asks_for_help(duet)


def test_an_event_says_for_whom_it_is_meant() -> None:
    """In a channel shared with another company the sender's team stands outside; of a whole organisation, none."""
    theirs = {"team_id": "T0THEIRS", "enterprise_id": "E0THEIRS"}
    meant = {"team_id": "T0PIKUS", "enterprise_id": None, "is_bot": True}
    assert read_event_place({**theirs, "authorizations": [meant]}) == ("T0PIKUS", None)
    of_all = {"team_id": None, "enterprise_id": "E0PIKUS", "is_enterprise_install": True}
    assert read_event_place({"team_id": "T0PIKUS", "authorizations": [of_all]}) == ("T0PIKUS", "E0PIKUS")
    assert read_event_place({"team_id": "T0PIKUS"}) == ("T0PIKUS", None)


def test_what_happens_in_a_shared_channel_arrives(duet: Office) -> None:
    """The same, through the door: the person is one of ours, whoever's team stands outside."""
    asks_for_help(duet)
    user = duet.slack.state["teams"][0]["people"][1] | {"deleted": True}
    duet.slack.sends_event({"type": "user_change", "user": user}, sent_by="T0ELSEWHERE")
    duet.slack.waits_until_idle()
    assert query_one(duet, "SELECT deleted FROM people WHERE user_id = :user", user=user["id"])


def test_a_form_belongs_to_the_workspace_in_which_duet_stands(duet: Office) -> None:
    """Who looks at it may sit in another one of the organisation: what they hand in and click is done in ours."""
    ewa = duet.person("ewa")
    elsewhere = {"team": {"id": "T0ELSEWHERE", "domain": "elsewhere"}}
    fill_form(open_form(ewa, "/duet settings"), {"my_language": "English"})
    assert ewa.forges("view_submission", elsewhere).form is None
    assert query_one(duet, "SELECT language FROM people WHERE user_id = 'U0EWA' AND team_id = 'T0PIKUS'") == "en"
    close_forms(ewa)
    ewa.types(f"/duet away {day_from_today(duet, 30)} {day_from_today(duet, 31)}")
    open_form(ewa, "/duet away")
    removed = {"actions": [{"action_id": "away.remove", "value": str(query_one(duet, "SELECT id FROM absences"))}]}
    ewa.forges("block_actions", {**elsewhere, **removed})
    assert query_one(duet, "SELECT count(*) FROM absences") == 0


def test_a_form_of_another_workspace_reaches_nothing_here(duet: Office) -> None:
    """The workspace that counts is the one that Slack names as the app's own, and each has its own projects."""
    place, zenek = activate_project(duet), duet.person("zenek", "T0KIOSK")
    open_form(zenek, "/duet settings")
    view = {
        "app_installed_team_id": "T0KIOSK",
        "callback_id": "life.withdraw",
        "private_metadata": f'{{"project": {project_id(duet, place)}, "state": "active"}}',
    }
    with expect_refusal(duet, "error.not_found"):
        reply = zenek.forges("view_submission", {"team": {"id": "T0PIKUS"}, "view": view})
    close_forms(zenek)
    assert not has_sentence(reply.text, (NAME,))


def test_somebody_of_another_company_in_our_form_is_a_stranger(duet: Office) -> None:
    """Slack Connect: the app is ours, the person is not, whoever's form it was."""
    key, ola = activate_project(duet), duet.person("ola")
    duet.slack.change_person("mike", is_stranger=True)
    open_form(ola, "/duet settings")
    view = {
        "callback_id": "life.withdraw",
        "private_metadata": f'{{"project": {project_id(duet, key)}, "state": "active"}}',
    }
    theirs = {"team": {"id": "T0ELSEWHERE"}, "user": {"id": "U0MIKE"}, "view": view}
    with expect_refusal(duet):
        reply = ola.forges("view_submission", theirs)
    assert not has_sentence(reply.text, (NAME, key))
