-- One student's graded submissions, per period.
SELECT
    CAST(date_trunc(:by, ms.submitted_at) AS date) AS period,
    count(*) AS submission_count,
    avg(ms.score) AS avg_grade,
    100.0 * count(*) FILTER (WHERE ms.score >= :pass_mark) / count(*) AS pass_rate,
    min(ms.score) AS min_grade,
    max(ms.score) AS max_grade,
    stddev_samp(ms.score) AS grade_stddev,
    count(*) OVER () AS total_count
FROM material_submissions ms
WHERE ms.student_id = :student_id
  AND ms.score IS NOT NULL
  AND ms.submitted_at >= :from_at AND ms.submitted_at < :until_at
GROUP BY 1
ORDER BY 1
LIMIT :limit OFFSET :offset
