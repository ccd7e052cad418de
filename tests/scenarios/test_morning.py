"""A busy morning: what matters first, the rest counted and a click away, and nothing told that is not so (§2.8)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from playground.driver import Form, Message
from storage.notices import Notice
from storage.session import reading
from tests.running import Office
from tests.scenarios.checkin_steps import PROMPTED, REMINDED, answers, checkin, started
from tests.scenarios.days import comes, comes_due, morning_comes, today
from tests.scenarios.register_steps import LINK, asset_id, clicks, form_of, handed_in, owned, owns
from tests.scenarios.steps import (
    active,
    changed,
    fill,
    next_morning,
    opened,
    presses,
    project_id,
    put_away,
    refused,
    says,
)
from tests.scenarios.team_steps import REMOVED, joined, team
from tests.scenarios.test_alerts import alerts, quiet_wednesday
from tests.scenarios.timetable_steps import added, click, in_channel, milestones, running, weekday_in
from tests.scenarios.timetable_steps import handed_in as put_in

SHOW_ALL = "Pokaż wszystko"
BEGUN, PAUSED, RESUMED = "Ruszają check-iny", "wstrzymuje check-iny", "wznawia check-iny"
TOKYO = ZoneInfo("Asia/Tokyo")


def waiting_notices(duet: Office) -> list[Notice]:
    with reading(duet.database) as session:
        return list(session.exec(select(Notice).where(col(Notice.sent_at).is_(None))))


def opened_form(message: Message, label: str = SHOW_ALL) -> Form:
    form = message.click(label).form
    assert form is not None
    return form


def pages(form: Form, after: str = "Następna strona") -> list[str]:
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
    key = running(duet, ends_on=(due + timedelta(days=90)).isoformat())
    added(duet, "piotr", "Pilot", due, "ewa")
    comes(duet, due - timedelta(days=8), "09:30")
    for number in range(1, 53):
        owned(duet.person("ewa"), f'{key} klienci "Lista {number}" @ewa')
    comes(duet, due - timedelta(days=7))
    (message,) = alerts(duet, key)
    assert message.text.startswith("*Pilot*: termin za 7 dni")
    assert message.buttons[:3] == ["Gotowe", "Przesuń", "Zagrożony"]
    assert message.text.count("Nowe w rejestrze") == 5
    assert "Ponadto: 47 nowych baz klientów." in message.text
    assert not waiting_notices(duet), "all of it was said, or is a click away"
    every = "\n".join(pages(opened_form(message)))
    for number in range(1, 53):
        assert f"Lista {number} (" in every
    put_away(duet.person("anna"))
    assert "Lista 52" in "\n".join(pages(opened_form(message)))


def test_twenty_assets_are_one_direct_message(duet: Office) -> None:
    """§2.8: offers, the first with buttons, the rest a line each; the list is its reader's alone, also by a forged
    click."""
    key = active(duet)
    for number in range(1, 21):
        owns(duet.person("ewa"), f'{key} klienci "Lista {number}" @ola')
    next_morning(duet)
    comes_due(duet)
    ola = duet.person("ola")
    (message,) = [each for each in ola.reads("@duet") if "prosi o przejęcie" in each.text]
    assert message.text.count("prosi o przejęcie") == 20
    assert message.buttons.count("Nie przejmuję") == 15
    assert SHOW_ALL in message.buttons
    assert "Lista 20" in "\n".join(pages(opened_form(message)))
    with reading(duet.database) as session:
        told = session.exec(select(Notice).where(Notice.audience == f"person:{ola.id}")).first()
    assert told is not None
    with refused(duet, "NotKept"):  # the same for a message of somebody else as for none
        presses(duet.person("mike"), "digest.show_all", f"{told.id}:1")
        presses(ola, "digest.show_all", "99999:1")


def test_the_facts_are_those_of_the_morning(duet: Office) -> None:
    """§2.8, §8.8: check-ins that are paused by then are not promised; going on is told, too."""
    key = active(duet)
    piotr = duet.person("piotr")
    checkin(piotr, f"{key} pause")
    next_morning(duet)
    comes_due(duet)
    (begun,) = in_channel(duet, key, BEGUN)
    assert "Na razie są wstrzymane" in begun.text
    assert "Najbliższy" not in begun.text
    checkin(piotr, f"{key} resume")
    comes(duet, today(duet) + timedelta(days=1))
    (resumed,) = in_channel(duet, key, RESUMED)
    assert "@Piotr Kabelek wznawia check-iny. *W każdy czwartek" in resumed.text
    checkin(piotr, f"{key} pause")
    checkin(piotr, f"{key} resume")
    comes(duet, today(duet) + timedelta(days=1))
    assert len(in_channel(duet, key, RESUMED)) == 1, "what came and went"
    assert not in_channel(duet, key, PAUSED)
    checkin(piotr, f"{key} pause")
    comes(duet, today(duet) + timedelta(days=1))
    assert len(in_channel(duet, key, PAUSED)) == 1


def test_changes_of_one_thing_are_told_once(duet: Office) -> None:
    """§2.8: eleven changes of a schedule, two names of an asset, two of a project: a line each, as it is."""
    key = active(duet)
    ewa = duet.person("ewa")
    owned(ewa, f'{key} klienci "Lista" @ewa')
    next_morning(duet)
    comes_due(duet)
    for hour in range(9, 18):
        checkin(ewa, f"{key} schedule every tuesday at {hour}:15")
    asset = str(asset_id(duet, "Lista"))
    for name in ("Lista A", "Lista B"):
        presses(ewa, "register.change", asset)
        handed_in(form_of(ewa), name=name)
        put_away(ewa)
    joined(duet, key, "ola", by="ewa")
    assert says(team(ewa, f"{key} remove @ola").text, REMOVED)
    due = weekday_in(duet, 45)
    added(duet, "ewa", "Pilot", due, "ewa")
    milestones(ewa, f'{key} move 1 {due + timedelta(days=1)} "Ferie"')
    put_in(click(milestones(ewa, key), ("Zrezygnuj",), 1).form, reason="Zbędne")
    put_away(ewa)
    comes(duet, today(duet) + timedelta(days=1))
    (told,) = in_channel(duet, key, "Nowe terminy check-inów")
    assert told.text.count("Nowe terminy") == 1
    assert "*W każdy wtorek o 17:15" in told.text
    assert "Nowa nazwa, dotąd „Lista”: Lista B" in told.text
    assert "Lista A" not in told.text
    for gone in ("Aleksandra", "Pilot"):
        assert gone not in told.text, "what came and went is not told"


def test_news_goes_with_the_prompt_of_that_morning(duet: Office) -> None:
    """§2.8: the prompt, or its reminder, and the day's news are one message; its edits keep the news."""
    key, thursday = started(duet, "jan")
    owned(duet.person("piotr"), f'{key} data "Kasy" @jan')
    comes(duet, thursday, "09:30")
    jan = duet.person("jan")
    assert not [each for each in jan.reads("@duet") if "Kasy" in each.text], "it waits for the prompt"
    comes(duet, thursday, "10:01")
    (asked,) = [each for each in jan.reads("@duet") if "Kasy" in each.text]
    assert says(asked.text, PROMPTED)
    owned(duet.person("piotr"), f'{key} data "Sklepy" @jan')
    comes(duet, thursday + timedelta(days=1), "09:01")
    (reminded,) = [each for each in jan.reads("@duet") if "Sklepy" in each.text]
    assert says(reminded.text, REMINDED)
    answers(duet, "jan", progress="Idzie")
    kept = {each.ts: each.text for each in jan.reads("@duet")}
    assert "Kasy" in kept[asked.ts] and "Sklepy" in kept[reminded.ts]
    assert not waiting_for(duet, "jan")


def waiting_for(duet: Office, who: str) -> list[Notice]:
    return [each for each in waiting_notices(duet) if each.audience == f"person:{duet.person(who).id}"]


def test_nobody_is_woken_by_somebody_elsewhere(duet: Office) -> None:
    """§2.8: added to the team, and offered an asset, at night where the person is: told when their day begins."""
    duet.slack.change_person("jan", tz="Asia/Tokyo")
    duet.slack.change_person("ola", tz="America/New_York")
    key = active(duet)
    comes(duet, today(duet), "11:00")
    evening_in_tokyo = datetime.fromtimestamp(duet.slack.now, TOKYO)
    assert evening_in_tokyo.hour >= 18
    before = {who: len(inbox_of(duet, who)) for who in ("jan", "ola")}
    joined(duet, key, "jan", by="piotr")
    joined(duet, key, "ola", by="ewa")
    comes_due(duet)
    assert {who: len(inbox_of(duet, who)) for who in before} == before
    comes(duet, today(duet), "13:59")
    assert len(inbox_of(duet, "ola")) == before["ola"]
    comes(duet, today(duet), "15:01")  # 09:01 in New York
    assert says(inbox_of(duet, "ola")[-1], ("do zespołu", "added you to the team"))
    comes(duet, today(duet) + timedelta(days=1), "01:01")  # 09:01 in Tokyo
    assert len(inbox_of(duet, "jan")) > before["jan"]


def inbox_of(duet: Office, who: str) -> list[str]:
    person = duet.person(who)
    return [each.text for each in person.reads("@duet")] if "@duet" in person.channels else []


def test_a_letter_is_said_when_it_is_read(duet: Office) -> None:
    """§2.8, §15: in the language that its reader has by then, of the project under the name that it has by then."""
    key = active(duet)
    joined(duet, key, "ola", by="ewa")
    changed(duet, key, "ewa", name="Kto kupuje w soboty")
    ola = duet.person("ola")
    assert fill(opened(ola, "/duet settings"), {"my_language": "English"}).submit() is None
    put_away(ola)
    morning_comes(duet)
    (told,) = [each.text for each in ola.reads("@duet") if key in each.text]
    assert "@Ewa Błysk has added you to the team of" in told, told
    assert f"{key} · Kto kupuje w soboty" in told
    assert "Stanowisko: ola" in told


def test_what_concerns_several_projects_is_told_once(duet: Office) -> None:
    """§2.8: an asset that one more project touches, and another did meanwhile; a member of two teams who left."""
    first, second, third = (active(duet, name=name) for name in ("Piątki", "Soboty", "Niedziele"))
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    owned(ewa, f'{first} klienci "Lista" @ewa')
    for key in (first, second):
        joined(duet, key, "ola", by="ewa")
    next_morning(duet)
    comes_due(duet)
    before = len(ewa.reads("@duet"))
    for key in (second, third):
        clicks(owns(piotr, f'{key} klienci "Lista" @ewa'), LINK)
    presses(duet.person("anna"), "register.unlink", f"{project_id(duet, third)}:{asset_id(duet, 'Lista')}")
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    comes(duet, today(duet) + timedelta(days=1))
    text = "\n".join(each.text for each in ewa.reads("@duet")[before:])
    assert text.count("Lista") == 1, text
    assert "łączy to z kolejnym projektem" in text
    assert text.count("konto @Aleksandra Plakat jest wyłączone") == 1, text
    assert f"*{first} · Piątki* i *{second} · Soboty*" in text
