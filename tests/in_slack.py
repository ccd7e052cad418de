"""Lets Slack look at everything that Duet shows in a run: `python -m tests.in_slack`. By hand, never by a test.

`blocks.validate` needs no token and no workspace: only what the tests made-up people read is sent. What it cannot
prove stands in docs/in-slack.md.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.running import Office, SqliteFiles, run_office
from tests.scenarios.closing_steps import set_up_closed
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.steps import close_forms

METHOD = "https://slack.com/api/blocks.validate"
PAUSE_SECONDS = 1.2  # Slack allows about fifty calls a minute
COMMANDS = (
    "",
    "help",
    "new",
    "list",
    "settings",
    "who",
    "away",
    "deputy",
    "own",
    "milestone",
    "team",
    "budget",
    "log",
    "show",
)
Payload = tuple[str, dict[str, Any]]  # the argument's name, `message` or `view`, and what it is


def play(duet: Office) -> None:
    """A project from its draft to its signed report, then what whoever opens everything is shown."""
    place = set_up_closed(duet)
    for handle in ("anna", "piotr", "roman"):
        for command in COMMANDS:
            duet.person(handle).types(
                f"/duet {command} {place.key if command in ('show', 'log', 'budget', 'team') else ''}"
            )
            close_forms(duet.person(handle))
    move_to_next_morning(duet)


def list_payloads(duet: Office) -> Iterator[Payload]:
    """Every message and every view that Duet has sent, each once."""
    seen: set[str] = set()
    for call in duet.slack.calls():
        given = call["arguments"]
        payload: Payload | None = None
        if given.get("view"):
            payload = "view", _read(given["view"])
        elif given.get("blocks"):
            payload = "message", {"text": given.get("text", ""), "blocks": _read(given["blocks"])}
        if payload is not None and (written := json.dumps(payload, sort_keys=True)) not in seen:
            seen.add(written)
            yield payload


def _read(given: Any) -> Any:
    return json.loads(given) if isinstance(given, str) else given


def validate(payload: Payload) -> list[str]:
    """What Slack says is wrong with it. Raises: URLError."""
    name, content = payload
    body = json.dumps({name: json.dumps(content)}).encode()
    request = Request(METHOD, body, {"Content-Type": "application/json; charset=utf-8"})
    with urlopen(request, timeout=20) as response:
        answer = json.load(response)
    if answer["ok"]:
        return []
    errors = answer.get("errors") or [{"message": answer["error"], "pointer": ""}]
    return [f"{each.get('pointer')}: {each.get('message')}" for each in errors]


def main() -> int:
    out = sys.stdout
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with SqliteFiles(folder).new(folder) as url, run_office(url, folder) as duet:
            play(duet)
            payloads = list(list_payloads(duet))
    out.write(f"{len(payloads)} messages and views, {len(payloads) * PAUSE_SECONDS / 60:.0f} minutes.\n")
    wrong = 0
    for number, payload in enumerate(payloads, 1):
        try:
            found = validate(payload)
        except URLError as error:
            out.write(f"Slack cannot be asked: {error.reason}\n")
            return 2
        for each in found:
            out.write(f"{number} {payload[0]} {each}\n{json.dumps(payload[1], ensure_ascii=False)[:600]}\n")
        wrong += bool(found)
        time.sleep(PAUSE_SECONDS)
    out.write(f"{wrong} of {len(payloads)} are wrong.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
