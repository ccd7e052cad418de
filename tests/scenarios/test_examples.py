"""§2.2, §2.4: whatever the help shows as an example is understood, in each language."""

import re

import pytest
from structlog.testing import capture_logs

from bot.ui.languages import list_languages
from bot.ui.texts import Texts
from handlers import FEATURES
from handlers.router import Router
from tests.running import Office
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import activate_project, close_forms, roll_back_requests
from tests.scenarios.timetable_steps import run_milestone_command, weekday_from_today

NAMES = {"en": "Who buys on Fridays", "pl": "Kto kupuje w piątki"}
READING = (  # keys of the refusals which say that words were not understood
    "error.day.",
    "error.amount.",
    "error.number.",
    "error.person.",
    "error.checkin.unclear",
    "error.typed",
)


def examples(language: str) -> list[str]:
    t = Texts.of(language)
    usages = [t(f"help.{command}.usage") for command in Router(FEATURES).commands]
    return [example for usage in usages for example in re.findall("`(/duet[^`]*)`", usage)]


@pytest.mark.one_of(2)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is read knows nothing of the database
@pytest.mark.parametrize("language", list_languages())
def test_every_example_of_the_help_is_understood(duet: Office, language: str) -> None:
    """§2.2, §2.4: by executives and leads; each finds everything as it was."""
    key = activate_project(duet, name=NAMES[language])
    register_asset(duet.person("piotr"), f'{key} data "CRM events" @piotr')
    register_asset(duet.person("ewa"), f'{key} klienci "Newsletter PL" @ewa')
    for title in ("Pilot", "Report", "End"):
        run_milestone_command(duet.person("ewa"), f'{key} add "{title}" {weekday_from_today(duet, 60)} @ewa')
    texts = Texts.of(language)
    unknown = texts("help.unknown", word="|").partition("|")[0]  # also where something is proposed
    assert len(examples(language)) > 40
    with roll_back_requests():
        for example in examples(language):
            for handle in ("anna", "ewa", "piotr"):
                person = duet.person(handle)
                close_forms(person)
                with capture_logs() as logs:
                    reply = person.types(example.replace("D-12", key))
                errors = {entry["error"] for entry in logs if entry["event"] == "refused"}
                assert reply.ok, example
                assert not any(error.startswith(READING) for error in errors), (example, errors, reply.text)
                assert unknown not in reply.text, (example, reply.text)
    close_forms(person)
