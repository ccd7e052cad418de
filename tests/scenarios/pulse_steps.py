"""What people do with the trust pulse, in whichever language their Slack speaks."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select as sa_select
from sqlmodel import col, select

from bot.projects.rules import Side
from playground.seed import Person
from storage import people, tables
from storage.pulse import PulseRespondent, PulseTally, PulseWindow
from storage.session import read_only_session, transaction
from storage.team import Member
from tests.driving import SeenForm, SeenMessage
from tests.running import Office
from tests.scenarios.days import current_day, move_to_day, run_due_work
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    day_from_today,
    find_label,
    forge_click_in_message,
    has_sentence,
    open_form,
    project_id,
)
from tests.snapshots import play_once

TEAM = "T0PIKUS"
OPENS, CLOSES = date(2026, 12, 7), date(2026, 12, 21)
"""The first window after the day on which every office opens."""
BUTTONS = {
    "settings": ("Barometr zaufania", "Trust pulse"),
    "inform": ("Pracownicy już wiedzą", "People were informed"),
    "take_back": ("Wyłącz", "Switch off"),
    "answer": ("Odpowiedz", "Answer"),
    "show": ("Pokaż", "Show"),
}
ASKED = ("1: wcale nie", "1: not at all")
OFF = ("jest wyłączony", "is off until")
HIRED = {Side.IT: ("iwo", "igor", "ina", "idalia"), Side.MARKETING: ("mela", "maks", "mira")}
"""Colleagues whom only the pulse's tests have: with leads, jan, nadia, ola and tomek at least six a side."""
IT, MARKETING = ("piotr", "jan", "nadia", "iwo", "igor", "ina"), ("ewa", "ola", "tomek", "mela", "maks", "mira")


def id_of(handle: str) -> str:
    return f"U0{handle.upper()}"


def hire_people(duet: Office) -> None:
    """Adds those colleagues to the workspace."""
    team = duet.playground.world.teams[TEAM]

    def arrive() -> None:
        for handle in (*HIRED[Side.IT], *HIRED[Side.MARKETING]):
            team.people[id_of(handle)] = replace(
                Person(id_of(handle), handle, f"{handle.title()} Nowa"), team_id=TEAM
            )
            next(each for each in team.channels.values() if each.name == "general").members.append(id_of(handle))

    duet.workspace.in_loop(arrive)


def put_in_team(duet: Office, key: str, it: tuple[str, ...] = (), marketing: tuple[str, ...] = ()) -> None:
    """Makes them members, from the first day to the last, as if their leads had named them."""
    now, day = duet.bot.duet.now(), current_day(duet)
    with transaction(duet.database) as session:
        for side, handles in ((Side.IT, it), (Side.MARKETING, marketing)):
            for handle in handles:
                described = {"name": handle.title(), "zone": "Europe/Warsaw", "refreshed_at": datetime.now(UTC)}
                if people.find_person(session, TEAM, id_of(handle)) is None:
                    people.store_person(session, TEAM, id_of(handle), described)
                session.add(
                    Member(
                        team_id=TEAM,
                        project_id=project_id(duet, key),
                        user_id=id_of(handle),
                        side=side,
                        home_post="Dział",
                        starts_on=day,
                        ends_on=day.replace(year=day.year + 1),
                        added_by="U0PIOTR",
                        added_at=now,
                    )
                )


def begin_project(duet: Office, it: tuple[str, ...], marketing: tuple[str, ...], **changed: str) -> str:
    """A project of these people, its two leads among them, that lasts until after the second window."""
    days = {"starts_on": day_from_today(duet, 1), "ends_on": day_from_today(duet, 200)}
    key = activate_project(duet, **days, **changed)
    put_in_team(duet, key, it, marketing)
    return key


@play_once
def begin_window(
    duet: Office, it: tuple[str, ...] = IT[1:5], marketing: tuple[str, ...] = MARKETING[1:5], **changed: str
) -> str:
    """Such a project, five a side if nothing else is said, on the morning on which its people are first asked."""
    key = begin_project(duet, it, marketing, **changed)
    hire_people(duet)  # a workspace of other people would begin anew, too
    record_informed(duet)
    open_window(duet)
    return key


def open_pulse_settings(duet: Office, handle: str) -> SeenForm:
    form = open_form(duet.person(handle), "/duet settings")
    shown = form.click(find_label(form.buttons, BUTTONS["settings"]))
    assert shown is not None
    return shown


def record_informed(duet: Office, handle: str = "roman") -> str:
    """What is said to whoever records that people were informed."""
    return click_in_settings(duet, handle, "inform")


def open_window(duet: Office) -> None:
    """The morning on which the first one opens: everybody has been asked."""
    move_to_day(duet, OPENS)


def close_window(duet: Office) -> None:
    move_to_day(duet, CLOSES)


def find_question(duet: Office, handle: str) -> SeenMessage:
    """The direct message that asks somebody."""
    person = duet.person(handle)
    found = [each for each in person.reads("@duet") if any(words in each.text for words in ASKED)]
    assert found, (f"{handle} is not asked", [each.text for each in person.reads("@duet")])
    return found[-1]


def answer_question(duet: Office, handle: str, number: int, score: int) -> str:
    """One click; what is said to it. `number`: of the question, from 0."""
    (action,) = pulse_actions(window_id(duet), number, score)["actions"]
    message = find_question(duet, handle)
    reply = forge_click_in_message(duet.person(handle), message, action["action_id"], action["value"])
    duet.answers()
    return reply.text


def answer_all(duet: Office, scores: dict[str, int]) -> None:
    """Both questions, by each of these people, with one score."""
    for handle, score in scores.items():
        for number in (0, 1):
            answer_question(duet, handle, number, score)


def show_pulse(duet: Office, handle: str, key: str = "") -> str:
    close_forms(duet.person(handle))
    return duet.person(handle).types(f"/duet pulse {key}").text


def window_id(duet: Office) -> int:
    """Of the newest window; 0: there is none."""
    with read_only_session(duet.database) as session:
        return session.exec(select(PulseWindow.id).order_by(col(PulseWindow.id).desc())).first() or 0


def read_counts(duet: Office) -> list[tuple[str, str, int, int]]:
    """Side, question, score and how often, of what was given at all."""
    with read_only_session(duet.database) as session:
        rows = session.exec(select(PulseTally).where(col(PulseTally.count) > 0)).all()
    return sorted((row.side.value, row.question.value, row.score, row.count) for row in rows)


def list_respondents(duet: Office) -> set[str]:
    with read_only_session(duet.database) as session:
        return {row.user_id for row in session.exec(select(PulseRespondent))}


def read_stored_text(duet: Office) -> dict[str, str]:
    """All that stands in the database, by table, but for how far posts and clocks have got."""
    found = {}
    with duet.database.readers.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in ("lanes", "people"):
                found[table.name] = "\n".join(
                    sorted(repr(tuple(row)) for row in connection.execute(sa_select(table)))
                )
    return found


def pulse_actions(window: int, number: int, score: int) -> dict[str, Any]:
    """What a click on a score sends."""
    value = f"{window}:{number}:{score}"
    return {"actions": [{"action_id": f"pulse.answer:{number}:{score}", "value": value}]}


def click_in_settings(duet: Office, handle: str, button: str) -> str:
    """What is said to one of BUTTONS there."""
    form = open_pulse_settings(duet, handle)
    shown = form.click(find_label(form.buttons, BUTTONS[button]))
    assert shown is not None and shown.title == form.title != "Duet"
    close_forms(duet.person(handle))
    run_due_work(duet)
    return shown.text


def name_stewards(duet: Office, it: str | None, marketing: str | None, by: str = "roman") -> SeenForm:
    """What the Slack admin, or a steward, is shown then."""
    close_forms(duet.person(by))
    form = open_pulse_settings(duet, by)
    shown = form.fill(dict(zip(form.labels, (it, marketing), strict=True))).submit()
    assert shown is not None
    return shown


def answer_about_other(
    duet: Office, handle: str, about: str, again: str, *, report: bool = False, form: SeenForm | None = None
) -> str:
    """In that form, or by the newest message that asks; what is said then."""
    person = duet.person(handle)
    if form is None:
        close_forms(person)
        asked = [
            each for each in person.reads("@duet") if has_sentence(each.text, ("Dwa pytania", "Two questions"))
        ]
        form = asked[-1].click(find_label(asked[-1].buttons, BUTTONS["answer"])).form
    assert form is not None
    chosen: dict[str, Any] = {}
    for label, score in zip(form.labels, (about, again), strict=False):
        chosen[label] = next(each for each in form.options[label] if each.startswith(score))
    if report:
        label = form.labels[2]
        chosen[label] = list(form.options[label])
    shown = form.fill(chosen).submit()
    assert shown is not None and not shown.errors
    close_forms(person)
    run_due_work(duet)
    return shown.text
