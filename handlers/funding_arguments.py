"""What `/duet fund` and `/duet spend` say: an amount, what it is for, and the day (product §2.5)."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.parsing.dates.days import read_day
from bot.parsing.dates.readings import NotRead, Understood, value_of
from bot.parsing.dates.reckoning import WorkingDay
from bot.parsing.folding import fold_text
from bot.parsing.money import Amount, parse_amount
from bot.runtime.errors import Refusal
from handlers.features import Args
from handlers.grammar import join_tokens, read_project_number

_BEGINS_AMOUNT: Final = re.compile(r"[-−–]?[^\w\s]{0,2}\d")
_CURRENCY_FIRST: Final = re.compile(r"[A-Za-z]{3}|[€$£¥₴₹₺₩₪]")
_IN_KIND: Final = (
    "in kind",
    "in-kind",
    "inkind",
    "w naturze",
    "niepieniezny",
    "niepieniezne",
    "rzeczowo",
    "rzeczowy",
)
_BEFORE_WHAT: Final = ":;,–—-"
_AROUND_PRICE: Final = ".:;,–—-() "
_IS_BARE: Final = re.compile(r"[\d\s.,]+")
_NAMES_CURRENCY: Final = re.compile(r"[€$£¥₴₹₺₩₪]|\d\s*(?:zł|zl)\b|\b[A-Z]{3}\b")
_LATELY: Final = frozenset(["today", "yesterday", "dzis", "dzisiaj", "wczoraj", "przedwczoraj"])
"""Folded words that say at the end of what money was for when that was, without quotes, too."""
_BASES: Final = frozenset(["net", "gross", "netto", "brutto"])
_YEAR: Final = re.compile(r"20\d\d")
_MOST_WORDS: Final = 6  # of an amount: `PLN 1 200 000,50 zł` has five


@dataclass(frozen=True)
class TypedEntry:
    amount: Amount | None
    typed_amount: str  # as it stands in the form
    what: str
    day: date | None  # that was typed
    is_in_kind: bool
    trouble: Refusal | None  # why it is not understood as a whole, to be said above the form


def split_off_amount(args: Args) -> tuple[Args, Args]:
    """The command's own words begin with the amount, a quotation, or `in kind`; a key is the project's."""
    first = 1 if args and read_project_number(args[0]) is not None else 0
    at = next((each for each in range(first, len(args)) if _begins_own_words(args[each:])), len(args))
    return args[:at], args[at:]


def _begins_own_words(args: Args) -> bool:
    token, following = args[0], args[1:2]
    if token.kind != "word":
        return token.kind == "quoted"
    if _read_in_kind([each.text for each in args if each.kind == "word"]):
        return True
    return _begins_amount([token.text, *(each.text for each in following if each.kind == "word")])


def read_typed_entry(args: Args, *, currency: str, today: date, is_working: WorkingDay) -> TypedEntry:
    """Of what follows the project. Nothing is dropped: what is not understood opens the form, with `trouble`."""
    quoted = [token for token in args if token.kind == "quoted"]
    words = [token.text for token in args if token.kind != "quoted"]
    words, is_in_kind = _take_out_in_kind(words)
    if not quoted:
        words = _put_last_amount_first(words, currency)
    amount, used, trouble = _read_longest_amount(words, currency)
    rest = words[used:]
    day: date | None = None
    if trouble is None and rest and rest[0][:1].isdecimal() and not quoted:
        trouble, amount, used, rest = Refusal("error.amount.unclear"), None, len(words), []
    if amount is not None and quoted and (other := _read_second_amount(rest, currency, today, is_working)):
        trouble = Refusal("error.amount.two", one=amount, other=other)
        amount, used, rest = None, len(words), []
    if not quoted and amount is not None and (other := _find_priced_amount(words[:used], rest, currency)):
        trouble, amount = Refusal("error.amount.two", one=amount, other=other), None
    if not quoted and trouble is None and len(rest) > 1 and fold_text(rest[-1]) in _LATELY:
        reading = read_day(rest[-1], today=today, is_working=is_working)
        if isinstance(reading, Understood):
            day, rest = reading.value, rest[:-1]
    if quoted and rest:
        day, trouble, rest = _read_day_behind(rest, today, is_working, trouble)
    what = " ".join(token.text.strip() for token in quoted) if quoted else " ".join(rest).strip(_BEFORE_WHAT + " ")
    if any(token.kind not in ("word", "quoted") for token in args) and trouble is None:
        others = [token for token in args if token.kind not in ("word", "quoted")]
        trouble = Refusal("error.words_not_read", words=join_tokens(others))
    return TypedEntry(amount, " ".join(words[:used]), what, day, is_in_kind, trouble)


def _take_out_in_kind(words: list[str]) -> tuple[list[str], bool]:
    for at in range(len(words)):
        if count := _read_in_kind(words[at:]):
            return words[:at] + words[at + count :], True
    return words, False


def _read_in_kind(words: Sequence[str]) -> int:
    """With how many words the text begins that say "in kind"."""
    said = (2, 1)
    return next((n for n in said if fold_text(" ".join(words[:n])).strip(_BEFORE_WHAT) in _IN_KIND), 0)


def _put_last_amount_first(words: list[str], currency: str) -> list[str]:
    """Turns `posters 12 345,67 net` into `12 345,67 posters net`, where no number begins the words.

    A bare year ends a name: `fair 2027`.
    """
    end = len(words) - (bool(words) and fold_text(words[-1]) in _BASES)
    if not words or _begins_amount(words):
        return words
    for at in range(max(1, end - _MOST_WORDS), end):
        said = " ".join(words[at:end])
        if _begins_amount(words[at:end]) and not _YEAR.fullmatch(said):
            with suppress(Refusal):
                parse_amount(said, currency=currency)
                return [*words[at:end], *words[:at], *words[end:]]
    return words


def _begins_amount(words: Sequence[str]) -> bool:
    is_before_number = len(words) > 1 and words[1][:1].isdecimal()
    is_currency = _CURRENCY_FIRST.fullmatch(words[0]) is not None
    return _BEGINS_AMOUNT.match(words[0]) is not None or (is_currency and is_before_number)


def _read_longest_amount(words: Sequence[str], currency: str) -> tuple[Amount | None, int, Refusal | None]:
    """The amount with which the words begin, how many of them it has, and what is wrong with it."""
    trouble: Refusal | None = None
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        try:
            return parse_amount(" ".join(words[:count]).rstrip(":;"), currency=currency), count, None
        except Refusal as error:
            # A longer beginning that fails for a reason says why; one that is no amount at all says nothing.
            if trouble is None and error.key != "error.amount.unclear":
                return None, count, error
    if words:
        trouble = Refusal("error.amount.unclear")
    return None, min(len(words), 1) if words and words[0][:1].isdecimal() else 0, trouble


def _read_second_amount(rest: Sequence[str], currency: str, today: date, is_working: WorkingDay) -> Amount | None:
    """Reads what stands behind the amount as another one, unless it may be a day."""
    text = " ".join(rest).strip(_BEFORE_WHAT + " ")
    if not isinstance(read_day(text, today=today, is_working=is_working), NotRead):
        return None
    try:
        return parse_amount(text, currency=currency)
    except Refusal:
        return None


def _find_priced_amount(first: Sequence[str], rest: Sequence[str], currency: str) -> Amount | None:
    """Finds an amount with its currency behind a bare number that may count something: `2 analysts, 400 €`."""
    if not _IS_BARE.fullmatch(" ".join(first)):
        return None
    for at in range(len(rest)):
        for count in range(min(len(rest) - at, _MOST_WORDS), 0, -1):
            text = " ".join(rest[at : at + count]).strip(_AROUND_PRICE)
            if _NAMES_CURRENCY.search(text):
                with suppress(Refusal):
                    return parse_amount(text, currency=currency)
    return None


def _read_day_behind(
    rest: list[str], today: date, is_working: WorkingDay, trouble: Refusal | None
) -> tuple[date | None, Refusal | None, list[str]]:
    """Of `5000 zł "Survey" 24.11`: the day on which it was paid or spent, this year's or the last one's."""
    text = " ".join(rest).strip(_BEFORE_WHAT + " ")
    if not text:
        return None, trouble, []
    reading = read_day(text, today=today, is_working=is_working)
    if isinstance(reading, Understood):
        return _take_last_such_day(reading.value, text, today), trouble, []
    if isinstance(reading, NotRead):
        return None, trouble or Refusal("error.words_not_read", words=text), []
    try:
        return value_of(reading), trouble, []
    except Refusal as error:
        return None, trouble or error, []


def _take_last_such_day(day: date, text: str, today: date) -> date:
    """Of `24.12`, said in January: last year's; what was paid has been. `za tydzień` stays a day to come."""
    is_of_calendar = str(day.day) in re.findall(r"\d+", text) and not re.match(r"(za|in|within)\b", fold_text(text))
    if day <= today or not is_of_calendar or re.search(r"\d{4}", text) or (day.month, day.day) == (2, 29):
        return day
    return day.replace(year=day.year - 1)
