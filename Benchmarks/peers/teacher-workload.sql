-- The assignments that one teacher created in the window, and what was handed in for them.
SELECT
    a.teacher_id,
    count(DISTINCT a.id) AS total_assignments,
    count(s.id) AS total_submissions,
    count(*) FILTER (WHERE s.status = 'pending') AS pending_reviews,
    count(s.graded_at) AS graded_submissions,
    avg(micros_between(s.submitted_at, s.graded_at)) / 3600e6 AS avg_grade_time_hours,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY micros_between(s.submitted_at, s.graded_at)) / 3600e6
        AS median_grade_time_hours,
    min(micros_between(s.submitted_at, s.graded_at)) / 3600e6 AS min_grade_time_hours,
    max(micros_between(s.submitted_at, s.graded_at)) / 3600e6 AS max_grade_time_hours,
    100.0 * count(*) FILTER (WHERE s.status = 'pending' AND s.submitted_at < :overdue_at)
        / nullif(count(*) FILTER (WHERE s.status = 'pending'), 0) AS overdue_percentage,
    max(s.graded_at) AS last_graded_at
FROM assignments a
LEFT JOIN assignment_submissions s ON s.assignment_id = a.id
WHERE a.teacher_id = :teacher_id
  AND a.created_at >= :from_at AND a.created_at < :until_at
GROUP BY a.teacher_id
