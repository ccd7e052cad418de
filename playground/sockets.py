"""Socket Mode: up to ten connections, one of which gets each payload, and the ways in which they break."""

import asyncio
import contextlib
import itertools
import json
import secrets
import socket
import struct
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from playground.app_link import Ack, NotAnswered
from playground.changes import Changes
from playground.errors import ApiError
from playground.manifest import APP_ID
from playground.world import Json

MOST_CONNECTIONS = 10
PING_SECONDS = 5.0
ACK_SECONDS = 3.0
KILLS = ("close", "fin", "rst", "warning", "refresh")


@dataclass
class SocketConnection:
    ws: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    pinger: asyncio.Task[None] | None = None


@dataclass
class Sockets:
    changes: Changes
    ack_seconds: float = ACK_SECONDS
    connections: list[SocketConnection] = field(default_factory=list)
    open_envelopes: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)
    _served: list[SocketConnection] = field(default_factory=list)  # also those that get nothing more
    _tickets: set[str] = field(default_factory=set)
    _turn: Any = field(default_factory=itertools.count)

    def ticket(self) -> str:
        """Admits one connection, as the URL that `apps.connections.open` gives does."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="invalid ticket")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await ws.send_json(self._disconnect("too_many_websockets"))
            await ws.close()
            return ws
        connection = SocketConnection(ws, request.transport)
        self._served.append(connection)
        try:
            await self._greet(connection)
            async for frame in ws:
                if frame.type == WSMsgType.TEXT:
                    self._take(frame.data)
        finally:
            self._served.remove(connection)
            self._forget(connection)
        return ws

    async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """Sends one envelope over one connection, in turn. The answer may come over another one.

        Raises: `NotAnswered`.
        """
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self.open_envelopes[envelope_id] = answer
        try:
            await self._send(json.dumps(envelope))
            async with asyncio.timeout(self.ack_seconds):
                return await answer
        except TimeoutError:
            raise NotAnswered("timeout", shown="operation_timeout") from None
        finally:
            del self.open_envelopes[envelope_id]

    async def kill(self, how: str) -> None:
        """Ends every connection: by a close frame, by FIN or RST of TCP without one, or as Slack does it
        ("refresh": a message, after which nothing more is sent and the client leaves; "warning" announces
        that). Raises `ApiError` for another word."""
        if how not in KILLS:
            raise ApiError("invalid_arguments", hint=f"one of {', '.join(KILLS)}")
        for connection in list(self.connections):
            if how in ("warning", "refresh"):
                reason = "warning" if how == "warning" else "refresh_requested"
                await connection.ws.send_json(self._disconnect(reason))
            if how != "warning":
                self._forget(connection)
            if how not in ("warning", "refresh"):
                await self._end(connection, how)

    async def stop(self) -> None:
        """Ends all connections for good, whether or not their clients still answer."""
        await self.kill("close")
        for connection in self._served:
            if connection.transport is not None:
                reset_connection(connection.transport)
        await asyncio.sleep(0)  # transports close their sockets in the loop's next turn

    async def _end(self, connection: SocketConnection, how: str) -> None:
        if how == "rst":
            reset_connection(connection.transport)
        elif how == "fin" and connection.transport is not None:
            connection.transport.close()
        else:
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(1):
                    await connection.ws.close(code=1000)

    async def _send(self, envelope: str) -> None:
        for _ in range(len(self.connections)):
            connection = self.connections[next(self._turn) % len(self.connections)]
            with contextlib.suppress(ConnectionError):
                await connection.ws.send_str(envelope)
                return
            self._forget(connection)
        raise NotAnswered("connection_failed")

    def _take(self, data: str) -> None:
        message = json.loads(data)
        answer = self.open_envelopes.get(str(message.get("envelope_id")))
        if answer is not None and not answer.done():
            payload = message.get("payload")
            answer.set_result(Ack(payload if isinstance(payload, dict) else {}))

    async def _greet(self, connection: SocketConnection) -> None:
        await connection.ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections) + 1,
                "debug_info": {
                    "host": "applink-playground",
                    "build_number": 1,
                    "approximate_connection_time": 18060,
                },
                "connection_info": {"app_id": APP_ID},
            }
        )
        self.connections.append(connection)
        connection.pinger = asyncio.create_task(self._ping(connection))
        self.changes.announce()

    async def _ping(self, connection: SocketConnection) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(PING_SECONDS)
                await connection.ws.ping(b"Ping from applink-playground")

    def _forget(self, connection: SocketConnection) -> None:
        if connection.pinger is not None:
            connection.pinger.cancel()
        if connection in self.connections:
            self.connections.remove(connection)
        self.changes.announce()

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-playground"}}


def reset_connection(transport: asyncio.BaseTransport | None) -> None:
    """Ends a TCP connection by RST: what was written is lost on the way."""
    if transport is None or transport.is_closing():
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.Transport):
        transport.abort()
