"""What is shown offers nothing that its reader, or the project's state, does not allow (product §12.3, §14)."""

from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from bot.projects.rules import Side
from storage.blockers import Blocker
from storage.session import transaction
from tests.driving import PersonDriver, SeenForm, SeenReply
from tests.running import Office
from tests.scenarios.closing_steps import set_up_closed, set_up_report
from tests.scenarios.roles import Place, person_in_role, room_of, set_up_active_project, set_up_pause
from tests.scenarios.steps import close_forms, roll_back_requests

READ = ("show", "team", "own", "milestone", "checkin", "checkin {key} history", "ask", "blocker", "pulse", "close")
"""Commands that show something of a project, and what can be done there."""
REFUSALS = ("error.not_in_this_state", "error.not_for_you", "error.only.")
PLACES = (set_up_active_project, set_up_pause, set_up_report, set_up_closed)


@pytest.mark.one_of(2)
@pytest.mark.parametrize("role", ["CIO", "marketing lead", "guest and member"])
@pytest.mark.parametrize("set_up", PLACES, ids=lambda each: each.__name__.removeprefix("set_up_"))
def test_no_button_is_there_to_be_refused(duet: Office, set_up: Callable[[Office], Place], role: str) -> None:
    """A blocker stands, an asset is linked, and each button of whatever is shown is clicked."""
    place = set_up(duet)
    _note_blocker(duet, place)
    person, room = person_in_role(duet, role), room_of(role)
    with roll_back_requests():
        refused = {
            (command, button): error
            for command in READ
            for button, error in _click_everything(duet, person, _type_command(person, command, place.key, room))
        }
        home = _open_home(duet, person)
        refused |= {("Home", button): error for button, error in _click_everything(duet, person, home)}
    assert not refused, refused


def _note_blocker(duet: Office, place: Place) -> None:
    """As if somebody had before the project came so far."""
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        session.add(
            Blocker(
                team_id="T0PIKUS",
                project_id=place.ids["project"],
                number=1,
                text="Brak licencji",
                author="U0EWA",
                owner="U0EWA",
                side=Side.MARKETING,
                since=now,
            )
        )


def _type_command(person: PersonDriver, command: str, key: str, room: str) -> SeenReply:
    close_forms(person)
    words = command.format(key=key) if "{key}" in command else f"{command} {key}"
    return person.types(f"/duet {words}", room)


def _open_home(duet: Office, person: PersonDriver) -> SeenForm:
    close_forms(person)
    person.opens_home()
    duet.settles()
    assert person.home is not None
    return person.home


def _click_everything(duet: Office, person: PersonDriver, seen: SeenReply | SeenForm) -> Iterator[tuple[str, str]]:
    """The buttons that are refused for the state, or for who clicks, each with the refusal's key."""
    for button in dict.fromkeys(seen.buttons):
        with capture_logs() as logs:
            seen.click(button)
            duet.answers()
        yield from ((button, each["error"]) for each in logs if str(each.get("error")).startswith(REFUSALS))
        close_forms(person)
