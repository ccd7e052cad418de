"""The languages that Duet speaks, each as its catalogue describes itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale

from bot.parsing.folding import fold_text

DEFAULT_LANGUAGE: Final = "en"
CATALOGUES: Final = Path(__file__).parent / "locale"
_HEAD_LINE = re.compile(r'^"(X-[\w-]+): (.*)\\n"$', re.MULTILINE)


@dataclass(frozen=True)
class Language:
    """What the head of a catalogue says of its language."""

    code: str
    locale: Locale  # British English writes dates as the product does: 1 December 2026; a, b and c
    currency: str  # ISO 4217
    countries: frozenset[str]  # ISO 3166: whoever lives there is spoken to in it, until they say otherwise
    grouped_from: int  # from which number on thousands are set apart: in Polish 4800, but 48 000


@cache
def load_languages() -> Mapping[str, Language]:
    """By code, the default first."""
    found = [_read_language(path) for path in CATALOGUES.glob("*.po")]
    return {each.code: each for each in sorted(found, key=lambda each: (each.code != DEFAULT_LANGUAGE, each.code))}


def _read_language(catalogue: Path) -> Language:
    head = dict(_HEAD_LINE.findall(catalogue.read_text("utf-8").partition("\n\n")[0]))
    countries = frozenset(head.get("X-Countries", "").split())
    return Language(
        catalogue.stem,
        Locale.parse(head["X-Locale"]),
        head["X-Currency"],
        countries,
        grouped_from=int(head.get("X-Grouped-From", 1000)),
    )


def list_languages() -> tuple[str, ...]:
    """The codes of all that have a catalogue, the default first."""
    return tuple(load_languages())


def language_of(locale: str) -> str:
    """Our language for a Slack locale (`pl-PL` → `pl`); English for all we have no catalogue of."""
    language = re.split("[-_]", locale)[0].lower()
    return language if language in load_languages() else DEFAULT_LANGUAGE


def find_language(name: str) -> str | None:
    """The one that is called so, in whichever language of ours: `Polish`, `polski`, or by its code."""
    languages, said = load_languages(), fold_text(name)
    for code in languages:
        names = (each.locale.languages.get(code, code) for each in languages.values())
        if said in map(fold_text, (code, *names)):
            return code
    return None


def language_of_country(country: str | None) -> str | None:
    """In which whoever lives there is spoken to; None where no catalogue says so."""
    return next((each.code for each in load_languages().values() if country in each.countries), None)


def currency_of(language: str) -> str:
    """What a project begins with where nothing else is known (ISO 4217)."""
    return load_languages()[language].currency
