"""A story, played on a playground by the real bot; in the terminal, or wherever else its scenes are shown.

`story` is data, made of `steps`; `stage` runs the two processes; `player` acts and looks; `chat` prints.
"""

from bot.demo.player import play

__all__ = ["play"]
