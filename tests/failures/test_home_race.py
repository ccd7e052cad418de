"""Home never shows an older state over a newer one, and nothing of it is lost (product §13.1, architecture §4)."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from bot.home.composing import compose_home_tab
from bot.home.publishing import open_home as open_home_tab
from bot.home.publishing import refresh_home
from playground.modals import renew_view
from playground.seed import PIKUS
from storage import people, projects
from storage.deliveries import find_fingerprint, list_deliveries_of_lane, make_fingerprint
from storage.engine import Database
from storage.homes import find_opened_home_for_update
from storage.projects import Project
from storage.session import transaction
from storage.workspaces import record_installation
from tests.running import Office, PostgresServer, count_tries, open_patient_database
from tests.scenarios.steps import activate_project, send_charter, sign_charter
from tests.scenarios.test_home import open_home, read_home
from tests.seeding import add_people, draft_project

TEAM, EWA = PIKUS.id, "U0EWA"
IS_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def rename_project(database: Database, project_id: int, name: str) -> None:
    """A change as another process makes it: committed, and not told to the bot."""
    with transaction(database) as session:
        project = projects.find_project_for_update(session, TEAM, project_id)
        assert project is not None
        project.name = name


def published_names(duet: Office, prefix: str) -> list[int]:
    """The numbers behind the prefix, in the order in which Slack has taken them."""
    taken = [each["arguments"]["view"] for each in duet.slack.calls("views.publish") if each["answer"].get("ok")]
    return [int(found[1]) for view in taken if (found := re.search(rf"{prefix}(\d+)", str(view)))]


def is_in_order(numbers: Iterable[int]) -> bool:
    listed = list(numbers)
    return listed == sorted(listed)


@pytest.mark.both_databases
def test_two_changes_at_once_never_show_an_older_state(duet: Office) -> None:
    """§13.1: of two projects, changed by two at once, Home shows each as it was published before, or newer."""
    tries = count_tries(60)
    with transaction(duet.database) as session:
        add_people(session)
        ids = [draft_project(session) for _ in range(2)]
    open_home(duet, "ewa")
    start = Barrier(2)

    def change(prefix: str, project_id: int) -> None:
        start.wait()
        for number in range(tries):
            rename_project(duet.database, project_id, f"{prefix}{number}")

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(change, ("Lewy", "Prawy"), ids))
    home = read_home(duet, "ewa").text
    for prefix in ("Lewy", "Prawy"):
        assert f"{prefix}{tries - 1} " in home
        assert is_in_order(published_names(duet, prefix))


@pytest.mark.both_databases
def test_whoever_publishes_later_has_read_later(database_url: str) -> None:
    """§13.1: several processes look at one Home at once, each after a change of its own."""
    first = open_patient_database(database_url)
    others = [open_patient_database(database_url) for _ in range(3)]
    try:
        with transaction(first) as session:
            record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U1")
            add_people(session)
            ids = [draft_project(session) for _ in others]
            now = people.load_person_for_update(session, TEAM, EWA).refreshed_at
            open_home_tab(session, team_id=TEAM, user_id=EWA, now=now, is_missing=False)
        start = Barrier(len(others))

        def change(database: Database, project_id: int) -> None:
            start.wait()
            for number in range(count_tries(40)):
                rename_project(database, project_id, f"Nazwa {number}")
                with transaction(database) as session:
                    refresh_home(session, team_id=TEAM, user_id=EWA, now=now)

        with ThreadPoolExecutor(len(others)) as threads:
            list(threads.map(change, others, ids))
        with transaction(first) as session:
            person = people.find_person(session, TEAM, EWA)
            assert person is not None
            content = {"user": EWA, "view": compose_home_tab(session, person, now=now)}
            assert find_fingerprint(session, TEAM, f"home:{EWA}") == make_fingerprint(content)
    finally:
        for database in (first, *others):
            database.close()


def test_what_waits_for_a_publication_reads_after_it(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """§13.1: a second process comes while the first has read nothing yet, and publishes what is so after it, too.

    SQLite has one writer, who reads under the lock whatever is read.
    """
    with (
        postgres_server.new(tmp_path) as url,
        closing(open_patient_database(url)) as first,
        closing(open_patient_database(url)) as second,
        ThreadPoolExecutor(1) as thread,
    ):
        with transaction(first) as session:
            add_people(session)
            project_id = draft_project(session)
            now = people.load_person_for_update(session, TEAM, EWA).refreshed_at
            open_home_tab(session, team_id=TEAM, user_id=EWA, now=now, is_missing=False)

        def publish_as_second() -> None:
            with transaction(second) as session:
                refresh_home(session, team_id=TEAM, user_id=EWA, now=now)

        with transaction(first) as session:
            assert find_opened_home_for_update(session, TEAM, EWA) is not None
            publishing = thread.submit(publish_as_second)
            with first.readers.connect() as looking:  # a transaction would see the same each time
                while not looking.execute(IS_WAITING).scalar():
                    assert not publishing.done(), "it has not waited"
            session.get_one(Project, project_id).name = "Nowa nazwa"
            session.flush()
            refresh_home(session, team_id=TEAM, user_id=EWA, now=now)
        publishing.result()
        with transaction(first) as session:
            (home,) = list_deliveries_of_lane(session, team_id=TEAM, lane=f"home:{EWA}", kinds=["home"])
            assert "Nowa nazwa" in str(home.content)


def test_another_state_in_slack_is_replaced(duet: Office) -> None:
    """§13.1: the hash says that Slack shows something else; what is so now is published over it, once."""
    key = send_charter(duet)
    open_home(duet, "adam")
    world = duet.playground.world
    home = world.teams[TEAM].homes["U0ADAM"]
    duet.workspace.in_loop(lambda: renew_view(world, home, {"type": "home", "blocks": []}))
    sign_charter(duet, key, "adam")
    assert key in read_home(duet, "adam").text
    assert "*Do podpisu*" not in read_home(duet, "adam").text
    answers = [call["answer"].get("error", "ok") for call in duet.slack.calls("views.publish")]
    assert answers == ["ok", "hash_conflict", "ok"]


@pytest.mark.parametrize("committed", [True, False])
def test_a_lost_answer_loses_no_state(duet: Office, committed: bool) -> None:
    """§13.1: whether or not the publication that was cut off has arrived."""
    key = send_charter(duet)
    open_home(duet, "adam")
    duet.slack.fault("reset", "views.publish", times=1, commit=committed)
    sign_charter(duet, key, "adam")
    duet.settles()
    duet.delivers_everything()
    assert "*Do podpisu*" not in read_home(duet, "adam").text


def test_what_a_killed_process_had_changed_is_drawn_after_the_start(duet: Office) -> None:
    """§13.1, §16: it was committed, and nobody had looked at Home yet."""
    key = activate_project(duet)
    assert key in open_home(duet, "ewa").text
    duet.bot.stop()
    with closing(open_patient_database(duet.bot.settings.database_url)) as database:
        rename_project(database, 1, "Nowa nazwa")
    duet.starts_again()
    assert "Nowa nazwa" in read_home(duet, "ewa").text


def test_where_another_process_has_died_the_timer_looks(duet: Office) -> None:
    """§13.1: within ten minutes, though nobody has told this one of the change."""
    activate_project(duet)
    open_home(duet, "ewa")
    with closing(open_patient_database(duet.bot.settings.database_url)) as database:
        rename_project(database, 1, "Nowa nazwa")
    assert "Nowa nazwa" not in read_home(duet, "ewa").text
    duet.slack.move_clock(minutes=10)
    assert "Nowa nazwa" in read_home(duet, "ewa").text


def test_a_limit_on_homes_holds_up_no_message(duet: Office) -> None:
    """§13.1: Slack rations each method by itself."""
    duet.slack.fault("ratelimited", "views.publish", times=1, retry_after=60)
    duet.person("ewa").opens_home()
    duet.slack.waits_for_calls("views.publish")
    key = send_charter(duet)
    assert duet.person("adam").waits_for(key).buttons
    assert duet.person("ewa").home is None
