"""Who may do what: each role, by command and by what only a forger would send (product §14)."""

import pytest

from playground.driver import PersonDriver
from tests.running import Office
from tests.scenarios.steps import (
    GOAL,
    NOT_ALLOWED,
    NOT_FOR_YOU,
    NOT_FOUND,
    NOT_YOUR_SIGNATURE,
    active,
    drafted,
    hands_in,
    opened,
    option,
    presses,
    project_id,
    put_away,
    refused,
    request_id,
    says,
    sent,
    unchanged,
)

# Who is what, in a project that jan has drafted.
ROLES = {
    "CIO": "adam",
    "CMO": "anna",
    "IT lead": "piotr",
    "marketing lead": "ewa",
    "drafter": "jan",
    "colleague": "ola",
    "admin": "roman",
    "guest": "gosia",
    "stranger": "mike",
}
EXECUTIVES = {"CIO", "CMO"}
EDITORS = EXECUTIVES | {"IT lead", "marketing lead"}
INSIDE = EDITORS | {"drafter"}
OUTSIDE = ROLES.keys() - INSIDE

EVERY_ROLE = pytest.mark.parametrize("role", ROLES)


def acts_as(duet: Office, role: str) -> PersonDriver:
    if role == "stranger":
        duet.slack.change_person("mike", is_stranger=True)
        duet.settles()
    return duet.person(ROLES[role])


def room(role: str) -> str:
    return "#promocje" if role in ("guest", "stranger") else "#general"


def denial(role: str) -> tuple[str, str]:
    return NOT_FOR_YOU if role == "stranger" else NOT_FOUND


def forged(person: PersonDriver, role: str, action: str, value: str) -> str:
    """A click that was never offered; what is said. A reply opens a form or is a sentence."""
    put_away(person)
    if role == "stranger":
        return ""  # gets no message to click in: see test_hostile
    message = person.types("/duet", room(role)).messages[-1]
    overrides = {"actions": [{"action_id": action, "value": value}]}
    reply = person.forges("block_actions", overrides, message=message, button=message.buttons[-1])
    return person.form.text if person.form is not None else reply.text


@EVERY_ROLE
def test_who_sees_a_project(duet: Office, role: str) -> None:
    """§14: private: its executives, leads and drafter; for all others it is not there."""
    key = sent_by_jan(duet)
    person = acts_as(duet, role)
    with unchanged(duet):
        shown = person.types(f"/duet show {key}", room(role)).text
        listed = person.types("/duet list all", room(role)).text
        log = person.types(f"/duet log {key}", room(role)).text
        clicked = [forged(person, role, action, key.removeprefix("D-")) for action in ("project.show", "pick.show")]
        logged = forged(person, role, "project.log_page", f"{key.removeprefix('D-')}:1")
    if role in INSIDE:
        assert GOAL in shown
        assert key in listed
        assert all(GOAL in text for text in clicked)
    else:
        assert says(shown, denial(role))
        assert key not in listed
        assert all(GOAL not in text for text in clicked)
    if role in EDITORS:
        assert says(log, ("Dziennik:", "Log of"))
        assert says(logged, ("Dziennik:", "Log of"))
    elif role == "drafter":
        assert says(log, NOT_ALLOWED)
        assert says(logged, NOT_ALLOWED)
    else:
        assert says(log, denial(role))
        assert "@" not in logged


def sent_by_jan(duet: Office) -> str:
    """A project in signing: a colleague without a seat drafted it, and a lead sent it."""
    key = drafted(duet, by="jan")
    assert presses(duet.person("ewa"), "charter.send", f"{project_id(duet, key)}:1").ok
    return key


@EVERY_ROLE
def test_who_edits_a_draft(duet: Office, role: str) -> None:
    """§14, §4.2: leads, executives and whoever drafted it."""
    key = drafted(duet, by="jan")
    value = f"{project_id(duet, key)}:1"
    person = acts_as(duet, role)
    with unchanged(duet):
        put_away(person)
        reply = person.types(f"/duet edit {key}", room(role))
        assert (person.form is not None) == (role in INSIDE), reply.text
        if role not in INSIDE:
            assert says(reply.text, denial(role))
        put_away(person)
        text = forged(person, role, "charter.edit", value)
        assert says(text, ("Nazwa projektu", "Project name")) == (role in INSIDE)


@EVERY_ROLE
def test_who_edits_what_is_being_signed(duet: Office, role: str) -> None:
    """§14: leads and executives; not the drafter any more."""
    key = sent_by_jan(duet)
    person = acts_as(duet, role)
    with unchanged(duet):
        put_away(person)
        reply = person.types(f"/duet edit {key}", room(role))
        assert (person.form is not None) == (role in EDITORS), reply.text
        if role == "drafter":
            assert says(reply.text, NOT_ALLOWED)


@EVERY_ROLE
def test_who_sends_a_draft(duet: Office, role: str) -> None:
    """§14, §4.2: a named lead or executive, whoever drafted it."""
    key = drafted(duet, by="jan")
    value = f"{project_id(duet, key)}:1"
    person = acts_as(duet, role)
    if role == "stranger":
        assert says(person.types("/duet", room(role)).text, NOT_FOR_YOU)
        return
    if role in EDITORS:
        text = forged(person, role, "charter.send", value)
        assert says(text, ("w drodze", "on its way")), text
        assert request_id(duet, key)
        return
    with refused(duet, "NotAllowed" if role == "drafter" else "NotFound"):
        text = forged(person, role, "charter.send", value)
    assert says(text, NOT_ALLOWED if role == "drafter" else NOT_FOUND), text


@EVERY_ROLE
def test_who_signs(duet: Office, role: str) -> None:
    """§14: that executive, nobody else."""
    key = sent_by_jan(duet)
    asked = request_id(duet, key)
    person = acts_as(duet, role)
    put_away(person)
    reply = person.types(f"/duet sign {key}", room(role))
    if role in EXECUTIVES:
        assert person.form is not None
        assert GOAL in person.form.text
        put_away(person)
        assert GOAL in forged(person, role, "signing.read", str(asked))
        return
    assert person.form is None
    assert says(reply.text, NOT_YOUR_SIGNATURE if role in INSIDE else denial(role)), reply.text
    if role == "stranger":
        return
    with refused(duet):
        text = forged(person, role, "signing.read", str(asked))
        assert says(text, NOT_YOUR_SIGNATURE) or says(text, NOT_FOR_YOU), text
    put_away(person)
    opened(person, "/duet settings", room(role))
    with refused(duet):
        text = hands_in(person, "signing.answer", f'{{"request": {asked}}}', {"answer": option("sign")})
        assert says(text, NOT_YOUR_SIGNATURE) or says(text, NOT_FOR_YOU), text


@EVERY_ROLE
def test_who_chooses_the_channel(duet: Office, role: str) -> None:
    """§14, §4.3: leads and executives."""
    key = active(duet)
    project = project_id(duet, key)
    person = acts_as(duet, role)
    if role == "stranger":
        return
    opened(person, "/duet settings", room(role))
    chosen = {"channel": {"type": "conversations_select", "selected_conversation": "C0PROMOCJE"}}
    meta = f'{{"project": {project}}}'
    if role in EDITORS:
        hands_in(person, "charter.channel", meta, chosen)
        duet.settles()
        assert "#promocje" in duet.person("anna").types(f"/duet show {key}").text
        return
    with refused(duet, "NotFound"):
        assert says(hands_in(person, "charter.channel", meta, chosen), NOT_FOUND)


def test_a_lead_who_became_a_guest_changes_nothing(duet: Office) -> None:
    """§14: what needs a colleague is asked at each step."""
    key, draft = active(duet), drafted(duet, name="Szkic")
    asked = sent(duet, name="Trzeci")
    duet.slack.change_person("ewa", is_restricted=True)
    duet.settles()
    ewa = duet.person("ewa")
    chosen = {"channel": {"type": "conversations_select", "selected_conversation": "C0PROMOCJE"}}
    opened(ewa, "/duet settings", "#promocje")
    with refused(duet):
        assert hands_in(ewa, "charter.channel", f'{{"project": {project_id(duet, key)}}}', chosen)
    put_away(ewa)
    with refused(duet):
        forged(ewa, "guest", "charter.send", f"{project_id(duet, draft)}:1")
    for project in (draft, asked):
        with refused(duet):
            ewa.types(f"/duet edit {project}", "#promocje")
        assert ewa.form is None
