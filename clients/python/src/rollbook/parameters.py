"""From arguments to the query of a URL."""

from __future__ import annotations

import datetime
import math
import operator
import urllib.parse
import uuid
from decimal import Decimal
from typing import Any, Mapping, Union

from .errors import InvalidArgumentError

#: The id of a record: a number, or the source's own id. ``source:17`` forces the latter.
Id = Union[int, str, uuid.UUID]
#: An instant: an aware datetime, or a text such as ``2026-03-01T12:00:00Z``.
Instant = Union[datetime.datetime, str]
#: A mark with at most two decimals.
Mark = Union[int, float, Decimal]


def refuse(parameter: str, takes: str) -> InvalidArgumentError:
    """Make the error for an argument that is not even worth asking for."""
    return InvalidArgumentError(f"{parameter} takes {takes}", parameter=parameter)


def text(name: str, value: Any) -> str:
    """Write one argument as the server reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime.datetime):
        return _instant(name, value)
    if isinstance(value, (float, Decimal)):
        if not math.isfinite(value):
            raise refuse(name, "a finite number")
        return format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    try:
        return str(operator.index(value))
    except TypeError:
        raise refuse(name, f"a number, a text or an instant with a time zone, not {type(value).__name__}") from None


def _instant(name: str, value: datetime.datetime) -> str:
    if value.tzinfo is None or value.utcoffset() is None:
        raise refuse(name, "an instant with a time zone; this one has none, so nobody knows when it is")
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def query(parameters: Mapping[str, Any]) -> str:
    """Write the arguments as a query; those that are None are left to the server."""
    pairs = [(name, text(name, value)) for name, value in parameters.items() if value is not None]
    for name, value in pairs:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise refuse(name, "a text of whole Unicode characters") from None
    return urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote)
