"""The start and the return of a stay, confirmed, reminded of and changed (product §7, §4.3, §14)."""

import json
from datetime import datetime, time, timedelta
from threading import Thread
from typing import Any

from bot.ui.texts import Texts
from playground.rendering import read_spaces
from tests.driving import SeenMessage
from tests.running import WARSAW, Office
from tests.scenarios.closing_steps import agree_on_closing, open_checklist
from tests.scenarios.days import (
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    next_weekday,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.export_steps import export_file
from tests.scenarios.lifecycle_steps import messages_containing, read_card, withdraw_project
from tests.scenarios.roles import SEES, Action, Place, set_up_active_project
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    day_from_today,
    expect_refusal,
    fill_form,
    find_label,
    forge_click,
    forge_submission,
    has_sentence,
    open_form,
    query_one,
    send_charter,
    sign_charter,
    text_state,
)
from tests.scenarios.team_steps import (
    ASKED_TO_CONFIRM,
    CHANGED,
    DONE,
    OTHER_SIDES,
    add_member,
    member_errors,
    member_id,
    open_member_form,
    run_team_command,
    stay_days,
    submit_member_form,
)
from tests.scenarios.test_away import run_away_command
from tests.scenarios.test_leaving_channel import channel_members
from tests.scenarios.test_succession import deactivate_person, name_successor, pass_objection_days
from tests.scenarios.test_usable_buttons import find_post
from tests.snapshots import play_once

CONFIRM = ("Potwierdzam", "I confirm")
BACK = ("Jestem na stanowisku", "Back in my post", "Tak, na swoim stanowisku", "Back in the home post")
NOT_QUITE = ("Jeszcze nie całkiem", "Not quite")
ASKS_BACK = ("Czy jesteś już na swoim", "Are you back in your post", "jest już na macierzystym", "Are they back")
LIMIT = ("dłużej niż 3 miesiące", "longer than 3 months")
REMINDS = ("ostatni dzień w zespole", "last day in the team")
SHARE_HALF = {"share": "50%"}


def list_messages(duet: Office, handle: str, either: tuple[str, ...]) -> list[SeenMessage]:
    """Direct messages from Duet that say one of these, in whichever language."""
    return [each for words in either for each in messages_containing(duet, handle, words)]


def move_to_next_noon(duet: Office) -> None:
    """Of the next working day: also what goes with a check-in's question at ten, and to London, is there."""
    move_to_next_morning(duet, "12:00")


def press(message: SeenMessage, labels: tuple[str, ...]) -> Any:
    return message.click(next(each for each in message.buttons if each in labels))


def confirmation_id(duet: Office, who: str, moment: str, confirmer: str) -> int:
    """Of the newest stay of that member."""
    found = query_one(
        duet,
        "SELECT id FROM stay_confirmations"
        " WHERE member_id = :member AND moment = :moment AND confirmer = :confirmer",
        member=member_id(duet, who),
        moment=moment,
        confirmer=confirmer,
    )
    return int(found)


def open_change_form(duet: Office, by: str, key: str, who: str) -> Any:
    person = duet.person(by)
    reply = run_team_command(person, f"{key} change @{who}")
    assert person.form is not None, reply.text
    return person.form


@play_once
def set_up_stays(duet: Office) -> Place:
    """tomek is asked to confirm his start, kaja her return."""
    place = set_up_active_project(duet)
    kaja = "SELECT id FROM stay_confirmations WHERE user_id = 'U0KAJA' AND moment = 'return'"
    tomek = "SELECT id FROM stay_confirmations WHERE user_id = 'U0TOMEK' AND moment = 'start'"
    found = {"started": query_one(duet, tomek), "returned": query_one(duet, kaja)}
    return Place(duet, place.key, place.ids | found)


def _reason(duet: Office) -> dict[str, Any]:
    return {"reason": text_state("Bo tak")}


def _stay(duet: Office) -> dict[str, Any]:
    days = [{"type": "datepicker", "selected_date": day_from_today(duet, ahead)} for ahead in (0, 90)]
    manager = {"type": "users_select", "selected_user": "U0ROMAN"}
    first = query_one(duet, "SELECT starts_on FROM members WHERE user_id = 'U0TOMEK'")
    days[0]["selected_date"] = str(first)
    return {
        "home_post": text_state("Sklepy"),
        "home_manager": manager,
        "share": text_state("40"),
        "from_day": days[0],
        "until_day": days[1],
    }


MATRIX = {
    "the team's pages": Action(SEES, set_up_active_project, button=("team.page", "{project}:1")),
    "change a stay": Action(
        {"CMO", "marketing lead"},
        set_up_active_project,
        "team {key} change <@U0TOMEK>",
        ("team.change", "{member}"),
        ("team.change", {"member": "member", "revision": 1}, _stay),
    ),
    "confirm a start": Action({"member"}, set_up_stays, button=("team.confirm", "{started}:1"), changes={"button"}),
    "not quite back": Action(
        {"stay over"},
        set_up_stays,
        None,
        ("team.not_quite", "{returned}:1"),
        ("team.not_quite", {"confirmation": "returned", "revision": 1}, _reason),
    ),
}
PEOPLE = [f"U0P{number}" for number in range(40)]
SAMPLES = {
    "team.return_ahead": lambda name: {"projects": [("D-1", name)], "end": "2027-06-30", "people": PEOPLE},
    "team.my_return_ahead": lambda name: {"projects": [("D-1", name)], "end": "2027-06-30", "home_post": name},
    "team.not_confirmed": lambda name: {
        "projects": [("D-1", name)],
        "moment": "start",
        "asked": [1],
        "people": [(who, "U0JAN") for who in PEOPLE],
    },
    "team.manager_left": lambda name: {"projects": [("D-1", name)], "manager": "U0NADIA", "people": PEOPLE},
}


def test_the_member_and_the_home_manager_confirm_the_start(duet: Office) -> None:
    """§7.1: each by button, with the sentence, in their morning's message; the list, the card, the log and the file
    show who has. Confirming twice, at once or later, changes nothing more."""
    key = activate_project(duet)
    ewa, ola, tomek = duet.person("ewa"), duet.person("ola"), duet.person("tomek")
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", home_manager="@tomek", **SHARE_HALF)
    assert not list_messages(duet, "tomek", CONFIRM + ASKED_TO_CONFIRM), "not before the morning"
    assert "Początek jeszcze niepotwierdzony: @Aleksandra Plakat i @Tomek Półka" in run_team_command(ewa, key).text
    end = current_day(duet).fromisoformat(day_from_today(duet, 180))
    move_to_next_noon(duet)
    asked = ola.waits_for("dodaje Cię do zespołu", "@duet")
    said = f"Do {polish_date(end)} w wymiarze 50% pracuję w tym zespole, a nie na swoim stanowisku, i odpowiadam"
    assert said in asked.text
    (request,) = list_messages(duet, "tomek", ASKED_TO_CONFIRM)
    assert has_sentence(
        request.text, ("@Aleksandra Plakat w wymiarze 50% pracuje w tym zespole, a nie na macierzystym",)
    )
    waiting = tomek.types("/duet")
    assert has_sentence(waiting.text, ("przejście do zespołu",)), "it waits for him in /duet, too"
    question = press(waiting.messages[-1], ("Potwierdź",))
    assert has_sentence(question.text, ASKED_TO_CONFIRM)
    assert has_sentence(press(question.messages[-1], CONFIRM).text, ("potwierdzone", "confirmed"))
    assert has_sentence(tomek.types("/duet").text, ("Nic. Miłego dnia.",))
    duet.delivers_everything()
    (request,) = list_messages(duet, "tomek", ("potwierdzone",))
    assert not request.buttons
    listing = run_team_command(ewa, key).text
    assert "Początek potwierdzony: @Tomek Półka" in listing
    assert "Początek jeszcze niepotwierdzony: @Aleksandra Plakat" in listing
    assert "Potwierdzony początek: 0 z 1. Jeszcze nie: @Aleksandra Plakat." in read_card(duet, key)
    twice = [Thread(target=press, args=(asked, CONFIRM)) for _ in range(2)]
    for thread in twice:
        thread.start()
    for thread in twice:
        thread.join()
    forge_click(ola, "team.confirm", f"{confirmation_id(duet, 'ola', 'start', 'member')}:1")
    assert "Potwierdzony początek: 1 z 1." in read_card(duet, key)
    log = duet.person("anna").types(f"/duet log {key}").text
    assert log.count("Członek zespołu potwierdza początek: @Aleksandra Plakat") == 1
    assert log.count("Przełożony potwierdza początek: @Aleksandra Plakat") == 1
    rows = json.loads(export_file(duet, "ewa", f"{key} json"))
    assert {(each["by"], each["confirmer"], each["state"]) for each in rows["confirmations"]} == {
        ("U0OLA", "member", "confirmed"),
        ("U0TOMEK", "manager", "confirmed"),
    }
    assert [(each["share"], each["home_manager"]) for each in rows["members"]] == [(50, "U0TOMEK")]


def test_a_draft_asks_nobody_until_it_is_signed(duet: Office) -> None:
    """§7.1, §4.3: nothing begins before both have signed; whoever names themselves can confirm at once."""
    key = send_charter(duet)
    add_member(duet, key, "ola", by="ewa", home_manager="@ewa")
    move_to_next_noon(duet)
    assert not list_messages(duet, "ola", ASKED_TO_CONFIRM) and not list_messages(duet, "ewa", LIMIT)
    sign_charter(duet, key, "adam", "anna")
    move_to_next_noon(duet)
    assert list_messages(duet, "ola", ASKED_TO_CONFIRM) and list_messages(duet, "ewa", ASKED_TO_CONFIRM)
    assert list_messages(duet, "ewa", LIMIT), "her stay is long enough for the hint"
    ewa = duet.person("ewa")
    shown = submit_member_form(
        open_member_form(ewa, f"{key} add @tomek"), home_post="Sklepy", home_manager="@ewa", side="marketing"
    )
    assert has_sentence(shown.text, DONE) and has_sentence(shown.text, ASKED_TO_CONFIRM)
    answered = shown.click(next(each for each in shown.buttons if each in CONFIRM))
    assert answered is not None and has_sentence(answered.text, ("potwierdzone",))
    close_forms(ewa)
    assert "Początek potwierdzony: @Ewa Błysk" in run_team_command(ewa, key).text


def test_who_has_not_confirmed_is_asked_again_twice(duet: Office) -> None:
    """§7.1: then their side's lead is told; nobody is locked out."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa", home_manager="@tomek")
    first = move_to_next_morning(duet)
    press(duet.person("ola").waits_for("dodaje Cię do zespołu", "@duet"), CONFIRM)
    added_on = first - timedelta(days=1)
    away = working_days_after(added_on, 4)
    run_away_command(duet, "tomek", f"{away} {away}")  # a day away is none on which he could have answered
    for count, days in ((1, 1), (1, 2), (2, 3), (2, 6), (3, 7)):
        move_to_day(duet, working_days_after(added_on, days), "12:00")
        assert len(list_messages(duet, "tomek", ASKED_TO_CONFIRM)) == count, days
    assert not list_messages(duet, "ewa", ("mimo trzech próśb",))
    earliest, *again = list_messages(duet, "tomek", ASKED_TO_CONFIRM)
    assert "jeszcze bez odpowiedzi" not in earliest.text
    assert all(f"Prośba z {polish_date(working_days_after(added_on, 1))}, jeszcze" in each.text for each in again)
    move_to_day(duet, working_days_after(added_on, 10), "12:00")
    (told,) = list_messages(duet, "ewa", ("mimo trzech próśb",))
    assert "@Tomek Półka (dotyczy: @Aleksandra Plakat)" in told.text
    assert len(list_messages(duet, "tomek", ASKED_TO_CONFIRM)) == 3
    assert not list_messages(duet, "anna", ("mimo trzech próśb",))
    assert key in duet.person("ola").types(f"/duet show {key}").text
    press(list_messages(duet, "tomek", ASKED_TO_CONFIRM)[-1], CONFIRM)
    duet.delivers_everything()
    assert not [each for each in list_messages(duet, "tomek", ASKED_TO_CONFIRM) if each.buttons]


def test_what_nobody_has_read_is_not_asked_twice(duet: Office) -> None:
    """§7.1, §2.8: Duet was down; a morning's message asks once, and its reader has their days first."""
    key = activate_project(duet)
    move_to_monday(duet)
    add_member(duet, key, "ola", by="ewa", home_manager="@tomek")
    added_on = current_day(duet)
    duet.bot.stop()
    then = datetime.combine(working_days_after(added_on, 3), time(7, 30), WARSAW)
    duet.slack.move_clock(then.timestamp() - duet.slack.now)
    duet.starts_again()
    run_due_work(duet)
    for days, count in ((3, 1), (4, 1), (5, 2)):
        move_to_day(duet, working_days_after(added_on, days), "12:00")
        for who in ("ola", "tomek"):
            asked = [each.text.count(ASKED_TO_CONFIRM[0]) for each in list_messages(duet, who, ASKED_TO_CONFIRM)]
            assert asked == [1] * count, (who, days)


def test_the_return_is_reminded_of_and_confirmed(duet: Office) -> None:
    """§7.2, §14: 14 and 3 days before, to member, home manager and lead; members return on their date, whatever is
    unsigned; then both confirm it. Why not quite reads that side's executive only."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", home_manager="@tomek", **stay_days(duet, 30, 58))
    last = current_day(duet).fromisoformat(day_from_today(duet, 58))
    for before, count in ((15, 0), (13, 1), (4, 1), (2, 2)):
        move_to_day(duet, last - timedelta(days=before), "12:00")
        for who in ("ola", "tomek", "ewa"):
            assert len(list_messages(duet, who, REMINDS)) == count, (who, before)
    assert not list_messages(duet, "anna", REMINDS)
    move_to_day(duet, working_days_after(last, 1), "12:00")
    assert list_messages(duet, "ola", ("nie ma już nic do potwierdzenia",)), "the start is not asked for any more"
    mine, managers = (list_messages(duet, who, ASKS_BACK)[-1] for who in ("ola", "tomek"))
    assert not press(mine, BACK).messages, "beside the message, which says it itself"
    duet.delivers_everything()
    assert duet.person("ola").waits_for("Jesteś na swoim stanowisku (Kampanie)", "@duet").ts == mine.ts
    form = press(managers, NOT_QUITE).form
    assert "tylko @Anna Żuraw" in form.text
    assert "liderzy" not in form.text, "nobody else reads it"
    assert fill_form(form, {"why": "Biurko oddane <!here>"}).submit() is not None
    move_to_next_noon(duet)
    (told,) = list_messages(duet, "anna", ("Biurko oddane",))
    assert (
        "powrót na macierzyste stanowisko (@Aleksandra Plakat, Kampanie) jeszcze trwa, pisze @Tomek Półka"
        in told.text
    )
    for reader in ("ewa", "piotr", "adam"):
        listing, card = run_team_command(duet.person(reader), key).text, read_card(duet, key, sees=reader)
        assert "Biurko" not in listing + card
        assert has_sentence(listing, ("Powrót jeszcze niepotwierdzony: @Tomek", "Return not confirmed yet: @Tomek"))
    assert (
        "Powrót jeszcze niepełny, pisze @Tomek Półka: Biurko oddane"
        in run_team_command(duet.person("anna"), key).text
    )
    for reader, reason in (("ewa", None), ("anna", "Biurko oddane <!here>")):
        rows = json.loads(export_file(duet, reader, f"{key} json"))["confirmations"]
        assert [
            each["reason"] for each in rows if each["moment"] == "return" and each["confirmer"] == "manager"
        ] == [reason]
    with expect_refusal(duet, "error.confirmation.given"):
        forge_click(duet.person("ola"), "team.not_quite", f"{confirmation_id(duet, 'ola', 'return', 'member')}:1")
    duet.delivers_everything()
    press(list_messages(duet, "tomek", ("Powód czyta tylko",))[-1], BACK)
    duet.delivers_everything()
    assert not list_messages(duet, "anna", ("Biurko oddane", "pozostaje otwarty"))
    (told_since,) = list_messages(duet, "anna", ("@Aleksandra Plakat jest na macierzystym stanowisku (Kampanie)",))
    assert told_since.ts == told.ts
    assert "Potwierdzony powrót: 1 z 1." in read_card(duet, key)
    assert (
        "Powrót potwierdzony: @Aleksandra Plakat i @Tomek Półka" in run_team_command(duet.person("ewa"), key).text
    )


def test_the_executive_hears_what_a_lead_who_has_left_would(duet: Office) -> None:
    """§7.1, §7.2: of the return ahead, and of who has not confirmed the start."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", home_manager="@tomek", **stay_days(duet, 30, 58))
    last = current_day(duet).fromisoformat(day_from_today(duet, 58))
    duet.slack.change_person("ewa", deleted=True)
    for _ in range(10):
        move_to_next_morning(duet)
    assert len(list_messages(duet, "anna", ("mimo trzech próśb",))) == 1
    move_to_day(duet, last - timedelta(days=13), "12:00")
    assert len(list_messages(duet, "anna", REMINDS)) == 1


def test_a_pause_keeps_the_return_and_is_silent(duet: Office) -> None:
    """§7.2, §3.1: of what a pause has silenced, one reminder is told when it goes on, and none of a return that is
    over: that is asked about."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    today = current_day(duet)
    add_member(duet, key, "ola", by="ewa", home_manager="@tomek", **stay_days(duet, 1, 17))
    add_member(duet, key, "jan", by="piotr", **stay_days(duet, 1, 9))
    move_to_day(duet, today + timedelta(days=2), "12:00")
    form = open_form(duet.person("adam"), f"/duet pause {key}")
    assert form.fill({find_label(form.labels, ("Dlaczego", "Why")): "Przerwa"}).submit() is None
    for ahead in (4, 15):
        move_to_day(duet, today + timedelta(days=ahead), "12:00")
    for who in ("ola", "tomek", "ewa", "jan"):
        assert not list_messages(duet, who, REMINDS + ASKS_BACK), who
    close_forms(duet.person("adam"))
    duet.person("adam").types(f"/duet resume {key}")
    move_to_next_noon(duet)
    for who in ("ola", "tomek", "ewa"):
        (told,) = list_messages(duet, who, REMINDS)
        assert told.text.count(REMINDS[0]) + told.text.count(REMINDS[1]) == 1, who
    assert list_messages(duet, "jan", ASKS_BACK) and not list_messages(duet, "jan", REMINDS)


def test_a_withdrawn_project_lets_everybody_go_back(duet: Office) -> None:
    """§7.2, §3.2, §4.3, §12.3: the day on which it enters closing is everybody's last; they confirm their return
    and stay in the channel, which is archived. Whoever had not begun stays in their post."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", home_manager="@tomek")
    add_member(duet, key, "jan", by="piotr", home_post="Dane", **stay_days(duet, 90, 120))
    move_to_next_noon(duet)
    withdraw_project(duet, key)
    closing = working_days_after(current_day(duet), 10, *map(current_day(duet).fromisoformat, HOLIDAYS))
    move_to_day(duet, closing)
    assert has_sentence(read_card(duet, key), ("Zamykanie", "zamyka", "closing"))
    move_to_next_noon(duet)
    assert list_messages(duet, "ola", ("kończy się wcześniej",))
    assert list_messages(duet, "tomek", ("kończy się wcześniej",))
    assert list_messages(duet, "jan", ("stay in your post", "zostajesz na swoim stanowisku"))
    assert not list_messages(duet, "jan", ASKS_BACK)
    asked = list_messages(duet, "ola", ASKS_BACK)[-1]
    assert "przed terminem, z powodu wycofania" in asked.text
    press(asked, BACK)
    waiting = "Potwierdzony powrót: 0 z 1. Jeszcze nie: @Tomek Półka (dotyczy: @Aleksandra Plakat)."
    assert waiting in read_card(duet, key)
    press(list_messages(duet, "tomek", ASKS_BACK)[-1], BACK)
    assert "Potwierdzony powrót: 1 z 1." in read_card(duet, key)
    checklist = open_checklist(duet, "ewa", key).text
    assert "✅ Wszyscy są z powrotem na swoich stanowiskach" in checklist, "jan was not away"
    assert "ola" in channel_members(duet)
    assert "jan" not in channel_members(duet)


FRIDAY = 4
HOLIDAYS = ("2026-12-24", "2026-12-25", "2027-01-01", "2027-01-06")


def test_whose_time_ends_today_reads_so_today(duet: Office) -> None:
    """§2.8, §7.2: signed at noon on a Friday, an early end is told that day to members, home managers, executives,
    leads and the channel; so is a removal."""
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    for who in ("ola", "jan"):
        side = "ewa" if who == "ola" else "piotr"
        add_member(duet, key, who, by=side, home_post="Kampanie", home_manager="@tomek")
    move_to_day(duet, next_weekday(current_day(duet), FRIDAY), "13:02")
    run_team_command(duet.person("piotr"), f"{key} remove @jan")
    run_due_work(duet)
    assert list_messages(duet, "jan", ("ended your time in the team", "Twój udział w zespole się kończy"))
    agree_on_closing(duet, key)
    assert list_messages(duet, "ola", ("kończy się wcześniej",))
    assert list_messages(duet, "tomek", ("kończy się wcześniej",))
    for who in ("anna", "ewa", "piotr"):
        assert list_messages(duet, who, ("zaczyna się zamykanie projektu", "is closing now")), who
    assert "decyzją CIO i CMO" in find_post(duet, key, "zaczyna się zamykanie projektu").text


def test_who_is_asked_whether_they_are_back_reads_of_no_earlier_end(duet: Office) -> None:
    """§7.2, §2.8: of a project that closes after hours the next morning's message asks only about the return."""
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", home_manager="@tomek")
    planned = polish_date(current_day(duet).fromisoformat(day_from_today(duet, 180)))
    move_to_next_morning(duet, "19:00")
    agree_on_closing(duet, key)
    last_day = polish_date(current_day(duet))
    move_to_next_morning(duet)
    for handle in ("ola", "tomek"):
        (asked,) = list_messages(duet, handle, ASKS_BACK)
        assert "przed terminem, decyzją CIO i CMO" in asked.text and f"planowany do {planned}" in asked.text
        assert "Cel osiągnięty wcześniej" not in asked.text, "the reason is for the executives, and in the report"
        assert not list_messages(duet, handle, ("kończy się wcześniej", "jest teraz w zespole")), handle
    begun = find_post(duet, key, "zaczyna się zamykanie projektu").text
    assert f"przed terminem ({planned}), decyzją CIO i CMO. Ostatni dzień zespołu: {last_day}." in begun


def test_who_is_in_again_before_the_morning_is_not_told_that_they_were_out(duet: Office) -> None:
    """§2.8, §7: nor do the list, and the card of the project once it is closed, name them twice."""
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    move_to_next_morning(duet)
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie")
    move_to_next_morning(duet)
    move_to_day(duet, current_day(duet), "19:00")
    run_team_command(duet.person("ewa"), f"{key} remove @ola")
    duet.settles()
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", **stay_days(duet, 1, 9))
    assert run_team_command(duet.person("ewa"), key).text.count("Kampanie") == 1
    move_to_next_morning(duet)
    assert not list_messages(duet, "ola", ("Twój udział w zespole się kończy",))
    agree_on_closing(duet, key)
    assert read_card(duet, key).count("Kampanie") == 1


def test_a_stay_of_one_day_names_it_once(duet: Office) -> None:
    """§7.1: to the member and the home manager, in the list and in the log, in both languages."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    day = current_day(duet).fromisoformat(day_from_today(duet, 5))
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", home_manager="@tomek", **stay_days(duet, 5, 5))
    move_to_next_noon(duet)
    said = [list_messages(duet, who, ASKED_TO_CONFIRM)[-1].text for who in ("ola", "tomek")]
    said += [run_team_command(duet.person(who), key).text for who in ("anna", "piotr")]
    said += [duet.person(who).types(f"/duet log {key}").text for who in ("anna", "piotr")]
    written = (polish_date(day), read_spaces(Texts.of("en").date(day)))
    for text in said:
        line = next(each for each in text.splitlines() if any(date in each for date in written))
        assert sum(line.count(date) for date in written) == 1, line


def test_who_is_asked_whether_they_are_back_is_not_told_that_they_begin(duet: Office) -> None:
    """§7.2, §2.8: of a stay that is over before the first morning, by its date or because the project closes."""
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    move_to_next_morning(duet)
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", **stay_days(duet, 0, 0))
    move_to_next_morning(duet, "19:00")
    add_member(duet, key, "tomek", by="ewa", home_post="Sklepy")
    agree_on_closing(duet, key)
    move_to_next_morning(duet)
    for handle in ("ola", "tomek"):
        assert list_messages(duet, handle, ASKS_BACK), handle
        assert not list_messages(duet, handle, ("w tym zespole", "in this team", *ASKED_TO_CONFIRM)), handle


def test_a_stay_is_shortened_and_prolonged(duet: Office) -> None:
    """§7.2, §14: by that side's lead or executive, past the charter's end only by a change of the charter; what is
    longer is confirmed anew, and the old button confirms nothing."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie", home_manager="@tomek", **stay_days(duet, 1, 60))
    move_to_next_noon(duet)
    for who in ("ola", "tomek"):
        press(list_messages(duet, who, ASKED_TO_CONFIRM)[-1], CONFIRM)
    old = confirmation_id(duet, "ola", "start", "member")
    with expect_refusal(duet, "error.other_sides_people"):
        assert has_sentence(run_team_command(duet.person("piotr"), f"{key} change @ola").text, OTHER_SIDES)
    form = open_change_form(duet, "ewa", key, "ola")
    first = duet.person("ewa").form
    assert (form.values["Macierzyste stanowisko"], form.values["Przełożony"]) == ("Kampanie", "@tomek")
    with expect_refusal(duet):
        wrong = submit_member_form(form, until_day=day_from_today(duet, 400), from_day=day_from_today(duet, 5))
    assert set(member_errors(wrong)) == {"until_day", "from_day"}
    assert "/duet edytuj" in member_errors(wrong)["until_day"]
    begun = {"from_day": query_one(duet, "SELECT starts_on FROM members")}
    shown = submit_member_form(wrong, from_day=str(begun["from_day"]), until_day=day_from_today(duet, 40))
    assert has_sentence(shown.text, CHANGED)
    move_to_next_noon(duet)
    assert list_messages(duet, "ola", ("zmienia Twój czas w zespole",))
    assert list_messages(duet, "tomek", ("jest teraz w zespole od",))
    assert (
        len(list_messages(duet, "ola", ASKED_TO_CONFIRM))
        == len(list_messages(duet, "tomek", ASKED_TO_CONFIRM))
        == 0
    )  # it is covered
    assert (
        "Początek potwierdzony: @Aleksandra Plakat i @Tomek Półka"
        in run_team_command(duet.person("anna"), key).text
    )
    assert first is not None
    with expect_refusal(duet, "error.stay.changed_meanwhile"):
        forge_submission(
            duet.person("anna"),
            "team.change",
            json.dumps({"member": member_id(duet, "ola"), "revision": 1}),
            _stay_of_ola(duet),
        )
    close_forms(duet.person("anna"))
    longer = open_change_form(duet, "anna", key, "ola")
    assert has_sentence(submit_member_form(longer, until_day=day_from_today(duet, 100)).text, CHANGED)
    with expect_refusal(duet, "error.confirmation.asked_anew"):
        forge_click(duet.person("ola"), "team.confirm", f"{old}:1")
    move_to_next_noon(duet)
    assert (
        len(list_messages(duet, "ola", ASKED_TO_CONFIRM))
        == len(list_messages(duet, "tomek", ASKED_TO_CONFIRM))
        == 1
    )
    assert "niepotwierdzony: @Aleksandra Plakat i @Tomek" in run_team_command(duet.person("anna"), key).text
    press(list_messages(duet, "ola", ASKED_TO_CONFIRM)[-1], CONFIRM)
    log = duet.person("anna").types(f"/duet log {key}").text
    assert log.count("Zmiana czasu w zespole: @Aleksandra Plakat") == 2


def _stay_of_ola(duet: Office) -> dict[str, Any]:
    manager = {"type": "users_select", "selected_user": "U0TOMEK"}
    days = {
        name: {"type": "datepicker", "selected_date": day_from_today(duet, ahead)}
        for name, ahead in (("from_day", 1), ("until_day", 30))
    }
    return {"home_post": text_state("X"), "home_manager": manager, **days}


def test_a_home_manager_leaves_and_another_takes_over(duet: Office) -> None:
    """§7.1, §7.2: the lead is told, and names another, who is asked; also once the stay is over. What the
    former one has confirmed stands."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    add_member(duet, key, "ola", by="ewa", home_manager="@tomek", **stay_days(duet, 1, 8))
    last = current_day(duet).fromisoformat(day_from_today(duet, 8))
    move_to_next_noon(duet)
    for who in ("ola", "tomek"):
        press(list_messages(duet, who, ASKED_TO_CONFIRM)[-1], CONFIRM)
    form = open_change_form(duet, "ewa", key, "ola")
    assert has_sentence(submit_member_form(form, home_manager="@nadia", home_post="Sklepy").text, CHANGED)
    move_to_next_noon(duet)
    assert list_messages(duet, "nadia", ("stanowisku to teraz Ty", "you are now the home manager"))
    assert list_messages(duet, "ola", ("zmienia zapis Twojego macierzystego stanowiska na: Sklepy",))
    move_to_day(duet, working_days_after(last, 1), "12:00")
    assert not list_messages(duet, "nadia", ASKED_TO_CONFIRM), "the start was confirmed by her predecessor"
    assert list_messages(duet, "nadia", ASKS_BACK)
    deactivate_person(duet, "nadia")
    run_due_work(duet)
    move_to_next_noon(duet)
    (told,) = list_messages(duet, "ewa", ("nie może już niczego potwierdzać",))
    assert "@Nadia Źródło" in told.text and "@Aleksandra Plakat" in told.text
    listing = run_team_command(duet.person("ewa"), key)
    assert "Przełożony: brak" in listing.text
    form = listing.click("Zmień").form
    assert form is not None and form.labels == ["Przełożony"]
    assert has_sentence(submit_member_form(form, home_manager="@roman").text, CHANGED)
    move_to_next_noon(duet)
    press(list_messages(duet, "roman", ASKS_BACK)[-1], BACK)
    assert "Powrót potwierdzony: @Roman" in run_team_command(duet.person("ewa"), key).text
    assert "Do wskazania nowy przełożony: @Aleksandra Plakat" in duet.person("anna").types(f"/duet log {key}").text


def test_a_successor_reads_who_is_not_quite_back(duet: Office) -> None:
    """§7.2, §4.9, §14: while the seat is vacant nobody does."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    add_member(duet, key, "ola", by="ewa", home_manager="@tomek", **stay_days(duet, 1, 3))
    last = current_day(duet).fromisoformat(day_from_today(duet, 3))
    duet.person("roman").types("/duet")
    move_to_day(duet, working_days_after(last, 1), "12:00")
    deactivate_person(duet, "anna")
    form = press(list_messages(duet, "ola", ASKS_BACK)[-1], NOT_QUITE).form
    assert fill_form(form, {"why": "Nie mam biurka"}).submit() is not None
    named_on = current_day(duet)
    name_successor(duet, "tomek")
    pass_objection_days(duet, named_on)
    move_to_next_noon(duet)
    assert list_messages(duet, "tomek", ("Nie mam biurka",))
    assert "Nie mam biurka" in run_team_command(duet.person("tomek"), key).text


def test_who_is_not_quite_back_waits_for_that_sides_executive_at_once(duet: Office) -> None:
    """§7.2, §13.1: until it is confirmed, and for nobody else; the message itself has time until a morning."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    add_member(duet, key, "ola", by="ewa", home_manager="@tomek", **stay_days(duet, 1, 3))
    last = current_day(duet).fromisoformat(day_from_today(duet, 3))
    move_to_day(duet, working_days_after(last, 1), "12:00")
    form = press(list_messages(duet, "ola", ASKS_BACK)[-1], NOT_QUITE).form
    fill_form(form, {"why": "Nie mam biurka"}).submit()
    waiting = duet.person("anna").types("/duet")
    assert "Nie mam biurka" in waiting.text and "Powroty, które jeszcze trwają" in waiting.text
    assert "Nie mam biurka" in waiting.click("Zespół").text
    for handle in ("adam", "ewa", "tomek"):
        assert "Nie mam biurka" not in duet.person(handle).types("/duet").text, handle
    press(list_messages(duet, "ola", ("jeszcze trwa",))[-1], BACK)
    assert "Nie mam biurka" not in duet.person("anna").types("/duet").text


def test_who_alone_reads_why_somebody_is_not_quite_back_is_not_told_of_a_reader(duet: Office) -> None:
    """§7.2: the executive may be the home manager, too."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    for handle, manager in (("ola", "@anna"), ("tomek", "@ewa")):
        add_member(duet, key, handle, by="ewa", home_manager=manager, **stay_days(duet, 1, 3))
    last = current_day(duet).fromisoformat(day_from_today(duet, 3))
    move_to_day(duet, working_days_after(last, 1), "12:00")
    for manager, said, told in (
        ("anna", "Nie przeczyta tego nikt poza Tobą", "Powodu nie przeczyta nikt poza Tobą"),
        ("ewa", "Przeczyta to tylko @Anna Żuraw", "Powód czyta tylko dyrektor tej strony"),
    ):
        form = press(list_messages(duet, manager, ASKS_BACK)[-1], NOT_QUITE).form
        assert form is not None and said in form.text
        fill_form(form, {"why": "Jeszcze przekazuje sprawy"}).submit()
        duet.delivers_everything()
        assert list_messages(duet, manager, (told,)), manager


def test_the_law_limits_other_work(duet: Office) -> None:
    """§7.1: a hint to that side's lead and executive, once a project, which says that it is no legal advice."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    add_member(duet, key, "tomek", by="ewa", **stay_days(duet, 1, 60))
    move_to_next_noon(duet)
    assert not list_messages(duet, "ewa", LIMIT)
    add_member(duet, key, "ola", by="ewa")
    add_member(duet, key, "gosia", by="ewa", side="marketing", home_manager=None)
    move_to_next_noon(duet)
    move_to_monday(duet)  # of an executive's two messages a week others were first
    move_to_next_noon(duet)
    for who in ("ewa", "anna"):
        (hint,) = list_messages(duet, who, LIMIT)
        assert "@Aleksandra Plakat" in hint.text and "Kodeks pracy, art. 42 § 4" in hint.text
        assert "nie porada prawna" in hint.text
    assert not list_messages(duet, "piotr", LIMIT) and not list_messages(duet, "adam", LIMIT)
    form = open_change_form(duet, "ewa", key, "tomek")
    submit_member_form(form, until_day=day_from_today(duet, 150))
    move_to_next_noon(duet)
    assert len(list_messages(duet, "ewa", LIMIT)) == 1, "once a project"


def test_the_law_is_said_once_to_whoever_reads_of_several_projects(duet: Office) -> None:
    """§7.1, §2.8: each project's hint is a line of their message, and what the law says stands below them once."""
    keys = [activate_project(duet, starts_on=day_from_today(duet, 1), name=name) for name in ("Jeden", "Drugi")]
    for key in keys:
        add_member(duet, key, "ola", by="ewa")
    move_to_next_noon(duet)
    (hint,) = list_messages(duet, "ewa", LIMIT)
    assert all(f"{key} · " in hint.text for key in keys) and hint.text.count("@Aleksandra Plakat ma być") == 2
    assert hint.text.count("Kodeks pracy") == hint.text.count("nie porada prawna") == 1


def test_the_law_is_not_told_of_a_stay_that_is_shorter_by_then(duet: Office) -> None:
    """§7.1, §2.8: one is shortened and one is removed before the morning; the side reads of the third."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    for who in ("tomek", "ola", "mike"):
        add_member(duet, key, who, by="ewa")
    submit_member_form(open_change_form(duet, "ewa", key, "tomek"), until_day=day_from_today(duet, 20))
    close_forms(duet.person("ewa"))
    run_team_command(duet.person("ewa"), f"{key} remove @ola")
    move_to_next_noon(duet)
    (hint,) = list_messages(duet, "ewa", LIMIT)
    assert "@Mike O'Hasło" in hint.text and "@Tomek" not in hint.text and "@Aleksandra" not in hint.text


def test_who_can_be_the_home_manager(duet: Office) -> None:
    """§7.1: any person of the company but the member, also an executive; a guest may have none, and confirms."""
    key = activate_project(duet)
    ewa = duet.person("ewa")
    for manager, error in (
        (None, "error.stay.no_manager"),
        ("@ola", "error.stay.own_manager"),
        ("@gosia", "error.not_a_colleague"),
        ("@duet", "error.not_a_colleague"),
    ):
        form = open_member_form(ewa, f"{key} add @ola")
        with expect_refusal(duet, error):
            shown = submit_member_form(form, home_post="X", home_manager=manager)
        assert set(member_errors(shown)) == {"home_manager"}, manager
        close_forms(ewa)
    for share in ("0", "half a day", "101"):
        form = open_member_form(ewa, f"{key} add @ola")
        with expect_refusal(duet, "error.stay.share"):
            assert set(member_errors(submit_member_form(form, home_post="X", share=share))) == {"share"}
        close_forms(ewa)
    add_member(duet, key, "ola", by="ewa", home_manager="@anna")
    add_member(duet, key, "gosia", by="ewa", side="marketing", home_manager=None)
    assert "Przełożony: brak" in run_team_command(ewa, key).text
    move_to_next_noon(duet)
    press(list_messages(duet, "gosia", ASKED_TO_CONFIRM)[-1], CONFIRM)
    press(list_messages(duet, "anna", ASKED_TO_CONFIRM)[-1], CONFIRM)
    assert "Początek potwierdzony: @Gosia Gościnna" in run_team_command(ewa, key).text
    with expect_refusal(duet, "error.not_found"):
        forge_click(ewa, "team.confirm", f"{confirmation_id(duet, 'ola', 'start', 'member')}:1")
    form = open_member_form(ewa, f"{key} add @ola")  # she is in the team: her stay opens
    assert form.values["Przełożony"] == "@anna"
    close_forms(ewa)
    run_team_command(ewa, f"{key} remove @ola")
    duet.delivers_everything()
    assert list_messages(duet, "anna", ("potwierdzone",)), "what was confirmed stays"
