"""What becomes of deliveries that Slack refuses, loses, or answers too late (architecture §4)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.clock import real_now
from storage import people
from storage.deliveries import Delivery, drop, enqueue, revise
from storage.session import reading, transaction
from tests.running import Office, office

TEAM = "T0PIKUS"
LANE = "dm:U0EWA"


def post(duet: Office, key: str, text: str, **more: Any) -> None:
    with transaction(duet.database) as session:
        enqueue(session, team_id=TEAM, lane=LANE, key=key, kind="message", content={"text": text}, **more)


def change(duet: Office, key: str, text: str) -> None:
    with transaction(duet.database) as session:
        revise(session, team_id=TEAM, key=key, content={"text": text})


def row(duet: Office, key: str) -> Delivery:
    with reading(duet.database) as session:
        return session.exec(select(Delivery).where(Delivery.key == key)).one()


def texts(duet: Office) -> list[str]:
    return [message.text for message in duet.person("ewa").reads("@duet")]


def last(duet: Office) -> None:
    """Whatever is before it in the lane has ended when this one is seen."""
    post(duet, "last", "last")
    duet.person("ewa").waits_for("last")


def test_a_post_and_its_edit(duet: Office) -> None:
    post(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    change(duet, "a", "two")
    assert duet.person("ewa").waits_for("two").edited
    last(duet)
    assert texts(duet) == ["two", "last"]


def test_enqueuing_twice_posts_once(duet: Office) -> None:
    post(duet, "a", "one")
    post(duet, "a", "another one")
    last(duet)
    assert texts(duet) == ["one", "last"]


@pytest.mark.parametrize("fault", ["reset", "timeout"])
@pytest.mark.parametrize("committed", [True, False])
def test_an_uncertain_post_is_posted_once(duet: Office, fault: str, committed: bool) -> None:
    duet.slack.fault(fault, "chat.postMessage", times=1, commit=committed)
    post(duet, "a", "one")
    last(duet)
    assert texts(duet) == ["one", "last"]


def test_a_post_that_slack_commits_late_is_posted_once(duet: Office) -> None:
    duet.slack.fault("late_commit", "chat.postMessage", times=1, delay_seconds=0.2)
    post(duet, "a", "one")
    last(duet)
    assert texts(duet) == ["one", "last"]


def test_without_history_scopes_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    """Architecture §4: then an uncertain post is sent again, as the docs say."""
    history = ("im:history", "channels:history", "groups:history")
    with office(database_url, tmp_path, withheld_scopes=history) as duet:
        duet.slack.fault("reset", "chat.postMessage", times=1, commit=True)
        post(duet, "a", "one")
        last(duet)
        assert texts(duet) == ["one", "one", "last"]


def test_a_refused_post_is_parked_and_the_rest_goes_on(duet: Office) -> None:
    duet.slack.fault("error:is_archived", "chat.postMessage", times=1)
    post(duet, "a", "one")
    post(duet, "reply", "below", parent="a")
    last(duet)
    assert texts(duet) == ["last"]
    assert (row(duet, "a").status, row(duet, "a").last_error) == ("parked", "is_archived")
    assert (row(duet, "reply").status, row(duet, "reply").last_error) == ("parked", "parent")
    assert len(duet.slack.calls("chat.postMessage")) == 2  # no retry storm


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed"])
def test_what_cannot_be_edited_is_posted_anew(duet: Office, code: str) -> None:
    post(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    duet.slack.fault(f"error:{code}", "chat.update", times=1)
    change(duet, "a", "two")
    last(duet)
    assert "two" in texts(duet)
    assert row(duet, "a").status == "delivered"


def test_a_rate_limit_uses_up_no_attempt(duet: Office) -> None:
    duet.slack.fault("ratelimited", "chat.postMessage", times=12, retry_after=0.01)
    post(duet, "a", "one")
    last(duet)
    assert texts(duet) == ["one", "last"]
    assert len(duet.slack.calls("chat.postMessage")) == 14


def test_what_is_no_longer_true_is_not_sent(duet: Office) -> None:
    post(duet, "a", "one", not_after=real_now() - timedelta(minutes=1))
    last(duet)
    assert texts(duet) == ["last"]
    assert row(duet, "a").status == "dropped"


def test_a_withdrawn_delivery_is_not_sent(duet: Office) -> None:
    with transaction(duet.database) as session:
        content = {"text": "one"}
        enqueue(session, team_id=TEAM, lane=LANE, key="a", kind="message", content=content)
        drop(session, team_id=TEAM, key="a")
    last(duet)
    assert texts(duet) == ["last"]


def test_poison_is_parked_and_the_rest_goes_on(duet: Office) -> None:
    """A delivery on which our own code fails: parked after its tries, the lane goes on."""
    with transaction(duet.database) as session:
        enqueue(session, team_id=TEAM, lane=LANE, key="a", kind="no such kind", content={})
        people.pause_sending(session, TEAM, real_now())
    duet.person("ewa")
    with transaction(duet.database) as session:
        poison = session.exec(select(Delivery).where(Delivery.key == "a")).one()
        poison.attempts = 7  # each try doubles the pause before the next
    last(duet)
    assert row(duet, "a").status == "parked"
