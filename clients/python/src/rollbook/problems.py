"""From a failed response to an exception."""

from __future__ import annotations

import email.utils
import json
import time
from typing import Any, Callable, Dict, Mapping, Optional, Type

from . import errors

_BY_TYPE: Mapping[str, Type[errors.ProblemError]] = {
    "urn:rollbook:problem:invalid-argument": errors.InvalidArgumentError,
    "urn:rollbook:problem:not-found": errors.NotFoundError,
    "urn:rollbook:problem:not-ready": errors.NotReadyError,
    "urn:rollbook:problem:busy": errors.BusyError,
    "urn:rollbook:problem:not-permitted": errors.PermissionDeniedError,
    "urn:rollbook:problem:overloaded": errors.OverloadedError,
    "urn:rollbook:problem:unavailable": errors.UnavailableError,
    "urn:rollbook:problem:cancelled": errors.UnavailableError,
    "urn:rollbook:problem:timed-out": errors.QuestionTimedOutError,
    "urn:rollbook:problem:out-of-resources": errors.OutOfResourcesError,
}
_BY_STATUS: Mapping[int, Type[errors.ProblemError]] = {
    400: errors.InvalidArgumentError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.NotReadyError,
    413: errors.InvalidArgumentError,
    414: errors.InvalidArgumentError,
    429: errors.RateLimitedError,
    503: errors.UnavailableError,
    504: errors.QuestionTimedOutError,
    507: errors.OutOfResourcesError,
}
#: More of a text than this tells nobody anything.
_LONGEST_TEXT = 500


def retry_after(headers: Mapping[str, str]) -> Optional[float]:
    """Give the seconds of a Retry-After header, which holds seconds or a date; None where neither stands there."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        then = email.utils.parsedate_to_datetime(value)
        return max(0.0, then.timestamp() - time.time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def problem(status: int, headers: Mapping[str, str], body: bytes, scrub: Callable[[str], str]) -> errors.ProblemError:
    """Make the exception for a response that is not an answer; ``scrub`` takes secrets out of what the server wrote."""
    document = _document(body)

    def text(name: str) -> Optional[str]:
        value = document.get(name)
        return scrub(value)[:_LONGEST_TEXT] if isinstance(value, str) else None

    kind = text("type") or "about:blank"
    title, detail = text("title"), text("detail")
    fallback = errors.ServerError if status >= 500 else errors.ProblemError
    make = _BY_TYPE.get(kind) or _BY_STATUS.get(status) or fallback
    message = detail or title or "the server says no more, and sent no problem document"
    return make(
        f"{message} (HTTP {status})",
        status=status,
        type=kind,
        title=title,
        detail=detail,
        parameter=text("parameter"),
        retry_after=retry_after(headers),
    )


def _document(body: bytes) -> Dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
