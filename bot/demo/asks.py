"""What one side needs, by its check-in, becomes an ask with a date; the other one answers."""

from datetime import date

from bot.demo.editions import Words
from bot.demo.steps import FORM, Clicks, Closes, Fills, Scene, Sees
from bot.demo.week import working_day_after


def ask_scene(w: Words, channel: str, today: date) -> Scene:
    due, better = working_day_after(today, 3), working_day_after(today, 8)
    what = w("Godziny przy każdym paragonie", "The hour on every receipt")
    return Scene(
        "Asked is better than sighed",
        "“IT takes for ever” is no request. One thing, one person, one date; an honest other date is an answer.",
        (
            Clicks("ewa", "Zrób z tego prośbę", "@duet"),
            Fills(
                "ewa",
                {"Kogo prosisz": "Jan Łącznik", "Termin": due.isoformat()},
                click="Poproś",
                gloss="One click from what she needs: to Jan, by a day.",
            ),
            Sees(
                "ewa",
                FORM,
                (w("@Jan Łącznik dostaje prośbę od razu.", "@Jan Łącznik gets it now."),),
                lines=2,
                gloss="Jan gets it now.",
            ),
            Closes("ewa"),
            Sees("jan", "@duet", (what, w("Jeszcze bez odpowiedzi.", "No answer yet.")), gloss="No answer yet."),
            Clicks("jan", w("Inny termin", "Propose another date"), "@duet"),
            Fills(
                "jan",
                {"Nowy termin": better.isoformat()},
                click="Zapisz",
                gloss="June lies in the cellar, on tapes: a week later.",
            ),
            Closes("jan"),
            Sees(
                "ewa",
                "@duet",
                (w("@Jan Łącznik proponuje termin", "@Jan Łącznik proposes"), w.typed_day(better)),
                gloss="Jan proposes a later day.",
            ),
            Clicks("ewa", "Zgoda", "@duet"),
            Clicks("jan", "Gotowe", "@duet"),
            Sees(
                "ewa",
                "@duet",
                (w("Gotowe. Dziękuję, @Jan Łącznik.", "Done. Thank you, @Jan Łącznik."),),
                gloss="Done, and a thank you. June was there at once: people promise less and do more.",
            ),
        ),
    )
