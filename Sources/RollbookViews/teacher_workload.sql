-- Grain: one row per teacher.
WITH teacher_totals AS (
    SELECT teacher_id,
        count(*) FILTER (WHERE is_assignment = 1) AS total_assignments,
        count(*) FILTER (WHERE is_assignment = 0) AS total_submissions,
        count(*) FILTER (WHERE is_pending = 1) AS pending_reviews,
        count(*) FILTER (WHERE is_pending = 1 AND submitted_at < :overdue_at) AS overdue_count,
        count(*) FILTER (WHERE is_graded = 1) AS graded_submissions,
        sum(grade_microseconds) AS grade_microseconds_sum,
        count(grade_microseconds) AS grade_time_count,
        max(graded_at) AS last_graded_at
    FROM teacher_submissions
    GROUP BY teacher_id
)
SELECT
    t.id AS teacher_id,
    CAST(coalesce(w.total_assignments, 0) AS bigint) AS total_assignments,
    CAST(coalesce(w.total_submissions, 0) AS bigint) AS total_submissions,
    CAST(coalesce(w.pending_reviews, 0) AS bigint) AS pending_reviews,
    CAST(coalesce(w.overdue_count, 0) AS bigint) AS overdue_count,
    CAST(coalesce(w.graded_submissions, 0) AS bigint) AS graded_submissions,
    CAST(w.grade_microseconds_sum AS bigint) AS grade_microseconds_sum,
    CAST(coalesce(w.grade_time_count, 0) AS bigint) AS grade_time_count,
    w.last_graded_at
FROM teachers t
LEFT JOIN teacher_totals w ON w.teacher_id = t.id
