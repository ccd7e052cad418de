"""Who may do what: every role tries every action, by command, by button, and by forged form (product §14)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from playground.driver import PersonDriver, Reply
from tests.running import Office
from tests.scenarios.days import comes_due, monday_comes
from tests.scenarios.steps import (
    NAME,
    NOT_ALLOWED,
    NOT_FOR_YOU,
    NOT_FOUND,
    NOT_YOUR_SIGNATURE,
    day,
    drafted,
    fill,
    first_step,
    one,
    opened,
    option,
    presses,
    project_id,
    put_away,
    refused,
    rows,
    says,
    signed_by,
    submitted,
    typed,
)

# Who is what, in a project that jan has drafted; nadia signs for adam, who is away.
ROLES = {
    "CIO": "adam",
    "CMO": "anna",
    "IT lead": "piotr",
    "marketing lead": "ewa",
    "drafter": "jan",
    "deputy": "nadia",
    "colleague": "ola",
    "admin": "roman",
    "guest": "gosia",
    "stranger": "mike",
    "elsewhere": "zenek",
}
EXECUTIVES = {"CIO", "CMO"}
LEADS = {"IT lead", "marketing lead"}
EDITORS = EXECUTIVES | LEADS
INSIDE = EDITORS | {"drafter"}
DENIALS = (
    *NOT_FOUND,
    *NOT_ALLOWED,
    *NOT_FOR_YOU,
    *NOT_YOUR_SIGNATURE,
    *("administratorzy tego Slacka", "Slack admins of this workspace"),
    *("nie masz teraz roli CIO ani CMO", "you are not the CIO or CMO"),
    *("Cofnąć to może tylko osoba", "Only whoever withdrew"),
)


@dataclass(frozen=True)
class Place:
    """A project as it stands, in an office, and the ids that a forger would have to guess."""

    duet: Office
    key: str

    @property
    def ids(self) -> dict[str, Any]:
        project, key = project_id(self.duet, self.key), self.key
        succession = one(self.duet, "SELECT coalesce(max(id), 0) FROM successions")
        asked = one(self.duet, "SELECT coalesce(max(id), 0) FROM signing_requests")
        return {
            "key": key,
            "number": key.removeprefix("D-"),
            "project": project,
            "request": asked,
            "succession": succession,
        }


def draft(duet: Office) -> Place:
    return Place(duet, drafted(duet, by="jan"))


def signing(duet: Office) -> Place:
    place = draft(duet)
    presses(duet.person("ewa"), "charter.send", f"{place.ids['project']}:1")
    monday = monday_comes(duet)
    duet.person("adam").types(f"/duet deputy @nadia {monday} {monday.replace(year=monday.year + 1)}")
    return place


def active(duet: Office) -> Place:
    place = signing(duet)
    signed_by(duet, place.key, "adam", "anna")
    duet.slack.waits_for_calls("pins.add")
    return place


def paused(duet: Office) -> Place:
    place = active(duet)
    form = opened(duet.person("adam"), f"/duet pause {place.key}")
    assert fill(form, {"why": "Przerwa"}).submit() is None
    return place


def withdrawn(duet: Office) -> Place:
    place = active(duet)
    form = opened(duet.person("anna"), f"/duet withdraw {place.key}")
    assert fill(form, {"why": "Koniec"}).submit() is None
    return place


def vacant(duet: Office) -> Place:
    place = active(duet)
    form = opened(duet.person("roman"), "/duet settings").click("Wskaż następcę")
    assert form is not None
    submitted(fill(form, {"leaver": "@adam", "successor": "@ola"}))
    return place


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
    "show": Action(INSIDE, active, "show {key}", ("project.show", "{number}")),
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


def person(duet: Office, role: str) -> PersonDriver:
    return duet.person(ROLES[role], "T0KIOSK" if role == "elsewhere" else None)


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
        reply = _clicks(place.duet, role, name, value.format(**ids), room)
    else:
        assert action.form is not None
        callback, meta, state = action.form
        named = json.dumps({name: ids.get(str(wanted), wanted) for name, wanted in meta.items()})
        reply = _hands_in(place.duet, role, callback, named, state(place.duet), room)
    form = reply.form
    text = form.text if form is not None else reply.text
    put_away(who)
    return text


def _clicks(duet: Office, role: str, action: str, value: str, room: str) -> Reply:
    """A stranger is shown nothing to click in: they forge from somebody else's."""
    shown = person(duet, "colleague" if role == "stranger" else role)
    message = shown.types("/duet", room).messages[-1]
    over: dict[str, Any] = {"actions": [{"action_id": action, "value": value}]}
    if role == "stranger":
        over["user"] = {"id": "U0MIKE"}
    return shown.forges("block_actions", over, message=message, button=message.buttons[-1])


def _hands_in(duet: Office, role: str, callback: str, meta: str, state: dict[str, Any], room: str) -> Reply:
    shown = person(duet, "colleague" if role == "stranger" else role)
    put_away(shown)
    opened(shown, "/duet settings", room)
    values = {name: {"value": given} for name, given in state.items()}
    view = {"callback_id": callback, "private_metadata": meta, "blocks": [], "state": {"values": values}}
    over: dict[str, Any] = {"view": view}
    if role == "stranger":
        over["user"] = {"id": "U0MIKE"}
    reply = shown.forges("view_submission", over)
    put_away(shown)
    return reply


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
                if role not in INSIDE and name != "settings of the workspace":  # not even that there is a project
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
