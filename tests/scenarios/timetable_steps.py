"""What people do with the timetable, in whichever language their Slack speaks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.driving import PersonDriver, SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.days import current_day
from tests.scenarios.steps import activate_project, close_forms, find_label, project_channel, query_one
from tests.snapshots import play_once

FIELDS = {
    "title": ("Kamień milowy", "Milestone"),
    "due": ("Termin", "Due date"),
    "new_due": ("Nowy termin", "New date"),
    "owner": ("Kto o to dba", "Who sees to it"),
    "side": ("Strona", "Side"),
    "reason": ("Dlaczego", "Why"),
}
SIDES = {"it": ("IT",), "marketing": ("Marketing",), "both": ("Obie strony", "Both sides")}
DONE, MOVE, AT_RISK = ("Gotowe", "Done"), ("Przesuń", "Move"), ("Zagrożony", "At risk")
ON_TRACK = ("Znów zgodnie z planem", "On track again")
NOT_DONE = ("Jednak niegotowe", "Not done after all")
TIMETABLE = ("W harmonogramie: ", "In the timetable: ")


@play_once
def start_project_today(duet: Office, **changed: Any) -> str:
    """The key of an active project that began today."""
    start = current_day(duet).isoformat()
    return activate_project(duet, starts_on=start, **changed)


def run_milestone_command(person: PersonDriver, what: str = "", channel: str = "#general") -> SeenReply:
    """`/duet milestone …`, with nothing open."""
    close_forms(person)
    return person.types(f"/duet milestone {what}", channel)


def add_milestone(duet: Office, by: str, title: str, due: date, owner: str) -> None:
    said = run_milestone_command(duet.person(by), f'add "{title}" {due} @{owner}').text
    assert any(text in said for text in TIMETABLE), said


def fill_milestone_form(form: SeenForm, values: Mapping[str, Any]) -> SeenForm:
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        label = find_label(form.labels, FIELDS[name])
        is_choice = name == "side" and value is not None
        chosen[label] = find_label(form.options[label], SIDES[value]) if is_choice else value
    return form.fill(chosen)


def submit_milestone_form(form: SeenForm | None, **values: Any) -> SeenForm:
    """The form that is shown next: an answer, or the same with errors."""
    assert form is not None
    shown = fill_milestone_form(form, values).submit()
    assert shown is not None
    assert shown.trouble is None, shown.trouble
    return shown


def milestone_button(
    seen: SeenReply | SeenMessage | SeenForm, label: tuple[str, ...], number: int | None = None
) -> str:
    """As it is labelled; in the timetable with the milestone's number."""
    wanted = label if number is None else tuple(f"{number}: {each}" for each in label)
    return find_label(seen.buttons, wanted)


def click_milestone_button(seen: Any, label: tuple[str, ...], number: int | None = None) -> Any:
    return seen.click(milestone_button(seen, label, number))


def milestone_id(duet: Office, title: str) -> int:
    return int(query_one(duet, "SELECT id FROM milestones WHERE title = :title", title=title))


def milestone_stage(duet: Office, title: str) -> str:
    return str(query_one(duet, "SELECT state FROM milestones WHERE title = :title", title=title))


def project_room(duet: Office, key: str) -> str:
    return project_channel(duet, key)


def channel_messages_with(duet: Office, key: str, text: str, sees: str = "anna") -> list[SeenMessage]:
    """The messages of the project channel in which `text` is."""
    duet.settles()
    return [each for each in duet.person(sees).reads(project_room(duet, key)) if text in each.text]


def weekday_from_today(duet: Office, days: int) -> date:
    """A working day at least so many days from today, with one before and one after it."""
    day = current_day(duet) + timedelta(days=days)
    while day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day
