"""What people do with check-ins, in whichever language their Slack speaks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.scheduling.workdays import WorkCalendar
from tests.driving import PersonDriver, SeenForm, SeenMessage, SeenReply
from tests.running import Office
from tests.scenarios.days import MONDAY, current_day, move_to_day, next_weekday
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    find_label,
    has_sentence,
    open_form,
    project_channel,
    query_one,
)
from tests.scenarios.team_steps import add_member
from tests.snapshots import play_once

THURSDAY, FRIDAY = 3, 4
SCHEDULE_SAVED = ("Zapisane. Check-iny projektu", "Saved. Check-ins of")
POLISH = WorkCalendar("PL")

QUESTIONS = {
    "progress": ("Co udało się zrobić od ostatniego razu?", "What have you got done since last time?"),
    "status": ("Jak idzie?", "How is it going?"),
    "blockers": ("Czy coś stoi na przeszkodzie?", "Is anything in your way?"),
    "needs": ("Czego potrzebujesz od drugiej strony?", "What do you need from the other side?"),
    "measure": ("Klienci, o których to wiemy (%), dziś", "Klienci, o których to wiemy (%), today"),
}
STATUSES = {
    "on_track": ("🟢 Zgodnie z planem", "🟢 On track"),
    "at_risk": ("🟡 Plan zagrożony", "🟡 At risk"),
    "off_track": ("🔴 Niezgodnie z planem", "🔴 Off track"),
}
FIELDS = {
    "weekdays": ("Dni", "Days"),
    "rhythm": ("Jak często", "How often"),
    "at": ("O której", "At"),
    "zone": ("Czyj czas", "Whose time"),
    "country": ("Pomijaj święta kraju", "Skip the holidays of"),
    "whom": ("Kogo pytać", "Who is asked"),
    "people": ("Które osoby (dla „Wybrane osoby”)", "Which people (for “Chosen people”)"),
    "questions": ("Pytania, jedno w wierszu, najwyżej pięć", "Questions, one per line, five at most"),
}
WHOM = {
    "team": ("Zespół (dopóki go nie ma: liderzy)", "The team (the leads, until there is one)"),
    "leads": ("Liderzy", "The leads"),
    "everybody": ("Zespół i liderzy", "The team and the leads"),
    "people": ("Wybrane osoby", "Chosen people"),
}
ANSWER, SKIP, SNOOZE = ("Odpowiedz", "Answer"), ("Pomiń", "Skip"), ("Przypomnij za godzinę", "Snooze 1 h")
SAME = ("Tak jak ostatnio", "Same as last time")
CHANGE, AFTER_ALL = ("Zmień odpowiedź", "Change my answer"), ("Jednak odpowiem", "Answer after all")
ADD_MORE = ("Dopisz więcej", "Add more")
STATUS_BUTTONS = {
    "pl": ["🟢 Zgodnie z planem", "🟡 Plan zagrożony", "🔴 Niezgodnie z planem"],
    "en": ["🟢 On track", "🟡 At risk", "🔴 Off track"],
}
ACTIONS = ("answer", "status", "same", "skip", "snooze")  # of a prompt
READ_ALL = ("Przeczytaj całość", "Read it all")
RESOLVED, STANDS = ("Rozwiązane", "Resolved"), ("Nadal przeszkadza", "It still stands")
NOW, PAUSE, RESUME = ("Zapytaj teraz", "Ask now"), ("Wstrzymaj", "Pause"), ("Wznów", "Resume")
SCHEDULE, HISTORY = ("Ustaw check-iny", "Set up check-ins"), ("Historia", "History")

PROMPTED = (
    *("jak idzie? Czekam na odpowiedź do", "how is it going? I will wait for your answer until"),
    *("jak idzie? Czekam na odpowiedzi do", "how is it going? I will wait for your answers until"),  # of several
)
TARGET = ("(cel ", "(target ", "; cel ", "; target ")
MEASURE_ASKED = ("jaką wartość ma teraz miara sukcesu", "where does the success measure of")
REMINDED = (
    *("jeszcze bez odpowiedzi. Wystarczy minuta", "No answer yet to the check-in of"),
    "No answers yet to",  # of several projects
)
THANKED = ("jest zapisana", "is in.")
OVER = ("już się zakończył; zaczął się następny", "is over; the next one has begun")
VOIDED = ("jest zamykany, więc ten check-in", "is closing, so this check-in")
SKIPPED = ("jest pominięty", "You skipped this check-in")
SNOOZED = ("zapytam znowu", "I will ask again on")
STANDS_ASKED = ("nadal trwa? Jeśli tak", "still stand in the way? If so")
BLOCKED = ("trwa przeszkoda, którą zgłasza", "a blocker has been open since")
UNANSWERED = ("Nazwiska widzisz tylko Ty", "Only you see the names")
ROUND_OVER = ("Zaczął się następny check-in", "The next check-in has begun")
SUMMARY = ("*Check-in* *D-", "*Check-in* of")


def move_to_quiet_monday(duet: Office, weeks: int = 3) -> date:
    """Ten in the morning of a Monday after which no working day is a holiday for so many weeks."""
    day = next_weekday(current_day(duet), MONDAY)
    while not all(
        (day + timedelta(days=ahead)).weekday() > FRIDAY or POLISH.is_working_day(day + timedelta(days=ahead))
        for ahead in range(-4, 7 * weeks)
    ):
        day += timedelta(days=7)
    move_to_day(duet, day, "10:00")
    return day


@play_once
def start_quiet_project(duet: Office, weeks: int = 3, **changed: Any) -> tuple[str, date]:
    """A project that runs since ten of a quiet Monday, and that day."""
    monday = move_to_quiet_monday(duet, weeks)
    return activate_project(duet, **{"starts_on": monday.isoformat()} | changed), monday


@play_once
def start_checkin_project(duet: Office, *members: str, weeks: int = 3, **changed: Any) -> tuple[str, date]:
    """A project that runs since a quiet Monday, with these in its team, and its first Thursday. It is Tuesday now:
    the channel has read of all that, and hears nothing else before the Monday after.
    """
    key, monday = start_quiet_project(duet, weeks, **changed)
    for who in members:
        add_member(duet, key, who, by="piotr" if who in ("jan", "nadia") else "ewa")
    move_to_day(duet, monday + timedelta(days=1), "10:00")
    return key, next_weekday(monday, THURSDAY)


@play_once
def start_first_round(duet: Office, *members: str, **changed: Any) -> tuple[str, date]:
    """The same, on its first Thursday at ten: a round has begun."""
    key, thursday = start_checkin_project(duet, *members, **changed)
    move_to_day(duet, thursday, "10:00")
    return key, thursday


def first_measure_day(duet: Office) -> date:
    """The first Thursday that asks for the measure's value, of a project that began this week: a month's first, and
    by then the project is a month old. The next two Thursdays are working days, too.
    """
    began = current_day(duet) - timedelta(days=current_day(duet).weekday())
    month = began.replace(day=1)
    while True:
        month = (month + timedelta(days=31)).replace(day=1)
        day = next_weekday(month - timedelta(days=1), THURSDAY)
        is_month_old = (day.year * 12 + day.month, day.day) >= (began.year * 12 + began.month + 1, began.day)
        if is_month_old and all(POLISH.is_working_day(day + timedelta(days=7 * week)) for week in range(3)):
            return day


def move_to_next_round(duet: Office, thursday: date) -> date:
    """By way of Monday, when the channel reads its routine message: Thursday at ten, the next round has begun."""
    move_to_day(duet, next_weekday(thursday, MONDAY))
    move_to_day(duet, thursday + timedelta(days=7), "10:00")
    return thursday + timedelta(days=7)


def run_checkin_command(person: PersonDriver, what: str = "", channel: str = "#general") -> SeenReply:
    """`/duet checkin …`, with nothing open."""
    close_forms(person)
    return person.types(f"/duet checkin {what}", channel)


# --- what somebody is shown -----------------------------------------------------------------------------------


def messages_saying(duet: Office, who: str, either: tuple[str, ...]) -> list[SeenMessage]:
    """The direct messages with that sentence, oldest first."""
    duet.settles()
    person = duet.person(who)
    return (
        [each for each in person.reads("@duet") if has_sentence(each.text, either)]
        if "@duet" in person.channels
        else []
    )


def find_message_with_button(duet: Office, who: str, button: tuple[str, ...]) -> SeenMessage:
    """The newest direct message that has it."""
    duet.settles()
    found = [each for each in duet.person(who).reads("@duet") if set(button) & set(each.buttons)]
    assert found, f"{who} has no {button}: {[each.text for each in duet.person(who).reads('@duet')]}"
    return found[-1]


def click_label(seen: Any, button: tuple[str, ...]) -> Any:
    return seen.click(find_label(seen.buttons, button))


def press_message_button(duet: Office, who: str, button: tuple[str, ...]) -> str:
    """Presses it in their newest direct message that has it; what is said then."""
    reply: SeenReply = click_label(find_message_with_button(duet, who, button), button)
    duet.settles()
    return reply.text


def list_summaries(duet: Office, key: str, sees: str = "anna") -> list[SeenMessage]:
    """In the project channel, without their threads."""
    duet.settles()
    found = duet.person(sees).reads(project_channel(duet, key, sees))
    return [each for each in found if has_sentence(each.text, SUMMARY) and each.thread in (None, each.ts)]


def only_summary(duet: Office, key: str, sees: str = "anna") -> str:
    """The only one."""
    found = list_summaries(duet, key, sees)
    assert len(found) == 1, [each.text for each in found]
    return found[0].text


def has_in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    assert -1 not in places, (parts[places.index(-1)], text)
    return places == sorted(places)


def read_whole_round(duet: Office, who: str, message: SeenMessage) -> str:
    """Every page of what *Read it all* shows."""
    person = duet.person(who)
    close_forms(person)
    form = click_label(message, READ_ALL).form
    assert form is not None
    pages = [form.text]
    while following := [each for each in form.buttons if each in ("Następne", "Next")]:
        form = form.click(following[0])
        pages.append(form.text)
    close_forms(person)
    return "\n".join(pages)


# --- answering ------------------------------------------------------------------------------------------------


def open_prompt_form(duet: Office, who: str, button: tuple[str, ...] = ANSWER) -> SeenForm:
    close_forms(duet.person(who))
    form = click_label(find_message_with_button(duet, who, button), button).form
    assert form is not None
    found: SeenForm = form
    return found


def fill_answers(form: SeenForm, **values: Any) -> SeenForm:
    """By the names of QUESTIONS and STATUSES."""
    chosen = {}
    for name, value in values.items():
        label = find_label(form.labels, QUESTIONS[name])
        is_status = name == "status" and value is not None
        chosen[label] = find_label(form.options[label], STATUSES[value]) if is_status else value
    return form.fill(chosen)


def answer_errors(form: SeenForm | None, names: Mapping[str, tuple[str, ...]] = QUESTIONS) -> dict[str, str]:
    assert form is not None
    named = {label: name for name, labels in names.items() for label in labels}
    return {named[label]: text for label, text in form.errors.items()}


def answer_prompt(duet: Office, who: str, button: tuple[str, ...] = ANSWER, **values: Any) -> None:
    """In the form that their newest message with that button opens."""
    _submit_answers(duet, who, fill_answers(open_prompt_form(duet, who, button), **values), values)


def answer_by_command(duet: Office, who: str, key: str, **values: Any) -> None:
    _submit_answers(
        duet, who, fill_answers(open_form(duet.person(who), f"/duet checkin {key} answer"), **values), values
    )


def _submit_answers(duet: Office, who: str, form: SeenForm, values: Mapping[str, Any]) -> None:
    """The form closes; where a number was given, it says how it was understood."""
    left = form.submit()
    if values.get("measure"):
        assert left is not None and has_sentence(left.text, TARGET), left
        close_forms(duet.person(who))
    else:
        assert left is None, (left.errors, left.text)
    duet.settles()


# --- the schedule ---------------------------------------------------------------------------------------------


def open_schedule_form(duet: Office, who: str, key: str) -> SeenForm:
    return open_form(duet.person(who), f"/duet checkin {key} schedule")


def fill_schedule_form(form: SeenForm, **values: Any) -> SeenForm:
    """By the names of FIELDS and WHOM."""
    for name, value in values.items():
        label = find_label(form.labels, FIELDS[name])
        form = form.fill({label: find_label(form.options[label], WHOM[value]) if name == "whom" else value})
    return form


def save_schedule(duet: Office, who: str, key: str, **values: Any) -> None:
    shown = fill_schedule_form(open_schedule_form(duet, who, key), **values).submit()
    assert shown is not None
    assert has_sentence(shown.text, SCHEDULE_SAVED), (shown.errors, shown.text)
    close_forms(duet.person(who))
    deliver_and_settle(duet)


def deliver_and_settle(duet: Office) -> None:
    duet.delivers_everything()
    duet.settles()


def newest_message_id(duet: Office, who: str) -> int:
    """Of the newest message that has asked them, or reminded them."""
    sent = "SELECT max(id) FROM checkin_messages WHERE user_id = :user AND sent_at IS NOT NULL"
    return int(query_one(duet, sent, user=duet.person(who).id))


def value_of_action(duet: Office, who: str, action: str) -> str:
    """What a button of their newest prompt carries: the message's id, or the prompt's."""
    of_message = action in ("skip", "snooze")
    found = str(newest_message_id(duet, who) if of_message else newest_prompt_ids(duet, who)[0])
    return f"{found}:1" if action == "status" else found


def newest_prompt_ids(duet: Office, who: str) -> tuple[int, int]:
    """Of their newest prompt, and its round."""
    user = duet.person(who).id
    prompt = int(query_one(duet, "SELECT max(id) FROM checkin_prompts WHERE user_id = :user", user=user))
    return prompt, int(query_one(duet, "SELECT round_id FROM checkin_prompts WHERE id = :id", id=prompt))
