-- One student's graded submissions, per week.
SELECT
    CAST(date_trunc('week', created_at AT TIME ZONE 'UTC') AS date) AS period,
    count(*) AS submission_count,
    round(avg(score), 2) AS avg_grade,
    round(100.0 * count(*) FILTER (WHERE score >= :pass_mark) / count(*), 2) AS pass_rate,
    min(score) AS min_grade,
    max(score) AS max_grade,
    round(stddev_samp(score), 2) AS grade_stddev,
    count(*) OVER () AS total_count
FROM materials_materialsubmission
WHERE student_id = :student_id
  AND score IS NOT NULL
  AND created_at >= :from_at AND created_at < :until_at
GROUP BY 1
ORDER BY 1
LIMIT :limit OFFSET :offset
