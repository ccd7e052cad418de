"""The same Duet over HTTP: a charter's whole way, events that are sent again, and the end of the process."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.slack.http_mode import REQUEST_PATH
from playground.posts import build_signature_headers
from tests.driving import PATIENCE_SECONDS
from tests.plain_http import HttpAnswer, send_http
from tests.running import Office, run_office
from tests.scenarios.steps import (
    activate_project,
    answer_request,
    close_forms,
    expect_no_change,
    field_errors,
    fill_form,
    open_second_step,
    project_channel,
    query_one,
    second_step_values,
    send_charter,
    submit_form,
)
from tests.test_health import hold_writers, waits_for


@pytest.fixture
def duet(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with run_office(database_url, tmp_path, over_http=True, event_retry_seconds=(0, 60, 300)) as running:
        yield running
        assert not running.slack.violations, running.slack.violations
        assert running.slack.state["connections"] == 0  # nothing went over a socket


def test_from_new_to_both_signatures(duet: Office) -> None:
    """§3, §4: commands, forms, buttons and messages, as over Socket Mode."""
    key = activate_project(duet)
    assert "D-1" in duet.person("anna").types("/duet show").text
    pinned = duet.person("anna").waits_for("Obie strony podpisały", project_channel(duet, key), pinned=True)
    assert pinned


def test_a_form_with_errors_stays_open(duet: Office) -> None:
    """§2.3: errors, and what was typed, come back in the acknowledgement."""
    shown = submit_form(fill_form(open_second_step(duet), second_step_values(duet, budget="0")))
    assert list(field_errors(shown)) == ["budget"]
    assert not submit_form(fill_form(shown, {"budget": "1k"})).errors


def test_a_form_posted_twice_has_one_effect(duet: Office) -> None:
    """§16"""
    key = send_charter(duet)
    answer_request(duet, "adam", key, "sign")
    with expect_no_change(duet):
        assert duet.person("adam").repeats().ok
    close_forms(duet.person("adam"))


def test_an_event_that_failed_is_sent_again(duet: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Architecture §3: a failed event is not acknowledged, and one sent again is processed if unseen."""
    duet.person("anna").types("/duet")
    directory = duet.bot.duet.adapter._directory
    works, tries = directory.changed, []

    async def fails_once(team_id: str, user: dict[str, Any], **more: Any) -> None:
        tries.append(user["id"])
        if len(tries) == 1:
            raise RuntimeError("no")
        await works(team_id, user, **more)

    monkeypatch.setattr(directory, "changed", fails_once)
    duet.slack.change_person("anna", tz="Europe/London")
    waits_for_events(duet, 2)
    assert tries == ["U0ANNA", "U0ANNA"]
    assert query_one(duet, "SELECT zone FROM people WHERE user_id = 'U0ANNA'") == "Europe/London"
    assert [each.status for each in list_events(duet)] == ["http 500", "ok"]


def list_events(duet: Office) -> list[Any]:
    return [each for each in duet.playground.traffic.since(0) if each.name.startswith("event ")]


def waits_for_events(duet: Office, n: int) -> None:
    duet.waits_until(lambda: len(list_events(duet)) >= n)


def watch_for_request(duet: Office, monkeypatch: pytest.MonkeyPatch) -> Event:
    """Set once Duet has a request that writes, or stores what Slack has said of whom it names."""
    writers, came = duet.database.writer_threads, Event()
    submit = writers.submit

    def noted(work: Any, *args: Any) -> Any:
        if getattr(work, "__name__", "") in ("_remember", "_run_with_one_rerun"):
            came.set()
        return submit(work, *args)

    monkeypatch.setattr(writers, "submit", noted)
    return came


def test_what_is_in_flight_is_finished_before_the_end(duet: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Architecture §3: meanwhile new requests, and whoever asks whether it is ready, are told 503."""
    form = fill_form(open_second_step(duet), second_step_values(duet))
    duet.settles()
    with ThreadPoolExecutor(2) as threads:
        with hold_writers(duet.database):
            arrived = watch_for_request(duet, monkeypatch)
            submitting = threads.submit(form.submit)
            assert arrived.wait(PATIENCE_SECONDS)
            stopping = threads.submit(duet.bot.stop)
            waits_for(duet, "/readyz", HttpAnswer(503, "stopping"))
            body = b'{"type": "url_verification", "challenge": "x"}'
            headers = {
                "Content-Type": "application/json",
                **build_signature_headers(duet.playground.signing_secret, body),
            }
            assert send_http(f"{duet.bot.url}{REQUEST_PATH}", "POST", body, headers) == HttpAnswer(503, "")
        shown = submitting.result()
        stopping.result()
    assert shown is not None
    assert not shown.trouble
    assert "D-1" in shown.title
    with pytest.raises(ConnectionRefusedError):
        send_http(f"{duet.bot.url}/healthz")
