"""A reply as each origin can show it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from bot.pleas.views import plea_button
from bot.runtime.errors import Refusal
from bot.ui import blocks as ui
from bot.ui.blocks import Message, View
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts, WithWeekday
from handlers.payloads import Incoming, Origin
from handlers.requests import Reply, ReplyOutcome

MOST_LINES_SAID = 10
COMPARED = ("section", "context", "actions")  # blocks of which it can be told whether another message says them
AT_HEAD = "said:"  # how block ids begin of what was put at the head of a form
SAME = ("type", "callback_id", "title", "submit", "close", "private_metadata", "clear_on_close", "notify_on_close")


def build_command_response(reply: Reply) -> dict[str, Any]:
    """The acknowledgement of a command: an ephemeral message, or nothing."""
    if reply.message is None:
        return {}
    return {"response_type": "ephemeral", **reply.message.content()}


def build_message_response(reply: Reply) -> dict[str, Any] | None:
    """What goes to the `response_url` of a button in a message."""
    if reply.message is None:
        return None
    return {
        "response_type": "ephemeral",
        "replace_original": reply.replaces,
        **reply.message.content(),
    }


def build_submission_response(reply: Reply, t: Texts, incoming: Incoming) -> dict[str, Any]:
    """The acknowledgement of a form."""
    if reply.errors:
        return {"response_action": "errors", "errors": dict(reply.errors)}
    if (instead := view_in_place(reply, t, incoming.view)) is not None:
        return {"response_action": "update", "view": instead}
    if (above := view_on_top(reply, t, incoming.view)) is None:
        return {}
    if incoming.is_deepest:
        return {"response_action": "update", "view": build_view_instead_of_push(incoming.view, above)}
    return {"response_action": "push", "view": above}


def is_said_by(content: Mapping[str, Any], message: Message) -> bool:
    """Whether a message with that content says, word for word, all that this one does, and has its buttons."""
    said = "\n".join(_list_texts(content["blocks"]))
    offered = {each["action_id"]: each.get("value") for each in ui.iterate_drawn_elements(content["blocks"])}
    return (
        all(block["type"] in COMPARED for block in message.blocks)
        and all(text in said for text in _list_texts(message.blocks))
        and all(
            offered.get(each["action_id"]) == each.get("value")
            for each in ui.iterate_drawn_elements(message.blocks)
        )
    )


def _list_texts(blocks: Sequence[ui.Block]) -> list[str]:
    return [each["text"] for block in blocks for each in ui.iterate_text_objects(block)]


def view_in_place(reply: Reply, t: Texts, form: Mapping[str, Any]) -> View | None:
    """What takes the place of the form in which somebody clicked, or that they sent."""
    return reply.shows or (None if reply.refuses else _build_message_view(reply, t, form))


def view_on_top(reply: Reply, t: Texts, form: Mapping[str, Any]) -> View | None:
    """What opens above the form, which keeps what was typed."""
    return reply.opens or (_build_message_view(reply, t, form) if reply.refuses else None)


def view_by_itself(reply: Reply, t: Texts, incoming: Incoming) -> View | None:
    """What opens where there is neither a message nor a form: a message under the name of what was used."""
    return reply.view or _build_message_view(replace(reply, refuses=False), t, title=_title_window(t, incoming))


def _title_window(t: Texts, incoming: Incoming) -> str:
    if incoming.origin is Origin.SHORTCUT:
        return t.plain(f"reply.{incoming.action_id}")
    return incoming.label or t.plain("reply.title")


def build_view_instead_of_push(form: Mapping[str, Any], above: View) -> View:
    """Where nothing can be pushed: another form takes this one's place; what is only said stands at its head, and
    what was typed stays.
    """
    if "submit" in above:
        return above
    kept = [block for block in form["blocks"] if not block["block_id"].startswith(AT_HEAD)]
    said = [block | {"block_id": f"{AT_HEAD}{n}"} for n, block in enumerate(above["blocks"])]
    same = {name: form[name] for name in SAME if form.get(name)}
    return same | {"blocks": [*said[: ui.VIEW_BLOCKS - len(kept)], *kept]}


def _build_message_view(
    reply: Reply, t: Texts, form: Mapping[str, Any] | None = None, *, title: str = ""
) -> View | None:
    """A message, where only a form can be shown: under the title of the one that it answers, if there is one, and
    closing what that one would have closed; else under `title`.
    """
    if reply.message is None:
        return None
    blocks = ui.narrow_blocks(reply.message.blocks)
    close = t.plain("form.back" if reply.refuses else "form.close")
    view = ui.modal_view(title=title, callback="notice", blocks=blocks, close=close)
    return view | {name: form[name] for name in ("title", "clear_on_close") if form and form.get(name)}


def build_error_reply(error: Refusal, t: Texts, incoming: Incoming, thing: int | None = None) -> Reply:
    """At the field it belongs to, if the form has it; else as a sentence. What was typed stays.

    `thing`: by which whoever may is asked for what was tried.
    """
    by_block = {block_id.partition(":")[0]: block_id for block_id in incoming.inputs}
    if incoming.origin is Origin.SUBMISSION:
        wrong: dict[str, list[Refusal]] = {}
        for one in error.errors:
            if one.field in by_block:
                wrong.setdefault(by_block[one.field], []).append(one)
        if wrong:
            return Reply(errors={block_id: _say_of_field(t, errors) for block_id, errors in wrong.items()})
    first = error.errors[0]
    buttons = [] if thing is None else [plea_button(t, thing)]
    return Reply(render_section_message(t(first.key, **first.facts), *buttons), refuses=True)


def _say_of_field(t: Texts, errors: Sequence[Refusal]) -> str:
    """What is wrong, each thing once: first with all of it, then line by line, with the numbers of the lines."""
    said: dict[str, list[int]] = {}
    for one in sorted(errors, key=lambda each: each.line or 0):
        numbers = said.setdefault(t.plain(one.key, **one.facts), [])
        if one.line is not None:
            numbers.append(one.line)
    return _join_errors(
        t,
        [
            t.plain("field.line_error", n=len(numbers), numbers=_write_ranges(numbers), error=error)
            if numbers
            else error
            for error, numbers in said.items()
        ],
    )


def _write_ranges(numbers: Sequence[int]) -> str:
    """`3, 5–7`: of rising numbers."""
    runs = groupby(enumerate(numbers), key=lambda at: at[1] - at[0])
    ends = [(run[0][1], run[-1][1]) for run in (list(found) for _, found in runs)]
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ends)


def _join_errors(t: Texts, said: Sequence[str]) -> str:
    """Everything that is wrong with one field, each thing on a line of its own."""
    more = [t.plain("boundary.more", count=len(said) - MOST_LINES_SAID)] if len(said) > MOST_LINES_SAID else []
    return "\n".join([*said[:MOST_LINES_SAID], *more])


def add_explanation(reply: Reply, t: Texts, error: Refusal | None) -> Reply:
    """The form that opens, filled with what was understood; above its fields, why it was not done at once."""
    return reply if error is None else add_sentence(reply, t(error.key, **error.facts))


def add_sentence(reply: Reply, said: Mrkdwn) -> Reply:
    """The form that opens says it above its fields."""
    if reply.opens is None:
        return reply
    return replace(reply, opens={**reply.opens, "blocks": [ui.section_block(said), *reply.opens["blocks"]]})


def add_understood_days(reply: Reply, t: Texts, first: date | None, last: date | None = None) -> Reply:
    """The form that opens says in full the day or the period that was typed: its fields show no weekday."""
    if first is None:
        return reply
    if last is None or last == first:
        said = t("form.understood_day", day=WithWeekday(first))
    else:
        said = t("form.understood_days", start=WithWeekday(first), end=WithWeekday(last))
    return add_sentence(reply, said)


def build_fault_reply(reference: str, t: Texts) -> Reply:
    return _build_refusing_reply(t, "error.our_fault", reference=reference)


def build_doubt_reply(reference: str, t: Texts) -> Reply:
    """It may have been done or not, and the database cannot be asked now."""
    return _build_refusing_reply(t, "error.in_doubt", reference=reference)


def build_window_missing_reply(answer: ReplyOutcome, t: Texts) -> Reply:
    """A window that Slack did not show. Of what was done that is said; a form to be filled in comes before the act,
    whatever was written for it, unless it follows the act.
    """
    if answer.reply.follows:
        return Reply(render_section_message(t("done.form_not_opened")))
    was_result = answer.is_done and answer.reply.opens is None
    return _build_refusing_reply(t, "done.not_refreshed" if was_result else "error.form_not_opened")


def _build_refusing_reply(t: Texts, text_key: str, /, **facts: Any) -> Reply:
    text = t(text_key, **facts)
    return Reply(render_section_message(text), refuses=True)
