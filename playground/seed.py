"""Who works here: the default cast, and the shapes in which another one can be given."""

from dataclasses import dataclass
from typing import Any, Final

LOCALES: Final = frozenset(
    {"de-DE", "en-GB", "en-US", "es-ES", "es-LA", "fr-FR", "it-IT", "ja-JP", "ko-KR", "pt-BR", "zh-CN", "zh-TW"}
)
"""Those of Slack's interface. There is none in Polish: what a Pole's Slack speaks says nothing of its owner."""


@dataclass(frozen=True)
class PersonSeed:
    id: str
    handle: str  # what people type after "@"; ASCII
    real_name: str
    locale: str = "en-US"
    tz: str = "Europe/Warsaw"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False  # a guest in several channels
    is_ultra_restricted: bool = False  # a guest in a single channel
    is_bot: bool = False
    deleted: bool = False
    is_stranger: bool = False  # from another organisation, met in a shared channel
    team_id: str | None = None  # their own workspace, if it is not this one
    title: str = ""  # what they are here, as their profile says
    side: str = ""  # it or marketing: only for those who look on, the app is not told

    def __post_init__(self) -> None:
        """Raises: ValueError for a locale that Slack does not have."""
        check_locale(self.locale)


def check_locale(locale: str) -> None:
    """Raises: ValueError for one that Slack's interface does not have."""
    if locale not in LOCALES:
        raise ValueError(f"Slack has no locale {locale}")


@dataclass(frozen=True)
class ChannelSeed:
    id: str
    name: str
    members: tuple[str, ...]  # handles; the bot's own is always "duet" or what the manifest says
    is_private: bool = False


@dataclass(frozen=True)
class TeamSeed:
    id: str
    name: str
    domain: str
    people: tuple[PersonSeed, ...]
    channels: tuple[ChannelSeed, ...] = ()
    enterprise_id: str | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "TeamSeed":
        """From JSON: the fields of these classes, lists for tuples."""
        people = tuple(PersonSeed(**person) for person in data.get("people", ()))
        channels = tuple(
            ChannelSeed(**{**channel, "members": tuple(channel["members"])}) for channel in data.get("channels", ())
        )
        return cls(**{**data, "people": people, "channels": channels})


PIKUS = TeamSeed(
    id="T0PIKUS",
    name="Pan Pikuś S.A.",  # 4,812 corner shops, one hedgehog in the logo
    domain="pan-pikus",
    people=(
        PersonSeed("U0ADAM", "adam", "Adam Wolny", title="CIO", side="it"),
        PersonSeed("U0ANNA", "anna", "Anna Żuraw", title="CMO", side="marketing"),
        PersonSeed("U0PIOTR", "piotr", "Piotr Kabelek", title="IT lead", side="it"),
        PersonSeed("U0EWA", "ewa", "Ewa Błysk", title="Marketing lead", side="marketing"),
        PersonSeed("U0JAN", "jan", "Jan Łącznik", title="Data engineer", side="it"),
        PersonSeed(
            "U0NADIA",
            "nadia",
            "Nadia Źródło",
            locale="en-GB",
            tz="Europe/London",
            title="Head of data, Jan's home manager",
            side="it",
        ),
        PersonSeed("U0OLA", "ola", "Aleksandra Plakat", title="Campaign specialist", side="marketing"),
        PersonSeed(
            "U0MIKE",
            "mike",
            "Mike O'Hasło",
            tz="America/New_York",
            title="Head of campaigns, Ola's home manager",
            side="marketing",
        ),
        PersonSeed("U0TOMEK", "tomek", "Tomek Półka", title="Shop analyst", side="marketing"),
        PersonSeed("U0GOSIA", "gosia", "Gosia Gościnna", is_restricted=True, title="Guest from an agency"),
        PersonSeed("U0ROMAN", "roman", "Roman Porządek", is_admin=True, is_owner=True, title="Slack admin"),
    ),
    channels=(
        ChannelSeed(
            "C0GENERAL",
            "general",
            ("adam", "anna", "piotr", "ewa", "jan", "nadia", "ola", "mike", "tomek", "roman"),
        ),
        ChannelSeed("C0PROMOCJE", "promocje", ("anna", "ewa", "ola", "mike", "gosia")),
        ChannelSeed("C0SERWERY", "serwerownia", ("adam", "piotr", "jan", "nadia"), is_private=True),
    ),
)

KIOSK = TeamSeed(
    id="T0KIOSK",
    name="Kiosk u Basi",  # for isolation tests: nothing of Pan Pikuś may ever be seen here
    domain="kiosk-u-basi",
    people=(
        PersonSeed("U1BASIA", "basia", "Barbara Kiosk", is_admin=True),
        PersonSeed("U1ZENEK", "zenek", "Zenon Paragon"),
        PersonSeed("U1ANNA", "anna", "Anna Gazeta", tz="Europe/London"),
    ),
    channels=(ChannelSeed("C1GENERAL", "general", ("basia", "zenek", "anna")),),
)

DEFAULT_TEAMS = (PIKUS, KIOSK)
