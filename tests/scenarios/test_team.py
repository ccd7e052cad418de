"""The team: who is in it, from which post and until when (product §7.1, §14)."""

from threading import Thread
from typing import Any

import pytest

from tests.driving import SeenForm, SeenReply
from tests.running import Office
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning, polish_date, run_due_work
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.register_steps import move_until_message, register_asset, run_own_command
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    OUR_FAULT,
    activate_project,
    close_forms,
    day_from_today,
    draft_charter,
    expect_no_change,
    expect_refusal,
    find_signing_message,
    forge_click,
    forge_submission,
    has_sentence,
    open_signing_form,
    option_state,
    project_channel,
    project_id,
    revise_charter,
    send_charter,
    sign_charter,
    text_state,
)
from tests.scenarios.team_steps import (
    CANNOT_TAKE_PART,
    DONE,
    KNOWS_SIDE,
    MEMBER_ALREADY,
    NOT_A_MEMBER,
    OTHER_SIDES,
    REMOVED,
    add_member,
    fill_member_form,
    member_errors,
    member_id,
    open_member_form,
    run_team_command,
    stay_days,
    submit_member_form,
)

OVERLAPS = ("pracuje w pełnym wymiarze także w", "is full time in")
ELSEWHERE = ("także w innym wspólnym projekcie", "in another joint project")


def test_a_member_joins(duet: Office) -> None:
    """§7.1, §14, §15: by command, form and button; the member, the project and the log are told, each in their
    language; the member is invited and sees the card, not the log."""
    key = activate_project(duet)
    ewa, piotr, channel = duet.person("ewa"), duet.person("piotr"), project_channel(duet, key)
    form = open_member_form(ewa, "dodaj @ola", channel)
    assert form.values["Członek zespołu"] == "@ola"
    assert form.values["Strona tej osoby"] == "Marketing"  # Ewa names marketing's people
    assert (form.values["Pierwszy dzień"], form.values["Ostatni dzień"]) == (
        day_from_today(duet, 30),
        day_from_today(duet, 180),
    )
    shown = submit_member_form(form, home_post="Specjalistka ds. kampanii")
    assert "W zespole D-1: @Aleksandra Plakat · macierzyste stanowisko: Specjalistka ds. kampanii" in shown.text
    assert "Do potwierdzenia: @Aleksandra Plakat" in shown.text and "w najbliższy roboczy poranek" in shown.text
    another = shown.click("Dodaj następną osobę")
    assert another is not None and another.values["Strona tej osoby"] == "Marketing"
    close_forms(ewa)
    add_member(duet, key, "jan", by="piotr", home_post="Data engineer")
    move_to_next_morning(duet)
    told = duet.person("ola").waits_for("dodaje Cię do zespołu", "@duet").text
    assert "@Ewa Błysk dodaje Cię do zespołu projektu *D-1" in told
    assert "Pracujesz w tym zespole od " in told
    assert ", a nie na swoim stanowisku (Specjalistka ds. kampanii)" in told
    assert "przed CIO i CMO: @Adam Wolny i @Anna Żuraw" in told
    assert "czeka jeszcze na podpisy" not in told
    duet.delivers_everything()
    assert project_channel(duet, key, sees="ola")  # invited
    listing = run_team_command(piotr, key)
    assert "*From IT*\n@Jan Łącznik · home post: Data engineer" in listing.text
    assert "*From marketing*\n@Aleksandra Plakat · home post: Specjalistka ds. kampanii" in listing.text
    assert listing.buttons == ["Change", "Remove", "Add a member"]  # of IT's people only
    ola = duet.person("ola")
    assert "Kto kupuje w piątki" in ola.types("/duet show").text
    assert has_sentence(ola.types(f"/duet log {key}").text, NOT_ALLOWED)
    assert run_team_command(ola, key).buttons == []
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "Nowa osoba w zespole: @Aleksandra Plakat (marketing), macierzyste stanowisko: Specjalistka" in log
    post = move_until_message(duet, "ola", "Nowa osoba w zespole", channel).text
    assert "@Aleksandra Plakat (strona marketingu)" in post
    assert "@Jan Łącznik (strona IT)" in post


def test_the_charter_that_is_signed_shows_the_team(duet: Office) -> None:
    """§4.1: the message, the form, the card and the pinned charter, as the team stands, if it has anybody."""
    key = send_charter(duet)
    assert "poza nimi jeszcze nikt" in open_signing_form(duet, "anna", key).text
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie <!here>")
    duet.settles()
    until = polish_date(current_day(duet).fromisoformat(day_from_today(duet, 180)))
    line = f"*Z marketingu*\n@Aleksandra Plakat (Kampanie <!here>), do {until}"
    for text in (find_signing_message(duet, "anna", key).text, open_signing_form(duet, "anna", key).text):
        assert "*Z IT*\nJeszcze brak" in text
        assert line in text.replace("&lt;", "<").replace("&gt;", ">"), text
    close_forms(duet.person("anna"))
    sign_charter(duet, key, "adam", "anna")
    duet.slack.waits_for_calls("pins.add")
    duet.settles()
    channel = project_channel(duet, key)
    add_member(duet, key, "jan", by="piotr", home_post="Dane", share="40")
    duet.settles()
    listed = "*Z IT*\n@Jan Łącznik (Dane), 40% czasu pracy, do"
    pinned = duet.person("anna").waits_for(listed, channel, pinned=True).text
    assert line in pinned
    assert line in duet.person("anna").types(f"/duet show {key}").text
    assert project_channel(duet, key, sees="ola")  # who was a member before there was a channel is invited, too
    assert click_team(duet, key).buttons == ["Zmień", "Usuń", "Dodaj osobę"]


def click_team(duet: Office, key: str) -> SeenReply:
    """From the card."""
    reply: SeenReply = duet.person("anna").types(f"/duet show {key}").click("Zespół")
    return reply


def test_a_shorter_charter_ends_stays_earlier(duet: Office) -> None:
    """§7.1: with the project's end everybody is back; who stays for less is not touched."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie")
    add_member(duet, key, "jan", by="piotr", **stay_days(duet, 30, 60))
    jans_end = polish_date(current_day(duet).fromisoformat(day_from_today(duet, 60)))
    move_to_next_morning(duet)
    revise_charter(duet, key, ends_on=day_from_today(duet, 160))
    sign_charter(duet, key, "adam", "anna")
    end = polish_date(current_day(duet).fromisoformat(day_from_today(duet, 160)))
    move_to_next_morning(duet)
    assert f"ostatni dzień to {end}" in duet.person("ola").waits_for("kończy się wcześniej", "@duet").text
    listing = run_team_command(duet.person("anna"), key).text
    assert f"– {end}" in listing
    assert f"– {jans_end}" in listing
    assert not messages_containing(duet, "jan", "wcześniej")
    assert "Projekt kończy się wcześniej: @Aleks" in duet.person("anna").types(f"/duet log {key}").text


def test_each_side_names_its_own_people(duet: Office) -> None:
    """§4.4, §14: not the other side's lead, whatever the form says; a team says which side somebody is of."""
    key = activate_project(duet)
    other = draft_charter(duet, name="Drugi")
    ewa, piotr, adam, anna = map(duet.person, ("ewa", "piotr", "adam", "anna"))
    form = open_member_form(ewa, f"{key} add @nadia")
    with expect_refusal(duet, "error.other_sides_people"):
        shown = submit_member_form(form, side="it", home_post="Dane")
    assert has_sentence(member_errors(shown)["side"], OTHER_SIDES)
    add_member(duet, key, "nadia", by="adam", home_post="Head of data")
    with expect_refusal(duet, "error.other_sides_people"):
        assert has_sentence(run_team_command(ewa, f"{key} remove @nadia").text, OTHER_SIDES)
        assert has_sentence(forge_click(ewa, "team.remove", str(member_id(duet, "nadia"))).text, OTHER_SIDES)
    close_forms(ewa)
    form = open_member_form(ewa, f"{other} add @nadia")
    assert form.values["Strona tej osoby"] == "IT"
    for _ in range(2):
        with expect_no_change(duet):
            shown = submit_member_form(form, side="marketing", home_post="Dane")
        assert has_sentence(shown.text, KNOWS_SIDE)
        close_forms(ewa)
        form = open_member_form(ewa, f"{other} add @nadia")
    close_forms(ewa)
    with expect_no_change(duet):  # who leads one side is no member of the other
        shown = submit_member_form(open_member_form(anna, f"{key} add @piotr"), side="marketing", home_post="X")
    assert has_sentence(shown.text, KNOWS_SIDE)
    close_forms(anna)
    with expect_refusal(duet, "error.executive_is_no_member"):
        assert (
            "CIO"
            in member_errors(submit_member_form(open_member_form(piotr, f"{key} add @adam"), home_post="X"))[
                "member"
            ]
        )
    close_forms(piotr)
    assert has_sentence(run_team_command(adam, f"{key} usuń @nadia").text, REMOVED)


def test_who_can_be_a_member(duet: Office) -> None:
    """§14: a guest can, and sees the card; a bot, somebody deactivated or a stranger cannot."""
    key = draft_charter(duet)
    ewa, gosia = duet.person("ewa"), duet.person("gosia")
    changes: dict[str, dict[str, Any]] = {"mike": {"is_stranger": True}, "ola": {"deleted": True}, "duet": {}}
    for who, change in changes.items():
        form = fill_member_form(open_member_form(ewa, f"{key} add"), member=f"@{who}", home_post="X")
        if change:
            duet.slack.change_person(who, **change)
        duet.settles()
        with expect_refusal(duet, "error.cannot_take_part"):
            shown = submit_member_form(form)
        assert has_sentence(member_errors(shown)["member"], CANNOT_TAKE_PART), who
        close_forms(ewa)
    add_member(duet, key, "gosia", by="ewa", home_post="Agencja")
    move_to_next_morning(duet)
    told = gosia.waits_for("dodaje Cię do zespołu", "@duet").text
    assert "Karta projektu czeka jeszcze na podpisy obu stron" in told
    assert "Gosia Gościnna" in run_team_command(gosia, key, "#promocje").text
    assert key in gosia.types("/duet show", "#promocje").text
    for what in (f"{key} add", f"{key} remove @gosia"):
        with expect_refusal(duet, "error.only.editors"):
            assert has_sentence(run_team_command(gosia, what, "#promocje").text, NOT_ALLOWED)
    with expect_refusal(duet, "error.only.editors"):
        message = gosia.types("/duet", "#promocje").messages[-1]
        over = {"actions": [{"action_id": "team.remove", "value": str(member_id(duet, "gosia"))}]}
        gosia.forges("block_actions", over, message=message, button=message.buttons[-1])


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"home_post": "\u200b\u2060 \u00ad"}, {"home_post"}),
        ({"from_day": 90, "until_day": 60}, {"until_day"}),
        ({"from_day": -9, "until_day": -3}, {"from_day", "until_day"}),
        ({"until_day": 181}, {"until_day"}),
        ({"from_day": 29}, {"from_day"}),
        (
            {"share": "0", "home_manager": "@ola", "until_day": 181},
            {"share", "home_manager", "until_day"},
        ),
    ],
)
def test_a_stay_is_within_the_project(duet: Office, values: dict[str, object], wrong: set[str]) -> None:
    """§7.1: the form keeps what was typed and says what is wrong, at its field."""
    key = draft_charter(duet)
    chosen = {name: day_from_today(duet, each) if isinstance(each, int) else each for name, each in values.items()}
    form = open_member_form(duet.person("ewa"), f"{key} add @ola")
    with expect_no_change(duet):
        shown = submit_member_form(form, **({"home_post": "Kampanie"} | chosen))
        assert set(member_errors(shown)) == wrong, shown.errors
    correct = {"home_post": "Kampanie ❤️", "home_manager": "@roman", "share": "", **stay_days(duet, 40, 40)}
    assert has_sentence(submit_member_form(shown, **correct).text, DONE)


def test_what_no_client_would_send(duet: Office) -> None:
    """§14: forged ids, another workspace's, endless and odd texts: nothing changes, and nothing breaks."""
    key = draft_charter(duet)
    add_member(duet, key, "ola", by="ewa")
    project, member = project_id(duet, key), member_id(duet, "ola")
    ewa, zenek = duet.person("ewa"), duet.person("zenek", "T0KIOSK")
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forge_click(zenek, "team.remove", str(member)).text, NOT_FOUND)
        assert has_sentence(forge_click(zenek, "team.add", str(project)).text, NOT_FOUND)
    with expect_no_change(duet):
        for value in ("", "x", "-1", "9" * 40, f"{member}:1", str(member + 99)):
            assert has_sentence(forge_click(ewa, "team.remove", value).text, NOT_FOUND), value
            assert has_sentence(forge_click(ewa, "team.add", value).text, NOT_FOUND), value
            assert has_sentence(forge_click(ewa, "team.list", value).text, NOT_FOUND), value
        good = {
            "member": {"type": "users_select", "selected_user": "U0MIKE"},
            "member_side": {"type": "static_select", "selected_option": {"value": "marketing"}},
            "home_post": text_state("Kampanie"),
            "from_day": {"type": "datepicker", "selected_date": day_from_today(duet, 40)},
            "until_day": {"type": "datepicker", "selected_date": day_from_today(duet, 50)},
        }
        for name, odd in (
            ("home_post", text_state("x" * 10_000)),
            ("home_post", text_state("\u202e\u200b")),
            ("member", {"type": "users_select", "selected_user": "U9NOBODY"}),
            ("member_side", option_state("both")),
            ("from_day", text_state("yesterday")),
        ):
            said = forge_submission(ewa, "team.add", f'{{"project": {project}}}', good | {name: odd})
            assert said, name
            assert not has_sentence(said, OUR_FAULT), (name, said)
            close_forms(ewa)
        for meta in ("", "{}", '{"project": "x"}', f'{{"project": {project + 99}}}', "[1]"):
            assert has_sentence(forge_submission(ewa, "team.add", meta, {}), NOT_FOUND), meta
            close_forms(ewa)
        for words in ("add " + "x" * 3000, "add \u200b", "D-999 add @mike", "remove", f"{key} remove <@U9NOBODY>"):
            assert run_team_command(ewa, words).text or ewa.form is not None
            close_forms(ewa)


def test_the_same_person_twice_at_once(duet: Office) -> None:
    """§7.1: two forms about one person make one member; two clicks remove once."""
    key = draft_charter(duet)
    ewa, anna = duet.person("ewa"), duet.person("anna")
    forms = [
        fill_member_form(open_member_form(each, f"{key} add @ola"), home_post="Kampanie", home_manager="@roman")
        for each in (ewa, anna)
    ]
    shown: list[str] = []
    threads = [Thread(target=lambda form=form: shown.append(_form_texts(form.submit()))) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(has_sentence(text, DONE) for text in shown) == [False, True], shown
    assert sum(has_sentence(text, MEMBER_ALREADY) for text in shown) == 1, shown
    close_forms(ewa)
    close_forms(anna)
    with expect_refusal(duet, "error.team.leads"):
        assert f"/duet edytuj {key}" in run_team_command(ewa, f"{key} usuń @piotr").text
    member = str(member_id(duet, "ola"))
    assert has_sentence(forge_click(ewa, "team.remove", member).text, REMOVED)
    with expect_refusal(duet, "error.not_a_member"):
        assert has_sentence(forge_click(anna, "team.remove", member).text, NOT_A_MEMBER)
        assert has_sentence(run_team_command(anna, f"{key} remove @ola").text, NOT_A_MEMBER)
    add_member(duet, key, "ola", by="anna")
    with expect_refusal(duet, "error.not_a_member"):  # the click belongs to the stay that is over
        forge_click(ewa, "team.remove", member)


def test_leaving_the_team(duet: Office) -> None:
    """§5.3: not while something here is theirs; afterwards they are told, and see the project no more."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    ewa, ola, piotr = duet.person("ewa"), duet.person("ola"), duet.person("piotr")
    add_member(duet, key, "ola", by="ewa", home_post="Kampanie")
    move_until_message(duet, "anna", "Nowa osoba w zespole", channel)
    register_asset(ola, f'{key} klienci "VIP" @ola')
    with expect_refusal(duet, "error.owns_here"):
        assert "VIP" in run_team_command(ewa, f"{key} remove @ola").text
    run_own_command(ola, f'{key} klienci "VIP" @ewa')
    duet.settles()
    move_to_next_morning(duet)
    ewa.waits_for("VIP", "@duet").click("Przejmuję")
    listing = run_team_command(ewa, key)
    assert has_sentence(listing.click("Usuń").text, REMOVED)
    move_to_next_morning(duet)
    told = ola.waits_for("Twój udział w zespole się kończy", "@duet").text
    assert told.endswith("Twoje stanowisko: Kampanie.")
    assert has_sentence(ola.types(f"/duet show {key}").text, NOT_FOUND)
    log = duet.person("adam").types(f"/duet log {key}").text
    assert "Koniec udziału w zespole: @Aleksandra Plakat (marketing)" in log
    assert (
        "Już nie w zespole: @Aleksandra Plakat"
        in move_until_message(duet, "anna", "Już nie w zespole", channel).text
    )
    add_member(duet, key, "piotr", by="piotr")  # a lead of their own side can be seconded, too
    assert not messages_containing(duet, "piotr", "added you to the team"), "nobody is notified of their own action"
    register_asset(piotr, f'{key} data "Kasy" @piotr')
    assert has_sentence(
        run_team_command(piotr, f"{key} remove @piotr").text, REMOVED
    )  # the seat stays, and with it what he owns


def test_a_stay_ends_on_its_day(duet: Office) -> None:
    """§7.2, §14: members return on their date; from the day after they do not see the project."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa", **stay_days(duet, 30, 40))
    last = current_day(duet).fromisoformat(day_from_today(duet, 40))
    move_to_day(duet, last, "23:58")
    ola = duet.person("ola")
    assert key in ola.types(f"/duet show {key}").text
    duet.slack.move_clock(minutes=5)
    run_due_work(duet)
    assert has_sentence(ola.types(f"/duet show {key}").text, NOT_FOUND)
    assert f"ostatni dzień w zespole {polish_date(last)}" in duet.person("anna").types(f"/duet log {key}").text


def test_a_member_is_deactivated(duet: Office) -> None:
    """§7.1: they leave every team; their side's lead is told, the other one reads it in the channel."""
    key, second = activate_project(duet), send_charter(duet, name="Drugi")
    channel = project_channel(duet, key)
    for each in (key, second):
        add_member(duet, each, "jan", by="piotr")
    move_until_message(duet, "anna", "Nowa osoba w zespole", channel)
    duet.slack.change_person("jan", deleted=True)
    duet.settles()
    for each in (key, second):
        assert "Jan" not in run_team_command(duet.person("ewa"), each).text
        log = duet.person("anna").types(f"/duet log {each}").text
        assert "Konto wyłączone, koniec udziału w zespole: @Jan Łącznik (IT)" in log
    assert "Jan Łącznik was deactivated" in move_until_message(duet, "piotr", "was deactivated").text
    assert "konto jest wyłączone" in move_until_message(duet, "anna", "Już nie w zespole", channel).text
    assert not messages_containing(duet, "ewa", "Łącznik")


def test_the_project_is_asked_for_and_the_command_goes_on(duet: Office) -> None:
    """§2.1: with several projects, the click goes on with what was typed."""
    draft_charter(duet)
    second = draft_charter(duet, name="Drugi")
    ewa = duet.person("ewa")
    form = run_team_command(ewa, "add @ola").click(f"{second} · Drugi").form
    assert form is not None
    assert form.values["Członek zespołu"] == "@ola"
    assert f"W zespole {second}" in submit_member_form(form, home_post="Kampanie").text
    close_forms(ewa)
    assert has_sentence(run_team_command(ewa, "usun @ola").click(f"{second} · Drugi").text, REMOVED)
    assert "Jeszcze brak" in run_team_command(ewa, "").click(f"{second} · Drugi").text


def test_a_beginning_of_several_names_is_asked_about_and_the_command_goes_on(duet: Office) -> None:
    """§2.1: with their names, and with what was typed besides."""
    names = ("Lojalność 2026", "Lojalność 2027")
    first, second = (draft_charter(duet, name=each) for each in names)
    draft_charter(duet, name="Inny")
    ewa = duet.person("ewa")
    asked = ewa.types("/duet pokaż loja")
    assert "Kilka projektów zaczyna się od „loja”. O który chodzi?" in asked.text
    assert sorted(asked.buttons) == [f"{first} · {names[0]}", f"{second} · {names[1]}"]
    assert names[1] in asked.click(f"{second} · {names[1]}").text
    close_forms(ewa)
    form = run_team_command(ewa, "loja add @ola").click(f"{second} · {names[1]}").form
    assert form is not None
    assert form.values["Członek zespołu"] == "@ola"
    close_forms(ewa)
    assert f"{first} · {names[0]}" in ewa.types("/duet podpis loja").text


def _form_texts(form: SeenForm | None) -> str:
    return "" if form is None else f"{form.text} {form.errors} {form.trouble}"


def test_full_time_in_two_projects_is_said_and_not_refused(duet: Office) -> None:
    """§7.1, §14: where the two are more than all of somebody's time; a project that the reader does not see is not
    named.
    """
    first = activate_project(duet)
    second = activate_project(duet, name="Drugi")
    hidden = activate_project(duet, name="Trzeci", lead_it="@jan")
    add_member(duet, first, "tomek", by="piotr", **stay_days(duet, 40, 70))
    for key, more, said in (
        (second, stay_days(duet, 71, 90), None),  # one after the other
        (hidden, stay_days(duet, 60, 80), f"pełnym wymiarze także w {first}"),
    ):
        by = "piotr" if key == second else "adam"
        form = open_member_form(duet.person(by), f"{key} add @tomek")
        text = submit_member_form(form, home_post="Dane", **more).text
        assert has_sentence(text, DONE), text
        assert has_sentence(text, OVERLAPS) is (said is not None), text
        close_forms(duet.person(by))
    changed = run_team_command(duet.person("piotr"), f"{second} change @tomek").form
    assert changed is not None
    text = submit_member_form(changed, share="20").text
    assert has_sentence(text, ELSEWHERE) and hidden not in text and "Trzeci" not in text, text
