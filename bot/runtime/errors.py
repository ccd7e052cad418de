"""The error tree. Errors carry facts; the sentence is made at the edge, in the person's language."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self


class Refusal(Exception):
    """Something a person can put right: nothing was changed, and they are told why.

    `key` names the sentence in the catalogues, of which `facts` are the placeholders; `field` is the block id of
    the form's field that it belongs to, if any, and `line` the number of the line there that it is about. None is
    changed once it is made. What code tells apart is a subclass, which knows its key.
    """

    def __init__(self, key: str, /, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(key)
        self._key, self._field, self._facts = key, field, MappingProxyType(facts)
        self._line: int | None = None

    @property
    def key(self) -> str:
        return self._key

    @property
    def field(self) -> str | None:
        return self._field

    @property
    def line(self) -> int | None:
        return self._line

    @property
    def facts(self) -> Mapping[str, Any]:
        return self._facts

    @property
    def errors(self) -> Sequence["Refusal"]:
        """Each thing that is wrong."""
        return (self,)

    def at(self, field: str | None) -> Self:
        """Returns the same refusal as a new one of this field."""
        moved = self.__class__.__new__(self.__class__, *self.args)
        vars(moved).update(vars(self), _field=field)
        return moved

    def on_line(self, number: int) -> Self:
        """Returns the same refusal as a new one of this line, from 1, of its field."""
        moved = self.at(self.field)
        vars(moved).update(_line=number)
        return moved

    def saying(self, facts: Mapping[str, Any]) -> Self:
        """Returns the same refusal as a new one, with some of its facts said otherwise."""
        said = self.at(self.field)
        vars(said).update(_facts=MappingProxyType({**self.facts, **facts}))
        return said


class NotFound(Refusal):
    """The thing does not exist, or this person may not know that it does."""

    def __init__(self) -> None:
        super().__init__("error.not_found")


class ProjectNotFound(NotFound):
    """No project that this person may know of is called so."""

    def __init__(self) -> None:
        Refusal.__init__(self, "error.project_not_found")


class OnlyOutlineSeen(NotFound):
    """Of a public project whoever has no part in it sees its outline, and nothing else (product §14)."""

    def __init__(self, key: str) -> None:
        Refusal.__init__(self, "error.outline_only", key=key)


class NoProjectTyped(NotFound):
    """Words of a command that name no such project, nor say anything else that it understands: `usage` does."""

    def __init__(self, words: str, usage: object) -> None:
        Refusal.__init__(self, "error.project_not_found.typed", words=words, usage=usage)


class NotAllowed(Refusal):
    """The thing is visible to this person, but doing this with it is not theirs (product §2.11).

    Its sentence says whose it is: `may` are those people, the best to ask first, and `project_id` the project that
    it is about, if any. They become the fact `people` when they are looked up: by `naming`. `words`: those of the
    command that might have named a project, and do not; they belong to what was tried.
    """

    def __init__(
        self,
        key: str,
        /,
        *,
        may: Sequence[str] = (),
        project_id: int | None = None,
        field: str | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(key, field=field, people="", **facts)
        self._may, self._project_id = tuple(dict.fromkeys(may)), project_id
        self._words: tuple[Any, ...] = ()

    @property
    def may(self) -> Sequence[str]:
        return self._may

    @property
    def project_id(self) -> int | None:
        return self._project_id

    @property
    def words(self) -> tuple[Any, ...]:
        return self._words

    def trying(self, words: Sequence[Any]) -> Self:
        """Returns the same refusal as a new one of a command with these words."""
        tried = self.saying({})
        vars(tried).update(_words=tuple(words))
        return tried

    def naming(self, may: Sequence[str], people: Any) -> Self:
        """Returns the same refusal as a new one that names `people`; to be asked are those of `may`."""
        named = self.saying({"people": people})
        vars(named).update(_may=tuple(may))
        return named


class Busy(Refusal):
    """The database could not be had in time."""

    def __init__(self) -> None:
        super().__init__("error.busy")


class FormErrors(Refusal):
    """Several fields of a form are wrong; at least one."""

    def __init__(self, errors: Sequence[Refusal]) -> None:
        super().__init__("error.form")
        self._errors = tuple(errors)

    @property
    def errors(self) -> Sequence[Refusal]:
        return self._errors


def collect_refusals(*checks: Callable[[], object]) -> list[Refusal]:
    """Runs all of them. Returns all that they refuse."""
    refused: list[Refusal] = []
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            refused += refusal.errors
    return refused


class OperatorError(Exception):
    """What ends a command and whoever runs Duet can mend; its text is the sentence that they read."""
