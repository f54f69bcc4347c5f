"""Rollbook for Python: a client of its HTTP API, and a drop-in for hand-written warehouse services of Django projects.

from rollbook import DataWarehouseService

DataWarehouseService().get_student_progress_over_time(student_id=7)["periods"]
"""

from ._version import __version__
from .answers import Answer, Policy, Provenance, SummarizedAnswer
from .client import Client
from .errors import (
    AuthenticationError,
    BusyError,
    ConfigurationError,
    ConnectionFailedError,
    DataChangedError,
    DeadlineExceededError,
    InvalidArgumentError,
    NotFoundError,
    NotReadyError,
    OutOfResourcesError,
    OverloadedError,
    PermissionDeniedError,
    ProblemError,
    ProtocolError,
    QuestionTimedOutError,
    RateLimitedError,
    RollbookError,
    ServerError,
    TransportError,
    UnavailableError,
)
from .records import Record
from .warehouse import DataWarehouseService

__all__ = [
    "Answer",
    "AuthenticationError",
    "BusyError",
    "Client",
    "ConfigurationError",
    "ConnectionFailedError",
    "DataChangedError",
    "DataWarehouseService",
    "DeadlineExceededError",
    "InvalidArgumentError",
    "NotFoundError",
    "NotReadyError",
    "OutOfResourcesError",
    "OverloadedError",
    "PermissionDeniedError",
    "Policy",
    "ProblemError",
    "ProtocolError",
    "Provenance",
    "QuestionTimedOutError",
    "RateLimitedError",
    "Record",
    "RollbookError",
    "ServerError",
    "SummarizedAnswer",
    "TransportError",
    "UnavailableError",
    "__version__",
]
