"""Everybody who might try something with a project, and the projects with which they try (product §14)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playground.driver import PersonDriver, Reply
from playground.seed import PersonSeed
from playground.world import Person
from storage.projects import keep_draft
from storage.register import Asset
from storage.session import transaction
from tests.running import Office
from tests.scenarios.checkin_steps import THURSDAY, answers_by_command, checkin
from tests.scenarios.days import comes, monday_comes, morning_comes, next_weekday, today
from tests.scenarios.register_steps import asset_id, owned, owns
from tests.scenarios.steps import (
    day,
    drafted,
    fill,
    one,
    opened,
    presses,
    project_id,
    put_away,
    signed_by,
    submitted,
)
from tests.scenarios.team_steps import joined, team
from tests.scenarios.timetable_steps import added, milestones

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
    PersonSeed("U0GABI", "gabi", "Gabi Zewnętrzna", is_restricted=True, title="Guest, in the team"),
    PersonSeed("U0FELA", "fela", "Fela Dawna", title="Was in the team, and was taken out of it"),
    PersonSeed("U0KAJA", "kaja", "Kaja Minionka", title="Was in the team until her last day"),
    PersonSeed("U0IGA", "iga", "Iga Niewiadoma", title="New here: nobody has said yet on which side she works"),
)
GUESTS = {"guest", "guest and member"}
EXECUTIVES = {"CIO", "CMO"}
LEADS = {"IT lead", "marketing lead"}
EDITORS = EXECUTIVES | LEADS
DRAFTS = EDITORS | {"drafter"}  # until it is signed
TEAM = EDITORS | {"member"}
SEES = TEAM | {"guest and member"}  # a project that is signed
INTERNAL = set(ROLES) - GUESTS - {"stranger", "elsewhere"}


def person(duet: Office, role: str) -> PersonDriver:
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
        governs = one(self.duet, "SELECT governing_version FROM projects WHERE id = :id", id=self.ids["project"])
        return governs is None


def stands(duet: Office, key: str) -> Place:
    ids = {
        "key": key,
        "number": key.removeprefix("D-"),
        "project": project_id(duet, key),
        "request": one(duet, "SELECT coalesce(max(id), 0) FROM signing_requests"),
        "succession": one(duet, "SELECT coalesce(max(id), 0) FROM successions"),
        "member": one(duet, "SELECT coalesce(max(id), 0) FROM members"),
    }
    return Place(duet, key, ids)


def arrives(duet: Office) -> None:
    """The cast, besides those who are in the workspace already."""
    world = duet.playground.core.world
    team = world.teams["T0PIKUS"]

    def arrive() -> None:
        for seed in CAST:
            team.people[seed.id] = Person.from_seed(seed, team.id)
            where = ("promocje",) if seed.is_restricted else ("general", "promocje")
            for channel in team.channels.values():
                if channel.name in where:
                    channel.members.append(seed.id)

    duet.workspace.in_loop(arrive)


def room_of(role: str) -> str:
    """A channel in which they are."""
    return "#promocje" if role in {*GUESTS, "stranger"} else "#general"


def draft(duet: Office) -> Place:
    key = drafted(duet, by="jan", starts_on=day(duet, 1))
    arrives(duet)
    joined(duet, key, "fela", by="ewa", side="marketing")
    joined(duet, key, "gabi", by="ewa", side="marketing")
    joined(duet, key, "tomek", by="ewa")
    team(duet.person("ewa"), f"{key} remove @fela")
    return stands(duet, key)


def signing(duet: Office) -> Place:
    place = draft(duet)
    presses(duet.person("ewa"), "charter.send", f"{place.ids['project']}:1")
    monday = monday_comes(duet)
    duet.person("adam").types(f"/duet deputy @nadia {monday} {monday + timedelta(days=99)}")
    return stands(duet, place.key)


def active(duet: Office) -> Place:
    place = signing(duet)
    signed_by(duet, place.key, "adam", "anna")
    joined(duet, place.key, "kaja", by="ewa", side="marketing", until_day=day(duet, 0))
    comes(duet, today(duet) + timedelta(days=1), "10:00")  # her stay is over
    duet.slack.waits_for_calls("pins.add")
    return place


def published(duet: Office) -> Place:
    place = active(duet)
    presses(duet.person("ewa"), "life.public", str(place.ids["project"]))
    return place


def blocked(duet: Office) -> Place:
    """Something is in tomek's way since a check-in, and he is asked whether it still is."""
    place = active(duet)
    checkin(duet.person("piotr"), f"{place.key} now")
    answers_by_command(duet, "tomek", place.key, progress="Pilot", status="at_risk", blockers="Brak danych")
    comes(duet, next_weekday(today(duet), THURSDAY), "10:00")
    duet.person("tomek").waits_for("nadal przeszkadza", "@duet")
    found = {
        "round": one(
            duet, "SELECT max(round_id) FROM checkin_prompts WHERE user_id = 'U0TOMEK' AND state = 'answered'"
        ),
        "blocker": one(duet, "SELECT id FROM blockers"),
        "prompt": one(duet, "SELECT max(id) FROM checkin_prompts WHERE user_id = 'U0TOMEK'"),
    }
    return Place(duet, place.key, place.ids | found)


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
    return stands(duet, place.key)


def stocked(duet: Office) -> Place:
    """Assets of ola's, offered to her, offered to iga, and in no project; a milestone; a wish of everybody's."""
    place, ewa = active(duet), duet.person("ewa")
    owned(ewa, f'{place.key} klienci "Lista" @ola')
    owned(ewa, f'{place.key} klienci "VIP" @ewa')
    owns(ewa, f'{place.key} klienci "VIP" @ola')
    owns(ewa, f'{place.key} klienci "Próba" @iga')
    put_away(ewa)
    added(duet, "ewa", "Raport", today(duet) + timedelta(days=60), "tomek")
    milestones(ewa, f'{place.key} move 1 {today(duet) + timedelta(days=400)} "Dostawca"')  # past the end: a wish
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        session.add(
            Asset(
                team_id="T0PIKUS",
                kind="customers",
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
    milestone = {name: one(duet, f"SELECT {name} FROM milestones") for name in ("id", "revision")}
    names = {"asset": "Lista", "offered": "VIP", "waiting": "Próba", "loose": "Luzem"}
    assets = {name: asset_id(duet, called) for name, called in names.items()}
    more = {"milestone": milestone["id"], "revision": milestone["revision"], **assets}
    return Place(duet, place.key, place.ids | more)


def own(duet: Office) -> Place:
    """With what is one person's: an absence of ewa's, a message to kaja, a check-in that asks tomek; and a post."""
    place, ewa = active(duet), duet.person("ewa")
    ewa.types(f"/duet away {day(duet, 30)} {day(duet, 31)}")
    put_away(ewa)
    morning_comes(duet)
    checkin(ewa, f"{place.key} now")
    told = "SELECT max(id) FROM notices WHERE told_in IS NOT NULL AND audience = :audience"
    found = {
        "absence": one(duet, "SELECT max(id) FROM absences"),
        "prompt": one(duet, "SELECT max(id) FROM checkin_prompts WHERE user_id = 'U0TOMEK'"),
        "post": one(duet, told, audience=f"project:{place.ids['project']}"),
        "letter": one(duet, told, audience="person:U0KAJA"),
    }
    assert None not in found.values(), found
    return Place(duet, place.key, place.ids | found)


# --- what no client would send -------------------------------------------------------------------------------


def clicks(duet: Office, role: str, action: str, value: str, room: str) -> Reply:
    """A stranger is shown nothing to click in: they forge from somebody else's."""
    shown = person(duet, "colleague" if role == "stranger" else role)
    message = shown.types("/duet", room).messages[-1]
    over: dict[str, Any] = {"actions": [{"action_id": action, "value": value}]}
    if role == "stranger":
        over["user"] = {"id": "U0MIKE"}
    return shown.forges("block_actions", over, message=message, button=message.buttons[-1])


def hands_in(duet: Office, role: str, callback: str, meta: str, state: dict[str, Any], room: str) -> Reply:
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
