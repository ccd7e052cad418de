"""When a draft has been left alone for too long (product §17)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.privacy.expiry import erase_expired, list_expired
from bot.projects.service import log_event
from playground.seed import PIKUS
from storage import projects
from storage.erasure import ErasureReason
from storage.session import transaction
from tests.running import START, open_spare_database
from tests.seeding import EWA, add_people, draft_project

SECOND = timedelta(seconds=1)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = open_spare_database(database_url)
    with transaction(database) as session:
        add_people(session)
        yield session
    database.close()


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
