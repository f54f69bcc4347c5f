"""What the server declares of parameters and columns, and how cells become Python values."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from .errors import ProtocolError


@dataclass(frozen=True)
class Parameter:
    """A parameter of a report or view."""

    name: str
    type: str
    default: Optional[str]
    is_required: bool


@dataclass(frozen=True)
class Column:
    """A column of a report, a view or a summary."""

    name: str
    type: str
    unit: Optional[str]
    is_nullable: bool
    meaning: str

    @property
    def scale(self) -> int:
        """The digits after the point of a decimal: coefficients have four, all others two."""
        return 4 if self.unit == "coefficient" else 2


@dataclass(frozen=True)
class Declaration:
    """A report or a view: what it takes and what it gives."""

    name: str
    is_view: bool
    parameters: Tuple[Parameter, ...]
    columns: Tuple[Column, ...]
    summary: Tuple[Column, ...]

    @property
    def path(self) -> str:
        """Where the server answers it."""
        return f"/v1/{'views' if self.is_view else 'reports'}/{self.name}"

    @property
    def is_paged(self) -> bool:
        """Whether it takes a limit and an offset."""
        return any(parameter.name == "offset" for parameter in self.parameters)

    @property
    def pages_in_subjects(self) -> bool:
        """Whether a page is cut inside every subject, as rankings are."""
        return self.is_paged and any(column.name == "rank" for column in self.columns)


def instant(value: Any) -> datetime.datetime:
    """Read ``YYYY-MM-DDThh:mm:ss[.f]Z``, which Python reads by itself only since 3.11."""
    if not isinstance(value, str) or not value.endswith("Z"):
        raise ValueError
    whole, _, fraction = value[:-1].partition(".")
    if len(fraction) > 6 or (fraction and not (fraction.isascii() and fraction.isdigit())):
        raise ValueError
    moment = datetime.datetime.fromisoformat(whole)
    if moment.tzinfo is not None:
        raise ValueError
    return moment.replace(microsecond=int(fraction.ljust(6, "0") or 0), tzinfo=datetime.timezone.utc)


def _date(value: Any) -> datetime.date:
    if not isinstance(value, str):
        raise ValueError
    return datetime.date.fromisoformat(value)


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _decimal(scale: int) -> Callable[[Any], Decimal]:
    unit = Decimal(1).scaleb(-scale)

    def read(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise ValueError
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int):
            raise ValueError
        # JSON drops final zeros; more digits than declared are kept, never rounded away.
        return number.quantize(unit) if exponent > -scale else number

    return read


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "text": _text,
    "date": _date,
    "instant": instant,
    "boolean": _boolean,
}


class RowReader:
    """Turns the rows of one table, as JSON has them, into rows of Python values."""

    def __init__(self, name: str, columns: Tuple[Column, ...]) -> None:
        self._name = name
        self._columns = tuple(
            (column.name, column.is_nullable, _READERS.get(column.type) or _decimal(column.scale)) for column in columns
        )

    def read(self, row: Any) -> Dict[str, Any]:
        """Read one row. Columns that a newer server adds are kept as JSON has them."""
        if not isinstance(row, dict):
            raise ProtocolError(f"{self._name}: a row is not an object")
        cells = dict(row)
        for name, is_nullable, read in self._columns:
            value = row.get(name)
            try:
                if value is None:
                    if not is_nullable or name not in row:
                        raise ValueError
                else:
                    cells[name] = read(value)
            except (ValueError, ArithmeticError):
                # The value stays out of the message.
                raise ProtocolError(f"{self._name}: the column {name} does not hold what is declared") from None
        return cells
