"""Commands over HTTP, signed as Slack's are, from twenty connections that stay open."""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode, urlsplit

from benchmarks.company import COMPANY
from bot.slack.signatures import sign_body
from bot.ui.texts import Texts

CONNECTIONS = 20
BUSY = tuple(str(Texts.of(language)("error.busy")) for language in ("pl", "en"))
_TRIGGERS = count()


@dataclass(frozen=True)
class Answers:
    """What came of as many commands as were answered within a time."""

    seconds: list[float]  # of those that were done, in order of length
    refused: int  # as it took too long
    lasted: float

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.lasted

    def percentile(self, share: float) -> float:
        return self.seconds[int(share * (len(self.seconds) - 1))]


async def send_commands(
    url: str, secret: str, texts: Sequence[str], *, user_id: str, seconds: float, connections: int = CONNECTIONS
) -> Answers:
    """Each connection asks as soon as it is answered; the texts in turn."""
    turns = iter(_repeat(texts))
    until = time.perf_counter() + seconds
    began = time.perf_counter()
    found = await asyncio.gather(*(_keep_asking(url, secret, turns, user_id, until) for _ in range(connections)))
    done = sorted(each for answered, _ in found for each in answered)
    return Answers(done, sum(refused for _, refused in found), time.perf_counter() - began)


async def send_one_command(url: str, secret: str, text: str, *, user_id: str) -> str:
    """Returns the answer."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(_build_request(address.netloc, secret, text, user_id))
    answer = await _read_answer(reader)
    writer.close()
    return answer


async def send_paced_commands(
    url: str, secret: str, texts: Sequence[str], *, user_id: str, seconds: float, rate: int
) -> list[float]:
    """So many a second, each at its moment, whatever becomes of the others. Returns the seconds from that moment to
    the answer, which may be a refusal.
    """
    turns, began = iter(_repeat(texts)), time.perf_counter()

    async def ask_each_second(offset: float) -> list[float]:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        answered = []
        for second in range(round(seconds)):
            moment = began + second + offset
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            writer.write(_build_request(address.netloc, secret, next(turns), user_id))
            await _read_answer(reader)
            answered.append(time.perf_counter() - moment)
        writer.close()
        return answered

    found = await asyncio.gather(*(ask_each_second(number / rate) for number in range(rate)))
    return [each for answered in found for each in answered]


def _repeat(texts: Sequence[str]) -> Iterator[str]:
    while True:
        yield from texts


async def _keep_asking(
    url: str, secret: str, texts: Iterator[str], user_id: str, until: float
) -> tuple[list[float], int]:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    answered: list[float] = []
    refused = 0
    try:
        while time.perf_counter() < until:
            request = _build_request(address.netloc, secret, next(texts), user_id)
            began = time.perf_counter()
            writer.write(request)
            said = await _read_answer(reader)
            if any(busy in said for busy in BUSY):
                refused += 1
            else:
                answered.append(time.perf_counter() - began)
    finally:
        writer.close()
    return answered, refused


def _build_request(host: str, secret: str, text: str, user_id: str) -> bytes:
    fields = {
        "command": "/duet",
        "text": text,
        "team_id": COMPANY.id,
        "user_id": user_id,
        "channel_id": "C0GENERAL",
        "trigger_id": f"benchmark.{next(_TRIGGERS)}",
    }
    body, now = urlencode(fields).encode(), str(int(time.time())).encode()
    signature = sign_body(secret.encode(), now, body)
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {now.decode()}\r\nX-Slack-Signature: {_as_text(signature)}\r\n\r\n"
    )
    return head.encode() + body


def _as_text(signature: str | bytes) -> str:
    return signature if isinstance(signature, str) else signature.decode()


async def _read_answer(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2]) for line in head.splitlines() if line.lower().startswith(b"content-length:")
    )
    body = (await reader.readexactly(length)).decode()
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    return str(json.loads(body).get("text", "")) if body.startswith("{") else body
