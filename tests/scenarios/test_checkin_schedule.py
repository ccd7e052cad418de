"""Schedules: given at activation, changed by command and form, by those who may (product §8.1, §8.2, §14, §16)."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.running import Office
from tests.scenarios.checkin_steps import (
    FIELDS,
    PROMPTED,
    SCHEDULE,
    a_week_later,
    answer_form,
    answers,
    checkin,
    click,
    errors,
    ids,
    planned,
    quiet_monday,
    saved,
    schedule_form,
    started,
    summary,
    told,
)
from tests.scenarios.days import comes, comes_due, next_weekday, polish, today
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    active,
    channel_of,
    drafted,
    hands_in,
    one,
    project_id,
    put_away,
    refused,
    says,
    submitted,
    typed,
    unchanged,
)
from tests.scenarios.team_steps import joined

THURSDAY, FRIDAY = 3, 4
NEW_YORK = ZoneInfo("America/New_York")
BEGUN = "Ruszają check-iny. *W każdy czwartek o 10:00 (czas: Warszawa).*"


def room(duet: Office, key: str) -> list[str]:
    duet.settles()
    return [each.text for each in duet.person("anna").reads(channel_of(duet, key))]


def rule(duet: Office) -> str:
    return str(one(duet, "SELECT rule FROM checkin_schedules"))


def test_the_default_is_given_at_activation(duet: Office) -> None:
    """§8.1, §2.8: weekly, Thursday 10:00, within the project's dates; the channel reads how to change it, once."""
    monday = quiet_monday(duet, weeks=2)
    key = active(duet, starts_on=(monday + timedelta(days=8)).isoformat())
    assert not any(BEGUN in each for each in room(duet, key))
    comes(duet, monday + timedelta(days=1), "09:06")
    (told_once,) = [each for each in room(duet, key) if BEGUN in each]
    first = next_weekday(monday + timedelta(days=7), THURSDAY)
    assert f"Najbliższy: {polish(first)}" in told_once
    assert "/duet checkin plan" in told_once
    shown = checkin(duet.person("adam"), key).text
    assert "*W każdy czwartek o 10:00 (czas: Warszawa)*" in shown
    assert polish(first) in shown and "@Piotr Kabelek i @Ewa Błysk" in shown
    put_away(duet.person("anna"))
    assert "W każdy czwartek o 10:00" in duet.person("anna").types(f"/duet show {key}").text
    for who in ("anna", "piotr"):
        message = next(each for each in duet.person(who).reads(channel_of(duet, key)) if BEGUN in each.text)
        assert click(message, SCHEDULE).form is not None
        put_away(duet.person(who))
    comes(duet, next_weekday(monday, THURSDAY), "10:00")
    assert told(duet, "ewa", PROMPTED) == []  # the project has not begun
    comes(duet, first, "10:00")
    assert len(told(duet, "ewa", PROMPTED)) == 1
    assert "No check-in" not in checkin(duet.person("piotr"), key).text


def test_changed_in_words(duet: Office) -> None:
    """§8.1, §2.7, §15: English and Polish; what was understood is echoed with the next three."""
    key, thursday = started(duet)
    for who, words, understood in (
        ("piotr", "every 2 weeks on friday 9:30", "Every 2 weeks on Friday at 9:30 (Warsaw time)"),
        ("ewa", "co 2 tygodnie we wtorek i czwartek o 11", "Co 2 tygodnie we wtorek i czwartek o 11:00"),
        ("adam", "w pierwszy poniedziałek miesiąca 10:00", "W pierwszy poniedziałek miesiąca o 10:00"),
        ("piotr", "“last friday of the month  at  2 PM”", "On the last Friday of the month at 14:00"),
        ("anna", "codziennie 8:00", "W każdy dzień roboczy o 8:00"),
        ("ewa", "środa 17:59", "W każdą środę o 17:59"),
    ):
        said = checkin(duet.person(who), f"{key} plan {words}").text
        assert understood in said, said
        assert said.count("20") >= 3, said  # three full dates
    before = rule(duet)
    for words in (
        "saturday 10:00",
        "w weekend",
        "friday 7:59",
        "czwartek 18:00",
        "every 13 weeks",
    ):
        with refused(duet):
            said = checkin(duet.person("piotr"), f"{key} schedule {words}").text
        assert "Saved" not in said and len(said) > 20, (words, said)
        assert "Did you mean" not in said
    for mistyped, meant in (("shedule friday", "schedule"), (f"{key} histroia", "historia"), ("pasue", "pause")):
        assert f"`{meant}`" in checkin(duet.person("piotr"), mistyped).text
    assert rule(duet) == before
    comes(duet, thursday)
    changes = [each for each in room(duet, key) if "Nowe terminy check-inów" in each]
    assert len(changes) == 1
    assert "ustala @Ewa Błysk. *W każdą środę o 17:59" in changes[0]
    assert "Check-iny: " in duet.person("anna").types(f"/duet log {key}").text


def test_every_two_weeks_keep_their_weeks(duet: Office) -> None:
    """§8.1: counted from the first; another hour shifts none; the form shows the same days."""
    key, thursday = started(duet)
    said = checkin(duet.person("ewa"), f"{key} plan co 2 tygodnie w czwartek 10:00").text
    second = thursday + timedelta(days=14)
    assert polish(thursday) in said and polish(second) in said
    assert polish(thursday + timedelta(days=7)) not in said
    comes(duet, thursday, "10:00")
    assert len(told(duet, "ewa", PROMPTED)) == 1
    comes(duet, thursday + timedelta(days=1), "12:01")
    form = schedule_form(duet, "ewa", key)
    assert polish(second) in form.text and polish(thursday + timedelta(days=7)) not in form.text
    form = planned(form, at="11:00")
    assert polish(second) in form.text and polish(thursday + timedelta(days=7)) not in form.text
    assert polish(second) in submitted(form).text
    said = checkin(duet.person("ewa"), f"{key} plan 11:30").text
    assert polish(second) in said and polish(thursday + timedelta(days=7)) not in said
    comes(duet, thursday + timedelta(days=7), "12:00")
    assert one(duet, "SELECT count(*) FROM checkin_rounds") == 1
    comes(duet, second, "11:30")
    assert one(duet, "SELECT count(*) FROM checkin_rounds") == 2
    assert len(told(duet, "ewa", PROMPTED)) == 1  # of the first one is said that it is over


def test_changed_in_the_form(duet: Office) -> None:
    """§8.1, §2.3: the next days follow what is chosen; a form that somebody else has overtaken changes nothing."""
    key, thursday = started(duet, "jan", "ola")
    form = schedule_form(duet, "piotr", key)
    assert "*Every Thursday at 10:00 (Warsaw time)*" in form.text
    stale = schedule_form(duet, "ewa", key)
    form = planned(form, weekdays=["Tuesday", "Friday"], at="09:30")
    assert "Every Tuesday and Friday at 9:30" in form.text
    form = planned(form, rhythm="Every 2 weeks")
    assert "Every 2 weeks on Tuesday and Friday at 9:30" in form.text
    form = planned(form, weekdays=[])
    assert "Choose at least one weekday" in form.text
    form = planned(form, weekdays=["Friday"])
    friday = next_weekday(thursday, FRIDAY)
    assert f"{friday.day} " in form.text
    form = planned(form, zone="Each member's own")
    assert "Every 2 weeks on Friday at 9:30, in each member's own time" in form.text
    form = planned(form, country="Germany", whom="people", people=["@jan", "@ewa"])
    said = submitted(form).text
    assert "Every 2 weeks on Friday at 9:30, in each member's own time" in said
    assert "Is anything in your way?" in said
    duet.settles()
    shown = checkin(duet.person("piotr"), key).text
    assert "Every 2 weeks on Friday at 9:30, in each member's own time" in shown
    assert "@Jan Łącznik and @Ewa Błysk" in shown
    with refused(duet, "StaleSchedule"):
        overtaken = planned(stale, at="12:00").submit()
        assert overtaken is not None and "ktoś zmienił terminy" in overtaken.text
    put_away(duet.person("ewa"))
    comes(duet, friday, "09:30")
    assert {who: len(told(duet, who, PROMPTED)) for who in ("jan", "ola", "ewa", "piotr")} == {
        "jan": 1,
        "ola": 0,
        "ewa": 1,
        "piotr": 0,
    }
    form = schedule_form(duet, "ewa", key)
    for people, wrong in ((["@tomek"], "nie bierze udziału"), ([], "Nie ma jeszcze kogo")):
        with refused(duet):
            shown_again = planned(form, people=people).submit()
            assert shown_again is not None and wrong in errors(shown_again, FIELDS)["people"]
        form = shown_again
    put_away(duet.person("ewa"))
    saved(duet, "ewa", key, whom="everybody")
    assert "Piotr" in checkin(duet.person("ewa"), key).text


def test_questions_one_a_line(duet: Office) -> None:
    """§8.1: written freely, with choices, from 1 to 5; asked so, read so; hostile ones stay words."""
    key, thursday = started(duet, "jan")
    hostile = "Ile <!here> & *gwiazdek*? [<b> / & / „c”]"
    lines = ["Co nowego?", "Nastrój [1-5]", "Kanał? [Mail / Sklep]", hostile, "Czego trzeba? [potrzeby]"]
    saved(duet, "piotr", key, questions="\n".join(lines))
    shown = checkin(duet.person("anna"), key).text
    for line in ("Co nowego?", "Nastrój [1-5]", "Kanał? [Mail / Sklep]", "<!here> & *gwiazdek*?"):
        assert line in shown, shown
    form = schedule_form(duet, "ewa", key)
    for wrong in (
        "\n".join([*lines, "Szóste?"]),
        "x" * 151,
        "Co? [tylko jedna]",
        "Co? [A / a]",
        "[1-5]",
        "  \n\u200b ",
        "Co? [" + " / ".join(map(str, range(11))) + "]",
        "Co? [A / " + "b" * 76 + "]",
        "Co? [przeszkody]\nCo jeszcze? [przeszkody]",
        "Czego potrzebujesz od drugiej strony?\nCzego jeszcze? [potrzeby]",
        "Jak? [status]\nJak wam? [status]",
    ):
        with refused(duet, "FormErrors"):
            again = planned(form, questions=wrong).submit()
            assert again is not None
            assert list(errors(again, FIELDS)) == ["questions"], wrong
        form = again
    put_away(duet.person("ewa"))
    comes(duet, thursday, "10:00")
    asked = answer_form(duet, "jan")
    assert asked.labels == ["Co nowego?", "Nastrój", "Kanał?", "Ile <!here> & *gwiazdek*?", "Czego trzeba?"]
    assert asked.options["Kanał?"] == ["Mail", "Sklep"]
    assert asked.options["Ile <!here> & *gwiazdek*?"] == ["<b>", "&", "„c”"]
    chosen = {
        "Nastrój": asked.options["Nastrój"][3],
        "Kanał?": "Sklep",
        "Ile <!here> & *gwiazdek*?": "<b>",
        "Czego trzeba?": "Farby",
    }
    assert asked.fill(chosen).submit() is None
    said = summary(duet, key)
    assert "4/5" in said and "Sklep" in said and "<b>" in said
    assert "🤝 *IT potrzebuje od marketingu:* Farby" in said
    saved(duet, "piotr", key, questions="Kanał? [Mail / Sklep]\nInne?")
    assert one(duet, "SELECT count(*) FROM checkin_rounds") == 1
    a_week_later(duet, thursday)
    prefilled = answer_form(duet, "jan")
    assert prefilled.labels == ["Kanał?", "Inne?"]
    assert prefilled.values["Kanał?"] == "Sklep"  # the question has stayed the same


def test_a_change_loses_no_round_that_is_yet_to_come(duet: Office) -> None:
    """§8.1, §8.2: at eleven in Warsaw nobody has been asked in New York: other questions, a pause, a new member."""
    key, thursday = started(duet, "mike")
    saved(duet, "piotr", key, zone="Each member's own")
    comes(duet, thursday, "11:00")
    saved(duet, "piotr", key, questions="A?\nB?")
    for step in ("pause", "resume"):
        checkin(duet.person("piotr"), f"{key} {step}")
    joined(duet, key, "jan", by="piotr", from_day=(thursday + timedelta(days=1)).isoformat())
    assert f"{thursday.day} {thursday:%B}" in checkin(duet.person("piotr"), key).text
    comes(duet, thursday, "10:00", NEW_YORK)
    assert answer_form(duet, "mike").labels == ["A?", "B?"]
    assert polish(thursday) not in checkin(duet.person("ewa"), key).text  # the next is in a week


def test_no_day_before_the_end(duet: Office) -> None:
    """§8.1: what would never be asked is refused; after the last day nothing is planned."""
    monday = quiet_monday(duet)
    ends = monday + timedelta(days=11)
    key = active(duet, starts_on=monday.isoformat(), ends_on=ends.isoformat(), measure_by=ends.isoformat())
    second = next_weekday(monday + timedelta(days=7), THURSDAY)
    assert polish(second) in checkin(duet.person("ewa"), key).text
    which = "third" if (monday + timedelta(days=7)).day <= 7 else "first"  # not the one Monday that is left
    with refused(duet, "FormErrors"):
        assert (
            "before the project ends" in checkin(duet.person("piotr"), f"{key} schedule {which} monday 10:00").text
        )
    comes(duet, monday + timedelta(days=1))
    comes(duet, monday + timedelta(days=3), "10:00")
    comes(duet, second, "10:00")
    assert "Nie ma zaplanowanego check-inu" in checkin(duet.person("ewa"), key).text


def test_who_may_change_it(duet: Office) -> None:
    """§14: leads and executives; not members, guests, admins, nor another workspace."""
    monday = quiet_monday(duet)
    key = active(duet, starts_on=monday.isoformat())
    joined(duet, key, "jan", by="piotr")
    joined(duet, key, "gosia", by="ewa", side="marketing")
    project = str(project_id(duet, key))
    before = rule(duet)
    form = schedule_form(duet, "ewa", key)
    meta = form.private_metadata
    put_away(duet.person("ewa"))
    fields: dict[str, Any] = {name: typed("x") for name in FIELDS}
    for who, workspace, where in (
        ("jan", None, "#general"),
        ("gosia", None, "#promocje"),
        ("ola", None, "#general"),
        ("roman", None, "#general"),
        ("zenek", "T0KIOSK", "#general"),
    ):
        person = duet.person(who, workspace)
        expected = NOT_ALLOWED if who in ("jan", "gosia") else NOT_FOUND
        with unchanged(duet):
            for action in ("checkin.schedule", "checkin.now", "checkin.pause", "checkin.resume"):
                put_away(person)
                message = person.types("/duet", where).messages[-1]
                over = {"actions": [{"action_id": action, "value": project}]}
                said = person.forges("block_actions", over, message=message, button=message.buttons[-1]).text
                assert says(said, expected), (who, action, said)
            put_away(person)
            person.types("/duet settings", where)
            assert says(hands_in(person, "checkin.schedule", meta, fields), expected), who
            put_away(person)
            said = person.types(f"/duet checkin {key} schedule friday 9:00", where).text
            assert says(said, (*expected, "D-1")), (who, said)
    assert rule(duet) == before
    ewa = duet.person("ewa")
    with unchanged(duet):
        for odd in ("", "{}", '{"project": "x"}', '{"project": 0, "version": 1}', meta):
            said = hands_in(ewa, "checkin.schedule", odd, fields)  # what no form offers
            assert says(said, NOT_FOUND), (odd, said)
            put_away(ewa)
    # A guest of the team answers by button.
    comes(duet, monday + timedelta(days=1))
    comes(duet, next_weekday(monday, THURSDAY), "10:00")
    answers(duet, "gosia", progress="Z agencji")
    assert ids(duet, "gosia")[0] > 0


def test_before_activation_there_is_none(duet: Office) -> None:
    """§8.1, §3: a draft has no schedule, and says so in one sentence."""
    key = drafted(duet)
    for words in ("", "now", "plan czwartek 10:00", "answer", "pause", "history"):
        with unchanged(duet):
            assert key in checkin(duet.person("anna"), f"{key} {words}").text, words


def test_late_by_hours_or_days_there_is_no_backlog(duet: Office) -> None:
    """§8.2: within two hours asked late; later skipped and logged; after days nobody is asked in arrears."""
    key, thursday = started(duet)
    checkin(duet.person("ewa"), f"{key} plan codziennie 9:00")
    wednesday = today(duet) + timedelta(days=1)
    assert wednesday < thursday
    comes(duet, wednesday, "10:55")
    assert len(told(duet, "ewa", PROMPTED)) == 1
    comes(duet, thursday, "11:05")
    assert len(told(duet, "ewa", PROMPTED)) == 1  # Wednesday's
    assert "pominięty: nie udało się zapytać na czas" in duet.person("anna").types(f"/duet log {key}").text
    duet.slack.move_clock(days=3, hours=5)
    comes_due(duet)
    assert one(duet, "SELECT count(*) FROM checkin_rounds") == 1
