-- Who submitted, per day.
SELECT
    CAST(date_trunc('day', created_at AT TIME ZONE 'UTC') AS date) AS period,
    count(DISTINCT student_id) AS active_students,
    count(*) AS submission_count,
    count(score) AS graded_count,
    round(avg(score), 2) AS avg_grade
FROM materials_materialsubmission
WHERE created_at >= :from_at AND created_at < :until_at
GROUP BY 1
ORDER BY 1
