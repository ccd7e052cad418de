"""The script by which Slack looks at what Duet shows, with a server in Slack's place (docs/in-slack.md)."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from tests.failures.test_deliveries import enqueue_text
from tests.in_slack import PAUSE_SECONDS, list_payloads, look_at_all
from tests.ports import reserve_port
from tests.running import Office
from tests.scenarios.steps import activate_project, close_forms, open_second_step

Answer = tuple[int, dict[str, str], dict[str, Any]]  # status, headers, body
FINE: Answer = (200, {}, {"ok": True})
FAULTS: Answer = (
    200,
    {},
    {
        "ok": False,
        "error": "invalid_view",
        "errors": [
            {"pointer": "/blocks/0/type", "code": "failed_constraint", "message": "unsupported type"},
            {"pointer": "/title/text", "code": "failed_constraint", "message": "too long"},
        ],
    },
)


@contextmanager
def answer_as_slack(answer: Callable[[str, Any], Answer]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Its address, and what it is asked of: the argument's name and what that holds."""
    asked: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert "Authorization" not in self.headers, "it needs no token"
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            ((name, content),) = given.items()
            asked.append((name, json.loads(content)))
            status, headers, body = answer(name, asked[-1][1])
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/blocks.validate", asked
        server.shutdown()


def play_a_little(duet: Office) -> None:
    """What comes by each way: messages, a form that opens and one that follows it, a reply to a command, a Home."""
    key = activate_project(duet, name="Wirydarz")
    anna = duet.person("anna")
    open_second_step(duet, by="anna")
    close_forms(anna)
    anna.types(f"/duet show {key}")
    anna.opens_home()
    enqueue_text(duet, "a", "one")
    duet.settles()  # the Home is no delivery
    duet.delivers_everything()  # also what waits a second for the message that it hangs on


def test_slack_is_asked_of_every_message_and_view_once(duet: Office) -> None:
    """Also of what is no call: replies to commands, and forms in an acknowledgement."""
    play_a_little(duet)
    payloads, out = list_payloads(duet), io.StringIO()
    rests: list[float] = []
    with answer_as_slack(lambda name, content: FINE) as (url, asked):
        assert look_at_all(payloads, method=url, out=out, rest=rests.append) == 0
    assert asked == payloads and len({json.dumps(each, sort_keys=True) for each in asked}) == len(asked)
    assert rests == [PAUSE_SECONDS] * len(payloads)
    assert out.getvalue().endswith(f"0 of {len(payloads)} are wrong.\n")
    shown = [each for call in duet.slack.calls() for each in [call["arguments"].get("blocks")] if each]
    sent = [content["blocks"] for name, content in asked if name == "message"]
    assert shown and all((json.loads(each) if isinstance(each, str) else each) in sent for each in shown)
    kinds = {content["type"] for name, content in asked if name == "view"}
    assert kinds == {"modal", "home"}
    acknowledged = [
        each.answer for each in duet.playground.traffic.since(0) if each.way == "to app" and each.answer
    ]
    replies = [answer["blocks"] for answer in acknowledged if "blocks" in answer]
    views = [answer["view"] for answer in acknowledged if "view" in answer]
    assert replies and all(each in sent for each in replies)
    assert views and all(("view", each) in asked for each in views)


def test_what_slack_finds_wrong_is_told(duet: Office) -> None:
    """Each fault with its place and the payload; the others are looked at all the same."""
    play_a_little(duet)
    payloads, out = list_payloads(duet), io.StringIO()
    with answer_as_slack(lambda name, content: FAULTS if name == "view" else FINE) as (url, asked):
        assert look_at_all(payloads, method=url, out=out, rest=lambda seconds: None) == 1
    views = sum(name == "view" for name, _ in payloads)
    assert len(asked) == len(payloads)
    assert out.getvalue().count("view /blocks/0/type: unsupported type\n") == views
    assert out.getvalue().count("view /title/text: too long\n") == views
    assert out.getvalue().endswith(f"{views} of {len(payloads)} are wrong.\n")


def test_an_error_that_is_no_fault_of_a_block_is_told() -> None:
    out = io.StringIO()
    refused: Answer = (200, {}, {"ok": False, "error": "invalid_arguments"})
    with answer_as_slack(lambda name, content: refused) as (url, _):
        assert look_at_all([("message", {"blocks": []})], method=url, out=out, rest=lambda seconds: None) == 1
    assert "1 message : invalid_arguments\n" in out.getvalue()


def test_slacks_limit_is_kept() -> None:
    """So long as Slack says, and then of the same again."""
    answers = iter([(429, {"Retry-After": "7"}, {"ok": False, "error": "ratelimited"}), FINE, FINE])
    rests: list[float] = []
    payloads = [("message", {"blocks": [number]}) for number in range(2)]
    with answer_as_slack(lambda name, content: next(answers)) as (url, asked):
        assert look_at_all(payloads, method=url, out=io.StringIO(), rest=rests.append) == 0
    assert [content["blocks"] for _, content in asked] == [[0], [0], [1]]
    assert rests == [7, PAUSE_SECONDS, PAUSE_SECONDS]


def test_without_an_answer_it_says_so() -> None:
    """It needs the internet: whoever has none is told, and nothing counts as looked at."""
    out, payloads = io.StringIO(), [("message", {"blocks": list[Any]()})]
    with reserve_port() as port:
        url = f"http://127.0.0.1:{port}/api/blocks.validate"
        assert look_at_all(payloads, method=url, out=out, rest=lambda seconds: None) == 2
    assert "Slack cannot be asked: " in out.getvalue()
