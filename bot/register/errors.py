"""Why something is not done in the register: one sentence each, at its field of the form (product §5, §16)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.register.rules import AssetKind
from bot.runtime.errors import UserError
from bot.ui.texts import person_mention

NAME, OWNER, STAND_IN, DESCRIPTION = "name", "owner", "stand_in", "description"


class AssetNameNeeded(UserError):
    text_key = "error.field.empty"
    field = NAME


@dataclass(eq=False)
class AssetTextTooLong(UserError):
    limit: int
    field: str | None = NAME
    text_key = "error.field.too_long"

    def build_facts(self) -> dict[str, Any]:
        return {"limit": self.limit}


@dataclass(eq=False)
class NotUnderstood(UserError):
    """More was typed than a kind, a name and one person: it is not guessed what it was for."""

    words: str
    text_key = "error.own_words"


@dataclass(eq=False)
class WrongSide(UserError):
    """IT keeps data, marketing keeps customer bases; across the boundary only by a decision (product §5.2)."""

    who: str
    kind: AssetKind
    field = OWNER


class CustomersAcross(WrongSide):
    text_key = "error.wrong_side.customers"


class DataAcross(WrongSide):
    text_key = "error.wrong_side.data"


def build_wrong_side_error(who: str, kind: AssetKind, field: str = OWNER) -> WrongSide:
    error = (DataAcross if kind is AssetKind.DATA else CustomersAcross)(who, kind)
    error.field = field
    return error


class StandInOwns(UserError):
    """Whoever owns it needs no standing in for themselves."""

    text_key = "error.stand_in_owns"
    field = STAND_IN


@dataclass(eq=False)
class AlreadyThere(UserError):
    """The register has an asset of this kind and name: it can be linked (product §5.1)."""

    asset_id: int
    name: str
    owner: str | None
    text_key = "error.asset_there"
    field = NAME

    def build_facts(self) -> dict[str, Any]:
        return {"name": self.name}


@dataclass(eq=False)
class OwnsOnThatSide(UserError):
    """A side is corrected once nothing of the other side's is theirs any more."""

    names: str
    text_key = "error.owns_on_that_side"


@dataclass(eq=False)
class HeldByDecision(UserError):
    """What both executives have decided ends on its date, or when its owner gives it back (product §5.2)."""

    owner: str
    until: date
    text_key = "error.held_by_decision"

    def build_facts(self) -> dict[str, Any]:
        return {"owner": person_mention(self.owner), "until": self.until}


class NotOffered(UserError):
    """Only to whom it is offered, and only while it is."""

    text_key = "error.not_offered"


class NothingOffered(UserError):
    """There is nothing to take back."""

    text_key = "error.nothing_offered"


@dataclass(eq=False)
class NeedsOwnerFirst(UserError):
    """Without an owner and without a project nobody would answer for it."""

    name: str
    text_key = "error.needs_owner_first"


@dataclass(eq=False)
class StillTouched(UserError):
    """A live project touches it, so it stays in the register."""

    name: str
    text_key = "error.still_touched"


@dataclass(eq=False)
class OwnsHere(UserError):
    """Nobody who owns something leaves before it is transferred (product §5.3)."""

    who: str
    names: str
    text_key = "error.owns_here"

    def build_facts(self) -> dict[str, Any]:
        return {"names": self.names}


class StillOwnsHere(OwnsHere):
    """The same, when the second signature would let them go."""

    text_key = "error.still_owns_here"

    def build_facts(self) -> dict[str, Any]:
        return {"who": person_mention(self.who), "names": self.names}


class WordsNeeded(UserError):
    text_key = "error.words_needed"


@dataclass(eq=False)
class TooMuchToLookUp(UserError):
    limit: int
    text_key = "error.words_too_long"


class AssetMovedOn(UserError):
    """Somebody changed it since the form was opened."""

    text_key = "error.asset.moved_on"
