"""Slack's signature: what it covers, for how long, and what never passes for one."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.signatures import Flaw, find_flaw, sign_body
from playground import posts

SECRET = b"8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_800_000_000.0

bodies = st.binary(max_size=200)
anything = st.none() | st.binary(max_size=80)


def flaw_of_request(
    body: bytes = b"text=hi", *, timestamp: bytes | None = b"1800000000", signature: bytes | None = None
) -> Flaw | None:
    signature = sign_body(SECRET, timestamp or b"", body) if signature is None else signature
    return find_flaw(SECRET, timestamp=timestamp, signature=signature, body=body, now=NOW)


def test_slacks_own_example() -> None:
    """From Slack's documentation of signing."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
        b"response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = b"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign_body(SECRET, b"1531420618", body) == expected


@given(bodies)
def test_what_the_playground_signs_is_signed(body: bytes) -> None:
    headers = posts.build_signature_headers(SECRET.decode(), body, NOW)
    timestamp, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
    assert flaw_of_request(body, timestamp=timestamp.encode(), signature=signature.encode()) is None


@given(st.integers(-1000, 1000))
def test_it_is_good_for_five_minutes_each_way(seconds: int) -> None:
    flaw = flaw_of_request(timestamp=str(int(NOW) - seconds).encode())
    assert flaw is (None if abs(seconds) <= 300 else Flaw.OLD if seconds > 0 else Flaw.FUTURE)


def test_a_second_more_is_too_much() -> None:
    assert flaw_of_request(timestamp=b"1799999700") is None
    assert flaw_of_request(timestamp=b"1799999699") is Flaw.OLD
    assert flaw_of_request(timestamp=b"1800000300") is None
    assert flaw_of_request(timestamp=b"1800000301") is Flaw.FUTURE


@given(bodies, anything, anything)
def test_nothing_else_passes_or_raises(body: bytes, timestamp: bytes | None, signature: bytes | None) -> None:
    told = find_flaw(SECRET, timestamp=timestamp, signature=signature, body=body, now=NOW)
    assert told is not None


@given(bodies, bodies, st.integers(0, 63))
def test_it_covers_every_byte(body: bytes, other: bytes, position: int) -> None:
    signature = sign_body(SECRET, b"1800000000", body)
    if other != body:
        assert flaw_of_request(other, signature=signature) is Flaw.WRONG
    spoilt = bytearray(signature)
    spoilt[3 + position] ^= 1
    assert flaw_of_request(body, signature=bytes(spoilt)) is Flaw.WRONG
    assert find_flaw(b"x" + SECRET, timestamp=b"1800000000", signature=signature, body=body, now=NOW) is Flaw.WRONG


def test_what_is_missing_is_named() -> None:
    assert flaw_of_request(timestamp=None) is Flaw.NO_TIMESTAMP
    assert flaw_of_request(timestamp=b"soon") is Flaw.BAD_TIMESTAMP
    assert find_flaw(SECRET, timestamp=b"1800000000", signature=None, body=b"", now=NOW) is Flaw.NO_SIGNATURE
