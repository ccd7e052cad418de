"""What people do when a project ends, and what they then see."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from tests.driving import SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.days import current_day, move_to_day, move_to_monday, move_to_next_morning, run_due_work
from tests.scenarios.funding_steps import record_entry
from tests.scenarios.pulse_steps import answer_about_other
from tests.scenarios.register_steps import register_asset
from tests.scenarios.roles import Place, read_place, set_up_active_project
from tests.scenarios.steps import (
    activate_on_monday,
    activate_project,
    answer_request,
    close_forms,
    day_from_today,
    fill_form,
    find_label,
    query_one,
    submit_form,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.timetable_steps import add_milestone
from tests.snapshots import play_once

OUTCOME = ("Co z tego wyszło", "What came of it")
QUESTIONS = ("Trzy pytania", "Three questions")
TWO_QUESTIONS = ("Dwa pytania", "Two questions")
OWNERS = ("Potwierdź właścicieli", "Confirm owners")
PDF = ("Wyślij mi PDF", "Send me the PDF")
RENEW = ("Przygotuj raport od nowa", "Redo the report")
PROPOSE = ("Zaproponuj zamknięcie", "Propose to close it")
DROP_REST = ("Odwołaj resztę", "Drop the rest")
KEEP = ("Nie archiwizuj", "Do not archive")
ASKED = (
    ("Co się sprawdziło?", "What worked?"),
    ("Co się nie sprawdziło?", "What did not work?"),
    ("Czego Twoja strona nauczyła się od drugiej?", "What has your side learned from the other?"),
)
BACK = ("Jestem na stanowisku", "Back in my post", "Tak, na swoim stanowisku", "Back in the home post")
GOAL = ("Cel", "The goal")
OUTCOMES = {
    "achieved": ("Cel osiągnięty", "Goal achieved"),
    "not_achieved": ("Cel nieosiągnięty", "Goal not achieved"),
    "partly": ("Cel osiągnięty częściowo", "Goal partly achieved"),
}
REPORT = ("Raport końcowy: *D-", "Closing report: *D-", "(raport końcowy)", "(closing report)")


@play_once
def end_project(duet: Office, days: int = 30, **changed: Any) -> tuple[str, date]:
    """A project that has been active until its end date. Returns its key and that day."""
    move_to_monday(duet)
    ends_on = current_day(duet) + timedelta(days=days)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=ends_on.isoformat(), **changed)
    move_to_day(duet, ends_on)
    return key, ends_on


@play_once
def end_project_with_member(duet: Office) -> str:
    """One of two weeks, on whose end date tomek's stay ends, too."""
    move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 14))
    add_member(duet, key, "tomek", by="ewa", side="marketing", until_day=day_from_today(duet, 14))
    move_to_day(duet, current_day(duet) + timedelta(days=14))
    return key


@play_once
def close_early(duet: Office, **paid_in: str) -> str:
    """A project that both executives close on its first day, and to which somebody has paid in something."""
    key, _ = activate_on_monday(duet)
    for handle, amount in paid_in.items():
        record_entry(duet.person(handle), f"fund {key} {amount}")
    agree_on_closing(duet, key)
    return key


@play_once
def end_with_report(duet: Office) -> str:
    """A project that has ended on its date; nobody has answered anything, and its report waits for signatures."""
    key, _ = end_project(duet)
    wait_for_report(duet)
    return key


def wait_for_report(duet: Office) -> None:
    """Five working days, after which it is out, whatever is open."""
    for _ in range(5):
        move_to_next_morning(duet)


def wait_for_end(duet: Office) -> None:
    """Ten working days in which nobody signs any more."""
    for _ in range(10):
        move_to_next_morning(duet)


def sign_as_executives(duet: Office, key: str, *handles: str) -> None:
    """Both, or only these, sign what waits for it."""
    for handle in handles or ("anna", "adam"):
        answer_request(duet, handle, key, "sign")
    run_due_work(duet)


def open_checklist(duet: Office, handle: str, key: str) -> SeenReply:
    close_forms(duet.person(handle))
    return duet.person(handle).types(f"/duet zamknij {key}")


def click_in_checklist(duet: Office, handle: str, key: str, button: tuple[str, ...]) -> SeenReply:
    seen = open_checklist(duet, handle, key)
    return seen.click(find_label(seen.buttons, button))


def open_closing_form(duet: Office, handle: str, key: str, button: tuple[str, ...]) -> SeenForm:
    click_in_checklist(duet, handle, key, button)
    form = duet.person(handle).form
    assert form is not None
    return form


def say_outcome(
    duet: Office, key: str, by: str = "piotr", value: str | None = "31", outcome: str = "achieved"
) -> None:
    form = open_closing_form(duet, by, key, OUTCOME)
    (measured,) = [each for each in form.labels if each not in GOAL]
    goal = find_label(form.labels, GOAL)
    chosen = find_label(form.options[goal], OUTCOMES[outcome])
    shown = submit_form(form.fill({measured: value, goal: chosen}))
    assert not shown.errors, shown.errors
    assert value is None or f"{value}%, " in shown.text
    run_due_work(duet)


def answer_questions(
    duet: Office, key: str, handle: str, worked: str = "", failed: str = "", learned: str = ""
) -> str:
    """Returns what is said of it."""
    form = open_closing_form(duet, handle, key, QUESTIONS)
    labels = [find_label(form.labels, each) for each in ASKED]
    shown = submit_form(form.fill(dict(zip(labels, (worked, failed, learned), strict=True))))
    assert not shown.errors, shown.errors
    run_due_work(duet)
    return shown.text


def answer_as_executives(duet: Office, key: str) -> None:
    """Both executives say, in the checklist, how it was to work together."""
    for handle in ("adam", "anna"):
        answer_about_other(duet, handle, "4", "5", form=open_closing_form(duet, handle, key, TWO_QUESTIONS))


def confirm_returns(duet: Office) -> None:
    """Members, and their home managers, say that they are back in their posts."""
    rows = "SELECT group_concat(user_id) FROM stay_confirmations WHERE moment = 'return' AND state = 'asked'"
    if not duet.database.is_sqlite:
        rows = rows.replace("group_concat(user_id)", "string_agg(user_id, ',')")
    for user_id in str(query_one(duet, rows)).split(","):
        handle = user_id.removeprefix("U0").lower()
        asked = [each for each in duet.person(handle).reads("@duet") if set(each.buttons) & set(BACK)][-1]
        asked.click(find_label(asked.buttons, BACK))
    run_due_work(duet)


def report_messages(duet: Office, handle: str, place: str = "@duet") -> list[SeenMessage]:
    """Whatever in that conversation shows a closing report, oldest first."""
    seen = duet.person(handle).reads(place)
    return [each for each in seen if any(words in each.text for words in REPORT)]


def read_pdf(duet: Office, handle: str) -> list[str]:
    """The pages, as text, of the newest PDF that somebody has."""
    import pypdf  # slow to import, and most who take steps from here read none

    names = [each.name for message in duet.person(handle).reads("@duet") for each in message.files]
    newest = [each for each in names if each.endswith(".pdf")][-1]
    (content,) = [each.content for each in duet.playground.world.files.values() if each.name == newest]
    assert content is not None
    return [page.extract_text().replace("\u00a0", " ") for page in pypdf.PdfReader(BytesIO(content)).pages]


def read_pdf_words(duet: Office, handle: str) -> str:
    """Its text in one line, wherever its lines end."""
    return " ".join(" ".join(read_pdf(duet, handle)).split()).replace("\u00ad ", "")


# --- projects that end, in the office with everybody in it ----------------------------------------------------


def agree_on_closing(duet: Office, key: str) -> None:
    """Both executives decide that a running project closes."""
    click_in_checklist(duet, "ewa", key, PROPOSE)
    form = duet.person("ewa").form
    assert form is not None
    submit_form(fill_form(form, {"why": "Cel osiągnięty wcześniej"}))
    sign_as_executives(duet, key)


@play_once
def set_up_closing(duet: Office) -> Place:
    place = set_up_active_project(duet)
    register_asset(duet.person("ewa"), f'{place.key} klienci "Lista" @ewa')
    record_entry(duet.person("piotr"), f"fund {place.key} 100 zł")
    close_forms(duet.person("ewa"))
    agree_on_closing(duet, place.key)
    return place


@play_once
def set_up_closing_with_milestones(duet: Office) -> Place:
    """Three of marketing's that are neither done nor dropped, and two of IT's."""
    place = set_up_active_project(duet)
    for number in range(1, 4):
        add_milestone(duet, "ewa", f"Krok {number}", current_day(duet) + timedelta(days=60 + number), "tomek")
    for title in ("Serwer", "Sieć"):
        add_milestone(duet, "piotr", title, current_day(duet) + timedelta(days=65), "piotr")
    agree_on_closing(duet, place.key)
    return place


@play_once
def set_up_report(duet: Office) -> Place:
    """The report waits for both signatures."""
    place = set_up_closing(duet)
    wait_for_report(duet)
    return read_place(duet, place.key)


@play_once
def set_up_outdated_report(duet: Office) -> Place:
    """Something was paid in since it was sent."""
    place = set_up_report(duet)
    record_entry(duet.person("piotr"), f"fund {place.key} 50 zł")
    return place


@play_once
def set_up_closed(duet: Office) -> Place:
    place = set_up_report(duet)
    sign_as_executives(duet, place.key)
    return place
