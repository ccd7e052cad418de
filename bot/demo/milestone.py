"""A milestone's life: a week before, at risk, moved with a reason, done."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.steps import REPLY, Clicks, Closes, Fills, Scene, Sees, Types, Waits
from bot.demo.week import CALENDAR


def milestone_scene(w: Words, channel: str, earliest: date) -> Scene:
    """A date, not before `earliest`, which moves by a week. What is seen begins a week before it."""
    due = _quiet_tuesday(earliest)
    later = due + timedelta(days=7)
    what = w("Świeczki: pierwszy raport", "Candles: the first report")
    return Scene(
        "A date that everybody sees",
        "A timetable helps if it speaks up in time, and if moving a date costs one honest sentence.",
        (
            Types(
                "ewa",
                w("/duet kamień dodaj", "/duet milestone add") + f' "{what}" {due} @piotr',
                channel,
                gloss="/duet milestone add: the first report on candles, which Piotr sees to",
            ),
            Sees(
                "ewa",
                REPLY,
                (w("W harmonogramie:", "In the timetable:") + f" *{what}*, {w.typed_day(due)}, @Piotr Kabelek",),
                lines=2,
                gloss="In the timetable: what, when, and who sees to it.",
            ),
            Waits(due - timedelta(days=7), "09:01", "Tuesday morning, a week before the date"),
            Sees(
                ("anna", "piotr"),
                channel,
                (
                    f"*{what}*" + w(": termin za 7 dni", " is due in 7 days"),
                    w("@Piotr Kabelek: czy idzie zgodnie z planem?", "@Piotr Kabelek: is it on track?"),
                ),
                gloss="Due in seven days. Piotr: is it on track?",
            ),
            Clicks("piotr", "Zagrożony", channel),
            Sees("piotr", REPLY, (f"Marked as at risk: *{what}*",), lines=2),
            Clicks("piotr", "Przesuń", channel),
            Fills(
                "piotr",
                {
                    "New date": later.isoformat(),
                    "Why": "The candle supplier counts in dozens, we in singles.",
                },
                click="Move",
            ),
            Closes("piotr"),
            Waits(due - timedelta(days=6), "09:01", "the next morning"),
            Sees(
                ("adam", "anna"),
                channel,
                (
                    w("nowy termin,", "has a new date:") + f" {w.day(due)} → {w.day(later)}",
                    "The candle supplier counts in dozens",
                ),
                gloss="Old date, new date, and why: both executives read the same.",
            ),
            Waits(later, "09:01", "the morning of the new date"),
            Sees(
                "piotr",
                channel,
                (f"*{what}*" + w(": termin mija dzisiaj", " is due today"),),
                gloss="Due today. Is it done?",
            ),
            Clicks("piotr", "Gotowe", channel),
            Sees("piotr", REPLY, (f"Done: *{what}*",), lines=2),
            Types(
                "anna",
                w("/duet harmonogram", "/duet milestone"),
                channel,
                gloss="/duet milestone: the whole timetable",
            ),
            Sees(
                "anna",
                REPLY,
                (f"{w.day(due)} → {w.day(later)}", w("gotowy", "done")),
                gloss="As signed, as it came.",
            ),
        ),
    )


def _quiet_tuesday(after: date) -> date:
    """None of the days on which something is seen is free."""
    due = after + timedelta(days=(1 - after.weekday()) % 7)
    while not all(CALENDAR.is_working_day(due + timedelta(days=days)) for days in (-7, -6, 7, 8)):
        due += timedelta(days=7)
    return due
