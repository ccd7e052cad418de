"""One side asks the other for one thing, with a date; the other one answers."""

from datetime import date

from bot.demo.editions import Words
from bot.demo.steps import REPLY, Clicks, Fills, Scene, Sees, Types
from bot.demo.week import working_day_after


def ask_scene(w: Words, channel: str, today: date) -> Scene:
    due, better = working_day_after(today, 3), working_day_after(today, 8)
    what = w("Godzina na paragonach od czerwca", "The hour on the receipts since June")
    return Scene(
        "Asked is better than sighed",
        "“IT takes for ever” is no request. One thing, one person, one date; an honest other date is an answer.",
        (
            Types(
                "ewa",
                w(f'/duet prośba @jan "{what}" do {due}', f'/duet ask @jan "{what}" by {due}'),
                channel,
                gloss="/duet ask Jan: the hour on the receipts since June",
            ),
            Sees(
                "ewa",
                REPLY,
                (w("@Jan Łącznik dostaje to teraz.", "@Jan Łącznik reads it now."),),
                lines=2,
                gloss="Jan reads it now.",
            ),
            Sees("jan", "@duet", (what, w("Jeszcze bez odpowiedzi.", "No answer yet.")), gloss="No answer yet."),
            Clicks("jan", w("Inny termin", "Propose another date"), "@duet"),
            Fills(
                "jan",
                {"Nowy termin": better.isoformat()},
                click="Zapisz",
                gloss="June lies in the cellar, on tapes: a week later.",
            ),
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
                (w("Gotowe. @Jan Łącznik, dziękujemy!", "Done. Thank you, @Jan Łącznik!"),),
                gloss="Done, and a thank you. June was there at once: people promise less and do more.",
            ),
        ),
    )
