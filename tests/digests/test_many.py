"""Two hundred waiting items of every kind, for a channel, a member and an executive (product §2.8)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bot.declarations import TOPICS
from bot.deliveries.digests.composing import PAGE, render_all_items
from bot.deliveries.digests.letters import LetterFacts
from bot.deliveries.digests.queue import TIMER, notify_channel, notify_person
from bot.deliveries.digests.sending import rerender_sent_items, send_digest
from bot.deliveries.digests.topics import SESSION_KEY, Digests, load_stored_facts
from bot.people.rules import Actor
from bot.projects.digest_reading import list_items_of_message
from bot.timetable.views import MilestoneAlert
from bot.ui import blocks as ui
from bot.ui.texts import Texts
from storage.deliveries import Delivery
from storage.lanes import set_lane_channel
from storage.notices import Notice
from storage.projects import find_project
from storage.session import transaction
from storage.timers import Timer
from tests.digests.samples import sample_facts
from tests.refusals import raises_refusal
from tests.running import Office
from tests.seeding import add_people, draft_project

TEAM, COUNT = "T0PIKUS", 200
SEVERAL = 2 * len(TOPICS)  # of each kind two
WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2027, 1, 11, 12, tzinfo=WARSAW)
TUESDAY_NINE = datetime(2027, 1, 12, 9, tzinfo=WARSAW)
READERS = {"the channel": "U0EWA", "a member": "U0JAN", "an executive": "U0ANNA"}


@pytest.fixture
def session(duet: Office) -> Iterator[Session]:
    """With all kinds as the app knows them; what they are about is taken as stored."""
    with transaction(duet.database) as opened:
        add_people(opened)
        stored: dict[str, Any] = {"load": load_stored_facts, "thing": lambda _: None}
        topics = {kind: replace(topic, **stored) for kind, topic in TOPICS.items()}
        opened.info[SESSION_KEY] = Digests(topics, [])
        yield opened


def add_notices(session: Session, audience: str, count: int) -> tuple[int, Timer]:
    """News first, so that nothing is in order by chance."""
    project_id = draft_project(session)
    set_lane_channel(session, team_id=TEAM, lane=f"project:{project_id}", channel_id="C0GENERAL")
    session.exec(select(Notice)).all()
    kinds = sorted(TOPICS, key=lambda kind: (kind == "timetable.alert", kind))
    for number in range(count):
        day = (date(2027, 1, 22) - timedelta(days=number % 20)).isoformat()
        notify(session, audience, project_id, kinds[number % len(kinds)], number, day)
    name = f"project:{project_id}" if audience == "the channel" else f"person:{READERS[audience]}"
    return project_id, session.exec(select(Timer).where(Timer.kind == TIMER, Timer.subject == name)).one()


def notify(session: Session, audience: str, project_id: int, kind: str, number: int, day: str) -> None:
    project, facts = find_project(session, TEAM, project_id), sample_facts(kind, number, day)
    assert project is not None
    if audience == "the channel":
        notify_channel(session, project, facts, now=MONDAY, subject=f"{number}")
    else:
        notify_person(session, project, READERS[audience], facts, now=MONDAY, subject=f"{number}")


def load_digest_delivery(session: Session) -> Delivery:
    return session.exec(select(Delivery).where(col(Delivery.key).startswith("notices:"))).one()


@pytest.mark.one_of(3)
@pytest.mark.parametrize("audience", READERS)
def test_two_hundred_items_are_one_message(session: Session, audience: str) -> None:
    """§2.8, §9.3: alerts first, fifteen with buttons, five lines of news, all the rest counted and a click away.

    A person's is theirs; a channel's is for whoever sees the project (§14).
    """
    _, timer = add_notices(session, audience, COUNT)
    assert send_digest(session, timer, TUESDAY_NINE) is None
    message = load_digest_delivery(session)
    blocks = message.content["blocks"]
    failed = session.exec(select(Notice.kind).where(col(Notice.failed_at).is_not(None))).all()
    assert not failed, set(failed)
    assert ui.is_within_message_limits(blocks)
    assert len(blocks) <= 50
    told = session.exec(select(Notice).where(col(Notice.told_in) == message.key)).all()
    assert len(told) == COUNT
    assert sum(block["type"] == "actions" for block in blocks) <= 15
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    lines = "\n".join(texts).split("\n")  # alerts without buttons stand together
    dates = [line for line in lines if line.startswith("*Pozycja ") and ("termin" in line or " due " in line)]
    overdue = [("minął" in text) or ("was due" in text) for text in dates]
    assert overdue == sorted(overdue, reverse=True), dates
    assert lines[0] in dates
    value = blocks[-1]["accessory"]["value"]
    t = Texts.of("en", "Europe/Warsaw")
    actor = Actor(TEAM, READERS[audience])
    notice_id = int(value.partition(":")[0])
    every = list_items_of_message(session, actor=actor, t=t, notice_id=notice_id)
    assert sum(len(each.notice_ids) for each in every) == COUNT  # what asks for the same stands once
    assert_all_is_counted(texts[-1], shown=len(every) - counted_in(texts[-1]), whole=len(every))
    for number in range(1, -(-len(every) // PAGE) + 1):
        view = render_all_items(t, every, notice_id=notice_id, number=number)
        assert len(view["blocks"]) <= 100
        on_page = min(PAGE, len(every) - PAGE * (number - 1))
        assert len([block for block in view["blocks"] if block["type"] == "section"]) == on_page
    for other in ("U0MIKE", "U0OLA"):
        with raises_refusal("error.digest.not_kept"):
            list_items_of_message(session, actor=Actor(TEAM, other), t=t, notice_id=notice_id)


def counted_in(line: str) -> int:
    """All the numbers of "Also: 47 new customer bases and 3 changes in the timetable"."""
    return sum(int(word) for word in line.replace("\u00a0", " ").split() if word.isdecimal())


def assert_all_is_counted(line: str, *, shown: int, whole: int) -> None:
    assert 5 <= shown <= 40, line
    assert shown + counted_in(line) == whole, line


@pytest.mark.one_of(2)
@pytest.mark.parametrize(
    "broken",
    ["a fact is missing", "a kind that this Duet does not know", "it cannot be counted", "no button is so"],
)
def test_what_cannot_be_rendered_costs_only_itself(session: Session, broken: str) -> None:
    """§2.8, §16: it is left out, marked, and does not come up again; also where a message is edited."""
    project_id, timer = add_notices(session, "the channel", SEVERAL)
    bad = session.exec(select(Notice).where(col(Notice.kind) == "timetable.alert")).first()
    assert bad is not None
    if broken == "a fact is missing":
        bad.facts = {"name": "Pilot"}
    elif broken == "a kind that this Duet does not know":
        bad.kind = "no.such_kind"
    else:
        button = ["Pokaż", "digest.show_all", "1", "purple"]
        worded = {"text": "Nowość", "sentences": [], "buttons": [], "needs_reader": False, "counted": "project"}
        changed = {"counted": "no.such_thing"} if broken == "it cannot be counted" else {"buttons": [button] * 30}
        bad.kind, bad.facts = LetterFacts.kind, {**worded, **changed}
    session.flush()
    send_digest(session, timer, TUESDAY_NINE)
    session.refresh(bad)
    assert bad.failed_at is not None
    assert bad.sent_at is None, "nothing is told that was not said"
    told = session.exec(select(Notice).where(col(Notice.told_in) == load_digest_delivery(session).key)).all()
    assert len(told) == SEVERAL - 1
    notify(session, "the channel", project_id, "life.resumed", 999, "2027-01-20")
    again = session.exec(select(Timer).where(Timer.kind == TIMER)).first()
    assert again is not None
    send_digest(session, again, TUESDAY_NINE + timedelta(days=1))

    other = next(each for each in told if each.kind == "timetable.alert")
    worse = next(each for each in told if each.kind == "timetable.news")
    worse.facts = {}
    rerender_sent_items(session, team_id=TEAM, facts=MilestoneAlert, subject=other.subject or "", stage="done")
    session.refresh(worse)
    assert worse.failed_at is not None


def test_what_cannot_be_joined_is_told_by_itself(session: Session) -> None:
    """§2.8: the same of two projects, with facts that go together no more; nothing of either is lost."""

    def refuse_to_join(earlier: Any, newer: Any) -> Any:
        raise KeyError("names")

    topics = {
        kind: replace(topic, thing=lambda _: "one", join=refuse_to_join) if topic.join else topic
        for kind, topic in session.info[SESSION_KEY].topics.items()
    }
    session.info[SESSION_KEY] = replace(session.info[SESSION_KEY], topics=topics)
    _, timer = add_notices(session, "a member", SEVERAL)
    send_digest(session, timer, TUESDAY_NINE)
    told = session.exec(select(Notice).where(col(Notice.told_in) == load_digest_delivery(session).key)).all()
    assert len(told) == SEVERAL
