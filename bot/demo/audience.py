"""Who a story is played to: the terminal, or the playground's page."""

from collections.abc import Sequence
from typing import Protocol

from bot.demo.steps import Clicks, Closes, Fills, Says, Scene, Sees, SeesErrors, Types, Waits


class StoryAudience(Protocol):
    """Hears of each act before it is done, and may take its time; and of each thing seen after that."""

    def scene(self, number: int, scene: Scene) -> None: ...

    def says(self, step: Says) -> None: ...

    def types(self, step: Types) -> None: ...

    def fills(self, step: Fills) -> None: ...

    def presses(self, step: Fills) -> None:
        """The button of a form that is filled in by now."""

    def clicks(self, step: Clicks) -> None: ...

    def closes(self, step: Closes) -> None: ...

    def waits(self, step: Waits) -> None: ...

    def sees(self, step: Sees, people: Sequence[str], text: str, buttons: Sequence[str]) -> None: ...

    def sees_errors(self, step: SeesErrors) -> None: ...
