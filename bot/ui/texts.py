"""Every sentence people read: catalogues, plurals, dates, amounts, in every language that has one (product §15).

The catalogues are `locale/<language>.po`, keyed by symbol (`charter.sign.button`), written in Slack's mrkdwn. The
head of each says how its language writes dates and amounts (`X-Locale`, `X-Grouped-From`), what money a project
begins with (`X-Currency`), and where it is spoken (`X-Countries`): a new language is a new file. No
date breaks at the end of a line, and no amount from its unit.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_interval, format_skeleton, get_day_names, get_timezone_location
from babel.lists import format_list
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
)

from bot.parsing.folding import fold_text, has_visible_text
from bot.parsing.money import Amount, typed_number
from bot.runtime.errors import Refusal
from bot.ui.catalogues import load_catalogue
from bot.ui.languages import language_of, load_languages
from bot.ui.mrkdwn import (
    FORMER_MEMBER,
    Mrkdwn,
    clean_text,
    escape_text,
    name_former_members,
    person_mention,
    unescape_text,
)

_MARKS = re.compile("[*`]")
_NBSP = "\u00a0"
_WORD_JOINER = "\u2060"  # after a dash, where a line would break even before a no-break space
_MINUS = "\u2212"
_HALF_A_YEAR = datetime.timedelta(days=180)


@dataclass(frozen=True)
class Term:
    """A word of the catalogue as a fact of another text: errors are made before their language is known."""

    key: str
    facts: tuple[tuple[str, "Fact"], ...] = ()


@dataclass(frozen=True)
class Country:
    """A country as a fact of another text, in that text's language."""

    code: str  # ISO 3166 alpha-2


@dataclass(frozen=True)
class WithWeekday:
    """A day as a fact of another text that is to be said with its weekday: `2 December 2026 (Wednesday)`."""

    day: datetime.date


@dataclass(frozen=True)
class Mentioned:
    """Somebody as a fact of another text: in plain text, where a mention is not resolved, by their name."""

    user_id: str
    name: str


@dataclass(frozen=True)
class People:
    """Those whom a sentence names at its end, after a colon: `: @Jan, @Ewa`. Of nobody nothing is said.

    In plain text, where a mention is not resolved, by their names.
    """

    names: tuple[tuple[str, str], ...]  # user id, name


Moment = datetime.date | datetime.datetime | WithWeekday
Fact = str | int | Decimal | Moment | Amount | Term | Country | Mentioned | People


def read_name(
    text: str | None, *, limit: int, field: str | None = None, multiline: bool = False, optional: bool = False
) -> str:
    """What somebody called a thing, or wrote of it. Raises: Refusal, at `field`, also for nothing to see."""
    name = clean_text(text or "").strip()
    name = name if multiline else " ".join(name.split())
    if not optional and not has_visible_text(fold_text(name)):
        raise Refusal("error.field.empty", field=field)
    if len(name) > limit:
        raise Refusal("error.field.too_long", field=field, limit=limit)
    return name


def _list_after_colon(items: Iterable[Mrkdwn]) -> Mrkdwn:
    listed = Mrkdwn(", ").join(items)
    return Mrkdwn(f": {listed}") if listed else Mrkdwn("")


def own_name(language: str) -> str:
    """As those who speak it call it: English, Polski. For plain_text."""
    return Texts.of(language).plain("language.name")


@dataclass(frozen=True)
class Texts:
    """Sentences in one language, with times shown in one zone. Made by `of`."""

    language: str  # one of `list_languages()`
    zone: str  # IANA name
    has_marks: bool = field(default=True, kw_only=True)  # else nothing is bold or code, where marks would be seen

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(language: str, zone: str = "UTC") -> "Texts":
        """Raises: ZoneInfoNotFoundError."""
        ZoneInfo(zone)
        return Texts(language_of(language), zone)

    def __call__(self, key: str, /, **facts: Fact) -> Mrkdwn:
        """The sentence under `key`, its placeholders filled with `facts`; the fact `n` chooses the plural form.

        Raises: KeyError for a key that is not in the catalogue, or a placeholder without its fact.
        """
        if not facts:
            return _write_words(key, self.language, self.has_marks)
        return self._fill_sentence(self._find_sentence(key, facts), facts)

    def plain(self, key: str, /, **facts: Fact) -> str:
        """The same for plain_text objects: buttons, titles, labels. A mention is not resolved there."""
        if not facts:
            return _write_plain_words(key, self.language, self.has_marks)
        named = {
            name: _list_after_colon(escape_text(called) for _, called in fact.names)
            for name, fact in facts.items()
            if isinstance(fact, People)
        }
        named |= {name: escape_text(fact.name) for name, fact in facts.items() if isinstance(fact, Mentioned)}
        sentence = _drop_code_marks(self._find_sentence(key, facts))
        return unescape_text(self._fill_sentence(sentence, {**facts, **named}))

    def without_marks(self) -> "Texts":
        """The same sentences where Slack's marks would stay as they stand: what a person wrote keeps its own."""
        return replace(self, has_marks=False)

    def _find_sentence(self, key: str, facts: Mapping[str, Fact]) -> str:
        catalogue, n = load_catalogue(self.language), facts.get("n")
        sentence = catalogue.ngettext(key, key, n) if isinstance(n, int) else catalogue.gettext(key)
        return sentence if self.has_marks else _MARKS.sub("", sentence)

    def _fill_sentence(self, sentence: str, facts: Mapping[str, Fact]) -> Mrkdwn:
        return Mrkdwn(sentence.format_map({name: self._render_fact(fact) for name, fact in facts.items()}))

    def date(self, day: datetime.date) -> Mrkdwn:
        """1 December 2026; 1 grudnia 2026. The form of every day that none of the four below is for."""
        return _write_date(day, self._locale)

    def short_date(self, day: datetime.date, today: datetime.date) -> Mrkdwn:
        """1 Dec; 1 gru. With its year if that is half a year off. For lines of lists, which must fit on a phone."""
        skeleton = "MMMd" if abs(day - today) < _HALF_A_YEAR else "yMMMd"
        return _bind_words(format_skeleton(skeleton, day, locale=self._locale))

    def week(self, first: datetime.date, last: datetime.date) -> Mrkdwn:
        """4–10 Jan; 30 listopada – 6 grudnia: no year, one month if both days are in it. For the brief's title."""
        days = format_interval(first, last, "MMMMd", locale=self._locale)
        return _bind_words(days.replace("\u2009", " ").replace("–", f"–{_WORD_JOINER}"))

    def month(self, day: datetime.date) -> Mrkdwn:
        """Nov 2026; lis 2026: the day's month. For points of charts, and lines that are about a month."""
        return _bind_words(format_skeleton("yMMM", day, locale=self._locale))

    def month_in_full(self, day: datetime.date) -> Mrkdwn:
        """November 2026; listopad 2026: the day's month. For sentences."""
        return _bind_words(format_skeleton("yMMMM", day, locale=self._locale))

    def date_and_weekday(self, day: datetime.date) -> Mrkdwn:
        """2 December 2026 (Wednesday); 2 grudnia 2026 (środa). For a day that somebody typed or chooses."""
        return self.date(day) + Mrkdwn(f" ({self.weekday(day.weekday())})")

    def weekday(self, number: int) -> str:
        """Thursday; czwartek. `number`: 0 is Monday. For plain_text."""
        return str(get_day_names("wide", "stand-alone", self._locale)[number])

    def moment(self, moment: datetime.datetime) -> Mrkdwn:
        """1 December 2026, 14:30, in the zone. Raises: ValueError if `moment` is naive."""
        if moment.tzinfo is None:
            raise ValueError("naive datetime")
        local = moment.astimezone(ZoneInfo(self.zone))
        return _write_day(local.date(), self._locale) + Mrkdwn(f", {local:%H:%M}")

    def amount(self, minor: int, currency: str) -> Mrkdwn:
        """£1,200.50; 120 000 zł. Decimals are left out when they are zero, as people do."""
        return _write_amount(minor, currency, self.language)

    def number(self, number: Decimal | int) -> Mrkdwn:
        """12,000.5; 12 000,5. All decimals that the number has."""
        return _write_number(str(number), self.language)

    def typed_number(self, number: Decimal) -> str:
        """As a person of this language types it, for a form filled with what is: `money.parse_number` reads it."""
        return typed_number(number, point=get_decimal_symbol(self._locale))

    def mention(self, user_id: str) -> Mrkdwn:
        """A mention that stands alone, in no sentence. Raises: ValueError if it is no Slack id."""
        return self._name_former_members(person_mention(user_id))

    def former_member(self, number: int) -> str:
        """What somebody who was forgotten is called."""
        return self.plain("people.former", number=str(number))

    def _name_former_members(self, text: str) -> Mrkdwn:
        return name_former_members(text, self.former_member)

    def list(self, items: Iterable[str]) -> Mrkdwn:
        """a, b and c; a, b i c."""
        return self._name_former_members(format_list([escape_text(item) for item in items], locale=self._locale))

    def country(self, code: str) -> str:
        """The country's name, for plain_text."""
        return str(self._locale.territories[code])

    def city(self, zone: str) -> str:
        """What a time zone is called after: Warsaw; Warszawa. Raises: LookupError."""
        return _find_city(zone, self.language)

    @property
    def _locale(self) -> Locale:
        return load_languages()[self.language].locale

    def _render_fact(self, fact: Fact) -> Mrkdwn:
        match fact:
            case Mrkdwn() if FORMER_MEMBER in fact:
                return self._name_former_members(fact)
            case str():
                return escape_text(fact)
            case bool():
                raise TypeError("a yes or no has no words of its own")
            case int() | Decimal():
                return self.number(fact)
            case datetime.datetime():
                return self.moment(fact)
            case datetime.date():
                return self.date(fact)
            case WithWeekday():
                return self.date_and_weekday(fact.day)
            case Amount():
                return self.amount(fact.minor, fact.currency)
            case Term():
                return self(fact.key, **dict(fact.facts))
            case Country():
                return escape_text(self.country(fact.code))
            case Mentioned():
                return person_mention(fact.user_id)
            case People():
                return _list_after_colon(person_mention(user_id) for user_id, _ in fact.names)
        raise TypeError(f"no words for {fact!r}")


@lru_cache(maxsize=8192)
def _write_words(key: str, language: str, has_marks: bool) -> Mrkdwn:
    """A sentence without facts: of most messages the larger part."""
    t = Texts(language, "UTC", has_marks=has_marks)
    return t._fill_sentence(t._find_sentence(key, {}), {})


@lru_cache(maxsize=8192)
def _write_plain_words(key: str, language: str, has_marks: bool) -> str:
    return unescape_text(_drop_code_marks(_write_words(key, language, has_marks)))


def _drop_code_marks(sentence: str) -> str:
    """In plain text they would be shown as they stand."""
    return sentence.replace("`", "")


@lru_cache(maxsize=1024)
def _find_city(zone: str, language: str) -> str:
    """CLDR has some cities under the zone's former name only: Kijów as Europe/Kiev."""
    locale = load_languages()[language].locale
    former = (old for old, new in get_global("zone_aliases").items() if new == zone)
    known = next((name for name in (zone, *former) if "city" in locale.time_zones.get(name, {})), None)
    if known is not None:
        return str(locale.time_zones[known]["city"])
    return str(get_timezone_location(zone, locale, return_city=True)).rpartition("/")[2]


@lru_cache(maxsize=4096)
def _write_date(day: datetime.date, locale: Locale) -> Mrkdwn:
    """A message names the same few days again and again."""
    return _bind_words(format_date(day, "long", locale))


@lru_cache(maxsize=4096)
def _write_day(day: datetime.date, locale: Locale) -> Mrkdwn:
    """Before an hour."""
    return _bind_words(format_date(day, "d MMMM y", locale))


@lru_cache(maxsize=4096)
def _write_number(digits: str, language: str) -> Mrkdwn:
    """By its digits, as 5 and 5.0 are the same number, and not written alike."""
    number, locale = Decimal(digits), load_languages()[language].locale
    has_groups = _has_groups(number, language)
    return _write_minus(
        format_decimal(number, locale=locale, decimal_quantization=False, group_separator=has_groups)
    )


@lru_cache(maxsize=4096)
def _write_amount(minor: int, currency: str, language: str) -> Mrkdwn:
    """Nor many amounts: a card names the same one for both sides."""
    locale = load_languages()[language].locale
    precision = get_currency_precision(currency)
    pattern = locale.currency_formats["standard"].pattern
    whole = minor % 10**precision == 0
    pattern = pattern.replace(".00", "" if whole else f".{'0' * precision}")
    if get_currency_symbol(currency, locale)[-1].isalpha():
        pattern = pattern.replace("¤#", f"¤{_NBSP}#")  # CLDR's rule for `PLN 5`; Babel does not know it
    value = Decimal(minor).scaleb(-precision)
    groups = _has_groups(value, language)
    return _write_minus(
        format_currency(value, currency, pattern, locale, currency_digits=False, group_separator=groups)
    )


def _write_minus(number: str) -> Mrkdwn:
    """With the sign that is as wide as a digit: CLDR has a hyphen, at which a line may break."""
    return Mrkdwn(number.replace("-", _MINUS))


def _has_groups(number: Decimal | int, language: str) -> bool:
    """Whether the thousands of a number of this size are set apart."""
    least = load_languages()[language].grouped_from
    return not -least < number < least


def _bind_words(words: str) -> Mrkdwn:
    return Mrkdwn(words.replace(" ", _NBSP))
