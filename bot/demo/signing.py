"""Two signatures; and somebody who signs while the other is away."""

from datetime import date, timedelta

from bot.demo.editions import Words
from bot.demo.steps import FORM, REPLY, Clicks, Closes, Fills, Scene, Sees, Types, Waits, Yours
from bot.demo.week import working_day_after


def adam_signs_scene(w: Words) -> Scene:
    return Scene(
        "Adam reads it all, and signs",
        "Somebody has to go first, without knowing the other's answer. Trust begins somewhere.",
        (
            Clicks("adam", "Przeczytaj i podpisz", "@duet"),
            Fills("adam", {"Twoja odpowiedź": "Podpisuję"}, click="Wyślij odpowiedź", gloss="Your answer: I sign."),
            Sees(
                "adam",
                FORM,
                (
                    w(
                        "Karta zacznie obowiązywać z drugim podpisem.",
                        "The charter takes effect with the second signature.",
                    ),
                ),
                gloss="Your signature is there. The charter takes effect with the second one.",
            ),
            Closes("adam"),
        ),
        yours=invite_onlooker("adam", "You are Adam now, the CIO.", "signing.mine.sign"),
    )


def anna_signs_scene(w: Words) -> Scene:
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
                    w("są oba podpisy, więc projekt jest aktywny.", "has both signatures, and is active."),
                ),
                gloss="With yours there are both: the project is active.",
            ),
            Closes("anna"),
        ),
        yours=invite_onlooker(
            "anna", "You are Anna now, the CMO.", "charter.agreed.activation", "charter.agreed.activation_in"
        ),
    )


def deputy_scene(w: Words, channel: str, today: date) -> Scene:
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
                (w("Do tego czasu obowiązuje poprzednia.", "Until both have, the old one applies."), "60", "65"),
                gloss="Both are asked to sign the new version. Until both have, the old one applies.",
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
                    w("Podpisujesz w zastępstwie: @Adam Wolny", "You sign as the deputy of @Adam Wolny"),
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
                (w("obie strony podpisały wersję 3", "version 3 has both signatures"), "60", "65"),
                gloss="Both sides have signed version 3, which applies from now on. What has changed: 60 → 65.",
            ),
        ),
    )


def invite_onlooker(who: str, as_whom: str, *done: str) -> Yours:
    words = (
        f"{as_whom} Click {{read}} in Duet's message, choose {{sign}}, send it with {{send}}, and close the form."
        " Or let the next step do it."
    )
    labels = {"read": "signing.read_and_sign", "sign": "signing.answer.sign", "send": "signing.answer.submit"}
    return Yours(who, words, labels, "@duet", done)
