"""conversations.history and conversations.replies."""

from decimal import Decimal

from playground import shapes
from playground.errors import ApiError
from playground.methods.call import HISTORY, TIER_3, Call, register_method, slice_page
from playground.world import Channel, Json, Message

LIMITED_PAGE = 15  # what apps outside the Marketplace get at most


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
