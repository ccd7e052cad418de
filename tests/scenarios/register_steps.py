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
    "stand_in": ("Kto zastępuje", "Stand-in"),
    "description": ("Opis", "Description"),
    "until": ("Do kiedy", "Until"),
    "reason": ("Dlaczego", "Why"),
}
CHOICES = {
    "data": ("Dane, system albo jego zasady (dba o nie IT)", "Data, a system, or its rules (IT keeps it)"),
    "customers": (
        "Baza, segment albo lista klientów (dba o nie marketing)",
        "Customer base, segment or list (marketing keeps it)",
    ),
}
ACCEPT, DECLINE = ("Przejmuję", "Accept"), ("Nie przejmuję", "Decline")
ADD, CHANGE = ("Dodaj", "Add"), ("Zmień", "Change")
LINK = ("Połącz z tym projektem", "Link it to this project")
ASK_BOTH = ("Zapytaj obie strony", "Ask both sides")
TAKE_BACK = ("Cofnij propozycję", "Take back")
STANDS = ("Zostaje tak, jak jest: ", "It stands as it is: ")
DONE = ("W rejestrze: ", "In the register: ")
OFFERED = ("dostaje propozycję przejęcia", "is asked to take over")
YES = (
    *("Tak, pracuję w IT", "Yes, I work in IT"),
    *("Tak, pracuję w marketingu", "Yes, I work in marketing"),
)
NOT_OFFERED = ("nie jest propozycja dla Ciebie", "This is not offered to you")


def filled(form: Form, values: Mapping[str, Any]) -> Form:
    """By the names of FIELDS and CHOICES."""
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        label = labelled(form.labels, FIELDS[name])
        is_choice = name == "kind" and value is not None
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
    """What is done at once, or once the owner has said on which side they work; `form`: by the form, with these."""
    asset, _, owner = what.rpartition(" @")
    text = owns(person, asset if form else what).text
    if form:
        text = handed_in(form_of(person), owner=f"@{owner}", **form).text
        put_away(person)
    if says(text, OFFERED):
        takes_over(person.beside(owner), asset.split('"')[1])
    else:
        assert says(text, DONE), text


def works_in(person: PersonDriver, side: str) -> None:
    """Says so of themselves, where they are looked up."""
    label = {"it": ("Pracuję w IT", "I work in IT"), "marketing": ("Pracuję w marketingu", "I work in marketing")}
    shown = person.types(f"/duet who @{person.handle}")
    assert says(clicks(shown, label[side]).text, ("pracuje w", "works in"))


def takes_over(person: PersonDriver, name: str) -> None:
    """With one click, which says also on which side they work."""
    home = person.types("/duet")  # where it waits for them, whatever the hour
    assert name in home.text
    reply = clicks(home, YES if set(YES) & set(home.buttons) else ACCEPT)
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
