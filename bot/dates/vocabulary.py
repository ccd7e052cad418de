"""The words of days, English and Polish, folded, in the cases that follow "on", "by" and "from". Pure."""

import re
from collections.abc import Iterable
from typing import Final, TypeVar

from bot.words import fold

Meaning = TypeVar("Meaning")


def _by_word(meanings: Iterable[tuple[Meaning, str]]) -> dict[str, Meaning]:
    return {word: meaning for meaning, words in meanings for word in words.split()}


WEEKDAYS: Final = _by_word(
    enumerate(
        (
            "mon monday pon poniedzialek poniedzialku pn",
            "tue tues tuesday wt wto wtorek wtorku",
            "wed weds wednesday sr sro sroda srode srody",
            "thu thur thurs thursday czw czwartek czwartku cz",
            "fri friday pt pia piatek piatku",
            "sat saturday sob sobota sobote soboty sb",
            "sun sunday nd ndz niedz niedziela niedziele niedzieli",
        )
    )
)
"""0 is Monday."""
MONTHS: Final = _by_word(
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
NUMBERS: Final = _by_word(
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
        14: "fourteen fortnight czternascie",
        30: "thirty trzydziesci",
    }.items()
)
UNITS: Final = _by_word(
    {
        "day": "day days d dzien dni",
        "week": "week weeks w wk wks tydzien tygodnie tygodni tyg tydz",
        "month": "month months miesiac miesiace miesiecy mies",
        "year": "year years rok lata lat",
    }.items()
)
PERIODS: Final = _by_word(
    {
        "week": "week tydzien tygodnia tygodniu",
        "month": "month miesiac miesiaca miesiacu",
        "quarter": "quarter kwartal kwartalu kwartale",
        "year": "year rok roku",
    }.items()
)
NEXT: Final = r"(?:next|przyszl\w+|nastepn\w+)"
THIS: Final = r"(?:this|ten|ta|tego|tej|tym|biezac\w+)"
COMING: Final = r"(?:coming|najblizsz\w+)"
NAMED_PERIOD: Final = re.compile(rf"(?:(?P<next>{NEXT})|{THIS}) (?P<period>{'|'.join(PERIODS)})")

_FILLERS: Final = re.compile(r"^(?:(?:by|on|until|till|the|do|na|w|we|dnia|od|from|at)\s+)+")
_ORDINAL: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|-?go|-?ego|-?tego)\b")
_EDGE_DAYS: Final = {
    "start": re.compile(r"\b(?:first day|pierwsz(?:y dzien|ego dnia))\b"),
    "end": re.compile(r"\b(?:last day|ostatni(?: dzien|ego dnia))\b"),
}
_ONE_IN_POLISH: Final = frozenset({"dzien", "tydzien", "miesiac", "rok"})


def normal(text: str) -> str:
    """Folded, without commas and the little words in front; "12th of May" is "12 may"."""
    folded = fold(text).replace(",", " ").replace(" of the ", " of ")
    folded = folded.replace("a couple of ", "2 ").replace("a couple ", "2 ")
    folded = _ORDINAL.sub(r"\1th", folded)
    for edge, phrase in _EDGE_DAYS.items():
        folded = phrase.sub(edge, folded)
    return " ".join(_FILLERS.sub("", f"{folded} ").split())


def count_of_units(found: re.Match[str]) -> int | None:
    """By its groups `count`, `word` and `unit`. `ten tydzień` is this week, not ten of them."""
    if found["count"]:
        return int(found["count"])
    if found["word"] == "ten" and found["unit"] in _ONE_IN_POLISH:
        return None
    return NUMBERS.get(found["word"] or "one")
