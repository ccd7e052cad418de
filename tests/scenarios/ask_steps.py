"""What people do with asks, in whichever language their Slack speaks."""

from datetime import date
from typing import Any

from tests.driving import PersonDriver, SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.checkin_steps import start_checkin_project
from tests.scenarios.steps import close_forms, find_label, query_one
from tests.snapshots import play_once

FIELDS = {
    "text": ("Czego potrzebujesz", "What you need"),
    "person": ("Kogo prosisz", "Whom"),
    "to": ("Komu", "To whom"),
    "due": ("Termin", "Due date"),
    "new_due": ("Nowy termin", "New date"),
    "reason": ("Dlaczego", "Why"),
}
ACCEPT, DECLINE, DONE = ("Przyjmuję", "Accept"), ("Odmawiam", "Decline"), ("Gotowe", "Done")
AFTER_ALL, AGAIN = ("Jednak tak", "Accept after all"), ("Poproś jeszcze raz", "Ask again")
DATE, HAND = ("Inny termin", "Propose another date"), ("Przekaż", "Hand on")
AGREE, KEEP, WITHDRAW = (
    ("Zgoda", "Agree"),
    ("Termin zostaje", "Keep the date"),
    ("Wycofaj prośbę", "Take back the ask"),
)
TAKE, PASS_UP = ("Przejmuję", "I'll take it"), ("To nie dla mnie", "Not me")
OPEN = ("Otwórz", "Open")
NEW = ("Poproś drugą stronę", "Ask the other side")
TEXT = "Lista <sklepów> & kas"


@play_once
def start_asking_project(duet: Office) -> tuple[str, date]:
    """A project with jan (IT) and ola (marketing) in its team, at ten of a Tuesday; and its first Thursday."""
    return start_checkin_project(duet, "jan", "ola")


def run_ask_command(person: PersonDriver, what: str = "", channel: str = "#general") -> SeenReply:
    """`/duet ask …`, with nothing open."""
    close_forms(person)
    return person.types(f"/duet ask {what}", channel)


def ask_person(duet: Office, by: str, key: str, of: str, due: date, text: str = TEXT) -> int:
    """Asks by a command. Returns the ask's id."""
    reply = run_ask_command(duet.person(by), f'{key} @{of} "{text}" by {due}')
    assert duet.person(by).form is None, reply.text
    duet.settles()
    return int(query_one(duet, "SELECT max(id) FROM asks"))


def ask_state(duet: Office, ask_id: int) -> tuple[str, str]:
    """Its state, and what has happened last."""
    read = (query_one(duet, f"SELECT {name} FROM asks WHERE id = :id", id=ask_id) for name in ("state", "step"))
    state, step = map(str, read)
    return state, step


def direct_messages_with(duet: Office, who: str, text: str = "Lista") -> list[SeenMessage]:
    duet.settles()
    person = duet.person(who)
    return [each for each in person.reads("@duet") if text in each.text] if "@duet" in person.channels else []


def last_direct_message(duet: Office, who: str) -> SeenMessage:
    return direct_messages_with(duet, who)[-1]


def press(duet: Office, who: str, button: tuple[str, ...]) -> Any:
    """In their newest message about an ask that has it: a reply, or the form that opens."""
    close_forms(duet.person(who))
    found = [each for each in direct_messages_with(duet, who) if set(button) & set(each.buttons)]
    assert found, f"{who} has no {button}"
    reply = found[-1].click(find_label(found[-1].buttons, button))
    duet.settles()
    return reply.form or reply


def send_form(duet: Office, form: SeenForm, **values: Any) -> SeenForm | None:
    """By the names of FIELDS: what is shown next."""
    typed = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    shown = form.fill({find_label(form.labels, FIELDS[name]): value for name, value in typed.items()}).submit()
    duet.settles()
    return shown


def ask_errors(form: SeenForm | None) -> dict[str, str]:
    assert form is not None
    names = {label: name for name, labels in FIELDS.items() for label in labels}
    return {names[label]: text for label, text in form.errors.items()}
