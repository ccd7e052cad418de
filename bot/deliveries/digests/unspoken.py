"""Sentences that are kept as what they say, to be said in their reader's language once they are read.

A view composes with `UnspokenTexts` as with any `Texts`; where a sentence would stand stands its number, and what
it says is written down. `Unspoken.said_in` says it all.
"""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from babel import Locale
from pydantic import BaseModel, ConfigDict

from bot.parsing.money import Amount
from bot.ui.components import project_heading
from bot.ui.mrkdwn import Mrkdwn, escape_text, unescape_text
from bot.ui.texts import Country, Fact, Term, Texts, WithWeekday

_NUMBER: Final = re.compile("\ue000([0-9]+)\ue001")  # private use: no sentence of a catalogue has it
Project = tuple[str, str]  # key and name


class KeptFact(BaseModel):
    """A fact of a sentence, written down: one of these."""

    model_config = ConfigDict(defer_build=True)

    heading: Literal[True] | None = None  # of the project
    mrkdwn: str | None = None
    text: str | None = None
    number: int | None = None
    decimal: Decimal | None = None
    moment: datetime.datetime | None = None
    day: datetime.date | None = None
    with_weekday: WithWeekday | None = None
    amount: Amount | None = None
    term: Term | None = None
    country: Country | None = None


_FIELDS: Final[Mapping[type, str]] = {  # the first that fits
    Mrkdwn: "mrkdwn",
    str: "text",
    int: "number",
    Decimal: "decimal",
    datetime.datetime: "moment",
    datetime.date: "day",
    WithWeekday: "with_weekday",
    Amount: "amount",
    Term: "term",
    Country: "country",
}


class Sentence(BaseModel):
    """How it is said, and with what."""

    model_config = ConfigDict(defer_build=True)

    said: Literal["text", "plain", "list", "fact"]
    key: str = ""  # of the catalogue
    facts: dict[str, KeptFact] = {}
    items: list[KeptFact] = []


@dataclass(frozen=True)
class UnspokenTexts(Texts):
    """Says nothing: it writes down which sentence would be said with which facts.

    The heading of `project`, where it is a fact of a sentence, is written down as such: its name may change.
    """

    project: Project | None = None
    sentences: list[Sentence] = field(default_factory=list, compare=False)

    def __call__(self, key: str, /, **facts: Fact) -> Mrkdwn:
        return self._keep(Sentence(said="text", key=key, facts=self._keep_facts(facts)))

    def list(self, items: Iterable[str]) -> Mrkdwn:
        return self._keep(Sentence(said="list", items=[self._keep_fact(escape_text(item)) for item in items]))

    def date(self, day: datetime.date) -> Mrkdwn:
        return self._keep(Sentence(said="fact", items=[KeptFact(day=day)]))

    def moment(self, moment: datetime.datetime) -> Mrkdwn:
        return self._keep(Sentence(said="fact", items=[KeptFact(moment=moment)]))

    def plain(self, key: str, /, **facts: Fact) -> str:
        return self._keep(Sentence(said="plain", key=key, facts=self._keep_facts(facts)))

    @property
    def _locale(self) -> Locale:
        raise TypeError("nothing is said before it is read")  # whatever is not written down above

    def _keep(self, sentence: Sentence) -> Mrkdwn:
        self.sentences.append(sentence)
        return Mrkdwn(f"\ue000{len(self.sentences) - 1}\ue001")

    def _keep_facts(self, facts: Mapping[str, Fact]) -> dict[str, KeptFact]:
        return {name: self._keep_fact(fact) for name, fact in facts.items()}

    def _keep_fact(self, fact: Fact) -> KeptFact:
        if isinstance(fact, Mrkdwn) and self.project is not None and fact == project_heading(*self.project):
            return KeptFact(heading=True)
        name = next(name for of_type, name in _FIELDS.items() if isinstance(fact, of_type))
        return KeptFact.model_validate({name: fact})


@dataclass(frozen=True)
class Unspoken:
    """What a view has composed with `UnspokenTexts`."""

    sentences: Sequence[Sentence]
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
        kept = self.sentences[number]
        facts = {name: self._fact(t, fact, number) for name, fact in kept.facts.items()}
        items = [self._fact(t, item, number) for item in kept.items]
        match kept.said, items:
            case "text", _:
                return t(kept.key, **facts)
            case "plain", _:
                return unescape_text(t(kept.key, **facts))
            case "fact", [datetime.datetime() as moment]:
                return t.moment(moment)
            case "fact", [datetime.date() as day]:
                return t.date(day)
        return t.list([item for item in items if isinstance(item, str)])

    def _fact(self, t: Texts, kept: KeptFact, number: int) -> Fact:
        if kept.heading and self.project is not None:
            return project_heading(*self.project)
        if kept.mrkdwn is not None:
            return self._said(t, kept.mrkdwn, number)
        if kept.text is not None:  # plain sentences may stand in it, as a command's word between what was typed
            return str(self._said(t, kept.text, number))
        fact: Fact
        (fact,) = (getattr(kept, name) for name in kept.model_fields_set)
        return fact
