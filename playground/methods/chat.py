"""chat.* and pins.*: messages are posted, edited, deleted, pinned."""

from typing import Any

from playground import shapes
from playground.errors import ApiError
from playground.methods.call import SPECIAL, TIER_2, TIER_3, Call, register_method
from playground.world import Channel, Json, Message

MOST_PINS = 100


@register_method("chat.postMessage", SPECIAL, "chat:write")
def post_message(call: Call) -> Json:
    channel = _find_destination(call)
    text, blocks = call.content()
    thread_ts = call.text("thread_ts") or None
    if thread_ts and thread_ts not in channel.messages:
        raise ApiError("thread_not_found")
    metadata = _read_metadata(call)
    call.core.limits.pace(channel.id)
    message = call.world.post_as_app(call.team, channel, text, blocks, thread_ts=thread_ts, metadata=metadata)
    return {"channel": channel.id, "ts": message.ts, "message": shapes.shape_message(call.team, message)}


@register_method("chat.update", TIER_3, "chat:write")
def update_message(call: Call) -> Json:
    """Metadata that is not given stays; blocks do not, as there is always a text."""
    channel, message = _find_own_message(call, "cant_update_message", archived="is_inactive")
    text, blocks = call.content(is_edit=True)
    message.text, message.blocks = text, call.world.add_ids(blocks)
    if call.args.get("metadata") is not None:
        message.metadata = _read_metadata(call)
    message.edited_ts = call.world.next_ts()
    call.world.changes.announce()
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": shapes.shape_message(call.team, message),
    }


@register_method("chat.delete", TIER_3, "chat:write")
def delete_message(call: Call) -> Json:
    channel, message = _find_own_message(call, "cant_delete_message")
    del channel.messages[message.ts]
    channel.pins = [ts for ts in channel.pins if ts != message.ts]
    call.world.changes.announce()
    return {"channel": channel.id, "ts": message.ts}


def _find_destination(call: Call) -> Channel:
    """A conversation, also one named by a person's id: their direct message."""
    person = call.team.people.get(call.text("channel"))
    if person is not None:
        _check_reachable(call, person.id)
        return call.world.direct_with(call.team, [call.bot, person.id])
    channel = call.member_channel()
    if channel.refuses:
        raise ApiError(channel.refuses)
    if channel.kind == "im":
        _check_reachable(call, next(who for who in channel.members if who != call.bot))
    return channel


def _check_reachable(call: Call, person_id: str) -> None:
    person = call.team.people[person_id]
    if person.deleted:
        raise ApiError("user_disabled")
    if person.is_stranger:
        raise ApiError("user_not_visible")
    if call.team.messages_tab_disabled or not call.world.app.messages_tab:
        raise ApiError("messages_tab_disabled")


def _find_own_message(call: Call, refusal: str, *, archived: str = "is_archived") -> tuple[Channel, Message]:
    channel = call.member_channel(archived=archived)
    message = channel.messages.get(call.required("ts"))
    if message is None:
        raise ApiError("message_not_found")
    if message.bot_id != call.team.bot_id:
        raise ApiError(refusal)
    return channel, message


def _read_metadata(call: Call) -> Json | None:
    metadata: Any = call.decoded("metadata")
    if not metadata:
        return None
    sound = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not sound:
        raise call.core.gate.refuse(
            call.method, "invalid_metadata_format", "metadata needs event_type and event_payload"
        )
    return dict(metadata)


@register_method("pins.add", TIER_2, "pins:write")
def add_pin(call: Call) -> Json:
    channel = call.member_channel()
    ts = call.text("timestamp")
    if not ts:
        raise ApiError("no_item_specified")
    if ts not in channel.messages:
        raise ApiError("message_not_found")
    if ts in channel.pins:
        raise ApiError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise ApiError("too_many_pins")
    channel.pins.append(ts)
    call.world.changes.announce()
    return {}
