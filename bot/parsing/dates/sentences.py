"""A day in what is more than a day: before a reason, behind or before a title (product §2.4). Pure.

A part is never taken for the whole: what may mean something else is asked, and no word that was typed is lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.parsing.dates.days import MOST_WORDS, read_day, read_future_day
from bot.parsing.dates.readers import is_bare_count
from bot.parsing.dates.readings import DayReading, NotRead, RefusedReading, TwoReadings, Understood
from bot.parsing.dates.reckoning import WorkingDay, is_weekday
from bot.parsing.dates.vocabulary import WEEKDAYS, may_be_in_a_date, normal_words
from bot.parsing.folding import fold_text, has_visible_text

LONGEST_TITLE: Final = 80
"""A longer one is refused anyway: it is not searched for a second day."""

_MARKS: Final = ":;,|–—-"
_EDGES: Final = f" \t.·{_MARKS}"
_BEFORE_REASON = re.compile(
    r"(?:bo|poniewaz|gdyz|albowiem|jako ze|dlatego ze|z powodu|ze wzgledu na|wskutek|zeby|aby"
    r"|because|since|as|due to|owing to|so that) \S"
)
# the last words: no later than, not later than, nie później niż
_JOINTS: Final = "on by do w we za in within until till due dnia termin deadline najpozniej no not nie"
_BEFORE_DAY: Final = frozenset(_JOINTS.split())
_BEFORE_ANOTHER: Final = _BEFORE_DAY | {
    *("od", "from", "na", "at", "po", "after", "przed", "before", "between", "miedzy"),
}
_APART: Final = (
    # the last words: not earlier than, nie wcześniej niż
    "after po before przed between miedzy around about approx approximately ca ca. c. circa ok ok. okolo mniej"
    " maybe perhaps probably possibly moze chyba pewnie prawdopodobnie od from since starting earliest"
    " najwczesniej early late mid dopiero or lub albo czy and i oraz than niz"
)
_NOT_ON_THE_DAY: Final = frozenset(_APART.split())
"""Words before a day that make it another, or none yet: they belong neither to the title nor to the day."""
_NEAR_DAYS: Final = frozenset(["today", "tomorrow", "dzis", "dzisiaj", "jutro", "pojutrze"])
_BEFORE_A_NAME: Final = frozenset(["of", "for", "and", "or", "i", "oraz", "lub", "albo", "dla", "o"])
_BEFORE_WEEKDAY: Final = (
    "black cyber giving good easter ash holy palm shrove super czarny czarna wielki wielka tlusty lany"
    " next this last every each przyszly przyszla nastepny nastepna najblizszy najblizsza zeszly ostatni ten ta"
)
_NOT_APART_FROM_WEEKDAY: Final = frozenset(_BEFORE_WEEKDAY.split())
"""What makes a name of the weekday behind it, or another day: `Black Friday`, `tłusty czwartek`, `next friday`."""
_NAMED_AFTER_ITS_DAY: Final = frozenset(["day", "days", "week", "weekend", "eve", "party", "night"])
_MOST_JOINED, _MOST_UNJOINED = 6, 3  # words of a second day that are looked at
_OR = re.compile(r"(?:or|lub|albo|czy|and|i|oraz|to|until|till|do)\b")
_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = re.compile(
    rf"(?:(?:at|@|o|ok\.?|about|around|kolo) )?(?:godz\.? |godzinie )?{_HOUR}(?::\d\d)?(?: ?(?:am|pm|rano|h))?"
    rf"|(?:(?:at|@|o) )?(?:godz\.? |godzinie )?{_HOUR}\.\d\d(?: ?(?:am|pm|rano|h))?"
    rf"|(?:by|do|przed|po|before|after) (?:godz\.? |godziny )?{_HOUR}(?::\d\d)?(?: ?(?:am|pm|rano|h))?"
    r"|(?:(?:at|by|in the|before|after|w|do|o|przed|po) )?(?:noon|midnight|morning|afternoon|evening|night|lunch"
    r"|eod|cob|(?:the )?end of (?:the )?day|poludni[aeu]m?|polnoc[ay]?|rano|rana"
    r"|popoludniu|wieczor|wieczor(?:em|a)|obiedzie)"
)
_BARE_NUMBER = re.compile(r"\d+(?:\.\d\d)?")
_LONGEST_CLOCK = 4  # words: at the end of day
_DAY_AND_MONTH = re.compile(r"\d\d\.\d\d\.?")
_VERSIONS: Final = "v ver version release build wersja wersji wersje wydanie ubuntu"
_NUMBERED_SO: Final = frozenset(_VERSIONS.split())
"""Words behind which `24.04` numbers what they name."""
_SHORT_FIGURES = re.compile(r"\d{1,2}\.\d")


@dataclass(frozen=True)
class DayAndReason:
    """What `24 Dec because …` says."""

    reading: DayReading  # never of a part: `NotRead` where something else may be meant by the day
    reason: str | None
    is_certain: bool  # the day and the reason are told apart: nothing needs to be asked
    hour: str | None = None  # typed with the day, which has none


def read_day_and_reason(text: str, *, today: date, is_working: WorkingDay = is_weekday) -> DayAndReason:
    """The longest beginning that is a day, or is refused as one, then a joint and the reason.

    Without a joint (`bo`, `because`, `:`, `–`, `,`, or quotes) what is left over is a reason only in a form.
    """
    words = text.split()
    start = 1 if words and fold_text(words[0]) == "to" else 0  # `to friday`
    for end in range(min(start + MOST_WORDS, len(words)), start, -1):
        said, rest = " ".join(words[start:end]), " ".join(words[end:])
        phrase = said.strip(_EDGES.replace(".", ""))
        reading = read_future_day(phrase, today=today, is_working=is_working) if phrase else NotRead(said)
        if isinstance(reading, NotRead):
            continue
        if not isinstance(reading, Understood):
            return DayAndReason(reading, _strip_marks(rest) or None, is_certain=False)
        return _with_rest(reading, phrase, rest, has_mark=said[-1] in _MARKS, text=text, today=today)
    quotation = _QUOTED.fullmatch(text.strip())
    return DayAndReason(NotRead(text), text.strip().strip('"' if quotation else "") or None, is_certain=False)


def _with_rest(
    reading: Understood[date], phrase: str, rest: str, *, has_mark: bool, text: str, today: date
) -> DayAndReason:
    reason = _strip_marks(rest)
    is_bare = is_bare_count(normal_words(phrase))  # `2 weeks`: from today, or later than planned?
    if not has_visible_text(fold_text(reason)):
        return DayAndReason(reading, None, is_certain=not is_bare)
    has_mark = has_mark or rest[0] in _MARKS
    if _BEFORE_REASON.match(fold_text(reason)):
        return DayAndReason(reading, reason, is_certain=not is_bare)
    if _QUOTED.fullmatch(reason):
        return DayAndReason(reading, reason[1:-1].strip() or None, is_certain=not is_bare)
    if (split := _split_hour(reason)) is not None:
        return DayAndReason(reading, split[1] or None, is_certain=False, hour=split[0])
    if _is_more_of_day(reason, today) or (
        not reading.is_unmistakable and reason[0] in "'0123456789" and not has_mark
    ):
        return DayAndReason(NotRead(text), text.strip(), is_certain=False)
    if has_mark:
        return DayAndReason(reading, reason, is_certain=not _CLOCK.match(fold_text(reason)))
    if _is_short(phrase):
        return DayAndReason(NotRead(text), text.strip(), is_certain=False)
    return DayAndReason(reading, reason, is_certain=False)


def _split_hour(rest: str) -> tuple[str, str] | None:
    """`at 10 because …`: the hour, and the reason that a joint tells apart from it, if there is one.

    A bare number is none: it may be a day, or a number of something.
    """
    words = rest.split()
    for count in range(min(_LONGEST_CLOCK, len(words)), 0, -1):
        hour, after = " ".join(words[:count]), " ".join(words[count:])
        bare = hour.strip(_EDGES)
        if not _CLOCK.fullmatch(fold_text(bare)) or _BARE_NUMBER.fullmatch(bare):
            continue
        reason = _strip_marks(after)
        is_joined = hour[-1] in _MARKS or after[:1] in (*_MARKS, "(")
        if not reason or is_joined or _BEFORE_REASON.match(fold_text(reason)) or _QUOTED.fullmatch(reason):
            return bare, reason.strip('"') if _QUOTED.fullmatch(reason) else reason
    return None


_QUOTED = re.compile(r'"[^"]*"')


def _is_short(phrase: str) -> bool:
    """`1.2`, `2 weeks`: with a word behind it it is a number of something."""
    words = normal_words(phrase)
    return is_bare_count(words) or _SHORT_FIGURES.fullmatch(words) is not None


def _is_more_of_day(rest: str, today: date) -> bool:
    """Whether it is more of the day, not a reason: `or monday`, `next week`, `2027`, `and a half`."""
    if _OR.match(fold_text(rest)):
        return True
    words = fold_text(rest).strip(_EDGES).split()
    beginnings = (" ".join(words[:count]).strip(_EDGES) for count in range(min(MOST_WORDS, len(words)), 0, -1))
    return bool(words) and (
        (len(words) == 1 and words[0].isdecimal())
        or any(not isinstance(read_day(each, today=today), NotRead) for each in beginnings)
    )


def _strip_marks(text: str) -> str:
    return text.strip(" \t").lstrip(f" \t{_MARKS}")


@dataclass(frozen=True)
class TitleAndDay:
    """What `Pilot live – 1 December` says. `title` may be empty; where there is no day it is all of the text."""

    title: str
    reading: DayReading


def read_title_and_day(
    text: str, *, today: date, is_working: WorkingDay = is_weekday, is_entry: bool = False
) -> TitleAndDay:
    """An unmistakable day at the end or at the beginning; of two days in one text neither.

    `is_entry`: somebody is named beside it, so it has to be a title and a day: `15.01` is one without a joint, too.
    """
    words = text.split()
    sentence = _Sentence(words, today, is_working, is_entry=is_entry)
    whole = sentence.read(0, len(words)) if len(words) <= MOST_WORDS else NotRead(text)
    if not isinstance(whole, NotRead) and (whole.is_unmistakable or words[0][0].isdigit()):
        return TitleAndDay("", whole)
    parts = [each for each in (sentence.at_end(), sentence.at_beginning()) if each is not None]
    if len(parts) == 1:
        title, reading = parts[0]
        if title and (len(title) > LONGEST_TITLE or not sentence.has_day_within(title)):
            return TitleAndDay(title, reading)
    return TitleAndDay(text.strip(), NotRead(text))


class _Sentence:
    """Words among which a day is looked for; at most `MOST_WORDS` of them at each end."""

    def __init__(self, words: list[str], today: date, is_working: WorkingDay, *, is_entry: bool = False) -> None:
        self._words = words
        self._is_entry = is_entry
        self._today = today
        self._is_working = is_working

    def at_end(self) -> tuple[str, DayReading] | None:
        """The longest end that is read, and the title before it; None if that may mean something else."""
        count = len(self._words)
        for start in range(max(1, count - MOST_WORDS), count):
            reading = self.read(start, count)
            if not isinstance(reading, NotRead):
                may_be_meant = (
                    self._is_meant(start, reading) or self._ends_entry(start) or self._ends_with_near_day(start)
                )
                is_other = self._may_end_the_title(start, reading) or self._is_another_day(start)
                is_meant = may_be_meant and not is_other
                return (_clean_title(self._words[:start]), reading) if is_meant else None
        return None

    def _ends_entry(self, start: int) -> bool:
        """`Pilot 15.01` of an entry; `Ubuntu 24.04` is a version."""
        words = self._words[start:]
        is_version = fold_text(self._words[start - 1]).strip("(.") in _NUMBERED_SO
        return self._is_entry and len(words) == 1 and bool(_DAY_AND_MONTH.fullmatch(words[0])) and not is_version

    def _begins_entry(self, end: int) -> bool:
        """`15.01 Pilot` of an entry; `10.12 mln klientów` is a number."""
        is_day = end == 1 and bool(_DAY_AND_MONTH.fullmatch(self._words[0]))
        return self._is_entry and is_day and self._words[1][0].isupper()

    def _may_end_the_title(self, start: int, reading: DayReading) -> bool:
        """`Cyber Monday 30.11`: the weekday belongs to the day, or to the title. It is no name's in `tests friday
        11.12`, if that is one.
        """
        before, weekday = self._words[start - 1], self._words[start]
        if fold_text(weekday).strip(".,") not in WEEKDAYS or self._is_joined(start):
            return False
        is_name = fold_text(before) in _NOT_APART_FROM_WEEKDAY or (before[0].isupper() and weekday[0].isupper())
        return is_name or not isinstance(reading, Understood)

    def _ends_with_near_day(self, start: int) -> bool:
        """`Launch tomorrow`; `The shop of tomorrow` and `Sklep Jutro` are names."""
        last = self._words[start:]
        is_near = len(last) == 1 and last[0].islower() and fold_text(last[0]) in _NEAR_DAYS
        return is_near and fold_text(self._words[start - 1]) not in _BEFORE_ANOTHER | _BEFORE_A_NAME

    def _is_another_day(self, start: int) -> bool:
        """`after 1 January`, `from 1 January`, `not earlier than 1 January`."""
        before, first = self._words[start - 1], self._words[start]
        is_cut_off = before[-1] in _MARKS or first[0] in f"({_MARKS}"
        around = (first,) if is_cut_off else (before, first)
        return any(fold_text(word).strip("()") in _NOT_ON_THE_DAY for word in around)

    def at_beginning(self) -> tuple[str, DayReading] | None:
        for end in range(min(MOST_WORDS, len(self._words) - 1), 0, -1):
            reading = self.read(0, end)
            if isinstance(reading, NotRead):
                continue
            is_joined = self._words[end - 1][-1] in _MARKS or self._words[end][0] in _MARKS
            is_name = fold_text(self._words[end]).strip(_EDGES) in _NAMED_AFTER_ITS_DAY  # 1 May Day
            is_meant = is_joined or (reading.is_unmistakable and not is_name) or self._begins_entry(end)
            return (_clean_title(self._words[end:]), reading) if is_meant else None
        return None

    def has_day_within(self, title: str) -> bool:
        """Whether there is a second day that may be meant."""
        other = _Sentence(title.split(), self._today, self._is_working)
        whole = other.read(0, len(other._words)) if len(other._words) <= MOST_WORDS else NotRead(title)
        if not isinstance(whole, NotRead) and not is_bare_count(normal_words(title)):
            return True
        return any(
            other._is_meant(start, reading) or fold_text(other._words[start]) in _BEFORE_ANOTHER
            for start, reading in other._readings()
        )

    def _readings(self) -> Iterator[tuple[int, Understood[date] | TwoReadings | RefusedReading]]:
        """Where a day begins. Its core is enough: `24 Dec 2026`, or behind a joint `by the end of the month`."""
        may_name_a_date = [may_be_in_a_date(fold_text(word)) for word in self._words]
        for start in range(len(self._words)):
            is_joined = self._is_joined(start) or fold_text(self._words[start]) in _BEFORE_ANOTHER
            longest = _MOST_JOINED if is_joined else _MOST_UNJOINED
            for end in range(min(len(self._words), start + longest), start, -1):
                if longest == _MOST_UNJOINED and not any(may_name_a_date[start:end]):
                    break
                reading = self.read(start, end)
                if not isinstance(reading, NotRead):
                    yield start, reading
                    break

    def _is_joined(self, start: int) -> bool:
        is_after_mark = start > 0 and self._words[start - 1][-1] in _MARKS
        is_after_word = fold_text(self._words[start]).rstrip(":") in _BEFORE_DAY
        return is_after_mark or is_after_word or self._words[start][0] in f"({_MARKS}"

    def _is_meant(self, start: int, reading: Understood[date] | TwoReadings | RefusedReading) -> bool:
        return reading.is_unmistakable or self._is_joined(start)

    def read(self, start: int, end: int) -> DayReading:
        phrase = " ".join(self._words[start:end]).strip(_EDGES)
        if phrase.startswith("(") and phrase.endswith(")"):
            phrase = phrase[1:-1]
        return read_future_day(phrase, today=self._today, is_working=self._is_working) if phrase else NotRead("")


def _clean_title(words: list[str]) -> str:
    """Without the marks that joined it to its day."""
    title = " ".join(words).replace("( )", "").replace("()", "").strip().strip(_MARKS + " ").strip()
    return title if has_visible_text(fold_text(title)) else ""
