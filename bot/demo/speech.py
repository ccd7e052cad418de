"""In which language Duet speaks to the people of a story, by its own rule and from its own database: somebody who
looks on may have chosen another one since the story began.
"""

from collections.abc import Mapping
from typing import Any

from bot.demo.steps import Story
from bot.people.languages import SpokenLanguage, guess_language
from bot.people.service import choose_spoken_language
from playground.driver import Driver
from storage import people
from storage.engine import Database
from storage.session import read_only_session

Json = dict[str, Any]


class Speech:
    def __init__(self, slack: Driver, database: Database) -> None:
        self._slack = slack
        self._database = database

    def spoken(self) -> Mapping[str, SpokenLanguage]:
        """By handle, to everybody of the workspace."""
        team = self._slack.state["teams"][0]
        with read_only_session(self._database) as session:
            workspace = people.load_workspace(session, team["id"]).language
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
