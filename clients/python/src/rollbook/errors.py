"""What goes wrong, as exceptions by which a caller can decide.

No message carries a token or a record's values.
"""

from __future__ import annotations

from typing import Optional


class RollbookError(Exception):
    """Anything that this package raises."""


class ConfigurationError(RollbookError):
    """The package was not told what it needs, such as the server's URL."""


class TransportError(RollbookError):
    """No answer came, or none that can be understood."""


class ConnectionFailedError(TransportError, ConnectionError):
    """The server cannot be reached, or hung up before its answer was whole."""

    def __init__(self, message: str, *, may_be_retried: bool = True) -> None:
        super().__init__(message)
        self.may_be_retried = may_be_retried


class DeadlineExceededError(TransportError, TimeoutError):
    """The whole call, with its retries, took longer than its timeout."""


class ProtocolError(TransportError):
    """What came is not an answer of Rollbook, or not the one that was declared."""


class DataChangedError(RollbookError):
    """Records or views changed between two pages, so that the pages do not belong together. Ask again."""


class ProblemError(RollbookError):
    """The server answered with a problem document (RFC 9457)."""

    def __init__(
        self,
        message: str,
        *,
        status: Optional[int] = None,
        type: str = "about:blank",  # noqa: A002 -- the name in the problem document
        title: Optional[str] = None,
        detail: Optional[str] = None,
        parameter: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        #: The HTTP status; None where this package refused before asking.
        self.status = status
        #: Which problem it is, such as ``urn:rollbook:problem:not-found``.
        self.type = type
        self.title = title
        self.detail = detail
        #: The parameter to blame, where one is.
        self.parameter = parameter
        #: The seconds after which the server wants to be asked again, where it said so.
        self.retry_after = retry_after


class InvalidArgumentError(ProblemError, ValueError):
    """An argument is not what it may be; ``parameter`` names it (400)."""


class AuthenticationError(ProblemError):
    """The token is missing, wrong or out of date (401)."""


class PermissionDeniedError(ProblemError):
    """The asker may not see or do this (403)."""


class NotFoundError(ProblemError, LookupError):
    """There is no such report, view or record (404)."""


class NotReadyError(ProblemError):
    """A view was never filled: refresh first (409)."""


class BusyError(ProblemError):
    """The job runs already, here or on another server (409)."""


class RateLimitedError(ProblemError):
    """Too many requests of one asker; ``retry_after`` says when to come back (429)."""


class UnavailableError(ProblemError):
    """The database cannot be reached, or the server is stopping (503)."""


class OverloadedError(UnavailableError):
    """Too many questions at once; ``retry_after`` says when to come back (503)."""


class QuestionTimedOutError(ProblemError, TimeoutError):
    """The server gave the question up: ask for less (504)."""


class OutOfResourcesError(ProblemError):
    """The server's memory or disk does not suffice: ask for less (507)."""


class ServerError(ProblemError):
    """A defect of the server; its log has more (5xx)."""
