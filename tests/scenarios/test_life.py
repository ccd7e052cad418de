"""A project's life after its draft: pauses, withdrawals, its end (product §3)."""

from datetime import date, timedelta

import holidays

from tests.running import Office
from tests.scenarios.days import (
    SATURDAY,
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    next_weekday,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.lifecycle_steps import (
    REASON,
    channel_posts,
    messages_containing,
    pause_project,
    read_card,
    withdraw_project,
)
from tests.scenarios.steps import (
    EXECUTIVES,
    LEADS,
    activate_on_monday,
    activate_project,
    change_charter,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    forge_click,
    has_sentence,
    open_form,
    open_signing_form,
    project_id,
    revise_charter,
    send_charter,
    sign_charter,
    submit_form,
)
from tests.scenarios.test_home import open_home

NOT_NOW = ("Teraz nie da się tego zrobić", "That is not possible now")


def test_a_pause_is_proposed_to_end_on_a_working_day(duet: Office) -> None:
    """§3.1, §2.8: two weeks from Friday, 11 December, is Christmas, and then a weekend follows."""
    key, _ = activate_on_monday(duet)
    move_to_day(duet, date(2026, 12, 11), "10:00")
    assert "2026-12-28" in open_form(duet.person("adam"), f"/duet pause {key}").values.values()


def test_a_pause_has_a_reason_and_an_end(duet: Office) -> None:
    """§3.1: either executive, with a reason, thirty days at most; it resumes by itself on its day at nine."""
    key, day = activate_on_monday(duet)
    thursday = day + timedelta(days=3)
    form = open_form(duet.person("adam"), f"/duet pause {key}")
    assert "Daty powrotu się nie zmieniają" in form.text
    with expect_no_change(duet):
        for wrong in (day, day - timedelta(days=1), day + timedelta(days=31)):
            form = submit_form(fill_form(form, {"until": wrong.isoformat(), "why": REASON}))
            said = field_errors(form)["until"]
            assert polish_date(day + timedelta(days=30)) in said, wrong
            assert polish_date(wrong) in said
        form = submit_form(fill_form(form, {"until": thursday.isoformat(), "why": "\u200b"}))
        assert "Napisz dlaczego" in field_errors(form)["why"]
    assert fill_form(form, {"why": REASON}).submit() is None
    run_due_work(duet)
    told = channel_posts(duet, key)[-1].text
    assert f"przerwa, wznowienie {polish_date(thursday)} (@Adam Wolny)" in told
    assert f">{REASON}" in told
    shown = read_card(duet, key)
    assert "wstrzymany" in shown
    assert f"Przerwa, wznowienie {polish_date(thursday)}" in shown
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert f"Przerwa w projekcie, wznowienie {polish_date(thursday)}:" in log
    assert REASON in log

    move_to_day(duet, thursday, "08:59")
    assert "wstrzymany" in read_card(duet, key)
    move_to_day(duet, thursday)
    assert "aktywny" in read_card(duet, key)
    assert "Przerwa" not in read_card(duet, key)
    assert "znów w toku, przerwa się skończyła" in channel_posts(duet, key)[-1].text


def test_a_paused_project_is_silent(duet: Office) -> None:
    """§3.1, §2.8: what it would tell waits, also as direct messages; on a free day it says nothing either."""
    key, day = activate_on_monday(duet)
    saturday = next_weekday(day + timedelta(days=7), SATURDAY)
    monday = saturday + timedelta(days=2)
    revise_charter(duet, key, by="anna", budget="90k")
    pause_project(duet, key, saturday)
    revise_charter(duet, key, by="ewa", name="Nowa nazwa")
    anna_reads, adam_reads = (len(duet.person(each).reads("@duet")) for each in ("anna", "adam"))
    before = len(channel_posts(duet, key))
    move_to_day(duet, saturday)
    assert "aktywny" in read_card(duet, key)
    assert len(channel_posts(duet, key)) == before
    assert len(duet.person("adam").reads("@duet")) == adam_reads
    assert len(duet.person("anna").reads("@duet")) == anna_reads

    move_to_day(duet, monday)
    told = channel_posts(duet, key)[before:]
    assert len(told) == 1  # several things due together come as one message
    for text in ("Nowa nazwa", "propozycja zmiany", "przerwa się skończyła"):
        assert text in told[0].text
    said = [each.text for each in duet.person("adam").reads("@duet")]
    assert [text.count("Na Twój podpis czeka *1 dokument*") for text in said if "Do podpisu: " in text] == [1]
    assert not [text for text in said if "czeka na Twój podpis" in text]  # the brief speaks of what has come due


def test_no_time_passes_for_a_request_while_its_project_is_paused(duet: Office) -> None:
    """§3.1, §4.6: nobody can be reminded: neither the reminders nor the thirty days go on meanwhile."""
    key, day = activate_on_monday(duet)
    revise_charter(duet, key, by="anna", budget="90k")
    pause_project(duet, key, day + timedelta(days=30))
    revise_charter(duet, key, by="ewa", budget="70k")
    move_to_day(duet, day + timedelta(days=9), "10:00")
    click_button(duet.person("anna").types(f"/duet show {key}"), "resume")
    move_to_day(duet, day + timedelta(days=10))
    assert not messages_containing(duet, "adam", "czeka na Twój podpis")
    move_to_day(duet, working_days_after(day + timedelta(days=9), 2))
    assert len(messages_containing(duet, "adam", "czeka na Twój podpis")) == 1
    move_to_day(duet, day + timedelta(days=38))
    assert "Wersja 3 jest w trakcie podpisywania" in read_card(duet, key)
    move_to_day(duet, day + timedelta(days=39), "00:10")
    assert "Wersja 3 jest w trakcie podpisywania" not in read_card(duet, key)


def test_a_pause_is_ended_by_hand(duet: Office) -> None:
    """§3.1: by either executive; nobody else, and only what is paused."""
    key, day = activate_on_monday(duet)
    with expect_refusal(duet, "error.not_in_this_state"):
        assert has_sentence(duet.person("anna").types(f"/duet resume {key}").text, NOT_NOW)
    pause_project(duet, key, day + timedelta(days=2))
    with expect_refusal(duet, "error.not_in_this_state"):
        said = duet.person("anna").types(f"/duet pause {key}").text
    assert has_sentence(said, NOT_NOW)
    assert f"{key} wznowi się {polish_date(day + timedelta(days=2))}" in said
    with expect_refusal(duet, "error.only.executives"):
        duet.person("ewa").types(f"/duet resume {key}")
    assert "Wznów" not in duet.person("ewa").types(f"/duet show {key}").buttons
    assert f"{key} jest znów w toku" in click_button(duet.person("anna").types(f"/duet show {key}"), "resume").text
    run_due_work(duet)
    assert "znów w toku (@Anna Żuraw)" in channel_posts(duet, key)[-1].text
    count = len(channel_posts(duet, key))
    move_to_day(duet, day + timedelta(days=3))
    assert len(channel_posts(duet, key)) == count  # its day has passed, and nothing is left to resume


def test_a_withdrawal_takes_ten_working_days(duet: Office) -> None:
    """§3.2: the date is seen by both, and skips the country's holidays; only who withdrew takes it back."""
    form = open_form(duet.person("roman"), "/duet settings")
    fill_form(form, {"country": "Polska"}).submit()
    corpus_christi = next(
        day
        for day in sorted(
            holidays.country_holidays("PL", years=[current_day(duet).year, current_day(duet).year + 1])
        )
        if (5, 20) < (day.month, day.day) < (6, 30)
        and day.weekday() == 3
        and day > current_day(duet) + timedelta(days=4)
    )
    day = corpus_christi - timedelta(days=3)
    move_to_day(duet, day, "10:00")
    key = activate_project(duet)
    closes_on = working_days_after(day, 10, corpus_christi)
    form = open_form(duet.person("anna"), f"/duet withdraw {key}")
    assert polish_date(closes_on) in form.text
    close_forms(duet.person("anna"))
    withdraw_project(duet, key, by="anna")
    for seen in (channel_posts(duet, key)[-1], duet.person("adam").reads("@duet")[-1]):
        assert f"wycofanie (@Anna Żuraw). Projekt zacznie się zamykać {polish_date(closes_on)}" in seen.text
        assert f">{REASON}" in seen.text
    for executive in EXECUTIVES:
        assert f"Wycofanie (@Anna Żuraw): zamykanie zacznie się {polish_date(closes_on)}" in read_card(
            duet, key, executive
        )

    with expect_refusal(duet, "error.already_withdrawn"):
        assert polish_date(closes_on) in duet.person("adam").types(f"/duet withdraw {key}").text
    assert "Odwołaj wycofanie" not in duet.person("adam").types(f"/duet show {key}").buttons
    shown = duet.person("anna").types(f"/duet show {key}")
    for _ in range(2):  # an act done again has the same answer
        assert "trwa dalej" in click_button(shown, "take_back").text
    with expect_refusal(duet, "error.not_withdrawn"):
        forge_click(duet.person("adam"), "life.take_back", str(project_id(duet, key)))
    run_due_work(duet)
    for seen in (channel_posts(duet, key)[-1], duet.person("adam").reads("@duet")[-1]):
        assert "wycofanie odwołane (@Anna Żuraw)" in seen.text
    move_to_day(duet, closes_on)
    assert "aktywny" in read_card(duet, key)


def test_what_was_withdrawn_enters_its_closing(duet: Office) -> None:
    """§3.2: on that day at nine, also while it is paused; what was asked is asked no more."""
    key, day = activate_on_monday(duet)
    revise_charter(duet, key, by="anna", budget="90k")
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    withdraw_project(duet, key)
    closes_on = working_days_after(day, 10)
    said = f"wycofany: zamykanie zacznie się {polish_date(closes_on)}"
    assert all(said in duet.person("adam").types(typed).text for typed in ("/duet lista", "/duet lista all"))
    home = open_home(duet, "adam").text
    assert said in home and f"{key} · początek zamykania" in home and "koniec projektu" not in home
    move_to_day(duet, closes_on - timedelta(days=1))
    pause_project(duet, key, closes_on + timedelta(days=3), by="anna")
    move_to_day(duet, closes_on, "08:59")
    assert "wstrzymany" in read_card(duet, key)
    move_to_day(duet, closes_on)
    shown = read_card(duet, key)
    assert "zamykany" in shown
    assert "Przerwa" not in shown
    assert "Wycofanie" not in shown
    assert "zaczyna się zamykanie projektu" in channel_posts(duet, key)[-1].text
    for executive in EXECUTIVES:
        assert (
            "zaczyna się zamykanie projektu"
            in duet.person(executive).waits_for("zaczyna się zamykanie projektu", "@duet").text
        )
    with expect_refusal(duet, "error.no_longer_asked"):
        submit_form(form)
    move_to_day(duet, closes_on + timedelta(days=3))  # the pause's own end resumes nothing
    assert "zamykany" in read_card(duet, key)


def test_a_withdrawn_project_whose_end_moves_closes_after_its_ten_days(duet: Office) -> None:
    """§3.2, §3.3: both have signed a later end: the ten working days count from the withdrawal; both see that."""
    day = move_to_monday(duet)
    friday = day + timedelta(days=4)
    key = activate_project(duet, starts_on=day.isoformat(), ends_on=friday.isoformat())
    withdraw_project(duet, key)
    change_charter(duet, key, "ewa", ends_on=(day + timedelta(days=90)).isoformat())
    sign_charter(duet, key, *EXECUTIVES)
    run_due_work(duet)
    move_to_next_morning(duet)
    closes_on = working_days_after(day, 10)
    for executive in EXECUTIVES:
        told = messages_containing(
            duet,
            executive,
            f"projekt zacznie się zamykać {polish_date(closes_on)} (wcześniej: {polish_date(friday)})",
        )
        assert len(told) == 1, executive
        assert f"Wycofanie (@Anna Żuraw): zamykanie zacznie się {polish_date(closes_on)}" in read_card(
            duet, key, executive
        )
    move_to_day(duet, closes_on, "08:59")
    assert "aktywny" in read_card(duet, key)
    move_to_day(duet, closes_on)
    assert "zamykany" in read_card(duet, key)


def test_a_draft_and_a_charter_under_signature_are_withdrawn_at_once(duet: Office) -> None:
    """§3, §4.7: with a reason, by whom the table names; old buttons and forms change nothing."""
    draft = draft_charter(duet, by="jan")
    move_to_next_morning(duet)
    form = open_form(duet.person("jan"), f"/duet withdraw {draft}")
    assert "to szkic" in form.text
    with expect_no_change(duet):
        assert "Napisz dlaczego" in field_errors(submit_form(fill_form(form, {"why": " "})))["why"]
    assert fill_form(form, {"why": REASON}).submit() is None
    for lead in LEADS:
        told = duet.person(lead).waits_for(REASON, "@duet")
        assert draft in told.text
    run_due_work(duet)
    buttons = [label for lead in LEADS for each in duet.person(lead).reads("@duet") for label in each.buttons]
    assert set(buttons) <= {"In English"}  # of the first message

    key = send_charter(duet, name="Drugi")
    signing = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    leads_form = fill_form(open_form(duet.person("ewa"), f"/duet withdraw {key}"), {"why": "Później"})
    withdraw_project(duet, key, by="piotr")
    for person in (duet.person("adam"), duet.person("anna")):
        assert REASON in person.waits_for(REASON, "@duet").text
        assert not [each.buttons for each in person.reads("@duet") if "Drugi" in each.text and each.buttons]
    with expect_refusal(duet, "error.no_longer_asked"):
        submit_form(signing)
    with expect_refusal(duet, "error.not_in_this_state"):
        submit_form(leads_form)
    for project in (draft, key):
        for command in ("withdraw", "edit", "pause", "resume"):
            close_forms(duet.person("ewa"))
            with expect_refusal(duet):
                assert key[:2] in duet.person("ewa").types(f"/duet {command} {project}").text
    assert "Wycofanie szkicu:" in duet.person("ewa").types(f"/duet log {draft}").text


def test_a_project_ends_by_itself(duet: Office) -> None:
    """§3.3, §2.8: on its end date, a Saturday here; it is told on the working day after."""
    day = move_to_monday(duet)
    saturday = next_weekday(day, SATURDAY)
    key = activate_project(duet, starts_on=day.isoformat(), ends_on=saturday.isoformat())
    withdraw_project(duet, key)
    assert f"zamykanie zacznie się {polish_date(saturday)}" in read_card(duet, key)  # sooner than ten working days
    move_to_day(duet, saturday, "08:59")
    assert "aktywny" in read_card(duet, key)
    count = len(channel_posts(duet, key))
    move_to_day(duet, saturday)
    assert "aktywny" not in read_card(duet, key)
    assert len(channel_posts(duet, key)) == count
    move_to_day(duet, saturday + timedelta(days=2))
    assert "zaczyna się zamykanie projektu" in channel_posts(duet, key)[-1].text
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "Duet\nPoczątek zamykania projektu." in log


def test_only_what_can_be_paused_or_resumed_is_offered(duet: Office) -> None:
    """§2.1, §3.1: of several projects; a single one is meant, and where there is none, it is said."""
    day = move_to_monday(duet)
    keys = [activate_project(duet, name=name) for name in ("Ogórki", "Kasy", "Zgody")]
    anna = duet.person("anna")
    close_forms(anna)
    with expect_refusal(duet, "error.no_project_suits"):
        assert keys[2] in anna.types("/duet resume").text
    pause_project(duet, keys[1], day + timedelta(days=20))
    assert _keys_offered(anna.types("/duet pause").buttons) == {keys[0], keys[2]}
    assert keys[1] in anna.types("/duet resume").text
    assert _keys_offered(anna.types("/duet pause").buttons) == set(keys)


def _keys_offered(buttons: list[str]) -> set[str]:
    return {label.partition(" ")[0] for label in buttons}


def test_a_paused_project_ends_on_its_date(duet: Office) -> None:
    """§3.3, §3.1: a pause moves no end, and is over with it."""
    day = move_to_monday(duet)
    end = day + timedelta(days=10)
    key = activate_project(duet, starts_on=day.isoformat(), ends_on=end.isoformat())
    pause_project(duet, key, day + timedelta(days=21))
    move_to_day(duet, end)
    assert "zamykany" in read_card(duet, key)
    with expect_refusal(duet, "error.not_in_this_state"):
        duet.person("adam").types(f"/duet resume {key}")
    move_to_day(duet, day + timedelta(days=22))
    assert "zamykany" in read_card(duet, key)


def test_every_step_is_possible_only_where_the_table_has_it(duet: Office) -> None:
    """§3: anything else is refused with the reason, by command and by a form that was left open."""
    day = move_to_monday(duet)
    projects = {
        "draft": draft_charter(duet, name="Szkic"),
        "signing": send_charter(duet, name="Do podpisu"),
        "active": activate_project(duet, name="Aktywny"),
        "paused": activate_project(duet, name="Wstrzymany"),
        "closing": activate_project(
            duet, name="Koniec", starts_on=day.isoformat(), ends_on=str(day + timedelta(days=1))
        ),
    }
    pause_project(duet, projects["paused"], day + timedelta(days=20))
    projects["cancelled"] = send_charter(duet, name="Odwołany")
    withdraw_project(duet, projects["cancelled"])
    anna = duet.person("anna")
    stale = fill_form(open_form(duet.person("adam"), f"/duet pause {projects['closing']}"), {"why": REASON})
    move_to_day(duet, day + timedelta(days=1))
    possible = {
        "pause": {"active"},
        "withdraw": {"draft", "signing", "active", "paused"},
        "edit": {"draft", "signing", "active", "paused"},
        "resume": {"paused"},
    }
    said = {
        "draft": "szkic",
        "signing": "czeka na podpisy",
        "active": "aktywny",
        "paused": "wstrzymany",
        "closing": "zamykany",
        "cancelled": "anulowany",
    }
    with expect_refusal(duet, "error.not_in_this_state"):
        assert has_sentence(submit_form(stale).text, NOT_NOW)
        for command, states in possible.items():
            for state, key in projects.items():
                close_forms(anna)
                if (command, state) == ("resume", "paused"):
                    continue
                reply = anna.types(f"/duet {command} {key}")
                assert (anna.form is not None) == (state in states), (command, state)
                if state not in states:
                    assert key in reply.text and said[state] in reply.text, (command, state, reply.text)
    assert "znów w toku" in anna.types(f"/duet resume {projects['paused']}").text
