"""Who is meant by a name in a project."""

import pytest

from bot.runtime.clock import real_now
from bot.timetable.policy import find_people_called
from storage.engine import connect_database
from storage.people import Person
from storage.session import transaction
from storage.workspaces import record_installation

TEAM = "T0PIKUS"


@pytest.mark.parametrize("typed", ["Ola", "Aleksandra", "Aleksandry Plakat"])
def test_a_person_is_found_by_their_display_name_and_their_full_one(database_url: str, typed: str) -> None:
    database = connect_database(database_url)
    with transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
        ola = Person(
            team_id=TEAM, user_id="U0OLA", name="Ola", full_name="Aleksandra Plakat", refreshed_at=real_now()
        )
        session.add(ola)
        session.flush()
        assert find_people_called(session, TEAM, typed, {"U0OLA"}) == ["U0OLA"]
    database.close()
