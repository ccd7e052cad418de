"""pins.*"""

from playground import shapes
from playground.errors import SlackError
from playground.methods.call import TIER_2, Call, method
from playground.world import Channel, Json

MOST_PINS = 100


@method("pins.add", TIER_2, "pins:write")
def add(call: Call) -> Json:
    channel, ts = _pinnable(call)
    if ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins.append(ts)
    call.world.changes.announce()
    return {}


@method("pins.remove", TIER_2, "pins:write")
def remove(call: Call) -> Json:
    channel, ts = _pinnable(call)
    if ts not in channel.pins:
        raise SlackError("no_pin")
    channel.pins.remove(ts)
    call.world.changes.announce()
    return {}


@method("pins.list", TIER_2, "pins:read")
def list_pins(call: Call) -> Json:
    channel = call.channel()
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": int(float(ts)),
            "created_by": call.team.bot_user.id,
            "message": shapes.message(call.world, call.team, channel.messages[ts], metadata=False),
        }
        for ts in reversed(channel.pins)
    ]
    return {"items": items}


def _pinnable(call: Call) -> tuple[Channel, str]:
    channel = call.member_channel()
    ts = call.text("timestamp")
    if not ts:
        raise SlackError("no_item_specified")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return channel, ts
