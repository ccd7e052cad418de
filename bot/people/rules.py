"""What Slack says of a person, in Duet's words, and in which language they are spoken to. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.scheduling.zones import country_of
from bot.ui.languages import DEFAULT_LANGUAGE, language_of, language_of_country, list_languages
from bot.ui.texts import clean_payload


@dataclass(frozen=True)
class Actor:
    """Who asks for something. Services decide what they may do."""

    team_id: str
    user_id: str
    is_admin: bool = False
    is_internal: bool = True  # not a bot, a guest, deactivated, or of another organisation


def read_profile(user: dict[str, Any], *, team_id: str) -> dict[str, Any]:
    """Columns of `people` from a `users.info` answer or a `user_change` event."""
    user = clean_payload(user)
    teams_of_organisation = user.get("enterprise_user", {}).get("teams", [])
    elsewhere = user.get("team_id", team_id) != team_id and team_id not in teams_of_organisation
    profile = user.get("profile", {})
    return {
        "name": profile.get("display_name") or user.get("real_name") or user.get("name") or user["id"],
        "full_name": profile.get("real_name") or user.get("real_name") or "",
        "locale": user.get("locale") or "en-US",
        "zone": _known_zone(user.get("tz")),
        "is_bot": bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        "is_guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        "is_stranger": bool(user.get("is_stranger")) or elsewhere,
        "is_admin": bool(user.get("is_admin") or user.get("is_owner")),
        "deleted": bool(user.get("deleted")),
    }


def _known_zone(name: str | None) -> str:
    """Slack may know zones that this machine does not."""
    try:
        return ZoneInfo(name or "UTC").key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


class Sign(StrEnum):
    """Why a language is spoken, the surest first."""

    CHOICE = "choice"  # their own
    WORDS = "words"  # they typed Duet's words in it
    WORKSPACE = "workspace"  # a Slack admin has set it for all
    ZONE = "zone"  # their clock is that of a country where it is spoken
    SLACK = "slack"  # of Slack's interface, which many languages do not have


@dataclass(frozen=True)
class SpokenLanguage:
    language: str
    sign: Sign

    @property
    def is_guess(self) -> bool:
        return self.sign is not Sign.CHOICE

    @property
    def others(self) -> tuple[str, ...]:
        """What else the person may want to be asked in, as long as nobody knows."""
        return tuple(each for each in list_languages() if each != self.language) if self.is_guess else ()


def guess_language(*, words: str | None, workspace: str | None, zone: str, locale: str) -> SpokenLanguage:
    """By the surest sign there is, where the person has not chosen.

    `words`: of the commands that they type; `locale`: Slack's.
    """
    signs = {
        Sign.WORDS: words,
        Sign.WORKSPACE: workspace,
        Sign.ZONE: language_of_country(country_of(zone)),
    }
    for sign, language in signs.items():
        if language in list_languages():
            return SpokenLanguage(language, sign)
    return SpokenLanguage(language_of(locale), Sign.SLACK)


def language_of_words(meant_in: frozenset[str]) -> str | None:
    """What a command's word says of who typed it: `nowy` is Polish. English words say nothing: everybody meets them
    in Slack's own hints.

    `meant_in`: the languages that have the word.
    """
    return next(iter(meant_in)) if len(meant_in) == 1 and DEFAULT_LANGUAGE not in meant_in else None
