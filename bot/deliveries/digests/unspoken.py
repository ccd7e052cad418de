"""Sentences that are kept as what they say, to be said in their reader's language once they are read.

A view composes with `UnspokenTexts` as with any `Texts`; where a sentence would stand stands its number, and what
it says is written down. `Unspoken.said_in` says it all.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from babel import Locale

from bot.parsing.money import Amount
from bot.ui.components import project_heading
from bot.ui.texts import Country, Fact, Mrkdwn, Term, Texts, WithWeekday, escape_text, unescape_text

_NUMBER: Final = re.compile("\ue000([0-9]+)\ue001")  # private use: no sentence of a catalogue has it
Project = tuple[str, str]  # key and name
Sentences = list[list[Any]]  # JSON: how each is said, and with what


@dataclass(frozen=True)
class UnspokenTexts(Texts):
    """Says nothing: it writes down which sentence would be said with which facts.

    The heading of `project`, where it is a fact of a sentence, is written down as such: its name may change.
    """

    project: Project | None = None
    sentences: Sentences = field(default_factory=list, compare=False)

    def __call__(self, key: str, /, **facts: Fact) -> Mrkdwn:
        return self._kept("text", key, {name: self._written(fact) for name, fact in facts.items()})

    def list(self, items: Iterable[str]) -> Mrkdwn:
        return self._kept("list", [self._written(escape_text(item)) for item in items])

    def date(self, day: datetime.date) -> Mrkdwn:
        return self._kept("fact", self._written(day))

    def moment(self, moment: datetime.datetime) -> Mrkdwn:
        return self._kept("fact", self._written(moment))

    def plain(self, key: str, /, **facts: Fact) -> str:
        return self._kept("plain", key, {name: self._written(fact) for name, fact in facts.items()})

    @property
    def _locale(self) -> Locale:
        raise TypeError("nothing is said before it is read")  # whatever is not written down above

    def _kept(self, *sentence: Any) -> Mrkdwn:
        self.sentences.append([*sentence])
        return Mrkdwn(f"\ue000{len(self.sentences) - 1}\ue001")

    def _written(self, fact: Fact) -> Any:
        """As JSON."""
        match fact:
            case Mrkdwn():
                is_heading = self.project is not None and fact == project_heading(*self.project)
                return {"heading": True} if is_heading else {"mrkdwn": str(fact)}
            case str() | int():
                return fact
            case Decimal():
                return {"decimal": str(fact)}
            case datetime.datetime():
                return {"moment": fact.isoformat()}
            case datetime.date():
                return {"day": fact.isoformat()}
            case WithWeekday():
                return {"with_weekday": fact.day.isoformat()}
            case Amount():
                return {"minor": fact.minor, "currency": fact.currency}
            case Term():
                return {"term": fact.key}
            case Country():
                return {"country": fact.code}
        raise TypeError(f"not to be written down: {fact!r}")


@dataclass(frozen=True)
class Unspoken:
    """What a view has composed with `UnspokenTexts`."""

    sentences: Sentences
    project: Project | None  # as it is called where it is read

    def said_in(self, t: Texts, text: str) -> Mrkdwn:
        return self._said(t, text, len(self.sentences))

    def plain_in(self, t: Texts, text: str) -> str:
        """The same for plain_text objects."""
        return str(self._said(t, text, len(self.sentences)))

    def _said(self, t: Texts, text: str, before: int) -> Mrkdwn:
        """With its sentences, those `before` that number: a sentence is made of earlier ones only."""

        def sentence(found: re.Match[str]) -> str:
            number = int(found[1])
            return self._sentence(t, number) if number < before else found[0]

        return Mrkdwn(_NUMBER.sub(sentence, text))

    def _sentence(self, t: Texts, number: int) -> str:
        match self.sentences[number]:
            case ["text", key, facts]:
                return t(key, **self._facts(t, facts, number))
            case ["plain", key, facts]:
                return unescape_text(t(key, **self._facts(t, facts, number)))
            case ["list", items]:
                return t.list([self._fact(t, item, number) for item in items])
            case ["fact", fact]:
                read = self._fact(t, fact, number)
                return t.moment(read) if isinstance(read, datetime.datetime) else t.date(read)
        raise ValueError(f"no sentence: {self.sentences[number]!r}")

    def _facts(self, t: Texts, facts: Mapping[str, Any], number: int) -> dict[str, Fact]:
        return {name: self._fact(t, fact, number) for name, fact in facts.items()}

    def _fact(self, t: Texts, fact: Any, number: int) -> Any:
        match fact:
            case {"heading": True} if self.project is not None:
                return project_heading(*self.project)
            case {"mrkdwn": text}:
                return self._said(t, text, number)
            case {"decimal": text}:
                return Decimal(text)
            case {"moment": text}:
                return datetime.datetime.fromisoformat(text)
            case {"day": text}:
                return datetime.date.fromisoformat(text)
            case {"with_weekday": text}:
                return WithWeekday(datetime.date.fromisoformat(text))
            case {"minor": minor, "currency": currency}:
                return Amount(minor, currency)
            case {"term": key}:
                return Term(key)
            case {"country": code}:
                return Country(code)
        return fact
