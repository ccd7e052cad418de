"""Whoever wants to know what somebody has answered in the pulse, or whether they have (product §11.2)."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.projects.rules import Side
from bot.pulse.rules import TrustQuestion
from storage.pulse import PulseRespondent
from storage.session import transaction
from storage.team import Member
from tests.running import ROOT, Office
from tests.sampling import cover_pairs
from tests.scenarios.checkin_steps import run_checkin_command
from tests.scenarios.days import move_to_day, run_due_work
from tests.scenarios.export_steps import export_file, export_sheets
from tests.scenarios.pulse_steps import (
    CLOSES,
    IT,
    MARKETING,
    OPENS,
    TEAM,
    answer_all,
    answer_question,
    begin_project,
    begin_window,
    click_in_settings,
    close_window,
    find_question,
    hire_people,
    id_of,
    list_respondents,
    open_window,
    pulse_actions,
    put_in_team,
    read_counts,
    read_stored_text,
    record_informed,
    show_pulse,
    window_id,
)
from tests.scenarios.steps import (
    NOT_FOUND,
    close_forms,
    expect_no_change,
    expect_refusal,
    forge_click,
    has_sentence,
    query_one,
)
from tests.storage.test_upgrades import PREPARE, run_next_version

GAP = ("Różnica między stronami", "Gap between the sides")
NEXT_OPENS, NEXT_CLOSES = date(2027, 3, 1), date(2027, 3, 15)
"""The second window."""
FOUR_OF_MARKETING = ("ewa", "ola", "tomek", "maks")
WAYS = ["nobody else is there", "the fifth does not answer", "the fifth skips one"]
TOO_FEW = ("za mało odpowiedzi, więc nie ma wyniku", "too few answers, so nothing was published")


def leave_team(duet: Office, *handles: str) -> None:
    """Their stays end today, in all their projects."""
    with transaction(duet.database) as session:
        for handle in handles:
            for stay in session.exec(select(Member).filter_by(team_id=TEAM, user_id=id_of(handle))):
                stay.left_at = duet.bot.duet.now()


def results_of(text: str) -> list[str]:
    """The lines that tell a mean."""
    return [line for line in text.splitlines() if has_sentence(line, ("kolejny projekt *", "another project *"))]


def test_whoever_joins_between_two_publications_changes_nothing_of_the_first(duet: Office) -> None:
    """§11.2: what is published is computed once and of what was answered then; whoever joins while people are asked
    is asked the next time; they do not read what was published before, and do not stand in it.
    """
    key = begin_window(duet)
    answer_all(duet, dict.fromkeys(IT[:5], 4) | dict.fromkeys(MARKETING[:5], 2))
    put_in_team(duet, key, it=("ina",))  # while the window is open
    (action,) = pulse_actions(window_id(duet), 0, 1)["actions"]
    with expect_refusal(duet, "error.not_found"), expect_no_change(duet):
        forge_click(duet.person("ina"), action["action_id"], action["value"])
    close_window(duet)
    before = show_pulse(duet, "ewa", key)
    assert "IT: partnerstwo *4*" in before and "Marketing: elastyczność i terminy *2*" in before
    assert results_of(show_pulse(duet, "ina", key)) == []
    put_in_team(duet, key, marketing=("mira",))  # between the two
    assert show_pulse(duet, "ewa", key) == before

    move_to_day(duet, NEXT_OPENS)
    answer_all(duet, dict.fromkeys(IT[:5], 4) | {"ina": 1} | dict.fromkeys(MARKETING, 3))
    meanwhile = show_pulse(duet, "ewa", key)
    assert results_of(meanwhile) == results_of(before), "told before the window has closed"
    assert not has_sentence(meanwhile, (*TOO_FEW, "1. kwartał 2027")), "said to be over before it is"
    move_to_day(duet, NEXT_CLOSES)
    after = results_of(show_pulse(duet, "ewa", key))
    assert len(after) == 4 and after[2:] == results_of(before), "what was published is not as it was"
    assert len(results_of(show_pulse(duet, "ina", key))) == 2, "she reads what she was not asked"
    assert len(results_of(show_pulse(duet, "mira", key))) == 2


def test_whoever_leaves_between_two_publications_takes_nothing_out(duet: Office) -> None:
    """§11.2: whoever leaves while people are asked still counts, so that no mean is of the others; of four who are
    left nothing is published afterwards; and a stay that has ended leaves what one was asked readable, by
    `/duet pulse`, too, and nothing else.
    """
    key = begin_window(duet)
    answer_all(duet, dict.fromkeys(IT[:5], 5) | dict.fromkeys(FOUR_OF_MARKETING, 2))
    leave_team(duet, "iwo", "mela")
    answer_all(duet, {"mela": 2})  # she may still answer
    close_window(duet)
    for reader in ("ewa", "iwo", "mela"):
        text = show_pulse(duet, reader, key)
        assert "IT: partnerstwo *5*" in text and "Marketing: elastyczność i terminy *2*" in text
    first = results_of(show_pulse(duet, "ewa", key))
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(show_pulse(duet, "mira", key), NOT_FOUND), "she was never asked"
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(duet.person("iwo").types(f"/duet show {key}").text, NOT_FOUND), "it is the pulse alone"
    put_in_team(duet, key, it=("ina",), marketing=("mira",))
    move_to_day(duet, NEXT_OPENS)
    answer_all(duet, dict.fromkeys(("piotr", "jan", "nadia", "igor"), 5) | dict.fromkeys(FOUR_OF_MARKETING, 4))
    move_to_day(duet, NEXT_CLOSES)
    for reader in ("ewa", "anna", "igor"):
        text = show_pulse(duet, reader, key)
        assert has_sentence(text, TOO_FEW) and results_of(text) == first
    text = show_pulse(duet, "iwo", key)
    assert not has_sentence(text, TOO_FEW) and results_of(text) == first, "he was not asked the second time"
    assert query_one(duet, "SELECT count(*) FROM pulse_publications") == 1


def test_whoever_was_away_all_the_time_was_not_asked(duet: Office) -> None:
    """§11.2, §8.5: they neither hear of a result nor read it; somebody of the same team does."""
    hire_people(duet)
    key = begin_project(duet, IT[1:5], MARKETING)
    record_informed(duet)
    duet.person("mira").types(f"/duet away {OPENS} {CLOSES}")
    close_forms(duet.person("mira"))
    open_window(duet)
    answer_all(duet, dict.fromkeys((*IT[:5], *MARKETING[:5]), 4))
    close_window(duet)
    assert len(results_of(show_pulse(duet, "maks", key))) == 2
    assert results_of(show_pulse(duet, "mira", key)) == []
    move_to_day(duet, CLOSES.replace(day=28))
    heard = "są wyniki barometru zaufania"
    assert any(heard in each.text for each in duet.person("maks").reads("@duet"))
    assert not any(heard in each.text for each in duet.person("mira").reads("@duet"))


def test_a_lead_who_becomes_a_guest_has_no_part_in_it(duet: Office) -> None:
    """§11.2, §14: a guest who has no more of a project than a seat neither answers nor reads, by no former stay."""
    key = begin_window(duet, ("jan", "piotr", "nadia", "iwo", "igor"))
    leave_team(duet, "piotr")
    duet.slack.change_person("piotr", is_restricted=True)
    duet.settles()
    with expect_refusal(duet, "error.not_found"):
        answer_question(duet, "piotr", 0, 4)
    close_window(duet)
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(show_pulse(duet, "piotr", key), NOT_FOUND)


@pytest.mark.one_of(3)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the rule knows nothing of the database
@pytest.mark.parametrize(("short", "way"), [*cover_pairs([*Side], WAYS, "four are too few")])
def test_exactly_four_are_too_few_on_either_side(duet: Office, short: Side, way: str) -> None:
    """§11.2: both sides need five answers, to each of their questions; else nothing is published of either."""
    people: dict[Side, tuple[str, ...]] = {Side.IT: IT[:5], Side.MARKETING: MARKETING[:5]}
    fifth = people[short][4]
    if way == "nobody else is there":
        people[short] = people[short][:4]
    key = begin_window(duet, people[Side.IT][1:], people[Side.MARKETING][1:])
    answer_all(duet, dict.fromkeys((*people[Side.IT][:4], *people[Side.MARKETING][:4]), 4))
    answer_all(duet, {people[short.other][4]: 4})
    if way == "the fifth skips one":
        answer_question(duet, fifth, 0, 4)
        answer_question(duet, fifth, 1, 0)
    close_window(duet)
    for reader in ("ewa", "piotr", "anna"):
        text = show_pulse(duet, reader, key)
        assert has_sentence(text, TOO_FEW) and results_of(text) == [] and not has_sentence(text, GAP)
    assert (read_counts(duet), list_respondents(duet)) == ([], set())
    assert query_one(duet, "SELECT count(*) FROM pulse_publications") == 0


def test_two_poolings_that_overlap_hold_no_answer_twice(duet: Office) -> None:
    """§11.2: who is in two teams is asked once, as one of the older; a team that stands alone is in no pool, and
    what is left over is not added to it; there is one pool a window, and none is published again.
    """
    hire_people(duet)
    alone = begin_project(duet, IT[1:5], MARKETING[1:5], name="Duży")
    first = begin_project(duet, (*IT[1:3], "ina"), (*MARKETING[1:3], "mira"), name="Mały")
    second = begin_project(duet, ("ina", "igor"), ("mira", "maks"), name="Drugi")
    record_informed(duet)
    open_window(duet)
    answer_all(duet, dict.fromkeys(IT, 4) | dict.fromkeys(MARKETING, 2))
    counted = sum(count for side, question, _, count in read_counts(duet) if (side, question) == ("it", "again"))
    assert counted == len(IT), "somebody counts in two teams"
    with expect_refusal(duet, "error.not_found"):  # as one of another team
        forge_click(duet.person("ina"), "pulse.answer:0:1", f"{window_id(duet) + 1}:0:1")
    close_window(duet)
    assert "IT: partnerstwo *4*" in show_pulse(duet, "anna", alone)
    assert query_one(duet, "SELECT count(*) FROM pulse_publications") == 1, "one is left on each side"
    assert has_sentence(show_pulse(duet, "anna", first), TOO_FEW)
    for reader in ("ina", "anna"):
        assert results_of(show_pulse(duet, reader, second)) == []

    leave_team(duet, "nadia", "tomek")  # then the large team is one of four
    put_in_team(duet, second, ("nadia",), ("tomek",))
    move_to_day(duet, NEXT_OPENS)
    answer_all(duet, dict.fromkeys(IT, 3) | dict.fromkeys(MARKETING, 5))
    move_to_day(duet, NEXT_CLOSES)
    for key in (alone, first, second):
        (it, _) = results_of(show_pulse(duet, "anna", key))[:2]
        assert it.startswith("IT: partnerstwo *3*")
    assert "razem z innymi małymi zespołami" in show_pulse(duet, "anna", alone)
    assert len(results_of(show_pulse(duet, "anna", second))) == 2
    assert results_of(show_pulse(duet, "ina", second)) == [], "she was asked as one of the first"
    assert query_one(duet, "SELECT count(*) FROM pulse_publications") == 2
    twice = "SELECT count(*) FROM (SELECT window_id FROM pulse_published_projects GROUP BY window_id, project_id"
    assert query_one(duet, f"{twice} HAVING count(*) > 1) AS twice") == 0
    click_in_settings(duet, "roman", "take_back")
    record_informed(duet)
    move_to_day(duet, NEXT_CLOSES.replace(day=24))
    assert query_one(duet, "SELECT count(*) FROM pulse_windows") == 2, "asked twice in a quarter"


def test_nobody_answers_twice_or_changes_an_answer(duet: Office) -> None:
    """§11.2: by no message, list, other score, new day or replayed click; what is said is the same each time."""
    key = begin_window(duet)
    answer_question(duet, "ewa", 0, 2)
    before = read_counts(duet)
    for score in (2, 5, 0, 1):
        assert "masz już za sobą" in answer_question(duet, "ewa", 0, score)
    listed = duet.person("ewa").types(f"/duet pulse {key}")
    assert [each for each in listed.buttons if each in "12345"] == [*"12345"], "the answered one is offered again"
    move_to_day(duet, OPENS.replace(day=9))
    value = f"{window_id(duet)}:0:4"
    for _ in range(2):
        assert "masz już za sobą" in forge_click(duet.person("ewa"), "pulse.answer:0:4", value).text
    assert read_counts(duet) == before == [("marketing", "flexible", 2, 1)]
    for number, score in ((2, 3), (0, 6), (0, -1), (-1, 3)):
        with expect_refusal(duet, "error.not_found"):
            forge_click(duet.person("ewa"), f"pulse.answer:{number}:{score}", f"{window_id(duet)}:{number}:{score}")
    assert read_counts(duet) == before


def test_no_file_and_no_log_says_anything(duet: Office) -> None:
    """§11.2: neither a member's export nor an executive's, as a table or for programs, nor the project's log, nor
    the audit log, nor what Duet logs; while people are asked, and afterwards.
    """
    key = begin_window(duet)
    paused = run_checkin_command(duet.person("piotr"), f"{key} pause")  # else rounds that nobody answers are logged
    assert paused.text
    before = read_stored_text(duet)
    files = read_files(duet, key)
    with capture_logs() as logs:
        answer_all(duet, dict.fromkeys(IT[:5], 4) | dict.fromkeys(MARKETING[:5], 2))
        run_due_work(duet)
    assert logs == [], "something is logged of an answer"
    assert read_stored_text(duet)["audit_log"] == before["audit_log"]
    assert read_files(duet, key) == files, "a file says that somebody has answered"
    with capture_logs() as logs:
        close_window(duet)
    assert logs == [], "something is logged of what they have answered"
    assert read_stored_text(duet)["audit_log"] == before["audit_log"]
    assert read_files(duet, key) == files, "a file has what is published"
    assert "arometr" not in duet.person("ewa").types(f"/duet log {key}").text


def read_files(duet: Office, key: str) -> dict[tuple[str, str], str]:
    """Of a member and an executive, as a workbook and for programs, but for when they were made."""
    found: dict[tuple[str, str], str] = {}
    for who in ("jan", "anna"):
        lines = export_file(duet, who, f"{key} json").splitlines()
        found[who, "json"] = "\n".join(line for line in lines if "made_at" not in line)
        found[who, "xlsx"] = str(export_sheets(duet, who, f"{key} xlsx"))
    return found


@pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # `pg_dump` leaves the table out: docs/security.md
def test_no_copy_says_who_has_answered(duet: Office, tmp_path: Path) -> None:
    """§11.2: `duet db backup`, and the copy that is made before an upgrade, have nobody in that table, and nothing
    of its rows in their free pages; the database itself goes on, with everybody in it.
    """
    begin_window(duet)
    answer_all(duet, dict.fromkeys(("jan", "ewa"), 4))
    with transaction(duet.database) as session:  # so many that whole pages are free without them
        window = window_id(duet)
        session.add_all(
            PulseRespondent(window_id=window, user_id=f"U{n:08}", question=TrustQuestion.AGAIN, team_id=TEAM)
            for n in range(500)
        )
    path = Path(duet.database.engine.url.database or "")
    made = subprocess.run(
        [sys.executable, "-m", "bot", "db", "backup"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{path}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    backup = Path(made.split("Copied to ")[1].strip().replace("\n", ""))
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(old)) as target:
        source.backup(target)  # as it would lie there when the next version starts
    trace = b"U0JAN" + b"again" + b"T0PIKUS"  # a row as it lies in the file
    assert trace in old.read_bytes()
    said = run_next_version(tmp_path, f"sqlite:///{old}", "pass", PREPARE)
    (before_upgrade,) = tmp_path.glob("old.db.*.backup")
    assert "Traceback" not in said
    for copy in (backup, before_upgrade):
        assert trace not in copy.read_bytes(), "a deleted row is left in it"
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT count(*) FROM pulse_respondents").fetchone() == (0,)
            assert connection.execute("PRAGMA freelist_count").fetchone() == (0,), "their pages are left in it"
            assert connection.execute("SELECT count(*) FROM pulse_invitations").fetchone() == (10,)
            (made,) = connection.execute(
                "SELECT sql FROM sqlite_master WHERE name = 'pulse_respondents'"
            ).fetchone()
            assert "WITHOUT ROWID" in made, "rows in the order of coming"
    assert {id_of("jan"), id_of("ewa")} < list_respondents(duet)
    assert find_question(duet, "jan")


def test_trust_over_two_windows_is_drawn_with_the_gap(duet: Office) -> None:
    """§11.3: both sides and the gap between them, over time, in words and as a chart; there is no open text."""
    key = begin_window(duet)
    assert {type(each) for each in find_question(duet, "ewa").buttons} == {str}
    answer_all(duet, dict.fromkeys(IT[:5], 2) | dict.fromkeys(MARKETING[:5], 4))
    close_window(duet)
    move_to_day(duet, NEXT_OPENS)
    answer_all(duet, dict.fromkeys(IT[:5], 4) | dict.fromkeys(MARKETING[:5], 5))
    move_to_day(duet, NEXT_CLOSES)
    shown = duet.person("anna").types(f"/duet pulse {key}")
    said = shown.text
    assert said.index("1. kwartał 2027") < said.index("4. kwartał 2026")
    assert f"{GAP[0]}: 1" in said and f"{GAP[0]}: 2" in said
    seen = shown.messages[-1]
    message = duet.playground.world.teams[TEAM].channels[seen.channel].find(seen.ts)
    assert message is not None
    (chart,) = [each["chart"] for each in message.blocks if each["type"] == "data_visualization"]
    drawn = {line["name"]: [(each["label"], each["value"]) for each in line["data"]] for line in chart["series"]}
    assert drawn == {
        "IT": [("4. kw. 2026", 2.0), ("1. kw. 2027", 4.0)],
        "Marketing": [("4. kw. 2026", 4.0), ("1. kw. 2027", 5.0)],
        "Różnica": [("4. kw. 2026", 2.0), ("1. kw. 2027", 1.0)],
    }
