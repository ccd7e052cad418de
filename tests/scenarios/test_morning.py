"""A busy morning: what matters first, the rest counted and a click away, and nothing told that is not so (§2.8)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from storage.notices import Notice
from storage.session import read_only_session
from tests.driving import SeenForm, SeenMessage
from tests.running import Office
from tests.scenarios.checkin_steps import (
    PROMPTED,
    REMINDED,
    answer_prompt,
    run_checkin_command,
    save_schedule,
    start_checkin_project,
)
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning, run_due_work
from tests.scenarios.register_steps import (
    LINK,
    asset_id,
    click_asset_button,
    current_form,
    register_asset,
    run_own_command,
    submit_asset_form,
)
from tests.scenarios.steps import (
    activate_project,
    change_charter,
    close_forms,
    expect_refusal,
    fill_form,
    forge_click,
    has_sentence,
    move_to_tuesday_morning,
    open_form,
    project_id,
)
from tests.scenarios.team_steps import REMOVED, add_member, run_team_command
from tests.scenarios.test_alerts import list_alerts, quiet_wednesday
from tests.scenarios.timetable_steps import (
    add_milestone,
    channel_messages_with,
    click_milestone_button,
    run_milestone_command,
    start_project_today,
    submit_milestone_form,
    weekday_from_today,
)

SHOW_ALL = "Pokaż wszystko"
BEGUN, PAUSED, RESUMED = "Ruszają check-iny", "wstrzymuje check-iny", "wznawia check-iny"
TOKYO = ZoneInfo("Asia/Tokyo")


def waiting_notices(duet: Office) -> list[Notice]:
    with read_only_session(duet.database) as session:
        return list(session.exec(select(Notice).where(col(Notice.sent_at).is_(None))))


def opened_form(message: SeenMessage, label: str = SHOW_ALL) -> SeenForm:
    form = message.click(label).form
    assert form is not None
    return form


def read_pages(form: SeenForm, after: str = "Następna strona") -> list[str]:
    """All of the list, page by page."""
    texts = [form.text]
    while after in form.buttons:
        shown = form.click(after)
        assert shown is not None
        form = shown
        texts.append(form.text)
    return texts


def test_an_alert_is_not_lost_on_a_busy_morning(duet: Office) -> None:
    """§2.8, §9.3: the alert first, with its buttons; five lines of news; the rest counted by kind, and readable."""
    due = quiet_wednesday(duet)
    key = start_project_today(duet, ends_on=(due + timedelta(days=90)).isoformat())
    add_milestone(duet, "piotr", "Pilot", due, "ewa")
    move_to_day(duet, due - timedelta(days=8), "09:30")
    for number in range(1, 53):
        register_asset(duet.person("ewa"), f'{key} klienci "Lista {number}" @ewa')
    move_to_day(duet, due - timedelta(days=7))
    (message,) = list_alerts(duet, key)
    assert message.text.startswith("*Pilot*: termin za 7 dni")
    assert message.buttons[:3] == ["Gotowe", "Przesuń", "Zagrożony"]
    assert message.text.count("Nowe w rejestrze") == 5
    assert "Ponadto: 47 nowych baz klientów." in message.text
    assert not waiting_notices(duet), "all of it was said, or is a click away"
    every = "\n".join(read_pages(opened_form(message)))
    for number in range(1, 53):
        assert f"Lista {number} (" in every
    close_forms(duet.person("anna"))
    assert "Lista 52" in "\n".join(read_pages(opened_form(message)))


def test_twenty_assets_are_one_direct_message(duet: Office) -> None:
    """§2.8: offers, the first with buttons, the rest a line each; the list is its reader's alone, also by a forged
    click."""
    key = activate_project(duet)
    for number in range(1, 21):
        run_own_command(duet.person("ewa"), f'{key} klienci "Lista {number}" @ola')
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    ola = duet.person("ola")
    (message,) = [each for each in ola.reads("@duet") if "prosi o przejęcie" in each.text]
    assert message.text.count("prosi o przejęcie") == 20
    assert message.buttons.count("Nie przejmuję") == 15
    assert SHOW_ALL in message.buttons
    assert "Lista 20" in "\n".join(read_pages(opened_form(message)))
    with read_only_session(duet.database) as session:
        told = session.exec(select(Notice).where(Notice.audience == f"person:{ola.id}")).first()
    assert told is not None
    with expect_refusal(duet, "error.digest.not_kept"):  # the same for a message of somebody else as for none
        forge_click(duet.person("mike"), "digest.show_all", f"{told.id}:1")
        forge_click(ola, "digest.show_all", "99999:1")


def test_the_facts_are_those_of_the_morning(duet: Office) -> None:
    """§2.8, §8.8: check-ins that are paused by then are not promised; going on is told, too."""
    key = activate_project(duet)
    piotr = duet.person("piotr")
    run_checkin_command(piotr, f"{key} pause")
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    (begun,) = channel_messages_with(duet, key, BEGUN)
    assert "Na razie są wstrzymane" in begun.text
    assert "Najbliższy" not in begun.text
    run_checkin_command(piotr, f"{key} resume")
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    (resumed,) = channel_messages_with(duet, key, RESUMED)
    assert "@Piotr Kabelek wznawia check-iny. *W każdy czwartek" in resumed.text
    run_checkin_command(piotr, f"{key} pause")
    run_checkin_command(piotr, f"{key} resume")
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    assert len(channel_messages_with(duet, key, RESUMED)) == 1, "what came and went"
    assert not channel_messages_with(duet, key, PAUSED)
    run_checkin_command(piotr, f"{key} pause")
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    assert len(channel_messages_with(duet, key, PAUSED)) == 1


def test_changes_of_one_thing_are_told_once(duet: Office) -> None:
    """§2.8: eleven changes of a schedule, two names of an asset, two of a project: a line each, as it is."""
    key = activate_project(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, f'{key} klienci "Lista" @ewa')
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    for hour in range(9, 18):
        run_checkin_command(ewa, f"{key} schedule every tuesday at {hour}:15")
    asset = str(asset_id(duet, "Lista"))
    for name in ("Lista A", "Lista B"):
        forge_click(ewa, "register.change", asset)
        submit_asset_form(current_form(ewa), name=name)
        close_forms(ewa)
    add_member(duet, key, "ola", by="ewa")
    assert has_sentence(run_team_command(ewa, f"{key} remove @ola").text, REMOVED)
    due = weekday_from_today(duet, 45)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    run_milestone_command(ewa, f'{key} move 1 {due + timedelta(days=1)} "Ferie"')
    submit_milestone_form(
        click_milestone_button(run_milestone_command(ewa, key), ("Odwołaj",), 1).form, reason="Zbędne"
    )
    close_forms(ewa)
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    (told,) = channel_messages_with(duet, key, "Nowe terminy check-inów")
    assert told.text.count("Nowe terminy") == 1
    assert "*W każdy wtorek o 17:15" in told.text
    assert "Nowa nazwa, dotąd „Lista”: Lista B" in told.text
    assert "Lista A" not in told.text
    for gone in ("Aleksandra", "Pilot"):
        assert gone not in told.text, "what came and went is not told"


def test_news_goes_with_the_prompt_of_that_morning(duet: Office) -> None:
    """§2.8: the prompt, or its reminder, and the day's news are one message; its edits keep the news."""
    key, thursday = start_checkin_project(duet, "jan")
    register_asset(duet.person("piotr"), f'{key} data "Kasy" @jan')
    move_to_day(duet, thursday, "09:30")
    jan = duet.person("jan")
    assert not [each for each in jan.reads("@duet") if "Kasy" in each.text], "it waits for the prompt"
    move_to_day(duet, thursday, "10:01")
    (asked,) = [each for each in jan.reads("@duet") if "Kasy" in each.text]
    assert has_sentence(asked.text, PROMPTED)
    register_asset(duet.person("piotr"), f'{key} data "Sklepy" @jan')
    move_to_day(duet, thursday + timedelta(days=1), "09:01")
    (reminded,) = [each for each in jan.reads("@duet") if "Sklepy" in each.text]
    assert has_sentence(reminded.text, REMINDED)
    answer_prompt(duet, "jan", progress="Idzie")
    kept = {each.ts: each.text for each in jan.reads("@duet")}
    assert "Kasy" in kept[asked.ts] and "Sklepy" in kept[reminded.ts]
    assert not waiting_for(duet, "jan")


def test_news_goes_with_a_prompt_that_is_late(duet: Office) -> None:
    """§2.8, §8.2: both come due while Duet is down, the question at eight and the news at nine."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, at="08:00")
    register_asset(duet.person("piotr"), f'{key} data "Kasy" @jan')
    before = len(inbox_of(duet, "jan"))
    move_to_day(duet, thursday)
    (told,) = inbox_of(duet, "jan")[before:]
    assert has_sentence(told, PROMPTED) and "Kasy" in told


def waiting_for(duet: Office, who: str) -> list[Notice]:
    return [each for each in waiting_notices(duet) if each.audience == f"person:{duet.person(who).id}"]


def test_nobody_is_woken_by_somebody_elsewhere(duet: Office) -> None:
    """§2.8: added to the team, and offered an asset, at night where the person is: told when their day begins."""
    duet.slack.change_person("jan", tz="Asia/Tokyo")
    duet.slack.change_person("ola", tz="America/New_York")
    key = activate_project(duet)
    move_to_day(duet, current_day(duet), "11:00")
    evening_in_tokyo = datetime.fromtimestamp(duet.slack.now, TOKYO)
    assert evening_in_tokyo.hour >= 18
    before = {who: len(inbox_of(duet, who)) for who in ("jan", "ola")}
    add_member(duet, key, "jan", by="piotr")
    add_member(duet, key, "ola", by="ewa")
    run_due_work(duet)
    assert {who: len(inbox_of(duet, who)) for who in before} == before
    move_to_day(duet, current_day(duet), "13:59")
    assert len(inbox_of(duet, "ola")) == before["ola"]
    move_to_day(duet, current_day(duet), "15:01")  # 09:01 in New York
    assert has_sentence(inbox_of(duet, "ola")[-1], ("do zespołu", "added you to the team"))
    move_to_day(duet, current_day(duet) + timedelta(days=1), "01:01")  # 09:01 in Tokyo
    assert len(inbox_of(duet, "jan")) > before["jan"]


def inbox_of(duet: Office, who: str) -> list[str]:
    person = duet.person(who)
    return [each.text for each in person.reads("@duet")] if "@duet" in person.channels else []


def test_a_letter_is_said_when_it_is_read(duet: Office) -> None:
    """§2.8, §15: in the language that its reader has by then, of the project under the name that it has by then."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa")
    change_charter(duet, key, "ewa", name="Kto kupuje w soboty")
    ola = duet.person("ola")
    assert fill_form(open_form(ola, "/duet settings"), {"my_language": "English"}).submit() is None
    close_forms(ola)
    move_to_next_morning(duet)
    (told,) = [each.text for each in ola.reads("@duet") if key in each.text]
    assert "you are in the team from" in told, told
    assert f"{key} · Kto kupuje w soboty" in told


def test_what_concerns_several_projects_is_told_once(duet: Office) -> None:
    """§2.8: an asset that one more project touches, and another did meanwhile; a member of two teams who left."""
    first, second, third = (activate_project(duet, name=name) for name in ("Piątki", "Soboty", "Niedziele"))
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    register_asset(ewa, f'{first} klienci "Lista" @ewa')
    for key in (first, second):
        add_member(duet, key, "ola", by="ewa")
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    before = len(ewa.reads("@duet"))
    for key in (second, third):
        click_asset_button(run_own_command(piotr, f'{key} klienci "Lista" @ewa'), LINK)
    forge_click(duet.person("anna"), "register.unlink", f"{project_id(duet, third)}:{asset_id(duet, 'Lista')}")
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    text = "\n".join(each.text for each in ewa.reads("@duet")[before:])
    assert text.count("Lista") == 1, text
    assert "łączy to z kolejnym projektem" in text
    assert text.count("konto @Aleksandra Plakat jest wyłączone") == 1, text
    assert f"*{first} · Piątki* i *{second} · Soboty*" in text


def test_who_has_left_several_projects_is_told_once(duet: Office) -> None:
    """§2.8, §4.9: a CIO, to all whom the seats concern; and a lead, to the executive who names successors."""
    first, second = (activate_project(duet, name=name) for name in ("Piątki", "Soboty"))
    move_to_tuesday_morning(duet)
    run_due_work(duet)
    told = {"ewa": "rola CIO", "anna": "rola CIO", "adam": "już tu nie pracuje"}
    before = {who: len(duet.person(who).reads("@duet")) for who in told}
    for leaving in ("piotr", "adam"):
        duet.slack.change_person(leaving, deleted=True)
        duet.settles()
        for _ in range(3):
            move_to_next_morning(duet)
    for who, sentence in told.items():
        text = "\n".join(each.text for each in duet.person(who).reads("@duet")[before[who] :])
        assert text.count(sentence) == 1, text
        assert f"*{first} · Piątki* i *{second} · Soboty*: " in text
