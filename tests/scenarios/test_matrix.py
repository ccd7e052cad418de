"""Who may do what: every role tries every action, by command, by button, and by forged form (product §14)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.running import Office
from tests.scenarios.days import comes_due
from tests.scenarios.roles import (
    EDITORS,
    EXECUTIVES,
    INSIDE,
    LEADS,
    ROLES,
    SEES,
    Place,
    active,
    clicks,
    draft,
    hands_in,
    paused,
    person,
    signing,
    vacant,
    withdrawn,
)
from tests.scenarios.steps import (
    NAME,
    NOT_ALLOWED,
    NOT_FOR_YOU,
    NOT_FOUND,
    NOT_YOUR_SIGNATURE,
    day,
    first_step,
    option,
    put_away,
    refused,
    rows,
    says,
    typed,
)

DENIALS = (
    *NOT_FOUND,
    *NOT_ALLOWED,
    *NOT_FOR_YOU,
    *NOT_YOUR_SIGNATURE,
    *("administratorzy tego Slacka", "Slack admins of this workspace"),
    *("nie masz teraz roli CIO ani CMO", "you are not the CIO or CMO"),
    *("Cofnąć to może tylko osoba", "Only whoever withdrew"),
    *("Każda strona wskazuje swoich ludzi: to", "Each side names its own people: the"),
)


Form = tuple[str, dict[str, Any], Callable[[Office], dict[str, Any]]]  # callback, metadata, state


def _sign(duet: Office) -> dict[str, Any]:
    return {"answer": option("sign"), "reason": typed("")}


def _reason(duet: Office) -> dict[str, Any]:
    return {"reason": typed("Bo tak")}


def _pause(duet: Office) -> dict[str, Any]:
    return {"until": picked(day(duet, 7)), "reason": typed("Bo tak")}


def _deputy(duet: Office) -> dict[str, Any]:
    return {"deputy": user("U0JAN"), "from_day": picked(day(duet, 1)), "until_day": picked(day(duet, 3))}


def _successor(duet: Office) -> dict[str, Any]:
    return {"leaver": user("U0ADAM"), "successor": user("U0OLA")}


def _member(duet: Office) -> dict[str, Any]:
    days = {"from_day": picked(day(duet, 40)), "until_day": picked(day(duet, 90))}
    return {"member": user("U0NADIA"), "member_side": select("it"), "home_post": typed("Dane"), **days}


def _channel(duet: Office) -> dict[str, Any]:
    return {"channel": {"type": "conversations_select", "selected_conversation": "C0PROMOCJE"}}


def _workspace(duet: Office) -> dict[str, Any]:
    return {"my_language": select("slack"), "country": select("PL"), "cio": user("U0JAN")}


def _first_step(duet: Office) -> dict[str, Any]:
    by = {name: typed(text) for name, text in first_step(duet).items() if name != "measure_by"}
    return by | {"measure_by": picked(day(duet, 150))}


def picked(date: str) -> dict[str, Any]:
    return {"type": "datepicker", "selected_date": date}


def user(user_id: str) -> dict[str, Any]:
    return {"type": "users_select", "selected_user": user_id}


def select(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


@dataclass(frozen=True)
class Action:
    """Who may, and where; its ways in, with the ids in braces."""

    allowed: set[str]
    place: Callable[[Office], Place]
    command: str | None = None
    button: tuple[str, str] | None = None  # action id, value
    form: Form | None = None
    changes: set[str] = field(default_factory=set)  # ways that change something at once


PROJECT = {"project": "project"}
EDITED = {"project": "project", "version": 1, "revision": 1}
ACTIONS = {
    "show": Action(SEES, active, "show {key}", ("project.show", "{number}")),
    "team": Action(SEES, active, "team {key}", ("team.list", "{number}")),
    "add to the team": Action(EDITORS, draft, "team {key} add", ("team.add", "{project}")),
    "name IT's people": Action({"CIO", "IT lead"}, active, form=("team.add", PROJECT, _member)),
    "remove marketing's people": Action(
        {"CMO", "marketing lead"},
        active,
        "team {key} remove <@U0TOMEK>",
        ("team.remove", "{member}"),
        changes={"command", "button"},
    ),
    "log": Action(EDITORS, active, "log {key}", ("project.log_page", "{number}:1")),
    "edit a draft": Action(
        INSIDE,
        draft,
        "edit {key}",
        ("charter.edit", "{project}:1"),
        ("charter.first", EDITED, _first_step),
    ),
    "edit a sent charter": Action(
        EDITORS,
        signing,
        "edit {key}",
        ("charter.edit", "{project}:1"),
        ("charter.first", EDITED, _first_step),
    ),
    "send": Action(EDITORS, draft, None, ("charter.send", "{project}:1"), changes={"button"}),
    "sign": Action(
        EXECUTIVES | {"deputy"},
        signing,
        "sign {key}",
        ("signing.read", "{request}"),
        ("signing.answer", {"request": "request"}, _sign),
    ),
    "withdraw a request": Action(
        EXECUTIVES,
        signing,
        None,
        ("signing.withdraw", "{request}"),
        ("signing.withdraw", {"request": "request"}, _reason),
    ),
    "ask the leads in": Action(EXECUTIVES, signing, None, ("signing.leads", "{request}"), changes={"button"}),
    "discard": Action(
        INSIDE,
        draft,
        "withdraw {key}",
        ("life.withdraw", "{project}"),
        ("life.withdraw", PROJECT | {"state": "draft"}, _reason),
    ),
    "cancel": Action(
        EDITORS,
        signing,
        "withdraw {key}",
        ("life.withdraw", "{project}"),
        ("life.withdraw", PROJECT | {"state": "signing"}, _reason),
    ),
    "withdraw": Action(
        EXECUTIVES,
        active,
        "withdraw {key}",
        ("life.withdraw", "{project}"),
        ("life.withdraw", PROJECT | {"state": "active"}, _reason),
    ),
    "take back": Action({"CMO"}, withdrawn, None, ("life.take_back", "{project}"), changes={"button"}),
    "pause": Action(
        EXECUTIVES, active, "pause {key}", ("life.pause", "{project}"), ("life.pause", PROJECT, _pause)
    ),
    "resume": Action(
        EXECUTIVES, paused, "resume {key}", ("life.resume", "{project}"), changes={"command", "button"}
    ),
    "deputy": Action(EXECUTIVES, active, "deputy", None, ("deputy.save", {}, _deputy)),
    "name a successor": Action({"admin"}, active, None, ("seat.form", "name"), ("seat.name", {}, _successor)),
    "object": Action(
        LEADS,
        vacant,
        None,
        ("seat.object", "{succession}"),
        ("seat.object", {"succession": "succession"}, _reason),
    ),
    "use a channel": Action(
        EDITORS,
        active,
        None,
        ("charter.use_channel", "{project}:1"),
        ("charter.channel", PROJECT, _channel),
    ),
    "settings of the workspace": Action({"admin"}, draft, form=("settings.save", {}, _workspace)),
}


def tries(place: Place, role: str, action: Action, way: str) -> str:
    """What somebody sees who tries; a form that opens is told by its callback, a closed one by nothing."""
    who, ids = person(place.duet, role), place.ids
    put_away(who)
    room = "#promocje" if role in ("guest", "stranger") else "#general"
    if way == "command":
        assert action.command is not None
        reply = who.types(f"/duet {action.command.format(**ids)}", room)
    elif way == "button":
        assert action.button is not None
        name, value = action.button
        reply = clicks(place.duet, role, name, value.format(**ids), room)
    else:
        assert action.form is not None
        callback, meta, state = action.form
        named = json.dumps({name: ids.get(str(wanted), wanted) for name, wanted in meta.items()})
        reply = hands_in(place.duet, role, callback, named, state(place.duet), room)
    form = reply.form
    text = form.text if form is not None else reply.text
    put_away(who)
    return text


@pytest.mark.parametrize("name", ACTIONS)
def test_who_may(duet: Office, name: str) -> None:
    """§14: whoever may not is told so, clearly, whichever way they try, and nothing is changed."""
    action = ACTIONS[name]
    place = action.place(duet)
    duet.slack.change_person("mike", is_stranger=True)
    comes_due(duet)
    ways = [way for way in ("command", "button", "form") if getattr(action, way) is not None]
    denied = [role for role in ROLES if role not in action.allowed]
    with refused(duet):
        for role in denied:
            for way in ways:
                text = tries(place, role, action, way)
                assert says(text, DENIALS), f"{role}, by {way}: {text}"
                if role not in SEES and name != "settings of the workspace":  # not even that there is a project
                    assert not says(text, (*NOT_ALLOWED, NAME)), f"{role}, by {way}: {text}"
    before = rows(duet)
    for way in ways:
        for role in [each for each in ROLES if each in action.allowed]:
            changes = way == "form" or way in action.changes
            text = tries(place, role, action, way)
            assert not says(text, DENIALS), f"{role}, by {way}: {text}"
            if changes:
                assert rows(duet) != before, f"{role}, by {way}: {text}"
                return  # the others would find it done
            assert text, f"{role}, by {way}"
