"""The team: who is in it, from which post and until when (product §7.1, §14)."""

from threading import Thread
from typing import Any

import pytest

from playground.driver import Form, Reply
from tests.running import Office
from tests.scenarios.days import comes, comes_due, morning_comes, polish, today
from tests.scenarios.life_steps import inbox
from tests.scenarios.register_steps import comes as comes_to
from tests.scenarios.register_steps import owned, owns
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    OUR_FAULT,
    active,
    answer_form,
    channel_of,
    day,
    drafted,
    option,
    presses,
    project_id,
    put_away,
    refused,
    request_to,
    revised,
    says,
    sent,
    signed_by,
    typed,
    unchanged,
)
from tests.scenarios.steps import hands_in as forges
from tests.scenarios.team_steps import (
    CANNOT_TAKE_PART,
    DONE,
    KNOWS_SIDE,
    MEMBER_ALREADY,
    NOT_A_MEMBER,
    OTHER_SIDES,
    REMOVED,
    add_form,
    days,
    errors,
    filled,
    handed_in,
    joined,
    member_id,
    team,
)


def test_a_member_joins(duet: Office) -> None:
    """§7.1, §14, §15: by command, form and button; the member, the project and the log are told, each in their
    language; the member is invited and sees the card, not the log."""
    key = active(duet)
    ewa, piotr, channel = duet.person("ewa"), duet.person("piotr"), channel_of(duet, key)
    form = add_form(ewa, "dodaj @ola", channel)
    assert form.values["Członek zespołu"] == "@ola"
    assert form.values["Strona tej osoby"] == "Marketing"  # Ewa names marketing's people
    assert (form.values["Pierwszy dzień"], form.values["Ostatni dzień"]) == (day(duet, 30), day(duet, 180))
    shown = handed_in(form, home_post="Specjalistka ds. kampanii")
    assert "W zespole D-1: @Aleksandra Plakat · macierzyste stanowisko: Specjalistka ds. kampanii" in shown.text
    joined(duet, key, "jan", by="piotr", home_post="Data engineer")
    morning_comes(duet)
    told = duet.person("ola").waits_for("dodaje Cię do zespołu", "@duet").text
    assert "@Ewa Błysk dodaje Cię do zespołu projektu *D-1" in told
    assert "pracujesz w tym zespole, a nie na swoim stanowisku (Specjalistka ds. kampanii)" in told
    assert "przed CIO i CMO: @Adam Wolny i @Anna Żuraw" in told
    assert "czeka jeszcze na podpisy" not in told
    duet.delivers_everything()
    assert channel_of(duet, key, sees="ola")  # invited
    listing = team(piotr, key)
    assert "*From IT*\n@Jan Łącznik · home post: Data engineer" in listing.text
    assert "*From marketing*\n@Aleksandra Plakat · home post: Specjalistka ds. kampanii" in listing.text
    assert listing.buttons == ["Remove", "Add a member"]  # of IT's people only
    ola = duet.person("ola")
    assert "Kto kupuje w piątki" in ola.types("/duet show").text
    assert says(ola.types(f"/duet log {key}").text, NOT_ALLOWED)
    assert team(ola, key).buttons == []
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "Nowa osoba w zespole: @Aleksandra Plakat (Marketing), macierzyste stanowisko: Specjalistka" in log
    post = comes_to(duet, "ola", "Nowa osoba w zespole", channel).text
    assert "@Aleksandra Plakat (strona: Marketing)" in post
    assert "@Jan Łącznik (strona: IT)" in post


def test_the_charter_that_is_signed_shows_the_team(duet: Office) -> None:
    """§4.1: the message, the form, the card and the pinned charter, as the team stands, if it has anybody."""
    key = sent(duet)
    assert "poza nimi jeszcze nikt" in answer_form(duet, "anna", key).text
    joined(duet, key, "ola", by="ewa", home_post="Kampanie <!here>")
    duet.settles()
    until = polish(today(duet).fromisoformat(day(duet, 180)))
    line = f"*Z marketingu*\n@Aleksandra Plakat (Kampanie <!here>), do {until}"
    for text in (request_to(duet, "anna", key).text, answer_form(duet, "anna", key).text):
        assert "*Z IT*\nJeszcze brak" in text
        assert line in text.replace("&lt;", "<").replace("&gt;", ">"), text
    put_away(duet.person("anna"))
    signed_by(duet, key, "adam", "anna")
    duet.slack.waits_for_calls("pins.add")
    duet.settles()
    channel = channel_of(duet, key)
    joined(duet, key, "jan", by="piotr", home_post="Dane")
    duet.settles()
    pinned = duet.person("anna").waits_for("*Z IT*\n@Jan Łącznik (Dane), do", channel, pinned=True).text
    assert line in pinned
    assert line in duet.person("anna").types(f"/duet show {key}").text
    assert channel_of(duet, key, sees="ola")  # who was a member before there was a channel is invited, too
    assert click_team(duet, key).buttons == ["Usuń", "Dodaj osobę"]


def click_team(duet: Office, key: str) -> Reply:
    """From the card."""
    reply: Reply = duet.person("anna").types(f"/duet show {key}").click("Zespół")
    return reply


def test_a_shorter_charter_ends_stays_earlier(duet: Office) -> None:
    """§7.1: with the project's end everybody is back; who stays for less is not touched."""
    key = active(duet)
    joined(duet, key, "ola", by="ewa", home_post="Kampanie")
    joined(duet, key, "jan", by="piotr", **days(duet, 30, 60))
    jans_end = polish(today(duet).fromisoformat(day(duet, 60)))
    morning_comes(duet)
    revised(duet, key, ends_on=day(duet, 160))
    signed_by(duet, key, "adam", "anna")
    end = polish(today(duet).fromisoformat(day(duet, 160)))
    morning_comes(duet)
    assert f"ostatni dzień to {end}" in duet.person("ola").waits_for("kończy się wcześniej", "@duet").text
    listing = team(duet.person("anna"), key).text
    assert f"– {end}" in listing
    assert f"– {jans_end}" in listing
    assert not inbox(duet, "jan", "wcześniej")
    assert "Projekt kończy się wcześniej: @Aleks" in duet.person("anna").types(f"/duet log {key}").text


def test_each_side_names_its_own_people(duet: Office) -> None:
    """§4.4, §14: not the other side's lead, whatever the form says; a team says which side somebody is of."""
    key = active(duet)
    other = drafted(duet, name="Drugi")
    ewa, piotr, adam, anna = map(duet.person, ("ewa", "piotr", "adam", "anna"))
    form = add_form(ewa, f"{key} add @nadia")
    with refused(duet, "OtherSidesPeople"):
        shown = handed_in(form, side="it", home_post="Dane")
    assert says(errors(shown)["side"], OTHER_SIDES)
    joined(duet, key, "nadia", by="adam", home_post="Head of data")
    with refused(duet, "OtherSidesPeople"):
        assert says(team(ewa, f"{key} remove @nadia").text, OTHER_SIDES)
        assert says(presses(ewa, "team.remove", str(member_id(duet, "nadia"))).text, OTHER_SIDES)
    put_away(ewa)
    form = add_form(ewa, f"{other} add @nadia")
    assert form.values["Strona tej osoby"] == "IT"
    for _ in range(2):
        with unchanged(duet):
            shown = handed_in(form, side="marketing", home_post="Dane")
        assert says(shown.text, KNOWS_SIDE)
        put_away(ewa)
        form = add_form(ewa, f"{other} add @nadia")
    put_away(ewa)
    with unchanged(duet):  # who leads one side is no member of the other
        shown = handed_in(add_form(anna, f"{key} add @piotr"), side="marketing", home_post="X")
    assert says(shown.text, KNOWS_SIDE)
    put_away(anna)
    with refused(duet, "ExecutiveIsNoMember"):
        assert "CIO" in errors(handed_in(add_form(piotr, f"{key} add @adam"), home_post="X"))["member"]
    put_away(piotr)
    assert says(team(adam, f"{key} usuń @nadia").text, REMOVED)


def test_who_can_be_a_member(duet: Office) -> None:
    """§14: a guest can, and sees the card; a bot, somebody deactivated or a stranger cannot."""
    key = drafted(duet)
    ewa, gosia = duet.person("ewa"), duet.person("gosia")
    changes: dict[str, dict[str, Any]] = {"mike": {"is_stranger": True}, "ola": {"deleted": True}, "duet": {}}
    for who, change in changes.items():
        form = filled(add_form(ewa, f"{key} add"), member=f"@{who}", home_post="X")
        if change:
            duet.slack.change_person(who, **change)
        duet.settles()
        with refused(duet, "CannotTakePart"):
            shown = handed_in(form)
        assert says(errors(shown)["member"], CANNOT_TAKE_PART), who
        put_away(ewa)
    joined(duet, key, "gosia", by="ewa", home_post="Agencja")
    morning_comes(duet)
    told = gosia.waits_for("dodaje Cię do zespołu", "@duet").text
    assert "Karta projektu czeka jeszcze na podpisy obu stron" in told
    assert "Gosia Gościnna" in team(gosia, key, "#promocje").text
    assert key in gosia.types("/duet show", "#promocje").text
    for what in (f"{key} add", f"{key} remove @gosia"):
        with refused(duet, "NotAllowed"):
            assert says(team(gosia, what, "#promocje").text, NOT_ALLOWED)
    with refused(duet, "NotAllowed"):
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
    ],
)
def test_a_stay_is_within_the_project(duet: Office, values: dict[str, object], wrong: set[str]) -> None:
    """§7.1: the form keeps what was typed and says what is wrong, at its field."""
    key = drafted(duet)
    chosen = {name: day(duet, each) if isinstance(each, int) else each for name, each in values.items()}
    form = add_form(duet.person("ewa"), f"{key} add @ola")
    with unchanged(duet):
        shown = handed_in(form, **({"home_post": "Kampanie"} | chosen))
        assert set(errors(shown)) == wrong, shown.errors
    correct = {"home_post": "Kampanie ❤️", **days(duet, 40, 40)}
    assert says(handed_in(shown, **correct).text, DONE)


def test_what_no_client_would_send(duet: Office) -> None:
    """§14: forged ids, another workspace's, endless and odd texts: nothing changes, and nothing breaks."""
    key = drafted(duet)
    joined(duet, key, "ola", by="ewa")
    project, member = project_id(duet, key), member_id(duet, "ola")
    ewa, zenek = duet.person("ewa"), duet.person("zenek", "T0KIOSK")
    with refused(duet, "NotFound"):
        assert says(presses(zenek, "team.remove", str(member)).text, NOT_FOUND)
        assert says(presses(zenek, "team.add", str(project)).text, NOT_FOUND)
    with unchanged(duet):
        for value in ("", "x", "-1", "9" * 40, f"{member}:1", str(member + 99)):
            assert says(presses(ewa, "team.remove", value).text, NOT_FOUND), value
            assert says(presses(ewa, "team.add", value).text, NOT_FOUND), value
            assert says(presses(ewa, "team.list", value).text, NOT_FOUND), value
        good = {
            "member": {"type": "users_select", "selected_user": "U0MIKE"},
            "member_side": {"type": "static_select", "selected_option": {"value": "marketing"}},
            "home_post": typed("Kampanie"),
            "from_day": {"type": "datepicker", "selected_date": day(duet, 40)},
            "until_day": {"type": "datepicker", "selected_date": day(duet, 50)},
        }
        for name, odd in (
            ("home_post", typed("x" * 10_000)),
            ("home_post", typed("\u202e\u200b")),
            ("member", {"type": "users_select", "selected_user": "U9NOBODY"}),
            ("member_side", option("both")),
            ("from_day", typed("yesterday")),
        ):
            said = forges(ewa, "team.add", f'{{"project": {project}}}', good | {name: odd})
            assert said, name
            assert not says(said, OUR_FAULT), (name, said)
            put_away(ewa)
        for meta in ("", "{}", '{"project": "x"}', f'{{"project": {project + 99}}}', "[1]"):
            assert says(forges(ewa, "team.add", meta, {}), NOT_FOUND), meta
            put_away(ewa)
        for words in ("add " + "x" * 3000, "add \u200b", "D-999 add @mike", "remove", f"{key} remove <@U9NOBODY>"):
            assert team(ewa, words).text or ewa.form is not None
            put_away(ewa)


def test_the_same_person_twice_at_once(duet: Office) -> None:
    """§7.1: two forms about one person make one member; two clicks remove once."""
    key = drafted(duet)
    ewa, anna = duet.person("ewa"), duet.person("anna")
    forms = [filled(add_form(each, f"{key} add @ola"), home_post="Kampanie") for each in (ewa, anna)]
    shown: list[str] = []
    threads = [Thread(target=lambda form=form: shown.append(_said(form.submit()))) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(says(text, DONE) for text in shown) == [False, True], shown
    assert sum(says(text, MEMBER_ALREADY) for text in shown) == 1, shown
    put_away(ewa)
    put_away(anna)
    member = str(member_id(duet, "ola"))
    assert says(presses(ewa, "team.remove", member).text, REMOVED)
    with refused(duet, "NotAMember"):
        assert says(presses(anna, "team.remove", member).text, NOT_A_MEMBER)
        assert says(team(anna, f"{key} remove @ola").text, NOT_A_MEMBER)
    joined(duet, key, "ola", by="anna")
    with refused(duet, "NotAMember"):  # the click belongs to the stay that is over
        presses(ewa, "team.remove", member)


def test_leaving_the_team(duet: Office) -> None:
    """§5.3: not while something here is theirs; afterwards they are told, and see the project no more."""
    key = active(duet)
    channel = channel_of(duet, key)
    ewa, ola, piotr = duet.person("ewa"), duet.person("ola"), duet.person("piotr")
    joined(duet, key, "ola", by="ewa", home_post="Kampanie")
    comes_to(duet, "anna", "Nowa osoba w zespole", channel)
    owned(ola, f'{key} klienci "VIP" @ola')
    with refused(duet, "OwnsHere"):
        assert "VIP" in team(ewa, f"{key} remove @ola").text
    owns(ola, f'{key} klienci "VIP" @ewa')
    duet.settles()
    morning_comes(duet)
    ewa.waits_for("VIP", "@duet").click("Przejmuję")
    listing = team(ewa, key)
    assert says(listing.click("Usuń").text, REMOVED)
    morning_comes(duet)
    assert "wracasz na swoje stanowisko (Kampanie)" in ola.waits_for("kończy Twój czas", "@duet").text
    assert says(ola.types(f"/duet show {key}").text, NOT_FOUND)
    log = duet.person("adam").types(f"/duet log {key}").text
    assert "Koniec udziału w zespole: @Aleksandra Plakat (Marketing)" in log
    assert "Już nie w zespole: @Aleksandra Plakat" in comes_to(duet, "anna", "Już nie w zespole", channel).text
    joined(duet, key, "piotr", by="piotr")  # a lead of their own side can be seconded, too
    assert not inbox(duet, "piotr", "added you to the team"), "nobody is notified of their own action"
    owned(piotr, f'{key} data "Kasy" @piotr')
    assert says(team(piotr, f"{key} remove @piotr").text, REMOVED)  # the seat stays, and with it what he owns


def test_a_stay_ends_on_its_day(duet: Office) -> None:
    """§7.2, §14: members return on their date; from the day after they do not see the project."""
    key = active(duet)
    joined(duet, key, "ola", by="ewa", **days(duet, 30, 40))
    last = today(duet).fromisoformat(day(duet, 40))
    comes(duet, last, "23:58")
    ola = duet.person("ola")
    assert key in ola.types(f"/duet show {key}").text
    duet.slack.move_clock(minutes=5)
    comes_due(duet)
    assert says(ola.types(f"/duet show {key}").text, NOT_FOUND)
    assert f"Ostatni dzień w zespole: {polish(last)}" in duet.person("anna").types(f"/duet log {key}").text


def test_a_member_is_deactivated(duet: Office) -> None:
    """§7.1: they leave every team; their side's lead is told, the other one reads it in the channel."""
    key, second = active(duet), sent(duet, name="Drugi")
    channel = channel_of(duet, key)
    for each in (key, second):
        joined(duet, each, "jan", by="piotr")
    comes_to(duet, "anna", "Nowa osoba w zespole", channel)
    duet.slack.change_person("jan", deleted=True)
    duet.settles()
    for each in (key, second):
        assert "Jan" not in team(duet.person("ewa"), each).text
        log = duet.person("anna").types(f"/duet log {each}").text
        assert "Konto wyłączone, koniec udziału w zespole: @Jan Łącznik (IT)" in log
    assert "Jan Łącznik was deactivated" in comes_to(duet, "piotr", "was deactivated").text
    assert "konto jest wyłączone" in comes_to(duet, "anna", "Już nie w zespole", channel).text
    assert not inbox(duet, "ewa", "Łącznik")


def test_the_project_is_asked_for_and_the_command_goes_on(duet: Office) -> None:
    """§2.1: with several projects, the click goes on with what was typed."""
    drafted(duet)
    second = drafted(duet, name="Drugi")
    ewa = duet.person("ewa")
    form = team(ewa, "add @ola").click(f"{second} · Drugi").form
    assert form is not None
    assert form.values["Członek zespołu"] == "@ola"
    assert f"W zespole {second}" in handed_in(form, home_post="Kampanie").text
    put_away(ewa)
    assert says(team(ewa, "usun @ola").click(f"{second} · Drugi").text, REMOVED)
    assert "Jeszcze brak" in team(ewa, "").click(f"{second} · Drugi").text


def _said(form: Form | None) -> str:
    return "" if form is None else f"{form.text} {form.errors} {form.trouble}"
