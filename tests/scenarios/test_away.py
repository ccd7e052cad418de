"""Absences and reminders: what a person decides about being asked (product §8.3, §8.5)."""

from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from tests.driving import SeenForm, SeenReply
from tests.running import Office
from tests.scenarios.days import (
    MONDAY,
    current_day,
    move_to_day,
    move_to_next_morning,
    next_weekday,
    polish_date,
    run_due_work,
)
from tests.scenarios.steps import (
    NOT_FOUND,
    OUR_FAULT,
    activate_project,
    close_forms,
    day_from_today,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    forge_submission,
    has_sentence,
    open_form,
    option_state,
    query_one,
    text_state,
)
from tests.scenarios.team_steps import ASKED_TO_CONFIRM, add_member

FIRST, LAST = ("Pierwszy dzień", "First day"), ("Ostatni dzień", "Last day")
TITLE = ("Moja nieobecność", "When I am away")
REMINDERS = ("Przypomnienia o check-inach", "Reminders of check-ins")


def run_away_command(duet: Office, who: str, what: str, channel: str = "#general") -> SeenReply:
    close_forms(duet.person(who))
    return duet.person(who).types(f"/duet away {what}", channel)


def list_absence_days(duet: Office, who: str) -> list[tuple[str, str]]:
    """First and last days."""
    read = text("SELECT starts_on, ends_on FROM absences WHERE user_id = :user ORDER BY starts_on")
    with duet.database.readers.connect() as connection:
        rows = connection.execute(read, {"user": duet.person(who).id}).all()
    return [(str(first), str(last)) for first, last in rows]


def form_of(duet: Office, who: str) -> SeenForm:
    return open_form(duet.person(who), "/duet away")


def in_form(duet: Office, who: str, first: str, last: str | None) -> SeenForm:
    form = form_of(duet, who)
    shown = form.fill({find_label(form.labels, FIRST): first, find_label(form.labels, LAST): last}).submit()
    assert shown is not None
    return shown


def iso_day(day: date, days: int = 0) -> str:
    return (day + timedelta(days=days)).isoformat()


def test_away_in_words(duet: Office) -> None:
    """§8.5, §2.4: in both languages, with the full dates; one day is an absence, too."""
    now = current_day(duet)
    monday = next_weekday(now, MONDAY)
    said = run_away_command(duet, "piotr", "tomorrow").text
    assert said.startswith("Away: ")
    assert f"{(now + timedelta(days=1)).day} " in said
    assert "(Wednesday)" in said
    assert "–" not in said
    assert list_absence_days(duet, "piotr") == [(iso_day(now, 1), iso_day(now, 1))]
    said = run_away_command(duet, "ewa", "od poniedziałku do za 4 tygodnie").text
    assert (
        f"Nieobecność: {polish_date(monday)} (poniedziałek) – {polish_date(now + timedelta(days=28))} (wtorek)"
        in said
    )
    assert list_absence_days(duet, "ewa") == [(iso_day(monday), iso_day(now, 28))]
    close_forms(duet.person("ola"))
    said = duet.person("ola").types(f"/duet urlop {iso_day(now, 3)} {iso_day(now, 9)}").text
    assert polish_date(now + timedelta(days=9)) in said
    said = run_away_command(duet, "gosia", "jutro", "#promocje").text  # guests can be members (§14)
    assert polish_date(now + timedelta(days=1)) in said


def test_absences_merge(duet: Office) -> None:
    """§8.5: what overlaps or follows at once is one absence; what is known already changes nothing."""
    now = current_day(duet)
    for first, last in ((10, 12), (20, 22), (13, 15), (30, 31)):
        run_away_command(duet, "ola", f"{iso_day(now, first)} {iso_day(now, last)}")
    assert list_absence_days(duet, "ola") == [
        (iso_day(now, 10), iso_day(now, 15)),
        (iso_day(now, 20), iso_day(now, 22)),
        (iso_day(now, 30), iso_day(now, 31)),
    ]
    with expect_no_change(duet):
        duet.settles()
        assert has_sentence(
            run_away_command(duet, "ola", f"{iso_day(now, 11)} {iso_day(now, 12)}").text,
            (polish_date(now + timedelta(days=15)),),
        )
    said = run_away_command(duet, "ola", f"{iso_day(now, 14)} {iso_day(now, 21)}").text
    assert has_sentence(said, ("razem z dniami, które już były zapisane",))  # not what was typed, and why
    assert list_absence_days(duet, "ola") == [
        (iso_day(now, 10), iso_day(now, 22)),
        (iso_day(now, 30), iso_day(now, 31)),
    ]
    assert list_absence_days(duet, "ewa") == []
    for first, last in ((1, 366), (1, 366), (200, 366)):  # as long as one may be
        run_away_command(duet, "ola", f"{iso_day(now, first)} {iso_day(now, last)}")
        assert list_absence_days(duet, "ola") == [(iso_day(now, 1), iso_day(now, 366))]
    with expect_refusal(duet, "error.away.too_long"):  # which would become one of a day more
        run_away_command(duet, "ola", f"{iso_day(now, 367)} {iso_day(now, 367)}")


@pytest.mark.parametrize("word", ["powrót", "Wróciłam", "jestem z powrotem", "I'm back"])
def test_back_again_in_words(duet: Office, word: str) -> None:
    """§8.5, §2.2: as people say it, with or without diacritics."""
    now = current_day(duet)
    run_away_command(duet, "ola", f"{iso_day(now)} {iso_day(now, 5)}")
    run_away_command(duet, "ola", word)
    assert list_absence_days(duet, "ola") == []


def test_the_form(duet: Office) -> None:
    """§2.3, §8.5: it opens without arguments and from the settings, lists what is coming, and removes it."""
    shown = in_form(duet, "ola", day_from_today(duet, 5), None)
    assert polish_date(date.fromisoformat(day_from_today(duet, 5))) in shown.text
    close_forms(duet.person("ola"))
    shown = in_form(duet, "ola", day_from_today(duet, 9), day_from_today(duet, 8))
    assert "Ostatni dzień" in shown.errors
    settings = open_form(duet.person("ola"), "/duet settings")
    form = settings.click(find_label(settings.buttons, TITLE))
    assert isinstance(form, SeenForm)
    assert "Powodu nie trzeba podawać" in form.text
    assert f"Nieobecność: {polish_date(date.fromisoformat(day_from_today(duet, 5)))}" in form.text
    left = form.click("Usuń")
    assert isinstance(left, SeenForm)
    assert "Nieobecność:" not in left.text
    assert list_absence_days(duet, "ola") == []


def test_back_again(duet: Office) -> None:
    """§8.5: the absence of today ends with yesterday, later ones stay; who is here is told so."""
    now = current_day(duet)
    with expect_refusal(duet, "error.away.not_away"):
        assert "Dziś nie masz nieobecności" in run_away_command(duet, "ola", "back").text
    run_away_command(duet, "ola", f"{iso_day(now)} {iso_day(now, 9)}")
    run_away_command(duet, "ola", f"{iso_day(now, 20)} {iso_day(now, 21)}")
    move_to_day(duet, now + timedelta(days=4), "10:00")
    assert polish_date(now + timedelta(days=4)) in run_away_command(duet, "ola", "powrót").text
    assert list_absence_days(duet, "ola") == [(iso_day(now), iso_day(now, 3)), (iso_day(now, 20), iso_day(now, 21))]
    run_away_command(duet, "ola", "today")
    run_away_command(duet, "ola", "BACK")
    assert list_absence_days(duet, "ola") == [(iso_day(now), iso_day(now, 3)), (iso_day(now, 20), iso_day(now, 21))]


def test_what_is_planned_is_taken_back(duet: Office) -> None:
    """§8.5: whoever says *back* reads which days are to come, and removes each with one click, where it stands."""
    now = current_day(duet)
    days = [(iso_day(now, 3), iso_day(now, 5)), (iso_day(now, 20), iso_day(now, 20))]
    for first, last in days:
        run_away_command(duet, "ola", f"{first} {last}")
    with expect_no_change(duet):
        duet.settles()
        said = run_away_command(duet, "ola", "powrót")
    assert has_sentence(said.text, ("Dziś nie masz nieobecności",))
    assert [polish_date(now + timedelta(days=each)) in said.text for each in (3, 5, 20)] == [True] * 3
    left = said.click(said.buttons[0])
    assert isinstance(left, SeenReply)
    assert left.text.startswith("Usunięta nieobecność: ")
    assert list_absence_days(duet, "ola") == days[1:]
    assert left.buttons == ["Usuń"]
    gone = left.click("Usuń")
    assert isinstance(gone, SeenReply)
    assert gone.buttons == []
    assert list_absence_days(duet, "ola") == []
    with expect_refusal(duet, "error.away.not_away"):
        run_away_command(duet, "ola", "powrót")


def test_what_was_just_named_is_taken_back_where_it_stands(duet: Office) -> None:
    """§8.5, §2.3: with one click; *back* ends only what has begun, so nothing else is promised of it."""
    now = current_day(duet)
    said = run_away_command(duet, "ola", f"{iso_day(now, 3)} {iso_day(now, 5)}")
    assert "odwołasz przyciskiem *Usuń*" in said.text and said.buttons == ["Usuń"]
    gone = said.click("Usuń")
    assert isinstance(gone, SeenReply) and gone.text.startswith("Usunięta nieobecność: ")
    assert list_absence_days(duet, "ola") == []


def test_who_is_back_reads_what_stays_planned(duet: Office) -> None:
    """§8.5"""
    now = current_day(duet)
    for days in (0, 20):
        run_away_command(duet, "ola", f"{iso_day(now, days)} {iso_day(now, days + 1)}")
    said = run_away_command(duet, "ola", "powrót")
    assert has_sentence(said.text, ("Witaj z powrotem",))
    assert polish_date(now + timedelta(days=20)) in said.text
    assert said.buttons == ["Usuń"]


def test_one_day_is_spoken_of_as_one(duet: Office) -> None:
    """§8.5"""
    assert "Tego dnia Duet o nic nie pyta" in run_away_command(duet, "ola", "tomorrow").text


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("2020-01-01 2020-01-05", "error.away.over"),
        ("yesterday", "error.away.over"),
        ("2026-12-24 2026-12-20", "error.day.backwards"),
        ("2026-12-01 2027-12-02", "error.away.too_long"),
        ("31.02", "error.day.none"),
    ],
)
def test_what_is_no_absence(duet: Office, words: str, error: str) -> None:
    """§8.5, §16: one clear sentence, and nothing is stored."""
    with expect_refusal(duet, error):
        said = run_away_command(duet, "ola", words).text
        assert said
        assert not has_sentence(said, OUR_FAULT)


@pytest.mark.parametrize("words", ["jakoś tak", "x" * 1500])
def test_what_is_not_understood_is_asked(duet: Office, words: str) -> None:
    """§2.4, §8.5: the form opens with the sentence above its fields, and nothing is stored."""
    with expect_no_change(duet):
        run_away_command(duet, "ola", words)
        form = duet.person("ola").form
        assert form is not None
        assert f"„{words[:60]}”" in form.text


@pytest.mark.parametrize("button", ["away.remove", "away.take_back"])
def test_only_ones_own(duet: Office, button: str) -> None:
    """§14, §8.5: another person's absence, one of another workspace, and forged values are not found."""
    now = current_day(duet)
    run_away_command(duet, "ola", f"{iso_day(now, 3)} {iso_day(now, 4)}")
    absence = query_one(duet, "SELECT max(id) FROM absences")
    zenek = duet.person("zenek", "T0KIOSK")
    for who in (duet.person("ewa"), zenek):
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(forge_click(who, button, str(absence)).text, NOT_FOUND)
    with expect_no_change(duet):
        ola = duet.person("ola")
        for value in ("", "x", "-1", "9" * 30):
            assert has_sentence(forge_click(ola, button, value).text, NOT_FOUND)
        for odd in ("", "x" * 10_000, "\u200b", "2026-99-99"):
            said = forge_submission(ola, "away.save", "", {"from_day": text_state(odd)})
            assert has_sentence(said, NOT_FOUND), (odd, said)
            close_forms(ola)


def test_twice_at_once(duet: Office) -> None:
    """§8.5: two requests of one person leave one absence."""
    now = current_day(duet)
    ola = duet.person("ola")
    threads = [
        Thread(target=lambda d=d: ola.types(f"/duet away {iso_day(now, 3)} {iso_day(now, d)}")) for d in (8, 6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list_absence_days(duet, "ola") == [(iso_day(now, 3), iso_day(now, 8))]


def test_many_absences(duet: Office) -> None:
    """§8.5: as many as a form can show."""
    now = current_day(duet)
    for at in range(20):
        run_away_command(duet, "ola", f"{iso_day(now, 3 * at + 1)} {iso_day(now, 3 * at + 1)}")
    with expect_refusal(duet, "error.away.too_many"):
        run_away_command(duet, "ola", iso_day(now, 100))
    assert len(form_of(duet, "ola").buttons) >= 20


def test_reminders(duet: Office) -> None:
    """§8.3: each can turn them off, and on again; what the form does not offer is refused."""
    ola = duet.person("ola")
    for choice, stands in (("Wyłączone", False), ("Włączone: jedno przypomnienie, gdy brak odpowiedzi", True)):
        form = open_form(ola, "/duet settings")
        assert form.fill({find_label(form.labels, REMINDERS): choice}).submit() is None
        assert bool(query_one(duet, "SELECT reminders FROM people WHERE user_id = 'U0OLA'")) is stands
        form = open_form(ola, "/duet settings")
        assert form.values[find_label(form.labels, REMINDERS)] == choice
    close_forms(ola)
    with expect_refusal(duet, "error.field.unknown"):
        forge_submission(ola, "settings.save", "", {"reminders": option_state("maybe" * 2000)})
    close_forms(ola)


# --- away by the Slack status -------------------------------------------------------------------------------------

COUNTS = ("Twój status w Slacku się liczy", "Your Slack status counts")
COUNT, NO_LONGER = ("Uwzględniaj mój status", "Count my status"), ("Nie uwzględniaj go", "No longer count it")


def choose_status(duet: Office, who: str, button: tuple[str, ...] = COUNT) -> SeenForm:
    close_forms(duet.person(who))
    form = form_of(duet, who)
    shown = form.click(find_label(form.buttons, button))
    assert shown is not None
    close_forms(duet.person(who))
    return shown


def set_status(duet: Office, who: str, *, days: int, words: str = "Na urlopie", emoji: str = ":palm_tree:") -> None:
    """Until so many days from now, at the same hour."""
    until = duet.bot.duet.now() + timedelta(days=days)
    status: dict[str, Any] = {
        "status_text": words,
        "status_emoji": emoji,
        "status_expiration": int(until.timestamp()),
    }
    duet.slack.change_person(who, **status)
    duet.settles()


def clear_status(duet: Office, who: str) -> None:
    duet.slack.change_person(who, status_text="", status_emoji="", status_expiration=0)
    duet.settles()


def test_a_status_counts_only_for_whoever_has_said_so(duet: Office) -> None:
    """§17: once; with its end, and without any of its words."""
    monday = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, monday, "15:00")
    form_of(duet, "ola")
    set_status(duet, "ola", days=4, words="Na urlopie")
    assert list_absence_days(duet, "ola") == []
    clear_status(duet, "ola")
    assert has_sentence(choose_status(duet, "ola").text, COUNTS)
    set_status(duet, "ola", days=4, words="Na urlopie")
    assert list_absence_days(duet, "ola") == [(iso_day(monday), iso_day(monday, 4))]
    assert has_sentence(form_of(duet, "ola").text, ("z Twojego statusu", "from your Slack status"))
    stored = [query_one(duet, "SELECT count(*) FROM people WHERE name LIKE '%urlop%' OR full_name LIKE '%urlop%'")]
    assert stored == [0]


def test_it_ends_with_the_status_however_that_ends(duet: Office) -> None:
    """§17: by its expiry, or before; a status that says something else is none; a longer one prolongs it."""
    monday = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, monday, "15:00")
    choose_status(duet, "ola")
    set_status(duet, "ola", days=4)
    set_status(duet, "ola", days=9)
    assert list_absence_days(duet, "ola") == [(iso_day(monday), iso_day(monday, 9))]
    move_to_day(duet, monday + timedelta(days=2), "15:00")
    set_status(duet, "ola", days=1, words="Spotkanie", emoji=":spiral_calendar_pad:")
    assert list_absence_days(duet, "ola") == [(iso_day(monday), iso_day(monday, 1))]
    set_status(duet, "ola", days=1)
    clear_status(duet, "ola")
    assert list_absence_days(duet, "ola") == [(iso_day(monday), iso_day(monday, 1))]


def test_what_was_said_by_hand_stays_and_what_was_removed_stays_so(duet: Office) -> None:
    """§8.5, §17: the status ends nothing but itself, and is not followed again once somebody is back."""
    monday = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, monday, "15:00")
    choose_status(duet, "ola")
    run_away_command(duet, "ola", f"{iso_day(monday)} {iso_day(monday, 2)}")
    set_status(duet, "ola", days=4)
    clear_status(duet, "ola")
    assert list_absence_days(duet, "ola") == [(iso_day(monday), iso_day(monday, 2))]
    set_status(duet, "ola", days=4)
    run_away_command(duet, "ola", "back")
    assert list_absence_days(duet, "ola") == []
    duet.slack.change_person("ola", title="Plakaty")
    duet.settles()
    assert list_absence_days(duet, "ola") == [], "the same status again"
    set_status(duet, "ola", days=5)
    assert list_absence_days(duet, "ola") == [(iso_day(monday), iso_day(monday, 5))]
    choose_status(duet, "ola", NO_LONGER)
    assert list_absence_days(duet, "ola") == []
    set_status(duet, "ola", days=6)
    assert list_absence_days(duet, "ola") == []
    for value in ("", "yes", "on:1"):
        with expect_refusal(duet, "error.not_found"):
            forge_click(duet.person("ola"), "away.status", value)


def confirmation_requests(duet: Office, who: str) -> list[str]:
    return [each.text for each in duet.person(who).reads("@duet") if has_sentence(each.text, ASKED_TO_CONFIRM)]


def test_the_morning_message_waits_for_whoever_is_away(duet: Office) -> None:
    """§2.8, §8.5: nothing routine comes on a day away; whoever is back sooner is told sooner."""
    key = activate_project(duet)
    wednesday = move_to_next_morning(duet, "10:00")
    for who in ("ola", "tomek"):
        add_member(duet, key, who, by="ewa")
        run_away_command(duet, who, f"{iso_day(wednesday, 1)} {iso_day(wednesday, 2)}")
    move_to_day(duet, wednesday + timedelta(days=1))
    assert [confirmation_requests(duet, who) for who in ("ola", "tomek")] == [[], []]
    run_away_command(duet, "tomek", "back")
    run_due_work(duet)
    assert [len(confirmation_requests(duet, who)) for who in ("ola", "tomek")] == [0, 1]
    move_to_day(duet, wednesday + timedelta(days=2))
    assert confirmation_requests(duet, "ola") == []
    move_to_next_morning(duet)
    assert len(confirmation_requests(duet, "ola")) == 1
