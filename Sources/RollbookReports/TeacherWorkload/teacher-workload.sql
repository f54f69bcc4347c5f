-- Submissions after the as-of date are outside the window; an assignment's own row has no submission.
SELECT
    CAST(min(teacher_id) AS bigint) AS teacher_id,
    CAST(count(*) FILTER (WHERE is_assignment = 1) AS bigint) AS total_assignments,
    CAST(count(*) FILTER (WHERE is_assignment = 0) AS bigint) AS total_submissions,
    CAST(count(*) FILTER (WHERE is_pending = 1) AS bigint) AS pending_reviews,
    CAST(count(*) FILTER (WHERE is_graded = 1) AS bigint) AS graded_submissions,
    CAST(count(grade_microseconds) AS bigint) AS grade_time_count,
    CAST(sum(grade_microseconds) AS bigint) AS grade_microseconds_sum,
    CAST(2 * percentile_cont(0.5) WITHIN GROUP (ORDER BY grade_microseconds) AS bigint)
        AS grade_microseconds_median_doubled,
    CAST(min(grade_microseconds) AS bigint) AS grade_microseconds_min,
    CAST(max(grade_microseconds) AS bigint) AS grade_microseconds_max,
    CAST(count(*) FILTER (WHERE is_pending = 1 AND submitted_at < :overdue_at) AS bigint) AS overdue_count,
    max(graded_at) AS last_graded_at
FROM teacher_submissions
WHERE teacher_id = :teacher_id
  AND created_at >= :from_at
  AND created_at < :until_at
  AND (is_assignment = 1 OR submitted_at < :until_at)
HAVING count(*) > 0
