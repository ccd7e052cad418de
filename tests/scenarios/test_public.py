"""Private and public projects: who sees what of them, and who decides that (product §14)."""

import pytest

from tests.running import Office
from tests.scenarios.days import move_to_monday, move_to_next_morning, polish_date, run_due_work
from tests.scenarios.lifecycle_steps import channel_posts, messages_containing, withdraw_project
from tests.scenarios.register_steps import register_asset
from tests.scenarios.roles import (
    CAST,
    EDITORS,
    INTERNAL,
    ROLES,
    SEES,
    forge_click_as,
    person_in_role,
    room_of,
    set_up_active_project,
)
from tests.scenarios.steps import (
    GOAL,
    NAME,
    NOT_FOUND,
    activate_project,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    forge_click_in_message,
    has_sentence,
    project_id,
    revise_charter,
    send_charter,
)

ONLY_OUTLINE = ("widzisz to, co publiczne", "you see what is public")
PUBLIC, PRIVATE = ("Upublicznij", "Make public"), ("Ukryj", "Make private")
"""Those who have no part in the project, but work in the company."""
MEANS = ("nazwę, cel, stan i daty, nic więcej", "name, goal, status and dates, and nothing else")


def presses_in_card(duet: Office, key: str, by: str, either: tuple[str, ...]) -> str:
    close_forms(duet.person(by))
    shown = duet.person(by).types(f"/duet show {key}")
    (label,) = set(shown.buttons) & set(either)
    said = shown.click(label).text
    run_due_work(duet)
    return str(said)


def type_in_role(duet: Office, role: str, text: str) -> str:
    close_forms(person_in_role(duet, role))
    return str(person_in_role(duet, role).types(f"/duet {text}", room_of(role)).text)


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Europe/London"])
def test_a_public_project_is_seen_by_everybody_internal(duet: Office, zone: str) -> None:
    """§14: name, goal, status and dates, in the reader's language, and nothing else."""
    for handle in ROLES.values():
        if handle != "zenek" and handle not in {seed.handle for seed in CAST}:
            duet.slack.change_person(handle, tz=zone)
    key = activate_project(duet)
    register_asset(duet.person("ewa"), f'{key} klienci "Lista klientów" @ewa')
    word = ("prywatny", "publiczny") if zone == "Europe/Warsaw" else ("private", "public")
    ola = duet.person("ola")
    assert has_sentence(type_in_role(duet, "colleague", f"show {key}"), NOT_FOUND)
    shown = duet.person("piotr").types(f"/duet show {key}")
    assert "· private" in shown.text
    assert has_sentence(shown.text, MEANS)
    assert has_sentence(presses_in_card(duet, key, "piotr", PUBLIC), MEANS)
    assert f"· {word[1]}" in duet.person("anna").types(f"/duet show {key}").text

    for command in (f"show {key}", key, f"show {NAME[:8]}", "list all", "list piątki"):
        reply = ola.types(f"/duet {command}")
        for told in (key, NAME, GOAL, "aktywny" if zone == "Europe/Warsaw" else "active"):
            assert told in reply.text, (command, told)
        assert not reply.buttons, command
        for kept in ("120", "@Adam", "@Piotr", "@Anna", "Lista klientów", "#duet-", "Koszyki", "%", "Warsaw"):
            assert kept not in reply.text, (command, kept)
    assert NAME not in ola.types("/duet list").text
    assert NAME not in ola.types("/duet").text


def test_the_dates_are_those_of_the_charter_that_governs(duet: Office) -> None:
    """§14, §4.4: what is proposed is not public before it is signed; a new name counts at once."""
    day = move_to_monday(duet)
    ends, later = day.replace(year=day.year + 1), day.replace(year=day.year + 2)
    key = activate_project(duet, starts_on=day.isoformat(), ends_on=ends.isoformat())
    presses_in_card(duet, key, "adam", PUBLIC)
    revise_charter(duet, key, by="anna", ends_on=later.isoformat(), goal="Coś całkiem innego", name="Nowa nazwa")
    shown = type_in_role(duet, "colleague", f"show {key}")
    for told in (polish_date(day), polish_date(ends), GOAL, "Nowa nazwa"):
        assert told in shown
    assert "Coś całkiem innego" not in shown


def test_nobody_else_sees_it_and_nobody_sees_more(duet: Office) -> None:
    """§14: no guest, no stranger, nobody elsewhere or deactivated; and for colleagues all else stays not found."""
    place = set_up_active_project(duet)
    duet.slack.change_person("mike", is_stranger=True)
    presses_in_card(duet, place.key, "anna", PUBLIC)
    with expect_no_change(duet):
        for role in ROLES:
            listed = type_in_role(duet, role, "list all")
            assert (NAME in listed) == (role in SEES | INTERNAL), (role, listed)
            if role not in SEES | INTERNAL:
                text = type_in_role(duet, role, f"show {place.key}")
                assert has_sentence(text, NOT_FOUND) or role == "stranger", (role, text)
                assert NAME not in text
                assert (
                    NAME not in forge_click_as(duet, role, "project.show", place.ids["number"], room_of(role)).text
                )
        with expect_refusal(duet):
            for role in sorted(INTERNAL - SEES):
                key = place.key
                assert NAME in forge_click_as(duet, role, "project.show", place.ids["number"], room_of(role)).text
                for command in (
                    *(f"own {key}", f"team {key}", f"log {key}", f"checkin {key}", f"checkin {key} now"),
                    *(f"milestone {key}", f"export {key} json", f"export {key} ics", f"edit {key}"),
                    *(f"pause {key}", f"withdraw {key}", f"team {key} add", f"log {NAME[:8]}"),
                ):
                    text = type_in_role(duet, role, command)
                    said = ONLY_OUTLINE if key in command else NOT_FOUND
                    assert has_sentence(text, said), (role, command, text)
                    assert NAME not in text, (role, command)
                for action, said in (("timetable.page", NOT_FOUND), ("project.log_page", ONLY_OUTLINE)):
                    reply = forge_click_as(duet, role, action, f"{place.ids['project']}:1", "#general")
                    assert has_sentence(reply.text, said)
    duet.slack.change_person("ola", is_restricted=True)
    duet.settles()
    assert NAME not in type_in_role(duet, "colleague", "list all")
    duet.slack.change_person("ola", is_restricted=False, deleted=True)
    duet.settles()
    message = duet.person("nadia").types("/duet").messages[-1]
    with expect_refusal(duet, "error.not_for_you"):  # the deactivated cannot even log in
        forged = forge_click_in_message(
            duet.person("nadia"), message, "project.show", place.ids["number"], user={"id": "U0OLA"}
        )
    assert NAME not in forged.text


def test_private_again_it_is_hidden_again(duet: Office) -> None:
    """§14: told to everybody in it, and logged; pressing twice says and logs nothing new."""
    key = activate_project(duet)
    before = len(channel_posts(duet, key))
    presses_in_card(duet, key, "anna", PUBLIC)
    assert NAME in type_in_role(duet, "colleague", f"show {key}")
    move_to_next_morning(duet)
    old_card = duet.person("ewa").types(f"/duet show {key}")
    presses_in_card(duet, key, "ewa", PRIVATE)
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(type_in_role(duet, "colleague", f"show {key}"), NOT_FOUND)
    assert NAME not in type_in_role(duet, "colleague", "list all")
    with expect_no_change(duet):
        assert "jest teraz prywatny" in old_card.click("Ukryj").text
    move_to_next_morning(duet)
    told = [each.text for each in channel_posts(duet, key)[before:] if NAME in each.text]
    assert len(told) == 2
    assert "jest teraz publiczny (@Anna Żuraw): cała firma widzi" in told[0]
    assert "jest teraz prywatny (@Ewa Błysk)" in told[1]
    log = type_in_role(duet, "CIO", f"log {key}")
    assert log.count("Projekt jest publiczny") == log.count("Projekt jest prywatny") == 1


def test_only_leads_and_executives_decide_it(duet: Office) -> None:
    """§14: whatever was forged; others have no button; the other workspace has its own D-1."""
    place = set_up_active_project(duet)
    with expect_refusal(duet):
        for role in ROLES:
            if role not in EDITORS:
                text = forge_click_as(duet, role, "life.public", str(place.ids["project"]), room_of(role)).text
                assert NAME not in text, role
        for role in ("drafter", "member", "guest and member"):
            buttons = person_in_role(duet, role).types(f"/duet show {place.key}", room_of(role)).buttons
            assert not set(buttons) & {*PUBLIC, *PRIVATE}, role
    duet.slack.change_person("ewa", is_restricted=True)
    duet.settles()
    ewa = duet.person("ewa")
    assert "Upublicznij" not in ewa.types(f"/duet show {place.key}", "#promocje").buttons
    message = ewa.types("/duet", "#promocje").messages[-1]
    with expect_refusal(duet, "error.not_found"):
        forge_click_in_message(ewa, message, "life.public", str(place.ids["project"]))


def test_drafts_are_never_public(duet: Office) -> None:
    """§14: from when it is sent for signature on, until it is off the table; the executives and leads are told."""
    draft = draft_charter(duet, name="Szkic")
    assert "Upublicznij" not in duet.person("anna").types(f"/duet show {draft}").buttons
    message = duet.person("anna").types("/duet").messages[-1]
    with expect_refusal(duet, "error.not_in_this_state"):
        forge_click_in_message(duet.person("anna"), message, "life.public", str(project_id(duet, draft)))
    key = send_charter(duet, name="Do podpisu")
    presses_in_card(duet, key, "anna", PUBLIC)
    move_to_next_morning(duet)
    for handle in ("adam", "piotr", "ewa"):
        assert (
            len(messages_containing(duet, handle, MEANS[0]) + messages_containing(duet, handle, MEANS[1])) == 1
        ), handle
    assert not messages_containing(duet, "anna", MEANS[0])
    assert "Do podpisu" in type_in_role(duet, "colleague", "list all")
    withdraw_project(duet, key)
    assert "Do podpisu" not in type_in_role(duet, "colleague", "list all")
    presses_in_card(duet, key, "anna", PRIVATE)
