"""Blockers: items of their own that find their way up, or are resolved (product §8.7)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.running import Office
from tests.scenarios.checkin_steps import (
    BLOCKED,
    CHANGE,
    QUESTIONS,
    RESOLVED,
    SAME,
    STANDS,
    STANDS_ASKED,
    a_week_later,
    answer_form,
    answers,
    asked,
    checkin,
    click,
    filled,
    presses,
    summaries,
    summary,
    told,
    with_button,
)
from tests.scenarios.days import comes, working_days_after
from tests.scenarios.steps import NOT_ALLOWED, NOT_FOUND, one, put_away, refused, says, unchanged
from tests.scenarios.steps import presses as forges
from tests.scenarios.team_steps import member_id
from tests.scenarios.test_away import away

NEW_YORK = ZoneInfo("America/New_York")


def blocker_ids(duet: Office) -> tuple[int, int]:
    """How many there are, and the newest."""
    return int(one(duet, "SELECT count(*) FROM blockers")), int(one(duet, "SELECT max(id) FROM blockers"))


def open_ones(duet: Office) -> int:
    return int(one(duet, "SELECT count(*) FROM blockers WHERE resolved_at IS NULL"))


def test_a_blocker_finds_its_way_up(duet: Office) -> None:
    """§8.7, §8.6: its owner is asked first; leads hear after 2 working days, executives after 5."""
    key, thursday = asked(duet, "jan")
    answers(duet, "jan", blockers="Nie mam dostępu")
    assert "Nie mam dostępu · @Jan" in summary(duet, key)
    people = ("jan", "piotr", "ewa", "adam", "anna")
    for count, expected in (
        (1, {"jan"}),
        (2, {"piotr", "ewa"}),
        (3, set()),
        (4, {"jan"}),
        (5, {"adam", "anna"}),
        (6, set()),
    ):
        before = {who: len(told(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        morning = working_days_after(thursday, count)
        comes(duet, morning, "08:59")
        assert before == {who: len(told(duet, who, STANDS_ASKED + BLOCKED)) for who in people}, count
        comes(duet, morning, "09:02")
        after = {who: len(told(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        assert {who for who in people if after[who] > before[who]} == expected, count
        if count == 1:
            presses(duet, "jan", STANDS)
            assert RESOLVED[0] in with_button(duet, "jan", RESOLVED).buttons
        first = summaries(duet, key)[0].text
        assert "@Adam" not in first and "@Anna" not in first, count  # an edit calls nobody
    assert len(told(duet, "ewa", BLOCKED)) == 1
    assert "Nie mam dostępu" in checkin(duet.person("anna"), key).text
    assert says(presses(duet, "anna", RESOLVED), ("jest rozwiązana",))
    assert "Nie mam dostępu" not in checkin(duet.person("anna"), key).text
    assert "Nie mam dostępu" not in summaries(duet, key)[-1].text
    assert "Rozwiązane w projekcie" in duet.person("jan").reads("@duet")[-1].text
    with refused(duet, "BlockerResolved"):
        assert says(presses(duet, "adam", RESOLVED), ("jest już rozwiązana",))


def test_the_owner_is_asked_in_their_own_day(duet: Office) -> None:
    """§8.7, §2.8: at nine in Warsaw it is three in the morning in New York."""
    _, thursday = asked(duet, "mike")
    comes(duet, thursday, "09:00", NEW_YORK)
    answers(duet, "mike", blockers="No access")
    friday = thursday + timedelta(days=1)
    comes(duet, friday, "12:00")
    assert told(duet, "mike", STANDS_ASKED) == []
    comes(duet, friday, "09:01", NEW_YORK)
    assert len(told(duet, "mike", STANDS_ASKED)) == 1


def test_who_is_away_or_has_left_is_not_asked(duet: Office) -> None:
    """§8.7, §8.5: their blockers find their way up all the same."""
    _, thursday = asked(duet, "jan", "ola")
    answers(duet, "jan", blockers="Brak dostępu")
    answers(duet, "ola", blockers="Brak farby")
    friday = thursday + timedelta(days=1)
    away(duet, "jan", f"{friday} {friday + timedelta(days=10)}")
    forges(duet.person("ewa"), "team.remove", str(member_id(duet, "ola")))
    comes(duet, friday, "09:05")
    assert told(duet, "jan", STANDS_ASKED) == told(duet, "ola", STANDS_ASKED) == []
    comes(duet, working_days_after(thursday, 2))
    (message,) = told(duet, "ewa", BLOCKED)
    assert "Brak dostępu" in message.text and "Brak farby" in message.text


def test_resolved_by_owner_lead_or_executive_only(duet: Office) -> None:
    """§8.7, §14: others are refused; nobody is asked about what is resolved."""
    key, thursday = asked(duet, "jan", "ola")
    answers(duet, "jan", blockers="Brak prądu")
    answers(duet, "ola", progress="Ja mogę")
    _, blocker = blocker_ids(duet)
    for who, workspace in (("ola", None), ("tomek", None), ("roman", None), ("zenek", "T0KIOSK")):
        with unchanged(duet):
            said = forges(duet.person(who, workspace), "blocker.resolve", str(blocker)).text
            assert says(said, NOT_ALLOWED + NOT_FOUND), (who, said)
            said = forges(duet.person(who, workspace), "blocker.stands", str(blocker)).text
            assert says(said, NOT_ALLOWED + NOT_FOUND), (who, said)
    shown = checkin(duet.person("ola"), key)
    assert "Brak prądu" in shown.text and not set(RESOLVED) & set(shown.buttons)
    shown = checkin(duet.person("piotr"), key)
    assert says(click(shown, RESOLVED).text, ("is resolved",))
    for who in ("jan", "ewa"):
        with refused(duet, "BlockerResolved"):
            forges(duet.person(who), "blocker.resolve", str(blocker))
    with refused(duet, "BlockerResolved"):
        forges(duet.person("jan"), "blocker.stands", str(blocker))
    comes(duet, working_days_after(thursday, 1))
    comes(duet, working_days_after(thursday, 2))
    assert told(duet, "jan", STANDS_ASKED) == told(duet, "ewa", BLOCKED) == []
    assert "Rozwiązanie przeszkody" in duet.person("anna").types(f"/duet log {key}").text


def test_the_same_words_are_the_same_blocker(duet: Office) -> None:
    """§8.7: open since the first time; edited away it is resolved, and what is resolved is not prefilled again."""
    key, thursday = asked(duet, "jan")
    answers(duet, "jan", progress="A", blockers="Brak  DOSTĘPU")
    later = a_week_later(duet, thursday)
    answers(duet, "jan", progress="B", blockers="brak dostepu")
    assert blocker_ids(duet)[0] == 1
    assert f"od {thursday.day}" in summaries(duet, key)[-1].text
    _, blocker = blocker_ids(duet)
    forges(duet.person("piotr"), "blocker.resolve", str(blocker))
    assert open_ones(duet) == 0
    answers(duet, "jan", CHANGE, progress="B, poprawione")  # its words are still in the form: nothing new
    assert open_ones(duet) == 0
    a_week_later(duet, later)
    form = answer_form(duet, "jan")
    assert form.values[QUESTIONS["progress"][0]] == "B, poprawione"
    assert form.values[QUESTIONS["blockers"][0]] is None
    put_away(duet.person("jan"))
    presses(duet, "jan", SAME)
    assert open_ones(duet) == 0
    answers(duet, "jan", CHANGE, blockers="Brak dostępu")  # it comes up again
    assert open_ones(duet) == 1 and blocker_ids(duet)[0] == 2
    assert "Brak dostępu" in summaries(duet, key)[-1].text
    answers(duet, "jan", CHANGE, blockers="Brak dostępu do bazy")
    assert blocker_ids(duet)[0] == 2 and "dostępu do bazy" in summaries(duet, key)[-1].text
    form = answer_form(duet, "jan", CHANGE)
    assert filled(form, blockers=None).submit() is None
    duet.settles()
    assert open_ones(duet) == 0
    assert "Przeszkody" not in summaries(duet, key)[-1].text
