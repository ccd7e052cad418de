"""Who owns what; and what crosses the boundary needs both."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.steps import REPLY, Clicks, Closes, Fills, Scene, Sees, Step, Types, Waits
from bot.demo.week import working_day_after


def register_scene(w: Words, channel: str, today: date) -> Scene:
    until = today + timedelta(days=45)
    return Scene(
        "Who keeps what",
        "Clear boundaries: IT keeps the data, marketing keeps the customer bases, and one list says who.",
        (
            Types(
                "ewa",
                w('/duet rejestr klienci "Newsletter PL" @piotr', '/duet own customers "Newsletter" @piotr'),
                channel,
                gloss="/duet own: a base, for Piotr",
            ),
            Sees(
                "ewa",
                REPLY,
                (
                    w(
                        "O bazy klientów dba marketing, a @Piotr Kabelek jest po stronie IT",
                        "Customer bases are kept by marketing, and @Piotr Kabelek works in IT",
                    ),
                    w("tylko CIO i CMO razem", "Only both executives together"),
                ),
                gloss="Marketing keeps customer bases, and Piotr is of IT. Across only by a decision of both.",
            ),
            Types(
                "ewa",
                w('/duet rejestr klienci "Newsletter PL" @ewa', '/duet own customers "Newsletter" @ewa'),
                channel,
                gloss="Then she keeps it herself.",
            ),
            Sees(
                "ewa",
                REPLY,
                (
                    w(
                        "Zapisane w rejestrze. *Newsletter PL* (baza klientów): @Ewa Błysk",
                        "Saved in the register. *Newsletter* (customer base): @Ewa Błysk",
                    ),
                ),
                lines=2,
                gloss="Saved in the register: Newsletter PL, a customer base, and Ewa keeps it.",
            ),
            Types("piotr", '/duet own data "Till events" @piotr', channel),
            Sees("piotr", REPLY, ("Saved in the register. *Till events* (data): @Piotr Kabelek",), lines=2),
            Types(
                "ewa",
                w('/duet rejestr klienci "Newsletter PL" @ola', '/duet own customers "Newsletter" @ola'),
                channel,
                gloss="Ola knows it better.",
            ),
            Waits(working_day_after(today, 1), "09:01", "The next morning, as nobody is interrupted for this"),
            Sees(
                "ola",
                "@duet",
                (
                    w("@Ewa Błysk prosi o przejęcie: Newsletter PL", "@Ewa Błysk asks you to take over Newsletter"),
                    w(
                        "*Przejmuję* znaczy też, że pracujesz w marketingu",
                        "*Accept* also says that you work in marketing",
                    ),
                ),
                gloss="Ewa asks you to take it over. Marketing keeps customer bases: is that where you work?",
            ),
            Clicks("ola", "Przejmuję i pracuję w marketingu", "@duet"),
            Sees(
                "ewa",
                "@duet",
                (
                    w(
                        "Newsletter PL: właścicielem jest teraz @Aleksandra Plakat",
                        "Newsletter: the owner is now @Aleksandra Plakat",
                    ),
                ),
                lines=2,
                gloss="Ola has accepted.",
            ),
            Types("adam", w("/duet kto newsletter", "/duet who newsletter"), gloss="/duet who newsletter"),
            Sees(
                "adam",
                REPLY,
                (
                    w(
                        "*Newsletter PL* (baza klientów): @Aleksandra Plakat",
                        "*Newsletter* (customer base): @Aleksandra Plakat",
                    ),
                ),
                lines=2,
                gloss="One line.",
            ),
            Types("piotr", '/duet own data "Till events" @ewa', channel),
            Sees("piotr", REPLY, ("Data is kept by IT, and @Ewa Błysk works in marketing",)),
            Clicks("piotr", "Ask CIO and CMO", REPLY),
            Fills(
                "piotr",
                {
                    "Until": until.isoformat(),
                    "Why": "Ewa sorts the tills until the campaign ends; then I take them back.",
                },
                click="Ask both",
            ),
            Closes("piotr"),
            *_both_sign(w, "Till events"),
            Types("anna", w("/duet kto till", "/duet who till"), channel, gloss="/duet who till"),
            Sees(
                "anna",
                REPLY,
                (
                    w(
                        "*Till events* (dane): @Ewa Błysk · za zgodą obu stron, do",
                        "*Till events* (data): @Ewa Błysk · by decision, until",
                    )
                    + f" {w.day(until)}",
                ),
                lines=2,
                gloss="Ewa's by decision of both, until that day; then it returns to Piotr by itself.",
            ),
        ),
    )


def _both_sign(w: Words, what: str) -> tuple[Step, ...]:
    """A decision, signed by the CIO and the CMO."""
    steps: list[Step] = []
    for who in ("adam", "anna"):
        steps += [
            Sees(
                who,
                "@duet",
                (
                    what
                    + w(
                        ": przekazanie drugiej stronie (nowy właściciel: @Ewa Błysk",
                        " goes to @Ewa Błysk until",
                    ),
                    "then I take them back",
                ),
                gloss=f"{what} would cross the boundary, with Ewa as the new owner; and why, in Piotr's words.",
            ),
            Clicks(who, "Przeczytaj i podpisz", "@duet"),
            Fills(who, {"Twoja odpowiedź": "Podpisuję"}, click="Wyślij odpowiedź"),
            Closes(who),
        ]
    return tuple(steps)
