"""Notices of every kind, as their features store them."""

from collections.abc import Mapping
from typing import Any

from bot.app import TOPICS
from bot.charter.signable import CHARTER_SIGNABLE
from bot.checkins.rules import DEFAULT_SCHEDULE
from bot.signing.reminders import describe_signable
from tests.declared import gather_declared

OF_PROJECT = {"key": "D-1", "name": "Kto kupuje"}
CHANGES = {"by": "U0EWA", "changed": {"goal": ["Stary cel " * 40, "Nowy cel " * 40]}}
MILESTONE = {
    **OF_PROJECT,
    "project": "Kto kupuje",
    "due": "2027-01-20",
    "owner": "Ewa",
    "side": "both",
    "by": "ewa",
}
ASSET = {"kind": "customers", "owner": "U0EWA", "by": "U0PIOTR", "until": None}


def sample_facts(kind: str, number: int, day: str) -> Mapping[str, Any]:
    """Different for each number. `day`: of whatever has a date, ISO."""
    name = f"Pozycja {number:03}"
    samples: dict[str, Mapping[str, Any]] = {
        "timetable.alert": {
            "milestone": number,
            "name": name,
            "owner": "U0EWA",
            "leads": ["U0PIOTR", "U0EWA"],
            "due": day,
            "stage": "open",
            "late_on": None,
        },
        "signing.signed": {**_sample_request(name), "signer": "U0ADAM", "for": None, "other": "U0ANNA"},
        "signing.reminder": _sample_request(name),
        "signing.still_waiting": {**_sample_request(name), "who": "U0ADAM"},
        "signing.lapsed": _sample_request(name),
        "signing.talk_waits": _sample_request(name),
        "charter.proposed": {**CHANGES, "key": "D-1", "name": name},
        "charter.adopted": {**CHANGES, "key": "D-1", "name": name, "version": 2},
        "charter.proposal_off": {"key": "D-1", "name": name},
        "charter.changed": {**CHANGES, "key": "D-1", "name": name},
        "charter.not_invited": {"key": "D-1", "name": name, "who": "U0JAN"},
        "charter.not_taken_out": {"key": "D-1", "name": name, "who": "U0JAN", "channel": "C0GENERAL"},
        "register.changed": {
            **ASSET,
            "asset": number,
            "name": name,
            "what": ["added"],
            "changes": ["added"],
            "was": {"is_linked": False, "name": name, "owner": None},
        },
        "register.told": {**ASSET, "asset": number, "name": name, "what": "given"},
        "register.still_owns": {"key": "D-1", "who": "U0JAN", "kind": "data", "names": [name]},
        "register.incomplete": {"missing": ["data"]},
        "team.changed": {"what": "added", "who": "U0JAN", "side": "it", "from": day, "until": day, "was_in": False},
        "team.member_left": {"key": "D-1", "name": name, "who": "U0JAN"},
        "timetable.news": {**MILESTONE, "what": "added", "name": name, "due": day},
        "timetable.yours": {**MILESTONE, "what": "given", "name": name, "due": day, "by": "U0PIOTR"},
        "timetable.needs_owner": {**MILESTONE, "what": "needs_owner", "name": name, "milestone": number},
        "seat.vacant": {"key": "D-1", "name": name, "side": "it", "left": "U0ADAM"},
        "seat.vacant_admin": {"key": "D-1", "side": "it", "left": "U0ADAM"},
        "seat.somebody_left": {"key": "D-1", "name": name, "left": "U0PIOTR"},
        "life.resumed": {"key": "D-1", "name": name},
        "life.closing": {"key": "D-1", "name": name},
        "life.closes_on": {"key": "D-1", "name": name, "before": day, "closes_on": day},
        "life.visibility": {"key": "D-1", "name": name, "by": "U0EWA", "is_public": True},
        "digest.letter": {
            "text": "\ue0000\ue001",
            "sentences": [
                ["text", "charter.draft_waits", {"by": {"mrkdwn": "<@U0PIOTR>"}, "project": {"heading": True}}]
            ],
            "project": ["D-1", name],
            "buttons": [["Otwórz", f"letter.open:{number}", str(number), None]],
            "counted": "team",
            "needs_reader": number % 2 == 0,
        },
        "checkins.begun": {
            "by": None,
            "what": "begun",
            "is_paused": False,
            "rule": DEFAULT_SCHEDULE.as_json(),
            "zone": "Europe/Warsaw",
            "next": day,
            "project": 1,
        },
        "checkins.unanswered": {"key": "D-1", "name": name, "day": day, "people": ["U0JAN"]},
        "checkins.blocker": {
            "key": "D-1",
            "name": name,
            "text": "Brak danych " * 20,
            "owner": "U0JAN",
            "since": f"{day}T10:00:00+00:00",
            "blocker": number,
        },
    }
    samples |= {own: build_facts(name) for own, build_facts in gather_declared("SAMPLES").items()}
    assert samples.keys() == TOPICS.keys(), samples.keys() ^ TOPICS.keys()
    return samples[kind]


def _sample_request(name: str) -> dict[str, Any]:
    signed = {"key": "D-1", "name": name, "version": 1, "stage": "first"}
    return {"request_id": 1, "number": 1, **describe_signable(CHARTER_SIGNABLE.look, signed)}
