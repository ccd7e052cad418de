"""conversations.*"""

import re
from decimal import Decimal

from playground import shapes
from playground.errors import ApiError
from playground.methods.call import HISTORY, MANAGE, READ, TIER_2, TIER_3, TIER_4, Call, register_method, slice_page
from playground.world import Channel, Json, Message, Person

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
MOST_IN_GROUP_MESSAGE = 8
LIMITED_PAGE = 15  # what apps outside the Marketplace get at most


@register_method("conversations.create", TIER_2)
def create_channel(call: Call) -> Json:
    kind = "group" if call.flag("is_private") else "channel"
    call.needs(MANAGE[kind])
    name = call.text("name")
    _check_name(call, name)
    if call.team.restricted_action:
        raise ApiError("restricted_action")
    if call.team.channel_named(name) is not None:
        raise ApiError("name_taken")
    channel = call.world.open_channel(call.team, name=name, kind=kind, creator=call.bot, members=[call.bot])
    return {"channel": shapes.shape_channel(call.team, channel)}


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


@register_method("conversations.open", TIER_3)
def open_direct(call: Call) -> Json:
    if call.text("channel"):
        channel = call.scoped_channel(MANAGE)
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    ids = call.user_ids("users_list_not_supplied")
    call.needs(MANAGE["im" if len(ids) == 1 else "mpim"])
    if len(ids) > MOST_IN_GROUP_MESSAGE:
        raise ApiError("too_many_users")
    for who in ids:
        _check_can_receive(call, call.person(who))
    already = call.team.direct({call.bot, *ids}) is not None
    channel = call.world.direct_with(call.team, [call.bot, *ids])
    shape: Json = {"id": channel.id}
    if call.flag("return_im"):
        shape = shapes.shape_channel(call.team, channel)
    return {"no_op": already, "already_open": already, "channel": shape}


def _check_can_receive(call: Call, person: Person) -> None:
    if person.deleted:
        raise ApiError("user_disabled")
    if person.is_stranger:
        raise ApiError("user_not_visible")
    if person.id == call.bot:
        raise ApiError("invalid_user_combination")


@register_method("conversations.invite", TIER_3)
def invite_people(call: Call) -> Json:
    channel = call.scoped_channel(MANAGE, direct=False)
    call.member_channel()
    ids = call.user_ids("no_user")
    problems = {who: _find_invite_error(call, channel, who) for who in ids}
    errors = [{"user": who, "ok": False, "error": code} for who, code in problems.items() if code]
    if errors and not (call.flag("force") and len(errors) < len(ids)):
        raise ApiError(str(errors[0]["error"]), errors=errors)
    channel.members += [who for who, problem in problems.items() if not problem]
    call.world.changes.announce()
    answer: Json = {"channel": shapes.shape_channel(call.team, channel)}
    return answer | ({"errors": errors} if errors else {})


def _find_invite_error(call: Call, channel: Channel, who: str) -> str | None:
    person = call.team.people.get(who)
    if person is None:
        return "user_not_found"
    if who == call.bot:
        return "cant_invite_self"
    if who in channel.members:
        return "already_in_channel"
    if person.deleted or person.is_stranger:
        return "cant_invite"
    others = any(who in each.members for each in call.team.channels.values() if not each.is_direct)
    return "ura_max_channels" if person.is_ultra_restricted and others else None


@register_method("conversations.kick", TIER_3)
def kick_person(call: Call) -> Json:
    channel = call.scoped_channel(MANAGE, direct=False)
    who = call.required("user")
    call.member_channel()
    call.person(who)
    if who == call.bot:
        raise ApiError("cant_kick_self")
    if channel.name == "general":
        raise ApiError("cant_kick_from_general")
    if call.team.kick_restricted:
        raise ApiError("restricted_action")
    if who not in channel.members:
        raise ApiError("not_in_channel")
    channel.members.remove(who)
    call.world.changes.announce()
    return {"errors": {}}


@register_method("conversations.info", TIER_3)
def get_channel_info(call: Call) -> Json:
    channel = call.scoped_channel(READ)
    shape = shapes.shape_channel(call.team, channel)
    if call.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"channel": shape}


@register_method("conversations.list", TIER_2)
def list_channels(call: Call) -> Json:
    kinds = []
    for name in call.text("types", "public_channel").split(","):
        kind = KINDS.get(name.strip())
        if kind is None:
            raise ApiError("invalid_types")
        call.needs(READ[kind])
        kinds.append(kind)
    found = [
        channel
        for channel in call.team.channels.values()
        if channel.kind in kinds
        and (channel.kind == "channel" or call.bot in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    shown, cursor = slice_page(found, call)
    return {
        "channels": [shapes.shape_channel(call.team, each) for each in shown],
        "response_metadata": {"next_cursor": cursor},
    }


@register_method("conversations.members", TIER_4)
def list_channel_members(call: Call) -> Json:
    channel = call.scoped_channel(READ)
    shown, cursor = slice_page(channel.members, call)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


@register_method("conversations.archive", TIER_2)
def archive_channel(call: Call) -> Json:
    channel = call.scoped_channel(MANAGE)
    if channel.archived:
        raise ApiError("already_archived")
    if channel.is_direct:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.name == "general":
        raise ApiError("cant_archive_general")
    call.member_channel()
    channel.archived = True
    call.core.events.channel_event(call.team, channel, "archive", call.bot)
    call.world.changes.announce()
    return {}


@register_method("conversations.history", TIER_3)
def read_history(call: Call) -> Json:
    """Newest first; replies in threads are not part of it."""
    channel = _find_readable_channel(call)
    roots = [each for each in channel.messages.values() if each.thread_ts in (None, each.ts)]
    return _build_history_answer(call, channel, _select_period(call, roots)[::-1])


@register_method("conversations.replies", TIER_3)
def read_replies(call: Call) -> Json:
    """The parent, then its replies, oldest first. The parent comes whatever the period."""
    channel = _find_readable_channel(call)
    root = channel.messages.get(call.required("ts"))
    if root is None:
        raise ApiError("thread_not_found")
    thread = [each for each in channel.messages.values() if each.thread_ts == root.ts and each is not root]
    return _build_history_answer(call, channel, [root, *_select_period(call, thread)])


def _find_readable_channel(call: Call) -> Channel:
    channel = call.scoped_channel(HISTORY)
    if call.bot not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _select_period(call: Call, messages: list[Message]) -> list[Message]:
    try:
        oldest = Decimal(call.text("oldest") or 0)
        latest = Decimal(call.text("latest") or "Infinity")
    except ArithmeticError:
        raise ApiError("invalid_ts_oldest") from None
    edge = call.flag("inclusive")
    return [
        each
        for each in messages
        if oldest < Decimal(each.ts) < latest or (edge and Decimal(each.ts) in (oldest, latest))
    ]


def _build_history_answer(call: Call, channel: Channel, found: list[Message]) -> Json:
    most = LIMITED_PAGE if call.core.limits.history_per_minute else 999
    shown, cursor = slice_page(found, call, default=min(100, most), most=most)
    answer: Json = {
        "messages": [_shape_message(call, channel, each) for each in shown],
        "has_more": bool(cursor),
        "pin_count": len(channel.pins),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _shape_message(call: Call, channel: Channel, message: Message) -> Json:
    shape = shapes.shape_message(call.team, message, metadata=call.flag("include_all_metadata"))
    if message.ts in channel.pins:
        shape["pinned_to"] = [channel.id]
    answers = [
        each.ts for each in channel.messages.values() if each.thread_ts == message.ts and each is not message
    ]
    if answers:
        shape |= {"thread_ts": message.ts, "reply_count": len(answers), "latest_reply": answers[-1]}
    return shape
