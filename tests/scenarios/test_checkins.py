"""Rounds: who is asked and when, what they press, and how a round ends (product §8.1, §8.3–8.5, §8.8)."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.workdays import WorkCalendar
from tests.running import WARSAW, Office
from tests.scenarios.checkin_steps import (
    AFTER_ALL,
    ANSWER,
    CHANGE,
    NOW,
    OVER,
    PAUSE,
    PROMPTED,
    REMINDED,
    RESUME,
    ROUND_OVER,
    SAME,
    SKIP,
    SKIPPED,
    SNOOZE,
    SNOOZED,
    THANKED,
    UNANSWERED,
    answer_form,
    answers,
    answers_by_command,
    asked,
    checkin,
    click,
    filled,
    ids,
    ordered,
    planned,
    presses,
    saved,
    schedule_form,
    started,
    summaries,
    summary,
    told,
    whole,
    with_button,
)
from tests.scenarios.days import comes, next_weekday, polish, today
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    active,
    channel_of,
    day,
    labelled,
    one,
    opened,
    project_id,
    put_away,
    refused,
    says,
    unchanged,
)
from tests.scenarios.steps import presses as forges
from tests.scenarios.team_steps import joined
from tests.scenarios.test_away import REMINDERS, away

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY, MONDAY = 4, 0


# --- asked --------------------------------------------------------------------------------------------------


def test_the_leads_are_asked_until_there_is_a_team(duet: Office) -> None:
    """§8.1, §8.3, §15: by direct message, in their language, at ten sharp; then the members, by their dates."""
    key, thursday = started(duet)
    comes(duet, thursday, "09:59")
    assert told(duet, "piotr", PROMPTED) == told(duet, "ewa", PROMPTED) == []
    comes(duet, thursday, "10:00")
    (polish_one,), (english_one,) = told(duet, "ewa", PROMPTED), told(duet, "piotr", PROMPTED)
    assert f"do {polish(thursday + timedelta(days=1))}, 12:00" in polish_one.text
    assert polish_one.buttons == ["Odpowiedz", "Pomiń", "Przypomnij za godzinę"]
    assert english_one.buttons == ["Answer", "Skip", "Snooze 1 h"]
    home = duet.person("ewa").types("/duet")
    assert ordered(home.text, key, "czeka na Twoją odpowiedź w check-inie")
    form = click(home, ANSWER).form
    assert filled(form, progress="Gotowe").submit() is None
    duet.settles()
    assert not set(ANSWER) & set(duet.person("ewa").types("/duet").buttons)
    answers(duet, "piotr", progress="Done")
    later = thursday + timedelta(days=7)
    joined(duet, key, "jan", by="piotr", from_day=(later + timedelta(days=1)).isoformat())
    joined(duet, key, "ola", by="ewa")
    joined(duet, key, "tomek", by="ewa", until_day=(later - timedelta(days=1)).isoformat())
    comes(duet, later, "10:00")
    asked_now = {who: len(told(duet, who, PROMPTED)) for who in ("ewa", "piotr", "jan", "ola", "tomek")}
    assert asked_now == {"ewa": 0, "piotr": 0, "jan": 0, "ola": 1, "tomek": 0}
    assert "@Aleksandra Plakat" in checkin(duet.person("anna"), key).text
    comes(duet, later + timedelta(days=7), "10:00")
    assert len(told(duet, "jan", PROMPTED)) == 1
    assert told(duet, "ola", OVER)  # nothing came from her to the round before


def test_the_projects_time_or_each_ones_own(duet: Office) -> None:
    """§8.1, §8.3, §2.8: nobody outside 08–18 of their own day; each has until 12:00 of their own next day."""
    key, thursday = started(duet, "jan", "mike")
    comes(duet, thursday, "10:00")
    assert len(told(duet, "jan", PROMPTED)) == 1
    assert told(duet, "mike", PROMPTED) == []  # it is four in the morning there
    comes(duet, thursday, "08:00", NEW_YORK)
    (prompt,) = told(duet, "mike", PROMPTED)
    assert "12:00" in prompt.text
    answers(duet, "jan", progress="Zrobione")
    friday = thursday + timedelta(days=1)
    comes(duet, friday, "12:00")
    assert told(duet, "mike", REMINDED) == [] and summaries(duet, key) == []
    comes(duet, friday, "09:01", NEW_YORK)
    assert len(told(duet, "mike", REMINDED)) == 1
    comes(duet, friday, "12:01", NEW_YORK)
    assert summaries(duet, key) == []  # in Warsaw it is past six on a Friday
    comes(duet, next_weekday(friday, MONDAY), "08:00")
    assert "Marketing: 0 z 1" in summary(duet, key)
    saved(duet, "piotr", key, zone="Each member's own")
    again = thursday + timedelta(days=7)
    comes(duet, again, "10:00")
    assert len(told(duet, "jan", PROMPTED)) == 1
    comes(duet, again, "09:59", NEW_YORK)
    assert told(duet, "mike", PROMPTED) == []
    comes(duet, again, "10:00", NEW_YORK)
    assert len(told(duet, "mike", PROMPTED)) == 1


def test_a_holiday_is_skipped(duet: Office) -> None:
    """§8.1: 11 November is free in Poland, where the project is."""
    year = today(duet).year + 1
    on = next(free for at in range(9) if (free := date(year + at, 11, 11)).weekday() in (1, 2, 3))
    comes(duet, on - timedelta(days=on.weekday() + 7), "10:00")
    key = active(duet, starts_on=day(duet, 0))
    weekday = ("monday", "tuesday", "wednesday", "thursday", "friday")[on.weekday()]
    said = checkin(duet.person("piotr"), f"{key} schedule {weekday} 9:30").text
    coming, skipped = said.split("\n")[-2:]
    assert "11 November" not in coming and f"{(on + timedelta(days=7)).day} November" in coming
    assert skipped.startswith("Skipped for holidays: ") and "11 November" in skipped
    assert "Skipped for holidays: " in checkin(duet.person("piotr"), key).text
    form = schedule_form(duet, "piotr", key)
    assert "Skipped for holidays: " in form.text
    form = planned(form, country="Germany")
    assert "Skipped" not in form.text and "11 November" in form.text  # it is a working day there
    put_away(duet.person("piotr"))
    comes(duet, on, "12:00")
    assert told(duet, "ewa", PROMPTED) == []


def thanksgiving_comes(duet: Office) -> date:
    """It is a day or two before it."""
    days = (today(duet) + timedelta(days=ahead) for ahead in range(1, 400))
    found = next(each for each in days if (each.month, each.weekday()) == (11, 3) and 22 <= each.day <= 28)
    if found - today(duet) > timedelta(days=2):
        comes(duet, found - timedelta(days=2), "10:00")
    return found


def test_nobody_is_asked_on_a_holiday_of_their_own(duet: Office) -> None:
    """§8.1, §2.8: at Thanksgiving Warsaw answers; New York is asked, and reminded, on its own working days."""
    thanksgiving = thanksgiving_comes(duet)
    friday = thanksgiving + timedelta(days=1)
    key = active(duet, starts_on=today(duet).isoformat())
    joined(duet, key, "jan", by="piotr")
    joined(duet, key, "mike", by="ewa")
    comes(duet, thanksgiving, "10:00")
    assert len(told(duet, "jan", PROMPTED)) == 1
    comes(duet, thanksgiving, "12:00", NEW_YORK)
    assert told(duet, "mike", PROMPTED) == []
    comes(duet, friday, "08:00", NEW_YORK)
    assert len(told(duet, "mike", PROMPTED)) == 1
    comes(duet, next_weekday(friday, MONDAY), "09:01", NEW_YORK)
    assert len(told(duet, "mike", REMINDED)) == 1


def test_a_holiday_of_everybodys_does_not_ask_twice_after_it(duet: Office) -> None:
    """§8.1, §8.2: asked daily, New York answers on Friday for Friday; Thursday is skipped, and logged."""
    thanksgiving = thanksgiving_comes(duet)
    key = active(duet, starts_on=today(duet).isoformat())
    joined(duet, key, "mike", by="ewa")
    checkin(duet.person("piotr"), f"{key} schedule daily 10:00")
    comes(duet, thanksgiving, "12:00", NEW_YORK)
    before = len(told(duet, "mike", PROMPTED + OVER))
    comes(duet, thanksgiving + timedelta(days=1), "08:00", NEW_YORK)
    assert len(told(duet, "mike", PROMPTED + OVER)) == before + 1
    assert "skipped" in duet.person("piotr").types(f"/duet log {key}").text


# --- what they press ------------------------------------------------------------------------------------------


def test_answer_change_and_the_same_as_last_time(duet: Office) -> None:
    """§8.3: the form is prefilled with the last answer; the same can be given by one press, once there is one."""
    _, thursday = asked(duet, "jan", "ola")
    form = answer_form(duet, "jan")
    assert form.values == dict.fromkeys(form.values)
    assert filled(form, progress="Zrobione", status="at_risk", needs="Zgoda").submit() is None
    duet.settles()
    (thanks,) = told(duet, "jan", THANKED)
    assert labelled(thanks.buttons, CHANGE) == "Zmień odpowiedź"
    again = answer_form(duet, "jan", CHANGE)
    assert "Zmieniasz swoją odpowiedź" in again.text
    assert "Zrobione" in again.values.values()
    put_away(duet.person("jan"))
    prompt, _ = ids(duet, "jan")
    with refused(duet, "AlreadyAnswered"):
        for action in ("checkin.same", "checkin.skip", "checkin.snooze"):
            forges(duet.person("jan"), action, str(prompt))
    with refused(duet, "NoEarlierAnswer"):
        forges(duet.person("ola"), "checkin.same", str(ids(duet, "ola")[0]))
    comes(duet, thursday + timedelta(days=7), "10:00")
    assert set(SAME) & set(with_button(duet, "jan", ANSWER).buttons)
    assert not set(SAME) & set(with_button(duet, "ola", ANSWER).buttons)
    form = answer_form(duet, "jan")
    assert form.values["Co udało się zrobić od ostatniego razu?"] == "Zrobione"
    assert form.values["Jak idzie?"] == "🟡 Zagrożone"
    put_away(duet.person("jan"))
    presses(duet, "jan", SAME)
    assert len(told(duet, "jan", THANKED)) == 2
    answers(duet, "ola", progress="Też")
    assert ordered(summaries(duet, "D-1")[-1].text, "Jan", "Zgoda", "🟡 @Jan", "Zrobione")


def test_skip_and_answer_after_all(duet: Office) -> None:
    """§8.3: whoever skips is not waited for, nor reminded, and may change their mind."""
    key, thursday = asked(duet, "jan", "ola")
    presses(duet, "jan", SKIP)
    assert told(duet, "jan", SKIPPED)
    comes(duet, thursday + timedelta(days=1), "09:01")
    assert told(duet, "jan", REMINDED) == []
    assert len(told(duet, "ola", REMINDED)) == 1
    presses(duet, "ola", SKIP)
    assert summary(duet, key).endswith("tym razem bez odpowiedzi")
    answers(duet, "jan", AFTER_ALL, progress="Jednak coś")
    assert "Jednak coś" in summary(duet, key)


def test_snooze_for_an_hour(duet: Office) -> None:
    """§8.3: asked again, each time anew; refused with a sentence when the window would be over by then."""
    key, thursday = asked(duet, "jan")
    presses(duet, "jan", SNOOZE)
    (snoozed,) = told(duet, "jan", SNOOZED)
    assert "11:00" in snoozed.text
    comes(duet, thursday, "10:58")
    assert told(duet, "jan", PROMPTED) == []
    comes(duet, thursday, "11:02")
    (again,) = told(duet, "jan", PROMPTED)
    assert again.ts != snoozed.ts
    comes(duet, thursday + timedelta(days=1), "09:01")
    comes(duet, thursday + timedelta(days=1), "11:05")
    with refused(duet, "TooLateToSnooze"):
        assert "Za godzinę tego check-inu już nie będzie" in presses(duet, "jan", SNOOZE)
    assert len(told(duet, "jan", REMINDED)) == 1
    answers(duet, "jan", progress="Zdążone")
    assert "IT: 1 z 1" in summary(duet, key)


def test_a_snooze_ends_within_working_hours(duet: Office) -> None:
    """§8.3, §2.8: an hour after half past five is the next morning; no reminder an hour after that."""
    key, thursday = started(duet, "jan")
    assert "17:00" in checkin(duet.person("piotr"), f"{key} schedule thursday 17:00").text
    comes(duet, thursday, "17:30")
    presses(duet, "jan", SNOOZE)
    friday = thursday + timedelta(days=1)
    (snoozed,) = told(duet, "jan", SNOOZED)
    assert f"{polish(friday)}, 08:00" in snoozed.text
    comes(duet, thursday, "18:31")
    assert told(duet, "jan", PROMPTED) == []
    comes(duet, friday, "08:00")
    assert len(told(duet, "jan", PROMPTED)) == 1
    comes(duet, friday, "09:01")
    assert told(duet, "jan", REMINDED) == []


def test_reminded_once_unless_turned_off(duet: Office) -> None:
    """§8.3, §2.8: a Friday's round is reminded on Monday at nine, and ends at noon; each may turn it off."""
    key, thursday = started(duet, "jan", "nadia", "ola")
    assert "Friday" in checkin(duet.person("piotr"), f"{key} schedule friday 10:00").text
    form = opened(duet.person("ola"), "/duet settings")
    assert form.fill({labelled(form.labels, REMINDERS): "Wyłączone"}).submit() is None
    friday = next_weekday(thursday, FRIDAY)
    monday = next_weekday(friday, MONDAY)
    comes(duet, friday, "10:00")
    assert f"{monday.day}" in told(duet, "jan", PROMPTED)[0].text
    for free in (friday + timedelta(days=1), friday + timedelta(days=2)):
        comes(duet, free, "13:00")
    assert told(duet, "jan", REMINDED) == []
    comes(duet, monday, "08:59")
    assert told(duet, "jan", REMINDED) == []
    comes(duet, monday, "09:01")
    assert len(told(duet, "jan", REMINDED)) == 1
    assert told(duet, "nadia", REMINDED) == []  # in London it is eight
    assert told(duet, "ola", REMINDED) == []
    comes(duet, monday, "10:00")
    assert len(told(duet, "nadia", REMINDED)) == 1
    answers(duet, "jan", progress="Późno, ale jest")  # from the reminder
    assert told(duet, "jan", REMINDED) == []
    comes(duet, monday, "12:59")  # in London it is not yet noon
    assert summaries(duet, key) == []
    comes(duet, monday, "13:01")
    assert "IT: 1 z 2" in summary(duet, key)
    assert len(told(duet, "nadia", REMINDED)) == 1


def test_executives_are_asked_but_not_reminded(duet: Office) -> None:
    """§2.8, §8.1: who chose them wants their answer; a reminder would be one message too many."""
    key, thursday = started(duet, "jan")
    saved(duet, "piotr", key, whom="people", people=["@anna", "@jan"])
    comes(duet, thursday, "10:00")
    assert len(told(duet, "anna", PROMPTED)) == len(told(duet, "jan", PROMPTED)) == 1
    comes(duet, thursday + timedelta(days=1), "09:01")
    assert len(told(duet, "jan", REMINDED)) == 1
    assert told(duet, "anna", REMINDED) == []


# --- early, late, again ---------------------------------------------------------------------------------------


def test_early_answers_count(duet: Office) -> None:
    """§8.4: up to 24 hours before; whoever has answered is not asked again."""
    key, thursday = started(duet, "jan", "ola")
    said = checkin(duet.person("jan"), f"{key} answer").text
    assert "Teraz nie ma na co odpowiadać" in said and polish(thursday) in said
    comes(duet, thursday - timedelta(days=1), "09:59")
    assert "Teraz nie ma" in checkin(duet.person("jan"), f"{key} odpowiedz").text
    comes(duet, thursday - timedelta(days=1), "10:01")
    form = opened(duet.person("jan"), f"/duet checkin {key} answer")
    assert "Ten check-in zacznie się później" in form.text
    assert filled(form, progress="Wcześniej").submit() is None
    answers_by_command(duet, "jan", key, progress="Wcześniej i lepiej")
    opened(duet.person("ola"), f"/duet checkin {key} answer").close()  # opened only: she is asked
    comes(duet, thursday, "10:00")
    assert told(duet, "jan", PROMPTED) == []
    assert len(told(duet, "ola", PROMPTED)) == 1
    answers(duet, "ola", progress="Teraz")
    said = summary(duet, key)
    assert "Wcześniej i lepiej" in said and "później" not in said
    assert ordered(said, "IT: 1 z 1", "Marketing: 1 z 1")


def test_who_only_opened_the_early_form_is_asked_as_the_schedule_is_then(duet: Office) -> None:
    """§8.4, §8.1: at the hour, and with the questions, to which it has been moved meanwhile."""
    key, thursday = started(duet, "jan", "ola")
    comes(duet, thursday - timedelta(days=1), "10:30")
    opened(duet.person("ola"), f"/duet checkin {key} answer").close()
    saved(duet, "piotr", key, at="15:00", questions="Co nowego?")
    comes(duet, thursday, "10:00")
    assert told(duet, "ola", PROMPTED) == []
    comes(duet, thursday, "15:00")
    assert len(told(duet, "ola", PROMPTED)) == len(told(duet, "jan", PROMPTED)) == 1
    assert answer_form(duet, "ola").labels == answer_form(duet, "jan").labels == ["Co nowego?"]


def test_late_and_changed_answers_update_the_summary_in_place(duet: Office) -> None:
    """§8.4: the same message, which says so; once the next round has begun, refused with one sentence."""
    key, thursday = asked(duet, "jan", "ola")
    answers(duet, "jan", progress="Wersja pierwsza")
    comes(duet, thursday + timedelta(days=1), "12:00")
    (before,) = summaries(duet, key)
    assert "uzupełnione" not in before.text
    form = answer_form(duet, "ola")
    assert "Podsumowanie już jest" in form.text
    assert filled(form, progress="Po czasie").submit() is None
    answers(duet, "jan", CHANGE, progress="Wersja druga")
    (after,) = summaries(duet, key)
    assert after.ts == before.ts
    assert "Wersja pierwsza" not in after.text
    for part in (
        "@Aleksandra Plakat _(później)_: Po czasie",
        "@Jan Łącznik _(zmienione)_: Wersja druga",
        " · _uzupełnione_\n",
        "Marketing: 1 z 1",
    ):
        assert part in after.text
    kept = answer_form(duet, "ola", CHANGE)
    comes(duet, thursday + timedelta(days=7), "10:00")
    with refused(duet, "RoundOver"):
        shown = kept.submit()
        assert shown is not None and says(shown.text, ROUND_OVER)
        put_away(duet.person("ola"))
        prompt = one(duet, "SELECT min(id) FROM checkin_prompts WHERE user_id = 'U0OLA'")
        for action in ("answer", "same", "skip", "snooze"):
            assert says(forges(duet.person("ola"), f"checkin.{action}", str(prompt)).text, ROUND_OVER)
    assert summaries(duet, key)[0].text == after.text


# --- away -----------------------------------------------------------------------------------------------------


def test_away_people_are_not_asked(duet: Office) -> None:
    """§8.5: away before it begins, or while it goes on; the summary counts them, and names nobody."""
    key, thursday = started(duet, "jan", "nadia", "ola")
    away(duet, "jan", f"{thursday} {thursday + timedelta(days=1)}")
    comes(duet, thursday, "10:00")
    assert told(duet, "jan", PROMPTED) == []
    assert len(told(duet, "ola", PROMPTED)) == 1
    away(duet, "ola", f"{thursday} {thursday + timedelta(days=1)}")
    duet.settles()
    assert "Nie ma Cię w pracy" in duet.person("ola").reads("@duet")[-1].text
    assert summaries(duet, key) == []
    answers(duet, "nadia", progress="Here")
    said = summary(duet, key)
    assert ordered(said, "IT: 1 z 1", "nie pytano: 2")
    assert "Jan" not in said and "Aleksandra" not in said
    comes(duet, thursday + timedelta(days=1), "13:00")
    assert told(duet, "jan", REMINDED) == told(duet, "ola", REMINDED) == []
    assert told(duet, "piotr", UNANSWERED) == told(duet, "ewa", UNANSWERED) == []


def test_away_on_their_own_day(duet: Office) -> None:
    """§8.5: in the evening in New York it is tomorrow already elsewhere; absence is by their own calendar."""
    key, thursday = started(duet, "jan", "mike")
    comes(duet, thursday, "10:00")
    answers(duet, "jan", progress="Jestem")
    comes(duet, thursday, "08:00", NEW_YORK)
    comes(duet, thursday, "21:00", NEW_YORK)
    away(duet, "mike", f"{thursday} {thursday}")
    duet.settles()
    assert one(duet, "SELECT ended_at FROM checkin_rounds") is not None
    assert "You are away" in duet.person("mike").reads("@duet")[-1].text
    comes(duet, thursday + timedelta(days=1), "09:01")
    assert ordered(summary(duet, key), "IT: 1 z 1", "nie pytano: 1")


# --- now, pause, history --------------------------------------------------------------------------------------


def test_now_asks_out_of_turn(duet: Office) -> None:
    """§8.8, §14: at once whoever is at work; one at a time; by leads and executives only."""
    key, thursday = started(duet, "jan")
    for who in ("jan", "ola", "roman"):
        with refused(duet):
            assert says(checkin(duet.person(who), f"{key} now").text, NOT_ALLOWED + NOT_FOUND)
    assert checkin(duet.person("piotr"), f"{key} now").text == "1 person is asked now in D-1."
    assert len(told(duet, "jan", PROMPTED)) == 1
    with refused(duet, "RoundGoesOn"):
        assert "Do " in checkin(duet.person("ewa"), f"{key} teraz").text
    answers(duet, "jan", progress="Zaraz")
    assert "Zaraz" in summary(duet, key)
    comes(duet, thursday, "10:00")  # the schedule goes on
    assert len(told(duet, "jan", PROMPTED)) == 1
    comes(duet, thursday + timedelta(days=1), "12:01")
    assert len(summaries(duet, key)) == 2


def test_now_waits_for_working_hours(duet: Office) -> None:
    """§8.8, §2.8: asked on a Saturday night, by button: on Monday at eight; their window counts from there."""
    key, thursday = started(duet, "jan")
    comes(duet, thursday, "10:00")
    answers(duet, "jan", progress="Jest")
    comes(duet, thursday + timedelta(days=2), "20:00")
    shown = checkin(duet.person("anna"), key)
    assert "1 osoba dostanie pytanie, gdy zacznie się jej dzień pracy." in click(shown, NOW).text
    duet.settles()
    assert told(duet, "jan", PROMPTED) == []
    monday = next_weekday(thursday, MONDAY)
    comes(duet, monday, "07:59")
    assert told(duet, "jan", PROMPTED) == []
    comes(duet, monday, "08:00")
    (prompt,) = told(duet, "jan", PROMPTED)
    assert f"do {polish(monday + timedelta(days=1))}, 12:00" in prompt.text
    comes(duet, monday + timedelta(days=1), "11:59")
    assert len(summaries(duet, key)) == 1
    comes(duet, monday + timedelta(days=1), "12:00")
    assert "tym razem bez odpowiedzi" in summaries(duet, key)[-1].text


def test_now_wakes_nobody_in_any_zone(duet: Office) -> None:
    """§8.8, §2.8, §8.3: at three in Warsaw: New York and Warsaw at once, Auckland and Tokyo in their morning."""
    auckland, tokyo = ZoneInfo("Pacific/Auckland"), ZoneInfo("Asia/Tokyo")
    duet.slack.change_person("ola", tz=auckland.key)
    duet.slack.change_person("tomek", tz=tokyo.key)
    key, _ = started(duet, "jan", "mike", "ola", "tomek")
    tuesday = today(duet)
    while not all(
        WorkCalendar(country).is_working_day(tuesday + timedelta(days=ahead))
        for ahead in range(3)
        for country in ("PL", "US", "JP", "NZ")
    ):
        tuesday += timedelta(days=7)
    wednesday, thursday = tuesday + timedelta(days=1), tuesday + timedelta(days=2)
    comes(duet, tuesday, "15:00")
    said = checkin(duet.person("piotr"), f"{key} now").text
    assert said == "2 people are asked now in D-1. 2 people in D-1 are asked when their working hours begin."
    asked_at_once = {who: len(told(duet, who, PROMPTED)) for who in ("jan", "mike", "ola", "tomek")}
    assert asked_at_once == {"jan": 1, "mike": 1, "ola": 0, "tomek": 0}
    for who, zone in (("ola", auckland), ("tomek", tokyo)):
        comes(duet, wednesday, "07:59", zone)
        assert told(duet, who, PROMPTED) == [], who
        comes(duet, wednesday, "08:00", zone)
        (prompt,) = told(duet, who, PROMPTED)
        ends = f"{thursday.day} {thursday:%B} {thursday.year}, 12:00"
        assert says(prompt.text, (f"do {polish(thursday)}, 12:00", f"until {ends}")), who
    for who, zone in (("jan", WARSAW), ("mike", NEW_YORK)):
        comes(duet, wednesday, "09:01", zone)
        assert len(told(duet, who, REMINDED)) == 1, who
    for who, zone in (("ola", auckland), ("tomek", tokyo)):
        assert told(duet, who, REMINDED) == [], who
        comes(duet, thursday, "09:01", zone)
        assert len(told(duet, who, REMINDED)) == 1, who
    comes(duet, thursday, "07:59")
    assert summaries(duet, key) == []  # Tokyo's window ended at four in the night
    comes(duet, thursday, "08:00")
    assert len(summaries(duet, key)) == 1


def test_whoever_has_moved_is_asked_by_their_new_clock(duet: Office) -> None:
    """§2.8, §8.3: planned for New York's morning, which is night in Tokyo by then."""
    tokyo = ZoneInfo("Asia/Tokyo")
    _, thursday = started(duet, "mike")
    comes(duet, thursday, "10:00")
    duet.slack.change_person("mike", tz=tokyo.key)
    comes(duet, thursday, "08:00", NEW_YORK)
    assert told(duet, "mike", PROMPTED) == []
    friday = thursday + timedelta(days=1)
    comes(duet, friday, "07:59", tokyo)
    assert told(duet, "mike", PROMPTED) == []
    comes(duet, friday, "08:00", tokyo)
    (prompt,) = told(duet, "mike", PROMPTED)
    assert f"{next_weekday(friday, MONDAY).day}" in prompt.text and "12:00" in prompt.text


def test_pause_and_resume(duet: Office) -> None:
    """§8.8: by command and by button; nobody is asked meanwhile; the card says so."""
    key, thursday = started(duet, "jan")
    with refused(duet):
        assert says(checkin(duet.person("jan"), f"{key} pause").text, NOT_ALLOWED)
    assert "are paused" in checkin(duet.person("piotr"), f"{key} pause").text
    with refused(duet, "PausedAlready"):
        checkin(duet.person("ewa"), f"{key} wstrzymaj")
    assert "wstrzymane" in duet.person("anna").types(f"/duet show {key}").text
    comes(duet, thursday, "12:00")
    assert told(duet, "jan", PROMPTED) == []
    shown = checkin(duet.person("anna"), key)
    assert "Check-iny są wstrzymane" in shown.text
    assert "są wznowione" in click(shown, RESUME).text
    with refused(duet, "GoesOnAlready"):
        checkin(duet.person("ewa"), f"{key} wznow")
    later = thursday + timedelta(days=7)
    comes(duet, thursday + timedelta(days=4))
    assert f"najbliższy: {polish(later)}" in duet.person("anna").types(f"/duet show {key}").text
    comes(duet, later, "10:00")
    assert len(told(duet, "jan", PROMPTED)) == 1
    assert "wstrzymane" in click(checkin(duet.person("ewa"), key), PAUSE).text
    answers(duet, "jan", progress="Kończę, co zaczęte")
    assert "Kończę" in summary(duet, key)


def test_an_archived_channel_pauses_the_schedule(duet: Office) -> None:
    """§8.8: nobody is asked; a round that goes on is summed up when the channel is back."""
    key, thursday = asked(duet, "jan")
    room = channel_of(duet, key)
    duet.slack.change_channel(room, "archive", by="ewa")
    duet.waits_until(lambda: one(duet, "SELECT channel_lost_at FROM projects") is not None)
    answers(duet, "jan", progress="Zdążone przed zamknięciem")
    assert "kanał projektu jest niedostępny" in checkin(duet.person("anna"), key).text
    comes(duet, thursday + timedelta(days=7), "12:00")
    assert told(duet, "jan", PROMPTED) == []
    duet.slack.change_channel(room, "unarchive", by="ewa")
    duet.waits_until(lambda: one(duet, "SELECT channel_lost_at FROM projects") is None)
    comes(duet, thursday + timedelta(days=8), "12:00")
    assert "Zdążone przed zamknięciem" in summary(duet, key)
    comes(duet, thursday + timedelta(days=14), "10:00")
    assert len(told(duet, "jan", PROMPTED)) == 1


def test_history_is_paged_and_for_the_team(duet: Office) -> None:
    """§8.8, §14: rounds, newest first, each with its answers a click away; nobody else reads them."""
    key, _ = started(duet, "jan", weeks=2)
    for at in range(9):
        assert "asked now" in checkin(duet.person("piotr"), f"{key} now").text
        answers(duet, "jan", ANSWER, progress=f"Runda numer {at}")
    newest = checkin(duet.person("jan"), f"{key} history")
    assert newest.text.count("odpowiedzi 1 z 1") == 8
    message = newest.messages[-1]
    assert "Runda numer 8" in whole(duet, "jan", message)
    click(message, ("Starsze",))
    duet.settles()
    older = duet.person("jan").reads("#general")[-1]
    assert older.text.count("odpowiedzi 1 z 1") == 1
    assert "Runda numer 0" in whole(duet, "jan", older)
    assert "Nowsze" in older.buttons
    _, round_id = ids(duet, "jan")
    for who in ("ola", "roman", "gosia"):
        for action, value in (
            ("checkin.read", f"{round_id}:1"),
            ("checkin.history", f"{project_id(duet, key)}:1"),
            ("checkin.overview", str(project_id(duet, key))),
        ):
            where = "#promocje" if who == "gosia" else "#general"
            put_away(duet.person(who))
            message = duet.person(who).types("/duet", where).messages[-1]
            over = {"actions": [{"action_id": action, "value": value}]}
            with unchanged(duet):
                reply = duet.person(who).forges("block_actions", over, message=message, button=message.buttons[-1])
            assert says(reply.text, NOT_FOUND + NOT_ALLOWED), (who, action, reply.text)
            assert reply.form is None or "Runda" not in reply.form.text
