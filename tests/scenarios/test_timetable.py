"""The timetable: adding, moving with a reason, finishing, and who may (product §9, §4.1, §14)."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.timetable.rules import MOST_OPEN_MILESTONES
from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.closing_steps import agree_on_closing
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning, polish_date, run_due_work
from tests.scenarios.register_steps import current_form, move_until_message
from tests.scenarios.steps import (
    NAME,
    NOT_FOUND,
    activate_project,
    answer_request,
    change_charter,
    click_button,
    close_forms,
    day_from_today,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    find_signing_message,
    forge_click,
    forge_click_in_message,
    forge_submission,
    has_sentence,
    move_to_tuesday_morning,
    open_form,
    open_second_step,
    open_signing_form,
    project_channel,
    project_id,
    query_one,
    request_id,
    revise_charter,
    second_step_values,
    send_charter,
    sign_charter,
    submit_form,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.test_blocker_command import run_blocker_command
from tests.scenarios.timetable_steps import (
    AT_RISK,
    DONE,
    MOVE,
    NOT_DONE,
    ON_TRACK,
    TIMETABLE,
    add_milestone,
    channel_messages_with,
    click_milestone_button,
    milestone_id,
    milestone_stage,
    project_room,
    run_milestone_command,
    start_project_today,
    submit_milestone_form,
    weekday_from_today,
)


def test_the_timetable_by_command_and_by_form(duet: Office) -> None:
    """§9.1, §2.4, §15: both languages; what was understood is echoed as a full date; a table with its text."""
    key = start_project_today(duet)
    piotr, ewa = duet.person("piotr"), duet.person("ewa")
    assert "No milestones yet" in run_milestone_command(piotr).text
    add_member(duet, key, "jan", by="piotr")
    assert "Nie ma tu żadnego kamienia milowego" in run_milestone_command(duet.person("jan"), key).text
    due = current_day(duet) + timedelta(days=14)
    said = run_milestone_command(piotr, f'{key} add "Pilot  live" in 2 weeks @piotr').text
    assert f"In the timetable: Pilot live, {due.day} {due:%B} {due.year} (Tuesday), @Piotr Kabelek" in said.replace(
        "*", ""
    )
    close_forms(ewa)
    said = ewa.types("/duet kamień milowy dodaj Raport za tydzień @ola").text
    assert "W harmonogramie" not in said, "ola is not in the project"
    ewa.types("/duet kamień milowy dodaj „Raport” za tydzień @ewa")
    ewa.types("/duet kamien dodaj")
    form = current_form(ewa)
    assert form.values["Kto o to dba"] == "@ewa"
    shown = submit_milestone_form(
        form, title="Wspólny test", due=day_from_today(duet, 20), owner="@anna", side="both"
    )
    assert has_sentence(shown.text, TIMETABLE)
    close_forms(ewa)
    listing = ewa.types("/duet harmonogram", project_channel(duet, key))
    week = polish_date(current_day(duet) + timedelta(days=7))
    assert f"Raport · nr 2\n{week} · @Ewa Błysk · Marketing · otwarty" in listing.text.replace("*", "")
    assert "*Pilot live* · nr 1" in listing.text
    assert "· @Anna Żuraw · Obie strony · otwarty" in listing.text
    card = duet.person("anna").types(f"/duet show {key}").text
    assert f"*Harmonogram*\n{week}: Raport (@Ewa Błysk)" in card
    log = duet.person("anna").types(f"/duet log {key}").text
    assert f"Nowy kamień milowy: Raport, {week}, @Ewa Błysk" in log
    assert "powierza Ci kamień milowy" in move_until_message(duet, "anna", "Wspólny test").text


@pytest.mark.parametrize(
    ("set_up", "said"),
    [
        (draft_charter, "To jeszcze szkic"),
        (send_charter, "przeczytają liderzy"),
        (activate_project, "na kanale projektu"),
    ],
)
def test_a_form_for_a_reason_says_who_reads_it(duet: Office, set_up: Callable[[Office], str], said: str) -> None:
    """§9.2, §16: before activation there is no channel; of a draft nobody is told but whoever sees to it."""
    key, anna = set_up(duet), duet.person("anna")
    run_milestone_command(anna, f'{key} add "Pilot" {weekday_from_today(duet, 60)} @ewa')
    number = query_one(duet, "SELECT max(number) FROM milestones")
    for verb in ("move", "drop"):
        run_milestone_command(anna, f"{key} {verb} {number}")
        assert said in current_form(anna).text


def test_several_milestones_are_added_by_pasting_lines(duet: Office) -> None:
    """§5.6, §9.4, §2.4: as in the register; all of them or none, and the answer says what was understood."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    pilot, report = weekday_from_today(duet, 20), weekday_from_today(duet, 30)
    close_forms(ewa)
    form = open_form(ewa, f"/duet kamień {key} dodaj\n- Pilot gotowy – {pilot}; IT\n- Raport – {report}")
    with expect_no_change(duet):
        form = submit_form(form.fill({"Kamienie milowe": f"{form.values['Kamienie milowe']}\nStary – 2001-01-01"}))
        assert "2001" in str(form.errors)
    lines = form.values["Kamienie milowe"].splitlines()
    assert lines[:2] == [f"- Pilot gotowy – {pilot}; IT", f"- Raport – {report}"]
    said = submit_form(form.fill({"Kamienie milowe": "\n".join(lines[:2])})).text.replace("*", "")
    assert f"Pilot gotowy, {polish_date(pilot)}" in said
    assert f"Raport, {polish_date(report)}" in said
    assert query_one(duet, "SELECT count(*) FROM milestones WHERE owner = 'U0EWA' AND title = 'Raport'") == 1
    with expect_no_change(duet):
        close_forms(piotr)
        empty = submit_form(open_form(piotr, f"/duet milestone {key} add several").fill({"Milestones": "\u200b"}))
        assert empty.errors
    move_to_next_morning(duet)
    run_due_work(duet)
    told = channel_messages_with(duet, key, "Nowość w harmonogramie")[-1].text
    assert "Pilot gotowy" in told and "Raport" in told
    run_milestone_command(ewa, key).click("Dodaj kilka")
    assert not current_form(ewa).values["Kamienie milowe"]


def test_a_pasted_line_names_a_member_and_an_unnamed_one_is_the_writers_sides(duet: Office) -> None:
    """§9.1: as in the form for one; whom nobody knows is refused in the words of that form, which names members."""
    key = start_project_today(duet)
    add_member(duet, key, "ola", by="ewa")
    piotr, label = duet.person("piotr"), "Milestones"
    survey, report = weekday_from_today(duet, 20), weekday_from_today(duet, 30)
    close_forms(piotr)
    form = open_form(piotr, f"/duet milestone {key} add several")
    with expect_no_change(duet):
        form = submit_form(form.fill({label: f"Survey {survey}; Zenek"}))
        assert "“Zenek”" in form.errors[label] and "a member of the project" in form.errors[label]
    submit_form(form.fill({label: f"Survey {survey}; Aleksandra\nReport {report}"}))
    for title, owner, side in (("Survey", "U0OLA", "marketing"), ("Report", piotr.id, "it")):
        where = "title = :title AND owner = :owner AND side = :side"
        found = query_one(
            duet, f"SELECT count(*) FROM milestones WHERE {where}", title=title, owner=owner, side=side
        )
        assert found == 1, title


def test_all_that_is_wrong_with_pasted_milestones_is_said_at_once(duet: Office) -> None:
    """§4.1, §5.6: what cannot be read, days past or outside the project and unknown names, each of its line."""
    key = start_project_today(duet)
    piotr, day, label = duet.person("piotr"), weekday_from_today(duet, 20), "Milestones"
    close_forms(piotr)
    typed = [
        f"Survey {day}; Zenek",
        f"Report {day}, Zenek",
        "",
        "Pilot",
        "Launch – 31.02",
        "Review – 2001-01-01",
        "Training – 2030-01-01; Jola",
    ]
    with expect_no_change(duet):
        form = open_form(piotr, f"/duet milestone {key} add several").fill(
            {label: "\n".join([*typed, f"{day}; IT"])}
        )
        said = submit_form(form).errors[label]
    for error in (
        "Lines 1–2: I don't know who “Zenek” is in this project",
        "\nLine 4: “Pilot” has no date",
        "“Launch – 31.02” can't be added. There is no such day",
        "“Review – 2001-01-01” can't be added.",
        "“Training”: 1 January 2030",
        "“Jola”",
        f"“{day}; IT” has no name",
    ):
        assert error in said, error
    numbers = [re.findall(r"\d+", line.split(":")[0])[0] for line in said.splitlines()]
    assert numbers == sorted(numbers), "line by line"


def test_a_date_that_is_a_day_off_is_said_to_be_one(duet: Office) -> None:
    """§9.1: of one, of several, and of one that moves; it is nobody's mistake, so nothing is refused."""
    key = start_project_today(duet)
    ewa, working = duet.person("ewa"), weekday_from_today(duet, 20)
    saturday = working + timedelta(days=5 - working.weekday())
    off = f"{polish_date(saturday)} to dzień wolny"
    added = run_milestone_command(ewa, f'add "Pilot" {working} @ewa').text
    assert "W harmonogramie" in added and "dzień wolny" not in added
    assert off in run_milestone_command(ewa, f"move 1 {saturday} bo tak").text
    assert off in run_milestone_command(ewa, f'add "Raport" {saturday} @ewa').text
    close_forms(ewa)
    form = open_form(ewa, f"/duet milestone {key} dodaj kilka")
    said = submit_form(form.fill({"Kamienie milowe": f"Ankieta {saturday}\nSzkolenie {working}"})).text
    assert said.count("(dzień wolny od pracy)") == 1


def test_a_milestone_is_moved_with_a_reason(duet: Office) -> None:
    """§9.2: posted old → new with the reason; the card shows signed date → current date; the owner is told."""
    key = start_project_today(duet)
    due, later = weekday_from_today(duet, 20), weekday_from_today(duet, 30)
    add_milestone(duet, "piotr", "Pilot", due, "piotr")
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    ewa = duet.person("ewa")
    run_milestone_command(ewa, f"move 1 {later}")
    form = current_form(ewa)
    assert form.values["Nowy termin"] == later.isoformat()
    with expect_refusal(duet, "error.reason_needed"):
        shown = submit_milestone_form(form, reason="\u200b")
    assert shown.errors
    assert "dyrektorzy" not in str(shown.errors), "the whole channel reads it"
    shown = submit_milestone_form(shown, reason="Dostawca się spóźni")
    assert f"{polish_date(due)} → {polish_date(later)}" in shown.text
    close_forms(ewa)
    move_to_tuesday_morning(duet)
    posted = duet.person("anna").waits_for("Dostawca się spóźni", project_room(duet, key)).text
    assert f"Pilot*: nowy termin, {polish_date(due)} → {polish_date(later)} (zmiana: Ewa Błysk)" in posted
    assert "Your milestone" not in posted
    told = duet.person("piotr").waits_for("Pilot", "@duet").text
    assert f"*{key} · {NAME}*: your milestone *Pilot* has moved" in told
    card = duet.person("anna").types(f"/duet show {key}").text
    assert f"{polish_date(due)} → {polish_date(later)}: Pilot (@Piotr Kabelek) · dodany później" in card
    pinned = channel_messages_with(duet, key, "Harmonogram")[0].text
    assert "→ " in pinned and "Pilot (@Piotr Kabelek) · dodany później" in pinned, "nobody has signed it"
    listing = run_milestone_command(ewa).text
    assert "dodane potem: łącznie " in listing and "podpisanym" not in listing, "not signed yet"
    assert "Dostawca się spóźni" in ewa.types(f"/duet log {key}").text


@pytest.mark.one_of(3)
@pytest.mark.parametrize("then", ["signed", "withdrawn", "edited back"])
def test_past_the_projects_end_it_is_a_charter_change(duet: Office, then: str) -> None:
    """§9.2: the form has the later end, and once both have signed it the milestone moves; else the wish goes."""
    key = start_project_today(duet)
    ewa, due = duet.person("ewa"), weekday_from_today(duet, 20)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    ends_on = day_from_today(duet, 180)
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    far = current_day(duet) + timedelta(days=400)
    with expect_no_change(duet):
        assert run_milestone_command(ewa, f'add "Drugi" {far} @ewa').buttons == ["Edytuj"]
    with expect_refusal(duet, "error.reason_needed"):
        run_milestone_command(ewa, "move 1")
        assert submit_milestone_form(current_form(ewa), new_due=far.isoformat(), reason="\u200b").errors
    note = submit_milestone_form(current_form(ewa), new_due=far.isoformat(), reason="Dostawca się spóźni")
    assert f"przesunie się na {polish_date(far)}" in note.text
    close_forms(ewa)
    run_milestone_command(ewa, f'move 1 {far} "Dostawca się spóźni"').click("Zaproponuj nowy koniec")
    second = submit_form(current_form(ewa))
    assert second.values["Koniec"] == far.isoformat()
    assert not submit_form(second).errors
    close_forms(ewa)
    duet.delivers_everything()
    assert f"{polish_date(due)}: Pilot" in duet.person("anna").types(f"/duet show {key}").text
    moves = f"*Harmonogram:* Pilot, {polish_date(due)} → Pilot, {polish_date(far)}"
    assert moves in find_signing_message(duet, "anna", key).text, "the move is among what both sign"
    shown = open_signing_form(duet, "anna", key).text
    assert moves in shown and f"{polish_date(due)} → {polish_date(far)}: Pilot" in shown
    close_forms(duet.person("anna"))
    if then == "signed":
        sign_charter(duet, key, "adam", "anna")
        with expect_refusal(duet, "error.milestone.nothing_wished"):
            forge_click(ewa, "charter.edit_for", str(milestone_id(duet, "Pilot")))
        move_to_tuesday_morning(duet)
        text = duet.person("anna").waits_for("Dostawca się spóźni", project_room(duet, key)).text
        assert f"*Pilot*: nowy termin, {polish_date(due)} → {polish_date(far)} (zmiana: Ewa Błysk)" in text
        assert (
            f"{polish_date(due)} → {polish_date(far)}: Pilot" in duet.person("anna").types(f"/duet show {key}").text
        )
    else:
        if then == "edited back":
            revise_charter(duet, key, by="ewa", ends_on=ends_on)
        else:
            answer_request(duet, "anna", key, "decline", "Za późno")
            close_forms(duet.person("anna"))
            asked = request_id(duet, key)
            form = forge_click(duet.person("anna"), "signing.withdraw", str(asked)).form
            assert form is not None
            form.fill({form.labels[0]: "Klient nie czeka"}).submit()
            told = duet.person("adam").waits_for("Klient nie czeka", "@duet").text
            assert "wycofane (@Anna Żuraw)" in told, "as soon as the request was"
        revise_charter(duet, key, by="ewa", ends_on=day_from_today(duet, 500))
        close_forms(ewa)
        duet.delivers_everything()
        sign_charter(duet, key, "adam", "anna")
        assert f"{polish_date(due)}: Pilot" in duet.person("anna").types(f"/duet show {key}").text


def test_a_move_that_joins_a_proposal_is_signed_with_it(duet: Office) -> None:
    """§4.5, §9.2: whoever had signed the proposal without it has not signed the move."""
    key = start_project_today(duet)
    ewa, due, far = duet.person("ewa"), weekday_from_today(duet, 20), weekday_from_today(duet, 400)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    revise_charter(duet, key, by="ewa", ends_on=far.isoformat())
    close_forms(ewa)
    sign_charter(duet, key, "anna")
    run_milestone_command(ewa, f'move 1 {far} "Dostawca się spóźni"').click("Zaproponuj nowy koniec")
    saved = submit_form(submit_form(current_form(ewa)))
    assert "prośbę o podpis pod nową wersją" in saved.text
    close_forms(ewa)
    sign_charter(duet, key, "adam")
    assert f"{polish_date(due)}: Pilot" in ewa.types(f"/duet show {key}").text, "Anna signs it, too"
    assert f"Pilot, {polish_date(far)}" in find_signing_message(duet, "anna", key).text
    sign_charter(duet, key, "anna")
    assert f"{polish_date(due)} → {polish_date(far)}: Pilot" in ewa.types(f"/duet show {key}").text


PULLED_IN = ["Przesuń je na nowy koniec"]


def test_milestones_past_an_earlier_end_come_with_it(duet: Office) -> None:
    """§4.4, §9.2: for one tick, all of them, read and signed with the new end; dropped with it, too."""
    key = start_project_today(duet)
    ewa, near, early = (duet.person("ewa"), *(weekday_from_today(duet, days) for days in (20, 40)))
    late = [weekday_from_today(duet, days) for days in (50, 60)]
    for title, due in zip(("Pilot", "Testy", "Odbiór"), (near, *late), strict=True):
        add_milestone(duet, "ewa", title, due, "ewa")
    changed = {"ends_on": early.isoformat(), "measure_by": early.isoformat()}
    form = submit_form(fill_form(open_form(ewa, f"/duet edit {key}"), {"measure_by": changed["measure_by"]}))
    with expect_refusal(duet, "error.form"):
        refused = submit_form(fill_form(form, {"ends_on": changed["ends_on"]}))
    assert "byłyby: Testy, Odbiór. Wybierz niżej *Przesuń je" in field_errors(refused)["ends_on"]
    submit_form(fill_form(refused, {"milestones_after_end": PULLED_IN}))
    close_forms(ewa)
    duet.delivers_everything()
    asked = find_signing_message(duet, "anna", key).text
    assert all(f"{title}, {polish_date(early)}" in asked for title in ("Testy", "Odbiór")) and "Pilot," not in asked
    assert f"{polish_date(late[0])}: Testy" in ewa.types(f"/duet show {key}").text, "nothing moves unsigned"
    revise_charter(duet, key, by="ewa", ends_on=late[1].isoformat())
    close_forms(ewa)
    duet.delivers_everything()
    asked = find_signing_message(duet, "anna", key).text
    assert f"Testy, {polish_date(early)}" not in asked and "Odbiór," not in asked, "they lie within that end"
    revise_charter(duet, key, by="ewa", ends_on=changed["ends_on"], milestones_after_end=PULLED_IN)
    close_forms(ewa)
    sign_charter(duet, key, "adam", "anna")
    card = ewa.types(f"/duet show {key}").text
    assert f"{polish_date(near)}: Pilot" in card
    for title, due in zip(("Testy", "Odbiór"), late, strict=True):
        assert f"{polish_date(due)} → {polish_date(early)}: {title}" in card
    run_due_work(duet)
    assert query_one(duet, "SELECT count(*) FROM milestones WHERE wished_due IS NOT NULL") == 0


def test_milestones_of_a_draft_come_to_an_earlier_end_at_once(duet: Office) -> None:
    """§4.4: nobody has signed anything yet."""
    early = day_from_today(duet, 100)
    key = draft_charter(duet, milestones=f"Pilot; {day_from_today(duet, 150)}; it")
    revise_charter(duet, key, ends_on=early, measure_by=early, milestones_after_end=PULLED_IN)
    close_forms(duet.person("anna"))
    assert str(query_one(duet, "SELECT due FROM milestones")) == early
    assert not query_one(duet, "SELECT count(wished_due) FROM milestones")


def test_a_later_wish_that_is_not_sent_leaves_what_was_asked(duet: Office) -> None:
    """§9.2: what both are asked to sign moves with their signatures, whoever has begun to ask for another day."""
    key = start_project_today(duet)
    ewa, due, far = duet.person("ewa"), weekday_from_today(duet, 20), weekday_from_today(duet, 400)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    run_milestone_command(ewa, f'move 1 {far} "Dostawca się spóźni"').click("Zaproponuj nowy koniec")
    assert not submit_form(submit_form(current_form(ewa))).errors
    close_forms(ewa)
    later = weekday_from_today(duet, 430)
    note = run_milestone_command(ewa, f'move 1 {later} "Spóźni się bardziej"')
    note.click("Zaproponuj nowy koniec")
    close_forms(ewa)
    sign_charter(duet, key, "anna", "adam")
    assert f"{polish_date(due)} → {polish_date(far)}: Pilot" in ewa.types(f"/duet show {key}").text
    note.click("Zaproponuj nowy koniec")
    assert not submit_form(submit_form(current_form(ewa))).errors
    close_forms(ewa)
    sign_charter(duet, key, "anna", "adam")
    assert f"→ {polish_date(later)}: Pilot" in ewa.types(f"/duet show {key}").text


def test_done_at_risk_and_back(duet: Office) -> None:
    """§9.1: by buttons of the timetable; a line of thanks to both sides; a slip of the finger is mended."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    for title in ("Pilot", "Raport"):
        add_milestone(duet, "ewa", title, weekday_from_today(duet, 40), "ewa")
    listing = run_milestone_command(ewa)
    said = click_milestone_button(listing, AT_RISK, 1)
    assert "Oznaczony jako zagrożony" in said.text
    assert milestone_stage(duet, "Pilot") == "at_risk"
    assert "zagrożony" in run_milestone_command(ewa).text
    assert ": on track." in click_milestone_button(run_milestone_command(piotr), ON_TRACK, 1).text
    said = click_milestone_button(run_milestone_command(ewa), DONE, 1)
    assert "Gotowe: *Pilot*" in said.text
    reopened = click_milestone_button(said, NOT_DONE).text
    assert "znów otwarty" in reopened and "zgodnie z planem" not in reopened
    assert milestone_stage(duet, "Pilot") == "open"
    for typed, stage in (
        ("1 gotowe", "done"),
        (f"{key} nr 1 wznów", "open"),
        ("#1 ryzyko", "at_risk"),
        ("1 wznow", "open"),
    ):
        run_milestone_command(ewa, typed)
        assert milestone_stage(duet, "Pilot") == stage, typed
    click_milestone_button(listing, DONE, 1)
    assert has_sentence(run_milestone_command(piotr, "done 2").text, ("Done: *Raport*",))
    move_to_tuesday_morning(duet)
    text = duet.person("anna").waits_for("*Pilot*: gotowy. Dziękuję, IT i marketing.", project_room(duet, key)).text
    assert "*Raport*: gotowy" in text
    assert "@Ewa" not in text
    assert "niegotowy" not in text
    assert len(channel_messages_with(duet, key, "Dziękuję, IT i marketing")) == 1
    for who, button in ((ewa, listing), (piotr, None)):
        with expect_refusal(duet, "error.milestone.done"):
            again = click_milestone_button(button, DONE, 1) if button else run_milestone_command(who, "done 1")
            assert has_sentence(again.text, ("jest już gotowy", "is done already"))


def test_the_charter_carries_its_first_milestones(duet: Office) -> None:
    """§4.1, why §3d: both sign the timetable, too; an unreadable line is quoted at its field."""
    second = fill_form(open_second_step(duet), second_step_values(duet))
    label = "Pierwsze kamienie milowe"
    start, due = day_from_today(duet, 40), day_from_today(duet, 60)
    copied = f"Wspólny test\t{due}\tobie strony"  # a row of a spreadsheet
    text = f"Pilot – {start}; IT\n\n{due}: Raport; Ewy Błysk\n{copied}\nBez osoby {start}"
    shown = second.fill({label: "Pilot wkrótce\n" + text}).submit()
    assert shown is not None
    assert "„Pilot wkrótce”" in shown.errors[label]
    assert shown.values[label].endswith(text)
    shown = shown.fill({label: f"Pilot {day_from_today(duet, 400)}"}).submit()
    assert shown is not None
    assert "nie mieści się w czasie trwania projektu (" in shown.errors[label]
    dates = {"Początek": day_from_today(duet, 90), "Koniec": day_from_today(duet, 30)}
    shown = shown.fill({label: f"Pilot {start}", **dates}).submit()
    assert shown is not None
    assert set(shown.errors) == {"Koniec"}  # nothing lies within dates that run backwards
    shown = shown.fill({"Początek": day_from_today(duet, 1), "Koniec": day_from_today(duet, 100)})
    shown = shown.fill({label: "\n".join(f"Krok {number} {start}" for number in range(61))}).submit()
    assert shown is not None
    assert "mieści się 60" in shown.errors[label]
    shown = shown.fill({label: f"Pilot {start}; @Zenek"}).submit()
    assert shown is not None
    assert "kim jest „Zenek”" in shown.errors[label]
    shown = shown.fill({label: "\n".join(f"Krok {number} {start}; Zenek" for number in range(6))}).submit()
    assert shown is not None
    assert shown.errors[label].count("Zenek") == 1 and "Wiersze 1–6. Nie wiem" in shown.errors[label]
    shown = submit_form(shown.fill({label: text}))
    assert "Pilot (@Piotr Kabelek)" in shown.text
    assert "Wspólny test (liderzy obu stron)" in shown.text
    assert "Bez osoby (@Anna Żuraw)" in shown.text
    shown.click("Wyślij do podpisu")
    close_forms(duet.person("anna"))
    for seen in (find_signing_message(duet, "anna", "D-1").text, open_signing_form(duet, "anna", "D-1").text):
        assert "Raport (@Ewa Błysk)" in seen
    close_forms(duet.person("anna"))
    moved_to = day_from_today(duet, 65)
    run_milestone_command(duet.person("ewa"), f'move 2 {moved_to} "Święta"')
    duet.settles()
    asked = find_signing_message(duet, "anna", "D-1").text
    moved = f"Raport, {polish_date(date.fromisoformat(due))} → Raport, {polish_date(date.fromisoformat(moved_to))}"
    assert moved in asked
    assert "→" not in asked.partition("*Harmonogram*\n")[2], "before it is signed there is no other date"
    sign_charter(duet, "D-1", "adam", "anna")
    duet.slack.waits_for_calls("pins.add")
    card = duet.person("anna").types("/duet show D-1").text
    assert "Raport (@Ewa Błysk)" in card and "Wspólny test (liderzy obu stron)" in card
    assert "Wspólny test, " in duet.person("anna").types("/duet log D-1").text
    assert "bez właściciela" not in duet.person("anna").types("/duet log D-1").text
    assert "→" not in card
    run_milestone_command(duet.person("ewa"), f'move 2 {day_from_today(duet, 68)} "Święta"')
    listing = run_milestone_command(duet.person("ewa")).text
    assert "Kamienie milowe z karty: łącznie o 3 dni później, niż podpisano." in listing
    assert "liderzy obu stron · Obie strony" in listing
    renamed = run_milestone_command(duet.person("ewa"), "D-1 change 3").form
    assert renamed is not None
    assert "liderzy obu stron" in submit_milestone_form(renamed, title="Próba").text
    assert "Próba (liderzy obu stron)" in duet.person("anna").types("/duet show D-1").text
    assert "względem pierwszych" not in listing


def test_a_timetable_that_moves_while_it_is_signed_is_signed_anew(duet: Office) -> None:
    """§4.1, §4.4, §4.5: what was given is void, an older form signs nothing and shows old → new, both are asked."""
    key = send_charter(duet)
    ewa, due, later = duet.person("ewa"), weekday_from_today(duet, 60), weekday_from_today(duet, 80)
    for title in ("Pilot", "Raport"):
        run_milestone_command(ewa, f'{key} add "{title}" {due} @ewa')
    find_signing_message(duet, "adam", key)
    sign_charter(duet, key, "adam")
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    assert "Kanał" not in run_milestone_command(ewa, f'move 1 {later} "Święta"').text, "there is none yet"
    with expect_refusal(duet, "error.milestone.same_day"):
        assert "już obowiązuje" in run_milestone_command(ewa, f'move 1 {later} "Ferie"').text
    run_milestone_command(ewa, f'add "Szkolenie" {due} @ewa')
    submit_milestone_form(click_milestone_button(run_milestone_command(ewa), ("Odwołaj",), 2).form, reason="Zbędne")
    close_forms(ewa)
    ewa.types("/duet kamień zmień 3")
    submit_milestone_form(current_form(ewa), title="Warsztat")
    with expect_no_change(duet):
        text = submit_form(form).text
    assert "podpisu nie ma" in text
    assert f"*Harmonogram:* Pilot, {polish_date(due)} → Pilot, {polish_date(later)}" in text
    assert f"*Harmonogram:* Raport, {polish_date(due)} → –" in text
    assert f"*Harmonogram:* – → Warsztat, {polish_date(due)}" in text
    close_forms(duet.person("anna"))
    sign_charter(duet, key, "anna")
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text
    assert f"{polish_date(later)}: Pilot" in open_signing_form(duet, "adam", key).text
    sign_charter(duet, key, "adam")
    assert "aktywny" in duet.person("anna").types(f"/duet show {key}").text


def test_what_a_side_sees_to_passes_to_its_new_lead(duet: Office) -> None:
    """§4.1, §9.1: until it is signed; signers read whose it is; whoever has no part now sees to nothing."""
    day = weekday_from_today(duet, 60)
    lines = f"Próbka – {day}; IT\nMakieta – {day}; marketing\nWspólny test – {day}; obie strony"
    key = draft_charter(duet, milestones=lines)
    change_charter(duet, key, "anna", lead_it="@ewa", lead_marketing="@piotr")
    card = duet.person("anna").types(f"/duet show {key}")
    assert "Próbka (@Ewa Błysk)" in card.text and "Makieta (@Piotr Kabelek)" in card.text
    assert "Wspólny test (liderzy obu stron)" in card.text
    click_button(card, "send")
    change_charter(duet, key, "adam", lead_it="@jan")
    asked = find_signing_message(duet, "anna", key).text
    assert "Próbka (@Jan Łącznik)" in asked and "Makieta (@Piotr Kabelek)" in asked
    assert "Ewa" not in duet.person("anna").types(f"/duet show {key}").text


def test_another_owner_after_a_no_is_signed_anew(duet: Office) -> None:
    """§4.5, §4.7: what was declined with the timetable is asked again once it is put right; a yes stays a yes."""
    key = send_charter(duet)
    due = weekday_from_today(duet, 60)
    run_milestone_command(duet.person("ewa"), f'{key} add "Pilot" {due} @ewa')

    def give_to(owner: str) -> str:
        form = open_form(duet.person("ewa"), f"/duet milestone {key} change 1")
        submit_milestone_form(form, owner=owner)
        duet.settles()
        return duet.person("anna").types(f"/duet show {key}").text

    sign_charter(duet, key, "anna")
    assert "Marketing, podpis" in give_to("@anna")
    answer_request(duet, "adam", key, "decline", "Za wcześnie")
    close_forms(duet.person("adam"))
    assert "Marketing, podpis" not in give_to("@ewa")
    assert "Pilot (@Ewa Błysk)" in find_signing_message(duet, "adam", key).text
    sign_charter(duet, key, "adam", "anna")
    assert "aktywny" in duet.person("anna").types(f"/duet show {key}").text


def test_whoever_sent_the_charter_reads_that_it_is_signed_anew(duet: Office) -> None:
    """§4.1, §4.5: of the two leads the one who sent it, once, after the other one changed the timetable."""
    key = send_charter(duet, by="piotr")
    due = weekday_from_today(duet, 60)
    for title in ("Pilot", "Raport"):
        run_milestone_command(duet.person("ewa"), f'{key} add "{title}" {due} @ewa')
    move_to_next_morning(duet, "10:01")  # nine in London
    told = [each.text for each in duet.person("piotr").reads("@duet") if "both executives are asked" in each.text]
    assert len(told) == 1 and "@Ewa Błysk has changed the timetable" in told[0]
    assert not [each for each in duet.person("ewa").reads("@duet") if "zmienia harmonogram" in each.text]


def test_a_line_of_somebody_without_a_part_is_both_sides(duet: Office) -> None:
    """§4.1, §9.1: whoever only drafts a charter sees to no milestone that its lines give to nobody."""
    key = draft_charter(duet, by="tomek", milestones=f"Pilot – {weekday_from_today(duet, 60)}")
    assert "Pilot (liderzy obu stron)" in duet.person("tomek").types(f"/duet show {key}").text


def test_no_milestone_falls_outside_its_project(duet: Office) -> None:
    """§4.1, §9.2: refused at the field, naming them; also where one has moved since the new dates were proposed."""
    key, due = draft_charter(duet, by="ewa"), weekday_from_today(duet, 60)
    ewa = duet.person("ewa")
    run_milestone_command(ewa, f'{key} add "Pilot" {due} @ewa')
    late, early = (due + timedelta(days=1)).isoformat(), (due - timedelta(days=1)).isoformat()

    def refusal(**changed: str) -> dict[str, str]:
        second = submit_form(open_form(ewa, f"/duet edit {key}"))
        with expect_refusal(duet, "error.form"):
            return field_errors(submit_form(fill_form(second, changed)))

    for field, wanted in (("starts_on", late), ("ends_on", early)):
        found = refusal(**{field: wanted})
        assert "byłyby: Pilot" in found[field]
        assert len(found) == 1
    close_forms(ewa)
    click_button(ewa.types(f"/duet show {key}"), "send")
    sign_charter(duet, key, "adam", "anna")
    assert "byłyby: Pilot" in refusal(ends_on=early)["ends_on"]
    revise_charter(duet, key, by="ewa", ends_on=late)
    close_forms(ewa)
    duet.delivers_everything()
    sign_charter(duet, key, "adam")
    assert "Przesunięty" in run_milestone_command(ewa, f'{key} move 1 {due + timedelta(days=2)} "Ferie"').text
    with expect_refusal(duet):
        assert (
            "byłyby: Pilot" in submit_form(fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})).text
        )
    close_forms(duet.person("anna"))
    run_milestone_command(ewa, f'{key} move 1 {due} "Jednak"')
    sign_charter(duet, key, "anna")
    assert polish_date(due + timedelta(days=1)) in duet.person("anna").types(f"/duet show {key}").text


def test_a_charter_without_milestones_says_so(duet: Office) -> None:
    """§4.1: "none yet"."""
    key = send_charter(duet)
    assert "*Harmonogram*\nJeszcze brak" in find_signing_message(duet, "anna", key).text
    assert "*Harmonogram*\nJeszcze brak" in open_signing_form(duet, "anna", key).text


def test_who_may(duet: Office) -> None:
    """§14: leads and executives edit; the owner may say how it stands; a guest who owns one by button."""
    key = start_project_today(duet)
    add_milestone(duet, "ewa", "Pilot", weekday_from_today(duet, 20), "adam")
    pilot = str(milestone_id(duet, "Pilot"))
    for name in ("jan", "ola", "roman"):
        for action in ("done", "at_risk", "reopen", "move", "change", "drop"):
            with expect_refusal(duet):
                forge_click(duet.person(name), f"milestone.{action}", pilot)
        with expect_refusal(duet):
            run_milestone_command(duet.person(name), f'{key} add "Coś" {day_from_today(duet, 9)} @ewa')
    basia = duet.person("basia", "T0KIOSK")
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forge_click(basia, "milestone.done", pilot).text, NOT_FOUND)
    for value in ("99999", "", "x", "1:1", "-1"):
        with expect_refusal(duet, "error.not_found"):
            forge_click(duet.person("ewa"), "milestone.done", value)
    assert has_sentence(forge_click(duet.person("adam"), "milestone.at_risk", pilot).text, ("at risk", "zagrożony"))


@pytest.mark.parametrize("owner", ["tomek", "gosia"])
def test_whoever_sees_to_a_milestone_moves_it(duet: Office, owner: str) -> None:
    """§9.1, §14: a member, or a guest; within the charter's dates, and their own only; the rest is for leads."""
    key = start_project_today(duet)
    add_member(duet, key, owner, by="ewa")
    due, later = weekday_from_today(duet, 60), weekday_from_today(duet, 80)
    add_milestone(duet, "ewa", "Pilot", due, owner)
    add_milestone(duet, "ewa", "Raport", due, "ewa")
    duet.delivers_everything()
    who, seen = duet.person(owner), duet.person(owner).types("/duet", project_room(duet, key)).messages[-1]

    def pressed(action: str, title: str) -> SeenForm | None:
        close_forms(who)
        return forge_click_in_message(who, seen, f"milestone.{action}", str(milestone_id(duet, title))).form

    with expect_refusal(duet, "error.milestone.outside_charter"):
        form = submit_milestone_form(pressed("move", "Pilot"), new_due=day_from_today(duet, 400), reason="Bo tak")
    assert form.errors
    shown = submit_milestone_form(form, new_due=later.isoformat(), reason="Dostawca się spóźni")
    assert has_sentence(shown.text, (f"→ {polish_date(later)}", f"→ {later.day} {later:%B} {later.year}"))
    for action, whose in (("move", "Raport"), ("change", "Pilot"), ("drop", "Pilot")):
        with expect_refusal(duet):
            pressed(action, whose)
    assert f"→ {polish_date(later)}" in duet.person("anna").types(f"/duet show {key}").text


def test_bad_input_changes_nothing(duet: Office) -> None:
    """§16: titles as hostile as in the charter; dates outside the project; an owner who is not in it."""
    start = current_day(duet) + timedelta(days=10)
    activate_project(duet, starts_on=start.isoformat())
    ewa, good = duet.person("ewa"), day_from_today(duet, 30)
    add_milestone(duet, "ewa", "<!channel> & *x*", start + timedelta(days=30), "ewa")
    assert "[NOTIFIES" not in run_milestone_command(ewa).text
    assert "<!channel> & *x*" in run_milestone_command(ewa).text
    for what, error in (
        (f'"Pilot" {day_from_today(duet, 3)} @ewa', "error.milestone.before_start"),
        ('"Pilot" 1.1.2020 @ewa', "error.day.past"),
        ('"Pilot" 31.02 @ewa', "error.day.none"),
        (f'"Pilot" {good} @ola', "error.milestone.owner"),
        (f'"Pilot" {good} @duet', "error.not_a_colleague"),
        (f'"{"x" * 81}" {good} @ewa', "error.field.too_long"),
        (f'"´" {good} @ewa', "error.field.empty"),
    ):
        with expect_refusal(duet, error):
            run_milestone_command(ewa, f"add {what}")
    for what in ("done 7", "move 0", "done 99999999999"):
        with expect_refusal(duet, "error.milestone.no_such"):
            assert f"W D-1 nie ma kamienia milowego {what.split()[1]}" in run_milestone_command(ewa, what).text
    draft_charter(duet, by="ewa", name="Drugi")
    run_milestone_command(ewa, f'D-2 add "Za wcześnie" {good} @ewa')
    with expect_refusal(duet, "error.not_in_this_state"):
        run_milestone_command(ewa, "D-2 done 1")
    meta = f'{{"milestone": {milestone_id(duet, "<!channel> & *x*")}, "revision": 1}}'
    with expect_refusal(duet):
        assert has_sentence(
            forge_submission(ewa, "milestone.move", meta.replace("1}", "9}"), {}), (*NOT_FOUND, "ktoś zmienił")
        )


def test_everybody_reads_what_a_milestone_is_called_and_whose_it_is(duet: Office) -> None:
    """§4.4, §9.1: old → new in the channel; the side follows the owner, unless it was chosen."""
    key = start_project_today(duet)
    ewa, due = duet.person("ewa"), weekday_from_today(duet, 40)
    for title in ("Pilot", "Raport"):
        add_milestone(duet, "ewa", title, due, "ewa")
    move_to_tuesday_morning(duet)
    duet.person("anna").waits_for("Nowość w harmonogramie: *Raport*", project_room(duet, key))
    for number, values in ((1, {"title": "Pilotaż", "owner": "@piotr"}), (2, {"owner": "@piotr", "side": "both"})):
        close_forms(ewa)
        ewa.types(f"/duet kamień zmień {number}")
        assert has_sentence(submit_milestone_form(current_form(ewa), **values).text, TIMETABLE)
    close_forms(ewa)
    listing = run_milestone_command(ewa).text
    assert f"*Pilotaż* · nr 1\n{polish_date(due)} · @Piotr Kabelek · IT · " in listing
    assert f"*Raport* · nr 2\n{polish_date(due)} · @Piotr Kabelek · Obie strony · " in listing
    move_to_tuesday_morning(duet)
    renamed = "*Pilot* nazywa się teraz *Pilotaż* (zmiana: Ewa Błysk)."
    text = duet.person("anna").waits_for(renamed, project_room(duet, key)).text
    assert "*Pilotaż*: dba o to teraz Piotr Kabelek, wcześniej Ewa Błysk (zmiana: Ewa Błysk)." in text
    assert "*Pilotaż*: Marketing → IT (zmiana: Ewa Błysk)." in text
    assert "*Raport*: Marketing → Obie strony (zmiana: Ewa Błysk)." in text
    assert "@Piotr" not in text


def test_unread_news_is_brought_up_to_date(duet: Office) -> None:
    """§2.8, §9.2: what came and went is nothing, and what was moved there and back stays where it is."""
    key = start_project_today(duet)
    ewa, due, later = duet.person("ewa"), weekday_from_today(duet, 40), weekday_from_today(duet, 50)
    for title in ("Pilot", "Raport"):
        add_milestone(duet, "piotr", title, due, "piotr")
    move_to_tuesday_morning(duet)
    duet.person("anna").waits_for("Nowość w harmonogramie: *Raport*", project_room(duet, key))
    run_milestone_command(ewa, f'move 1 {later} "Ferie"')
    run_milestone_command(ewa, f'move 2 {later} "Ferie"')
    run_milestone_command(ewa, f'move 2 {due} "Jednak nie"')
    add_milestone(duet, "ewa", "Szkolenie", due, "piotr")
    submit_milestone_form(click_milestone_button(run_milestone_command(ewa), ("Odwołaj",), 3).form, reason="Zbędne")
    close_forms(ewa)
    ewa.types("/duet kamień zmień 1")
    submit_milestone_form(current_form(ewa), title="Pilotaż")
    close_forms(ewa)
    move_to_tuesday_morning(duet)
    text = duet.person("anna").waits_for("Ferie", project_room(duet, key)).text
    assert f"*Pilotaż*: nowy termin, {polish_date(due)} → {polish_date(later)}" in text
    assert "*Pilot* nazywa się teraz *Pilotaż*" in text
    assert "Raport" not in text
    assert "Szkolenie" not in text
    theirs = duet.person("piotr").waits_for("your milestone *Pilotaż* has moved", "@duet").text
    assert "Raport" not in theirs
    assert "Szkolenie" not in theirs


def test_what_is_new_gives_way_to_what_was_moved(duet: Office) -> None:
    """§2.8, §9.2: a move has a reason, and a blocker somebody who waits; of what is added the rest is counted."""
    key = start_project_today(duet)
    due, later = weekday_from_today(duet, 40), weekday_from_today(duet, 50)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    move_to_next_morning(duet)
    move_to_day(duet, current_day(duet), "12:00")
    for number in range(6):
        add_milestone(duet, "ewa", f"Etap {number}", due, "ewa")
    run_milestone_command(duet.person("ewa"), f'move 1 {later} "Ferie"')
    run_blocker_command(duet, "ewa", f'{key} "Brak farby"')
    move_to_next_morning(duet)
    posted = duet.person("anna").reads(project_room(duet, key))[-1].text
    assert "Ferie" in posted and "Brak farby" in posted
    assert "Etap 2" in posted and "Etap 3" not in posted and "3 zmiany w harmonogramie" in posted


def test_what_was_new_and_is_done_is_told_once(duet: Office) -> None:
    """§2.8: to the channel and to its owner; what was done and is not after all came and went for both."""
    key = start_project_today(duet)
    ewa, due = duet.person("ewa"), weekday_from_today(duet, 40)
    for number, title in enumerate(("Pilot", "Raport"), 1):
        add_milestone(duet, "ewa", title, due, "piotr")
        assert "Gotowe: " in run_milestone_command(ewa, f"{key} done {number}").text
    assert "znów otwarty" in run_milestone_command(ewa, f"{key} reopen 2").text
    move_to_tuesday_morning(duet)
    posted = duet.person("anna").waits_for("*Pilot*: gotowy", project_room(duet, key)).text
    theirs = duet.person("piotr").waits_for("*Pilot*", "@duet").text
    assert posted.count("Pilot") == theirs.count("Pilot") == 1 and "marked as done" in theirs
    assert posted.count("Raport") == theirs.count("Raport") == 1
    assert "Nowość w harmonogramie: *Raport*" in posted


def test_what_a_project_that_is_closing_still_lets_do(duet: Office) -> None:
    """§12: what is open is done, or dropped with a reason; by the buttons of the timetable."""
    key = start_project_today(duet, ends_on=day_from_today(duet, 10), measure_by=day_from_today(duet, 8))
    add_milestone(duet, "ewa", "Pilot", current_day(duet) + timedelta(days=8), "ewa")
    move_to_day(duet, current_day(duet) + timedelta(days=13), "10:00")
    listing = run_milestone_command(duet.person("ewa"), key)
    assert {each.partition(": ")[2] for each in listing.buttons if ": " in each} >= {"Gotowe", "Odwołaj"}
    assert not {each for each in listing.buttons if "Przesuń" in each or "Zmień" in each}
    assert (
        "Odwołany"
        in submit_milestone_form(click_milestone_button(listing, ("Odwołaj",), 1).form, reason="Zbędne").text
    )


def test_as_people_type_it(duet: Office) -> None:
    """§2.3, §2.7, §9.1: a reason without quotes, two words for one; what is left out, the form asks for."""
    key = start_project_today(duet)
    ewa, due = duet.person("ewa"), weekday_from_today(duet, 40)
    for title in ("Pilot", "Raport", "Szkolenie"):
        add_milestone(duet, "ewa", title, due, "ewa")
    moved = run_milestone_command(ewa, "przesuń 1 za 2 tygodnie bo dostawca się spóźni").text
    assert polish_date(current_day(duet) + timedelta(days=14)) in moved
    assert "bo dostawca się spóźni" in ewa.types(f"/duet log {key}").text
    assert "Oznaczony jako zagrożony" in run_milestone_command(ewa, "at risk 1").text
    assert ": zgodnie z planem" in run_milestone_command(ewa, "D-1 on track 1").text
    run_milestone_command(ewa, "change 2 „Raport końcowy”")
    assert current_form(ewa).values["Kamień milowy"] == "Raport końcowy"
    run_milestone_command(ewa, "drop 2 już niepotrzebny")
    assert current_form(ewa).values["Dlaczego"] == "już niepotrzebny"
    run_milestone_command(ewa, "done 3")
    move_to_day(duet, due + timedelta(days=1), "12:00")
    listing = run_milestone_command(ewa).text
    assert "· ⚠️ po terminie" in listing
    assert "· gotowy 24 listopada 2026" in listing
    for word in ("ryzyko", "odwołaj", "zmień", "wznów"):
        assert f"/duet kamień {word}" in ewa.types("/duet pomoc kamień").text


def test_a_number_alone_is_the_milestones(duet: Office) -> None:
    """§2.1: where a number may follow, it is no project's; but for one that no milestone has."""
    key = start_project_today(duet)
    add_milestone(duet, "ewa", "Pilotaż", current_day(duet) + timedelta(days=20), "ewa")
    add_milestone(duet, "ewa", "Wnioski", current_day(duet) + timedelta(days=30), "ewa")
    for typed in ("2", "#2", "nr 2", "milowy 2", f"{key} 2", "2."):
        shown = run_milestone_command(duet.person("ewa"), typed)
        assert "Wnioski" in shown.text and "Pilotaż" not in shown.text, typed
        assert shown.buttons[0] == "2: Gotowe" and shown.buttons[-1] == "Harmonogram"
    assert "Pilotaż" in shown.click("Harmonogram").text
    with expect_refusal(duet, "error.milestone.no_such"):
        assert f"W {key} nie ma kamienia milowego 9" in run_milestone_command(duet.person("ewa"), "9").text
    for title in ("Drugi 2", "Trzeci"):
        activate_project(duet, name=title)
    assert "Drugi 2" in run_milestone_command(duet.person("ewa"), "Drugi 2").text
    asked = run_milestone_command(duet.person("ewa"), "2")
    assert "Wnioski" in asked.click(asked.buttons[-1]).text
    assert "Trzeci" in run_milestone_command(duet.person("ewa"), f"{key} 3").text


def test_somebody_was_faster(duet: Office) -> None:
    """§4.5: a form that was opened before another change overwrites nothing."""
    start_project_today(duet)
    add_milestone(duet, "ewa", "Pilot", weekday_from_today(duet, 20), "ewa")
    ewa = duet.person("ewa")
    run_milestone_command(ewa, "move 1")
    form = current_form(ewa)
    later = weekday_from_today(duet, 30)
    run_milestone_command(duet.person("piotr"), f'move 1 {later} "Faster"')
    with expect_refusal(duet, "error.milestone.moved_on"):
        assert (
            "właśnie ktoś zmienił"
            in submit_milestone_form(form, new_due=day_from_today(duet, 40), reason="Wolniej").text
        )


def test_an_owner_who_leaves(duet: Office) -> None:
    """§9.1: the milestone needs an owner; both leads can name one."""
    key = start_project_today(duet)
    add_milestone(duet, "ewa", "Pilot", weekday_from_today(duet, 20), "adam")
    duet.slack.change_person("adam", deleted=True)
    duet.settles()
    message = move_until_message(duet, "ewa", "*Pilot* (")
    assert "jest bez właściciela" in message.text
    form = message.click("Wskaż właściciela").form
    assert has_sentence(submit_milestone_form(form, owner="@ewa").text, TIMETABLE)
    assert "Pilot (@Ewa Błysk)" in duet.person("anna").types(f"/duet show {key}").text
    assert "Kamień milowy bez właściciela: Pilot" in duet.person("anna").types(f"/duet log {key}").text


def test_what_a_lead_who_leaves_saw_to_is_their_executives(duet: Office) -> None:
    """§9.1: nobody who has left is asked to name an owner, and the side that is concerned hears of it."""
    key = start_project_today(duet)
    due = weekday_from_today(duet, 20)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    duet.slack.change_person("ewa", deleted=True)
    duet.settles()
    message = move_until_message(duet, "anna", "*Pilot* (")
    assert "jest bez właściciela" in message.text and "Wskaż właściciela" in message.buttons
    move_to_day(duet, due)
    (alert,) = channel_messages_with(duet, key, "*Pilot*: termin mija dzisiaj")
    assert "@Piotr Kabelek, @Anna Żuraw: kto o to zadba?" in alert.text and "@Ewa" not in alert.text


def test_dropped_with_a_reason_and_many_of_them(duet: Office) -> None:
    """§12, §2.3: it leaves the timetable, not the log; a long timetable has pages."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    for number in range(1, 13):
        add_milestone(duet, "ewa", f"Krok {number}", weekday_from_today(duet, 10) + timedelta(days=number), "ewa")
    listing = run_milestone_command(ewa)
    assert "Krok 10" in listing.text
    assert "Krok 11" not in listing.text
    assert "Krok 11" in listing.click("Następne").text
    shown = submit_milestone_form(click_milestone_button(listing, ("Odwołaj",), 2).form, reason="Już niepotrzebne")
    assert "Odwołany: *Krok 2*" in shown.text
    close_forms(ewa)
    assert "Krok 2" not in run_milestone_command(ewa).text
    with expect_refusal(duet, "error.milestone.dropped"):
        click_milestone_button(listing, DONE, 2)
    with expect_refusal(duet, "error.milestone.dropped"):
        click_milestone_button(listing, MOVE, 2)
    assert "Już niepotrzebne" in ewa.types(f"/duet log {key}").text


@pytest.mark.parametrize("typed", ["milestone delete 1", "milestone remove 1", "kamień usuń 1", "kamień skasuj 1"])
def test_what_deletes_elsewhere_drops(duet: Office, typed: str) -> None:
    """§9.1, §2.11: its form asks for the reason first."""
    start_project_today(duet)
    add_milestone(duet, "ewa", "Pilot", weekday_from_today(duet, 10), "ewa")
    assert "*Pilot*" in open_form(duet.person("ewa"), f"/duet {typed}").text


def drop_and_answer(duet: Office, by: str, number: int) -> SeenForm:
    run_milestone_command(duet.person(by), f"drop {number}")
    return submit_milestone_form(current_form(duet.person(by)), reason="Pomyłka")


def test_what_was_dropped_is_put_back(duet: Office) -> None:
    """§12.1: from the answer, the list of what was dropped, by its number; nobody hears of what they never read."""
    key = start_project_today(duet)
    add_member(duet, key, "jan", by="piotr")
    ewa, due = duet.person("ewa"), weekday_from_today(duet, 40)
    for title in ("Pilot", "Raport", "Szkolenie"):
        add_milestone(duet, "ewa", title, due, "jan")
    move_to_tuesday_morning(duet)
    duet.person("anna").waits_for("*Raport*", project_room(duet, key))
    drop_and_answer(duet, "ewa", 1).click("Przywróć")
    assert milestone_stage(duet, "Pilot") == "open"
    drop_and_answer(duet, "ewa", 2)
    dropped = run_milestone_command(ewa).click("Odwołane (1)")
    assert "Raport" in dropped.text and "odwołany" in dropped.text and "Szkolenie" not in dropped.text
    assert run_milestone_command(ewa, "odwołane").text == dropped.text
    assert not [each for each in run_milestone_command(duet.person("jan"), "odwołane").buttons if "2: " in each]
    assert "Znów w harmonogramie: *Raport*" in click_milestone_button(dropped, ("Przywróć",), 2).text
    drop_and_answer(duet, "ewa", 3)
    move_to_next_morning(duet)
    posted = duet.person("anna").waits_for("*Szkolenie*: odwołany", project_room(duet, key)).text
    assert "Pilot" not in posted and "Raport" not in posted
    for word in ("wznów", "przywróć"):  # the second time it stands already
        assert "Szkolenie" in run_milestone_command(ewa, f"{word} 3").text
    move_to_next_morning(duet)
    back = "*Szkolenie* (" + polish_date(due) + "): znów w harmonogramie (decyzja: Ewa Błysk)."
    assert back in duet.person("anna").waits_for("*Szkolenie* (", project_room(duet, key)).text
    assert "Twój kamień milowy *Szkolenie*" in move_until_message(duet, "jan", "znów w harmonogramie").text
    assert ewa.types(f"/duet log {key}").text.count("Kamień milowy przywrócony: Szkolenie") == 1
    move_to_day(duet, due)
    assert "*Szkolenie*" in duet.person("anna").waits_for("termin mija dzisiaj", project_room(duet, key)).text


def test_what_is_put_back_after_the_signatures_was_not_signed(duet: Office) -> None:
    """§4.1, §9.2: it was out of the timetable that both signed; put back before, it is signed with the rest."""
    lines = "\n".join(f"{title} – {weekday_from_today(duet, 60)}; IT" for title in ("Pilot", "Raport"))
    key = draft_charter(duet, milestones=lines, starts_on=current_day(duet).isoformat())
    for number in (1, 2):
        drop_and_answer(duet, "ewa", number)
    run_milestone_command(duet.person("ewa"), f"{key} przywróć 1")
    click_button(duet.person("anna").types(f"/duet show {key}"), "send")
    sign_charter(duet, key, "adam", "anna")
    run_milestone_command(duet.person("ewa"), f"{key} przywróć 2")
    shown = duet.person("anna").types(f"/duet show {key}").text
    assert "Pilot (@Piotr Kabelek)\n" in shown and "Raport (@Piotr Kabelek) · dodany później" in shown


def test_what_is_put_back_while_it_is_signed_is_signed_anew(duet: Office) -> None:
    """§4.1, §4.4: as with what is added or dropped then."""
    key = send_charter(duet)
    run_milestone_command(duet.person("ewa"), f'{key} add "Pilot" {weekday_from_today(duet, 60)} @ewa')
    drop_and_answer(duet, "ewa", 1)
    close_forms(duet.person("ewa"))
    sign_charter(duet, key, "anna")
    assert "Marketing, podpis" in duet.person("anna").types(f"/duet show {key}").text
    run_milestone_command(duet.person("ewa"), f"{key} przywróć 1")
    assert "Marketing, podpis" not in duet.person("anna").types(f"/duet show {key}").text
    sign_charter(duet, key, "adam", "anna")
    assert "Pilot (@Ewa Błysk)" in duet.person("anna").types(f"/duet show {key}").text


def test_a_milestone_is_put_back_where_it_still_has_a_place(duet: Office) -> None:
    """§9.2, §9.1: not past an end that has come nearer; whoever has left the project does not see to it."""
    key = start_project_today(duet)
    add_member(duet, key, "jan", by="piotr")
    for title in ("Pilot", "Raport"):
        add_milestone(duet, "ewa", title, weekday_from_today(duet, 40), "jan")
        drop_and_answer(duet, "ewa", 1 if title == "Pilot" else 2)
    duet.slack.change_person("jan", deleted=True)
    duet.settles()
    said = run_milestone_command(duet.person("ewa"), f"{key} przywróć 1").text
    assert "Znów w harmonogramie: *Pilot*" in said and "Jan" not in said
    drop_and_answer(duet, "ewa", 1)
    early = weekday_from_today(duet, 20).isoformat()
    revise_charter(duet, key, by="ewa", ends_on=early, measure_by=early)
    close_forms(duet.person("ewa"))
    sign_charter(duet, key, "adam", "anna")
    with expect_refusal(duet, "error.milestone.past_end"):
        run_milestone_command(duet.person("ewa"), f"{key} przywróć 2")
    agree_on_closing(duet, key)
    said = run_milestone_command(duet.person("ewa"), f"{key} przywróć 2").text
    assert "Znów w harmonogramie: *Raport*" in said, "a closing only says what came of each"


def test_a_milestone_is_put_back_where_there_is_room(duet: Office) -> None:
    """§9.1: as one is added."""
    key, due = start_project_today(duet), weekday_from_today(duet, 20)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    drop_and_answer(duet, "ewa", 1)
    close_forms(duet.person("ewa"))
    form = open_form(duet.person("ewa"), f"/duet milestone {key} dodaj kilka")
    submit_form(form.fill({"Kamienie milowe": "\n".join(f"Krok {n} – {due}" for n in range(MOST_OPEN_MILESTONES))}))
    close_forms(duet.person("ewa"))
    with expect_refusal(duet, "error.milestone.too_many"):
        run_milestone_command(duet.person("ewa"), f"{key} przywróć 1")


@pytest.mark.parametrize("word", ["drop", "delete", "remove", "odwołaj", "usuń", "skasuj"])
def test_whatever_dropping_is_called_elsewhere_asks_for_the_reason(duet: Office, word: str) -> None:
    """§2.11, §2.3: the milestone stays until the form is sent."""
    start_project_today(duet)
    ewa = duet.person("ewa")
    add_milestone(duet, "ewa", "Pilot", weekday_from_today(duet, 10), "ewa")
    with expect_no_change(duet):
        run_milestone_command(ewa, f"{word} 1")
    form = ewa.form
    assert form is not None and form.title == "Odwołaj kamień milowy" and "*Pilot*" in form.text


@pytest.mark.parametrize("other", ["D-2", ""])
def test_the_project_is_chosen_and_the_command_goes_on(duet: Office, other: str) -> None:
    """§2.1"""
    for name in ("Pierwszy", "Drugi"):
        activate_project(duet, name=name, starts_on=current_day(duet).isoformat())
    ewa = duet.person("ewa")
    reply = run_milestone_command(ewa, f'{other} add "Pilot" {weekday_from_today(duet, 20)} @ewa')
    if not other:
        reply = reply.click("D-2 · Drugi")
    assert has_sentence(reply.text, TIMETABLE)
    assert "Pilot" in run_milestone_command(ewa, "").click("D-2 · Drugi").text
    assert "Pilot" not in run_milestone_command(ewa, "D-1").text
    assert project_id(duet, "D-2")


def test_a_timetable_of_forty(duet: Office) -> None:
    """§9.4: pages with their number, what needs somebody first, one menu a row; three filters; both languages."""
    key = start_project_today(duet)
    start = weekday_from_today(duet, 5)
    for number in range(1, 41):
        add_milestone(
            duet, "ewa" if number % 2 else "piotr", f"Krok {number}", start + timedelta(days=number), "piotr"
        )
    duet.person("ewa").types(f"/duet milestone {key} at risk 40")
    move_to_day(duet, start + timedelta(days=3), "10:00")  # 1 and 2 are overdue
    piotr, ewa = duet.person("piotr"), duet.person("ewa")
    listing = run_milestone_command(piotr, key)
    shown = [line.replace("*", "") for line in listing.text.split("\n") if "Krok" in line]
    order = [f"Krok {number} · no. {number}" for number in (1, 2, 40, 3)]
    assert shown[:4] == order, "their numbers are no list's"
    assert len(shown) == 10
    assert "Page 1 of 4" in listing.text
    assert {"All (40)", "Mine (40)", "Overdue (2)", "Next"} <= set(listing.buttons)
    assert "Page 4 of 4" in listing.click("Next").click("Next").click("Next").text
    late = listing.click("Overdue (2)")
    assert "Krok 2" in late.text and "Krok 3" not in late.text and "Page" not in late.text
    for words in ("po terminie", f"{key} overdue"):
        assert run_milestone_command(piotr, words).text == late.text
    unowned = run_milestone_command(ewa, key)
    assert unowned.buttons[:2] == ["Wszystkie (40)", "Po terminie (2)"], "what shows nothing is no button"
    stale = forge_click(ewa, "timetable.page:mine", f"{project_id(duet, key)}:mine:1")
    assert "Żaden kamień milowy nie jest pod Twoją opieką." in stale.text
    this_month = [each for each in range(1, 41) if (start + timedelta(days=each)).month == current_day(duet).month]
    assert f"This month ({len(this_month)})" in listing.buttons
    said = click_milestone_button(late, DONE, 2)
    assert "Done: *Krok 2*" in said.text
    assert click_milestone_button(late, MOVE, 1).form is not None
