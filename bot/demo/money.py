"""Half and half: both sides pay in, and one zero too many is found by the side that would have paid its half."""

from datetime import date

from bot.demo.editions import Words
from bot.demo.steps import REPLY, Clicks, Closes, Fills, Scene, Sees, Types, Waits
from bot.demo.week import working_day_after


def half_and_half_scene(w: Words, channel: str, today: date) -> Scene:
    return Scene(
        "Half and half",
        "Whoever pays half asks good questions. Both sides pay in, and leads and executives read one ledger.",
        (
            Types("piotr", "/duet fund 30k", channel),
            Sees(
                "piotr",
                REPLY,
                (w("*IT* pays in *PLN 30,000*", "*IT* pays in *€30,000*"), "It counts once you record it."),
                lines=2,
            ),
            Clicks("piotr", "Record", REPLY),
            Types("ewa", w("/duet wkład 30 tys.", "/duet fund 30k"), channel, gloss="/duet fund: 30 thousand"),
            Clicks("ewa", w("Zapisz", "Record"), REPLY),
            Waits(
                working_day_after(today, 1), "10:01", "The next day: the leads have read of each other's entries"
            ),
            Sees("piotr", "@duet", (w("Marketing has paid in PLN", "Marketing has paid in €30,000"),)),
            Types("anna", w("/duet budżet", "/duet budget"), channel, gloss="/duet budget"),
            Sees(
                "anna",
                REPLY,
                (
                    w("Deklaracja | 60 000 zł | 60 000 zł", "Pledged | €60,000 | €60,000"),
                    w("Wkład | 30 000 zł | 30 000 zł", "Paid in | €30,000 | €30,000"),
                ),
                lines=1,
                gloss="Pledged and paid in, by IT and by marketing: the same.",
            ),
        ),
    )


def zero_too_many_scene(w: Words, channel: str, today: date) -> Scene:
    jars = w("400 słoików do degustacji", "400 jars for tasting")
    return Scene(
        "One zero too many",
        "Nobody deletes anything and nobody blames anybody: a question, an answer, and both stay in sight.",
        (
            Types(
                "ewa",
                w(f'/duet wydatek 48 000 "{jars}"', f'/duet spend 48,000 "{jars}"'),
                channel,
                gloss="/duet spend: 400 jars for tasting. She is in a hurry, as ever.",
            ),
            Clicks("ewa", w("Zapisz", "Record"), REPLY),
            Waits(working_day_after(today, 1), "10:01", "The next morning, in Piotr's one message of the day"),
            Sees("piotr", "@duet", (jars, w("Marketing has spent PLN 48,000", "Marketing has spent €48,000"))),
            Clicks("piotr", "Dispute", "@duet"),
            Fills(
                "piotr",
                {"Why": w("PLN 120 a jar? Pickles, or pearls?", "€120 a jar? Pickles, or pearls?")},
                click="Dispute",
            ),
            Closes("piotr"),
            Waits(working_day_after(today, 2), "10:01", "The morning after that"),
            Sees(
                "ewa",
                "@duet",
                (w("Zastrzeżenie (@Piotr Kabelek)", "Disputed by @Piotr Kabelek"), "Pickles, or pearls?"),
                gloss="Piotr does not agree with this entry. It goes on counting, and is marked.",
            ),
            Clicks("ewa", "Stornuj", "@duet"),
            Fills(
                "ewa",
                {"Dlaczego": w("Jedno zero za dużo. Dzięki!", "One zero too many. Thank you!")},
                click="Stornuj",
                gloss="One zero too many. Thank you!",
            ),
            Closes("ewa"),
            Types(
                "ewa",
                w(f'/duet wydatek 4800 "{jars}"', f'/duet spend 4800 "{jars}"'),
                channel,
                gloss="/duet spend, with the zeros counted",
            ),
            Clicks("ewa", w("Zapisz", "Record"), REPLY),
            Types("adam", w("/duet budżet", "/duet budget"), channel, gloss="/duet budget"),
            Sees(
                "adam",
                REPLY,
                (
                    w(
                        "Wydatki: 4800 zł z 120 000 zł netto; zostaje 115 200 zł.",
                        "Spent €4,800 of €120,000 net; €115,200 left.",
                    ),
                ),
                gloss="Spent: 4,800 of 120,000; 115,200 are left. Each side's share of it is half.",
            ),
        ),
    )
