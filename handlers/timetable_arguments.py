"""What is typed after `/duet milestone`: a title or a reason, a day (product §2.4), or which of them to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.parsing.dates.days import MOST_WORDS, read_future_day
from bot.parsing.dates.readings import DayReading, NotADay, NotRead, RefusedReading, Understood
from bot.parsing.dates.reckoning import WorkingDay
from bot.parsing.dates.sentences import read_day_and_reason, read_title_and_day
from bot.parsing.folding import fold_text
from bot.runtime.errors import Refusal
from bot.signing.rules import read_reason
from bot.timetable.rules import MAX_TITLE, TITLE, MilestoneSide, TimetableFilter, parse_milestone_side
from bot.ui.texts import read_name
from handlers.grammar import Token, join_tokens
from handlers.mentions import NamedPeople, part_bare_names

FILTERS: Final = {
    phrase: shown
    for shown, phrases in {
        TimetableFilter.ALL: ("all", "everything", "list", "wszystkie", "wszystko", "lista"),
        TimetableFilter.MINE: ("mine", "my", "moje", "moj"),
        TimetableFilter.OVERDUE: ("overdue", "late", "po terminie", "zalegle", "spoznione", "opoznione"),
        TimetableFilter.DROPPED: ("dropped", "odwolane"),
        TimetableFilter.MONTH: ("this month", "month", "w tym miesiacu", "ten miesiac", "miesiac"),
    }.items()
    for phrase in phrases
}
"""What people type for a filter of the timetable, folded."""
_TIMETABLE: Final = (
    *("timetable", "schedule", "times", "dates", "date", "deadlines", "deadline", "plan"),
    *("harmonogram", "harmonogramy", "terminarz", "terminy", "termin"),
)
"""What people call all of it, folded: after `/duet milestone` that says no more than the command does."""
_LONGEST_FILTER: Final = 3  # words
_LATER: Final = {"o": "za", "by": "in"}  # `o tydzień` is so long after the day, `za tydzień` after today
_MARKS: Final = ",:;–—-"
_BEFORE_NUMBER: Final = frozenset(["milestone", "kamien", "milowy", "nr", "no", "number", "numer", "#"])


def read_item_number(args: tuple[Token, ...]) -> tuple[str | None, tuple[Token, ...]]:
    """Of `2 friday`, `#2 friday`, `kamień nr 2 na piątek`: the digits, and what follows them."""
    for at, token in enumerate(args):
        bare = token.text.lstrip("#").rstrip(".:,)")
        if token.kind == "word" and bare.isdecimal():
            return bare, args[at + 1 :]
        if fold_text(token.text).rstrip(".:") not in _BEFORE_NUMBER:
            break
    return None, args


def split_off_number(args: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[Token, ...]] | None:
    """Of `9`, `D-12 nr 9`: what comes before, and the number of an item, which nothing follows (product §2.1)."""
    number, more = read_item_number(args[-1:])
    if number is None or more:
        return None
    before = args[:-1]
    while before and fold_text(before[-1].text).rstrip(".:") in _BEFORE_NUMBER:
        before = before[:-1]
    return before, (Token("word", number),)


def split_off_filter(args: tuple[Token, ...]) -> tuple[tuple[Token, ...], TimetableFilter] | None:
    """Of `D-12 overdue`, `po terminie`: what comes before, and which milestones are meant."""
    for count in range(min(_LONGEST_FILTER, len(args)), 0, -1):
        last = args[-count:]
        phrase = " ".join(fold_text(token.text) for token in last)
        shown = TimetableFilter.ALL if phrase in _TIMETABLE else FILTERS.get(phrase)
        if shown is not None and {token.kind for token in last} == {"word"}:
            return args[:-count], shown
    return None


def move_number_behind(verb_at: int, args: tuple[Token, ...]) -> tuple[Token, ...]:
    """Turns `1 done` into `done 1`: a number before the verb is the item's, where none follows (product §2.1)."""
    verb, after = args[verb_at], args[verb_at + 1 :]
    numbered = split_off_number(args[:verb_at])
    if numbered is None or read_item_number(after)[0] is not None:
        return args
    before, number = numbered
    return (*before, verb, *number, *after)


@dataclass(frozen=True)
class TypedMilestone:
    title: str | None
    due: date | None
    trouble: Refusal | None  # why what was typed is not all done, to be said above the form


def split_off_side(args: tuple[Token, ...], *, today: date) -> tuple[tuple[Token, ...], MilestoneSide | None]:
    """Of `Pilot 15.01; IT`, or behind a day `Pilot, 15.01, IT`, as a charter has it, or `"Pilot" 15.01 IT`: what is
    before it, and the side.
    """
    is_titled = any(token.kind == "quoted" for token in args)
    for count in (1, 2):  # words
        before, last = args[:-count], args[-count:]
        side = parse_milestone_side(join_tokens(last))
        if side is not None and before and before[-1].kind == "word" and before[-1].text[-1] in ";,":
            whole = (*before[:-1], Token("word", before[-1].text.rstrip(";,")))
            if before[-1].text[-1] == ";" or _has_day(whole, today):
                return whole, side
        if side is not None and is_titled and {token.kind for token in last} == {"word"}:
            return before, side
    return args, None


def _has_day(args: tuple[Token, ...], today: date) -> bool:
    read = read_title_and_day(join_with_quotes(args), today=today, is_entry=True)
    return bool(read.title) and not isinstance(read.reading, NotRead)


def read_typed_milestone(
    args: tuple[Token, ...], *, today: date, is_working: WorkingDay, is_entry: bool = False
) -> TypedMilestone:
    """Of `add`, without the people. `is_entry`: it says whose it is, as `read_title_and_day` has it.

    Raises: Refusal, also for a day that was typed.
    """
    hour: str | None = None
    quoted = [token for token in args if token.kind == "quoted"]
    if len(quoted) == 1:
        title, words = quoted[0].text.strip(), join_tokens(token for token in args if token.kind != "quoted")
        reading, hour = read_day_and_hour(words.strip(" :;,–—-"), today, is_working)
    else:
        words = join_with_quotes(args)
        found = read_title_and_day(words, today=today, is_working=is_working, is_entry=is_entry)
        title, reading, words = found.title, found.reading, ""
    if title:
        title = read_name(title, field=TITLE, limit=MAX_TITLE)
    due, trouble = _day_or_trouble(reading, is_typed=bool(words))
    trouble = trouble if hour is None else Refusal("error.day.hour", text=hour)
    return TypedMilestone(title or None, due, trouble)


def read_milestone_of_people(
    people: NamedPeople, *, today: date, is_working: WorkingDay, is_entry: bool
) -> tuple[NamedPeople, TypedMilestone]:
    """Reads what was typed besides the people. What is no day may be a name without its @, which is asked for.

    Raises: as `read_typed_milestone`.
    """
    is_entry = is_entry or bool(people.user_ids)
    typed = read_typed_milestone(people.rest, today=today, is_working=is_working, is_entry=is_entry)
    if people.user_ids or people.trouble is not None or not isinstance(typed.trouble, NotADay):
        return people, typed
    for name, rest in part_bare_names(people.rest):
        besides = read_typed_milestone(rest, today=today, is_working=is_working)
        if besides.trouble is None and besides.due is not None:
            return NamedPeople((), rest, Refusal("error.person.not_recognised", name=name)), besides
    return people, typed


def read_day_and_hour(words: str, today: date, is_working: WorkingDay) -> tuple[DayReading, str | None]:
    """Of `friday at 10`: the day, and the hour that was typed besides."""
    reading = read_future_day(words, today=today, is_working=is_working)
    if words and isinstance(reading, NotRead):
        found = read_day_and_reason(words, today=today, is_working=is_working)
        if found.hour is not None and found.reason is None:
            return found.reading, found.hour
    return reading, None


@dataclass(frozen=True)
class TypedMove:
    due: date | None
    reason: str | None
    trouble: Refusal | None
    is_certain: bool


def read_typed_move(args: tuple[Token, ...], *, due: date, today: date, is_working: WorkingDay) -> TypedMove:
    """Of `move`; a reason in quotes may come first. `due`: the day so far.

    Raises: Refusal, also for a day that was typed.
    """
    if args and args[0].kind == "quoted" and all(token.kind != "quoted" for token in args[1:]):
        args = (*args[1:], args[0])
    typed = _write_later_day(join_with_quotes(args), due, is_working)
    found = read_day_and_reason(typed, today=today, is_working=is_working)
    reason = read_reason(found.reason, needed=False)
    moved_to, trouble = _day_or_trouble(found.reading, is_typed=bool(args) and args[0].kind != "quoted")
    if found.hour is not None:
        trouble = Refusal("error.day.hour", text=found.hour)
    return TypedMove(moved_to, reason, trouble, found.is_certain)


def _write_later_day(text: str, due: date, is_working: WorkingDay) -> str:
    """`o tydzień, bo …`, `by 2 weeks because …`: so much later than `due`, as the day that this is."""
    words = text.split()
    after = _LATER.get(fold_text(words[0])) if words else None
    if after is None:
        return text
    for end in range(min(MOST_WORDS + 1, len(words)), 1, -1):
        phrase = " ".join(words[1:end]).strip(_MARKS)
        reading = read_future_day(f"{after} {phrase}", today=due, is_working=is_working)
        if isinstance(reading, Understood):
            mark = ":" if words[end - 1][-1] in _MARKS else ""
            return " ".join([f"{reading.value.isoformat()}{mark}", *words[end:]])
    return text


def _day_or_trouble(reading: DayReading, *, is_typed: bool) -> tuple[date | None, Refusal | None]:
    """Raises: why a day is refused."""
    if isinstance(reading, Understood):
        return reading.value, None
    if isinstance(reading, RefusedReading):
        raise reading.error
    return None, None if isinstance(reading, NotRead) and not is_typed else reading.error


def join_with_quotes(args: Iterable[Token]) -> str:
    """With its quotation marks."""
    return " ".join(f'"{token.text}"' if token.kind == "quoted" else join_tokens([token]) for token in args)
