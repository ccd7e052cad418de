"""The door of HTTP mode: what Slack has signed goes to Bolt, everything else goes away.

It stands before Bolt, which parses first and verifies then: it raises on `{`, answers 500 to a timestamp that is
no number, and writes the body of a badly signed request into the log. Source: architecture §3.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.slack.signatures import find_flaw, find_header_flaw

log = structlog.get_logger()

MOST_BYTES = 1_000_000  # Slack refuses a view over 250 kB; percent-encoded that is at most three times as much
MOST_BYTES_AT_ONCE = 32_000_000  # of all bodies that are being read
BODY_SECONDS = 3.0  # Slack has given up by then
MOST_FIELDS = 50  # of a form; a command has about 15
RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")
Path = tuple[str | int, ...]
VIEW: Mapping[Path, type] = {("user", "id"): str, ("view", "type"): str, ("view", "callback_id"): str}
USED_SHORTCUT: Mapping[Path, type] = {("user", "id"): str, ("callback_id",): str}
NEEDED: Mapping[str, Mapping[Path, type]] = {  # by type: what Bolt and the adapter take for granted
    "event_callback": {("event", "type"): str},
    "url_verification": {("challenge",): str},
    "block_actions": {("user", "id"): str, ("actions", 0, "action_id"): str, ("actions", 0, "type"): str},
    "view_submission": VIEW,
    "view_closed": VIEW,
    "message_action": USED_SHORTCUT,
    "shortcut": USED_SHORTCUT,
}
PLACES: Sequence[Path] = (("team_id",), ("team", "id"), ("enterprise_id",), ("enterprise", "id"))  # may be missing
NEEDED_OF_COMMAND = {"command", "user_id", "trigger_id"}


class Guard:
    """An ASGI application for `POST` only: the router sees to that."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._secret = signing_secret.encode("utf-8")
        self.in_flight = 0
        self.stopping = False
        self._bytes_awaited = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.in_flight += 1
        try:
            response = await self._answer(Headers(scope=scope), receive)
            await response(scope, receive, send)
        except ClientDisconnect:
            log.info("http.left")
        finally:
            self.in_flight -= 1

    async def _answer(self, headers: Headers, receive: Receive) -> Response:
        try:
            payload = await self._payload(headers, receive)
        except HTTPException as refusal:
            log.info("http.refused", status=refusal.status_code, reason=refusal.detail)
            return Response(status_code=refusal.status_code)
        # As Socket Mode hands them over: parsed, with Slack's count of retries and no other header. Bolt's own
        # parser of HTTP bodies loses a command in which somebody types the word "payload".
        retries: dict[str, str | Sequence[str]] = {name: headers[name] for name in RETRY_HEADERS if name in headers}
        try:
            response = await self._app.async_dispatch(
                AsyncBoltRequest(body=payload, headers=retries or None, mode="socket_mode")
            )
        except Exception as error:  # listeners raise nothing: it is Bolt that cannot read what was signed
            log.warning("http.unreadable", error=type(error).__name__)
            return Response(status_code=400)
        return Response(response.body, response.status, response.first_headers_without_set_cookie())

    async def _payload(self, headers: Headers, receive: Receive) -> dict[str, Any]:
        """Raises: HTTPException, ClientDisconnect."""
        if self.stopping:
            raise HTTPException(503, "stopping")
        timestamp, signature = (
            _single_header(headers, f"x-slack-{name}") for name in ("request-timestamp", "signature")
        )
        found = find_header_flaw(timestamp=timestamp, signature=signature, now=time.time())
        if found is not None:  # whoever cannot sign is not listened to
            raise HTTPException(401, found.value)
        body = await self._read(_body_length(headers), receive)
        found = find_flaw(self._secret, timestamp=timestamp, signature=signature, body=body, now=time.time())
        if found is not None:
            raise HTTPException(401, found.value)
        try:
            return read_payload(body, headers.get("content-type", ""))
        except (ValueError, RecursionError):
            raise HTTPException(400, "malformed") from None

    async def _read(self, length: int, receive: Receive) -> bytes:
        """`length`: as announced. Raises: HTTPException, ClientDisconnect."""
        if length > MOST_BYTES:
            raise HTTPException(413, "too_large")
        if self._bytes_awaited + length > MOST_BYTES_AT_ONCE:
            raise HTTPException(503, "busy")
        self._bytes_awaited += length
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await read_body(receive)
        except TimeoutError:
            raise HTTPException(408, "slow") from None
        finally:
            self._bytes_awaited -= length


async def read_body(receive: Receive) -> bytes:
    """Raises: HTTPException if it is too large, ClientDisconnect.

    What is too large is read to its end and not kept: else the sender sees a reset instead of the answer.
    """
    body, size = bytearray(), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MOST_BYTES:
            body += chunk
        else:
            body.clear()
        if not message.get("more_body", False):
            break
    if size > MOST_BYTES:
        raise HTTPException(413, "too_large")
    return bytes(body)


def read_payload(body: bytes, content_type: str) -> dict[str, Any]:
    """Events are JSON; commands are a form; interactions are a form whose field `payload` is JSON.

    Raises: ValueError or RecursionError for anything else.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _parse_object(body.decode("utf-8"))
    if kind != "application/x-www-form-urlencoded":
        raise ValueError("neither JSON nor a form")
    text = body.decode("utf-8")
    fields = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    if "payload" in fields:
        return _parse_object(fields["payload"])
    if not fields.keys() >= NEEDED_OF_COMMAND and "ssl_check" not in fields:
        raise ValueError("neither a command nor an interaction")
    return dict(fields)


def _parse_object(text: str) -> dict[str, Any]:
    payload = json.loads(text)
    if not isinstance(payload, dict) or not isinstance(payload.get("type"), str):
        raise ValueError("no payload of Slack's")
    for path, kind in NEEDED.get(payload["type"], {}).items():
        if not isinstance(_find_part(payload, path), kind):
            raise ValueError("a part is missing")
    if not all(isinstance(_find_part(payload, path), str | None) for path in PLACES):
        raise ValueError("no place")
    return payload


def _find_part(payload: Any, path: Path) -> Any:
    """None where there is no such part."""
    try:
        for name in path:
            payload = payload[name]
    except (LookupError, TypeError):
        return None
    return payload


def _body_length(headers: Headers) -> int:
    """Of the body, at most. Where it is not announced, it may be as long as any."""
    announced = headers.get("content-length", "")
    return int(announced) if announced.isascii() and announced.isdecimal() else MOST_BYTES


def _single_header(headers: Headers, name: str) -> bytes | None:
    """As it arrived, whatever the bytes."""
    values = headers.getlist(name)
    return values[0].encode("latin-1") if len(values) == 1 else None
