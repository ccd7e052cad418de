"""The same Duet over HTTP: a charter's whole way, events that are sent again, and the end of the process."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.http_mode import REQUEST_PATH
from playground.posts import signed
from tests.running import Office, office
from tests.scenarios.steps import (
    active,
    answered,
    at_second_step,
    channel_of,
    errors,
    fill,
    one,
    put_away,
    second_step,
    sent,
    submitted,
    unchanged,
)
from tests.test_health import held, waits_for
from tests.wire import Answer, ask


@pytest.fixture
def duet(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with office(database_url, tmp_path, over_http=True, event_retry_seconds=(0, 60, 300)) as running:
        yield running
        assert not running.slack.violations, running.slack.violations
        assert running.slack.state["connections"] == 0  # nothing went over a socket


def test_from_new_to_both_signatures(duet: Office) -> None:
    """§3, §4: commands, forms, buttons and messages, as over Socket Mode."""
    key = active(duet)
    assert "D-1" in duet.person("anna").types("/duet show").text
    pinned = duet.person("anna").waits_for("Obie strony podpisały", channel_of(duet, key), pinned=True)
    assert pinned


def test_a_form_with_errors_stays_open(duet: Office) -> None:
    """§2.3: errors, and what was typed, come back in the acknowledgement."""
    shown = submitted(fill(at_second_step(duet), second_step(duet, budget="0")))
    assert list(errors(shown)) == ["budget"]
    assert not submitted(fill(shown, {"budget": "1k"})).errors


def test_a_form_posted_twice_has_one_effect(duet: Office) -> None:
    """§16"""
    key = sent(duet)
    answered(duet, "adam", key, "sign")
    with unchanged(duet):
        assert duet.person("adam").repeats().ok
    put_away(duet.person("adam"))


def test_an_event_that_failed_is_sent_again(duet: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Architecture §3: a failed event is not acknowledged, and one sent again is processed if unseen."""
    duet.person("anna").types("/duet")
    directory = duet.bot.duet.boundary._directory
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
    assert one(duet, "SELECT zone FROM people WHERE user_id = 'U0ANNA'") == "Europe/London"
    assert [each.status for each in events(duet)] == ["http 500", "ok"]


def events(duet: Office) -> list[Any]:
    return [each for each in duet.playground.core.traffic.since(0) if each.name.startswith("event ")]


def waits_for_events(duet: Office, n: int) -> None:
    for _ in range(50):
        duet.settles()
        if len(events(duet)) >= n:
            return
    raise AssertionError(events(duet))


def handled(duet: Office, monkeypatch: pytest.MonkeyPatch) -> Event:
    """Set once Duet has a request, and looks for whom it is."""
    readers, came = duet.database.reader_threads, Event()
    submit = readers.submit

    def noted(work: Any, *args: Any) -> Any:
        if getattr(work, "__name__", "") == "_locate":
            came.set()
        return submit(work, *args)

    monkeypatch.setattr(readers, "submit", noted)
    return came


def test_what_is_in_flight_is_finished_before_the_end(duet: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Architecture §3: meanwhile new requests, and whoever asks whether it is ready, are told 503."""
    form = fill(at_second_step(duet), second_step(duet))
    duet.settles()
    with ThreadPoolExecutor(2) as threads:
        with held(duet.database):
            arrived = handled(duet, monkeypatch)
            submitting = threads.submit(form.submit)
            assert arrived.wait(20)
            stopping = threads.submit(duet.bot.stop)
            waits_for(duet, "/readyz", Answer(503, "stopping"))
            body = b'{"type": "url_verification", "challenge": "x"}'
            headers = {"Content-Type": "application/json", **signed(duet.playground.signing_secret, body)}
            assert ask(f"{duet.bot.url}{REQUEST_PATH}", "POST", body, headers) == Answer(503, "")
        shown = submitting.result()
        stopping.result()
    assert shown is not None
    assert not shown.trouble
    assert "D-1" in shown.title
    with pytest.raises(ConnectionRefusedError):
        ask(f"{duet.bot.url}/healthz")
