"""What a story is made of: scenes of small steps. Only data, so that a web page can play the same ones.

A *place* is `REPLY`, `FORM`, or a conversation as its person calls it: `@duet`, `#general`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

REPLY = "reply"  # what came back at once, to this person only
FORM = "form"  # the form on top of their screen

Value = str | Sequence[str] | None  # as `playground.driver_views.SeenForm.fill` takes them


@dataclass(frozen=True)
class Character:
    """Somebody of the story: how captions and the margin call them."""

    name: str
    full_name: str
    role: str
    colour: str


@dataclass(frozen=True)
class Says:
    """An ordinary message."""

    who: str
    text: str
    where: str = "#general"
    gloss: str = ""  # in English, for those who do not read the language


@dataclass(frozen=True)
class Types:
    """A slash command. What it answers is seen at `REPLY` or `FORM`."""

    who: str
    text: str
    where: str = "#general"
    gloss: str = ""


@dataclass(frozen=True)
class Fills:
    """Fields of the form on top, by label; then a click on `click`, which sends it.

    A label with something in it that people have written is also found by its key of the catalogue, in `keys`.
    """

    who: str
    values: Mapping[str, Value]
    click: str
    gloss: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Clicks:
    """A button: of the form, of the reply, or of the newest message that has it."""

    who: str
    label: str
    on: str = FORM


@dataclass(frozen=True)
class Closes:
    """The form on top."""

    who: str


@dataclass(frozen=True)
class Sees:
    """One message or form with every text of `texts` in it. In a conversation it is waited for.

    Several people must see the same, to the letter. Only what is printed is cut: the first `lines` lines
    and those with `texts` in them.
    """

    who: str | tuple[str, ...]
    place: str
    texts: tuple[str, ...]
    pinned: bool = False
    lines: int = 0
    gloss: str = ""


@dataclass(frozen=True)
class SeesErrors:
    """Exactly these errors in the form on top: label → text."""

    who: str
    errors: Mapping[str, str]
    gloss: str = ""


@dataclass(frozen=True)
class Waits:
    """The clock goes on to that moment in Warsaw."""

    day: date
    at: str  # "10:00"
    words: str  # "Thursday morning"


Act = Says | Types | Fills | Clicks | Closes | Waits
Step = Act | Sees | SeesErrors


@dataclass(frozen=True)
class Yours:
    """Where somebody who looks on may act themselves: as whom, what, and the message that tells it is done."""

    who: str
    words: str  # with the names of `labels` in braces
    labels: Mapping[str, str]  # name → key of the catalogue: they are named as the person reads them
    place: str
    done: tuple[str, ...]  # keys of the catalogue: a message of `place` says one of these, and did not before


@dataclass(frozen=True)
class Scene:
    title: str
    caption: str  # why it matters, for somebody who knows nothing yet
    steps: tuple[Step, ...]
    yours: Yours | None = None


@dataclass(frozen=True)
class Story:
    title: str
    opening: str
    cast: Mapping[str, Character]  # by handle
    scenes: tuple[Scene, ...]
    ending: tuple[str, ...]  # what happened, what to try next
    middle: int = 0  # how many scenes somebody may skip who wants to act at once
    so_far: str = ""  # instead of the opening, for them: what it is about, and what has happened by then
    first_part: int = 0  # how many scenes are the short story
    between: tuple[str, ...] = ()  # instead of the ending, after them: what it was, and what comes then
    language: str = "pl"  # in which Duet speaks to its people
    languages: Mapping[str, str] = field(default_factory=dict)  # by handle, to those who have chosen another one

    def language_of(self, who: str) -> str:
        return self.languages.get(who, self.language)


class StoryAudience(Protocol):
    """Who a story is played to: the terminal, or the playground's page.

    Hears of each act before it is done, and may take its time; and of each thing seen after that.
    """

    def scene(self, number: int, scene: Scene) -> None: ...

    def acts(self, step: Act) -> None: ...

    def presses(self, step: Fills) -> None:
        """The button of a form that is filled in by now."""

    def sees(self, step: Sees, people: Sequence[str], text: str, buttons: Sequence[str]) -> None: ...

    def sees_errors(self, step: SeesErrors) -> None: ...
