"""What Slack refuses for good: no retry storm, and each refusal ends before somebody's eyes (product §16)."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from sqlmodel import select

from bot.command_line.doctor import collect_findings
from storage.deliveries import Delivery, enqueue_delivery, revise_delivery
from storage.session import read_only_session, transaction
from tests.failures.test_deliveries import TEAM, enqueue_text, load_delivery, send_last_message
from tests.running import Office
from tests.scenarios.days import move_to_next_morning, run_due_work
from tests.scenarios.steps import (
    BUTTONS,
    EXECUTIVES,
    LEADS,
    activate_project,
    answer_request,
    click_button,
    fill_form,
    find_signing_message,
    has_sentence,
    move_to_tuesday_morning,
    project_channel,
    project_id,
    send_charter,
)

PERMANENT = [
    "is_archived",
    "not_in_channel",
    "user_disabled",
    "messages_tab_disabled",
    "edit_window_closed",
    "message_not_found",
    "metadata_too_large",
    "a code that nobody has heard of",
]
NOT_TOLD = "Slack nie pozwala mi napisać do"
LOST = ("nie mogę już pisać na kanale projektu", "can no longer post in its channel")
NO_CONVERSATION = "Slack nie pozwala mi otworzyć wspólnej rozmowy"
NOT_INSIDE = "nie mogę pisać na wybranym kanale"


def calls_to(duet: Office, channel: str) -> int:
    return sum(call["arguments"].get("channel") == channel for call in duet.slack.calls("chat.postMessage"))


def to_channel(duet: Office, key: str, text: str) -> None:
    """A message to a project's channel, as any feature sends it."""
    project = project_id(duet, key)
    with transaction(duet.database) as session:
        enqueue_delivery(
            session,
            team_id=TEAM,
            lane=f"project:{project}",
            key=text,
            kind="message",
            content={"text": text},
            project_id=project,
        )


def to_person(duet: Office, key: str, user_id: str, text: str) -> None:
    """A message about a project, as any feature sends it."""
    enqueue_text(duet, text, text, lane=f"dm:{user_id}", project_id=project_id(duet, key))


def list_findings(duet: Office) -> list[str]:
    return [finding.text for finding in asyncio.run(collect_findings(duet.bot.settings))]


def test_a_permanent_refusal_is_tried_once(duet: Office) -> None:
    """Whatever the code: one call, parked, and `duet check` names it; what comes after it goes on."""
    for code in PERMANENT:
        duet.slack.fault(f"error:{code}", "chat.postMessage", times=1)
        enqueue_text(duet, code, code)
        duet.delivers_everything()
        assert (load_delivery(duet, code).status, load_delivery(duet, code).error_code) == ("parked", code)
    send_last_message(duet)
    sent = Counter(call["arguments"]["text"] for call in duet.slack.calls("chat.postMessage"))
    assert all(sent[code] == 1 for code in PERMANENT)
    said = "\n".join(list_findings(duet))
    assert all(f"{code} ({code})" in said for code in PERMANENT if code != "messages_tab_disabled")
    assert f"workspace {TEAM}: Slack refuses direct messages (1 so far): switch on the Messages Tab" in said


def test_a_direct_message_that_is_gone_is_opened_again(duet: Office) -> None:
    """`channel_not_found`, as after a new installation: opened once more, and parked if that does not help."""
    enqueue_text(duet, "first", "first")
    duet.person("ewa").waits_for("first")
    duet.slack.fault("error:channel_not_found", "chat.postMessage", times=1)
    enqueue_text(duet, "a", "one")
    send_last_message(duet)
    assert [message.text for message in duet.person("ewa").reads("@duet")] == ["first", "one", "last"]
    duet.slack.fault("error:channel_not_found", "chat.postMessage", times=2)
    enqueue_text(duet, "b", "two")
    enqueue_text(duet, "end", "end")
    duet.person("ewa").waits_for("end")
    assert load_delivery(duet, "b").status == "parked"
    assert len(duet.slack.calls("chat.postMessage")) == 7


def archive_channel(duet: Office, channel: str) -> None:
    duet.slack.change_channel(channel, "archive", by="ewa")


def delete_channel(duet: Office, channel: str) -> None:
    duet.slack.change_channel(channel, "deleted", by="ewa")


def without_duet(duet: Office, channel: str) -> None:
    duet.slack.fault("error:not_in_channel", "chat.postMessage", times=1)


@pytest.mark.one_of(3)
@pytest.mark.parametrize("happened", [archive_channel, delete_channel, without_duet])
def test_a_channel_that_is_gone_is_told_to_the_leads(duet: Office, happened: Callable[[Office, str], None]) -> None:
    """`is_archived`, `channel_not_found`, `not_in_channel`: said once, with the way out, which brings it all."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    channel_id = duet.person("ewa").conversation(channel)
    before = calls_to(duet, channel_id)
    happened(duet, channel)
    duet.settles()  # of what Slack says of a channel, Duet hears before it posts there
    told = (NOT_INSIDE, "cannot post in the chosen channel") if happened is without_duet else LOST
    to_channel(duet, key, "news")
    ewa = duet.person("ewa")
    move_to_next_morning(duet, "10:01")
    asked = ewa.waits_for(told[0])
    duet.person("piotr").waits_for(told[1])
    if happened is without_duet:
        without_duet(duet, channel)
    to_channel(duet, key, "more news")
    duet.delivers_everything()
    said = [message.text for message in ewa.reads("@duet")]
    assert sum(NOT_INSIDE in text or LOST[0] in text for text in said) == 1
    assert 1 <= calls_to(duet, channel_id) - before <= 2  # one for each message at most, none again
    duet.slack.change_channel("nowy", "create", by="ewa", is_private=True)
    duet.slack.change_channel("nowy", "invite", by="ewa", whom="duet")
    assert fill_form(click_button(asked, "use_channel").form, {"channel": "#nowy"}).submit() is None
    ewa.waits_for("more news", "#nowy")
    assert [message.text for message in ewa.reads("#nowy")][:2] == ["news", "more news"]


def test_somebody_who_left_is_told_to_the_other_lead(duet: Office) -> None:
    """`user_disabled`: of each person a project hears once a week, however much they have missed."""
    key = send_charter(duet)
    find_signing_message(duet, "adam", key)
    duet.slack.change_person("piotr", deleted=True)
    duet.settles()
    for text in ("one", "two", "three"):
        to_person(duet, key, "U0PIOTR", text)
    ewa = duet.person("ewa")
    move_to_next_morning(duet)
    ewa.waits_for(NOT_TOLD)
    duet.delivers_everything()
    assert sum(NOT_TOLD in message.text for message in ewa.reads("@duet")) == 1
    assert len(duet.slack.calls("conversations.open")) < 10  # each message once


def test_if_neither_lead_can_be_reached_the_executives_are_told(duet: Office) -> None:
    """`user_disabled`, twice."""
    key = send_charter(duet)
    find_signing_message(duet, "adam", key)
    duet.settles()
    for handle in ("piotr", "ewa"):
        duet.slack.change_person(handle, deleted=True)
    duet.settles()
    to_person(duet, key, "U0PIOTR", "one")
    to_person(duet, key, "U0EWA", "two")
    move_to_next_morning(duet)
    for handle in ("adam", "anna"):
        person = duet.person(handle)
        person.waits_for(NOT_TOLD)
        duet.delivers_everything()
        named = [message.text for message in person.reads("@duet") if NOT_TOLD in message.text]
        assert any("Piotr" in text for text in named)
        assert any("Ewa" in text for text in named)


@pytest.mark.parametrize(("gone", "hears"), [("piotr", "ewa"), ("ewa", "piotr")])
def test_notices_that_do_not_arrive_are_told_to_the_other_lead(duet: Office, gone: str, hears: str) -> None:
    """What Duet gathers for a lead's morning, of two projects, belongs to none: each of them hears of it."""
    first, second = send_charter(duet), send_charter(duet, name="Drugi")
    move_to_next_morning(duet)
    for handle in (hears, "anna"):
        duet.slack.change_person(handle, tz="Europe/London")  # an hour after the other
    duet.settles()
    for key in (first, second):
        answer_request(duet, "adam", key, "sign")  # its leads hear of that in the morning
    duet.slack.fault("error:user_disabled", "chat.postMessage", times=1)
    move_to_next_morning(duet)
    move_to_next_morning(duet, "10:01")
    lines = [line for each in duet.person(hears).reads("@duet") for line in each.text.splitlines()]
    told = [line for line in lines if has_sentence(line, (NOT_TOLD, "Slack does not let me write to"))]
    assert len(told) == 2
    for key, line in zip((first, second), told, strict=True):
        assert key in line
        assert "@Piotr" in line if gone == "piotr" else "@Ewa" in line


def test_nobody_can_be_written_to_until_the_tab_is_switched_on(duet: Office) -> None:
    """`messages_tab_disabled`: no call twice, said in `duet check`; after a start everybody has their messages."""
    duet.slack.team_setting(messages_tab_disabled=True)
    key = send_charter(duet)
    duet.delivers_everything()
    assert len(duet.slack.calls("chat.postMessage")) == len(rows_of(duet)) == 4  # hello and the request, to two
    said = [text for text in list_findings(duet) if "Messages Tab" in text]
    assert len(said) == 1
    assert f"{TEAM}: Slack refuses direct messages (4 so far)" in said[0]
    duet.slack.team_setting(messages_tab_disabled=False)
    duet.starts_again()
    for handle in ("adam", "anna"):
        assert find_signing_message(duet, handle, key).buttons
    duet.delivers_everything()
    assert not [text for text in list_findings(duet) if "Messages Tab" in text]
    assert {found.status for found in rows_of(duet)} == {"delivered"}


def test_a_conversation_that_slack_refuses_is_had_in_direct_messages(duet: Office) -> None:
    """`restricted_action`: both executives have the same, with its buttons and why; it stays up to date (§4.7)."""
    key = send_charter(duet)
    for executive in EXECUTIVES:
        find_signing_message(duet, executive, key)
    move_to_tuesday_morning(duet)  # by then the leads' own conversations are open, which Slack does not refuse
    run_due_work(duet)
    duet.slack.fault("error:restricted_action", "conversations.open", times=1)
    answer_request(duet, "adam", key, "talk", "Zadzwonię")
    for executive in EXECUTIVES:
        seen = duet.person(executive).waits_for(NO_CONVERSATION, "@duet")
        assert ">Zadzwonię" in seen.text
        assert has_sentence(str(seen.buttons), BUTTONS["propose"])
    answer_request(duet, "anna", key, "decline", "Za wcześnie")
    duet.delivers_everything()
    assert ">Za wcześnie" in duet.person("adam").waits_for(NO_CONVERSATION, "@duet").text
    assert not [each for lead in LEADS for each in duet.person(lead).reads("@duet") if "Zadzwonię" in each.text]


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed"])
def test_a_charter_that_cannot_be_edited_is_posted_and_pinned_anew(duet: Office, code: str) -> None:
    """What hangs on a message hangs on the one that takes its place."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    duet.slack.fault(f"error:{code}", "chat.update", times=1)
    with transaction(duet.database) as session:
        posted = session.exec(select(Delivery).where(Delivery.kind == "charter_post")).one()
        revise_delivery(session, team_id=TEAM, key=posted.key, content={"text": "as it is now"})
    duet.person("ewa").waits_for("as it is now", channel, pinned=True)
    duet.delivers_everything()
    assert len(duet.slack.calls("pins.add")) == 2


def rows_of(duet: Office) -> list[Delivery]:
    with read_only_session(duet.database) as session:
        return list(session.exec(select(Delivery)))
