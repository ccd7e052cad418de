"""What can be signed: each kind of request knows its facts, and how they look.

Declared by the features, folded in `bot.declarations`; a session carries the kinds in its `info`, like the domain
events.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from bot.people.rules import Actor
from bot.runtime.errors import NotFound
from bot.runtime.logs import log_skipped_item
from bot.signing.views import Facts, Presentation
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage.signing import SigningRequest

SESSION_KEY = "signables"
DECISION = "decision:"  # request kinds of decisions begin like that


@dataclass(frozen=True)
class NewerRequest:
    """What has taken the place of a request, for one person."""

    request_id: int | None = None  # what is to be signed now, if the person is asked to
    is_signed: bool = False  # by the side that they sign for


DescribeNewer = Callable[[Session, SigningRequest, NewerRequest, Actor], Callable[[Texts], list[Mrkdwn]]]
"""(session, a void request, what has taken its place, the actor) → what is otherwise by now."""


@dataclass(frozen=True)
class Signable:
    """One kind of request."""

    facts: Callable[[Session, SigningRequest], Facts]  # what names it, and what came of it
    presentation: Presentation
    check: Callable[[Session, SigningRequest, datetime], None] | None = None  # raises a Refusal of a late yes
    logged: Callable[[Any], dict[str, Any]] | None = None  # by what the log names it; None: by its version
    in_full: Callable[[Session, SigningRequest, Any], Facts] | None = None  # with all that is signed
    describe_newer: DescribeNewer | None = None  # where a newer request can take its place


@dataclass(frozen=True)
class Replacement:
    """What stands in place of what was to be signed, and has moved on."""

    say: Callable[[Texts], list[Mrkdwn]]  # what is otherwise
    request_id: int | None  # what is to be signed now, if the actor is asked to


def find_signable(session: Session, request: SigningRequest) -> Signable:
    """Finds the signable by the request's kind."""
    signables: Mapping[str, Signable] = session.info[SESSION_KEY]
    return signables[signable_name(request.kind)]


def load_signable(session: Session, request: SigningRequest) -> tuple[Signable, Facts]:
    """Loads the request's signable and its facts. Raises: NotFound for what another version of Duet has stored."""
    signable = find_signable(session, request)
    try:
        return signable, signable.facts(session, request)
    except ValidationError as error:
        log_skipped_item("request.skipped", request_id=request.pk, kind=request.kind, faults=error.error_count())
        raise NotFound from None


def load_presentation(
    session: Session, request: SigningRequest, *, in_full: bool = False
) -> tuple[Presentation, Facts]:
    """Loads how the request looks, and the facts; `in_full`: also those that only `brief` and `whole` show."""
    signable, facts = load_signable(session, request)
    if in_full and signable.in_full is not None:
        facts = signable.in_full(session, request, facts)
    return signable.presentation, facts


def load_request_name(session: Session, request: SigningRequest) -> Callable[[Texts], Mrkdwn]:
    """Loads what the request is called, to be said in its reader's language."""
    presentation, facts = load_presentation(session, request)
    return lambda t: presentation.what(t, facts)


def log_reference(session: Session, request: SigningRequest) -> dict[str, Any]:
    """Says by what every entry of the log names the request; by nothing, where another version has stored it."""
    try:
        signable, facts = load_signable(session, request)
    except NotFound:
        return {}
    return {"version": request.subject} if signable.logged is None else signable.logged(facts)


def find_decision_name(session: Session, request: SigningRequest) -> str | None:
    """Finds by what the log names a decision; one about money has no name of its own."""
    return log_reference(session, request).get("name") if request.kind.startswith(DECISION) else None


def signable_name(kind: str) -> str:
    """`charter`, or `decision:ownership` of a request `decision:ownership:12`: several may be open at once."""
    return kind.rpartition(":")[0] or kind


def log_action_prefix(kind: str) -> str:
    """`charter`, or `decision` for all kinds of them."""
    return "decision" if kind.startswith(DECISION) else kind
