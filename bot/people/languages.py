"""Which language a person is spoken to in, and how sure that is (product §15). Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.scheduling.zones import country_of
from bot.ui.languages import DEFAULT_LANGUAGE, language_of, language_of_country, list_languages


class Sign(StrEnum):
    """Why a language is spoken, the surest first."""

    CHOICE = "choice"  # their own
    WORDS = "words"  # they typed Duet's words in it
    WORKSPACE = "workspace"  # a Slack admin has set it for all
    ZONE = "zone"  # their clock is that of a country where it is spoken
    SLACK = "slack"  # of Slack's interface, which many languages do not have


@dataclass(frozen=True)
class SpokenLanguage:
    language: str
    sign: Sign

    @property
    def is_guess(self) -> bool:
        return self.sign is not Sign.CHOICE

    @property
    def others(self) -> tuple[str, ...]:
        """What else the person may want to be asked in, as long as nobody knows."""
        return tuple(each for each in list_languages() if each != self.language) if self.is_guess else ()


def guess_language(*, words: str | None, workspace: str | None, zone: str, locale: str) -> SpokenLanguage:
    """By the surest sign there is, where the person has not chosen.

    `words`: of the commands that they type; `locale`: Slack's.
    """
    signs = {
        Sign.WORDS: words,
        Sign.WORKSPACE: workspace,
        Sign.ZONE: language_of_country(country_of(zone)),
    }
    for sign, language in signs.items():
        if language in list_languages():
            return SpokenLanguage(language, sign)
    return SpokenLanguage(language_of(locale), Sign.SLACK)


def language_of_words(meant_in: frozenset[str]) -> str | None:
    """What a command's word says of who typed it: `nowy` is Polish. English words say nothing: everybody meets them
    in Slack's own hints.

    `meant_in`: the languages that have the word.
    """
    return next(iter(meant_in)) if len(meant_in) == 1 and DEFAULT_LANGUAGE not in meant_in else None
