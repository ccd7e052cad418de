"""Alerts in the project channel: when, once, together, and silent when they should be (product §9.1, §9.3)."""

from datetime import date, timedelta

import pytest

from tests.driving import PersonDriver, SeenMessage
from tests.running import Office
from tests.scenarios import register_steps
from tests.scenarios.checkin_steps import answer_prompt, list_summaries
from tests.scenarios.closing_steps import agree_on_closing, wait_for_end, wait_for_report
from tests.scenarios.days import SATURDAY, current_day, move_to_day, next_weekday, polish_date, run_due_work
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.register_steps import current_form
from tests.scenarios.steps import (
    close_forms,
    day_from_today,
    expect_refusal,
    fill_form,
    forge_click,
    has_sentence,
    open_form,
    revise_charter,
    send_charter,
    sign_charter,
)
from tests.scenarios.test_away import run_away_command
from tests.scenarios.timetable_steps import (
    AT_RISK,
    DONE,
    MOVE,
    ON_TRACK,
    add_milestone,
    channel_messages_with,
    click_milestone_button,
    milestone_id,
    milestone_stage,
    run_milestone_command,
    start_project_today,
    submit_milestone_form,
)
from tests.snapshots import play_once

WEDNESDAY = 2


def quiet_wednesday(duet: Office) -> date:
    """A Wednesday some weeks on, far from the ends of months: no Polish holiday is near."""
    found = current_day(duet) + timedelta(days=21)
    while found.weekday() != WEDNESDAY or found.month in (1, 5, 8, 12) or not 8 < found.day < 21:
        found += timedelta(days=1)
    return found


def list_alerts(duet: Office, key: str, title: str = "Pilot") -> list[SeenMessage]:
    return [each for each in channel_messages_with(duet, key, f"*{title}*: termin") if len(each.buttons) >= 2]


@play_once
def start_project_with_milestones(
    duet: Office, *titles: str, owner: str = "ewa", **changed: str
) -> tuple[str, date]:
    """A running project whose milestones are all due on the day."""
    due = quiet_wednesday(duet)
    key = start_project_today(duet, ends_on=(due + timedelta(days=90)).isoformat(), **changed)
    for title in titles or ("Pilot",):
        add_milestone(duet, "piotr" if owner == "ewa" else "ewa", title, due, owner)
    return key, due


def test_a_week_before_a_day_before_on_the_day_the_day_after_then_weekly(duet: Office) -> None:
    """§9.1, §15: at nine, in the project's language, naming the owner and what is asked of them; once each."""
    key, due = start_project_with_milestones(duet)
    for count, (ahead, said) in enumerate(
        (
            (-7, f"termin za 7 dni, {polish_date(due)}. @Ewa Błysk: czy idzie zgodnie z planem?"),
            (-1, f"termin mija jutro, {polish_date(due)}. @Ewa Błysk"),
            (0, f"termin mija dzisiaj, {polish_date(due)}. @Ewa Błysk: gotowe"),
            (1, f"termin minął {polish_date(due)}, 1 dzień temu. @Ewa Błysk"),
            (8, "8 dni temu"),
            (15, "15 dni temu"),
        ),
        start=1,
    ):
        morning = due + timedelta(days=ahead)
        move_to_day(duet, morning, "08:59")
        assert len(list_alerts(duet, key)) == count - 1, morning
        move_to_day(duet, morning, "09:01")
        found = list_alerts(duet, key)
        assert len(found) == count, [each.text for each in found]
        assert said in found[-1].text
        assert "@Ewa" in found[-1].text
        assert "później niż o 9:00" not in found[-1].text
        duet.starts_again()
        move_to_day(duet, morning, "17:00")
        assert len(list_alerts(duet, key)) == count, "once, however often the bot starts"


def test_whoever_is_away_is_named_and_not_called(duet: Office) -> None:
    """§9.1, §8.5: their side's lead is asked, or the other where that is them; before, it says who will be away."""
    key, due = start_project_with_milestones(duet)
    run_away_command(duet, "ewa", f"{due} {due + timedelta(days=2)}")
    move_to_day(duet, due - timedelta(days=1))
    (before,) = list_alerts(duet, key)
    assert "@Ewa Błysk: czy zdążymy?" in before.text and "Ewa Błysk ma wtedy nieobecność: " in before.text
    move_to_day(duet, due)
    today = list_alerts(duet, key)[-1].text
    assert "@Piotr Kabelek: gotowe czy potrzebny jest inny termin?" in today and "@Ewa" not in today
    assert f"Ewa Błysk: nieobecność do {polish_date(due + timedelta(days=2))}." in today


def test_the_milestones_of_a_charter_are_alerted_from_its_second_signature_on(duet: Office) -> None:
    """§4.3, §9.1: nobody has to do anything more."""
    due = quiet_wednesday(duet)
    ends_on = (due + timedelta(days=90)).isoformat()
    key = start_project_today(duet, ends_on=ends_on, milestones=f"Pilot; {due.isoformat()}; @ewa")
    move_to_day(duet, due - timedelta(days=7), "09:01")
    (alert,) = list_alerts(duet, key)
    assert "termin za 7 dni" in alert.text and "@Ewa Błysk" in alert.text


def test_an_alert_offers_what_its_ending_project_allows(duet: Office) -> None:
    """§12.1, §12.3: while it closes, a milestone is done or not, and no date moves; once it is closed, neither."""
    key, due = start_project_with_milestones(duet)
    move_to_day(duet, due, "09:01")
    (alert,) = list_alerts(duet, key)
    assert {*DONE, *MOVE} & {*alert.buttons} == {"Gotowe", "Przesuń"}
    agree_on_closing(duet, key)
    run_due_work(duet)
    (alert,) = channel_messages_with(duet, key, "czy to gotowe, czy do odwołania?")
    assert alert.buttons == ["Gotowe", "Odwołaj"]
    wait_for_report(duet)
    wait_for_end(duet)
    (alert,) = channel_messages_with(duet, key, "projekt zamknięty bez tego kamienia milowego")
    assert not {*DONE, *MOVE} & {*alert.buttons}


def test_several_of_one_morning_are_one_message(duet: Office) -> None:
    """§9.3: with the buttons of each; together with what else there is to tell."""
    key, due = start_project_with_milestones(duet, "Pilot", "Raport", "Szkolenie")
    move_to_day(duet, due - timedelta(days=8), "12:00")
    run_milestone_command(duet.person("ewa"), f'move 3 {due + timedelta(days=30)} "Ferie"')
    move_to_day(duet, due - timedelta(days=7), "09:01")
    (message,) = list_alerts(duet, key)
    assert "*Raport*: termin za 7 dni" in message.text
    assert "*Szkolenie*: nowy termin" in message.text
    aloud = message.notification
    assert aloud.startswith("*Pilot*: termin za 7 dni") and aloud.count("*Szkolenie*: nowy termin") == 1
    assert message.buttons == ["Gotowe", "Przesuń", "Zagrożony"] * 2
    assert list_alerts(duet, key, "Raport")[0].ts == message.ts


def test_more_than_a_message_holds(duet: Office) -> None:
    """§2.8, §9.3: fifteen with their buttons, more in a line each, and the way to the buttons of all of them."""
    key, due = start_project_with_milestones(duet, *(f"Krok {number}" for number in range(1, 31)))
    move_to_day(duet, due - timedelta(days=8), "12:00")
    move_to_day(duet, due - timedelta(days=7), "09:01")
    (message,) = list_alerts(duet, key, "Krok 1")
    assert message.buttons.count("Gotowe") == 15
    for number in range(1, 31):
        assert f"*Krok {number}*: termin za 7 dni" in message.text
    form = message.click("Pokaż wszystko").form
    assert form is not None
    assert form.buttons.count("Gotowe") == 20
    assert "Strona 1 z 2, łącznie" in form.text


def test_asked_out_of_turn_before_nine(duet: Office) -> None:
    """§2.8, §8.8: what somebody has asked for does not take the place of the morning's alert."""
    key, due = start_project_with_milestones(duet)
    morning = due - timedelta(days=7)
    move_to_day(duet, morning - timedelta(days=1), "12:00")
    move_to_day(duet, morning, "08:05")
    duet.person("ewa").types(f"/duet checkin {key} now")
    duet.settles()
    for who in ("piotr", "ewa"):
        answer_prompt(duet, who, progress="Idzie")
    assert len(list_summaries(duet, key)) == 1
    move_to_day(duet, morning)
    assert len(list_alerts(duet, key)) == 1


def test_on_free_days(duet: Office) -> None:
    """§9.1: on the working day before; overdue ones after."""
    key, due = start_project_with_milestones(duet)
    saturday = next_weekday(due, SATURDAY)
    run_milestone_command(duet.person("ewa"), f'move 1 {saturday} "Tak"')
    move_to_day(duet, saturday - timedelta(days=8), "09:01")
    assert "za 8 dni" in list_alerts(duet, key)[-1].text
    move_to_day(duet, saturday - timedelta(days=1), "09:01")
    assert "jutro" in list_alerts(duet, key)[-1].text
    move_to_day(duet, saturday + timedelta(days=1), "18:00")
    assert len(list_alerts(duet, key)) == 2, "nothing on a weekend"
    move_to_day(duet, saturday + timedelta(days=2), "09:01")
    assert "2 dni temu" in list_alerts(duet, key)[-1].text
    assert len(list_alerts(duet, key)) == 3


def test_the_buttons_work_from_the_alert(duet: Office) -> None:
    """§9.1, §14: at risk, on track, moved with a reason, done; for others refused; alerts show what came of it."""
    key, due = start_project_with_milestones(duet)
    move_to_day(duet, due - timedelta(days=7))
    (first,) = list_alerts(duet, key)
    channel = next(name for name in duet.person("adam").channels if name.startswith("#duet-1"))
    adam, ewa = duet.person("adam"), duet.person("ewa")
    duet.slack.change_channel(channel, "invite", by="ewa", whom="jan")
    jan = duet.person("jan")
    for label in (DONE, AT_RISK, MOVE):
        with expect_refusal(duet, "error.not_found"):
            click_milestone_button(message_on_screen(jan, channel, first), label)
    assert has_sentence(
        click_milestone_button(message_on_screen(adam, channel, first), AT_RISK).text, ("Oznaczony jako zagrożony",)
    )
    duet.delivers_everything()
    text = message_on_screen(ewa, channel, first).text
    assert "jest oznaczony jako zagrożony. @Ewa Błysk: czy potrzebny jest inny termin?" in text
    assert "czy idzie zgodnie z planem?" not in text, "it is answered"
    assert message_on_screen(ewa, channel, first).buttons[:3] == ["Gotowe", "Przesuń", "Znów zgodnie z planem"]
    move_to_day(duet, due - timedelta(days=1))
    second = list_alerts(duet, key)[-1]
    assert "Ten kamień milowy jest oznaczony jako zagrożony" in second.text
    assert "*Pilot* (" in channel_messages_with(duet, key, "To dobra chwila, by zapytać")[-1].text
    assert has_sentence(
        click_milestone_button(message_on_screen(ewa, channel, second), ON_TRACK).text, ("zgodnie z planem",)
    )
    assert milestone_stage(duet, "Pilot") == "open"
    later = due + timedelta(days=14)
    form = click_milestone_button(message_on_screen(ewa, channel, second), MOVE).form
    assert form.values["Nowy termin"] == due.isoformat()
    shown = submit_milestone_form(form, new_due=later.isoformat(), reason="Dostawca się spóźni")
    assert polish_date(later) in shown.text
    close_forms(ewa)
    move_to_day(duet, due)
    assert list_alerts(duet, key) == [], "nothing of the old date"
    for old in (first, second):
        assert (
            f"*Pilot*: nowy termin, {polish_date(due)} → {polish_date(later)}."
            in message_on_screen(ewa, channel, old).text
        )
        assert "termin za" not in message_on_screen(ewa, channel, old).text
    move_to_day(duet, later - timedelta(days=7))
    (third,) = list_alerts(duet, key)
    assert "za 7 dni" in third.text
    said = click_milestone_button(message_on_screen(ewa, channel, third), DONE)
    assert "Gotowe: *Pilot*" in said.text
    duet.delivers_everything()
    for old in (first, second, third):
        assert "*Pilot*: gotowy." in message_on_screen(ewa, channel, old).text
        assert not {"Gotowe", "Przesuń"} & {*message_on_screen(ewa, channel, old).buttons}
    assert (
        "Gotowe: *Pilot*" in forge_click(ewa, "milestone.done", str(milestone_id(duet, "Pilot"))).text
    )  # her own act
    with expect_refusal(duet, "error.milestone.done"):
        forge_click(adam, "milestone.done", str(milestone_id(duet, "Pilot")))
    move_to_day(duet, later + timedelta(days=1))
    assert list_alerts(duet, key) == [], "done is done"
    assert len(channel_messages_with(duet, key, "Dziękuję, IT i marketing")) == 1


def test_an_old_alert_that_is_clicked_counts_no_days(duet: Office) -> None:
    """§9.1: it is read on another day than it was told on; the others of its morning stay as they were."""
    key, due = start_project_with_milestones(duet, "Pilot", "Raport")
    move_to_day(duet, due - timedelta(days=7))
    (old,) = list_alerts(duet, key)
    move_to_day(duet, due + timedelta(days=2), "10:00")
    ewa, channel = duet.person("ewa"), next(each for each in duet.person("ewa").channels if "duet-1" in each)
    click_milestone_button(message_on_screen(ewa, channel, old), AT_RISK)
    duet.delivers_everything()
    text = message_on_screen(ewa, channel, old).text
    assert f"*Pilot*: termin {polish_date(due)}. @Ewa Błysk: gotowe czy potrzebny jest inny termin?" in text
    assert "Ten kamień milowy jest oznaczony jako zagrożony." in text
    assert "*Pilot*: termin za" not in text and "*Raport*: termin za 7 dni" in text


def message_on_screen(person: PersonDriver, channel: str, message: SeenMessage) -> SeenMessage:
    """The message as that person has it on their screen."""
    return next(each for each in person.reads(channel) if each.ts == message.ts)


def test_late_the_same_day(duet: Office) -> None:
    """§9.1: Duet was down over nine: sent the same day, and it says so; together."""
    key, due = start_project_with_milestones(duet, "Pilot", "Raport")
    morning = due - timedelta(days=7)
    move_to_day(duet, morning, "08:00")
    duet.bot.stop()
    comes_while_down(duet, hours=3)
    duet.starts_again()
    move_to_day(duet, morning, "11:01")
    (message,) = list_alerts(duet, key)
    assert message.text.count("później niż o 9:00") == 1
    assert "*Raport*: termin za 7 dni" in message.text
    move_to_day(duet, morning + timedelta(days=5))
    assert len(list_alerts(duet, key)) == 1


def comes_while_down(duet: Office, **ahead: float) -> None:
    duet.slack.move_clock(**ahead)


def test_too_late_for_that_day(duet: Office) -> None:
    """§9.1, §2.8: nothing after 18:00; the next working morning, with the days as they are then."""
    key, due = start_project_with_milestones(duet)
    move_to_day(duet, due - timedelta(days=7), "08:00")
    comes_while_down(duet, hours=11)
    move_to_day(duet, due - timedelta(days=7), "19:30")
    assert list_alerts(duet, key) == []
    move_to_day(duet, due - timedelta(days=6))
    (message,) = list_alerts(duet, key)
    assert "za 6 dni" in message.text
    assert "później niż" not in message.text


def test_down_for_days(duet: Office) -> None:
    """§9.1: one alert with what matters now, and no backlog."""
    key, due = start_project_with_milestones(duet)
    move_to_day(duet, due - timedelta(days=8), "10:00")
    duet.bot.stop()
    comes_while_down(duet, days=10)
    duet.starts_again()
    move_to_day(duet, due + timedelta(days=2), "10:05")
    (message,) = list_alerts(duet, key)
    assert "2 dni temu" in message.text
    assert "później niż" not in message.text
    move_to_day(duet, due + timedelta(days=8))
    assert len(list_alerts(duet, key)) == 2


def test_what_is_caught_up_with_counts_as_that_weeks(duet: Office) -> None:
    """§9.1: after downtime, and after a pause, nobody is asked about it twice within two days."""
    key, due = start_project_with_milestones(duet, "Pilot")
    move_to_day(duet, due - timedelta(days=8), "10:00")
    duet.bot.stop()
    comes_while_down(duet, days=15)
    duet.starts_again()
    move_to_day(duet, due + timedelta(days=7), "10:05")
    assert "7 dni temu" in list_alerts(duet, key)[-1].text
    move_to_day(duet, due + timedelta(days=14), "23:00")
    assert len(list_alerts(duet, key)) == 1
    move_to_day(duet, due + timedelta(days=15))
    assert len(list_alerts(duet, key)) == 2
    pause_project(duet, key, due + timedelta(days=28))
    move_to_day(duet, due + timedelta(days=28))
    assert "28 dni temu" in list_alerts(duet, key)[-1].text
    move_to_day(duet, due + timedelta(days=35), "23:00")
    assert len(list_alerts(duet, key)) == 3
    move_to_day(duet, due + timedelta(days=36))
    assert len(list_alerts(duet, key)) == 4


def test_what_cancels_it(duet: Office) -> None:
    """§9.1: a pause, a drop, a finished milestone, the project's end; after a pause it goes on."""
    key, due = start_project_with_milestones(duet, "Pilot", "Raport", "Szkolenie")
    ewa = duet.person("ewa")
    move_to_day(duet, due - timedelta(days=8), "10:00")
    run_milestone_command(ewa, "done 2")
    submit_milestone_form(click_milestone_button(run_milestone_command(ewa), ("Odwołaj",), 3).form, reason="Zbędne")
    form = open_form(duet.person("adam"), f"/duet pause {key}")
    until = due - timedelta(days=3)
    assert fill_form(form, {"until": until.isoformat(), "why": "Święta"}).submit() is None
    move_to_day(duet, due - timedelta(days=7))
    assert list_alerts(duet, key) == []
    move_to_day(duet, due - timedelta(days=1))
    assert len(list_alerts(duet, key)) == 1
    assert "*Raport*: termin" not in list_alerts(duet, key)[-1].text
    assert "Szkolenie*: termin" not in list_alerts(duet, key)[-1].text


@pytest.mark.parametrize("resumes", ["by a person", "by itself"])
def test_due_during_a_pause(duet: Office, resumes: str) -> None:
    """§3.1, §9.1: silent meanwhile; then one alert of the next working morning, with what matters now."""
    key, due = start_project_with_milestones(duet)
    move_to_day(duet, due - timedelta(days=8), "10:00")
    friday = due + timedelta(days=2)
    pause_project(duet, key, friday if resumes == "by itself" else friday + timedelta(days=4))
    move_to_day(duet, due + timedelta(days=1), "11:00")
    if resumes == "by a person":
        duet.person("anna").types(f"/duet resume {key}")
        run_due_work(duet)
    move_to_day(duet, friday, "08:50")
    assert list_alerts(duet, key) == []
    move_to_day(duet, friday)
    (message,) = list_alerts(duet, key)
    assert "2 dni temu" in message.text
    assert "później niż" not in message.text
    move_to_day(duet, due + timedelta(days=7), "23:00")
    assert len(list_alerts(duet, key)) == 1
    move_to_day(duet, due + timedelta(days=8))
    assert len(list_alerts(duet, key)) == 2


def test_decided_but_not_told_yet(duet: Office) -> None:
    """§9.1: between the decision and nine o'clock a change still counts."""
    key, due = start_project_with_milestones(duet, "Pilot", "Raport")
    ewa = duet.person("ewa")
    move_to_day(duet, due - timedelta(days=7), "08:57")
    run_milestone_command(ewa, f'move 1 {due + timedelta(days=20)} "Tak"')
    ewa.types("/duet kamień zmień 2")
    submit_milestone_form(current_form(ewa), title="Raport końcowy", owner="@adam")
    move_to_day(duet, due - timedelta(days=7), "09:01")
    (message,) = list_alerts(duet, key, "Raport końcowy")
    assert "@Adam Wolny: czy idzie" in message.text
    assert "*Pilot*: termin za" not in message.text


def test_the_project_ends(duet: Office) -> None:
    """§9.1: silent from its end on. A nearer end that both sign ends it sooner."""
    due = quiet_wednesday(duet)
    key = start_project_today(duet, ends_on=(due + timedelta(days=90)).isoformat())
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    revise_charter(duet, key, ends_on=(due + timedelta(days=2)).isoformat(), measure_by=day_from_today(duet, 200))
    close_forms(duet.person("anna"))
    for each in ("adam", "anna"):
        duet.person(each).waits_for("wersja 2", "@duet")
    sign_charter(duet, key, "adam", "anna")
    move_to_day(duet, due + timedelta(days=1))
    assert len(list_alerts(duet, key)) == 1
    move_to_day(duet, due + timedelta(days=8))
    assert len(list_alerts(duet, key)) == 1


def test_due_on_the_last_day_it_is_told_that_morning(duet: Office) -> None:
    """§9.1, §12.1: closing begins at the same nine, and while it goes on the milestone can be done."""
    due = quiet_wednesday(duet)
    key = start_project_today(duet, ends_on=due.isoformat())
    add_milestone(duet, "piotr", "Pilot", due, "ewa")
    move_to_day(duet, due)
    (alert,) = list_alerts(duet, key)
    assert "a trwa już zamykanie projektu. @Ewa Błysk: czy to gotowe, czy do odwołania?" in alert.text
    assert {*DONE, *MOVE} & {*alert.buttons} == {"Gotowe"}
    move_to_day(duet, due + timedelta(days=8))
    assert len(list_alerts(duet, key)) == 1, "silent from its end on"


def test_in_english_without_an_owner_and_without_a_channel(duet: Office) -> None:
    """§9.1, §15, §4.3: the leads are asked who sees to it; where there is no channel, they read it in person."""
    duet.slack.team_setting(restricted_action=True)
    due = quiet_wednesday(duet)
    key = send_charter(duet, starts_on=current_day(duet).isoformat(), language="English")
    sign_charter(duet, key, "adam", "anna")
    add_milestone(duet, "ewa", "Pilot", due, "adam")
    duet.slack.change_person("adam", deleted=True)
    duet.settles()
    move_to_day(duet, due - timedelta(days=7))
    piotr = duet.person("piotr")
    message = piotr.waits_for("is due in 7 days", "@duet")
    assert "needs an owner. @Piotr Kabelek, @Ewa Błysk: who sees to it?" in message.text
    assert has_sentence(click_milestone_button(message, DONE).text, ("Done: *Pilot*",))
    register_steps.move_until_message(duet, "ewa", "Dziękuję, IT i marketing.")
