"""Where Duet is not installed, or no more, whoever still reaches it is told so, and nothing is changed there.

Bolt alone answers in its own words, and over HTTP with a 500. Source: architecture §3.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.slack.http_mode import REQUEST_PATH
from playground.posts import build_signature_headers
from storage.session import transaction
from storage.workspaces import record_uninstallation
from tests.driving import Driver
from tests.plain_http import send_http
from tests.running import Office, run_office
from tests.scenarios.steps import (
    close_forms,
    expect_no_change,
    fill_form,
    find_signing_message,
    open_second_step,
    query_one,
    second_step_values,
    send_charter,
)

POLISH = "W tej przestrzeni roboczej Slacka Duet nie jest zainstalowany, więc nic się nie zmieniło."
ENGLISH = "Duet is not installed in this Slack workspace, so nothing was changed."


@pytest.fixture(params=["socket", "http"])
def duet(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    with run_office(database_url, tmp_path, over_http=request.param == "http") as running:
        yield running


def leave_workspace(duet: Office) -> None:
    """Another process has heard of it: this one still has its token."""
    with transaction(duet.database) as session:
        record_uninstallation(session, "T0PIKUS")


def revoke_tokens(duet: Office) -> None:
    Driver.revokes_tokens(duet.slack, "T0PIKUS")
    duet.settles()
    duet.waits_until(lambda: "T0PIKUS" not in duet.bot.duet.adapter._slack.bots)


@pytest.mark.one_of(2)
@pytest.mark.parametrize("leave", [leave_workspace, revoke_tokens])
def test_commands_clicks_and_forms_after_duet_was_removed(duet: Office, leave: Callable[[Office], None]) -> None:
    """§2.3, §16: one sentence, in the person's language."""
    key = send_charter(duet)
    asked = find_signing_message(duet, "adam", key)
    form = fill_form(open_second_step(duet), second_step_values(duet))
    assert "joint projects" in duet.person("nadia").types("/duet help").text
    leave(duet)
    with expect_no_change(duet):
        assert duet.person("ewa").types("/duet list").text.startswith(POLISH)
        assert duet.person("nadia").types("/duet list").text.startswith(ENGLISH)
        assert duet.person("ewa").types('/duet own "VIP"').text.startswith(POLISH)
        reply = asked.click(asked.buttons[0])
        assert reply.text.startswith(POLISH)
        shown = form.submit()
        assert shown is not None
        assert POLISH in shown.text
        close_forms(duet.person("anna"))
        duet.settles()
    assert query_one(duet, "SELECT count(*) FROM projects") == 1


def test_a_workspace_that_nobody_knows(database_url: str, tmp_path: Path) -> None:
    """Slack's answer has to be 200: anything else is shown as a failure of its own."""
    with run_office(database_url, tmp_path, over_http=True) as duet:
        command = {
            "command": "/duet",
            "text": "new",
            "team_id": "T0NOBODY",
            "user_id": "U0X",
            "trigger_id": "1.2.3",
        }
        body = urlencode(command).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            **build_signature_headers(duet.playground.signing_secret, body),
        }
        with expect_no_change(duet):
            answer = send_http(f"{duet.bot.url}{REQUEST_PATH}", "POST", body, headers)
        assert answer.status == 200
        assert json.loads(answer.text)["text"].startswith(ENGLISH)
