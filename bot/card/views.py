"""The project card: one project at a glance. Pure: facts → Block Kit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import kit
from bot.charter.rules import Charter
from bot.charter.views import bold_heading, charter_blocks, draft_buttons, heading, signatures
from bot.kit import Message
from bot.texts import Mrkdwn, Texts, channel


@dataclass(frozen=True)
class Card:
    project_id: int
    number: int
    key: str
    state: str
    charter: Charter
    version: int
    signed: Mapping[str, tuple[str, datetime]]  # side → (who, when)
    channel_id: str | None
    request_id: int | None  # waits for the reader's signature
    may_send: bool
    may_edit: bool
    may_read_log: bool


def card(t: Texts, facts: Card) -> Message:
    state = t("card.state", state=t(f"state.{facts.state}"), version=facts.version)
    if facts.channel_id is not None:
        state = state + Mrkdwn(" · ") + channel(facts.channel_id)
    blocks = [
        kit.header(heading(facts.key, facts.charter.name)),
        kit.context(state),
        *charter_blocks(t, facts.charter),
    ]
    if facts.state != "draft":
        blocks.append(signatures(t, facts.signed))
    buttons = _buttons(t, facts)
    if buttons:
        blocks.append(kit.actions(*buttons))
    text = Mrkdwn("\n").join([bold_heading(facts.key, facts.charter.name), state])
    return kit.fit(text, blocks)


def _buttons(t: Texts, facts: Card) -> list[kit.Element]:
    buttons: list[kit.Element] = []
    if facts.request_id is not None:
        buttons.append(
            kit.button(t.plain("charter.read_and_sign"), "charter.read", str(facts.request_id), style="primary")
        )
    send, edit = draft_buttons(t, facts.project_id, facts.version)
    if facts.may_send:
        buttons.append(send)
    if facts.may_edit:
        buttons.append(edit)
    if facts.may_read_log:
        buttons.append(kit.button(t.plain("project.log"), "project.log_page", f"{facts.number}:1"))
    return buttons
