-- The assignments that one teacher created in the window, and what was handed in for them.
SELECT
    a.created_by_id AS teacher_id,
    count(DISTINCT a.id) AS total_assignments,
    count(s.id) AS total_submissions,
    count(*) FILTER (WHERE s.status = 'pending') AS pending_reviews,
    count(s.score) AS graded_submissions,
    round(avg(extract(epoch FROM s.graded_at - s.created_at)) FILTER (WHERE s.score IS NOT NULL) / 3600, 2)
        AS avg_grade_time_hours,
    round(CAST(
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.graded_at - s.created_at))
            FILTER (WHERE s.score IS NOT NULL) AS numeric) / 3600, 2) AS median_grade_time_hours,
    round(extract(epoch FROM min(s.graded_at - s.created_at) FILTER (WHERE s.score IS NOT NULL)) / 3600, 2)
        AS min_grade_time_hours,
    round(extract(epoch FROM max(s.graded_at - s.created_at) FILTER (WHERE s.score IS NOT NULL)) / 3600, 2)
        AS max_grade_time_hours,
    round(100.0 * count(*) FILTER (WHERE s.status = 'pending' AND s.created_at < :overdue_at)
        / nullif(count(*) FILTER (WHERE s.status = 'pending'), 0), 2) AS overdue_percentage,
    max(s.graded_at) FILTER (WHERE s.score IS NOT NULL) AS last_graded_at
FROM assignments_assignment a
LEFT JOIN assignments_assignmentsubmission s ON s.assignment_id = a.id
WHERE a.created_by_id = :teacher_id
  AND a.created_at >= :from_at AND a.created_at < :until_at
GROUP BY a.created_by_id
