"""Every route, while Slack shows nothing, or shows it late, and with each click twice: what is said is true (§16).

Through the adapter, with real commits; whether something was changed is read from the database. SQLite only: what
is shown knows nothing of the database. The mechanisms have tests of their own, on both: `scenarios/test_windows`,
`scenarios/test_replays`, `failures/test_cut_at_commit`.
"""

import asyncio
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.client import Refused, Uncertain
from storage import tables
from tests.handlers.test_any_input import (
    COUNT,
    ROUTER,
    Screen,
    build_adapter,
    build_click,
    command,
    fitting_value,
    fitting_values,
    state_of,
)
from tests.running import Office, reopen_database
from tests.sampling import take_one_of
from tests.scenarios.roles import (
    ROLES,
    Action,
    Place,
    begin_with_everybody,
    own,
    set_up_assets,
    set_up_blocker,
)
from tests.scenarios.steps import DECIDED, NOT_OURS, Rows, day_from_today
from tests.scenarios.test_matrix import ACTIONS, date_state, ways_of
from tests.scenarios.test_matrix import _pick as pick_of
from tests.scenarios.test_matrix import _schedule as schedule

UNTOUCHED = re.compile(r"(?i)nothing (was|has) (been )?(changed|saved|signed)|nic (się nie zmieniło|nie zosta)")
REFRESHED_NOT = ("tylko tego okna nie udało się odświeżyć", "only this window could not be refreshed")

ODD = {"value": "", "selected_date": "2020-01-01"}
COLUMNS = {"deliveries": "team_id, key, kind, content", "people": ", ".join(DECIDED["people"])}

# How a click comes in, and what goes wrong then: the first call, or each. Nothing goes wrong with a second click.
TROUBLES = [("message", "uncertain", 9), ("form", "late", 1), ("form", "refused", 9), ("third form", "refused", 1)]


class Troubled(Screen):
    """Shows as Slack does, but for the first calls."""

    def __init__(self, what: str = "", times: int = 0) -> None:
        super().__init__()
        self._what, self._left = what, times

    async def call(self, team_id: str, method: str, **arguments: Any) -> dict[str, Any]:
        self._fail_after(lambda: self._view(arguments["view"]))
        return await super().call(team_id, method, **arguments)

    async def answer(self, response_url: str, body: dict[str, Any]) -> None:
        self._fail_after(lambda: self._message(body))
        await super().answer(response_url, body)

    def _fail_after(self, effect: Callable[[], None]) -> None:
        if self._left == 0:
            return
        self._left -= 1
        if self._what == "refused":
            raise Refused("fatal_error")
        if self._what == "late":
            effect()
        raise Uncertain("timeout")


@dataclass(frozen=True)
class Walk:
    """Where everything is tried, each time as it was kept."""

    place: Place
    stored: "StoredState"


@dataclass(frozen=True)
class Try:
    """Something that somebody does, in an office in which it can be done."""

    what: str
    kind: str  # command, action, submission
    body: dict[str, Any]
    after: "Try | None" = None  # by which its form opens

    def begun(self, walk: Walk) -> "Try":
        """With its form, as it opens, filled in."""
        if self.after is None:
            return self
        screen = Screen()
        answer_try(walk, self.after, screen)
        view, fitting = screen.views[-1], fitting_values(walk.place.duet)
        state = {
            block["block_id"]: {"value": state_of(block["element"], fitting_value(block, fitting))}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        blocks = [
            {"block_id": f"b{number}"} | block for number, block in enumerate(view["blocks"])
        ]  # as Slack does
        whole = view | {"id": f"V{next(COUNT)}", "blocks": blocks, "state": {"values": state}}
        return replace(self, body=self.body | {"view": whole})

    def again(self) -> "Try":
        """Once more, as in a double click: another trigger; a form is the same form."""
        return replace(self, body=self.body | {"trigger_id": f"t{next(COUNT)}"})

    def comes_from(self, origin: str) -> "Try":
        if origin == "message":
            return self
        view = self.body.get("view") or view_of("notice", "", {})
        stacked = {"root_view_id": "V1", "previous_view_id": "V2"} if origin == "third form" else {}
        return replace(
            self, body={k: v for k, v in self.body.items() if k != "response_url"} | {"view": view | stacked}
        )


# --- the office ------------------------------------------------------------------------------------------------


def _away(duet: Office) -> dict[str, Any]:
    return {"from_day": date_state(day_from_today(duet, 50)), "until_day": date_state(day_from_today(duet, 51))}


LEAD = {"marketing lead"}
OWN = {
    "home": Action(LEAD, own, "home"),
    "a list of Home": Action(LEAD, own, button=("home.list", "dates:1")),
    "a question": Action({"member"}, own, button=("home.question", "stay:{question}")),
    "everything": Action(LEAD, own, button=("home.everything", "home")),
    "whatever is begun": Action(LEAD, own, button=("home.begin", "show")),
    "an ask from Home": Action(LEAD, own, button=("ask.begin", "home")),
    "a blocker from Home": Action(LEAD, own, button=("blocker.begin", "home")),
    "projects": Action(LEAD, own, "list", ("project.page", "mine:1")),
    "help": Action(LEAD, own, "help", ("help.open", "x")),
    "settings": Action(LEAD, own, "settings", ("settings.open", "x")),
    "away": Action(LEAD, own, "away", ("away.open", "x"), ("away.save", {}, _away), changes={"form"}),
    "back": Action(LEAD, own, button=("away.remove", "{absence}"), changes={"button"}),
    "back before it begins": Action(LEAD, own, button=("away.take_back", "{absence}"), changes={"button"}),
    "away by the status": Action(LEAD, own, button=("away.status", "on"), changes={"button"}),
    "no deputy": Action({"CIO"}, own, button=("deputy.drop", "drop"), changes={"button"}),
    "speak Polish": Action(LEAD, own, button=("language.speak", "pl"), changes={"button"}),
    "speak Polish below what waits": Action(LEAD, own, button=("home.speak", "pl"), changes={"button"}),
    "speak Polish below the help": Action(LEAD, own, button=("help.speak", "pl"), changes={"button"}),
    "all of a post": Action(LEAD, own, button=("digest.show_all", "{post}:1")),
    "what was meant": Action(LEAD, own, button=("guess.run", "{guess}")),
    "which asset was meant": Action(LEAD, set_up_assets, button=("register.meant", "{loose}:{which}")),
    "the project of an ask": Action(LEAD, own, button=("ask.new.project", "{project}")),
    "a refusal": Action({"member"}, own, button=("plea.open", "{thing}")),
    "a plea": Action({"member"}, own, form=("plea.send", {"thing": "thing"}, lambda _: {}), changes={"form"}),
    "what was found": Action(LEAD, own, button=("register.found", ":lista:1")),
    "own assets": Action(LEAD, own, button=("register.mine", "1")),
    "a milestone's menu": Action(
        LEAD, set_up_assets, button=("milestone.menu", "done:{milestone}"), changes={"button"}
    ),
    "a file, a calendar": Action(LEAD, own, button=("export.ics", "{project}"), changes={"button"}),
    "a file, a table": Action(LEAD, own, button=("export.xlsx", "{project}"), changes={"button"}),
    "same": Action({"member"}, set_up_blocker, button=("checkin.same", "{prompt}"), changes={"button"}),
    "what is needed": Action({"member"}, set_up_blocker, button=("checkin.needs", "{round}")),
    "an ask of a need": Action({"member"}, set_up_blocker, button=("checkin.ask", "{prompt}")),
    "what is asked": Action({"member"}, own, button=("checkin.mine", "{project}")),
    "answer": Action({"member"}, own, button=("checkin.answer", "{prompt}")),
    "a status": Action({"member"}, own, button=("checkin.status", "{prompt}:2")),
    **{
        f"typed words: {name}": Action({"member"}, own, button=(f"checkin.typed_{name}", "{prompt}:{typed}"))
        for name in ("pick", "send", "change")
    },
    "skip": Action({"member"}, own, button=("checkin.skip", "{checkin_message}")),
    "snooze": Action({"member"}, own, button=("checkin.snooze", "{checkin_message}")),
}
OPENED = {  # by what
    ("form", "charter.second"): "begin a charter",
    ("button", "charter.back"): "begin a charter",
    ("form", "checkin.answer"): "answer",
    ("form", "checkin.obstacle"): "a status",
}
IN_FORMS = {name for _, name in ROUTER.routes() if name.startswith("checkin.schedule.")} | {
    "charter.first.template",
    "settings.save.country",
}
READING = {("form", "forget.find")}  # it commits nothing
SHORTCUTS = ("shortcut.ask", "shortcut.blocker", "shortcut.home", "shortcut.new")
MAY_BE_EMPTY = {"checkin.obstacle"}  # it closes then, and nothing is changed
REFUSED = {  # a walk, and what cannot be done there
    "set_up_assets": {"propose a later end by button"},  # whoever clicks has asked for no other day
    "set_up_blocker": {"an ask of a need by button"},  # that answer needs nothing
    # they are not paused
    "set_up_active_project": {f"go on with the check-ins by {way}" for way in ("command", "button")},
}
EVERY = ACTIONS | OWN
PLACES = {action.place.__name__: action.place for action in EVERY.values()}


def routes_of(action: Action) -> Iterator[tuple[str, str]]:
    if action.command is not None:
        yield "command", action.command.split()[0]
    if action.button is not None:
        yield "button", action.button[0]
    if action.form is not None:
        yield "form", action.form[0]
    if pick_of(action) is not None:
        yield "button", pick_of(action) or ""


def test_every_route_is_walked() -> None:
    """A new one, too."""
    walked = {route for action in EVERY.values() for route in routes_of(action)}
    walked |= set(OPENED) | {("button", name) for name in IN_FORMS} | {("shortcut", name) for name in SHORTCUTS}
    walked |= READING
    assert walked == set(ROUTER.routes())


def list_tries(place: Place, name: str) -> Iterator[tuple[Try, set[str]]]:
    """With the ways in which they can come in."""
    for what, action in EVERY.items():
        if action.place is not PLACES[name]:
            continue
        role = min(action.allowed - {"elsewhere"})
        for way in ways_of(action):
            yield build_try(place, what, role, action, way)
    if name == "own":
        for (way_in, route), what in OPENED.items():
            way = "form" if EVERY[what].form else "button"
            role = min(EVERY[what].allowed - {"elsewhere"})
            first, _ = build_try(place, what, role, EVERY[what], way)
            kind, click = ("submission", {}) if way_in == "form" else ("action", build_click(route, "x"))
            yield Try(route, kind, sent_by(role) | click, first), {"form", "third form"}
        for route in SHORTCUTS:
            used_on = {
                "channel": {"id": "C0GENERAL"},
                "message": {"type": "message", "text": "x", "ts": "1795424460.000200"},
            }
            body = sent_by("marketing lead") | {"callback_id": route, "response_url": "https://somewhere"}
            yield Try(route, "shortcut", body | used_on), {"message"}
        for route in IN_FORMS:
            form = view_of(
                route.rpartition(".")[0], json.dumps({"project": place.ids["project"], "version": 1}), {}
            )
            chosen = schedule(place.duet) if "schedule" in route else {}
            form |= view_of(form["callback_id"], form["private_metadata"], chosen)
            body = sent_by("marketing lead") | build_click(route, "consent") | {"view": form}
            yield Try(route, "action", body), {"form", "third form"}


def build_try(place: Place, what: str, role: str, action: Action, way: str) -> tuple[Try, set[str]]:
    ids = place.ids
    if way == "command":
        assert action.command is not None
        text = re.sub(r"<@U0(\w+)>", r"<@U0\1|x>", action.command.format(**ids))
        text = re.sub(r"@(\w+)$", lambda found: f"<@U0{found[1].upper()}|x>", text)
        return Try(f"{what} by command", "command", command(text, user_of(role))), {"message"}
    if way == "pick":
        return build_click_try(f"{what} by choice", role, pick_of(action) or "", ids["number"])
    if way == "button":
        assert action.button is not None
        name, value = action.button
        return build_click_try(f"{what} by button", role, name, value.format(**ids))
    assert action.form is not None
    callback, meta, state = action.form
    named = json.dumps({name: ids.get(str(wanted), wanted) for name, wanted in meta.items()})
    view = view_of(callback, named, state(place.duet))
    return Try(f"{what} by form", "submission", sent_by(role) | {"view": view}), {"form", "third form"}


def build_click_try(what: str, role: str, name: str, value: str) -> tuple[Try, set[str]]:
    body = sent_by(role) | {"response_url": "https://somewhere"} | build_click(name, value)
    return Try(what, "action", body), {"message", "form", "third form"}


def sent_by(role: str) -> dict[str, Any]:
    return {"team": {"id": "T0PIKUS"}, "user": {"id": user_of(role)}, "trigger_id": f"t{next(COUNT)}"}


def user_of(role: str) -> str:
    return f"U0{ROLES[role].upper()}"


def view_of(callback: str, meta: str, state: dict[str, Any]) -> dict[str, Any]:
    """A form as Slack sends it."""
    text = {"type": "plain_text", "text": "…"}
    element = {"type": "plain_text_input", "action_id": "value"}
    inputs = [{"type": "input", "block_id": name, "label": text, "element": element} for name in state]
    return {
        "id": f"V{next(COUNT)}",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": meta,
        "title": text,
        "submit": text,
        "close": text,
        "blocks": inputs or [{"type": "section", "block_id": "s", "text": text}],
        "state": {"values": {name: {"value": given} for name, given in state.items()}},
    }


# --- what comes of it --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Came:
    """What came of a try: what was shown or written, whether it was refused, and what stands in the database."""

    said: str
    is_refused: bool
    rows: Rows

    @property
    def is_untouched(self) -> bool:
        return UNTOUCHED.search(self.said) is not None


class StoredState:
    """What stands in the database's file: read again if somebody has written since, and put back if so."""

    def __init__(self, duet: Office) -> None:
        path = str(duet.database.readers.url.database)
        self._reader, self._writer = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
        self._kept = sqlite3.connect(":memory:")
        self.keep()

    def keep(self) -> None:
        """From now on what stands there now is put back."""
        self._writer.backup(self._kept)
        self._version = self._kept_version = self._ask_version()
        self._decided = self._kept_decided = self._read_decisions()

    def change_kept(self, statement: str) -> None:
        self.put_back()
        self._writer.execute(statement)
        self.keep()

    def put_back(self) -> None:
        if self._ask_version() == self._kept_version:
            return
        self._kept.backup(self._writer)
        self._version = self._kept_version = self._ask_version()
        self._decided = self._kept_decided

    def read_decisions(self) -> Rows:
        """But for what was written to show a reply, and how often the same was said again."""
        version = self._ask_version()
        if version != self._version:
            self._version, self._decided = version, self._read_decisions()
        return self._decided

    def list_direct_replies(self) -> list[str]:
        """By direct message, for want of another way."""
        statement = "SELECT content FROM deliveries WHERE key LIKE 'reply:%' ORDER BY id"
        return [content for (content,) in self._reader.execute(statement)]

    def list_delivery_contents(self) -> set[str]:
        """What is on its way to people, or has reached them."""
        return {content for (content,) in self._reader.execute("SELECT content FROM deliveries")}

    def close(self) -> None:
        for connection in (self._reader, self._writer, self._kept):
            connection.close()

    def _ask_version(self) -> int:
        """It changes with each commit of others; whoever reads has none of their own."""
        version: int = self._reader.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _read_decisions(self) -> Rows:
        found = {
            name: self._reader.execute(f"SELECT {COLUMNS.get(name, '*')} FROM {name} ORDER BY 1, 2").fetchall()
            for name in tables.metadata.tables
            if name not in NOT_OURS
        }
        found["deliveries"] = [row for row in found["deliveries"] if not row[1].startswith(("reply:", "hello:"))]
        return found


def comes_of(walk: Walk, what: Try, screen: Screen) -> Came:
    said, is_refused = answer_try(walk, what, screen)
    return Came(said, is_refused, walk.stored.read_decisions())


def answer_try(walk: Walk, what: Try, screen: Screen) -> tuple[str, bool]:
    """What is shown or written, and whether it is a refusal."""
    before, duet = len(walk.stored.list_direct_replies()), walk.place.duet

    async def go() -> None:
        adapter = build_adapter(duet, screen)
        await getattr(adapter, f"on_{what.kind}")(screen.ack, what.body)
        while adapter._afterwards:
            await asyncio.gather(*adapter._afterwards)

    with capture_logs() as logs:
        asyncio.run(go())
    assert not [entry for entry in logs if entry["log_level"] in ("error", "critical")], (what, logs)
    assert len(screen.acks) == 1, what
    said = "\n".join([*screen.said, *walk.stored.list_direct_replies()[before:]])
    return said, any(entry["event"] == "refused" for entry in logs)


@pytest.fixture
def walk(duet: Office, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """At its place the bot has stopped: nothing happens there but what is tried."""
    place = begin_with_everybody(duet, PLACES[request.param])
    duet.bot.stop()
    duet.bot.database = reopen_database(duet.bot.settings.database_url)
    stored = StoredState(duet)
    yield Walk(place, stored)
    stored.close()
    duet.database.close()


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.one_of(3)
@on_sqlite
@pytest.mark.parametrize("walk", PLACES, indirect=True)
def test_what_is_said_is_so(walk: Walk, request: pytest.FixtureRequest) -> None:
    """§16: of what was changed nobody is told that nothing was; the second of two clicks does no more, and is not
    refused; nothing is silent.
    """
    seen, wrong, refused = Counter[str](), list[Any](), list[str]()
    for planned, ways in list_tries(walk.place, request.node.callspec.params["walk"]):
        if planned.kind == "submission":
            walk.stored.put_back()
            wrong += [(planned.what, *each) for each in lies_of_correction(walk, planned.begun(walk))]
        is_form_sent = planned.kind == "submission"
        possible = [each for each in TROUBLES if each[0] in ways and not (is_form_sent and each[1] == "refused")]
        for origin, trouble, times in take_one_of(4, possible, planned.what):
            walk.stored.put_back()
            tried = planned.begun(walk)
            before = walk.stored.read_decisions()
            first = comes_of(walk, tried.comes_from(origin), Troubled(trouble, times))
            wrong += [(tried.what, origin, trouble, times, *each) for each in list_lies(first, before, tried)]
            if first.is_refused:
                seen["refused"] += 1
                refused.append(tried.what)
                continue
            if first.rows == before:
                seen["read"] += 1
                continue
            seen["done"] += 1
            second = comes_of(walk, tried.again().comes_from(origin), Screen())
            wrong += [
                (tried.what, origin, trouble, times, *each)
                for each in list_second_click_differences(first, second, tried)
            ]
    assert not wrong, "\n".join(map(str, wrong))
    assert set(refused) == REFUSED.get(request.node.callspec.params["walk"], set()), refused


def list_lies(first: Came, before: Rows, tried: Try) -> Iterator[tuple[Any, ...]]:
    """What is not so in what was said of a try."""
    changed = first.rows != before
    if changed and first.is_untouched:
        yield "called undone", first.said
    if not changed and any(text in first.said for text in REFRESHED_NOT):
        yield "called done", first.said
    if not first.said and not changed and tried.kind != "submission":
        yield ("silent",)


def list_second_click_differences(first: Came, second: Came, tried: Try) -> Iterator[tuple[Any, ...]]:
    """How the second of two clicks is told anything else than the first, or does more."""
    if second.is_refused:
        yield "refused", first.said, second.said
    if second.is_untouched:
        yield "called undone", second.said
    # What is typed again is meant: another file. A shortcut opens its form anew.
    if second.rows != first.rows and tried.kind not in ("command", "shortcut"):
        yield "did more", list_changed_rows(first.rows, second.rows)


def lies_of_correction(walk: Walk, tried: Try) -> Iterator[tuple[Any, ...]]:
    """What is wrong with the answer to a form that was filled in badly, and then well."""
    before = walk.stored.read_decisions()
    bad = json.loads(json.dumps(tried.body["view"]))
    for given in bad["state"]["values"].values():
        given["value"] |= {name: odd for name, odd in ODD.items() if name in given["value"]}
    first = comes_of(walk, replace(tried, body=tried.body | {"view": bad}), Screen())
    if first.rows != before or (tried.what in MAY_BE_EMPTY and not first.said):  # nothing bad about it
        return
    second = comes_of(walk, tried.again(), Screen())
    if second.is_refused or second.rows == before:
        yield "an old answer", first.said, second.said


def list_changed_rows(before: Rows, after: Rows) -> dict[str, Any]:
    return {
        name: [("-", row) for row in before[name] if row not in after[name]]
        + [("+", row) for row in after[name] if row not in before[name]]
        for name in after
        if before[name] != after[name]
    }
