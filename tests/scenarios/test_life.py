"""A project's life after its draft: pauses, withdrawals, its end (product §3)."""

from datetime import timedelta

import holidays

from tests.running import Office
from tests.scenarios.days import (
    SATURDAY,
    comes,
    comes_due,
    monday_comes,
    morning_comes,
    next_weekday,
    polish,
    today,
    working_days_after,
)
from tests.scenarios.life_steps import REASON, card, inbox, paused, posts, withdrawn
from tests.scenarios.steps import (
    EXECUTIVES,
    LEADS,
    active,
    answer_form,
    changed,
    click,
    drafted,
    errors,
    fill,
    opened,
    presses,
    project_id,
    put_away,
    refused,
    revised,
    says,
    sent,
    signed_by,
    submitted,
    unchanged,
)

NOT_NOW = ("W tym stanie nie da się tego zrobić", "In this state that is not possible")


def test_a_pause_has_a_reason_and_an_end(duet: Office) -> None:
    """§3.1: either executive, with a reason, thirty days at most; it resumes by itself on its day at nine."""
    day = monday_comes(duet)
    key = active(duet)
    thursday = day + timedelta(days=3)
    form = opened(duet.person("adam"), f"/duet pause {key}")
    assert "Daty powrotu się nie zmieniają" in form.text
    with unchanged(duet):
        for wrong in (day, day - timedelta(days=1), day + timedelta(days=31)):
            form = submitted(fill(form, {"until": wrong.isoformat(), "why": REASON}))
            assert polish(day + timedelta(days=30)) in errors(form)["until"], wrong
        form = submitted(fill(form, {"until": thursday.isoformat(), "why": "\u200b"}))
        assert "Napisz dlaczego" in errors(form)["why"]
    assert fill(form, {"why": REASON}).submit() is None
    comes_due(duet)
    told = posts(duet, key)[-1].text
    assert f"przerwa do {polish(thursday)} (@Adam Wolny)" in told
    assert f">{REASON}" in told
    shown = card(duet, key)
    assert "wstrzymany" in shown
    assert f"Przerwa do {polish(thursday)}" in shown
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert f"Przerwa w projekcie do {polish(thursday)}:" in log
    assert REASON in log

    comes(duet, thursday, "08:59")
    assert "wstrzymany" in card(duet, key)
    comes(duet, thursday)
    assert "aktywny" in card(duet, key)
    assert "Przerwa" not in card(duet, key)
    assert "znów w toku, przerwa się skończyła" in posts(duet, key)[-1].text


def test_a_paused_project_is_silent(duet: Office) -> None:
    """§3.1, §2.8: what it would tell waits, also as direct messages; on a free day it says nothing either."""
    day = monday_comes(duet)
    key = active(duet)
    saturday = next_weekday(day + timedelta(days=7), SATURDAY)
    monday = saturday + timedelta(days=2)
    revised(duet, key, by="anna", budget="90k")
    paused(duet, key, saturday)
    revised(duet, key, by="ewa", name="Nowa nazwa")
    anna_reads, adam_reads = (len(duet.person(each).reads("@duet")) for each in ("anna", "adam"))
    before = len(posts(duet, key))
    comes(duet, saturday)
    assert "aktywny" in card(duet, key)
    assert len(posts(duet, key)) == before
    assert len(duet.person("adam").reads("@duet")) == adam_reads
    assert len(duet.person("anna").reads("@duet")) == anna_reads

    comes(duet, monday)
    told = posts(duet, key)[before:]
    assert len(told) == 1  # several things due together come as one message
    for text in ("Nowa nazwa", "propozycja zmiany", "przerwa się skończyła"):
        assert text in told[0].text
    reminders = [each for each in duet.person("adam").reads("@duet") if "czeka na Twój podpis" in each.text]
    assert len(reminders) == 1
    assert reminders[0].text.count("czeka na Twój podpis") == 1  # three have come due meanwhile


def test_no_time_passes_for_a_request_while_its_project_is_paused(duet: Office) -> None:
    """§3.1, §4.6: nobody can be reminded: neither the reminders nor the thirty days go on meanwhile."""
    day = monday_comes(duet)
    key = active(duet)
    revised(duet, key, by="anna", budget="90k")
    paused(duet, key, day + timedelta(days=30))
    revised(duet, key, by="ewa", budget="70k")
    comes(duet, day + timedelta(days=9), "10:00")
    click(duet.person("anna").types(f"/duet show {key}"), "resume")
    comes(duet, day + timedelta(days=10))
    assert not inbox(duet, "adam", "czeka na Twój podpis")
    comes(duet, working_days_after(day + timedelta(days=9), 2))
    assert len(inbox(duet, "adam", "czeka na Twój podpis")) == 1
    comes(duet, day + timedelta(days=38))
    assert "Wersja 3 czeka" in card(duet, key)
    comes(duet, day + timedelta(days=39), "00:10")
    assert "Wersja 3 czeka" not in card(duet, key)


def test_a_pause_is_ended_by_hand(duet: Office) -> None:
    """§3.1: by either executive; nobody else, and only what is paused."""
    day = monday_comes(duet)
    key = active(duet)
    with refused(duet, "NotInThisState"):
        assert says(duet.person("anna").types(f"/duet resume {key}").text, NOT_NOW)
    paused(duet, key, day + timedelta(days=2))
    with refused(duet, "NotInThisState"):
        assert says(duet.person("anna").types(f"/duet pause {key}").text, NOT_NOW)
    with refused(duet, "NotAllowed"):
        duet.person("ewa").types(f"/duet resume {key}")
    assert "Wznów" not in duet.person("ewa").types(f"/duet show {key}").buttons
    assert f"{key} jest znów w toku" in click(duet.person("anna").types(f"/duet show {key}"), "resume").text
    comes_due(duet)
    assert "znów w toku (@Anna Żuraw)" in posts(duet, key)[-1].text
    count = len(posts(duet, key))
    comes(duet, day + timedelta(days=3))
    assert len(posts(duet, key)) == count  # its day has passed, and nothing is left to resume


def test_a_withdrawal_takes_ten_working_days(duet: Office) -> None:
    """§3.2: the date is seen by both, and skips the country's holidays; only who withdrew takes it back."""
    form = opened(duet.person("roman"), "/duet settings")
    fill(form, {"country": "Polska"}).submit()
    corpus_christi = next(
        day
        for day in sorted(holidays.country_holidays("PL", years=[today(duet).year, today(duet).year + 1]))
        if (5, 20) < (day.month, day.day) < (6, 30) and day.weekday() == 3 and day > today(duet) + timedelta(days=4)
    )
    day = corpus_christi - timedelta(days=3)
    comes(duet, day, "10:00")
    key = active(duet)
    closes_on = working_days_after(day, 10, corpus_christi)
    form = opened(duet.person("anna"), f"/duet withdraw {key}")
    assert polish(closes_on) in form.text
    put_away(duet.person("anna"))
    withdrawn(duet, key, by="anna")
    for seen in (posts(duet, key)[-1], duet.person("adam").reads("@duet")[-1]):
        assert f"wycofanie (@Anna Żuraw). Zamykanie zacznie się {polish(closes_on)}" in seen.text
        assert f">{REASON}" in seen.text
    for executive in EXECUTIVES:
        assert f"Wycofanie (@Anna Żuraw): zamykanie zacznie się {polish(closes_on)}" in card(duet, key, executive)

    with refused(duet, "AlreadyWithdrawn"):
        assert polish(closes_on) in duet.person("adam").types(f"/duet withdraw {key}").text
    assert "Cofnij wycofanie" not in duet.person("adam").types(f"/duet show {key}").buttons
    shown = duet.person("anna").types(f"/duet show {key}")
    for _ in range(2):  # an act done again has the same answer
        assert "trwa dalej" in click(shown, "take_back").text
    with refused(duet, "NotWithdrawn"):
        presses(duet.person("adam"), "life.take_back", str(project_id(duet, key)))
    comes_due(duet)
    for seen in (posts(duet, key)[-1], duet.person("adam").reads("@duet")[-1]):
        assert "wycofanie cofnięte (@Anna Żuraw)" in seen.text
    comes(duet, closes_on)
    assert "aktywny" in card(duet, key)


def test_what_was_withdrawn_enters_its_closing(duet: Office) -> None:
    """§3.2: on that day at nine, also while it is paused; what was asked is asked no more."""
    day = monday_comes(duet)
    key = active(duet)
    revised(duet, key, by="anna", budget="90k")
    form = fill(answer_form(duet, "adam", key), {"answer": "sign"})
    withdrawn(duet, key)
    closes_on = working_days_after(day, 10)
    comes(duet, closes_on - timedelta(days=1))
    paused(duet, key, closes_on + timedelta(days=3), by="anna")
    comes(duet, closes_on, "08:59")
    assert "wstrzymany" in card(duet, key)
    comes(duet, closes_on)
    shown = card(duet, key)
    assert "zamykany" in shown
    assert "Przerwa" not in shown
    assert "Wycofanie" not in shown
    assert "wchodzi w zamykanie" in posts(duet, key)[-1].text
    for executive in EXECUTIVES:
        assert "wchodzi w zamykanie" in duet.person(executive).waits_for("wchodzi w zamykanie", "@duet").text
    with refused(duet, "NoLongerAsked"):
        submitted(form)
    with unchanged(duet):
        comes(duet, closes_on + timedelta(days=3))  # the pause's own end resumes nothing


def test_a_withdrawn_project_whose_end_moves_closes_after_its_ten_days(duet: Office) -> None:
    """§3.2, §3.3: both have signed a later end: the ten working days count from the withdrawal; both see that."""
    day = monday_comes(duet)
    friday = day + timedelta(days=4)
    key = active(duet, starts_on=day.isoformat(), ends_on=friday.isoformat())
    withdrawn(duet, key)
    changed(duet, key, "ewa", ends_on=(day + timedelta(days=90)).isoformat())
    signed_by(duet, key, *EXECUTIVES)
    comes_due(duet)
    morning_comes(duet)
    closes_on = working_days_after(day, 10)
    for executive in EXECUTIVES:
        told = inbox(duet, executive, f"zamykanie zacznie się {polish(closes_on)} (wcześniej: {polish(friday)})")
        assert len(told) == 1, executive
        assert f"Wycofanie (@Anna Żuraw): zamykanie zacznie się {polish(closes_on)}" in card(duet, key, executive)
    comes(duet, closes_on, "08:59")
    assert "aktywny" in card(duet, key)
    comes(duet, closes_on)
    assert "zamykany" in card(duet, key)


def test_a_draft_and_a_charter_under_signature_are_withdrawn_at_once(duet: Office) -> None:
    """§3, §4.7: with a reason, by whom the table names; old buttons and forms change nothing."""
    draft = drafted(duet, by="jan")
    morning_comes(duet)
    form = opened(duet.person("jan"), f"/duet withdraw {draft}")
    assert "to szkic" in form.text
    with unchanged(duet):
        assert "Napisz dlaczego" in errors(submitted(fill(form, {"why": " "})))["why"]
    assert fill(form, {"why": REASON}).submit() is None
    for lead in LEADS:
        told = duet.person(lead).waits_for(REASON, "@duet")
        assert draft in told.text
    comes_due(duet)
    buttons = [label for lead in LEADS for each in duet.person(lead).reads("@duet") for label in each.buttons]
    assert set(buttons) <= {"In English"}  # of the first message

    key = sent(duet, name="Drugi")
    signing = fill(answer_form(duet, "adam", key), {"answer": "sign"})
    leads_form = fill(opened(duet.person("ewa"), f"/duet withdraw {key}"), {"why": "Później"})
    withdrawn(duet, key, by="piotr")
    for person in (duet.person("adam"), duet.person("anna")):
        assert REASON in person.waits_for(REASON, "@duet").text
        assert not [each.buttons for each in person.reads("@duet") if "Drugi" in each.text and each.buttons]
    with refused(duet, "NoLongerAsked"):
        submitted(signing)
    with refused(duet, "NotInThisState"):
        submitted(leads_form)
    for project in (draft, key):
        for command in ("withdraw", "edit", "pause", "resume"):
            put_away(duet.person("ewa"))
            with refused(duet):
                assert key[:2] in duet.person("ewa").types(f"/duet {command} {project}").text
    assert "Wycofanie szkicu:" in duet.person("ewa").types(f"/duet log {draft}").text


def test_a_project_ends_by_itself(duet: Office) -> None:
    """§3.3, §2.8: on its end date, a Saturday here; it is told on the working day after."""
    day = monday_comes(duet)
    saturday = next_weekday(day, SATURDAY)
    key = active(duet, starts_on=day.isoformat(), ends_on=saturday.isoformat())
    withdrawn(duet, key)
    assert f"zamykanie zacznie się {polish(saturday)}" in card(duet, key)  # sooner than ten working days
    comes(duet, saturday, "08:59")
    assert "aktywny" in card(duet, key)
    count = len(posts(duet, key))
    comes(duet, saturday)
    assert "aktywny" not in card(duet, key)
    assert len(posts(duet, key)) == count
    comes(duet, saturday + timedelta(days=2))
    assert "wchodzi w zamykanie" in posts(duet, key)[-1].text
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "Duet\nProjekt wchodzi w zamykanie." in log


def test_every_step_is_possible_only_where_the_table_has_it(duet: Office) -> None:
    """§3: anything else is refused with the reason, by command and by a form that was left open."""
    day = monday_comes(duet)
    projects = {
        "draft": drafted(duet, name="Szkic"),
        "signing": sent(duet, name="Do podpisu"),
        "active": active(duet, name="Aktywny"),
        "paused": active(duet, name="Wstrzymany"),
        "closing": active(duet, name="Koniec", starts_on=day.isoformat(), ends_on=str(day + timedelta(days=1))),
    }
    paused(duet, projects["paused"], day + timedelta(days=20))
    projects["cancelled"] = sent(duet, name="Odwołany")
    withdrawn(duet, projects["cancelled"])
    anna = duet.person("anna")
    stale = fill(opened(duet.person("adam"), f"/duet pause {projects['closing']}"), {"why": REASON})
    comes(duet, day + timedelta(days=1))
    possible = {
        "pause": {"active"},
        "withdraw": {"draft", "signing", "active", "paused"},
        "edit": {"draft", "signing", "active", "paused"},
        "resume": {"paused"},
    }
    with refused(duet, "NotInThisState"):
        assert says(submitted(stale).text, NOT_NOW)
        for command, states in possible.items():
            for state, key in projects.items():
                put_away(anna)
                if (command, state) == ("resume", "paused"):
                    continue
                reply = anna.types(f"/duet {command} {key}")
                assert (anna.form is not None) == (state in states), (command, state)
                assert state in states or key in reply.text, (command, state, reply.text)
    assert "znów w toku" in anna.types(f"/duet resume {projects['paused']}").text
