"""What people do in a project's life, again and again, and what they then see of it."""

from datetime import date

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.days import run_due_work
from tests.scenarios.steps import close_forms, fill_form, open_form, project_channel

REASON = "Czekamy na audyt danych"
CHECKINS_BEGIN = "Ruszają check-iny"


def channel_posts(duet: Office, key: str, sees: str = "anna") -> list[SeenMessage]:
    """In the project channel, after the charter; without a message that only says when check-ins are."""
    seen = duet.person(sees).reads(project_channel(duet, key, sees))[1:]
    return [each for each in seen if not each.text.startswith(CHECKINS_BEGIN) or "\n" in each.text]


def pause_project(duet: Office, key: str, until: date, by: str = "adam") -> None:
    form = fill_form(open_form(duet.person(by), f"/duet pause {key}"), {"until": until.isoformat(), "why": REASON})
    assert form.submit() is None
    run_due_work(duet)


def withdraw_project(duet: Office, key: str, by: str = "anna") -> None:
    form = fill_form(open_form(duet.person(by), f"/duet withdraw {key}"), {"why": REASON})
    assert form.submit() is None
    run_due_work(duet)


def read_card(duet: Office, key: str, sees: str = "anna") -> str:
    close_forms(duet.person(sees))
    return duet.person(sees).types(f"/duet show {key}").text


def messages_containing(duet: Office, handle: str, words: str) -> list[SeenMessage]:
    """Direct messages from Duet with these words, oldest first."""
    person = duet.person(handle)
    return [each for each in person.reads("@duet") if words in each.text] if "@duet" in person.channels else []
