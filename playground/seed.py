"""Who works here: the default cast, and the shapes in which another one can be given."""

from dataclasses import dataclass
from typing import Final

LOCALES: Final = frozenset(
    {"de-DE", "en-GB", "en-US", "es-ES", "es-LA", "fr-FR", "it-IT", "ja-JP", "ko-KR", "pt-BR", "zh-CN", "zh-TW"}
)
"""Those of Slack's interface. There is none in Polish: what a Pole's Slack speaks says nothing of its owner."""


@dataclass
class Person:
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
    status_text: str = ""
    status_emoji: str = ""  # ":palm_tree:"
    status_expiration: int = 0  # seconds; 0: it has no end
    is_stranger: bool = False  # from another organisation, met in a shared channel
    team_id: str = ""  # their own workspace, if it is not this one
    title: str = ""  # what they are here, as their profile says
    side: str = ""  # it or marketing: only for those who look on, the app is not told

    def __post_init__(self) -> None:
        """Raises: ValueError for a locale that Slack's interface does not have."""
        if self.locale not in LOCALES:
            raise ValueError(f"Slack has no locale {self.locale}")

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted


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
    people: tuple[Person, ...]
    channels: tuple[ChannelSeed, ...] = ()
    enterprise_id: str | None = None


PIKUS = TeamSeed(
    id="T0PIKUS",
    name="Pan Pikuś S.A.",  # 4,812 corner shops, one hedgehog in the logo
    domain="pan-pikus",
    people=(
        Person("U0ADAM", "adam", "Adam Wolny", title="CIO", side="it"),
        Person("U0ANNA", "anna", "Anna Żuraw", title="CMO", side="marketing"),
        Person("U0PIOTR", "piotr", "Piotr Kabelek", title="IT lead", side="it"),
        Person("U0EWA", "ewa", "Ewa Błysk", title="Marketing lead", side="marketing"),
        Person("U0JAN", "jan", "Jan Łącznik", title="Data engineer", side="it"),
        Person(
            "U0NADIA",
            "nadia",
            "Nadia Źródło",
            locale="en-GB",
            tz="Europe/London",
            title="Head of data, Jan's home manager",
            side="it",
        ),
        Person("U0OLA", "ola", "Aleksandra Plakat", title="Campaign specialist", side="marketing"),
        Person(
            "U0MIKE",
            "mike",
            "Mike O'Hasło",
            tz="America/New_York",
            title="Head of campaigns, Ola's home manager",
            side="marketing",
        ),
        Person("U0TOMEK", "tomek", "Tomek Półka", title="Shop analyst", side="marketing"),
        Person("U0GOSIA", "gosia", "Gosia Gościnna", is_restricted=True, title="Guest from an agency"),
        Person("U0ROMAN", "roman", "Roman Porządek", is_admin=True, is_owner=True, title="Slack admin"),
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
        Person("U1BASIA", "basia", "Barbara Kiosk", is_admin=True),
        Person("U1ZENEK", "zenek", "Zenon Paragon"),
        Person("U1ANNA", "anna", "Anna Gazeta", tz="Europe/London"),
    ),
    channels=(ChannelSeed("C1GENERAL", "general", ("basia", "zenek", "anna")),),
)

DEFAULT_TEAMS = (PIKUS, KIOSK)
