"""A quarter of two projects with every alert on, and how often people hear from Duet in it (product §2.8).

On SQLite only, unless all is to be run: the clock is moved some four hundred times, and which database it is plays
no part in the rule.
"""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from sqlmodel import col, select

from bot.deliveries.digests.letters import LetterFacts, letter_item
from bot.people.service import texts_of
from storage.checkins import CheckinRound
from storage.deliveries import Delivery, Lane
from storage.notices import Notice
from storage.session import read_only_session
from tests.running import WARSAW, Office
from tests.scenarios.checkin_steps import (
    BLOCKED,
    SKIP,
    SUMMARY,
    answer_by_command,
    press_message_button,
    run_checkin_command,
)
from tests.scenarios.days import MONDAY, current_day, move_to_day, next_weekday, run_due_work
from tests.scenarios.quarter import (
    Posted,
    Timetable,
    assert_alerts_are_told_once,
    assert_asked_once,
    assert_changes_are_told,
    list_posts,
)
from tests.scenarios.register_steps import run_own_command
from tests.scenarios.steps import (
    ASKED,
    activate_project,
    close_forms,
    has_sentence,
    project_channel,
    query_one,
    revise_charter,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command

DATABASES = ["sqlite", "postgresql"] if os.environ.get("DUET_TEST_LONG") == "1" else ["sqlite"]
WEEKS = 13
FRIDAY = 4
NOW = (7 * 3 + 1, "14:00")  # when somebody asks everybody out of turn: days from the first, and the time
MOMENTS = ("02:00", "08:00", "09:01", "10:01", "12:01", "14:00", "15:01", "18:30", "21:00")  # in Warsaw
ON_WEEKENDS = ("02:00", "09:01", "15:01")
ZONES = {  # where everybody reads
    "adam": "America/New_York",
    "anna": "Asia/Tokyo",
    "piotr": "Europe/Warsaw",
    "ewa": "Europe/Warsaw",
    "jan": "Europe/Warsaw",
    "nadia": "Europe/London",
    "ola": "Europe/Bucharest",  # where Thursday 7 January is a holiday
    "mike": "America/New_York",
}
HOLIDAYS = {
    "America/New_York": holidays.country_holidays("US"),
    "Asia/Tokyo": holidays.country_holidays("JP"),
    "Europe/Warsaw": holidays.country_holidays("PL"),
    "Europe/London": holidays.country_holidays("GB", subdiv="ENG"),
    "Europe/Bucharest": holidays.country_holidays("RO"),
}
EXECUTIVES = ("adam", "anna")
ROUTINE = ("notices:", "brief:")  # begins the key of a routine message
EXEMPT = ("hello:", "request:", "checkin:", "active:", "lead:", "talk:", "declined:", "owner:")
"""Begin the keys of what §2.8 exempts: the introduction, requests, prompts and reminders, activation, answers."""
PROMPTS = ("checkin:",)  # the day's news goes with these
NOON = 12
SEEN_TO_BY_EXECUTIVES = {"adam": "Dane", "anna": "Umowa"}  # the milestones that are moved
LISTS = [(number, clock) for number in range(3) for clock in ("02:00", "12:01")]  # offered to ola
OFFERED = ("asks you to take over", "prosi o przejęcie")
A_WEEK, A_WEEKEND = 8 * 86_400, 5 * 86_400  # and holidays
MILESTONES = (
    ("Dane", 11),
    ("Umowa", 14),
    ("Pilot", 21),
    ("Ankieta", 25),
    ("Raport", 40),
    ("Sklep", 55),
    ("Finał", 70),
)


@dataclass(frozen=True)
class Said:
    """One message of Duet's, as its reader's clocks show it."""

    at: datetime
    text: str


@pytest.mark.timeout(800)
@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_nobody_hears_too_much_in_a_quarter(duet: Office) -> None:
    """§2.8: a morning post a day in the channel, besides the summaries; one routine message a day for a person, two
    a week for an executive, and no other that is not exempt; all in working hours, whoever acts in another zone.
    """
    timetable = Timetable()
    key, monday = begin_quarter(duet, timetable)
    other = begun_besides(duet, monday)
    since = duet.slack.now + 60
    for ahead in range(7 * WEEKS):
        day = monday + timedelta(days=ahead)
        for moment in MOMENTS if day.weekday() <= FRIDAY else ON_WEEKENDS:
            move_clock_to(duet, day, moment)
            if not is_free_in_poland(day):
                people_act(duet, key, timetable, monday, day, moment)
                act_from_afar(duet, other, monday, day, moment)
                if (ahead, moment) == NOW:
                    assert key in run_checkin_command(duet.person("ewa"), f"{key} now").text
                    run_due_work(duet)

    posts = said_in(duet, duet.person("anna").conversation(project_channel(duet, key)), WARSAW, since)
    assert len([each for each in posts if has_sentence(each.text, SUMMARY)]) >= WEEKS - 2
    assert len([each for each in posts if "termin" in each.text]) >= 12
    with read_only_session(duet.database) as session:
        rounds = session.exec(select(CheckinRound).where(col(CheckinRound.ended_at).is_not(None))).all()
        waiting = session.exec(select(Notice).where(col(Notice.sent_at).is_(None))).all()
    assert [each for each in rounds if each.slot.startswith("now:") and each.posted_at]
    routine = [each for each in posts if not has_sentence(each.text, SUMMARY)]
    by_day = Counter(each.at.date() for each in routine)
    crowded = {day: [each for each in routine if each.at.date() == day] for day, n in by_day.items() if n > 1}
    assert not crowded, crowded
    assert_in_working_hours("the channel", posts)

    assert_routine_is_gathered(duet, since)
    for who, zone in ZONES.items():
        heard = said_to(duet, who, ZoneInfo(zone), since)
        assert_in_working_hours(who, heard)
        if who in EXECUTIVES:
            for what in (BLOCKED, ASKED):
                assert [each for each in heard if has_sentence(each.text, what)], f"{who} never heard of {what}"
            routine = [each for each in heard if not is_exempt(each)]
            weeks = Counter(each.at.isocalendar()[:2] for each in routine)
            assert weeks, f"{who} heard nothing"
            assert max(weeks.values()) <= 2, [each for each in routine if weeks[each.at.isocalendar()[:2]] > 2]

    assert_told_is_said(duet, since)
    assert_each_thing_is_heard_once(duet, (key, other), timetable, monday, since)
    unsaid = [each.day for each in rounds if each.posted_at is None]
    assert len(unsaid) <= 2, unsaid  # the newest of each project may still wait
    delays = [each.posted_at - each.ended_at for each in rounds if each.posted_at and each.ended_at]
    assert max(delays) < timedelta(days=5)
    stuck = [each for each in waiting if each.created_at.timestamp() < duet.slack.now - 8 * 86_400]
    assert not stuck, stuck


def begin_quarter(duet: Office, timetable: Timetable) -> tuple[str, date]:
    """A project of a team of four, with an incomplete boundary, on a Monday."""
    monday = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, monday, "10:00")
    key = activate_project(
        duet, starts_on=monday.isoformat(), ends_on=(monday + timedelta(days=7 * WEEKS + 30)).isoformat()
    )
    for who, zone in ZONES.items():
        duet.slack.change_person(who, tz=zone)
    for who, by in (("jan", "piotr"), ("nadia", "piotr"), ("ola", "ewa"), ("mike", "ewa")):
        add_member(duet, key, who, by=by)
    for at, (title, days) in enumerate(MILESTONES):
        owner = ("adam", "anna", "jan", "ola")[at % 4]
        due = monday + timedelta(days=days)
        add_milestone(duet, "ewa", title, due, owner)
        timetable.record(title, duet.slack.now, due)
    run_due_work(duet)
    return key, monday


def begun_besides(duet: Office, monday: date) -> str:
    """A second project of the same people, whose check-in comes at the same time."""
    ends_on = (monday + timedelta(days=7 * WEEKS + 30)).isoformat()
    key = activate_project(duet, name="Drugi", starts_on=monday.isoformat(), ends_on=ends_on)
    for who, by in (("jan", "piotr"), ("ola", "ewa")):
        add_member(duet, key, who, by=by)
    run_due_work(duet)
    return key


def move_clock_to(duet: Office, day: date, clock: str) -> None:
    ahead = datetime.combine(day, time.fromisoformat(clock), WARSAW).timestamp() - duet.slack.now
    if ahead > 0:
        duet.slack.move_clock(ahead)
        run_due_work(duet)


def people_act(duet: Office, key: str, timetable: Timetable, monday: date, day: date, clock: str) -> None:
    """What the team does at that moment; the weeks differ."""
    week, weekday = divmod((day - monday).days, 7)
    match weekday, clock:
        case 0, "10:01" if week % 2:
            move_milestone(duet, "ewa", key, timetable, 1, day + timedelta(days=20))  # both executives see to these
            move_milestone(duet, "ewa", key, timetable, 2, day + timedelta(days=21))
        case ((1 | 2 | 3), "10:01") if week in (4, 5, 8):
            move_milestone(duet, "piotr", key, timetable, 1, day + timedelta(days=30))
            move_milestone(duet, "piotr", key, timetable, 2, day + timedelta(days=31))
        case 1, "12:01" if week == 9:  # needs both signatures, and gets none: reminders follow
            revise_charter(duet, key, by="ewa", budget="150 000")
            close_forms(duet.person("ewa"))
        case 2, "12:01" if week == 6:
            close_forms(duet.person("jan"))
            duet.person("jan").types(f"/duet away {day + timedelta(days=1)} {day + timedelta(days=8)}")
        case 3, "12:01":
            answer_when_due(duet, key, "jan", progress=f"Tydzień {week}", status="on_track")
            if week in (2, 7):
                answer_when_due(duet, key, "ola", status="off_track", blockers=f"Brak danych {week}")
            elif week % 3 == 0:
                skip_when_due(duet, "ola", key)
        case 3, "18:30":
            if week in (1, 6, 9):  # the last is put to the executives between two reminders of a week
                answer_when_due(duet, key, "mike", blockers=f"No shops {week}")
        case 4, "08:00" if week % 4 == 1:  # everybody has answered before nine
            for who in ("ola", "nadia", "mike"):
                answer_when_due(duet, key, who, progress=f"Early {week}")
        case 4, "14:00" if week % 3 == 1:
            answer_when_due(duet, key, "nadia", progress=f"Late {week}")
        case 2, "14:00" if week in (2, 5):
            said = run_milestone_command(duet.person("ewa"), f"{key} done {week + 1}").text
            assert has_sentence(said, ("Gotowe", "Done")), said
            timetable.record(MILESTONES[week][0], duet.slack.now, None)
        case _:
            return
    run_due_work(duet)


def act_from_afar(duet: Office, key: str, monday: date, day: date, clock: str) -> None:
    """What others hear of by a message of their own, or did once, often in their night."""
    week, weekday = divmod((day - monday).days, 7)
    match week, weekday, clock:
        case 3, 1, "02:00" | "12:01":
            for number in range(3):  # LISTS
                run_own_command(duet.person("ewa"), f'{key} klienci "Lista {number} {clock}" @ewa')
                run_own_command(duet.person("ewa"), f'{key} klienci "Lista {number} {clock}" @ola')
        case ((4 | 6), 1, "21:00"):
            duet.person("adam").types(f"/duet deputy @nadia {day + timedelta(days=1)} {day + timedelta(days=week)}")
        case 5, 1, "21:00":
            add_member(duet, key, "mike", by="ewa")
            add_member(duet, key, "nadia", by="piotr")
        case 8, 1, "02:00":
            duet.person("ewa").types(f"/duet team {key} remove @mike")
            duet.person("ewa").types(f"/duet team {key} remove @ola")
        case _:
            return
    for who in ("ewa", "adam"):
        close_forms(duet.person(who))
    run_due_work(duet)


def answer_when_due(duet: Office, key: str, who: str, **values: str) -> None:
    if is_answer_due(duet, who, key):
        answer_by_command(duet, who, key, **values)


def skip_when_due(duet: Office, who: str, key: str) -> None:
    if is_answer_due(duet, who, key):
        press_message_button(duet, who, SKIP)


def is_answer_due(duet: Office, who: str, key: str) -> bool:
    """Whether the newest question of that project to them waits for an answer."""
    newest = (
        "SELECT max(r.id) FROM checkin_rounds r JOIN projects j ON j.id = r.project_id WHERE j.number = :number"
    )
    asked = "SELECT count(*) FROM checkin_prompts WHERE user_id = :user AND state = 'asked' AND "
    asked += f"round_id = ({newest})"
    return bool(query_one(duet, asked, user=duet.person(who).id, number=int(key.partition("-")[2])))


def move_milestone(duet: Office, who: str, key: str, timetable: Timetable, number: int, due: date) -> None:
    said = run_milestone_command(duet.person(who), f'{key} move {number} {due} "Dostawca"').text
    assert has_sentence(said, ("Przesunięty", "Moved")), said
    timetable.record(MILESTONES[number - 1][0], duet.slack.now, due)


# --- what was heard -------------------------------------------------------------------------------------------


def said_in(duet: Office, channel_id: str, zone: ZoneInfo, since: float) -> list[Said]:
    """Of Duet, threads left out."""
    return [
        Said(datetime.fromtimestamp(float(each["ts"]), zone), str(each["text"]))
        for each in duet.slack.messages(channel_id)
        if each.get("bot_id") and each.get("thread_ts") in (None, each["ts"]) and float(each["ts"]) > since
    ]


def said_to(duet: Office, who: str, zone: ZoneInfo, since: float) -> list[Said]:
    return said_in(duet, duet.person(who).conversation("@duet"), zone, since)


def is_exempt(heard: Said) -> bool:
    """A request to sign, told apart by its sentence."""
    return has_sentence(heard.text, ASKED)


def assert_routine_is_gathered(duet: Office, since: float) -> None:
    """Whatever is not exempt is a morning's message: one a day, and for an executive two a week."""
    with read_only_session(duet.database) as session:
        lanes = select(Delivery, Lane.name).join(Lane, col(Lane.id) == Delivery.lane_id)
        found = session.exec(lanes.where(col(Lane.name).startswith("dm:"))).all()
    sent = [(each, lane) for each, lane in found if each.ts is not None and float(each.ts) > since]
    stray = [each.key for each, _ in sent if not each.key.startswith((*ROUTINE, *EXEMPT))]
    assert not stray, stray
    for who, zone in ZONES.items():
        lane = f"dm:{duet.person(who).id}"
        moments = [
            datetime.fromtimestamp(float(each.ts or 0), ZoneInfo(zone))
            for each, sent_to in sent
            if sent_to == lane and each.key.startswith(ROUTINE)
        ]
        asked_on = {
            at.date()
            for each, sent_to in sent
            if sent_to == lane and each.key.startswith(PROMPTS)
            for at in [datetime.fromtimestamp(float(each.ts or 0), ZoneInfo(zone))]
            if at.hour < NOON
        }
        twice = [each for each in moments if each.hour < NOON and each.date() in asked_on]
        assert not twice, (who, "news beside a check-in of the same morning", twice)
        days, weeks = Counter(each.date() for each in moments), Counter(each.isocalendar()[:2] for each in moments)
        assert max(days.values()) == 1, (who, days)
        assert who not in EXECUTIVES or max(weeks.values()) <= 2, (who, weeks)


def assert_told_is_said(duet: Office, since: float) -> None:
    """What counts as told stands in a message that was posted, or behind its *Show all*."""
    with read_only_session(duet.database) as session:
        told = session.exec(select(Notice).where(col(Notice.sent_at).is_not(None))).all()
        posted = {each.key: each for each in session.exec(select(Delivery).where(col(Delivery.ts).is_not(None)))}
        texts = {who: texts_of(session, "T0PIKUS", duet.person(who).id) for who in ZONES}
    told = [each for each in told if each.sent_at is not None and each.sent_at.timestamp() > since]
    assert len({each.kind for each in told}) >= 8, "a quarter in which little happened"
    unsaid = [each for each in told if each.told_in not in posted]
    assert not unsaid, unsaid
    for who, t in texts.items():
        for each in told:
            if each.kind == LetterFacts.kind and each.audience == f"person:{duet.person(who).id}":
                content = posted[each.told_in or ""].content
                is_said = letter_item(t, LetterFacts.model_validate(each.facts)).text in texts_in(content)
                assert is_said or "digest.show_all" in str(content), (each.subject, content)
    letters = Counter(each.audience for each in told if each.kind == LetterFacts.kind)
    assert {f"person:{duet.person(who).id}" for who in ("ola", "nadia", "mike")} <= set(letters), letters


def assert_each_thing_is_heard_once(
    duet: Office, keys: tuple[str, str], timetable: Timetable, monday: date, since: float
) -> None:
    """By what people did, not by what Duet keeps of it: nothing is lost on the way, and nothing comes twice."""
    posts = list_posts(duet, since)

    def posts_in(channel: str) -> list[Posted]:
        return [each for each in posts if each.channel == channel]

    in_channel = posts_in(duet.person("anna").conversation(project_channel(duet, keys[0])))
    days = [monday + timedelta(days=ahead) for ahead in range(7 * WEEKS)]
    mornings = [day for day in days if not is_free_in_poland(day)]
    assert_alerts_are_told_once(in_channel, timetable, mornings, is_free_in_poland)

    acted = Timetable(
        {title: [each for each in all_ if each[0] > since] for title, all_ in timetable.changes.items()}
    )
    told = assert_changes_are_told(
        in_channel,
        acted,
        acted.changes,
        is_routine=lambda post: not has_sentence(post.text, SUMMARY),
        until=duet.slack.now - A_WEEKEND,
    )
    assert told >= 25, told
    for who, title in SEEN_TO_BY_EXECUTIVES.items():
        told = assert_changes_are_told(
            posts_in(duet.person(who).conversation("@duet")),
            acted,
            [title],
            is_routine=lambda post: not has_sentence(post.text, ASKED),
            until=duet.slack.now - A_WEEK,
        )
        assert told >= 12, (who, told)

    asked = {
        who: assert_asked_once(who, posts_in(duet.person(who).conversation("@duet")), ZoneInfo(zone), keys)
        for who, zone in ZONES.items()
    }
    assert min(asked[who] for who in ("jan", "nadia", "ola", "mike")) >= WEEKS, asked
    offers = [
        line
        for post in posts_in(duet.person("ola").conversation("@duet"))
        for line in post.text.splitlines()
        if has_sentence(line, OFFERED)
    ]
    offered = {f"Lista {n} {clock}": sum(f"Lista {n} {clock}" in line for line in offers) for n, clock in LISTS}
    assert set(offered.values()) == {1}, offered


def texts_in(content: Any) -> str:
    """All that its blocks say, a text a line."""
    if isinstance(content, dict):
        own = content.get("text")
        return "\n".join([*([own] if isinstance(own, str) else []), *(texts_in(each) for each in content.values())])
    if isinstance(content, list):
        return "\n".join(texts_in(each) for each in content)
    return ""


def assert_in_working_hours(where: str, heard: list[Said]) -> None:
    """By the words of §2.8, not by the bot's own reckoning."""
    disturbing = [
        each for each in heard if is_disturbed(each.at) and not has_sentence(each.text, ASKED)
    ]  # must decide now
    assert not disturbing, (where, disturbing)


def is_disturbed(at: datetime) -> bool:
    return not 8 <= at.hour < 18 or at.weekday() > FRIDAY or at.date() in HOLIDAYS[str(at.tzinfo)]


def is_free_in_poland(day: date) -> bool:
    return day.weekday() > FRIDAY or day in HOLIDAYS[str(WARSAW)]
