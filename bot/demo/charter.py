"""A charter is drafted, sent, forged in vain, talked over, and sent again."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.steps import FORM, REPLY, Clicks, Closes, Fills, Says, Scene, Sees, SeesErrors, Types, Waits
from bot.demo.week import project_term, working_day_after


def beginning_scene(w: Words) -> Scene:
    return Scene(
        "Anna wonders",
        "Everything begins with one command. Nothing has to be set up first.",
        (
            Types("anna", "/duet"),
            Sees(
                "anna",
                REPLY,
                (
                    w("Nic. Miłego dnia.", "Nothing. Have a good day."),
                    w("Dwie strony, jeden cel: zaczynamy?", "Two sides, one goal: shall we begin?"),
                ),
                lines=2,
                gloss="Nothing waits for you, have a nice day. Two sides, one goal: shall we begin?",
            ),
        ),
    )


def draft_scene(w: Words, today: date) -> Scene:
    start, end = project_term(today)
    return Scene(
        "A charter in two steps",
        "A joint project is a charter: one goal, one measure, two executives, two leads, dates, money.",
        (
            Types(
                "anna",
                w("/duet nowy Ogórki w piątek", "/duet new Pickles on a Friday"),
                gloss="/duet new: pickles on a Friday",
            ),
            Fills(
                "anna",
                {
                    "Szablon": "Wiedza o klientach",
                    "Cel": w(
                        "Dowiedzieć się, kto w piątki kupuje ogórki kiszone i po co mu do nich świeczki.",
                        "Learn who buys pickled cucumbers on Fridays, and what the candles are for.",
                    ),
                    "Miara sukcesu": w(
                        "Piątkowe koszyki, które umiemy wyjaśnić", "Friday baskets that we can explain"
                    ),
                    "Wartość dziś": "3",
                    "Wartość docelowa": "60",
                    w("Do kiedy", "Target date"): end.isoformat(),
                },
                click="Dalej",
                gloss="Goal: learn who buys pickles on Fridays, and what the candles are for."
                " Measure: baskets that we can explain, from 3 to 60 percent.",
            ),
            Fills(
                "anna",
                {
                    "Dyrektor ds. IT (CIO)": "@anna",
                    "Dyrektor marketingu (CMO)": "@anna",
                    "Lider strony IT": "@piotr",
                    "Lider strony marketingu": "@ewa",
                    "Początek": start.isoformat(),
                    "Koniec": (start - timedelta(days=7)).isoformat(),
                    "Budżet łącznie": w("120 tys.", "120k"),
                },
                click="Zapisz",
                gloss="In her zeal she takes both chairs, and is done a week before the start.",
            ),
            SeesErrors(
                "anna",
                {
                    "Dyrektor marketingu (CMO)": w(
                        "CIO i CMO muszą być dwiema różnymi osobami.",
                        "The CIO and the CMO have to be two different people.",
                    ),
                    "Koniec": w("Wybierz dzień po", "Choose a day after") + f" {w.day(start)}.",
                },
                gloss="CIO and CMO must be two people. Choose a day after the start.",
            ),
            Fills("anna", {"Dyrektor ds. IT (CIO)": "@adam", "Koniec": end.isoformat()}, click="Zapisz"),
            Sees(
                "anna",
                FORM,
                (
                    w("D-1: karta projektu", "D-1: the charter"),
                    w("wyjaśnić: z 3% do 60%, termin:", "explain: from 3% to 60% by") + f" {w.day(end)}",
                    w(
                        "120 000 zł netto, po połowie: IT 60 000 zł, marketing 60 000 zł",
                        "€120,000 net, half and half: IT €60,000, marketing €60,000",
                    ),
                ),
                gloss="She typed “120 tys.”; Duet spells out what it understood: half and half.",
            ),
            Closes("anna"),
        ),
    )


def sending_scene(w: Words, began: date, now: date) -> Scene:
    start, end = project_term(began)
    return Scene(
        "The other side sends it",
        "Marketing wrote it, IT's lead sends it. Both executives are asked at the same moment, neither first.",
        (
            Waits(working_day_after(now, 1), "09:01", "The next morning: what waits for Piotr is one message"),
            *w.only(
                "pl",
                Sees(
                    "piotr",
                    "@duet",
                    ("Cześć, tu Duet.", "Duet speaks English, too."),
                    gloss="First Duet says what it keeps. In Warsaw it guesses that people read Polish.",
                ),
                Clicks("piotr", "In English", "@duet"),
                Sees("piotr", REPLY, ("Duet speaks English to you now.",), lines=2),
            ),
            Sees(
                "piotr",
                "@duet",
                (w("*D-1 · Ogórki w piątek*", "*D-1 · Pickles on a Friday*"),),
                gloss="What came before is as it was: Anna has drafted a charter, and named Piotr as a lead.",
            ),
            Clicks("piotr", "Wyślij do podpisu", "@duet"),
            Sees("piotr", REPLY, ("@Adam Wolny and @Anna Żuraw are asked at the same moment.",), lines=2),
            Sees(
                ("adam", "anna"),
                "@duet",
                (
                    w(
                        "@Piotr Kabelek prosi o Twój podpis pod *D-1 · Ogórki w piątek*",
                        "@Piotr Kabelek asks for your signature on *D-1 · Pickles on a Friday*",
                    ),
                    w(
                        "Druga strona dostaje tę samą prośbę w tej samej chwili.",
                        "The other executive is asked at the same moment.",
                    ),
                    f"{w.day(start)} – {w.day(end)}",
                    w("60 000 zł", "€60,000"),
                ),
                gloss="Piotr asks for your signature. The other side is asked at the same moment.",
            ),
        ),
    )


def forging_scene(w: Words) -> Scene:
    return Scene(
        "A pen is not for everybody",
        "Ewa is helpful by nature. But a charter counts because exactly two people can sign it.",
        (
            Types("ewa", w("/duet podpis D-1", "/duet sign D-1"), gloss="/duet sign D-1"),
            Sees(
                "ewa",
                REPLY,
                (
                    w(
                        "Tę kartę mogą podpisać tylko @Adam Wolny i @Anna Żuraw. Prośby o podpis już mają.",
                        "Only @Adam Wolny and @Anna Żuraw can sign this charter; both have been asked.",
                    ),
                ),
                lines=2,
                gloss="Only Adam and Anna can sign this charter; both have been asked.",
            ),
        ),
    )


def talk_scene(w: Words) -> Scene:
    return Scene(
        "Adam would rather talk first",
        "No tie-break, no vote: both positions side by side, and two ways on.",
        (
            Clicks("adam", "Przeczytaj i podpisz", "@duet"),
            Sees(
                "adam",
                FORM,
                (
                    w("D-1: Twoja odpowiedź", "D-1: your answer"),
                    w("Druga strona: jeszcze bez odpowiedzi.", "The other executive: no answer yet."),
                    w("Nie zastępuje dokumentów", "It replaces no HR or legal document"),
                ),
                gloss="The other side: no answer yet. A signature here replaces no legal document.",
            ),
            Fills(
                "adam",
                {
                    "Twoja odpowiedź": "Najpierw porozmawiajmy",
                    "Powód albo temat rozmowy": w("Ogórki tak. Skąd świeczki?", "Pickles, yes. But why candles?"),
                },
                click="Wyślij odpowiedź",
                gloss="Let's talk first: pickles, yes. But why candles?",
            ),
            Closes("adam"),
            Sees(
                "adam",
                "@anna,@duet",
                (
                    w("rozmowa przed podpisem", "before it is signed"),
                    w("@Adam Wolny: najpierw rozmowa", "@Adam Wolny: would like to talk first"),
                    w("Ogórki tak. Skąd świeczki?", "Pickles, yes. But why candles?"),
                    w("@Anna Żuraw: jeszcze bez odpowiedzi", "@Anna Żuraw: no answer yet"),
                ),
                gloss="A conversation of the two opens: Adam would like to talk first; Anna: no answer yet.",
            ),
            Says(
                "anna",
                w(
                    "Słusznie, świeczki zostawiam. Zaraz będzie nowa wersja.",
                    "You are right, I leave the candles out. A new version is coming.",
                ),
                "@adam,@duet",
                gloss="You are right, I leave the candles out. A new version is coming.",
            ),
        ),
    )


def new_version_scene(w: Words) -> Scene:
    return Scene(
        "A new version",
        "Whoever signs, signs exactly this version: a change asks both sides anew.",
        (
            Clicks("anna", "Zaproponuj nową wersję", "@adam,@duet"),
            Fills(
                "anna",
                {
                    "Cel": w(
                        "Dowiedzieć się, kto w piątki kupuje ogórki kiszone i po co wraca.",
                        "Learn who buys pickled cucumbers on Fridays, and why they come back.",
                    )
                },
                click="Dalej",
                gloss="Goal: learn who buys pickles on Fridays, and why they come back. No candles.",
            ),
            Clicks("anna", "Zapisz"),
            Sees(
                "anna",
                FORM,
                (
                    w(
                        "ma nową wersję. Podpisy pod poprzednią już się nie liczą",
                        "has a new version. Signatures on the one before no longer count",
                    ),
                    w("Cel:", "Goal:"),
                ),
                gloss="A new version: what was signed no longer counts, and both are asked anew. Goal: old → new.",
            ),
            Closes("anna"),
            Sees(
                "adam",
                "@duet",
                (
                    w(
                        "prosi o Twój podpis pod *D-1 · Ogórki w piątek* (wersja 2)",
                        "asks for your signature on *D-1 · Pickles on a Friday* (version 2)",
                    ),
                ),
                gloss="Anna asks for your signature on version 2.",
            ),
            Sees(
                "anna",
                "@duet",
                (w("(wersja 2)", "(version 2)"), w("Potrzebny jest też Twój podpis", "it needs yours, too")),
                gloss="Your own version 2 needs your signature, too.",
            ),
        ),
    )
