"""When an executive leaves: a vacant seat, a successor, an objection (product §4.9)."""

from datetime import date, timedelta
from typing import Any

from playground.driver import Form
from tests.running import Office
from tests.scenarios.days import comes, comes_due, monday_comes, morning_comes, polish, today, working_days_after
from tests.scenarios.life_steps import card, inbox
from tests.scenarios.steps import (
    FIELDS,
    LEADS,
    NAME,
    NOT_ALLOWED,
    NOT_FOUND,
    active,
    answer_form,
    changed,
    channel_of,
    click,
    drafted,
    errors,
    fill,
    hands_in,
    labelled,
    one,
    opened,
    presses,
    put_away,
    refused,
    request_id,
    says,
    sent,
    signed_by,
    submitted,
    unchanged,
)

NOT_AN_ADMIN = ("administratorzy tego Slacka", "Slack admins of this workspace")
VACANT = "miejsce CIO (dotąd @Adam Wolny) jest nieobsadzone"


def leaves(duet: Office, handle: str) -> None:
    duet.slack.change_person(handle, deleted=True)
    duet.settles()
    comes_due(duet)


def naming_form(duet: Office) -> Form:
    form = opened(duet.person("roman"), "/duet settings")
    pushed: Form = click(form, "name")
    assert pushed.labels, pushed.text
    return pushed


def names(duet: Office, successor: str, **who: str) -> None:
    shown = submitted(fill(naming_form(duet), {"successor": f"@{successor}", **who}))
    put_away(duet.person("roman"))
    comes_due(duet)
    assert "przez dwa dni robocze" in shown.text, shown


def passes(duet: Office, named_on: date) -> None:
    """Two working days without an objection."""
    comes(duet, working_days_after(named_on, 3))


def charter_post(duet: Office, key: str, sees: str = "anna") -> str:
    return next(each for each in duet.person(sees).reads(channel_of(duet, key, sees)) if each.pinned).text


def test_a_seat_falls_vacant_and_what_needs_both_waits(duet: Office) -> None:
    """§4.9: all who are concerned are told; the rest runs; the successor is asked what was open."""
    day = monday_comes(duet)
    key = active(duet)
    duet.person("roman").types("/duet")  # a Slack admin whom Duet has met
    duet.person("adam").types(f"/duet deputy @jan {day} {day + timedelta(days=30)}")
    changed(duet, key, by="anna", budget="90k")
    asked = request_id(duet, key)
    comes(duet, day, "23:30")
    leaves(duet, "adam")
    assert not inbox(duet, "anna", VACANT)
    assert not inbox(duet, "roman", "Miejsce CIO w D-1")
    day += timedelta(days=1)
    comes(duet, day, "10:01")  # nine in London, too: nobody is told at night (§2.8)
    for reader in ("anna", "ewa"):
        assert len(inbox(duet, reader, VACANT)) == 1
    assert len(inbox(duet, "piotr", "seat of the CIO, until now @Adam Wolny, is vacant")) == 1
    told = inbox(duet, "roman", "Miejsce CIO w D-1")
    assert NAME not in told[0].text  # the project is private
    assert not inbox(duet, "nadia", "CIO")
    assert "Miejsce CIO jest nieobsadzone" in duet.person("anna").types(f"/duet show {key}").text
    assert not [each for each in inbox(duet, "jan", "(wersja 2)") if each.buttons]
    with refused(duet, "NotYourSignature"):
        assert presses(duet.person("jan"), "signing.read", str(asked))

    assert "Podpisane" in submitted(fill(answer_form(duet, "anna", key), {"answer": "sign"})).text
    put_away(duet.person("anna"))
    assert "version" not in changed(duet, key, by="piotr", name="Nowa nazwa")
    assert "Nowa nazwa" in charter_post(duet, key)
    assert "120\u00a0000" in charter_post(duet, key)

    form = click(told[0], "name").form
    left = labelled(form.labels, ("Kto odszedł", "Who has left"))
    assert "(D-1)" in form.values[left]  # Slack itself does not offer who is deactivated
    assert "przez dwa dni robocze" in submitted(fill(form, {"successor": "@nadia"})).text
    comes(duet, day + timedelta(days=1), "10:01")
    settles_on = working_days_after(day, 3)
    named = inbox(duet, "ewa", "@Roman Porządek wskazuje na miejsce CIO: @Nadia Źródło")[0]
    assert f"{polish(settles_on)}, 09:00" in named.text
    assert named.buttons == ["Zgłoś sprzeciw"]
    assert inbox(duet, "anna", "@Nadia Źródło")[0].buttons == []
    assert inbox(duet, "nadia", "names @Nadia Źródło as the new CIO")[0].buttons == []
    comes(duet, settles_on, "08:59")
    assert says(duet.person("nadia").types(f"/duet show {key}").text, NOT_FOUND)
    passes(duet, day)
    assert "CIO to teraz @Nadia Źródło" in inbox(duet, "ewa", "@Nadia Źródło")[0].text
    form = answer_form(duet, "nadia", key)
    assert "90,000" in form.text
    submitted(fill(form, {"answer": "sign"}))
    comes_due(duet)
    assert "90\u00a0000" in charter_post(duet, key, "nadia")  # anna's signature had stood
    log = duet.person("anna").types(f"/duet log {key}").text
    order = ["CIO to teraz @Nadia", "Wskazanie na miejsce CIO: @Nadia", "jest nieobsadzone, dotąd @Adam Wolny"]
    assert [log.index(line) for line in order] == sorted(log.index(line) for line in order)


def test_an_executive_who_becomes_a_guest_leaves_the_seat(duet: Office) -> None:
    """§4.9, §4.1: a guest signs nothing, and is a guest, not gone."""
    day = monday_comes(duet)
    key = active(duet)
    duet.slack.change_person("adam", is_restricted=True)
    duet.settles()
    comes(duet, day + timedelta(days=1), "10:01")
    assert len(inbox(duet, "anna", VACANT)) == 1
    assert not inbox(duet, "ewa", "już tu nie pracuje")
    names(duet, "jan")
    passes(duet, day + timedelta(days=1))
    assert "*Dyrektor ds. IT (CIO)*\n@Jan Łącznik" in card(duet, key)


def test_a_signature_stands_and_the_charter_waits_for_the_seat(duet: Office) -> None:
    """§4.9, §4.3: both have signed, one has left since: nothing begins before somebody sits there."""
    day = monday_comes(duet)
    duet.person("roman").types("/duet")
    key = sent(duet)
    signed_by(duet, key, "adam")
    leaves(duet, "adam")
    signed_by(duet, key, "anna")
    comes(duet, day + timedelta(days=1))
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text
    assert not inbox(duet, "adam", "czeka na Twój podpis")
    names(duet, "nadia")
    passes(duet, day + timedelta(days=1))
    duet.slack.waits_for_calls("pins.add")
    comes_due(duet)
    shown = duet.person("anna").types(f"/duet show {key}").text
    assert "aktywny" in shown
    assert "IT, podpis: @Adam Wolny" in shown
    submitted(fill(answer_form(duet, "nadia", key), {"answer": "sign"}))
    comes_due(duet)
    assert "IT, podpis: @Nadia Źródło" in charter_post(duet, key)


def test_a_new_version_fills_a_vacant_seat(duet: Office) -> None:
    """§4.9, §4.4: before activation it is edited: who is named there is asked; the admin's choice falls."""
    day = monday_comes(duet)
    duet.person("roman").types("/duet")
    key = sent(duet)
    leaves(duet, "adam")
    names(duet, "nadia")
    morning_comes(duet)
    changed(duet, key, by="anna", cio="@jan")
    assert inbox(duet, "ewa", "inna osoba: @Jan Łącznik (wcześniej @Nadia Źródło)")
    assert "jest nieobsadzone" not in card(duet, key)
    assert not any(label in ("Kto odszedł", "Who has left") for label in naming_form(duet).labels)
    put_away(duet.person("roman"))
    passes(duet, day)
    assert not inbox(duet, "ewa", "CIO to teraz @Nadia Źródło")
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "CIO to teraz @Jan Łącznik" in log
    assert "CIO to teraz @Nadia Źródło" not in log
    signed_by(duet, key, "jan", "anna")
    duet.slack.waits_for_calls("pins.add")
    assert "IT, podpis: @Jan Łącznik" in charter_post(duet, key)


def test_a_draft_is_not_held_up_by_a_vacant_seat(duet: Office) -> None:
    """§4.9, §4.6: after thirty days unsigned whoever was named still gets the seat, or the leads name another."""
    day = monday_comes(duet)
    duet.person("roman").types("/duet")
    key = sent(duet)
    leaves(duet, "adam")
    comes(duet, day + timedelta(days=29), "10:00")
    names(duet, "nadia")
    comes(duet, day + timedelta(days=30), "10:00")
    assert "szkic" in card(duet, key)
    comes(duet, day + timedelta(days=42))  # Christmas is in between
    shown = duet.person("ewa").types(f"/duet show {key}")
    assert "Wyślij do podpisu" in shown.buttons
    assert "@Nadia Źródło" in shown.text
    assert "@Adam" not in shown.text
    leaves(duet, "nadia")
    morning_comes(duet)
    assert inbox(duet, "ewa", "@Nadia Źródło już tu nie pracuje")
    changed(duet, key, by="anna", cio="@jan")
    click(duet.person("anna").types(f"/duet show {key}"), "send")
    signed_by(duet, key, "jan", "anna")
    assert "aktywny" in card(duet, key)


def test_a_draft_whose_vacant_seat_is_edited_can_be_sent(duet: Office) -> None:
    """§4.9, §4.6: nobody was named in thirty days: an admin may still name somebody, or the leads do."""
    day = monday_comes(duet)
    duet.person("roman").types("/duet")
    key = sent(duet)
    leaves(duet, "adam")
    comes(duet, day + timedelta(days=30), "10:00")
    assert "(D-1)" in str(naming_form(duet).values)
    put_away(duet.person("roman"))
    changed(duet, key, by="anna", cio="@jan")
    click(duet.person("anna").types(f"/duet show {key}"), "send")
    signed_by(duet, key, "jan", "anna")
    assert "aktywny" in card(duet, key)


def test_an_admin_replaces_somebody_who_is_still_here(duet: Office) -> None:
    """§4.9: suitable people only; who leaves the seat is told; the successor signs the current version."""
    day = monday_comes(duet)
    key = active(duet, by="ewa")
    form = naming_form(duet)
    assert not any(label in ("Kto odszedł", "Who has left") for label in form.labels)
    with unchanged(duet):
        for who, successor, field, why in (
            ("@adam", "@anna", "successor", "po drugiej stronie"),
            ("@adam", "@ewa", "successor", "po drugiej stronie"),
            ("@adam", "@gosia", "successor", "z tej firmy z aktywnym kontem"),
            ("@adam", "@adam", "successor", "ma teraz to miejsce"),
            ("@jan", "@nadia", "leaver", "nie jest CIO ani CMO"),
            (None, "@nadia", "leaver", "nie jest CIO ani CMO"),
        ):
            form = submitted(fill(form, {"leaver": who, "successor": successor}))
            assert why in errors(form)[field], (who, successor)
    submitted(fill(form, {"leaver": "@adam", "successor": "@jan"}))
    morning_comes(duet)
    assert "wskazuje na miejsce CIO: @Jan Łącznik" in inbox(duet, "adam", "@Jan Łącznik")[0].text
    assert not inbox(duet, "roman", "Miejsce CIO")  # nobody is told of their own act
    changed(duet, key, by="anna", budget="90k")
    assert not inbox(duet, "adam", "(wersja 2)")  # what needs both signatures waits for the seat
    with refused(duet, "SeatVacant"):
        assert "jest teraz nieobsadzone" in duet.person("adam").types(f"/duet sign {key}").text
    passes(duet, day)
    assert says(duet.person("adam").types(f"/duet show {key}").text, NOT_FOUND)
    assert "IT, podpis: @Adam Wolny" in charter_post(duet, key)
    signed_by(duet, key, "jan", "anna")
    comes_due(duet)
    assert "IT, podpis: @Jan Łącznik" in charter_post(duet, key)
    assert "jest nieobsadzone" not in duet.person("jan").types(f"/duet show {key}").text


def test_each_project_may_have_a_successor_of_its_own(duet: Office) -> None:
    """§4.9: whoever suits some of the projects is named there; for the others somebody else is."""
    monday_comes(duet)
    first, second = active(duet), sent(duet, by="ewa", name="Drugi", cmo="@ola")
    shown = submitted(fill(naming_form(duet), {"leaver": "@adam", "successor": "@ola"}))
    assert "obejmie miejsce w: D-1." in shown.text
    assert "W D-2 to miejsce musi objąć ktoś inny" in shown.text
    assert "jest nieobsadzone" in card(duet, second, "ewa")
    put_away(duet.person("roman"))
    form = naming_form(duet)
    assert form.options[labelled(form.labels, FIELDS["left"])] == [
        f"adam ({keys})" for keys in ("D-1, D-2", "D-1", "D-2")
    ]
    shown = submitted(fill(form, {"left": "adam (D-2)", "successor": "@jan"}))
    assert "obejmie miejsce w: D-2." in shown.text
    put_away(duet.person("roman"))
    comes(duet, today(duet) + timedelta(days=3))
    for key, who in ((first, "@Aleksandra Plakat"), (second, "@Jan Łącznik")):
        assert f"*Dyrektor ds. IT (CIO)*\n{who}" in card(duet, key, "ewa")


def test_the_successor_signs_what_governs(duet: Office) -> None:
    """§4.9: or declines and proposes something else; the project runs meanwhile."""
    day = monday_comes(duet)
    key = active(duet)
    names(duet, "jan", leaver="@adam")
    passes(duet, day)
    asked = inbox(duet, "jan", "(wersja 1)")[-1]
    assert asked.buttons == ["Przeczytaj i podpisz"]
    form = click(asked, "read").form
    submitted(fill(form, {"answer": "decline", "reason": "Najpierw inny cel"}))
    put_away(duet.person("jan"))
    comes_due(duet)
    assert "aktywny" in duet.person("jan").types(f"/duet show {key}").text
    changed(duet, key, by="jan", goal="Policzyć piątki.")
    signed_by(duet, key, "jan", "anna")
    comes_due(duet)
    assert "Policzyć piątki." in charter_post(duet, key)


def test_only_slack_admins_name_a_successor(duet: Office) -> None:
    """§4.9, §14: by button, by form, forged; nor an admin of another workspace."""
    monday_comes(duet)
    active(duet)
    leaves(duet, "adam")
    chosen = {
        "left": {"type": "static_select", "selected_option": {"value": "U0ADAM"}},
        "leaver": {"type": "users_select", "selected_user": "U0ADAM"},
        "successor": {"type": "users_select", "selected_user": "U0JAN"},
    }
    for handle in ("anna", *LEADS, "jan"):
        person = duet.person(handle)
        assert not says(str(opened(person, "/duet settings").buttons), ("Wskaż następcę", "Name a successor"))
        with refused(duet, "NotAnAdmin"):
            assert says(hands_in(person, "seat.name", "", chosen), NOT_AN_ADMIN), handle
            put_away(person)
            assert says(presses(person, "seat.form", "name").text, NOT_AN_ADMIN), handle
    for chosen_by in ("basia", "roman"):
        team = "T0KIOSK" if chosen_by == "basia" else None
        person = duet.person(chosen_by, team)
        put_away(person)
        opened(person, "/duet settings")
        forged: dict[str, Any] = (
            chosen if team else chosen | {"successor": {"type": "users_select", "selected_user": "<!channel>"}}
        )
        with refused(duet):
            assert says(
                hands_in(person, "seat.name", "", forged), ("z tej firmy z aktywnym kontem", "colleague of this")
            )
        put_away(person)
    assert one(duet, "SELECT count(*) FROM successions WHERE successor IS NOT NULL") == 0


def test_a_lead_objects(duet: Office) -> None:
    """§4.9: with a reason, for two working days; the seat stays vacant until somebody else is named."""
    day = monday_comes(duet)
    key = active(duet)
    duet.person("roman").types("/duet")
    leaves(duet, "adam")
    names(duet, "jan")
    morning_comes(duet, "10:01")
    button = inbox(duet, "ewa", "@Jan Łącznik")[-1]
    form = click(button, "object").form
    late = fill(click(inbox(duet, "piotr", "@Jan Łącznik")[-1], "object").form, {"why": "Me too"})
    with unchanged(duet):
        assert "Napisz dlaczego" in errors(submitted(fill(form, {"why": " "})))["why"]
    row = one(duet, "SELECT max(id) FROM successions")
    why = {"reason": {"type": "plain_text_input", "value": "Nie"}}
    for handle, said in (("anna", NOT_ALLOWED), ("jan", NOT_FOUND), ("roman", NOT_FOUND)):
        put_away(duet.person(handle))
        opened(duet.person(handle), "/duet settings")
        with refused(duet):
            assert says(hands_in(duet.person(handle), "seat.object", f'{{"succession": {row}}}', why), said), handle
        put_away(duet.person(handle))
    assert fill(form, {"why": "Prowadzi już trzy projekty"}).submit() is None
    comes_due(duet)
    with refused(duet, "ObjectedTooLate"):
        submitted(late)
    put_away(duet.person("piotr"))
    morning_comes(duet, "10:01")
    for reader in ("anna", "piotr", "roman"):
        assert inbox(duet, reader, "Prowadzi już trzy projekty"), reader
    assert NAME not in inbox(duet, "roman", "Prowadzi już trzy projekty")[0].text
    assert not inbox(duet, "jan", "Prowadzi")
    assert inbox(duet, "jan", "sprzeciw (@Ewa Błysk)")
    assert not [each for each in duet.person("ewa").reads("@duet") if "Zgłoś sprzeciw" in each.buttons]
    passes(duet, day)
    assert "jest nieobsadzone" in duet.person("anna").types(f"/duet show {key}").text
    for successor in ("nadia", "ola"):  # an admin may think better of it
        names(duet, successor)
    assert "jest teraz wskazana inna osoba: @Aleksandra Plakat" in inbox(duet, "ewa", "@Nadia Źródło")[0].text
    passes(duet, today(duet))
    assert "*Dyrektor ds. IT (CIO)*\n@Aleksandra Plakat" in duet.person("anna").types(f"/duet show {key}").text
    with refused(duet, "ObjectedTooLate"):
        presses(duet.person("ewa"), "seat.object", str(row))


def test_somebody_comes_back(duet: Office) -> None:
    """§4.9: an account that was deactivated by mistake: an admin names the same person for the vacant seat."""
    day = monday_comes(duet)
    key = active(duet)
    changed(duet, key, by="anna", budget="90k")
    signed_by(duet, key, "adam")
    leaves(duet, "adam")
    duet.slack.change_person("adam", deleted=False)
    duet.settles()
    signed_by(duet, key, "anna")
    names(duet, "adam")
    passes(duet, day)
    assert "90\u00a0000" in duet.person("anna").types(f"/duet show {key}").text
    assert "jest nieobsadzone" not in duet.person("adam").types(f"/duet show {key}").text


def test_a_lead_who_leaves_is_named_anew(duet: Office) -> None:
    """§4.9, §4.4: their own side's executive is told; of a draft the leads are."""
    monday_comes(duet)
    key, draft = active(duet), drafted(duet, by="jan", name="Szkic", cio="@nadia")
    leaves(duet, "piotr")
    morning_comes(duet)
    assert f"{key} " in inbox(duet, "adam", "@Piotr Kabelek już tu nie pracuje")[0].text
    assert not inbox(duet, "anna", "@Piotr Kabelek już")
    leaves(duet, "nadia")
    morning_comes(duet)
    assert f"{draft} " in inbox(duet, "ewa", "@Nadia Źródło już tu nie pracuje")[0].text
    changed(duet, key, by="adam", lead_it="@jan")
    assert "@Jan Łącznik" in charter_post(duet, key)
