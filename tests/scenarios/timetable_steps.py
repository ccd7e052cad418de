"""What people do with the timetable, in whichever language their Slack speaks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from playground.driver import Form, Message, PersonDriver, Reply
from tests.beginnings import beginning
from tests.running import Office
from tests.scenarios.days import today
from tests.scenarios.steps import active, channel_of, labelled, one, put_away

FIELDS = {
    "title": ("Kamień milowy", "Milestone"),
    "due": ("Termin", "Date"),
    "new_due": ("Nowy termin", "New date"),
    "owner": ("Kto o to dba", "Who sees to it"),
    "side": ("Strona", "Side"),
    "reason": ("Dlaczego", "Why"),
}
SIDES = {"it": ("IT",), "marketing": ("Marketing",), "both": ("Obie strony", "Both sides")}
DONE, MOVE, AT_RISK = ("Gotowe", "Done"), ("Przesuń", "Move"), ("Zagrożony", "At risk")
ON_TRACK = ("Znów zgodnie z planem", "On track again")
NOT_DONE = ("Jednak nie gotowe", "Not done after all")
TIMETABLE = ("W harmonogramie: ", "In the timetable: ")


@beginning
def running(duet: Office, **changed: Any) -> str:
    """The key of an active project that began today."""
    start = today(duet).isoformat()
    return active(duet, starts_on=start, **changed)


def milestones(person: PersonDriver, what: str = "", channel: str = "#general") -> Reply:
    """`/duet milestone …`, with nothing open."""
    put_away(person)
    return person.types(f"/duet milestone {what}", channel)


def added(duet: Office, by: str, title: str, due: date, owner: str) -> None:
    said = milestones(duet.person(by), f'add "{title}" {due} @{owner}').text
    assert any(text in said for text in TIMETABLE), said


def filled(form: Form, values: Mapping[str, Any]) -> Form:
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        label = labelled(form.labels, FIELDS[name])
        is_choice = name == "side" and value is not None
        chosen[label] = labelled(form.options[label], SIDES[value]) if is_choice else value
    return form.fill(chosen)


def handed_in(form: Form | None, **values: Any) -> Form:
    """The form that is shown next: an answer, or the same with errors."""
    assert form is not None
    shown = filled(form, values).submit()
    assert shown is not None
    assert shown.trouble is None, shown.trouble
    return shown


def button(seen: Reply | Message | Form, label: tuple[str, ...], number: int | None = None) -> str:
    """As it is labelled; in the timetable with the milestone's number."""
    wanted = label if number is None else tuple(f"{number}: {each}" for each in label)
    return labelled(seen.buttons, wanted)


def click(seen: Any, label: tuple[str, ...], number: int | None = None) -> Any:
    return seen.click(button(seen, label, number))


def milestone_id(duet: Office, title: str) -> int:
    return int(one(duet, "SELECT id FROM milestones WHERE title = :title", title=title))


def stage_of(duet: Office, title: str) -> str:
    return str(one(duet, "SELECT state FROM milestones WHERE title = :title", title=title))


def room(duet: Office, key: str) -> str:
    return channel_of(duet, key)


def in_channel(duet: Office, key: str, text: str, sees: str = "anna") -> list[Message]:
    """The messages of the project channel in which `text` is."""
    duet.settles()
    return [each for each in duet.person(sees).reads(room(duet, key)) if text in each.text]


def weekday_in(duet: Office, days: int) -> date:
    """A working day at least so many days from today, with one before and one after it."""
    day = today(duet) + timedelta(days=days)
    while day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day
