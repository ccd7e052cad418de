"""Lets Slack look at everything that Duet shows in a run: `python -m tests.in_slack`. By hand, never by a test.

`blocks.validate` needs no token and no workspace: only what the tests' made-up people read is sent. What it cannot
prove stands in docs/in-slack.md. In `tests/test_in_slack.py` a server of its own stands in for Slack.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from playground import traffic
from tests.running import Office, SqliteFiles, run_office
from tests.scenarios.closing_steps import set_up_closed
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.steps import close_forms

METHOD: Final = "https://slack.com/api/blocks.validate"
PAUSE_SECONDS: Final = 1.2  # Slack says of this method only that it has a limit of its own
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
OF_PROJECT: Final = ("show", "log", "budget", "team")
EVERYTHING: Final = 1_000_000  # exchanges that the stand-in remembers; it forgets all but the newest otherwise
Payload = tuple[str, dict[str, Any]]  # the argument's name, `message` or `view`, and what it is


def play_everything(duet: Office) -> None:
    """A project from its draft to its signed report, then what whoever opens everything is shown."""
    key = set_up_closed(duet).key
    for handle in ("anna", "piotr", "roman"):
        for command in COMMANDS:
            duet.person(handle).types(f"/duet {command} {key if command in OF_PROJECT else ''}")
            close_forms(duet.person(handle))
    move_to_next_morning(duet)


def list_payloads(duet: Office) -> list[Payload]:
    """Every message and view that Duet has sent, each once: by a call, a `response_url` or an acknowledgement."""
    found: dict[str, Payload] = {}
    for exchange in duet.playground.traffic.since(0):
        given = exchange.request if exchange.way == "from app" else exchange.answer or {}
        if given.get("view"):
            payload: Payload = "view", _read(given["view"])
        elif given.get("blocks"):
            payload = "message", {"blocks": _read(given["blocks"])}
        else:
            continue
        found.setdefault(json.dumps(payload, sort_keys=True), payload)
    return [*found.values()]


def _read(given: Any) -> Any:
    return json.loads(given) if isinstance(given, str) else given


def validate(payload: Payload, method: str, rest: Callable[[float], None]) -> list[str]:
    """Returns what Slack says is wrong with it, asking again when Slack says so. Raises: URLError."""
    name, content = payload
    body = json.dumps({name: json.dumps(content)}).encode()
    request = Request(method, body, {"Content-Type": "application/json; charset=utf-8"})
    while True:
        try:
            with urlopen(request, timeout=20) as response:
                answer = json.load(response)
            break
        except HTTPError as refused:
            if refused.code != HTTPStatus.TOO_MANY_REQUESTS:
                raise
            rest(float(refused.headers.get("Retry-After", 30)))
    if answer["ok"]:
        return []
    errors = answer.get("errors") or [{"message": answer["error"], "pointer": ""}]
    return [f"{each.get('pointer')}: {each.get('message')}" for each in errors]


def look_at_all(payloads: Sequence[Payload], *, method: str, out: IO[str], rest: Callable[[float], None]) -> int:
    """Asks of one after the other, says what is wrong, and returns the exit code: 0, 1, or 2 without an answer."""
    out.write(f"{len(payloads)} messages and views, {len(payloads) * PAUSE_SECONDS / 60:.0f} minutes.\n")
    wrong = 0
    for number, payload in enumerate(payloads, 1):
        try:
            found = validate(payload, method, rest)
        except URLError as error:
            out.write(f"Slack cannot be asked: {error.reason}\n")
            return 2
        for each in found:
            out.write(f"{number} {payload[0]} {each}\n{json.dumps(payload[1], ensure_ascii=False)[:600]}\n")
        wrong += bool(found)
        rest(PAUSE_SECONDS)
    out.write(f"{wrong} of {len(payloads)} are wrong.\n")
    return 1 if wrong else 0


def main() -> int:
    traffic.KEPT = EVERYTHING
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with SqliteFiles(folder).new(folder) as url, run_office(url, folder) as duet:
            play_everything(duet)
            payloads = list_payloads(duet)
    return look_at_all(payloads, method=METHOD, out=sys.stdout, rest=time.sleep)


if __name__ == "__main__":
    sys.exit(main())
