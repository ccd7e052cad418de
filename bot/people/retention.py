"""How long a workspace keeps what people have written, once a project is over (product §17)."""

from typing import Annotated, Final, Self

from bot.parsing.numbers import NumberUnit
from bot.ui.form_values import FormValues, whole_number_of
from storage.workspaces import Workspace

MOST_MONTHS: Final = 60
MOST_YEARS: Final = 10

Months = Annotated[int, whole_number_of(NumberUnit.MONTHS, most=MOST_MONTHS)]
Years = Annotated[int, whole_number_of(NumberUnit.YEARS, most=MOST_YEARS)]


class KeptFor(FormValues):
    """The periods, as the form's fields and the workspace's columns are called; left empty they are Duet's own."""

    answers_months: Months = 12  # after a project's closing
    records_years: Years = 5  # log, signatures and ledger, after it
    drafts_months: Months = 6  # that were never signed

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        stored = {name: getattr(workspace, name) for name in cls.model_fields}
        return cls.read({name: None if number is None else str(number) for name, number in stored.items()})
