"""Events that arrive late, twice, first as a retry, or out of order: what Slack says now is what counts."""

from pathlib import Path
from typing import Any

from handlers.incoming import read_event_place
from tests.running import Office, SqliteFiles, office
from tests.scenarios.steps import one

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
    assert one(duet, "SELECT count(*) FROM people WHERE user_id = 'U0ANNA'") == 1


def test_an_event_that_nobody_understands_is_let_go(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """It is not acknowledged; Slack gives up after its three retries, and the bot lives."""
    with sqlite_files.new(tmp_path) as url, office(url, tmp_path, over_http=True) as duet:
        duet.slack.sends_event({"type": "user_change"})
        for _ in range(3):
            duet.slack.waits_until_idle()
            duet.slack.move_clock(minutes=5)
        duet.slack.waits_until_idle()
        sent = [each.status for each in duet.playground.core.traffic.since(0) if each.way == "to app"]
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
    assert one(duet, "SELECT deleted FROM people WHERE user_id = :user", user=user["id"])
