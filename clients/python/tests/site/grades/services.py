"""The service that the platform wrote by hand, with SQL over its own tables."""

import datetime
import time
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection
from django.utils import timezone

PERIODS = {
    "day": "date(s.submitted_at)",
    "week": "date(s.submitted_at, 'weekday 0', '-6 days')",
    "month": "date(s.submitted_at, 'start of month')",
}


class DataWarehouseService:
    MAX_LIMIT = 10000

    def __init__(self, use_replica=True):
        self.use_replica = use_replica

    @staticmethod
    def _rows(sql, parameters):
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [{name: typed(name, cell) for name, cell in zip(names, row)} for row in cursor.fetchall()]

    @classmethod
    def _result(cls, key, sql, parameters, days_back=None, **more):
        began = time.time()
        if days_back is not None:
            parameters = (*parameters, timezone.now() - datetime.timedelta(days=days_back))
        rows = cls._rows(sql, parameters)
        took = round((time.time() - began) * 1000, 2)
        return {**more, key: rows, "total_count": len(rows), "execution_time_ms": took}

    @classmethod
    def get_student_progress_over_time(cls, student_id, granularity="week", days_back=30, limit=100, offset=0):
        sql = f"""
            SELECT s.student_id, {PERIODS[granularity]} AS period, count(*) AS submission_count,
                avg(s.score) AS avg_grade, avg(s.score >= 70) * 100 AS pass_rate,
                min(s.score) AS min_score, max(s.score) AS max_score
            FROM submissions s WHERE s.student_id = %s AND s.score IS NOT NULL AND s.submitted_at >= %s
            GROUP BY 1, 2 ORDER BY 2 LIMIT {int(limit)} OFFSET {int(offset)}"""
        given = {"student_id": student_id, "granularity": granularity, "limit": limit, "offset": offset}
        return cls._result("periods", sql, (student_id,), days_back, **given)

    @classmethod
    def get_subject_performance_comparison(cls, student_id, limit=50, offset=0):
        sql = f"""
            SELECT m.subject_id, j.name AS subject_name, count(*) AS submission_count, avg(s.score) AS avg_grade,
                min(s.score) AS min_grade, max(s.score) AS max_grade, avg(s.score >= 70) * 100 AS pass_rate,
                max(s.submitted_at) AS last_submission
            FROM submissions s JOIN materials m ON m.id = s.material_id JOIN subjects j ON j.id = m.subject_id
            WHERE s.student_id = %s AND s.score IS NOT NULL
            GROUP BY 1, 2 ORDER BY avg(s.score) DESC, 1 LIMIT {int(limit)} OFFSET {int(offset)}"""
        return cls._result("subjects", sql, (student_id,), student_id=student_id)

    @classmethod
    def get_student_engagement_metrics(cls, days_back=30, limit=100, offset=0):
        sql = f"""
            SELECT s.student_id, p.first_name, p.last_name, count(*) AS submission_count,
                count(DISTINCT date(s.submitted_at)) AS active_days,
                count(DISTINCT date(s.submitted_at)) * 100.0 / {int(days_back)} AS engagement_percentage,
                avg(s.score) AS avg_grade, max(s.submitted_at) AS last_submission
            FROM submissions s JOIN students p ON p.id = s.student_id WHERE s.submitted_at >= %s
            GROUP BY 1, 2, 3 ORDER BY 5 DESC, 4 DESC, 1 LIMIT {int(limit)} OFFSET {int(offset)}"""
        return cls._result("students", sql, (), days_back)

    @classmethod
    def get_teacher_workload_analysis(cls, teacher_id, days_back=30):
        sql = """
            SELECT a.teacher_id, count(DISTINCT a.id) AS total_assignments, count(s.id) AS total_submissions,
                count(CASE WHEN s.status = 'pending' THEN 1 END) AS pending_reviews,
                count(s.score) AS graded_submissions, max(s.graded_at) AS last_graded_time
            FROM assignments a LEFT JOIN assignment_submissions s ON s.assignment_id = a.id
            WHERE a.teacher_id = %s AND a.created_at >= %s GROUP BY 1"""
        result = cls._result("rows", sql, (teacher_id,), days_back)
        rows = result.pop("rows")
        return {**result, **rows[0]} if rows else {**result, "teacher_id": teacher_id, "error": "No data found"}

    @classmethod
    def get_top_performers(cls, min_submissions=3, days_back=90, limit=10, offset=0):
        sql = f"""
            SELECT m.subject_id, j.name AS subject_name, s.student_id, p.first_name, p.last_name,
                count(*) AS submission_count, avg(s.score) AS avg_grade, max(s.score) AS max_grade,
                min(s.submitted_at) AS first_submission, max(s.submitted_at) AS last_submission
            FROM submissions s JOIN materials m ON m.id = s.material_id JOIN subjects j ON j.id = m.subject_id
            JOIN students p ON p.id = s.student_id WHERE s.score IS NOT NULL AND s.submitted_at >= %s
            GROUP BY 1, 2, 3, 4, 5 HAVING count(*) >= {int(min_submissions)}
            ORDER BY 1, avg(s.score) DESC, 6 DESC, 3 LIMIT {int(limit)} OFFSET {int(offset)}"""
        return cls._result("performers", sql, (), days_back)


def typed(name, cell):
    """Give a cell the type that PostgreSQL would give it."""
    if cell is None:
        return None
    if name == "period":
        return datetime.date.fromisoformat(cell)
    if name.startswith(("first_submission", "last_")) and not name.endswith("name"):
        return datetime.datetime.fromisoformat(cell).replace(tzinfo=datetime.timezone.utc)
    if isinstance(cell, float):
        return Decimal(repr(cell)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return cell
