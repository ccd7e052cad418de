"""What people do with check-ins, in whichever language their Slack speaks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.workdays import WorkCalendar
from playground.driver import Form, Message, PersonDriver, Reply
from tests.beginnings import beginning
from tests.running import Office
from tests.scenarios.days import MONDAY, comes, next_weekday, today
from tests.scenarios.steps import active, channel_of, labelled, one, opened, put_away, says
from tests.scenarios.team_steps import joined

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
    "at_risk": ("🟡 Zagrożone", "🟡 At risk"),
    "off_track": ("🔴 Poza planem", "🔴 Off track"),
}
FIELDS = {
    "weekdays": ("Dni", "Days"),
    "rhythm": ("Jak często", "How often"),
    "at": ("O której", "At"),
    "zone": ("Czyj czas", "Whose time"),
    "country": ("Pomijaj święta kraju", "Skip the holidays of"),
    "whom": ("Kogo pytamy", "Who is asked"),
    "people": ("Które osoby (jeśli wybierasz osoby)", "Which people (if you choose people)"),
    "questions": ("Pytania, jedno w wierszu, najwyżej pięć", "Questions, one per line, five at most"),
}
WHOM = {
    "team": ("Zespół (dopóki go nie ma: liderzy)", "The team (the leads, until there is one)"),
    "leads": ("Liderzy", "The leads"),
    "everybody": ("Zespół i liderzy", "The team and the leads"),
    "people": ("Te osoby", "These people"),
}
ANSWER, SKIP, SNOOZE = ("Odpowiedz", "Answer"), ("Pomiń", "Skip"), ("Przypomnij za godzinę", "Snooze 1 h")
SAME = ("Tak jak ostatnio", "Same as last time")
CHANGE, AFTER_ALL = ("Zmień odpowiedź", "Change my answer"), ("Jednak odpowiem", "Answer after all")
READ_ALL = ("Przeczytaj całość", "Read it all")
RESOLVED, STANDS = ("Rozwiązane", "Resolved"), ("Nadal przeszkadza", "It still stands")
NOW, PAUSE, RESUME = ("Zapytaj teraz", "Ask now"), ("Wstrzymaj", "Pause"), ("Wznów", "Resume")
SCHEDULE, HISTORY = ("Zmień terminy", "Change the schedule"), ("Historia", "History")

PROMPTED = ("jak idzie? Odpowiedź liczy się do", "how is it going? Your answer counts until")
TARGET = ("(cel ", "(target ")
MEASURE_ASKED = ("jaką wartość ma teraz miara sukcesu", "where does the success measure of")
REMINDED = ("jeszcze bez odpowiedzi. Wystarczy minuta", "No answer yet to the check-in of")
THANKED = ("jest zapisana", "is in.")
OVER = ("już się zakończył; trwa następny", "is over; the next one has begun")
SKIPPED = ("jest pominięty", "You skipped this check-in")
SNOOZED = ("zapytam znowu", "I will ask again on")
STANDS_ASKED = ("nadal przeszkadza? Jeśli tak", "still stop you? If so")
BLOCKED = ("trwa przeszkoda, którą wskazuje", "a blocker has been open since")
UNANSWERED = ("Te nazwiska widzisz tylko Ty", "Only you are told the names")
ROUND_OVER = ("Zaczął się następny check-in", "The next check-in has begun")
SUMMARY = ("*Check-in* projektu", "*Check-in* of")


def quiet_monday(duet: Office, weeks: int = 3) -> date:
    """Ten in the morning of a Monday after which no working day is a holiday for so many weeks."""
    day = next_weekday(today(duet), MONDAY)
    while not all(
        (day + timedelta(days=ahead)).weekday() > FRIDAY or POLISH.is_working_day(day + timedelta(days=ahead))
        for ahead in range(-4, 7 * weeks)
    ):
        day += timedelta(days=7)
    comes(duet, day, "10:00")
    return day


@beginning
def started(duet: Office, *members: str, weeks: int = 3, **changed: Any) -> tuple[str, date]:
    """A project that runs since a quiet Monday, with these in its team, and its first Thursday. It is Tuesday now:
    the channel has read of all that, and hears nothing else before the Monday after.
    """
    monday = quiet_monday(duet, weeks)
    changed = {"starts_on": monday.isoformat()} | changed
    key = active(duet, **changed)
    for who in members:
        joined(duet, key, who, by="piotr" if who in ("jan", "nadia") else "ewa")
    comes(duet, monday + timedelta(days=1), "10:00")
    return key, next_weekday(monday, THURSDAY)


@beginning
def asked(duet: Office, *members: str, **changed: Any) -> tuple[str, date]:
    """The same, on its first Thursday at ten: a round has begun."""
    key, thursday = started(duet, *members, **changed)
    comes(duet, thursday, "10:00")
    return key, thursday


def first_measured(duet: Office) -> date:
    """The first Thursday that asks for the measure's value, of a project that began this week: a month's first, and
    by then the project is a month old. The next two Thursdays are working days, too.
    """
    began = today(duet) - timedelta(days=today(duet).weekday())
    month = began.replace(day=1)
    while True:
        month = (month + timedelta(days=31)).replace(day=1)
        day = next_weekday(month - timedelta(days=1), THURSDAY)
        is_month_old = (day.year * 12 + day.month, day.day) >= (began.year * 12 + began.month + 1, began.day)
        if is_month_old and all(POLISH.is_working_day(day + timedelta(days=7 * week)) for week in range(3)):
            return day


def a_week_later(duet: Office, thursday: date) -> date:
    """By way of Monday, when the channel reads its routine message: Thursday at ten, the next round has begun."""
    comes(duet, next_weekday(thursday, MONDAY))
    comes(duet, thursday + timedelta(days=7), "10:00")
    return thursday + timedelta(days=7)


def checkin(person: PersonDriver, what: str = "", channel: str = "#general") -> Reply:
    """`/duet checkin …`, with nothing open."""
    put_away(person)
    return person.types(f"/duet checkin {what}", channel)


# --- what somebody is shown -----------------------------------------------------------------------------------


def told(duet: Office, who: str, either: tuple[str, ...]) -> list[Message]:
    """The direct messages with that sentence, oldest first."""
    duet.settles()
    person = duet.person(who)
    return [each for each in person.reads("@duet") if says(each.text, either)] if "@duet" in person.channels else []


def with_button(duet: Office, who: str, button: tuple[str, ...]) -> Message:
    """The newest direct message that has it."""
    duet.settles()
    found = [each for each in duet.person(who).reads("@duet") if set(button) & set(each.buttons)]
    assert found, f"{who} has no {button}: {[each.text for each in duet.person(who).reads('@duet')]}"
    return found[-1]


def click(seen: Any, button: tuple[str, ...]) -> Any:
    return seen.click(labelled(seen.buttons, button))


def presses(duet: Office, who: str, button: tuple[str, ...]) -> str:
    """Presses it in their newest direct message that has it; what is said then."""
    reply: Reply = click(with_button(duet, who, button), button)
    duet.settles()
    return reply.text


def summaries(duet: Office, key: str, sees: str = "anna") -> list[Message]:
    """In the project channel, without their threads."""
    duet.settles()
    found = duet.person(sees).reads(channel_of(duet, key, sees))
    return [each for each in found if says(each.text, SUMMARY) and each.thread in (None, each.ts)]


def summary(duet: Office, key: str, sees: str = "anna") -> str:
    """The only one."""
    found = summaries(duet, key, sees)
    assert len(found) == 1, [each.text for each in found]
    return found[0].text


def ordered(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    assert -1 not in places, (parts[places.index(-1)], text)
    return places == sorted(places)


def whole(duet: Office, who: str, message: Message) -> str:
    """Every page of what *Read it all* shows."""
    person = duet.person(who)
    put_away(person)
    form = click(message, READ_ALL).form
    assert form is not None
    pages = [form.text]
    while following := [each for each in form.buttons if each in ("Następne", "Next")]:
        form = form.click(following[0])
        pages.append(form.text)
    put_away(person)
    return "\n".join(pages)


# --- answering ------------------------------------------------------------------------------------------------


def answer_form(duet: Office, who: str, button: tuple[str, ...] = ANSWER) -> Form:
    put_away(duet.person(who))
    form = click(with_button(duet, who, button), button).form
    assert form is not None
    found: Form = form
    return found


def filled(form: Form, **values: Any) -> Form:
    """By the names of QUESTIONS and STATUSES."""
    chosen = {}
    for name, value in values.items():
        label = labelled(form.labels, QUESTIONS[name])
        is_status = name == "status" and value is not None
        chosen[label] = labelled(form.options[label], STATUSES[value]) if is_status else value
    return form.fill(chosen)


def errors(form: Form | None, names: Mapping[str, tuple[str, ...]] = QUESTIONS) -> dict[str, str]:
    assert form is not None
    named = {label: name for name, labels in names.items() for label in labels}
    return {named[label]: text for label, text in form.errors.items()}


def answers(duet: Office, who: str, button: tuple[str, ...] = ANSWER, **values: Any) -> None:
    """In the form that their newest message with that button opens."""
    _hands_in(duet, who, filled(answer_form(duet, who, button), **values), values)


def answers_by_command(duet: Office, who: str, key: str, **values: Any) -> None:
    _hands_in(duet, who, filled(opened(duet.person(who), f"/duet checkin {key} answer"), **values), values)


def _hands_in(duet: Office, who: str, form: Form, values: Mapping[str, Any]) -> None:
    """The form closes; where a number was given, it says how it was understood."""
    left = form.submit()
    if values.get("measure"):
        assert left is not None and says(left.text, TARGET), left
        put_away(duet.person(who))
    else:
        assert left is None, (left.errors, left.text)
    duet.settles()


# --- the schedule ---------------------------------------------------------------------------------------------


def schedule_form(duet: Office, who: str, key: str) -> Form:
    return opened(duet.person(who), f"/duet checkin {key} schedule")


def planned(form: Form, **values: Any) -> Form:
    """By the names of FIELDS and WHOM."""
    for name, value in values.items():
        label = labelled(form.labels, FIELDS[name])
        form = form.fill({label: labelled(form.options[label], WHOM[value]) if name == "whom" else value})
    return form


def saved(duet: Office, who: str, key: str, **values: Any) -> None:
    shown = planned(schedule_form(duet, who, key), **values).submit()
    assert shown is not None
    assert says(shown.text, SCHEDULE_SAVED), (shown.errors, shown.text)
    put_away(duet.person(who))
    comes_quietly(duet)


def comes_quietly(duet: Office) -> None:
    duet.delivers_everything()
    duet.settles()


def ids(duet: Office, who: str) -> tuple[int, int]:
    """Of their newest prompt, and its round."""
    user = duet.person(who).id
    prompt = int(one(duet, "SELECT max(id) FROM checkin_prompts WHERE user_id = :user", user=user))
    return prompt, int(one(duet, "SELECT round_id FROM checkin_prompts WHERE id = :id", id=prompt))
