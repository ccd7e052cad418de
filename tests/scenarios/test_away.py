"""Absences and reminders: what a person decides about being asked (product §8.3, §8.5)."""

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import text

from playground.driver import Form, Reply
from tests.running import Office
from tests.scenarios.days import MONDAY, comes, next_weekday, polish, today
from tests.scenarios.steps import (
    NOT_FOUND,
    OUR_FAULT,
    day,
    labelled,
    one,
    opened,
    option,
    presses,
    put_away,
    refused,
    says,
    typed,
    unchanged,
)
from tests.scenarios.steps import hands_in as forges

FIRST, LAST = ("Pierwszy dzień", "First day"), ("Ostatni dzień", "Last day")
TITLE = ("Moja nieobecność", "When I am away")
REMINDERS = ("Przypomnienia o check-inach", "Reminders of check-ins")


def away(duet: Office, who: str, what: str, channel: str = "#general") -> Reply:
    put_away(duet.person(who))
    return duet.person(who).types(f"/duet away {what}", channel)


def absences(duet: Office, who: str) -> list[tuple[str, str]]:
    """First and last days."""
    read = text("SELECT starts_on, ends_on FROM absences WHERE user_id = :user ORDER BY starts_on")
    with duet.database.readers.connect() as connection:
        rows = connection.execute(read, {"user": duet.person(who).id}).all()
    return [(str(first), str(last)) for first, last in rows]


def form_of(duet: Office, who: str) -> Form:
    return opened(duet.person(who), "/duet away")


def in_form(duet: Office, who: str, first: str, last: str | None) -> Form:
    form = form_of(duet, who)
    shown = form.fill({labelled(form.labels, FIRST): first, labelled(form.labels, LAST): last}).submit()
    assert shown is not None
    return shown


def iso(day: date, days: int = 0) -> str:
    return (day + timedelta(days=days)).isoformat()


def test_away_in_words(duet: Office) -> None:
    """§8.5, §2.4: in both languages, with the full dates; one day is an absence, too."""
    now = today(duet)
    monday = next_weekday(now, MONDAY)
    said = away(duet, "piotr", "tomorrow").text
    assert said.startswith("Away: ")
    assert f"{(now + timedelta(days=1)).day} " in said
    assert "(Wednesday)" in said
    assert "–" not in said
    assert absences(duet, "piotr") == [(iso(now, 1), iso(now, 1))]
    said = away(duet, "ewa", "od poniedziałku do za 4 tygodnie").text
    assert f"Nieobecność: {polish(monday)} (poniedziałek) – {polish(now + timedelta(days=28))} (wtorek)" in said
    assert absences(duet, "ewa") == [(iso(monday), iso(now, 28))]
    put_away(duet.person("ola"))
    said = duet.person("ola").types(f"/duet urlop {iso(now, 3)} {iso(now, 9)}").text
    assert polish(now + timedelta(days=9)) in said
    said = away(duet, "gosia", "jutro", "#promocje").text  # guests can be members (§14)
    assert polish(now + timedelta(days=1)) in said


def test_absences_merge(duet: Office) -> None:
    """§8.5: what overlaps or follows at once is one absence; what is known already changes nothing."""
    now = today(duet)
    for first, last in ((10, 12), (20, 22), (13, 15), (30, 31)):
        away(duet, "ola", f"{iso(now, first)} {iso(now, last)}")
    assert absences(duet, "ola") == [
        (iso(now, 10), iso(now, 15)),
        (iso(now, 20), iso(now, 22)),
        (iso(now, 30), iso(now, 31)),
    ]
    with unchanged(duet):
        duet.settles()
        assert says(away(duet, "ola", f"{iso(now, 11)} {iso(now, 12)}").text, (polish(now + timedelta(days=15)),))
    away(duet, "ola", f"{iso(now, 14)} {iso(now, 21)}")
    assert absences(duet, "ola") == [(iso(now, 10), iso(now, 22)), (iso(now, 30), iso(now, 31))]
    assert absences(duet, "ewa") == []


def test_the_form(duet: Office) -> None:
    """§2.3, §8.5: it opens without arguments and from the settings, lists what is coming, and removes it."""
    shown = in_form(duet, "ola", day(duet, 5), None)
    assert polish(date.fromisoformat(day(duet, 5))) in shown.text
    put_away(duet.person("ola"))
    shown = in_form(duet, "ola", day(duet, 9), day(duet, 8))
    assert "Ostatni dzień" in shown.errors
    settings = opened(duet.person("ola"), "/duet settings")
    form = settings.click(labelled(settings.buttons, TITLE))
    assert isinstance(form, Form)
    assert "Powód nikogo tu nie interesuje" in form.text
    assert f"Nieobecność: {polish(date.fromisoformat(day(duet, 5)))}" in form.text
    left = form.click("Usuń")
    assert isinstance(left, Form)
    assert "Nieobecność:" not in left.text
    assert absences(duet, "ola") == []


def test_back_again(duet: Office) -> None:
    """§8.5: the absence of today ends with yesterday, later ones stay; who is here is told so."""
    now = today(duet)
    with refused(duet, "NotAway"):
        assert "Dziś nie masz nieobecności" in away(duet, "ola", "back").text
    away(duet, "ola", f"{iso(now)} {iso(now, 9)}")
    away(duet, "ola", f"{iso(now, 20)} {iso(now, 21)}")
    comes(duet, now + timedelta(days=4), "10:00")
    assert polish(now + timedelta(days=4)) in away(duet, "ola", "powrót").text
    assert absences(duet, "ola") == [(iso(now), iso(now, 3)), (iso(now, 20), iso(now, 21))]
    away(duet, "ola", "today")
    away(duet, "ola", "BACK")
    assert absences(duet, "ola") == [(iso(now), iso(now, 3)), (iso(now, 20), iso(now, 21))]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("2020-01-01 2020-01-05", "AbsenceIsOver"),
        ("yesterday", "AbsenceIsOver"),
        ("2026-12-24 2026-12-20", "EndsBeforeItBegins"),
        ("2026-12-01 2028-12-01", "AbsenceTooLong"),
        ("31.02", "NoSuchDay"),
    ],
)
def test_what_is_no_absence(duet: Office, words: str, error: str) -> None:
    """§8.5, §16: one clear sentence, and nothing is stored."""
    with refused(duet, error):
        said = away(duet, "ola", words).text
        assert said
        assert not says(said, OUR_FAULT)


@pytest.mark.parametrize("words", ["jakoś tak", "x" * 1500])
def test_what_is_not_understood_is_asked(duet: Office, words: str) -> None:
    """§2.4, §8.5: the form opens with the sentence above its fields, and nothing is stored."""
    with unchanged(duet):
        away(duet, "ola", words)
        form = duet.person("ola").form
        assert form is not None
        assert f"„{words[:60]}”" in form.text


def test_only_ones_own(duet: Office) -> None:
    """§14, §8.5: another person's absence, one of another workspace, and forged values are not found."""
    now = today(duet)
    away(duet, "ola", f"{iso(now, 3)} {iso(now, 4)}")
    absence = one(duet, "SELECT max(id) FROM absences")
    zenek = duet.person("zenek", "T0KIOSK")
    for who in (duet.person("ewa"), zenek):
        with refused(duet, "NotFound"):
            assert says(presses(who, "away.remove", str(absence)).text, NOT_FOUND)
    with unchanged(duet):
        ola = duet.person("ola")
        for value in ("", "x", "-1", "9" * 30):
            assert says(presses(ola, "away.remove", value).text, NOT_FOUND)
        for odd in ("", "x" * 10_000, "\u200b", "2026-99-99"):
            said = forges(ola, "away.save", "", {"from_day": typed(odd)})
            assert says(said, NOT_FOUND), (odd, said)
            put_away(ola)


def test_twice_at_once(duet: Office) -> None:
    """§8.5: two requests of one person leave one absence."""
    now = today(duet)
    ola = duet.person("ola")
    threads = [Thread(target=lambda d=d: ola.types(f"/duet away {iso(now, 3)} {iso(now, d)}")) for d in (8, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert absences(duet, "ola") == [(iso(now, 3), iso(now, 8))]


def test_many_absences(duet: Office) -> None:
    """§8.5: as many as a form can show."""
    now = today(duet)
    for at in range(20):
        away(duet, "ola", f"{iso(now, 3 * at + 1)} {iso(now, 3 * at + 1)}")
    with refused(duet, "TooManyAbsences"):
        away(duet, "ola", iso(now, 100))
    assert len(form_of(duet, "ola").buttons) >= 20


def test_reminders(duet: Office) -> None:
    """§8.3: each can turn them off, and on again; what the form does not offer is refused."""
    ola = duet.person("ola")
    for choice, stands in (("Wyłączone", False), ("Włączone: jedno przypomnienie, gdy brak odpowiedzi", True)):
        form = opened(ola, "/duet settings")
        assert form.fill({labelled(form.labels, REMINDERS): choice}).submit() is None
        assert bool(one(duet, "SELECT reminders FROM people WHERE user_id = 'U0OLA'")) is stands
        form = opened(ola, "/duet settings")
        assert form.values[labelled(form.labels, REMINDERS)] == choice
    put_away(ola)
    with refused(duet, "UnknownChoice"):
        forges(ola, "settings.save", "", {"reminders": option("maybe" * 2000)})
    put_away(ola)
