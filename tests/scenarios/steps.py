"""What people do over and over in the scenarios, in whichever language their Slack speaks."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select
from structlog.testing import capture_logs

from handlers import request_session
from storage import tables
from storage.audit import AuditEntry
from storage.engine import Database
from storage.session import NotingSession, Ticket, has_sent_writes, read_only_session, send_writes
from tests.driving import PersonDriver, SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.days import move_to_monday, run_due_work
from tests.snapshots import play_once

EXECUTIVES = ("adam", "anna")
LEADS = ("piotr", "ewa")
TUESDAY = 1

FIELDS = {
    "template": ("Szablon", "Template"),
    "name": ("Nazwa projektu", "Project name"),
    "goal": ("Cel", "Goal"),
    "measure_name": ("Miara sukcesu", "Success measure"),
    "measure_unit": ("Jednostka", "Unit"),
    "measure_start": ("Wartość dziś", "Value today"),
    "measure_target": ("Wartość docelowa", "Target value"),
    "measure_by": ("Do kiedy", "Target date"),
    "cio": ("Dyrektor ds. IT (CIO)", "CIO"),
    "cmo": ("Dyrektor marketingu (CMO)", "CMO"),
    "lead_it": ("Lider strony IT", "IT lead"),
    "lead_marketing": ("Lider strony marketingu", "Marketing lead"),
    "starts_on": ("Początek", "Start"),
    "ends_on": ("Koniec", "End"),
    "budget": ("Budżet łącznie", "Total budget"),
    "currency": ("Waluta", "Currency"),
    "budget_basis": ("Budżet jest podany", "The budget is"),
    "language": ("Język", "Language"),
    "zone": ("Strefa czasowa", "Time zone"),
    "milestones_after_end": (
        "Kamienie milowe po nowym, wcześniejszym końcu",
        "Milestones after a new, earlier end",
    ),
    "milestones": ("Pierwsze kamienie milowe", "First milestones"),
    "answer": ("Twoja odpowiedź", "Your answer"),
    "reason": ("Powód albo temat rozmowy", "Your reason, or what you would like to talk about"),
    "channel": ("Kanał", "Channel"),
    "my_language": ("Twój język", "Your language"),
    "reminders": ("Przypomnienia o check-inach", "Reminders of check-ins"),
    "brief_hour": ("Przegląd poniedziałkowy o godzinie", "My Monday brief comes at"),
    "country": ("Kraj, którego święta są wolne", "Country whose holidays are free days"),
    "country_part": ("Część kraju", "Part of the country"),
    "free_days": ("Dni wolne w firmie", "The company's own free days"),
    "channel_prefix": ("Początek nazw kanałów projektów", "How the names of project channels begin"),
    "why": ("Dlaczego", "Why"),
    "until": ("Dzień wznowienia", "Resumes by itself on"),
    "deputy": ("Zastępca", "Deputy"),
    "from_day": ("Pierwszy dzień", "First day"),
    "until_day": ("Ostatni dzień", "Last day"),
    "left": ("Kto odszedł", "Who has left"),
    "leaver": (
        *("Albo: kto teraz zwalnia rolę", "Or: whose seat falls vacant now"),
        *("Kto teraz zwalnia rolę", "Whose seat falls vacant now"),  # where no seat is vacant
    ),
    "successor": ("Następca", "Successor"),
}
BUTTONS = {
    "send": ("Wyślij do podpisu", "Send for signature"),
    "edit": ("Edytuj", "Edit"),
    "read": ("Przeczytaj i podpisz", "Read & sign"),
    "change": ("Zmień odpowiedź", "Change my answer"),
    "read_new": ("Przeczytaj nową wersję", "Read the new version"),
    "use_channel": ("Użyj tego kanału", "Use this channel"),
    "afresh": ("Zacznij od nowa", "Start afresh"),
    "new": ("Nowy projekt", "New project"),
    "help": ("Pomoc", "Help"),
    "who_keeps_what": ("Wpisz, kto za co odpowiada", "Say who keeps what"),
    "run_meant": ("Tak, o to chodzi", "Yes, do that"),
    "settings": ("Ustawienia", "Settings"),
    "log": ("Dziennik", "Log"),
    "show": ("Pokaż", "Show"),
    "older": ("Starsze", "Older"),
    "pause": ("Wstrzymaj", "Pause"),
    "resume": ("Wznów", "Resume"),
    "withdraw": ("Wycofaj", "Withdraw"),
    "take_back": ("Odwołaj wycofanie", "Take back the withdrawal"),
    "propose": ("Zaproponuj nową wersję", "Propose a new version"),
    "leads": ("Zaproś liderów", "Ask the leads in"),
    "drop": ("Zakończ zastępstwo", "Remove the deputy"),
    "name": ("Wskaż następcę", "Name a successor"),
    "object": ("Zgłoś sprzeciw", "Object"),
}
ANSWERS = {
    "sign": ("Podpisuję", "Sign"),
    "talk": ("Najpierw porozmawiajmy", "Let's talk first"),
    "decline": ("Nie podpisuję", "Decline"),
}
BASES = {"net": ("Netto (bez VAT)", "Net (without VAT)"), "gross": ("Brutto (z VAT)", "Gross (with VAT)")}
CHOICES = {"answer": ANSWERS, "budget_basis": BASES}
ASKED = (
    "Na Twój podpis czeka",
    "waits for your signature",
    "prosi o Twój podpis",
    "otrzebny jest też Twój podpis",
    "asks for your signature",
    "prosi o podpis pod",
    "asks for a signature on",
    "it needs yours, too",
    "Podpisujesz w zastępstwie",
    "You sign as the deputy",
)
VOID = ("jest nieaktualna", "is out of date")
NOT_FOUND = (
    "Nie mogę tego znaleźć",
    "I can't find that",
    "Nie widzę takiego projektu",
    "I can't see such a project",
)
NOT_ALLOWED = (
    *("zrobić tylko", "can do this", "Czytają to tylko", "Czyta to tylko", "can read this"),
    *("dopisuje do rejestru tylko", "add customer bases to the register", "add data to the register"),
)
NOT_FOR_YOU = ("tylko osoby z tej firmy", "for people of this company only")
NOT_A_COLLEAGUE = ("osoba z tej firmy z aktywnym kontem", "active colleague of this company")
NOT_YOUR_SIGNATURE = ("nie ma Cię wśród nich", "you are no longer one of them")
SIGNED_BY_OTHERS = ("Tę kartę mogą podpisać tylko", "can sign this charter; both have been asked")
NOTHING_TO_SIGN = ("Nic nie czeka na Twój podpis", "Nothing waits for your signature")
OUR_FAULT = ("poszło nie tak po naszej stronie", "went wrong on our side")

NAME = "Kto kupuje w piątki"
GOAL = "Dowiedzieć się, kto kupuje w piątki i po co wraca."


def has_sentence(text: str, either: Iterable[str]) -> bool:
    """Whether a sentence is in `text`, in one of the languages."""
    return any(sentence in text for sentence in either)


def day_from_today(duet: Office, days: int) -> str:
    """The date so many days from today, as a date picker gives it."""
    return (datetime.fromtimestamp(duet.slack.now, UTC) + timedelta(days=days)).date().isoformat()


# --- forms ----------------------------------------------------------------------------------------------------


def find_label(labels: Iterable[str], either: tuple[str, ...]) -> str:
    found = [label for label in labels if label in either]
    assert found, f"none of {either} in {list(labels)}"
    return found[0]


def fill_form(form: SeenForm, values: Mapping[str, Any]) -> SeenForm:
    """By the names of FIELDS; a choice by the names of CHOICES."""
    chosen = {}
    for name, value in values.items():
        label = find_label(form.labels, FIELDS[name])
        chosen[label] = find_label(form.options[label], CHOICES[name][value]) if name in CHOICES else value
    return form.fill(chosen)


def field_value(form: SeenForm, name: str) -> Any:
    return form.values[find_label(form.labels, FIELDS[name])]


def field_errors(form: SeenForm | None) -> dict[str, str]:
    """By the names of FIELDS."""
    assert form is not None
    names = {label: name for name, labels in FIELDS.items() for label in labels}
    return {names[label]: text for label, text in form.errors.items()}


def click_button(seen: SeenForm | SeenMessage | SeenReply, button: str) -> Any:
    """By the names of BUTTONS."""
    return seen.click(find_label(seen.buttons, BUTTONS[button]))


def submit_form(form: SeenForm) -> SeenForm:
    """The form that is shown next."""
    shown = form.submit()
    assert shown is not None, "the form closed"
    assert shown.trouble is None, shown.trouble
    return shown


def open_form(person: PersonDriver, text: str, channel: str = "#general") -> SeenForm:
    """The form that a command opens; others are put away first."""
    close_forms(person)
    reply = person.types(text, channel)
    form = person.form
    assert form is not None, reply.text
    return form


def close_forms(person: PersonDriver) -> None:
    while (form := person.form) is not None:
        form.close()


# --- a charter's way ------------------------------------------------------------------------------------------


def first_step_values(duet: Office, **changed: Any) -> dict[str, Any]:
    values = {
        "name": NAME,
        "goal": GOAL,
        "measure_name": "Klienci, o których to wiemy",
        "measure_unit": "%",
        "measure_start": "3,5",
        "measure_target": "20",
        "measure_by": day_from_today(duet, 150),
    }
    return values | {name: value for name, value in changed.items() if name in values}


def second_step_values(duet: Office, **changed: Any) -> dict[str, Any]:
    values = {
        "cio": "@adam",
        "cmo": "@anna",
        "lead_it": "@piotr",
        "lead_marketing": "@ewa",
        "starts_on": day_from_today(duet, 30),
        "ends_on": day_from_today(duet, 180),
        "budget": "120 000 zł",
        "budget_basis": "net",
    }
    return values | {name: value for name, value in changed.items() if name not in first_step_values(duet)}


def open_second_step(duet: Office, by: str = "anna", **changed: Any) -> SeenForm:
    """The second step as it opens: defaults only."""
    form = fill_form(open_form(duet.person(by), "/duet new"), first_step_values(duet, **changed))
    second = submit_form(form)
    assert not second.errors, second.errors
    return second


def submit_new_charter(duet: Office, by: str = "anna", **changed: Any) -> SeenForm:
    """What is shown once both steps are filled and sent."""
    form = fill_form(open_second_step(duet, by, **changed), second_step_values(duet, **changed))
    shown = submit_form(form)
    assert not shown.errors, shown.errors
    return shown


def key_in_title(form: SeenForm) -> str:
    return next(word for word in form.title.replace(":", "").split() if word.startswith("D-"))


@play_once
def draft_charter(duet: Office, by: str = "anna", **changed: Any) -> str:
    """The key of a new project in draft."""
    key = key_in_title(submit_new_charter(duet, by, **changed))
    close_forms(duet.person(by))
    return key


@play_once
def send_charter(duet: Office, by: str = "anna", **changed: Any) -> str:
    """The key of a new project that both executives are asked to sign."""
    form = submit_new_charter(duet, by, **changed)
    key = key_in_title(form)
    said = click_button(form, "send")
    assert key in said.text, said.text
    close_forms(duet.person(by))
    return key


@play_once
def send_charter_on_monday(duet: Office, by: str = "anna", **changed: Any) -> tuple[str, date]:
    """The same at the quiet start of a working week, and that day."""
    day = move_to_monday(duet)
    return send_charter(duet, by, **changed), day


def revise_charter(duet: Office, key: str, by: str = "anna", **changed: Any) -> SeenForm:
    """What is shown after the charter was edited."""
    form = fill_form(
        open_form(duet.person(by), f"/duet edit {key}"), select_values(changed, first_step_values(duet))
    )
    second = select_values(changed, [*second_step_values(duet), "milestones_after_end"])
    shown = submit_form(fill_form(submit_form(form), second))
    assert not shown.errors, shown.errors
    return shown


def change_charter(duet: Office, key: str, by: str, **values: Any) -> str:
    """What is said to whoever has changed the charter, once everybody has heard of it."""
    shown = revise_charter(duet, key, by=by, **values)
    close_forms(duet.person(by))
    run_due_work(duet)
    return shown.text


def select_values(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def find_signing_message(duet: Office, handle: str, key: str) -> SeenMessage:
    """The direct message that asks an executive to sign."""
    person = duet.person(handle)
    person.waits_for(f"{key} ", "@duet")
    duet.settles()
    found = [each for each in _direct_messages(person) if key in each.text and has_sentence(each.text, ASKED)]
    assert found, f"{handle} is not asked to sign {key}: {_direct_messages(person)}"
    return ([each for each in found if {*BUTTONS["read"]} & {*each.buttons}] or found)[-1]


def _direct_messages(person: PersonDriver) -> list[SeenMessage]:
    return person.reads("@duet") if "@duet" in person.channels else []


def open_signing_form(duet: Office, handle: str, key: str) -> SeenForm:
    """The charter with its three answers, as the direct message opens it."""
    close_forms(duet.person(handle))
    form: SeenForm = click_button(find_signing_message(duet, handle, key), "read").form
    assert form is not None
    return form


def answer_request(duet: Office, handle: str, key: str, answer: str, reason: str | None = None) -> SeenForm:
    """What is shown after the answer was sent."""
    form = submit_form(fill_form(open_signing_form(duet, handle, key), {"answer": answer, "reason": reason}))
    assert not form.errors, form.errors
    return form


def sign_charter(duet: Office, key: str, *handles: str) -> None:
    for handle in handles:
        answer_request(duet, handle, key, "sign")
        close_forms(duet.person(handle))


@play_once
def activate_project(duet: Office, **changed: Any) -> str:
    """The key of a new project that both have signed, with everybody in its channel."""
    invited = len(duet.slack.calls("conversations.invite"))
    pinned = len(duet.slack.calls("pins.add"))
    key = send_charter(duet, **changed)
    sign_charter(duet, key, *EXECUTIVES)
    duet.slack.waits_for_calls("conversations.invite", invited + 4)
    duet.slack.waits_for_calls("pins.add", pinned + 1)
    duet.settles()
    return key


@play_once
def activate_on_monday(duet: Office, **changed: Any) -> tuple[str, date]:
    """The same at the quiet start of a working week, and that day."""
    day = move_to_monday(duet)
    return activate_project(duet, **changed), day


def project_channel(duet: Office, key: str, sees: str = "anna") -> str:
    """The project channel, as somebody in it calls it."""
    start = f"#duet-{key.removeprefix('D-')}-"
    return next(name for name in duet.person(sees).channels if name.startswith(start))


# --- what no client would send --------------------------------------------------------------------------------


def forge_click(person: PersonDriver, action: str, value: str, **more: Any) -> SeenReply:
    """A forged click of a button that the person was never shown."""
    close_forms(person)
    message = person.types("/duet").messages[-1]
    return forge_click_in_message(person, message, action, value, **more)


def forge_click_in_message(
    person: PersonDriver, message: SeenMessage, action: str, value: str, **more: Any
) -> SeenReply:
    button = message.buttons[-1]
    overrides = {"actions": [{"action_id": action, "value": value}], **more}
    return person.forges("block_actions", overrides, message=message, button=button)


def forge_submission(person: PersonDriver, form: str, meta: str, values: Mapping[str, Any], **more: Any) -> str:
    """A forged form over one that everybody has; the sentence that is shown."""
    if person.form is None:
        open_form(person, "/duet settings")
    state = {name: {"value": given} for name, given in values.items()}
    view = {"callback_id": form, "private_metadata": meta, "blocks": [], "state": {"values": state}}
    reply = person.forges("view_submission", {"view": view, **more})
    shown = reply.form
    return shown.text if shown is not None else ""


def option_state(value: str) -> dict[str, Any]:
    return {"type": "radio_buttons", "selected_option": {"value": value}}


def options_state(values: Iterable[str]) -> dict[str, Any]:
    return {"type": "multi_static_select", "selected_options": [{"value": each} for each in values]}


def text_state(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


# --- what stands in the database ------------------------------------------------------------------------------

NOT_OURS = {"seen_requests", "lanes"}  # which requests came; how posts go
DECIDED = {
    "deliveries": ("team_id", "key", "kind", "content", "version"),  # as opposed to how far it got
    "people": (  # not what Slack says
        *("team_id", "user_id", "language", "side", "proposed_side", "reminders", "brief_hour", "follows_status"),
    ),
    "workspaces": tuple(each.name for each in tables.metadata.tables["workspaces"].c if each.name != "first_admin"),
}
GREETINGS = ("welcome", "hello:")
REFUSED = "('plea.refused:"  # as a draft is kept of what was refused, for whoever asks for it after all
NOTHING_CHOSEN = (None, None, None, True, 8, False)  # by a person: Duet may just have met them

COLUMNS = {
    table.name: ", ".join(f'"{name}"' for name in DECIDED.get(table.name, table.c.keys()))
    for table in tables.metadata.sorted_tables
    if table.name not in NOT_OURS
}
WITH_ROWS = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in COLUMNS)

Rows = dict[str, list[tuple[Any, ...]]]
"""As the database's driver gives them."""


def read_decisions(duet: Office) -> Rows:
    """Everything that people have decided, table by table.

    Not who was the first Slack admin to write to Duet, who is greeted for it, whatever they write (product §4), and
    not that Duet introduces itself, above something else that is there.
    """
    found: Rows = {name: [] for name in COLUMNS}
    with duet.database.readers.connect() as connection:
        for name in connection.exec_driver_sql(WITH_ROWS).scalars().all():
            read = map(tuple, connection.exec_driver_sql(f"SELECT {COLUMNS[name]} FROM {name}"))
            decided = (row for row in read if row[2:] != NOTHING_CHOSEN and not str(row[2:3]).startswith(REFUSED))
            found[name] = sorted(decided, key=repr)
    found["deliveries"] = [row for row in found["deliveries"] if not row[1].startswith(GREETINGS)]
    return found


def query_one(duet: Office, statement: str, **facts: Any) -> Any:
    """The one value that a query finds: an id that a forger would have to guess."""
    with duet.database.readers.connect() as connection:
        return connection.execute(text(statement), facts).scalar_one()


def load_last_audit_entry(duet: Office) -> AuditEntry:
    with read_only_session(duet.database) as session:
        return session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)).one()


def project_id(duet: Office, key: str, team: str = "T0PIKUS") -> int:
    number = int(key.removeprefix("D-"))
    found = query_one(
        duet, "SELECT id FROM projects WHERE team_id = :team AND number = :number", team=team, number=number
    )
    return int(found)


def request_id(duet: Office, key: str) -> int:
    """Of the newest request to sign."""
    project = project_id(duet, key)
    return int(query_one(duet, "SELECT max(id) FROM signing_requests WHERE project_id = :project", project=project))


def _rows_without(some: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row in some if row not in others]


@contextmanager
def expect_no_change(duet: Office) -> Iterator[None]:
    """Nothing of what stands in the database is different afterwards."""
    duet.settles()
    before = read_decisions(duet)
    yield
    after = read_decisions(duet)
    differing = {
        name: {"gone": _rows_without(before[name], after[name]), "new": _rows_without(after[name], before[name])}
        for name in before
        if before[name] != after[name]
    }
    assert not differing, differing


@contextmanager
def expect_refusal(duet: Office, key: str | None = None) -> Iterator[None]:
    """Nothing is changed inside, and the log has it, by the refusal's key."""
    with expect_no_change(duet), expect_logged_refusal(key):
        yield


@contextmanager
def expect_logged_refusal(key: str | None = None) -> Iterator[None]:
    """The log has a refusal, by its key."""
    with capture_logs() as logs:
        yield
    refused = [entry for entry in logs if entry["event"] == "refused"]
    found = [key for entry in refused for key in (entry.get("error"), *entry.get("parts", ()))]
    assert found, logs
    assert key is None or key in found, found


@contextmanager
def roll_back_requests() -> Iterator[list[bool]]:
    """Whatever is asked inside is answered as ever and then rolled back: the next one finds things as they were.

    Gives, for each request that may write, whether it did.
    """
    wrote: list[bool] = []

    @contextmanager
    def rolled_back(database: Database, ticket: Ticket | None = None) -> Iterator[Session]:
        with NotingSession(database.engine, expire_on_commit=False, info=dict(database.session_info)) as session:
            yield session
            send_writes(session)
            wrote.append(has_sent_writes(session))
            session.rollback()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(request_session, "transaction", rolled_back)
        yield wrote


def move_to_tuesday_morning(duet: Office) -> None:
    """Moves the clock to 10:00 in Warsaw of the next Tuesday: routine messages have gone out by then (§2.8)."""
    now = datetime.fromtimestamp(duet.slack.now, ZoneInfo("Europe/Warsaw"))
    days = (TUESDAY - now.weekday() - 1) % 7 + 1
    then = (now + timedelta(days=days)).replace(hour=10, minute=0, second=0)
    duet.slack.move_clock((then - now).total_seconds())
