"""The company's language, set as its Slack admin sets it: in `/duet settings`, through the real bot."""

from bot.demo.lexicon import label_in_all_languages
from bot.demo.speech import Speech
from bot.people.languages import Sign
from bot.ui.texts import own_name
from playground.driver import Driver

ADMIN = "roman"
MINE, OF_ALL = "Your language", "Language"  # fields of the settings


CHANNELS = {"promocje": ("ewa", "promotions"), "serwerownia": ("piotr", "server-room")}
"""Those of the playground's company in English, and who renames them."""


def set_company_language(slack: Driver, language: str) -> None:
    _set_language(slack, ADMIN, OF_ALL, language)


def name_channels_in_english(slack: Driver) -> None:
    for was, (by, name) in CHANNELS.items():
        slack.change_channel(was, "rename", by, name=name)


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
        for who, spoken in self._speech.spoken().items():
            is_their_choice = spoken.sign is Sign.CHOICE and who not in self._switched
            if spoken.language != language and not is_their_choice:
                _set_language(self._slack, who, MINE, language)
                self._switched.add(who)


def _set_language(slack: Driver, who: str, field: str, language: str) -> None:
    """Of the settings, whichever language they are in."""
    person = slack.person(who)
    person.types("/duet settings")
    form = person.waits_for_form()
    label = next(each for each in form.labels if each in label_in_all_languages(field))
    form.fill({label: own_name(language)}).submit()
