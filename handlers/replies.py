"""A reply as each origin can show it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot import kit
from bot.errors import FormErrors, UserError
from bot.texts import Texts, WithWeekday
from handlers.incoming import Incoming, Origin
from handlers.requests import Answer, Reply, View

AT_HEAD = "said:"  # how block ids begin of what was put at the head of a form
SAME = ("type", "callback_id", "title", "submit", "close", "private_metadata", "clear_on_close", "notify_on_close")


def to_command(reply: Reply) -> dict[str, Any]:
    """The acknowledgement of a command: an ephemeral message, or nothing."""
    if reply.message is None:
        return {}
    return {"response_type": "ephemeral", **reply.message.content()}


def to_message(reply: Reply) -> dict[str, Any] | None:
    """What goes to the `response_url` of a button in a message."""
    if reply.message is None:
        return None
    return {
        "response_type": "ephemeral",
        "replace_original": reply.replaces,
        **reply.message.content(),
    }


def to_submission(reply: Reply, t: Texts, incoming: Incoming) -> dict[str, Any]:
    """The acknowledgement of a form."""
    if reply.errors:
        return {"response_action": "errors", "errors": dict(reply.errors)}
    if (instead := in_place(reply, t)) is not None:
        return {"response_action": "update", "view": instead}
    if (above := on_top(reply, t)) is None:
        return {}
    if incoming.is_deepest:
        return {"response_action": "update", "view": instead_of_push(incoming.view, above)}
    return {"response_action": "push", "view": above}


def in_place(reply: Reply, t: Texts) -> View | None:
    """What takes the place of the form in which somebody clicked, or that they sent."""
    return reply.shows or (None if reply.refuses else _as_view(reply, t))


def on_top(reply: Reply, t: Texts) -> View | None:
    """What opens above the form, which keeps what was typed."""
    return reply.opens or (_as_view(reply, t) if reply.refuses else None)


def instead_of_push(form: Mapping[str, Any], above: View) -> View:
    """Where nothing can be pushed: another form takes this one's place; what is only said stands at its head, and
    what was typed stays.
    """
    if "submit" in above:
        return above
    kept = [block for block in form["blocks"] if not block["block_id"].startswith(AT_HEAD)]
    said = [block | {"block_id": f"{AT_HEAD}{n}"} for n, block in enumerate(above["blocks"])]
    same = {name: form[name] for name in SAME if form.get(name)}
    return same | {"blocks": [*said[: kit.VIEW_BLOCKS - len(kept)], *kept]}


def _as_view(reply: Reply, t: Texts) -> View | None:
    """A message, where only a form can be shown."""
    if reply.message is None:
        return None
    blocks = list(reply.message.blocks)
    close = t.plain("form.back" if reply.refuses else "form.close")
    return kit.modal(title=t.plain("reply.title"), callback="notice", blocks=blocks, close=close, meta="")


def of_error(error: UserError, t: Texts, incoming: Incoming) -> Reply:
    """At the field it belongs to, if the form has it; else as a sentence. What was typed stays."""
    errors = error.errors if isinstance(error, FormErrors) else (error,)
    by_block = {block_id.partition(":")[0]: block_id for block_id in incoming.inputs}
    if incoming.origin is Origin.SUBMISSION:
        at_fields = {
            by_block[one.field]: t.plain(one.text_key, **one.facts())
            for one in reversed(errors)  # of several at one field the first is shown
            if one.field in by_block
        }
        if at_fields:
            return Reply(errors=at_fields)
    first = errors[0]
    return _said(t, first.text_key, **first.facts())


def explained(reply: Reply, t: Texts, error: UserError | None) -> Reply:
    """The form that opens, filled with what was understood; above its fields, why it was not done at once."""
    if error is None or reply.opens is None:
        return reply
    sentence = kit.section(t(error.text_key, **error.facts()))
    return replace(reply, opens={**reply.opens, "blocks": [sentence, *reply.opens["blocks"]]})


def understood(reply: Reply, t: Texts, first: date | None, last: date | None = None) -> Reply:
    """The form that opens says in full the day or the period that was typed: its fields show no weekday."""
    if first is None or reply.opens is None:
        return reply
    if last is None or last == first:
        said = t("form.understood_day", day=WithWeekday(first))
    else:
        said = t("form.understood_days", start=WithWeekday(first), end=WithWeekday(last))
    return replace(reply, opens={**reply.opens, "blocks": [kit.section(said), *reply.opens["blocks"]]})


def of_fault(reference: str, t: Texts) -> Reply:
    return _said(t, "error.our_fault", reference=reference)


def of_doubt(reference: str, t: Texts) -> Reply:
    """It may have been done or not, and the database cannot be asked now."""
    return _said(t, "error.in_doubt", reference=reference)


def not_shown(answer: Answer, t: Texts) -> Reply:
    """A window that Slack did not show. Of what was done that is said; a form to be filled in comes before the act,
    whatever was written for it.
    """
    was_result = answer.is_done and answer.reply.opens is None
    return _said(t, "done.not_refreshed" if was_result else "error.form_not_opened")


def _said(t: Texts, text_key: str, /, **facts: Any) -> Reply:
    text = t(text_key, **facts)
    return Reply(kit.fit(text, [kit.section(text)]), refuses=True)
