"""Rounds: who is asked and when, what they press, and how a round ends (product §8.1, §8.3–8.5, §8.8)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.checkins.openings import open_due_rounds
from bot.checkins.schedules import OPEN
from bot.scheduling.workdays import WorkCalendar
from storage.checkins import CheckinRound, CheckinSchedule
from storage.session import transaction
from storage.timers import Timer
from tests.running import WARSAW, Office
from tests.scenarios.checkin_steps import (
    ACTIONS,
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
    STATUS_BUTTONS,
    THANKED,
    UNANSWERED,
    answer_by_command,
    answer_prompt,
    click_label,
    fill_answers,
    fill_schedule_form,
    find_message_with_button,
    has_in_order,
    list_summaries,
    messages_saying,
    newest_prompt_ids,
    only_summary,
    open_prompt_form,
    open_schedule_form,
    press_message_button,
    read_whole_round,
    run_checkin_command,
    save_schedule,
    start_checkin_project,
    start_first_round,
    value_of_action,
)
from tests.scenarios.days import current_day, move_to_day, next_weekday, polish_date
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    activate_project,
    close_forms,
    day_from_today,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    has_sentence,
    open_form,
    project_channel,
    project_id,
    query_one,
)
from tests.scenarios.team_steps import add_member, stay_days
from tests.scenarios.test_away import REMINDERS, run_away_command

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY, MONDAY = 4, 0


# --- asked --------------------------------------------------------------------------------------------------


def test_the_leads_are_asked_until_there_is_a_team(duet: Office) -> None:
    """§8.1, §8.3, §15: by direct message, in their language, at ten sharp; then the members, by their dates."""
    key, thursday = start_checkin_project(duet)
    move_to_day(duet, thursday, "09:59")
    assert messages_saying(duet, "piotr", PROMPTED) == messages_saying(duet, "ewa", PROMPTED) == []
    move_to_day(duet, thursday, "10:00")
    (polish_one,), (english_one,) = messages_saying(duet, "ewa", PROMPTED), messages_saying(duet, "piotr", PROMPTED)
    assert f"do {polish_date(thursday + timedelta(days=1))}, 12:00" in polish_one.text
    assert polish_one.buttons == [*STATUS_BUTTONS["pl"], "Odpowiedz", "Pomiń", "Przypomnij za godzinę"]
    assert english_one.buttons == [*STATUS_BUTTONS["en"], "Answer", "Skip", "Snooze 1 h"]
    home = duet.person("ewa").types("/duet")
    assert has_in_order(home.text, "Check-iny bez odpowiedzi", key)
    form = click_label(home, ANSWER).form
    assert fill_answers(form, progress="Gotowe").submit() is None
    duet.settles()
    assert not set(ANSWER) & set(duet.person("ewa").types("/duet").buttons)
    answer_prompt(duet, "piotr", progress="Done")
    later = thursday + timedelta(days=7)
    add_member(duet, key, "jan", by="piotr", from_day=(later + timedelta(days=1)).isoformat())
    add_member(duet, key, "ola", by="ewa")
    add_member(duet, key, "tomek", by="ewa", until_day=(later - timedelta(days=1)).isoformat())
    move_to_day(duet, later, "10:00")
    asked_now = {who: len(messages_saying(duet, who, PROMPTED)) for who in ("ewa", "piotr", "jan", "ola", "tomek")}
    assert asked_now == {"ewa": 0, "piotr": 0, "jan": 0, "ola": 1, "tomek": 0}
    assert "@Aleksandra Plakat" in run_checkin_command(duet.person("anna"), key).text
    move_to_day(duet, later + timedelta(days=7), "10:00")
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    assert messages_saying(duet, "ola", OVER)  # nothing came from her to the round before


def test_the_projects_time_or_each_ones_own(duet: Office) -> None:
    """§8.1, §8.3, §2.8: nobody outside 08–18 of their own day; each has until 12:00 of their own next day."""
    key, thursday = start_checkin_project(duet, "jan", "mike")
    move_to_day(duet, thursday, "10:00")
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    assert messages_saying(duet, "mike", PROMPTED) == []  # it is four in the morning there
    move_to_day(duet, thursday, "08:00", NEW_YORK)
    (prompt,) = messages_saying(duet, "mike", PROMPTED)
    assert "12:00" in prompt.text
    answer_prompt(duet, "jan", progress="Zrobione")
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "12:00")
    assert messages_saying(duet, "mike", REMINDED) == [] and list_summaries(duet, key) == []
    move_to_day(duet, friday, "09:01", NEW_YORK)
    assert len(messages_saying(duet, "mike", REMINDED)) == 1
    move_to_day(duet, friday, "12:01", NEW_YORK)
    assert list_summaries(duet, key) == []  # in Warsaw it is past six on a Friday
    move_to_day(duet, next_weekday(friday, MONDAY), "08:00")
    assert "Marketing 0 z 1" in only_summary(duet, key)
    save_schedule(duet, "piotr", key, zone="Each member's own")
    again = thursday + timedelta(days=7)
    move_to_day(duet, again, "10:00")
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    move_to_day(duet, again, "09:59", NEW_YORK)
    assert messages_saying(duet, "mike", PROMPTED) == []
    move_to_day(duet, again, "10:00", NEW_YORK)
    assert len(messages_saying(duet, "mike", PROMPTED)) == 1


def test_a_holiday_is_skipped(duet: Office) -> None:
    """§8.1: 11 November is free in Poland, where the project is."""
    year = current_day(duet).year + 1
    on = next(free for at in range(9) if (free := date(year + at, 11, 11)).weekday() in (1, 2, 3))
    move_to_day(duet, on - timedelta(days=on.weekday() + 7), "10:00")
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    weekday = ("monday", "tuesday", "wednesday", "thursday", "friday")[on.weekday()]
    said = run_checkin_command(duet.person("piotr"), f"{key} schedule {weekday} 9:30").text
    coming, skipped = said.split("\n")[-2:]
    assert "11 November" not in coming and f"{(on + timedelta(days=7)).day} November" in coming
    assert skipped.startswith("Skipped for holidays: ") and "11 November" in skipped
    assert "Skipped for holidays: " in run_checkin_command(duet.person("piotr"), key).text
    form = open_schedule_form(duet, "piotr", key)
    assert "Skipped for holidays: " in form.text
    form = fill_schedule_form(form, country="Germany")
    assert "Skipped" not in form.text and "11 November" in form.text  # it is a working day there
    close_forms(duet.person("piotr"))
    move_to_day(duet, on, "12:00")
    assert messages_saying(duet, "ewa", PROMPTED) == []


def thanksgiving_comes(duet: Office) -> date:
    """It is a day or two before it."""
    days = (current_day(duet) + timedelta(days=ahead) for ahead in range(1, 400))
    found = next(each for each in days if (each.month, each.weekday()) == (11, 3) and 22 <= each.day <= 28)
    if found - current_day(duet) > timedelta(days=2):
        move_to_day(duet, found - timedelta(days=2), "10:00")
    return found


def test_nobody_is_asked_on_a_holiday_of_their_own(duet: Office) -> None:
    """§8.1, §2.8: at Thanksgiving Warsaw answers; New York is asked, and reminded, on its own working days."""
    thanksgiving = thanksgiving_comes(duet)
    friday = thanksgiving + timedelta(days=1)
    key = activate_project(duet, starts_on=current_day(duet).isoformat())
    add_member(duet, key, "jan", by="piotr")
    add_member(duet, key, "mike", by="ewa")
    move_to_day(duet, thanksgiving, "10:00")
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    move_to_day(duet, thanksgiving, "12:00", NEW_YORK)
    assert messages_saying(duet, "mike", PROMPTED) == []
    move_to_day(duet, friday, "08:00", NEW_YORK)
    assert len(messages_saying(duet, "mike", PROMPTED)) == 1
    move_to_day(duet, next_weekday(friday, MONDAY), "09:01", NEW_YORK)
    assert len(messages_saying(duet, "mike", REMINDED)) == 1


def test_a_holiday_of_everybodys_does_not_ask_twice_after_it(duet: Office) -> None:
    """§8.1, §8.2: asked daily, New York answers on Friday for Friday; Thursday is skipped, and logged."""
    thanksgiving = thanksgiving_comes(duet)
    key = activate_project(duet, starts_on=current_day(duet).isoformat())
    add_member(duet, key, "mike", by="ewa")
    run_checkin_command(duet.person("piotr"), f"{key} schedule daily 10:00")
    move_to_day(duet, thanksgiving, "12:00", NEW_YORK)
    before = len(messages_saying(duet, "mike", PROMPTED + OVER))
    move_to_day(duet, thanksgiving + timedelta(days=1), "08:00", NEW_YORK)
    assert len(messages_saying(duet, "mike", PROMPTED + OVER)) == before + 1
    assert "skipped" in duet.person("piotr").types(f"/duet log {key}").text


def test_of_days_that_come_due_at_one_instant_the_last_is_asked(duet: Office) -> None:
    """§8.2: also by whoever looks at that very instant."""
    thanksgiving = thanksgiving_comes(duet)
    key = activate_project(duet, starts_on=current_day(duet).isoformat())
    add_member(duet, key, "mike", by="ewa")
    run_checkin_command(duet.person("piotr"), f"{key} schedule daily 10:00")
    move_to_day(duet, thanksgiving, "12:00", NEW_YORK)
    friday = thanksgiving + timedelta(days=1)
    assert list_days_begun(duet, datetime.combine(friday, time(8), NEW_YORK)) == [friday]


def test_a_day_on_which_it_has_begun_is_not_begun_again(duet: Office) -> None:
    """§8.2: its schedule was changed since to one that comes to the same day."""
    _, thursday = start_first_round(duet, "jan")
    now = datetime.combine(thursday, time(15), WARSAW)
    assert list_days_begun(duet, now, next_on=thursday) == []


def list_days_begun(duet: Office, now: datetime, **schedule: date) -> list[date]:
    """Of the rounds that would begin if the only schedule were looked at then; nothing of it stays."""
    with transaction(duet.database) as session:
        for name, day in schedule.items():
            setattr(session.exec(select(CheckinSchedule)).one(), name, day)
        due = session.exec(select(Timer).filter_by(kind=OPEN)).all()
        open_due_rounds(session, due, now)
        begun = session.exec(select(CheckinRound).filter_by(opened_at=now)).all()
        days = [each.day for each in begun]
        session.rollback()
    return days


# --- what they press ------------------------------------------------------------------------------------------


def test_answer_change_and_the_same_as_last_time(duet: Office) -> None:
    """§8.3: the form is prefilled with the last answer; the same can be given by one press, once there is one."""
    _, thursday = start_first_round(duet, "jan", "ola")
    form = open_prompt_form(duet, "jan")
    assert form.values == dict.fromkeys(form.values)
    assert fill_answers(form, progress="Zrobione", status="at_risk", needs="Zgoda").submit() is None
    duet.settles()
    (thanks,) = messages_saying(duet, "jan", THANKED)
    assert find_label(thanks.buttons, CHANGE) == "Zmień odpowiedź"
    again = open_prompt_form(duet, "jan", CHANGE)
    assert "Zmieniasz swoją odpowiedź" in again.text
    assert "Zrobione" in again.values.values()
    close_forms(duet.person("jan"))
    with expect_refusal(duet, "error.checkin.answered"):
        for action in ("same", "skip", "snooze"):
            forge_click(duet.person("jan"), f"checkin.{action}", value_of_action(duet, "jan", action))
    with expect_refusal(duet, "error.checkin.no_earlier"):
        forge_click(duet.person("ola"), "checkin.same", str(newest_prompt_ids(duet, "ola")[0]))
    move_to_day(duet, thursday + timedelta(days=7), "10:00")
    assert set(SAME) & set(find_message_with_button(duet, "jan", ANSWER).buttons)
    assert not set(SAME) & set(find_message_with_button(duet, "ola", ANSWER).buttons)
    form = open_prompt_form(duet, "jan")
    assert form.values["Co udało się zrobić od ostatniego razu?"] == "Zrobione"
    assert form.values["Jak idzie?"] == "🟡 Plan zagrożony"
    close_forms(duet.person("jan"))
    press_message_button(duet, "jan", SAME)
    assert len(messages_saying(duet, "jan", THANKED)) == 2
    answer_prompt(duet, "ola", progress="Też")
    assert has_in_order(list_summaries(duet, "D-1")[-1].text, "Jan", "Zgoda", "🟡 @Jan", "Zrobione")


def test_skip_and_answer_after_all(duet: Office) -> None:
    """§8.3: whoever skips is not waited for, nor reminded, and may change their mind."""
    key, thursday = start_first_round(duet, "jan", "ola")
    press_message_button(duet, "jan", SKIP)
    assert messages_saying(duet, "jan", SKIPPED)
    move_to_day(duet, thursday + timedelta(days=1), "09:01")
    assert messages_saying(duet, "jan", REMINDED) == []
    assert len(messages_saying(duet, "ola", REMINDED)) == 1
    press_message_button(duet, "ola", SKIP)
    assert only_summary(duet, key).endswith(": bez odpowiedzi")
    answer_prompt(duet, "jan", AFTER_ALL, progress="Jednak coś")
    assert "Jednak coś" in only_summary(duet, key)


def test_snooze_for_an_hour(duet: Office) -> None:
    """§8.3: asked again, each time anew; refused with a sentence when the window would be over by then."""
    key, thursday = start_first_round(duet, "jan")
    press_message_button(duet, "jan", SNOOZE)
    (snoozed,) = messages_saying(duet, "jan", SNOOZED)
    assert "11:00" in snoozed.text
    move_to_day(duet, thursday, "10:58")
    assert messages_saying(duet, "jan", PROMPTED) == []
    move_to_day(duet, thursday, "11:02")
    (again,) = messages_saying(duet, "jan", PROMPTED)
    assert again.ts != snoozed.ts
    move_to_day(duet, thursday + timedelta(days=1), "09:01")
    move_to_day(duet, thursday + timedelta(days=1), "11:05")
    with expect_refusal(duet, "error.checkin.no_snooze"):
        assert "Za godzinę tego check-inu już nie będzie" in press_message_button(duet, "jan", SNOOZE)
    assert len(messages_saying(duet, "jan", REMINDED)) == 1
    answer_prompt(duet, "jan", progress="Zdążone")
    assert "IT 1 z 1" in only_summary(duet, key)


def test_a_snooze_ends_within_working_hours(duet: Office) -> None:
    """§8.3, §2.8: an hour after half past five is the next morning; no reminder an hour after that."""
    key, thursday = start_checkin_project(duet, "jan")
    assert "17:00" in run_checkin_command(duet.person("piotr"), f"{key} schedule thursday 17:00").text
    move_to_day(duet, thursday, "17:30")
    press_message_button(duet, "jan", SNOOZE)
    friday = thursday + timedelta(days=1)
    (snoozed,) = messages_saying(duet, "jan", SNOOZED)
    assert f"{polish_date(friday)}, 08:00" in snoozed.text
    move_to_day(duet, thursday, "18:31")
    assert messages_saying(duet, "jan", PROMPTED) == []
    move_to_day(duet, friday, "08:00")
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    move_to_day(duet, friday, "09:01")
    assert messages_saying(duet, "jan", REMINDED) == []


def test_reminded_once_unless_turned_off(duet: Office) -> None:
    """§8.3, §2.8: a Friday's round is reminded on Monday at nine, and ends at noon; each may turn it off."""
    key, thursday = start_checkin_project(duet, "jan", "nadia", "ola")
    assert "Friday" in run_checkin_command(duet.person("piotr"), f"{key} schedule friday 10:00").text
    form = open_form(duet.person("ola"), "/duet settings")
    assert form.fill({find_label(form.labels, REMINDERS): "Wyłączone"}).submit() is None
    friday = next_weekday(thursday, FRIDAY)
    monday = next_weekday(friday, MONDAY)
    move_to_day(duet, friday, "10:00")
    assert f"{monday.day}" in messages_saying(duet, "jan", PROMPTED)[0].text
    for free in (friday + timedelta(days=1), friday + timedelta(days=2)):
        move_to_day(duet, free, "13:00")
    assert messages_saying(duet, "jan", REMINDED) == []
    move_to_day(duet, monday, "08:59")
    assert messages_saying(duet, "jan", REMINDED) == []
    move_to_day(duet, monday, "09:01")
    assert len(messages_saying(duet, "jan", REMINDED)) == 1
    assert messages_saying(duet, "nadia", REMINDED) == []  # in London it is eight
    assert messages_saying(duet, "ola", REMINDED) == []
    move_to_day(duet, monday, "10:00")
    assert len(messages_saying(duet, "nadia", REMINDED)) == 1
    answer_prompt(duet, "jan", progress="Późno, ale jest")  # from the reminder
    assert messages_saying(duet, "jan", REMINDED) == []
    move_to_day(duet, monday, "12:59")  # in London it is not yet noon
    assert list_summaries(duet, key) == []
    move_to_day(duet, monday, "13:01")
    assert "IT 1 z 2" in only_summary(duet, key)
    assert len(messages_saying(duet, "nadia", REMINDED)) == 1


def test_executives_are_asked_but_not_reminded(duet: Office) -> None:
    """§2.8, §8.1: who chose them wants their answer; a reminder would be one message too many."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, whom="people", people=["@anna", "@jan"])
    move_to_day(duet, thursday, "10:00")
    assert len(messages_saying(duet, "anna", PROMPTED)) == len(messages_saying(duet, "jan", PROMPTED)) == 1
    move_to_day(duet, thursday + timedelta(days=1), "09:01")
    assert len(messages_saying(duet, "jan", REMINDED)) == 1
    assert messages_saying(duet, "anna", REMINDED) == []


# --- early, late, again ---------------------------------------------------------------------------------------


def test_early_answers_count(duet: Office) -> None:
    """§8.4: up to 24 hours before; whoever has answered is not asked again."""
    key, thursday = start_checkin_project(duet, "jan", "ola")
    said = run_checkin_command(duet.person("jan"), f"{key} answer").text
    assert "Teraz nie ma na co odpowiadać" in said and polish_date(thursday) in said
    for who in ("ewa", "anna"):  # the schedule asks the team
        with expect_refusal(duet, "error.checkin.not_asked"):
            said = run_checkin_command(duet.person(who), f"{key} odpowiedz").text
        assert "Cię nie pytają" in said and "/duet checkin plan" in said
    move_to_day(duet, thursday - timedelta(days=1), "09:59")
    assert "Teraz nie ma" in run_checkin_command(duet.person("jan"), f"{key} odpowiedz").text
    move_to_day(duet, thursday - timedelta(days=1), "10:01")
    form = open_form(duet.person("jan"), f"/duet checkin {key} answer")
    assert "Ten check-in zacznie się później" in form.text
    assert fill_answers(form, progress="Wcześniej").submit() is None
    answer_by_command(duet, "jan", key, progress="Wcześniej i lepiej")
    open_form(duet.person("ola"), f"/duet checkin {key} answer").close()  # opened only: she is asked
    move_to_day(duet, thursday, "10:00")
    assert messages_saying(duet, "jan", PROMPTED) == []
    assert len(messages_saying(duet, "ola", PROMPTED)) == 1
    answer_prompt(duet, "ola", progress="Teraz")
    said = only_summary(duet, key)
    assert "Wcześniej i lepiej" in said and "później" not in said
    assert has_in_order(said, "IT 1 z 1", "Marketing 1 z 1")


def test_who_only_opened_the_early_form_is_asked_as_the_schedule_is_then(duet: Office) -> None:
    """§8.4, §8.1: at the hour, and with the questions, to which it has been moved meanwhile."""
    key, thursday = start_checkin_project(duet, "jan", "ola")
    move_to_day(duet, thursday - timedelta(days=1), "10:30")
    open_form(duet.person("ola"), f"/duet checkin {key} answer").close()
    save_schedule(duet, "piotr", key, at="15:00", questions="Co nowego?")
    move_to_day(duet, thursday, "10:00")
    assert messages_saying(duet, "ola", PROMPTED) == []
    move_to_day(duet, thursday, "15:00")
    assert len(messages_saying(duet, "ola", PROMPTED)) == len(messages_saying(duet, "jan", PROMPTED)) == 1
    assert open_prompt_form(duet, "ola").labels == open_prompt_form(duet, "jan").labels == ["Co nowego?"]


def test_late_and_changed_answers_update_the_summary_in_place(duet: Office) -> None:
    """§8.4: the same message, which says so; once the next round has begun, refused with one sentence."""
    key, thursday = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", progress="Wersja pierwsza")
    move_to_day(duet, thursday + timedelta(days=1), "12:00")
    (before,) = list_summaries(duet, key)
    assert "uzupełnione" not in before.text
    assert "późniejsza też się liczy, aż do następnego check-inu" in messages_saying(duet, "ola", PROMPTED)[0].text
    form = open_prompt_form(duet, "ola")
    assert "Podsumowanie już jest" in form.text
    assert fill_answers(form, progress="Po czasie").submit() is None
    answer_prompt(duet, "jan", CHANGE, progress="Wersja druga")
    (after,) = list_summaries(duet, key)
    assert after.ts == before.ts
    assert "Wersja pierwsza" not in after.text
    for part in (
        "@Aleksandra Plakat _(po terminie)_: Po czasie",
        "@Jan Łącznik _(zmienione)_: Wersja druga",
        " · _uzupełnione_\n",
        "Marketing 1 z 1",
    ):
        assert part in after.text
    kept = open_prompt_form(duet, "ola", CHANGE)
    of_old = {action: value_of_action(duet, "ola", action) for action in ACTIONS}
    move_to_day(duet, thursday + timedelta(days=7), "10:00")
    with expect_refusal(duet, "error.checkin.round_over"):
        shown = kept.submit()
        assert shown is not None and has_sentence(shown.text, ROUND_OVER)
        close_forms(duet.person("ola"))
        for action in ACTIONS:
            assert has_sentence(
                forge_click(duet.person("ola"), f"checkin.{action}", of_old[action]).text, ROUND_OVER
            )
    assert list_summaries(duet, key)[0].text == after.text


# --- away -----------------------------------------------------------------------------------------------------


def test_away_people_are_not_asked(duet: Office) -> None:
    """§8.5: away before it begins, or while it goes on; the summary counts them, and names nobody."""
    key, thursday = start_checkin_project(duet, "jan", "nadia", "ola")
    run_away_command(duet, "jan", f"{thursday} {thursday + timedelta(days=1)}")
    move_to_day(duet, thursday, "10:00")
    assert messages_saying(duet, "jan", PROMPTED) == []
    assert len(messages_saying(duet, "ola", PROMPTED)) == 1
    run_away_command(duet, "ola", f"{thursday} {thursday + timedelta(days=1)}")
    duet.settles()
    assert "Nie ma Cię w pracy" in duet.person("ola").reads("@duet")[-1].text
    assert list_summaries(duet, key) == []
    answer_prompt(duet, "nadia", progress="Here")
    said = only_summary(duet, key)
    assert has_in_order(said, "IT 1 z 1", "nie pytano: 2")
    assert "Jan" not in said and "Aleksandra" not in said
    move_to_day(duet, thursday + timedelta(days=1), "13:00")
    assert messages_saying(duet, "jan", REMINDED) == messages_saying(duet, "ola", REMINDED) == []
    assert messages_saying(duet, "piotr", UNANSWERED) == messages_saying(duet, "ewa", UNANSWERED) == []


def test_away_on_their_own_day(duet: Office) -> None:
    """§8.5: in the evening in New York it is tomorrow already elsewhere; absence is by their own calendar."""
    key, thursday = start_checkin_project(duet, "jan", "mike")
    move_to_day(duet, thursday, "10:00")
    answer_prompt(duet, "jan", progress="Jestem")
    move_to_day(duet, thursday, "08:00", NEW_YORK)
    move_to_day(duet, thursday, "21:00", NEW_YORK)
    run_away_command(duet, "mike", f"{thursday} {thursday}")
    duet.settles()
    assert query_one(duet, "SELECT ended_at FROM checkin_rounds") is not None
    assert "You are away" in duet.person("mike").reads("@duet")[-1].text
    move_to_day(duet, thursday + timedelta(days=1), "09:01")
    assert has_in_order(only_summary(duet, key), "IT 1 z 1", "nie pytano: 1")


# --- now, pause, history --------------------------------------------------------------------------------------


def test_now_asks_out_of_turn(duet: Office) -> None:
    """§8.8, §14: at once whoever is at work; one at a time; by leads and executives only."""
    key, thursday = start_checkin_project(duet, "jan")
    for who in ("jan", "ola", "roman"):
        with expect_refusal(duet):
            assert has_sentence(run_checkin_command(duet.person(who), f"{key} now").text, NOT_ALLOWED + NOT_FOUND)
    assert run_checkin_command(duet.person("piotr"), f"{key} now").text == "1 person is asked now in D-1."
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    with expect_no_change(duet):
        for who in ("ewa", "ewa", "anna"):
            said = run_checkin_command(duet.person(who), f"{key} teraz").text
            assert "nikogo nie pytam ponownie. Odpowiedzi: 0 z 1." in said and "Jan" not in said, "§8.6: IT's lead"
        said = run_checkin_command(duet.person("piotr"), f"{key} now").text
        assert "nobody is asked again" in said and "No answer yet: @Jan" in said
    answer_prompt(duet, "jan", progress="Zaraz")
    assert "Zaraz" in only_summary(duet, key)
    move_to_day(duet, thursday, "10:00")  # the schedule goes on
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    move_to_day(duet, thursday + timedelta(days=1), "12:01")
    assert len(list_summaries(duet, key)) == 2


def test_now_waits_for_working_hours(duet: Office) -> None:
    """§8.8, §2.8: asked on a Saturday night, by button: on Monday at eight; their window counts from there."""
    key, thursday = start_checkin_project(duet, "jan")
    move_to_day(duet, thursday, "10:00")
    answer_prompt(duet, "jan", progress="Jest")
    move_to_day(duet, thursday + timedelta(days=2), "20:00")
    shown = run_checkin_command(duet.person("anna"), key)
    assert "1 osoba dostanie pytanie, gdy zacznie się jej dzień pracy." in click_label(shown, NOW).text
    duet.settles()
    assert messages_saying(duet, "jan", PROMPTED) == []
    monday = next_weekday(thursday, MONDAY)
    move_to_day(duet, monday, "07:59")
    assert messages_saying(duet, "jan", PROMPTED) == []
    move_to_day(duet, monday, "08:00")
    (prompt,) = messages_saying(duet, "jan", PROMPTED)
    assert f"do {polish_date(monday + timedelta(days=1))}, 12:00" in prompt.text
    move_to_day(duet, monday + timedelta(days=1), "11:59")
    assert len(list_summaries(duet, key)) == 1
    move_to_day(duet, monday + timedelta(days=1), "12:00")
    assert ": bez odpowiedzi" in list_summaries(duet, key)[-1].text


def test_now_wakes_nobody_in_any_zone(duet: Office) -> None:
    """§8.8, §2.8, §8.3: at three in Warsaw: New York and Warsaw at once, Auckland and Tokyo in their morning."""
    auckland, tokyo = ZoneInfo("Pacific/Auckland"), ZoneInfo("Asia/Tokyo")
    duet.slack.change_person("ola", tz=auckland.key)
    duet.slack.change_person("tomek", tz=tokyo.key)
    key, _ = start_checkin_project(duet, "jan", "mike", "ola", "tomek")
    tuesday = current_day(duet)
    while not all(
        WorkCalendar(country).is_working_day(tuesday + timedelta(days=ahead))
        for ahead in range(3)
        for country in ("PL", "US", "JP", "NZ")
    ):
        tuesday += timedelta(days=7)
    wednesday, thursday = tuesday + timedelta(days=1), tuesday + timedelta(days=2)
    move_to_day(duet, tuesday, "15:00")
    said = run_checkin_command(duet.person("piotr"), f"{key} now").text
    assert said == "2 people are asked now in D-1. 2 people in D-1 are asked when their working hours begin."
    asked_at_once = {who: len(messages_saying(duet, who, PROMPTED)) for who in ("jan", "mike", "ola", "tomek")}
    assert asked_at_once == {"jan": 1, "mike": 1, "ola": 0, "tomek": 0}
    for who, zone in (("ola", auckland), ("tomek", tokyo)):
        move_to_day(duet, wednesday, "07:59", zone)
        assert messages_saying(duet, who, PROMPTED) == [], who
        move_to_day(duet, wednesday, "08:00", zone)
        (prompt,) = messages_saying(duet, who, PROMPTED)
        ends = f"{thursday.day} {thursday:%B} {thursday.year}, 12:00"
        assert has_sentence(prompt.text, (f"do {polish_date(thursday)}, 12:00", f"until {ends}")), who
    for who, zone in (("jan", WARSAW), ("mike", NEW_YORK)):
        move_to_day(duet, wednesday, "09:01", zone)
        assert len(messages_saying(duet, who, REMINDED)) == 1, who
    for who, zone in (("ola", auckland), ("tomek", tokyo)):
        assert messages_saying(duet, who, REMINDED) == [], who
        move_to_day(duet, thursday, "09:01", zone)
        assert len(messages_saying(duet, who, REMINDED)) == 1, who
    move_to_day(duet, thursday, "07:59")
    assert list_summaries(duet, key) == []  # Tokyo's window ended at four in the night
    move_to_day(duet, thursday, "08:00")
    assert len(list_summaries(duet, key)) == 1


def test_whoever_has_moved_is_asked_by_their_new_clock(duet: Office) -> None:
    """§2.8, §8.3: planned for New York's morning, which is night in Tokyo by then."""
    tokyo = ZoneInfo("Asia/Tokyo")
    _, thursday = start_checkin_project(duet, "mike")
    move_to_day(duet, thursday, "10:00")
    duet.slack.change_person("mike", tz=tokyo.key)
    duet.settles()
    move_to_day(duet, thursday, "08:00", NEW_YORK)
    assert messages_saying(duet, "mike", PROMPTED) == []
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "07:59", tokyo)
    assert messages_saying(duet, "mike", PROMPTED) == []
    move_to_day(duet, friday, "08:00", tokyo)
    (prompt,) = messages_saying(duet, "mike", PROMPTED)
    assert f"{next_weekday(friday, MONDAY).day}" in prompt.text and "12:00" in prompt.text


def test_pause_and_resume(duet: Office) -> None:
    """§8.8: by command and by button; nobody is asked meanwhile; the card says so."""
    key, thursday = start_checkin_project(duet, "jan")
    with expect_refusal(duet):
        assert has_sentence(run_checkin_command(duet.person("jan"), f"{key} pause").text, NOT_ALLOWED)
    assert "are paused" in run_checkin_command(duet.person("piotr"), f"{key} pause").text
    with expect_refusal(duet, "error.checkin.paused"):
        run_checkin_command(duet.person("ewa"), f"{key} wstrzymaj")
    assert "wstrzymane" in duet.person("anna").types(f"/duet show {key}").text
    move_to_day(duet, thursday, "12:00")
    assert messages_saying(duet, "jan", PROMPTED) == []
    shown = run_checkin_command(duet.person("anna"), key)
    assert "Check-iny są wstrzymane" in shown.text
    assert "są wznowione" in click_label(shown, RESUME).text
    with expect_refusal(duet, "error.checkin.not_paused"):
        run_checkin_command(duet.person("ewa"), f"{key} wznow")
    later = thursday + timedelta(days=7)
    move_to_day(duet, thursday + timedelta(days=4))
    assert f"najbliższy: {polish_date(later)}" in duet.person("anna").types(f"/duet show {key}").text
    move_to_day(duet, later, "10:00")
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    assert "wstrzymane" in click_label(run_checkin_command(duet.person("ewa"), key), PAUSE).text
    answer_prompt(duet, "jan", progress="Kończę, co zaczęte")
    assert "Kończę" in only_summary(duet, key)


def test_an_archived_channel_pauses_the_schedule(duet: Office) -> None:
    """§8.8: nobody is asked; a round that goes on is summed up when the channel is back."""
    key, thursday = start_first_round(duet, "jan")
    room = project_channel(duet, key)
    duet.slack.change_channel(room, "archive", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is not None)
    answer_prompt(duet, "jan", progress="Zdążone przed zamknięciem")
    assert "kanał projektu jest niedostępny" in run_checkin_command(duet.person("anna"), key).text
    move_to_day(duet, thursday + timedelta(days=7), "12:00")
    assert messages_saying(duet, "jan", PROMPTED) == []
    duet.slack.change_channel(room, "unarchive", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is None)
    move_to_day(duet, thursday + timedelta(days=8), "12:00")
    assert "Zdążone przed zamknięciem" in only_summary(duet, key)
    move_to_day(duet, thursday + timedelta(days=14), "10:00")
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1


def test_history_is_paged_and_for_the_team(duet: Office) -> None:
    """§8.8, §14: rounds, newest first, each with its answers a click away; nobody else reads them."""
    key, _ = start_checkin_project(duet, "jan", weeks=2)
    for at in range(9):
        assert "asked now" in run_checkin_command(duet.person("piotr"), f"{key} now").text
        answer_prompt(duet, "jan", ANSWER, progress=f"Runda numer {at}")
    newest = run_checkin_command(duet.person("jan"), f"{key} history")
    assert newest.text.count(": IT 1 z 1") == 8
    message = newest.messages[-1]
    assert "Runda numer 8" in read_whole_round(duet, "jan", message)
    click_label(message, ("Starsze",))
    duet.settles()
    older = duet.person("jan").reads("#general")[-1]
    assert older.text.count(": IT 1 z 1") == 1
    assert "Runda numer 0" in read_whole_round(duet, "jan", older)
    assert "Nowsze" in older.buttons
    _, round_id = newest_prompt_ids(duet, "jan")
    for who in ("ola", "roman", "gosia"):
        for action, value in (
            ("checkin.read", f"{round_id}:1"),
            ("checkin.history", f"{project_id(duet, key)}:1"),
            ("checkin.overview", str(project_id(duet, key))),
        ):
            where = "#promocje" if who == "gosia" else "#general"
            close_forms(duet.person(who))
            message = duet.person(who).types("/duet", where).messages[-1]
            over = {"actions": [{"action_id": action, "value": value}]}
            with expect_no_change(duet):
                reply = duet.person(who).forges("block_actions", over, message=message, button=message.buttons[-1])
            assert has_sentence(reply.text, NOT_FOUND + NOT_ALLOWED), (who, action, reply.text)
            assert reply.form is None or "Runda" not in reply.form.text


def test_whoever_joins_later_is_told_from_when_they_read(duet: Office) -> None:
    """§2.11, §14: the leads have added them already, and need not be asked again."""
    key, thursday = start_checkin_project(duet)
    wait = (thursday - current_day(duet)).days
    add_member(duet, key, "jan", by="piotr", **stay_days(duet, wait, wait + 7))
    for typed in (key, f"{key} history"):
        with expect_refusal(duet, "error.checkin.before_stay"):
            reply = run_checkin_command(duet.person("jan"), typed)
        assert polish_date(thursday) in reply.text
        assert reply.buttons == []
    move_to_day(duet, thursday, "08:00")
    assert "@Jan Łącznik" in run_checkin_command(duet.person("jan"), key).text
