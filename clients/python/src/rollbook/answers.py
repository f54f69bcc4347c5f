"""An answer: rows, and where they came from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Callable, Dict, Generic, Iterator, List, Mapping, Optional, TypeVar

from .columns import Declaration, instant
from .errors import DataChangedError, ProtocolError, RollbookError

if TYPE_CHECKING:
    import pandas

Row = TypeVar("Row")
Summary = TypeVar("Summary")
#: The most rows that the server gives on one page.
LARGEST_PAGE = 10_000


@dataclass(frozen=True)
class Policy:
    """The definitions in force."""

    pass_mark: Decimal
    excellent_mark: Decimal
    overdue_after_days: int
    recent_days: int
    time_zone: str
    late_counts_as_present: bool


@dataclass(frozen=True)
class Provenance:
    """Where an answer came from."""

    #: The report or view.
    report: str
    #: The parameters as they were understood, defaults filled in.
    parameters: Mapping[str, Any]
    policy: Policy
    #: The instant for which the answer holds; of a view, that of its refresh.
    as_of: datetime.datetime
    #: Changes whenever stored records or views do.
    data_version: int
    #: The newest record's time; None without records.
    data_as_of: Optional[datetime.datetime]
    #: When the rows were computed.
    generated_at: datetime.datetime
    #: Who answered: an engine, or a memory.
    served_by: str
    #: How long the computation took on the server.
    execution_time_ms: float
    #: The rows of this page, and all there are.
    row_count: int
    total_count: int
    limit: int
    offset: int
    #: How far behind a replica was, where one answered.
    replica_lag_seconds: Optional[float] = None
    #: Whether the answer is no longer the newest, and how many seconds ago it was computed then.
    stale: bool = False
    age: Optional[int] = None
    #: What a newer server says beyond that.
    further: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> Dict[str, Any]:
        """Give all of it as JSON has it: texts, numbers, lists and dictionaries alone."""
        mine = {one.name: _plain(getattr(self, one.name)) for one in fields(self) if one.name != "further"}
        mine["policy"] = {one.name: _plain(getattr(self.policy, one.name)) for one in fields(self.policy)}
        return {**_plain(dict(self.further)), **mine}


@dataclass(frozen=True)
class Answer(Generic[Row]):
    """The rows of a report or view, with their provenance."""

    rows: List[Row]
    provenance: Provenance
    declaration: Declaration
    #: What the server says of its cache, such as ``rollbook; hit``; None where it says nothing.
    cache_status: Optional[str] = None
    #: Whether the server confirmed that an answer from before still holds.
    was_revalidated: bool = False
    _page: Optional[Callable[[int, int, str], Answer[Row]]] = field(default=None, repr=False, compare=False)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getstate__(self) -> Dict[str, Any]:
        # A kept answer stays an answer; only the way to further pages ends.
        return {**self.__dict__, "_page": None}

    @property
    def total_count(self) -> int:
        """All rows, of this page and of the others."""
        return self.provenance.total_count

    @property
    def is_cut(self) -> bool:
        """Whether there are rows that this page does not have."""
        return self.total_count > len(self.rows)

    def pages(self) -> Iterator[Answer[Row]]:
        """Give this page and those after it, all for the same instant.

        Where records change in between, `DataChangedError` says that the pages do not belong together. The page of a
        ranking is cut inside every subject, so its next page has the next ranks of each.
        """
        page, seen = self, self.provenance.offset + len(self.rows)
        yield page
        while page.rows and page.declaration.is_paged:
            if seen >= self.total_count and (self.provenance.offset == 0 or not self.declaration.pages_in_subjects):
                return
            page = page._next()
            if page.provenance.data_version != self.provenance.data_version or page.total_count != self.total_count:
                raise DataChangedError(f"{self.provenance.report}: the data changed between two pages; ask again")
            seen += len(page.rows)
            if page.rows:
                yield page

    def iter_rows(self) -> Iterator[Row]:
        """Give the rows of this page and of those after it."""
        for page in self.pages():
            yield from page.rows

    def all(self) -> Answer[Row]:
        """Give one answer with the rows of this page and of those after it, in the order of the whole."""
        rows = list(self.iter_rows())
        if self.declaration.pages_in_subjects:
            rows.sort(key=lambda row: (row["subject_id"], row["rank"]))  # type: ignore[index]
        whole = replace(self.provenance, row_count=len(rows))
        return replace(self, rows=rows, provenance=whole)

    def to_frame(self, *, decimals: str = "decimal") -> pandas.DataFrame:
        """Give the rows as a pandas frame; needs ``rollbook[pandas]``. `rollbook.frames.frame` says how."""
        from . import frames

        return frames.frame(self, decimals=decimals)

    def _next(self) -> Answer[Row]:
        if self._page is None:
            raise RollbookError("this answer was kept or copied, and has lost its client: ask for the page with offset")
        here = self.provenance
        # A page at the server's instant: later pages must not see a later now.
        return self._page(here.limit, here.offset + here.limit, here.as_of.isoformat().replace("+00:00", "Z"))


@dataclass(frozen=True)
class SummarizedAnswer(Answer[Row], Generic[Row, Summary]):
    """An answer that says something of all its rows together."""

    summary: Summary = None  # type: ignore[assignment]


_PROVENANCE_READERS: Mapping[str, Callable[[Any], Any]] = {
    "as_of": instant,
    "generated_at": instant,
    "data_as_of": lambda value: None if value is None else instant(value),
    "execution_time_ms": float,
    "replica_lag_seconds": lambda value: None if value is None else float(value),
}


def provenance(document: Mapping[str, Any]) -> Provenance:
    """Read the provenance out of an answer's JSON."""
    known = {one.name for one in fields(Provenance)} - {"further"}
    try:
        said = {
            name: _PROVENANCE_READERS.get(name, lambda value: value)(document[name])
            for name in known
            if name in document
        }
        said["policy"] = _policy(document["policy"])
        further = {name: document[name] for name in document.keys() - known - {"rows", "summary"}}
        for name in ("data_version", "row_count", "total_count", "limit", "offset"):
            if not isinstance(said[name], int):
                raise ValueError
        return Provenance(**said, further=further)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ProtocolError("what the server sent does not say where it came from") from None


def _policy(document: Mapping[str, Any]) -> Policy:
    known = {one.name: document[one.name] for one in fields(Policy)}
    for name in ("pass_mark", "excellent_mark"):
        known[name] = Decimal(known[name])
    return Policy(**known)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
