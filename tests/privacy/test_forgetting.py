"""Who can be forgotten, and what is said and renamed then (product §17)."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.closing.rules import OpenLine
from bot.closing.service.send_report import load_sent_report
from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.privacy.forgetting import FORGET, carry_out_forgetting, decide_to_forget
from bot.register.rules import AssetKind
from bot.runtime.errors import NotFound
from playground.seed import PIKUS
from storage import people, timers
from storage.closing import Closing
from storage.deliveries import Delivery
from storage.lanes import set_lane_channel
from storage.people import Person
from storage.register import Asset
from storage.tables import metadata
from storage.workspaces import load_workspace
from tests.closing.sample_report import write_report
from tests.invented_rows import add_row
from tests.refusals import raises_refusal
from tests.running import START
from tests.seeding import draft_project

ADMIN = Actor(PIKUS.id, "U0ROMAN", is_admin=True)
TOMEK, NAME = "U0TOMEK", "Tomek Półka"
OTHERS = (f"{NAME}-Nowak", f"Nowak-{NAME}")


def decide(session: Session) -> None:
    assert decide_to_forget(session, actor=ADMIN, user_id=TOMEK, now=START) is None


def forget(session: Session) -> None:
    """As the timer does that the decision arms."""
    decide(session)
    timer = session.exec(select(timers.Timer).filter_by(kind=FORGET)).one()
    carry_out_forgetting(session, timer, START)
    session.flush()


def add_asset(session: Session, needs_owner_since: datetime | None) -> None:
    asset = Asset(
        team_id=PIKUS.id,
        kind=AssetKind.CUSTOMERS,
        name="Klienci",
        folded=fold_text("Klienci"),
        owner=TOMEK,
        needs_owner_since=needs_owner_since,
        created_by=TOMEK,
        created_at=START,
    )
    session.add(asset)
    session.flush()


def test_a_bot_is_nobody_to_forget(session: Session) -> None:
    session.get_one(Person, (PIKUS.id, TOMEK)).is_bot = True
    with pytest.raises(NotFound):
        decide(session)


def test_who_owns_something_gives_it_away_first(session: Session) -> None:
    add_asset(session, None)
    with raises_refusal("error.forget.owns"):
        decide(session)


def test_what_has_long_needed_an_owner_keeps_nobody(session: Session) -> None:
    add_asset(session, START - timedelta(days=1))
    decide(session)


@pytest.mark.parametrize("seat", ["cio", "cmo"])
def test_a_former_member_is_nobodys_executive(session: Session, seat: str) -> None:
    setattr(load_workspace(session, PIKUS.id), seat, TOMEK)
    forget(session)
    assert getattr(load_workspace(session, PIKUS.id), seat) is None


def list_told(session: Session) -> list[str]:
    told = select(Delivery).where(col(Delivery.key).startswith(f"{FORGET}:told:"))
    return [str(each.content) for each in session.exec(told)]


def test_who_is_still_there_is_told_and_whose_name_is_kept_for_how_long(session: Session) -> None:
    set_lane_channel(session, team_id=PIKUS.id, lane=f"dm:{TOMEK}", channel_id="D0TOMEK")
    forget(session)
    (told,) = list_told(session)
    assert "podpis" not in told, "nothing is kept of him"


def test_who_has_left_is_told_nothing(session: Session) -> None:
    set_lane_channel(session, team_id=PIKUS.id, lane=f"dm:{TOMEK}", channel_id="D0TOMEK")
    session.get_one(Person, (PIKUS.id, TOMEK)).deleted = True
    forget(session)
    assert list_told(session) == []


def test_a_report_names_them_no_more_but_where_they_were_to_sign_it(session: Session) -> None:
    """And whoever's name has theirs in it keeps it."""
    longer = f"{NAME} Wysoka"
    described = {"name": longer, "full_name": longer, "zone": "UTC", "refreshed_at": START}
    people.store_person(session, PIKUS.id, "U0WYSOKA", described)
    add_row(session, metadata.tables["closings"], ADMIN.user_id, keys={"projects.id": draft_project(session)})
    closing = session.exec(select(Closing)).one()
    still_open = tuple(OpenLine(text=each, is_confidential=False) for each in OTHERS)
    report = write_report(executives=(NAME, "Anna Żuraw"), leads=(NAME, longer), still_open=still_open)
    closing.report = report.model_dump(mode="json")
    session.flush()
    forget(session)
    shown = load_sent_report(session.exec(select(Closing)).one())
    assert shown is not None
    assert shown.executives == (NAME, "Anna Żuraw")
    assert shown.leads == ("dawny uczestnik nr\u00a01", longer)
    assert shown.still_open == still_open
