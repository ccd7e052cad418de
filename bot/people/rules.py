"""What Slack says of a person, in Duet's words, and the person as somebody who acts."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
