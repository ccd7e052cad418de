"""Signed, and yet nothing that Slack sends: refused with 400, never a failure of ours; and NUL, which nobody means.

Source: architecture §3, "HTTP mode".
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.slack.http_mode import REQUEST_PATH
from playground.posts import build_signature_headers
from tests.plain_http import send_http
from tests.running import Office, run_office
from tests.sampling import take_one_of
from tests.scenarios.steps import NAME, close_forms, draft_charter, expect_no_change, open_second_step, query_one

TEAM = {"id": "T0PIKUS", "domain": "pikus"}
WHERE = {"team": TEAM, "user": {"id": "U0ANNA", "team_id": "T0PIKUS"}, "trigger_id": "1.2.3"}
VALUE = {"type": "plain_text_input", "value": "x"}
VIEW = {
    "id": "V1",
    "type": "modal",
    "callback_id": "settings.save",
    "private_metadata": "",
    "blocks": [{"type": "input", "block_id": "my_language"}],
    "state": {"values": {"my_language": {"value": VALUE}}},
}
BUTTON = {"type": "button", "action_id": "settings.open", "block_id": "b", "value": "1"}
COMMAND = {"command": "/duet", "text": "help", "team_id": "T0PIKUS", "user_id": "U0ANNA", "trigger_id": "1.2.3"}
EVENT = {"type": "event_callback", "team_id": "T0PIKUS", "event_id": "E1", "event_time": 1, "authorizations": []}
PERSON = {"id": "U0ANNA", "team_id": "T0PIKUS", "name": "anna", "profile": {"display_name": "Anna"}, "tz": "UTC"}
PAYLOADS: dict[str, dict[str, Any]] = {
    "click": {"type": "block_actions", **WHERE, "channel": {"id": "C0GENERAL"}, "actions": [BUTTON]},
    "click in a form": {"type": "block_actions", **WHERE, "view": VIEW, "actions": [BUTTON]},
    "form": {"type": "view_submission", **WHERE, "view": VIEW},
    "message shortcut": {
        "type": "message_action",
        "callback_id": "shortcut.ask",
        **WHERE,
        "channel": {"id": "C0GENERAL", "name": "general"},
        "message_ts": "1795424460.000200",
        "message": {
            "type": "message",
            "ts": "1795424460.000200",
            "thread_ts": "1795424400.000100",
            "text": "<@U0JAN>",
        },
        "response_url": "https://hooks.slack.com/app/T0PIKUS/1/x",
    },
    "message of blocks": {
        "type": "message_action",
        "callback_id": "shortcut.ask",
        **WHERE,
        "channel": {"id": "C0GENERAL", "name": "general"},
        "message": {
            "type": "message",
            "ts": "1795424460.000200",
            "text": "",
            "blocks": [
                {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "fields": [VALUE]},
                {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]},
            ],
            "attachments": [{"text": "x", "fallback": "y"}],
            "files": [{"title": "x", "name": "y"}],
        },
    },
    "shortcut": {"type": "shortcut", "callback_id": "shortcut.home", **WHERE},
    "closed": {"type": "view_closed", **WHERE, "view": VIEW},
    "person": EVENT | {"event": {"type": "user_change", "user": PERSON}},
    "channel": EVENT | {"event": {"type": "channel_archive", "channel": "C0GENERAL", "user": "U0ANNA"}},
    "joined": EVENT | {"event": {"type": "member_joined_channel", "channel": "C0GENERAL", "user": "U0ANNA"}},
    "gone": EVENT | {"event": {"type": "tokens_revoked", "tokens": {"bot": []}}},
}
ODD: tuple[Any, ...] = (None, 5, "", "\0", [], {}, [[]])


@pytest.fixture
def duet(sqlite_files: Any, tmp_path: Path) -> Iterator[Office]:
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path, over_http=True) as running:
        yield running


def paths(value: Any, *above: str | int) -> Iterator[tuple[str | int, ...]]:
    """To each part of a payload."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*above, name)
        yield from paths(part, *above, name)


def with_odd_parts(payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in paths(payload):
        for odd in (*ODD, ...):  # ...: left out
            spoiled = deepcopy(payload)
            at: Any = spoiled
            for name in path[:-1]:
                at = at[name]
            if odd is ...:
                del at[path[-1]]
            else:
                at[path[-1]] = odd
            yield f"{'.'.join(map(str, path))} = {odd!r}", spoiled


def status(duet: Office, body: bytes, kind: str) -> int:
    headers = {"Content-Type": kind} | build_signature_headers(duet.playground.signing_secret, body)
    return send_http(f"{duet.bot.url}{REQUEST_PATH}", "POST", body, headers).status


@pytest.mark.one_of(2)
@pytest.mark.parametrize("name", PAYLOADS)
def test_an_odd_payload_is_no_failure_of_ours(duet: Office, name: str) -> None:
    """Each part of it left out, or another thing: 200 where it does not matter, else 400 or 404."""
    draft_charter(duet)
    wrong = []
    for what, payload in take_one_of(2, [*with_odd_parts(PAYLOADS[name])], name):
        is_event = payload.get("type") == "event_callback"
        text = json.dumps(payload)
        body = text.encode() if is_event else urlencode({"payload": text}).encode()
        found = status(duet, body, "application/json" if is_event else "application/x-www-form-urlencoded")
        if found not in (200, 400, 404):
            wrong.append((what, found))
    assert not wrong


def test_an_odd_command_is_no_failure_of_ours(duet: Office) -> None:
    for name in COMMAND:
        for odd in ("", "\0", "\ud7ff", "x" * 5000, None):
            command = {key: value for key, value in (COMMAND | {name: odd}).items() if value is not None}
            found = status(duet, urlencode(command).encode(), "application/x-www-form-urlencoded")
            assert found in (200, 400, 404), (name, odd, found)


def test_nobody_means_nul(database_url: str, tmp_path: Path) -> None:
    """§16: PostgreSQL stores none; what was typed around it is what was meant, in forms, commands and names."""
    with run_office(database_url, tmp_path) as duet:
        key = draft_charter(duet, name=f"{NAME[:3]}\0{NAME[3:]}")
        assert query_one(duet, "SELECT name FROM projects") == NAME
        anna = duet.person("anna")
        with expect_no_change(duet):
            assert NAME in anna.types(f"/duet show {key[0]}\0{key[1:]}").text
            assert "poszło nie tak" not in anna.types("/duet who klienci\0 VIP").text
        duet.slack.change_person("jan", real_name="Jan\0ek")
        assert duet.person("jan").types("/duet list").text
        open_second_step(duet, goal="Więcej\0 klientów")
        close_forms(anna)
