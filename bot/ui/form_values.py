"""What a form brings: a model for each, whose fields are the form's, by block id, and know how they are read."""

from collections.abc import Callable, Collection, Mapping
from copy import copy
from datetime import date
from functools import cache, partial, wraps
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model
from pydantic_core import PydanticCustomError

from bot.parsing.dates.days import parse_picked_day
from bot.parsing.dates.readings import NotADay
from bot.parsing.numbers import NumberUnit, parse_whole_number
from bot.runtime.errors import FormErrors, Refusal
from bot.ui.mrkdwn import clean_text
from bot.ui.texts import read_name

_REFUSED = "refused"  # pydantic's name for what a field's own reader has refused


class FormValues(BaseModel):
    """A draft of the form is kept and read as this, too."""

    model_config = ConfigDict(defer_build=True, frozen=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, values: Mapping[str, str | None], **context: Callable[..., Any]) -> Self:
        """From what was filled in; `context` is what its readers call. Raises: FormErrors, all that is wrong."""
        try:
            filled = {name: value for name, value in values.items() if value and value.strip()}
            return cls.model_validate(filled, context=context)
        except ValidationError as error:
            raise FormErrors([one for fault in error.errors() for one in _list_refusals(fault)]) from None

    @classmethod
    def read_partly(
        cls, values: Mapping[str, str | None], **context: Callable[..., Any]
    ) -> tuple[dict[str, Any], list[Refusal]]:
        """Reads what can be read: by name, and what is wrong with the rest. So what fields say about each other is
        checked as far as it goes, and told together with it (product §4.1).
        """
        filled = {name: value for name, value in values.items() if value and value.strip()}
        try:
            return dict(cls.model_validate(filled, context=context)), []
        except ValidationError as error:
            faults = error.errors()
        wrong = {fault["loc"][0] for fault in faults}
        readable = {name: value for name, value in filled.items() if name not in wrong}
        read = dict(_without_required_fields(cls).model_validate(readable, context=context))
        return (
            {name: value for name, value in read.items() if name not in wrong},
            [one for fault in faults for one in _list_refusals(fault)],
        )


@cache
def _without_required_fields(form: type[FormValues]) -> type[FormValues]:
    """Builds the same form in which any field may be left out."""
    optional: dict[str, Any] = {}
    for name, field in form.model_fields.items():
        optional[name] = (field.annotation, copy(field))
        if field.is_required():
            optional[name][1].default = None
    return create_model(form.__name__, __base__=form, **optional)


def _list_refusals(fault: Any) -> list[Refusal]:
    """Where no reader has refused it, it was left empty, or is nothing that the form offers."""
    refusal = Refusal("error.field.empty") if fault["type"] == "missing" else Refusal("error.field.unknown")
    if fault["type"] == _REFUSED:
        refusal = fault["ctx"][_REFUSED]
    return [one.at(str(fault["loc"][0])) for one in refusal.errors]


def collect_refusal(read: Callable[..., Any]) -> Callable[..., Any]:
    """`read` as a validator of pydantic's: what it refuses is said together with all else that is wrong."""

    @wraps(read)
    def validate(*given: Any) -> Any:
        try:
            return read(*given)
        except Refusal as refusal:
            raise PydanticCustomError(_REFUSED, "refused", {_REFUSED: refusal}) from None

    return validate


def one_of(list_choices: Callable[[], Collection[str]]) -> BeforeValidator:
    def check(choice: str) -> str:
        if choice not in list_choices():
            raise Refusal("error.field.unknown")
        return choice

    return BeforeValidator(collect_refusal(check))


def text_of(limit: int, *, multiline: bool = False, optional: bool = False) -> BeforeValidator:
    """As `read_name` reads it, of at most `limit` characters."""
    read = partial(read_name, limit=limit, multiline=multiline, optional=optional)
    return BeforeValidator(collect_refusal(read))


def whole_number_of(unit: NumberUnit, *, most: int) -> BeforeValidator:
    """From 1 to `most`, with its unit or without."""

    def read(text: str) -> int:
        return parse_whole_number(clean_text(text), unit=unit, most=most)

    return BeforeValidator(collect_refusal(read))


def _read_day(text: str) -> date:
    try:
        return parse_picked_day(text)
    except NotADay:
        raise Refusal("error.field.empty") from None


SEVERAL = BeforeValidator(lambda joined: joined.split(","))
PickedDay = Annotated[date, BeforeValidator(collect_refusal(_read_day))]
