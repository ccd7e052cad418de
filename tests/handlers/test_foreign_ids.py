"""Whatever is typed, clicked or handed in where the ids of another workspace stand in every place of an id: nothing
of that one is read, shown or changed (architecture §3). The people have the same ids in both.

Through the adapter, each example undone before the next; what is sent begins with what Duet shows in the other one.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from handlers import request_session
from storage.deliveries import Delivery
from storage.engine import Database
from storage.people import Person
from storage.projects import Project
from storage.register import Asset
from storage.session import Ticket, has_sent_writes, send_writes, transaction
from storage.timetable import Milestone
from tests.handlers.test_any_input import (
    ACTIONS,
    COUNT,
    ROUTER,
    SHAPES,
    Opened,
    build_click,
    command,
    examples,
    fill_office,
    fitting_value,
    fitting_values,
    found_in,
    opened_forms,
    send_to_bot,
    state_of,
)
from tests.isolation import read_rows_of, watch_workspaces
from tests.running import Office
from tests.test_texts import entries

OURS, THEIRS = "T0KIOSK", "T0PIKUS"
KEYS = ("D-1", "D-2", "D-3", "D-4", "D-5", "")
WORDS = ("1", "2", "add", "done 1", "history", "all", "Kto", "VIP", "klienci", "now", "answer", "schedule", "xlsx")


@dataclass(frozen=True)
class Theirs:
    """What Duet shows in the other workspace, and what is written there."""

    forms: list[Opened]
    buttons: list[tuple[str, str]]
    channels: list[str]
    people: list[str]
    secrets: frozenset[str]
    fitting: dict[str, str]


@pytest.fixture
def theirs(duet: Office) -> Theirs:
    fill_office(duet)
    forms = opened_forms(duet)
    with transaction(duet.database) as session:
        known = session.exec(select(Person).where(Person.team_id == THEIRS)).all()
        session.add_all(Person(**{**each.model_dump(), "team_id": OURS}) for each in known)
        contents = [each.content for each in session.exec(select(Delivery))]
        named = (Project.name, Asset.name, Milestone.title)
        names = {name for column in named for name in session.exec(select(col(column)))}
    shown = [*found_in([*(each.view for each in forms), *contents], "action_id")]
    buttons = {(each["action_id"], str(each["value"])) for each in shown if "value" in each}
    channels = [*duet.playground.world.teams[THEIRS].channels]
    said_anyway = str([each.string for language in ("en", "pl") for each in entries(language).values()])
    secrets = frozenset(name for name in names if name not in said_anyway)
    assert secrets
    return Theirs(forms, sorted(buttons), channels, [each.user_id for each in known], secrets, fitting_values(duet))


@contextmanager
def look_and_roll_back(before: dict[str, list[Any]]) -> Iterator[None]:
    """What is asked inside is undone, once it was seen that all of theirs is still as it was before."""

    @contextmanager
    def rolled_back(database: Database, ticket: Ticket | None = None) -> Iterator[Session]:
        with Session(database.engine, expire_on_commit=False, info=dict(database.session_info)) as session:
            yield session
            send_writes(session)
            if has_sent_writes(session):
                assert read_rows_of(session.connection(), THEIRS) == before
            session.rollback()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(request_session, "transaction", rolled_back)
        yield


def draw_command(data: st.DataObject, theirs: Theirs, user: str) -> dict[str, Any]:
    somebody = st.sampled_from(theirs.people).map("<@{}>".format)
    words = data.draw(st.lists(st.sampled_from(WORDS) | somebody, max_size=3))
    name, key = data.draw(st.sampled_from(sorted(ROUTER.commands))), data.draw(st.sampled_from(KEYS))
    channel = data.draw(st.sampled_from(theirs.channels))
    return command(" ".join((name, key, *words)), user) | {"team_id": OURS, "channel_id": channel}


def draw_click(data: st.DataObject, theirs: Theirs, user: str) -> dict[str, Any]:
    """Of a button that they were shown, or of any with their ids; in a message or in a form."""
    value = st.lists(st.integers(1, 9).map(str), min_size=1, max_size=3).map(":".join)
    any_button = st.sampled_from(ACTIONS).flatmap(lambda name: st.tuples(st.just(name), value))
    shaped = st.sampled_from(ACTIONS).map(lambda name: (name, SHAPES.get(name, "1")))
    place = draw_submission(data, theirs, user) if data.draw(st.booleans()) else draw_message(data, theirs, user)
    return place | build_click(*data.draw(st.sampled_from(theirs.buttons) | any_button | shaped))


def draw_submission(data: st.DataObject, theirs: Theirs, user: str) -> dict[str, Any]:
    """Also from somebody who sits in theirs and has a form of the Duet in ours open, as in one organisation."""
    view = draw_view(data, theirs)
    if data.draw(st.booleans()):
        return {"team": {"id": OURS}, "user": {"id": user}, "view": view}
    return {"team": {"id": THEIRS}, "user": {"id": user}, "view": view | {"app_installed_team_id": OURS}}


def draw_shortcut(data: st.DataObject, theirs: Theirs, user: str) -> dict[str, Any]:
    """At one of their messages."""
    name, writer = data.draw(st.sampled_from(sorted(ROUTER._shortcuts))), data.draw(st.sampled_from(theirs.people))
    message = {"type": "message", "ts": "1795424460.000200", "text": f"<@{writer}>", "user": writer}
    called = {"callback_id": name, "trigger_id": f"t{next(COUNT)}", "message_ts": message["ts"], "message": message}
    return draw_message(data, theirs, user) | called


def draw_message(data: st.DataObject, theirs: Theirs, user: str) -> dict[str, Any]:
    """From where a payload comes that a message sends."""
    channel = {"id": data.draw(st.sampled_from(theirs.channels)), "name": "general"}
    return {
        "team": {"id": OURS, "domain": "kiosk"},
        "user": {"id": user},
        "response_url": "https://x",
        "channel": channel,
    }


def draw_view(data: st.DataObject, theirs: Theirs) -> dict[str, Any]:
    """A form as they were shown it, filled in; or another one with what that one carries."""
    view = fill_view(data.draw(st.sampled_from(theirs.forms)), theirs)
    if data.draw(st.integers(0, 3)) == 0:
        view["callback_id"] = data.draw(st.sampled_from(sorted(ROUTER._forms)))
    return view


def fill_view(shown: Opened, theirs: Theirs) -> dict[str, Any]:
    inputs = [block for block in shown.view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {"value": state_of(block["element"], fitting_value(block, theirs.fitting))}
        for block in inputs
    }
    return shown.view | {"id": f"V{next(COUNT)}", "hash": "h", "state": {"values": values}}


def list_what_was_shown(theirs: Theirs) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every form as it was shown there, handed in here by whoever had it; and every button there is."""
    for form in theirs.forms:
        yield "submission", {"team": {"id": OURS}, "user": {"id": form.user}, "view": fill_view(form, theirs)}
    place = {"team": {"id": OURS}, "user": {"id": "U0EWA"}, "response_url": "https://x"}
    for name, value in sorted({*theirs.buttons, *((name, SHAPES.get(name, "1")) for name in ROUTER._buttons)}):
        yield "action", place | build_click(name, value)


DRAW = {"command": draw_command, "action": draw_click, "submission": draw_submission, "shortcut": draw_shortcut}


def test_ids_of_another_workspace_are_nothing_here(duet: Office, theirs: Theirs) -> None:
    with duet.database.readers.connect() as connection:
        before = read_rows_of(connection, THEIRS)
    assert before["projects"]

    def send(kind: str, body: dict[str, Any]) -> None:
        with look_and_roll_back(before):
            screen = send_to_bot(duet, kind, body)
        sent = json.dumps(body, ensure_ascii=False)
        shown = json.dumps([screen.acks, screen.said, screen.views], ensure_ascii=False)
        assert not [each for each in theirs.secrets if each in shown and each not in sent]

    with watch_workspaces(duet) as watch, watch.acting(OURS):

        @examples(1000)
        @given(data=st.data())
        def kept_apart(data: st.DataObject) -> None:
            kind, user = data.draw(st.sampled_from(sorted(DRAW))), data.draw(st.sampled_from(theirs.people))
            send(kind, DRAW[kind](data, theirs, user))

        for kind, body in list_what_was_shown(theirs):
            send(kind, body)
        kept_apart()
    assert watch.seen[OURS] > 100
    strays = watch.list_strays()
    assert not strays, "\n".join(strays)
