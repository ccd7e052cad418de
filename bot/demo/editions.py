"""The words of a story's editions: the free ones stand beside each other in the story, Duet's own come from its
catalogues.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.demo.lexicon import label_in_english
from bot.demo.steps import Clicks, Fills, Says, Scene, Sees, SeesErrors, Step, Types, Value
from bot.ui.texts import Texts
from playground.rendering import read_spaces

EDITIONS = ("en", "pl")


def edition_for(preferred: Iterable[str]) -> str:
    """The first that somebody prefers, else the English one. `preferred`: pl-PL, en, pl_PL.UTF-8."""
    return next((each[:2].lower() for each in preferred if each[:2].lower() in EDITIONS), EDITIONS[0])


class Words:
    """Of one edition: the other's are left out."""

    def __init__(self, language: str) -> None:
        """`language`: one of EDITIONS."""
        self.language = language
        self._texts = Texts.of(language)

    def __call__(self, polish: str, english: str) -> str:
        return polish if self.language == "pl" else english

    def only(self, language: str, *steps: Step) -> Iterable[Step]:
        """Steps that there are in no other edition."""
        return steps if self.language == language else ()

    def day(self, day: date) -> str:
        return read_spaces(self._texts.date(day))

    def typed_day(self, day: date) -> str:
        """As Duet reads a typed day back: with its weekday."""
        return read_spaces(self._texts.date_and_weekday(day))

    def edited(self, scene: Scene) -> Scene:
        """Labels in the edition's language; a gloss only where something is Polish."""
        return scene if self.language == "pl" else replace(scene, steps=tuple(map(_step_in_english, scene.steps)))


def _step_in_english(step: Step) -> Step:
    match step:
        case Clicks():
            return replace(step, label=_label_in_english(step.label))
        case Fills():
            values = {_label_in_english(label): _value_in_english(value) for label, value in step.values.items()}
            return replace(step, values=values, click=_label_in_english(step.click), gloss="")
        case SeesErrors():
            return replace(
                step, errors={_label_in_english(label): text for label, text in step.errors.items()}, gloss=""
            )
        case Says() | Types() | Sees():
            return replace(step, gloss="")
    return step


def _value_in_english(value: Value) -> Value:
    if value is None or isinstance(value, str):
        return None if value is None else _label_in_english(value)
    return tuple(map(_label_in_english, value))


def _label_in_english(words: str) -> str:
    return label_in_english(words) or words
