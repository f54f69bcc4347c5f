"""The drop-in for the warehouse service that Django projects write by hand."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Type, TypeVar, Union

from . import cache_names, configuration, results
from ._declarations import Period
from .answers import LARGEST_PAGE, Answer
from .client import Client
from .columns import Declaration
from .credentials import TokenSource
from .errors import DataChangedError, NotFoundError, RollbookError
from .on_both import on_both
from .parameters import Id, Instant, refuse

Service = TypeVar("Service", bound="DataWarehouseService")
_SECONDS_OF_A_DAY = 86_400
#: How often pages are asked for anew when data changes between them.
_ATTEMPTS_FOR_ALL = 3


class DataWarehouseService:
    """Answers analytics questions with the methods, arguments, defaults and keys of hand-written services.

    The server is that of ``ROLLBOOK_URL``, ``ROLLBOOK_TOKEN`` and ``ROLLBOOK_TIMEOUT`` in Django's settings, or in the
    environment. Every method can be called on an object and on the class. The package's README has the table of
    names, units and missing values.

    :param use_replica: the server itself chooses a database that is new enough; with False, an answer that a replica
        computed is refused
    """

    #: The seconds that a call may take, where nothing else is set.
    QUERY_TIMEOUT: float = 30
    #: The most rows of a page; a higher limit is lowered to it.
    MAX_LIMIT = LARGEST_PAGE
    MAX_RESULT_SIZE = LARGEST_PAGE
    DEFAULT_LIMIT = 100

    def __init__(
        self,
        use_replica: bool = True,
        *,
        url: Optional[str] = None,
        token: Optional[TokenSource] = None,
        timeout: Optional[float] = None,
        client: Optional[Client] = None,
    ) -> None:
        self.use_replica = use_replica
        self.client = client or configuration.client(url, token, timeout, default_timeout=self.QUERY_TIMEOUT)

    @classmethod
    def shared(cls: Type[Service]) -> Service:
        """Give a service with the settings as they are now, for calls on the class."""
        return cls()

    @on_both
    def get_student_progress_over_time(
        self,
        student_id: Id,
        granularity: Period = "week",
        days_back: int = 30,
        limit: int = 100,
        offset: int = 0,
        *,
        as_of: Optional[Instant] = None,
    ) -> results.StudentProgress:
        """Say how one student's grades move over time."""
        given = {"student_id": student_id, "granularity": granularity, "days_back": days_back}
        page = {"limit": limit, "offset": offset}
        _check({**given, **page})

        def row(one: Dict[str, Any]) -> Dict[str, Any]:
            scores = {"min_score": one["min_grade"], "max_score": one["max_grade"], "score_stddev": one["grade_stddev"]}
            return {"student_id": student_id, **one, **scores}

        made: results.StudentProgress = self._result(
            "periods",
            lambda: self.client.student_progress(
                student_id, by=granularity, days=days_back, limit=limit, offset=offset, as_of=as_of
            ),
            row,
            {**given, **page},
            unknown="student",
        )
        return made

    @on_both
    def get_subject_performance_comparison(
        self,
        student_id: Id,
        limit: int = 50,
        offset: int = 0,
        *,
        days_back: Optional[int] = None,
        as_of: Optional[Instant] = None,
    ) -> results.SubjectComparison:
        """Compare one student's subjects; over all time, unless ``days_back`` is given."""
        given = {"student_id": student_id, "limit": limit, "offset": offset}
        _check(given if days_back is None else {**given, "days_back": days_back})

        def row(one: Dict[str, Any]) -> Dict[str, Any]:
            days = one["avg_days_between_submissions"]
            seconds = None if days is None else (days * _SECONDS_OF_A_DAY).quantize(Decimal("0.01"))
            return {
                **one,
                "last_submission": one["last_submission_at"],
                "avg_submission_interval_seconds": seconds,
            }

        days: Any = "all" if days_back is None else days_back
        made: results.SubjectComparison = self._result(
            "subjects",
            lambda: self.client.subject_comparison(student_id, days=days, limit=limit, offset=offset, as_of=as_of),
            row,
            given,
            unknown="student",
        )
        return made

    @on_both
    def get_student_engagement_metrics(
        self, days_back: int = 30, limit: int = 100, offset: int = 0, *, as_of: Optional[Instant] = None
    ) -> results.StudentEngagement:
        """Say who works, and how regularly."""
        given = {"days_back": days_back, "limit": limit, "offset": offset}
        _check(given)
        made: results.StudentEngagement = self._result(
            "students",
            lambda: self.client.student_engagement(days=days_back, limit=limit, offset=offset, as_of=as_of),
            lambda one: {**one, "last_submission": one["last_submission_at"]},
            given,
        )
        return made

    @on_both
    def get_teacher_workload_analysis(
        self, teacher_id: Id, days_back: int = 30, *, as_of: Optional[Instant] = None
    ) -> results.TeacherWorkload:
        """Say how much one teacher has to review: one object. Without assignments it has ``error`` and no counts."""
        given = {"teacher_id": teacher_id, "days_back": days_back}
        _check(given)
        whole = self._result(
            "rows",
            lambda: self.client.teacher_workload(teacher_id, days=days_back, as_of=as_of),
            lambda one: {**one, "last_graded_time": one["last_graded_at"]},
            given,
            unknown="teacher",
        )
        rows = whole.pop("rows")
        whole.update(rows[0] if rows else {"error": "No data found"})
        made: results.TeacherWorkload = whole
        return made

    @on_both
    def get_top_performers(
        self,
        min_submissions: int = 3,
        days_back: int = 90,
        limit: int = 10,
        offset: int = 0,
        *,
        subject_id: Optional[Id] = None,
        as_of: Optional[Instant] = None,
    ) -> results.TopPerformers:
        """Say who does best in each subject; ``limit`` and ``offset`` hold for each subject."""
        page = {"limit": limit, "offset": offset}
        _check({"min_submissions": min_submissions, "days_back": days_back, **page})
        subject: Id = "all" if subject_id is None else subject_id
        made: results.TopPerformers = self._result(
            "performers",
            lambda: self.client.top_performers(
                subject=subject,
                min_submissions=min_submissions,
                days=days_back,
                limit=limit,
                offset=offset,
                as_of=as_of,
            ),
            _performer,
            {"days_back": days_back, **page},
        )
        return made

    @on_both
    def get_bottom_performers(
        self,
        min_submissions: int = 3,
        days_back: int = 90,
        limit: int = 10,
        offset: int = 0,
        *,
        subject_id: Optional[Id] = None,
        as_of: Optional[Instant] = None,
    ) -> results.BottomPerformers:
        """Say who needs help in each subject; ``limit`` and ``offset`` hold for each subject."""
        page = {"limit": limit, "offset": offset}
        _check({"min_submissions": min_submissions, "days_back": days_back, **page})
        subject: Id = "all" if subject_id is None else subject_id
        made: results.BottomPerformers = self._result(
            "performers",
            lambda: self.client.bottom_performers(
                subject=subject,
                min_submissions=min_submissions,
                days=days_back,
                limit=limit,
                offset=offset,
                as_of=as_of,
            ),
            _performer,
            {"days_back": days_back, **page},
        )
        return made

    @on_both
    def get_attendance_vs_grades_correlation(
        self, days_back: int = 90, *, as_of: Optional[Instant] = None
    ) -> results.AttendanceCorrelation:
        """Say whether students who attend more have better grades. Correlation is not causation."""
        _check({"days_back": days_back})
        made: results.AttendanceCorrelation = self._result(
            "correlations",
            lambda: self.client.attendance_correlation(days=days_back, as_of=as_of),
            lambda one: {
                **one,
                "attendance_rate_bucket": one["rate_from"],
                "score_stddev": one["grade_stddev"],
            },
            {"days_back": days_back},
        )
        return made

    @on_both
    def get_class_performance_trends(
        self,
        granularity: Period = "week",
        days_back: int = 90,
        *,
        class_id: Optional[Id] = None,
        as_of: Optional[Instant] = None,
    ) -> results.ClassTrends:
        """Say how the classes do over time: all rows, however many pages the server needs for them."""
        given = {"granularity": granularity, "days_back": days_back}
        _check(given)
        which: Id = "all" if class_id is None else class_id

        def ask() -> Answer[Any]:
            for attempt in range(_ATTEMPTS_FOR_ALL):
                first = self.client.class_trends(
                    class_=which, by=granularity, days=days_back, limit=LARGEST_PAGE, as_of=as_of
                )
                try:
                    return first.all()
                except DataChangedError:
                    if attempt == _ATTEMPTS_FOR_ALL - 1:
                        raise
            raise AssertionError("every attempt ends above")

        made: results.ClassTrends = self._result("trends", ask, lambda one: one, given)
        return made

    @on_both
    def invalidate_cache(self, prefix: Optional[str] = None) -> int:
        """Forget kept answers, by the names of hand-written services or by Rollbook's; give how many.

        Nobody needs to after an import or a refresh: they change the key of every answer.
        """
        return sum(self.client.invalidate_cache(one) for one in cache_names.prefixes(prefix))

    @on_both
    def warm_cache(self, query_type: str = "all") -> int:
        """Compute answers before they are asked for; give how many questions were asked, or new with ``all``.

        ``engagement``, ``performance`` and ``workload`` (of each teacher) ask what the methods ask by default.
        """
        if query_type == "all":
            return self.client.warm()
        if query_type == "engagement":
            self.client.student_engagement()
            return 1
        if query_type == "performance":
            self.client.top_performers()
            self.client.bottom_performers()
            return 2
        if query_type == "workload":
            teachers = self.client.find_teachers(limit=1000)
            for teacher in teachers:
                self.client.teacher_workload(teacher.id)
            return len(teachers)
        raise refuse("query_type", "all, engagement, performance or workload")

    def _result(
        self,
        rows_key: str,
        ask: Callable[[], Answer[Any]],
        row: Callable[[Dict[str, Any]], Dict[str, Any]],
        given: Mapping[str, Any],
        *,
        unknown: Optional[str] = None,
    ) -> Any:
        """Ask, and give the result as a hand-written service does."""
        began = time.perf_counter()
        try:
            answer = ask()
        except NotFoundError as error:
            # A student of whom nothing was ever imported has no rows, as in the project's own tables.
            if unknown is None or error.parameter != unknown:
                raise
            return {**given, rows_key: [], "total_count": 0, "execution_time_ms": _since(began), "provenance": None}
        said = answer.provenance
        if not self.use_replica and said.served_by.endswith("replica"):
            raise RollbookError("use_replica=False, but the server answered from a replica: it alone can choose")
        result: Dict[str, Any] = {**given, rows_key: self._rows(answer, row)}
        if "limit" in given:
            result["limit"] = said.limit
        if answer.declaration.summary:
            result["summary"] = getattr(answer, "summary", None)
        result["total_count"] = said.total_count
        result["execution_time_ms"] = _since(began)
        result["provenance"] = said.as_dict()
        return result

    def _rows(self, answer: Answer[Any], row: Callable[[Dict[str, Any]], Dict[str, Any]]) -> Any:
        convert = configuration.instants()
        instants = _instants_of(answer.declaration)
        rows = []
        for one in answer.rows:
            for name in instants:
                if one[name] is not None:
                    one[name] = convert(one[name])
            rows.append(row(one))
        return rows


def _instants_of(declaration: Declaration) -> Tuple[str, ...]:
    return tuple(column.name for column in declaration.columns if column.type == "instant")


def _performer(one: Dict[str, Any]) -> Dict[str, Any]:
    return {**one, "first_submission": one["first_submission_at"], "last_submission": one["last_submission_at"]}


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def _check(given: Mapping[str, Union[Id, None]]) -> None:
    """Refuse what the server would name otherwise than the method does; ranges of its own it checks itself."""
    for name, value in given.items():
        if value is None:
            raise refuse(name, "a value; None is none")
        if name.endswith("_id") or name == "granularity":
            continue
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise refuse(name, f"a whole number, not {type(value).__name__}")
    if given.get("granularity", "day") not in ("day", "week", "month"):
        raise refuse("granularity", "day, week or month")
    ranges = {"days_back": (1, 3660), "limit": (1, None), "offset": (0, None), "min_submissions": (1, 1_000_000)}
    for name, (least, most) in ranges.items():
        value = int(given.get(name, least))  # type: ignore[arg-type]
        if value < least or (most is not None and value > most):
            raise refuse(name, f"a whole number from {least}" + (f" to {most}" if most is not None else ""))
