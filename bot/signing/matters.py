"""What can be signed: each kind of request knows its facts, and how they look.

Declared by the features, folded in `bot.app`; a session carries the kinds in its `info`, like the happenings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.signing.views import Look
from storage.signing import SigningRequest

SESSION_KEY = "matters"


@dataclass(frozen=True)
class Matter:
    """One kind of request. `facts` are JSON, with the project's `key` and `name`."""

    facts: Callable[[Session, SigningRequest], dict[str, Any]]
    look: Look
    check: Callable[[Session, SigningRequest, datetime], None] | None = None  # raises a UserError for a late yes
    logged: Callable[[dict[str, Any]], dict[str, Any]] | None = (
        None  # by what the log names it; None: by its version
    )


def matter_of(session: Session, request: SigningRequest) -> tuple[Matter, dict[str, Any]]:
    """The request's matter and its facts."""
    matters: Mapping[str, Matter] = session.info[SESSION_KEY]
    matter = matters[matter_name(request.kind)]
    return matter, matter.facts(session, request)


def look_of(session: Session, request: SigningRequest) -> tuple[Look, dict[str, Any]]:
    """The same for whoever only shows it."""
    matter, facts = matter_of(session, request)
    return matter.look, facts


def logged_as(session: Session, request: SigningRequest) -> dict[str, Any]:
    """What every entry of the log has about the request."""
    matter, facts = matter_of(session, request)
    return {"version": request.subject} if matter.logged is None else matter.logged(facts)


def matter_name(kind: str) -> str:
    """`charter`, or `decision:ownership` of a request `decision:ownership:12`: several may be open at once."""
    return kind.rpartition(":")[0] or kind
