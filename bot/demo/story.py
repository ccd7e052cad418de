"""Ogórki w piątek: how the CIO and the CMO of Pan Pikuś S.A. agree on pickled cucumbers.

The people are the playground's (`playground.seed.PIKUS`). A feature adds its scenes to `story`.
"""

from datetime import date, timedelta

from bot.demo.asks import ask_scene
from bot.demo.chapters import BETWEEN, FIRST_PART
from bot.demo.editions import Words
from bot.demo.ending import back_home_scene, last_day_scene, report_scene
from bot.demo.milestone import milestone_scene
from bot.demo.money import half_and_half_scene, zero_too_many_scene
from bot.demo.people import member_scene
from bot.demo.steps import (
    FORM,
    REPLY,
    Character,
    Clicks,
    Closes,
    Fills,
    Says,
    Scene,
    Sees,
    SeesErrors,
    Step,
    Story,
    Types,
    Waits,
    Yours,
)
from bot.demo.trust import first_answers_scene, later_answers_scene
from bot.demo.week import checkin_week_scene, working_day_after

CAST = {
    "anna": Character(
        "Anna", "Anna Żuraw", "CMO; żuraw is a crane: sees far, and would like to be there today", "magenta"
    ),
    "adam": Character("Adam", "Adam Wolny", "CIO; wolny is either “slow” or “free”: he goes by the second", "cyan"),
    "ewa": Character("Ewa", "Ewa Błysk", "leads marketing's side; a flash", "yellow"),
    "piotr": Character("Piotr", "Piotr Kabelek", "leads IT's side; a little cable", "green"),
    "ola": Character("Ola", "Aleksandra Plakat", "campaigns; a poster, always on some wall", "red"),
    "mike": Character("Mike", "Mike O'Hasło", "heads campaigns, from New York; a slogan, and a password", "white"),
    "roman": Character(
        "Roman", "Roman Porządek", "looks after the company's Slack; order, and he keeps it", "white"
    ),
    "nadia": Character(
        "Nadia", "Nadia Źródło", "heads data, from London; a spring, where everything begins", "white"
    ),
    "jan": Character("Jan", "Jan Łącznik", "a data engineer; a connector, in more ways than one", "blue"),
}

OPENING = (
    "On Fridays the customers buy pickled cucumbers, with birthday candles. Marketing cannot find out why without"
    " IT's data. IT has the data, but nobody has told it the question. Marketing has heard that IT takes for ever;"
    " IT has heard that marketing wants a platform and no partner. Neither has asked the other.\n"
    "What worked elsewhere: one team with one clear goal and one timetable, paid for half and half, answering to"
    " both executives. Duet keeps them to exactly that, in Slack."
)

ENDING = (
    "Two executives signed one charter: one goal, one measure, dates, and a budget of which each pays half. Their"
    " people were lent until a day, and are back; one zero too many is undone and still in sight; what each of the"
    " two says of the other side has gone from a two to a four; and both have signed what came of it. Nobody had to"
    " call it trust.",
    "Next: `duet demo --pause 2`, to read along. For your own Slack, make an app from manifest.yml, put its two"
    " tokens into .env, and `make run`. As for the candles: they are for birthdays.",
)

SO_FAR = (
    "On Fridays the customers buy pickled cucumbers, with birthday candles. Marketing has the question, IT has the"
    " data; together they could find out why: one team, one goal, paid for half and half.\n"
    "So far: Anna has drafted a charter, and Adam wanted to talk first. This is version 2; nobody has signed it."
)


def channel_of(language: str) -> str:
    """Of the story's project, as its people call it."""
    return Words(language)("#duet-1-ogorki-w-piatek", "#duet-1-pickles-on-a-friday")


def build_story(began: date, *, now: date | None = None, language: str) -> Story:
    """The edition of a language. Nothing in it may depend on the time of day, or on the day of the week.

    `began`: the office's day when it began, from which the charter's dates follow. `now`: its day now, if that is
    another; the dates of what is still to come lie after it.
    """
    now = now or began
    (start, end), w = _project_term(began), Words(language)
    channel = channel_of(language)
    scenes = (
        _beginning_scene(w),
        _draft_scene(w, began),
        _sending_scene(w, began, now),
        _forging_scene(w),
        _talk_scene(w),
        _new_version_scene(w),
        _adam_signs_scene(w),
        _anna_signs_scene(w),
        _team_scene(w, channel),
        first_answers_scene(w, now),
        _register_scene(w, channel, now),
        _deputy_scene(w, channel, now),
        member_scene(w, channel, now),
        checkin_week_scene(w, channel, max(start, now + timedelta(days=1))),
        ask_scene(w, channel, now),
        half_and_half_scene(w, channel, now),
        zero_too_many_scene(w, channel, now),
        milestone_scene(w, channel, max(start + timedelta(days=30), now + timedelta(days=8))),
        later_answers_scene(w, began, now),
        last_day_scene(w, channel, end, now),
        back_home_scene(w, channel, now),
        report_scene(w, now),
    )
    return Story(
        title="Pan Pikuś S.A.: 4,812 corner shops, one hedgehog in the logo",
        opening=OPENING + w(" (To Polish people it speaks Polish.)", ""),
        cast=CAST,
        scenes=tuple(map(w.edited, scenes)),
        ending=ENDING,
        middle=6,
        first_part=FIRST_PART,
        between=BETWEEN,
        so_far=SO_FAR,
        language=language,
        languages={"piotr": "en", "mike": "en", "nadia": "en"},
    )


def _beginning_scene(w: Words) -> Scene:
    return Scene(
        "Anna wonders",
        "Everything begins with one command. Nothing has to be set up first.",
        (
            Types("anna", "/duet"),
            Sees(
                "anna",
                REPLY,
                (
                    w("Nic. Miłego dnia!", "Nothing. Have a good day!"),
                    w("Dwie strony, jeden cel: zaczynamy?", "Two sides, one goal: shall we begin?"),
                ),
                lines=2,
                gloss="Nothing waits for you, have a nice day. Two sides, one goal: shall we begin?",
            ),
        ),
    )


def _draft_scene(w: Words, today: date) -> Scene:
    start, end = _project_term(today)
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
                        "CIO i CMO to muszą być dwie różne osoby.",
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
                    w("D-1: szkic gotowy", "D-1 is drafted"),
                    w("wyjaśnić: z 3 do 60%, termin:", "explain: from 3 to 60% by") + f" {w.day(end)}",
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


def _sending_scene(w: Words, began: date, now: date) -> Scene:
    start, end = _project_term(began)
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
                Sees("piotr", REPLY, ("From now on Duet speaks English to you.",), lines=2),
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
                        "@Piotr Kabelek asks for your signature under *D-1 · Pickles on a Friday*",
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


def _forging_scene(w: Words) -> Scene:
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
                        "Tę kartę podpisują @Adam Wolny i @Anna Żuraw. Prośby są już u nich.",
                        "This charter is signed by @Adam Wolny and @Anna Żuraw. Both have been asked.",
                    ),
                ),
                lines=2,
                gloss="This charter is signed by Adam and Anna. Both have been asked.",
            ),
        ),
    )


def _talk_scene(w: Words) -> Scene:
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


def _new_version_scene(w: Words) -> Scene:
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
                        "To nowa wersja, więc wcześniejsze podpisy są nieważne",
                        "This is a new version, so earlier signatures are void",
                    ),
                    w("Cel:", "Goal:"),
                ),
                gloss="A new version: earlier signatures are void, and both are asked anew. Goal: old → new.",
            ),
            Closes("anna"),
            Sees(
                "adam",
                "@duet",
                (
                    w(
                        "prosi o Twój podpis pod *D-1 · Ogórki w piątek* (wersja 2)",
                        "asks for your signature under *D-1 · Pickles on a Friday* (version 2)",
                    ),
                ),
                gloss="Anna asks for your signature under version 2.",
            ),
            Sees(
                "anna",
                "@duet",
                (w("(wersja 2)", "(version 2)"), w("Potrzebny jest też Twój podpis", "it needs yours, too")),
                gloss="Your own version 2 needs your signature, too.",
            ),
        ),
    )


def _adam_signs_scene(w: Words) -> Scene:
    return Scene(
        "Adam reads it all, and signs",
        "Somebody has to go first, without knowing the other's answer. Trust begins somewhere.",
        (
            Clicks("adam", "Przeczytaj i podpisz", "@duet"),
            Fills("adam", {"Twoja odpowiedź": "Podpisuję"}, click="Wyślij odpowiedź", gloss="Your answer: I sign."),
            Sees(
                "adam",
                FORM,
                (w("Projekt ruszy z drugim podpisem.", "It becomes active with the other signature."),),
                gloss="Your signature is there. The project starts with the second one.",
            ),
            Closes("adam"),
        ),
        yours=_invite_onlooker("adam", "You are Adam now, the CIO.", "signing.mine.sign"),
    )


def _anna_signs_scene(w: Words) -> Scene:
    return Scene(
        "So does Anna",
        "The project is active with the second yes to the very same version, and not a moment before.",
        (
            Clicks("anna", "Przeczytaj i podpisz", "@duet"),
            Sees(
                "anna",
                FORM,
                (
                    w("D-1: Twoja odpowiedź", "D-1: your answer"),
                    w("Druga strona podpisała.", "The other executive has signed."),
                ),
                gloss="The other side has signed.",
            ),
            Fills("anna", {"Twoja odpowiedź": "Podpisuję"}, click="Wyślij odpowiedź"),
            Sees(
                "anna",
                FORM,
                (
                    w("Podpisane.", "You have signed."),
                    w("są oba podpisy, więc projekt jest aktywny.", "is signed by both of you, and active."),
                ),
                gloss="With yours there are both: the project is active.",
            ),
            Closes("anna"),
        ),
        yours=_invite_onlooker(
            "anna", "You are Anna now, the CMO.", "charter.agreed.activation", "charter.agreed.activation_in"
        ),
    )


def _team_scene(w: Words, channel: str) -> Scene:
    return Scene(
        "One team, one room",
        "Duet makes the channel, pins the charter in it, and invites everybody.",
        (
            Sees(
                ("adam", "anna", "ewa", "piotr"),
                channel,
                (
                    w("Obie strony podpisały tę kartę.", "Both executives have signed this charter."),
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
                (w("są oba podpisy, więc projekt jest aktywny.", "is signed by both of you, and active."), channel),
                lines=2,
                gloss="Signed by both of you, and active; and where its channel is.",
            ),
            Sees(
                "adam",
                "@duet",
                (
                    w("jest aktywny: jest też drugi podpis", "is active: the other executive has signed, too"),
                    channel,
                ),
                lines=2,
                gloss="Active: the other signature is there, too.",
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


def _register_scene(w: Words, channel: str, today: date) -> Scene:
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
                    w("tylko za zgodą obu stron", "only by a decision of both executives"),
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
                        "W rejestrze: *Newsletter PL* (baza klientów): @Ewa Błysk",
                        "In the register: *Newsletter* (customer base): @Ewa Błysk",
                    ),
                ),
                lines=2,
                gloss="In the register: Newsletter PL, a customer base, and Ewa keeps it.",
            ),
            Types("piotr", '/duet own data "Till events" @piotr', channel),
            Sees("piotr", REPLY, ("In the register: *Till events* (data): @Piotr Kabelek",), lines=2),
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
                    w("*Tak* znaczy też, że pracujesz w marketingu", "*Yes* also says that you work in marketing"),
                ),
                gloss="Ewa asks you to take it over. Marketing keeps customer bases: is that where you work?",
            ),
            Clicks("ola", "Tak, pracuję w marketingu", "@duet"),
            Sees(
                "ewa",
                "@duet",
                (
                    w(
                        "Newsletter PL: właścicielem jest teraz @Aleksandra Plakat",
                        "Newsletter: the owner is @Aleksandra Plakat now",
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
            Sees("piotr", REPLY, ("Data are kept by IT, and @Ewa Błysk works in marketing",)),
            Clicks("piotr", "Ask both sides", REPLY),
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
                    f"{what} "
                    + w(
                        "przechodzi na drugą stronę, nowy właściciel: @Ewa Błysk",
                        "goes to @Ewa Błysk, across the boundary",
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


def _deputy_scene(w: Words, channel: str, today: date) -> Scene:
    first, last = today, today + timedelta(days=60)
    return Scene(
        "Adam goes fishing",
        "Nobody has to wait for an executive who is away: a deputy signs for them, and everybody sees that.",
        (
            Types(
                "adam",
                w("/duet zastępca", "/duet deputy") + f" @jan {first} {last}",
                gloss="/duet deputy: Jan, for two months",
            ),
            Sees(
                "adam",
                REPLY,
                (
                    w(
                        f"@Jan Łącznik podpisuje za Ciebie od {w.typed_day(first)} do {w.typed_day(last)}",
                        f"@Jan Łącznik signs for you from {w.typed_day(first)} to {w.typed_day(last)}",
                    ),
                ),
                lines=2,
                gloss="Jan signs for you in that time, and reads so tomorrow morning.",
            ),
            Types("anna", w("/duet edytuj D-1", "/duet edit D-1"), channel, gloss="/duet edit"),
            Fills(
                "anna", {"Wartość docelowa": "65"}, click="Dalej", gloss="The target: 65 percent rather than 60."
            ),
            Clicks("anna", "Zapisz"),
            Sees(
                "anna",
                FORM,
                (w("Do tego czasu obowiązuje poprzednia.", "Until both have, the old one counts."), "60", "65"),
                gloss="Both are asked to sign the new version. Until both have, the old one counts.",
            ),
            Closes("anna"),
            Sees(
                "anna",
                "@duet",
                (w("(wersja 3)", "(version 3)"), w("Potrzebny jest też Twój podpis", "it needs yours, too")),
                gloss="Version 3 needs your signature, too.",
            ),
            Clicks("anna", "Przeczytaj i podpisz", "@duet"),
            Fills("anna", {"Twoja odpowiedź": "Podpisuję"}, click="Wyślij odpowiedź"),
            Closes("anna"),
            Sees(
                "jan",
                "@duet",
                (
                    w("prosi o podpis", "asks for a signature"),
                    w("(wersja 3)", "(version 3)"),
                    w("Podpisujesz w zastępstwie: @Adam Wolny", "You sign for @Adam Wolny, who is away"),
                ),
                gloss="Anna asks for a signature. You sign for Adam.",
            ),
            Clicks("jan", "Przeczytaj i podpisz", "@duet"),
            Fills("jan", {"Twoja odpowiedź": "Podpisuję"}, click="Wyślij odpowiedź"),
            Closes("jan"),
            Sees(
                ("anna", "piotr"),
                channel,
                (
                    w(
                        "IT, podpis: @Jan Łącznik w zastępstwie: @Adam Wolny",
                        "IT: signed by @Jan Łącznik for @Adam Wolny",
                    ),
                    w("wersja 3", "version 3"),
                ),
                pinned=True,
                gloss="The pinned charter: signed by Jan, for Adam.",
            ),
            Waits(working_day_after(today, 1), "09:01", "The next morning: what is said of it has time, too"),
            Sees(
                ("anna", "piotr"),
                channel,
                (w("obie strony podpisały wersję 3", "both executives have signed version 3"), "60", "65"),
                gloss="Both sides have signed version 3, and it is what counts now. What has changed: 60 → 65.",
            ),
        ),
    )


def _invite_onlooker(who: str, as_whom: str, *done: str) -> Yours:
    words = (
        f"{as_whom} Click {{read}} in Duet's message, choose {{sign}}, send it with {{send}}, and close the form."
        " Or let the next step do it."
    )
    labels = {"read": "signing.read_and_sign", "sign": "signing.answer.sign", "send": "signing.answer.submit"}
    return Yours(who, words, labels, "@duet", done)


def _project_term(today: date) -> tuple[date, date]:
    """From a Monday at least two weeks away, for half a year."""
    start = today + timedelta(days=21 - today.weekday())
    return start, start + timedelta(days=182)
