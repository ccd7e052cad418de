"""What people do in a project's life, again and again, and what they then see of it."""

from datetime import date

from playground.driver import Message
from tests.running import Office
from tests.scenarios.days import comes_due
from tests.scenarios.steps import channel_of, fill, opened, put_away

REASON = "Czekamy na audyt danych"
CHECKINS_BEGIN = "Ruszają check-iny"


def posts(duet: Office, key: str, sees: str = "anna") -> list[Message]:
    """In the project channel, after the charter; without a message that only says when check-ins are."""
    seen = duet.person(sees).reads(channel_of(duet, key, sees))[1:]
    return [each for each in seen if not each.text.startswith(CHECKINS_BEGIN) or "\n" in each.text]


def paused(duet: Office, key: str, until: date, by: str = "adam") -> None:
    form = fill(opened(duet.person(by), f"/duet pause {key}"), {"until": until.isoformat(), "why": REASON})
    assert form.submit() is None
    comes_due(duet)


def withdrawn(duet: Office, key: str, by: str = "anna") -> None:
    form = fill(opened(duet.person(by), f"/duet withdraw {key}"), {"why": REASON})
    assert form.submit() is None
    comes_due(duet)


def card(duet: Office, key: str, sees: str = "anna") -> str:
    put_away(duet.person(sees))
    return duet.person(sees).types(f"/duet show {key}").text


def inbox(duet: Office, handle: str, words: str) -> list[Message]:
    """Direct messages from Duet with these words, oldest first."""
    person = duet.person(handle)
    return [each for each in person.reads("@duet") if words in each.text] if "@duet" in person.channels else []
