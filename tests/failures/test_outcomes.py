"""What hangs on a delivery's end: it is told once, told truly, and its failure stops nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, col, select

from bot import app, declarations
from bot.charter.service import send_charter
from bot.deliveries.digests.facts import NoticeFacts
from bot.deliveries.digests.queue import TIMER, notify_channel
from bot.deliveries.digests.sending import send_digest as send_notices
from bot.deliveries.digests.topics import SESSION_KEY, Digests, Topic
from bot.deliveries.outcomes import DeliveryKind, Outcome, ignore_outcome
from bot.deliveries.senders import MessageSender
from bot.slack.refusals import DeliveryRefusal
from bot.ui.mrkdwn import Mrkdwn
from storage import projects
from storage.deliveries import Delivery, enqueue_delivery
from storage.lanes import set_lane_channel
from storage.notices import Notice
from storage.projects import Project
from storage.session import transaction
from storage.timers import Timer
from tests.failures.test_deliveries import enqueue_text, load_delivery, send_last_message
from tests.refusals import raises_refusal
from tests.running import Office, PostgresServer, run_office
from tests.scenarios.steps import activate_project, project_channel
from tests.seeding import EWA, add_people, draft_project

TEAM = "T0PIKUS"
UNTOLD = dict.fromkeys(DeliveryRefusal, ignore_outcome)


def fail(session: Session, outcome: Outcome) -> None:
    raise ZeroDivisionError


def test_an_outcome_that_fails_stops_nobody_else(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Architecture §4: the row is tried again and parked at last; the bot and the other lanes go on."""
    monkeypatch.setattr(
        app, "DELIVERIES", {**declarations.DELIVERIES, "failing": DeliveryKind(MessageSender(), UNTOLD, fail)}
    )
    with run_office(database_url, tmp_path) as duet:
        with transaction(duet.database) as session:
            content = {"text": "one"}
            enqueue_delivery(session, team_id=TEAM, lane="dm:U0ADAM", key="a", kind="failing", content=content)
            session.exec(select(Delivery).where(Delivery.key == "a")).one().attempts = 7
        send_last_message(duet)
        duet.person("adam").waits_for("one")
        assert duet.person("anna").types("/duet").text
        enqueue_text(duet, "b", "still here")
        duet.person("ewa").waits_for("still here")
        duet.delivers_everything()
        assert (load_delivery(duet, "a").status, load_delivery(duet, "a").error_code) == ("parked", "outcome")
        assert [m.text for m in duet.person("adam").reads("@duet")] == ["one"]


def test_an_outcome_that_waits_for_a_lock_is_only_late(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the project (SQLite has one lock for all): no attempt is used up, and nothing looked for."""
    told: list[Outcome] = []
    telling = DeliveryKind(MessageSender(), UNTOLD, lambda session, outcome: told.append(outcome))
    monkeypatch.setattr(app, "DELIVERIES", {**declarations.DELIVERIES, "telling": telling})
    sooner = {"DUET_BUDGET_SECONDS": 2.0}  # so that two tries for the lock end soon
    with postgres_server.new(tmp_path) as url, run_office(url, tmp_path, bot=sooner) as duet:
        with transaction(duet.database) as session:
            add_people(session)
            project_id = draft_project(session)
        with transaction(duet.database) as holding:
            projects.lock_project(holding, project_id)
            with transaction(duet.database) as session:
                content = {"text": "one"}
                enqueue_delivery(
                    session,
                    team_id=TEAM,
                    lane="dm:U0EWA",
                    key="a",
                    kind="telling",
                    content=content,
                    project_id=project_id,
                )
            duet.person("ewa").waits_for("one")
            for _ in range(2):  # as long as the bot's own two tries
                with pytest.raises(OperationalError), transaction(duet.database) as session:
                    projects.lock_project(session, project_id)
            assert not told
        duet.delivers_everything()
        assert [outcome.error for outcome in told] == [None]
        assert not duet.slack.calls("conversations.history")


@pytest.mark.parametrize("committed", [True, False])
def test_a_channel_whose_making_was_uncertain_is_made_once(duet: Office, committed: bool) -> None:
    """Architecture §4: found by its creator and name, else made again."""
    duet.slack.fault("reset", "conversations.create", times=1, commit=committed)
    key = activate_project(duet)
    channels = [c["name"] for c in duet.slack.state["teams"][0]["channels"] if c["name"].startswith("duet-1")]
    assert channels == [project_channel(duet, key).removeprefix("#")]


def test_nothing_is_sent_for_signature_after_its_end(duet: Office) -> None:
    """§4.1: the end is not past, also when a draft has lain for long."""
    with transaction(duet.database) as session:
        add_people(session)
        project_id = draft_project(session)
    late = datetime(2028, 1, 1, tzinfo=UTC)
    with raises_refusal("error.field.end_in_past"), transaction(duet.database) as session:
        send_charter(session, actor=EWA, project_id=project_id, seen=1, now=late)


def test_two_projects_cannot_have_one_channel(duet: Office) -> None:
    """The database holds it, whoever comes first."""
    with transaction(duet.database) as session:
        add_people(session)
        ids = [draft_project(session), draft_project(session)]
    with pytest.raises(IntegrityError), transaction(duet.database) as session:
        for project_id in ids:
            session.get_one(Project, project_id).channel_id = "C0GENERAL"
            session.flush()


class Numbered(NoticeFacts, kind="test"):
    n: int


def test_routine_notices_come_at_nine_and_never_at_night(duet: Office) -> None:
    """§2.8: one message for a project's notices; if Duet was down over nine, the next working morning."""
    with transaction(duet.database) as session:
        add_people(session)
        project_id = draft_project(session)
        set_lane_channel(session, team_id=TEAM, lane=f"project:{project_id}", channel_id="C0GENERAL")
        friday = datetime(2027, 1, 15, 12, tzinfo=ZoneInfo("Europe/Warsaw"))
        project = projects.find_project(session, TEAM, project_id)
        assert project is not None
        for n in (1, 2):
            notify_channel(session, project, Numbered(n=n), now=friday)
        timer = session.exec(
            select(Timer).where(Timer.kind == TIMER, Timer.subject == f"project:{project_id}")
        ).one()
        assert timer.due_at == datetime(2027, 1, 18, 9, tzinfo=ZoneInfo("Europe/Warsaw"))
        lines = {"test": Topic(Numbered, lambda t, facts: Mrkdwn(f"notice {facts.n}"))}
        session.info[SESSION_KEY] = Digests(lines, [])
        saturday_night = datetime(2027, 1, 16, 23, 30, tzinfo=ZoneInfo("Europe/Warsaw"))
        assert send_notices(session, timer, saturday_night) == timer.due_at
        assert send_notices(session, timer, timer.due_at + timedelta(minutes=20)) is None
        notices = session.exec(select(Notice).where(Notice.audience == f"project:{project_id}")).all()
        assert all(notice.sent_at is not None for notice in notices)
        message = session.exec(
            select(Delivery).where(col(Delivery.key).startswith(f"notices:project:{project_id}:"))
        ).one()
        assert message.content["text"] == "notice 1\nnotice 2"
