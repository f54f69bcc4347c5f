-- The students who submitted, those with the most active days first.
WITH days AS (
    SELECT student_id, CAST(created_at AT TIME ZONE 'UTC' AS date) AS day, count(*) AS submission_count,
        count(score) AS graded_count, sum(score) AS score_sum, min(created_at) AS first_submission_at,
        max(created_at) AS last_submission_at
    FROM materials_materialsubmission
    WHERE created_at >= :from_at AND created_at < :until_at
    GROUP BY 1, 2
), active_students AS (
    SELECT student_id, sum(submission_count) AS submission_count, count(*) AS active_days,
        sum(score_sum) / nullif(sum(graded_count), 0) AS avg_grade,
        min(first_submission_at) AS first_submission_at, max(last_submission_at) AS last_submission_at
    FROM days
    GROUP BY student_id
)
SELECT
    a.student_id, u.first_name, u.last_name, a.submission_count, a.active_days,
    round(100.0 * a.active_days / :days, 2) AS engagement_percentage,
    round(a.avg_grade, 2) AS avg_grade,
    a.last_submission_at,
    round(extract(epoch FROM a.last_submission_at - a.first_submission_at) / 86400 / nullif(a.submission_count - 1, 0), 2)
        AS avg_days_between_submissions,
    count(*) OVER () AS total_count
FROM active_students a
JOIN accounts_user u ON u.id = a.student_id
ORDER BY a.active_days DESC, a.submission_count DESC, a.student_id
LIMIT :limit OFFSET :offset
