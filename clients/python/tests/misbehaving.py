"""A server over plain TCP that does what its script says, connection by connection."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from typing import Any, Callable, Iterator

#: What is done with a request: the connection, and the request's bytes. Returns whether the connection goes on.
Behaviour = Callable[[socket.socket, bytes], bool]


class MisbehavingServer:
    """Does one behaviour for each request, in order; the last one is done for all further requests."""

    def __init__(self, *behaviours: Behaviour, wrap: Callable[[socket.socket], socket.socket] | None = None) -> None:
        self._wrap = wrap
        self.behaviours = list(behaviours)
        self.requests: list[bytes] = []
        self.times: list[float] = []
        self.connections = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for sock in self._open:
                sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                with self._lock:
                    self.connections += 1
                    self._open.append(sock)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(self._wrap(sock) if self._wrap else sock) as sock:
            while True:
                request = b""
                while b"\r\n\r\n" not in request:
                    more = sock.recv(65536)
                    if not more:
                        return
                    request += more
                with self._lock:
                    self.requests.append(request)
                    self.times.append(time.monotonic())
                    behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
                if not behave(sock, request):
                    return


@contextlib.contextmanager
def misbehaving(*behaviours: Behaviour) -> Iterator[MisbehavingServer]:
    server = MisbehavingServer(*behaviours)
    try:
        yield server
    finally:
        server.close()


def send(status: str, body: bytes, *headers: str, length: int | None = None) -> Behaviour:
    """A whole response; ``length`` lies about it."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    response = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    def behave(sock: socket.socket, request: bytes) -> bool:
        sock.sendall(response)
        return length is None

    return behave


def raw(response: bytes) -> Behaviour:
    def behave(sock: socket.socket, request: bytes) -> bool:
        sock.sendall(response)
        return False

    return behave


def hang_up(sock: socket.socket, request: bytes) -> bool:
    """End the connection without an answer."""
    return False


def reset(sock: socket.socket, request: bytes) -> bool:
    """Tear the connection down, as a crash does."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def drip(response: bytes, pause: float) -> Behaviour:
    """Send a byte now and then."""

    def behave(sock: socket.socket, request: bytes) -> bool:
        for place in range(len(response)):
            sock.sendall(response[place : place + 1])
            time.sleep(pause)
        return False

    return behave


def stall(sock: socket.socket, request: bytes) -> bool:
    """Say nothing, and keep the connection."""
    with contextlib.suppress(OSError):
        sock.recv(1)
    return False


def problem(status: str, kind: str, *headers: str, detail: str = "no", **more: Any) -> Behaviour:
    document = {"type": kind, "title": "A title", "status": int(status[:3]), "detail": detail, **more}
    return send(status, json.dumps(document).encode(), "Content-Type: application/problem+json", *headers)


INFO = send("200 OK", b'{"engine":"here"}', "Content-Type: application/json")
