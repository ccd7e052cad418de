"""A refusal says who may, and offers to ask them (product §2.11)."""

from datetime import timedelta

from tests.driving import SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning, run_due_work
from tests.scenarios.register_steps import register_asset
from tests.scenarios.roles import Action, Place, forge_click_as, room_of, set_up_active_project
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    day_from_today,
    expect_refusal,
    forge_click,
    query_one,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.timetable_steps import add_milestone
from tests.snapshots import play_once

ASK, AGAIN, RUN = "Poproś o to", "Poproś ponownie", "Wykonaj"


@play_once
def set_up_plea(duet: Office) -> Place:
    """Tomek, of marketing's side, has asked ewa to add a milestone."""
    place = set_up_active_project(duet)
    ask_for(duet, "tomek", f'milestone {place.key} add "Raport" {day_from_today(duet, 60)} @tomek')
    run_due_work(duet)
    return Place(duet, place.key, place.ids | {"plea": query_one(duet, "SELECT max(id) FROM pleas")})


MATRIX = {
    "ask again": Action({"member"}, set_up_plea, button=("plea.again", "{plea}")),
    "run what one was asked": Action(
        {"marketing lead"}, set_up_plea, button=("plea.run", "{plea}"), changes={"button"}
    ),
}


def refuse(duet: Office, who: str, typed: str) -> SeenReply:
    with expect_refusal(duet):
        return duet.person(who).types(f"/duet {typed}")


def ask_for(duet: Office, who: str, typed: str, *, note: str = "") -> SeenForm:
    """They try it, and ask whoever is proposed."""
    form = refuse(duet, who, typed).click(ASK).form
    assert form is not None
    sent = form.fill({"Co warto dodać": note}).submit() if note else form.submit()
    assert sent is not None
    return sent


def last_letter(duet: Office, who: str) -> SeenMessage:
    duet.settles()
    run_due_work(duet)
    return duet.person(who).reads("@duet")[-1]


def test_whoever_is_asked_reads_the_command_and_runs_it(duet: Office) -> None:
    """§2.11: the refusal names who may; one's own side is asked first; the command runs with the rights of whoever
    is asked, and of the project in which it was typed.
    """
    key = set_up_active_project(duet).key
    day = day_from_today(duet, 60)
    said = refuse(duet, "tomek", f'milestone {key} add "Raport <b>" {day} @tomek')
    assert (
        "To mogą zrobić tylko liderzy i dyrektorzy projektu: @Ewa Błysk, @Anna Żuraw, @Piotr Kabelek, @Adam"
        in said.text
    )
    form = said.click(ASK).form
    assert form is not None
    assert f'/duet kamień {key} add "Raport <b>" {day} @' in form.text
    assert form.values["Kogo"] == "Ewa Błysk"
    sent = form.fill({"Co warto dodać": "Klient <!channel> czeka"}).submit()
    assert sent is not None and "Wysłane: @Ewa Błysk" in sent.text
    letter = last_letter(duet, "ewa")
    assert "@Tomek" in letter.text and f'/duet kamień {key} add "Raport <b>" {day}' in letter.text
    assert "Klient <!channel> czeka" in letter.text
    assert "W harmonogramie: Raport <b>" in letter.click(RUN).text.replace("*", "")
    assert query_one(duet, "SELECT created_by FROM milestones") == "U0EWA"
    run_due_work(duet)
    (done,) = [each for each in duet.person("ewa").reads("@duet") if each.ts == letter.ts]
    assert "Zrobione" in done.text and RUN not in done.buttons
    move_to_next_morning(duet)
    assert "Twoja prośba jest spełniona (@Ewa Błysk): " in last_letter(duet, "tomek").text


def test_a_command_that_only_shows_something_is_done_by_the_click(duet: Office) -> None:
    """§2.11: its button is spent as the others are; that of one that opens a form stays until something is done."""
    key = set_up_active_project(duet).key
    for typed, is_shown in ((f"budget {key}", True), (f"edit {key}", False)):
        ask_for(duet, "tomek", typed)
        letter = last_letter(duet, "ewa")
        letter.click(RUN)
        close_forms(duet.person("ewa"))
        run_due_work(duet)
        (drawn,) = [each for each in duet.person("ewa").reads("@duet") if each.ts == letter.ts]
        assert ("Zrobione" in drawn.text) is is_shown
        assert (RUN in drawn.buttons) is not is_shown
    move_to_next_morning(duet)
    told = duet.person("tomek").waits_for("możesz zapytać", "@duet").text
    assert f"`/duet budżet {key}`" in told and "spełniona" not in told and "zrobione" not in told


def test_once_a_person_a_thing_and_a_day(duet: Office) -> None:
    """§2.11: whoever is asked hears of it once; another thing, and another day, are others."""
    key = set_up_active_project(duet).key
    ask_for(duet, "tomek", f"log {key}")
    form = refuse(duet, "tomek", f"log {key}").click(ASK).form
    assert form is not None
    with expect_refusal(duet, "error.plea.asked_already"):
        assert "już dziś poszło" in (form.fill({"Kogo": "Piotr Kabelek"}).submit() or form).text
    close_forms(duet.person("tomek"))
    run_due_work(duet)
    assert len([each for each in duet.person("ewa").reads("@duet") if "/duet dziennik" in each.text]) == 1
    assert query_one(duet, "SELECT count(*) FROM pleas") == 1
    ask_for(duet, "tomek", f"pause {key}")
    move_to_next_morning(duet, "10:00")
    ask_for(duet, "tomek", f"log {key}")
    assert query_one(duet, "SELECT count(*) FROM pleas") == 3


def test_not_more_than_ten_a_day(duet: Office) -> None:
    """§2.11"""
    key = set_up_active_project(duet).key
    for number in range(10):
        ask_for(duet, "tomek", f'milestone {key} add "Krok {number}" {day_from_today(duet, 60)} @tomek')
    form = refuse(duet, "tomek", f"log {key}").click(ASK).form
    assert form is not None
    with expect_refusal(duet, "error.plea.too_many"):
        form.submit()


def test_it_waits_for_the_hours_of_whoever_is_asked(duet: Office) -> None:
    """§2.11, §2.8: at night nobody is disturbed; of another day the command is read, and not run."""
    key = set_up_active_project(duet).key
    move_to_day(duet, current_day(duet), "20:30")
    before = len(duet.person("ewa").reads("@duet"))
    sent = ask_for(duet, "tomek", f'milestone {key} add "Raport" jutro @tomek')
    assert "w godzinach pracy" in sent.text
    run_due_work(duet)
    assert len(duet.person("ewa").reads("@duet")) == before
    move_to_next_morning(duet)
    letter = next(each for each in duet.person("ewa").reads("@duet") if "jutro @" in each.text)
    assert RUN not in letter.buttons
    assert key in letter.click("Pokaż").text


def test_what_was_not_run_on_its_day_is_said_to_both(duet: Office) -> None:
    """§2.11, §2.8: the message says until when its button works, then no more; whoever asked hears it."""
    key = set_up_active_project(duet).key
    ask_for(duet, "tomek", f'milestone {key} add "Raport" jutro @tomek', note="Klient czeka")
    letter = last_letter(duet, "ewa")
    assert RUN in letter.buttons and "działa do końca dnia" in letter.text
    move_to_next_morning(duet)
    (drawn,) = [each for each in duet.person("ewa").reads("@duet") if each.ts == letter.ts]
    assert RUN not in drawn.buttons and "tylko w dniu prośby" in drawn.text and "do końca dnia" not in drawn.text
    (told,) = [each for each in duet.person("tomek").reads("@duet") if "nikt jej nie spełnił" in each.text]
    assert "Raport" in told.text
    form = told.click(AGAIN).form
    assert (
        form is not None and 'add "Raport" jutro' in form.text and form.values["Co warto dodać"] == "Klient czeka"
    )
    sent = form.submit()
    assert sent is not None and "Wysłane: @Ewa Błysk" in sent.text
    letter = last_letter(duet, "ewa")
    assert RUN in letter.buttons and "Klient czeka" in letter.text
    with expect_refusal(duet, "error.not_found"):
        forge_click(duet.person("ewa"), "plea.again", str(query_one(duet, "SELECT max(id) FROM pleas")))


def test_what_is_done_in_the_form_that_it_opens_counts_as_done(duet: Office) -> None:
    """§2.11: also where the form is refused at first."""
    key = set_up_active_project(duet).key
    ask_for(duet, "tomek", f"milestone {key} add")
    letter = last_letter(duet, "ewa")
    form = letter.click(RUN).form
    assert form is not None
    form = form.fill({"Kamień milowy": "Raport", "Termin": day_from_today(duet, -5)}).submit()
    assert form is not None and form.errors
    form.fill({"Termin": day_from_today(duet, 60)}).submit()
    run_due_work(duet)
    (done,) = [each for each in duet.person("ewa").reads("@duet") if each.ts == letter.ts]
    assert "Zrobione" in done.text and RUN not in done.buttons
    move_to_next_morning(duet)
    told = [each.text for each in duet.person("tomek").reads("@duet")]
    assert any("Twoja prośba jest spełniona (@Ewa Błysk): " in each for each in told)
    assert not any("nikt jej nie spełnił" in each for each in told)


def test_what_can_no_longer_be_done_is_not_asked_for_again(duet: Office) -> None:
    """§2.11: nobody is told that they can do what the project, as it stands, has no step for."""
    key = set_up_active_project(duet).key
    ask_for(duet, "tomek", f"pause {key}")
    move_to_next_morning(duet)
    (told,) = [each for each in duet.person("tomek").reads("@duet") if AGAIN in each.buttons]
    form = duet.person("anna").types(f"/duet pause {key}").form
    assert form is not None
    form.fill(
        {"Dlaczego": "Święta", "Dzień wznowienia": (current_day(duet) + timedelta(days=14)).isoformat()}
    ).submit()
    with expect_refusal(duet, "error.not_in_this_state"):
        assert "wstrzymany" in told.click(AGAIN).text


def test_what_one_is_asked_for_waits_until_it_is_done(duet: Office) -> None:
    """§2, §13.1, §2.11: in what waits for whoever is asked, with the button that does it."""
    key = set_up_active_project(duet).key
    heading = "Ktoś prosi Cię o to dzisiaj"
    assert heading not in duet.person("ewa").types("/duet").text
    ask_for(duet, "tomek", f'milestone {key} add "Raport" {day_from_today(duet, 60)} @tomek')
    run_due_work(duet)
    assert heading not in duet.person("piotr").types("/duet").text
    waiting = duet.person("ewa").types("/duet")
    assert heading in waiting.text and "prosi Cię o to: /duet kamień" in waiting.text.replace("`", "")
    assert "W harmonogramie: Raport" in waiting.click(RUN).text.replace("*", "")
    assert heading not in duet.person("ewa").types("/duet").text
    ask_for(duet, "tomek", f"budget {key}")
    run_due_work(duet)
    duet.person("ewa").opens_home()
    duet.settles()
    home = duet.person("ewa").home
    assert home is not None and heading in home.text
    home.click(RUN)
    close_forms(duet.person("ewa"))
    run_due_work(duet)
    assert heading not in duet.person("ewa").types("/duet").text
    home = duet.person("ewa").home
    assert home is not None and heading not in home.text


def test_whoever_is_back_sooner_is_asked_sooner(duet: Office) -> None:
    """§2.11, §8.5: what waited for the end of their days away comes when they are here again."""
    key, today = set_up_active_project(duet).key, current_day(duet)
    duet.person("ewa").types(f"/duet away {today} {today + timedelta(days=20)}")
    before = len(duet.person("ewa").reads("@duet"))
    ask_for(duet, "tomek", f'milestone {key} add "Raport" {day_from_today(duet, 60)} @tomek')
    run_due_work(duet)
    assert len(duet.person("ewa").reads("@duet")) == before
    duet.person("ewa").types("/duet away back")
    run_due_work(duet)
    assert "Raport" in duet.person("ewa").reads("@duet")[-1].text


def test_what_ends_or_deletes_is_not_run(duet: Office) -> None:
    """§2.11: whoever is asked types it themselves."""
    key = set_up_active_project(duet).key
    ask_for(duet, "tomek", f"withdraw {key}")
    letter = last_letter(duet, "anna")
    assert f"/duet wycofaj {key}" in letter.text
    assert RUN not in letter.buttons


def test_words_that_might_have_named_a_project_are_asked_for(duet: Office) -> None:
    """§2.11: what was tried with an entry of the register is asked for by its name, not by the command alone."""
    key = set_up_active_project(duet).key
    register_asset(duet.person("piotr"), f'{key} data "Paragony z kas" @piotr')
    for typed in ("remove Paragony z kas", f"{key} remove Paragony z kas"):
        ask_for(duet, "tomek", f"own {typed}")
        letter = last_letter(duet, "piotr")
        assert f" {key} remove Paragony z kas" in letter.text


def test_the_words_that_duet_adds_are_in_the_language_of_whoever_asks(duet: Office) -> None:
    """§2.11, §15: of two entries of one name the command says which is meant, as it would be typed."""
    key = set_up_active_project(duet).key
    register_asset(duet.person("piotr"), f'{key} data "Newsletter" @piotr')
    register_asset(duet.person("ewa"), f'{key} customers "Newsletter" @ewa')
    for person, kinds in (("tomek", ("dane", "baza")), ("nadia", ("data", "customers"))):
        asked = duet.person(person).types("/duet own dispute Newsletter")
        assert asked.buttons, asked.text
        with expect_refusal(duet):
            said = asked.click(asked.buttons[0])
        form = said.click(said.buttons[0]).form
        assert form is not None
        assert any(f'{kind} "Newsletter"' in form.text for kind in kinds), form.text


def test_a_click_is_asked_for_by_what_stands_on_it(duet: Office) -> None:
    """§2.11: in a window, too; the button and the form say what they are about."""
    place = set_up_active_project(duet)
    add_milestone(duet, "ewa", "Raport", current_day(duet) + timedelta(days=30), "ewa")
    tomek = duet.person("tomek")
    number = query_one(duet, "SELECT id FROM milestones")
    with expect_refusal(duet, "error.only.milestone"):
        said = forge_click_as(duet, "member", "milestone.done", str(number), room_of("member"))
    assert "osoba, która dba" in said.text and "@Ewa Błysk" in said.text
    assert said.click(ASK).form is not None
    close_forms(tomek)
    assert place.key


def test_nobody_is_named_to_whom_may_not_know(duet: Office) -> None:
    """§2.11, §14: whoever does not see the project reads that there is none, and is offered nothing."""
    key = set_up_active_project(duet).key
    said = refuse(duet, "ola", f"log {key}")
    assert "@" not in said.text and ASK not in said.buttons
    duet.slack.change_person("ewa", deleted=True)
    run_due_work(duet)
    assert "@Ewa" not in refuse(duet, "tomek", f"log {key}").text


def test_whoever_leaves_the_project_asks_no_more(duet: Office) -> None:
    """§2.11, §14: the button of a refusal asks for the rights anew."""
    key = activate_project(duet)
    add_member(duet, key, "tomek", by="ewa", side="marketing")
    said = refuse(duet, "tomek", f"log {key}")
    close_forms(duet.person("ewa"))
    duet.person("ewa").types(f"/duet team {key} remove @tomek")
    with expect_refusal(duet, "error.not_found"):
        assert said.click(ASK).form is None


def test_in_english_too(duet: Office) -> None:
    """§2.11, §15"""
    key = set_up_active_project(duet).key
    with expect_refusal(duet, "error.only.executives"):
        said = duet.person("piotr").types(f"/duet pause {key}")
    assert "Only the project's executives can do this: @Adam" in said.text
    form = said.click("Ask them").form
    assert form is not None
    sent = form.submit()
    assert sent is not None and "Sent to @Adam" in sent.text
    assert "Piotr Kabelek" in last_letter(duet, "adam").text
