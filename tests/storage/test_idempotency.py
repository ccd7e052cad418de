"""How long the same click is the same act (product §2.3, §16), by a clock that the tests move."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from storage import audit
from storage.idempotency import (
    find_reply,
    find_reply_to_act,
    find_reply_to_click,
    forget_replies,
    remember_reply,
    void_act,
)
from storage.session import transaction
from storage.workspaces import record_installation
from tests.running import open_spare_database

TEAM, OTHER_TEAM, JAN, OLA = "T0PIKUS", "T0KIOSK", "U0JAN", "U0OLA"
CLICKED = datetime(2027, 3, 1, 9, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)
DOUBLE_CLICK, A_MINUTE = timedelta(seconds=3), timedelta(minutes=1)
REPLY = {"said": "done"}


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """In which Jan has done something that no log knows."""
    database = open_spare_database(database_url)
    with transaction(database) as opened:
        record_installation(opened, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
        remember(opened, "first")
        yield opened
    database.close()


def remember(session: Session, key: str, act: str = "save", *, later: timedelta = timedelta(0)) -> None:
    remember_reply(
        session, team_id=TEAM, user_id=JAN, key=key, act_fingerprint=act, reply=REPLY, now=CLICKED + later
    )
    session.flush()


def double(session: Session, later: timedelta, act: str = "save", user_id: str = JAN) -> dict[str, Any] | None:
    return find_reply_to_click(session, TEAM, user_id, key="another", act_fingerprint=act, now=CLICKED + later)


def again(session: Session, later: timedelta, act: str = "save", user_id: str = JAN) -> dict[str, Any] | None:
    return find_reply_to_act(session, TEAM, user_id, act, now=CLICKED + later)


def test_a_double_click_takes_three_seconds(session: Session) -> None:
    assert double(session, DOUBLE_CLICK) == REPLY
    assert double(session, DOUBLE_CLICK + MOMENT) is None
    assert double(session, MOMENT, "another") is None
    assert double(session, MOMENT, user_id=OLA) is None


def test_the_same_request_has_its_reply_however_late_it_is_sent_again(session: Session) -> None:
    remember(session, "second", "delete", later=MOMENT)
    late = CLICKED + timedelta(days=1)
    assert find_reply_to_click(session, TEAM, JAN, key="first", act_fingerprint="save", now=late) == REPLY
    assert find_reply_to_click(session, TEAM, JAN, key="unknown", act_fingerprint="save", now=late) is None


def test_what_no_log_knows_can_be_repeated_for_a_minute(session: Session) -> None:
    assert again(session, A_MINUTE) == REPLY
    assert again(session, A_MINUTE + MOMENT) is None
    assert again(session, MOMENT, user_id=OLA) is None


def test_what_was_done_before_something_else_is_an_act_of_its_own(session: Session) -> None:
    """Saved, deleted, and saved once more."""
    remember(session, "second", "delete", later=MOMENT)
    assert double(session, 2 * MOMENT) is None
    assert again(session, 2 * MOMENT) is None
    remember(session, "third", later=3 * MOMENT)
    assert double(session, 4 * MOMENT) == REPLY


def test_what_the_log_knows_holds_until_it_has_more(session: Session) -> None:
    log(session)
    remember(session, "logged", "sign", later=MOMENT)
    for later in (MOMENT, timedelta(days=1)):
        assert again(session, later, "sign") == REPLY
    log(session)
    assert again(session, 2 * MOMENT, "sign") is None
    assert double(session, 2 * MOMENT, "sign") is None


def test_what_duet_does_by_itself_in_the_next_moment_undoes_nothing(session: Session) -> None:
    """It opens the channel of the project, say, between the two clicks of a double click."""
    log(session)
    remember(session, "logged", "sign", later=MOMENT)
    log(session, None, later=MOMENT + A_MINUTE)
    assert double(session, 2 * MOMENT, "sign") == REPLY
    assert again(session, timedelta(days=1), "sign") == REPLY
    log(session, None, later=2 * MOMENT + A_MINUTE)
    assert again(session, timedelta(days=1), "sign") is None


def log(session: Session, by: str | None = JAN, *, later: timedelta = timedelta(0)) -> None:
    audit.record_audit_entry(session, team_id=TEAM, project_id=None, at=CLICKED + later, actor=by, action="x")
    session.flush()


def test_what_came_to_nothing_is_done_anew_however_quick(session: Session) -> None:
    void_act(session, TEAM, JAN, since=CLICKED + DOUBLE_CLICK + MOMENT)
    assert double(session, MOMENT) == REPLY
    void_act(session, TEAM, JAN, since=CLICKED + DOUBLE_CLICK)
    assert double(session, MOMENT) is None
    assert find_reply(session, TEAM, "first") == REPLY


def test_what_came_to_nothing_for_somebody_else_is_theirs(session: Session) -> None:
    for team_id, user_id in ((TEAM, OLA), (OTHER_TEAM, JAN)):
        void_act(session, team_id, user_id, since=CLICKED)
    assert double(session, MOMENT) == REPLY


def test_a_reply_is_of_its_workspace(session: Session) -> None:
    """Slack's ids of requests, and perhaps of people, are the same in another one."""
    for key in ("first", "another"):
        found = find_reply_to_click(session, OTHER_TEAM, JAN, key=key, act_fingerprint="save", now=CLICKED)
        assert found is None, key
    assert find_reply_to_act(session, OTHER_TEAM, JAN, "save", now=CLICKED) is None
    assert find_reply(session, OTHER_TEAM, "first") is None


def test_replies_are_forgotten_by_their_age(session: Session) -> None:
    forget_replies(session, before=CLICKED)
    assert find_reply(session, TEAM, "first") == REPLY
    forget_replies(session, before=CLICKED + MOMENT)
    session.expire_all()
    assert find_reply(session, TEAM, "first") is None
