"""Schedules: given at activation, changed by command and form, by those who may (product §8.1, §8.2, §14, §16)."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.running import Office
from tests.scenarios.checkin_steps import (
    FIELDS,
    PROMPTED,
    SCHEDULE,
    answer_errors,
    answer_prompt,
    click_label,
    fill_schedule_form,
    messages_saying,
    move_to_next_round,
    move_to_quiet_monday,
    newest_prompt_ids,
    only_summary,
    open_prompt_form,
    open_schedule_form,
    run_checkin_command,
    save_schedule,
    start_checkin_project,
)
from tests.scenarios.days import current_day, move_to_day, next_weekday, polish_date, run_due_work
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    activate_project,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    forge_submission,
    has_sentence,
    project_channel,
    project_id,
    query_one,
    submit_form,
    text_state,
)
from tests.scenarios.team_steps import add_member

THURSDAY, FRIDAY = 3, 4
NEW_YORK = ZoneInfo("America/New_York")
BEGUN = "Ruszają check-iny. *W każdy czwartek o 10:00 (strefa czasowa: Warszawa).*"


def channel_texts(duet: Office, key: str) -> list[str]:
    duet.settles()
    return [each.text for each in duet.person("anna").reads(project_channel(duet, key))]


def stored_rule(duet: Office) -> str:
    return str(query_one(duet, "SELECT rule FROM checkin_schedules"))


def test_the_default_is_given_at_activation(duet: Office) -> None:
    """§8.1, §2.8: weekly, Thursday 10:00, within the project's dates; the channel reads how to change it, once."""
    monday = move_to_quiet_monday(duet, weeks=2)
    key = activate_project(duet, starts_on=(monday + timedelta(days=8)).isoformat())
    assert not any(BEGUN in each for each in channel_texts(duet, key))
    move_to_day(duet, monday + timedelta(days=1), "09:06")
    (told_once,) = [each for each in channel_texts(duet, key) if BEGUN in each]
    first = next_weekday(monday + timedelta(days=7), THURSDAY)
    assert f"{BEGUN} Najbliższy: {polish_date(first)}. Liderzy" in told_once
    assert "/duet checkin plan" in told_once
    shown = run_checkin_command(duet.person("adam"), key).text
    assert "*W każdy czwartek o 10:00 (strefa czasowa: Warszawa)*" in shown
    assert polish_date(first) in shown and "@Piotr Kabelek i @Ewa Błysk" in shown
    close_forms(duet.person("anna"))
    assert "W każdy czwartek o 10:00" in duet.person("anna").types(f"/duet show {key}").text
    for who in ("anna", "piotr"):
        message = next(each for each in duet.person(who).reads(project_channel(duet, key)) if BEGUN in each.text)
        assert click_label(message, SCHEDULE).form is not None
        close_forms(duet.person(who))
    move_to_day(duet, next_weekday(monday, THURSDAY), "10:00")
    assert messages_saying(duet, "ewa", PROMPTED) == []  # the project has not begun
    move_to_day(duet, first, "10:00")
    assert len(messages_saying(duet, "ewa", PROMPTED)) == 1
    assert "No check-in" not in run_checkin_command(duet.person("piotr"), key).text


def test_changed_in_words(duet: Office) -> None:
    """§8.1, §2.7, §15: English and Polish; what was understood is echoed with the next three."""
    key, thursday = start_checkin_project(duet)
    for who, words, understood in (
        ("piotr", "every 2 weeks on friday 9:30", "Every 2 weeks on Friday at 9:30 (Warsaw time)"),
        ("ewa", "co 2 tygodnie we wtorek i czwartek o 11", "Co 2 tygodnie we wtorek i czwartek o 11:00"),
        ("adam", "w pierwszy poniedziałek miesiąca 10:00", "W pierwszy poniedziałek miesiąca o 10:00"),
        ("piotr", "“last friday of the month  at  2 PM”", "On the last Friday of the month at 14:00"),
        ("anna", "codziennie 8:00", "W każdy dzień roboczy o 8:00"),
        ("ewa", "środa 17:59", "W każdą środę o 17:59"),
    ):
        said = run_checkin_command(duet.person(who), f"{key} plan {words}").text
        assert understood in said, said
        assert said.count("20") >= 3, said  # three full dates
    before = stored_rule(duet)
    for words in (
        "saturday 10:00",
        "w weekend",
        "friday 7:59",
        "czwartek 18:00",
        "every 13 weeks",
    ):
        with expect_refusal(duet):
            said = run_checkin_command(duet.person("piotr"), f"{key} schedule {words}").text
        assert "Saved" not in said and len(said) > 20, (words, said)
        assert "I don't know" not in said
    for mistyped, meant in (("shedule friday", "schedule"), (f"{key} histroia", "history"), ("pasue", "pause")):
        assert f" {meant}" in run_checkin_command(duet.person("piotr"), mistyped).text
    assert stored_rule(duet) == before
    move_to_day(duet, thursday)
    changes = [each for each in channel_texts(duet, key) if "Nowe terminy check-inów" in each]
    assert len(changes) == 1
    assert "Nowe terminy check-inów (@Ewa Błysk). *W każdą środę o 17:59" in changes[0]
    assert "Nowe terminy check-inów. " in duet.person("anna").types(f"/duet log {key}").text


def test_every_two_weeks_keep_their_weeks(duet: Office) -> None:
    """§8.1: counted from the first; another hour shifts none; the form shows the same days."""
    key, thursday = start_checkin_project(duet)
    said = run_checkin_command(duet.person("ewa"), f"{key} plan co 2 tygodnie w czwartek 10:00").text
    second = thursday + timedelta(days=14)
    assert polish_date(thursday) in said and polish_date(second) in said
    assert polish_date(thursday + timedelta(days=7)) not in said
    move_to_day(duet, thursday, "10:00")
    assert len(messages_saying(duet, "ewa", PROMPTED)) == 1
    move_to_day(duet, thursday + timedelta(days=1), "12:01")
    form = open_schedule_form(duet, "ewa", key)
    assert polish_date(second) in form.text and polish_date(thursday + timedelta(days=7)) not in form.text
    form = fill_schedule_form(form, at="11:00")
    assert polish_date(second) in form.text and polish_date(thursday + timedelta(days=7)) not in form.text
    assert polish_date(second) in submit_form(form).text
    said = run_checkin_command(duet.person("ewa"), f"{key} plan 11:30").text
    assert polish_date(second) in said and polish_date(thursday + timedelta(days=7)) not in said
    move_to_day(duet, thursday + timedelta(days=7), "12:00")
    assert query_one(duet, "SELECT count(*) FROM checkin_rounds") == 1
    move_to_day(duet, second, "11:30")
    assert query_one(duet, "SELECT count(*) FROM checkin_rounds") == 2
    assert len(messages_saying(duet, "ewa", PROMPTED)) == 1  # of the first one is said that it is over


def test_changed_in_the_form(duet: Office) -> None:
    """§8.1, §2.3: the next days follow what is chosen; a form that somebody else has overtaken changes nothing."""
    key, thursday = start_checkin_project(duet, "jan", "ola")
    form = open_schedule_form(duet, "piotr", key)
    assert "*Every Thursday at 10:00 (Warsaw time)*" in form.text
    stale = open_schedule_form(duet, "ewa", key)
    form = fill_schedule_form(form, weekdays=["Tuesday", "Friday"], at="09:30")
    assert "Every Tuesday and Friday at 9:30" in form.text
    form = fill_schedule_form(form, rhythm="Every 2 weeks")
    assert "Every 2 weeks on Tuesday and Friday at 9:30" in form.text
    form = fill_schedule_form(form, weekdays=[])
    assert "Choose at least one weekday" in form.text
    form = fill_schedule_form(form, weekdays=["Friday"])
    friday = next_weekday(thursday, FRIDAY)
    assert f"{friday.day} " in form.text
    form = fill_schedule_form(form, zone="Each member's own")
    assert "Every 2 weeks on Friday at 9:30, in each member's own time" in form.text
    form = fill_schedule_form(form, country="Germany", whom="people", people=["@jan", "@ewa"])
    said = submit_form(form).text
    assert "*Who is asked*\n@Jan Łącznik and @Ewa Błysk" in said
    assert "Every 2 weeks on Friday at 9:30, in each member's own time" in said
    assert "Is anything in your way?" in said
    duet.settles()
    shown = run_checkin_command(duet.person("piotr"), key).text
    assert "Every 2 weeks on Friday at 9:30, in each member's own time" in shown
    assert "@Jan Łącznik and @Ewa Błysk" in shown
    with expect_refusal(duet, "error.checkin.stale"):
        overtaken = fill_schedule_form(stale, at="12:00").submit()
        assert overtaken is not None and "ktoś zmienił terminy" in overtaken.text
    close_forms(duet.person("ewa"))
    move_to_day(duet, friday, "09:30")
    assert {who: len(messages_saying(duet, who, PROMPTED)) for who in ("jan", "ola", "ewa", "piotr")} == {
        "jan": 1,
        "ola": 0,
        "ewa": 1,
        "piotr": 0,
    }
    form = open_schedule_form(duet, "ewa", key)
    for people, wrong in ((["@tomek"], "nie bierze udziału"), ([], "Nie ma jeszcze kogo")):
        with expect_refusal(duet):
            shown_again = fill_schedule_form(form, people=people).submit()
            assert shown_again is not None and wrong in answer_errors(shown_again, FIELDS)["people"]
        form = shown_again
    close_forms(duet.person("ewa"))
    saved = submit_form(fill_schedule_form(open_schedule_form(duet, "ewa", key), whom="everybody"))
    assert "*Kogo pytać*\nZespół i liderzy" in saved.text
    close_forms(duet.person("ewa"))
    assert "Piotr" in run_checkin_command(duet.person("ewa"), key).text


def test_questions_one_a_line(duet: Office) -> None:
    """§8.1: written freely, with choices, from 1 to 5; asked so, read so; hostile ones stay words."""
    key, thursday = start_checkin_project(duet, "jan")
    hostile = "Ile <!here> & *gwiazdek*? [<b> / & / „c”]"
    lines = ["Co nowego?", "Nastrój [1-5]", "Kanał? [Mail / Sklep]", hostile, "Czego trzeba? [potrzeby]"]
    save_schedule(duet, "piotr", key, questions="\n".join(lines))
    shown = run_checkin_command(duet.person("anna"), key).text
    for line in ("Co nowego?", "Nastrój [1\u20115]", "Kanał? [Mail / Sklep]", "<!here> & *gwiazdek*?"):
        assert line in shown, shown
    form = open_schedule_form(duet, "ewa", key)
    for wrong in (
        "\n".join([*lines, "Szóste?"]),
        "x" * 151,
        "Co? [tylko jedna]",
        "Co? [A / a]",
        "[1-5]",
        "  \n\u200b ",
        "Co? [" + " / ".join(map(str, range(12))) + "]",
        "Co? [A / " + "b" * 76 + "]",
        "Co? [przeszkody]\nCo jeszcze? [przeszkody]",
        "Czego potrzebujesz od drugiej strony?\nCzego jeszcze? [potrzeby]",
        "Jak? [status]\nJak wam? [status]",
    ):
        with expect_refusal(duet, "error.form"):
            again = fill_schedule_form(form, questions=wrong).submit()
            assert again is not None
            assert list(answer_errors(again, FIELDS)) == ["questions"], wrong
        form = again
    close_forms(duet.person("ewa"))
    move_to_day(duet, thursday, "10:00")
    asked = open_prompt_form(duet, "jan")
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
    said = only_summary(duet, key)
    assert "4/5" in said and "Sklep" in said and "<b>" in said
    assert "🤝 *Potrzeby IT:* Farby" in said
    save_schedule(duet, "piotr", key, questions="Kanał? [Mail / Sklep]\nInne?")
    assert query_one(duet, "SELECT count(*) FROM checkin_rounds") == 1
    move_to_next_round(duet, thursday)
    prefilled = open_prompt_form(duet, "jan")
    assert prefilled.labels == ["Kanał?", "Inne?"]
    assert prefilled.values["Kanał?"] == "Sklep"  # the question has stayed the same


def test_a_change_loses_no_round_that_is_yet_to_come(duet: Office) -> None:
    """§8.1, §8.2: at eleven in Warsaw nobody has been asked in New York: other questions, a pause, a new member."""
    key, thursday = start_checkin_project(duet, "mike")
    save_schedule(duet, "piotr", key, zone="Each member's own")
    move_to_day(duet, thursday, "11:00")
    save_schedule(duet, "piotr", key, questions="A?\nB?")
    for step in ("pause", "resume"):
        run_checkin_command(duet.person("piotr"), f"{key} {step}")
    add_member(duet, key, "jan", by="piotr", from_day=(thursday + timedelta(days=1)).isoformat())
    assert f"{thursday.day} {thursday:%B}" in run_checkin_command(duet.person("piotr"), key).text
    move_to_day(duet, thursday, "10:00", NEW_YORK)
    assert open_prompt_form(duet, "mike").labels == ["A?", "B?"]
    assert polish_date(thursday) not in run_checkin_command(duet.person("ewa"), key).text  # the next is in a week


def test_a_day_that_has_begun_further_east_is_not_begun_again(duet: Office) -> None:
    """§8.2: Thursday has begun in Tokyo, on Wednesday in Los Angeles, when the schedule gets Wednesday as well:
    that one is asked, Thursday is not decided on a second time, and the next is Wednesday.
    """
    there = ZoneInfo("America/Los_Angeles")
    duet.slack.change_person("jan", tz="Asia/Tokyo")
    key, thursday = start_checkin_project(duet, "jan", zone="Los Angeles")
    wednesday = thursday - timedelta(days=1)
    save_schedule(duet, "piotr", key, zone="Each member's own")
    move_to_day(duet, wednesday, "17:05", there)
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    save_schedule(duet, "piotr", key, zone="The project's (Los Angeles)")
    said = run_checkin_command(duet.person("piotr"), f"{key} schedule wednesday thursday 17:30").text
    assert f"{wednesday.day} {wednesday:%B}" in said, said
    move_to_day(duet, wednesday, "17:31", there)
    assert query_one(duet, "SELECT count(*) FROM checkin_rounds") == 2
    move_to_day(duet, thursday, "17:31", there)
    assert query_one(duet, "SELECT count(*) FROM checkin_rounds") == 2
    next_wednesday = wednesday + timedelta(days=7)
    assert str(query_one(duet, "SELECT next_on FROM checkin_schedules")) == next_wednesday.isoformat()
    said = run_checkin_command(duet.person("piotr"), key).text
    assert f"{next_wednesday.day} {next_wednesday:%B}" in said
    assert f"{thursday.day} {thursday:%B}" not in said


def test_no_day_before_the_end(duet: Office) -> None:
    """§8.1: what would never be asked is refused; after the last day nothing is planned."""
    monday = move_to_quiet_monday(duet)
    ends = monday + timedelta(days=11)
    key = activate_project(
        duet, starts_on=monday.isoformat(), ends_on=ends.isoformat(), measure_by=ends.isoformat()
    )
    second = next_weekday(monday + timedelta(days=7), THURSDAY)
    assert polish_date(second) in run_checkin_command(duet.person("ewa"), key).text
    which = "third" if (monday + timedelta(days=7)).day <= 7 else "first"  # not the one Monday that is left
    with expect_refusal(duet, "error.form"):
        assert (
            "before the project ends"
            in run_checkin_command(duet.person("piotr"), f"{key} schedule {which} monday 10:00").text
        )
    move_to_day(duet, monday + timedelta(days=1))
    move_to_day(duet, monday + timedelta(days=3), "10:00")
    move_to_day(duet, second, "10:00")
    assert "Nie ma zaplanowanego check-inu" in run_checkin_command(duet.person("ewa"), key).text


def test_who_may_change_it(duet: Office) -> None:
    """§14: leads and executives; not members, guests, admins, nor another workspace."""
    monday = move_to_quiet_monday(duet)
    key = activate_project(duet, starts_on=monday.isoformat())
    add_member(duet, key, "jan", by="piotr")
    add_member(duet, key, "gosia", by="ewa", side="marketing")
    project = str(project_id(duet, key))
    before = stored_rule(duet)
    form = open_schedule_form(duet, "ewa", key)
    meta = form.private_metadata
    close_forms(duet.person("ewa"))
    fields: dict[str, Any] = {name: text_state("x") for name in FIELDS}
    for who, workspace, where in (
        ("jan", None, "#general"),
        ("gosia", None, "#promocje"),
        ("ola", None, "#general"),
        ("roman", None, "#general"),
        ("zenek", "T0KIOSK", "#general"),
    ):
        person = duet.person(who, workspace)
        expected = NOT_ALLOWED if who in ("jan", "gosia") else NOT_FOUND
        with expect_no_change(duet):
            for action in ("checkin.schedule", "checkin.now", "checkin.pause", "checkin.resume"):
                close_forms(person)
                message = person.types("/duet", where).messages[-1]
                over = {"actions": [{"action_id": action, "value": project}]}
                said = person.forges("block_actions", over, message=message, button=message.buttons[-1]).text
                assert has_sentence(said, expected), (who, action, said)
            close_forms(person)
            person.types("/duet settings", where)
            assert has_sentence(forge_submission(person, "checkin.schedule", meta, fields), expected), who
            close_forms(person)
            said = person.types(f"/duet checkin {key} schedule friday 9:00", where).text
            assert has_sentence(said, (*expected, "D-1")), (who, said)
    assert stored_rule(duet) == before
    ewa = duet.person("ewa")
    with expect_no_change(duet):
        for odd in ("", "{}", '{"project": "x"}', '{"project": 0, "version": 1}', meta):
            said = forge_submission(ewa, "checkin.schedule", odd, fields)  # what no form offers
            assert has_sentence(said, ("Wybierz jedną z",) if odd == meta else NOT_FOUND), (odd, said)
            close_forms(ewa)
    # A guest of the team answers by button.
    move_to_day(duet, monday + timedelta(days=1))
    move_to_day(duet, next_weekday(monday, THURSDAY), "10:00")
    answer_prompt(duet, "gosia", progress="Z agencji")
    assert newest_prompt_ids(duet, "gosia")[0] > 0


def test_before_activation_there_is_none(duet: Office) -> None:
    """§8.1, §3: a draft has no schedule, and says so in one sentence."""
    key = draft_charter(duet)
    for words in ("", "now", "plan czwartek 10:00", "answer", "pause", "history"):
        with expect_no_change(duet):
            assert key in run_checkin_command(duet.person("anna"), f"{key} {words}").text, words


def test_late_by_hours_or_days_there_is_no_backlog(duet: Office) -> None:
    """§8.2: within two hours asked late; later skipped and logged; after days nobody is asked in arrears."""
    key, thursday = start_checkin_project(duet)
    run_checkin_command(duet.person("ewa"), f"{key} plan codziennie 9:00")
    wednesday = current_day(duet) + timedelta(days=1)
    assert wednesday < thursday
    move_to_day(duet, wednesday, "10:55")
    assert len(messages_saying(duet, "ewa", PROMPTED)) == 1
    move_to_day(duet, thursday, "11:05")
    assert len(messages_saying(duet, "ewa", PROMPTED)) == 1  # Wednesday's
    assert "pominięty: nie udało się zapytać na czas" in duet.person("anna").types(f"/duet log {key}").text
    duet.slack.move_clock(days=3, hours=5)
    run_due_work(duet)
    assert query_one(duet, "SELECT count(*) FROM checkin_rounds") == 1
