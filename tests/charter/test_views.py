"""How what changes in a charter is said (product §4.4)."""

import pytest

from bot.charter.rules import CharterChanges
from bot.charter.views import change_lines
from bot.ui.texts import Texts


@pytest.mark.parametrize(
    ("language", "said"), [("pl", "Strefa czasowa: Warszawa → Londyn"), ("en", "Time zone: Warsaw → London")]
)
def test_a_zone_is_called_after_its_city(language: str, said: str) -> None:
    (line,) = change_lines(Texts.of(language), CharterChanges(zone=("Europe/Warsaw", "Europe/London")))
    assert said == line.replace("*", "").replace("\u00a0", " ")
