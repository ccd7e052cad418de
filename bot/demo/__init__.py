"""A story, played on a playground by the real bot; in the terminal, or wherever else its scenes are shown.

`story` is data, made of `steps`; `stage` runs the two processes; `player` acts and looks, before an `audience`:
`chat` prints to the terminal, `page` tells on the playground's page, which `hosting` serves.
"""

from bot.demo.player import play_story

__all__ = ["play_story"]
