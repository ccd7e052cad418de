"""Why somebody may not sign, answer, withdraw or name a deputy; facts for one sentence each."""

from dataclasses import dataclass
from typing import Any, ClassVar

from bot.runtime.errors import UserError
from bot.ui.texts import person_mention

FIELD_PERSON, FIELD_UNTIL = "deputy", "until_day"


class NotYourSignature(UserError):
    """For whoever was asked once and is not any more: their seat, or what they signed for, is somebody else's."""

    text_key = "error.not_your_signature"


@dataclass(eq=False)
class SignedByOthers(UserError):
    """For somebody of the project who is not one of its executives."""

    it: str
    marketing: str
    text_key = "error.signed_by_others"

    def build_facts(self) -> dict[str, Any]:
        return {"it": person_mention(self.it), "marketing": person_mention(self.marketing)}


class NothingToSign(UserError):
    text_key = "error.nothing_to_sign"


class AlreadyAgreed(UserError):
    """Both have signed: there is nothing left to answer."""

    text_key = "error.already_agreed"


class NoLongerAsked(UserError):
    """The request has lapsed or was withdrawn."""

    text_key = "error.no_longer_asked"


class SeatVacant(UserError):
    """What needs both signatures waits until there is a successor (product §4.9)."""

    text_key = "error.seat_vacant"


class BothSignatures(UserError):
    """One person can never give both (product §4.8)."""

    text_key = "error.both_signatures"


class ExecutiveAnswered(UserError):
    """A deputy signs in place of somebody, not over their answer."""

    text_key = "error.executive_answered"


@dataclass(eq=False)
class StaleRequest(UserError):
    """What the form showed is not what is to be signed now (product §4.5)."""

    project_id: int
    kind: str
    seen: int  # the subject that the form showed
    text_key = "error.stale_request"


class ReasonNeeded(UserError):
    text_key = "error.reason_needed"
    field = "reason"


@dataclass(eq=False)
class ReasonTooLong(UserError):
    limit: int
    text_key = "error.field.too_long"
    field = "reason"


@dataclass(eq=False)
class NotAnExecutive(UserError):
    text_key = "error.deputy.not_an_executive"


@dataclass(eq=False)
class OwnDeputy(UserError):
    text_key = "error.deputy.oneself"
    field = FIELD_PERSON


@dataclass(eq=False)
class DeputyPeriod(UserError):
    """It ends before it begins."""

    text_key = "error.deputy.period"
    field = FIELD_UNTIL


@dataclass(eq=False)
class DeputyTooLong(UserError):
    """Whoever is away for longer is succeeded (product §4.9)."""

    limit: int
    text_key: ClassVar[str] = "error.deputy.too_long"
    field = FIELD_UNTIL


@dataclass(eq=False)
class DeputyTooLate(UserError):
    """It is over already."""

    text_key: ClassVar[str] = "error.deputy.past"
    field = FIELD_UNTIL
