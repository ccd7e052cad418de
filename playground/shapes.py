"""How teams, people, channels, messages and views look in Slack's JSON."""

import copy

from playground.manifest import APP_ID
from playground.world import Channel, Json, Message, Person, Team, View

ZONE_LABELS = {"Europe/Warsaw": "Central European Time", "Europe/London": "Greenwich Mean Time"}


def shape_user(person: Person, *, locale: bool) -> Json:
    """As `users.info` gives it; `user_change` events carry the same, with the locale."""
    shape: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.handle,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
        "profile": {
            "real_name": person.real_name,
            "real_name_normalized": person.real_name,
            "display_name": person.real_name,
            "display_name_normalized": person.real_name,
            "team": person.team_id,
            "status_text": person.status_text,
            "status_emoji": person.status_emoji,
            "status_expiration": person.status_expiration,
        },
    }
    if not person.deleted:  # Slack leaves these out for the deactivated
        shape |= {
            "real_name": person.real_name,
            "tz": person.tz,
            "tz_label": ZONE_LABELS.get(person.tz, person.tz),
            "is_admin": person.is_admin,
            "is_owner": person.is_owner,
            "is_primary_owner": person.is_owner,
            "is_restricted": person.is_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
        }
    if person.is_stranger:
        shape["is_stranger"] = True
    if locale and not person.deleted:
        shape["locale"] = person.locale
    return shape


def shape_channel(team: Team, each: Channel) -> Json:
    """As `conversations.info` gives it to the bot."""
    shape: Json = {
        "id": each.id,
        "created": each.created,
        "creator": each.creator,
        "is_archived": each.archived,
        "is_im": each.kind == "im",
        "is_mpim": each.kind == "mpim",
        "is_channel": each.kind == "channel",
        "is_group": each.kind == "group",
        "is_private": each.kind != "channel",
        "is_org_shared": False,
        "context_team_id": team.id,
        "updated": each.created * 1000,
    }
    if each.kind == "im":
        return shape | {"user": next(who for who in each.members if who != team.bot_user.id)}
    is_ext_shared = each.shared_with is not None and not each.share_pending
    return shape | {
        "name": each.name,
        "name_normalized": each.name,
        "is_general": each.name == "general",
        "is_member": team.bot_user.id in each.members,
        "is_shared": is_ext_shared,
        "is_ext_shared": is_ext_shared,
        "is_pending_ext_shared": each.shared_with is not None and each.share_pending,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": each.purpose, "creator": "", "last_set": 0},
    }


def shape_message(team: Team, each: Message, *, metadata: bool = True) -> Json:
    shape: Json = {"type": "message", "user": each.user, "ts": each.ts, "team": team.id, "text": each.text}
    if each.bot_id:
        shape |= {
            "bot_id": each.bot_id,
            "app_id": APP_ID,
            "bot_profile": {
                "id": each.bot_id,
                "app_id": APP_ID,
                "name": team.bot_user.real_name,
                "team_id": team.id,
                "deleted": False,
            },
        }
    if each.blocks:
        shape["blocks"] = copy.deepcopy(each.blocks)
    if each.thread_ts:
        shape["thread_ts"] = each.thread_ts
    if each.edited_ts:
        shape["edited"] = {"user": each.user, "ts": each.edited_ts}
    if each.files:
        shape |= {"files": each.files, "subtype": "file_share"}
    if metadata and each.metadata:
        shape["metadata"] = each.metadata
    return shape


def shape_view(team: Team, each: View) -> Json:
    """A view as payloads and `views.*` answers carry it, with the state of its inputs."""
    body = each.body
    shape: Json = {
        "id": each.id,
        "team_id": team.id,
        "type": body["type"],
        "blocks": copy.deepcopy(body["blocks"]),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": copy.deepcopy(each.values)},
        "hash": each.hash,
        "root_view_id": each.root_id,
        "previous_view_id": each.previous_id,
        "app_id": APP_ID,
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }
    if body["type"] == "modal":
        shape |= {key: body.get(key) for key in ("title", "submit", "close")}
        shape |= {key: bool(body.get(key)) for key in ("clear_on_close", "notify_on_close")}
        shape["submit_disabled"] = False
    return shape
