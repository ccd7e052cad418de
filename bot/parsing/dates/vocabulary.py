"""The words of days, English and Polish, folded, in the cases that follow "on", "by" and "from". Pure."""

import re
from collections.abc import Iterable
from typing import Final, TypeVar

from bot.parsing.folding import fold_text

Meaning = TypeVar("Meaning")


def map_words(meanings: Iterable[tuple[Meaning, str]]) -> dict[str, Meaning]:
    return {word: meaning for meaning, words in meanings for word in words.split()}


WEEKDAYS: Final = map_words(
    enumerate(
        (
            "mon monday pon poniedzialek poniedzialku poniedzialkiem pn",
            "tue tues tuesday wt wto wtorek wtorku wtorkiem",
            "wed weds wednesday sr sro sroda srode srody",
            "thu thur thurs thursday czw czwartek czwartku czwartkiem cz",
            "fri friday pt pia piatek piatku piatkiem",
            "sat saturday sob sobota sobote soboty sb",
            "sun sunday nd ndz niedz niedziela niedziele niedzieli",
        )
    )
)
"""0 is Monday."""
MONTHS: Final = map_words(
    enumerate(
        (
            "jan january sty styczen stycznia styczniu",
            "feb february lut luty lutego lutym",
            "mar march marzec marca marcu",
            "apr april kwi kwiecien kwietnia kwietniu",
            "may maj maja maju",
            "jun june cze czerwiec czerwca czerwcu",
            "jul july lip lipiec lipca lipcu",
            "aug august sie sierpien sierpnia sierpniu",
            "sep sept september wrz wrzesien wrzesnia wrzesniu",
            "oct october paz pazdziernik pazdziernika pazdzierniku",
            "nov november lis listopad listopada listopadzie",
            "dec december gru grudzien grudnia grudniu",
        ),
        1,
    )
)
NUMBERS: Final = map_words(
    {
        1: "a an one jeden jedna jedno",
        2: "two dwa dwie dwoch",
        3: "three trzy trzech",
        4: "four cztery",
        5: "five piec",
        6: "six szesc",
        7: "seven siedem",
        8: "eight osiem",
        9: "nine dziewiec",
        10: "ten dziesiec",
        11: "eleven jedenascie",
        12: "twelve dwanascie",
        14: "fourteen czternascie",
        13: "thirteen trzynascie",
        15: "fifteen pietnascie",
        20: "twenty dwadziescia",
        30: "thirty trzydziesci",
    }.items()
)
UNITS: Final = map_words(
    {
        "day": "day days d dzien dni",
        "week": "week weeks w wk wks tydzien tygodnie tygodni tyg tydz",
        "fortnight": "fortnight fortnights",
        "month": "month months miesiac miesiace miesiecy mies",
        "quarter": "quarter quarters kwartal kwartaly kwartalow",
        "year": "year years rok lata lat",
    }.items()
)
PERIODS: Final = map_words(
    {
        "week": "week tydzien tygodnia tygodniu tyg tydz",
        "month": "month miesiac miesiaca miesiacu mies",
        "quarter": "quarter kwartal kwartalu kwartale kw",
        "year": "year rok roku",
    }.items()
)
ORDINALS: Final = map_words(
    {
        1: "first 1th 1. pierwszy pierwsza pierwsze pierwszego pierwszej pierwszym i",
        2: "second 2th 2. drugi druga drugie drugiego drugiej drugim ii",
        3: "third 3th 3. trzeci trzecia trzecie trzeciego trzeciej trzecim iii",
        4: "fourth 4th 4. czwarty czwarta czwarte czwartego czwartej czwartym iv",
        5: "fifth 5th 5. piaty piata piate piatego piatej piatym",
        -1: "last ostatni ostatnia ostatnie ostatniego ostatniej ostatnim",
    }.items()
)
"""-1 is the last."""
NEXT: Final = r"(?:next|przyszl\w+|nastepn\w+)"
THIS: Final = r"(?:this|ten|ta|te|tego|tej|tym|biezac\w+)"
COMING: Final = r"(?:coming|upcoming|najblizsz\w+)"
PREVIOUS: Final = r"(?:last|past|previous|zeszl\w+|ubiegl\w+|minion\w+|poprzedni\w*|ostatni\w*)"
_A_PERIOD: Final = rf"(?P<period>{'|'.join(PERIODS)})\.?"
NAMED_PERIOD: Final = re.compile(
    rf"(?:in )?(?:(?:(?P<next>{NEXT})|(?P<last>{PREVIOUS})|{THIS}) {_A_PERIOD}|(?P<after_next>week after next))"
)
QUARTER: Final = re.compile(
    r"(?:in )?(?:q(?P<number>[1-4])|(?P<word>[a-z]+|[1-4](?:th|\.)?) (?:quarter|kwartal|kwartalu|kwartale|kw\.?))"
    r"(?: (?:of )?(?P<year>\d{4}))?"
)

_FILLER_WORDS: Final = (
    "no later than|not later than|nie pozniej niz|najpozniej|termin:?|deadline:?|by|on|until|till|the|due|do"
    "|na dzien|na|w dniu|w|we|dnia|od|from|at"
)
_FILLERS: Final = re.compile(rf"^(?:(?:{_FILLER_WORDS})\s+)+")
_ORDINAL: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|-?go|-?ego|-?tego)\b")
_EDGE_DAYS: Final = {
    "start": re.compile(r"\b(?:first day|pierwsz(?:y dzien|ego dnia))(?! robocz)\b"),
    "end": re.compile(r"\b(?:last day|ostatni(?: dzien|ego dnia))(?! robocz)\b"),
}
_MONTH_IN_SHORT: Final = {"m-ca": "miesiaca", "m-cu": "miesiacu", "m-c": "miesiac", "mca": "miesiaca"}
_SHORT_MONTH: Final = re.compile(r"\b(?:m-ca|m-cu|m-c|mca)\b\.?")
_YEAR_MARK: Final = re.compile(r"\b(\d{4}|\d\.\d\d) ?(?:roku|rok|r)\b\.?$")
_SPACED_FIGURES: Final = re.compile(r"\b(\d{1,2})\. (\d{1,2})\.(?: ?(\d{4})\b)?")
_SHORT_YEAR: Final = re.compile(r"(?<= )['’](\d\d)(?!\S)")
_ROMANS: Final = "i ii iii iv v vi vii viii ix x xi xii".split()  # noqa: SIM905
_ROMAN_MONTH: Final = re.compile(
    r"\b(\d{1,2})[. ] ?(?:(i|v|x)[. ] ?(\d{4})|(ii|iii|iv|vi{1,3}|ix|xi{1,2})(?![\w-])\.?(?: ?(\d{4}))?)\b"
)
"""`24 XII`; one letter may be anything, unless a year follows: `4 V 2027`."""
_ONE_IN_POLISH: Final = frozenset({"dzien", "tydzien", "miesiac", "rok"})


def normal_words(text: str) -> str:
    """Folded, without commas and the little words in front; "12th of May" is "12 may"."""
    return without_fillers(text)[1]


def without_fillers(text: str) -> tuple[str, str]:
    """The little words in front, and the rest of what is folded; "24. 12. 2026" is "24.12.2026"."""
    folded = " ".join(fold_text(text).replace(",", " ").split()).replace(" of the ", " of ")
    folded = folded.replace("a couple of ", "2 ").replace("a couple ", "2 ")
    folded = _ORDINAL.sub(r"\1th", folded)
    folded = _SHORT_MONTH.sub(lambda found: _MONTH_IN_SHORT[found[0].rstrip(".")], folded)
    folded = _SPACED_FIGURES.sub(lambda found: f"{found[1]}.{found[2]}.{found[3] or ''}", folded)
    folded = _ROMAN_MONTH.sub(_month_in_figures, folded)
    folded = _SHORT_YEAR.sub(r"20\1", folded)
    folded = _YEAR_MARK.sub(r"\1", folded)
    for edge, phrase in _EDGE_DAYS.items():
        folded = phrase.sub(edge, folded)
    found = _FILLERS.match(f"{folded} ")
    fillers = "" if found is None else found[0]
    return fillers.strip(), " ".join(f"{folded} "[len(fillers) :].split())


def _month_in_figures(found: re.Match[str]) -> str:
    month = _ROMANS.index(found[2] or found[4]) + 1
    return f"{found[1]}.{month:02}.{found[3] or found[5] or ''}".rstrip(".")


def count_of_units(found: re.Match[str]) -> int | None:
    """By its groups `count`, `word` and `unit`. `ten tydzień` is this week, not ten of them."""
    if found["count"] and found["unit"] in _ONE_IN_POLISH and found["count"] != "1":
        return None  # `50 tydzień` is the fiftieth
    if found["count"]:
        return int(found["count"])
    if found["word"] == "ten" and found["unit"] in _ONE_IN_POLISH:
        return None
    return NUMBERS.get(found["word"] or "one")


_DAY_OF_A_MONTH: Final = re.compile(r"\b\d{1,2}(?:th|\.)?[ -]?(?:of )?([a-z]+)")
_MONTH_OF_A_DAY: Final = re.compile(r"\b([a-z]+)\.? \d{1,2}(?:th)?\b")
_A_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)|\b(?:year|roku|br)\b")
_A_DATE: Final = re.compile(r"\d{1,2}[./-]\d|\d{1,2}th\b")


def is_unmistakable(words: str) -> bool:
    """Of `normal_words` words that are read as a day: whether nothing else can be meant by them in a sentence.

    A year makes it so, a day with the name of its month, and a date with its weekday; `friday`, `2 weeks` and `1.2`
    may be part of anything. Source: product §2.4.
    """
    named = (*_DAY_OF_A_MONTH.findall(words), *_MONTH_OF_A_DAY.findall(words))
    if any(name in MONTHS for name in named):
        return True
    if _A_YEAR.search(words):
        return any(letter.isdigit() for letter in words)
    is_dated = _A_DATE.search(words) is not None
    return is_dated and any(word.strip(".()") in WEEKDAYS for word in words.split())


_OTHERS: Final = (
    "today now teraz tomorrow tmrw jutro jutra dzisiaj dzis pojutrze yesterday wczoraj przedwczoraj"
    " eow eom eoq eoy half pol weekend"
)
_KNOWN: Final = frozenset([*WEEKDAYS, *MONTHS, *UNITS, *PERIODS, *_OTHERS.split()])


def may_be_read(words: str) -> bool:
    """Whether there is anything in them that days are made of; most words of a sentence are not worth a reading."""
    return any(letter.isdigit() for letter in words) or any(word.strip(".()'") in _KNOWN for word in words.split())


def may_be_in_a_date(word: str) -> bool:
    """Of a folded word: whether it may make a day unmistakable."""
    bare = word.strip(".,()")
    return (
        bare in MONTHS
        or bare in WEEKDAYS
        or bare in ("year", "roku", "br")
        or (sum(letter.isdigit() for letter in word) > 2 or ("-" in word and word[0].isdigit()))
    )
