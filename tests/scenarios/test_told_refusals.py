"""Refusals of Slack as people meet them: who reads what, how often, and what goes out when it can (product §16)."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.command_line.doctor import collect_findings
from bot.privacy import retention
from bot.runtime.clock import real_now
from storage.deliveries import PARKED, Delivery, blank_delivered_contents, enqueue_delivery
from storage.session import transaction
from tests.failures.test_deliveries import (
    TEAM,
    enqueue_text,
    load_delivery,
    read_texts,
    revise_text,
    send_last_message,
)
from tests.running import Office
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.steps import (
    activate_project,
    click_button,
    fill_form,
    move_to_tuesday_morning,
    project_channel,
    project_id,
    query_one,
)
from tests.scenarios.test_refusals import to_channel

LANGUAGES = {"ewa": 0, "piotr": 1}
NO_FILES = ("Nie udało mi się wysłać", "I could not send you the file about")
RESTRICTED = ("nie pozwala mi już pisać na kanale", "no longer lets me post in its channel")
NOT_PINNED = ("nie pozwala mi jej przypiąć", "does not let me pin it")
NOT_INVITED = ("nie pozwala mi zaprosić", "did not let me invite")
FAILED = ("Slack nie przyjął ode mnie", "Slack did not accept one of my messages")
GETTING, COMPLETING = "files.getUploadURLExternal", "files.completeUploadExternal"


def read_by(duet: Office, handle: str, either: tuple[str, str]) -> list[str]:
    duet.delivers_everything()
    said = [message.text for message in duet.person(handle).reads("@duet")]
    return [text for text in said if either[LANGUAGES[handle]] in text]


@pytest.mark.one_of(3)
@pytest.mark.parametrize(
    ("method", "code", "why"),
    [
        (GETTING, "file_uploads_disabled", "Administrator Slacka może to zmienić"),
        (GETTING, "storage_limit_reached", "nie ma już miejsca na pliki"),
        (GETTING, "file_upload_size_restricted", "Plik jest większy, niż pozwala ten Slack"),
        (GETTING, "missing_scope", "nie ma uprawnień do przesyłania plików"),
        (COMPLETING, "posting_to_channel_denied", "Administrator Slacka może to zmienić"),
        (COMPLETING, "file_type_not_allowed", "Administrator Slacka może to zmienić"),
        (COMPLETING, "a code that nobody has heard of", "poszło nie tak po naszej stronie"),
    ],
)
def test_a_refused_export_is_told_to_whoever_asked(duet: Office, method: str, code: str, why: str) -> None:
    """§13.3: in one sentence, with what helps; asked for again it comes, once."""
    key = activate_project(duet)
    duet.slack.fault(f"error:{code}", method, times=1)
    ewa = duet.person("ewa")
    ewa.types(f"/duet export {key} json")
    said = ewa.waits_for(NO_FILES[0], "@duet").text
    assert why in said
    assert key in said
    assert len(read_by(duet, "ewa", NO_FILES)) == 1
    assert not read_by(duet, "piotr", NO_FILES)
    before = len(duet.slack.calls(COMPLETING))
    duet.starts_again()
    duet.delivers_everything()
    assert len(duet.slack.calls(COMPLETING)) == before, "an old file would not be what was asked for"
    ewa.types(f"/duet export {key} json")
    duet.slack.waits_for_calls(COMPLETING, before + 1)
    assert len(read_by(duet, "ewa", NO_FILES)) == 1


@pytest.mark.parametrize("code", ["restricted_action_read_only_channel", "restricted_action"])
def test_a_read_only_channel_is_told_to_both_leads_once(duet: Office, code: str) -> None:
    """§2.8, §16: with the way out; chosen again, what waited is posted in its order, without what is stale."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    duet.settles()
    duet.slack.change_channel(channel, "restrict", by="ewa", code=code)
    soon = duet.bot.duet.now() + timedelta(hours=1)
    to_channel(duet, key, "first")
    with transaction(duet.database) as session:
        enqueue_delivery(
            session,
            team_id=TEAM,
            lane=f"project:{project_id(duet, key)}",
            key="stale",
            kind="message",
            content={"text": "stale"},
            project_id=project_id(duet, key),
            not_after=soon,
        )
    to_channel(duet, key, "second")
    duet.waits_until(lambda: load_delivery(duet, "second").status == "parked")
    move_to_next_morning(duet, "10:01")
    for lead in LANGUAGES:
        assert len(read_by(duet, lead, RESTRICTED)) == 1
    duet.slack.change_channel(channel, "restrict", by="ewa", code="")
    duet.slack.move_clock(hours=2)
    asked = duet.person("ewa").waits_for(RESTRICTED[0], "@duet")
    assert fill_form(click_button(asked, "use_channel").form, {"channel": channel}).submit() is None
    duet.person("anna").waits_for("second", channel)
    said = [message.text for message in duet.person("anna").reads(channel)]
    assert [text for text in said if text in ("first", "stale", "second")] == ["first", "second"]
    for lead in LANGUAGES:
        assert len(read_by(duet, lead, RESTRICTED)) == 1


def test_a_restriction_that_is_lifted_is_noticed(duet: Office) -> None:
    """§8.8, §16: by itself, within the hour; until then the leads are told once, and check-ins are asked."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    duet.settles()
    duet.slack.change_channel(channel, "restrict", by="ewa", code="restricted_action_read_only_channel")
    for n in (1, 2):
        to_channel(duet, key, f"news {n}")
    duet.waits_until(lambda: load_delivery(duet, "news 2").status == "parked")
    before = len(duet.slack.calls("chat.postMessage"))
    look_at_lost = duet.bot.duet.adapter.presence.look_at_lost
    for _ in range(3):
        duet.bot.waits_for(look_at_lost())
        duet.delivers_everything()
    assert query_one(duet, "SELECT channel_lost_at FROM projects") is not None
    tried = [call for call in duet.slack.calls("chat.postMessage")[before:] if not call["answer"]["ok"]]
    assert len(tried) == 3, "one message an hour"
    assert query_one(duet, "SELECT paused FROM checkin_schedules") is None
    duet.slack.change_channel(channel, "restrict", by="ewa", code="")
    duet.bot.waits_for(look_at_lost())
    duet.person("anna").waits_for("news 2", channel)
    said = [message.text for message in duet.person("anna").reads(channel)]
    assert [text for text in said if text.startswith("news")] == ["news 1", "news 2"]
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is None)
    move_to_next_morning(duet, "10:01")
    for lead in LANGUAGES:
        assert not read_by(duet, lead, RESTRICTED), "what came and went is not told"


def test_a_read_only_channel_that_is_archived_pauses_the_check_ins(duet: Office) -> None:
    """§8.8: it was lost before, but not gone."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    duet.settles()
    duet.slack.change_channel(channel, "restrict", by="ewa", code="restricted_action")
    to_channel(duet, key, "news")
    duet.waits_until(lambda: load_delivery(duet, "news").status == "parked")
    duet.slack.change_channel(channel, "archive", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT paused FROM checkin_schedules") == "channel")


def test_what_we_failed_to_write_goes_out_when_it_is_written_anew(duet: Office) -> None:
    """§16: not before, and once."""
    duet.slack.fault("error:invalid_arguments", "chat.postMessage", times=3)
    enqueue_text(duet, "a", "one")
    duet.waits_until(lambda: load_delivery(duet, "a").status == "parked")
    revise_text(duet, "a", "one")
    assert load_delivery(duet, "a").status == "parked"
    revise_text(duet, "a", "two")
    duet.person("ewa").waits_for("two")
    duet.delivers_everything()
    assert read_texts(duet).count("two") == 1


def test_the_content_that_a_message_has_is_no_edit(duet: Office) -> None:
    """Slack allows 50 edits a minute. So it stays when the content has been forgotten."""
    enqueue_text(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    duet.delivers_everything()
    before = len(duet.slack.calls("chat.update"))
    for is_forgotten in (False, True):
        if is_forgotten:
            with transaction(duet.database) as session:
                blank_delivered_contents(session, before=real_now() + timedelta(hours=1))
            assert load_delivery(duet, "a").content == {}
        revise_text(duet, "a", "one")
        duet.delivers_everything()
        assert len(duet.slack.calls("chat.update")) == before
        assert load_delivery(duet, "a").version == 1
    revise_text(duet, "a", "two")
    assert duet.person("ewa").waits_for("two").edited


@pytest.mark.one_of(3)
@pytest.mark.parametrize("code", ["too_many_pins", "not_pinnable", "restricted_action"])
def test_a_refused_pin_leaves_the_charter_posted(duet: Office, code: str) -> None:
    """§4.3: both leads are told once, not anew with each change of the charter."""
    duet.slack.fault(f"error:{code}", "pins.add", times=1)
    key = activate_project(duet)
    move_to_next_morning(duet, "10:01")
    for lead, language in LANGUAGES.items():
        assert duet.person(lead).waits_for(NOT_PINNED[language], "@duet")
    duet.person("ewa").types(f'/duet milestone {key} add "Pilot" 2027-02-01 @ewa')
    assert duet.person("anna").waits_for("Pilot", project_channel(duet, key)).edited
    for lead in LANGUAGES:
        assert len(read_by(duet, lead, NOT_PINNED)) == 1


def test_where_a_lead_is_gone_their_executive_is_told(duet: Office) -> None:
    """§5.4, §16: what is for the leads is for whoever sees to their side then."""
    key = activate_project(duet)
    duet.slack.change_person("ewa", deleted=True)
    duet.settles()
    channel = project_channel(duet, key)
    duet.slack.change_channel(channel, "restrict", by="adam", code="restricted_action_read_only_channel")
    to_channel(duet, key, "news")
    duet.waits_until(lambda: load_delivery(duet, "news").status == "parked")
    move_to_tuesday_morning(duet)
    assert duet.person("anna").waits_for(RESTRICTED[LANGUAGES["ewa"]], "@duet")
    assert duet.person("piotr").waits_for(RESTRICTED[LANGUAGES["piotr"]], "@duet")
    assert not read_by(duet, "ewa", RESTRICTED)


def test_a_refused_invitation_is_told_once(duet: Office) -> None:
    """§2.8: not anew at each milestone."""
    duet.slack.fault("error:user_is_restricted", "conversations.invite", times=1)
    key = activate_project(duet)
    for n in (1, 2, 3):
        duet.person("ewa").types(f'/duet milestone {key} add "Pilot {n}" 2027-02-0{n} @ewa')
    duet.settles()
    move_to_tuesday_morning(duet)
    for lead, language in LANGUAGES.items():
        assert duet.person(lead).waits_for(NOT_INVITED[language], "@duet")
    for n in (4, 5):
        duet.person("ewa").types(f'/duet milestone {key} add "Pilot {n}" 2027-02-0{n} @ewa')
    duet.settles()
    move_to_tuesday_morning(duet)
    duet.settles()
    for lead in LANGUAGES:
        assert sum(text.count("Adam") for text in read_by(duet, lead, NOT_INVITED)) == 1


def test_a_refused_invitation_is_tried_again_when_the_account_changes(duet: Office) -> None:
    """§16: when it can succeed; a guest who becomes a colleague, as Slack says it."""
    duet.slack.fault("error:user_is_restricted", "conversations.invite", times=1)
    key = activate_project(duet)
    channel = project_channel(duet, key)
    assert channel not in duet.person("adam").channels
    for is_restricted in (True, False):
        duet.slack.change_person("adam", is_restricted=is_restricted)
        duet.settles()
    duet.waits_until(lambda: channel in duet.person("adam").channels)


def test_edits_made_while_the_channel_was_archived_are_shown_when_it_is_back(duet: Office) -> None:
    """§4.4: the newest, and nobody is told of what nobody misses."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    duet.slack.change_channel(channel, "archive", by="ewa")
    duet.settles()
    for n in (1, 2):
        duet.person("ewa").types(f'/duet milestone {key} add "Pilot {n}" 2027-02-0{n} @ewa')
    duet.delivers_everything()
    edits = len(duet.slack.calls("chat.update"))
    duet.slack.change_channel(channel, "unarchive", by="ewa")
    shown = duet.person("anna").waits_for("Pilot 2", channel, pinned=True)
    assert "Pilot 1" in shown.text
    duet.delivers_everything()
    on_charter = [call for call in duet.slack.calls("chat.update")[edits:] if "Pilot" in call["arguments"]["text"]]
    assert len(on_charter) == 1


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks", "msg_blocks_too_long"])
def test_what_slack_refuses_for_its_content_is_shown_simpler_and_is_loud(duet: Office, code: str) -> None:
    """§16: our fault, as the log and `duet check` say; people read it all the same."""
    enqueue_text(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    duet.slack.fault(f"error:{code}", "chat.update", times=1)
    with capture_logs() as logs:
        revise_text(duet, "a", "two")
        send_last_message(duet)
    assert read_texts(duet) == ["two", "last"]
    faults = [entry for entry in logs if entry["event"] == "deliveries.fault"]
    assert [(entry["error"], entry["key"]) for entry in faults] == [(code, "a")]
    assert duet.bot.duet.deliveries.faults == 1
    said = [(each.level, each.text) for each in asyncio.run(collect_findings(duet.bot.settings))]
    assert ("bad", f"shown in a simpler form in {TEAM}: a (simplified:{code})") in said
    revise_text(duet, "a", "three")
    duet.person("ewa").waits_for("three")
    duet.delivers_everything()
    assert load_delivery(duet, "a").last_error is None


def test_a_refusal_that_stands_nowhere_is_loud_and_told(duet: Office) -> None:
    """§16: with a reference that the log has; once for each message."""
    duet.slack.fault("error:a_new_one", "chat.postMessage", times=1)
    with capture_logs() as logs:
        enqueue_text(duet, "a", "one")
        said = duet.person("ewa").waits_for(FAILED[1], "@duet").text  # her language is still a guess
    (fault,) = [entry for entry in logs if entry["event"] == "deliveries.fault"]
    assert (fault["error"], fault["is_listed"], fault["log_level"]) == ("a_new_one", False, "error")
    assert fault["reference"] in said
    found = [each.text for each in asyncio.run(collect_findings(duet.bot.settings)) if each.level == "bad"]
    assert f"not delivered in {TEAM}: a (a_new_one)" in found
    duet.delivers_everything()
    assert sum(FAILED[1] in text for text in read_texts(duet)) == 1


def test_an_edit_in_vain_keeps_the_newest_for_later(duet: Office) -> None:
    """What is revised while it is refused goes out as it is then."""
    enqueue_text(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    duet.slack.fault("error:missing_scope", "chat.update", times=1)
    revise_text(duet, "a", "two")
    duet.waits_until(lambda: load_delivery(duet, "a").status == "parked")
    duet.starts_again()
    duet.person("ewa").waits_for("two")


def test_what_was_given_up_is_tried_again(duet: Office) -> None:
    """Architecture §4: after a day of trouble the lane goes on; the retention's hour looks for it, and sends it."""
    enqueue_text(duet, "a", "one")
    duet.person("ewa").waits_for("one")
    with transaction(duet.database) as session:
        given_up = session.exec(select(Delivery).where(Delivery.key == "a")).one()
        given_up.version, given_up.content = 2, {"text": "two"}
        given_up.status, given_up.last_error = PARKED, "gave_up:timeout"
    retention.apply_retention(duet.database, duet.bot.duet.now())
    duet.person("ewa").waits_for("two")
