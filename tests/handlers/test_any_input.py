"""Any text typed, any value sent: one acknowledgement that Slack can show, clear words, and never "something went
wrong on our side". 2,400 examples in all, through the boundary; Slack itself is asked nothing.
"""

import asyncio
import json
import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.clock import real_now
from bot.people.directory import Directory
from bot.slack import Bot, Slack
from bot.team.rules import FROM, HOME_POST, MEMBER, SIDE, UNTIL
from handlers import FEATURES
from handlers.boundary import Boundary
from handlers.router import Router
from playground.strict.gate import Gate
from tests.running import Office
from tests.scenarios.days import today
from tests.scenarios.steps import active, day, drafted, put_away, sent
from tests.scenarios.team_steps import joined
from tests.scenarios.timetable_steps import added
from tests.test_texts import entries

ROUTER = Router(FEATURES)
WORDS = [
    *ROUTER.commands,
    "pokaż",
    "nowy",
    "D-1",
    "d2",
    "1",
    "kto",
    "„Kto",
    "”",
    "<@U0ADAM|adam>",
    "<!channel>",
    "all",
]
WORDS += ["now", "plan", "every", "friday", "co", "piątek", "9:30", "answer", "pause", "wznów", "historia", "add"]
WORDS += ["usuń", "remove", "done", "move", "przesuń", "2027-06-01", "jutro", "24.12", "back", "„Pilot”"]
META = [
    "",
    "{}",
    '{"project": 1}',
    '{"project": 1, "version": 1}',
    '{"project": 2, "version": 1}',
    '{"request": 1}',
    '{"request": 2}',
    '{"template": "consent"}',
    '{"template": 7}',
    '{"prompt": 1}',
    '{"prompt": 2}',
    '{"milestone": 1, "revision": 1}',
]
VALUES = ["1", "2", "1:1", "2:1", "mine:1", "all:9", "words:1", "consent", "U0ADAM", "U0ANNA", "C0GENERAL"]
VALUES += [
    "2027-06-01",
    "0001-01-01",
    "9999-12-31",
    "PLN",
    "KWD",
    "pl",
    "Europe/Warsaw",
    "Europe",
    "sign",
    "decline",
]
VALUES += ["12k", "-5", "1e9", "12.000", "9" * 400, "\u202e", "\u200b", "<!channel>", "🦔" * 90]
FIELDS = [
    "name",
    "goal",
    "measure_name",
    "measure_unit",
    "measure_start",
    "measure_target",
    "measure_by",
    "cio",
    "cmo",
]
FIELDS += [
    "lead_it",
    "lead_marketing",
    "starts_on",
    "ends_on",
    "budget",
    "currency",
    "language",
    "zone",
    "template",
]
FIELDS += ["answer", "reason", "channel", "my_language", "country"]
ACTIONS = [*ROUTER._buttons, "charter.first.template", "unknown"]  # all there are: a new one is tried, too

FIELDS += ["weekdays", "rhythm", "at", "zone", "country", "whom", "people", "questions"]  # of a check-in's schedule
FIELDS += ["q1", "q2", "q3", "q4", "q5", "measure"]  # of its answers
FIELDS += ["title", "due", "owner", "side"]  # of a milestone
FIELDS += [MEMBER, SIDE, HOME_POST, FROM, UNTIL]  # of the team, of an absence
VALUES += ["2", "0,1,2,3,4", "9", "w1", "w13", "n6", "n", "10:00", "24:00", "own", "project", "everybody", "people"]
VALUES += [
    "on_track",
    "on_fire",
    "Co? [1-5]\nGdzie? [a/b]",
    "Co? [a",
    "[status]",
    "it",
    "both",
    "Co?\n" * 9,
    "x" * 3001,
]

FIELDS = sorted({*FIELDS, *(key.removeprefix("field.") for key in entries("en") if key.startswith("field."))})
IDS = ["project", "request", "version", "revision", "stamp", "asset", "milestone", "template", "side", "page"]
IDS += ["prompt", "milestone", "member", "absence"]

any_text = st.text(max_size=200)
commands = st.one_of(any_text, st.lists(st.one_of(st.sampled_from(WORDS), any_text), max_size=6).map(" ".join))
values = st.one_of(st.sampled_from(VALUES), any_text, st.none())
kinds = st.sampled_from(["value", "selected_option", "selected_user", "selected_date", "selected_conversation"])
ids = st.dictionaries(st.sampled_from(IDS), st.integers(-1, 4) | any_text | st.none())
metas = st.one_of(
    st.sampled_from(META),
    any_text,
    ids.map(json.dumps),
    st.recursive(st.integers() | any_text, st.lists).map(json.dumps),
)
people = st.sampled_from(["U0ANNA", "U0ADAM", "U0PIOTR", "U0JAN", "U0GOSIA", "U0ROMAN"])

MANY = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class WhoIsKnown(Directory):
    """Asks nobody: whoever has done something before is known."""

    def __init__(self) -> None:
        pass

    async def learn(self, team_id: str, user_ids: Collection[str]) -> set[str]:
        return set()


@pytest.fixture
def busy(duet: Office) -> Office:
    """With an active project that has a team, a milestone and a check-in that goes on, one that is being signed,
    and a draft; somebody is away; everybody has been here.
    """
    key = active(duet, starts_on=day(duet, 0))
    joined(duet, key, "jan", by="piotr")
    added(duet, "ewa", "Pilot", today(duet) + timedelta(days=40), "piotr")
    duet.person("ewa").types(f"/duet away {day(duet, 60)} {day(duet, 70)}")
    assert "dostają teraz 3 osoby" in duet.person("ewa").types(f"/duet checkin {key} now").text
    sent(duet, name="Drugi")
    drafted(duet, name="Trzeci")
    for handle in ("anna", "adam", "piotr", "jan", "roman", "gosia"):
        put_away(duet.person(handle))
        duet.person(handle).types("/duet", "#promocje" if handle == "gosia" else "#general")
    return duet


class Screen(Slack):
    """As strict as Slack about what it is given to show, and keeps the words of it."""

    def __init__(self) -> None:
        super().__init__("")
        self.bots = {"T0PIKUS": Bot("T0PIKUS", None, "B", "U0BOT", "")}
        self.acks: list[dict[str, Any]] = []
        self.said: list[str] = []

    async def ack(self, **answer: Any) -> None:
        self.acks.append(answer)
        if "text" in answer:
            self._message(answer)
        if "view" in answer:
            self._view(answer["view"])
        self.said += answer.get("errors", {}).values()

    async def call(
        self, team_id: str, method: str, *, timeout_seconds: float | None = None, **arguments: Any
    ) -> dict[str, Any]:
        self._view(arguments["view"])
        return {}

    async def answer(self, response_url: str, body: dict[str, Any]) -> None:
        self._message(body)

    def _message(self, message: dict[str, Any]) -> None:
        Gate(None).message("reply", message["text"], message["blocks"])
        self.said.append(message["text"])

    def _view(self, view: dict[str, Any]) -> None:
        Gate(None).view("view", view)
        self.said.append("\n".join(words_of(view["blocks"])))


def words_of(blocks: list[dict[str, Any]]) -> list[str]:
    found = [block["text"]["text"] for block in blocks if "text" in block]
    return found + [block["label"]["text"] for block in blocks if "label" in block]


def shown(duet: Office, kind: str, body: dict[str, Any]) -> Screen:
    """What the person sees, after exactly one acknowledgement."""
    screen = Screen()
    with capture_logs() as logs:
        asyncio.run(_receive(duet, screen, kind, body))
    assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")], logs
    assert len(screen.acks) == 1
    for text in screen.said:
        assert text
        assert not NOT_FOR_PEOPLE.search(text), text
    return screen


async def _receive(duet: Office, screen: Screen, kind: str, body: dict[str, Any]) -> None:
    boundary = Boundary(duet.database, screen, ROUTER, WhoIsKnown(), now=real_now, budget_seconds=8)
    await getattr(boundary, f"on_{kind}")(screen.ack, body)
    await asyncio.gather(*boundary._afterwards)


COUNT = iter(range(10**9))
NOT_FOR_PEOPLE = re.compile(r"Traceback|[a-z]Error\b|Exception\b|<class '|object at 0x")
PROJECT, REQUEST = '{"project": 1}', '{"request": 2}'
DECLINE = {"answer": ("selected_option", "decline")}


@MANY
@given(text=commands, user=people)
@example(text="show \x00", user="U0ANNA")
@example(text="new " + "x" * 5000, user="U0ANNA")
@example(text="list " + "<@U0ADAM>" * 500, user="U0ADAM")
def test_any_command_is_answered(busy: Office, text: str, user: str) -> None:
    """§16, §2.7"""
    body = {
        "team_id": "T0PIKUS",
        "user_id": user,
        "trigger_id": f"t{next(COUNT)}",
        "text": text,
        "channel_id": "C0",
    }
    assert len(shown(busy, "command", body).said) == 1  # a message, or a form


@MANY
@given(
    callback=st.sampled_from(sorted(ROUTER._forms)),
    meta=metas,
    given_values=st.dictionaries(st.sampled_from(FIELDS), st.tuples(kinds, values)),
    user=people,
)
@example(callback="charter.first", meta="[" * 5000, given_values={}, user="U0ANNA")
@example(
    callback="signing.answer",
    meta='{"request": 2}',
    given_values={"answer": ("selected_option", "decline"), "reason": ("value", "x" * 9999)},
    user="U0ADAM",
)
@example(
    callback="signing.answer",
    meta='{"request": 2}',
    given_values={"answer": ("selected_option", "decline"), "reason": ("value", "\x00")},
    user="U0ADAM",
)
@example(callback="charter.second", meta="{}", given_values={"zone": ("selected_option", "Europe")}, user="U0ANNA")
@example(
    callback="charter.channel",
    meta='{"project": 1}',
    given_values={"channel": ("selected_conversation", "🦔")},
    user="U0ANNA",
)
def test_any_form_is_answered(
    busy: Office, callback: str, meta: str, given_values: dict[str, tuple[str, str | None]], user: str
) -> None:
    """§16, §2.3"""
    answer = shown(busy, "submission", form_body(callback, meta, given_values, user)).acks[0]
    assert set(answer.get("errors", {})) <= set(given_values)


@MANY
@given(
    action=st.sampled_from(ACTIONS),
    value=values,
    meta=metas,
    given_values=st.dictionaries(st.sampled_from(FIELDS), st.tuples(kinds, values)),
    user=people,
    in_form=st.booleans(),
)
@example(
    action="charter.first.template",
    value="consent",
    meta="{}",
    given_values={"measure_by": ("selected_date", "jutro")},
    user="U0ANNA",
    in_form=True,
)
def test_any_click_is_answered(
    busy: Office,
    action: str,
    value: str | None,
    meta: str,
    given_values: dict[str, tuple[str, str | None]],
    user: str,
    in_form: bool,
) -> None:
    """§16, §2.3"""
    body = form_body("charter.first", meta, given_values, user)
    body |= {"trigger_id": f"t{next(COUNT)}", "actions": [{"action_id": action, "block_id": "b", "value": value}]}
    if not in_form:
        del body["view"]
        body |= {"response_url": "https://somewhere"}
    shown(busy, "action", body)


def form_body(
    callback: str, meta: str, given_values: dict[str, tuple[str, str | None]], user: str
) -> dict[str, Any]:
    state = {
        name: {"value": {kind: {"value": value} if kind == "selected_option" and value else value}}
        for name, (kind, value) in given_values.items()
    }
    view = {
        "id": f"V{next(COUNT)}",
        "hash": "h",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": meta,
        "blocks": [{"type": "input", "block_id": name} for name in given_values],
        "state": {"values": state},
    }
    return {"team": {"id": "T0PIKUS"}, "user": {"id": user}, "view": view}
