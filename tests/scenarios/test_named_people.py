"""Whom a command names: a mention, or a sentence why nobody is named; nothing else that was typed is lost."""

from collections.abc import Mapping

import pytest

from tests.driving import PersonDriver, SeenForm
from tests.running import Office
from tests.scenarios.register_steps import current_form
from tests.scenarios.steps import FIELDS as CHARTER_FIELDS
from tests.scenarios.steps import close_forms, expect_no_change, expect_refusal, find_label, has_sentence
from tests.scenarios.team_steps import FIELDS as TEAM_FIELDS
from tests.scenarios.timetable_steps import FIELDS as MILESTONE_FIELDS
from tests.scenarios.timetable_steps import add_milestone, start_project_today, weekday_from_today

NOT_RECOGNISED = ("Slack nie rozpoznaje imienia i nazwiska: „", "is no name that Slack recognised")
MAIL = ("a nie adresem e-mail (ewa@firma.pl)", "not by a mail address (ewa@firma.pl)")
GROUP = ("„@zarzad” to grupa", "“@zarzad” is a group")
SEVERAL = ("można wskazać tylko jedną osobę", "One person can be named here")
OWN_DAYS = ("To dotyczy tylko Ciebie", "This is only about you")
LEFT_OVER = ("Duet nie wie, co tu znaczy „jako analityczka”", "“jako analityczka” was not used")

NOT_READ = ("Duet nie wie, co tu znaczy „od poniedziałku”, więc nic", "“od poniedziałku” means nothing to Duet")
CHECKINS = [f"checkin D-1 {each}" for each in ("pause until friday", "now @ola", "wznów jutro", "history 2")]

NOBODY = [
    ("@nobody", NOT_RECOGNISED),
    ("@Ewa Błysk", NOT_RECOGNISED),
    ("&lt;@U0EWA&gt;", NOT_RECOGNISED),
    ("<mailto:ewa@firma.pl|ewa@firma.pl>", MAIL),
    ("ewa@firma.pl", MAIL),
    ("<!subteam^S0ZARZAD|@zarzad>", GROUP),
    ("<@U0EWA|ewa> <@U0JAN|jan>", SEVERAL),
    ("<@U0EWA|ewa> @nobody", NOT_RECOGNISED),
]
"""Who is typed, as Slack sends it, and what is said of it."""


def forge_command(person: PersonDriver, text: str) -> str:
    """As Slack sends it, mentions and all; what is said, above the form or instead of it."""
    close_forms(person)
    reply = person.forges("slash_command", {"command": "/duet", "text": text})
    return person.form.text if person.form is not None else reply.text


def values_of_fields(form: SeenForm, fields: Mapping[str, tuple[str, ...]], *names: str) -> list[object]:
    return [form.values[find_label(form.labels, fields[name])] for name in names]


@pytest.mark.parametrize(("who", "said"), NOBODY)
def test_a_milestone_without_the_person_keeps_title_and_day(duet: Office, who: str, said: tuple[str, ...]) -> None:
    """§2.4, §2.7: the form opens with them, whichever way round they stand, and nobody in the person's place."""
    start_project_today(duet)
    ewa = duet.person("ewa")
    for words in (f'"Raport" 24.12 {who}', f'{who} "Raport" 24.12'):
        with expect_no_change(duet):
            assert has_sentence(forge_command(ewa, f"kamień D-1 dodaj {words}"), said), words
        values = values_of_fields(current_form(ewa), MILESTONE_FIELDS, "title", "due", "owner")
        assert values == ["Raport", "2026-12-24", None], words


@pytest.mark.parametrize(("who", "said"), NOBODY)
def test_a_deputy_who_is_not_named_keeps_the_days(duet: Office, who: str, said: tuple[str, ...]) -> None:
    """§2.4, §4.8"""
    start_project_today(duet)
    adam = duet.person("adam")
    for words in (f"{who} 24.12 2.01", f"24.12 2.01 {who}"):
        with expect_no_change(duet):
            assert has_sentence(forge_command(adam, f"deputy {words}"), said), words
        values = values_of_fields(current_form(adam), CHARTER_FIELDS, "deputy", "from_day", "until_day")
        assert values == [None, "2026-12-24", "2027-01-02"], words


def test_a_deputy_whose_days_are_not_read_stays_chosen(duet: Office) -> None:
    """§2.4, §4.8: it is the days that are asked for, in the words that were typed for them."""
    start_project_today(duet)
    adam = duet.person("adam")
    duet.person("nadia").types("/duet")  # Duet knows her now
    for who in ("nadia", "Nadia Źródło"):
        with expect_no_change(duet):
            said = forge_command(adam, f"deputy {who} from tomorow till 10 jan")
        assert "„from tomorow till 10 jan”" in said
        assert values_of_fields(current_form(adam), CHARTER_FIELDS, "deputy") == ["@nadia"]


@pytest.mark.parametrize(("who", "said"), NOBODY)
def test_an_owner_and_a_member_who_are_not_named(duet: Office, who: str, said: tuple[str, ...]) -> None:
    """§5.1, §7.1: the forms open with what else was typed; what has no form is refused."""
    start_project_today(duet)
    ewa, fields = duet.person("ewa"), {"name": ("Nazwa", "Name"), "owner": ("Właściciel", "Owner")}
    with expect_no_change(duet):
        assert has_sentence(forge_command(ewa, f'own D-1 klienci "VIP" {who}'), said)
        assert values_of_fields(current_form(ewa), fields, "name", "owner") == ["VIP", None]
        assert has_sentence(forge_command(ewa, f"zespół D-1 dodaj {who}"), said)
        assert values_of_fields(current_form(ewa), TEAM_FIELDS, "member") == [None]
    for words in (f"team D-1 remove {who}", f"who {who}"):
        with expect_refusal(duet):
            assert has_sentence(forge_command(ewa, words), said), words


def test_a_name_typed_without_its_mention_is_asked_for(duet: Office) -> None:
    """§2.4, §2.7: it is no part of a day; the text and the day stand in the form."""
    start_project_today(duet)
    ewa = duet.person("ewa")
    for words in ('piotr "Dane" by 24 Dec', 'Piotr Kabelek "Dane" do 24 grudnia', '"Dane" by 24 Dec piotr'):
        for asked in (f"ask {words}", f"ask D-1 {words}"):
            with expect_no_change(duet):
                said = forge_command(ewa, asked)
            assert has_sentence(said, NOT_RECOGNISED) and "24 grudnia 2026" in said, (asked, said)
    assert has_sentence(forge_command(ewa, 'ask piotr "Dane"'), NOT_RECOGNISED)
    for words in ('"Dane" by sometime', '<@U0PIOTR|piotr> "Dane" jutro kiedyś'):
        assert not has_sentence(forge_command(ewa, f"ask D-1 {words}"), NOT_RECOGNISED), words
    for words in ('"Raport" 24.12 piotr', 'piotr "Raport" 24.12'):
        assert has_sentence(forge_command(ewa, f"kamień D-1 dodaj {words}"), NOT_RECOGNISED), words
        values = values_of_fields(current_form(ewa), MILESTONE_FIELDS, "title", "due", "owner")
        assert values == ["Raport", "2026-12-24", None], words


def test_what_a_command_does_not_read_is_said(duet: Office) -> None:
    """§2.4: words beside a member, people beside one's own days."""
    start_project_today(duet)
    add_milestone(duet, "ewa", "Pilot", weekday_from_today(duet, 20), "ewa")
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    with expect_no_change(duet):
        assert has_sentence(forge_command(ewa, "team D-1 add <@U0OLA|ola> jako analityczka"), LEFT_OVER)
        assert values_of_fields(current_form(ewa), TEAM_FIELDS, "member") == ["@ola"]
        said = forge_command(ewa, "team D-1 add <@U0OLA|ola> od 7 grudnia do piątku")
        assert has_sentence(said, ("7 grudnia 2026 (poniedziałek) – 11 grudnia 2026 (piątek)",)), said
        assert values_of_fields(current_form(ewa), TEAM_FIELDS, "member", "from_day", "until_day") == [
            "@ola",
            "2026-12-07",
            "2026-12-11",
        ]
        said = forge_command(ewa, "team D-1 add <@U0OLA|ola> od 7 grudnia")
        assert has_sentence(said, ("od 7 grudnia do piątku",)), said
        assert values_of_fields(current_form(ewa), TEAM_FIELDS, "member", "from_day") == ["@ola", "2026-12-07"]
    with expect_refusal(duet, "error.day.backwards"):
        forge_command(ewa, "team D-1 add <@U0OLA|ola> 2.12 1.12")
    with expect_refusal(duet):
        assert has_sentence(forge_command(ewa, "team D-1 remove <@U0OLA|ola> od poniedziałku"), NOT_READ)
    milestones = ("done 1 2", "gotowe 1 w piątek", "reopen 1 2")
    for words in (*(f"milestone D-1 {each}" for each in milestones), *CHECKINS):
        with expect_refusal(duet, "error.words_not_read"):
            said = forge_command(piotr, words)
            assert has_sentence(said, NOT_READ) or has_sentence(
                said, ("means nothing to Duet here, so nothing was changed",)
            ), words
    for who in ("<@U0OLA|ola>", "@nobody", "<!here>"):
        with expect_refusal(duet):
            assert has_sentence(forge_command(ewa, f"away 24.12 2.01 {who}"), OWN_DAYS), who
