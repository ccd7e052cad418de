"""The trust pulse, from the record that people were informed to what is published (product §11.1–11.3, §17)."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import select
from structlog.testing import capture_logs

from bot.projects.rules import Side
from bot.runtime.clock import real_now
from storage import copies
from storage.people import Person
from storage.session import transaction
from storage.team import Member
from tests.running import Office
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning, run_due_work
from tests.scenarios.export_steps import export_file
from tests.scenarios.pulse_steps import (
    CLOSES,
    HIRED,
    IT,
    MARKETING,
    OFF,
    OPENS,
    answer_all,
    answer_question,
    begin_window,
    click_in_settings,
    close_window,
    find_question,
    hire_people,
    id_of,
    list_respondents,
    name_stewards,
    open_pulse_settings,
    open_window,
    pulse_actions,
    put_in_team,
    read_counts,
    read_stored_text,
    record_informed,
    show_pulse,
)
from tests.scenarios.roles import EXECUTIVES, LEADS, SEES, Action, Place, set_up_active_project
from tests.scenarios.steps import (
    NOT_FOUND,
    activate_project,
    close_forms,
    day_from_today,
    draft_charter,
    expect_no_change,
    expect_refusal,
    forge_click,
    has_sentence,
    option_state,
    project_channel,
    query_one,
)
from tests.snapshots import play_once

SAMPLES = {
    "pulse.asked": lambda name: {
        "window": 1,
        "number": 0,
        "question": "again",
        "closes_at": "2026-12-21T08:00:00Z",
    },
    "pulse.out": lambda name: {"number": 1, "is_published": True},
}


@play_once
def set_up_pulse(duet: Office) -> Place:
    """With an open window, and a question to both executives."""
    place = set_up_active_project(duet)
    hire_people(duet)
    put_in_team(duet, place.key, HIRED[Side.IT], HIRED[Side.MARKETING])
    record_informed(duet)
    open_window(duet)
    found = {name: query_one(duet, f"SELECT max(id) FROM {name}s") for name in ("pulse_window", "executive_round")}
    return Place(duet, place.key, place.ids | found)


def _scores(duet: Office) -> dict[str, object]:
    return {"about_other": option_state("4"), "again": option_state("2")}


def _stewards(duet: Office) -> dict[str, object]:
    picked = {"steward_it": "U0JAN", "steward_marketing": "U0OLA"}
    return {name: {"type": "users_select", "selected_user": who} for name, who in picked.items()}


MATRIX = {
    "the pulse": Action(SEES, set_up_pulse, "pulse {key}", ("pulse.show", "{number}")),
    "answer the pulse": Action(
        LEADS | {"member", "guest and member"},
        set_up_pulse,
        button=("pulse.answer", "{pulse_window}:1:3"),
        changes={"button"},
    ),
    "answer as an executive": Action(
        EXECUTIVES,
        set_up_pulse,
        None,
        ("pulse.executive", "{executive_round}"),
        ("pulse.executive", {"round": "executive_round"}, _scores),
    ),
    "settings of the pulse": Action({"admin"}, set_up_pulse, button=("pulse.settings", "settings")),
    "record that people were informed": Action(
        {"admin"}, set_up_active_project, button=("pulse.inform", "yes"), changes={"button"}
    ),
    "record it by the form": Action(
        {"admin"}, set_up_active_project, None, ("pulse.record", "settings"), ("pulse.record", {}, lambda _: {})
    ),
    "switch the pulse off": Action({"admin"}, set_up_pulse, button=("pulse.take_back", "no"), changes={"button"}),
    "name stewards": Action({"admin"}, set_up_pulse, form=("steward.name", {}, _stewards)),
}


def test_a_pulse_from_the_record_to_its_result(duet: Office) -> None:
    """§11.1, §11.2, §11.3: off until people were informed, asked once a quarter by one click, counted, published
    once to those who were asked and the executives, by command, with a chart of both sides and the gap.
    """
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    hire_people(duet)
    put_in_team(duet, key, IT[1:], MARKETING[1:])
    assert has_sentence(show_pulse(duet, "ewa", key), OFF)
    assert "7 grudnia 2026" in record_informed(duet)
    assert "7 grudnia 2026" in show_pulse(duet, "ewa", key)
    open_window(duet)
    asked = {who: find_question(duet, who) for who in ("ewa", "jan", "piotr")}
    assert "Rozwiązania IT są elastyczne" in asked["ewa"].text and "partnera" not in asked["ewa"].text
    assert "partnera, a nie dostawcę platformy" in asked["jan"].text and "elastyczne" not in asked["jan"].text
    for message in asked.values():
        assert has_sentence(message.text, ("kolejny wspólny projekt", "another joint project"))
        assert has_sentence(message.text, ("poufnie, choć nie anonimowo", "confidential, but not anonymous"))
        assert has_sentence(message.text, ("ile razy po Twojej stronie", "how often each score"))
        assert has_sentence(message.text, ("Kto prowadzi serwer", "Whoever runs the server could see more"))
        assert [each for each in message.buttons if each in "12345"] == [*"12345"] * 2
    assert [each for each in duet.person("adam").reads("@duet") if "nie anonimowo" in each.text] == []

    assert "Odpowiedź policzona" in asked["ewa"].click("3").text
    assert "masz już za sobą" in answer_question(duet, "ewa", 0, 5)
    assert "nie anonimowo" in show_pulse(duet, "ewa", key), "the second question stands without what is kept of it"
    assert "nic się nie liczy" in answer_question(duet, "mira", 0, 0)
    assert "masz już za sobą" in answer_question(duet, "mira", 0, 1)
    assert read_counts(duet) == [("marketing", "flexible", 3, 1)]
    shown = show_pulse(duet, "ewa", key)
    assert "elastyczne" not in shown and "kolejny wspólny projekt" in shown, "asked again what is answered"
    answer_question(duet, "ewa", 1, 3)
    for reader in ("ewa", "adam"):  # nothing is left to answer: what there is to wait for
        shown = show_pulse(duet, reader, key)
        assert "Pytania trwają do 21 grudnia 2026, 09:00" in shown and "marca" not in shown
    answer_all(duet, dict.fromkeys(IT[:5], 4) | dict.fromkeys(MARKETING[1:4], 2) | {"maks": 5})
    close_window(duet)

    for reader in ("ewa", "mira", "adam", "anna"):  # mira was asked, and has not answered
        text = show_pulse(duet, reader, key)
        assert "4. kwartał 2026" in text
        assert "IT: partnerstwo *4* i kolejny projekt *4*" in text
        assert "Marketing: elastyczność i terminy *3* i kolejny projekt *3*" in text
        assert "Różnica między stronami: 1" in text
    drawn = duet.person("ewa").types(f"/duet pulse {key}").messages[-1]
    assert "[chart: Zaufanie w czasie, od 1 do 5]" in drawn.text
    told = duet.person("jan").reads("@duet")[-1]
    assert "są wyniki barometru zaufania" in told.text and "partnerstwo" not in told.text
    assert "partnerstwo" in told.click("Pokaż").text
    with transaction(duet.database) as session:
        (stay,) = session.exec(select(Member).filter_by(team_id="T0PIKUS", user_id=id_of("jan"))).all()
        stay.left_at = duet.bot.duet.now()
    assert "partnerstwo" in told.click("Pokaż").text, "he was asked, and his stay has ended"
    with expect_refusal(duet, "error.not_found"):
        forge_click(duet.person("roman"), "pulse.show", key.removeprefix("D-"))
    in_channel = [each.text for each in duet.person("ewa").reads(project_channel(duet, key))]
    assert not [text for text in in_channel if "barometr" in text.lower()]
    assert (read_counts(duet), list_respondents(duet)) == ([], set())
    assert find_question_over(duet, "ewa") == find_question_over(duet, "mira"), "they say who has answered"
    (over,) = find_question_over(duet, "ewa")
    assert over.count("*Barometr zaufania*") == 1, "said once, of both questions"
    put_in_team(duet, key, marketing=("mike",))
    assert "partnerstwo" not in show_pulse(duet, "mike", key), "he came later, and was not asked"
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(show_pulse(duet, "roman", key), NOT_FOUND)


def find_question_over(duet: Office, handle: str) -> list[str]:
    return [each.text for each in duet.person(handle).reads("@duet") if "jest już zamknięte" in each.text]


def test_nothing_stored_says_who_gave_which_score(duet: Office) -> None:
    """§11.2: not the log, kept replies, the audit log, messages, exports or backups; of a refused click neither."""
    key = begin_window(duet)
    before = read_stored_text(duet)
    with capture_logs() as logs:
        answer_question(duet, "jan", 0, 5)
        answer_question(duet, "jan", 0, 4)
        run_due_work(duet)
    assert logs == [], "something is logged of an answer"
    changed = {name for name, text in read_stored_text(duet).items() if text != before[name]}
    assert changed == {"pulse_respondents", "pulse_tallies", "seen_requests"}
    nameless = "user_id = '' AND act_fingerprint = '' AND key LIKE 'once:%'"
    witnesses = query_one(duet, f"SELECT count(*) FROM seen_requests WHERE {nameless}")
    assert witnesses == 2, "one a click, without a name"
    assert "policzona" not in read_stored_text(duet)["seen_requests"], "what was said to it is kept"
    assert "pulse" not in export_file(duet, "piotr", f"{key} json")

    if duet.database.is_sqlite:
        copy = copies.copy_sqlite_file(duet.database, real_now())
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT count(*) FROM pulse_respondents").fetchone() == (0,)
            assert connection.execute("PRAGMA freelist_count").fetchone() == (0,), "deleted rows are left in it"
    assert list_respondents(duet) == {id_of("jan")}

    duet.slack.fault("error:internal_error", "users.info")
    with transaction(duet.database) as session:
        session.execute(update(Person).values(refreshed_at=real_now() - timedelta(hours=2)))
    with capture_logs() as logs:
        answer_question(duet, "jan", 1, 3)
    assert {entry["event"]: entry["user_id"] for entry in logs} == {"people.unknown": None}
    duet.slack.clear_faults()

    with expect_refusal(duet, "error.not_found"):
        answer_question(duet, "jan", 7, 1)
    window = query_one(duet, "SELECT max(id) FROM pulse_windows")
    close_window(duet)
    with capture_logs() as logs, expect_no_change(duet):
        (action,) = pulse_actions(window, 1, 2)["actions"]
        said = forge_click(duet.person("jan"), action["action_id"], action["value"]).text
        assert has_sentence(said, ("zamknięty", "is over"))
    (refused,) = [entry for entry in logs if entry["event"] == "refused"]
    assert refused["action"] == "pulse.answer" and id_of("jan") not in str(logs)


def test_small_teams_are_counted_together_and_each_person_once(duet: Office) -> None:
    """§11.2: two teams of three a side; who is in both is asked once; whoever comes meanwhile is not
    counted; who is away is asked when they are back; neither team reads of the other's name.
    """
    first = activate_project(duet, starts_on=day_from_today(duet, 1), name="Pierwszy")
    hire_people(duet)
    put_in_team(duet, first, IT[1:3], MARKETING[1:3])
    second = activate_project(duet, starts_on=day_from_today(duet, 1), name="Drugi")
    put_in_team(duet, second, (*IT[3:], "jan"), MARKETING[3:])
    record_informed(duet)
    duet.person("mela").types(f"/duet away {current_day(duet)} {OPENS}")
    close_forms(duet.person("mela"))
    open_window(duet)
    assert read_asked(duet, "jan") == 1, "asked for each of the two teams"
    assert read_asked(duet, "mela") == 0
    put_in_team(duet, second, marketing=("mike",))
    answer_all(duet, dict.fromkeys(IT[:5], 5) | dict.fromkeys(MARKETING[:3], 2))
    move_to_day(duet, OPENS.replace(day=8))
    assert (read_asked(duet, "mela"), read_asked(duet, "mike")) == (1, 0)
    answer_all(duet, dict.fromkeys(MARKETING[3:5], 2))
    close_window(duet)
    for reader, key, other in (("ola", first, "Drugi"), ("mela", second, "Pierwszy"), ("adam", second, "Pierwszy")):
        text = show_pulse(duet, reader, key)
        assert "razem z innymi małymi zespołami" in text and other not in text
        assert "IT: partnerstwo *5* i kolejny projekt *5*" in text
    assert query_one(duet, "SELECT count(*) FROM pulse_publications") == 1
    assert query_one(duet, "SELECT count(*) FROM pulse_published_projects") == 2


def read_asked(duet: Office, handle: str) -> int:
    """In how many messages they are asked."""
    person = duet.person(handle)
    messages = person.reads("@duet") if "@duet" in person.channels else []
    return len([each for each in messages if has_sentence(each.text, ("nie anonimowo", "not anonymous"))])


def test_four_are_too_few(duet: Office) -> None:
    """§11.2: nothing is published, and everybody is told the same; switched off, a window ends unread. Nobody is
    kept from being asked by somebody's draft with their name in it.
    """
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    hire_people(duet)
    put_in_team(duet, key, IT[1:], MARKETING[1:])
    draft_charter(duet, by="tomek", name="Podstęp", cio="@jan", cmo="@ola")
    move_to_next_morning(duet)
    record_informed(duet)
    open_window(duet)
    answer_all(duet, dict.fromkeys(IT[:5], 4) | dict.fromkeys(MARKETING[:4], 2))
    close_window(duet)
    told = duet.person("mira").reads("@duet")[-1]
    assert "za mało odpowiedzi" in told.text and "Pokaż" not in told.buttons
    text = show_pulse(duet, "ewa", key)
    assert "za mało odpowiedzi, więc nie ma wyniku" in text and "partnerstwo" not in text
    assert (read_counts(duet), list_respondents(duet)) == ([], set())
    assert query_one(duet, "SELECT count(*) FROM pulse_publications") == 0


def test_a_team_too_small_for_a_result_is_not_asked(duet: Office) -> None:
    """§11.2: four on a side in all projects together; whoever records it, and whoever looks, is told so."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    hire_people(duet)
    put_in_team(duet, key, IT[1:4], MARKETING[1:])
    record_informed(duet)
    said = ("only if all joint projects", "licząc wszystkie wspólne")
    assert has_sentence(open_pulse_settings(duet, "roman").text, said)
    close_forms(duet.person("roman"))
    assert "wynik wymaga pięciu osób" in show_pulse(duet, "ewa", key)
    open_window(duet)
    assert read_asked(duet, "jan") == 0
    put_in_team(duet, key, IT[4:5])
    assert "wynik wymaga pięciu osób" not in show_pulse(duet, "ewa", key)


def test_the_first_message_says_whether_people_were_informed(duet: Office) -> None:
    """§17: until it is recorded there is no pulse, and the first direct message says so."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    first = duet.person("anna").reads("@duet")[0].text
    assert "nigdy nie służy ocenie pracy" in first
    assert "zespoły nie mają barometru zaufania: o drugą stronę pytam tylko CIO i CMO projektu" in first
    record_informed(duet)
    hire_people(duet)
    put_in_team(duet, key, IT[1:5], MARKETING[1:5])
    open_window(duet)
    first = duet.person("jan").reads("@duet")[0].text
    assert "nigdy nie służy ocenie pracy" in first and "barometru" not in first
    assert "Barometr zaufania zespołów jest wyłączony" in click_in_settings(duet, "roman", "take_back")
    assert list_respondents(duet) == set()
    assert find_question_over(duet, "jan"), "it asks on"
    with expect_refusal(duet, "error.pulse.over"):
        actions = pulse_actions(query_one(duet, "SELECT max(id) FROM pulse_windows"), 0, 4)
        duet.person("jan").forges("block_actions", actions)
    move_to_day(duet, CLOSES)
    assert has_sentence(show_pulse(duet, "ewa", key), OFF)
    assert query_one(duet, "SELECT count(*) FROM timers WHERE kind = 'pulse.window'") == 0


def test_two_stewards_decide_in_the_place_of_admins(duet: Office) -> None:
    """§17: one a side, both have to say yes; the no of one of them is enough."""
    activate_project(duet)
    form = name_stewards(duet, "@nadia", None)
    assert [*form.errors.values()] == ["Wskaż po jednej osobie z każdej strony albo nikogo."]
    form = name_stewards(duet, "@ewa", "@piotr")
    assert len(form.errors) == 2 and all("pracuje w" in each for each in form.errors.values())
    assert "Decydują wspólnie" in name_stewards(duet, "@nadia", "@ola").text
    with expect_refusal(duet, "error.only.stewards"):
        duet.person("roman").forges("block_actions", {"actions": [{"action_id": "pulse.inform", "value": "yes"}]})
    assert "@Aleksandra Plakat" in record_informed(duet, "nadia")
    assert query_one(duet, "SELECT informed_at FROM workspaces WHERE team_id = 'T0PIKUS'") is None
    assert "@Aleksandra Plakat" in record_informed(duet, "nadia"), "her own second yes is none of the other side"
    move_to_day(duet, current_day(duet).replace(day=25))
    asked = [each for each in duet.person("ola").reads("@duet") if "Potwierdzasz" in each.text]
    assert "7 grudnia 2026" in asked[-1].click("Pracownicy już wiedzą").text
    assert query_one(duet, "SELECT informed_at FROM workspaces WHERE team_id = 'T0PIKUS'") is not None
    assert query_one(duet, "SELECT count(*) FROM steward_consents") == 0
    assert "off" in click_in_settings(duet, "nadia", "take_back")

    for it, marketing in ((None, None), ("@jan", "@ola"), ("@nadia", "@tomek")):
        form = name_stewards(duet, it, marketing)
        assert form.errors and all("może przekazać tylko" in each for each in form.errors.values()), form.errors
    assert [*name_stewards(duet, "@jan", "@tomek", by="nadia").errors.values()] != []
    assert not name_stewards(duet, "@jan", "@ola", by="nadia").errors
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    run_due_work(duet)
    move_to_next_morning(duet)
    assert "nie może już być opiekunem" in duet.person("jan").reads("@duet")[-1].text
    assert not name_stewards(duet, "@jan", "@tomek").errors
    assert query_one(duet, "SELECT steward_it || steward_marketing FROM workspaces WHERE team_id = 'T0PIKUS'") == (
        "U0JANU0TOMEK"
    )
