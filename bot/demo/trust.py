"""What the two executives say of each other, at first and a quarter later; and a team too small for a pulse."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.steps import FORM, REPLY, Clicks, Closes, Fills, Scene, Sees, Step, Types, Waits
from bot.demo.week import working_day_after
from bot.pulse.rules import SPACING_DAYS, next_opening_day

ABOUT_MARKETING = "Marketing traktuje nas jak partnera, a nie dostawcę platformy."
ABOUT_IT = "Rozwiązania IT są elastyczne i powstają na czas."
BEST = "5 · w pełni"
AGAIN = "Chętnie zacznę z drugą stroną kolejny wspólny projekt."


def first_answers_scene(w: Words, today: date) -> Scene:
    return Scene(
        "And how do you two get on?",
        "The distrust is between two people. Both are asked, and nobody else ever reads what they answer.",
        (
            Types("roman", w("/duet ustawienia", "/duet settings"), gloss="/duet settings"),
            Clicks("roman", "Barometr zaufania"),
            Clicks("roman", "Pracownicy już wiedzą"),
            Sees(
                "roman",
                FORM,
                (w("Odnotowane.", "Recorded."),),
                gloss="The team's trust pulse begins only now that people were told what is stored.",
            ),
            Closes("roman"),  # what was recorded, and the settings below it
            Closes("roman"),
            Types("ewa", w("/duet barometr", "/duet pulse"), gloss="/duet pulse"),
            Sees(
                "ewa",
                REPLY,
                (w("Na razie zespół nie dostaje pytań", "For now nobody in the team is asked"),),
                gloss="A mean of two people would tell who said what: so a small team is not asked.",
            ),
            Waits(working_day_after(today, 1), "09:01", "The next morning: two questions to each executive"),
            *_answer_about_other(w, adam=("2", "3"), anna=("2", "3")),
        ),
    )


def later_answers_scene(w: Words, began: date, today: date) -> Scene:
    opens_on = next_opening_day(began + timedelta(days=SPACING_DAYS + 7))
    opened_on = max(working_day_after(opens_on - timedelta(days=1), 1), working_day_after(today, 1))
    asked_on = working_day_after(opened_on + timedelta(days=6), 3)
    return Scene(
        "A quarter later",
        "Nobody has said “trust” in between. They have paid halves, kept dates, and given back a zero.",
        (
            Waits(opened_on, "09:01", "The executives' one message of this week is their brief"),
            Waits(asked_on, "09:01", "The week after: the same two questions"),
            *_answer_about_other(w, adam=("4", "5"), anna=("4", "4"), since="2 → "),
        ),
    )


def _answer_about_other(
    w: Words, *, adam: tuple[str, str], anna: tuple[str, str], since: str = ""
) -> tuple[Step, ...]:
    """Adam answers first; Anna then reads both. `since`: what both had said of the first question before."""
    partnership, flexibility = w("partnerstwo", "partnership"), w("elastyczność i terminy", "flexible and in time")
    asked = w("jak się układa współpraca Twojej strony z drugą", "how are things between your side and")
    return (
        Sees(
            "adam",
            "@duet",
            (asked,),
            gloss="How do the two sides get on? Only you two read the answers, once both are in.",
        ),
        Clicks("adam", "Odpowiedz", "@duet"),
        Fills(
            "adam",
            {ABOUT_MARKETING: _score_label(adam[0]), AGAIN: _score_label(adam[1])},
            click="Odpowiedz",
            gloss=f"Does marketing treat us as a partner? {adam[0]} of 5. Another project with them? {adam[1]}.",
        ),
        Sees(
            "adam",
            FORM,
            (w("Obie odpowiedzi zobaczysz, gdy będzie też druga", "You will read both answers once"),),
            gloss="You will read both once Anna has answered.",
        ),
        Closes("adam"),
        Sees("anna", "@duet", (asked,), gloss="Anna is asked the same of Adam's side."),
        Clicks("anna", "Odpowiedz", "@duet"),
        Fills(
            "anna",
            {ABOUT_IT: _score_label(anna[0]), AGAIN: _score_label(anna[1])},
            click="Odpowiedz",
            gloss=f"Are IT's solutions flexible and in time? {anna[0]} of 5. Another project with them? {anna[1]}.",
        ),
        Sees(
            "anna",
            FORM,
            (f"{partnership} *{since}{adam[0]}*", f"{flexibility} *{since}{anna[0]}*"),
            gloss=f"Side by side: Adam {adam[0]} and {adam[1]}, Anna {anna[0]} and {anna[1]}.",
        ),
        Closes("anna"),
    )


def _score_label(score: str) -> str:
    return BEST if BEST.startswith(score) else score
