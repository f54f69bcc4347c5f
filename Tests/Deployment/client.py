"""A client of HTTP/1.1 that says exactly what happened to a request."""

import asyncio
import gzip
import json
import time
from dataclasses import dataclass, field


class Refused(Exception):
    """No connection was made: nobody has seen the request."""


class Lost(Exception):
    """The connection ended before the answer did."""

    def __init__(self, words, received):
        super().__init__(words)
        self.received = received


class Hung(Exception):
    """There was no answer within the time that any answer may take."""


@dataclass
class Response:
    """A whole answer."""

    status: int
    headers: dict
    body: bytes
    connection_ends: bool = False
    bytes_read: int = field(default=0, repr=False)

    def json(self):
        return json.loads(self.body)


class Connection:
    """One connection, kept between requests as long as both sides want it."""

    def __init__(self, port, patience):
        self.port = port
        self.patience = patience
        self.streams = None
        # When the connection was made that was used last.
        self.opened = time.monotonic()

    @property
    def is_open(self):
        return self.streams is not None

    async def request(self, method, target, headers=None, body=b""):
        """Asks, over the open connection or a new one.

        Raises Refused, Lost or Hung.
        """
        try:
            async with asyncio.timeout(self.patience):
                return await self._request(method, target, headers or {}, body)
        except TimeoutError:
            self.close()
            raise Hung(f"{method} {target.partition('?')[0]}: no answer within {self.patience} s") from None
        except BaseException:
            self.close()
            raise

    async def _request(self, method, target, headers, body):
        if self.streams and self.streams[0].at_eof():
            # The server has ended it meanwhile, and that is known before anything is sent.
            self.close()
        if not self.streams:
            self.opened = time.monotonic()
            try:
                self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
            except OSError as error:
                raise Refused(str(error)) from None
        reader, writer = self.streams
        lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        received = b""
        try:
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            received = await reader.readuntil(b"\r\n\r\n")
            response = self._head(received)
            length = int(response.headers.get("content-length", 0))
            if method != "HEAD" and response.status not in (204, 304) and length:
                response.body = await reader.readexactly(length)
        except (asyncio.IncompleteReadError, OSError) as error:
            partial = getattr(error, "partial", b"")
            raise Lost(type(error).__name__, len(received) + len(partial)) from None
        if response.headers.get("content-encoding") == "gzip":
            response.body = gzip.decompress(response.body)
        response.connection_ends = response.headers.get("connection", "").lower() == "close"
        if response.connection_ends:
            self.close()
        return response

    @staticmethod
    def _head(head):
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return Response(int(first.split(" ")[1]), headers, b"")

    def close(self):
        if self.streams:
            self.streams[1].close()
        self.streams = None


async def ask(port, method, target, headers=None, body=b"", patience=20.0):
    """One request over a connection of its own."""
    connection = Connection(port, patience)
    try:
        return await connection.request(method, target, headers, body)
    finally:
        connection.close()
