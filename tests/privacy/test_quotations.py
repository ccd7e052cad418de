"""By what a text is known to quote somebody who is forgotten (product §17)."""

import json

import pytest

from bot.ui.mrkdwn import escape_text
from storage.person_erasure import ErasedPerson

LONG = "Serwer w piwnicy stoi i nikt nie wie, dlaczego"
SHOWN = 40  # characters of it, at which a message may have cut it


def erase_words(*words: str, names: tuple[str, ...] = ()) -> ErasedPerson:
    return ErasedPerson("UFORMER1", words={*words}, names={*names})


def test_what_is_cut_is_known_by_its_beginning() -> None:
    erased = erase_words(LONG)
    assert erased.quotes(f"Ola: {LONG[:SHOWN]}…")
    assert not erased.quotes(f"Ola: {LONG[: SHOWN - 1]}…")


def test_what_is_short_is_anybodys_where_it_stands_among_others() -> None:
    """Eight characters tell somebody, seven do not."""
    for word, tells in (("Wirydarz", True), ("Wirówka", False)):
        erased = erase_words(word)
        assert erased.quotes(word)
        assert erased.quotes(f"{word} w piwnicy") is tells, word


def test_what_something_is_called_is_its_name() -> None:
    """Whoever has written it, too."""
    assert not erase_words("Wirydarz", names=("Nowy Wirydarz",)).quotes("Wirydarz w piwnicy")


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("Ania & Ola <razem>", str(escape_text("Ania & Ola <razem>"))),
        ('Mówi: "nie dziś"', json.dumps({"said": 'Mówi: "nie dziś"'})),
        ("Jeden serwer\n\ndwie piwnice", "Jeden serwer dwie piwnice"),
    ],
    ids=["as Slack's mrkdwn", "as it is stored", "in one line"],
)
def test_it_is_known_as_it_is_written_elsewhere(word: str, shown: str) -> None:
    assert word not in shown
    assert erase_words(word).quotes(f"… {shown} …")
