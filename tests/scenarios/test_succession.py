"""When an executive leaves: a vacant seat, a successor, an objection (product §4.9)."""

from datetime import date, timedelta
from typing import Any

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.days import (
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.lifecycle_steps import channel_posts, messages_containing, pause_project, read_card
from tests.scenarios.steps import (
    FIELDS,
    LEADS,
    NAME,
    NOT_ALLOWED,
    NOT_FOUND,
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
    find_label,
    forge_click,
    forge_submission,
    has_sentence,
    open_form,
    open_signing_form,
    project_channel,
    query_one,
    request_id,
    send_charter,
    sign_charter,
    submit_form,
)

NOT_AN_ADMIN = ("administratorzy tego Slacka", "Slack admins of this workspace")
VACANT = "rola CIO (dotąd @Adam Wolny) jest nieobsadzona"


def deactivate_person(duet: Office, handle: str) -> None:
    duet.slack.change_person(handle, deleted=True)
    duet.settles()
    run_due_work(duet)


def naming_form(duet: Office) -> SeenForm:
    form = open_form(duet.person("roman"), "/duet settings")
    pushed: SeenForm = click_button(form, "name")
    assert pushed.labels, pushed.text
    return pushed


def name_successor(duet: Office, successor: str, **who: str) -> None:
    shown = submit_form(fill_form(naming_form(duet), {"successor": f"@{successor}", **who}))
    close_forms(duet.person("roman"))
    run_due_work(duet)
    assert "przez 2 dni robocze" in shown.text, shown


def pass_objection_days(duet: Office, named_on: date) -> None:
    """Two working days without an objection."""
    move_to_day(duet, working_days_after(named_on, 3))


def charter_post(duet: Office, key: str, sees: str = "anna") -> str:
    return next(each for each in duet.person(sees).reads(project_channel(duet, key, sees)) if each.pinned).text


def test_a_seat_falls_vacant_and_what_needs_both_waits(duet: Office) -> None:
    """§4.9: all who are concerned are told; the rest runs; the successor is asked what was open."""
    key, day = activate_on_monday(duet)
    duet.person("roman").types("/duet")  # a Slack admin whom Duet has met
    duet.person("adam").types(f"/duet deputy @jan {day} {day + timedelta(days=30)}")
    change_charter(duet, key, by="anna", budget="90k")
    asked = request_id(duet, key)
    move_to_day(duet, day, "23:30")
    deactivate_person(duet, "adam")
    assert not messages_containing(duet, "anna", VACANT)
    assert not messages_containing(duet, "roman", "Rola CIO w D-1")
    day += timedelta(days=1)
    move_to_day(duet, day, "10:01")  # nine in London, too: nobody is told at night (§2.8)
    for reader in ("anna", "ewa"):
        assert len(messages_containing(duet, reader, VACANT)) == 1
    assert len(messages_containing(duet, "piotr", "seat of the CIO, until now @Adam Wolny, is vacant")) == 1
    told = messages_containing(duet, "roman", "Rola CIO w D-1")
    assert NAME not in told[0].text  # the project is private
    assert not messages_containing(duet, "nadia", "CIO")
    assert "Rola CIO jest nieobsadzona" in duet.person("anna").types(f"/duet show {key}").text
    assert not [each for each in messages_containing(duet, "jan", "(wersja 2)") if each.buttons]
    with expect_refusal(duet, "error.not_your_signature"):
        assert forge_click(duet.person("jan"), "signing.read", str(asked))

    assert "Podpisane" in submit_form(fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})).text
    close_forms(duet.person("anna"))
    assert "version" not in change_charter(duet, key, by="piotr", name="Nowa nazwa")
    assert "Nowa nazwa" in charter_post(duet, key)
    assert "120 000" in charter_post(duet, key)

    form = click_button(told[0], "name").form
    left = find_label(form.labels, ("Kto odszedł", "Who has left"))
    assert "(D-1)" in form.values[left]  # Slack itself does not offer who is deactivated
    assert "przez 2 dni robocze" in submit_form(fill_form(form, {"successor": "@nadia"})).text
    move_to_day(duet, day + timedelta(days=1), "10:01")
    settles_on = working_days_after(day, 3)
    named = messages_containing(duet, "ewa", "@Roman Porządek wskazuje następcę w roli CIO: @Nadia Źródło")[0]
    assert f"{polish_date(settles_on)}, 09:00" in named.text
    assert named.buttons == ["Zgłoś sprzeciw"]
    assert messages_containing(duet, "anna", "@Nadia Źródło")[0].buttons == []
    assert messages_containing(duet, "nadia", "names you as the new CIO. You take the seat on")[0].buttons == []
    move_to_day(duet, settles_on, "08:59")
    assert has_sentence(duet.person("nadia").types(f"/duet show {key}").text, NOT_FOUND)
    pass_objection_days(duet, day)
    assert "CIO to teraz @Nadia Źródło" in messages_containing(duet, "ewa", "@Nadia Źródło")[0].text
    assert messages_containing(duet, "roman", "Rola CIO w D-1")[0].buttons == []
    form = open_signing_form(duet, "nadia", key)
    assert "90,000" in form.text
    submit_form(fill_form(form, {"answer": "sign"}))
    run_due_work(duet)
    assert "90 000" in charter_post(duet, key, "nadia")  # anna's signature had stood
    log = duet.person("anna").types(f"/duet log {key}").text
    order = ["CIO to teraz @Nadia", "Wskazanie do roli CIO: @Nadia", "jest nieobsadzona, dotąd @Adam Wolny"]
    assert [log.index(line) for line in order] == sorted(log.index(line) for line in order)


def test_an_executive_who_becomes_a_guest_leaves_the_seat(duet: Office) -> None:
    """§4.9, §4.1: a guest signs nothing, and is a guest, not gone."""
    key, day = activate_on_monday(duet)
    duet.slack.change_person("adam", is_restricted=True)
    duet.settles()
    move_to_day(duet, day + timedelta(days=1), "10:01")
    assert len(messages_containing(duet, "anna", VACANT)) == 1
    assert not messages_containing(duet, "ewa", "już tu nie pracuje")
    name_successor(duet, "jan")
    pass_objection_days(duet, day + timedelta(days=1))
    assert "*Dyrektor ds. IT (CIO)*\n@Jan Łącznik" in read_card(duet, key)


def test_a_signature_stands_and_the_charter_waits_for_the_seat(duet: Office) -> None:
    """§4.9, §4.3: both have signed, one has left since: nothing begins before somebody sits there."""
    day = move_to_monday(duet)
    duet.person("roman").types("/duet")
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    deactivate_person(duet, "adam")
    sign_charter(duet, key, "anna")
    move_to_day(duet, day + timedelta(days=1))
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text
    assert not messages_containing(duet, "adam", "czeka na Twój podpis")
    name_successor(duet, "nadia")
    pass_objection_days(duet, day + timedelta(days=1))
    duet.slack.waits_for_calls("pins.add")
    run_due_work(duet)
    shown = duet.person("anna").types(f"/duet show {key}").text
    assert "aktywny" in shown
    assert "IT, podpis: @Adam Wolny" in shown
    submit_form(fill_form(open_signing_form(duet, "nadia", key), {"answer": "sign"}))
    run_due_work(duet)
    assert "IT, podpis: @Nadia Źródło" in charter_post(duet, key)


def test_a_new_version_fills_a_vacant_seat(duet: Office) -> None:
    """§4.9, §4.4: before activation it is edited: who is named there is asked; the admin's choice falls."""
    day = move_to_monday(duet)
    duet.person("roman").types("/duet")
    key = send_charter(duet)
    deactivate_person(duet, "adam")
    name_successor(duet, "nadia")
    move_to_next_morning(duet)
    change_charter(duet, key, by="anna", cio="@jan")
    assert messages_containing(duet, "ewa", "inna osoba: @Jan Łącznik (wcześniej @Nadia Źródło)")
    assert "jest nieobsadzona" not in read_card(duet, key)
    assert not any(label in ("Kto odszedł", "Who has left") for label in naming_form(duet).labels)
    close_forms(duet.person("roman"))
    pass_objection_days(duet, day)
    assert not messages_containing(duet, "ewa", "CIO to teraz @Nadia Źródło")
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "CIO to teraz @Jan Łącznik" in log
    assert "CIO to teraz @Nadia Źródło" not in log
    sign_charter(duet, key, "jan", "anna")
    duet.slack.waits_for_calls("pins.add")
    assert "IT, podpis: @Jan Łącznik" in charter_post(duet, key)


def test_a_draft_is_not_held_up_by_a_vacant_seat(duet: Office) -> None:
    """§4.9, §4.6: after thirty days unsigned whoever was named still gets the seat, or the leads name another."""
    day = move_to_monday(duet)
    duet.person("roman").types("/duet")
    key = send_charter(duet)
    deactivate_person(duet, "adam")
    move_to_day(duet, day + timedelta(days=29), "10:00")
    name_successor(duet, "nadia")
    move_to_day(duet, day + timedelta(days=30), "10:00")
    assert "szkic" in read_card(duet, key)
    move_to_day(duet, day + timedelta(days=42))  # Christmas is in between
    shown = duet.person("ewa").types(f"/duet show {key}")
    assert "Wyślij do podpisu" in shown.buttons
    assert "@Nadia Źródło" in shown.text
    assert "@Adam" not in shown.text
    deactivate_person(duet, "nadia")
    move_to_next_morning(duet)
    assert messages_containing(duet, "ewa", "@Nadia Źródło już tu nie pracuje")
    change_charter(duet, key, by="anna", cio="@jan")
    click_button(duet.person("anna").types(f"/duet show {key}"), "send")
    sign_charter(duet, key, "jan", "anna")
    assert "aktywny" in read_card(duet, key)


def test_a_draft_whose_vacant_seat_is_edited_can_be_sent(duet: Office) -> None:
    """§4.9, §4.6: nobody was named in thirty days: an admin may still name somebody, or the leads do."""
    day = move_to_monday(duet)
    duet.person("roman").types("/duet")
    key = send_charter(duet)
    deactivate_person(duet, "adam")
    move_to_day(duet, day + timedelta(days=30), "10:00")
    assert "(D-1)" in str(naming_form(duet).values)
    close_forms(duet.person("roman"))
    change_charter(duet, key, by="anna", cio="@jan")
    click_button(duet.person("anna").types(f"/duet show {key}"), "send")
    sign_charter(duet, key, "jan", "anna")
    assert "aktywny" in read_card(duet, key)


def test_an_admin_replaces_somebody_who_is_still_here(duet: Office) -> None:
    """§4.9: suitable people only; who leaves the seat is told; the successor signs the current version."""
    key, day = activate_on_monday(duet, by="ewa")
    form = naming_form(duet)
    assert not any(label in ("Kto odszedł", "Who has left") for label in form.labels)
    with expect_no_change(duet):
        for who, successor, field, why in (
            ("@adam", "@anna", "successor", "po drugiej stronie"),
            ("@adam", "@ewa", "successor", "po drugiej stronie"),
            ("@adam", "@gosia", "successor", "z tej firmy z aktywnym kontem"),
            ("@adam", "@adam", "successor", "ma teraz tę rolę"),
            ("@jan", "@nadia", "leaver", "nie jest CIO ani CMO"),
        ):
            form = submit_form(fill_form(form, {"leaver": who, "successor": successor}))
            assert why in field_errors(form)[field], (who, successor)
    submit_form(fill_form(form, {"leaver": "@adam", "successor": "@jan"}))
    close_forms(duet.person("roman"))
    with expect_refusal(duet, "error.leaver_needed"):
        chosen = {"type": "users_select", "selected_user": "U0JAN"}
        forge_submission(duet.person("roman"), "seat.name", "", {"successor": chosen})
    close_forms(duet.person("roman"))
    move_to_next_morning(duet)
    told = messages_containing(duet, "adam", "@Jan Łącznik")[0].text
    assert "wskazuje następcę w roli CIO: @Jan Łącznik" in told and "już nie podpisujesz" in told
    assert "już nie podpisujesz" not in messages_containing(duet, "anna", "@Jan Łącznik")[0].text
    card = duet.person("anna").types(f"/duet show {key}").text
    assert "niżej widnieje jeszcze @Adam Wolny, ale już bez prawa podpisu" in card
    assert not messages_containing(duet, "roman", "Rola CIO")  # nobody is told of their own act
    change_charter(duet, key, by="anna", budget="90k")
    assert not messages_containing(duet, "adam", "(wersja 2)")  # what needs both signatures waits for the seat
    with expect_refusal(duet, "error.seat_vacant"):
        assert "jest teraz nieobsadzona" in duet.person("adam").types(f"/duet sign {key}").text
    shown = duet.person("adam").types(f"/duet show {key}")
    assert "Wstrzymaj" not in shown.buttons and "Wycofaj" not in shown.buttons, shown.buttons
    for command, why in (
        ("pause", "error.only.executives"),
        ("withdraw", "error.only.withdrawing"),
        ("log", "error.only.editors_read"),
    ):
        with expect_refusal(duet, why):
            duet.person("adam").types(f"/duet {command} {key}")
    pass_objection_days(duet, day)
    assert has_sentence(duet.person("adam").types(f"/duet show {key}").text, NOT_FOUND)
    assert "IT, podpis: @Adam Wolny" in charter_post(duet, key)
    sign_charter(duet, key, "jan", "anna")
    run_due_work(duet)
    assert "IT, podpis: @Jan Łącznik" in charter_post(duet, key)
    assert "jest nieobsadzona" not in duet.person("jan").types(f"/duet show {key}").text


def test_each_project_may_have_a_successor_of_its_own(duet: Office) -> None:
    """§4.9: whoever suits some of the projects is named there; for the others somebody else is."""
    move_to_monday(duet)
    first, second = activate_project(duet), send_charter(duet, by="ewa", name="Drugi", cmo="@ola")
    shown = submit_form(fill_form(naming_form(duet), {"leaver": "@adam", "successor": "@ola"}))
    assert "obejmie tę rolę w: D-1." in shown.text
    assert "W D-2 tę rolę musi objąć ktoś inny" in shown.text
    assert "jest nieobsadzona" in read_card(duet, second, "ewa")
    close_forms(duet.person("roman"))
    form = naming_form(duet)
    assert form.options[find_label(form.labels, FIELDS["left"])] == [
        f"Adam Wolny ({keys})" for keys in ("D-1, D-2", "D-1", "D-2")
    ]
    shown = submit_form(fill_form(form, {"left": "Adam Wolny (D-2)", "successor": "@jan"}))
    assert "obejmie tę rolę w: D-2." in shown.text
    close_forms(duet.person("roman"))
    move_to_day(duet, current_day(duet) + timedelta(days=3))
    for key, who in ((first, "@Aleksandra Plakat"), (second, "@Jan Łącznik")):
        assert f"*Dyrektor ds. IT (CIO)*\n{who}" in read_card(duet, key, "ewa")


def test_the_successor_signs_what_governs(duet: Office) -> None:
    """§4.9: or declines and proposes something else; the project runs meanwhile."""
    key, day = activate_on_monday(duet)
    change_charter(duet, key, by="anna", budget="90k")
    change_charter(duet, key, by="anna", budget="120k")  # taken back: it has no part in what follows
    name_successor(duet, "jan", leaver="@adam")
    pass_objection_days(duet, day)
    asked = messages_containing(duet, "jan", "(wersja 1)")[-1]
    assert asked.buttons == ["Przeczytaj i podpisz"]
    since = polish_date(working_days_after(day, 3))
    assert f"Od {since} pełnisz rolę CIO w projekcie *{key}" in asked.text
    assert "w tej samej chwili" not in asked.text and "@Roman" not in asked.text
    stands = messages_containing(duet, "anna", "z drugim znów będą podpisy obu stron")
    assert stands and "Tym samym" not in stands[-1].text, "Jan has not signed yet"
    form = click_button(asked, "read").form
    submit_form(fill_form(form, {"answer": "decline", "reason": "Najpierw inny cel"}))
    close_forms(duet.person("jan"))
    run_due_work(duet)
    assert "aktywny" in duet.person("jan").types(f"/duet show {key}").text
    change_charter(duet, key, by="jan", goal="Policzyć piątki.")
    assert "@Jan Łącznik proponuje wersję 4, więc ta rozmowa" in duet.person("jan").reads("@anna,@duet")[-1].text
    sign_charter(duet, key, "jan", "anna")
    run_due_work(duet)
    assert "Policzyć piątki." in charter_post(duet, key)


def test_the_channel_reads_who_has_the_seat(duet: Office) -> None:
    """§4.9, §4.4: old → new, with the morning post, once nobody has objected."""
    key, day = activate_on_monday(duet)
    name_successor(duet, "jan", leaver="@adam")
    assert not any("@Jan Łącznik" in each.text for each in channel_posts(duet, key))
    pass_objection_days(duet, day)
    move_to_next_morning(duet)
    (told,) = [each.text for each in channel_posts(duet, key) if "@Adam Wolny → @Jan Łącznik" in each.text]
    assert "CIO" in told


def test_leads_of_a_paused_project_may_object(duet: Office) -> None:
    """§4.9, §3.1: they are told of a successor as others are, and the two days run for them, too."""
    key, day = activate_on_monday(duet)
    pause_project(duet, key, day + timedelta(days=20))
    name_successor(duet, "jan", leaver="@adam")
    for lead in ("ewa", "piotr"):
        told = messages_containing(duet, lead, "@Jan Łącznik")
        assert told and has_sentence(told[-1].buttons[0], ("Zgłoś sprzeciw", "Object")), lead


def test_who_asks_while_a_seat_is_vacant_reads_that_it_waits(duet: Office) -> None:
    """§4.9: nobody is asked there, and nobody reads that somebody were; the successor is."""
    key, day = activate_on_monday(duet)
    deactivate_person(duet, "adam")
    waits = "prośbę o podpis dostanie osoba, która ją obejmie"
    assert waits in change_charter(duet, key, by="ewa", budget="90k")
    duet.delivers_everything()
    asked = messages_containing(duet, "anna", "prosi o Twój podpis")[-1]
    assert "Rola po drugiej stronie jest nieobsadzona" in asked.text and "w tej samej chwili" not in asked.text
    sign_charter(duet, key, "anna")
    move_to_day(duet, day + timedelta(days=1), "10:01")
    assert messages_containing(duet, "ewa", "drugi złoży osoba, która obejmie nieobsadzoną rolę")
    name_successor(duet, "nadia")
    pass_objection_days(duet, day + timedelta(days=1))
    run_due_work(duet)
    asked = messages_containing(duet, "nadia", "(version 2)")[-1]
    assert "You are the CIO of" in asked.text and "same moment" not in asked.text


def test_only_slack_admins_name_a_successor(duet: Office) -> None:
    """§4.9, §14: by button, by form, forged; nor an admin of another workspace."""
    name_it = ("Wskaż następcę", "Name a successor")
    draft_charter(duet)
    assert not has_sentence(str(open_form(duet.person("roman"), "/duet settings").buttons), name_it), "no seat yet"
    close_forms(duet.person("roman"))
    activate_on_monday(duet)
    deactivate_person(duet, "adam")
    chosen = {
        "left": {"type": "static_select", "selected_option": {"value": "U0ADAM"}},
        "leaver": {"type": "users_select", "selected_user": "U0ADAM"},
        "successor": {"type": "users_select", "selected_user": "U0JAN"},
    }
    for handle in ("anna", *LEADS, "jan"):
        person = duet.person(handle)
        assert not has_sentence(str(open_form(person, "/duet settings").buttons), name_it)
        with expect_refusal(duet, "error.not_an_admin"):
            assert has_sentence(forge_submission(person, "seat.name", "", chosen), NOT_AN_ADMIN), handle
            close_forms(person)
            assert has_sentence(forge_click(person, "seat.form", "name").text, NOT_AN_ADMIN), handle
    for chosen_by in ("basia", "roman"):
        team = "T0KIOSK" if chosen_by == "basia" else None
        person = duet.person(chosen_by, team)
        close_forms(person)
        open_form(person, "/duet settings")
        forged: dict[str, Any] = (
            chosen if team else chosen | {"successor": {"type": "users_select", "selected_user": "<!channel>"}}
        )
        with expect_refusal(duet):
            assert has_sentence(
                forge_submission(person, "seat.name", "", forged),
                ("z tej firmy z aktywnym kontem", "colleague of this"),
            )
        close_forms(person)
    assert query_one(duet, "SELECT count(*) FROM successions WHERE successor IS NOT NULL") == 0


def test_a_successor_is_told_within_hours(duet: Office) -> None:
    """§4.9, §2.8: at once by day, at night when the reader's hours begin; executives, too."""
    _, day = activate_on_monday(duet)
    duet.person("roman").types("/duet")
    deactivate_person(duet, "adam")
    move_to_day(duet, day, "14:00")
    name_successor(duet, "jan")
    for reader in ("anna", "ewa", "piotr"):
        assert len(messages_containing(duet, reader, "@Jan Łącznik")) == 1, reader
    [his] = messages_containing(duet, "jan", "wskazuje Cię do roli CIO")
    assert "podpisujesz za swoją stronę" in his.text
    move_to_day(duet, day, "20:00")
    for successor in ("nadia", "ola"):  # who came and went is not told
        name_successor(duet, successor)
    for reader in ("anna", "ewa"):
        assert not messages_containing(duet, reader, "@Aleksandra Plakat"), reader
    assert not duet.person("ola").reads("@duet")
    move_to_day(duet, day + timedelta(days=1), "08:01")
    told = messages_containing(duet, "ewa", "w roli CIO: @Aleksandra Plakat")
    assert [each.buttons for each in told] == [["Zgłoś sprzeciw"]]
    assert messages_containing(duet, "anna", "w roli CIO: @Aleksandra Plakat")
    assert not messages_containing(duet, "piotr", "as the new CIO: @Aleksandra"), "it is seven in London"
    assert not messages_containing(duet, "ewa", "w roli CIO: @Nadia Źródło")


def test_a_lead_objects(duet: Office) -> None:
    """§4.9: with a reason, for two working days; the seat stays vacant until somebody else is named."""
    key, day = activate_on_monday(duet)
    duet.person("roman").types("/duet")
    deactivate_person(duet, "adam")
    name_successor(duet, "jan")
    move_to_next_morning(duet, "10:01")
    button = messages_containing(duet, "ewa", "@Jan Łącznik")[-1]
    form = click_button(button, "object").form
    late = fill_form(
        click_button(messages_containing(duet, "piotr", "@Jan Łącznik")[-1], "object").form, {"why": "Me too"}
    )
    with expect_no_change(duet):
        assert "Napisz dlaczego" in field_errors(submit_form(fill_form(form, {"why": " "})))["why"]
    row = query_one(duet, "SELECT max(id) FROM successions")
    why = {"reason": {"type": "plain_text_input", "value": "Nie"}}
    for handle, said in (("anna", NOT_ALLOWED), ("jan", NOT_FOUND), ("roman", NOT_FOUND)):
        close_forms(duet.person(handle))
        open_form(duet.person(handle), "/duet settings")
        with expect_refusal(duet):
            assert has_sentence(
                forge_submission(duet.person(handle), "seat.object", f'{{"succession": {row}}}', why), said
            ), handle
        close_forms(duet.person(handle))
    assert fill_form(form, {"why": "Prowadzi już trzy projekty"}).submit() is None
    run_due_work(duet)
    with expect_refusal(duet, "error.objected_too_late"):
        submit_form(late)
    close_forms(duet.person("piotr"))
    move_to_next_morning(duet, "10:01")
    for reader in ("anna", "piotr", "roman"):
        assert messages_containing(duet, reader, "Prowadzi już trzy projekty"), reader
    assert NAME not in messages_containing(duet, "roman", "Prowadzi już trzy projekty")[0].text
    assert not messages_containing(duet, "jan", "Prowadzi")
    assert messages_containing(duet, "jan", "sprzeciw (@Ewa Błysk)")
    assert not [each for each in duet.person("ewa").reads("@duet") if "Zgłoś sprzeciw" in each.buttons]
    pass_objection_days(duet, day)
    assert "jest nieobsadzona" in duet.person("anna").types(f"/duet show {key}").text
    for successor in ("nadia", "ola"):  # an admin may think better of it
        name_successor(duet, successor)
    assert (
        "jest teraz wskazana inna osoba: @Aleksandra Plakat"
        in messages_containing(duet, "ewa", "@Nadia Źródło")[0].text
    )
    pass_objection_days(duet, current_day(duet))
    assert "*Dyrektor ds. IT (CIO)*\n@Aleksandra Plakat" in duet.person("anna").types(f"/duet show {key}").text
    with expect_refusal(duet, "error.objected_too_late"):
        forge_click(duet.person("ewa"), "seat.object", str(row))


def test_somebody_comes_back(duet: Office) -> None:
    """§4.9: an account that was deactivated by mistake: an admin names the same person for the vacant seat."""
    key, day = activate_on_monday(duet)
    change_charter(duet, key, by="anna", budget="90k")
    sign_charter(duet, key, "adam")
    deactivate_person(duet, "adam")
    duet.slack.change_person("adam", deleted=False)
    duet.settles()
    sign_charter(duet, key, "anna")
    name_successor(duet, "adam")
    pass_objection_days(duet, day)
    assert "90 000" in duet.person("anna").types(f"/duet show {key}").text
    assert "jest nieobsadzona" not in duet.person("adam").types(f"/duet show {key}").text


def test_a_lead_who_leaves_is_named_anew(duet: Office) -> None:
    """§4.9, §4.4: their own side's executive is told; of a draft the leads are."""
    move_to_monday(duet)
    key, draft = activate_project(duet), draft_charter(duet, by="jan", name="Szkic", cio="@nadia")
    deactivate_person(duet, "piotr")
    move_to_next_morning(duet)
    assert f"{key} " in messages_containing(duet, "adam", "@Piotr Kabelek już tu nie pracuje")[0].text
    assert not messages_containing(duet, "anna", "@Piotr Kabelek już")
    deactivate_person(duet, "nadia")
    move_to_next_morning(duet)
    assert f"{draft} " in messages_containing(duet, "ewa", "@Nadia Źródło już tu nie pracuje")[0].text
    change_charter(duet, key, by="adam", lead_it="@jan")
    assert "@Jan Łącznik" in charter_post(duet, key)
