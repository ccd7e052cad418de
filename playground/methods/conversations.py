"""conversations.*, except reading messages."""

import re

from playground import shapes
from playground.errors import SlackError
from playground.methods.call import MANAGE, READ, TIER_2, TIER_3, TIER_4, Call, method, page
from playground.world import Channel, Json, Person

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
MOST_IN_GROUP_MESSAGE = 8


@method("conversations.create", TIER_2)
def create(call: Call) -> Json:
    kind = "group" if call.flag("is_private") else "channel"
    call.needs(MANAGE[kind])
    name = call.text("name")
    _check_name(call, name)
    if call.team.restricted_action:
        raise SlackError("restricted_action")
    if call.team.channel_named(name) is not None:
        raise SlackError("name_taken")
    bot = call.team.bot_user.id
    channel = call.world.open_channel(call.team, name=name, kind=kind, creator=bot, members=[bot])
    return {"channel": shapes.channel(call.world, call.team, channel)}


def _check_name(call: Call, name: str) -> None:
    problem = None
    if not name:
        problem = "invalid_name_required"
    elif len(name) > 80:
        problem = "invalid_name_maxlength"
    elif not re.search(r"\w", name.replace("_", "")):
        problem = "invalid_name_punctuation"
    elif name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        problem = "invalid_name_specials"
    if problem:
        raise call.core.gate.refuse(call.method, problem, f"not a channel name: {name!r}")


@method("conversations.open", TIER_3)
def open_direct(call: Call) -> Json:
    if call.text("channel"):
        channel = call.channel()
        call.needs(MANAGE[channel.kind])
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    ids = list(dict.fromkeys(who for who in call.text("users").split(",") if who))
    if not ids:
        raise call.core.gate.refuse(call.method, "users_list_not_supplied", "users is missing")
    call.needs(MANAGE["im" if len(ids) == 1 else "mpim"])
    if len(ids) > MOST_IN_GROUP_MESSAGE:
        raise SlackError("too_many_users")
    for who in ids:
        _check_can_be_messaged(call, call.person(who))
    already = call.team.direct({call.team.bot_user.id, *ids}) is not None
    channel = call.world.direct_with(call.team, ids)
    shape: Json = {"id": channel.id}
    if call.flag("return_im"):
        shape = shapes.channel(call.world, call.team, channel)
    return {"no_op": already, "already_open": already, "channel": shape}


def _check_can_be_messaged(call: Call, person: Person) -> None:
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_stranger:
        raise SlackError("user_not_visible")
    if person.id == call.team.bot_user.id:
        raise SlackError("invalid_user_combination")


@method("conversations.invite", TIER_3)
def invite(call: Call) -> Json:
    channel = call.channel()
    call.needs(MANAGE[channel.kind])
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    call.member_channel()
    ids = list(dict.fromkeys(who for who in call.text("users").split(",") if who))
    if not ids:
        raise call.core.gate.refuse(call.method, "no_user", "users is missing")
    problems = {who: _why_not_invited(call, channel, who) for who in ids}
    errors = [{"user": who, "ok": False, "error": code} for who, code in problems.items() if code]
    if errors and not (call.flag("force") and len(errors) < len(ids)):
        raise SlackError(str(errors[0]["error"]), errors=errors)
    channel.members += [who for who, problem in problems.items() if not problem]
    call.world.changes.announce()
    answer: Json = {"channel": shapes.channel(call.world, call.team, channel)}
    return answer | ({"errors": errors} if errors else {})


def _why_not_invited(call: Call, channel: Channel, who: str) -> str | None:
    person = call.team.people.get(who)
    if person is None:
        return "user_not_found"
    if who == call.team.bot_user.id:
        return "cant_invite_self"
    if who in channel.members:
        return "already_in_channel"
    if person.deleted or person.is_stranger:
        return "cant_invite"
    others = any(who in each.members for each in call.team.channels.values() if not each.is_direct)
    return "ura_max_channels" if person.is_ultra_restricted and others else None


@method("conversations.kick", TIER_3)
def kick(call: Call) -> Json:
    channel = call.channel()
    call.needs(MANAGE[channel.kind])
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    who = call.required("user")
    call.member_channel()
    call.person(who)
    if who == call.team.bot_user.id:
        raise SlackError("cant_kick_self")
    if channel.name == "general":
        raise SlackError("cant_kick_from_general")
    if call.team.kick_restricted:
        raise SlackError("restricted_action")
    if who not in channel.members:
        raise SlackError("not_in_channel")
    channel.members.remove(who)
    call.world.changes.announce()
    return {"errors": {}}


@method("conversations.info", TIER_3)
def info(call: Call) -> Json:
    channel = call.channel()
    call.needs(READ[channel.kind])
    shape = shapes.channel(call.world, call.team, channel)
    if call.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"channel": shape}


@method("conversations.list", TIER_2)
def list_all(call: Call) -> Json:
    kinds = []
    for name in call.text("types", "public_channel").split(","):
        kind = KINDS.get(name.strip())
        if kind is None:
            raise SlackError("invalid_types")
        call.needs(READ[kind])
        kinds.append(kind)
    bot = call.team.bot_user.id
    found = [
        channel
        for channel in call.team.channels.values()
        if channel.kind in kinds
        and (channel.kind == "channel" or bot in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    shown, cursor = page(found, call)
    return {
        "channels": [shapes.channel(call.world, call.team, each) for each in shown],
        "response_metadata": {"next_cursor": cursor},
    }


@method("conversations.members", TIER_4)
def members(call: Call) -> Json:
    channel = call.channel()
    call.needs(READ[channel.kind])
    shown, cursor = page(channel.members, call)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


@method("conversations.archive", TIER_2)
def archive(call: Call) -> Json:
    channel = call.channel()
    call.needs(MANAGE[channel.kind])
    if channel.archived:
        raise SlackError("already_archived")
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    call.member_channel()
    channel.archived = True
    call.core.events.channel_event(call.team, channel, "archive", call.team.bot_user.id)
    call.world.changes.announce()
    return {}


@method("conversations.setTopic", TIER_2)
def set_topic(call: Call) -> Json:
    channel = _writable(call, "topic")
    channel.topic = call.text("topic")
    return {"channel": shapes.channel(call.world, call.team, channel)}


@method("conversations.setPurpose", TIER_2)
def set_purpose(call: Call) -> Json:
    channel = _writable(call, "purpose")
    channel.purpose = call.text("purpose")
    return {"channel": shapes.channel(call.world, call.team, channel), "purpose": channel.purpose}


def _writable(call: Call, field: str) -> Channel:
    channel = call.channel()
    call.needs(MANAGE[channel.kind])
    call.member_channel()
    if len(call.text(field)) > 250:
        raise call.core.gate.refuse(call.method, "too_long", f"{field} is longer than 250 characters")
    call.world.changes.announce()
    return channel
