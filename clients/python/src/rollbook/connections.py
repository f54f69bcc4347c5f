"""Connections of which every step ends at one deadline, and a pool that keeps them open.

The timeout of a Python socket starts anew with every few bytes that come, so a server that drips its answer could hold
a caller for ever. Here each step is given what is left of the whole.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import threading
import time
import weakref
from typing import Any, List, Optional, Tuple

from .errors import ConfigurationError, DeadlineExceededError

# What can be kept open unused without being closed from the other side, most of the time.
_IDLE_SECONDS = 30.0


def seconds_left(deadline: float) -> float:
    """Give the seconds up to a deadline of the monotonic clock."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise DeadlineExceededError("the server did not answer within the timeout")
    return left


class _TimedReader(io.RawIOBase):
    """Reads from a socket, no longer than the connection's deadline."""

    def __init__(self, connection: _TimedConnection, sock: socket.socket) -> None:
        self._connection = connection
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._sock.settimeout(seconds_left(self._connection.deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """What ``http.client`` uses of a socket, with the connection's deadline in each step."""

    def __init__(self, connection: _TimedConnection, sock: socket.socket) -> None:
        # No circle of references, which would keep connections open up to the next garbage collection.
        self._connection = weakref.proxy(connection)
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._connection, self._sock))

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(seconds_left(self._connection.deadline))
        self._sock.sendall(data)

    def close(self) -> None:
        self._sock.close()


class _TimedConnection(http.client.HTTPConnection):
    """A connection with a deadline, in the monotonic clock's seconds, that is set anew for each request."""

    deadline = 0.0
    idle_since = 0.0
    answers = 0

    def connect(self) -> None:
        super().connect()
        self.sock: Any = _TimedSocket(self, self.sock)


class _TimedSecureConnection(_TimedConnection, http.client.HTTPSConnection):
    """The same with TLS."""


class ConnectionPool:
    """Open connections to one server, for any number of threads; a process that forks leaves them to its parent."""

    def __init__(
        self, address: Tuple[str, int], context: Optional[ssl.SSLContext], *, connect_timeout: float, max_idle: int
    ) -> None:
        self._address = address
        self._context = context
        self._connect_timeout = connect_timeout
        self._max_idle = max_idle
        self.forget()
        _pools.add(self)

    def forget(self) -> None:
        """Begin anew, without the connections so far."""
        self._lock = threading.Lock()
        self._idle: List[_TimedConnection] = []

    def __del__(self) -> None:
        self.close()

    def take(self, deadline: float, *, fresh: bool) -> _TimedConnection:
        """Give a connection that nobody else uses: a kept one, or one that connects with its first request."""
        connection = None if fresh else self._kept()
        if connection is None:
            connection = self._new()
            # Connecting has a limit of its own.
            connection.timeout = min(self._connect_timeout, seconds_left(deadline))
        connection.deadline = deadline
        return connection

    def give_back(self, connection: _TimedConnection) -> None:
        """Keep a connection whose response was read to its end."""
        connection.idle_since = time.monotonic()
        with self._lock:
            if len(self._idle) < self._max_idle:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close what is open and unused."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _kept(self) -> Optional[_TimedConnection]:
        oldest = time.monotonic() - _IDLE_SECONDS
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is not None and connection.idle_since < oldest:
            # The others are older still.
            connection.close()
            self.close()
            return None
        return connection

    def _new(self) -> _TimedConnection:
        host, port = self._address
        try:
            if self._context is None:
                return _TimedConnection(host, port)
            return _TimedSecureConnection(host, port, context=self._context)
        except (http.client.InvalidURL, ValueError):
            raise ConfigurationError("the server's URL has no host and port that can be connected to") from None


_pools: weakref.WeakSet[ConnectionPool] = weakref.WeakSet()


def _forget_all() -> None:
    # Two processes on one connection would read each other's answers.
    for pool in list(_pools):
        pool.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
