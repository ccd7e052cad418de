"""What `/duet ask` says besides whom it asks: the text in quotes, and the day (product §2.4, §10.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.asks.views import AskTab
from bot.parsing.dates.days import read_future_day
from bot.parsing.dates.readings import NotADay, NotRead, Understood
from bot.parsing.dates.reckoning import WorkingDay
from bot.parsing.dates.sentences import read_title_and_day
from bot.parsing.folding import fold_text
from bot.runtime.errors import Refusal
from handlers.features import Args
from handlers.grammar import Token, join_tokens, read_project_number
from handlers.mentions import NamedPeople, part_bare_names
from handlers.timetable_arguments import join_with_quotes, read_day_and_hour


@dataclass(frozen=True)
class TypedAsk:
    """Doubtful is what the form has to ask about: a text without quotes, a day that may be another."""

    text: str | None
    due: date | None
    trouble: Refusal | None  # why what was typed is not all done, to be said above the form
    is_certain: bool


TABS: Final[Mapping[str, AskTab | None]] = {
    phrase: tab
    for tab, phrases in {
        None: ("list", "lista", "all", "open", "wszystkie", "otwarte"),
        AskTab.TO_ME: ("me", "to me", "for me", "do mnie", "dla mnie"),
        AskTab.FROM_ME: ("mine", "my", "from me", "by me", "ode mnie", "moje"),
        AskTab.IT: ("to it", "do it"),
        AskTab.MARKETING: ("to marketing", "marketing", "do marketingu"),
    }.items()
    for phrase in phrases
}
"""What people type, folded, for the list; the tab, where they say which."""
_BEFORE_DAY: Final = frozenset({"by", "until", "till", "do", "na"})
_MOST_DAY_WORDS: Final = 3


def means_list(args: Args) -> bool:
    return bool(args) and {each.kind for each in args} == {"word"} and fold_text(join_tokens(args)) in TABS


def split_off_ask(args: Args) -> tuple[Args, Args]:
    """Parts the words at what follows a project's key, else at a person or a quotation."""
    if args and read_project_number(args[0]) is not None:
        return args[:1], args[1:]
    if means_list(args):
        return (), args
    at = next((at for at, token in enumerate(args) if _begins_ask(token)), len(args))
    return args[:at], args[at:]


def _begins_ask(token: Token) -> bool:
    return token.kind != "word" or token.text.startswith(("@", "＠"))


def read_typed_ask(args: Args, *, today: date, is_working: WorkingDay) -> TypedAsk:
    """Reads the arguments without the people."""
    quoted = [token for token in args if token.kind == "quoted"]
    if len(quoted) != 1:
        typed = join_with_quotes(args)
        said = read_title_and_day(_mark_end_of_day(typed, today, is_working), today=today, is_working=is_working)
        day = said.reading.value if isinstance(said.reading, Understood) else None
        text = typed if day is None else said.title
        trouble = Refusal("error.ask.no_quotes") if typed else None
        return TypedAsk(text or None, day, trouble, is_certain=False)
    words = join_tokens(token for token in args if token.kind != "quoted").strip(" :;,–—-")
    reading, hour = read_day_and_hour(words, today, is_working)
    if isinstance(reading, Understood):
        hours = None if hour is None else Refusal("error.day.hour", text=hour)
        return TypedAsk(quoted[0].text, reading.value, hours, is_certain=hour is None)
    is_missing = isinstance(reading, NotRead) and not words
    return TypedAsk(quoted[0].text, None, None if is_missing else reading.error, is_certain=False)


def read_day_of_message(text: str, *, sent_on: date, today: date, is_working: WorkingDay) -> date | None:
    """Reads the day that a message ends or begins with, as meant when it was sent; None if that has passed."""
    said = read_title_and_day(text.rstrip(" .!?"), today=sent_on, is_working=is_working)
    return said.reading.value if isinstance(said.reading, Understood) and said.reading.value >= today else None


def _mark_end_of_day(typed: str, today: date, is_working: WorkingDay) -> str:
    """`by 11.12 Please send …`: a colon after the day, which a text has begun with."""
    words = typed.split()
    if words and fold_text(words[0]) in _BEFORE_DAY:
        for end in range(min(_MOST_DAY_WORDS, len(words) - 2), 0, -1):
            phrase = " ".join(words[1 : 1 + end]).rstrip(":,")
            if isinstance(read_future_day(phrase, today=today, is_working=is_working), Understood):
                return " ".join([words[0], f"{phrase}:", *words[1 + end :]])
    return typed


def read_ask_of_people(people: NamedPeople, *, today: date, is_working: WorkingDay) -> TypedAsk:
    """Reads what was typed besides the people. What is no day may be a name without its @, which is asked for."""
    typed = read_typed_ask(people.rest, today=today, is_working=is_working)
    if people.user_ids or people.trouble is not None or not isinstance(typed.trouble, NotADay):
        return typed
    for name, rest in part_bare_names(people.rest):
        besides = read_typed_ask(rest, today=today, is_working=is_working)
        if besides.trouble is None and (besides.due is not None or people.rest[0].kind == "word"):
            return replace(besides, trouble=Refusal("error.person.not_recognised", name=name), is_certain=False)
    return typed
