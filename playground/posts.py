"""HTTP mode: payloads posted to the app's request URL, each with Slack's signature."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from contextlib import suppress
from urllib.parse import urlencode

import aiohttp

from playground.app_link import Ack, NotAnswered
from playground.errors import CannotDo
from playground.world import Json

USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
AGAIN_SECONDS = 0.05


class Posts:
    """`url` is the app's, None while it has none."""

    def __init__(self, signing_secret: str, ack_seconds: float, url: str | None = None) -> None:
        self.url = url
        self._secret = signing_secret
        self._ack_seconds = ack_seconds
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """One request over a connection of its own. Raises: `NotAnswered`."""
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        answer = await self._post(self.url or "", *encode_payload(kind, payload), again)
        return Ack(_read_answer(answer) if kind != "events_api" else {})

    async def verify(self, url: str, patience_seconds: float) -> None:
        """As Slack does when a request URL is entered: the app has to say the challenge back, in time.

        Raises: `CannotDo`.
        """
        challenge = secrets.token_urlsafe(24)
        body, kind = encode_payload("events_api", {"type": "url_verification", "challenge": challenge})
        deadline = time.monotonic() + patience_seconds
        while True:
            with suppress(NotAnswered):
                if challenge in (await self._post(url, body, kind, {}))[0]:
                    return
            if time.monotonic() > deadline:
                raise CannotDo("the request URL did not say the challenge back")
            await asyncio.sleep(AGAIN_SECONDS)

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, url: str, body: bytes, kind: str, more: dict[str, str]) -> tuple[str, str]:
        """The answer's text and content type. Raises: `NotAnswered`."""
        headers = {"Content-Type": kind, **build_signature_headers(self._secret, body), **more}
        try:
            async with self._open().post(url, data=body, headers=headers, allow_redirects=False) as response:
                text = await response.text()
        except TimeoutError:
            raise NotAnswered("http_timeout", shown="operation_timeout") from None
        except (aiohttp.ClientError, UnicodeDecodeError):
            raise NotAnswered("connection_failed") from None
        if response.status != 200:
            raise NotAnswered("http_error", f"http {response.status}")
        return text, response.content_type

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                timeout=aiohttp.ClientTimeout(total=self._ack_seconds),
                headers={"User-Agent": USER_AGENT},
            )
        return self._session


def encode_payload(kind: str, payload: Json) -> tuple[bytes, str]:
    """Body and content type: events as JSON, commands as a form, interactions as JSON in a form."""
    if kind == "events_api":
        return json.dumps(payload).encode("ascii"), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    given = {name: value for name, value in fields.items() if value is not None}
    return urlencode(given, errors="replace").encode("ascii"), "application/x-www-form-urlencoded"


def build_signature_headers(secret: str, body: bytes, seconds: float | None = None) -> dict[str, str]:
    """The headers of a request sent at `seconds` since the epoch; now, by the real clock, without it."""
    timestamp = str(int(time.time() if seconds is None else seconds))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _read_answer(answer: tuple[str, str]) -> Json:
    """Text is what a command says. Raises: `NotAnswered` for JSON that is none."""
    text, kind = answer
    if kind != "application/json":
        return {"text": text} if text else {}
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NotAnswered("http_error", "unreadable")
    return body
