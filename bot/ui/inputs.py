"""What a form asks, and what was filled in."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

import slackblocks as sb

from bot.ui.blocks import Block, Element, render_block
from bot.ui.clipping import clip_text, optional_text, plain_text
from bot.ui.mrkdwn import clean_text, is_former_member

Options = Sequence[tuple[str, str]]  # (value, label)
_OPTION, _PLACEHOLDER, _LABEL = 75, 150, 2000
MAX_RADIO = 10
_INPUT = "value"  # the action id of every input: its block id says which it is


class InputSettings(TypedDict, total=False):
    optional: bool
    hint: str | None
    dispatch: bool  # sends each choice at once, as a block action `value`


def text_input(
    block_id: str,
    label: str,
    *,
    value: str | None = None,
    multiline: bool = False,
    max_length: int = 3000,
    placeholder: str | None = None,
    **settings: Unpack[InputSettings],
) -> Block:
    typed = clean_text(value or "")
    element = sb.PlainTextInput(
        action_id=_INPUT,
        initial_value=clip_text(typed if multiline else " ".join(typed.split()), max_length),
        multiline=multiline,
        max_length=max_length,
        placeholder=optional_text(placeholder, _PLACEHOLDER),
    )
    return _input_block(block_id, label, element, **settings)


def person_input(
    block_id: str, label: str, *, value: str | None = None, **settings: Unpack[InputSettings]
) -> Block:
    """`value` is a user id. Slack offers everybody, bots and guests too: check on submit."""
    shown = None if is_former_member(value) else value
    return _input_block(block_id, label, sb.UserSelectMenu(action_id=_INPUT, initial_user=shown), **settings)


def people_input(
    block_id: str, label: str, *, values: Sequence[str] = (), **settings: Unpack[InputSettings]
) -> Block:
    """Several people, as user ids. To be checked on submit, as with `person_input`."""
    shown = [each for each in values if not is_former_member(each)]
    element = sb.UserMultiSelectMenu(action_id=_INPUT, initial_users=shown or None)
    return _input_block(block_id, label, element, **settings)


def channel_input(block_id: str, label: str, **settings: Unpack[InputSettings]) -> Block:
    """Offered: the public and private channels that the person is in or can see."""
    shown = sb.ConversationFilter(
        include=["public", "private"], exclude_external_shared_channels=True, exclude_bot_users=True
    )
    element = sb.ConversationSelectMenu(action_id=_INPUT, filter=shown)
    return _input_block(block_id, label, element, **settings)


def date_input(
    block_id: str, label: str, *, value: datetime.date | None = None, **settings: Unpack[InputSettings]
) -> Block:
    element = sb.DatePicker(action_id=_INPUT, initial_date=value.isoformat() if value else None)
    return _input_block(block_id, label, element, **settings)


def select_input(
    block_id: str,
    label: str,
    options: Options,
    *,
    value: str | None = None,
    **settings: Unpack[InputSettings],
) -> Block:
    """Up to 100 options."""
    choices = _option_objects(options)
    element = sb.StaticSelectMenu(
        action_id=_INPUT,
        options=list(choices.values()),
        initial_option=choices.get(value),
    )
    return _input_block(block_id, label, element, **settings)


def several_input(
    block_id: str, label: str, options: Options, *, values: Sequence[str] = (), **settings: Unpack[InputSettings]
) -> Block:
    """Up to 100 options, of which several may be chosen, and one must be."""
    choices = _option_objects(options)
    chosen = [choices[value] for value in values if value in choices]
    element = sb.StaticMultiSelectMenu(
        action_id=_INPUT, options=list(choices.values()), initial_options=chosen or None
    )
    return _input_block(block_id, label, element, **settings)


def radio_input(
    block_id: str, label: str, options: Options, *, value: str | None = None, **settings: Unpack[InputSettings]
) -> Block:
    """Up to MAX_RADIO options."""
    choices = _option_objects(options)
    element = sb.RadioButtonGroup(_INPUT, list(choices.values()), initial_option=choices.get(value))
    return _input_block(block_id, label, element, **settings)


def checkbox_input(
    block_id: str, label: str, options: Options, *, values: Sequence[str] = (), **settings: Unpack[InputSettings]
) -> Block:
    """Up to 10 options, of which one must be chosen."""
    choices = _option_objects(options)
    chosen = [choices[value] for value in values if value in choices]
    element = sb.CheckboxGroup(_INPUT, list(choices.values()), initial_options=chosen or None)
    return _input_block(block_id, label, element, **settings)


def _option_objects(options: Options) -> dict[str | None, sb.Option]:
    return {value: sb.Option(plain_text(label, _OPTION), value) for value, label in options}


def _input_block(
    block_id: str,
    label: str,
    element: Element,
    *,
    optional: bool = False,
    hint: str | None = None,
    dispatch: bool = False,
) -> Block:
    block = sb.InputBlock(
        plain_text(label, _LABEL),
        element,
        dispatch_action=dispatch,
        block_id=block_id,
        hint=optional_text(hint, _LABEL),
        optional=optional,
    )
    return render_block(block)


def read_form_values(state_values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str | None]:
    """Slack's `view.state.values` as block id → what was typed or chosen; None where nothing was.

    A person or channel is its id, a date ISO, an option its value; several are joined by commas.
    """
    return {block_id: _read_value(next(iter(inputs.values()), {})) for block_id, inputs in state_values.items()}


def _read_value(state: Mapping[str, Any]) -> str | None:
    several = [option["value"] for option in state.get("selected_options") or ()]
    several += state.get("selected_users") or ()
    if several:
        return ",".join(several)
    chosen = state.get("selected_option") or {}
    kinds = ("value", "selected_user", "selected_date", "selected_conversation", "selected_channel")
    return chosen.get("value") or next((state[kind] for kind in kinds if state.get(kind)), None)
