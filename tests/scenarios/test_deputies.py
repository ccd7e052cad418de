"""Who signs for an executive while they are away (product §4.8)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.running import Office
from tests.scenarios.days import (
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.register_steps import move_until_message
from tests.scenarios.steps import (
    EXECUTIVES,
    LEADS,
    NOT_FOUND,
    NOT_YOUR_SIGNATURE,
    activate_on_monday,
    click_button,
    close_forms,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    forge_submission,
    has_sentence,
    open_form,
    option_state,
    project_channel,
    request_id,
    revise_charter,
    send_charter,
    send_charter_on_monday,
    sign_charter,
    submit_form,
)

NEW_YORK = ZoneInfo("America/New_York")
FOR_ADAM = "@Jan Łącznik w zastępstwie: @Adam Wolny"


def name_deputy(duet: Office, by: str, deputy: str, first: object, last: object) -> str:
    said = duet.person(by).types(f"/duet deputy @{deputy} {first} {last}").text
    run_due_work(duet)
    return said


def answer_by_sign_command(duet: Office, handle: str, key: str, answer: str, words: str | None = None) -> str:
    """By command, whatever they have answered before."""
    form = open_form(duet.person(handle), f"/duet sign {key}")
    text = submit_form(fill_form(form, {"answer": answer, "reason": words})).text
    close_forms(duet.person(handle))
    run_due_work(duet)
    return text


def forges_yes(duet: Office, handle: str, key: str) -> str:
    meta = f'{{"request": {request_id(duet, key)}}}'
    said = forge_submission(duet.person(handle), "signing.answer", meta, {"answer": option_state("sign")})
    close_forms(duet.person(handle))
    return said


def test_a_deputy_is_not_asked_what_the_executive_has_answered(duet: Office) -> None:
    """§4.8: neither one who is named later, nor by the button of a request that was sent before."""
    key, day = send_charter_on_monday(duet)
    name_deputy(duet, "adam", "jan", day, day + timedelta(days=14))
    move_to_next_morning(duet)
    assert messages_containing(duet, "jan", "(wersja 1)")[-1].buttons == ["Przeczytaj i podpisz"]
    sign_charter(duet, key, "adam")
    duet.settles()
    asked = messages_containing(duet, "jan", "(wersja 1)")[-1]
    assert "Podpis: @Adam Wolny." in asked.text and not asked.buttons
    said = name_deputy(duet, "adam", "ola", day + timedelta(days=1), day + timedelta(days=14))
    assert "Zastępuje to wcześniejsze ustalenie: @Jan Łącznik od" in said, "there is one at a time"
    run_due_work(duet)
    assert not messages_containing(duet, "ola", "(wersja 1)")


def test_a_deputy_signs_for_an_executive(duet: Office) -> None:
    """§4.8: named by command, told, asked what is open; the signature is shown as "for" wherever it is shown."""
    key, day = send_charter_on_monday(duet)
    last = day + timedelta(days=14)
    said = name_deputy(duet, "adam", "jan", day, f"{last.day}.{last.month:02}.")
    assert (
        f"@Jan Łącznik podpisuje za Ciebie od {polish_date(day)} (poniedziałek)"
        f" do {polish_date(last)} (poniedziałek). Wiadomość o tym już poszła." in said
    )
    assert len(messages_containing(duet, "jan", "@Adam Wolny wyznacza Cię na zastępstwo")) == 1
    move_to_next_morning(duet)
    assert len(messages_containing(duet, "jan", "@Adam Wolny wyznacza Cię na zastępstwo")) == 1
    asked = messages_containing(duet, "jan", "prosi o podpis pod")[0]
    assert "Podpisujesz w zastępstwie: @Adam Wolny" in asked.text
    jan = duet.person("jan")
    assert has_sentence(
        jan.types(f"/duet show {key}").text, NOT_FOUND
    )  # a deputy signs, and sees no more than that
    form = click_button(asked, "read").form
    assert "Podpisujesz w zastępstwie: @Adam Wolny" in form.text
    revise_charter(duet, key, by="anna", budget="90k")
    close_forms(duet.person("anna"))
    with expect_no_change(duet):
        stale = submit_form(fill_form(form, {"answer": "sign"}))
    assert "120 000 zł → 90 000 zł" in stale.text
    assert "Podpisujesz w zastępstwie" in click_button(stale, "read_new").text
    close_forms(jan)
    assert "Karta zacznie obowiązywać z drugim podpisem" in answer_by_sign_command(duet, "jan", key, "sign")

    assert f"Podpis: {FOR_ADAM}." in messages_containing(duet, "adam", "(wersja 2)")[-1].text
    assert f"IT, podpis: {FOR_ADAM}" in duet.person("anna").types(f"/duet show {key}").text
    move_to_day(duet, day + timedelta(days=2))
    assert (
        f"jeden podpis już jest ({FOR_ADAM}), drugiego jeszcze nie ma (@Anna Żuraw)"
        in messages_containing(duet, "ewa", "(wersja 2)")[-1].text
    )
    sign_charter(duet, key, "anna")
    duet.slack.waits_for_calls("pins.add")
    run_due_work(duet)
    assert messages_containing(duet, "jan", f"są oba podpisy. Podpis: {FOR_ADAM}.")
    assert not messages_containing(duet, "jan", "private channel"), "a deputy is in no project channel"
    post = duet.person("anna").reads(project_channel(duet, key))[0]
    assert f"IT, podpis: {FOR_ADAM}" in post.text
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert "@Jan Łącznik\nPodpis pod wersją 2.\nW zastępstwie: @Adam Wolny." in log
    assert f"Zastępstwo: @Jan Łącznik, od {polish_date(day)} do {polish_date(last)}." in log


def test_who_signed_a_new_version_for_an_executive_is_named_to_them_and_in_the_channel(duet: Office) -> None:
    """§4.8: where both signatures are told, too."""
    key, day = activate_on_monday(duet)
    name_deputy(duet, "adam", "jan", day, day + timedelta(days=5))
    revise_charter(duet, key, by="anna", budget="90k")
    close_forms(duet.person("anna"))
    answer_by_sign_command(duet, "jan", key, "sign")
    sign_charter(duet, key, "anna")
    run_due_work(duet)
    for reader in ("adam", "anna"):
        assert (
            f"od teraz to ona obowiązuje. Podpis: {FOR_ADAM}."
            in messages_containing(duet, reader, "wersją 2")[-1].text
        )
    adopted = move_until_message(duet, "anna", "teraz to ona obowiązuje", project_channel(duet, key))
    assert f"\nPodpis: {FOR_ADAM}." in adopted.text


def test_a_name_that_was_only_typed_is_chosen_in_the_form(duet: Office) -> None:
    """§2.4, §2.7: where one colleague is called so; where nobody is, the form asks. What was typed besides is not
    typed twice, and nothing is settled by a guess.
    """
    day = move_to_monday(duet)
    send_charter(duet)
    first, last = str(day + timedelta(days=2)), str(day + timedelta(days=3))
    for typed, chosen in (("Piotra Kabelka", "@piotr"), ("ewa", "@ewa"), ("Zenona", None)):
        for days in ({first, last}, set[str]()):
            with expect_no_change(duet):
                form = open_form(duet.person("adam"), " ".join(["/duet zastępca", typed, *sorted(days)]))
            assert form.values.get("Zastępca") == chosen
            assert days <= set(form.values.values())
            assert (f"Slack nie rozpoznaje imienia i nazwiska: „{typed}”." in form.text) is (chosen is None)
            assert "jako dnia" not in form.text
            close_forms(duet.person("adam"))


def test_the_period_is_in_the_executives_own_days(duet: Office) -> None:
    """§4.8, §2.8: by form, for later; asked in the morning of the first day; after the last one refused."""
    day = move_to_monday(duet)
    key = send_charter(duet, by="ewa", cio="@mike")  # in New York, six hours behind
    form = open_form(duet.person("mike"), "/duet deputy @jan")
    labels = {"deputy": "@jan", "from_day": str(day + timedelta(days=2)), "until_day": str(day + timedelta(days=3))}
    assert form.values["Deputy"] == "@jan"  # what was understood of the command
    with expect_no_change(duet):
        for field, wrong, why in (
            ("until_day", {"until_day": str(day)}, "comes before the first"),
            (
                "until_day",
                {"from_day": "2020-01-01", "until_day": "2020-01-02"},
                "2 January 2020 (Thursday) has passed",
            ),
            ("until_day", {"until_day": str(day + timedelta(days=370))}, "366 days"),
            ("deputy", {"deputy": "@mike"}, "somebody else"),
            ("deputy", {"deputy": "@gosia"}, "active colleague"),
            ("deputy", {"deputy": "@anna"}, "other executive"),
        ):
            form = submit_form(fill_form(form, labels | wrong))
            assert why in field_errors(form)[field]
        for asked in ("deputy @jan friday 9999-12-31", "deputy @jan 0001-01-01 friday", "away 0001-01-01 friday"):
            assert "between 2000 and 2099" in duet.person("mike").types(f"/duet {asked}").text
    assert "they learn of it on their next working morning" in submit_form(fill_form(form, labels)).text
    close_forms(duet.person("mike"))
    move_to_day(duet, day + timedelta(days=1))
    assert len(messages_containing(duet, "jan", "@Mike O'Hasło wyznacza Cię")) == 1
    move_to_day(duet, day + timedelta(days=2), "05:50")  # Tuesday in New York
    with expect_refusal(duet, "error.not_found"):  # not asked yet
        assert has_sentence(forges_yes(duet, "jan", key), NOT_FOUND)
    move_to_day(duet, day + timedelta(days=2), "06:10")
    assert not messages_containing(duet, "jan", "prosi o podpis")  # nobody is asked in the night
    move_to_day(duet, day + timedelta(days=2))
    assert len(messages_containing(duet, "jan", "prosi o podpis")[0].buttons) == 1
    move_to_day(duet, day + timedelta(days=3), "23:50", NEW_YORK)
    assert open_form(duet.person("jan"), f"/duet sign {key}")
    close_forms(duet.person("jan"))
    move_to_day(duet, day + timedelta(days=4), "00:02", NEW_YORK)
    assert not messages_containing(duet, "jan", "prosi o podpis")
    assert messages_containing(duet, "jan", "podpisuje tu teraz ktoś inny")[0].buttons == []
    with expect_refusal(duet, "error.not_your_signature"):
        assert has_sentence(forges_yes(duet, "jan", key), NOT_YOUR_SIGNATURE)
    assert "signs for you" not in open_form(duet.person("mike"), "/duet deputy").text


def test_the_executive_may_still_answer(duet: Office) -> None:
    """§4.8: a deputy signs in their place, never over their answer; and is reminded with them."""
    key, day = send_charter_on_monday(duet)
    name_deputy(duet, "adam", "jan", day, day + timedelta(days=30))
    move_to_day(duet, working_days_after(day, 2))
    for reader in ("adam", "jan"):
        assert messages_containing(duet, reader, "czeka na Twój podpis")[0].buttons == ["Przeczytaj i podpisz"]
    answer_by_sign_command(duet, "jan", key, "sign")
    answer_by_sign_command(duet, "adam", key, "decline", "Wracam i mówię nie")
    assert "IT: odpowiedź „nie”" in duet.person("anna").types(f"/duet show {key}").text
    assert "odpowiedź „nie” (@Adam Wolny)" in messages_containing(duet, "jan", "(wersja 1)")[0].text
    with expect_refusal(duet, "error.executive_answered"):
        assert "Osoba, którą zastępujesz, już odpowiedziała" in forges_yes(duet, "jan", key)
    jan = duet.person("jan")
    for told in (jan.types(f"/duet sign {key}"), jan.types("/duet sign")):
        assert told.text.endswith("odpowiedź „nie” (@Adam Wolny).") and not told.buttons
    assert jan.form is None
    answer_by_sign_command(duet, "adam", key, "sign")
    sign_charter(duet, key, "anna")
    assert "aktywny" in duet.person("adam").types(f"/duet show {key}").text


def test_what_a_deputy_answers_is_shown_as_for(duet: Office) -> None:
    """§4.8, §4.7: a no and a wish to talk, too: in the log, the messages, and the conversation."""
    key, day = send_charter_on_monday(duet)
    name_deputy(duet, "adam", "jan", day, day + timedelta(days=5))
    answer_by_sign_command(duet, "jan", key, "decline", "Budżet do uzgodnienia")
    assert f"{FOR_ADAM}: bez podpisu" in open_form(duet.person("adam"), f"/duet sign {key}").text
    close_forms(duet.person("adam"))
    assert f"{FOR_ADAM} nie podpisuje: " in messages_containing(duet, "anna", "Budżet do uzgodnienia")[0].text
    sign_charter(duet, key, "anna")
    run_due_work(duet)
    talk = duet.person("anna").reads("@adam,@duet")
    assert f"{FOR_ADAM}: bez podpisu\n>Budżet do uzgodnienia" in talk[0].text
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert ">Budżet do uzgodnienia\nW zastępstwie: @Adam Wolny." in log


def test_one_person_never_gives_both_signatures(duet: Office) -> None:
    """§4.8: not as the deputy of both, nor as the deputy of the other executive."""
    key, day = send_charter_on_monday(duet)
    for executive in EXECUTIVES:
        name_deputy(duet, executive, "jan", day, day + timedelta(days=9))
    assert len(messages_containing(duet, "jan", "prosi o podpis pod")) == 2
    answer_by_sign_command(duet, "jan", key, "sign")
    (hers,) = messages_containing(duet, "jan", "nikt nie odpowiada za obie")
    assert not hers.buttons and "Tutaj podpisuje @Anna Żuraw" in hers.text
    assert "Nic nie czeka na Twój podpis" in duet.person("jan").types("/duet sign").text
    with expect_no_change(duet):
        forges_yes(duet, "jan", key)
    click_button(open_form(duet.person("adam"), "/duet zastępca"), "drop")  # what was signed for him stays
    close_forms(duet.person("adam"))
    run_due_work(duet)
    with expect_refusal(duet, "error.both_signatures"):
        assert "Jedna osoba nie może złożyć obu podpisów" in forges_yes(duet, "jan", key)
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text

    assert "podpisuje za drugą stronę" in name_deputy(duet, "adam", "anna", day, day)
    with expect_refusal(duet, "error.deputy.other_lead"):
        assert "prowadzi drugą stronę" in name_deputy(duet, "adam", "ewa", day, day)
    name_deputy(duet, "adam", "ola", day, day + timedelta(days=9))
    other = send_charter(duet, name="Ola jako CMO", by="ewa", cmo="@ola", lead_marketing="@ewa")
    run_due_work(duet)
    assert len(messages_containing(duet, "ola", f"{other} ")) == 1  # as herself, not as a deputy as well
    answer_by_sign_command(duet, "ola", other, "sign")
    with expect_no_change(duet):
        forges_yes(duet, "ola", other)
    card = duet.person("ewa").types(f"/duet show {other}").text
    assert "IT: jeszcze bez podpisu" in card
    assert "Marketing, podpis: @Aleksandra Plakat, " in card
    sign_charter(duet, other, "adam")
    assert "aktywny" in duet.person("ewa").types(f"/duet show {other}").text


def test_a_deputy_signs_for_a_year_at_most(duet: Office) -> None:
    """§4.9: whoever is away for longer is succeeded."""
    _, day = send_charter_on_monday(duet)
    with expect_refusal(duet, "error.deputy.too_long"):
        assert "366" in name_deputy(duet, "adam", "jan", day, day + timedelta(days=366))
    assert "@Jan Łącznik podpisuje za Ciebie" in name_deputy(duet, "adam", "jan", day, day + timedelta(days=365))


def test_a_deputy_is_replaced_and_dropped(duet: Office) -> None:
    """§4.8, §2.6: each is told once, and has no button left; nobody but an executive names one."""
    key, day = send_charter_on_monday(duet)
    last = day + timedelta(days=9)
    for _ in range(2):
        name_deputy(duet, "adam", "jan", day, last)
    move_to_next_morning(duet)
    assert len(messages_containing(duet, "jan", "wyznacza Cię na zastępstwo")) == 1
    name_deputy(duet, "adam", "ola", day, last)
    move_to_next_morning(duet)
    assert len(messages_containing(duet, "jan", "@Adam Wolny znów podpisuje osobiście")) == 1
    assert not [each for each in messages_containing(duet, "jan", "(wersja 1)") if each.buttons]
    with expect_refusal(duet, "error.not_your_signature"):
        forges_yes(duet, "jan", key)
    form = open_form(duet.person("adam"), "/duet zastępca")
    assert "@Aleksandra Plakat podpisuje za Ciebie" in form.text
    assert "Znów podpisujesz osobiście" in click_button(form, "drop").text
    close_forms(duet.person("adam"))
    run_due_work(duet)
    assert not [each for each in messages_containing(duet, "ola", "prosi o podpis") if each.buttons]
    with expect_refusal(duet, "error.not_your_signature"):
        forges_yes(duet, "ola", key)
    name_deputy(duet, "adam", "ola", day, last)
    assert "Znów podpisujesz osobiście" in duet.person("adam").types("/duet zastępca brak").text
    name_deputy(duet, "adam", "jan", day, last)
    assert len(messages_containing(duet, "jan", "(wersja 1)")[0].buttons) == 1  # the same message, asking again
    for handle in (*LEADS, "jan", "roman"):
        close_forms(duet.person(handle))
        with expect_refusal(duet, "error.deputy.not_an_executive"):
            duet.person(handle).types(f"/duet deputy @ola {day} {last}")
        with expect_refusal(duet, "error.deputy.not_an_executive"):
            duet.person(handle).types("/duet deputy")


def test_a_deputy_who_leaves_is_told_of(duet: Office) -> None:
    """§4.8, §16: whoever relied on them names somebody else."""
    _, day = activate_on_monday(duet)
    name_deputy(duet, "anna", "jan", day, day + timedelta(days=9))
    duet.slack.change_person("jan", deleted=True)
    duet.settles()
    move_to_next_morning(duet)
    duet.person("anna").waits_for("@Jan Łącznik już tu nie pracuje", "@duet")
    assert "podpisuje za Ciebie" not in open_form(duet.person("anna"), "/duet deputy").text
