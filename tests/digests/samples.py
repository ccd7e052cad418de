"""Notices of every kind, as their features store them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.checkins.rules import DEFAULT_SCHEDULE
from bot.checkins.schedule_views import ScheduleBrief
from bot.declarations import TOPICS
from bot.deliveries.digests.facts import NoticeFacts
from bot.register.boundary_decision import OWNERSHIP_SIGNABLE
from bot.register.form_views import DecisionFacts
from bot.register.rules import AskedDecision, AssetKind
from bot.register.views import AssetView
from bot.signing.reminders import describe_signable
from tests.declared import gather_declared

OF_PROJECT = {"projects": [("D-1", "Kto kupuje")]}
CHANGES = {"changed": {"goal": ["Stary cel " * 40, "Nowy cel " * 40]}}
MILESTONE = {**OF_PROJECT, "owner": "Ewa", "side": "both", "by": "ewa", "milestone": 1}
ASSET = AssetView(1, AssetKind.CUSTOMERS, "Kasy", "U0EWA", None, "", None, None)


def sample_facts(kind: str, number: int, day: str) -> NoticeFacts:
    """Different for each number. `day`: of whatever has a date, ISO."""
    name = f"Pozycja {number:03}"
    named = {"projects": [("D-1", name)]}
    samples: dict[str, Mapping[str, Any]] = {
        "timetable.alert": {
            "milestone": number,
            "name": name,
            "owner": "U0EWA",
            "leads": ["U0PIOTR", "U0EWA"],
            "side": "both",
            "due": day,
            "stage": "open",
        },
        "signing.signed": {**_sample_request(name), "signer": "U0ADAM", "for_user_id": None, "other": "U0ANNA"},
        "signing.reminder": _sample_request(name),
        "signing.still_waiting": {**_sample_request(name), "who": "U0ADAM"},
        "signing.lapsed": _sample_request(name),
        "signing.talk_waits": _sample_request(name),
        "charter.proposed": {**CHANGES, **named, "by": "U0EWA"},
        "charter.adopted": {**CHANGES, **named, "version": 2},
        "charter.proposal_off": named,
        "charter.changed": {**CHANGES, **named, "by": "U0EWA"},
        "charter.renewed": {**named, "by": "U0EWA"},
        "charter.not_invited": {**named, "who": "U0JAN"},
        "charter.not_taken_out": {**named, "who": "U0JAN", "channel": "C0GENERAL"},
        "register.changed": {
            "asset": replace(ASSET, asset_id=number, name=name),
            "by": "U0PIOTR",
            "steps": ["added"],
            "changes": ["added"],
            "was": None,
        },
        "register.told": {"asset": replace(ASSET, asset_id=number, name=name), "what": "given", "by": "U0PIOTR"},
        "register.offered_together": {
            "assets": [[number, name], [number + 1000, name]],
            "asset_kind": "data",
            "by": "U0PIOTR",
            "to": "U0JAN",
        },
        "register.still_owns": {**OF_PROJECT, "who": "U0JAN", "asset_kind": "data", "names": [name]},
        "register.incomplete": {"missing": ["data"]},
        "team.changed": {
            "what": "added",
            "member": {
                "member_id": 1,
                "user_id": "U0JAN",
                "side": "it",
                "home_post": "IT",
                "starts_on": day,
                "ends_on": day,
            },
            "was_in": False,
        },
        "team.member_left": {**named, "who": "U0JAN"},
        "timetable.news": {**MILESTONE, "what": "added", "name": name, "due": day},
        "timetable.yours": {**MILESTONE, "what": "given", "name": name, "due": day, "by": "U0PIOTR"},
        "timetable.rest_dropped": {**named, "milestones": (1, 2, 3), "by": name, "reason": name},
        "timetable.your_rest_dropped": {**named, "milestones": (1, 2, 3), "by": "U0PIOTR", "reason": name},
        "timetable.needs_owner": {
            **MILESTONE,
            "milestone": number,
            "what": "needs_owner",
            "name": name,
            "due": day,
        },
        "seat.vacant": {**named, "side": "it", "left": "U0ADAM"},
        "seat.vacant_admin": {**named, "side": "it", "left": "U0ADAM"},
        "seat.somebody_left": {**named, "left": "U0PIOTR"},
        "life.resumed": named,
        "life.closing": {**named, "project_id": 1, "way": "decision", "began_on": day, "planned": day},
        "life.closes_on": {**named, "before": day, "closes_on": day},
        "life.visibility": {**named, "by": "U0EWA", "is_public": True},
        "digest.letter": {
            **named,
            "text": "\ue0000\ue001",
            "sentences": [
                {
                    "said": "text",
                    "key": "charter.draft_waits",
                    "facts": {"by": {"mrkdwn": "<@U0PIOTR>"}, "project": {"heading": True}},
                }
            ],
            "buttons": [["Otwórz", f"letter.open:{number}", str(number), None]],
            "counted": "team",
            "needs_reader": number % 2 == 0,
        },
        "checkins.begun": {
            "by": None,
            "was": None,
            "what": "begun",
            "now": ScheduleBrief(DEFAULT_SCHEDULE, "Europe/Warsaw", date.fromisoformat(day), None),
            "project": 1,
        },
        "checkins.unanswered": {**named, "day": day, "people": ["U0JAN"]},
        "checkins.blocker": {
            **named,
            "text": "Brak danych " * 20,
            "author": "U0JAN",
            "owner": "U0JAN",
            "since": f"{day}T10:00:00+00:00",
            "blocker": number,
        },
    }
    samples |= {own: build_facts(name) for own, build_facts in gather_declared("SAMPLES").items()}
    absent = {name: topic.facts for name, topic in TOPICS.items() if name not in samples}
    assert not absent, f"without a sample in the SAMPLES of their feature's tests/scenarios/test_*.py: {absent}"
    assert samples.keys() == TOPICS.keys(), f"samples of no kind: {samples.keys() - TOPICS.keys()}"
    facts: NoticeFacts = TOPICS[kind].facts.model_validate(samples[kind])
    return facts


def _sample_request(name: str) -> dict[str, Any]:
    asked = AskedDecision(AssetKind.DATA, name, "U0JAN", until=date(2027, 6, 1), reason="Bo tak.")
    facts = DecisionFacts("D-1", "Kto kupuje", asked)
    return {"request_id": 1, "number": 1, **describe_signable(OWNERSHIP_SIGNABLE.presentation, facts)}
