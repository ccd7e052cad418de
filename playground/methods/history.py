"""conversations.history and conversations.replies."""

from decimal import Decimal

from playground import shapes
from playground.errors import SlackError
from playground.methods.call import HISTORY, TIER_3, Call, method, page
from playground.world import Channel, Json, Message

LIMITED_PAGE = 15  # what apps outside the Marketplace get at most


@method("conversations.history", TIER_3)
def history(call: Call) -> Json:
    """Newest first; replies in threads are not part of it."""
    channel = _readable(call)
    roots = [each for each in channel.messages.values() if each.thread_ts in (None, each.ts)]
    return _answer(call, channel, _between(call, roots)[::-1])


@method("conversations.replies", TIER_3)
def replies(call: Call) -> Json:
    """The parent, then its replies, oldest first. The parent comes whatever the period."""
    channel = _readable(call)
    root = channel.messages.get(call.required("ts"))
    if root is None:
        raise SlackError("thread_not_found")
    thread = [each for each in channel.messages.values() if each.thread_ts == root.ts and each is not root]
    return _answer(call, channel, [root, *_between(call, thread)])


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.needs(HISTORY[channel.kind])
    if call.team.bot_user.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(call: Call, messages: list[Message]) -> list[Message]:
    try:
        oldest = Decimal(call.text("oldest") or 0)
        latest = Decimal(call.text("latest") or "Infinity")
    except ArithmeticError:
        raise SlackError("invalid_ts_oldest") from None
    edge = call.flag("inclusive")
    return [
        each
        for each in messages
        if oldest < Decimal(each.ts) < latest or (edge and Decimal(each.ts) in (oldest, latest))
    ]


def _answer(call: Call, channel: Channel, found: list[Message]) -> Json:
    most = LIMITED_PAGE if call.core.limits.history_per_minute else 999
    shown, cursor = page(found, call, default=min(100, most), most=most)
    answer: Json = {
        "messages": [_shape(call, channel, each) for each in shown],
        "has_more": bool(cursor),
        "pin_count": len(channel.pins),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _shape(call: Call, channel: Channel, message: Message) -> Json:
    shape = shapes.message(call.world, call.team, message, metadata=call.flag("include_all_metadata"))
    if message.ts in channel.pins:
        shape["pinned_to"] = [channel.id]
    answers = [
        each.ts for each in channel.messages.values() if each.thread_ts == message.ts and each is not message
    ]
    if answers:
        shape |= {"thread_ts": message.ts, "reply_count": len(answers), "latest_reply": answers[-1]}
    return shape
