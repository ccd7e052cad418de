"""What is typed after `/duet settings`: one of its form's fields, and what it is to say. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.parsing.folding import fold_text
from bot.parsing.money import find_currency
from bot.people.preferences import BRIEF_HOURS, COUNTRIES, OFF, ON
from bot.scheduling.zones import ZONES
from bot.ui.languages import find_language, list_languages
from bot.ui.texts import Texts
from handlers.features import Args
from handlers.grammar import join_tokens

LANGUAGE: Final = "my_language"
BRIEF_HOUR: Final = "brief_hour"
NAMES: Final[Mapping[str, str]] = {
    word: field
    for field, words in {
        LANGUAGE: "language lang jezyk",
        "reminders": "reminders reminder przypomnienia przypomnienie",
        BRIEF_HOUR: "brief przeglad",
        "currency": "currency waluta",
        "country": "country kraj",
        "zone": "zone timezone strefa",
    }.items()
    for word in words.split()
}
"""Folded words → the field that people call so."""
CHOICES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("on", "yes", "wlacz", "wlaczone", "tak"), ON),
    **dict.fromkeys(("off", "no", "wylacz", "wylaczone", "nie"), OFF),
}
_HOUR: Final = re.compile(r"(?:(?:at|o) )?(?P<hour>\d{1,2})(?:[:.]00)?")


def read_typed_setting(args: Args) -> tuple[str, str] | None:
    """(the field, its value), as in `currency EUR`; the name of a language is enough. None for anything else."""
    field = NAMES.get(fold_text(args[0].text)) if args else None
    words = args if field is None else args[1:]
    field = field or LANGUAGE
    value = READERS[field](join_tokens(words))
    return None if value is None else (field, value)


def _read_language(words: str) -> str | None:
    """Its name in any language of Duet's, or as on the button: `po polsku`."""
    return find_language(words) or _find_called(words, list_languages(), _name_button)


def _name_button(t: Texts, language: str) -> str:
    return Texts.of(language).plain("language.speak")


def _read_hour(words: str) -> str | None:
    found = _HOUR.fullmatch(fold_text(words))
    return None if found is None or int(found["hour"]) not in BRIEF_HOURS else str(int(found["hour"]))


def _find_called(words: str, values: Iterable[str], name: Callable[[Texts, str], str]) -> str | None:
    """The one of the `values` that is called so in any language of Duet's."""
    said, spoken = fold_text(words), [Texts.of(each) for each in list_languages()]
    return next((each for each in values if said in {fold_text(name(t, each)) for t in spoken}), None)


READERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    LANGUAGE: _read_language,
    "reminders": lambda words: CHOICES.get(fold_text(words)),
    BRIEF_HOUR: _read_hour,
    "currency": find_currency,
    "country": lambda words: _find_called(words, COUNTRIES, Texts.country),
    "zone": lambda words: _find_called(words, ZONES, Texts.city),
}
