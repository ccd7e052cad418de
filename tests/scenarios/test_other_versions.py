"""What another version of Duet has stored costs only itself: it is left out, logged, counted (architecture §6)."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.timetable.rules import TimetableNews
from storage.audit import AuditEntry
from storage.idempotency import SeenRequest
from storage.notices import Notice
from storage.session import transaction
from storage.signing import Decision
from tests.running import Office
from tests.scenarios.days import current_day, move_to_next_morning
from tests.scenarios.register_steps import asset_owner
from tests.scenarios.steps import (
    EXECUTIVES,
    activate_project,
    click_button,
    expect_no_change,
    fill_form,
    has_sentence,
    open_second_step,
    project_id,
    query_one,
    second_step_values,
    submit_form,
)
from tests.scenarios.test_crossing import propose_crossing, sign_newest_request
from tests.scenarios.timetable_steps import (
    add_milestone,
    channel_messages_with,
    run_milestone_command,
    start_project_today,
)

SECRET = "słowa tylko dla ludzi"


def store_as_another_version(duet: Office, rows: Any) -> None:
    """The facts of the first of these rows."""
    duet.settles()
    with transaction(duet.database) as session:
        row = session.exec(rows).first()
        row.facts = {"what": "added", "title": SECRET}


def test_a_notice_of_another_version_costs_the_others_nothing(duet: Office) -> None:
    """§2.8: neither their morning, nor the act of whoever adds to what waits."""
    key = start_project_today(duet)
    due = current_day(duet) + timedelta(days=40)
    for title in ("Pilot", "Start"):
        add_milestone(duet, "ewa", title, due, "ewa")
    store_as_another_version(duet, select(Notice).where(Notice.kind == TimetableNews.kind).order_by(col(Notice.id)))
    with capture_logs() as logs:
        moved = run_milestone_command(duet.person("ewa"), f'{key} move 1 {due + timedelta(days=1)} "Ferie"')
        assert "Pilot" in moved.text
        move_to_next_morning(duet)
        assert channel_messages_with(duet, key, "Start"), "the others are told"
        assert channel_messages_with(duet, key, "Pilot"), "and what is new of this one"
    (skipped,) = [each for each in logs if each["event"] == "notice.not_rendered"]
    assert (skipped["kind"], skipped["failed_so_far"]) == (TimetableNews.kind, 1)
    assert SECRET not in str(logs)


def test_an_entry_of_the_log_of_another_version_costs_the_others_nothing(duet: Office) -> None:
    """§4.8: it is left out of what `/duet log` shows."""
    key = activate_project(duet)
    with transaction(duet.database) as session:
        place: dict[str, Any] = {"team_id": "T0PIKUS", "project_id": project_id(duet, key)}
        for action in ("milestone.moved", "no.such_action"):
            entry = AuditEntry(**place, at=duet.bot.duet.now(), actor=None, action=action, after={"due": SECRET})
            session.add(entry)
            session.flush()
    with capture_logs() as logs:
        shown = duet.person("anna").types(f"/duet log {key}").text
    assert "Podpis pod wersją 1." in shown
    assert SECRET not in shown
    skipped = [each for each in logs if each["event"] == "audit.entry_skipped"]
    assert [each["action"] for each in skipped] == ["no.such_action", "milestone.moved"]
    assert skipped[1]["skipped_so_far"] == skipped[0]["skipped_so_far"] + 1
    assert SECRET not in str(logs)


def test_a_request_of_another_version_costs_the_others_nothing(duet: Office) -> None:
    """§5.2: it is not found any more; others can be made and signed, and what is asked of the project ends."""
    activate_project(duet)
    propose_crossing(duet, "ewa", 'klienci "VIP" @piotr')
    anna = duet.person("anna")
    asked = anna.waits_for("VIP", "@duet")
    store_as_another_version(duet, select(Decision))
    with capture_logs() as logs:
        assert has_sentence(click_button(asked, "read").text, ("Nie mogę tego znaleźć",))
        propose_crossing(duet, "ewa", 'klienci "Lista" @piotr')
        sign_newest_request(duet, "Lista", *EXECUTIVES)
        assert asset_owner(duet, "Lista") == "U0PIOTR"
        duet.slack.move_clock(days=31)
        duet.settles()
    assert (
        query_one(duet, "SELECT state FROM signing_requests WHERE subject = 1 AND kind LIKE 'decision%'")
        == "lapsed"
    )
    assert "request.skipped" in {each["event"] for each in logs}
    assert SECRET not in str(logs)


def test_a_kept_reply_of_another_version_is_not_repeated(duet: Office) -> None:
    """§16: what was asked for has been done once, and is not done again; nothing more is said of it."""
    anna = duet.person("anna")
    submit_form(fill_form(open_second_step(duet), second_step_values(duet)))
    with transaction(duet.database) as session:
        kept = session.exec(select(SeenRequest).order_by(col(SeenRequest.seen_at).desc())).first()
        assert kept is not None
        kept.reply = {"message": SECRET}
    with capture_logs() as logs, expect_no_change(duet):
        assert anna.repeats().ok
    assert [each["event"] for each in logs if "skipped_so_far" in each] == ["reply.skipped"]
    assert SECRET not in str(logs)
