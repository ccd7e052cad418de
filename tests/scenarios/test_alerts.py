"""Alerts in the project channel: when, once, together, and silent when they should be (product §9.1, §9.3)."""

from datetime import date, timedelta

import pytest

from playground.driver import Message, PersonDriver
from tests.beginnings import beginning
from tests.running import Office
from tests.scenarios import register_steps
from tests.scenarios.checkin_steps import answers, summaries
from tests.scenarios.days import SATURDAY, comes, comes_due, next_weekday, polish, today
from tests.scenarios.life_steps import paused
from tests.scenarios.register_steps import form_of
from tests.scenarios.steps import (
    day,
    fill,
    opened,
    presses,
    put_away,
    refused,
    revised,
    says,
    sent,
    signed_by,
)
from tests.scenarios.timetable_steps import (
    AT_RISK,
    DONE,
    MOVE,
    ON_TRACK,
    added,
    click,
    handed_in,
    in_channel,
    milestone_id,
    milestones,
    running,
    stage_of,
)

WEDNESDAY = 2


def quiet_wednesday(duet: Office) -> date:
    """A Wednesday some weeks on, far from the ends of months: no Polish holiday is near."""
    found = today(duet) + timedelta(days=21)
    while found.weekday() != WEDNESDAY or found.month in (1, 5, 8, 12) or not 8 < found.day < 21:
        found += timedelta(days=1)
    return found


def alerts(duet: Office, key: str, title: str = "Pilot") -> list[Message]:
    return [each for each in in_channel(duet, key, f"*{title}*: termin") if len(each.buttons) >= 3]


@beginning
def started(duet: Office, *titles: str, owner: str = "ewa", **changed: str) -> tuple[str, date]:
    """A running project whose milestones are all due on the day."""
    due = quiet_wednesday(duet)
    key = running(duet, ends_on=(due + timedelta(days=90)).isoformat(), **changed)
    for title in titles or ("Pilot",):
        added(duet, "piotr" if owner == "ewa" else "ewa", title, due, owner)
    return key, due


def test_a_week_before_a_day_before_on_the_day_the_day_after_then_weekly(duet: Office) -> None:
    """§9.1, §15: at nine, in the project's language, naming the owner and what is asked of them; once each."""
    key, due = started(duet)
    for count, (ahead, said) in enumerate(
        (
            (-7, f"termin za 7 dni, {polish(due)}. @Ewa Błysk: czy idzie zgodnie z planem?"),
            (-1, f"termin mija jutro, {polish(due)}. @Ewa Błysk"),
            (0, f"termin mija dzisiaj, {polish(due)}. @Ewa Błysk: gotowe"),
            (1, f"termin minął {polish(due)}, 1 dzień temu. @Ewa Błysk"),
            (8, "8 dni temu"),
            (15, "15 dni temu"),
        ),
        start=1,
    ):
        morning = due + timedelta(days=ahead)
        comes(duet, morning, "08:59")
        assert len(alerts(duet, key)) == count - 1, morning
        comes(duet, morning, "09:01")
        found = alerts(duet, key)
        assert len(found) == count, [each.text for each in found]
        assert said in found[-1].text
        assert "@Ewa" in found[-1].text
        assert "później niż o 9:00" not in found[-1].text
        duet.starts_again()
        comes(duet, morning, "17:00")
        assert len(alerts(duet, key)) == count, "once, however often the bot starts"


def test_several_of_one_morning_are_one_message(duet: Office) -> None:
    """§9.3: with the buttons of each; together with what else there is to tell."""
    key, due = started(duet, "Pilot", "Raport", "Szkolenie")
    comes(duet, due - timedelta(days=8), "12:00")
    milestones(duet.person("ewa"), f'move 3 {due + timedelta(days=30)} "Ferie"')
    comes(duet, due - timedelta(days=7), "09:01")
    (message,) = alerts(duet, key)
    assert "*Raport*: termin za 7 dni" in message.text
    assert "*Szkolenie*: nowy termin" in message.text
    assert message.buttons == ["Gotowe", "Przesuń", "Zagrożony"] * 2
    assert alerts(duet, key, "Raport")[0].ts == message.ts


def test_more_than_a_message_holds(duet: Office) -> None:
    """§2.8, §9.3: fifteen with their buttons, more in a line each, and the way to the buttons of all of them."""
    key, due = started(duet, *(f"Krok {number}" for number in range(1, 31)))
    comes(duet, due - timedelta(days=8), "12:00")
    comes(duet, due - timedelta(days=7), "09:01")
    (message,) = alerts(duet, key, "Krok 1")
    assert message.buttons.count("Gotowe") == 15
    for number in range(1, 31):
        assert f"*Krok {number}*: termin za 7 dni" in message.text
    form = message.click("Pokaż wszystko").form
    assert form is not None
    assert form.buttons.count("Gotowe") == 20
    assert "Strona 1 z 2, łącznie" in form.text


def test_asked_out_of_turn_before_nine(duet: Office) -> None:
    """§2.8, §8.8: what somebody has asked for does not take the place of the morning's alert."""
    key, due = started(duet)
    morning = due - timedelta(days=7)
    comes(duet, morning - timedelta(days=1), "12:00")
    comes(duet, morning, "08:05")
    duet.person("ewa").types(f"/duet checkin {key} now")
    duet.settles()
    for who in ("piotr", "ewa"):
        answers(duet, who, progress="Idzie")
    assert len(summaries(duet, key)) == 1
    comes(duet, morning)
    assert len(alerts(duet, key)) == 1


def test_on_free_days(duet: Office) -> None:
    """§9.1: on the working day before; overdue ones after."""
    key, due = started(duet)
    saturday = next_weekday(due, SATURDAY)
    milestones(duet.person("ewa"), f'move 1 {saturday} "Tak"')
    comes(duet, saturday - timedelta(days=8), "09:01")
    assert "za 8 dni" in alerts(duet, key)[-1].text
    comes(duet, saturday - timedelta(days=1), "09:01")
    assert "jutro" in alerts(duet, key)[-1].text
    comes(duet, saturday + timedelta(days=1), "18:00")
    assert len(alerts(duet, key)) == 2, "nothing on a weekend"
    comes(duet, saturday + timedelta(days=2), "09:01")
    assert "2 dni temu" in alerts(duet, key)[-1].text
    assert len(alerts(duet, key)) == 3


def test_the_buttons_work_from_the_alert(duet: Office) -> None:
    """§9.1, §14: at risk, on track, moved with a reason, done; for others refused; alerts show what came of it."""
    key, due = started(duet)
    comes(duet, due - timedelta(days=7))
    (first,) = alerts(duet, key)
    channel = next(name for name in duet.person("adam").channels if name.startswith("#duet-1"))
    adam, ewa = duet.person("adam"), duet.person("ewa")
    duet.slack.change_channel(channel, "invite", by="ewa", whom="jan")
    jan = duet.person("jan")
    for label in (DONE, AT_RISK, MOVE):
        with refused(duet, "NotFound"):
            click(seen(jan, channel, first), label)
    assert says(click(seen(adam, channel, first), AT_RISK).text, ("jest zagrożony",))
    duet.delivers_everything()
    assert "Ten kamień milowy jest oznaczony jako zagrożony" in seen(ewa, channel, first).text
    assert seen(ewa, channel, first).buttons[:3] == ["Gotowe", "Przesuń", "Znów zgodnie z planem"]
    comes(duet, due - timedelta(days=1))
    second = alerts(duet, key)[-1]
    assert "Ten kamień milowy jest oznaczony jako zagrożony" in second.text
    assert "*Pilot* (" in in_channel(duet, key, "jest zagrożony. To dobra chwila")[-1].text
    assert says(click(seen(ewa, channel, second), ON_TRACK).text, ("zgodnie z planem",))
    assert stage_of(duet, "Pilot") == "open"
    later = due + timedelta(days=14)
    form = click(seen(ewa, channel, second), MOVE).form
    assert form.values["Nowy termin"] == due.isoformat()
    shown = handed_in(form, new_due=later.isoformat(), reason="Dostawca się spóźni")
    assert polish(later) in shown.text
    put_away(ewa)
    comes(duet, due)
    assert alerts(duet, key) == [], "nothing of the old date"
    for old in (first, second):
        assert f"*Pilot*: przesunięty, {polish(due)} → {polish(later)}." in seen(ewa, channel, old).text
        assert "termin za" not in seen(ewa, channel, old).text
    comes(duet, later - timedelta(days=7))
    (third,) = alerts(duet, key)
    assert "za 7 dni" in third.text
    said = click(seen(ewa, channel, third), DONE)
    assert "Gotowe: *Pilot*" in said.text
    duet.delivers_everything()
    for old in (first, second, third):
        assert "*Pilot*: gotowe." in seen(ewa, channel, old).text
        assert not {"Gotowe", "Przesuń"} & {*seen(ewa, channel, old).buttons}
    assert "Gotowe: *Pilot*" in presses(ewa, "milestone.done", str(milestone_id(duet, "Pilot"))).text  # her own act
    with refused(duet, "AlreadyDone"):
        presses(adam, "milestone.done", str(milestone_id(duet, "Pilot")))
    comes(duet, later + timedelta(days=1))
    assert alerts(duet, key) == [], "done is done"
    assert len(in_channel(duet, key, "Dziękuję, IT i marketing")) == 1


def seen(person: PersonDriver, channel: str, message: Message) -> Message:
    """The message as that person has it on their screen."""
    return next(each for each in person.reads(channel) if each.ts == message.ts)


def test_late_the_same_day(duet: Office) -> None:
    """§9.1: Duet was down over nine: sent the same day, and it says so; together."""
    key, due = started(duet, "Pilot", "Raport")
    morning = due - timedelta(days=7)
    comes(duet, morning, "08:00")
    duet.bot.stop()
    comes_while_down(duet, hours=3)
    duet.starts_again()
    comes(duet, morning, "11:01")
    (message,) = alerts(duet, key)
    assert "później niż o 9:00" in message.text
    assert "*Raport*: termin za 7 dni" in message.text
    comes(duet, morning + timedelta(days=5))
    assert len(alerts(duet, key)) == 1


def comes_while_down(duet: Office, **ahead: float) -> None:
    duet.slack.move_clock(**ahead)


def test_too_late_for_that_day(duet: Office) -> None:
    """§9.1, §2.8: nothing after 18:00; the next working morning, with the days as they are then."""
    key, due = started(duet)
    comes(duet, due - timedelta(days=7), "08:00")
    comes_while_down(duet, hours=11)
    comes(duet, due - timedelta(days=7), "19:30")
    assert alerts(duet, key) == []
    comes(duet, due - timedelta(days=6))
    (message,) = alerts(duet, key)
    assert "za 6 dni" in message.text
    assert "później niż" not in message.text


def test_down_for_days(duet: Office) -> None:
    """§9.1: one alert with what matters now, and no backlog."""
    key, due = started(duet)
    comes(duet, due - timedelta(days=8), "10:00")
    duet.bot.stop()
    comes_while_down(duet, days=10)
    duet.starts_again()
    comes(duet, due + timedelta(days=2), "10:05")
    (message,) = alerts(duet, key)
    assert "2 dni temu" in message.text
    assert "później niż" not in message.text
    comes(duet, due + timedelta(days=8))
    assert len(alerts(duet, key)) == 2


def test_what_is_caught_up_with_counts_as_that_weeks(duet: Office) -> None:
    """§9.1: after downtime, and after a pause, nobody is asked about it twice within two days."""
    key, due = started(duet, "Pilot")
    comes(duet, due - timedelta(days=8), "10:00")
    duet.bot.stop()
    comes_while_down(duet, days=15)
    duet.starts_again()
    comes(duet, due + timedelta(days=7), "10:05")
    assert "7 dni temu" in alerts(duet, key)[-1].text
    comes(duet, due + timedelta(days=14), "23:00")
    assert len(alerts(duet, key)) == 1
    comes(duet, due + timedelta(days=15))
    assert len(alerts(duet, key)) == 2
    paused(duet, key, due + timedelta(days=28))
    comes(duet, due + timedelta(days=28))
    assert "28 dni temu" in alerts(duet, key)[-1].text
    comes(duet, due + timedelta(days=35), "23:00")
    assert len(alerts(duet, key)) == 3
    comes(duet, due + timedelta(days=36))
    assert len(alerts(duet, key)) == 4


def test_what_cancels_it(duet: Office) -> None:
    """§9.1: a pause, a drop, a finished milestone, the project's end; after a pause it goes on."""
    key, due = started(duet, "Pilot", "Raport", "Szkolenie")
    ewa = duet.person("ewa")
    comes(duet, due - timedelta(days=8), "10:00")
    milestones(ewa, "done 2")
    handed_in(click(milestones(ewa), ("Zrezygnuj",), 3).form, reason="Zbędne")
    form = opened(duet.person("adam"), f"/duet pause {key}")
    until = due - timedelta(days=3)
    assert fill(form, {"until": until.isoformat(), "why": "Święta"}).submit() is None
    comes(duet, due - timedelta(days=7))
    assert alerts(duet, key) == []
    comes(duet, due - timedelta(days=1))
    assert len(alerts(duet, key)) == 1
    assert "*Raport*: termin" not in alerts(duet, key)[-1].text
    assert "Szkolenie*: termin" not in alerts(duet, key)[-1].text


@pytest.mark.parametrize("resumes", ["by a person", "by itself"])
def test_due_during_a_pause(duet: Office, resumes: str) -> None:
    """§3.1, §9.1: silent meanwhile; then one alert of the next working morning, with what matters now."""
    key, due = started(duet)
    comes(duet, due - timedelta(days=8), "10:00")
    friday = due + timedelta(days=2)
    paused(duet, key, friday if resumes == "by itself" else friday + timedelta(days=4))
    comes(duet, due + timedelta(days=1), "11:00")
    if resumes == "by a person":
        duet.person("anna").types(f"/duet resume {key}")
        comes_due(duet)
    comes(duet, friday, "08:50")
    assert alerts(duet, key) == []
    comes(duet, friday)
    (message,) = alerts(duet, key)
    assert "2 dni temu" in message.text
    assert "później niż" not in message.text
    comes(duet, due + timedelta(days=7), "23:00")
    assert len(alerts(duet, key)) == 1
    comes(duet, due + timedelta(days=8))
    assert len(alerts(duet, key)) == 2


def test_decided_but_not_told_yet(duet: Office) -> None:
    """§9.1: between the decision and nine o'clock a change still counts."""
    key, due = started(duet, "Pilot", "Raport")
    ewa = duet.person("ewa")
    comes(duet, due - timedelta(days=7), "08:57")
    milestones(ewa, f'move 1 {due + timedelta(days=20)} "Tak"')
    ewa.types("/duet kamień zmień 2")
    handed_in(form_of(ewa), title="Raport końcowy", owner="@adam")
    comes(duet, due - timedelta(days=7), "09:01")
    (message,) = alerts(duet, key, "Raport końcowy")
    assert "@Adam Wolny: czy idzie" in message.text
    assert "*Pilot*: termin za" not in message.text


def test_the_project_ends(duet: Office) -> None:
    """§9.1: silent from its end on. A nearer end that both sign ends it sooner."""
    due = quiet_wednesday(duet)
    key = running(duet, ends_on=(due + timedelta(days=90)).isoformat())
    added(duet, "ewa", "Pilot", due, "ewa")
    revised(duet, key, ends_on=(due + timedelta(days=2)).isoformat(), measure_by=day(duet, 200))
    put_away(duet.person("anna"))
    for each in ("adam", "anna"):
        duet.person(each).waits_for("wersja 2", "@duet")
    signed_by(duet, key, "adam", "anna")
    comes(duet, due + timedelta(days=1))
    assert len(alerts(duet, key)) == 1
    comes(duet, due + timedelta(days=8))
    assert len(alerts(duet, key)) == 1


def test_in_english_without_an_owner_and_without_a_channel(duet: Office) -> None:
    """§9.1, §15, §4.3: the leads are asked who sees to it; where there is no channel, they read it in person."""
    duet.slack.team_setting(restricted_action=True)
    due = quiet_wednesday(duet)
    key = sent(duet, starts_on=today(duet).isoformat(), language="English")
    signed_by(duet, key, "adam", "anna")
    added(duet, "ewa", "Pilot", due, "adam")
    duet.slack.change_person("adam", deleted=True)
    comes(duet, due - timedelta(days=7))
    piotr = duet.person("piotr")
    message = piotr.waits_for("is due in 7 days", "@duet")
    assert "needs an owner. @Piotr Kabelek, @Ewa Błysk: who sees to it?" in message.text
    assert says(click(message, DONE).text, ("Done: *Pilot*",))
    register_steps.comes(duet, "ewa", "Dziękuję, IT i marketing!")
