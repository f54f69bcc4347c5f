-- Who submitted, per period.
SELECT
    CAST(date_trunc(:by, submitted_at) AS date) AS period,
    count(DISTINCT student_id) AS active_students,
    count(*) AS submission_count,
    count(score) AS graded_count,
    avg(score) AS avg_grade,
    count(*) OVER () AS total_count
FROM material_submissions
WHERE submitted_at >= :from_at AND submitted_at < :until_at
GROUP BY 1
ORDER BY 1
