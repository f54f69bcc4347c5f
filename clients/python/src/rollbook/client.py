"""A client of Rollbook's HTTP API."""

from __future__ import annotations

import json
import random
import ssl
import threading
import time
from collections import OrderedDict
from decimal import Decimal
from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Tuple, Type

from ._declarations import DECLARATIONS, DeclaredQuestions
from ._version import __version__
from .answers import Answer, SummarizedAnswer, provenance
from .columns import Declaration, RowReader
from .credentials import Credentials, TokenSource
from .errors import ConfigurationError, ConnectionFailedError, ProtocolError
from .jobs import Jobs
from .parameters import query, refuse
from .problems import problem, retry_after
from .records import RecordsAndUpkeep
from .transport import Response, Transport, headers

_READERS: Mapping[str, RowReader] = {
    declaration.path: RowReader(declaration.name, declaration.columns) for declaration in DECLARATIONS
}
_SUMMARY_READERS: Mapping[str, RowReader] = {
    declaration.path: RowReader(f"{declaration.name}'s summary", declaration.summary) for declaration in DECLARATIONS
}


class Client(DeclaredQuestions, RecordsAndUpkeep, Jobs):
    """Asks one server. One client serves any number of threads, and keeps its connections open.

    :param url: the server's, such as ``http://127.0.0.1:8080``; a path before ``/v1`` may follow
    :param token: a bearer token, or a function that gives one for each request
    :param timeout: the seconds that a call may take altogether, with retries and waits
    :param connect_timeout: the seconds that connecting may take
    :param retries: how often a question is asked again after a failed connection or a 503; changes never are
    :param revalidate: how many answers are kept, to be asked for again only where they no longer hold
    :param ssl_context: how certificates are checked, for a private authority or a client's certificate
    :param max_bytes: the largest answer that is taken
    :param max_idle: the most connections that are kept open
    """

    def __init__(
        self,
        url: str,
        *,
        token: Optional[TokenSource] = None,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        retries: int = 2,
        revalidate: int = 0,
        ssl_context: Optional[ssl.SSLContext] = None,
        max_bytes: int = 256 << 20,
        max_idle: int = 8,
    ) -> None:
        try:
            self._credentials = Credentials(token)
        finally:
            # A page of errors shows the variables of each function on the way.
            token = None
        if not timeout > 0 or not connect_timeout > 0 or retries < 0:
            raise ConfigurationError("timeout and connect_timeout are above 0, and retries at least 0")
        self._timeout = timeout
        self._retries = retries
        self._transport = Transport(
            url, ssl_context=ssl_context, connect_timeout=connect_timeout, max_idle=max_idle, max_bytes=max_bytes
        )
        self._kept = _KeptResponses(revalidate)

    def __repr__(self) -> str:
        transport = self.__dict__.get("_transport")
        return (
            f"<rollbook.Client {transport.url} {self._credentials!r}>" if transport else "<rollbook.Client, not made>"
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are open. A client can be used again afterwards."""
        self._transport.pool.close()

    def with_token(self, token: Optional[TokenSource]) -> Client:
        """Give a client for another asker, on the same connections; what one may see is never kept for the other."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        try:
            other._credentials = Credentials(token)
        finally:
            token = None
        other._kept = _KeptResponses(self._kept.size)
        return other

    def report(self, name: str, **parameters: Any) -> Answer[Dict[str, Any]]:
        """Ask a report by its name. ``class_`` stands for the parameter ``class``."""
        return self._ask_by_name(name, False, parameters)

    def view(self, name: str, **parameters: Any) -> Answer[Dict[str, Any]]:
        """Ask for a view's rows by its name, which may have dashes for underscores."""
        return self._ask_by_name(name.replace("-", "_"), True, parameters)

    def _ask_by_name(self, name: str, is_view: bool, parameters: Mapping[str, Any]) -> Answer[Dict[str, Any]]:
        for declaration in DECLARATIONS:
            if declaration.name == name and declaration.is_view == is_view:
                return self._ask(declaration, {key.rstrip("_"): value for key, value in parameters.items()})
        known = ", ".join(one.name for one in DECLARATIONS if one.is_view == is_view)
        raise refuse("name", f"one of {known}")

    def _ask(self, declaration: Declaration, parameters: Mapping[str, Any]) -> Answer[Any]:
        for parameter in declaration.parameters:
            if parameters.get(parameter.name, parameter.default) is None:
                raise refuse(parameter.name, "a value; None is none")
        response, was_revalidated = self._get(declaration.path, parameters)
        document = self._document(response)
        rows = document.get("rows")
        if not isinstance(rows, list) or document.get("report") != declaration.name:
            raise ProtocolError(f"{declaration.name}: what the server sent is not its answer")
        read = _READERS[declaration.path].read

        def page(limit: int, offset: int, as_of: str) -> Answer[Any]:
            instant = {} if declaration.is_view else {"as_of": as_of}
            return self._ask(declaration, {**parameters, "limit": limit, "offset": offset, **instant})

        common: Dict[str, Any] = {
            "rows": [read(row) for row in rows],
            "provenance": provenance(document),
            "declaration": declaration,
            "cache_status": response.headers.get("cache-status"),
            "was_revalidated": was_revalidated,
            "_page": page,
        }
        if not declaration.summary:
            return Answer(**common)
        summary = _SUMMARY_READERS[declaration.path].read(document.get("summary"))
        return SummarizedAnswer(**common, summary=summary)

    def _get(self, path: str, parameters: Mapping[str, Any]) -> Tuple[Response, bool]:
        written = query(parameters)
        target = f"{path}?{written}" if written else path
        kept = self._kept.find(target)
        etag = kept.headers.get("etag") if kept else None
        response = self._request("GET", target, etag=etag)
        if response.status == 304:
            if kept is None:
                raise ProtocolError("the server says that nothing changed, but was not asked that")
            return kept, True
        self._kept.keep(target, response)
        return response, False

    def _fetch(self, path: str, parameters: Mapping[str, Any]) -> Dict[str, Any]:
        return self._document(self._get(path, parameters)[0])

    def _post(self, path: str, arguments: Mapping[str, Any]) -> Dict[str, Any]:
        given = {name: value for name, value in arguments.items() if value is not None}
        # The query's spelling of instants and numbers is what the server reads from JSON as well.
        target = f"{path}?{query(given)}" if given else path
        return self._document(self._request("POST", target))

    def _document(self, response: Response) -> Dict[str, Any]:
        try:
            document = json.loads(response.body, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise ProtocolError("what the server sent is not JSON") from None
        if not isinstance(document, dict):
            raise ProtocolError("what the server sent is no JSON object")
        return document

    def _request(self, method: str, target: str, *, etag: Optional[str] = None) -> Response:
        """Ask, and ask again where that changes nothing and may help, within the timeout."""
        deadline = time.monotonic() + self._timeout
        body = b"" if method == "POST" else None
        fields = headers(etag=etag, agent=f"rollbook-python/{__version__}")
        tries = self._retries if method == "GET" else 0
        for attempt in range(tries + 1):
            pause = random.uniform(0.5, 1.0) * min(2.0, 0.1 * 2**attempt)  # noqa: S311 -- no secret
            try:
                response = self._transport.send(
                    method, target, headers=fields, credentials=self._credentials, body=body, deadline=deadline
                )
            except ConnectionFailedError as error:
                if attempt == tries or not error.may_be_retried or _is_late(deadline, pause):
                    raise
                time.sleep(pause)
                continue
            if response.status == 503:
                pause = max(pause, retry_after(response.headers) or 0.0)
                if attempt < tries and not _is_late(deadline, pause):
                    time.sleep(pause)
                    continue
            return self._accepted(response)
        raise AssertionError("every attempt ends above")

    def _accepted(self, response: Response) -> Response:
        if response.status in (200, 202, 304):
            return response
        if response.status < 400:
            raise ProtocolError(
                f"the server answers {response.status}, which is no answer; a redirect is not followed, since it"
                " would take the token along: let the URL be that of the server itself"
            )
        raise problem(response.status, response.headers, response.body, self._credentials.scrub)

    def _health(self, path: str) -> Tuple[int, Dict[str, Any]]:
        deadline = time.monotonic() + self._timeout
        fields = headers(agent=f"rollbook-python/{__version__}")
        response = self._transport.send(
            "GET", path, headers=fields, credentials=self._credentials, body=None, deadline=deadline
        )
        if response.status not in (200, 503):
            self._accepted(response)
        return response.status, self._document(response)


def _is_late(deadline: float, pause: float) -> bool:
    return time.monotonic() + pause >= deadline


def _no_constant(name: str) -> Any:
    raise ValueError(name)


class _KeptResponses:
    """The last responses with an entity tag, for the same asker."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Response] = OrderedDict()

    def find(self, target: str) -> Optional[Response]:
        with self._lock:
            response = self._kept.get(target)
            if response is not None:
                self._kept.move_to_end(target)
            return response

    def keep(self, target: str, response: Response) -> None:
        if self.size <= 0 or "etag" not in response.headers:
            return
        with self._lock:
            self._kept[target] = response
            self._kept.move_to_end(target)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
