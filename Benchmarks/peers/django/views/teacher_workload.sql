-- Grain: one row per teacher.
SELECT
    u.id AS teacher_id,
    count(DISTINCT a.id) AS total_assignments,
    count(s.id) AS total_submissions,
    count(*) FILTER (WHERE s.status = 'pending') AS pending_reviews,
    count(s.score) AS graded_submissions,
    round(avg(extract(epoch FROM s.graded_at - s.created_at)) FILTER (WHERE s.score IS NOT NULL) / 60, 2)
        AS avg_grade_time_minutes,
    max(s.graded_at) FILTER (WHERE s.score IS NOT NULL) AS last_graded_at,
    round(100.0 * count(*) FILTER (WHERE s.status = 'pending' AND s.created_at < :as_of - INTERVAL '7 days')
        / nullif(count(*) FILTER (WHERE s.status = 'pending'), 0), 2) AS overdue_percentage
FROM accounts_user u
LEFT JOIN assignments_assignment a ON a.created_by_id = u.id
LEFT JOIN assignments_assignmentsubmission s ON s.assignment_id = a.id
WHERE u.role = 'teacher'
GROUP BY u.id
