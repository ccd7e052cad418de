"""Any text typed, any value sent: one acknowledgement that Slack can show, clear words, and never "something went
wrong on our side". Over 2,000 examples in all, through the adapter, each undone before the next; Slack itself is
asked nothing. Most of them on SQLite: what is typed is read the same way on both.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.people.directory import Directory, FetchedPeople
from bot.slack.client import Bot, Slack
from bot.team.rules import FROM, HOME_POST, MANAGER, MEMBER, SHARE, SIDE, UNTIL
from handlers import FEATURES
from handlers.bolt_adapter import BoltAdapter
from handlers.router import Router
from playground.strict.gate import Gate
from tests.running import PATIENT, Office, count_tries
from tests.scenarios.ask_steps import ask_person
from tests.scenarios.checkin_steps import save_schedule
from tests.scenarios.closing_steps import agree_on_closing
from tests.scenarios.days import current_day
from tests.scenarios.funding_steps import (
    DISPUTE,
    click_ledger_button,
    open_entries,
    record_entry,
    submit_ledger_form,
)
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import (
    NOT_FOUND,
    activate_project,
    close_forms,
    day_from_today,
    draft_charter,
    fill_form,
    has_sentence,
    query_one,
    roll_back_requests,
    send_charter,
    submit_form,
)
from tests.scenarios.team_steps import add_member, run_team_command
from tests.scenarios.test_succession import naming_form
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command
from tests.snapshots import play_once
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
    "budget_basis",
    "language",
    "zone",
    "template",
]
FIELDS += ["answer", "reason", "channel", "my_language", "country"]
ACTIONS = [*ROUTER._buttons, "charter.first.template", "unknown"]  # all there are: a new one is tried, too

FIELDS += ["weekdays", "rhythm", "at", "zone", "country", "whom", "people", "questions"]  # of a check-in's schedule
FIELDS += ["q1", "q2", "q3", "q4", "q5", "measure"]  # of its answers
FIELDS += ["title", "due", "owner", "side"]  # of a milestone
FIELDS += ["amount", "what", "day", "milestone", "reference", "entry_kind", "outcome"]  # of the ledger
FIELDS += ["text", "person"]  # of an ask
FIELDS += ["whom", "note"]  # of a plea
FIELDS += [MEMBER, SIDE, HOME_POST, MANAGER, SHARE, FROM, UNTIL]  # of the team, of an absence
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

SHAPES = {
    **dict.fromkeys(["charter.afresh", "ledger.bear"], "1:1:1"),
    "project.page": "mine:1",
    "home.list": "dates:1",
    "home.question": "side:1",
    "home.begin": "list",
    "milestone.menu": "done:1",
    **dict.fromkeys(["charter.edit", "charter.send", "charter.use_channel", "project.log_page"], "1:1"),
    **dict.fromkeys(["ledger.entries", "ledger.record", "ledger.change"], "1:1"),
    **dict.fromkeys(["register.link", "timetable.page", "checkin.read", "digest.show_all"], "1:1"),
    **dict.fromkeys(["checkin.history", "checkin.history_page", "blocker.page"], "1:1"),
    **dict.fromkeys(["checkin.history_months", "checkin.history_mine"], "1:1"),
    **dict.fromkeys(["checkin.answer", "checkin.same"], "3"),
    **dict.fromkeys(["checkin.status", *(f"checkin.typed_{name}" for name in ("pick", "send", "change"))], "3:1"),
}
"""What a button's value is like, where it is not just one id."""
TEXTS = ["", " ", "\u200b", "\x00", "\u202e", "x" * 81, "x" * 501, "x" * 3001, "🦔" * 90, "<!channel>", "Ok"]
TEXTS += ["12k", "-5", "1e9", "12.000", "9" * 400, "3,5", "Co? [1-5]\nGdzie?", "Co? [a", "Co?\n" * 9]
USERS = ["U0ADAM", "U0ANNA", "U0PIOTR", "U0EWA", "U0JAN", "U0OLA", "U0GOSIA", "U9NOBODY", "<!channel>"]
DAYS = [
    "0001-01-01",
    "1970-01-01",
    "2020-02-29",
    "2026-11-23",
    "2026-11-24",
    "2026-12-01",
    "2026-12-24",
    "2027-01-10",
]
DAYS += ["2027-06-01", "2099-12-31", "2500-01-01", "9999-12-30", "9999-12-31", "jutro"]
CHOICES = [
    "sign",
    "talk",
    "it",
    "both",
    "data",
    "pl",
    "tlh",
    "KWD",
    "XXX",
    "Europe",
    "w13",
    "n6",
    "24:00",
    "🦔",
    "",
]
SILENT = {"unknown", "checkin.skip", "checkin.snooze", "checkin.status"}  # the clicked message itself says it


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


def examples(count: int) -> settings:
    return settings(
        max_examples=count_tries(count),
        suppress_health_check=list(HealthCheck),
        phases=set(Phase) - {Phase.explain},
        database=None,
    )


class WhoIsKnown(Directory):
    """Asks nobody: whoever has done something before is known."""

    def __init__(self) -> None:
        pass

    async def ask(self, team_id: str, user_ids: Collection[str], *, is_confidential: bool = False) -> FetchedPeople:
        return FetchedPeople({}, frozenset())


@play_once
def fill_office(duet: Office) -> None:
    """With an active project that has a team, an asset, a milestone, a ledger and a check-in that goes on, one that
    is being signed, a draft, one for whose vacant seat somebody is named, and one that closes; somebody is away;
    everybody has been here.
    """
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    add_member(duet, key, "jan", by="piotr")
    add_member(duet, key, "tomek", by="ewa", side="marketing")
    run_team_command(duet.person("ewa"), f"{key} remove @tomek")  # whose return is to be confirmed
    register_asset(duet.person("ewa"), 'klienci "VIP" @ewa')
    add_milestone(duet, "ewa", "Pilot", current_day(duet) + timedelta(days=40), "piotr")
    ask_person(duet, "ewa", key, "piotr", current_day(duet) + timedelta(days=40))
    for amount in (100, 200):
        record_entry(duet.person("ewa"), f'spend {key} {amount} "Druk"')
    form = click_ledger_button(open_entries(duet.person("piotr"), key), DISPUTE, 1).form
    submit_ledger_form(form, reason="Nie nasze")
    duet.person("ewa").types(f"/duet away {day_from_today(duet, 60)} {day_from_today(duet, 70)}")
    save_schedule(duet, "ewa", key, whom="everybody")
    assert "dostają teraz 3 osoby" in duet.person("ewa").types(f"/duet checkin {key} now").text
    send_charter(duet, name="Drugi")
    draft_charter(duet, name="Trzeci")
    send_charter(duet, by="ewa", name="Czwarty", cio="@nadia", cmo="@ola")
    submit_form(fill_form(naming_form(duet), {"leaver": "@nadia", "successor": "@jan"}))
    closing = activate_project(duet, name="Piąty")
    due = current_day(duet) + timedelta(days=40)
    run_milestone_command(duet.person("ewa"), f'{closing} add "Raport" {due} @ewa')
    agree_on_closing(duet, closing)
    for handle in ("anna", "adam", "piotr", "jan", "roman", "gosia", "ewa"):
        close_forms(duet.person(handle))
        duet.person(handle).types("/duet", "#promocje" if handle == "gosia" else "#general")


@pytest.fixture
def busy(duet: Office) -> Office:
    fill_office(duet)
    return duet


class Screen(Slack):
    """As strict as Slack about what it is given to show, and keeps the words of it."""

    def __init__(self) -> None:
        super().__init__("")
        self.bots = {team_id: Bot(team_id, None, "B", "U0BOT", "") for team_id in ("T0PIKUS", "T0KIOSK")}
        self.acks: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.views: list[dict[str, Any]] = []

    @property
    def is_lost(self) -> bool:
        """Whether all that is said is that there is no such thing."""
        return any(has_sentence(text, NOT_FOUND) for text in self.said)

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
        self.views.append(view)
        self.said.append("\n".join(words_of(view["blocks"])))


def words_of(blocks: list[dict[str, Any]]) -> list[str]:
    found = [block["text"]["text"] for block in blocks if "text" in block]
    return found + [block["label"]["text"] for block in blocks if "label" in block]


def send_to_bot(duet: Office, kind: str, body: dict[str, Any]) -> Screen:
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


def build_adapter(duet: Office, screen: Screen) -> BoltAdapter:
    """Builds one that asks Slack nothing, and shows what it shows to the test."""
    return BoltAdapter(
        duet.database,
        screen,
        ROUTER,
        WhoIsKnown(),
        now=duet.bot.duet.now,
        budget_seconds=PATIENT["DUET_BUDGET_SECONDS"],
    )


async def _receive(duet: Office, screen: Screen, kind: str, body: dict[str, Any]) -> None:
    adapter = build_adapter(duet, screen)
    await getattr(adapter, f"on_{kind}")(screen.ack, body)
    await asyncio.gather(*adapter._afterwards)


COUNT = iter(range(10**9))
NOT_FOR_PEOPLE = re.compile(r"Traceback|[a-z]Error\b|Exception\b|<class '|object at 0x")
PROJECT, REQUEST = '{"project": 1}', '{"request": 2}'
DECLINE = {"answer": ("selected_option", "decline")}


def test_any_command_is_answered(busy: Office) -> None:
    """§16, §2.7"""

    @examples(400)
    @given(text=commands, user=people)
    @example(text="show \x00", user="U0ANNA")
    @example(text="new " + "x" * 5000, user="U0ANNA")
    @example(text="list " + "<@U0ADAM>" * 500, user="U0ADAM")
    @example(text="deputy <@U0JAN|jan> 2026-12-01 9999-12-31", user="U0ADAM")
    @example(text="away 0001-01-01 2026-12-10", user="U0ADAM")
    def answered(text: str, user: str) -> None:
        with roll_back_requests():
            assert len(send_to_bot(busy, "command", command(text, user)).said) == 1  # a message, or a form

    answered()


def test_any_values_of_a_form_are_answered(busy: Office) -> None:
    """§16, §2.3: each form as Duet opens it, filled as people do, but for a field or two."""
    forms = opened_forms(busy)
    assert {form.view["callback_id"] for form in forms} == set(ROUTER._forms)
    fitting = fitting_values(busy)
    seen = Counter[str]()

    @examples(900)
    @given(data=st.data())
    def answered(data: st.DataObject) -> None:
        form = data.draw(st.sampled_from(forms))
        inputs = [block for block in form.view["blocks"] if block["type"] == "input"]
        fields = [block["block_id"] for block in inputs]  # of a form that only confirms there are none
        odd = data.draw(st.sets(st.sampled_from(fields), max_size=2)) if fields else set()
        values = {}
        for block in inputs:
            element = block["element"]
            fits = fitting_value(block, fitting)
            chosen = data.draw(odd_values(block)) if block["block_id"] in odd else fits
            values[block["block_id"]] = {"value": state_of(element, chosen)}
        user = data.draw(st.sampled_from([form.user] * 9 + ["U0ANNA", "U0JAN", "U0GOSIA"]))
        view = form.view | {"id": f"V{next(COUNT)}", "hash": "h", "state": {"values": values}}
        with roll_back_requests():
            screen = send_to_bot(
                busy, "submission", {"team": {"id": "T0PIKUS"}, "user": {"id": user}, "view": view}
            )
        assert set(screen.acks[0].get("errors", {})) <= set(values)
        assert screen.said or screen.acks[0] in ({}, {"response_action": "clear"})  # a sentence, or it closes
        seen["lost" if screen.is_lost else "errors" if "errors" in screen.acks[0] else "done"] += 1

    answered()
    assert seen["lost"] < seen.total() / 5, seen
    assert seen["done"] > seen.total() / 3, seen  # some three in five; ninety examples may have fewer


def test_any_forged_form_is_answered(busy: Office) -> None:
    """§16, §2.3"""

    @examples(250)
    @given(
        callback=st.sampled_from(sorted(ROUTER._forms)),
        meta=metas,
        given_values=st.dictionaries(st.sampled_from(FIELDS), st.tuples(kinds, values)),
        user=people,
    )
    @example(callback="charter.first", meta="[" * 5000, given_values={}, user="U0ANNA")
    @example(
        callback="signing.answer",
        meta=REQUEST,
        given_values=DECLINE | {"reason": ("value", "x" * 9999)},
        user="U0ADAM",
    )
    @example(
        callback="signing.answer", meta=REQUEST, given_values=DECLINE | {"reason": ("value", "\x00")}, user="U0ADAM"
    )
    @example(
        callback="charter.second", meta="{}", given_values={"zone": ("selected_option", "Europe")}, user="U0ANNA"
    )
    @example(
        callback="charter.channel",
        meta=PROJECT,
        given_values={"channel": ("selected_conversation", "🦔")},
        user="U0ANNA",
    )
    def answered(callback: str, meta: str, given_values: dict[str, tuple[str, str | None]], user: str) -> None:
        with roll_back_requests():
            screen = send_to_bot(busy, "submission", form_body(callback, meta, given_values, user))
        assert set(screen.acks[0].get("errors", {})) <= set(given_values)
        assert screen.said or screen.acks[0] == {}

    answered()


def test_any_click_is_answered(busy: Office) -> None:
    """§16, §2.3"""
    seen = Counter[bool]()

    @examples(500)
    @given(
        action=st.sampled_from(ACTIONS),
        value=st.none() | values,
        fits=st.sampled_from([True, True, False]),
        meta=metas,
        given_values=st.dictionaries(st.sampled_from(FIELDS), st.tuples(kinds, values)),
        user=st.just("U0EWA") | people,
        in_form=st.booleans(),
    )
    @example(action="export.xlsx", value=None, fits=True, meta="", given_values={}, user="U0EWA", in_form=False)
    @example(
        action="charter.first.template",
        value="consent",
        fits=False,
        meta="{}",
        given_values={"measure_by": ("selected_date", "jutro")},
        user="U0ANNA",
        in_form=True,
    )
    def answered(
        action: str,
        value: str | None,
        fits: bool,
        meta: str,
        given_values: dict[str, tuple[str, str | None]],
        user: str,
        in_form: bool,
    ) -> None:
        body = form_body("charter.first", meta, given_values, user)
        body |= build_click(action, SHAPES.get(action, "1") if fits else value)
        if not in_form:
            del body["view"]
            body |= {"response_url": "https://somewhere"}
        with roll_back_requests():
            screen = send_to_bot(busy, "action", body)
        assert screen.said or action in SILENT
        seen[screen.is_lost] += 1

    answered()
    assert seen[False] > seen.total() / 4, seen


# --- what people send -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """A form as somebody sees it."""

    user: str
    view: dict[str, Any]


def opened_forms(duet: Office) -> list[Opened]:
    """Each form there is, by a command or a click that opens it."""
    by_command = {
        "new": "U0PIOTR",
        "edit d1": "U0ANNA",
        "edit d2": "U0EWA",
        "away": "U0EWA",
        "checkin d1 answer": "U0EWA",
        "checkin d1 schedule": "U0PIOTR",
        "deputy": "U0ADAM",
        "pause d1": "U0ADAM",
        "withdraw d1": "U0ANNA",
        "withdraw d3": "U0PIOTR",
        "settings": "U0ROMAN",
    }
    by_click = {
        ("ask.new", "1"): "U0EWA",
        ("blocker.new", "1"): "U0EWA",
        **dict.fromkeys([(f"ask.{step}", "1") for step in ("date", "decline", "hand")], "U0PIOTR"),
        ("charter.use_channel", "1:1"): "U0EWA",
        ("closing.outcome", "5"): "U0EWA",
        ("closing.propose", "1"): "U0EWA",
        ("closing.retrospective", "5"): "U0EWA",
        ("ledger.decide", "1"): "U0ADAM",
        ("ledger.dispute", "2"): "U0PIOTR",
        ("ledger.fund", "1"): "U0PIOTR",
        ("ledger.reverse", "1"): "U0EWA",
        ("milestone.change", "1"): "U0EWA",
        ("milestone.drop", "1"): "U0EWA",
        ("milestone.drop_rest", "5"): "U0EWA",
        ("milestone.move", "1"): "U0PIOTR",
        ("pulse.executive", "1"): "U0ADAM",
        ("pulse.settings", "settings"): "U0ROMAN",
        ("pulse.record", "settings"): "U0ROMAN",
        ("retention.form", "settings"): "U0ROMAN",
        ("forget.form", "settings"): "U0ROMAN",
        ("register.add", "1"): "U0EWA",
        ("register.add_several", "1"): "U0EWA",
        ("register.change", "1"): "U0EWA",
        ("register.hand_over", "U0EWA"): "U0EWA",
        ("seat.form", "name"): "U0ROMAN",
        ("seat.object", "1"): "U0EWA",
        ("signing.read", "2"): "U0ADAM",
        ("signing.withdraw", "2"): "U0ANNA",
        ("team.add", "1"): "U0EWA",
        ("team.change", "1"): "U0PIOTR",
        ("team.not_quite", "5:1"): "U0TOMEK",
        ("timetable.add", "1"): "U0EWA",
        ("timetable.add_several", "1"): "U0EWA",
    }
    refused = send_to_bot(duet, "command", command('own d1 klienci "VIP" <@U0PIOTR|piotr>', "U0EWA"))
    [crossing] = [each for each in found_in(refused.acks[0], "action_id") if each["action_id"] == "register.cross"]
    by_click["register.cross", crossing["value"]] = "U0EWA"
    refused = send_to_bot(duet, "command", command("pause d1", "U0EWA"))
    duet.settles()
    prompt = query_one(duet, "SELECT max(id) FROM checkin_prompts WHERE user_id = 'U0EWA'")
    by_click["checkin.status", f"{prompt}:2"] = "U0EWA"
    [plea] = [each for each in found_in(refused.acks[0], "action_id") if each["action_id"] == "plea.open"]
    by_click["plea.open", plea["value"]] = "U0EWA"
    found = [
        Opened(user, view_of(send_to_bot(duet, "command", command(text, user))))
        for text, user in by_command.items()
    ]
    for (action, value), user in by_click.items():
        body = {"team": {"id": "T0PIKUS"}, "user": {"id": user}, "response_url": "https://somewhere"}
        found.append(Opened(user, view_of(send_to_bot(duet, "action", body | build_click(action, value)))))
    fitting = fitting_values(duet)
    by_callback = {each.view["callback_id"]: each for each in found}
    of_two_steps = (*found[:2], by_callback["ledger.entry"], by_callback["forget.find"])
    for first in of_two_steps:  # the second step follows a first one that was kept
        state = {
            block["block_id"]: {"value": state_of(block["element"], fitting_value(block, fitting))}
            for block in first.view["blocks"]
            if block["type"] == "input"
        }
        view = first.view | {"id": f"V{next(COUNT)}", "hash": "h", "state": {"values": state}}
        body = {"team": {"id": "T0PIKUS"}, "user": {"id": first.user}, "view": view}
        found.append(Opened(first.user, view_of(send_to_bot(duet, "submission", body))))
    return found


def view_of(screen: Screen) -> dict[str, Any]:
    [view] = screen.views
    assert view["callback_id"] in ROUTER._forms, screen.said
    return view


def found_in(shown: Any, name: str) -> Iterator[dict[str, Any]]:
    """The objects with that name in them, however deep."""
    if isinstance(shown, Mapping):
        if name in shown:
            yield dict(shown)
        shown = shown.values()
    elif not isinstance(shown, list | tuple):
        return
    for part in shown:
        yield from found_in(part, name)


def fitting_values(duet: Office) -> dict[str, str]:
    """By field, where the form does not begin with one."""
    days = {
        "measure_by": 150,
        "starts_on": 30,
        "ends_on": 180,
        "until": 7,
        "due": 20,
        "from_day": 40,
        "until_day": 50,
    }
    return {name: day_from_today(duet, ahead) for name, ahead in days.items()} | {
        "measure_start": "3,5",
        "measure_target": "20",
        "budget": "12k",
        "amount": "12k",
        "what": "Druk",
        "who": "U0TOMEK",
        "day": day_from_today(duet, 0),
        "owner": "U0EWA",
        "member": "U0OLA",
        "deputy": "U0JAN",
        "measure": "45",
        "measured": "45",
        "worked": "Piątki",
        "member_side": "marketing",
        "leaver": "U0ADAM",
        "successor": "U0ROMAN",
        "lead_it": "U0PIOTR",
        "lead_marketing": "U0EWA",
        "cio": "U0ADAM",
        "cmo": "U0ANNA",
        "kind": "customers",
        "side": "marketing",
        "answer": "decline",
        "reason": "Bo tak",
        "channel": "C0GENERAL",
    }


def fitting_value(block: dict[str, Any], fitting: Mapping[str, str]) -> Any:
    """What the form begins with, else what would be chosen or typed there; nothing where that will do."""
    element, known = block["element"], fitting.get(block["block_id"].partition(":")[0])
    for name in ("initial_value", "initial_user", "initial_date", "initial_conversation"):
        if element.get(name):
            return element[name]
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    offered = [option["value"] for option in element.get("options", ())]
    if element["type"] in ("checkboxes", "multi_static_select"):
        return offered[:1]
    if offered:
        return known if known in offered else offered[0]
    return known if known is not None or block.get("optional") else "Tekst"


def odd_values(block: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What might be there instead: another choice, a slip, what only a forger sends; nothing where that will do."""
    element = block["element"]
    offered = [option["value"] for option in element.get("options", ())]
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "plain_text_input": st.sampled_from(TEXTS) | st.text(max_size=40),
        "users_select": st.sampled_from(USERS),
        "multi_users_select": st.lists(st.sampled_from(USERS), max_size=12),
        "datepicker": st.sampled_from(DAYS),
        "conversations_select": st.sampled_from(["C0GENERAL", "C0PROMOCJE", "D1", "🦔"]),
        **dict.fromkeys(
            ("checkboxes", "multi_static_select"), st.lists(st.sampled_from([*offered, *CHOICES]), max_size=4)
        ),
    }
    odd = by_kind.get(element["type"], st.sampled_from([*offered, *CHOICES]))
    return st.none() | odd if block.get("optional") else odd


def state_of(element: dict[str, Any], value: Any) -> dict[str, Any]:
    """As Slack sends it."""
    by_kind: dict[str, Callable[[Any], dict[str, Any]]] = {
        "plain_text_input": lambda text: {"value": text},
        "users_select": lambda user: {"selected_user": user},
        "multi_users_select": lambda users: {"selected_users": users or []},
        "datepicker": lambda picked: {"selected_date": picked},
        "conversations_select": lambda channel: {"selected_conversation": channel},
        **dict.fromkeys(
            ("checkboxes", "multi_static_select"),
            lambda chosen: {"selected_options": [{"value": each} for each in chosen or []]},
        ),
        "static_select": lambda chosen: {"selected_option": None if chosen is None else {"value": chosen}},
        "radio_buttons": lambda chosen: {"selected_option": None if chosen is None else {"value": chosen}},
    }
    return {"type": element["type"], **by_kind[element["type"]](value)}


def command(text: str, user: str) -> dict[str, Any]:
    return {
        "team_id": "T0PIKUS",
        "user_id": user,
        "trigger_id": f"t{next(COUNT)}",
        "text": text,
        "channel_id": "C0",
    }


def build_click(action: str, value: str | None) -> dict[str, Any]:
    return {"trigger_id": f"t{next(COUNT)}", "actions": [{"action_id": action, "block_id": "b", "value": value}]}


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
