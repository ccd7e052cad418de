"""Slack's signature of an HTTP request, version 0.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from enum import Enum

WINDOW_SECONDS = 300
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")
_SECONDS = re.compile(rb"[0-9]{1,12}")  # int() would also take signs, spaces, underscores and other scripts


class Flaw(Enum):
    """Why a request is not taken for Slack's. For the log: whoever sent it is told nothing."""

    NO_TIMESTAMP = "no_timestamp"
    BAD_TIMESTAMP = "bad_timestamp"
    OLD = "old"
    FUTURE = "future"
    NO_SIGNATURE = "no_signature"
    WRONG = "wrong_signature"


def find_header_flaw(*, timestamp: bytes | None, signature: bytes | None, now: float) -> Flaw | None:
    """What is wrong whatever the body may be: nothing of it need be read then. Arguments as of `find_flaw`."""
    if timestamp is None:
        return Flaw.NO_TIMESTAMP
    if _SECONDS.fullmatch(timestamp) is None:
        return Flaw.BAD_TIMESTAMP
    age_seconds = now - int(timestamp)
    if abs(age_seconds) > WINDOW_SECONDS:
        return Flaw.OLD if age_seconds > 0 else Flaw.FUTURE
    if signature is None:
        return Flaw.NO_SIGNATURE
    return None if _SIGNATURE.fullmatch(signature) else Flaw.WRONG


def find_flaw(
    secret: bytes, *, timestamp: bytes | None, signature: bytes | None, body: bytes, now: float
) -> Flaw | None:
    """None for a request that Slack has signed within 300 s of `now` (real seconds since the epoch).

    `timestamp` and `signature` are the headers as they arrived, None where there is not exactly one.
    """
    of_headers = find_header_flaw(timestamp=timestamp, signature=signature, now=now)
    if of_headers is not None or timestamp is None or signature is None:
        return of_headers
    return None if hmac.compare_digest(sign_body(secret, timestamp, body), signature) else Flaw.WRONG


def sign_body(secret: bytes, timestamp: bytes, body: bytes) -> bytes:
    digest = hmac.new(secret, b"v0:" + timestamp + b":" + body, hashlib.sha256).hexdigest()
    return b"v0=" + digest.encode("ascii")
