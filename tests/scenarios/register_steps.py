"""What people do with the boundary register, in whichever language their Slack speaks."""

from collections.abc import Mapping
from typing import Any

from tests.driving import PersonDriver, SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.days import run_due_work
from tests.scenarios.steps import close_forms, find_label, has_sentence, query_one

FIELDS = {
    "kind": ("Rodzaj", "Kind"),
    "name": ("Nazwa", "Name"),
    "owner": ("Właściciel", "Owner"),
    "stand_in": ("Druga osoba (obok właściciela)", "Stand-in"),
    "description": ("Opis", "Description"),
    "link": ("Gdzie jest (link)", "Where it lives (link)"),
    "personal_data": ("Czy są w tym dane osobowe?", "Does it hold personal data?"),
    "rule": ("Zasada: kto i do czego może tego używać", "Rule: who may use it, and for what"),
    "assets": ("Co dodać", "What is added"),
    "owners": ("Właściciele", "Owners"),
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
DECIDE = ("Zdecyduj", "Decide")  # opens the offer, from where it waits
ACCEPT, DECLINE = ("Przejmuję", "Accept"), ("Nie przejmuję", "Decline")
ADD, CHANGE = ("Dodaj", "Add"), ("Zmień", "Change")
LINK = ("Połącz z tym projektem", "Link it to this project")
ASK_BOTH = ("Zapytaj CIO i CMO", "Ask CIO and CMO")
TAKE_BACK = ("Cofnij propozycję", "Take back")
STANDS = ("Zostaje tak, jak jest: ", "It stands as it is: ")
DONE = ("Zapisane w rejestrze. ", "Saved in the register. ")
OFFERED = ("dostaje propozycję przejęcia", "is asked to take over")
YES = (  # of a question about a side, of an offer that asks for it, too
    *("Tak, pracuję w IT", "Yes, I work in IT"),
    *("Tak, pracuję w marketingu", "Yes, I work in marketing"),
    *("Przejmuję i pracuję w IT", "Accept, and I work in IT"),
    *("Przejmuję i pracuję w marketingu", "Accept, and I work in marketing"),
)
NOT_OFFERED = ("propozycja jest dla kogoś innego", "This is not offered to you")


def fill_asset_form(form: SeenForm, values: Mapping[str, Any]) -> SeenForm:
    """By the names of FIELDS and CHOICES."""
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        label = find_label(form.labels, FIELDS[name])
        is_choice = name == "kind" and value is not None
        chosen[label] = find_label(form.options[label], CHOICES[value]) if is_choice else value
    return form.fill(chosen)


def submit_asset_form(form: SeenForm, **values: Any) -> SeenForm:
    """The form that is shown next: an answer, or the same with errors."""
    shown = fill_asset_form(form, values).submit()
    assert shown is not None
    assert shown.trouble is None, shown.trouble
    return shown


def run_own_command(person: PersonDriver, what: str, channel: str = "#general") -> SeenReply:
    """`/duet own …`, with nothing open."""
    close_forms(person)
    return person.types(f"/duet own {what}", channel)


def register_asset(person: PersonDriver, what: str, **form: Any) -> None:
    """What is done at once, or once the owner has said on which side they work; `form`: by the form, with these."""
    asset, _, owner = what.rpartition(" @")
    text = run_own_command(person, asset if form else what).text
    if form:
        text = submit_asset_form(current_form(person), owner=f"@{owner}", **form).text
        close_forms(person)
    if has_sentence(text, OFFERED):
        take_asset_over(person.beside(owner), asset.split('"')[1])
    else:
        assert has_sentence(text, DONE), text


def state_own_side(person: PersonDriver, side: str) -> None:
    """Says so of themselves, where they are looked up."""
    label = {"it": ("Pracuję w IT", "I work in IT"), "marketing": ("Pracuję w marketingu", "I work in marketing")}
    shown = person.types(f"/duet who @{person.handle}")
    assert has_sentence(click_asset_button(shown, label[side]).text, ("pracujesz w", "you work in"))


def take_asset_over(person: PersonDriver, name: str) -> None:
    """With one click, which says also on which side they work."""
    offer = open_offer(person, name)
    reply = click_asset_button(offer, YES if set(YES) & set(offer.buttons) else ACCEPT)
    assert has_sentence(reply.text, DONE), reply.text


def open_offer(person: PersonDriver, name: str) -> SeenReply:
    """From where it waits for them, whatever the hour."""
    home = person.types("/duet")
    assert name in home.text
    offer: SeenReply = home.click(find_label(home.buttons, DECIDE))
    assert name in offer.text
    return offer


def click_asset_button(seen: Any, label: tuple[str, ...]) -> Any:
    return seen.click(find_label(seen.buttons, label))


def asset_id(duet: Office, name: str) -> int:
    return int(query_one(duet, "SELECT id FROM assets WHERE name = :name", name=name))


def asset_owner(duet: Office, name: str) -> str | None:
    found: str | None = query_one(duet, "SELECT owner FROM assets WHERE name = :name", name=name)
    return found


def move_until_message(
    duet: Office, handle: str, text: str, where: str = "@duet", after: SeenMessage | None = None
) -> SeenMessage:
    """A quarter of a day at a time, until a routine message is there: it waits for working hours (§2.8)."""
    person, since = duet.person(handle), "0" if after is None else after.ts
    for _ in range(30):
        run_due_work(duet)
        seen = person.reads(where) if where in person.channels else []
        found = [each for each in seen if text in each.text and each.ts > since]
        if found:
            return found[-1]
        duet.slack.move_clock(hours=6)
    raise AssertionError(f"{handle} is not told {text!r}")


def wait_for_texts(duet: Office, handle: str, text: str) -> list[str]:
    """Everything Duet has told somebody in which `text` is, once there is something."""
    duet.person(handle).waits_for(text, "@duet")
    return texts_so_far(duet, handle, text)


def texts_so_far(duet: Office, handle: str, text: str) -> list[str]:
    duet.settles()
    person = duet.person(handle)
    messages = person.reads("@duet") if "@duet" in person.channels else []
    return [each.text for each in messages if text in each.text]


def current_form(person: PersonDriver) -> SeenForm:
    """What is on their screen."""
    assert person.form is not None
    return person.form
