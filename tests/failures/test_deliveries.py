"""What becomes of deliveries that Slack refuses, loses, or answers too late (architecture §4)."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.command_line.doctor import collect_findings
from bot.deliveries.outcomes import MAX_ATTEMPTS
from bot.runtime.clock import real_now
from storage.deliveries import Delivery, Lane, drop_delivery, enqueue_delivery, revise_delivery
from storage.session import read_only_session, transaction
from tests.running import Office, SqliteFiles, run_office

TEAM = "T0PIKUS"
LANE = "dm:U0EWA"
HISTORY = ("im:history", "channels:history", "groups:history")


def enqueue_text(duet: Office, key: str, text: str, *, lane: str = LANE, team: str = TEAM, **more: Any) -> None:
    with transaction(duet.database) as session:
        enqueue_delivery(session, team_id=team, lane=lane, key=key, kind="message", content={"text": text}, **more)


def revise_text(duet: Office, key: str, text: str) -> None:
    with transaction(duet.database) as session:
        revise_delivery(session, team_id=TEAM, key=key, content={"text": text})


def load_delivery(duet: Office, key: str) -> Delivery:
    with read_only_session(duet.database) as session:
        return session.exec(select(Delivery).where(Delivery.key == key)).one()


def read_texts(duet: Office) -> list[str]:
    return [message.text for message in duet.person("ewa").reads("@duet")]


def end_pauses(duet: Office) -> bool:
    """Lets every lane go on at once, whatever it waits for; returns whether any has waited."""
    with transaction(duet.database) as session:
        waiting = session.exec(select(Lane).where(Lane.next_at > real_now())).all()
        for lane in waiting:
            lane.next_at = real_now()
    return bool(waiting)


def send_last_message(duet: Office) -> None:
    """Whatever is before it in the lane has ended when this one is seen."""
    enqueue_text(duet, "last", "last")
    duet.person("ewa").waits_for("last")


def test_a_post_and_its_edit(duet: Office) -> None:
    enqueue_text(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    revise_text(duet, "a", "two")
    assert duet.person("ewa").waits_for("two").edited
    send_last_message(duet)
    assert read_texts(duet) == ["two", "last"]


def test_enqueuing_twice_posts_once(duet: Office) -> None:
    enqueue_text(duet, "a", "one")
    enqueue_text(duet, "a", "another one")
    send_last_message(duet)
    assert read_texts(duet) == ["one", "last"]


@pytest.mark.one_of(2)
@pytest.mark.parametrize("fault", ["reset", "timeout"])
@pytest.mark.parametrize("committed", [True, False])
def test_an_uncertain_post_is_posted_once(duet: Office, fault: str, committed: bool) -> None:
    duet.slack.fault(fault, "chat.postMessage", times=1, commit=committed)
    enqueue_text(duet, "a", "one")
    send_last_message(duet)
    assert read_texts(duet) == ["one", "last"]


@pytest.mark.parametrize(("looks", "shown"), [("true", ["one", "last"]), ("false", ["one", "one", "last"])])
def test_where_history_is_rationed_what_is_uncertain_is_sent_again(
    sqlite_files: SqliteFiles, tmp_path: Path, looks: str, shown: list[str]
) -> None:
    """`DUET_LOOK_BEFORE_RESENDING`, set either way."""
    settings = {"DUET_LOOK_BEFORE_RESENDING": looks}
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path, bot=settings) as duet:
        duet.slack.fault("reset", "chat.postMessage", times=1, commit=True)
        enqueue_text(duet, "a", "one")
        send_last_message(duet)
        assert read_texts(duet) == shown
        assert bool(duet.slack.calls("conversations.history")) is (looks == "true")


def test_a_post_that_slack_commits_late_is_posted_once(duet: Office) -> None:
    duet.slack.fault("late_commit", "chat.postMessage", times=1)
    enqueue_text(duet, "a", "one")
    send_last_message(duet)
    assert read_texts(duet) == ["one", "last"]


def test_without_history_scopes_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    """Architecture §4: then what is uncertain is sent again, as `duet check` says: at most one more for each."""
    with run_office(database_url, tmp_path, withheld_scopes=HISTORY) as duet:
        for commit in (True, False):
            duet.slack.fault("reset", "chat.postMessage", probability=0.25, commit=commit)
        for lane in ("dm:U0EWA", "dm:U0ADAM", "dm:U0ANNA", "dm:U0JAN"):
            for n in range(5):
                enqueue_text(duet, f"{lane} {n}", f"{lane} {n}", lane=lane)
        duet.delivers_everything()
        calls = duet.slack.calls("chat.postMessage")
        shown = Counter(m.text for name in ("ewa", "adam", "anna", "jan") for m in duet.person(name).reads("@duet"))
        uncertain = Counter(call["arguments"]["text"] for call in calls if call["fault"])
        assert len(shown) == 20
        assert uncertain
        assert all(number <= 1 + uncertain[text] for text, number in shown.items())


def test_a_refused_post_is_parked_and_the_rest_goes_on(duet: Office) -> None:
    duet.slack.fault("error:is_archived", "chat.postMessage", times=1)
    enqueue_text(duet, "a", "one")
    enqueue_text(duet, "reply", "below", parent="a")
    send_last_message(duet)
    assert read_texts(duet) == ["last"]
    assert (load_delivery(duet, "a").status, load_delivery(duet, "a").last_error) == ("parked", "is_archived")
    assert (load_delivery(duet, "reply").status, load_delivery(duet, "reply").last_error) == ("parked", "parent")
    assert len(duet.slack.calls("chat.postMessage")) == 2  # no retry storm


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed"])
def test_what_cannot_be_edited_is_posted_anew(duet: Office, code: str) -> None:
    enqueue_text(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    duet.slack.fault(f"error:{code}", "chat.update", times=1)
    revise_text(duet, "a", "two")
    send_last_message(duet)
    assert "two" in read_texts(duet)
    assert load_delivery(duet, "a").status == "delivered"


def test_a_rate_limit_uses_up_no_attempt(duet: Office) -> None:
    duet.slack.fault("ratelimited", "chat.postMessage", times=12, retry_after=0.01)
    enqueue_text(duet, "a", "one")
    send_last_message(duet)
    assert read_texts(duet) == ["one", "last"]
    assert len(duet.slack.calls("chat.postMessage")) == 14


def test_what_is_no_longer_true_is_not_sent(duet: Office) -> None:
    enqueue_text(duet, "a", "one", not_after=duet.bot.duet.now() - timedelta(minutes=1))
    send_last_message(duet)
    assert read_texts(duet) == ["last"]
    assert load_delivery(duet, "a").status == "dropped"


def test_a_withdrawn_delivery_is_not_sent(duet: Office) -> None:
    with transaction(duet.database) as session:
        content = {"text": "one"}
        enqueue_delivery(session, team_id=TEAM, lane=LANE, key="a", kind="message", content=content)
        drop_delivery(session, team_id=TEAM, key="a")
    send_last_message(duet)
    assert read_texts(duet) == ["last"]


def test_a_poison_delivery_is_parked_and_the_rest_goes_on(database_url: str, tmp_path: Path) -> None:
    """Our own code fails on it: parked after its tries, said by `duet check`; meanwhile the other lanes go on."""
    slow = {"DUET_PACE_SECONDS": 3600, "DUET_SETTLE_SECONDS": 0}  # after the first try nothing happens by itself
    with run_office(database_url, tmp_path, bot=slow) as duet:
        with transaction(duet.database) as session:
            enqueue_delivery(session, team_id=TEAM, lane=LANE, key="a", kind="no such kind", content={})
            enqueue_delivery(session, team_id=TEAM, lane=LANE, key="b", kind="message", content={"no": "text"})
        enqueue_text(duet, "c", "for Adam", lane="dm:U0ADAM")
        duet.person("adam").waits_for("for Adam")
        duet.waits_until(lambda: load_delivery(duet, "a").attempts == 1)
        assert load_delivery(duet, "a").status == "sending"
        enqueue_text(duet, "last", "last")
        duet.waits_until(lambda: not (end_pauses(duet) or duet.list_work().has_undelivered))
        assert read_texts(duet)[0] == "last"  # behind it Ewa is told of what was not delivered
        for key in ("a", "b"):
            assert (load_delivery(duet, key).status, load_delivery(duet, key).attempts) == ("parked", MAX_ATTEMPTS)
            assert load_delivery(duet, key).error_code == "KeyError"
        said = [finding.text for finding in asyncio.run(collect_findings(duet.bot.settings))]
        assert {f"not delivered in {TEAM}: {key} (KeyError)" for key in ("a", "b")} <= set(said)
