"""What the methods of `DataWarehouseService` give: dictionaries with the keys of hand-written services."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Dict, List, Optional, TypedDict

from ._declarations import (
    AttendanceCorrelationRow,
    AttendanceCorrelationSummary,
    BottomPerformersRow,
    ClassTrendsRow,
    StudentEngagementRow,
    StudentProgressRow,
    SubjectComparisonRow,
    TopPerformersRow,
)
from .parameters import Id


class Result(TypedDict):
    """What every result has."""

    #: All rows there are, before the page was cut.
    total_count: int
    #: How long the call took, as its caller saw it.
    execution_time_ms: float
    #: Where the rows came from, as JSON has it; None where the id is not known.
    provenance: Optional[Dict[str, Any]]


class ProgressPeriod(StudentProgressRow):
    """A period of one student."""

    student_id: Id
    min_score: Decimal
    max_score: Decimal
    score_stddev: Optional[Decimal]


class StudentProgress(Result):
    """The result of `get_student_progress_over_time`."""

    periods: List[ProgressPeriod]
    student_id: Id
    granularity: str
    days_back: int
    limit: int
    offset: int


class ComparedSubject(SubjectComparisonRow):
    """A subject of one student."""

    last_submission: datetime.datetime
    avg_submission_interval_seconds: Optional[Decimal]


class SubjectComparison(Result):
    """The result of `get_subject_performance_comparison`."""

    subjects: List[ComparedSubject]
    student_id: Id
    limit: int
    offset: int


class EngagedStudent(StudentEngagementRow):
    """A student who submitted something."""

    last_submission: datetime.datetime


class StudentEngagement(Result):
    """The result of `get_student_engagement_metrics`."""

    students: List[EngagedStudent]
    days_back: int
    limit: int
    offset: int


class TeacherWorkload(Result, total=False):
    """The result of `get_teacher_workload_analysis`: one object, or ``error`` where there is nothing to say."""

    teacher_id: Id
    total_assignments: int
    total_submissions: int
    pending_reviews: int
    graded_submissions: int
    avg_grade_time_hours: Optional[Decimal]
    median_grade_time_hours: Optional[Decimal]
    min_grade_time_hours: Optional[Decimal]
    max_grade_time_hours: Optional[Decimal]
    overdue_percentage: Optional[Decimal]
    last_graded_at: Optional[datetime.datetime]
    last_graded_time: Optional[datetime.datetime]
    days_back: int
    error: str


class TopPerformer(TopPerformersRow):
    """One of the best of a subject."""

    first_submission: datetime.datetime
    last_submission: datetime.datetime


class TopPerformers(Result):
    """The result of `get_top_performers`."""

    performers: List[TopPerformer]
    days_back: int
    limit: int
    offset: int


class BottomPerformer(BottomPerformersRow):
    """One who needs help in a subject."""

    first_submission: datetime.datetime
    last_submission: datetime.datetime


class BottomPerformers(Result):
    """The result of `get_bottom_performers`."""

    performers: List[BottomPerformer]
    days_back: int
    limit: int
    offset: int


class AttendanceBucket(AttendanceCorrelationRow):
    """A tenth of the attendance rate."""

    attendance_rate_bucket: int
    score_stddev: Optional[Decimal]


class AttendanceCorrelation(Result):
    """The result of `get_attendance_vs_grades_correlation`."""

    correlations: List[AttendanceBucket]
    summary: AttendanceCorrelationSummary
    days_back: int


class ClassTrends(Result):
    """The result of `get_class_performance_trends`."""

    trends: List[ClassTrendsRow]
    granularity: str
    days_back: int
