"""Everything that carries an id, with the id of something that is not theirs who send it (product §14).

What they are told is what they would be told if there were no such thing, in every word: so they learn nothing.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.isolation import list_crossing_rows, watch_workspaces
from tests.running import Office
from tests.sampling import cover_pairs
from tests.scenarios.roles import (
    EDITORS,
    ROLES,
    SEES,
    Action,
    Place,
    begin_with_everybody,
    forge_click_as,
    forge_submission_as,
    own,
    person_in_role,
    room_of,
    set_up_assets,
    set_up_blocker,
)
from tests.scenarios.steps import close_forms, expect_no_change
from tests.scenarios.test_matrix import ACTIONS, ROUTER, may_see
from tests.scenarios.test_matrix import _pick as pick_of

NOBODYS = 999
"""An id that nothing has."""
ELSEWHERE = "elsewhere"
"""Somebody of another workspace: by no route, id or payload do they see or change anything of this one."""
OUTSIDE = {"guest", "stranger", "elsewhere", "guest and member"}
OF_THE_COMPANY = (
    *("register.change", "register.remove", "register.take_back", "register.accept", "register.decline"),
    *("register.accept_several", "register.decline_several"),
)
"""Of an asset, which everybody internal may look up (§14)."""
OF_PEOPLE = ("person.side",)  # whom everybody internal knows
WITHOUT_ID = {
    **dict.fromkeys(
        (
            "charter.new",
            "help.open",
            "settings.open",
            "settings.save.country",
            "away.open",
            "away.status",
            "deputy.drop",
            "seat.form",
            "language.speak",
            "home.speak",
            "help.speak",
        ),
        "a fixed word, or none",
    ),
    **dict.fromkeys(
        ("pulse.settings", "pulse.record", "pulse.inform", "pulse.take_back", "retention.form"), "a fixed word"
    ),
    **dict.fromkeys(("forget.form", "forget.find"), "a fixed word; what a person is called: test_forgetting"),
    "register.found": "words or a person, as `/duet who` takes them",
    "register.hand_over": "a person, and assets, which everybody internal may look up: test_handing_over",
    "retention.save": "names periods only: test_retention",
    **dict.fromkeys(("project.page", "register.mine", "home.list"), "a page of what is one's own"),
    **dict.fromkeys(("home.everything", "home.begin"), "a fixed word, or a command's name"),
    **dict.fromkeys(("ask.begin", "blocker.begin"), "a fixed word"),
    **dict.fromkeys(
        ("seat.name", "steward.name", "deputy.save", "away.save", "settings.save"), "names people and days only"
    ),
    **dict.fromkeys(
        ("charter.first.template", "charter.back", "charter.second"), "goes on in a form of one's own: test_hostile"
    ),
    **dict.fromkeys(
        (f"shortcut.{name}" for name in ("ask", "blocker", "home", "new")),
        "a message as Slack sends it, or nothing",
    ),
    **dict.fromkeys(
        (f"checkin.schedule.{name}" for name in ("at", "country", "rhythm", "weekdays", "zone")),
        "redraws what stands in the form",
    ),
}
"""Buttons and forms that carry no id, and why."""
MORE_TYPED = (
    'own {key} klienci "Lista" @ola',
    "milestone {key} done 1",
    "team {key} remove @tomek",
    "checkin {key} answer",
)


def _no_state(duet: Office) -> dict[str, Any]:
    return {}


OWN = {
    **{name: Action({"member"}, own, button=(f"checkin.{name}", "{prompt}")) for name in ("answer", "same")},
    **{
        name: Action({"member"}, own, button=(f"checkin.{name}", "{checkin_message}"))
        for name in ("skip", "snooze")
    },
    **{
        f"typed words: {name}": Action({"member"}, own, button=(f"checkin.typed_{name}", "{prompt}:{typed}"))
        for name in ("pick", "send", "change")
    },
    "a status": Action({"member"}, own, button=("checkin.status", "{prompt}:1")),
    "say how it goes": Action({"member"}, own, form=("checkin.answer", {"prompt": "prompt"}, _no_state)),
    "what stands in the way": Action({"member"}, own, form=("checkin.obstacle", {"prompt": "prompt"}, _no_state)),
    "what is asked": Action(SEES, own, button=("checkin.mine", "{project}")),
    "back": Action({"marketing lead"}, own, button=("away.remove", "{absence}")),
    "back before it begins": Action({"marketing lead"}, own, button=("away.take_back", "{absence}")),
    "all of the channel's post": Action(SEES, own, button=("digest.show_all", "{post}:1")),
    "all of a message": Action({"stay over"}, own, button=("digest.show_all", "{letter}:1")),
    "what was meant": Action({"marketing lead"}, own, button=("guess.run", "{guess}")),
    "which asset was meant": Action(
        {"marketing lead"}, set_up_assets, button=("register.meant", "{loose}:{which}")
    ),
    "a question": Action({"member"}, own, button=("home.question", "stay:{question}")),
    "a refusal": Action({"member"}, own, button=("plea.open", "{thing}")),
    "a plea": Action({"member"}, own, form=("plea.send", {"thing": "thing"}, _no_state)),
    "what is needed": Action(SEES, set_up_blocker, button=("checkin.needs", "{round}")),
    "an ask of a need": Action(SEES, set_up_blocker, button=("checkin.ask", "{prompt}")),
    "a milestone's menu": Action(
        EDITORS | {"member"}, set_up_assets, button=("milestone.menu", "done:{milestone}")
    ),  # as its button
    "a calendar": Action(SEES, own, button=("export.ics", "{project}")),
    "the project of an ask": Action(SEES, own, button=("ask.new.project", "{project}")),
    "a table": Action(SEES, own, button=("export.xlsx", "{project}")),
}
EVERY = ACTIONS | OWN
PLACES = {action.place.__name__: action.place for action in EVERY.values()}
PRIVATE = set(OWN) - {
    "what is asked",
    "what is needed",
    "an ask of a need",
    "all of the channel's post",
    "a calendar",
    "a table",
    "the project of an ask",
    "a milestone's menu",
}
"""One person's: to all others, also of the project, there is none."""


def test_every_route_that_carries_an_id_is_walked() -> None:
    """A new one, too."""
    walked = {name for action in EVERY.values() for way, name in _ways(action) if way != "command"}
    routes = {name for way, name in ROUTER.routes() if way != "command"}
    assert routes == walked | set(WITHOUT_ID)
    both = walked & set(WITHOUT_ID)
    assert not both, both


def _ways(action: Action) -> Iterator[tuple[str, str]]:
    """Those with an id, each as (`command`, `button` or `form`, its name)."""
    if "{key}" in (action.command or ""):
        yield "command", action.command or ""
    if action.button is not None and (":" in action.button[1] or "{" in action.button[1]):
        yield "button", action.button[0]
    if action.form is not None and action.form[1]:
        yield "form", action.form[0]
    if (pick := pick_of(action)) is not None:
        yield "button", pick


def _strangers(place: Place, what: str, action: Action) -> Iterator[str]:
    """To whom it is not: a colleague, whoever is elsewhere, one of the others, in turn from action to action."""
    if {name for _, name in _ways(action)} & {*OF_THE_COMPANY, *OF_PEOPLE}:
        found = OUTSIDE - action.allowed
    else:
        found = {role for role in ROLES if what in PRIVATE or not may_see(place, role)} - action.allowed
    turn = list(EVERY).index(what)
    others = sorted(found - {"colleague", ELSEWHERE}) or [ELSEWHERE]
    yield from found & {"colleague"}
    yield from {others[turn % len(others)]} | (found & {ELSEWHERE})


@pytest.mark.one_of(3)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # rights know nothing of the database
@pytest.mark.parametrize("name", PLACES)
def test_what_is_not_theirs_reads_as_what_does_not_exist(duet: Office, name: str) -> None:
    """§14, §2.11: of another project, another person, another workspace; by button, by form, and typed."""
    place = begin_with_everybody(duet, PLACES[name])
    told_apart = list[tuple[str, ...]]()
    with expect_no_change(duet), watch_workspaces(duet) as watch:
        for what, action in EVERY.items():
            if action.place is not PLACES[name]:
                continue
            for role, (way, sent) in cover_pairs([*_strangers(place, what, action)], [*_ways(action)], what):
                with watch.acting("T0KIOSK" if role == ELSEWHERE else "T0PIKUS"):
                    there, nothing = (_told(place, role, action, way, sent, ids) for ids in _ids(place))
                if there != nothing:
                    told_apart.append((what, way, role, there, nothing))
        if name == set_up_assets.__name__:
            told_apart += _typed_apart(place)
    assert not told_apart, "\n".join(map(str, told_apart))
    assert watch.seen
    strays = watch.list_strays()
    assert not strays, "\n".join(strays)
    assert list_crossing_rows(duet.database) == []


def _typed_apart(place: Place) -> Iterator[tuple[str, ...]]:
    for typed in MORE_TYPED:
        for role in sorted(ROLES):
            if not may_see(place, role):
                there, nothing = (_said(place, role, typed, ids) for ids in _ids(place))
                if there != nothing:
                    yield typed, role, there, nothing


def _ids(place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those of what there is, and those of nothing."""
    none = {name: str(NOBODYS) if isinstance(value, str) else NOBODYS for name, value in place.ids.items()}
    return place.ids, none | {"key": f"D-{NOBODYS}"}


def _told(place: Place, role: str, action: Action, way: str, sent: str, ids: dict[str, Any]) -> str:
    if way == "command":
        return _said(place, role, sent, ids)
    room = room_of(role)
    if way == "form":
        assert action.form is not None
        callback, meta, state = action.form
        named = json.dumps({name: ids.get(str(wanted), wanted) for name, wanted in meta.items()})
        reply = forge_submission_as(place.duet, role, callback, named, state(place.duet), room)
    else:
        value = ids["number"]
        if action.button is not None and sent == action.button[0]:
            value = action.button[1].format(**ids)
        reply = forge_click_as(place.duet, role, sent, value, room)
    text = reply.text if reply.form is None else reply.form.text
    close_forms(person_in_role(place.duet, role))
    return text


def _said(place: Place, role: str, typed: str, ids: dict[str, Any]) -> str:
    who = person_in_role(place.duet, role)
    text = who.types(f"/duet {typed.format(**ids)}", room_of(role)).text
    close_forms(who)
    return text.replace(f"D-{NOBODYS}", place.key).replace(str(NOBODYS), place.ids["number"])
