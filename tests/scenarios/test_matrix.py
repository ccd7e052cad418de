"""Who may do what: every role tries every action, by command, by button, or by forged form (product §14).

Rights are asked in the service, which all three come to: by which of them a role tries an action, is chosen by the
action's name (`tests/sampling.py`); each way is tried by some who may and by some who may not.
"""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import FEATURES
from handlers.router import Router
from tests.declared import gather_declared
from tests.running import Office
from tests.sampling import cover_pairs, take_one_of
from tests.scenarios.days import run_due_work
from tests.scenarios.register_steps import NOT_OFFERED, asset_id
from tests.scenarios.roles import (
    DRAFTS,
    EDITORS,
    EXECUTIVES,
    INTERNAL,
    LEADS,
    ROLES,
    SEES,
    TEAM,
    Action,
    Place,
    begin_with_everybody,
    forge_click_as,
    forge_submission_as,
    person_in_role,
    room_of,
    set_up_active_project,
    set_up_assets,
    set_up_blocker,
    set_up_draft,
    set_up_pause,
    set_up_public_project,
    set_up_signing,
    set_up_vacancy,
    set_up_withdrawal,
)
from tests.scenarios.steps import (
    NAME,
    NOT_ALLOWED,
    NOT_FOR_YOU,
    NOT_FOUND,
    NOT_YOUR_SIGNATURE,
    OUR_FAULT,
    SIGNED_BY_OTHERS,
    close_forms,
    day_from_today,
    expect_logged_refusal,
    expect_no_change,
    expect_refusal,
    first_step_values,
    has_sentence,
    option_state,
    options_state,
    roll_back_requests,
    text_state,
)
from tests.scenarios.team_steps import OTHER_SIDES

ONLY_READS = ("Nadal możesz go czytać, ale nie zmieniać", "You can still read it, but not change it")
DENIALS = (
    *ONLY_READS,
    *NOT_FOUND,
    *NOT_ALLOWED,
    *NOT_FOR_YOU,
    *NOT_YOUR_SIGNATURE,
    *SIGNED_BY_OTHERS,
    *OTHER_SIDES,
    *("O tym decydują wspólnie opiekunowie", "decide that together"),
    *("Ta propozycja nie czeka", "no longer waits for your answer"),
    *("administratorzy tego Slacka", "Slack admins of this workspace"),
    *("nie masz teraz roli CIO ani CMO", "you are not the CIO or CMO"),
    *("Wybierz kogoś ze strony", "Choose somebody on"),  # whoever cannot ask them
    *NOT_OFFERED,
    *("W rejestrze nie ma nic podobnego", "Nothing like"),  # as others' registers look
    *("Slack nie rozpoznaje", "is no name that Slack recognised"),  # somebody whom the other Slack does not know
)


SAYS_MORE = {  # they are not about a project
    "settings of the workspace",
    "settings of the pulse",
    "record that people were informed",
    "record it by the form",
    "switch the pulse off",
    "name stewards",
    "name a successor",
    "agree to a successor",
    "say how long it is kept",
    "agree to how long it is kept",
    "refuse how long it is kept",
    "look for whom to forget",
    "forget somebody",
    "refuse to forget somebody",
    "refuse a successor",
    "change an asset",
    "hand several over",
    "take back an offer",
    "remove an asset",
    "correct somebody's side",
    "say one's side",
    "say one's side by taking over",
}


SAYS_LESS = (  # of what nobody but its people knows of, or what is nobody's in the project
    *NOT_FOUND,
    *NOT_FOR_YOU,
    *NOT_OFFERED,
    *ONLY_READS,
    *("administratorzy tego Slacka", "Slack admins of this workspace"),
    *("nie masz teraz roli CIO ani CMO", "you are not the CIO or CMO"),
    *("Wybierz kogoś ze strony", "Choose somebody on"),
)


def _sign(duet: Office) -> dict[str, Any]:
    return {"answer": option_state("sign"), "reason": text_state("")}


def _reason(duet: Office) -> dict[str, Any]:
    return {"reason": text_state("Bo tak")}


def _pause(duet: Office) -> dict[str, Any]:
    return {"until": date_state(day_from_today(duet, 7)), "reason": text_state("Bo tak")}


def _deputy(duet: Office) -> dict[str, Any]:
    return {
        "deputy": user("U0JAN"),
        "from_day": date_state(day_from_today(duet, 1)),
        "until_day": date_state(day_from_today(duet, 3)),
    }


def _successor(duet: Office) -> dict[str, Any]:
    return {"leaver": user("U0ADAM"), "successor": user("U0OLA")}


def _member(duet: Office) -> dict[str, Any]:
    days = {"from_day": date_state(day_from_today(duet, 40)), "until_day": date_state(day_from_today(duet, 90))}
    post = {"home_post": text_state("Dane"), "home_manager": user("U0JAN")}
    return {"member": user("U0NADIA"), "member_side": select("it"), **post, **days}


def _channel(duet: Office) -> dict[str, Any]:
    return {"channel": {"type": "conversations_select", "selected_conversation": "C0PROMOCJE"}}


def _workspace(duet: Office) -> dict[str, Any]:
    return {"my_language": select("automatic"), "country": select("PL"), "cio": user("U0JAN")}


def _first_step(duet: Office) -> dict[str, Any]:
    by = {name: text_state(text) for name, text in first_step_values(duet).items() if name != "measure_by"}
    return by | {"measure_by": date_state(day_from_today(duet, 150))}


def _asset(duet: Office) -> dict[str, Any]:
    return {"kind": select("customers"), "name": text_state("Nowa"), "owner": user("U0OLA")}


def _several_assets(duet: Office) -> dict[str, Any]:
    return {"assets": text_state("Pierwsza; klienci; Aleksandra Plakat\nDruga; klienci; Ewa Błysk")}


def _several_handed_over(duet: Office) -> dict[str, Any]:
    return {"handed_over": options_state([str(asset_id(duet, "Lista"))]), "owner": user("U0EWA")}


def _asset_details(duet: Office) -> dict[str, Any]:
    return {"name": text_state("Lista"), "description": text_state("Co środę")}


def _crossing(duet: Office) -> dict[str, Any]:
    return {"until": date_state(day_from_today(duet, 40)), "reason": text_state("Kampania")}


def _milestone(duet: Office) -> dict[str, Any]:
    return {"title": text_state("Test"), "due": date_state(day_from_today(duet, 70)), "owner": user("U0PIOTR")}


def _several_milestones(duet: Office) -> dict[str, Any]:
    return {"milestones": text_state(f"Test – {day_from_today(duet, 70)}; IT\nPilot – {day_from_today(duet, 77)}")}


def _new_milestone_day(duet: Office) -> dict[str, Any]:
    return {"due": date_state(day_from_today(duet, 80)), "reason": text_state("Bo tak")}


def _schedule(duet: Office) -> dict[str, Any]:
    return {
        "weekdays": {"type": "checkboxes", "selected_options": [{"value": "2"}]},
        "rhythm": select("w2"),
        "at": select("11:00"),
        "zone": option_state("project"),
        "whom": select("leads"),
        "questions": text_state("Jak idzie?"),
    }


def date_state(date: str) -> dict[str, Any]:
    return {"type": "datepicker", "selected_date": date}


def user(user_id: str) -> dict[str, Any]:
    return {"type": "users_select", "selected_user": user_id}


def select(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


PROJECT = {"project": "project"}
MILESTONE = {"milestone": "milestone", "revision": "revision"}
EDITED = {"project": "project", "version": 1, "revision": 1}
ACTIONS: dict[str, Action] = {
    "show": Action(SEES, set_up_active_project, "show {key}", ("project.show", "{number}")),
    "team": Action(SEES, set_up_active_project, "team {key}", ("team.list", "{number}")),
    "add to the team": Action(EDITORS, set_up_draft, "team {key} add", ("team.add", "{project}")),
    "name IT's people": Action({"CIO", "IT lead"}, set_up_active_project, form=("team.add", PROJECT, _member)),
    "remove marketing's people": Action(
        {"CMO", "marketing lead"},
        set_up_active_project,
        "team {key} remove <@U0TOMEK>",
        ("team.remove", "{member}"),
        changes={"command", "button"},
    ),
    "log": Action(EDITORS, set_up_active_project, "log {key}", ("project.log_page", "{number}:1")),
    "edit a draft": Action(
        DRAFTS,
        set_up_draft,
        "edit {key}",
        ("charter.edit", "{project}:1"),
        ("charter.first", EDITED, _first_step),
    ),
    "edit a sent charter": Action(
        EDITORS,
        set_up_signing,
        "edit {key}",
        ("charter.edit", "{project}:1"),
        ("charter.first", EDITED, _first_step),
    ),
    "send": Action(EDITORS, set_up_draft, None, ("charter.send", "{project}:1"), changes={"button"}),
    "sign": Action(
        EXECUTIVES | {"deputy"},
        set_up_signing,
        "sign {key}",
        ("signing.read", "{request}"),
        ("signing.answer", {"request": "request"}, _sign),
    ),
    "withdraw a request": Action(
        EXECUTIVES,
        set_up_signing,
        None,
        ("signing.withdraw", "{request}"),
        ("signing.withdraw", {"request": "request"}, _reason),
    ),
    "ask the leads in": Action(
        EXECUTIVES, set_up_signing, None, ("signing.leads", "{request}"), changes={"button"}
    ),
    "discard": Action(
        DRAFTS,
        set_up_draft,
        "withdraw {key}",
        ("life.withdraw", "{project}"),
        ("life.withdraw", PROJECT | {"state": "draft"}, _reason),
    ),
    "cancel": Action(
        EDITORS,
        set_up_signing,
        "withdraw {key}",
        ("life.withdraw", "{project}"),
        ("life.withdraw", PROJECT | {"state": "signing"}, _reason),
    ),
    "withdraw": Action(
        EXECUTIVES,
        set_up_active_project,
        "withdraw {key}",
        ("life.withdraw", "{project}"),
        ("life.withdraw", PROJECT | {"state": "active"}, _reason),
    ),
    "take back": Action({"CMO"}, set_up_withdrawal, None, ("life.take_back", "{project}"), changes={"button"}),
    "pause": Action(
        EXECUTIVES,
        set_up_active_project,
        "pause {key}",
        ("life.pause", "{project}"),
        ("life.pause", PROJECT, _pause),
    ),
    "resume": Action(
        EXECUTIVES, set_up_pause, "resume {key}", ("life.resume", "{project}"), changes={"command", "button"}
    ),
    "deputy": Action(EXECUTIVES, set_up_active_project, "deputy", None, ("deputy.save", {}, _deputy)),
    "name a successor": Action(
        {"admin"}, set_up_active_project, None, ("seat.form", "name"), ("seat.name", {}, _successor)
    ),
    "object": Action(
        LEADS,
        set_up_vacancy,
        None,
        ("seat.object", "{succession}"),
        ("seat.object", {"succession": "succession"}, _reason),
    ),
    "use a channel": Action(
        EDITORS,
        set_up_active_project,
        None,
        ("charter.use_channel", "{project}:1"),
        ("charter.channel", PROJECT, _channel),
    ),
    "use a public channel": Action(
        EDITORS, set_up_active_project, None, ("charter.use_public", "{project}:C0PROMOCJE"), changes={"button"}
    ),
    "settings of the workspace": Action({"admin"}, set_up_draft, form=("settings.save", {}, _workspace)),
    "begin a charter": Action(
        INTERNAL | {"elsewhere"}, set_up_draft, "new", ("charter.new", "new"), ("charter.first", {}, _first_step)
    ),
    "start a change afresh": Action(DRAFTS, set_up_draft, button=("charter.afresh", "{project}:1:1")),
    "read a request again": Action(
        EXECUTIVES | {"deputy"}, set_up_signing, button=("signing.read_again", "{request}")
    ),
    "look somebody up": Action(INTERNAL, set_up_assets, "who lista"),
    "register": Action(TEAM, set_up_assets, "own {key}", ("register.page", "{project}:1")),
    "open the register's form": Action(TEAM, set_up_assets, button=("register.add", "{project}")),
    "open the form for several": Action(TEAM, set_up_assets, button=("register.add_several", "{project}")),
    "add several assets": Action(
        {"CMO", "marketing lead"}, set_up_assets, form=("register.add_several", PROJECT, _several_assets)
    ),
    "add a customer base": Action(
        {"CMO", "marketing lead"},
        set_up_assets,
        'own {key} klienci "Nowa" @ola',
        form=("register.add", PROJECT, _asset),
        changes={"command"},
    ),
    "link": Action(EDITORS, set_up_assets, button=("register.link", "{project}:{loose}"), changes={"button"}),
    "unlink": Action(
        {"CMO", "marketing lead"},
        set_up_assets,
        button=("register.unlink", "{project}:{asset}"),
        changes={"button"},
    ),
    "take back an offer": Action(
        {"CMO", "marketing lead"}, set_up_assets, button=("register.take_back", "{offered}"), changes={"button"}
    ),
    "remove an asset": Action(
        {"marketing lead"}, set_up_assets, button=("register.remove", "{loose}"), changes={"button"}
    ),
    "correct somebody's side": Action(
        EDITORS | {"deputy"},  # whose own side it is; others ask her
        set_up_assets,
        button=("person.side", "U0NADIA:marketing"),
        changes={"button"},
    ),
    "change an asset": Action(
        {"CMO", "marketing lead", "colleague"},  # its owner
        set_up_assets,
        None,
        ("register.change", "{asset}"),
        ("register.change", {"asset": "asset"}, _asset_details),
    ),
    "say one's side by taking over": Action(
        {"side unknown"}, set_up_assets, button=("register.accept", "{waiting}"), changes={"button"}
    ),
    "say one's side": Action(
        EDITORS | {"side unknown"},  # the others ask her
        set_up_assets,
        button=("person.side", "U0IGA:marketing"),
        changes={"button"},
    ),
    "take over": Action({"colleague"}, set_up_assets, button=("register.accept", "{offered}"), changes={"button"}),
    "hand several over": Action(
        {"CMO", "marketing lead", "colleague"},  # the owner
        set_up_assets,
        None,
        ("register.hand_over", "U0OLA"),
        ("register.hand_over", {}, _several_handed_over),
    ),
    "take several over": Action(
        {"colleague"}, set_up_assets, button=("register.accept_several", "{offered}"), changes={"button"}
    ),
    "take none of several over": Action(
        {"colleague"}, set_up_assets, button=("register.decline_several", "{offered}"), changes={"button"}
    ),
    "not take over": Action(
        {"colleague"}, set_up_assets, button=("register.decline", "{offered}"), changes={"button"}
    ),
    "open the decision's form": Action(SEES, set_up_assets, button=("register.cross", "{project}:7")),
    "ask both executives": Action(
        EDITORS, set_up_assets, form=("register.cross", PROJECT | {"stamp": 7}, _crossing)
    ),
    "timetable": Action(SEES, set_up_assets, "milestone {key}", ("timetable.page", "{project}:1")),
    "add a milestone": Action(
        EDITORS, set_up_assets, None, ("timetable.add", "{project}"), ("milestone.add", PROJECT, _milestone)
    ),
    "add several milestones": Action(
        EDITORS,
        set_up_assets,
        None,
        ("timetable.add_several", "{project}"),
        ("milestone.add_several", PROJECT, _several_milestones),
    ),
    "finish a milestone": Action(
        EDITORS | {"member"}, set_up_assets, button=("milestone.done", "{milestone}"), changes={"button"}
    ),
    "a milestone at risk": Action(
        EDITORS | {"member"}, set_up_assets, button=("milestone.at_risk", "{milestone}"), changes={"button"}
    ),
    "a milestone on track again": Action(
        EDITORS | {"member"}, set_up_assets, button=("milestone.reopen", "{milestone}")
    ),
    "move a milestone": Action(
        EDITORS | {"member"},  # tomek's own
        set_up_assets,
        None,
        ("milestone.move", "{milestone}"),
        ("milestone.move", MILESTONE, _new_milestone_day),
    ),
    "propose a later end": Action(EDITORS, set_up_assets, button=("charter.edit_for", "{milestone}")),
    "change a milestone": Action(
        EDITORS,
        set_up_assets,
        None,
        ("milestone.change", "{milestone}"),
        ("milestone.change", MILESTONE, _milestone),
    ),
    "drop a milestone": Action(
        EDITORS, set_up_assets, None, ("milestone.drop", "{milestone}"), ("milestone.drop", MILESTONE, _reason)
    ),
    "put a milestone back": Action(EDITORS, set_up_assets, button=("milestone.restore", "{milestone}")),
    "check-ins": Action(SEES, set_up_active_project, "checkin {key}", ("checkin.overview", "{project}")),
    "rounds of check-ins": Action(
        SEES, set_up_active_project, "checkin {key} history", ("checkin.history", "{project}:1")
    ),
    "older rounds": Action(SEES, set_up_active_project, button=("checkin.history_page", "{project}:1")),
    "months of check-ins": Action(
        SEES, set_up_active_project, "checkin {key} history months", ("checkin.history_months", "{project}:1")
    ),
    "one's own check-ins": Action(
        SEES, set_up_active_project, "checkin {key} history me", ("checkin.history_mine", "{project}:1")
    ),
    "the schedule's form": Action(
        EDITORS,
        set_up_active_project,
        "checkin {key} schedule",
        ("checkin.schedule", "{project}"),
        ("checkin.schedule", PROJECT | {"version": 1}, _schedule),
    ),
    "pause the check-ins": Action(
        EDITORS,
        set_up_active_project,
        "checkin {key} pause",
        ("checkin.pause", "{project}"),
        changes={"command", "button"},
    ),
    "go on with the check-ins": Action(
        EDITORS, set_up_active_project, "checkin {key} resume", ("checkin.resume", "{project}")
    ),
    "ask how it goes": Action(EDITORS, set_up_active_project, "checkin {key} now", ("checkin.now", "{project}")),
    "read all answers": Action(SEES, set_up_blocker, button=("checkin.read", "{round}:1")),
    "a blocker is resolved": Action(
        TEAM,  # who has named it, too
        set_up_blocker,
        button=("blocker.resolve", "{blocker}"),
        changes={"button"},
    ),
    "a blocker still stands": Action(
        {"member"},  # who has named it
        set_up_blocker,
        button=("blocker.stands", "{blocker}"),
        changes={"button"},
    ),
    "make public": Action(EDITORS, set_up_active_project, button=("life.public", "{project}"), changes={"button"}),
    "make private": Action(
        EDITORS, set_up_public_project, button=("life.private", "{project}"), changes={"button"}
    ),
    "which file": Action(TEAM, set_up_assets, "export {key}"),
    "a file": Action(
        TEAM, set_up_assets, "export {key} json", ("export.json", "{project}"), changes={"command", "button"}
    ),
} | gather_declared("MATRIX")
EXEMPT = {
    **dict.fromkeys(
        [("button", f"checkin.{name}") for name in ("mine", "answer", "status", "same", "skip", "snooze")]
        + [("button", f"checkin.typed_{name}") for name in ("pick", "send", "change")],
        "an answer of one's own: nobody else's prompt is found",
    ),
    **dict.fromkeys([("form", "checkin.answer"), ("form", "checkin.obstacle")], "as its buttons"),
    ("button", "checkin.needs"): "as `checkin.read`",
    ("button", "checkin.ask"): "opens the form of an ask to whoever reads the answers: test_asks",
    **dict.fromkeys(
        [("button", f"checkin.schedule.{name}") for name in ("at", "country", "rhythm", "weekdays", "zone")],
        "fills in the schedule's form in front of whoever may have it",
    ),
    ("button", "milestone.menu"): "as its buttons",
    ("command", "home"): "shows each what is their own: test_rights",
    ("button", "home.list"): "as `home`",
    ("button", "home.question"): "finds what waits for oneself only: test_home",
    ("button", "home.everything"): "says the same to everybody",
    ("button", "home.begin"): "a command of one's own, whose rights are asked as ever: test_home",
    **dict.fromkeys([("button", "ask.begin"), ("button", "blocker.begin")], "as their shortcuts: test_shortcuts"),
    ("command", "list"): "shows each what they may see: test_rights",
    ("button", "project.page"): "as `list`",
    ("button", "register.mine"): "shows each what is their own: test_register",
    ("command", "help"): "says the same to everybody",
    ("button", "help.open"): "as `help`",
    ("form", "forget.find"): "reads, as its button: test_forgetting",
    ("button", "plea.open"): "goes on from a refusal of one's own: test_pleas",
    ("form", "plea.send"): "as `plea.open`",
    ("button", "register.found"): "as `who`: test_who",
    ("button", "register.meant"): "goes on from one's own words, and then as `register.change`: test_who",
    ("button", "guess.run"): "a command of one's own, whose rights are asked as ever: test_commands",
    ("command", "settings"): "everybody's own; the workspace's are above",
    ("button", "language.speak"): "everybody's own: test_languages",
    ("button", "home.speak"): "as `language.speak`",
    ("button", "help.speak"): "as `language.speak`",
    ("button", "digest.show_all"): "a person's own, or of who sees the project: test_morning",
    ("button", "settings.open"): "as `settings`",
    ("button", "settings.save.country"): "fills in the form in front of oneself",
    ("command", "away"): "everybody's own: test_away",
    ("button", "away.open"): "as `away`",
    ("button", "away.remove"): "one's own only, whatever the id: test_away",
    ("button", "away.take_back"): "as `away.remove`",
    ("button", "away.status"): "one's own only: test_away",
    ("form", "away.save"): "as `away`",
    ("button", "deputy.drop"): "one's own only: it names nobody",
    ("button", "charter.first.template"): "fills in the form in front of oneself",
    ("button", "charter.back"): "goes back in the form in front of oneself, and keeps it: test_first_minutes",
    ("form", "charter.second"): "goes on from one's own first step only: test_hostile",
    ("button", "ask.new.project"): "goes on in a form of one's own: test_shortcuts",
    **dict.fromkeys(
        [("shortcut", f"shortcut.{name}") for name in ("ask", "blocker", "home", "new")],
        "opens what a command or a button opens, for whoever may: test_shortcuts",
    ),
    ("button", "export.ics"): "as `export.json`",
    ("button", "export.xlsx"): "as `export.json`",
}
"""Routes that need no row above, and why."""


SEATED = ("IT lead", "marketing lead", "CIO", "CMO")
ROUTER = Router(FEATURES)
PLACES = {action.place.__name__: action.place for action in ACTIONS.values()}


def ways_of(action: Action) -> list[str]:
    """With the click by which the project of a command is chosen."""
    ways = [way for way in ("command", "button", "form") if getattr(action, way) is not None]
    return [*ways, "pick"] if _pick(action) is not None else ways


def _pick(action: Action) -> str | None:
    word, _, rest = (action.command or "").partition(" ")
    name = f"pick.{word}"
    return name if rest == "{key}" and ROUTER.button(name) is not None else None


def test_every_route_is_tried_or_has_a_reason_not_to_be() -> None:
    tried = {("command", action.command.split()[0]) for action in ACTIONS.values() if action.command is not None}
    tried |= {("button", action.button[0]) for action in ACTIONS.values() if action.button is not None}
    tried |= {("form", action.form[0]) for action in ACTIONS.values() if action.form is not None}
    tried |= {("button", name) for name in map(_pick, ACTIONS.values()) if name is not None}
    untried = set(ROUTER.routes()) - tried - set(EXEMPT)
    assert not untried, f"in no MATRIX of a feature's tests/scenarios/test_*.py: {sorted(untried)}"
    assert set(ROUTER.routes()) == tried | set(EXEMPT)
    assert not tried & set(EXEMPT)


def try_action(place: Place, role: str, action: Action, way: str) -> str:
    """What somebody sees who tries; a form that opens is told by its callback, a closed one by nothing."""
    who, ids = person_in_role(place.duet, role), place.ids
    close_forms(who)
    room = room_of(role)
    if way == "command":
        assert action.command is not None
        reply = who.types(f"/duet {action.command.format(**ids)}", room)
    elif way == "pick":
        reply = forge_click_as(place.duet, role, _pick(action) or "", ids["number"], room)
    elif way == "button":
        assert action.button is not None
        name, value = action.button
        reply = forge_click_as(place.duet, role, name, value.format(**ids), room)
    else:
        assert action.form is not None
        callback, meta, state = action.form
        named = json.dumps({name: ids.get(str(wanted), wanted) for name, wanted in meta.items()})
        reply = forge_submission_as(place.duet, role, callback, named, state(place.duet), room)
    form = reply.form
    text = form.text if form is not None else reply.text
    close_forms(who)
    return text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # rights know nothing of the database
@pytest.mark.parametrize("name", PLACES)
def test_who_may(duet: Office, name: str) -> None:
    """§14: whoever may not is told so, clearly, whichever way they try, and nothing is changed; all others may."""
    place = replace(begin_with_everybody(duet, PLACES[name]), name=name)
    with expect_no_change(duet):  # of all together: to read everything takes longer than to try something
        for what, action in ACTIONS.items():
            if action.place is PLACES[name]:
                _those_who_may_not(place, what, action)
                _those_who_may(place, what, action)
    if name in take_one_of(2, [*PLACES], "a seat is no right"):
        _a_seat_is_no_right_of_a_guest(place)


def _a_seat_is_no_right_of_a_guest(place: Place) -> None:
    """A lead and an executive who became guests: nothing is theirs any more, nor is there any project for them."""
    for role in SEATED:
        place.duet.slack.change_person(ROLES[role], is_restricted=True)
    run_due_work(place.duet)
    for role in SEATED:
        for command in ("", "list all", "own"):
            told = person_in_role(place.duet, role).types(f"/duet {command}").text
            assert not has_sentence(told, (NAME, place.key)), (role, command, told)
    with expect_refusal(place.duet):
        for what, action in ACTIONS.items():
            if action.place.__name__ == place.name:
                for role, way in cover_pairs(SEATED, ways_of(action), what):
                    _is_refused(place, role, what, action, way, False)


def may_see(place: Place, role: str) -> bool:
    """Whoever drafted it: until it is signed."""
    return role in SEES or (role == "drafter" and place.is_draft)


def _those_who_may_not(place: Place, what: str, action: Action) -> None:
    with expect_logged_refusal():
        for role, way in cover_pairs([role for role in ROLES if role not in action.allowed], ways_of(action), what):
            _is_refused(place, role, what, action, way, may_see(place, role))


def _is_refused(place: Place, role: str, what: str, action: Action, way: str, knows: bool) -> None:
    text = try_action(place, role, action, way)
    assert has_sentence(text, DENIALS), f"{what}: {role}, by {way}: {text}"
    if knows and not has_sentence(text, SAYS_LESS):  # who may is named, to those who may see the project (§2.11)
        who_may = [person_in_role(place.duet, each).name for each in action.allowed & set(ROLES)]
        assert any(f"@{name}" in text for name in who_may), f"{what}: {role}, by {way}: {text}"
    if not knows:  # not even that there is a project
        tells = (NAME,) if what in SAYS_MORE else (NAME, *NOT_ALLOWED, *OTHER_SIDES)
        assert not has_sentence(text, tells), f"{what}: {role}, by {way}: {text}"


def _those_who_may(place: Place, what: str, action: Action) -> None:
    """Each of them, and each way: each finds everything as it was."""
    with roll_back_requests() as wrote:
        for role, way in cover_pairs([role for role in ROLES if role in action.allowed], ways_of(action), what):
            wrote.clear()
            text = try_action(place, role, action, way)
            assert not has_sentence(text, (*DENIALS, *OUR_FAULT)), f"{what}: {role}, by {way}: {text}"
            if way == "form" or way in action.changes:
                assert any(wrote), f"{what}: {role}, by {way}: {text}"
            else:
                assert text, f"{what}: {role}, by {way}"
