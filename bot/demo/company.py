"""The languages of the company: the one its Slack admin sets, and those in which Duet speaks to its people.

They are set in `/duet settings`, through the real bot, and known by Duet's own rule and from its own database:
somebody who looks on may have chosen another one since the story began.
"""

from collections.abc import Mapping

from bot.demo.lexicon import label_in_all_languages
from bot.demo.steps import Story
from bot.people.rules import Sign, SpokenLanguage, guess_language
from bot.people.service import choose_spoken_language
from bot.ui.texts import own_name
from playground.driver import Driver
from playground.seed import KIOSK
from storage import people
from storage.engine import Database
from storage.session import read_only_session
from storage.workspaces import load_workspace

ADMIN = "roman"
NEIGHBOUR = "basia"  # the admin of the playground's other company
MINE, OF_ALL = "Your language", "Language"  # fields of the settings
CHANNELS = {"promocje": ("ewa", "promotions"), "serwerownia": ("piotr", "server-room")}
"""Those of the playground's company in English, and who renames them."""


def set_company_language(slack: Driver, language: str) -> None:
    _set_language(slack, ADMIN, OF_ALL, language)


def name_channels_in_english(slack: Driver) -> None:
    for was, (by, name) in CHANNELS.items():
        slack.change_channel(was, "rename", by, name=name)


class Speech:
    def __init__(self, slack: Driver, database: Database) -> None:
        self._slack = slack
        self._database = database

    def spoken(self) -> Mapping[str, SpokenLanguage]:
        """By handle, to everybody of the workspace."""
        team = self._slack.state["teams"][0]
        with read_only_session(self._database) as session:
            workspace = load_workspace(session, team["id"]).language
            known = people.find_people(session, team["id"], {each["id"] for each in team["people"]})
            return {
                each["name"]: choose_spoken_language(session, known[each["id"]])
                if each["id"] in known
                else guess_language(words=None, workspace=workspace, zone=each["tz"], locale=each["locale"])
                for each in team["people"]
            }

    def to(self, who: str) -> str:
        return self.spoken()[who].language

    def is_as_told(self, story: Story, who: str, place: str) -> bool:
        """Whether the texts there are in the language that the story knows. In a channel it is that of whoever
        drafted the project.
        """
        spoken = self.spoken()
        handles = story.cast if place.startswith("#") else (who,)
        return all(spoken[handle].language == story.language_of(handle) for handle in handles)


class Switch:
    """One for everybody. Whoever has chosen for themselves keeps their choice."""

    def __init__(self, slack: Driver, speech: Speech) -> None:
        self._slack = slack
        self._speech = speech
        self._switched: set[str] = set()

    def speak(self, language: str) -> None:
        """Also to those who have typed Duet's words in another one, which counts for more than the company's
        language: they choose it in their own settings.
        """
        set_company_language(self._slack, language)
        _set_language(self._slack, NEIGHBOUR, OF_ALL, language, team=KIOSK.id)
        for who, spoken in self._speech.spoken().items():
            is_their_choice = spoken.sign is Sign.CHOICE and who not in self._switched
            if spoken.language != language and not is_their_choice:
                _set_language(self._slack, who, MINE, language)
                self._switched.add(who)


def _set_language(slack: Driver, who: str, field: str, language: str, *, team: str | None = None) -> None:
    """Of the settings, whichever language they are in."""
    person = slack.person(who, team)
    person.types("/duet settings")
    form = person.waits_for_form()
    label = next(each for each in form.labels if each in label_in_all_languages(field))
    form.fill({label: own_name(language)}).submit()
