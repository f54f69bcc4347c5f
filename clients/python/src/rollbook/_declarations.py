"""Made by tools/generate.py from a server's declarations; not edited by hand."""

from __future__ import annotations

import abc
import datetime
from decimal import Decimal
from typing import Any, Literal, Mapping, Optional, Tuple, TypedDict, Union

from .answers import Answer, SummarizedAnswer
from .columns import Column, Declaration, Parameter
from .parameters import Id, Instant, Mark

#: The length of a period.
Period = Literal["day", "week", "month"]


class AttendanceCorrelationRow(TypedDict):
    """One row per tenth of the attendance rate with a student in it; only students with attendance and a graded
    material submission in the window count."""

    rate_from: int
    rate_to: int
    student_count: int
    total_submissions: int
    avg_grade: Optional[Decimal]
    min_grade: Decimal
    max_grade: Decimal
    grade_stddev: Optional[Decimal]


class AttendanceCorrelationSummary(TypedDict):
    """What is said of all rows together."""

    student_count: int
    pearson_r: Optional[Decimal]
    slope: Optional[Decimal]
    pearson_r_low: Optional[Decimal]
    pearson_r_high: Optional[Decimal]
    note: str


class BottomPerformersRow(TypedDict):
    """One row per subject and student with at least min_submissions graded material submissions in the window."""

    subject_id: int
    subject_name: str
    rank: int
    student_id: int
    first_name: str
    last_name: str
    submission_count: int
    avg_grade: Optional[Decimal]
    max_grade: Decimal
    first_submission_at: datetime.datetime
    last_submission_at: datetime.datetime
    fail_rate: Decimal


class ClassTrendsRow(TypedDict):
    """One row per class and period with a graded material submission that counts in the class."""

    class_id: int
    class_name: str
    period: datetime.date
    student_count: int
    submission_count: int
    avg_grade: Optional[Decimal]
    min_grade: Decimal
    max_grade: Decimal
    pass_rate: Decimal


class EngagementTrendRow(TypedDict):
    """One row per period with a material submission, graded or not."""

    period: datetime.date
    active_students: int
    submission_count: int
    graded_count: int
    avg_grade: Optional[Decimal]


class StudentEngagementRow(TypedDict):
    """One row per student with a material submission in the window, graded or not."""

    student_id: int
    first_name: str
    last_name: str
    submission_count: int
    active_days: int
    engagement_percentage: Decimal
    avg_grade: Optional[Decimal]
    last_submission_at: datetime.datetime
    avg_days_between_submissions: Optional[Decimal]


class StudentProgressRow(TypedDict):
    """One row per period with a graded material submission of the student."""

    period: datetime.date
    submission_count: int
    avg_grade: Optional[Decimal]
    pass_rate: Decimal
    min_grade: Decimal
    max_grade: Decimal
    grade_stddev: Optional[Decimal]


class SubjectComparisonRow(TypedDict):
    """One row per subject with a graded material submission of the student."""

    subject_id: int
    subject_name: str
    submission_count: int
    avg_grade: Optional[Decimal]
    min_grade: Decimal
    max_grade: Decimal
    grade_variance: Optional[Decimal]
    grade_stddev: Optional[Decimal]
    pass_rate: Decimal
    last_submission_at: datetime.datetime
    avg_days_between_submissions: Optional[Decimal]


class TeacherWorkloadRow(TypedDict):
    """One row for the teacher, over the assignments created in the window; none where there are none."""

    teacher_id: int
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


class TopPerformersRow(TypedDict):
    """One row per subject and student with at least min_submissions graded material submissions in the window."""

    subject_id: int
    subject_name: str
    rank: int
    student_id: int
    first_name: str
    last_name: str
    submission_count: int
    avg_grade: Optional[Decimal]
    max_grade: Decimal
    first_submission_at: datetime.datetime
    last_submission_at: datetime.datetime


class ClassProgressSummaryViewRow(TypedDict):
    """One row per class and subject with an active enrollment."""

    class_id: int
    subject_id: int
    student_count: int
    total_submissions: int
    avg_grade: Optional[Decimal]
    pass_rate: Optional[Decimal]
    recent_submission_rate: Optional[Decimal]


class StudentGradeSummaryViewRow(TypedDict):
    """One row per student and subject with a graded material submission."""

    student_id: int
    subject_id: int
    submission_count: int
    avg_grade: Optional[Decimal]
    pass_rate: Optional[Decimal]
    first_submission_at: Optional[datetime.datetime]
    last_submission_at: Optional[datetime.datetime]


class SubjectPerformanceViewRow(TypedDict):
    """One row per subject."""

    subject_id: int
    subject_name: str
    student_count: int
    total_submissions: int
    avg_grade: Optional[Decimal]
    min_grade: Optional[Decimal]
    max_grade: Optional[Decimal]
    excellent_rate: Optional[Decimal]
    good_rate: Optional[Decimal]
    below_average_rate: Optional[Decimal]
    last_submission_at: Optional[datetime.datetime]


class TeacherWorkloadViewRow(TypedDict):
    """One row per teacher."""

    teacher_id: int
    total_assignments: int
    total_submissions: int
    pending_reviews: int
    graded_submissions: int
    avg_grade_time_minutes: Optional[Decimal]
    last_graded_at: Optional[datetime.datetime]
    overdue_percentage: Optional[Decimal]


ATTENDANCE_CORRELATION = Declaration(
    name="attendance-correlation",
    is_view=False,
    parameters=(Parameter("days", "integer", "90", False),),
    columns=(
        Column("rate_from", "integer", "percent", False, "the bucket's lower bound, included"),
        Column("rate_to", "integer", "percent", False, "the bucket's upper bound, excluded but for 100"),
        Column("student_count", "integer", "count", False, "students whose attendance rate lies in the bucket"),
        Column("total_submissions", "integer", "count", False, "their graded material submissions"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded submissions"),
        Column("min_grade", "decimal", "points", False, "lowest score"),
        Column("max_grade", "decimal", "points", False, "highest score"),
        Column(
            "grade_stddev",
            "decimal",
            "points",
            True,
            "sample standard deviation (n - 1) of the scores; null for fewer than two",
        ),
    ),
    summary=(
        Column("student_count", "integer", "count", False, "students with attendance and a grade"),
        Column(
            "pearson_r",
            "decimal",
            "coefficient",
            True,
            "Pearson's correlation of attendance rate and mean score; null without variation",
        ),
        Column(
            "slope",
            "decimal",
            "points per percent",
            True,
            "grade points per point of attendance, by least squares; null without variation of attendance",
        ),
        Column(
            "pearson_r_low",
            "decimal",
            "coefficient",
            True,
            "lower end of the 95 % interval of r (Fisher z); null for fewer than four students",
        ),
        Column(
            "pearson_r_high",
            "decimal",
            "coefficient",
            True,
            "upper end of the 95 % interval of r (Fisher z); null for fewer than four students",
        ),
        Column("note", "text", None, False, "what the numbers do not say"),
    ),
)
BOTTOM_PERFORMERS = Declaration(
    name="bottom-performers",
    is_view=False,
    parameters=(
        Parameter("subject", "identifier", "all", False),
        Parameter("min_submissions", "integer", "3", False),
        Parameter("days", "integer", "90", False),
        Parameter("limit", "integer", "10", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("subject_id", "integer", None, False, "the subject"),
        Column("subject_name", "text", None, False, "the subject's name"),
        Column("rank", "integer", "count", False, "the student's place within the subject, from 1"),
        Column("student_id", "integer", None, False, "the student"),
        Column("first_name", "text", None, False, "the student's given name"),
        Column("last_name", "text", None, False, "the student's family name"),
        Column("submission_count", "integer", "count", False, "graded material submissions"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded submissions"),
        Column("max_grade", "decimal", "points", False, "highest score"),
        Column("first_submission_at", "instant", None, False, "the earliest of the submissions"),
        Column("last_submission_at", "instant", None, False, "the latest of the submissions"),
        Column("fail_rate", "decimal", "percent", False, "share of graded submissions with score < pass_mark"),
    ),
    summary=(),
)
CLASS_TRENDS = Declaration(
    name="class-trends",
    is_view=False,
    parameters=(
        Parameter("class", "identifier", "all", False),
        Parameter("by", "period", "week", False),
        Parameter("days", "integer", "90", False),
        Parameter("limit", "integer", "1000", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("class_id", "integer", None, False, "the class"),
        Column("class_name", "text", None, False, "the class's name"),
        Column("period", "date", None, False, "the period's first date, also where the window cuts into it"),
        Column("student_count", "integer", "count", False, "students who submitted"),
        Column("submission_count", "integer", "count", False, "graded material submissions"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded submissions"),
        Column("min_grade", "decimal", "points", False, "lowest score"),
        Column("max_grade", "decimal", "points", False, "highest score"),
        Column("pass_rate", "decimal", "percent", False, "share of graded submissions with score >= pass_mark"),
    ),
    summary=(),
)
ENGAGEMENT_TREND = Declaration(
    name="engagement-trend",
    is_view=False,
    parameters=(
        Parameter("by", "period", "day", False),
        Parameter("days", "integer", "30", False),
    ),
    columns=(
        Column("period", "date", None, False, "the period's first date, also where the window cuts into it"),
        Column("active_students", "integer", "count", False, "students with a submission"),
        Column("submission_count", "integer", "count", False, "material submissions, graded or not"),
        Column("graded_count", "integer", "count", False, "of these, with a score"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded ones; null where none is"),
    ),
    summary=(),
)
STUDENT_ENGAGEMENT = Declaration(
    name="student-engagement",
    is_view=False,
    parameters=(
        Parameter("days", "integer", "30", False),
        Parameter("limit", "integer", "100", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("student_id", "integer", None, False, "the student"),
        Column("first_name", "text", None, False, "the student's given name"),
        Column("last_name", "text", None, False, "the student's family name"),
        Column("submission_count", "integer", "count", False, "material submissions, graded or not"),
        Column("active_days", "integer", "count", False, "dates with a submission"),
        Column("engagement_percentage", "decimal", "percent", False, "active days as a share of the window's dates"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded ones; null where none is"),
        Column("last_submission_at", "instant", None, False, "the latest of the submissions"),
        Column(
            "avg_days_between_submissions",
            "decimal",
            "days",
            True,
            "(last - first) / (n - 1) in days of 24 hours; null for fewer than two",
        ),
    ),
    summary=(),
)
STUDENT_PROGRESS = Declaration(
    name="student-progress",
    is_view=False,
    parameters=(
        Parameter("student", "identifier", None, True),
        Parameter("by", "period", "week", False),
        Parameter("days", "integer", "30", False),
        Parameter("limit", "integer", "100", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("period", "date", None, False, "the period's first date, also where the window cuts into it"),
        Column("submission_count", "integer", "count", False, "graded material submissions"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded submissions"),
        Column("pass_rate", "decimal", "percent", False, "share of graded submissions with score >= pass_mark"),
        Column("min_grade", "decimal", "points", False, "lowest score"),
        Column("max_grade", "decimal", "points", False, "highest score"),
        Column(
            "grade_stddev",
            "decimal",
            "points",
            True,
            "sample standard deviation (n - 1) of the scores; null for fewer than two",
        ),
    ),
    summary=(),
)
SUBJECT_COMPARISON = Declaration(
    name="subject-comparison",
    is_view=False,
    parameters=(
        Parameter("student", "identifier", None, True),
        Parameter("days", "integer", "all", False),
        Parameter("limit", "integer", "50", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("subject_id", "integer", None, False, "the subject"),
        Column("subject_name", "text", None, False, "the subject's name"),
        Column("submission_count", "integer", "count", False, "graded material submissions"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded submissions"),
        Column("min_grade", "decimal", "points", False, "lowest score"),
        Column("max_grade", "decimal", "points", False, "highest score"),
        Column(
            "grade_variance",
            "decimal",
            "points squared",
            True,
            "sample variance (n - 1) of the scores; null for fewer than two",
        ),
        Column(
            "grade_stddev",
            "decimal",
            "points",
            True,
            "sample standard deviation (n - 1) of the scores; null for fewer than two",
        ),
        Column("pass_rate", "decimal", "percent", False, "share of graded submissions with score >= pass_mark"),
        Column("last_submission_at", "instant", None, False, "the latest of the submissions"),
        Column(
            "avg_days_between_submissions",
            "decimal",
            "days",
            True,
            "(last - first) / (n - 1) in days of 24 hours; null for fewer than two",
        ),
    ),
    summary=(),
)
TEACHER_WORKLOAD = Declaration(
    name="teacher-workload",
    is_view=False,
    parameters=(
        Parameter("teacher", "identifier", None, True),
        Parameter("days", "integer", "30", False),
    ),
    columns=(
        Column("teacher_id", "integer", None, False, "the teacher"),
        Column("total_assignments", "integer", "count", False, "assignments created in the window"),
        Column("total_submissions", "integer", "count", False, "submissions to them, up to the end of the as-of date"),
        Column("pending_reviews", "integer", "count", False, "of these, with the status pending"),
        Column("graded_submissions", "integer", "count", False, "of these, with a score"),
        Column(
            "avg_grade_time_hours", "decimal", "hours", True, "mean time from submission to grade, of the graded ones"
        ),
        Column(
            "median_grade_time_hours",
            "decimal",
            "hours",
            True,
            "median time from submission to grade, of the graded ones",
        ),
        Column(
            "min_grade_time_hours",
            "decimal",
            "hours",
            True,
            "shortest time from submission to grade, of the graded ones",
        ),
        Column(
            "max_grade_time_hours",
            "decimal",
            "hours",
            True,
            "longest time from submission to grade, of the graded ones",
        ),
        Column(
            "overdue_percentage",
            "decimal",
            "percent",
            True,
            "share of the pending ones that were submitted more than overdue_after_days x 24 h before as_of",
        ),
        Column("last_graded_at", "instant", None, True, "when the latest grade was given"),
    ),
    summary=(),
)
TOP_PERFORMERS = Declaration(
    name="top-performers",
    is_view=False,
    parameters=(
        Parameter("subject", "identifier", "all", False),
        Parameter("min_submissions", "integer", "3", False),
        Parameter("days", "integer", "90", False),
        Parameter("limit", "integer", "10", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("subject_id", "integer", None, False, "the subject"),
        Column("subject_name", "text", None, False, "the subject's name"),
        Column("rank", "integer", "count", False, "the student's place within the subject, from 1"),
        Column("student_id", "integer", None, False, "the student"),
        Column("first_name", "text", None, False, "the student's given name"),
        Column("last_name", "text", None, False, "the student's family name"),
        Column("submission_count", "integer", "count", False, "graded material submissions"),
        Column("avg_grade", "decimal", "points", True, "mean score of the graded submissions"),
        Column("max_grade", "decimal", "points", False, "highest score"),
        Column("first_submission_at", "instant", None, False, "the earliest of the submissions"),
        Column("last_submission_at", "instant", None, False, "the latest of the submissions"),
    ),
    summary=(),
)
VIEW_CLASS_PROGRESS_SUMMARY = Declaration(
    name="class_progress_summary",
    is_view=True,
    parameters=(
        Parameter("limit", "integer", "1000", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("class_id", "integer", None, False, "the class"),
        Column("subject_id", "integer", None, False, "the subject"),
        Column("student_count", "integer", "count", False, "students actively enrolled, each once"),
        Column(
            "total_submissions",
            "integer",
            "count",
            False,
            "material submissions that count in the class for the subject",
        ),
        Column(
            "avg_grade", "decimal", "points", True, "mean score of the graded submissions; null where there are none"
        ),
        Column("pass_rate", "decimal", "percent", True, "share of graded submissions with score >= pass_mark"),
        Column(
            "recent_submission_rate",
            "decimal",
            "percent",
            True,
            "share of the submissions made less than recent_days x 24 h before the refresh's as-of instant",
        ),
    ),
    summary=(),
)
VIEW_STUDENT_GRADE_SUMMARY = Declaration(
    name="student_grade_summary",
    is_view=True,
    parameters=(
        Parameter("limit", "integer", "1000", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("student_id", "integer", None, False, "the student"),
        Column("subject_id", "integer", None, False, "the subject"),
        Column("submission_count", "integer", "count", False, "graded material submissions"),
        Column(
            "avg_grade", "decimal", "points", True, "mean score of the graded submissions; null where there are none"
        ),
        Column("pass_rate", "decimal", "percent", True, "share of graded submissions with score >= pass_mark"),
        Column("first_submission_at", "instant", None, True, "the earliest graded submission"),
        Column("last_submission_at", "instant", None, True, "the latest graded submission"),
    ),
    summary=(),
)
VIEW_SUBJECT_PERFORMANCE = Declaration(
    name="subject_performance",
    is_view=True,
    parameters=(
        Parameter("limit", "integer", "1000", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("subject_id", "integer", None, False, "the subject"),
        Column("subject_name", "text", None, False, "the subject's name"),
        Column("student_count", "integer", "count", False, "students with a material submission, graded or not"),
        Column("total_submissions", "integer", "count", False, "graded material submissions"),
        Column(
            "avg_grade", "decimal", "points", True, "mean score of the graded submissions; null where there are none"
        ),
        Column("min_grade", "decimal", "points", True, "lowest score"),
        Column("max_grade", "decimal", "points", True, "highest score"),
        Column(
            "excellent_rate", "decimal", "percent", True, "share of graded submissions with score >= excellent_mark"
        ),
        Column(
            "good_rate",
            "decimal",
            "percent",
            True,
            "share of graded submissions from pass_mark to below excellent_mark",
        ),
        Column("below_average_rate", "decimal", "percent", True, "share of graded submissions with score < pass_mark"),
        Column("last_submission_at", "instant", None, True, "the latest material submission, graded or not"),
    ),
    summary=(),
)
VIEW_TEACHER_WORKLOAD = Declaration(
    name="teacher_workload",
    is_view=True,
    parameters=(
        Parameter("limit", "integer", "1000", False),
        Parameter("offset", "integer", "0", False),
    ),
    columns=(
        Column("teacher_id", "integer", None, False, "the teacher"),
        Column("total_assignments", "integer", "count", False, "assignments that the teacher has set"),
        Column("total_submissions", "integer", "count", False, "submissions to them"),
        Column("pending_reviews", "integer", "count", False, "of these, with the status pending"),
        Column("graded_submissions", "integer", "count", False, "of these, with a score"),
        Column(
            "avg_grade_time_minutes",
            "decimal",
            "minutes",
            True,
            "mean time from submission to grade, of the graded ones",
        ),
        Column("last_graded_at", "instant", None, True, "when the latest grade was given"),
        Column(
            "overdue_percentage",
            "decimal",
            "percent",
            True,
            "share of the pending ones submitted more than overdue_after_days x 24 h before the refresh's as-of instant",
        ),
    ),
    summary=(),
)
#: All reports and views.
DECLARATIONS: Tuple[Declaration, ...] = (
    ATTENDANCE_CORRELATION,
    BOTTOM_PERFORMERS,
    CLASS_TRENDS,
    ENGAGEMENT_TREND,
    STUDENT_ENGAGEMENT,
    STUDENT_PROGRESS,
    SUBJECT_COMPARISON,
    TEACHER_WORKLOAD,
    TOP_PERFORMERS,
    VIEW_CLASS_PROGRESS_SUMMARY,
    VIEW_STUDENT_GRADE_SUMMARY,
    VIEW_SUBJECT_PERFORMANCE,
    VIEW_TEACHER_WORKLOAD,
)


class DeclaredQuestions(abc.ABC):
    """A method for each report and view."""

    def attendance_correlation(
        self,
        *,
        days: int = 90,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> SummarizedAnswer[AttendanceCorrelationRow, AttendanceCorrelationSummary]:
        """Do students who attend more have better grades?

        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        """
        answer: SummarizedAnswer[AttendanceCorrelationRow, AttendanceCorrelationSummary] = self._ask(
            ATTENDANCE_CORRELATION,
            {
                "days": days,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def bottom_performers(
        self,
        *,
        subject: Id = "all",
        min_submissions: int = 3,
        days: int = 90,
        limit: int = 10,
        offset: int = 0,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[BottomPerformersRow]:
        """Who needs help in each subject?

        :param subject: the subject to report on; the id of one of the subjects (a number, or the source's own
            id), or all
        :param min_submissions: the fewest graded submissions with which a student is ranked; a whole number
            from 1 to 1000000
        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        :param limit: the most rows of each subject; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of each subject, counted from 0; a whole number from 0
        """
        answer: Answer[BottomPerformersRow] = self._ask(
            BOTTOM_PERFORMERS,
            {
                "subject": subject,
                "min_submissions": min_submissions,
                "days": days,
                "limit": limit,
                "offset": offset,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def class_trends(
        self,
        *,
        class_: Id = "all",
        by: Period = "week",
        days: int = 90,
        limit: int = 1000,
        offset: int = 0,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[ClassTrendsRow]:
        """How do the classes do over time?

        :param class_: the class to report on; the id of one of the classes (a number, or the source's own id),
            or all
        :param by: the length of the periods; day, week, month
        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[ClassTrendsRow] = self._ask(
            CLASS_TRENDS,
            {
                "class": class_,
                "by": by,
                "days": days,
                "limit": limit,
                "offset": offset,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def engagement_trend(
        self,
        *,
        by: Period = "day",
        days: int = 30,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[EngagementTrendRow]:
        """How much do students work over time?

        :param by: the length of the periods; day, week, month
        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        """
        answer: Answer[EngagementTrendRow] = self._ask(
            ENGAGEMENT_TREND,
            {
                "by": by,
                "days": days,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def student_engagement(
        self,
        *,
        days: int = 30,
        limit: int = 100,
        offset: int = 0,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[StudentEngagementRow]:
        """Who works, and how regularly?

        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[StudentEngagementRow] = self._ask(
            STUDENT_ENGAGEMENT,
            {
                "days": days,
                "limit": limit,
                "offset": offset,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def student_progress(
        self,
        student: Id,
        *,
        by: Period = "week",
        days: int = 30,
        limit: int = 100,
        offset: int = 0,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[StudentProgressRow]:
        """How do one student's grades move over time?

        :param student: the student to report on; the id of one of the students (a number, or the source's own
            id)
        :param by: the length of the periods; day, week, month
        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[StudentProgressRow] = self._ask(
            STUDENT_PROGRESS,
            {
                "student": student,
                "by": by,
                "days": days,
                "limit": limit,
                "offset": offset,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def subject_comparison(
        self,
        student: Id,
        *,
        days: Union[int, Literal["all"]] = "all",
        limit: int = 50,
        offset: int = 0,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[SubjectComparisonRow]:
        """In which subjects does one student do well, and in which not?

        :param student: the student to report on; the id of one of the students (a number, or the source's own
            id)
        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660,
            or all
        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[SubjectComparisonRow] = self._ask(
            SUBJECT_COMPARISON,
            {
                "student": student,
                "days": days,
                "limit": limit,
                "offset": offset,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def teacher_workload(
        self,
        teacher: Id,
        *,
        days: int = 30,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[TeacherWorkloadRow]:
        """How much does one teacher have to review, and how quickly is it done?

        :param teacher: the teacher to report on; the id of one of the teachers (a number, or the source's own
            id)
        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        """
        answer: Answer[TeacherWorkloadRow] = self._ask(
            TEACHER_WORKLOAD,
            {
                "teacher": teacher,
                "days": days,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def top_performers(
        self,
        *,
        subject: Id = "all",
        min_submissions: int = 3,
        days: int = 90,
        limit: int = 10,
        offset: int = 0,
        as_of: Optional[Instant] = None,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[TopPerformersRow]:
        """Who does best in each subject?

        :param subject: the subject to report on; the id of one of the subjects (a number, or the source's own
            id), or all
        :param min_submissions: the fewest graded submissions with which a student is ranked; a whole number
            from 1 to 1000000
        :param days: the number of calendar dates, ending with the date of as_of; a whole number from 1 to 3660
        :param limit: the most rows of each subject; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of each subject, counted from 0; a whole number from 0
        """
        answer: Answer[TopPerformersRow] = self._ask(
            TOP_PERFORMERS,
            {
                "subject": subject,
                "min_submissions": min_submissions,
                "days": days,
                "limit": limit,
                "offset": offset,
                "as_of": as_of,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def view_class_progress_summary(
        self,
        *,
        limit: int = 1000,
        offset: int = 0,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[ClassProgressSummaryViewRow]:
        """Read the view class_progress_summary, as its last refresh left it.

        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[ClassProgressSummaryViewRow] = self._ask(
            VIEW_CLASS_PROGRESS_SUMMARY,
            {
                "limit": limit,
                "offset": offset,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def view_student_grade_summary(
        self,
        *,
        limit: int = 1000,
        offset: int = 0,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[StudentGradeSummaryViewRow]:
        """Read the view student_grade_summary, as its last refresh left it.

        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[StudentGradeSummaryViewRow] = self._ask(
            VIEW_STUDENT_GRADE_SUMMARY,
            {
                "limit": limit,
                "offset": offset,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def view_subject_performance(
        self,
        *,
        limit: int = 1000,
        offset: int = 0,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[SubjectPerformanceViewRow]:
        """Read the view subject_performance, as its last refresh left it.

        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[SubjectPerformanceViewRow] = self._ask(
            VIEW_SUBJECT_PERFORMANCE,
            {
                "limit": limit,
                "offset": offset,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    def view_teacher_workload(
        self,
        *,
        limit: int = 1000,
        offset: int = 0,
        pass_mark: Optional[Mark] = None,
        excellent_mark: Optional[Mark] = None,
        overdue_after_days: Optional[int] = None,
        recent_days: Optional[int] = None,
        time_zone: Optional[str] = None,
        late_counts_as_present: Optional[bool] = None,
    ) -> Answer[TeacherWorkloadViewRow]:
        """Read the view teacher_workload, as its last refresh left it.

        :param limit: the most rows of a page; a whole number from 1; more than 10000 is lowered to 10000
        :param offset: the first row of the page, counted from 0; a whole number from 0
        """
        answer: Answer[TeacherWorkloadViewRow] = self._ask(
            VIEW_TEACHER_WORKLOAD,
            {
                "limit": limit,
                "offset": offset,
                "pass_mark": pass_mark,
                "excellent_mark": excellent_mark,
                "overdue_after_days": overdue_after_days,
                "recent_days": recent_days,
                "time_zone": time_zone,
                "late_counts_as_present": late_counts_as_present,
            },
        )
        return answer

    @abc.abstractmethod
    def _ask(self, declaration: Declaration, parameters: Mapping[str, Any]) -> Any: ...
