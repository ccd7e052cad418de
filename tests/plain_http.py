"""Plain HTTP, for what no driver would send."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    text: str


def send_http(
    url: str,
    method: str = "GET",
    body: bytes | Iterable[bytes] | None = None,
    headers: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]] = (),
) -> HttpAnswer:
    """Headers as they are, also what no header may be; an iterable body is sent in chunks, its length unsaid."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    chunked = body is not None and not isinstance(body, bytes)
    try:
        connection.putrequest(method, address.path)
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            connection.putheader(name, value)
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        elif body is not None:
            connection.putheader("Content-Length", str(len(body)))  # type: ignore[arg-type]
        connection.endheaders(body, encode_chunked=chunked)
        response = connection.getresponse()
        return HttpAnswer(response.status, response.read().decode("utf-8"))
    finally:
        connection.close()
