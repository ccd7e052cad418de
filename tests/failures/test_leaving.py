"""A workspace removes Duet, or withdraws its token: it is left alone, the others are not, and it may come back.

Source: architecture §3, §4.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import app
from bot.command_line.doctor import collect_findings
from bot.runtime.clock import real_now
from storage import timers
from storage.deliveries import Lane, enqueue_delivery
from storage.session import read_only_session, transaction
from storage.timers import Timer
from storage.workspaces import list_left_workspaces, load_workspace
from tests.driving import Driver
from tests.failures.test_deliveries import enqueue_text, load_delivery
from tests.running import Office, run_office

PIKUS, KIOSK = "T0PIKUS", "T0KIOSK"
DEAD = {"account_inactive", "token_revoked", "invalid_auth"}


@pytest.fixture
def duet(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(app, "TIMERS", {"say": run_say_timer})
    with run_office(database_url, tmp_path) as running:
        yield running


def run_say_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    enqueue_delivery(
        session,
        team_id=timer.team_id,
        lane=timer.subject,
        key=timer.key,
        kind="message",
        content={"text": timer.key},
    )
    return None


def due_everywhere(duet: Office) -> None:
    """A message and a timer for Ewa, and then for Basia in the other workspace."""
    for team, lane in ((PIKUS, "dm:U0EWA"), (KIOSK, "dm:U1BASIA")):
        enqueue_text(duet, "message", "message", team=team, lane=lane)
        with transaction(duet.database) as session:
            timers.arm_timer(
                session, team_id=team, key="timed", kind="say", subject=lane, due_at=duet.bot.duet.now()
            )


def list_dead_calls(duet: Office) -> list[str]:
    """The calls with a token that is not valid any more."""
    return [call["method"] for call in duet.slack.calls() if (call["answer"] or {}).get("error") in DEAD]


@pytest.mark.parametrize("leave", [Driver.uninstalls, Driver.revokes_tokens])
def test_a_workspace_that_left_is_left_alone(duet: Office, leave: Callable[[Driver, str], None]) -> None:
    """`app_uninstalled`, `tokens_revoked`: nothing is sent, tried or run there; a new token brings it all back."""
    leave(duet.slack, PIKUS)
    duet.slack.waits_until_idle()
    asked = len(list_dead_calls(duet))
    assert 1 <= asked <= 2  # Slack was asked whether it is true
    due_everywhere(duet)
    basia = duet.person("basia", KIOSK)
    basia.waits_for("message")
    basia.waits_for("timed")
    assert len(list_dead_calls(duet)) == asked
    assert list_left_teams(duet) == [PIKUS]
    assert list_waiting_teams(duet) == [PIKUS]
    duet.starts_again()  # the old token still stands in its settings
    enqueue_text(duet, "again", "again", team=KIOSK, lane="dm:U1BASIA")
    basia.waits_for("again")
    assert f"workspace {PIKUS} has removed Duet: nothing is sent there" in list_findings(duet)
    tokens = [duet.slack.installs_again(PIKUS), duet.playground.bot_tokens[KIOSK]]
    duet.starts_again(SLACK_BOT_TOKEN=",".join(tokens))
    ewa = duet.person("ewa")
    ewa.waits_for("timed")
    assert [message.text for message in ewa.reads("@duet")] == ["message", "timed"]
    assert list_left_teams(duet) == []


def test_an_old_farewell_is_not_believed(duet: Office) -> None:
    """`app_uninstalled` that comes late, when Duet is installed again: Slack is asked, and nothing happens."""
    duet.slack.sends_event({"type": "app_uninstalled"}, PIKUS, twice=True)
    duet.slack.sends_event({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANNA"], "bot": []}}, PIKUS)
    duet.slack.waits_until_idle()
    due_everywhere(duet)
    duet.person("ewa").waits_for("timed")
    assert duet.person("anna").types("/duet").text


def test_a_farewell_that_cannot_be_checked_is_sent_again(database_url: str, tmp_path: Path) -> None:
    """Slack does not answer: the event is not acknowledged, and its retry is believed."""
    with run_office(database_url, tmp_path, over_http=True) as duet:
        duet.slack.fault("http_500", "auth.test", times=1)
        duet.slack.fault("error:account_inactive", "auth.test")
        duet.slack.sends_event({"type": "app_uninstalled"}, PIKUS)
        duet.waits_until(lambda: list_left_teams(duet) == [PIKUS])


def test_a_token_that_works_no_more_is_not_tried_for_ever(duet: Office) -> None:
    """No event came: tried once an hour for a day, since Slack may err; then not before it is installed again."""
    duet.slack.fault("error:token_revoked", "conversations.open")
    enqueue_text(duet, "a", "one")
    enqueue_text(duet, "b", "two", lane="dm:U0ADAM")
    duet.waits_until(lambda: paused_until(duet) is not None)
    duet.slack.waits_until_idle()
    tries = len(duet.slack.calls("conversations.open"))
    assert tries <= 2  # two lanes at the same moment
    until = paused_until(duet)
    assert until is not None
    assert timedelta(minutes=59) < until - real_now() <= timedelta(hours=1)
    a_day_later(duet)
    duet.waits_until(lambda: list_left_teams(duet) == [PIKUS])
    duet.waits_until(
        lambda: {load_delivery(duet, key).status for key in "ab"} == {"pending"}
    )  # not parked: they wait
    duet.slack.clear_faults()
    duet.starts_again()
    for handle, text in (("ewa", "one"), ("adam", "two")):
        duet.person(handle).waits_for(text)


def a_day_later(duet: Office) -> None:
    with transaction(duet.database) as session:
        load_workspace(session, PIKUS).sending_paused_until = None
        for lane in session.exec(select(Lane)):
            lane.failing_since = real_now() - timedelta(hours=25)


def paused_until(duet: Office) -> datetime | None:
    with read_only_session(duet.database) as session:
        return load_workspace(session, PIKUS).sending_paused_until


def list_left_teams(duet: Office) -> list[str]:
    with read_only_session(duet.database) as session:
        return list(list_left_workspaces(session))


def list_waiting_teams(duet: Office) -> list[str]:
    """The workspaces of timers that have not run."""
    with read_only_session(duet.database) as session:
        return [timer.team_id for timer in session.exec(select(Timer))]


def list_findings(duet: Office) -> list[str]:
    return [finding.text for finding in asyncio.run(collect_findings(duet.bot.settings))]
