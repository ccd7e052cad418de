"""When something has been kept for long enough (product §17)."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlmodel import Session
from sqlmodel import select as select_rows

from bot.export.service import PROJECT_FILE
from bot.privacy.expiry import erase_expired, list_expired
from bot.privacy.retention import apply_retention
from bot.projects.rules import State
from bot.projects.service import log_event
from playground.seed import KIOSK, PIKUS
from storage import people, project_erasure, projects, tables
from storage.audit import AuditEntry, record_audit_entry
from storage.deliveries import Delivery, DeliveryStatus, enqueue_delivery
from storage.erasure import ErasureReason, open_erasure
from storage.people import Person
from storage.projects import Project
from storage.session import transaction
from storage.workspaces import record_installation
from tests.invented_rows import add_row
from tests.running import START, open_spare_database
from tests.seeding import EWA, add_people, draft_project

SECOND = timedelta(seconds=1)


def half_a_year_after(moment: datetime) -> datetime:
    """What is kept for half a year, if nothing else is set, is over a second later."""
    utc = moment.astimezone(UTC)
    return utc.replace(year=utc.year + (utc.month > 6), month=(utc.month + 5) % 12 + 1)


def touch(session: Session, project_id: int, now: datetime) -> None:
    project = projects.find_project_for_update(session, PIKUS.id, project_id)
    assert project is not None
    log_event(session, project, "charter.edited", actor=EWA.user_id, now=now)
    session.flush()


def test_a_draft_is_over_half_a_year_after_somebody_touched_it(session: Session) -> None:
    """Not after it was begun, and not a second before."""
    project_id = draft_project(session)
    over = half_a_year_after(START)
    assert list_expired(session, over) == []
    (expired,) = list_expired(session, over + SECOND)
    assert (expired.reason, expired.project_id) == (ErasureReason.DRAFT, project_id)
    touch(session, project_id, START + timedelta(days=1))
    assert list_expired(session, over + SECOND) == []
    assert list_expired(session, half_a_year_after(START + timedelta(days=1))) == []


def test_what_is_touched_before_it_is_erased_stays(session: Session) -> None:
    """It is looked at again under its lock."""
    project_id = draft_project(session)
    now = half_a_year_after(START) + SECOND
    (expired,) = list_expired(session, now)
    touch(session, project_id, now)
    assert not erase_expired(session, expired, now)
    assert projects.find_project(session, PIKUS.id, project_id) is not None
    assert erase_expired(session, expired, half_a_year_after(now) + SECOND)
    assert projects.find_project(session, PIKUS.id, project_id) is None


def close_project(session: Session) -> int:
    """At `START`."""
    project_id = draft_project(session)
    session.flush()
    rows = tables.metadata.tables
    session.execute(update(rows["projects"]).values(state=State.CLOSED))
    add_row(session, rows["closings"], EWA.user_id, keys={"projects.id": project_id})
    return project_id


def test_of_a_closed_project_the_answers_go_first_and_the_records_later(session: Session) -> None:
    """Each not a second before its time, and once; with the records goes whatever is left."""
    project_id = close_project(session)
    a_year, five_years = (START.replace(year=START.year + years) for years in (1, 5))
    assert list_expired(session, a_year) == []
    (answers,) = list_expired(session, a_year + SECOND)
    assert (answers.reason, answers.project_id) == (ErasureReason.ANSWERS, project_id)
    (records,) = list_expired(session, five_years + SECOND)
    assert (records.reason, records.project_id) == (ErasureReason.RECORDS, project_id)
    assert erase_expired(session, answers, a_year + SECOND)
    assert list_expired(session, five_years) == []
    assert erase_expired(session, records, five_years + SECOND)
    assert projects.find_project(session, PIKUS.id, project_id) is None


def test_answers_do_not_wait_for_files_to_be_deleted_and_records_do(session: Session) -> None:
    """A project's records say which files were its own."""
    project_id = close_project(session)
    enqueue_delivery(
        session,
        team_id=PIKUS.id,
        lane="dm:U0EWA",
        key="file",
        kind=PROJECT_FILE,
        content={"text": "file"},
        project_id=project_id,
    )
    session.flush()
    session.exec(select_rows(Delivery).filter_by(key="file")).one().status = DeliveryStatus.DELIVERED
    a_year, five_years = (START.replace(year=START.year + years) + SECOND for years in (1, 5))
    (records,) = list_expired(session, five_years)
    assert not erase_expired(session, records, five_years)
    (answers,) = list_expired(session, a_year)
    assert erase_expired(session, answers, a_year)


def test_of_the_log_goes_what_is_older_and_of_no_project_in_that_workspace(session: Session) -> None:
    record_installation(session, team_id=KIOSK.id, enterprise_id=None, bot_user_id="U1BOT")
    project_id = draft_project(session)
    session.flush()
    logged = {
        "older": (PIKUS.id, None, START - SECOND),
        "at that moment": (PIKUS.id, None, START),
        "of a project": (PIKUS.id, project_id, START - SECOND),
        "of another workspace": (KIOSK.id, None, START - SECOND),
    }
    for action, (team_id, of_project, at) in logged.items():
        record_audit_entry(session, team_id=team_id, project_id=of_project, at=at, actor=None, action=action)
    with open_erasure(session, team_id=PIKUS.id, reason=ErasureReason.LOG, number=START.year, now=START):
        project_erasure.erase_log_of_no_project(session, PIKUS.id, before=START)
    left = session.exec(select_rows(AuditEntry.action)).all()
    assert logged.keys() - {*left} == {"older"}


def test_a_project_that_began_from_another_outlives_it(session: Session) -> None:
    earlier, later = draft_project(session), draft_project(session)
    session.flush()
    session.get_one(Project, later).begun_from = earlier
    session.flush()
    with open_erasure(session, team_id=PIKUS.id, reason=ErasureReason.RECORDS, number=1, now=START):
        project_erasure.erase_project(session, PIKUS.id, earlier)
    session.expire_all()
    found = projects.find_project(session, PIKUS.id, later)
    assert found is not None and found.begun_from is None


@pytest.mark.parametrize(
    ("table", "kept_until"),
    [
        ("seen_requests", START + timedelta(hours=24)),
        ("drafts", START + timedelta(days=30)),
        ("pleas", START + timedelta(days=30)),
        ("notices", START + timedelta(days=365)),
        ("audit_log", START.replace(year=START.year + 5)),
    ],
)
def test_what_is_of_no_project_goes_when_its_own_time_is_over(
    database_url: str, table: str, kept_until: datetime
) -> None:
    """As docs/privacy.md says of each; not a moment sooner."""
    rows = tables.metadata.tables[table]
    with closing(open_spare_database(database_url)) as database:
        with transaction(database) as session:
            add_people(session)
            add_row(session, rows, EWA.user_id, keys={})

        def count_rows() -> int:
            with database.readers.connect() as connection:
                return connection.execute(select(func.count()).select_from(rows)).scalar_one()

        apply_retention(database, kept_until)
        assert count_rows() == 1
        apply_retention(database, kept_until + SECOND)
        assert count_rows() == 0


def test_it_is_erased_under_the_projects_lock(session: Session) -> None:
    """Whoever changes it at the same moment waits, or is waited for."""
    project_id = close_project(session)
    (answers,) = list_expired(session, a_year := START.replace(year=START.year + 1) + SECOND)
    session.info.pop("locked_projects", None)
    assert erase_expired(session, answers, a_year)
    assert [each.pk for each in session.info["locked_projects"]] == [project_id]


def test_whoever_has_left_goes_with_the_last_thing_that_names_them(session: Session) -> None:
    draft_project(session)
    people.store_person(session, PIKUS.id, "U0LEFT", {"name": "Fela", "zone": "UTC", "refreshed_at": START})
    session.get_one(Person, (PIKUS.id, "U0LEFT")).deleted = True
    session.flush()
    (expired,) = list_expired(session, now := half_a_year_after(START) + SECOND)
    assert erase_expired(session, expired, now)
    session.expire_all()
    assert session.get(Person, (PIKUS.id, "U0LEFT")) is None
