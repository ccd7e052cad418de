"""Each sentence of product §14, and what everybody finds who looks: nothing of what is not theirs."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pytest

from tests.running import Office
from tests.scenarios.days import run_due_work
from tests.scenarios.export_steps import list_files
from tests.scenarios.roles import (
    EDITORS,
    INTERNAL,
    ROLES,
    SEES,
    TEAM,
    Place,
    forge_click_as,
    own,
    person_in_role,
    room_of,
    set_up_assets,
    set_up_blocker,
    set_up_draft,
)
from tests.scenarios.steps import GOAL, NAME, close_forms, expect_refusal, has_sentence
from tests.scenarios.test_matrix import DENIALS

SEATED = ("IT lead", "marketing lead", "CIO", "CMO")


class Sentence(NamedTuple):
    """Of §14; the command that shows what it is about; words in that; who reads them."""

    says: str
    command: str
    words: tuple[str, ...]
    readers: Iterable[str]


SIGNED = (
    Sentence("private by default: its members, leads and executives see it", "show {key}", (GOAL,), SEES),
    Sentence("whoever drafted it, until it is signed", "list all", (NAME, "D-1"), SEES),
    Sentence("log: leads and executives", "log {key}", ("Raport",), EDITORS),
    Sentence("check-in answers: the team", "checkin {key}", ("Check-in", "check-in"), SEES),
    Sentence("register", "own {key}", ("Lista",), TEAM),
    Sentence("looking up an owner: everybody internal", "who lista", ("@Aleksandra Plakat",), INTERNAL),
    Sentence("home post of a member: the team", "team {key}", ("Stanowisko: tomek",), SEES),
    Sentence("the timetable, as the project", "milestone {key}", ("Raport",), SEES),
)
DRAFTED = (
    Sentence("whoever drafted it, until it is signed", "show {key}", (GOAL,), SEES | {"drafter"}),
    Sentence("home post of a member: the team", "team {key}", ("Stanowisko: tomek",), SEES | {"drafter"}),
    Sentence("log: leads and executives", "log {key}", ("tomek", "Tomasz"), EDITORS),
)
NEVER = (NAME, GOAL, "Stanowisko: tomek", "Raport")
"""Words that nobody reads in a refusal."""


def _looks(place: Place, sentences: Iterable[Sentence], readers: Mapping[str, Iterable[str]]) -> None:
    with expect_refusal(place.duet):
        for sentence in sentences:
            for role in ROLES:
                who = person_in_role(place.duet, role)
                text = who.types(f"/duet {sentence.command.format(**place.ids)}", room_of(role)).text
                case = (sentence.says, role, text)
                if role in readers[sentence.says]:
                    assert has_sentence(text, sentence.words), case
                elif sentence.command == "list all":
                    assert not has_sentence(text, (NAME, f"{place.key} ")), case
                else:
                    assert has_sentence(text, DENIALS), case
                    assert not has_sentence(text, NEVER), case


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # rights know nothing of the database
def test_who_reads_what_of_a_signed_project(duet: Office) -> None:
    """§14: sentence by sentence; and nothing any more once who has a seat is a guest."""
    place = set_up_assets(duet)
    duet.slack.change_person("mike", is_stranger=True)
    run_due_work(duet)
    _looks(place, SIGNED, {each.says: set(each.readers) - {"elsewhere"} for each in SIGNED})
    for role in SEATED:
        duet.slack.change_person(ROLES[role], is_restricted=True)
    run_due_work(duet)
    _looks(place, SIGNED, {each.says: set(each.readers) - {*SEATED, "elsewhere"} for each in SIGNED})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_reads_what_of_a_draft(duet: Office) -> None:
    """§14: its drafter, besides its own people; whom the draft had in its team for a while, not."""
    place = set_up_draft(duet)
    duet.slack.change_person("mike", is_stranger=True)
    run_due_work(duet)
    _looks(place, DRAFTED, {each.says: each.readers for each in DRAFTED})


ANSWERED = ("Pilot", "Brak danych")  # in tomek's check-in
NOT_KEPT = ("Treść tej wiadomości przechowuję", "These messages are kept for")
FOR_EDITORS = ("log", "decisions", "successions")  # sections of a file


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_reads_what_in_a_file(duet: Office) -> None:
    """§13.3, §14: as on the screen; who may not have one is told no word of what would be in it."""
    place = set_up_blocker(duet)
    duet.slack.change_person("mike", is_stranger=True)
    run_due_work(duet)
    for role in ROLES:
        who = person_in_role(duet, role)
        close_forms(who)
        text = who.types(f"/duet export {place.key} json", room_of(role)).text
        if role not in TEAM:
            assert has_sentence(text, DENIALS), (role, text)
            assert not has_sentence(text, (*NEVER, *ANSWERED)), (role, text)
    for role in TEAM:
        (written,) = [text for _, text in list_files(duet, ROLES[role])]
        assert all(word in written for word in (GOAL, *ANSWERED)), role
        theirs = {name for name in FOR_EDITORS if name in json.loads(written)}
        assert theirs == (set(FOR_EDITORS) if role in EDITORS else set()), (role, theirs)
    for role in set(ROLES) - TEAM - {"stranger", "elsewhere"}:
        assert not list_files(duet, ROLES[role]), role


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_reads_all_answers(duet: Office) -> None:
    """§8.6, §14: *Read it all* is the team's, also by a click on somebody else's button."""
    place = set_up_blocker(duet)
    duet.slack.change_person("mike", is_stranger=True)
    run_due_work(duet)
    for role in ROLES:
        reply = forge_click_as(duet, role, "checkin.read", f"{place.ids['round']}:1", room_of(role))
        text = reply.text if reply.form is None else reply.form.text
        close_forms(person_in_role(duet, role))
        if role in SEES:
            assert all(word in text for word in ANSWERED), (role, text)
        else:
            assert has_sentence(text, DENIALS), (role, text)
            assert not has_sentence(text, (*NEVER, *ANSWERED)), (role, text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_reads_all_of_a_message(duet: Office) -> None:
    """§2.8, §14: *Show all* of a channel's post is theirs who see the project, of a message its reader's alone."""
    place = own(duet)
    duet.slack.change_person("mike", is_stranger=True)
    run_due_work(duet)
    for which, readers in (("post", SEES), ("letter", {"stay over"})):
        for role in ROLES:
            reply = forge_click_as(duet, role, "digest.show_all", f"{place.ids[which]}:1", room_of(role))
            text = reply.text if reply.form is None else reply.form.text
            close_forms(person_in_role(duet, role))
            assert has_sentence(text, (*NOT_KEPT, *DENIALS)) == (role not in readers), (which, role, text)
            if role not in readers:
                assert not has_sentence(text, NEVER), (which, role, text)
