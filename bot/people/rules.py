"""What Slack says of a person, in Duet's words, and in which language they are spoken to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.parsing.folding import fold_text
from bot.scheduling.zones import country_of
from bot.ui.languages import DEFAULT_LANGUAGE, language_of, language_of_country, list_languages
from bot.ui.mrkdwn import clean_payload

HOLIDAY_EMOJI: Final = frozenset({"palm_tree", "beach_with_umbrella", "desert_island"})
"""The first is Slack's own, of "Vacationing", in all its languages."""
HOLIDAY_WORDS: Final = frozenset(
    {
        *("vacation", "vacationing", "on vacation", "holiday", "holidays", "on holiday", "on holidays"),
        *("annual leave", "on annual leave", "urlop", "na urlopie", "wakacje", "na wakacjach"),
    }
)
"""All that a status says, folded."""


@dataclass(frozen=True)
class Actor:
    """Who asks for something. Services decide what they may do."""

    team_id: str
    user_id: str
    is_admin: bool = False
    is_internal: bool = True  # not a bot, a guest, deactivated, or of another organisation


def read_profile(user: dict[str, Any], *, team_id: str) -> dict[str, Any]:
    """Columns of `people` from a `users.info` answer or a `user_change` event; without the language and the zone
    where they are not said, as of whoever is deactivated.
    """
    user = clean_payload(user)
    teams_of_organisation = user.get("enterprise_user", {}).get("teams", [])
    elsewhere = user.get("team_id", team_id) != team_id and team_id not in teams_of_organisation
    profile = user.get("profile", {})
    locale, zone = user.get("locale"), user.get("tz")
    return {
        "name": profile.get("display_name") or user.get("real_name") or user.get("name") or user["id"],
        "full_name": profile.get("real_name") or user.get("real_name") or "",
        **({"locale": locale} if locale else {}),
        **({"zone": _known_zone(zone)} if zone else {}),
        "is_bot": bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        "is_guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        "is_stranger": bool(user.get("is_stranger")) or elsewhere,
        "is_admin": bool(user.get("is_admin") or user.get("is_owner")),
        "deleted": bool(user.get("deleted")),
    }


def read_holiday_end(user: Mapping[str, Any]) -> datetime | None:
    """When the status ends that says that the person is on holiday; None for any other, and for one without an end.

    The status is looked at here, and kept nowhere (product §17).
    """
    profile = user.get("profile") or {}
    emoji, words = (str(profile.get(name) or "") for name in ("status_emoji", "status_text"))
    if emoji.strip(":") not in HOLIDAY_EMOJI and " ".join(fold_text(words).split()) not in HOLIDAY_WORDS:
        return None
    try:
        seconds = int(profile.get("status_expiration") or 0)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _known_zone(name: str) -> str:
    """Slack may know zones that this machine does not."""
    try:
        return ZoneInfo(name).key
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
    is_confirmed: bool = False  # a Slack admin has set it, or the next sign says the same as their words

    @property
    def is_guess(self) -> bool:
        return self.sign is not Sign.CHOICE

    @property
    def others(self) -> tuple[str, ...]:
        """What else the person may want to be asked in, as long as nobody knows."""
        return tuple(each for each in list_languages() if each != self.language) if self.is_guess else ()

    @property
    def still_offered(self) -> tuple[str, ...]:
        """The same after the first message: no more once the language is set for all, or what they type says the
        same as what is set, or as where they are.
        """
        return () if self.is_confirmed else self.others


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
            is_confirmed = sign is Sign.WORDS and language == expect_language(workspace=workspace, zone=zone)
            return SpokenLanguage(language, sign, is_confirmed or sign is Sign.WORKSPACE)
    return SpokenLanguage(language_of(locale), Sign.SLACK)


def expect_language(*, workspace: str | None, zone: str) -> str | None:
    """What is known of it before they type or choose anything, apart from Slack's locale."""
    return workspace if workspace in list_languages() else language_of_country(country_of(zone))


def weigh_typed_words(now: str | None, before: str | None, *, expected: str | None) -> str | None:
    """Which language the words say that somebody types: those of just now, else those of before.

    English words say nothing by themselves: everybody meets them in Slack's own hints. They take back what words of
    another language said, unless that is the one `expected` of the person.
    """
    if now == DEFAULT_LANGUAGE:
        return before if before in (None, expected) else now
    return now or before


def language_of_words(meant_in: frozenset[str]) -> str | None:
    """What a command's word says of who typed it: `nowy` is Polish. A word of several languages says nothing.

    `meant_in`: the languages that have the word.
    """
    return next(iter(meant_in)) if len(meant_in) == 1 else None
