"""Ogórki w piątek: how the CIO and the CMO of Pan Pikuś S.A. agree on pickled cucumbers.

The people are the playground's (`playground.seed.PIKUS`). A feature adds its scenes to `story`.
"""

from datetime import date, timedelta

from babel.dates import format_date

from bot.demo.steps import FORM, REPLY, Clicks, Fills, Player, Says, Scene, Sees, SeesErrors, Story, Types

CAST = {
    "anna": Player("Anna", "Anna Żuraw", "CMO. Żuraw is a crane: sees far, and wants to go there today", "magenta"),
    "adam": Player("Adam", "Adam Wolny", "CIO. Wolny is “slow” or “free”: he goes by the second", "cyan"),
    "ewa": Player("Ewa", "Ewa Błysk", "leads marketing's side. Błysk is a flash", "yellow"),
    "piotr": Player("Piotr", "Piotr Kabelek", "leads IT's side. A little cable, with Slack in English", "green"),
}

OPENING = (
    "On Fridays the customers buy pickled cucumbers, with birthday candles. Marketing cannot find out why without"
    " IT's data; IT has the data, but nobody told it the question. Marketing has heard that IT takes for ever; IT"
    " has heard that marketing wants a platform, not a partner. Neither has asked the other.\n"
    "What worked elsewhere: one team, one clear goal, one timetable, paid half and half, answering to both"
    " chiefs. Duet keeps them to exactly that, in Slack. (It speaks Polish to Polish people here: lines with “=”"
    " say the same in English.)"
)

ENDING = (
    "Two chiefs signed one charter: one goal, one measure, dates, and a budget of which each pays half. Nobody"
    " could sign for them, neither was asked first, and the log remembers who did what.",
    "Next: `duet demo --pause 2` to read along. For your own Slack, make an app from manifest.yml, put its two"
    " tokens into .env, and `make run`. As for the candles: that is what the project is for.",
)

CHANNEL = "#duet-1-ogorki-w-piatek"


def story(today: date) -> Story:
    """Nothing in it may depend on the time of day, or on the day of the week."""
    return Story(
        title="Pan Pikuś S.A.: 4,812 corner shops, one hedgehog in the logo",
        opening=OPENING,
        cast=CAST,
        scenes=(_beginning(), _draft(today), _sending(today), _forging(), _adam_signs(), _anna_signs(), _team()),
        ending=ENDING,
    )


def _beginning() -> Scene:
    return Scene(
        "Anna wonders",
        "It all hangs on one command. Nothing has to be set up first.",
        (
            Types("anna", "/duet"),
            Sees(
                "anna",
                REPLY,
                ("Nic. Miłego dnia!", "Dwie strony, jeden cel: zaczynamy?"),
                gloss="Nothing waits for you, have a nice day. Two sides, one goal: shall we begin?",
            ),
        ),
    )


def _draft(today: date) -> Scene:
    start, end = _term(today)
    return Scene(
        "A charter, on one and a half screens",
        "A joint project is a charter: one goal, one measure, two chiefs, two leads, dates, money.",
        (
            Types("anna", "/duet nowy Ogórki w piątek", gloss="Friday's pickles. Commands work in Polish, too."),
            Fills(
                "anna",
                {
                    "Szablon": "Wiedza o klientach",
                    "Cel": "Dowiedzieć się, kto w piątki kupuje ogórki kiszone i po co mu do nich świeczki.",
                    "Miara sukcesu": "Piątkowe koszyki, które umiemy wyjaśnić",
                    "Wartość dziś": "3",
                    "Wartość docelowa": "60",
                    "Termin miary": end.isoformat(),
                },
                gloss="Goal: learn who buys pickles on Fridays, and what the candles are for."
                " Measure: baskets we can explain.",
            ),
            Clicks("anna", "Dalej"),
            Fills(
                "anna",
                {
                    "Dyrektor ds. IT (CIO)": "@anna",
                    "Dyrektor marketingu (CMO)": "@anna",
                    "Lider strony IT": "@piotr",
                    "Lider strony marketingu": "@ewa",
                    "Początek": start.isoformat(),
                    "Koniec": (start - timedelta(days=7)).isoformat(),
                    "Budżet łącznie": "120 tys.",
                },
                gloss="In her zeal she takes both chairs, and finishes a week before the start.",
            ),
            Clicks("anna", "Zapisz"),
            SeesErrors(
                "anna",
                {
                    "Dyrektor marketingu (CMO)": "CIO i CMO to muszą być dwie różne osoby.",
                    "Koniec": "Koniec musi przypadać po początku.",
                },
                gloss="Two different people, please. And the end comes after the start.",
            ),
            Fills("anna", {"Dyrektor ds. IT (CIO)": "@adam", "Koniec": end.isoformat()}),
            Clicks("anna", "Zapisz"),
            Sees(
                "anna",
                FORM,
                (
                    "D-1: szkic gotowy",
                    "Piątkowe koszyki, które umiemy wyjaśnić: z 3 do 60 %",
                    f"{_day(end)}",
                    "120 000 zł, po połowie: IT 60 000 zł, marketing 60 000 zł",
                ),
                gloss="She typed “120 tys.”; what was understood is spelt out: 120,000 zł, half and half.",
            ),
            Clicks("anna", "Zamknij"),
        ),
    )


def _sending(today: date) -> Scene:
    start, end = _term(today)
    asked = ("@Piotr Kabelek prosi o Twój podpis pod *D-1 · Ogórki w piątek*", f"{_day(start)} – {_day(end)}")
    return Scene(
        "The other side's lead sends it",
        "Marketing wrote it, so IT's lead sends it: both chiefs are asked at the same moment, neither of them first.",
        (
            Says(
                "anna",
                "@piotr, w D-1 jest szkic o ogórkach. Zerkniesz, zanim zrobi to jeż z logo?",
                gloss="There is a draft about pickles in D-1. Have a look, before the hedgehog in the logo does?",
            ),
            Types("piotr", "/duet"),
            Sees("piotr", REPLY, ("version 1 is a draft that you can send for signature.",)),
            Clicks("piotr", "Show", REPLY),
            Sees("piotr", REPLY, ("State: *draft*", "PLN 120,000, half and half"), lines=1),
            Clicks("piotr", "Send for signature", REPLY),
            Sees("piotr", REPLY, ("@Adam Wolny and @Anna Żuraw are asked at the same moment.",)),
            Sees(
                ("adam", "anna"),
                "@duet",
                (*asked, "Druga strona dostaje tę samą prośbę w tej samej chwili.", "60 000 zł"),
                gloss="Piotr asks for your signature. The other side gets the same request at the same moment.",
            ),
        ),
    )


def _forging() -> Scene:
    return Scene(
        "A pen is not for everybody",
        "Ewa is helpful by nature. But a charter counts because exactly two people can sign it.",
        (
            Types("ewa", "/duet podpis D-1", gloss="/duet sign D-1"),
            Sees(
                "ewa",
                REPLY,
                ("Tę kartę mogą podpisać tylko wskazani w niej dyrektorzy",),
                gloss="Only the executives named in this charter can sign it. Nothing was changed.",
            ),
        ),
    )


def _adam_signs() -> Scene:
    return Scene(
        "Adam reads all of it, and signs",
        "Whoever goes first does not know the other's answer, because there is none yet. That takes some trust.",
        (
            Clicks("adam", "Przeczytaj i podpisz", "@duet"),
            Sees(
                "adam",
                FORM,
                ("po co mu do nich świeczki", "Druga strona: jeszcze bez odpowiedzi.", "Nie zastępuje dokumentów"),
                lines=1,
                gloss="The whole charter; the other side: no answer yet. A yes in Slack replaces no legal document.",
            ),
            Fills("adam", {"Twoja odpowiedź": "Podpisuję"}, gloss="I sign."),
            Clicks("adam", "Wyślij odpowiedź"),
            Sees(
                "adam",
                FORM,
                ("Projekt ruszy z drugim podpisem.",),
                gloss="Your signature is there. The project starts with the second one.",
            ),
            Clicks("adam", "Zamknij"),
        ),
    )


def _anna_signs() -> Scene:
    return Scene(
        "And so does Anna",
        "The project becomes active with the second yes to the very same version, not a moment before.",
        (
            Clicks("anna", "Przeczytaj i podpisz", "@duet"),
            Sees(
                "anna",
                FORM,
                ("D-1: odpowiedź", "Druga strona podpisała tę wersję."),
                lines=1,
                gloss="The other side has signed this version.",
            ),
            Fills("anna", {"Twoja odpowiedź": "Podpisuję"}),
            Clicks("anna", "Wyślij odpowiedź"),
            Sees(
                "anna",
                FORM,
                ("a z nim oba: projekt jest aktywny.",),
                gloss="With yours there are both: the project is active. Its channel appears in a moment.",
            ),
            Clicks("anna", "Zamknij"),
        ),
    )


def _team() -> Scene:
    return Scene(
        "One team, one room",
        "Duet makes the channel, pins the charter in it and invites everybody. From now on they answer to both chiefs.",
        (
            Sees(
                ("adam", "anna", "ewa", "piotr"),
                CHANNEL,
                (
                    "Obie strony podpisały tę kartę.",
                    "120 000 zł, po połowie",
                    "IT: podpis @Adam Wolny",
                    "Marketing: podpis @Anna Żuraw",
                ),
                pinned=True,
                gloss="Both sides have signed this charter. From here on you are one team that answers to both.",
            ),
            Sees(("adam", "anna"), "@duet", ("są oba podpisy, projekt jest aktywny.", CHANNEL)),
            Types("piotr", "/duet show", CHANNEL),
            Sees(
                "piotr",
                REPLY,
                ("State: *active*", "from 3 to 60 %", "IT: signed by @Adam Wolny", "Marketing: signed by @Anna Żuraw"),
                lines=1,
            ),
            Types("anna", "/duet dziennik", CHANNEL, gloss="/duet log"),
            Sees(
                "anna",
                REPLY,
                ("Oba podpisy są pod wersją 1: projekt jest aktywny.", "Podpis pod wersją 1."),
                lines=1,
                gloss="Who did what and when, newest first. Nothing in it is ever changed or taken out.",
            ),
        ),
    )


def _term(today: date) -> tuple[date, date]:
    """From a Monday at least two weeks away, for half a year."""
    start = today + timedelta(days=21 - today.weekday())
    return start, start + timedelta(days=182)


def _day(day: date) -> str:
    return format_date(day, "long", locale="pl")
