"""One request and its response over HTTP, from the standard library alone."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.parse
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Mapping, Optional, Tuple

from .connections import ConnectionPool
from .credentials import Credentials
from .errors import ConfigurationError, ConnectionFailedError, DeadlineExceededError, ProtocolError, RollbookError

if TYPE_CHECKING:
    from .connections import _TimedConnection

_CHUNK = 1 << 16


@dataclass(frozen=True)
class Response:
    """A response whose body was read and unpacked. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests to one server, and reads the responses whole."""

    def __init__(
        self, url: str, *, ssl_context: Optional[ssl.SSLContext], connect_timeout: float, max_idle: int, max_bytes: int
    ) -> None:
        parts = _checked(url)
        secure = parts.scheme == "https"
        context = (ssl_context or ssl.create_default_context()) if secure else None
        self.url = urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self._path = parts.path.rstrip("/")
        self._max_bytes = max_bytes
        address = (parts.hostname or "", parts.port or (443 if secure else 80))
        self.pool = ConnectionPool(address, context, connect_timeout=connect_timeout, max_idle=max_idle)

    def send(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        credentials: Credentials,
        body: Optional[bytes],
        deadline: float,
    ) -> Response:
        """Send a request. One that changes something gets a connection of its own, so that it is never sent twice."""
        changes = method not in ("GET", "HEAD")
        while True:
            connection = self.pool.take(deadline, fresh=changes)
            was_used = connection.answers > 0
            try:
                response = self._exchange(connection, method, self._path + target, headers, credentials, body)
            except ConnectionFailedError as error:
                connection.close()
                # The server closes connections that rest; that is not a failure of it.
                if was_used and error.may_be_retried:
                    continue
                raise
            except BaseException:
                connection.close()
                raise
            return response

    def _exchange(
        self,
        connection: _TimedConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        credentials: Credentials,
        body: Optional[bytes],
    ) -> Response:
        try:
            response, content = self._perform(connection, method, target, headers, credentials, body)
            failure = None
        except Exception as error:
            failure = self._failure(error, connection)
        if failure is not None:
            # Raised out here it does not drag the first error along, whose traceback holds the request and the token.
            raise failure
        connection.answers += 1
        if response.will_close:
            connection.close()
        else:
            self.pool.give_back(connection)
        return Response(response.status, {name.lower(): value for name, value in response.getheaders()}, content)

    def _perform(
        self,
        connection: _TimedConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        credentials: Credentials,
        body: Optional[bytes],
    ) -> Tuple[http.client.HTTPResponse, bytes]:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if credentials.is_given:
            connection.putheader("Authorization", credentials.authorization())
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return response, self._read(response)

    def _failure(self, error: Exception, connection: _TimedConnection) -> Exception:
        if isinstance(error, (socket.timeout, TimeoutError)):
            if connection.answers == 0 and connection.sock is None:
                return ConnectionFailedError(f"{self.url} cannot be reached: no connection in time")
            return DeadlineExceededError("the server did not answer within the timeout")
        if isinstance(error, ssl.SSLCertVerificationError):
            message = f"{self.url} has no certificate that can be trusted: {error.verify_message}"
            return ConnectionFailedError(message, may_be_retried=False)
        if isinstance(error, (http.client.IncompleteRead, OSError)):
            return ConnectionFailedError(f"the connection to {self.url} failed: {_reason(error)}")
        if isinstance(error, (http.client.HTTPException, ValueError)) and not isinstance(error, RollbookError):
            return ProtocolError(f"{self.url} does not speak HTTP as it should: {type(error).__name__}")
        return error.with_traceback(None)

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        content = bytearray()
        while True:
            chunk = response.read(_CHUNK)
            content += chunk
            if len(content) > self._max_bytes:
                raise ProtocolError(f"the answer is larger than max_bytes ({self._max_bytes})")
            if not chunk:
                break
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        if not content:
            return b""
        encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
        if encoding == "identity":
            return bytes(content)
        if encoding != "gzip":
            raise ProtocolError("the answer is packed in a way that was not asked for")
        return self._unpack(bytes(content))

    def _unpack(self, content: bytes) -> bytes:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            plain = unpacker.decompress(content, self._max_bytes)
        except zlib.error:
            raise ProtocolError("the answer cannot be unpacked") from None
        if unpacker.unconsumed_tail:
            raise ProtocolError(f"the answer is larger than max_bytes ({self._max_bytes})")
        if not unpacker.eof:
            raise ProtocolError("the answer cannot be unpacked: it ends too early")
        return plain


def _reason(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "it ended within the answer"
    if isinstance(error, http.client.RemoteDisconnected):
        return "it ended without an answer"
    return getattr(error, "strerror", None) or type(error).__name__


def _checked(url: str) -> urllib.parse.SplitResult:
    # What is wrong is said without the URL itself, which may hold a password.
    takes = "the server's URL is like http://127.0.0.1:8080 or https://rollbook.example.org"
    try:
        parts = urllib.parse.urlsplit(url)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except (ValueError, AttributeError, TypeError):
        is_url = False
    if not is_url or not url.isascii() or any(ord(character) <= 32 for character in url):
        raise ConfigurationError(takes)
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(f"{takes}, without a name and password: a token goes into token")
    if parts.query or parts.fragment:
        raise ConfigurationError(f"{takes}, without a query")
    return parts


def headers(*, etag: Optional[str] = None, has_body: bool = False, agent: str) -> Dict[str, str]:
    """Give the headers of a request, but for the token."""
    fields = {"Accept": "application/json, application/problem+json", "Accept-Encoding": "gzip", "User-Agent": agent}
    if etag is not None:
        fields["If-None-Match"] = etag
    if has_body:
        fields["Content-Type"] = "application/json"
    return fields
