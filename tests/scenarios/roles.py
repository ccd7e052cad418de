"""Everybody who might try something with a project, and the projects with which they try (product §14)."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from bot.register.rules import AssetKind
from handlers.grammar import Token
from playground.driver import Json
from playground.modals import make_view
from playground.seed import Person
from storage.drafts import keep_draft
from storage.register import Asset
from storage.session import transaction
from tests.driving import PersonDriver, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.checkin_steps import THURSDAY, answer_by_command, newest_message_id, run_checkin_command
from tests.scenarios.days import (
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    next_weekday,
    run_due_work,
)
from tests.scenarios.register_steps import asset_id, register_asset, run_own_command
from tests.scenarios.steps import (
    close_forms,
    day_from_today,
    draft_charter,
    expect_refusal,
    fill_form,
    forge_click,
    open_form,
    project_id,
    query_one,
    sign_charter,
    submit_form,
)
from tests.scenarios.team_steps import add_member, run_team_command
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command
from tests.snapshots import play_once

# Who is what, in a project that jan has drafted; nadia signs for adam, who is away.
ROLES = {
    "CIO": "adam",
    "CMO": "anna",
    "IT lead": "piotr",
    "marketing lead": "ewa",
    "drafter": "jan",
    "deputy": "nadia",
    "member": "tomek",
    "colleague": "ola",
    "admin": "roman",
    "guest": "gosia",
    "stranger": "mike",
    "elsewhere": "zenek",
    "guest and member": "gabi",
    "former member": "fela",
    "stay over": "kaja",
    "side unknown": "iga",
}
CAST = (  # besides the workspace's own
    Person("U0GABI", "gabi", "Gabi Zewnętrzna", is_restricted=True, title="Guest, in the team"),
    Person("U0FELA", "fela", "Fela Dawna", title="Was in the team, and was taken out of it"),
    Person("U0KAJA", "kaja", "Kaja Minionka", title="Was in the team until her last day"),
    Person("U0IGA", "iga", "Iga Niewiadoma", title="New here: nobody has said yet on which side she works"),
)
GUESTS = {"guest", "guest and member"}
EXECUTIVES = {"CIO", "CMO"}
LEADS = {"IT lead", "marketing lead"}
EDITORS = EXECUTIVES | LEADS
DRAFTS = EDITORS | {"drafter"}  # until it is signed
TEAM = EDITORS | {"member"}
SEES = TEAM | {"guest and member"}  # a project that is signed
INTERNAL = set(ROLES) - GUESTS - {"stranger", "elsewhere"}


def person_in_role(duet: Office, role: str) -> PersonDriver:
    return duet.person(ROLES[role], "T0KIOSK" if role == "elsewhere" else None)


# --- projects, by how far they are ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A project as it stands, in an office, and the ids that a forger would have to guess."""

    duet: Office
    key: str
    ids: dict[str, Any]
    name: str = ""  # of the function that has set it up

    @property
    def is_draft(self) -> bool:
        """Not signed yet, perhaps sent."""
        governs = query_one(
            self.duet, "SELECT governing_version FROM projects WHERE id = :id", id=self.ids["project"]
        )
        return governs is None


Form = tuple[str, dict[str, Any], Callable[[Office], dict[str, Any]]]  # callback, metadata, state


@dataclass(frozen=True)
class Action:
    """Who may, and where; its ways in, with the ids in braces."""

    allowed: set[str]
    place: Callable[[Office], Place]
    command: str | None = None
    button: tuple[str, str] | None = None  # action id, value
    form: Form | None = None
    changes: set[str] = field(default_factory=set)  # ways that change something at once


def read_place(duet: Office, key: str) -> Place:
    ids = {
        "key": key,
        "number": key.removeprefix("D-"),
        "project": project_id(duet, key),
        "request": query_one(duet, "SELECT coalesce(max(id), 0) FROM signing_requests"),
        "succession": query_one(duet, "SELECT coalesce(max(id), 0) FROM successions"),
        "member": query_one(duet, "SELECT coalesce(max(id), 0) FROM members"),
    }
    return Place(duet, key, ids)


def add_cast(duet: Office) -> None:
    """The cast, besides those who are in the workspace already."""
    world = duet.playground.world
    team = world.teams["T0PIKUS"]

    def arrive() -> None:
        for seed in CAST:
            team.people[seed.id] = replace(seed, team_id=seed.team_id or team.id)
            where = ("promocje",) if seed.is_restricted else ("general", "promocje")
            for channel in team.channels.values():
                if channel.name in where:
                    channel.members.append(seed.id)

    duet.workspace.in_loop(arrive)


def room_of(role: str) -> str:
    """A channel in which they are."""
    return "#promocje" if role in {*GUESTS, "stranger"} else "#general"


@play_once
def set_up_draft(duet: Office) -> Place:
    key = draft_charter(duet, by="jan", starts_on=day_from_today(duet, 1))
    add_cast(duet)
    add_member(duet, key, "fela", by="ewa", side="marketing")
    add_member(duet, key, "gabi", by="ewa", side="marketing")
    add_member(duet, key, "tomek", by="ewa")
    run_team_command(duet.person("ewa"), f"{key} remove @fela")
    return read_place(duet, key)


@play_once
def set_up_signing(duet: Office) -> Place:
    place = set_up_draft(duet)
    forge_click(duet.person("ewa"), "charter.send", f"{place.ids['project']}:1")
    monday = move_to_monday(duet)
    duet.person("adam").types(f"/duet deputy @nadia {monday} {monday + timedelta(days=99)}")
    return read_place(duet, place.key)


@play_once
def set_up_active_project(duet: Office) -> Place:
    place = set_up_signing(duet)
    sign_charter(duet, place.key, "adam", "anna")
    add_member(duet, place.key, "kaja", by="ewa", side="marketing", until_day=day_from_today(duet, 0))
    move_to_day(duet, current_day(duet) + timedelta(days=1), "10:00")  # her stay is over
    duet.slack.waits_for_calls("pins.add")
    return place


@play_once
def set_up_public_project(duet: Office) -> Place:
    place = set_up_active_project(duet)
    forge_click(duet.person("ewa"), "life.public", str(place.ids["project"]))
    return place


@play_once
def set_up_blocker(duet: Office) -> Place:
    """Something is in tomek's way since a check-in, and he is asked whether it still is."""
    place = set_up_active_project(duet)
    run_checkin_command(duet.person("piotr"), f"{place.key} now")
    answer_by_command(duet, "tomek", place.key, progress="Pilot", status="at_risk", blockers="Brak danych")
    move_to_day(duet, next_weekday(current_day(duet), THURSDAY), "10:00")
    duet.person("tomek").waits_for("nadal trwa?", "@duet")
    found = {
        "round": query_one(
            duet, "SELECT max(round_id) FROM checkin_prompts WHERE user_id = 'U0TOMEK' AND state = 'answered'"
        ),
        "blocker": query_one(duet, "SELECT id FROM blockers"),
        "prompt": query_one(duet, "SELECT max(id) FROM checkin_prompts WHERE user_id = 'U0TOMEK'"),
    }
    return Place(duet, place.key, place.ids | found)


@play_once
def set_up_pause(duet: Office) -> Place:
    place = set_up_active_project(duet)
    form = open_form(duet.person("adam"), f"/duet pause {place.key}")
    assert fill_form(form, {"why": "Przerwa"}).submit() is None
    return place


@play_once
def set_up_withdrawal(duet: Office) -> Place:
    place = set_up_active_project(duet)
    form = open_form(duet.person("anna"), f"/duet withdraw {place.key}")
    assert fill_form(form, {"why": "Koniec"}).submit() is None
    return place


@play_once
def set_up_vacancy(duet: Office) -> Place:
    place = set_up_active_project(duet)
    form = open_form(duet.person("roman"), "/duet settings").click("Wskaż następcę")
    assert form is not None
    submit_form(fill_form(form, {"leaver": "@adam", "successor": "@ola"}))
    return read_place(duet, place.key)


@play_once
def set_up_assets(duet: Office) -> Place:
    """Assets of ola's, offered to her, offered to iga, and in no project; a milestone; a wish of everybody's."""
    place, ewa = set_up_active_project(duet), duet.person("ewa")
    register_asset(ewa, f'{place.key} klienci "Lista" @ola')
    register_asset(ewa, f'{place.key} klienci "VIP" @ewa')
    run_own_command(ewa, f'{place.key} klienci "VIP" @ola')
    run_own_command(ewa, f'{place.key} klienci "Próba" @iga')
    close_forms(ewa)
    add_milestone(duet, "ewa", "Raport", current_day(duet) + timedelta(days=60), "tomek")
    run_milestone_command(
        ewa, f'{place.key} move 1 {current_day(duet) + timedelta(days=400)} "Dostawca"'
    )  # past the end: a wish
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        session.add(
            Asset(
                team_id="T0PIKUS",
                kind=AssetKind.CUSTOMERS,
                name="Luzem",
                folded="luzem",
                owner="U0EWA",
                created_by="U0EWA",
                created_at=now,
            )
        )
        kept = {"kind": "data", "name": "Kasy", "owner": "U0EWA", "description": ""}
        for handle in ROLES.values():
            form = f"register.crossing:{place.ids['project']}:7"
            keep_draft(session, "T0PIKUS", f"U0{handle.upper()}", form, values=kept, now=now)
        typed = (Token("word", "change"), Token("word", "Luzem"))
        keep_draft(session, "T0PIKUS", "U0EWA", "register.meant:7", values=typed, now=now)
    milestone = {name: query_one(duet, f"SELECT {name} FROM milestones") for name in ("id", "revision")}
    names = {"asset": "Lista", "offered": "VIP", "waiting": "Próba", "loose": "Luzem"}
    assets = {name: asset_id(duet, called) for name, called in names.items()}
    more = {"milestone": milestone["id"], "revision": milestone["revision"], "which": 7, **assets}
    return Place(duet, place.key, place.ids | more)


@play_once
def own(duet: Office) -> Place:
    """With what is one person's: an absence of ewa's and a mistyped word, what tomek was refused,
    a message to kaja, a check-in that asks tomek, and whether his stay begins; and a post."""
    place, ewa = set_up_active_project(duet), duet.person("ewa")
    ewa.types(f"/duet away {day_from_today(duet, 30)} {day_from_today(duet, 31)}")
    close_forms(ewa)
    move_to_next_morning(duet)
    ewa.types("/duet lsit")
    with expect_refusal(duet, "error.only.editors_read"):
        duet.person("tomek").types(f"/duet log {place.key}")
    run_due_work(duet)
    run_checkin_command(ewa, f"{place.key} now")
    duet.settles()
    duet.person("tomek").says("Pilot", "@duet")
    duet.slack.waits_until_idle()
    duet.settles()
    told = "SELECT max(id) FROM notices WHERE told_in IS NOT NULL AND audience = :audience"
    found = {
        "absence": query_one(duet, "SELECT max(id) FROM absences"),
        "guess": query_one(duet, "SELECT form FROM drafts WHERE form LIKE 'guess.run:%'").partition(":")[2],
        "thing": int(query_one(duet, "SELECT form FROM drafts WHERE form LIKE 'plea.refused:%'").partition(":")[2]),
        "prompt": query_one(duet, "SELECT max(id) FROM checkin_prompts WHERE user_id = 'U0TOMEK'"),
        "question": query_one(
            duet, "SELECT max(id) FROM stay_confirmations WHERE user_id = 'U0TOMEK' AND state = 'asked'"
        ),
        "checkin_message": newest_message_id(duet, "tomek"),
        "typed": query_one(duet, "SELECT form FROM drafts WHERE form LIKE 'checkin.typed:%'").partition(":")[2],
        "post": query_one(duet, told, audience=f"project:{place.ids['project']}"),
        "letter": query_one(duet, told, audience="person:U0KAJA"),
    }
    assert None not in found.values(), found
    return Place(duet, place.key, place.ids | found)


@play_once
def begin_with_everybody(duet: Office, set_up: Callable[[Office], Place]) -> Place:
    """Everybody has written before: who does so for the first time is greeted, and the first admin welcomed."""
    place = set_up(duet)
    if not any(each.get("handle") == "gabi" for each in duet.slack.state["teams"][0]["people"]):
        add_cast(duet)
    for role in ROLES:
        person = person_in_role(duet, role)
        close_forms(person)
        person.types("/duet", room_of(role))
        close_forms(person)
    duet.slack.change_person("mike", is_stranger=True)
    run_due_work(duet)
    return place


# --- what no client would send -------------------------------------------------------------------------------


# What a forger begins with in each office, by role and by handle: to ask Duet for it each time took half of a walk.
MESSAGES = WeakKeyDictionary[Office, dict[str, SeenMessage]]()
FORMS = WeakKeyDictionary[Office, dict[str, Json]]()


def forge_click_as(duet: Office, role: str, action: str, value: str, room: str) -> SeenReply:
    """From a message that they have. A stranger is shown none: they forge from somebody else's."""
    handle = "colleague" if role == "stranger" else role
    messages = MESSAGES.setdefault(duet, {})
    if role not in messages:
        messages[role] = person_in_role(duet, handle).types("/duet", room).messages[-1]
    over = {"actions": [{"action_id": action, "value": value}], **_claim_to_be(role)}
    return person_in_role(duet, handle).forges("block_actions", over, message=messages[role])


def forge_submission_as(
    duet: Office, role: str, callback: str, meta: str, state: dict[str, Any], room: str
) -> SeenReply:
    """From their settings."""
    shown = person_in_role(duet, "colleague" if role == "stranger" else role)
    close_forms(shown)
    _show_settings(duet, shown, room)
    values = {name: {"value": given} for name, given in state.items()}
    view = {"callback_id": callback, "private_metadata": meta, "blocks": [], "state": {"values": values}}
    reply = shown.forges("view_submission", {"view": view, **_claim_to_be(role)})
    close_forms(shown)
    return reply


def _claim_to_be(role: str) -> dict[str, Any]:
    return {"user": {"id": "U0MIKE"}} if role == "stranger" else {}


def _show_settings(duet: Office, person: PersonDriver, room: str) -> None:
    """As Duet opens them; from the second time on they are drawn without it."""
    world, forms = duet.playground.world, FORMS.setdefault(duet, {})
    stacks, user_id = world.teams[person.team or "T0PIKUS"].stacks, person.id
    if person.handle in forms:
        body = forms[person.handle]
        duet.workspace.in_loop(lambda: stacks.update({user_id: [make_view(world, user_id, body)]}))
    else:
        open_form(person, "/duet settings", room)
        forms[person.handle] = duet.workspace.in_loop(lambda: copy.deepcopy(stacks[user_id][-1].body))
