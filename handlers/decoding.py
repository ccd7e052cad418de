"""Reads ids and days out of what was sent. Forged ones are "not found", like any unknown id."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

from pydantic import Field, Strict, TypeAdapter, ValidationError

from bot.parsing.dates.days import parse_picked_day
from bot.parsing.dates.readings import NotADay
from bot.runtime.errors import NotFound

LARGEST = 2**31 - 1
_META: Final = TypeAdapter(dict[str, Annotated[int, Strict(), Field(ge=0, le=LARGEST)] | str | None])


def read_id(value: str) -> int:
    """Raises: NotFound."""
    if not (value.isascii() and value.isdecimal()) or len(value) > 10 or int(value) > LARGEST:
        raise NotFound
    return int(value)


def read_channel_id(value: str | None) -> str:
    """Of a channel, not of a direct message. Raises: NotFound."""
    if value is None or not re.fullmatch("[CG][A-Z0-9]{1,30}", value):
        raise NotFound
    return value


def read_picked_day(value: str | None) -> date:
    """As a date picker gives it. Raises: NotFound, Refusal."""
    try:
        return parse_picked_day(value or "")
    except NotADay:
        raise NotFound from None


def read_id_triple(value: str) -> tuple[int, int, int]:
    """`7:2:3`. Raises: NotFound."""
    parts = value.split(":")
    if len(parts) != 3:
        raise NotFound
    first, second, third = map(read_id, parts)
    return first, second, third


def read_id_pair(value: str) -> tuple[int, int]:
    """`7:2`. Raises: NotFound."""
    first, separator, second = value.partition(":")
    if not separator:
        raise NotFound
    return read_id(first), read_id(second)


def read_page(value: str) -> tuple[str, int]:
    """What is listed, and the number of the page, from 1, as a pager's button carries them. Raises: NotFound."""
    listed, _, number = value.rpartition(":")
    return listed, max(read_id(number), 1)


def read_meta_id(meta: str, name: str) -> int:
    """An id of the form's metadata. Raises: NotFound, also where it carries none."""
    found = find_meta_id(meta, name)
    if found is None:
        raise NotFound
    return found


def find_meta_id(meta: str, name: str) -> int | None:
    """An id of the form's metadata; None where it carries none. Raises: NotFound for what is no id."""
    found = _parse_meta(meta).get(name)
    if isinstance(found, str):
        raise NotFound
    return found


def read_meta_word(meta: str, name: str) -> str | None:
    """A word of the form's metadata. Raises: NotFound for what is no word."""
    found = _parse_meta(meta).get(name)
    if isinstance(found, int):
        raise NotFound
    return found


def _parse_meta(meta: str) -> Mapping[str, int | str | None]:
    try:
        return _META.validate_json(meta or "{}")
    except ValidationError:
        raise NotFound from None
