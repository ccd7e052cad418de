"""A week of check-ins: asked, answered in two languages, reminded, summed up; and a blocker that goes up."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.steps import REPLY, Clicks, Fills, Says, Scene, Sees, Types, Waits
from bot.parsing.dates.reckoning import working_days_later
from bot.scheduling.workdays import WorkCalendar

CALENDAR = WorkCalendar("PL")
THURSDAY = 3


def checkin_week_scene(w: Words, channel: str, earliest: date) -> Scene:
    """`earliest`: the first day on which people may be asked; the project has begun by then."""
    thursday = earliest
    while thursday.weekday() != THURSDAY or not _are_working_days(thursday - timedelta(days=1), thursday):
        thursday += timedelta(days=1)
    friday = working_day_after(thursday, 1)
    monday = _monday_from(working_day_after(thursday, 5))
    return Scene(
        "A week of it",
        "How is it going? Everybody is asked on the same day, for a minute; both executives read the same summary.",
        (
            Types("piotr", "/duet checkin", channel),
            Sees("piotr", REPLY, ("Every Thursday at 10:00",)),
            Clicks("piotr", "Set up check-ins", REPLY),
            Fills("piotr", {"Who is asked": "The team and the leads"}, click="Save"),
            Waits(thursday - timedelta(days=1), "15:00", "The project has begun. It is Wednesday"),
            Types(
                "ola",
                w("/duet nieobecność jutro pojutrze", "/duet away thursday friday"),
                gloss="/duet away, two days; no reason asked",
            ),
            Sees(
                "ola",
                REPLY,
                (w("W te dni Duet o nic nie pyta", "Duet asks you nothing on these days"),),
                gloss="On these days Duet asks nothing.",
            ),
            Waits(thursday, "10:00", "Thursday, ten o'clock"),
            Sees(
                "ewa",
                "@duet",
                (w("jak idzie?", "how is it going?"),),
                gloss="How is it going?",
            ),
            Clicks("ewa", "🔴 Niezgodnie z planem", "@duet"),
            Fills(
                "ewa",
                {"Co stoi na przeszkodzie?": w("Kasy nie podają godziny zakupu", "The tills do not tell the hour")},
                click="Wyślij",
                gloss="Off track counts from the click. What stands in the way: the tills do not tell the hour.",
            ),
            Says(
                "ewa",
                w("200 koszyków opisanych ręcznie", "200 baskets sorted by hand"),
                "@duet",
                gloss="She just writes on: 200 baskets sorted by hand.",
            ),
            Sees(
                "ewa",
                "@duet",
                (w("Czy to Twoja odpowiedź w check-inie", "Is this your answer in the check-in"),),
                gloss="Is this your answer? Nothing is stored until you send it.",
            ),
            Clicks("ewa", "Wyślij jako odpowiedź", "@duet"),
            Clicks("ewa", "Zmień odpowiedź", "@duet"),
            Fills(
                "ewa",
                {
                    "Czego potrzebujesz od drugiej strony?": w(
                        "Godziny przy każdym paragonie", "The hour on every receipt"
                    )
                },
                click="Wyślij",
                gloss="What does she need from the other side? The hour on every receipt.",
            ),
            Sees("piotr", "@duet", ("how is it going?",)),
            Clicks("piotr", "🟢 On track", "@duet"),
            Sees("piotr", "@duet", ("your check-in of", "🟢 On track"), lines=2),
            Waits(friday, "09:00", "The next morning; Jan has not answered, Ola is away"),
            Sees(
                "jan",
                "@duet",
                (w("jeszcze bez odpowiedzi", "No answer yet"),),
                gloss="No answer yet; a minute is enough.",
            ),
            Waits(friday, "12:00", "Noon: the window ends"),
            Sees(
                ("anna", "adam"),
                channel,
                (
                    w("Niezgodnie z planem", "Off track"),
                    w("*Check-in* *D-", "*Check-in* of"),
                    w("Kasy nie podają", "The tills do not tell"),
                    w("IT 1 z 2", "IT 1 of 2"),
                    w("nie pytano: 1", "not asked: 1"),
                ),
                lines=1,
                gloss="First what needs attention, then a line a person. Who has not answered is not named.",
            ),
            Clicks("jan", "Odpowiedz", "@duet"),
            Fills(
                "jan",
                {
                    "Co udało się zrobić od ostatniego razu?": w(
                        "Policzone: w piątki są urodziny sąsiadów",
                        "Counted: Fridays are neighbours' birthdays",
                    )
                },
                click="Wyślij",
                gloss="Jan is late: Fridays are the neighbours' birthdays.",
            ),
            Sees(
                ("anna", "adam"),
                channel,
                (
                    w("uzupełnione", "updated"),
                    w("@Jan Łącznik _(po terminie)_", "@Jan Łącznik _(late)_"),
                    w("IT 2 z 2", "IT 2 of 2"),
                ),
                gloss="The same summary, with the late answer in it.",
            ),
            Waits(working_day_after(thursday, 2), "09:01", "Two working days on, both leads hear of the blocker"),
            Waits(working_day_after(thursday, 4), "09:01", "Ewa is asked again whether it still stands"),
            Waits(monday, "08:01", "Monday, eight o'clock: the executives' one message about everything"),
            Sees(
                ("anna", "adam"),
                "@duet",
                (
                    w("Przegląd poniedziałkowy", "Monday brief"),
                    w("wymaga uwagi dyrektorów", "needs its executives"),
                ),
                gloss="Both read the same: what needs them, what moved, money, trust.",
            ),
            Waits(working_day_after(monday, 1), "09:01", "Five working days on, the blocker is still there"),
            Sees(
                ("anna", "adam"),
                "@duet",
                (
                    w("trwa przeszkoda, którą zgłasza @Ewa Błysk", "named by @Ewa Błysk"),
                    w("Kasy nie podają godziny zakupu", "The tills do not tell the hour"),
                ),
                gloss="Ewa was asked first, then both leads knew; now both executives do.",
            ),
            Clicks("adam", "Rozwiązane", "@duet"),
            Sees("ewa", "@duet", (w("Rozwiązane w projekcie", "Resolved in"),), gloss="Resolved."),
        ),
    )


def _monday_from(day: date) -> date:
    """The first one from that day on that everybody works."""
    while day.weekday() or not _are_working_days(day):
        day += timedelta(days=1)
    return day


def _are_working_days(*days: date) -> bool:
    return all(map(CALENDAR.is_working_day, days))


def working_day_after(day: date, count: int) -> date:
    """So many working days after."""
    return working_days_later(day, count, CALENDAR.is_working_day)


def project_term(today: date) -> tuple[date, date]:
    """From a Monday at least two weeks away, for half a year."""
    start = today + timedelta(days=21 - today.weekday())
    return start, start + timedelta(days=182)
