"""Two people leave their posts for a time: they and their home managers say so, in one sentence each."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.steps import REPLY, Clicks, Closes, Fills, Scene, Sees, Types, Waits
from bot.demo.week import CALENDAR
from bot.scheduling.workdays import WorkCalendar

MIKES_CALENDAR = WorkCalendar("US")


def team_scene(w: Words, channel: str) -> Scene:
    return Scene(
        "One team, one room",
        "Duet makes the channel, pins the charter in it, and invites everybody.",
        (
            Sees(
                ("adam", "anna", "ewa", "piotr"),
                channel,
                (
                    w("Obie strony podpisały tę kartę.", "This charter has both signatures."),
                    w("IT, podpis: @Adam Wolny", "IT: signed by @Adam Wolny"),
                    w("Marketing, podpis: @Anna Żuraw", "Marketing: signed by @Anna Żuraw"),
                ),
                pinned=True,
                lines=1,
                gloss="Both sides have signed. From here on you are one team answering to both.",
            ),
            Sees(
                "anna",
                "@duet",
                (w("są oba podpisy, więc projekt jest aktywny.", "has both signatures, and is active."), channel),
                lines=2,
                gloss="Both signatures, and active; and where its channel is.",
            ),
            Sees(
                "adam",
                "@duet",
                (
                    w("Drugi podpis już jest, więc", "is active: both signatures are in"),
                    channel,
                ),
                lines=2,
                gloss="Active: the second signature is in, too.",
            ),
            Types("piotr", "/duet show", channel),
            Sees(
                "piotr",
                REPLY,
                (
                    "State: *active*",
                    "IT: signed by @Adam Wolny",
                    "Marketing: signed by @Anna Żuraw",
                ),
            ),
            Types("anna", w("/duet dziennik", "/duet log"), channel, gloss="/duet log"),
            Sees(
                "anna",
                REPLY,
                (
                    w("Oba podpisy są pod wersją 2", "Both signatures are on version 2"),
                    "· @Anna",
                    "· @Adam",
                    w("Podpis pod wersją", "Signed version"),
                    w("Zmiana karty projektu", "Changed the charter"),
                    w("Prośba o rozmowę", "Asked to talk about version"),
                ),
                lines=1,
                gloss="Who did what and when, newest first.",
            ),
        ),
    )


def member_scene(w: Words, channel: str, today: date) -> Scene:
    asked_on = today + timedelta(days=1)
    while not (CALENDAR.is_working_day(asked_on) and MIKES_CALENDAR.is_working_day(asked_on)):
        asked_on += timedelta(days=1)
    return Scene(
        "On loan, and in writing",
        "“Just a bit of help” never ends. A member belongs here until a day, and the boss at home agrees.",
        (
            Types(
                "ewa",
                w("/duet zespół dodaj @ola", "/duet team add @ola"),
                channel,
                gloss="/duet team: Ola joins the team",
            ),
            Fills(
                "ewa",
                {"Macierzyste stanowisko": w("Kampanie", "Campaigns"), "Przełożony": "@mike"},
                click="Zapisz",
                gloss="From campaigns, where Mike is the boss.",
            ),
            Closes("ewa"),
            Types("piotr", "/duet team add @jan", channel),
            Fills("piotr", {"Home post": "Data platform", "Home manager": "@nadia"}, click="Save"),
            Closes("piotr"),
            Waits(asked_on, "15:01", "The next working day, and it is morning in New York, where Mike sits"),
            Sees(
                "ola",
                "@duet",
                (
                    w(
                        "pracuję w tym zespole, a nie na swoim stanowisku, i odpowiadam przed CIO i CMO",
                        "I work in this team, instead of in my post, and answer to both executives",
                    ),
                ),
                gloss="Until then I work in this team, instead of in my post, and answer to both executives.",
            ),
            Clicks("ola", "Potwierdzam", "@duet"),
            Sees(
                "mike",
                "@duet",
                ("@Aleksandra Plakat works in this team, instead of in the home post, and answers to both",),
            ),
            Clicks("mike", "I confirm", "@duet"),
            Types("ewa", w("/duet zespół", "/duet team"), channel, gloss="/duet team"),
            Sees(
                "ewa",
                REPLY,
                (
                    w(
                        "Początek potwierdzony: @Aleksandra Plakat i @Mike O'Hasło",
                        "Start confirmed: @Aleksandra Plakat and @Mike O'Hasło",
                    ),
                ),
                gloss="Ola's start is confirmed by both: nobody can say later that they did not know.",
            ),
        ),
    )
