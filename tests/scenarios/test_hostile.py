"""People who may not, and payloads that no client sends: refused, said clearly, logged, nothing changed."""

from typing import Any

import pytest

from tests.driving import PersonDriver
from tests.running import Office
from tests.scenarios.steps import (
    GOAL,
    NOT_FOR_YOU,
    NOT_FOUND,
    SIGNED_BY_OTHERS,
    activate_project,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    find_signing_message,
    first_step_values,
    forge_click,
    forge_click_in_message,
    forge_submission,
    has_sentence,
    open_form,
    open_signing_form,
    option_state,
    project_id,
    query_one,
    request_id,
    second_step_values,
    send_charter,
    sign_charter,
    submit_form,
    text_state,
)

GARBAGE = (
    "",
    "0",
    "-1",
    "1.5",
    "1e9",
    "٣",
    "²",
    "99",
    "2147483648",
    "9" * 5000,
    "1; DROP TABLE projects",
    "D-1",
    "<!channel>",
    "null",
    ":",
    "1:",
    "1:1:1",
    "🦔",
)
GARBAGE_META = (
    "",
    "{",
    "[]",
    "null",
    "7",
    '"x"',
    "{}",
    '{"request": null}',
    '{"request": "1"}',
    '{"request": true}',
    '{"request": -1}',
    '{"request": 1.0}',
    '{"request": 99}',
    '{"request": [1]}',
    '{"request": 4294967297}',
    '{"request": ' + "9" * 5000 + "}",
    "[" * 5000,
)
SIGN = {"answer": option_state("sign"), "reason": text_state("")}


def forge_signature(person: PersonDriver, request: int) -> str:
    """What somebody is told who forges the form with its answer `sign`."""
    said = forge_submission(person, "signing.answer", f'{{"request": {request}}}', SIGN)
    close_forms(person)
    return said


@pytest.mark.parametrize("who", ["ewa", "jan", "piotr", "nadia", "roman"])
def test_somebody_else_cannot_sign(duet: Office, who: str) -> None:
    """§14, §4.2: only that executive; not a lead, a colleague, or a Slack admin. Who is not of the project does not
    learn that something is to be signed there.
    """
    key = send_charter(duet, by="jan", lead_it="@jan")
    person, asked = duet.person(who), request_id(duet, key)
    said = SIGNED_BY_OTHERS if who in ("ewa", "jan") else NOT_FOUND
    for number, answer in ((asked, said), (asked + 99, NOT_FOUND)):
        with expect_refusal(duet):
            assert has_sentence(forge_click(person, "signing.read", str(number)).text, answer)
        with expect_refusal(duet):
            assert has_sentence(forge_signature(person, number), answer)


def test_the_executives_own_message_cannot_be_clicked_by_another(duet: Office) -> None:
    """§14: the very button that asks adam, with somebody else behind the click."""
    key = send_charter(duet)
    adam = duet.person("adam")
    message = find_signing_message(duet, "adam", key)
    with expect_refusal(duet):
        adam.forges("block_actions", {"user": {"id": "U0EWA"}}, message=message, button=message.buttons[0])
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    with expect_refusal(duet):
        shown = adam.forges("view_submission", {"user": {"id": "U0EWA"}}).form
    assert shown is not None
    assert has_sentence(shown.text, SIGNED_BY_OTHERS)
    shown.close()
    assert "Podpisane: " in submit_form(form).text


def test_an_id_of_another_project_is_no_way_in(duet: Office) -> None:
    """§14: a button value or metadata swapped for another project's."""
    mine = send_charter(duet)
    theirs = send_charter(
        duet, by="jan", name="Cudzy", cio="@jan", cmo="@ola", lead_it="@nadia", lead_marketing="@mike"
    )
    adam, anna = duet.person("adam"), duet.person("anna")
    message = find_signing_message(duet, "adam", mine)
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(
            forge_click_in_message(adam, message, "signing.read", str(request_id(duet, theirs))).text, NOT_FOUND
        )
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forge_signature(adam, request_id(duet, theirs)), NOT_FOUND)
    for action, value in (
        ("charter.send", f"{project_id(duet, theirs)}:1"),
        ("charter.edit", f"{project_id(duet, theirs)}:1"),
        ("charter.use_channel", f"{project_id(duet, theirs)}:1"),
        ("project.show", theirs.removeprefix("D-")),
        ("project.log_page", f"{theirs.removeprefix('D-')}:1"),
        ("pick.show", theirs.removeprefix("D-")),
        ("pick.edit", theirs.removeprefix("D-")),
    ):
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(forge_click(anna, action, value).text, NOT_FOUND), action


def test_an_id_of_another_workspace_is_not_found(duet: Office) -> None:
    """§14: nothing of one workspace is ever seen in another."""
    key = activate_project(duet)
    project, asked = project_id(duet, key), request_id(duet, key)
    for handle in ("basia", "anna"):
        person = duet.person(handle, "T0KIOSK")
        assert has_sentence(person.types("/duet").text, ("Nie masz teraz", "You have no joint project"))
        for command in (f"show {key}", f"log {key}", f"sign {key}", f"edit {key}"):
            assert has_sentence(person.types(f"/duet {command}").text, NOT_FOUND), command
        for action, value in (
            ("signing.read", str(asked)),
            ("charter.send", f"{project}:1"),
            ("charter.use_channel", f"{project}:1"),
            ("project.show", "1"),
            ("pick.log", "1"),
        ):
            with expect_refusal(duet, "error.not_found"):
                assert has_sentence(forge_click(person, action, value).text, NOT_FOUND), action
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(forge_signature(person, asked), NOT_FOUND)
        channel = {"channel": {"type": "conversations_select", "selected_conversation": "C1GENERAL"}}
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(
                forge_submission(person, "charter.channel", f'{{"project": {project}}}', channel), NOT_FOUND
            )
        close_forms(person)


def test_each_workspace_counts_its_own_projects(duet: Office) -> None:
    """§1: the key is numbered per workspace."""
    key = draft_charter(duet)
    basia = duet.person("basia", "T0KIOSK")
    people = {"cio": "@basia", "cmo": "@zenek", "lead_it": "@basia", "lead_marketing": "@zenek"}
    second = submit_form(fill_form(open_form(basia, "/duet new"), first_step_values(duet, name="Kiosk")))
    assert key in submit_form(fill_form(second, second_step_values(duet) | people)).title
    close_forms(basia)
    assert "Kiosk" in basia.types(f"/duet show {key}").text
    assert "Kiosk" not in duet.person("anna").types(f"/duet show {key}").text
    assert query_one(duet, "SELECT count(*) FROM projects WHERE number = 1") == 2


def test_garbage_in_a_button_is_not_found(duet: Office) -> None:
    """§14, §16: garbage, huge and negative ids; never "our fault"."""
    send_charter(duet)
    anna = duet.person("anna")
    message = anna.types("/duet").messages[0]
    actions = ("signing.read", "charter.send", "project.show", "project.log_page", "project.page", "pick.show")
    with expect_refusal(duet, "error.not_found"):
        for action in actions:
            for value in GARBAGE:
                reply = forge_click_in_message(anna, message, action, value)
                assert has_sentence(reply.text, NOT_FOUND), (action, value[:20], reply)
    with expect_no_change(duet):
        for action in ("charter.unknown", "x" * 255, "", "🦔", "charter"):
            assert forge_click_in_message(anna, message, action, "1").ok, action


def test_garbage_in_a_form_is_not_found(duet: Office) -> None:
    """§14, §16"""
    send_charter(duet)
    adam = duet.person("adam")
    with expect_refusal(duet, "error.not_found"):
        for meta in GARBAGE_META:
            assert has_sentence(forge_submission(adam, "signing.answer", meta, SIGN), NOT_FOUND), meta[:30]
            close_forms(adam)
        for meta in ('{"project": 99, "version": 1}', '{"project": "x"}', '{"project": 4294967296}', "[[["):
            assert has_sentence(forge_submission(adam, "charter.second", meta, {}), NOT_FOUND), meta
            close_forms(adam)
        meta = f'{{"request": {request_id(duet, "D-1")}}}'
        for answer in ("", "yes", "SIGN", "sign ", "podpis", "x" * 5000, "\x00"):
            assert has_sentence(
                forge_submission(adam, "signing.answer", meta, {"answer": option_state(answer)}), NOT_FOUND
            ), answer[:10]
            close_forms(adam)
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forge_submission(adam, "signing.answer", meta, {}), NOT_FOUND)
    close_forms(adam)
    open_form(adam, "/duet settings")
    with expect_no_change(duet):
        adam.forges("view_submission", {"view": {"callback_id": "charter.unknown"}})


def test_a_second_step_without_a_first_is_not_found(duet: Office) -> None:
    """§16: the kept first step was used, or never was."""
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forge_submission(duet.person("ewa"), "charter.second", "{}", {}), NOT_FOUND)


@pytest.mark.parametrize(
    "change",
    [{"is_restricted": True}, {"is_ultra_restricted": True}, {"deleted": True}, {"is_stranger": True}],
    ids=["guest", "single-channel guest", "deactivated", "stranger"],
)
def test_an_executive_who_is_no_colleague_any_more_signs_nothing(duet: Office, change: dict[str, Any]) -> None:
    """§14, §4.1: rights are checked where the change is made, not where the button was drawn."""
    key = send_charter(duet)
    adam = duet.person("adam")
    message = find_signing_message(duet, "adam", key)
    fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    duet.slack.change_person("adam", **change)
    duet.settles()
    with expect_refusal(duet, "error.not_for_you"):
        shown = adam.forges("view_submission").form
    assert shown is not None
    assert has_sentence(shown.text, NOT_FOR_YOU)
    with expect_refusal(duet, "error.not_for_you"):
        adam.forges("block_actions", message=message, button=message.buttons[0])
    sign_charter(duet, key, "anna")
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text


@pytest.mark.parametrize("who", ["duet", "mike"], ids=["bot", "stranger"])
def test_bots_and_strangers_do_nothing(duet: Office, who: str) -> None:
    """§14: people of other organisations cannot take part; no bot acts."""
    key = activate_project(duet)
    if who == "mike":
        duet.slack.change_person("mike", is_stranger=True)
        duet.settles()
    person = duet.person(who)
    for text in ("", "new", "list", f"show {key}", "settings", "help"):
        with expect_refusal(duet, "error.not_for_you"):
            reply = person.forges("slash_command", {"text": text}, where="#general")
            assert has_sentence(reply.text, NOT_FOR_YOU), text
    close_forms(person)
    message = duet.person("adam").types("/duet").messages[0]
    someone: dict[str, Any] = {"user": {"id": person.id}}
    for action, value in (
        ("signing.read", "1"),
        ("charter.send", "1:1"),
        ("project.show", "1"),
        ("charter.new", ""),
    ):
        with expect_refusal(duet, "error.not_for_you"):
            forge_click_in_message(duet.person("adam"), message, action, value, **someone)


def test_somebody_whom_slack_does_not_know_does_nothing(duet: Office) -> None:
    """§14"""
    send_charter(duet)
    adam = duet.person("adam")
    for user in ("U9NOBODY", "<!channel>", "W" * 5000):
        with expect_refusal(duet, "error.not_for_you"):
            adam.forges("slash_command", {"user_id": user, "text": "list"}, where="#general")


def test_another_workspaces_payload_is_refused(duet: Office) -> None:
    """§14: a team that Duet is not installed in, or one that does not fit the person."""
    key = send_charter(duet)
    adam = duet.person("adam")
    with expect_no_change(duet):
        adam.forges("slash_command", {"team_id": "T9NOWHERE", "text": f"show {key}"}, where="#general")
        reply = adam.forges("slash_command", {"team_id": "T0KIOSK", "text": f"show {key}"}, where="#general")
        assert GOAL not in reply.text


def test_a_guest_in_a_shared_channel_is_told_that_projects_are_not_theirs(duet: Office) -> None:
    """§14, §16"""
    gosia = duet.person("gosia")
    for command in ("new", "nowy Projekt"):
        with expect_refusal(duet, "error.not_for_you"):
            assert has_sentence(gosia.types(f"/duet {command}", "#promocje").text, NOT_FOR_YOU)
    for command in ("", "list", "show", "sign", "help"):
        assert "po naszej stronie" not in gosia.types(f"/duet {command}", "#promocje").text


def test_a_reason_past_the_forms_limit_is_refused(duet: Office) -> None:
    """§16: 10,000 characters forged past what the form takes."""
    key = send_charter(duet)
    adam = duet.person("adam")
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "decline"})
    with expect_refusal(duet):
        adam.forges(
            "view_submission", {"view": {"state": {"values": {"reason": {"value": {"value": "x" * 10_000}}}}}}
        )
    shown = adam.form
    assert shown is not None
    assert "najwyżej 500" in field_errors(shown)["reason"]
    assert form.id == shown.id
