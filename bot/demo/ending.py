"""How it ends: the last day, everybody back in their post, a report that both sign, and what may come next."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.people import MIKES_CALENDAR
from bot.demo.steps import FORM, REPLY, Clicks, Closes, Fills, Scene, Sees, Step, Types, Waits
from bot.demo.week import CALENDAR, THURSDAY, working_day_after
from bot.scheduling.workdays import WorkCalendar

NADIAS_CALENDAR = WorkCalendar("GB")


def last_day_scene(w: Words, channel: str, ends_on: date, today: date) -> Scene:
    """`ends_on`: the project's last day; where the clock has gone further, the scene goes on from there."""
    thursday = ends_on - timedelta(days=(ends_on.weekday() - THURSDAY) % 7)
    while not CALENDAR.is_working_day(thursday):
        thursday -= timedelta(days=1)
    asked_on = max(thursday, working_day_after(today, 1))
    told_on = max(working_day_after(ends_on - timedelta(days=1), 1), working_day_after(asked_on, 2))
    measure = w("Piątkowe koszyki, które umiemy wyjaśnić", "Friday baskets that we can explain")
    value = f"Last value: {measure}"
    return Scene(
        "The last day",
        "An end date is a promise, too: on that day the closing begins by itself, and asks what it has taught.",
        (
            Waits(asked_on, "10:01", "Half a year is nearly over: the last check-in"),
            Sees(
                "ewa",
                "@duet",
                (w.day(working_day_after(asked_on, 1)), w("jak idzie?", "how is it going?")),
                gloss="How is it going?",
            ),
            Clicks("ewa", "Odpowiedz", "@duet"),
            Fills(
                "ewa",
                {
                    "Co udało się zrobić od ostatniego razu?": w(
                        "Wiemy, kto kupuje ogórki: sąsiedzi, na urodziny", "We know who buys pickles: neighbours"
                    ),
                    "Jak idzie?": "🟢 Zgodnie z planem",
                },
                click="Wyślij",
                gloss="We know who buys the pickles: the neighbours, for birthdays. On track.",
            ),
            Waits(working_day_after(asked_on, 1), "12:01", "The next day at noon: the window ends"),
            Waits(told_on, "10:01", "The end date: nobody has to be the one who says it"),
            Waits(_day_for_all(told_on), "08:01", "At midnight everybody's time in the team was over"),
            Waits(_day_for_all(told_on), "15:01", "Their morning, in New York, too"),
            *_answer_question(
                "piotr",
                "Candles are for birthdays, pickles are for the guests. Nobody had told us.",
                asked="is closing. Three questions remain",
            ),
            Types("piotr", "/duet close", channel),
            Sees("piotr", REPLY, ("What came of the goal", "Retrospective: answered by 1 of 4"), lines=1),
            Clicks("piotr", "What came of it", REPLY),
            Fills(
                "piotr",
                {value: "66", "The goal": "Goal achieved"},
                click="Save",
                keys={value: "closing.outcome.value"},
            ),
            Closes("piotr"),
            *_answer_question(
                "ola",
                w("IT nie jest wolne. Czeka, aż ktoś zapyta.", "IT is not slow. It waits to be asked."),
                asked=w("trzy pytania", "is closing. Three questions remain"),
                gloss="Three questions remain. What has your side learned from the other? It waits to be asked.",
            ),
        ),
    )


def back_home_scene(w: Words, channel: str) -> Scene:
    return Scene(
        "Back in their posts",
        "Whoever lends people gets them back on the day that was said, and says so.",
        (
            Sees(
                "ola",
                "@duet",
                (w("na swoim stanowisku (Kampanie)?", "Are you back in your post (Campaigns)?"),),
                gloss="Are you back in your post?",
            ),
            Clicks("ola", "Jestem na stanowisku", "@duet"),
            Sees("mike", "@duet", ("Are they back in the home post",)),
            Clicks("mike", "Back in the home post", "@duet"),
            Sees(
                "jan",
                "@duet",
                (w("na swoim stanowisku (Data platform)?", "Are you back in your post (Data platform)?"),),
                gloss="And Jan?",
            ),
            Clicks("jan", "Jestem na stanowisku", "@duet"),
            Sees("nadia", "@duet", ("Are they back in the home post",)),
            Clicks("nadia", "Back in the home post", "@duet"),
            Types("anna", w("/duet zespół", "/duet team"), channel, gloss="/duet team"),
            Sees(
                "anna",
                REPLY,
                (
                    w(
                        "Powrót potwierdzony: @Aleksandra Plakat i @Mike O'Hasło",
                        "Return confirmed: @Aleksandra Plakat and @Mike O'Hasło",
                    ),
                ),
                lines=1,
                gloss="Both returns are confirmed, by those who came and by those who had waited for them.",
            ),
        ),
    )


def report_scene(w: Words, today: date) -> Scene:
    return Scene(
        "Signed twice, as it began",
        "Whatever is still open is listed, not hidden: the report goes out after five working days at the latest.",
        (
            Waits(working_day_after(today, 6), "09:01", "The week after, the report is there"),
            *_sign_report(w, "adam"),
            *_sign_report(w, "anna"),
            Sees(
                "anna",
                "@duet",
                (
                    w(
                        "projekt jest zamknięty, a raport końcowy ma oba podpisy",
                        "is closed, and the closing report has both signatures",
                    ),
                ),
                gloss="The project is closed; the report has both signatures. Thank you for working together.",
            ),
            Clicks("anna", "Nowy projekt na jego wzór", "@duet"),
            Sees(
                "anna",
                FORM,
                (w("Nazwa projektu", "Project name"),),
                lines=1,
                gloss="A new project like this one: the same people, one step further.",
            ),
            Closes("anna"),
        ),
    )


def _answer_question(who: str, learned: str, *, asked: str, gloss: str = "") -> tuple[Step, ...]:
    english = who == "piotr"
    question = (
        "What has your side learned from the other?" if english else "Czego Twoja strona nauczyła się od drugiej?"
    )
    return (
        Sees(who, "@duet", (asked,), gloss=gloss),
        Clicks(who, "Trzy pytania", "@duet"),
        Fills(who, {question: learned}, click="Zapisz", gloss=gloss),
        Closes(who),
    )


def _sign_report(w: Words, who: str) -> tuple[Step, ...]:
    return (
        Sees(who, "@duet", (w("Cel osiągnięty", "Goal achieved"),), lines=4, gloss="Goal achieved, 66 percent."),
        Clicks(who, "Przeczytaj i podpisz", "@duet"),
        Fills(who, {"Twoja odpowiedź": "Podpisuję"}, click="Wyślij odpowiedź"),
        Closes(who),
    )


def _day_for_all(after: date) -> date:
    """The next one on which Warsaw, New York and London all work."""
    day = after + timedelta(days=1)
    while not all(each.is_working_day(day) for each in (CALENDAR, MIKES_CALENDAR, NADIAS_CALENDAR)):
        day += timedelta(days=1)
    return day
