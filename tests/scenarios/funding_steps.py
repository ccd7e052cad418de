"""What people do with the ledger, in whichever language their Slack speaks."""

import re
from typing import Any

from tests.driving import PersonDriver, SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.steps import close_forms, find_label, query_one

FIELDS = {
    "amount": ("Kwota", "Amount"),
    "what": ("Na co", "What for", "Opis", "Note"),
    "day": ("Którego dnia", "On which day"),
    "kind": ("Co wnosi Twoja strona", "What your side puts in"),
    "milestone": ("Na który kamień milowy", "For which milestone"),
    "reference": ("Oznaczenie", "Reference"),
    "reason": ("Dlaczego", "Why"),
    "outcome": ("Jak to zakończyć", "How it is to end"),
}
RECORD, CHANGE = ("Zapisz", "Record"), ("Zmień", "Change")
AGREE, DISPUTE = ("Zgadzam się", "Agree"), ("Zgłoś zastrzeżenie", "Dispute")
REVERSE, TAKE_BACK = ("Stornuj", "Reverse"), ("Wycofaj zastrzeżenie", "Take back the dispute")
DECIDE, ENTRIES = ("Zaproponuj decyzję", "Propose a decision"), ("Wpisy", "Entries")
LEDGER = ("Rozliczenie", "Ledger")
IT_BEARS, MARKETING_BEARS = (
    ("IT bierze na siebie", "IT bears it"),
    ("Marketing bierze na siebie", "Marketing bears it"),
)
RAISE = ("Podnieś budżet", "Raise the budget")
SIGN = "Przeczytaj i podpisz"


def join_figures(text: str) -> str:
    """As people see it, without the spaces within numbers: `60000 zł`; a table's rows as they are read aloud."""
    plain = text.replace(" | ", " · ")
    return re.sub(r"(?<=\d) (?=\d{3}\b)", "", plain)


def type_entry(person: PersonDriver, what: str) -> SeenReply:
    """`/duet fund …`, `/duet spend …`, with nothing open; nothing is confirmed yet."""
    close_forms(person)
    return person.types(f"/duet {what}")


def record_entry(person: PersonDriver, what: str) -> str:
    """The same, confirmed: what is said then."""
    reply = type_entry(person, what)
    said = click_ledger_button(reply, RECORD)
    return join_figures(said.text)


def read_ledger(person: PersonDriver, key: str) -> str:
    close_forms(person)
    return join_figures(person.types(f"/duet budget {key}").text)


def click_ledger_button(
    seen: SeenReply | SeenMessage | SeenForm, label: tuple[str, ...], number: int | None = None
) -> Any:
    """As it is labelled; among the entries with the entry's number."""
    wanted = label if number is None else tuple(f"{number}: {each}" for each in label)
    return seen.click(find_label(seen.buttons, wanted))


def fill_ledger_form(form: SeenForm, **values: Any) -> SeenForm:
    return form.fill({find_label(form.labels, FIELDS[name]): value for name, value in values.items()})


def submit_ledger_form(form: SeenForm | None, **values: Any) -> SeenForm:
    """The form that is shown next: an answer, or the same with errors."""
    assert form is not None
    shown = fill_ledger_form(form, **values).submit()
    assert shown is not None
    assert shown.trouble is None, shown.trouble
    return shown


def open_entries(person: PersonDriver, key: str) -> SeenReply:
    close_forms(person)
    shown: SeenReply = click_ledger_button(person.types(f"/duet budget {key}"), ENTRIES)
    return shown


def count_entries(duet: Office) -> int:
    return int(query_one(duet, "SELECT count(*) FROM ledger_entries"))
