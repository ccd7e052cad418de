"""Leads and executives who became guests and are in no team: they have a seat, and no right of it (product §14)."""

from datetime import timedelta

from tests.running import Office
from tests.scenarios.checkin_steps import (
    BLOCKED,
    PROMPTED,
    a_week_later,
    answers,
    asked,
    checkin,
    ids,
    summary,
    told,
)
from tests.scenarios.days import comes, working_days_after
from tests.scenarios.steps import NOT_ALLOWED, NOT_FOUND, fill, opened, presses, refused, says


def turns(duet: Office, handle: str, *, guest: bool) -> None:
    duet.slack.change_person(handle, is_restricted=guest)
    duet.settles()


def test_nobody_waits_for_a_lead_who_became_a_guest(duet: Office) -> None:
    """§14, §8.3, §8.6: their question is over and not counted; with a full account they are asked again."""
    key, thursday = asked(duet)
    prompt, _ = ids(duet, "ewa")
    turns(duet, "ewa", guest=True)
    assert told(duet, "ewa", ("nie czeka już na Twoją odpowiedź",))[-1].buttons == []
    with refused(duet):
        for action in ("checkin.answer", "checkin.same", "checkin.skip", "checkin.snooze"):
            text = presses(duet.person("ewa"), action, str(prompt)).text
            assert says(text, (*NOT_FOUND, *NOT_ALLOWED)), (action, text)
        assert says(checkin(duet.person("ewa"), f"{key} answer", "#promocje").text, NOT_FOUND)
    answers(duet, "piotr", status="on_track", progress="Pilot")
    text = summary(duet, key)
    assert "IT: 1 z 1 · nie pytano: 1" in text
    before = len(told(duet, "ewa", PROMPTED))
    second = a_week_later(duet, thursday)
    assert len(told(duet, "ewa", PROMPTED)) == before
    turns(duet, "ewa", guest=False)
    a_week_later(duet, second)
    assert len(told(duet, "ewa", PROMPTED)) == before + 1


def test_nothing_of_the_project_is_told_to_them(duet: Office) -> None:
    """§14, §8.6, §8.7, §3.1: neither names without an answer, nor a blocker, nor that it is paused."""
    key, thursday = asked(duet, "tomek", "ola")
    answers(duet, "tomek", status="off_track", progress="Pilot", blockers="Brak danych")
    turns(duet, "ewa", guest=True)
    before = len(duet.person("ewa").reads("@duet"))
    for count in (1, 2, 3):
        comes(duet, working_days_after(thursday, count), "09:02")
    assert told(duet, "piotr", BLOCKED)
    assert fill(opened(duet.person("adam"), f"/duet pause {key}"), {"why": "Przerwa"}).submit() is None
    comes(duet, thursday + timedelta(days=7), "10:00")
    assert [each.text for each in duet.person("ewa").reads("@duet")[before:]] == []
