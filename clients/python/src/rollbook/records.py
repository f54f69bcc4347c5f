"""What a client asks beside reports and views: records by name, the server's state, and its upkeep."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .errors import ProtocolError
from .parameters import Instant, Mark


@dataclass(frozen=True)
class Record:
    """A student, teacher, subject or class, as people call it."""

    id: int
    #: The source's own id, where it is a text.
    source_id: Optional[str]
    label: str


class RecordsAndUpkeep(abc.ABC):
    """The calls that are not questions to reports and views."""

    def find_students(self, q: str = "", *, limit: int = 20) -> List[Record]:
        """Give the students whose name or id contains a text, by name; at most 1,000."""
        return self._find("/v1/students", q, limit)

    def find_teachers(self, q: str = "", *, limit: int = 20) -> List[Record]:
        """Give the teachers whose name or id contains a text, by name; at most 1,000."""
        return self._find("/v1/teachers", q, limit)

    def find_subjects(self, q: str = "", *, limit: int = 20) -> List[Record]:
        """Give the subjects whose name or id contains a text, by name; at most 1,000."""
        return self._find("/v1/subjects", q, limit)

    def find_classes(self, q: str = "", *, limit: int = 20) -> List[Record]:
        """Give the classes whose name or id contains a text, by name; at most 1,000."""
        return self._find("/v1/classes", q, limit)

    def refresh(
        self,
        *,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Dict[str, Any]:
        """Fill the views anew, beside readers; never retried. It may take longer than a page's timeout."""
        arguments = {
            "as_of": as_of,
            "pass_mark": pass_mark,
            "excellent_mark": excellent_mark,
            "overdue_after_days": overdue_after_days,
            "recent_days": recent_days,
            "time_zone": time_zone,
            "late_counts_as_present": late_counts_as_present,
        }
        return self._post("/v1/refresh", arguments)

    def warm(self) -> int:
        """Compute the common answers before they are asked for; give how many were not in memory before."""
        return _count(self._post("/v1/warm", {}), "answers_written")

    def invalidate_cache(self, prefix: Optional[str] = None) -> int:
        """Forget kept answers whose key begins so, such as ``student-progress/``; all without it. Give how many."""
        return _count(self._post("/v1/cache/invalidate", {"prefix": prefix}), "answers_forgotten")

    def info(self) -> Dict[str, Any]:
        """Say what the warehouse holds, and how fresh it is."""
        return self._fetch("/v1/info", {})

    def reports(self) -> List[Dict[str, Any]]:
        """Give the reports as the server declares them."""
        return listed(self._fetch("/v1/reports", {}), "reports")

    def views(self) -> List[Dict[str, Any]]:
        """Give the views as the server declares them."""
        return listed(self._fetch("/v1/views", {}), "views")

    def openapi(self) -> Dict[str, Any]:
        """Give the description of the API (OpenAPI 3.1)."""
        return self._fetch("/openapi.json", {})

    def is_live(self) -> bool:
        """Say whether the process answers. Never retried."""
        return self._health("/health/live")[0] == 200

    def is_ready(self) -> bool:
        """Say whether the database answers. Never retried."""
        return self._health("/health/ready")[0] == 200

    def _find(self, path: str, q: str, limit: int) -> List[Record]:
        rows = listed(self._fetch(path, {"q": q, "limit": limit}), "rows")
        try:
            return [Record(row["id"], row["source_id"], row["label"]) for row in rows]
        except KeyError:
            raise ProtocolError("what the server sent is no list of records") from None

    @abc.abstractmethod
    def _fetch(self, path: str, parameters: Mapping[str, Any]) -> Dict[str, Any]: ...

    @abc.abstractmethod
    def _post(self, path: str, arguments: Mapping[str, Any]) -> Dict[str, Any]: ...

    @abc.abstractmethod
    def _health(self, path: str) -> Tuple[int, Dict[str, Any]]: ...


def _count(document: Mapping[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int):
        raise ProtocolError(f"what the server sent has no {name}")
    return value


def listed(document: Mapping[str, Any], name: str) -> List[Dict[str, Any]]:
    """Give the list of objects under a name."""
    value = document.get(name)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ProtocolError(f"what the server sent has no list {name}")
    return value
