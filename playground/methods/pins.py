"""pins.*"""

from playground import shapes
from playground.errors import ApiError
from playground.methods.call import TIER_2, Call, register_method
from playground.world import Channel, Json

MOST_PINS = 100


@register_method("pins.add", TIER_2, "pins:write")
def add_pin(call: Call) -> Json:
    channel, ts = _find_pinnable_message(call)
    if ts in channel.pins:
        raise ApiError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise ApiError("too_many_pins")
    channel.pins.append(ts)
    call.world.changes.announce()
    return {}


@register_method("pins.remove", TIER_2, "pins:write")
def remove_pin(call: Call) -> Json:
    channel, ts = _find_pinnable_message(call)
    if ts not in channel.pins:
        raise ApiError("no_pin")
    channel.pins.remove(ts)
    call.world.changes.announce()
    return {}


@register_method("pins.list", TIER_2, "pins:read")
def list_pins(call: Call) -> Json:
    channel = call.channel()
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": int(float(ts)),
            "created_by": call.bot,
            "message": shapes.shape_message(call.team, channel.messages[ts], metadata=False),
        }
        for ts in reversed(channel.pins)
    ]
    return {"items": items}


def _find_pinnable_message(call: Call) -> tuple[Channel, str]:
    channel = call.member_channel()
    ts = call.text("timestamp")
    if not ts:
        raise ApiError("no_item_specified")
    if ts not in channel.messages:
        raise ApiError("message_not_found")
    return channel, ts
