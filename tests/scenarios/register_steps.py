"""What people do with the boundary register, in whichever language their Slack speaks."""

from collections.abc import Mapping
from typing import Any

from playground.driver import Form, Message, PersonDriver, Reply
from tests.running import Office
from tests.scenarios.days import comes_due
from tests.scenarios.steps import labelled, one, put_away, says

FIELDS = {
    "kind": ("Rodzaj", "Kind"),
    "name": ("Nazwa", "Name"),
    "owner": ("Właściciel", "Owner"),
    "side": ("Strona właściciela", "The owner's side"),
    "stand_in": ("Kto zastępuje", "Stand-in"),
    "stand_in_side": ("Strona zastępującej osoby", "The stand-in's side"),
    "description": ("Opis", "Description"),
    "until": ("Do kiedy", "Until"),
    "reason": ("Dlaczego", "Why"),
}
CHOICES = {
    "data": ("Dane, system albo jego zasady (dba o nie IT)", "Data, a system, or its rules (IT keeps it)"),
    "customers": (
        "Baza, segment albo lista klientów (dba o nie marketing)",
        "A customer base, segment or list (marketing keeps it)",
    ),
    "it": ("IT",),
    "marketing": ("Marketing",),
}
ACCEPT, DECLINE = ("Przejmuję", "Accept"), ("Nie przejmuję", "Decline")
ADD, CHANGE = ("Dodaj", "Add"), ("Zmień", "Change")
LINK = ("Połącz z tym projektem", "Link it to this project")
ASK_BOTH = ("Zapytaj obie strony", "Ask both executives")
TAKE_BACK = ("Cofnij propozycję", "Take back")
STANDS = ("Zostaje tak, jak jest: ", "It stands as it is: ")
DONE = ("W rejestrze: ", "In the register: ")
OFFERED = ("dostaje propozycję przejęcia", "is asked to take over")
ASKED_SIDE = ("Po której stronie pracuje ta osoba?", "Which side does this person work on?")
NOT_OFFERED = ("nie jest propozycja dla Ciebie", "This is not offered to you")


def filled(form: Form, values: Mapping[str, Any]) -> Form:
    """By the names of FIELDS and CHOICES."""
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        label = labelled(form.labels, FIELDS[name])
        is_choice = name in ("kind", "side", "stand_in_side") and value is not None
        chosen[label] = labelled(form.options[label], CHOICES[value]) if is_choice else value
    return form.fill(chosen)


def handed_in(form: Form, **values: Any) -> Form:
    """The form that is shown next: an answer, or the same with errors."""
    shown = filled(form, values).submit()
    assert shown is not None
    assert shown.trouble is None, shown.trouble
    return shown


def owns(person: PersonDriver, what: str, channel: str = "#general") -> Reply:
    """`/duet own …`, with nothing open."""
    put_away(person)
    return person.types(f"/duet own {what}", channel)


def owned(person: PersonDriver, what: str, **form: Any) -> None:
    """What is done at once, or by the form that asks for the owner's side."""
    reply = owns(person, what)
    if person.form is not None:
        assert says(handed_in(person.form, **form).text, DONE)
        put_away(person)
    else:
        assert says(reply.text, DONE), reply.text


def clicks(seen: Any, label: tuple[str, ...]) -> Any:
    return seen.click(labelled(seen.buttons, label))


def asset_id(duet: Office, name: str) -> int:
    return int(one(duet, "SELECT id FROM assets WHERE name = :name", name=name))


def owner_of(duet: Office, name: str) -> str | None:
    found: str | None = one(duet, "SELECT owner FROM assets WHERE name = :name", name=name)
    return found


def comes(duet: Office, handle: str, text: str, where: str = "@duet", after: Message | None = None) -> Message:
    """A quarter of a day at a time, until a routine message is there: it waits for working hours (§2.8)."""
    person, since = duet.person(handle), "0" if after is None else after.ts
    for _ in range(30):
        comes_due(duet)
        seen = person.reads(where) if where in person.channels else []
        found = [each for each in seen if text in each.text and each.ts > since]
        if found:
            return found[-1]
        duet.slack.move_clock(hours=6)
    raise AssertionError(f"{handle} is not told {text!r}")


def told(duet: Office, handle: str, text: str) -> list[str]:
    """Everything Duet has told somebody in which `text` is, once there is something."""
    duet.person(handle).waits_for(text, "@duet")
    return told_so_far(duet, handle, text)


def told_so_far(duet: Office, handle: str, text: str) -> list[str]:
    duet.settles()
    person = duet.person(handle)
    messages = person.reads("@duet") if "@duet" in person.channels else []
    return [each.text for each in messages if text in each.text]


def form_of(person: PersonDriver) -> Form:
    """What is on their screen."""
    assert person.form is not None
    return person.form
