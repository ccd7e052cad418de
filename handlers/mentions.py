"""Whom a command names: Slack's mention, or one sentence why it names nobody (product §2.7).

Slack turns `@Ewa` into a mention only when the name is picked from its list. What it left as text is not guessed,
and of two people where one is wanted neither is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Final

from bot.parsing.dates.vocabulary import MONTHS, NUMBERS, UNITS, WEEKDAYS
from bot.parsing.folding import fold_text
from bot.runtime.errors import Refusal
from handlers.grammar import Token, join_tokens

Args = tuple[Token, ...]

_MAIL: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w+")
_UNLINKED: Final = ("@", "＠", "<@", "<!")
_AROUND: Final = "()[],;:"
_NAME: Final = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*\.?")
_BEFORE_PERSON: Final = frozenset(
    ["for", "to", "by", "owner", "who", "dla", "odpowiada", "robi", "kto", "wlasciciel", "wlascicielka", "opiekun"]
)
"""Folded words that say of the next one only that it is a person."""
_MOST_NAMES = 2  # words that may follow the first of a name
_AROUND_DAYS: Final = (
    "today tomorrow now next this until till to from by on in at for the and or end start dzis dzisiaj jutro jutra"
    " pojutrze od do na za w we i lub przez koniec poczatek dnia caly cala"
)
_NO_NAMES: Final = frozenset([*WEEKDAYS, *MONTHS, *NUMBERS, *UNITS, *_AROUND_DAYS.split()])
"""Folded words that begin a day or a period, so they end a name."""


def refuse_leftover_words(args: Args) -> None:
    """Raises: Refusal, if something was typed that the command does not read."""
    words = join_tokens(args)
    if any(map(str.isalnum, words)):
        raise Refusal("error.words_not_read", words=words)


@dataclass(frozen=True)
class NamedPeople:
    """Nobody is taken where there is `trouble`: it is raised, or `add_explanation` says it above the form."""

    user_ids: tuple[str, ...]  # each once, as they were typed
    rest: Args  # what was typed besides
    trouble: Refusal | None

    @property
    def only(self) -> str | None:
        """The person, where exactly one is named."""
        return self.user_ids[0] if len(self.user_ids) == 1 else None

    def check(self) -> None:
        """Raises: Refusal."""
        if self.trouble is not None:
            raise self.trouble


def read_people(args: Args, *, most: int = 1) -> NamedPeople:
    """The people among the arguments, at most so many; a quotation is text, whoever it mentions."""
    people: dict[str, Token] = {}
    named, rest = list[Token](), list[Token]()
    troubles: list[Refusal] = []
    at = 0
    while at < len(args):
        token, count = args[at], 1
        if token.kind == "person" and token.id:
            people.setdefault(token.id, token)
        elif token.kind == "group":
            troubles.append(Refusal("error.person.group", name=f"@{token.text}"))
        elif token.kind == "mail" or (token.kind == "word" and _MAIL.fullmatch(token.text)):
            troubles.append(Refusal("error.person.mail", address=token.text))
        elif token.kind == "word" and token.text.lstrip(_AROUND).startswith(_UNLINKED):
            count = _count_name_words(args[at : at + 1 + _MOST_NAMES])
            troubles.append(
                Refusal("error.person.not_recognised", name=join_tokens(args[at : at + count]).strip(_AROUND))
            )
        else:
            rest.append(token)
            at += 1
            continue
        if at and rest and rest[-1] is args[at - 1] and fold_text(rest[-1].text).rstrip(":") in _BEFORE_PERSON:
            rest.pop()
        named += args[at : at + count]
        at += count
    if not most and (people or troubles):
        troubles = [Refusal("error.person.nobody", names=join_tokens(named))]
    elif len(people) > most and not troubles:
        troubles.append(Refusal("error.person.too_many", names=join_tokens(people.values())))
    if troubles:
        return NamedPeople((), tuple(rest), troubles[0])
    return NamedPeople(tuple(people), tuple(rest), None)


def part_bare_names(args: Args) -> Iterator[tuple[str, Args]]:
    """Parts in turn each few words that may be a name typed without @ from the rest, as it was typed."""
    for at, count in product(range(len(args)), range(1, _MOST_NAMES + 2)):
        name = args[at : at + count]
        if len(name) == count and all(map(_may_be_name, name)):
            yield join_tokens(name).strip(_AROUND), args[:at] + args[at + count :]


def _may_be_name(token: Token) -> bool:
    """Whether it is a word that neither begins a day nor is one."""
    word = token.text.rstrip(_AROUND)
    is_word = token.kind == "word" and _NAME.fullmatch(word) is not None
    return is_word and fold_text(word).strip(".") not in _NO_NAMES


def _count_name_words(args: Args) -> int:
    """How many words from `@Ewa` on are the name: `@Ewa Błysk` are two, `@Ewa Friday` and `@ewa do piątku` one."""
    count = 1
    capital = args[0].text.lstrip(f"{_AROUND}<@＠!")[:1].isupper()
    for before, token in pairwise(args[: 1 + (_MOST_NAMES if capital else 1)]):
        is_other = capital and not token.text[:1].isupper()
        if before.text[-1:] in _AROUND or is_other or not _may_be_name(token):
            break
        count += 1
    return count
